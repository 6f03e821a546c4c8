"""The command line as a user starts it: whole processes, their output and their exit status."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from samples.generate_customers import generate
from shared.contracts import ResultDocument
from tests.list_formats import as_gzip, converted

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "data" / "customers_real.csv"
HEADER = "customer_id,purchase_frequency,avg_order_value,last_engagement_days\n"


def local(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), cwd=cwd, env=environment(), capture_output=True, text=True, check=False)


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "local", *map(str, arguments)]


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATA_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "random"}


def test_run_prints_the_result_document_alone_and_verify_finds_every_later_change(tmp_path, customers):
    """``run --json`` gives one JSON document; ``verify`` accepts the record and notices a changed file."""
    done = local("run", customers, "--json", "--run-id", "r1", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    result = ResultDocument.model_validate_json(done.stdout)
    assert (result.status, result.customers.accepted) == ("completed", 80)
    assert "Writing the report" in done.stderr
    assert local("verify", "r1", "--out", "out", cwd=tmp_path).returncode == 0
    assert local("verify", "out/audit/r1.jsonl", cwd=tmp_path).returncode == 0
    variant = next((tmp_path / "out/runs/r1/variants").iterdir())
    variant.write_bytes(variant.read_bytes() + b" ")
    broken = local("verify", "r1", "--out", "out", cwd=tmp_path)
    assert broken.returncode == 1
    assert variant.name in broken.stderr
    seal = tmp_path / "out/runs/r1/seal.json"
    old, new = (hashlib.sha256(data).hexdigest() for data in (variant.read_bytes()[:-1], variant.read_bytes()))
    seal.write_text(seal.read_text().replace(old, new))
    forged = local("verify", "r1", "--out", "out", cwd=tmp_path)
    assert (forged.returncode, "seal.json" in forged.stderr) == (1, True)
    chain = tmp_path / "out/audit/r1.jsonl"
    head = json.loads(chain.read_text().splitlines()[-1])["hash"]
    assert local("verify", chain, "--head", head, cwd=tmp_path).returncode == 1
    (tmp_path / "out/runs/r1").rename(tmp_path / "moved")
    assert local("verify", chain, "--head", head, cwd=tmp_path).returncode == 0
    assert local("verify", "r1", "--out", "out", cwd=tmp_path).returncode == 1
    chain.write_bytes(b"".join(chain.read_bytes().splitlines(keepends=True)[:-1]))
    assert local("verify", chain, "--head", head, cwd=tmp_path).returncode == 1
    (tmp_path / "moved").rename(tmp_path / "out/runs/r1")
    chain.unlink()
    assert local("verify", "r1", "--out", "out", cwd=tmp_path).returncode == 1


def test_same_inputs_are_the_same_run(tmp_path, customers):
    """Run twice without an id, the second gives the first one's result without doing anything again."""
    first = local("run", customers, "--json", "--out", "out", cwd=tmp_path)
    second = local("run", customers, "--json", "--out", "out", cwd=tmp_path)
    assert first.returncode == second.returncode == 0
    assert first.stdout == second.stdout
    run_id = json.loads(first.stdout)["run_id"]
    other = tmp_path / "other.csv"
    other.write_text(HEADER + "a,1,2,3\n")
    refused = local("run", other, "--run-id", run_id, "--out", "out", cwd=tmp_path)
    assert refused.returncode == 2
    assert "give another run_id" in refused.stderr


