"""Settings to services: what is asked for is what is built, and what is half asked for stops by its name."""

import sys
from pathlib import Path

import pytest

from shared import bootstrap
from shared.adapters.blobs_azure import AzureBlobStore
from shared.adapters.blobs_directory import DirectoryBlobStore
from shared.adapters.model_openai import OpenAIModel
from shared.adapters.safety_azure import AzureContentSafety
from shared.adapters.safety_local import LocalScreen
from shared.adapters.search_azure import AzureSearch
from shared.adapters.search_sqlite import SqliteSearch
from shared.adapters.tracking_mlflow import MlflowTracker
from shared.adapters.writer_template import TemplateWriter
from shared.bootstrap import build_blob_store, build_search_index, check_settings
from shared.config import load_config, load_settings
from shared.errors import ConfigError, NotReady
from shared.run_config import AzureConfig

CONFIG = Path(__file__).parents[2] / "config"
KEY = "hunter2"
SERVICES = {
    "AZURE_OPENAI": "GENERATION_PROVIDER",
    "AZURE_SEARCH": "SEARCH_PROVIDER",
    "AZURE_CONTENT_SAFETY": "SAFETY_PROVIDER",
}
AZURE = dict.fromkeys(SERVICES.values(), "azure") | {
    f"{name}_ENDPOINT": f"https://{name.lower().replace('_', '-')}.example" for name in SERVICES
}
KEYS = {f"{name}_API_KEY": KEY for name in SERVICES}
KEYED = {**AZURE, **KEYS, "AZURE_AUTHENTICATION": "api_key"}
EMULATED = {**KEYED, **{f"{name}_ENDPOINT": "http://127.0.0.1:7090" for name in SERVICES}, "PROFILE": "emulated"}
EMBEDDINGS = {"AZURE_OPENAI_EMBEDDING_DEPLOYMENT": "vectors"}
ACCOUNT = "https://account.blob.core.windows.net"
TRACKING = {"MLFLOW_TRACKING_URI": "https://mlflow.example", "MLFLOW_EXPERIMENT_NAME": "spring"}


def check(environment):
    check_settings(load_settings(environment), load_config(CONFIG, environment).azure_config)


def refusal(environment) -> str:
    """The one line that stops the start; no key is in it."""
    with pytest.raises(ConfigError) as caught:
        check(environment)
    message = str(caught.value)
    assert "\n" not in message
    assert KEY not in message
    return message


def without(environment, *names):
    return {name: value for name, value in environment.items() if name not in names}


@pytest.fixture
def process(monkeypatch):
    """A process whose app settings are those given, with nothing built yet."""

    def start(environment):
        for name in {*SERVICES.values(), *KEYED, *EMBEDDINGS, "PROFILE", "DATA_STORAGE", "DATA_DIRECTORY", *TRACKING}:
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        _forget()

    yield start
    _forget()


def _forget():
    for built in (bootstrap.settings, bootstrap.base_config, bootstrap.services):
        built.cache_clear()


# --- what is built ----------------------------------------------------------------------------------------------------


def test_embedded_services_need_no_setting(process, tmp_path):
    """With nothing but a place for data, every service is embedded, and the services say what they were built from."""
    process({"DATA_DIRECTORY": str(tmp_path)})
    services = bootstrap.services()
    assert isinstance(services.blobs, DirectoryBlobStore)
    assert isinstance(services.search, SqliteSearch)
    assert isinstance(services.model, TemplateWriter)
    assert isinstance(services.safety, LocalScreen)
    assert services.azure == bootstrap.base_config().azure_config


@pytest.mark.parametrize(
    "environment",
    [
        AZURE,
        KEYED,
        EMULATED,
        {**AZURE, "AZURE_AUTHENTICATION": "azure_cli", "AZURE_OPENAI_KIND": "v1"},
        {**KEYED, **EMBEDDINGS},
        {**AZURE, **EMBEDDINGS, "AZURE_CLIENT_ID": "00000000-0000-0000-0000-000000000001"},
    ],
)
def test_azure_services_are_app_settings_alone(process, environment):
    """The same configuration files give Azure's services where the settings ask for them, without any network."""
    process({**environment, "DATA_STORAGE__blobServiceUri": ACCOUNT})
    services = bootstrap.services()
    assert isinstance(services.blobs, AzureBlobStore)
    assert isinstance(services.search, AzureSearch)
    assert isinstance(services.model, OpenAIModel)
    assert isinstance(services.safety, AzureContentSafety)
    assert services.azure.providers.model_dump() == dict.fromkeys(("search", "generation", "safety"), "azure")


