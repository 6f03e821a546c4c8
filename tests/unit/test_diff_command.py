"""``diff``: two runs of a data folder, read without a trace, and told in lines a person can read."""

import json

import pytest
from rich.cells import cell_len

from local.diff_command import WIDTH, diff, render
from shared.contracts import BlobRef, Finding
from shared.domain.comparison import compare_runs
from shared.errors import InputError
from shared.run_config import TONES
from tests.unit.test_comparison import config, manifest, metrics, side


def write_run(out, run):
    """The files of a run as they lie below ``out``."""
    folder = out / "runs" / run.manifest.run_id
    files = {
        "manifest.json": run.manifest,
        "segments.json": run.segments,
        "content.json": run.library,
        "metrics.json": run.metrics,
        **{f"variants/{item.variant_id}.json": item for item in run.variants},
        **{f"verdicts/{item.variant_id}.json": item for item in run.verdicts},
        **{f"retrieval/{item.segment_id}.json": item for item in run.retrievals},
    }
    for name, document in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def out(tmp_path):
    """A data folder with two runs of the same kind, ``one`` and ``two``."""
    for run_id in ("one", "two"):
        write_run(tmp_path, side(run_id))
    return tmp_path


def snapshot(folder):
    """Every path below ``folder`` with its time of change and its bytes."""
    return {
        path: (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else None)
        for path in (folder, *folder.rglob("*"))
    }


# --- reading ----------------------------------------------------------------------------------------------------------


def test_runs_are_read_from_the_data_folder(out):
    """What lies in the folder is what is compared, in the order the segments file gives or any other."""
    assert diff("one", "two", out) == compare_runs(side("one"), side("two"))


def test_a_run_does_not_differ_from_itself(out):
    """Compared with itself a run shows no difference."""
    comparison = diff("one", "one", out)
    assert comparison.same
    assert "no difference" in render(comparison)


def test_reading_changes_nothing(out):
    """No file or folder is written, touched or made."""
    before = snapshot(out)
    diff("one", "two", out)
    assert snapshot(out) == before


def test_a_run_that_does_not_exist_is_named_and_nothing_is_made(tmp_path):
    """The error names the run and the folder, and the folder is not created."""
    missing = tmp_path / "nowhere"
    with pytest.raises(InputError, match="run one: there is no such run in"):
        diff("one", "two", missing)
    assert not missing.exists()


@pytest.mark.parametrize("run_id", ["../one", "", ".", "one/../two", "a\x1b[31m", "x" * 65, "runs\\one"])
def test_what_is_no_run_id_is_refused(out, run_id):
    """A path, an escape sequence or an empty text never leaves the data folder, nor reaches the terminal."""
    with pytest.raises(InputError, match="is no run id") as refused:
        diff("one", run_id, out)
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize(
    "name",
    [
        "manifest.json",
        "segments.json",
        "content.json",
        "variants/loyal-urgent.json",
        "verdicts/standard-friendly.json",
        "retrieval/loyal.json",
    ],
)
def test_an_incomplete_run_is_refused_by_the_file_it_lacks(out, name):
    """A run that did not come as far as its verdicts cannot be compared; the missing file is named."""
    (out / "runs" / "two" / name).unlink()
    with pytest.raises(InputError, match=f"run two is incomplete: {name} is missing"):
        diff("one", "two", out)


@pytest.mark.parametrize("data", [b"", b"{", b"null", b"[]", b'{"run_id": "two"}', b"\xff\xfe", b"[" * 5000])
@pytest.mark.parametrize("name", ["manifest.json", "metrics.json", "variants/loyal-urgent.json"])
def test_a_damaged_file_is_named(out, name, data):
    """Whatever a file holds instead of its document, one line says which file."""
    (out / "runs" / "two" / name).write_bytes(data)
    with pytest.raises(InputError, match=f"run two is damaged: {name} does not hold a valid") as refused:
        diff("one", "two", out)
    assert "\n" not in str(refused.value)


def test_a_folder_in_the_place_of_a_file_is_told(out):
    """What cannot be read is told with the system's reason."""
    path = out / "runs" / "two" / "metrics.json"
    path.unlink()
    path.mkdir()
    with pytest.raises(InputError, match=r"run two: metrics\.json: "):
        diff("one", "two", out)


def test_a_swapped_file_is_found_out(out):
    """A message under another message's name, or the manifest of another run, is damage."""
    folder = out / "runs" / "two"
    (folder / "variants" / "loyal-urgent.json").write_bytes((folder / "variants" / "loyal-friendly.json").read_bytes())
    with pytest.raises(InputError, match=r"run two is damaged: variants/loyal-urgent\.json is of another"):
        diff("one", "two", out)
    (folder / "manifest.json").write_bytes((out / "runs" / "one" / "manifest.json").read_bytes())
    with pytest.raises(InputError, match=r"run two is damaged: manifest\.json is of another"):
        diff("one", "two", out)


