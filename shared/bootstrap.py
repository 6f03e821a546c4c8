"""Settings to services: the only place that builds a client. Nothing is built before it is first needed.

Building asks nothing of the network. What is missing, half given or contradictory stops here, by the name of the app
setting; no service ever stands in for another that was asked for.
"""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import SecretStr

from shared.config import KEY_BYTES, AppSettings, load_config, load_settings, openai_in_use
from shared.errors import ConfigError, NotReady
from shared.ports import BlobStore, ChatModel, Embedder, RunTracker, SafetyChecker, SealSigner, SearchIndex, Services
from shared.run_config import AzureConfig, Provider, RunConfig, ServiceLimits

if TYPE_CHECKING:
    from azure.core.credentials import AzureKeyCredential, TokenCredential
    from azure.storage.blob import BlobServiceClient
    from openai import OpenAI

    from shared.adapters.service_calls import ServiceGate

_FOLDER = re.compile(r"file:///[^?#\x00-\x1f]+")


@cache
def settings() -> AppSettings:
    """This process's app settings; ``NotReady`` names the one that is wrong."""
    with _told_as_not_ready():
        return load_settings()


@cache
def base_config() -> RunConfig:
    """The configuration that runs start from, held against the app settings; ``NotReady`` names what is wrong."""
    with _told_as_not_ready():
        config = load_config(Path(settings().config_directory))
        check_settings(settings(), config.azure_config)
        pseudonym_key(settings())
        return config


@cache
def services() -> Services:
    """This process's services; ``NotReady`` names the setting that keeps one from being built."""
    azure = base_config().azure_config
    with _told_as_not_ready():
        return Services(
            blobs=build_blob_store(settings(), azure),
            search=build_search_index(settings(), azure),
            model=build_model(settings(), azure),
            safety=build_safety_checker(settings(), azure),
            azure=azure,
            now=lambda: datetime.now(UTC),
            pseudonym_key=pseudonym_key(settings()),
            signer=build_signer(settings()),
            tracker=build_tracker(settings(), azure),
        )


def pseudonym_key(settings: AppSettings) -> bytes | None:
    """The key that customers are named under; None where none is given. ``ConfigError`` for one that is too weak."""
    text = settings.pseudonym_key.get_secret_value()
    if not text:
        return None
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise ConfigError(f"app setting PSEUDONYM_KEY: must be base64 of at least {KEY_BYTES} bytes")
    return key


@contextmanager
def _told_as_not_ready() -> Iterator[None]:
    """What is wrong with the app itself is no fault of who asks it."""
    try:
        yield
    except ConfigError as fault:
        raise NotReady(str(fault)) from None


# --- what the settings must say ---------------------------------------------------------------------------------------


class _Asked(NamedTuple):
    """What is said of one Azure service, and the names of the app settings that say it."""

    name: str  # app settings NAME_ENDPOINT and NAME_API_KEY
    provider_setting: str
    provider_given: str
    provider: Provider
    in_use: bool
    endpoint_given: str
    endpoint: str
    key: SecretStr
    key_optional: bool

    @property
    def endpoint_setting(self) -> str:
        return f"{self.name}_ENDPOINT"

    @property
    def key_setting(self) -> str:
        return f"{self.name}_API_KEY"


def check_settings(settings: AppSettings, azure: AzureConfig) -> None:
    """``ConfigError`` names the app setting that is missing, half given or contradicts another.

    A model server of kind ``compatible`` is reached with its key or without one, whatever the method: it is not
    Azure's, so no token goes there. Without a key it may be plain HTTP on this machine.
    """
    for asked in _asked(settings, azure):
        _check_whole(asked)
        _check_key(asked, azure)
        if asked.in_use:
            _check_endpoint(asked, settings.profile)
    if azure.azure_openai.embedding_deployment and azure.providers.search != "azure":
        raise ConfigError(
            "app setting AZURE_OPENAI_EMBEDDING_DEPLOYMENT is given, but SEARCH_PROVIDER is not azure: "
            "only Azure AI Search finds by meaning"
        )
    if settings.mlflow_tracking_uri:
        _check_tracking(settings)


