"""How every service is called: how long a try may take, how often and when it is tried again, how a fault is told.

The one owner of retries and timeouts for all SDK clients. The SDKs do the retrying, each through its own policy, set up
here to the same limits; nothing else retries. What leaves here is the project's own errors: an SDK's texts may hold
addresses, headers or a customer's data, so of a fault only its kind, status and code are told.
"""

import contextvars
import queue
import re
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    IncompleteReadError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import RetryPolicy, SansIOHTTPPolicy
from azure.core.pipeline.transport import RequestsTransport
from requests import Session
from requests.adapters import HTTPAdapter

from shared.errors import OrchestratorError, ServiceRefused, ServiceUnavailable
from shared.run_config import ServiceLimits
from shared.telemetry import count_attempt

Result = TypeVar("Result")
BACKOFF_SECONDS = 0.5
TRY_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_METHODS = ("GET", "HEAD", "PUT", "DELETE", "POST")
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")


class ServiceGate:
    """Lets so many calls through at once, and none for longer than the limits' worst case."""

    def __init__(self, limits: ServiceLimits) -> None:
        self.limits = limits
        self._free = threading.BoundedSemaphore(limits.concurrent_calls)

    def ask(
        self, what: str, call: Callable[[], Result], explain: Callable[[str, Exception], OrchestratorError]
    ) -> Result:
        """The result of ``call``; ``explain`` turns an SDK's fault into one that is safe to show.

        A call still under way at the worst case is given up and left to its own thread, so that no answer that drips
        in byte by byte can hold a run.
        """
        with self._free:
            try:
                return within(self.limits.worst_case_seconds, call)
            except TimeoutError:
                seconds = f"{self.limits.worst_case_seconds:g}"
                told: OrchestratorError = ServiceUnavailable(f"{what}: no whole answer within {seconds} seconds")
            except OrchestratorError:
                raise
            except Exception as fault:  # noqa: BLE001 - every SDK has its own hierarchy; all of it is explained
                told = explain(what, fault)
        raise told  # outside the handler, so that the SDK's fault does not go along as its context


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """The result of ``call``, run in a thread of its own; ``TimeoutError`` when it takes longer than ``seconds``."""
    outcome: queue.SimpleQueue[tuple[Result | None, BaseException | None]] = queue.SimpleQueue()

    def work() -> None:
        try:
            outcome.put((call(), None))
        except BaseException as fault:  # noqa: BLE001 - carried over to the caller's thread
            outcome.put((None, fault))

    threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True).start()
    try:
        result, fault = outcome.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if fault is not None:
        raise fault
    return result  # type: ignore[return-value] # without a fault the result is the call's


class PatientRetry(RetryPolicy[Any, Any]):
    """Azure's retry policy, except that a service which asks for a longer wait than the limits allow is given up."""

    def __init__(self, limits: ServiceLimits) -> None:
        super().__init__(
            retry_total=limits.attempts - 1,
            retry_connect=limits.attempts - 1,
            retry_read=limits.attempts - 1,
            retry_status=limits.attempts - 1,
            retry_backoff_factor=BACKOFF_SECONDS,
            retry_backoff_max=limits.longest_wait_seconds,
            retry_on_status_codes=sorted(TRY_AGAIN),
            timeout=limits.worst_case_seconds,
        )
        self._longest_wait = limits.longest_wait_seconds

    def configure_retries(self, options: dict[str, Any]) -> dict[str, Any]:
        """The settings of one request: a POST is tried again like the rest, because none of ours does harm twice."""
        return {**super().configure_retries(options), "methods": _METHODS}

    def get_retry_after(self, response: PipelineResponse[Any, Any]) -> float | None:
        """Seconds that the service asks to wait; None where it asks for none, or in a form that is not known."""
        try:
            return super().get_retry_after(response)
        except (ValueError, OverflowError):
            return None

    def may_pass(self, response: PipelineResponse[Any, Any]) -> bool:
        """Whether ``response`` is of a kind that trying again can help, and asks for no more patience than there is."""
        wait = self.get_retry_after(response) or 0.0
        return response.http_response.status_code in TRY_AGAIN and wait <= self._longest_wait

    def is_retry(self, settings: dict[str, Any], response: PipelineResponse[Any, Any]) -> bool:
        """Whether to try again after ``response``."""
        return self.may_pass(response) and bool(super().is_retry(settings, response))


class AttemptCounter(SansIOHTTPPolicy[Any, Any]):
    """Counts every request that goes out, retries included."""

    def on_request(self, request: PipelineRequest[Any]) -> None:  # noqa: ARG002 - the policy's signature
        """Called by the pipeline before each try."""
        count_attempt()


def azure_client_options(limits: ServiceLimits) -> dict[str, Any]:
    """Keyword arguments for the clients of Azure's SDKs: timeouts, retries and the count of tries.

    A redirection is not followed: the request would carry its key and its text to another address.
    """
    return {
        "transport": pooled_transport(limits.connect_seconds, limits.attempt_seconds, limits.concurrent_calls),
        "retry_policy": PatientRetry(limits),
        "per_retry_policies": [AttemptCounter()],
        "permit_redirects": False,
    }


def pooled_transport(connect_seconds: float, read_seconds: float, connections: int) -> RequestsTransport:
    """The SDKs' transport, with so many connections kept open; their own keeps 10 and throws the others away."""
    session = Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=connections))
    return RequestsTransport(session=session, connection_timeout=connect_seconds, read_timeout=read_seconds)


def explain_azure_fault(what: str, fault: Exception) -> OrchestratorError:
    """A fault of one of Azure's SDKs in our words: what was asked, the status and the code, nothing else."""
    if isinstance(fault, DecodeError) and not isinstance(fault, IncompleteReadError) and _succeeded(fault):
        return ServiceRefused(f"{what}: the answer is not valid JSON")
    if isinstance(fault, HttpResponseError) and fault.status_code is not None:
        return status_fault(what, fault.status_code, getattr(fault.error, "code", None))
    if isinstance(fault, ClientAuthenticationError):
        return ServiceRefused(f"{what}: no access token could be had ({type(fault).__name__})")
    if isinstance(fault, ServiceRequestError | ServiceResponseError):
        return ServiceUnavailable(f"{what}: the service could not be reached ({type(fault).__name__})")
    if isinstance(fault, AzureError):
        return ServiceUnavailable(f"{what}: the call failed ({type(fault).__name__})")
    return ServiceRefused(f"{what}: the answer is not of the expected form ({type(fault).__name__})")


def _succeeded(fault: HttpResponseError) -> bool:
    return fault.status_code is None or fault.status_code < 300


def status_fault(what: str, status: int, code: object) -> OrchestratorError:
    """The fault behind an HTTP status: one that may pass, or one that will not."""
    shown = f" {code}" if isinstance(code, str) and _CODE.fullmatch(code) else ""
    message = f"{what}: the service answered {status}{shown}"
    return ServiceUnavailable(message) if status in TRY_AGAIN else ServiceRefused(message)
