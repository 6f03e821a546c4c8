"""Configuration: every mistake is named by file, key, value and rule, and no secret gets in."""

import base64
import shutil
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

from shared.config import AZURE_SETTINGS, AppSettings, apply_overrides, load_config, load_settings
from shared.errors import ConfigError

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONFIG, tmp_path / "config"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))


def refusal(folder: Path, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(folder, environment or {})
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_shipped_configuration_is_valid_without_any_variable():
    """The configuration that comes with the app loads on a machine with an empty environment."""
    config = load_config(CONFIG, {})
    assert config.experiment_config.experiment.sample_allocation.control_percent == 25
    assert [rule.segment for rule in config.segmentation.rules] == ["High-Value Recent", "At-Risk", "New Customer"]


def test_unknown_key_is_named_with_what_is_allowed(folder):
    """A misspelled key names its file and the keys that stand there."""
    edit(folder, "experiment_config.yaml", "control_percent:", "control_pct:")
    message = refusal(folder)
    assert message.startswith("experiment_config.yaml: experiment.sample_allocation.control_pct")
    assert "control_percent, treatment_percent" in message


def test_wrong_value_is_named_with_file_key_and_rule(folder):
    """A value of the wrong kind is shown beside the key it stands under."""
    edit(folder, "experiment_config.yaml", "alpha: 0.05", "alpha: lots")
    message = refusal(folder)
    assert message.startswith('experiment_config.yaml: experiment.statistical_testing.alpha: "lots" is not allowed')


def test_rule_across_keys_is_explained(folder):
    """Shares that do not add up are refused in words."""
    edit(folder, "experiment_config.yaml", "control_percent: 25", "control_percent: 30")
    assert "add up to 100" in refusal(folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [("a: [1", "not valid YAML"), ("- a", "keys and values"), ("name: x\nname: y\n", "given twice: name")],
)
def test_broken_file_is_named(folder, text, words):
    """A file that is no YAML mapping, or gives a key twice, is refused by its name."""
    (folder / "brand.yaml").write_text(text)
    message = refusal(folder)
    assert message.startswith("brand.yaml")
    assert words in message


def test_missing_files_and_folders_are_named(folder, tmp_path):
    """What is not there is named: a file, a prompt, the folder."""
    (folder / "prompts" / "urgent.txt").unlink()
    assert "prompts/urgent.txt" in refusal(folder)
    (folder / "brand.yaml").unlink()
    assert "brand.yaml" in refusal(folder)
    assert "no such configuration folder" in refusal(tmp_path / "none")


def test_variables_are_expanded_with_defaults(folder):
    """``${NAME}`` takes the variable's value and ``${NAME:-x}`` falls back to x."""
    config = load_config(folder, {"AZURE_OPENAI_ENDPOINT": "https://models.example"})
    assert config.azure_config.azure_openai.endpoint == "https://models.example"
    assert load_config(folder, {}).azure_config.azure_openai.endpoint == ""


def test_variable_that_is_not_set_is_named(folder):
    """A variable without value and default names file, key and variable."""
    edit(folder, "brand.yaml", "name: ", "name: ${BRAND_NAME} # ")
    assert refusal(folder) == "brand.yaml: name: BRAND_NAME is not set; set it or write ${BRAND_NAME:-default}"


def test_secrets_are_not_expanded_into_configuration(folder):
    """A variable whose name speaks of a secret is refused, because a run keeps a copy of its configuration."""
    edit(folder, "brand.yaml", "name: ", "name: ${OPENAI_API_KEY} # ")
    message = refusal(folder, {"OPENAI_API_KEY": "hunter2"})
    assert "secret" in message
    assert "hunter2" not in message


def test_prompt_with_a_wrong_placeholder_is_named(folder):
    """A prompt that asks for something unknown is refused by its file."""
    edit(folder, "prompts/friendly.txt", "{tone}", "{mood}")
    assert refusal(folder).startswith("prompts/friendly.txt")


def test_overrides_replace_parts_and_are_validated():
    """A request's overrides change what they name, and a wrong one is refused like a file."""
    base = load_config(CONFIG, {})
    changed = apply_overrides(base, {"experiment_config": {"experiment": {"name": "spring"}}})
    assert changed.experiment_config.experiment.name == "spring"
    assert changed.brand == base.brand
    with pytest.raises(ConfigError, match=r"brand\.yaml: nme"):
        apply_overrides(base, {"brand": {"nme": "x"}})
    with pytest.raises(ConfigError, match="colours is not a known key"):
        apply_overrides(base, {"colours": {}})


def test_app_setting_outside_its_bounds_is_named():
    """A wrong app setting names the variable and the rule."""
    with pytest.raises(ConfigError, match="app setting: MAX_UPLOAD_MB"):
        load_settings({"MAX_UPLOAD_MB": "lots"})


def test_secrets_do_not_show_in_settings():
    """Neither the settings' text nor their fault shows a secret's value."""
    settings = load_settings({"DATA_STORAGE": "AccountKey=hunter2"})
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in settings.model_dump_json()


@pytest.mark.parametrize("name", ["PROFILE", "GENERATION_PROVIDER", "SEARCH_PROVIDER", "SAFETY_PROVIDER"])
def test_app_setting_with_an_unknown_value_is_named(name):
    """A choice that does not exist names the variable and what there is to choose."""
    with pytest.raises(ConfigError, match=f'app setting: {name}: "azzure" is not allowed: .*em'):
        load_settings({name: "azzure"})


SECRET = base64.b64encode(b"hunter2".ljust(32)).decode()
"""Fit for every secret setting, those that must be base64 of so many bytes too."""
SECRETS = [name for name, field in AppSettings.model_fields.items() if field.annotation is SecretStr]


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_setting_shows_or_becomes_configuration(folder, name):
    """No key shows in the settings' text or in a fault, and none can be written into a file by its name."""
    settings = load_settings({name.upper(): SECRET})
    assert getattr(settings, name).get_secret_value() == SECRET
    assert SECRET not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    edit(folder, "brand.yaml", "name: ", f"name: ${{{name.upper()}}} # ")
    message = refusal(folder, {name.upper(): SECRET})
    assert "secret" in message
    assert SECRET not in message


def test_wrong_secret_setting_is_not_echoed():
    """A secret that is not even a text is refused by its name alone."""
    with pytest.raises(ConfigError, match="app setting: AZURE_SEARCH_API_KEY: this value is not allowed") as caught:
        load_settings({"AZURE_SEARCH_API_KEY": ["hunter2"]})  # type: ignore[dict-item]
    assert "hunter2" not in str(caught.value)


def test_spelling_in_capitals_counts():
    """Names are compared without regard to case, in the files as in the settings; of two, that in capitals counts."""
    both = {"safety_provider": "azure", "SAFETY_PROVIDER": "embedded"}
    assert load_config(CONFIG, both).azure_config.providers.safety == "embedded"
    assert load_settings(both).safety_provider == "embedded"
    assert load_config(CONFIG, {"safety_provider": "azure"}).azure_config.providers.safety == "azure"


# --- switching to Azure -----------------------------------------------------------------------------------------------

ALL = {
    "GENERATION_PROVIDER": "azure",
    "SEARCH_PROVIDER": "azure",
    "SAFETY_PROVIDER": "azure",
    "AZURE_AUTHENTICATION": "azure_cli",
    "AZURE_OPENAI_ENDPOINT": "https://models.example",
    "AZURE_OPENAI_KIND": "v1",
    "AZURE_OPENAI_API_VERSION": "2026-01-01",
    "AZURE_OPENAI_DEPLOYMENT": "writer",
    "AZURE_OPENAI_STRUCTURED_OUTPUT": "false",
    "AZURE_OPENAI_TEMPERATURE": "0.25",
    "AZURE_OPENAI_TOP_P": "0.5",
    "AZURE_OPENAI_EMBEDDING_DEPLOYMENT": "vectors",
    "AZURE_OPENAI_EMBEDDING_DIMENSIONS": "256",
    "AZURE_OPENAI_PRICE_INPUT": "2.5",
    "AZURE_OPENAI_PRICE_CACHED_INPUT": "1.25",
    "AZURE_OPENAI_PRICE_OUTPUT": "10",
    "AZURE_OPENAI_PRICE_EMBEDDING": "0.02",
    "AZURE_SEARCH_ENDPOINT": "https://search.example",
    "AZURE_SEARCH_INDEX": "library",
    "AZURE_SEARCH_SEMANTIC_CONFIGURATION": "ranked",
    "AZURE_CONTENT_SAFETY_ENDPOINT": "https://safety.example",
    "MAX_COST_USD": "12.5",
}


def at(tree, key):
    for part in key.split("."):
        tree = tree[part]
    return tree


def test_every_service_is_set_up_by_app_settings_alone():
    """Each app setting of a service arrives at its key, as a value of the key's type."""
    assert set(AZURE_SETTINGS) == set(ALL)
    config = load_config(CONFIG, ALL).azure_config.model_dump(mode="json")
    for name, key in AZURE_SETTINGS.items():
        assert str(at(config, key)).lower() in {ALL[name], f"{ALL[name]}.0"}, name


def test_shipped_file_takes_each_setting_at_its_key():
    """The file that comes with the app uses exactly the settings that are known, each where it belongs."""
    written = yaml.safe_load((CONFIG / "azure_config.yaml").read_text())
    assert (CONFIG / "azure_config.yaml").read_text().count("${") == len(AZURE_SETTINGS) + 1  # one in the comment
    for name, key in AZURE_SETTINGS.items():
        assert str(at(written, key)).startswith((f"${{{name}:-", f"${{{name}-")), name


@pytest.mark.parametrize("name", AZURE_SETTINGS)
def test_empty_settings_are_as_good_as_none(name):
    """An app setting that is there and empty never stops the start."""
    assert load_config(CONFIG, {name: ""}).azure_config.providers.generation == "embedded"


def test_settings_that_can_be_switched_off_by_an_empty_text():
    """Where empty means something, an empty app setting is taken at its word: not sent, not ranked."""
    empty = dict.fromkeys(
        ("AZURE_OPENAI_TEMPERATURE", "AZURE_OPENAI_TOP_P", "AZURE_SEARCH_SEMANTIC_CONFIGURATION", "MAX_COST_USD"), ""
    )
    azure = load_config(CONFIG, empty).azure_config
    assert azure.azure_openai.temperature is None
    assert azure.azure_openai.top_p is None
    assert azure.azure_search.semantic_configuration == ""
    assert azure.limits.max_cost_usd is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AZURE_OPENAI_KIND", "openai"),
        ("AZURE_OPENAI_STRUCTURED_OUTPUT", "maybe"),
        ("AZURE_OPENAI_TEMPERATURE", "hot"),
        ("AZURE_OPENAI_EMBEDDING_DIMENSIONS", "1"),
        ("AZURE_OPENAI_PRICE_OUTPUT", "nan"),
        ("AZURE_SEARCH_INDEX", "My Index"),
        ("AZURE_AUTHENTICATION", "password"),
        ("MAX_COST_USD", "-1"),
        ("MAX_COST_USD", "inf"),
    ],
)
def test_wrong_value_is_named_with_the_setting_it_came_from(folder, name, value):
    """A value that came from an app setting is refused by file and key, and names the app setting."""
    message = refusal(folder, {name: value})
    assert message.startswith(f"azure_config.yaml: {AZURE_SETTINGS[name]}: ")
    assert message.endswith(f"(app setting {name})")


