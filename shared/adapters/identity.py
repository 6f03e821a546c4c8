"""How the app proves who it is to a service: a managed identity, the Azure CLI's login, or a key.

A key or a token goes over HTTPS only. Plain HTTP is for this machine's loopback address, and for a key only where the
emulated profile says that it is not real. Keys stay in ``SecretStr`` and in the SDKs' own credential objects, whose
repr does not show them. A token is fetched within the limits of every other call, and its faults are told in our words:
the SDK's hold what the endpoint answered.
"""

import logging
import re
from collections.abc import Callable
from functools import partial
from typing import Any, Literal
from urllib.parse import urlsplit

from azure.core.credentials import (
    AccessToken,
    AccessTokenInfo,
    AzureKeyCredential,
    SupportsTokenInfo,
    TokenCredential,
    TokenRequestOptions,
)
from azure.core.exceptions import ServiceRequestError, ServiceResponseError
from azure.core.pipeline import PipelineResponse
from pydantic import SecretStr

from shared.adapters.service_calls import TRY_AGAIN, PatientRetry, within
from shared.errors import ConfigError, OrchestratorError, ServiceRefused, ServiceUnavailable
from shared.run_config import ServiceLimits

Method = Literal["managed_identity", "api_key", "azure_cli"]
COGNITIVE_SERVICES_SCOPE = "https://cognitiveservices.azure.com/.default"
CLI_SECONDS = 10
_SDK_LOGGER = "azure.identity"
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.?|[0-9a-f:.]*:[0-9a-f:.]*")


def checked_endpoint(setting: str, endpoint: str, *, loopback_http: bool) -> str:
    """``endpoint`` when it may be given a secret; ``ConfigError`` names the app setting and what is allowed.

    ``loopback_http`` says whether plain HTTP to this machine itself will do.
    """
    if not endpoint:
        raise ConfigError(f"app setting {setting} is missing; the service it stands for is in use")
    scheme, host, extras = _parts(setting, endpoint)
    if extras:
        raise ConfigError(f"app setting {setting}: must be an address alone, without user, password, query or fragment")
    if scheme == "https" or (scheme == "http" and host in _LOOPBACK and loopback_http):
        return endpoint
    raise ConfigError(f"app setting {setting}: must be an https:// address; no key or token goes over plain HTTP")


def _parts(setting: str, endpoint: str) -> tuple[str, str, bool]:
    """Scheme, host, and whether there is more than an address; the endpoint itself is never shown."""
    try:
        parts = urlsplit(endpoint)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not _HOST.fullmatch(host) or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        raise ConfigError(f"app setting {setting}: must be an https:// address of a host")
    return parts.scheme, host, "@" in parts.netloc or "?" in endpoint or "#" in endpoint


def is_local(endpoint: str) -> bool:
    """Whether ``endpoint`` is on this machine's loopback address."""
    return urlsplit(endpoint).hostname in _LOOPBACK


def checked_key(setting: str, key: SecretStr) -> str:
    """The key itself; ``ConfigError`` names the app setting when there is none or it cannot be one."""
    value = key.get_secret_value()
    if not value:
        raise ConfigError(f"app setting {setting} is missing; azure_config.yaml says authentication.method: api_key")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigError(f"app setting {setting}: must be printable ASCII without spaces")
    return value


def token_credential(method: Method, client_id: str, limits: ServiceLimits) -> "PatientCredential":
    """The credential that fetches tokens; ``client_id`` names a user-assigned identity, empty the system's own.

    Method ``azure_cli`` asks the login of the Azure CLI; for every other the identity is the app's own.
    """
    from azure.identity import AzureCliCredential, ManagedIdentityCredential

    logging.getLogger(_SDK_LOGGER).setLevel(logging.CRITICAL)  # it writes down answers that may hold a token
    if method == "azure_cli":
        return PatientCredential(AzureCliCredential(process_timeout=CLI_SECONDS), "azure_cli", limits)
    endpoint = _TokenEndpoint(limits)
    managed = ManagedIdentityCredential(client_id=client_id or None, **endpoint.options())
    return PatientCredential(managed, "managed_identity", limits, endpoint)


