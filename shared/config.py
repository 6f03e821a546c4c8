"""Loads and validates ``config/`` and the app settings, out of what ``shared.environment`` reads.

A wrong value is named by file, key, value and what is allowed. Secrets are never expanded into configuration, because
a run keeps a copy of it.
"""

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator

from shared.domain.brand import check_brand_config
from shared.domain.prompts import validate_template
from shared.environment import variables
from shared.errors import ConfigError
from shared.run_config import TONES, AzureConfig, Frozen, RunConfig

FILES = ("azure_config", "safety_thresholds", "experiment_config", "segmentation", "brand")
OPTIONAL_FILES = ("privacy",)
"""What a configuration folder may go without: the defaults hold then."""
AZURE_SETTINGS = {
    "GENERATION_PROVIDER": "providers.generation",
    "SEARCH_PROVIDER": "providers.search",
    "SAFETY_PROVIDER": "providers.safety",
    "AZURE_AUTHENTICATION": "authentication.method",
    "AZURE_OPENAI_ENDPOINT": "azure_openai.endpoint",
    "AZURE_OPENAI_KIND": "azure_openai.kind",
    "AZURE_OPENAI_API_VERSION": "azure_openai.api_version",
    "AZURE_OPENAI_DEPLOYMENT": "azure_openai.deployment_name",
    "AZURE_OPENAI_STRUCTURED_OUTPUT": "azure_openai.structured_output",
    "AZURE_OPENAI_TEMPERATURE": "azure_openai.temperature",
    "AZURE_OPENAI_TOP_P": "azure_openai.top_p",
    "AZURE_OPENAI_EMBEDDING_DEPLOYMENT": "azure_openai.embedding_deployment",
    "AZURE_OPENAI_EMBEDDING_DIMENSIONS": "azure_openai.embedding_dimensions",
    "AZURE_OPENAI_PRICE_INPUT": "azure_openai.prices_usd_per_million_tokens.input",
    "AZURE_OPENAI_PRICE_CACHED_INPUT": "azure_openai.prices_usd_per_million_tokens.cached_input",
    "AZURE_OPENAI_PRICE_OUTPUT": "azure_openai.prices_usd_per_million_tokens.output",
    "AZURE_OPENAI_PRICE_EMBEDDING": "azure_openai.prices_usd_per_million_tokens.embedding",
    "AZURE_SEARCH_ENDPOINT": "azure_search.endpoint",
    "AZURE_SEARCH_INDEX": "azure_search.index_name",
    "AZURE_SEARCH_SEMANTIC_CONFIGURATION": "azure_search.semantic_configuration",
    "AZURE_CONTENT_SAFETY_ENDPOINT": "azure_content_safety.endpoint",
    "MAX_COST_USD": "limits.max_cost_usd",
}
"""The app settings that ``azure_config.yaml`` is filled from, each with the key it stands at."""

KEY_BYTES = 32
"""The least length of the key of pseudonyms."""
RUN_CHOICES = (
    "azure_openai.max_tokens, azure_openai.temperature, azure_openai.top_p, limits.max_cost_usd, reuse.across_runs"
)
SEED_BYTES = 32
"""Of an Ed25519 private key, as RFC 8032 calls it."""
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?-)([^}]*))?\}")
_SECRET = re.compile(r"KEY|SECRET|PASSWORD|TOKEN|CONNECTION|SAS", re.IGNORECASE)
_ROOT = Path(__file__).resolve().parents[1]