@pytest.mark.parametrize(
    ("provider", "built"),
    [("GENERATION_PROVIDER", "model"), ("SEARCH_PROVIDER", "search"), ("SAFETY_PROVIDER", "safety")],
)
def test_services_are_chosen_one_by_one(process, tmp_path, provider, built):
    """One service can be Azure's while the others are embedded."""
    name = next(name for name, setting in SERVICES.items() if setting == provider)
    process({"DATA_DIRECTORY": str(tmp_path), provider: "azure", f"{name}_ENDPOINT": AZURE[f"{name}_ENDPOINT"]})
    services = bootstrap.services()
    kinds = {part: getattr(services, part).provider.startswith("azure") for part in ("model", "search", "safety")}
    assert kinds == {part: part == built for part in kinds}


def test_compatible_server_needs_no_key(process, tmp_path):
    """A model server on this machine is reached without a key over plain HTTP, whatever the method is."""
    process(
        {
            "DATA_DIRECTORY": str(tmp_path),
            "GENERATION_PROVIDER": "azure",
            "AZURE_OPENAI_KIND": "compatible",
            "AZURE_OPENAI_ENDPOINT": "http://localhost:11434/v1",
        }
    )
    assert bootstrap.services().model.provider == "openai_compatible"


def test_search_index_can_be_built_by_itself():
    """The index needs neither a data store nor the other services."""
    environment = {"SEARCH_PROVIDER": "azure", "AZURE_SEARCH_ENDPOINT": "https://search.example"}
    azure = load_config(CONFIG, environment).azure_config
    assert isinstance(build_search_index(load_settings(environment), azure), AzureSearch)
    assert isinstance(build_search_index(load_settings({}), AzureConfig()), SqliteSearch)


# --- what stops the start ---------------------------------------------------------------------------------------------


def test_whole_settings_pass():
    """Settings that say all that is needed raise nothing."""
    for environment in ({}, AZURE, KEYED, EMULATED, {**AZURE, **EMBEDDINGS}, {**KEYED, **EMBEDDINGS}):
        check(environment)


@pytest.mark.parametrize("name", SERVICES)
def test_service_without_an_address_is_named(name):
    """A provider that is azure needs its service's endpoint."""
    assert refusal(without(AZURE, f"{name}_ENDPOINT")).startswith(f"app setting {name}_ENDPOINT is missing")


@pytest.mark.parametrize("name", SERVICES)
def test_service_without_its_key_is_named(name):
    """Method api_key needs the key of every service in use."""
    assert refusal(without(KEYED, f"{name}_API_KEY")).startswith(f"app setting {name}_API_KEY is missing")


@pytest.mark.parametrize("name", SERVICES)
def test_key_that_would_not_be_used_is_named(name):
    """A key is refused while the method is not api_key."""
    message = refusal({**AZURE, f"{name}_API_KEY": KEY})
    assert message.startswith(f"app setting {name}_API_KEY is given, but AZURE_AUTHENTICATION is managed_identity")


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("suffix", ["ENDPOINT", "API_KEY"])
def test_service_that_nobody_chose_is_named(name, suffix):
    """An endpoint or a key without its provider is half of a wish; with embedded said in words, it is prepared."""
    half = {f"{name}_{suffix}": {**AZURE, **KEYS}[f"{name}_{suffix}"], "AZURE_AUTHENTICATION": "api_key"}
    provider = SERVICES[name]
    expected = f"app setting {name}_{suffix} is given, {provider} is not: set it to azure or embedded"
    assert refusal(half) == expected
    check({**half, provider: "embedded"})


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("endpoint", ["http://service.example", "http://127.0.0.1:7090", "service.example"])
def test_plain_http_is_named(name, endpoint):
    """An endpoint that is no https address stops the start, this machine's own too, with a key or an identity."""
    for environment in (KEYED, AZURE):
        assert refusal({**environment, f"{name}_ENDPOINT": endpoint}).startswith(
            f"app setting {name}_ENDPOINT: must be"
        )