def test_a_run_without_metrics_yet_compares(out):
    """Metrics come last; without them cost is undefined and the rest is compared."""
    (out / "runs" / "two" / "metrics.json").unlink()
    comparison = diff("one", "two", out)
    assert comparison.totals["cost_usd"].change is None
    assert "there are no metrics of the second run" in render(comparison)


@pytest.mark.parametrize(("second_list", "differs"), [(b"id\n1\n", False), (b"id\n2\n", True)])
def test_lists_with_opaque_marks_are_compared_by_their_bytes(tmp_path, second_list, differs):
    """Where the store's mark is no digest, the copy of the list that lies in the run's folder decides."""
    for run_id, data in (("one", b"id\n1\n"), ("two", second_list)):
        name = f"{run_id}/input/list.csv"
        customers = BlobRef(container="runs", name=name, etag=f"0x{run_id}", size=len(data))
        write_run(tmp_path, side(run_id, manifest=manifest(run_id, config(), customers=customers)))
        path = tmp_path / "runs" / name
        path.parent.mkdir()
        path.write_bytes(data)
    assert diff("one", "two", tmp_path).inputs[0].differs is differs


# --- the page ---------------------------------------------------------------------------------------------------------


def changed_sides():
    """Two runs with differences of every kind, in awkward text."""
    finding = Finding(check="safety", detail="hate: severity 4 is above 2; \x1b[2Jclear")
    long_word = "無空白文" * 60
    prompts = dict.fromkeys(TONES, "Write one e-mail.\nKeep it short.\nCite twice.")
    first = side("one", change={("standard", "friendly"): {"body": "Caf\u00e9 at nine. Ends."}})
    second = side(
        "two",
        settings=config(
            azure_config={"azure_openai": {"deployment_name": "gpt-5"}},
            prompts=prompts | {"urgent": "Write one e-mail.\nKeep it very short.\nCite twice."},
        ),
        change={
            ("loyal", "urgent"): {
                "findings": (finding,),
                "body": f"{long_word} \u202etxt\x07. {'word ' * 60}end.\n\nNew line.",
                "subject": "👩‍👩‍👧 عملاء مميزون",
                "model": "gpt-5",
                "citations": (),
            },
            ("standard", "friendly"): {"body": "Cafe\u0301 at nine. Ends."},
        },
        metrics=metrics(cost=1.09),
    )
    return first, second


def test_the_page_fits_the_terminal_and_gives_it_no_orders():
    """No line is wider than the page, and no control, escape or direction sign is in it."""
    page = render(compare_runs(*changed_sides()))
    assert max(map(cell_len, page.split("\n"))) <= WIDTH
    assert not {"\x1b", "\x07", "\u202e", "\t", "\r"} & set(page)
    assert "\\x1b[2Jclear" in page
    assert "👩‍👩‍👧 عملاء مميزون" in page


def test_the_page_tells_every_kind_of_difference():
    """Settings, verdicts, findings, citations, texts and totals each have their lines, with minus and plus."""
    page = render(compare_runs(*changed_sides()))
    for line in (
        "  azure_config.azure_openai.deployment_name: gpt-4 -> gpt-5",
        "    - Keep it short.",
        "    + Keep it very short.",
        "  customers: the same",
        "  Loyal, urgent: pass -> block",
        "    written by: azure, gpt-4 -> azure, gpt-5",
        "      - Terms, Part 1 (DOC-1, version ",
        "      + Cafe\\u0301 at nine.",
        "      - Caf\\xe9 at nine.",
        "  The same in both: Loyal (informational), Loyal (friendly), Standard (urgent), Standard",
    ):
        assert line in page
    assert [line.split()[1:] for line in page.split("\n") if line.startswith("  cost usd")] == [
        ["usd", "$1.50", "$1.09", "-$0.41"]
    ]


def test_every_word_of_a_wrapped_text_stays_on_the_page():
    """Wrapping breaks lines and loses nothing."""
    page = render(compare_runs(*changed_sides()))
    assert page.count("word") >= 60
    assert page.replace("\n", "").replace(" ", "").count("無空白文") == 60


def test_spaces_that_cannot_be_seen_are_written_out():
    """Two texts that differ in spaces alone are told apart on the page."""
    one, two = ({("loyal", "urgent"): {"subject": subject}} for subject in ("For you", "For  you "))
    page = render(compare_runs(side("one", change=one), side("two", change=two)))
    assert "      - For you\n      + For\\x20 you\\x20" in page


def test_comparison_is_json_of_finite_numbers(out):
    """What ``--json`` prints can be read back by any JSON reader."""

    def refuse(name):
        raise AssertionError(name)

    text = diff("one", "two", out).model_dump_json()
    assert json.loads(text, parse_constant=refuse)["same"] is True
