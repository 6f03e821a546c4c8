"""The samples: the customer list is what its generator writes, and the content library can be quoted and cited."""

import csv
import json
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
import yaml

from samples.generate_customers import COLUMNS, generate, write

SAMPLES = Path(__file__).parents[2] / "samples"
AS_OF = date(2026, 1, 1)
LAST_STALE_DAY = date(2026, 12, 31)
AUDIENCES = ("High-Value", "At-Risk", "New Customer", "Standard", "All")
CATEGORIES = {"Product", "Promotion", "Service", "Loyalty", "Guide", "Policy", "Story"}
REQUIRED = {"document_id", "title", "category", "audience", "keywords", "approval_date", "source_url", "content"}
OPTIONAL = {"effective_date", "expiry_date", "region", "channel"}
LEANS_ON_THE_SENTENCE_BEFORE = re.compile(
    r"(?:This|These|It|Its|They|Their|That|Those|Such|Here|There|He|She|And|But|So)\b"
)


# --- the content library ----------------------------------------------------------------------------------------------


def markdown_document(path):
    empty, front_matter, body = path.read_text(encoding="utf-8").split("---\n", 2)
    assert empty == ""
    return {**yaml.safe_load(front_matter), "content": body.strip()}


def json_document(record):
    return {name: date.fromisoformat(value) if name.endswith("_date") else value for name, value in record.items()}


