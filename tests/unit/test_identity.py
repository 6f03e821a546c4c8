"""Identity: where a key or a token may go, what can be one, and how a token that cannot be had is told."""

import threading

import pytest
from azure.core.credentials import AccessToken, AccessTokenInfo, AzureKeyCredential
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from azure.identity import CredentialUnavailableError
from pydantic import SecretStr

from shared.adapters.identity import (
    PatientCredential,
    checked_endpoint,
    checked_key,
    is_local,
    service_credential,
    token_credential,
)
from shared.adapters.service_calls import explain_azure_fault
from shared.errors import ConfigError, ServiceRefused, ServiceUnavailable
from shared.run_config import ServiceLimits

SCOPE = "https://cognitiveservices.azure.com/.default"
LIMITS = ServiceLimits()
QUICK = ServiceLimits(attempts=1, attempt_seconds=0.05)


class Source:
    """A credential that answers, or fails as it is told."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.asked: list[tuple[str, ...]] = []

    def get_token(self, *scopes, **_options):
        self.asked.append(scopes)
        if self.fault:
            raise self.fault
        return AccessToken("token", 2_000_000_000)

    def get_token_info(self, *scopes, **_options):
        self.asked.append(scopes)
        if self.fault:
            raise self.fault
        return AccessTokenInfo("token", 2_000_000_000)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://models.openai.azure.com/",
        "https://gateway.example:8443/openai",
        "https://[::1]:8443",
        "HTTPS://Models.Example",
    ],
)
def test_https_addresses_are_taken_as_they_are(endpoint):
    """An https address may be given a secret, whatever its port or path."""
    assert checked_endpoint("X_ENDPOINT", endpoint, loopback_http=False) == endpoint


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:7090", "http://localhost:11434/v1", "http://[::1]:80"])
def test_plain_http_is_for_this_machine_where_it_is_allowed(endpoint):
    """Loopback over plain http passes only where the caller allows it."""
    assert checked_endpoint("X_ENDPOINT", endpoint, loopback_http=True) == endpoint
    with pytest.raises(ConfigError, match="X_ENDPOINT: must be an https:// address"):
        checked_endpoint("X_ENDPOINT", endpoint, loopback_http=False)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://models.example",
        "http://127.0.0.1.example",
        "http://localhost.example",
        "http://127.0.0.1@models.example",
        "http://models.example#@127.0.0.1",
        "https://",
        "https:///path",
        "models.openai.azure.com",
        "ftp://127.0.0.1",
        "//127.0.0.1",
        "https://<resource-name>.openai.azure.com/",
        "https://models.example\n",
        "https://models .example",
        "https://models.example\\@other.example",
        "https://models.example:notaport",
        "https://[::1",
        "https://user:hunter2@models.example",
        "https://:hunter2@models.example",
        "https://models.example/?api-key=hunter2",
        "https://models.example/#hunter2",
        "https://mödels.example",
    ],
)
def test_other_addresses_are_refused_and_not_shown(endpoint):
    """What is no https address of a host, or holds more than that, is refused by the setting's name alone."""
    with pytest.raises(ConfigError, match=r"^app setting X_ENDPOINT: must be") as caught:
        checked_endpoint("X_ENDPOINT", endpoint, loopback_http=True)
    assert "hunter2" not in str(caught.value)
    assert "example" not in str(caught.value)


def test_missing_address_is_named():
    """A service in use without an address names the app setting."""
    with pytest.raises(ConfigError, match="app setting X_ENDPOINT is missing"):
        checked_endpoint("X_ENDPOINT", "", loopback_http=True)


@pytest.mark.parametrize(
    ("endpoint", "local"),
    [("http://127.0.0.1:1/account", True), ("http://[::1]:1/", True), ("http://storage.example/127.0.0.1", False)],
)
def test_loopback_addresses_are_told_from_others(endpoint, local):
    """Only the host decides whether an address is on this machine."""
    assert is_local(endpoint) is local


