"""Loads and validates ``config/`` and the app settings. The only place that reads the environment.

A wrong value is named by file, key, value and what is allowed. Secrets are never expanded into configuration, because
a run keeps a copy of it.
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, Field, SecretStr, ValidationError

from shared.domain.prompts import validate_template
from shared.errors import ConfigError
from shared.run_config import TONES, Frozen, RunConfig

FILES = ("azure_config", "safety_thresholds", "experiment_config", "segmentation", "brand")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_SECRET = re.compile(r"KEY|SECRET|PASSWORD|TOKEN|CONNECTION|SAS", re.IGNORECASE)
_ROOT = Path(__file__).resolve().parents[1]


class AppSettings(Frozen):
    """The app settings: environment variables of the same names in upper case."""

    config_directory: str = Field(default=str(_ROOT / "config"), description="folder of the configuration files")
    data_directory: str = Field(default="", description="keep blobs in this folder instead of Blob Storage")
    data_storage: SecretStr = Field(default=SecretStr(""), description="connection string of the data storage account")
    data_storage__blobserviceuri: str = Field(default="", description="its blob endpoint, for a managed identity")
    data_storage__clientid: str = Field(default="", description="client id of the user-assigned identity")
    blob_trigger_source: Literal["EventGrid", "LogsAndContainerScan"] = Field(
        default="EventGrid", description="how uploads are noticed; LogsAndContainerScan with Azurite"
    )
    history_retention_days: int = Field(default=30, ge=1, le=3650, description="days until finished history is purged")
    website_auth_enabled: bool = Field(
        default=False, description="set by App Service Authentication: only then are its identity headers believed"
    )
    max_upload_mb: int = Field(default=50, ge=1, le=200, description="largest CSV body of POST /api/runs")


def load_settings(environment: Mapping[str, str] | None = None) -> AppSettings:
    """The app settings from the environment; ``ConfigError`` names the variable and what is allowed."""
    environment = os.environ if environment is None else environment
    by_name = {name.lower(): value for name, value in environment.items()}
    given = {name: by_name[name] for name in AppSettings.model_fields if by_name.get(name)}
    try:
        return AppSettings.model_validate(given)
    except ValidationError as fault:
        raise ConfigError(_explain("app setting", fault, AppSettings, str.upper)) from None


def load_config(directory: Path, environment: Mapping[str, str] | None = None) -> RunConfig:
    """Every file of ``directory``, expanded and validated; ``ConfigError`` names file, key, value and the rule."""
    environment = os.environ if environment is None else environment
    if not directory.is_dir():
        raise ConfigError(f"{directory}: there is no such configuration folder")
    sections = {
        name: _expand(_load_yaml(directory / f"{name}.yaml"), f"{name}.yaml", "", environment) for name in FILES
    }
    return _validate({**sections, "prompts": _load_prompts(directory / "prompts")})


def apply_overrides(config: RunConfig, overrides: Mapping[str, Any]) -> RunConfig:
    """``config`` with parts replaced, file by file and key by key; lists are replaced whole."""
    return _validate(_merge(config.model_dump(mode="json"), overrides)) if overrides else config


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


def _expand(value: Any, file: str, key: str, environment: Mapping[str, str]) -> Any:
    """``value`` with ``${NAME}`` and ``${NAME:-default}`` replaced in every text below it."""
    if isinstance(value, dict):
        return {k: _expand(v, file, f"{key}.{k}".lstrip("."), environment) for k, v in value.items()}
    if isinstance(value, list):
        return [_expand(item, file, f"{key}[{i}]", environment) for i, item in enumerate(value)]
    if not isinstance(value, str):
        return value

    def replace(match: re.Match[str]) -> str:
        name, default = match.groups()
        if _SECRET.search(name):
            raise ConfigError(
                f"{file}: {key}: ${{{name}}} looks like a secret; secrets are app settings, not configuration"
            )
        found = environment.get(name) or default
        if found is None:
            raise ConfigError(f"{file}: {key}: {name} is not set; set it or write ${{{name}:-default}}")
        return found

    return _VARIABLE.sub(replace, value)


def _validate(raw: Mapping[str, Any]) -> RunConfig:
    try:
        config = RunConfig.model_validate(raw)
    except ValidationError as fault:
        raise ConfigError(_explain("config", fault, RunConfig)) from None
    for tone, template in config.prompts.items():
        problems = validate_template(template)
        if problems:
            raise ConfigError(f"prompts/{tone}.txt: {problems[0]}")
    return config


def _explain(source: str, fault: ValidationError, model: type[BaseModel], spell: Any = str) -> str:
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
    return f"{source}: {key}: {_shown(problem['input'])} is not allowed: {message}"


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