def test_killed_run_goes_on_under_its_id(tmp_path, customers):
    """Killed without warning at several moments, the run completes under the same id and the record is intact."""
    arguments = command("run", customers, "--json", "--run-id", "r1", "--out", "out")
    for seconds in (1.5, 3.0, 4.5):
        process = subprocess.Popen(
            arguments, cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = local("run", customers, "--json", "--run-id", "r1", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert ResultDocument.model_validate_json(done.stdout).status == "completed"
    assert local("verify", "r1", "--out", "out", cwd=tmp_path).returncode == 0
    undisturbed = local("run", customers, "--json", "--run-id", "r1", "--out", "other", cwd=tmp_path)
    assert undisturbed.returncode == 0
    for name in ("experiment.json", "segments.json", "plan.json", "assignments/part-00000.parquet"):
        paths = [tmp_path / out / "runs" / "r1" / name for out in ("out", "other")]
        assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (HEADER.encode(), "no customer"),
        (b"customer_id,purchase_frequency\na,1\n", "avg_order_value"),
        ((HEADER + "a,1,2,3\n").encode("utf-16"), "UTF-8"),
        (b"a" * 10_000_000, "header line"),
    ],
    ids=["empty", "header alone", "missing column", "UTF-16", "10 MB line"],
)
def test_unusable_list_is_refused_in_one_line(tmp_path, content, words):
    """A file that is no customer list costs one clear line and exit status 2."""
    (tmp_path / "list.csv").write_bytes(content)
    done = local("run", "list.csv", "--json", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert words in line


def test_wrong_configuration_and_usage_are_refused_in_one_line(tmp_path, customers):
    """An unknown key, an empty library, a bad id and a missing file are each named, with exit status 2."""
    config = tmp_path / "config"
    for path in (ROOT / "config").rglob("*.*"):
        target = config / path.relative_to(ROOT / "config")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    with (config / "brand.yaml").open("a") as file:
        file.write("\ncolour: red\n")
    (tmp_path / "nothing").mkdir()
    for arguments, words in [
        (("--config", config), "colour"),
        (("--content", tmp_path / "nothing"), "library is empty"),
        (("--run-id", "../x"), "--run-id"),
    ]:
        done = local("run", customers, *arguments, cwd=tmp_path)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
        assert words in done.stderr
    assert local("run", "none.csv", cwd=tmp_path).returncode == 2
    assert local("verify", "none", cwd=tmp_path).returncode == 2


def test_odd_rows_are_kept_or_rejected_with_a_reason(tmp_path):
    """Outliers and odd ids survive, what is no number is rejected, and of repeated ids the first is kept."""
    rows = ["a,NaN,1,1", "b,1,1e308,2", "c,9e999,1,2", "=cmd(),3,4,5", "007,1,1,1", "7,1,1,1", "null,1,1,1"]
    repeated = ["same,5,50,10"] * 100_000
    (tmp_path / "list.csv").write_text(HEADER + "\n".join([*rows, *repeated]) + "\n")
    done = local("run", "list.csv", "--json", "--run-id", "odd", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["customers"] == {"read": 100_007, "accepted": 6, "rejected": 100_001, "suppressed": 0}
    rejects = (tmp_path / "out/runs/odd/rejects/part-00000.csv").read_text().splitlines()
    assert rejects[0] == '"row_number","reason"'
    assert rejects[1].startswith("2,")
    assert any("formula" in warning for warning in result["warnings"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_onto_a_full_disk_is_told_in_one_line(tmp_path):
    """What was done is done; that its output could not be written is one clear line and exit status 1."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command("estimate"),
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "error: the disk is full: cannot write the output\n")


def test_library_without_a_usable_document_sends_everybody_the_control_message(tmp_path, customers):
    """Expired content is left out with its reason; nobody is left without a message."""
    document = {"document_id": "d", "title": "T", "content": "Old news.", "approval_date": "2020-01-01"}
    (tmp_path / "old.json").write_text(json.dumps({**document, "expiry_date": "2020-02-01"}))
    done = local("run", customers, "--json", "--run-id", "r1", "--content", "old.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["status"] == "completed_with_errors"
    assert result["variants"]["approved"] == 0
    [arm] = result["experiment"]["arms"]
    assert (arm["arm_name"], arm["sample_size"]) == ("control", 80)


def test_kmeans_on_seven_partitions_equals_one(tmp_path):
    """Clustered and cut into seven or one, the list gives the same segments and the same experiment."""
    (tmp_path / "list.csv").write_bytes(generate(700, seed=4, bad_rows=5).encode("utf-8", "surrogateescape"))
    results = []
    for count in (1, 7):
        config = tmp_path / f"config-{count}"
        for path in (ROOT / "config").rglob("*.*"):
            target = config / path.relative_to(ROOT / "config")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
        text = (config / "segmentation.yaml").read_text().replace("method: rules", "method: kmeans")
        (config / "segmentation.yaml").write_text(text.replace("count: null", f"count: {count}"))
        assert f"count: {count}" in (config / "segmentation.yaml").read_text()
        out = f"out-{count}"
        done = local("run", "list.csv", "--run-id", "r1", "--config", config, "--out", out, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        run = tmp_path / out / "runs" / "r1"
        assert len(list((run / "assignments").iterdir())) == count
        results.append([(run / name).read_bytes() for name in ("segments.json", "experiment.json")])
    assert results[0] == results[1]


@pytest.mark.skipif(not REAL.exists(), reason="needs the real customer list in ../shared/data")
def test_real_customers_all_get_an_arm(tmp_path):
    """Every row of a real list is accepted or rejected with a reason, every segment has variants, outliers survive."""
    done = local("run", REAL, "--json", "--run-id", "real", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["customers"]["read"] == 4334
    assert result["customers"]["accepted"] == sum(segment["size"] for segment in result["segments"])
    assert result["variants"]["generated"] == 3 * len(result["segments"])
    assert sum(arm["sample_size"] for arm in result["experiment"]["arms"]) == result["customers"]["accepted"]


def test_list_of_any_format_is_run_by_its_name(tmp_path, customers):
    """Parquet and gzip come to the same people in the same arms as the CSV, and their records can be verified."""
    data = customers.read_bytes()
    (tmp_path / "list.parquet").write_bytes(converted(data, group_rows=20))
    (tmp_path / "list.csv.gz").write_bytes(as_gzip(data))
    found = []
    for number, path in enumerate([customers, tmp_path / "list.parquet", tmp_path / "list.csv.gz"]):
        done = local("run", path, "--json", "--run-id", f"r{number}", "--out", "out", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        found.append([json.loads(done.stdout)[key] for key in ("customers", "segments", "variants")])
    assert found[0] == found[1] == found[2]
    pack = tmp_path / "pack.zip"
    exported = local("export", "r1", "--out", "out", "--to", pack, "--with-customers", cwd=tmp_path)
    assert exported.returncode == 0, exported.stderr
    assert local("verify", "r1", "--out", "out", cwd=tmp_path).returncode == 0
    (tmp_path / "cut.parquet").write_bytes(converted(data)[:-9])
    refused = local("run", "cut.parquet", "--out", "out", cwd=tmp_path)
    assert (refused.returncode, len(refused.stderr.strip().splitlines())) == (2, 1)


def test_observed_engagement_is_analysed_beside_the_simulated(tmp_path):
    """A planted effect is found in what was observed, late data is analysed anew, and the record stays intact."""
    sample = ROOT / "samples" / "customers.csv"
    assert local("run", sample, "--run-id", "r1", "--out", "out", "--json", cwd=tmp_path).returncode == 0
    assigned = pq.read_table(tmp_path / "out/runs/r1/assignments").to_pylist()
    reactions = tmp_path / "reactions.csv"
    write_reactions(reactions, assigned, planted="treatment_2")
    first = local("engagement", "r1", reactions, "--out", "out", "--json", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    reply = json.loads(first.stdout)
    assert reply["analysis"] == 1
    assert reply["conclusion"].startswith("In observed engagement, treatment_2 beat control on click rate")
    late = tmp_path / "late.csv"
    write_reactions(late, assigned[:100], planted="control")
    second = local("engagement", "r1", late, "--out", "out", cwd=tmp_path)
    assert second.returncode == 0, second.stderr
    assert "Run r1, analysis 2" in second.stdout
    assert "100 replaced by later files" in second.stdout
    again = local("engagement", "r1", reactions, "--out", "out", "--json", cwd=tmp_path)
    assert json.loads(again.stdout) == reply
    shown = [tmp_path / f"out/engagement/r1/{number:04d}" for number in (1, 2)]
    experiments = [json.loads((folder / "experiment.json").read_text()) for folder in shown]
    assert [one["engagement_source"] for one in experiments] == ["observed", "observed"]
    assert experiments[0]["strata"] != experiments[1]["strata"]
    own = (tmp_path / "out/runs/r1/report/report.html").read_text()
    mark = "Simulated engagement: not observed behaviour"
    assert mark in own
    assert not [folder for folder in shown if mark in (folder / "report.html").read_text()]
    verified = local("verify", "r1", "--out", "out", cwd=tmp_path)
    assert (verified.returncode, "observed engagement: 2 analyses" in verified.stdout) == (0, True)
    figures = shown[0] / "experiment.json"
    figures.write_text(figures.read_text().replace('"significant": true', '"significant": false'))
    assert (
        f"{figures.relative_to(tmp_path / 'out')}: changed"
        in local("verify", "r1", "--out", "out", cwd=tmp_path).stderr
    )
    refused = local("engagement", "r1", sample, "--out", "out", cwd=tmp_path)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "has no column opened, clicked, converted" in refused.stderr
    for missing in (("r1", "none.csv", "--out", "out"), ("none", late, "--out", "out"), ("r1", late, "--out", "no")):
        assert local("engagement", *missing, cwd=tmp_path).returncode == 2


def write_reactions(path: Path, assigned: list[dict[str, str]], *, planted: str) -> None:
    """A file in which most of one arm clicks, a few of the others, and every tenth mail is opened by a machine."""
    lines = ["Customer ID,Opened,Clicked,Converted,Revenue"]
    for number, row in enumerate(assigned):
        clicked = number % 10 < (7 if row["arm"] == planted else 1)
        opened = "machine" if number % 10 == 9 else "yes" if clicked else "no"
        name = row["customer_id"].replace('"', '""')
        lines.append(f'"{name}",{opened},{int(clicked)},{int(clicked and number % 2)},{9.5 if clicked else ""}')
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