@pytest.mark.parametrize("value", ["hunter2 ", " hunter2", "hunter2\n", "hunter2\x00", "hünter2", "hunter\u200b2"])
def test_text_that_cannot_be_a_key_is_refused_and_not_shown(value):
    """A key with spaces, line ends or foreign characters, as pasting makes them, is refused without being shown."""
    with pytest.raises(ConfigError, match="app setting X_API_KEY: must be printable ASCII") as caught:
        checked_key("X_API_KEY", SecretStr(value))
    assert "unter" not in str(caught.value)


def test_key_credential_does_not_show_its_key():
    """With method api_key the SDK gets the key, and no text of the credential holds it."""
    credential = service_credential("api_key", "X_API_KEY", SecretStr("hunter2"), "", LIMITS)
    assert isinstance(credential, AzureKeyCredential)
    assert credential.key == "hunter2"
    assert "hunter2" not in repr(credential)
    with pytest.raises(ConfigError, match="app setting X_API_KEY is missing"):
        service_credential("api_key", "X_API_KEY", SecretStr(""), "", LIMITS)


@pytest.mark.parametrize("method", ["managed_identity", "azure_cli"])
def test_token_credentials_are_built_without_asking_anyone(method):
    """A credential for tokens is built with or without a user-assigned identity, and without a key."""
    for client_id in ("", "00000000-0000-0000-0000-000000000001"):
        assert isinstance(token_credential(method, client_id, LIMITS), PatientCredential)
        assert isinstance(service_credential(method, "X_API_KEY", SecretStr(""), client_id, LIMITS), PatientCredential)


def test_missing_azure_cli_is_told_in_our_words(monkeypatch, tmp_path):
    """Where the Azure CLI is not installed, asking for a token is refused, and the fault's text stays as it is."""
    monkeypatch.setenv("PATH", str(tmp_path))
    credential = token_credential("azure_cli", "", LIMITS)
    for ask in (credential.get_token, credential.get_token_info):
        with pytest.raises(ServiceRefused, match=r"^access token: azure_cli: none could be had"):
            ask(SCOPE)


def test_token_passes_through():
    """A token that the SDK's credential gives is handed on, in both forms."""
    source = Source()
    credential = PatientCredential(source, "managed_identity", LIMITS)
    assert credential.get_token(SCOPE).token == "token"
    assert credential.get_token_info(SCOPE, options={}).token == "token"
    assert source.asked == [(SCOPE,), (SCOPE,)]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (ClientAuthenticationError("hunter2"), ServiceRefused),
        (CredentialUnavailableError("hunter2"), ServiceRefused),
        (ValueError("hunter2"), ServiceRefused),
        (ServiceRequestError("hunter2"), ServiceUnavailable),
    ],
)
def test_faults_of_the_sdk_are_told_without_its_text(fault, kind):
    """A token that cannot be had is refused or unavailable, and what the SDK said of it is not repeated."""
    with pytest.raises(kind) as caught:
        PatientCredential(Source(fault), "managed_identity", LIMITS).get_token(SCOPE)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_cause_behind_an_unavailable_credential_counts():
    """A credential that is unavailable because its endpoint could not be reached may be had later."""
    fault = CredentialUnavailableError("x")
    fault.__cause__ = ServiceRequestError("no route")
    with pytest.raises(ServiceUnavailable):
        PatientCredential(Source(fault), "managed_identity", LIMITS).get_token(SCOPE)


def test_token_that_does_not_come_is_given_up():
    """A credential that never answers ends at the limits' worst case."""

    class Silent(Source):
        def get_token(self, *_scopes, **_options):
            threading.Event().wait(5)

    with pytest.raises(ServiceUnavailable, match="none within"):
        PatientCredential(Silent(), "managed_identity", QUICK).get_token(SCOPE)


def test_bare_credential_faults_are_safe_to_show():
    """A credential's fault that reaches a service call as it is does not show its text either."""
    explained = explain_azure_fault("search", CredentialUnavailableError("hunter2"))
    assert isinstance(explained, ServiceRefused)
    assert str(explained) == "search: no access token could be had (CredentialUnavailableError)"