def _asked(settings: AppSettings, azure: AzureConfig) -> tuple[_Asked, ...]:
    providers = azure.providers
    return (
        _Asked(
            name="AZURE_OPENAI",
            provider_setting="GENERATION_PROVIDER",
            provider_given=settings.generation_provider,
            provider=providers.generation,
            in_use=openai_in_use(azure),
            endpoint_given=settings.azure_openai_endpoint,
            endpoint=azure.azure_openai.endpoint,
            key=settings.azure_openai_api_key,
            key_optional=azure.azure_openai.kind == "compatible",
        ),
        _Asked(
            name="AZURE_SEARCH",
            provider_setting="SEARCH_PROVIDER",
            provider_given=settings.search_provider,
            provider=providers.search,
            in_use=providers.search == "azure",
            endpoint_given=settings.azure_search_endpoint,
            endpoint=azure.azure_search.endpoint,
            key=settings.azure_search_api_key,
            key_optional=False,
        ),
        _Asked(
            name="AZURE_CONTENT_SAFETY",
            provider_setting="SAFETY_PROVIDER",
            provider_given=settings.safety_provider,
            provider=providers.safety,
            in_use=providers.safety == "azure",
            endpoint_given=settings.azure_content_safety_endpoint,
            endpoint=azure.azure_content_safety.endpoint,
            key=settings.azure_content_safety_api_key,
            key_optional=False,
        ),
    )


def _check_whole(asked: _Asked) -> None:
    """Settings of a service that nobody chose are half of a wish."""
    if asked.provider_given or asked.provider == "azure":
        return
    given = {asked.endpoint_setting: asked.endpoint_given, asked.key_setting: asked.key.get_secret_value()}
    for name, value in given.items():
        if value:
            raise ConfigError(
                f"app setting {name} is given, {asked.provider_setting} is not: set it to azure or embedded"
            )


def _check_key(asked: _Asked, azure: AzureConfig) -> None:
    method, given = azure.authentication.method, bool(asked.key.get_secret_value())
    if given and method != "api_key" and not asked.key_optional:
        raise ConfigError(
            f"app setting {asked.key_setting} is given, but AZURE_AUTHENTICATION is {method}: "
            "remove the key, or set AZURE_AUTHENTICATION to api_key"
        )
    if given or (asked.in_use and method == "api_key" and not asked.key_optional):
        from shared.adapters.identity import checked_key

        checked_key(asked.key_setting, asked.key)


def _check_endpoint(asked: _Asked, profile: str) -> None:
    from shared.adapters.identity import checked_endpoint

    loopback_http = profile == "emulated" if asked.key.get_secret_value() else asked.key_optional
    checked_endpoint(asked.endpoint_setting, asked.endpoint, loopback_http=loopback_http)


def _check_tracking(settings: AppSettings) -> None:
    """The address of a server, or of a folder on this machine alone, and the package of the client.

    A folder of a deployed app would be gone with its instance.
    """
    setting, uri = "MLFLOW_TRACKING_URI", settings.mlflow_tracking_uri
    if not uri.startswith("file:"):
        from shared.adapters.identity import checked_endpoint

        checked_endpoint(setting, uri, loopback_http=True)
    elif not (settings.data_directory or settings.profile == "emulated"):
        raise ConfigError(
            f"app setting {setting}: a folder goes with DATA_DIRECTORY, or PROFILE = emulated; give an https:// address"
        )
    elif not _FOLDER.fullmatch(uri):
        raise ConfigError(f"app setting {setting}: a folder is written file:///PATH, with its whole path")
    if find_spec("mlflow") is None:
        raise ConfigError(
            f"app setting {setting} is given, but the package mlflow-skinny is not installed: "
            "install requirements-mlflow.txt"
        )


# --- the services -----------------------------------------------------------------------------------------------------


@cache
def _gate(limits: ServiceLimits) -> "ServiceGate":
    """One gate for all services: so many calls at once, whomever they go to. No call is made from within another."""
    from shared.adapters.service_calls import ServiceGate

    return ServiceGate(limits)


def build_search_index(settings: AppSettings, azure: AzureConfig) -> SearchIndex:
    """The index that is embedded, or Azure AI Search, with embeddings where a deployment is named."""
    if azure.providers.search == "embedded":
        from shared.adapters.search_sqlite import SqliteSearch

        return SqliteSearch()
    from shared.adapters.search_azure import AzureSearch

    return AzureSearch(
        azure.azure_search,
        _credential(settings, azure, "AZURE_SEARCH_API_KEY", settings.azure_search_api_key),
        _gate(azure.limits),
        embedder=_embedder(settings, azure),
        dimensions=azure.azure_openai.embedding_dimensions,
        embedding_price=azure.azure_openai.prices_usd_per_million_tokens.embedding,
    )


def _embedder(settings: AppSettings, azure: AzureConfig) -> Embedder | None:
    if not azure.azure_openai.embedding_deployment:
        return None
    from shared.adapters.model_openai import OpenAIEmbedder

    return OpenAIEmbedder(_openai(settings, azure), azure.azure_openai, _gate(azure.limits))


def build_model(settings: AppSettings, azure: AzureConfig) -> ChatModel:
    """The writer that is embedded, or a chat model over OpenAI's protocol."""
    if azure.providers.generation == "embedded":
        from shared.adapters.writer_template import TemplateWriter

        return TemplateWriter()
    from shared.adapters.model_openai import OpenAIModel

    return OpenAIModel(_openai(settings, azure), azure.azure_openai, _gate(azure.limits))


