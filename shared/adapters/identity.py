"""How the app proves who it is to a service: a managed identity, the Azure CLI's login, or a key.

A key or a token goes over HTTPS only. Plain HTTP is for the emulated profile, on this machine's loopback address, where
no key is real. Keys stay in ``SecretStr`` and in the SDKs' own credential objects, whose repr does not show them.
"""

from typing import Literal
from urllib.parse import urlsplit

from azure.core.credentials import AzureKeyCredential, TokenCredential
from pydantic import SecretStr

from shared.errors import ConfigError

Method = Literal["managed_identity", "api_key", "azure_cli"]
COGNITIVE_SERVICES_SCOPE = "https://cognitiveservices.azure.com/.default"
CLI_SECONDS = 10
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def checked_endpoint(setting: str, endpoint: str, *, emulated: bool) -> str:
    """``endpoint`` when it may be given a secret; ``ConfigError`` names the app setting and what is allowed."""
    if not endpoint:
        raise ConfigError(f"app setting {setting} is missing; the service it stands for is in use")
    try:
        parts = urlsplit(endpoint)
        host = parts.hostname
    except ValueError:
        raise ConfigError(f"app setting {setting}: must be an https:// address") from None
    if parts.username or parts.password:
        raise ConfigError(f"app setting {setting}: must not hold a user name or a password")
    if host and parts.scheme == "https":
        return endpoint
    if host in _LOOPBACK and parts.scheme == "http" and emulated:
        return endpoint
    raise ConfigError(f"app setting {setting}: must be an https:// address; no key or token goes over plain HTTP")


def checked_key(setting: str, key: SecretStr) -> str:
    """The key itself; ``ConfigError`` names the app setting when there is none or it cannot be one."""
    value = key.get_secret_value()
    if not value:
        raise ConfigError(f"app setting {setting} is missing; azure_config.yaml says authentication.method: api_key")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigError(f"app setting {setting}: must be printable ASCII without spaces")
    return value


def token_credential(method: Method, client_id: str) -> TokenCredential:
    """The credential that fetches tokens; ``client_id`` names a user-assigned identity, empty the system's own."""
    from azure.identity import AzureCliCredential, ManagedIdentityCredential

    if method == "azure_cli":
        return AzureCliCredential(process_timeout=CLI_SECONDS)
    return ManagedIdentityCredential(client_id=client_id or None)


def service_credential(
    method: Method, setting: str, key: SecretStr, client_id: str
) -> AzureKeyCredential | TokenCredential:
    """What an Azure SDK client is given: the key of app setting ``setting``, or a credential for tokens."""
    if method == "api_key":
        return AzureKeyCredential(checked_key(setting, key))
    return token_credential(method, client_id)
