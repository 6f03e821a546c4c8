"""The emulated profile as a user starts it: Azure's SDKs, loopback services and Azurite, whole processes."""

import json
import shutil
import subprocess
import time

import pytest

from local.emulators.azurite import PROGRAM
from shared.contracts import ResultDocument
from tests.e2e.test_command_line import command, environment, local

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        shutil.which("node") is None or not PROGRAM.is_file(), reason="needs Azurite: install Node 20 and run npm ci"
    ),
]
PORT = ("--emulator-port", "7191")


def test_a_run_its_replay_and_their_difference(tmp_path, customers):
    """A run, its replay without any service, and a replay compared: all messages the same, the second for nothing."""
    profile = ("--out", "out", "--profile", "emulated", *PORT)
    done = local("run", customers, "--json", "--run-id", "r1", *profile, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    result = ResultDocument.model_validate_json(done.stdout)
    assert (result.status, result.variants.approved) == ("completed", 12)
    assert result.cost_usd > 0.01
    assert local("verify", "r1", cwd=tmp_path).returncode == 0
    replay = local("replay", "r1", "--json", "--run-id", "r2", *profile, cwd=tmp_path)
    assert replay.returncode == 0, replay.stderr
    repeated = ResultDocument.model_validate_json(replay.stdout)
    assert (repeated.variants, repeated.cost_usd) == (result.variants, 0.0)
    assert not [
        call for path in (tmp_path / "out/runs/r2/variants").iterdir() for call in json.loads(path.read_text())["calls"]
    ]
    compared = local("diff", "r1", "r2", "--json", cwd=tmp_path)
    assert compared.returncode == 0, compared.stderr
    difference = json.loads(compared.stdout)
    assert not [variant for variant in difference["variants"] if variant["text_changed"]]
    again = local("run", customers, "--json", "--run-id", "r1", *profile, cwd=tmp_path)
    assert again.stdout == done.stdout


def test_a_half_given_setting_stops_the_start_by_its_name(tmp_path, customers, monkeypatch):
    """A provider without its endpoint, or an endpoint without its provider, is one clear line."""
    for name, value, told in (
        ("GENERATION_PROVIDER", "azure", "AZURE_OPENAI_ENDPOINT"),
        ("AZURE_SEARCH_ENDPOINT", "https://search.example", "SEARCH_PROVIDER"),
        ("SAFETY_PROVIDER", "azure", "AZURE_CONTENT_SAFETY_ENDPOINT"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            done = local("run", customers, "--out", "out", cwd=tmp_path)
        assert done.returncode == 2
        assert told in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_killed_run_goes_on_where_it_stopped(tmp_path, customers):
    """Killed without warning, it leaves no server behind that holds the port or the storage; what is done stays."""
    arguments = ("run", customers, "--json", "--run-id", "r1", "--out", "out", "--profile", "emulated", *PORT)
    slow = command(*arguments, "--emulator-latency", "0.5")
    process = subprocess.Popen(
        slow, cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    for line in process.stderr:
        if "Writing and screening" in line:
            break
    time.sleep(2)
    process.kill()
    process.communicate()
    done = local(*arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert ResultDocument.model_validate_json(done.stdout).variants.approved == 12
    assert local("verify", "r1", cwd=tmp_path).returncode == 0
