"""Managed identity over the wire: the real SDK against an endpoint of ours, as App Service and a machine have one."""

import time

import pytest
from azure.core.credentials import AccessToken
from openai import OpenAI

from local.emulators.wire import FOREVER, EmulatorServer, Operation, Reply
from shared.adapters.identity import token_credential
from shared.adapters.model_openai import explain_openai_fault, openai_client
from shared.adapters.service_calls import ServiceGate
from shared.errors import OrchestratorError, ServiceRefused, ServiceUnavailable
from shared.run_config import AzureOpenAIConfig, ServiceLimits

pytestmark = pytest.mark.integration

SCOPE = "https://cognitiveservices.azure.com/.default"
LIMITS = ServiceLimits(connect_seconds=0.5, attempt_seconds=0.5, attempts=3, longest_wait_seconds=0.2)
MARGIN_SECONDS = 2  # for a machine that is busy with other things
IDENTITY = "00000000-0000-0000-0000-000000000001"
VARIABLES = ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT", "AZURE_FEDERATED_TOKEN_FILE")


def answer(call, _fault):
    lifetime = {"expires_on": str(int(time.time()) + 3600)} if "app" in call.path else {"expires_in": "3600"}
    return Reply({"access_token": "issued", "resource": call.query["resource"], "token_type": "Bearer", **lifetime})


def models(call, _fault):
    return Reply({"object": "list", "data": []}, 200 if call.headers["authorization"] == "Bearer issued" else 401)


OPERATIONS = [
    Operation("token", "GET", "/app/token", answer),
    Operation("token", "GET", "/metadata/identity/oauth2/token", answer),
    Operation("models", "GET", "/openai/v1/models", models),
]


@pytest.fixture
def server():
    with EmulatorServer(OPERATIONS) as running:
        yield running


@pytest.fixture(params=["app_service", "machine"])
def credential(request, server, monkeypatch):
    """A user-assigned identity, as the app has it in App Service, and in a virtual machine."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    if request.param == "app_service":
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{server.url}/app/token")
        monkeypatch.setenv("IDENTITY_HEADER", "hunter2")
    else:
        monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.url)
    return token_credential("managed_identity", IDENTITY, LIMITS)


def fault_of(credential) -> OrchestratorError:
    """The fault that asking for a token ends in, within the stated worst case."""
    started = time.monotonic()
    with pytest.raises(OrchestratorError) as caught:
        credential.get_token(SCOPE)
    assert time.monotonic() - started < LIMITS.worst_case_seconds + MARGIN_SECONDS
    for secret in ("hunter2", "issued", "127.0.0.1", "by script"):
        assert secret not in str(caught.value)
    return caught.value


def test_token_is_asked_for_by_identity_and_resource_and_kept(server, credential):
    """The endpoint is asked once, for the user-assigned identity and the service's resource."""
    assert isinstance(credential.get_token(SCOPE), AccessToken)
    assert credential.get_token_info(SCOPE).token == "issued"
    [call] = server.calls
    assert call.query["client_id"] == IDENTITY
    assert call.query["resource"] == SCOPE.removesuffix("/.default")


def test_token_reaches_the_service(server, credential):
    """A client of a service that is built with the credential shows the token to the service."""
    config = AzureOpenAIConfig(kind="v1", endpoint=server.url)
    client: OpenAI = openai_client(config, LIMITS, credential=credential)
    assert client.models.list().data == []
    assert server.count("token") == 1


@pytest.mark.parametrize("status", [400, 401, 403])
def test_refusal_is_final(server, credential, status):
    """An endpoint that says no, as it does to an identity that is not assigned, is asked once."""
    server.faults.add("token", "status", status=status, times=FOREVER)
    fault = fault_of(credential)
    assert isinstance(fault, ServiceRefused)
    assert str(fault) == f"access token: managed_identity: none could be had, the endpoint answered {status}"
    assert server.count("token") == 1


def test_failing_endpoint_is_tried_as_often_as_the_limits_say(server, credential):
    """An endpoint that answers 500 every time is unavailable after three tries, also for those who ask right after."""
    server.faults.add("token", "status", status=500, times=FOREVER)
    assert isinstance(fault_of(credential), ServiceUnavailable)
    assert server.count("token") == LIMITS.attempts
    assert isinstance(fault_of(credential), ServiceUnavailable)


def test_passing_failure_passes(server, credential):
    """One 500 costs one more try."""
    server.faults.add("token", "status", status=500)
    assert credential.get_token(SCOPE).token == "issued"
    assert server.count("token") == 2


def test_long_wait_is_not_waited_for(server, credential):
    """An endpoint that asks for an hour's patience is given up at once."""
    server.faults.add("token", "status", status=429, retry_after=3600, times=FOREVER)
    assert isinstance(fault_of(credential), ServiceUnavailable)
    assert server.count("token") == 1


@pytest.mark.parametrize(("kind", "seconds"), [("hang", 1.0), ("reset", 0.0), ("slow_body", 0.05)])
def test_endpoint_without_a_whole_answer_is_unavailable_in_time(server, credential, kind, seconds):
    """Silence, a broken connection or an answer that drips ends within the worst case."""
    server.faults.add("token", kind, seconds=seconds, times=FOREVER)
    assert isinstance(fault_of(credential), ServiceUnavailable)


@pytest.mark.parametrize("kind", ["invalid_json", "wrong_schema"])
def test_answer_without_a_token_is_refused(server, credential, kind):
    """What is no token is not taken for one."""
    server.faults.add("token", kind, times=FOREVER)
    assert isinstance(fault_of(credential), ServiceRefused)


def test_fault_of_the_token_comes_through_a_service_call(server, credential):
    """A call of a service whose token cannot be had fails with the token's fault, and asks the service nothing."""
    server.faults.add("token", "status", status=400, times=FOREVER)
    client = openai_client(AzureOpenAIConfig(kind="v1", endpoint=server.url), LIMITS, credential=credential)
    with pytest.raises(ServiceRefused, match=r"^access token: managed_identity"):
        ServiceGate(LIMITS).ask("generation", client.models.list, explain_openai_fault)
    assert server.count("models") == 0


def test_nothing_of_an_answer_is_logged(server, credential, caplog):
    """An answer that cannot be read may hold a token, so that none of it is written down."""
    server.faults.add("token", "invalid_json", times=FOREVER)
    fault_of(credential)
    assert "choices" not in caplog.text