def service_credential(
    method: Method, setting: str, key: SecretStr, client_id: str, limits: ServiceLimits
) -> AzureKeyCredential | TokenCredential:
    """What an Azure SDK client is given: the key of app setting ``setting``, or a credential for tokens."""
    if method == "api_key":
        return AzureKeyCredential(checked_key(setting, key))
    return token_credential(method, client_id, limits)


class _TokenEndpoint:
    """What is known of the endpoint that hands out a managed identity's tokens: the status of its last answer.

    The SDK's own fault does not tell it. It is kept between calls, because the SDK repeats a refusal for a minute
    without asking again.
    """

    def __init__(self, limits: ServiceLimits) -> None:
        self.status: int | None = None
        self._limits = limits
        self._patience = PatientRetry(limits)

    def options(self) -> dict[str, Any]:
        """Keyword arguments for the SDK's credential: the tries and timeouts of every other call."""
        again = self._limits.attempts - 1
        return {
            "connection_timeout": self._limits.connect_seconds,
            "read_timeout": self._limits.attempt_seconds,
            "retry_total": again,
            "retry_connect": again,
            "retry_read": again,
            "retry_status": again,
            "retry_backoff_max": self._limits.longest_wait_seconds,
            "raw_response_hook": self._answered,
        }

    def _answered(self, response: PipelineResponse[Any, Any]) -> None:
        """Called by the SDK with every answer; stops it from waiting longer than the limits allow."""
        self.status = response.http_response.status_code
        if self.status in TRY_AGAIN and not self._patience.may_pass(response):
            raise ServiceUnavailable("access token: managed_identity: the endpoint asks for too long a wait")


class PatientCredential:
    """A ``TokenCredential`` that answers or fails within the limits' worst case, and fails in our own words.

    ``ServiceUnavailable`` when the endpoint did not answer, or not now; ``ServiceRefused`` when there is no such
    identity or login.
    """

    def __init__(
        self,
        credential: SupportsTokenInfo,
        method: Method,
        limits: ServiceLimits,
        endpoint: _TokenEndpoint | None = None,
    ) -> None:
        self._credential: Any = credential
        self._what = f"access token: {method}"
        self._seconds = limits.worst_case_seconds
        self._endpoint = endpoint

    def get_token(
        self, *scopes: str, claims: str | None = None, tenant_id: str | None = None, **options: Any
    ) -> AccessToken:
        """A token for ``scopes``."""
        fetch = partial(self._credential.get_token, *scopes, claims=claims, tenant_id=tenant_id, **options)
        token: AccessToken = self._fetch(fetch)
        return token

    def get_token_info(self, *scopes: str, options: TokenRequestOptions | None = None) -> AccessTokenInfo:
        """A token for ``scopes`` with what is known of it."""
        token: AccessTokenInfo = self._fetch(partial(self._credential.get_token_info, *scopes, options=options))
        return token

    def _fetch(self, fetch: Callable[[], Any]) -> Any:
        try:
            return within(self._seconds, fetch)
        except TimeoutError:
            raise ServiceUnavailable(f"{self._what}: none within {self._seconds:g} seconds") from None
        except OrchestratorError:
            raise
        except Exception as fault:  # noqa: BLE001 - below it are two libraries, each with faults of its own
            raise self._explained(fault) from None

    def _explained(self, fault: Exception) -> OrchestratorError:
        for cause in (fault, fault.__cause__):
            if isinstance(cause, ServiceRequestError | ServiceResponseError):
                return ServiceUnavailable(f"{self._what}: the endpoint could not be reached ({type(cause).__name__})")
        status = self._endpoint.status if self._endpoint else None
        if status is None:
            return ServiceRefused(f"{self._what}: none could be had ({type(fault).__name__})")
        kind = ServiceUnavailable if status in TRY_AGAIN else ServiceRefused
        return kind(f"{self._what}: none could be had, the endpoint answered {status}")