@pytest.mark.parametrize("name", SERVICES)
def test_emulated_profile_allows_keys_on_this_machine_and_nothing_else(name):
    """The emulated profile lets keys go over plain HTTP to loopback: not to another host, and no token."""
    assert f"{name}_ENDPOINT: must be" in refusal({**EMULATED, f"{name}_ENDPOINT": "http://service.example"})
    keyless = {**without(EMULATED, *KEYS), "AZURE_AUTHENTICATION": "managed_identity"}
    assert "_ENDPOINT: must be an https:// address" in refusal(keyless)


def test_compatible_server_gets_a_key_over_https_only():
    """A key for a model server that is not Azure's may be given with any method, and goes over https."""
    server = {"GENERATION_PROVIDER": "azure", "AZURE_OPENAI_KIND": "compatible", "AZURE_OPENAI_API_KEY": KEY}
    check({**server, "AZURE_OPENAI_ENDPOINT": "https://models.example/v1"})
    local = {**server, "AZURE_OPENAI_ENDPOINT": "http://localhost:8000/v1"}
    assert refusal(local).startswith("app setting AZURE_OPENAI_ENDPOINT: must be an https:// address")
    check({**local, "PROFILE": "emulated"})
    remote = {**without(server, "AZURE_OPENAI_API_KEY"), "AZURE_OPENAI_ENDPOINT": "http://models.example/v1"}
    assert refusal(remote).startswith("app setting AZURE_OPENAI_ENDPOINT: must be an https:// address")


def test_key_that_cannot_be_one_is_named():
    """A key pasted with a line end stops the start."""
    assert refusal({**KEYED, "AZURE_SEARCH_API_KEY": f"{KEY}\n"}).startswith(
        "app setting AZURE_SEARCH_API_KEY: must be"
    )


def test_embeddings_need_the_search_service_and_an_address():
    """An embedding deployment without Azure AI Search, or without an OpenAI endpoint, is named."""
    message = refusal({**AZURE, **EMBEDDINGS, "SEARCH_PROVIDER": "embedded"})
    assert message.startswith(
        "app setting AZURE_OPENAI_EMBEDDING_DEPLOYMENT is given, but SEARCH_PROVIDER is not azure"
    )
    search_only = {**without(AZURE, "AZURE_OPENAI_ENDPOINT"), **EMBEDDINGS, "GENERATION_PROVIDER": "embedded"}
    assert refusal(search_only).startswith("app setting AZURE_OPENAI_ENDPOINT is missing")
    check({**search_only, "AZURE_OPENAI_ENDPOINT": "https://models.example"})
    keyed = {**without(KEYED, "AZURE_OPENAI_API_KEY"), **EMBEDDINGS, "GENERATION_PROVIDER": "embedded"}
    assert refusal(keyed).startswith("app setting AZURE_OPENAI_API_KEY is missing")


def test_start_stops_before_anything_is_built(process, tmp_path):
    """Both the configuration and the services of a process tell the same one error, every time they are asked for."""
    process({**without(AZURE, "AZURE_SEARCH_ENDPOINT"), "DATA_DIRECTORY": str(tmp_path)})
    for ask in (bootstrap.base_config, bootstrap.services, bootstrap.services):
        with pytest.raises(ConfigError, match="app setting AZURE_SEARCH_ENDPOINT is missing"):
            ask()


# --- tracking ---------------------------------------------------------------------------------------------------------


def test_runs_are_tracked_only_where_an_address_is_given(process, tmp_path):
    """Off by default, and with an address it is MLflow that is told."""
    process({"DATA_DIRECTORY": str(tmp_path)})
    assert bootstrap.services().tracker is None
    process({"DATA_DIRECTORY": str(tmp_path), **TRACKING})
    assert isinstance(bootstrap.services().tracker, MlflowTracker)


@pytest.mark.parametrize(
    "uri",
    ["https://mlflow.example", "https://mlflow.example:8443/base", "http://127.0.0.1:5000", "http://localhost:5000"],
)
def test_address_of_a_tracking_server_is_allowed(uri):
    """A server is reached over https, or over plain HTTP on this machine alone."""
    check({"MLFLOW_TRACKING_URI": uri})


@pytest.mark.parametrize(
    "uri",
    [
        *("http://mlflow.example", f"https://user:{KEY}@mlflow.example", f"https://mlflow.example/?token={KEY}"),
        *("azureml://region.api.azureml.ms/mlflow", "databricks", "sqlite:///runs.db", "./mlruns", "https://"),
    ],
)
def test_other_address_of_a_tracking_server_is_refused(uri):
    """Plain HTTP to another host, a user or a query in the address and any other scheme stop the start."""
    assert refusal({"MLFLOW_TRACKING_URI": uri, "DATA_DIRECTORY": "data"}).startswith(
        "app setting MLFLOW_TRACKING_URI: must be"
    )


