"""The docs are held to the code: what can be set, called or typed is documented, and what is documented exists."""

import argparse
import inspect
import json
import re
import types
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Union, get_args, get_origin

import annotated_types
import numpy as np
import pytest
from pydantic import BaseModel

import triggers.admission
import triggers.requests
import triggers.runs
from local import cli
from orchestrator import ATTEMPTS, FIRST_RETRY_MILLISECONDS
from shared import engagement_folder, run_folder, telemetry
from shared.adapters import storage_retry
from shared.adapters.safety_azure import LONGEST_TEXT
from shared.adapters.search_azure import BATCH_ACTIONS, EMBEDDED_AT_ONCE, KEYS_AT_ONCE
from shared.bootstrap import check_settings
from shared.budget import BUDGET
from shared.config import AZURE_SETTINGS, FILES, OPTIONAL_FILES, AppSettings, load_config, load_settings
from shared.contracts import AuditEntry, DecisionsRequest, EditRequest, RecallRequest, RunRequest, State
from shared.domain.content import parse_content
from shared.domain.counts import CountsDocument, analyse_counts
from shared.domain.csv_records import COLUMNS
from shared.domain.customers import load_customer_data
from shared.domain.engagement import OPTIONAL, REQUIRED, Window, sort_rows
from shared.domain.stats.sample_ratio import SRM_ALPHA
from shared.errors import OrchestratorError
from shared.run_config import TONES, Feature, RunConfig, ServiceLimits
from triggers.openapi import ROUTES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
ADRS = sorted((DOCS / "adr").glob("[0-9]*.md"))
PAGES = sorted([*ROOT.glob("*.md"), ROOT / "samples" / "README.md", *DOCS.rglob("*.md")])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
LIMITS = ServiceLimits()
FUNCTION_TIMEOUT, FUNCTION_TIMEOUT_SECONDS = "00:10:00", 600


@cache
def text_of(path):
    return path.read_text(encoding="utf-8")


def page(name):
    return text_of(ROOT / name)


def prose(text):
    """A page without its code blocks, so that what looks like a link or a heading is one."""
    return BLOCK.sub("", text)


def section(text, heading):
    """What stands below ``heading`` (without its hashes) up to the next heading of its level or above."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n", text, re.MULTILINE)
    assert found, f"there is no heading {heading!r}"
    below = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", BLOCK.sub(lambda block: " " * len(block[0]), below), re.MULTILINE)
    return below[: end.start()] if end else below


def rows(text):
    """The cells of every table row, headings and rules left out; a pipe within a cell is escaped."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def blocks(path, language):
    return [body for kind, body in BLOCK.findall(text_of(path)) if kind == language]


def shell_lines():
    """Every line of every shell block, continued lines joined: (page, line)."""
    return [
        (path, line.strip())
        for path in PAGES
        for body in blocks(path, "sh")
        for line in body.replace("\\\n", " ").splitlines()
    ]


