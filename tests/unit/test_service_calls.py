"""How services are called: the bound on time and numbers, what is tried again, and the words a fault is told in."""

import threading
from contextvars import ContextVar

import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    DecodeError,
    DeserializationError,
    HttpResponseError,
    IncompleteReadError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.core.pipeline import Pipeline
from azure.core.pipeline.transport import HttpTransport
from azure.core.rest import HttpRequest

from shared.adapters.service_calls import (
    TRY_AGAIN,
    AttemptCounter,
    PatientRetry,
    ServiceGate,
    azure_client_options,
    explain_azure_fault,
    status_fault,
    within,
)
from shared.errors import ServiceRefused, ServiceUnavailable
from shared.run_config import ServiceLimits
from shared.telemetry import metered

LIMITS = ServiceLimits(attempts=3, attempt_seconds=5, longest_wait_seconds=4)
SECRET = "https://secret.example/?key=abc the customer's text"


class Answer:
    """What a transport gives back."""

    def __init__(self, status, headers=None, code=None):
        self.status_code = status
        self.headers = headers or {}
        self.reason = SECRET
        self.content_type = "application/json"
        self.code = code

    def text(self, *_):
        return f'{{"error": {{"code": "{self.code}", "message": "{SECRET}"}}}}'

    def body(self):
        return self.text().encode()


class ScriptedTransport(HttpTransport):
    """Gives its answers in order, the last one for ever, and remembers how long it was told to sleep."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = 0
        self.slept = []

    def __exit__(self, *_):
        self.close()

    def open(self):
        """Nothing to open."""

    def close(self):
        """Nothing to close."""

    def send(self, request, **_):
        self.requests += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def sleep(self, duration):
        self.slept.append(duration)


def sent(transport, limits=LIMITS, method="POST"):
    pipeline = Pipeline(transport, [PatientRetry(limits), AttemptCounter()])
    return pipeline.run(HttpRequest(method, "https://service.example/")).http_response.status_code


# --- within


def test_a_result_in_time_is_the_calls():
    """The call's result comes back, whatever it is."""
    assert within(5, lambda: "done") == "done"
    assert within(5, lambda: None) is None


def test_a_fault_in_time_is_the_calls():
    """What the call raises comes out as it is, in the caller's thread."""

    def call():
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        within(5, call)


def test_a_call_that_takes_too_long_is_given_up():
    """The caller goes on, and the call's late result goes nowhere."""
    release = threading.Event()
    with pytest.raises(TimeoutError):
        within(0.01, lambda: release.wait(5))
    release.set()


def test_a_call_sees_its_callers_context():
    """What is set for the caller, such as the meter of its call, is set for the call."""
    variable = ContextVar("variable", default="none")
    token = variable.set("the caller's")
    assert within(5, variable.get) == "the caller's"
    variable.reset(token)


# --- the gate


def test_a_gate_explains_what_an_sdk_raises_and_lets_our_own_faults_through():
    """Only the project's errors leave, without the chain that would show what caused them."""
    gate = ServiceGate(LIMITS)

    def fail():
        raise HttpResponseError(SECRET)

    def refuse():
        raise ServiceRefused("ours")

    with pytest.raises(ServiceUnavailable, match=r"^a call: the call failed") as caught:
        gate.ask("a call", fail, explain_azure_fault)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    with pytest.raises(ServiceRefused, match=r"^ours$"):
        gate.ask("a call", refuse, explain_azure_fault)
    assert gate.ask("a call", lambda: 3, explain_azure_fault) == 3


def test_a_gate_gives_up_at_the_worst_case():
    """A call that never ends is an outage, told with the bound that it broke."""
    release = threading.Event()
    gate = ServiceGate(ServiceLimits(attempts=1, attempt_seconds=0.01))
    with pytest.raises(ServiceUnavailable, match=r"^a call: no whole answer within 0\.01 seconds$"):
        gate.ask("a call", lambda: release.wait(5), explain_azure_fault)
    release.set()


def test_a_gate_lets_so_many_through_at_once():
    """The third call waits until one of two has ended."""
    gate = ServiceGate(ServiceLimits(concurrent_calls=2))
    inside, release = threading.Semaphore(0), threading.Event()

    def call():
        inside.release()
        release.wait(5)

    callers = [threading.Thread(target=gate.ask, args=("a call", call, explain_azure_fault)) for _ in range(3)]
    for caller in callers:
        caller.start()
    assert inside.acquire(timeout=5)
    assert inside.acquire(timeout=5)
    assert not inside.acquire(timeout=0.05)
    release.set()
    assert inside.acquire(timeout=5)
    for caller in callers:
        caller.join()


# --- retries


@pytest.mark.parametrize("status", sorted(TRY_AGAIN))
def test_what_may_pass_is_tried_again(status):
    """Each such status, on a POST too, and each try is counted."""
    transport = ScriptedTransport(Answer(status), Answer(status), Answer(200))
    with metered("safety") as meter:
        assert sent(transport) == 200
    assert (transport.requests, meter.attempts) == (3, 3)


@pytest.mark.parametrize("status", sorted(TRY_AGAIN))
def test_tries_end_with_the_limits(status):
    """The last answer is what the caller gets."""
    transport = ScriptedTransport(Answer(status))
    assert sent(transport) == status
    assert transport.requests == LIMITS.attempts