class AppSettings(Frozen):
    """The app settings: environment variables of the same names in upper case."""

    config_directory: str = Field(default=str(_ROOT / "config"), description="folder of the configuration files")
    data_directory: str = Field(default="", description="keep blobs in this folder instead of Blob Storage")
    data_storage: SecretStr = Field(default=SecretStr(""), description="connection string of the data storage account")
    data_storage__blobserviceuri: str = Field(default="", description="its blob endpoint, for a managed identity")
    data_storage__clientid: str = Field(
        default="", description="client id of the identity that storage is reached with"
    )
    azure_client_id: str = Field(default="", description="client id of the user-assigned identity for all services")
    profile: Literal["", "emulated"] = Field(
        default="", description="emulated: keys, which open nothing, may go over plain HTTP to this machine itself"
    )
    generation_provider: Literal["", "embedded", "azure"] = Field(default="", description="who writes")
    search_provider: Literal["", "embedded", "azure"] = Field(default="", description="who finds content")
    safety_provider: Literal["", "embedded", "azure"] = Field(default="", description="who checks messages")
    azure_openai_endpoint: str = Field(default="", description="address of the chat model and the embeddings")
    azure_search_endpoint: str = Field(default="", description="address of Azure AI Search")
    azure_content_safety_endpoint: str = Field(default="", description="address of Azure AI Content Safety")
    azure_openai_api_key: SecretStr = Field(default=SecretStr(""), description="key of the OpenAI resource")
    azure_search_api_key: SecretStr = Field(default=SecretStr(""), description="admin key of the search service")
    azure_content_safety_api_key: SecretStr = Field(default=SecretStr(""), description="key of the safety resource")
    blob_trigger_source: Literal["EventGrid", "LogsAndContainerScan"] = Field(
        default="EventGrid", description="how uploads are noticed; LogsAndContainerScan with Azurite"
    )
    history_retention_days: int = Field(default=30, ge=1, le=3650, description="days until finished history is purged")
    run_retention_days: int | None = Field(
        default=None, ge=1, le=3650, description="days until the files of ended runs are purged; empty: never"
    )
    website_auth_enabled: bool = Field(
        default=False, description="set by App Service Authentication: only then are its identity headers believed"
    )
    pseudonym_key: SecretStr = Field(
        default=SecretStr(""), description="base64 of at least 32 random bytes: what erased customers are known by"
    )
    seal_signing_key: SecretStr = Field(
        default=SecretStr(""), description="base64 of the 32-byte Ed25519 seed that seals are signed with"
    )
    mlflow_tracking_uri: str = Field(
        default="", description="address of the MLflow server that runs are tracked on; empty: not tracked"
    )
    mlflow_experiment_name: str = Field(
        default="customer-personalization",
        max_length=250,
        pattern=r"^[^\x00-\x1f]+$",
        description="the MLflow experiment that runs are tracked in",
    )
    max_unfinished_runs: int = Field(
        default=100, ge=1, le=10_000, description="runs that may be under way before POST /api/runs is refused"
    )
    max_upload_mb: int = Field(default=50, ge=1, le=200, description="largest list or engagement in a request")

    @field_validator("seal_signing_key")
    @classmethod
    def _is_a_seed(cls, key: SecretStr) -> SecretStr:
        if key.get_secret_value() and not _has_bytes(key.get_secret_value(), SEED_BYTES):
            raise ValueError(f"must be base64 of exactly {SEED_BYTES} bytes")
        return key


def _has_bytes(text: str, count: int) -> bool:
    """Whether ``text`` is base64 of that many bytes."""
    try:
        return len(base64.b64decode(text, validate=True)) == count
    except ValueError:
        return False


def load_settings(environment: Mapping[str, str] | None = None) -> AppSettings:
    """The app settings from the environment; ``ConfigError`` names the variable and what is allowed."""
    by_name = variables(environment)
    given = {name: by_name[name] for name in AppSettings.model_fields if by_name.get(name)}
    try:
        return AppSettings.model_validate(given)
    except ValidationError as fault:
        raise ConfigError(_explain("app setting", fault, AppSettings, str.upper)) from None


def load_config(directory: Path, environment: Mapping[str, str] | None = None) -> RunConfig:
    """Every file of ``directory``, expanded and validated; ``ConfigError`` names file, key, value and the rule."""
    by_name = variables(environment)
    if not directory.is_dir():
        raise ConfigError(f"{directory}: there is no such configuration folder")
    given = [name for name in OPTIONAL_FILES if (directory / f"{name}.yaml").exists()]
    written = {name: _load_yaml(directory / f"{name}.yaml") for name in (*FILES, *given)}
    used = {variable for text in _texts(written) for variable in _variables(text)}
    _refuse_ignored(by_name, used)
    sections = {name: _expand(content, f"{name}.yaml", "", by_name) for name, content in written.items()}
    config = _validate({**sections, "prompts": _load_prompts(directory / "prompts")}, written)
    _refuse_unknown(by_name, used, config.azure_config)
    return config


def apply_overrides(config: RunConfig, overrides: Mapping[str, Any]) -> RunConfig:
    """``config`` with parts replaced, file by file and key by key; lists are replaced whole.

    ``ConfigError`` also where a run asks for other services than the app was set up with: an address in a request
    would send the app's key to a stranger. Nor can a run choose for itself who may be written to.
    """
    if not overrides:
        return config
    changed = _validate(_merge(config.model_dump(mode="json"), overrides))
    _check_run_choices(config.azure_config, changed.azure_config)
    if changed.privacy != config.privacy:
        raise ConfigError("privacy.yaml: is fixed by the app; a run cannot change who may be written to")
    return changed