def _openai(settings: AppSettings, azure: AzureConfig) -> "OpenAI":
    from shared.adapters.identity import checked_key, token_credential
    from shared.adapters.model_openai import openai_client

    config, limits, method = azure.azure_openai, azure.limits, azure.authentication.method
    if config.kind == "compatible":
        return openai_client(config, limits, api_key=settings.azure_openai_api_key.get_secret_value())
    if method == "api_key":
        return openai_client(config, limits, api_key=checked_key("AZURE_OPENAI_API_KEY", settings.azure_openai_api_key))
    return openai_client(config, limits, credential=token_credential(method, settings.azure_client_id, limits))


def build_safety_checker(settings: AppSettings, azure: AzureConfig) -> SafetyChecker:
    """The screen that is embedded, or Azure AI Content Safety."""
    if azure.providers.safety == "embedded":
        from shared.adapters.safety_local import LocalScreen

        return LocalScreen()
    from shared.adapters.safety_azure import AzureContentSafety

    return AzureContentSafety(
        azure.azure_content_safety,
        _credential(settings, azure, "AZURE_CONTENT_SAFETY_API_KEY", settings.azure_content_safety_api_key),
        _gate(azure.limits),
    )


def _credential(
    settings: AppSettings, azure: AzureConfig, key_setting: str, key: SecretStr
) -> "AzureKeyCredential | TokenCredential":
    from shared.adapters.identity import service_credential

    return service_credential(azure.authentication.method, key_setting, key, settings.azure_client_id, azure.limits)


def build_signer(settings: AppSettings) -> SealSigner | None:
    """What signs seals, where a key is given."""
    seed = settings.seal_signing_key.get_secret_value()
    if not seed:
        return None
    from shared.adapters.signing import Ed25519Signer

    return Ed25519Signer(base64.b64decode(seed))


def build_tracker(settings: AppSettings, azure: AzureConfig) -> RunTracker | None:
    """What tells MLflow of runs, where an address is given. The library itself loads with the first run."""
    if not settings.mlflow_tracking_uri:
        return None
    from shared.adapters.tracking_mlflow import MlflowTracker

    return MlflowTracker(settings.mlflow_tracking_uri, settings.mlflow_experiment_name, _gate(azure.limits))


# --- the blob store ---------------------------------------------------------------------------------------------------


def build_blob_store(settings: AppSettings, azure: AzureConfig) -> BlobStore:
    """The directory or the storage account that the settings name; ``ConfigError`` when they name none or several."""
    stores = (
        settings.data_directory,
        settings.data_storage.get_secret_value(),
        settings.data_storage__blobserviceuri,
    )
    if sum(map(bool, stores)) != 1:
        raise ConfigError(
            "app settings: name exactly one data store: DATA_DIRECTORY, or DATA_STORAGE (a connection string), "
            "or DATA_STORAGE__blobServiceUri (an account reached with the app's identity)"
        )
    if settings.data_storage__clientid and not settings.data_storage__blobserviceuri:
        raise ConfigError("app setting DATA_STORAGE__clientId is given, DATA_STORAGE__blobServiceUri is not")
    if settings.data_directory:
        from shared.adapters.blobs_directory import DirectoryBlobStore

        return DirectoryBlobStore(Path(settings.data_directory))
    from shared.adapters.blobs_azure import AzureBlobStore

    keyed = bool(settings.data_storage.get_secret_value())
    return AzureBlobStore(_keyed_account(settings, azure) if keyed else _keyless_account(settings, azure))


def _keyed_account(settings: AppSettings, azure: AzureConfig) -> "BlobServiceClient":
    """The account of a connection string, whose key signs requests. On this machine alone plain HTTP will do."""
    from shared.adapters.blobs_azure import blob_service
    from shared.adapters.identity import is_local

    client = blob_service(connection_string=settings.data_storage.get_secret_value(), limits=azure.limits)
    if not client.url.startswith("https://") and not is_local(client.url):
        raise ConfigError(
            "app setting DATA_STORAGE: must name an https:// address; customers' data go over no plain HTTP"
        )
    return client


def _keyless_account(settings: AppSettings, azure: AzureConfig) -> "BlobServiceClient":
    """The account at an address, reached as the Azure CLI's user with that method, and as the app's identity else."""
    from shared.adapters.blobs_azure import blob_service
    from shared.adapters.identity import checked_endpoint, token_credential

    client_id = settings.data_storage__clientid or settings.azure_client_id
    url = checked_endpoint("DATA_STORAGE__blobServiceUri", settings.data_storage__blobserviceuri, loopback_http=False)
    credential = token_credential(azure.authentication.method, client_id, azure.limits)
    return blob_service(account_url=url, credential=credential, limits=azure.limits)