def test_setting_that_the_file_has_no_place_for_is_refused(folder):
    """An app setting whose place in the file was written over would be ignored, so the start stops with its name."""
    edit(folder, "azure_config.yaml", "generation: ${GENERATION_PROVIDER:-embedded}", "generation: embedded")
    message = refusal(folder, {"GENERATION_PROVIDER": "azure"})
    assert message.startswith("app setting GENERATION_PROVIDER is given, but azure_config.yaml does not use it")
    assert "providers.generation" in message


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        ("GENERATION_PROVIDER", "AZURE_OPENAI_DEPLOYMENT_NAME"),
        ("SEARCH_PROVIDER", "AZURE_SEARCH_INDEX_NAME"),
        ("SAFETY_PROVIDER", "AZURE_CONTENT_SAFETY_KEY"),
    ],
)
def test_misspelled_setting_of_a_service_in_use_is_refused(folder, provider, name):
    """A setting that nobody reads stops the start, lest its default stand in for it; not where it is another's."""
    message = refusal(folder, {provider: "azure", name: "hunter2"})
    assert message.startswith(f"app setting {name} is not known; there are AZURE_")
    assert "hunter2" not in message
    assert load_config(CONFIG, {name: "hunter2"})


def test_cost_limit_needs_prices(folder):
    """A limit on costs stops the start while any call that it bounds is said to cost nothing."""
    prices = {f"AZURE_OPENAI_PRICE_{name}": "2" for name in ("INPUT", "OUTPUT", "EMBEDDING")}
    services = {"GENERATION_PROVIDER": "azure", "SEARCH_PROVIDER": "azure", "AZURE_OPENAI_EMBEDDING_DEPLOYMENT": "v"}
    assert load_config(folder, {**services, **prices, "MAX_COST_USD": "1"}).azure_config.limits.max_cost_usd == 1
    for name in prices:
        message = refusal(folder, {**services, **prices, "MAX_COST_USD": "1", name: "0"})
        assert "a cost limit needs prices" in message
        assert name in message
    assert load_config(folder, {"MAX_COST_USD": "1"}).azure_config.limits.max_cost_usd == 1


