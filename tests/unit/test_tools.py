"""The engines by themselves: analyze, search and screen on files."""

import json
from pathlib import Path

import pytest

from local.cli import main
from shared.errors import InputError

ARMS = {"a": {"n": 1000, "visit": 100}, "b": {"n": 1000, "visit": 150}}
COUNTS = {"control": "a", "alpha": 0.05, "strata": {"all": ARMS}}


def printed(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_analyze_prints_one_document(tmp_path, capsys):
    """Counts in, comparisons with lift, interval and adjusted p out."""
    path = tmp_path / "counts.json"
    path.write_text(json.dumps(COUNTS))
    assert main(["analyze", str(path), "--json"]) == 0
    [document] = printed(capsys)
    [comparison] = document["comparisons"]
    assert comparison["lift_percent"] == pytest.approx(50)
    assert comparison["significant"]


def test_analyze_prints_tables_for_a_person(tmp_path, capsys):
    """Without --json every comparison is a line with sizes, lift, interval, p and result, and names are no markup."""
    path = tmp_path / "counts.json"
    path.write_text(json.dumps({"control": "a", "strata": {"[red]all[/red]": ARMS}}))
    assert main(["analyze", str(path)]) == 0
    shown = capsys.readouterr().out
    [line] = [line for line in shown.splitlines() if "+50.0%" in line and "higher" in line]
    assert "1,000" in line
    assert "[red]all[/red]" in shown
    assert "Chance to be best" in shown


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "[]", '{"strata": 5}', "null", '{"control": "a", "strata": {}}'])
def test_analyze_refuses_what_is_no_counts_in_one_line(tmp_path, capsys, text):
    """Anything else is one clear line and exit status 2."""
    path = tmp_path / "counts.json"
    path.write_text(text)
    assert main(["analyze", str(path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def a_document(number: int, content: str) -> str:
    fields = {"document_id": f"d{number}", "title": f"Title {number}", "content": content}
    return json.dumps({**fields, "approval_date": "2024-01-01"})


def test_search_ranks_the_documents_of_a_file(tmp_path, capsys):
    """Each query gets its documents, best first and at most as many as asked for."""
    content, queries = tmp_path / "docs.jsonl", tmp_path / "queries.jsonl"
    content.write_text(a_document(1, "Tents and pegs.") + "\n" + a_document(2, "Coffee beans, roasted weekly.") + "\n")
    queries.write_text('{"query_id": "q", "text": "roasted coffee"}\n\n{"query_id": 7, "text": "pegs"}\n')
    assert main(["search", str(queries), "--content", str(content), "--top", "1"]) == 0
    found = [(line["query_id"], [hit["document_id"] for hit in line["results"]]) for line in printed(capsys)]
    assert found == [("q", ["d2"]), (7, ["d1"])]


def test_screen_gives_severities_status_and_reason(tmp_path, capsys):
    """A threat is blocked with its reason, a shop's line passes, and an empty text is not vouched for."""
    texts = tmp_path / "texts.jsonl"
    lines = ["Garden forks from £12.", "I am going to kill you tonight.", ""]
    texts.write_text("\n".join(json.dumps({"id": index, "text": text}) for index, text in enumerate(lines)))
    assert main(["screen", str(texts)]) == 0
    results = printed(capsys)
    assert [result["status"] for result in results] == ["pass", "block", "block"]
    assert results[1]["violence"] == 6
    assert results[2]["hate"] is None


def test_line_that_is_no_object_is_named(tmp_path, capsys):
    """A bad line is refused by file and number."""
    texts = tmp_path / "texts.jsonl"
    texts.write_text('{"id": 1, "text": "Fine."}\n{"id": 2}\n')
    assert main(["screen", str(texts)]) == 2
    assert "line 2" in capsys.readouterr().err


def test_lines_are_read_as_json_has_them(tmp_path, capsys):
    """A byte order mark, line separators inside a text and odd ids are fine; NaN is not JSON."""
    texts = tmp_path / "texts.jsonl"
    texts.write_bytes('\ufeff{"id": "\\ud800", "text": "Pots\u2028and pans."}\n'.encode())
    assert main(["screen", str(texts)]) == 0
    assert [line["status"] for line in printed(capsys)] == ["pass"]
    texts.write_text('{"id": NaN, "text": "Pots."}')
    assert main(["screen", str(texts)]) == 2


def test_unreadable_files_are_named(tmp_path, capsys):
    """A missing file or another encoding is one clear line."""
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": 1, "text": "caf\xe9"}')
    for name in ("none.jsonl", "latin.jsonl"):
        assert main(["screen", str(tmp_path / name)]) == 2
        assert name in capsys.readouterr().err


def test_counts_are_not_trusted(tmp_path: Path):
    """More successes than customers are refused by the engine itself."""
    from local.tools import analyze

    wrong = {**COUNTS, "strata": {"all": {"a": {"n": 10, "visit": 11}, "b": {"n": 10, "visit": 1}}}}
    (tmp_path / "counts.json").write_text(json.dumps(wrong))
    with pytest.raises(InputError):
        analyze(tmp_path / "counts.json")
