"""Retries and time limits for Azure Storage, whose SDK has a retry policy of its own and knows no other.

It keeps to the same limits as ``service_calls``. What the SDK's policy leaves open is closed here: a Retry-After is
honoured, throttling as 429 is tried again, and a try ends in time even where its answer drips.
"""

from typing import Any

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    ServiceResponseError,
    ServiceResponseTimeoutError,
)
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.storage.blob import ExponentialRetry

from shared.adapters.service_calls import PatientRetry, within
from shared.run_config import ServiceLimits

LONGEST_SILENCE_SECONDS = 20
_MARK = "x-ms-request-id"  # on every answer of the service; what else sits on the way does not set it
_BACKOFF_BASE_SECONDS = 2  # waits of 2, 4, 8, ... seconds between tries, each give or take the jitter
_BACKOFF_JITTER_SECONDS = 1


class PatientStorageRetry(ExponentialRetry):
    """Storage's retry policy, within the limits: so many tries, each so long, and no wait longer than allowed.

    A try is the request and its whole answer, a download's body too, so that one that breaks off or drips, or is not
    the service's at all, is tried again like any other, and is counted. A try that is given up is left to its own
    thread, where it ends with the connection.
    """

    def __init__(self, limits: ServiceLimits) -> None:
        again = limits.attempts - 1
        super().__init__(
            initial_backoff=0,
            increment_base=_BACKOFF_BASE_SECONDS,
            random_jitter_range=_BACKOFF_JITTER_SECONDS,
            retry_total=again,
            retry_connect=again,
            retry_read=again,
            retry_status=again,
        )
        self._limits = limits
        self._patience = PatientRetry(limits)

    def send(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        """The answer to ``request``, after as many tries as it takes and the limits allow."""
        settings = self.configure_retries(request)
        transport: Any = request.context.transport
        while True:
            outcome = self._try(request)
            if not self._try_again(settings, request, outcome):
                break
            transport.sleep(self._wait(settings, outcome))
        if isinstance(outcome, AzureError):
            raise outcome
        outcome.http_response.location_mode = settings["mode"]
        return outcome

    def _try(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any] | AzureError:
        try:
            return within(self._limits.attempt_seconds, lambda: self._whole_answer(request))
        except TimeoutError:
            return ServiceResponseTimeoutError("no whole answer in time")
        except AzureError as fault:
            return fault

    def _whole_answer(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        response = self.next.send(request)
        try:
            response.http_response.body()
        except OSError as fault:  # requests' own errors, which the SDK explains only where it reads the body itself
            raise ServiceResponseError("the answer broke off", error=fault) from None
        if response.http_response.status_code < 300 and _MARK not in response.http_response.headers:
            raise ServiceResponseError("the answer is not the storage service's")
        return response

    def _try_again(
        self, settings: dict[str, Any], request: PipelineRequest[Any], outcome: PipelineResponse[Any, Any] | AzureError
    ) -> bool:
        """Whether another try helps and is left; who asked to know of repeats is told before it is made."""
        if isinstance(outcome, AzureError):
            if isinstance(outcome, ClientAuthenticationError):
                return False
            left = self.increment(settings, request.http_request, error=outcome)
        else:
            if not self._patience.may_pass(outcome):
                return False
            left = self.increment(settings, request.http_request, response=outcome.http_response)
        if left and settings["hook"]:
            settings["hook"](retry_count=settings["count"] - 1)
        return left

    def _wait(self, settings: dict[str, Any], outcome: PipelineResponse[Any, Any] | AzureError) -> float:
        asked = None if isinstance(outcome, AzureError) else self._patience.get_retry_after(outcome)
        return asked or min(self.get_backoff_time(settings), self._limits.longest_wait_seconds)