# --- what a run may choose --------------------------------------------------------------------------------------------


def azure_override(key: str, value: object) -> dict[str, object]:
    tree: object = value
    for part in reversed(key.split(".")):
        tree = {part: tree}
    return {"azure_config": tree}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("azure_openai.max_tokens", 500),
        ("azure_openai.temperature", None),
        ("azure_openai.temperature", 0.1),
        ("azure_openai.top_p", 1.0),
        ("limits.max_cost_usd", 3.0),
        ("reuse.across_runs", False),
    ],
)
def test_run_may_choose_how_the_model_writes_and_what_it_may_cost(key, value):
    """The few values that are a run's own business can be given with it."""
    changed = apply_overrides(load_config(CONFIG, {}), azure_override(key, value))
    assert at(changed.azure_config.model_dump(), key) == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("providers.generation", "azure"),
        ("providers.safety", "azure"),
        ("azure_openai.kind", "compatible"),
        ("azure_openai.endpoint", "https://stranger.example"),
        ("azure_openai.deployment_name", "dearest"),
        ("azure_openai.embedding_dimensions", 8),
        ("azure_openai.prices_usd_per_million_tokens.output", 1),
        ("azure_search.endpoint", "https://stranger.example"),
        ("azure_search.index_name", "other"),
        ("azure_content_safety.endpoint", "https://stranger.example"),
        ("azure_content_safety.blocklists", ["mine"]),
        ("authentication.method", "api_key"),
        ("limits.attempts", 6),
        ("limits.concurrent_calls", 256),
    ],
)
def test_run_may_not_choose_the_services(key, value):
    """What the app was set up with cannot be changed by a request: an address in it would be sent the app's key."""
    with pytest.raises(ConfigError) as caught:
        apply_overrides(load_config(CONFIG, {}), azure_override(key, value))
    message = str(caught.value)
    assert message.startswith(f"azure_config.yaml: {key} is fixed by the app's settings; a run may choose ")
    assert "stranger" not in message


