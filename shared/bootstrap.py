"""Settings to services: the only place that builds a client. Nothing is built before it is first needed."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from shared.config import AppSettings, load_config, load_settings
from shared.errors import ConfigError
from shared.ports import BlobStore, Services
from shared.run_config import RunConfig
from shared.run_folder import CONTAINERS


@cache
def settings() -> AppSettings:
    """This process's app settings."""
    return load_settings()


@cache
def base_config() -> RunConfig:
    """The configuration that runs start from."""
    return load_config(Path(settings().config_directory))


@cache
def services() -> Services:
    """This process's services."""
    from shared.adapters.safety_local import LocalScreen
    from shared.adapters.search_sqlite import SqliteSearch
    from shared.adapters.writer_template import TemplateWriter

    return Services(
        blobs=build_blob_store(settings()),
        search=SqliteSearch(),
        model=TemplateWriter(),
        safety=LocalScreen(),
        now=lambda: datetime.now(UTC),
    )


def build_blob_store(settings: AppSettings) -> BlobStore:
    """The directory or the storage account that the settings name; ``ConfigError`` when they name neither or both."""
    account = settings.data_storage.get_secret_value() or settings.data_storage__blobserviceuri
    if bool(settings.data_directory) == bool(account):
        raise ConfigError(
            "app settings: name exactly one data store: DATA_DIRECTORY, or DATA_STORAGE (a connection string), "
            "or DATA_STORAGE__blobServiceUri (an account reached with the app's identity)"
        )
    if settings.data_directory:
        from shared.adapters.blobs_directory import DirectoryBlobStore

        return DirectoryBlobStore(Path(settings.data_directory))
    return _azure_store(settings)


def _azure_store(settings: AppSettings) -> BlobStore:
    from shared.adapters.blobs_azure import AzureBlobStore, blob_service

    if settings.data_storage.get_secret_value():
        service = blob_service(connection_string=settings.data_storage.get_secret_value())
    else:
        from azure.identity import DefaultAzureCredential, ManagedIdentityCredential

        client_id = settings.data_storage__clientid
        credential = ManagedIdentityCredential(client_id=client_id) if client_id else DefaultAzureCredential()
        service = blob_service(account_url=settings.data_storage__blobserviceuri, credential=credential)
    store = AzureBlobStore(service)
    store.ensure_containers(CONTAINERS)
    return store
