"""The house keeps its shape: imports point one way, names resolve inside it, and the app starts light."""

import ast
import importlib.util
import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import function_app
from local.app_index import index
from shared.run_folder import UPLOADS
from triggers.openapi import ROUTES

ROOT = Path(__file__).parents[2]
HEAVY = [
    "pandas",
    "numpy",
    "pyarrow",
    "scipy",
    "sklearn",
    "matplotlib",
    "reportlab",
    "nbformat",
    "azure.storage",
    "mlflow",
    "pydantic",
    "yaml",
    "openai",
    "jinja2",
]


def imported(module: str) -> set[str]:
    """First two parts of every module that a module at the root imports."""
    tree = ast.parse((ROOT / f"{module}.py").read_text())
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {".".join(name.split(".")[:2]) for name in names}


def test_packages_import_downwards_only():
    """Every contract of the import configuration is kept."""
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_orchestrator_knows_contracts_and_the_durable_sdk_only():
    """The orchestrator imports no room but the contracts, the configuration's models and the error codes."""
    own = {name for name in imported("orchestrator") if name.startswith(("shared", "activities", "triggers", "local"))}
    assert own == {"shared.contracts", "shared.errors", "shared.run_config"}


def test_map_imports_the_wiring_alone():
    """``function_app`` imports the Functions libraries and the registration; the rest it names."""
    assert imported("function_app") == {"azure.durable_functions", "azure.functions", "triggers.registration"}


def test_map_names_functions_of_triggers_orchestrator_and_activities():
    """Every ``module:name`` on the map is a function that such a room defines itself."""
    texts = {node.value for node in ast.walk(ast.parse((ROOT / "function_app.py").read_text())) if is_text(node)}
    references = sorted(text for text in texts if re.fullmatch(r"[\w.]+:\w+", text))
    assert {reference.partition(".")[0].partition(":")[0] for reference in references} == {
        "activities",
        "orchestrator",
        "triggers",
    }
    for reference in references:
        function = pkgutil.resolve_name(reference)
        assert f"{function.__module__}:{function.__name__}" == reference


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_uploads_are_watched_where_they_are_read():
    """The blob function's path is that of the container for lists."""
    assert [function.path for function in index(function_app.app).blobs] == [f"{UPLOADS}/{{name}}"]


@pytest.mark.parametrize("package", ["activities", "triggers", "shared", "local", "tests", "samples"])
def test_names_of_packages_resolve_inside_the_repository(package):
    """No third-party package of the same name wins."""
    spec = importlib.util.find_spec(package)
    assert spec is not None
    places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or [])
    assert all(Path(place).is_relative_to(ROOT) for place in places if place)


def test_app_starts_without_the_heavy_libraries():
    """A cold start imports none of the libraries that only activities and requests need."""
    code = f"import sys, function_app; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_clustering_needs_scikit_learn():
    """A run whose segments follow rules never waits for the library that only clustering needs."""
    code = "import sys, shared.domain.segmentation, shared.domain.experiment; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_every_registered_route_is_described_and_every_described_one_registered():
    """The OpenAPI description and the map agree; pages are for people and are not described."""
    served = {
        (method.lower(), function.route)
        for function in index(function_app.app).http
        for method in function.methods
        if not function.route.startswith("dashboard")
    }
    assert served == {(route.method, route.path) for route in ROUTES}


def test_host_and_settings_files_agree_with_the_code():
    """``host.json`` names only settings that the example has, and every documented app setting has a place there."""
    host = (ROOT / "host.json").read_text()
    example = json.loads((ROOT / "local.settings.json.example").read_text())["Values"]
    assert set(re.findall(r"%(\w+)%", host)) <= set(example)
    durable = json.loads(host)["extensions"]["durableTask"]
    assert durable["tracing"]["traceInputsAndOutputs"] is False
    assert durable["overridableExistingInstanceStates"] == "NonRunningStates"


def test_optional_requirements_change_no_version():
    """With the packages that tracking needs, the deployed app runs on the very versions that it runs on without."""
    app, tracked = (
        set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.txt", "requirements-mlflow.txt")
    )
    assert app < tracked