def test_run_may_repeat_what_is_so_anyway():
    """Parts that say what the app says already are no change."""
    base = load_config(CONFIG, ALL)
    everything = {"azure_config": base.azure_config.model_dump(mode="json")}
    assert apply_overrides(base, everything) == base


def test_run_may_not_raise_the_apps_cost_limit():
    """Where the app has a cost limit, a run may lower it, and neither raise nor drop it."""
    base = load_config(CONFIG, ALL)
    assert apply_overrides(base, azure_override("limits.max_cost_usd", 12)).azure_config.limits.max_cost_usd == 12
    for wanted in (12.6, None, ""):
        with pytest.raises(ConfigError, match=r"limits\.max_cost_usd: at most 12\.5"):
            apply_overrides(base, azure_override("limits.max_cost_usd", wanted))


def test_run_may_not_set_a_cost_limit_that_cannot_hold():
    """A run's own cost limit needs prices like the app's."""
    base = load_config(CONFIG, {"GENERATION_PROVIDER": "azure"})
    with pytest.raises(ConfigError, match="a cost limit needs prices"):
        apply_overrides(base, azure_override("limits.max_cost_usd", 5))


DESIGNED = {
    "safety_thresholds.yaml": """
safety_policy:
  threshold: 4
  categories: [hate, violence, self_harm, sexual]
  severity_levels: {safe: 0, low: 2, medium: 4, high: 6}
  audit_logging: {enabled: true, log_file: logs/safety_audit.log, format: csv}
""",
    "experiment_config.yaml": """
experiment:
  name: personalization_poc_v1
  description: A/B/n test of personalized variants vs generic control
  design: {num_treatment_arms: 3, control_arm: true, assignment_strategy: stratified_random}
  sample_allocation: {control_percent: 25, treatment_percent: 75}
  metrics: {primary: click_rate, secondary: [open_rate, conversion_rate]}
  statistical_testing: {alpha: 0.05, test_type: t-test}
  simulation:
    use_historical_data: false
    baseline_open_rate: 0.25
    baseline_click_rate: 0.05
    expected_uplift: 0.10
    uplift_std: 0.05
""",
    "azure_config.yaml": """
azure_openai:
  endpoint: https://<resource-name>.openai.azure.com/
  api_version: "2025-11-01-preview"
  deployment_name: gpt-4
  max_tokens: 1000
  temperature: 0.7
  top_p: 0.9
azure_search:
  endpoint: https://<search-service>.search.windows.net
  api_version: "2024-11-01-preview"
  index_name: approved-content
  semantic_configuration: default
azure_content_safety:
  endpoint: https://<resource-name>.cognitiveservices.azure.com/
  api_version: "2023-10-01"
authentication:
  method: managed_identity
""",
}