def _check_run_choices(base: AzureConfig, asked: AzureConfig) -> None:
    fixed = next(_differences(base.deployment(), asked.deployment()), None)
    if fixed is not None:
        raise ConfigError(
            f"azure_config.yaml: {fixed} is fixed by the app's settings; a run may choose {RUN_CHOICES}, and no other"
        )
    most = base.limits.max_cost_usd
    if most is not None and (asked.limits.max_cost_usd is None or asked.limits.max_cost_usd > most):
        raise ConfigError(f"azure_config.yaml: limits.max_cost_usd: at most {most:g}, the limit of the app itself")


def _differences(base: Any, asked: Any, key: str = "") -> Iterator[str]:
    """The keys at which two trees of the same form differ."""
    if isinstance(base, dict) and isinstance(asked, dict):
        for name in base:
            yield from _differences(base[name], asked[name], f"{key}.{name}".lstrip("."))
    elif base != asked:
        yield key


def _merge(base: Any, change: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(change, Mapping)):
        return change
    return {**base, **{key: _merge(base.get(key), value) for key, value in change.items()}}


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML as ``safe_load`` reads it, except that a key given twice is an error and not a silent choice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            problem = f"key given twice: {', '.join(sorted(twice))}"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return super().construct_mapping(node, deep)


def _load_yaml(path: Path) -> dict[str, Any]:
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506 - derives from SafeLoader
    except FileNotFoundError:
        raise ConfigError(f"{path}: configuration file not found") from None
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{path.name}: cannot be read as UTF-8 text") from None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{path.name}{where}: not valid YAML: {getattr(fault, 'problem', None) or fault}") from None
    if not isinstance(loaded, dict):
        raise ConfigError(f"{path.name}: must hold keys and values")
    return loaded


def _load_prompts(directory: Path) -> dict[str, str]:
    prompts: dict[str, str] = {}
    for tone in TONES:
        path = directory / f"{tone}.txt"
        try:
            prompts[tone] = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise ConfigError(f"prompts/{path.name}: prompt file not found; every tone needs one") from None
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"prompts/{path.name}: cannot be read as UTF-8 text") from None
    return prompts


# --- app settings within the files ------------------------------------------------------------------------------------


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value


def _variables(text: str) -> list[str]:
    """The names of the variables in ``text``, in lower case."""
    return [match[1].lower() for match in _VARIABLE.finditer(text)]


def _refuse_ignored(by_name: Mapping[str, str], used: set[str]) -> None:
    """A setting that the files have no place for would be given in vain."""
    for name, key in AZURE_SETTINGS.items():
        if by_name.get(name.lower()) and name.lower() not in used:
            raise ConfigError(
                f"app setting {name} is given, but azure_config.yaml does not use it: write ${{{name}:-}} at {key}"
            )


def _refuse_unknown(by_name: Mapping[str, str], used: set[str], azure: AzureConfig) -> None:
    """A misspelled setting of a service in use would leave its default in place unnoticed."""
    prefixes = tuple(_prefixes_in_use(azure))
    known = {*used, *AppSettings.model_fields, *(name.lower() for name in AZURE_SETTINGS)}
    for name in sorted(by_name.keys() - known):
        if by_name[name] and name.startswith(prefixes):
            allowed = ", ".join(sorted(other.upper() for other in known if other.startswith(prefixes)))
            raise ConfigError(f"app setting {name.upper()} is not known; there are {allowed}")


def openai_in_use(azure: AzureConfig) -> bool:
    """Whether anything is asked of the OpenAI endpoint: messages, or vectors for the search index."""
    embeds = azure.providers.search == "azure" and bool(azure.azure_openai.embedding_deployment)
    return azure.providers.generation == "azure" or embeds


def _prefixes_in_use(azure: AzureConfig) -> Iterator[str]:
    if openai_in_use(azure):
        yield "azure_openai_"
    if azure.providers.search == "azure":
        yield "azure_search_"
    if azure.providers.safety == "azure":
        yield "azure_content_safety_"


def _is_secret(variable: str) -> bool:
    field = AppSettings.model_fields.get(variable.lower())
    return bool(_SECRET.search(variable)) or (field is not None and field.annotation is SecretStr)