def test_runs_are_tracked_in_a_folder_on_this_machine_only():
    """A folder, by its whole path, goes with data in a folder or with emulated services."""
    folder = {"MLFLOW_TRACKING_URI": "file:///data/ml runs"}
    check({**folder, "DATA_DIRECTORY": "data"})
    check({**folder, "PROFILE": "emulated"})
    assert "a folder goes with DATA_DIRECTORY" in refusal({**folder, "DATA_STORAGE__blobServiceUri": ACCOUNT})
    for uri in ("file:mlruns", "file://host/mlruns", "file:///", "file:///a?b=c"):
        message = refusal({"MLFLOW_TRACKING_URI": uri, "DATA_DIRECTORY": "data"})
        assert "a folder is written file:///PATH" in message


def test_missing_client_of_the_tracking_server_is_named(process, tmp_path, monkeypatch):
    """Where the package is not installed the app is not ready, and says what to install."""
    monkeypatch.setitem(sys.modules, "mlflow", None)
    process({"DATA_DIRECTORY": str(tmp_path), **TRACKING})
    for ask in (bootstrap.base_config, bootstrap.services):
        with pytest.raises(NotReady, match=r"mlflow-skinny is not installed: install requirements-mlflow\.txt"):
            ask()


@pytest.mark.parametrize("name", ["a\nb", "x" * 251])
def test_experiment_needs_a_name_of_one_line(name):
    """Control characters and a name that no server takes are refused."""
    with pytest.raises(ConfigError, match="app setting: MLFLOW_EXPERIMENT_NAME"):
        load_settings({"MLFLOW_EXPERIMENT_NAME": name})


# --- the data store ---------------------------------------------------------------------------------------------------


def store(environment):
    return build_blob_store(load_settings(environment), load_config(CONFIG, environment).azure_config)


LOOPBACK_ACCOUNT = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/a;"


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"DATA_DIRECTORY": "data", "DATA_STORAGE": LOOPBACK_ACCOUNT},
        {"DATA_DIRECTORY": "data", "DATA_STORAGE__blobServiceUri": ACCOUNT},
        {"DATA_STORAGE": LOOPBACK_ACCOUNT, "DATA_STORAGE__blobServiceUri": ACCOUNT},
    ],
)
def test_exactly_one_data_store_is_named(environment):
    """None, or more than one, is refused with what there is to choose."""
    with pytest.raises(ConfigError, match="name exactly one data store: DATA_DIRECTORY, or DATA_STORAGE"):
        store(environment)


@pytest.mark.parametrize("method", ["managed_identity", "azure_cli", "api_key"])
def test_account_is_reached_without_a_key_by_every_method(method):
    """An account by its address is reached with a token: the CLI's with that method, the app's identity else."""
    assert isinstance(store({"DATA_STORAGE__blobServiceUri": ACCOUNT, "AZURE_AUTHENTICATION": method}), AzureBlobStore)


def test_account_by_connection_string():
    """A connection string is Azurite's on this machine, or names https."""
    for text in ("UseDevelopmentStorage=true", LOOPBACK_ACCOUNT, LOOPBACK_ACCOUNT.replace("http", "https")):
        assert isinstance(store({"DATA_STORAGE": text}), AzureBlobStore)


def test_data_go_over_no_plain_http():
    """Neither a token nor customers' data leave this machine over plain HTTP."""
    with pytest.raises(ConfigError, match="app setting DATA_STORAGE: must name an https:// address"):
        store({"DATA_STORAGE": LOOPBACK_ACCOUNT.replace("127.0.0.1:1", "storage.example")})
    for address in ("http://storage.example", "http://127.0.0.1:10000/a", "account"):
        with pytest.raises(ConfigError, match="app setting DATA_STORAGE__blobServiceUri: must be"):
            store({"DATA_STORAGE__blobServiceUri": address, "PROFILE": "emulated"})


def test_identity_without_its_account_is_named():
    """A client id for storage without the account's address is half a setting."""
    with pytest.raises(ConfigError, match="DATA_STORAGE__clientId is given, DATA_STORAGE__blobServiceUri is not"):
        store({"DATA_DIRECTORY": "data", "DATA_STORAGE__clientId": "x"})