def library():
    folder = SAMPLES / "content"
    documents = [markdown_document(path) for path in sorted(folder.glob("*.md"))]
    for path in sorted(folder.glob("*.jsonl")):
        documents += [json_document(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    for path in sorted(folder.glob("*.json")):
        documents += [json_document(record) for record in json.loads(path.read_text(encoding="utf-8"))]
    return documents


DOCUMENTS = library()
EACH_DOCUMENT = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["document_id"])


def usable(document):
    return document["approval_date"] <= AS_OF <= document.get("expiry_date", date.max)


def headings(document):
    return re.findall(r"^## (.+)$", document["content"], flags=re.MULTILINE)


def sentences(document):
    blocks = document["content"].split("\n\n")
    prose = [block.strip() for block in blocks if not block.startswith("## ")]
    return [sentence for paragraph in prose for sentence in re.split(r"(?<=[.!?])\s+", paragraph)]


def has_stated_deadline(document):
    last_day = document.get("expiry_date", date.min)
    return last_day > LAST_STALE_DAY and f"{last_day.day} {last_day:%B %Y}" in document["content"]


def test_every_format_is_there():
    """The library exercises Markdown, JSON lines and a JSON array."""
    suffixes = Counter(path.suffix for path in (SAMPLES / "content").iterdir())
    assert set(suffixes) == {".md", ".jsonl", ".json"}
    assert suffixes[".md"] > 30


def test_at_least_forty_documents_are_usable():
    """All but the two that are meant to be left out are approved and unexpired."""
    assert sum(map(usable, DOCUMENTS)) >= 40
    assert {document["document_id"] for document in DOCUMENTS if not usable(document)} == {"HP-046", "HP-047"}


def test_the_two_left_out_are_expired_and_unapproved():
    """One document's last day is past, the other's approval lies far ahead."""
    by_id = {document["document_id"]: document for document in DOCUMENTS}
    assert by_id["HP-046"]["expiry_date"] == date(2024, 1, 31)
    assert by_id["HP-047"]["approval_date"] == date(2099, 1, 1)


@pytest.mark.parametrize("field", ["document_id", "title", "source_url"])
def test_names_are_unique(field):
    """A citation or a link can mean one document only."""
    assert [value for value, count in Counter(document[field] for document in DOCUMENTS).items() if count > 1] == []


@EACH_DOCUMENT
def test_metadata_is_complete_and_allowed(document):
    """Every document has the index schema's fields, with values of the right kind and nothing besides."""
    assert set(document) >= REQUIRED
    assert set(document) <= REQUIRED | OPTIONAL
    assert re.fullmatch(r"HP-\d{3}", document["document_id"])
    assert document["category"] in CATEGORIES
    assert document["audience"] in AUDIENCES
    assert document["source_url"].startswith("https://www.harbourandpine.example/")
    assert len(document["keywords"]) >= 4
    assert all(isinstance(keyword, str) and keyword for keyword in document["keywords"])
    assert all(type(document[name]) is date for name in document if name.endswith("_date"))
    assert document.get("effective_date", date.min) <= document.get("expiry_date", date.max)


@EACH_DOCUMENT
def test_titles_and_headings_can_be_cited(document):
    """``[Source: Title, Section]`` reads back without doubt: no commas, no brackets, each section once."""
    names = [document["title"], *headings(document)]
    assert not any(set(",[]") & set(name) for name in names)
    assert 2 <= len(document["title"].split()) <= 6
    assert all(1 <= len(heading.split()) <= 5 for heading in headings(document))
    assert 2 <= len(set(headings(document))) == len(headings(document)) <= 5


@EACH_DOCUMENT
def test_every_paragraph_stands_under_a_heading(document):
    """A document opens with a section, so no passage has to be cited by its number, and is of readable length."""
    assert document["content"].startswith("## ")
    assert 120 <= sum(len(sentence.split()) for sentence in sentences(document)) <= 350


@pytest.mark.parametrize("audience", AUDIENCES)
def test_each_audience_has_enough_to_choose_from(audience):
    """At least eight usable documents speak to each audience, at least two of them with a deadline in the text."""
    theirs = [document for document in DOCUMENTS if document["audience"] == audience and usable(document)]
    assert len(theirs) >= 8
    assert sum(map(has_stated_deadline, theirs)) >= 2


@EACH_DOCUMENT
def test_a_usable_document_with_an_expiry_states_it(document):
    """An expiry date is a deadline the reader is told, and it lies far enough ahead for a sample."""
    if usable(document) and "expiry_date" in document:
        assert has_stated_deadline(document)


def test_sentences_are_of_quotable_length():
    """At least 98 in 100 sentences have 6 to 30 words."""
    lengths = [len(sentence.split()) for document in DOCUMENTS for sentence in sentences(document)]
    assert sum(6 <= length <= 30 for length in lengths) >= 0.98 * len(lengths)


@EACH_DOCUMENT
def test_sentences_stand_alone(document):
    """A sentence quoted by itself still says what it is about, and ends."""
    assert [text for text in sentences(document) if LEANS_ON_THE_SENTENCE_BEFORE.match(text)] == []
    assert [text for text in sentences(document) if not text.endswith(".")] == []


def test_no_sentence_is_used_twice():
    """Two documents never share a sentence, so a quotation has one source."""
    counts = Counter(sentence for document in DOCUMENTS for sentence in sentences(document))
    assert [sentence for sentence, count in counts.items() if count > 1] == []


# --- the customer list ------------------------------------------------------------------------------------------------


def records(text):
    return list(csv.DictReader(StringIO(text)))


def default_segment(record):
    frequency, days = int(record["purchase_frequency"]), int(record["last_engagement_days"])
    if float(record["avg_order_value"]) > 200 and days < 30:
        return "High-Value Recent"
    if frequency > 6 and days > 30:
        return "At-Risk"
    return "New Customer" if frequency < 3 else "Standard"


def is_sound(record):
    try:
        segment = default_segment(record)
    except ValueError:
        return False
    return bool(segment) and "inf" not in record["avg_order_value"] and int(record["last_engagement_days"]) >= 0


def test_the_committed_list_is_what_the_generator_writes(tmp_path):
    """Running the documented command again changes not one byte."""
    write(tmp_path / "customers.csv", 500, 7, 6)
    assert (SAMPLES / "customers.csv").read_bytes() == (tmp_path / "customers.csv").read_bytes()


def test_generate_and_write_agree(tmp_path):
    """The text form encodes to exactly the bytes of the file, the invalid one included."""
    write(tmp_path / "list.csv", 60, 3, 6)
    encoded = generate(60, 3, 6).encode("utf-8", "surrogateescape")
    assert encoded == (tmp_path / "list.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        encoded.decode()


def test_the_committed_list_has_six_bad_rows_each_in_its_own_way():
    """Exactly the rows that the README names are unusable, for the reasons it gives."""
    rows = records((SAMPLES / "customers.csv").read_bytes().decode("utf-8", "surrogateescape"))
    assert len(rows) == 500
    by_line = dict(enumerate(rows, start=2))
    assert by_line[74]["avg_order_value"] == ""
    assert by_line[149]["purchase_frequency"] == "often"
    assert int(by_line[240]["last_engagement_days"]) < 0
    assert by_line[261]["avg_order_value"] == "inf"
    assert by_line[356]["customer_id"] == by_line[168]["customer_id"] == "HP-100167"
    assert by_line[433]["customer_id"] == "HP-100432\udcff"
    assert [line for line, row in by_line.items() if not is_sound(row)] == [74, 149, 240, 261]
    good_ids = [row["customer_id"] for line, row in by_line.items() if line not in {356, 433}]
    assert len(set(good_ids)) == len(good_ids)


def test_every_default_segment_gets_its_share():
    """Each of the four rules names at least 12% of the list, in the committed sample and in a longer list."""
    committed = records((SAMPLES / "customers.csv").read_bytes().decode("utf-8", "surrogateescape"))
    for rows in (list(filter(is_sound, committed)), records(generate(20_000, 11, 0))):
        shares = Counter(map(default_segment, rows))
        assert len(shares) == 4
        assert min(shares.values()) >= 0.12 * len(rows)


def test_values_have_their_formats_and_ranges():
    """Money has two decimals, rates three, and no one clicks more than they open."""
    patterns = {
        "customer_id": r"HP-1\d{5}",
        "age": r"\d\d",
        "location": r"[A-Z][a-z]+",
        "tier": "Bronze|Silver|Gold",
        "purchase_frequency": r"[1-9]\d?",
        "avg_order_value": r"\d+\.\d\d",
        "last_engagement_days": r"\d{1,3}",
        "historical_open_rate": r"0\.\d{3}",
        "historical_click_rate": r"0\.\d{3}",
    }
    assert tuple(patterns) == COLUMNS
    for row in records(generate(5_000, 5, 0)):
        assert all(re.fullmatch(pattern, row[name]) for name, pattern in patterns.items())
        assert float(row["historical_click_rate"]) <= float(row["historical_open_rate"])


def test_tiers_follow_spend_and_frequency():
    """Gold customers order more often and spend more than Silver ones, and those more than Bronze ones."""
    rows = records(generate(5_000, 5, 0))
    for column in ("purchase_frequency", "avg_order_value"):
        means = []
        for tier in ("Bronze", "Silver", "Gold"):
            values = [float(row[column]) for row in rows if row["tier"] == tier]
            means.append(sum(values) / len(values))
        assert means == sorted(means)


def test_ids_stay_unique_over_many_chunks():
    """A list longer than one chunk has one header, the rows asked for, and each id once."""
    lines = generate(140_000, 1, 0).splitlines()
    assert lines[0] == ",".join(COLUMNS)
    assert len({line.split(",", 1)[0] for line in lines[1:]}) == len(lines) - 1 == 140_000


def test_bad_rows_replace_good_ones_and_change_no_other():
    """Asking for bad rows spoils that many lines, scattered over the list, and leaves the rest as they were."""
    clean, spoiled = generate(140_000, 1, 0).splitlines(), generate(140_000, 1, 12).splitlines()
    changed = [line for line, (one, other) in enumerate(zip(clean, spoiled, strict=True)) if one != other]
    assert len(changed) == 12
    assert changed[0] < 20_000
    assert changed[-1] > 120_000


def test_a_seed_gives_one_list():
    """The same seed repeats itself, another seed does not."""
    assert generate(200, 1, 4) == generate(200, 1, 4)
    assert generate(200, 1, 4) != generate(200, 2, 4)


def test_an_empty_list_has_a_header():
    """No rows asked for gives the column names alone."""
    assert generate(0, 1, 0) == ",".join(COLUMNS) + "\n"


@pytest.mark.parametrize(("rows", "seed", "bad_rows"), [(-1, 7, 0), (10, -1, 0), (10, 7, -1), (10, 7, 6)])
def test_impossible_counts_are_refused(tmp_path, rows, seed, bad_rows):
    """Negative numbers and a list that is mostly bad are refused before a file is touched."""
    target = tmp_path / "list.csv"
    with pytest.raises(ValueError, match=r"must (not be negative|be at most half)"):
        write(target, rows, seed, bad_rows)
    assert not target.exists()


def command(*arguments):
    program = [sys.executable, SAMPLES / "generate_customers.py", *map(str, arguments)]
    return subprocess.run(program, capture_output=True, text=True, check=False)


def test_the_command_writes_the_list(tmp_path):
    """The command line and the functions give the same file."""
    target = tmp_path / "list.csv"
    assert command("--rows", 30, "--seed", 9, "--bad", 5, "--out", target).returncode == 0
    assert target.read_text(encoding="utf-8") == generate(30, 9, 5)


def test_the_command_explains_what_it_refuses(tmp_path):
    """Impossible counts and places end with exit status 2 and one clear line, without a traceback."""
    too_bad = command("--rows", 5, "--bad", 4, "--out", tmp_path / "list.csv")
    nowhere = command("--rows", 5, "--out", tmp_path / "missing" / "list.csv")
    assert (too_bad.returncode, nowhere.returncode) == (2, 2)
    assert "at most half" in too_bad.stderr
    assert "Traceback" not in too_bad.stderr + nowhere.stderr