def _expand(value: Any, file: str, key: str, by_name: Mapping[str, str]) -> Any:
    """``value`` with its variables replaced in every text below it.

    As in a shell, ``${NAME}`` must be given, ``${NAME:-text}`` is ``text`` where it is missing or empty, and
    ``${NAME-text}`` where it is missing.
    """
    if isinstance(value, dict):
        return {k: _expand(v, file, f"{key}.{k}".lstrip("."), by_name) for k, v in value.items()}
    if isinstance(value, list):
        return [_expand(item, file, f"{key}[{i}]", by_name) for i, item in enumerate(value)]
    if not isinstance(value, str):
        return value

    def replace(match: re.Match[str]) -> str:
        name, operator, default = match.groups()
        if _is_secret(name):
            raise ConfigError(
                f"{file}: {key}: ${{{name}}} looks like a secret; secrets are app settings, not configuration"
            )
        given = by_name.get(name.lower())
        found: str | None = given if given or (given is not None and operator == "-") else default
        if found is None:
            raise ConfigError(f"{file}: {key}: {name} is not set; set it or write ${{{name}:-default}}")
        return found

    return _VARIABLE.sub(replace, value)


# --- validation -------------------------------------------------------------------------------------------------------


def _validate(raw: Mapping[str, Any], written: Mapping[str, Any] | None = None) -> RunConfig:
    """``raw`` as a model; ``written`` is what stood in the files, to name the app setting that a value came from."""
    try:
        config = RunConfig.model_validate(raw)
    except ValidationError as fault:
        explained = _explain("config", fault, RunConfig)
        raise ConfigError(f"{explained}{_origin(written or {}, fault)}") from None
    for tone, template in config.prompts.items():
        problems = validate_template(template)
        if problems:
            raise ConfigError(f"prompts/{tone}.txt: {problems[0]}")
    _check_prices(config.azure_config)
    if faults := check_brand_config(config.brand):
        raise ConfigError(f"brand.yaml: {faults[0]}")
    return config


def _origin(written: Any, fault: ValidationError) -> str:
    """The app settings behind the first wrong value, if any."""
    for part in fault.errors(include_url=False)[0]["loc"]:
        inside = isinstance(written, dict) and part in written
        if not inside and not (isinstance(written, list) and isinstance(part, int)):
            return ""
        written = written[part]
    names = ", ".join(name.upper() for name in _variables(written)) if isinstance(written, str) else ""
    return f" (app setting {names})" if names else ""


def _check_prices(azure: AzureConfig) -> None:
    """A limit on costs can only hold where every call that it bounds has a price."""
    if azure.limits.max_cost_usd is None:
        return
    needed = ["input", "output"] if azure.providers.generation == "azure" else []
    if azure.providers.search == "azure" and azure.azure_openai.embedding_deployment:
        needed.append("embedding")
    for name in needed:
        if getattr(azure.azure_openai.prices_usd_per_million_tokens, name) == 0:
            raise ConfigError(
                "azure_config.yaml: limits.max_cost_usd: a cost limit needs prices: "
                f"azure_openai.prices_usd_per_million_tokens.{name} is 0; set AZURE_OPENAI_PRICE_{name.upper()}"
            )


def _explain(source: str, fault: ValidationError, model: type[BaseModel], spell: Callable[[str], str] = str) -> str:
    """The first problem of ``fault`` in one line: where, what was found, what is allowed."""
    problem = fault.errors(include_url=False)[0]
    location = [str(part) for part in problem["loc"]]
    if model is RunConfig and len(location) > 1:
        source = f"{location[0]}.yaml"
        location = location[1:]
    key = spell(".".join(location))
    if problem["type"] == "extra_forbidden":
        allowed = ", ".join(sorted(_fields_at(model, problem["loc"][:-1])))
        return f"{source}: {key} is not a known key; allowed here: {allowed}"
    if problem["type"] == "missing":
        return f"{source}: {key} is missing"
    message = problem["msg"].removeprefix("Value error, ")
    shown = "this value" if model is AppSettings and _is_secret(key) else _shown(problem["input"])
    return f"{source}: {key}: {shown} is not allowed: {message}"


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return "this value"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _fields_at(model: Any, location: tuple[Any, ...]) -> set[str]:
    """The keys allowed at ``location`` below ``model``."""
    for part in location:
        if isinstance(part, int) or not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        annotation = model.model_fields[part].annotation if part in model.model_fields else None
        candidates = [annotation, *getattr(annotation, "__args__", ())]
        model = next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), None)
    return set(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else set()
