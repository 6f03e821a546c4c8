"""Configuration: every mistake is named by file, key, value and rule, and no secret gets in."""

import shutil
from pathlib import Path

import pytest

from shared.config import apply_overrides, load_config, load_settings
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
