"""Retries of storage requests: the same limits as everywhere, whatever breaks and wherever."""

import threading

import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError, ServiceResponseError
from azure.core.pipeline import Pipeline
from azure.core.pipeline.transport import HttpRequest

from shared.adapters.service_calls import TRY_AGAIN
from shared.adapters.storage_retry import PatientStorageRetry
from shared.run_config import ServiceLimits
from tests.unit.test_service_calls import Answer, ScriptedTransport

LIMITS = ServiceLimits(attempts=3, attempt_seconds=5, longest_wait_seconds=10)
SERVICE = {"x-ms-request-id": "1"}


class Broken(Answer):
    """An answer whose body does not come whole."""

    def body(self):
        raise ConnectionError("reset")


class Endless(Answer):
    """An answer whose body never ends."""

    release = threading.Event()

    def body(self):
        self.release.wait(5)


def good():
    return Answer(201, SERVICE)


def sent(transport, limits=LIMITS):
    """The final status, and how often a repeat was announced."""
    repeats = []
    pipeline = Pipeline(transport, [PatientStorageRetry(limits)])
    request = HttpRequest("PUT", "https://account.example/")
    answer = pipeline.run(request, retry_hook=lambda **told: repeats.append(told["retry_count"]), hosts=None)
    return answer.http_response.status_code, repeats


@pytest.mark.parametrize("status", sorted(TRY_AGAIN))
def test_what_may_pass_is_tried_again_and_announced(status):
    """Throttling as 429 too; each repeat is told before it is made."""
    transport = ScriptedTransport(Answer(status), Answer(status), good())
    assert sent(transport) == (201, [0, 1])
    assert transport.requests == 3


@pytest.mark.parametrize("status", [200, 307, 400, 403, 404, 409, 412, 501])
def test_what_will_not_pass_is_asked_once(status):
    """A refusal by condition is an answer, not a fault."""
    transport = ScriptedTransport(Answer(status, {**SERVICE, "Retry-After": "1"}))
    assert sent(transport) == (status, [])
    assert transport.requests == 1


@pytest.mark.parametrize("attempts", [1, 2, 4])
@pytest.mark.parametrize(
    "fault", [ServiceRequestError("x"), ServiceResponseError("x"), Broken(200, SERVICE), Answer(200), Answer(206)]
)
def test_faults_of_the_transport_end_with_the_limits(attempts, fault):
    """A lost connection, a broken body, and a 200 that is not the service's are tried again, then raised."""
    transport = ScriptedTransport(fault)
    with pytest.raises((ServiceRequestError, ServiceResponseError)):
        sent(transport, ServiceLimits(attempts=attempts))
    assert transport.requests == attempts


def test_an_answer_that_does_not_end_is_tried_again():
    """A body that drips holds nobody for longer than one try may last."""
    transport = ScriptedTransport(Endless(200, SERVICE), good())
    assert sent(transport, ServiceLimits(attempt_seconds=0.05)) == (201, [0])
    Endless.release.set()


def test_a_request_without_a_credential_is_made_once():
    """No token today is no token in a second."""
    transport = ScriptedTransport(ClientAuthenticationError("x"))
    with pytest.raises(ClientAuthenticationError):
        sent(transport)
    assert transport.requests == 1


@pytest.mark.parametrize(("headers", "seconds"), [({"Retry-After": "7"}, 7), ({"x-ms-retry-after-ms": "1500"}, 1.5)])
def test_the_wait_that_is_asked_for_is_kept(headers, seconds):
    """The SDK's own policy would not read it."""
    transport = ScriptedTransport(Answer(503, headers), good())
    assert sent(transport) == (201, [0])
    assert transport.slept == [seconds]


def test_a_service_that_asks_for_too_much_patience_is_given_up():
    """One request, no sleep, no repeat announced."""
    transport = ScriptedTransport(Answer(503, {"Retry-After": "11"}))
    assert sent(transport) == (503, [])
    assert (transport.requests, transport.slept) == (1, [])


def test_waits_double_with_jitter_up_to_the_limit():
    """1 to 3 seconds, 3 to 5, 7 to 9, and then the longest allowed."""
    transport = ScriptedTransport(Answer(503))
    sent(transport, ServiceLimits(attempts=6, longest_wait_seconds=10))
    bounds = [(1, 3), (3, 5), (7, 9), (10, 10), (10, 10)]
    assert len(transport.slept) == len(bounds)
    assert all(low <= wait <= high for wait, (low, high) in zip(transport.slept, bounds, strict=True))