@pytest.mark.parametrize("file", DESIGNED)
def test_minimal_files_with_only_the_essential_keys_are_enough(folder, file):
    """A file may leave out what has a default, and keys that older files have are still accepted."""
    (folder / file).write_text(DESIGNED[file])
    config = load_config(folder, {})
    assert config.safety_thresholds.safety_policy.threshold == 4
    assert config.azure_config.providers.generation == "embedded"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Unsubscribe: {{unsubscribe_url}}", "Goodbye", "brand.yaml: footer: "),
        ("Unsubscribe: {{unsubscribe_url}}", "Unsubscribe: {{unsubscribe}}", "it must hold {{unsubscribe_url}}"),
        (
            "    - harbourandpine.example",
            "    - https://harbourandpine.example/",
            "brand.yaml: rules.allowed_link_domains.0",
        ),
        ("    - click here", '    - "!!!"', "brand.yaml: rules.banned_phrases.6"),
        ("  first_name:", "  unsubscribe_url:", "unsubscribe_url is the footer's alone"),
        ("  first_name:", "  First Name:", "brand.yaml: merge_fields.First Name"),
        ("fallback: there ", f"fallback: {'x' * 41} ", "fallback is longer than longest"),
        ("fallback: there ", "fallback: evil.com ", 'brand.yaml: merge_fields.first_name.fallback: "evil.com"'),
        ("    - click here", "    - at your own pace", 'the banned phrase "at your own pace"'),
        ("call_to_action: Visit the shop", "call_to_action: Visit [shop]", "control_message.call_to_action: holds"),
        ("exclamation_marks_max: 2", "exclamation_marks_max: -1", "brand.yaml: rules.exclamation_marks_max"),
    ],
)
def test_brand_rules_are_checked_when_they_are_loaded(folder, old, new, words):
    """A rule that cannot hold, and a control message or footer that breaks one, stop the start in one clear line."""
    edit(folder, "brand.yaml", old, new)
    assert words in refusal(folder)


def test_a_brand_file_from_before_the_rules_still_loads(folder):
    """Rules, merge fields and footer have defaults that allow the shipped control message."""
    written = yaml.safe_load((folder / "brand.yaml").read_text())
    for key in ("rules", "merge_fields", "footer"):
        del written[key]
    (folder / "brand.yaml").write_text(yaml.safe_dump(written))
    brand = load_config(folder, {}).brand
    assert "{{unsubscribe_url}}" in brand.footer
    assert (brand.rules.banned_phrases, brand.merge_fields) == ((), {})


def test_a_run_may_not_loosen_the_brands_rules_unheard():
    """A request that changes the control message is held to the rules like the file."""
    with pytest.raises(ConfigError, match=r"brand\.yaml: control_message: the body links to evil\.com"):
        apply_overrides(load_config(CONFIG, {}), {"brand": {"control_message": {"body": "See evil.com"}}})