def anchors(path):
    headings = re.findall(r"^#+ (.+)$", prose(text_of(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# --- configuration ----------------------------------------------------------------------------------------------------


def parts_of(annotation):
    """The annotation without None and ``Annotated``, and the constraints found on the way."""
    if get_origin(annotation) is Annotated:
        inner, *constraints = get_args(annotation)
        bare, more = parts_of(inner)
        return bare, [*flat(constraints), *more]
    if get_origin(annotation) in {Union, types.UnionType}:
        (only,) = [part for part in get_args(annotation) if part is not type(None)]
        return parts_of(only)
    return annotation, []


def flat(constraints):
    """Constraints, those inside a ``Field`` included."""
    return [inner for one in constraints for inner in (getattr(one, "metadata", None) or [one])]


def is_model(annotation):
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def keys_below(model, prefix=""):
    """Every key that may be written, as the docs name it, with its field: ``rules[].when.FEATURE.above``."""
    for name, field in model.model_fields.items():
        bare, constraints = parts_of(field.annotation)
        inner = [part for part in get_args(bare) if is_model(part)]
        if is_model(bare):
            yield from keys_below(bare, f"{prefix}{name}.")
            continue
        yield f"{prefix}{name}", (field, bare, [*flat(field.metadata), *constraints])
        if inner:
            yield from keys_below(inner[0], f"{prefix}{name}{placeholder(bare)}.")


def placeholder(bare):
    """How the docs write the position in a list, or the key of a mapping."""
    if get_origin(bare) is tuple:
        return "[]"
    return ".FEATURE" if get_args(bare)[0] == Feature else ".NAME"


def shown_default(field):
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    return f"`{json.dumps(value)}`"


def bounds_of(bare, constraints):
    """The numbers and words that the description of what is allowed must hold."""
    if get_origin(bare) is Literal:
        return [json.dumps(choice) for choice in get_args(bare)]
    limits = [
        getattr(constraint, side)
        for constraint in constraints
        for side, kind in (("ge", annotated_types.Ge), ("gt", annotated_types.Gt), ("le", annotated_types.Le))
        if isinstance(constraint, kind)
    ]
    limits += [constraint.lt for constraint in constraints if isinstance(constraint, annotated_types.Lt)]
    limits += [constraint.max_length for constraint in constraints if isinstance(constraint, annotated_types.MaxLen)]
    return [f"{limit:g}" if limit < 1e5 else str(limit) for limit in limits]


def documented(text):
    """Key -> cells of the tables in ``text``."""
    found = rows(text)
    names = [CODE.search(cells[0])[1] for cells in found]
    assert len(set(names)) == len(names), "a key is documented twice"
    return dict(zip(names, found, strict=True))


@pytest.mark.parametrize("file", [*FILES, *OPTIONAL_FILES])
def test_every_configuration_key_is_documented(file):
    """Each configuration file's table has exactly the keys of its model, with their defaults and what is allowed."""
    keys = dict(keys_below(RunConfig.model_fields[file].annotation))
    table = documented(section(page("docs/configuration.md"), f"`{file}.yaml`"))
    assert set(table) == set(keys)
    for key, (field, bare, constraints) in keys.items():
        _, _, default, allowed, meaning = table[key]
        assert default == shown_default(field), key
        assert meaning, key
        for bound in bounds_of(bare, constraints):
            assert re.search(rf"(?<![\w.]){re.escape(bound)}(?![\w.])", allowed.replace(",", "")), (key, bound)


def test_every_prompt_file_is_documented():
    """Each tone's prompt file is named."""
    for tone in TONES:
        assert f"`prompts/{tone}.txt`" in page("docs/configuration.md")


def test_every_app_setting_is_documented():
    """The app settings' table has every setting with its default, and every value of the example settings file."""
    table = documented(section(page("docs/configuration.md"), "App settings"))
    by_field = {name.lower(): cells for name, cells in table.items()}
    example = json.loads(page("local.settings.json.example"))["Values"]
    assert set(AppSettings.model_fields) <= set(by_field)
    assert set(example) <= set(table)
    for name, field in AppSettings.model_fields.items():
        _, kind, default, allowed, _ = by_field[name]
        bare, constraints = parts_of(field.annotation)
        assert default == shown_setting(name, field), name
        for bound in bounds_of(bare, [*flat(field.metadata), *constraints]):
            assert bound.strip('"') in allowed, (name, bound, kind)


def test_app_settings_documented_as_the_apps_own_exist():
    """Nothing is documented as read by the app that the app does not read."""
    own = documented(section(page("docs/configuration.md"), "App settings").partition("### ")[0])
    assert {name.lower() for name in own} == set(AppSettings.model_fields)


def test_every_setting_that_fills_a_file_is_documented():
    """The table of what fills ``azure_config.yaml`` has each setting with its key and the file's own default."""
    settings = section(page("docs/configuration.md"), "App settings")
    table = documented(section(settings, "Settings that fill `azure_config.yaml`"))
    own = {name.upper() for name in AppSettings.model_fields}
    assert set(table) == set(AZURE_SETTINGS) - own
    written = dict(re.findall(r"\$\{(\w+):?-([^}]*)\}", page("config/azure_config.yaml")))
    for name, (_, default, key, meaning) in table.items():
        assert default == (f"`{written[name]}`" if written[name] else "empty"), name
        assert key == f"`{AZURE_SETTINGS[name]}`", name
        assert meaning, name
    for name in set(AZURE_SETTINGS) & own:
        assert f"fills `{AZURE_SETTINGS[name]}`" in settings, name


@pytest.mark.parametrize("number", range(3))
def test_example_settings_switch_to_azure(number):
    """Each block of settings shown under Switching to Azure is whole: it stops no start."""
    blocks_shown = BLOCK.findall(section(page("docs/configuration.md"), "Switching to Azure"))
    assert len(blocks_shown) == 3
    environment = dict(line.split("=", 1) for line in blocks_shown[number][1].splitlines())
    config = load_config(ROOT / "config", environment).azure_config
    check_settings(load_settings(environment), config)
    assert config.providers.generation == "azure"


def shown_setting(name, field):
    value = field.get_default()
    if name == "config_directory":
        return "`config`"
    text = value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
    return f"`{text}`" if text else "empty"


# --- what can be called, typed and seen -------------------------------------------------------------------------------


def test_every_route_is_documented():
    """The HTTP page has one heading for each route and none beside them."""
    routes = {f"{route.method.upper()} /api/{route.path}" for route in ROUTES}
    headings = re.findall(r"^### `((?:GET|POST|PUT|PATCH|DELETE) [^`]+)`$", page("docs/http-api.md"), re.MULTILINE)
    assert sorted(headings) == sorted(routes)


def faults(base=OrchestratorError):
    return {base, *(fault for child in base.__subclasses__() for fault in faults(child))}


def test_every_fault_code_is_documented():
    """The HTTP page's table of problems has every fault's code with its status, and no other."""
    declared = {"shared.errors", *(one.__name__ for one in (triggers.admission, triggers.requests, triggers.runs))}
    known = {fault.code: str(fault.status) for fault in faults() if fault.__module__ in declared}
    table = documented(section(page("docs/http-api.md"), "Problems"))
    assert {code: cells[1] for code, cells in table.items()} == known


def test_every_event_is_documented():
    """The operations page's table of events has every event name, and no other."""
    table = documented(section(page("docs/operations.md"), "Events"))
    assert set(table) == set(get_args(telemetry.Event))


def test_every_state_is_documented():
    """The architecture page's table of states has every state, and no other."""
    assert set(documented(section(page("docs/architecture.md"), "States"))) == set(get_args(State))


def test_every_file_of_a_run_is_documented():
    """The architecture page names every file that a run can hold."""
    constants = [value for name, value in vars(run_folder).items() if name.isupper() and isinstance(value, str)]
    files = {value for value in constants if "." in value} | set(run_folder.REPORTS.values())
    for name, function in inspect.getmembers(run_folder, inspect.isfunction):
        if name.endswith("_part"):
            files.add(function(0).replace("00000", "NNNNN"))
        elif name.endswith("_file") and "answer" in name:
            files.add(function("{service}", "{key}"))
        elif name == "export_file":
            files.add(function("{arm}", 0).replace("00000", "NNNNN"))
        elif name in {"decision_file", "revision_file"}:
            files.add(function("{variant_id}", 0).replace("000", "NNN"))
        elif name.endswith("_file"):
            files.add(function("{segment_id}" if "retrieval" in name else "{variant_id}"))
        elif name.startswith("audit_"):
            files.add(function("{run_id}"))
    files |= {*triggers.runs.INPUT_FILES.values(), triggers.runs.INPUT_CONTENT, triggers.runs.INPUT_SUPPRESSION, BUDGET}
    for file in sorted(files):
        assert f"`{file}" in page("docs/architecture.md"), file


def test_every_container_is_documented():
    """The architecture page's table of containers has every container, and no other."""
    table = section(page("docs/architecture.md"), "Files").partition("Below `runs/{run_id}/`")[0]
    assert {name.rstrip("/") for name in documented(table)} == {
        *(run_folder.RUNS, run_folder.AUDIT, run_folder.UPLOADS, run_folder.CONTENT, run_folder.ANSWERS),
        *(run_folder.SUPPRESSION, run_folder.ERASURES),
        *(run_folder.RECALLS, run_folder.ENGAGEMENT),
    }


def test_every_file_of_observed_engagement_is_documented():
    """The architecture page's table has each file of an analysis, in the order in which they are written."""
    written = (engagement_folder.ROWS, engagement_folder.REJECTED, engagement_folder.RECEIVED, run_folder.EXPERIMENT)
    table = section(page("docs/architecture.md"), "Files").partition("Below `engagement/")[2]
    named = re.findall(r"`([^`]+)`", " ".join(line.split("|")[1] for line in table.splitlines() if line[:3] == "| `"))
    assert named == [*written, *engagement_folder.ANALYSIS_REPORTS.values()]


def test_example_engagement_is_accepted():
    """The HTTP page's example file breaks no rule, and its table has exactly the columns that are read."""
    page_section = section(page("docs/http-api.md"), "`POST /api/runs/{run_id}/engagement`")
    (body,) = [block[1] for block in BLOCK.findall(page_section) if block[0] == "csv"]
    window = Window(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC))
    sorted_rows = sort_rows(body.encode(), window, assigned=lambda ids: np.ones(len(ids), dtype=bool))
    assert (len(sorted_rows.counted), len(sorted_rows.left_out)) == (3, 0)
    named = re.findall(r"`([a-z_]+)`", " ".join(cells[0] for cells in rows(page_section)))
    assert set(named) == {*REQUIRED, *OPTIONAL}


def test_every_field_of_the_audit_is_documented():
    """The architecture page names every field of an audit entry."""
    for name in AuditEntry.model_fields:
        assert f"`{name}`" in section(page("docs/architecture.md"), "The audit chain and the seal"), name


@cache
def commands():
    """Command -> its flags, from the command line's own parser."""
    actions = cli._parser()._actions
    (choices,) = [action.choices for action in actions if isinstance(action, argparse._SubParsersAction)]
    return {
        name: {flag for action in parser._actions for flag in action.option_strings if flag not in {"-h", "--help"}}
        for name, parser in choices.items()
    }


def test_every_command_and_flag_is_documented():
    """The README's table of commands has every command with all of its flags, and no other."""
    table = rows(section(page("README.md"), "The command line"))
    found = {CODE.search(cells[0])[1].split()[0]: set(re.findall(r"--[a-z-]+", " ".join(cells))) for cells in table}
    assert found == commands()


def test_command_lines_in_the_docs_exist():
    """Each ``python -m local`` line shown in a shell block uses a command and flags that exist."""
    lines = [line for _, line in shell_lines() if "-m local" in line]
    assert lines
    for line in lines:
        command, *rest = line.split("-m local", 1)[1].split("#")[0].split()
        used = {word.split("=")[0] for word in rest if word.startswith("--")}
        assert used <= commands()[command], line


def make_targets():
    return set(re.findall(r"^([a-z]+):", page("Makefile"), re.MULTILINE))


def test_every_make_target_is_documented():
    """README and CONTRIBUTING explain every target of the Makefile and name none that is not there."""
    both = page("README.md") + page("CONTRIBUTING.md")
    named = set(re.findall(r"`make ([a-z]+)", both))
    in_blocks = {match for _, line in shell_lines() for match in re.findall(r"^make ([a-z]+)", line)}
    assert named == make_targets()
    assert in_blocks <= make_targets()


def test_settings_example_is_accepted():
    """The example settings file, copied as it stands, is a valid environment for the app."""
    environment = json.loads(page("local.settings.json.example"))["Values"]
    check_settings(load_settings(environment), load_config(ROOT / "config", environment).azure_config)


# --- examples ---------------------------------------------------------------------------------------------------------


def test_json_examples_are_json():
    """Every JSON block on every page parses."""
    for path in PAGES:
        for body in blocks(path, "json"):
            try:
                json.loads(body)
            except json.JSONDecodeError as error:
                pytest.fail(f"{path.name}: {error} in {body[:60]!r}")


def test_example_requests_are_accepted():
    """The HTTP page's example bodies pass the models that the routes hold them to."""
    text = page("docs/http-api.md")
    for heading, model in (
        ("`POST /api/runs`", RunRequest),
        ("`POST /api/runs/{run_id}/approval`", DecisionsRequest),
        ("`POST /api/recalls`", RecallRequest),
        ("`PUT /api/runs/{run_id}/variants/{variant_id}`", EditRequest),
    ):
        body = BLOCK.search(section(text, heading))
        assert body[1] == "json"
        assert model.model_validate_json(body[2])


def test_example_problems_are_real():
    """Each problem document shown carries a code and the status that goes with it."""
    known = {fault.code: fault for fault in faults()}
    shown = [json.loads(body) for body in blocks(DOCS / "http-api.md", "json") if "urn:personalization" in body]
    assert shown
    for document in shown:
        fault = known[document["code"]]
        assert document["status"] == fault.status
        assert document["title"] == fault.__doc__.partition("\n")[0].rstrip(".")
        assert document["type"].endswith(f":{fault.code}")


def test_example_customer_list_is_accepted(tmp_path):
    """The README's example list has only known columns and no bad row."""
    (body,) = blocks(ROOT / "README.md", "csv")
    path = tmp_path / "customers.csv"
    path.write_text(body, encoding="utf-8")
    assert len(load_customer_data(str(path))) == len(body.splitlines()) - 1
    assert set(body.splitlines()[0].split(",")) <= set(COLUMNS)


def test_every_customer_column_is_documented():
    """The README's table of columns has exactly the columns that are read."""
    assert set(documented(section(page("README.md"), "The customer list"))) == set(COLUMNS)


def test_example_counts_are_accepted():
    """The statistics page's example of counts can be analysed as it stands, and its table has every key."""
    (body,) = blocks(DOCS / "statistics.md", "json")
    found = analyse_counts(json.loads(body))
    assert not found["srm"]["mismatch"]
    assert [(one["metric"], one["lift_percent"]) for one in found["comparisons"]] == [("visit", 20.0), ("spend", 20.0)]
    keys = {
        name
        for cells in rows(section(page("docs/statistics.md"), "Counts from elsewhere"))
        for name in CODE.findall(cells[0])
    }
    assert keys == set(CountsDocument.model_fields)


def test_example_document_is_accepted():
    """The README's example document can be used as it stands."""
    (body,) = blocks(ROOT / "README.md", "markdown")
    documents, left_out = parse_content("example.md", body.encode())
    assert [len(documents), left_out] == [1, []]


# --- figures ----------------------------------------------------------------------------------------------------------


def test_stated_figures_are_the_codes():
    """The arithmetic in the docs starts from the numbers in the code."""
    assert str(SRM_ALPHA) in page("docs/adr/0006-proportions-tests-with-holm.md")
    assert json.loads(page("host.json"))["functionTimeout"] == FUNCTION_TIMEOUT
    assert f"{ATTEMPTS} x {LIMITS.attempts} = {ATTEMPTS * LIMITS.attempts}" in page("docs/architecture.md")


def test_the_delivered_limits_are_the_defaults():
    """The arithmetic holds for the configuration as delivered: its limits are those of the code."""
    assert load_config(ROOT / "config", {}).azure_config.limits == LIMITS


@pytest.mark.parametrize("name", ["docs/architecture.md", "docs/configuration.md"])
def test_stated_worst_case_of_a_call_is_the_codes(name):
    """The worst case of one call is worked out on the page from the limits."""
    tries, waits = f"{LIMITS.attempts} x {LIMITS.attempt_seconds:g}", f"{LIMITS.longest_wait_seconds:g}"
    stated = f"{tries} + {LIMITS.attempts - 1} x {waits} = {LIMITS.worst_case_seconds:g}"
    assert stated in page(name)


def test_stated_worst_cases_of_activities_are_the_codes():
    """Two calls are below the timeout of one activity, and stated so."""
    text, call = page("docs/architecture.md"), LIMITS.worst_case_seconds
    assert text.count(f"2 x {call:g} = {2 * call:g} s, {2 * LIMITS.attempts} requests") == 2
    assert f"| {call:g} s, {LIMITS.attempts} requests |" in text
    assert 2 * call < FUNCTION_TIMEOUT_SECONDS


def test_stated_worst_cases_of_storage_are_the_codes():
    """How long a storage request, and a step that it fails, can take is worked out from the limits."""
    text, pause = page("docs/architecture.md"), FIRST_RETRY_MILLISECONDS // 1000
    base, jitter = storage_retry._BACKOFF_BASE_SECONDS, storage_retry._BACKOFF_JITTER_SECONDS
    waits = sum(base**wait + jitter for wait in range(1, LIMITS.attempts))
    connect, silence = LIMITS.connect_seconds, storage_retry.LONGEST_SILENCE_SECONDS
    silent = LIMITS.attempts * (connect + silence) + waits
    assert f"{LIMITS.attempts} x ({connect:g} + {silence}) + {waits} = {silent:g} s" in text
    for seconds in (waits, silent, LIMITS.worst_case_seconds):
        step = ATTEMPTS * seconds + (ATTEMPTS - 1) * pause
        assert f"{ATTEMPTS} x {seconds:g} + {ATTEMPTS - 1} x {pause} = {step:g} s" in text


def test_stated_batches_are_the_codes():
    """How many documents one call takes to the index, and how many characters to the safety service, is the code's."""
    text = page("docs/architecture.md")
    assert f"1 each for {KEYS_AT_ONCE:,} documents" in text
    assert KEYS_AT_ONCE == BATCH_ACTIONS
    assert f"1 for the vectors of {EMBEDDED_AT_ONCE}" in text
    assert f"1 for each {LONGEST_TEXT:,} characters" in text


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_resolve(path):
    """Every link to a file of this repository leads somewhere, headings included."""
    for target in LINK.findall(prose(text_of(path))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_every_page_is_reached_from_the_readme(path):
    """The README links to every page of the docs."""
    assert f"docs/{path.name}" in page("README.md")


def test_decision_records_are_indexed():
    """The index lists every decision record once, in order, and the records are numbered without a gap."""
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", page("docs/adr/README.md"))
    assert listed == [path.name for path in ADRS]
    assert [int(path.name[:4]) for path in ADRS] == list(range(1, len(ADRS) + 1))


@pytest.mark.parametrize("path", ADRS, ids=lambda path: path.name)
def test_decision_records_have_one_form(path):
    """Each record has its number in the title, a status and the three parts."""
    text = text_of(path)
    assert re.match(rf"# {path.name[:4]}\. \S", text)
    assert "Status: accepted" in text
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_no_placeholder_is_left():
    """No page was left unfinished."""
    for path in PAGES:
        assert not re.search(r"\b(TODO|TBD|FIXME|lorem ipsum)\b", prose(text_of(path)), re.IGNORECASE), path.name