@pytest.mark.parametrize("attempts", [1, 2, 6])
@pytest.mark.parametrize("fault", [ServiceRequestError("x"), ServiceResponseError("x"), IncompleteReadError("x")])
def test_faults_of_the_transport_are_tried_again(attempts, fault):
    """As often as the limits say, and then raised."""
    transport = ScriptedTransport(fault)
    with pytest.raises(type(fault)):
        sent(transport, ServiceLimits(attempts=attempts))
    assert transport.requests == attempts


@pytest.mark.parametrize("status", [200, 202, 307, 400, 401, 403, 404, 409, 412, 422, 501, 505, 507])
@pytest.mark.parametrize("headers", [{}, {"Retry-After": "1"}])
def test_what_will_not_pass_is_asked_once(status, headers):
    """Whatever else the answer says."""
    transport = ScriptedTransport(Answer(status, headers))
    assert sent(transport) == status
    assert transport.requests == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "3"}, 3), ({"retry-after-ms": "2500"}, 2.5), ({"x-ms-retry-after-ms": "4000"}, 4)],
)
def test_the_wait_that_is_asked_for_is_kept(headers, seconds):
    """In each of the forms that Azure's services use."""
    transport = ScriptedTransport(Answer(429, headers), Answer(200))
    assert sent(transport) == 200
    assert transport.slept == [seconds]


@pytest.mark.parametrize(
    "headers",
    [{"Retry-After": "4.01"}, {"x-ms-retry-after-ms": "60000"}, {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}],
)
def test_a_service_that_asks_for_too_much_patience_is_given_up(headers):
    """One request, and no sleep."""
    transport = ScriptedTransport(Answer(503, headers))
    assert sent(transport) == 503
    assert (transport.requests, transport.slept) == (1, [])


@pytest.mark.parametrize("asked", ["soon", "", "-1", "nan", "99 Xyz 99999", "Wed, 99 Feb 2026 25:61:00 GMT"])
def test_a_wait_that_cannot_be_understood_is_none(asked):
    """The usual waits are kept instead."""
    transport = ScriptedTransport(Answer(503, {"Retry-After": asked}), Answer(503), Answer(200))
    assert sent(transport) == 200
    assert transport.slept == [1.0]


def test_no_wait_is_longer_than_the_limit():
    """The waits double, up to the longest that is allowed."""
    transport = ScriptedTransport(Answer(503))
    sent(transport, ServiceLimits(attempts=6, longest_wait_seconds=3))
    assert transport.slept == [1.0, 2.0, 3.0, 3.0]


def test_clients_follow_no_redirection():
    """A key must not go to an address that an answer names."""
    assert azure_client_options(LIMITS)["permit_redirects"] is False


# --- words


@pytest.mark.parametrize("status", sorted(TRY_AGAIN))
def test_a_status_that_may_pass_is_an_outage(status):
    """The durable engine may try the activity again."""
    fault = status_fault("a call", status, "TooManyRequests")
    assert type(fault) is ServiceUnavailable
    assert str(fault) == f"a call: the service answered {status} TooManyRequests"


@pytest.mark.parametrize("status", [204, 307, 400, 401, 403, 404, 413, 422])
def test_any_other_status_is_a_refusal(status):
    """Trying again would not help."""
    assert type(status_fault("a call", status, None)) is ServiceRefused


@pytest.mark.parametrize("code", [None, 3, "", SECRET, "x" * 61, "two words", "line\nbreak"])
def test_a_code_that_is_no_code_is_not_told(code):
    """Only a short word is."""
    assert str(status_fault("a call", 400, code)) == "a call: the service answered 400"


def response_error(kind, status, code="SomeCode"):
    return kind(SECRET, response=Answer(status, code=code))


@pytest.mark.parametrize(
    ("fault", "kind", "message"),
    [
        (response_error(HttpResponseError, 503), ServiceUnavailable, "the service answered 503 SomeCode"),
        (response_error(HttpResponseError, 400), ServiceRefused, "the service answered 400 SomeCode"),
        (response_error(ClientAuthenticationError, 401), ServiceRefused, "the service answered 401 SomeCode"),
        (response_error(DecodeError, 200), ServiceRefused, "the answer is not valid JSON"),
        (response_error(DecodeError, 503), ServiceUnavailable, "the service answered 503 SomeCode"),
        (DecodeError(SECRET), ServiceRefused, "the answer is not valid JSON"),
        (IncompleteReadError(SECRET), ServiceUnavailable, "the call failed (IncompleteReadError)"),
        (
            ClientAuthenticationError(SECRET),
            ServiceRefused,
            "no access token could be had (ClientAuthenticationError)",
        ),
        (
            ServiceRequestError(SECRET),
            ServiceUnavailable,
            "the service could not be reached (ServiceRequestError)",
        ),
        (
            ServiceResponseError(SECRET),
            ServiceUnavailable,
            "the service could not be reached (ServiceResponseError)",
        ),
        (HttpResponseError(SECRET), ServiceUnavailable, "the call failed (HttpResponseError)"),
        (
            DeserializationError(SECRET),
            ServiceRefused,
            "the answer is not of the expected form (DeserializationError)",
        ),
        (TypeError(SECRET), ServiceRefused, "the answer is not of the expected form (TypeError)"),
    ],
)
def test_a_fault_is_told_by_kind_status_and_code_alone(fault, kind, message):
    """Nothing of an SDK's own text is."""
    told = explain_azure_fault("a call", fault)
    assert type(told) is kind
    assert str(told) == f"a call: {message}"
