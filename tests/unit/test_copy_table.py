"""The table of messages: every bad one is blocked for its reason, and no honest one is blocked.

``tests/copy_table/README.md`` says what the files hold.
"""

import json
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from local import tools
from shared.contracts import Check
from shared.domain.citations import extract_citations, without_citations
from shared.domain.messages import count_words
from shared.run_config import MessageLimits, Tone

TABLE = Path(__file__).parents[1] / "copy_table"
CONTENT = TABLE / "content.jsonl"
AS_OF = date(2026, 11, 23)
LIMITS = MessageLimits()


def rows_of(name: str) -> list[dict]:
    return [json.loads(line) for line in (TABLE / name).read_text(encoding="utf-8").splitlines()]


def by_id(rows: list[dict]):
    return pytest.mark.parametrize("row", rows, ids=[row["id"] for row in rows])


def verdicts_of(name: str) -> dict[str, dict]:
    verdicts = list(tools.check(TABLE / name, CONTENT, AS_OF))
    assert [verdict["id"] for verdict in verdicts] == [row["id"] for row in rows_of(name)]
    return {verdict["id"]: verdict for verdict in verdicts}


BAD = rows_of("bad.jsonl")
HONEST = rows_of("honest.jsonl")


@pytest.fixture(scope="module")
def bad_verdicts() -> dict[str, dict]:
    """What the checks say of each bad message."""
    return verdicts_of("bad.jsonl")


@pytest.fixture(scope="module")
def honest_verdicts() -> dict[str, dict]:
    """What the checks say of each honest message."""
    return verdicts_of("honest.jsonl")


# --- the checks -------------------------------------------------------------------------------------------------------


@by_id(BAD)
def test_bad_message_is_blocked_for_its_reason(row, bad_verdicts):
    """A message with one thing wrong is blocked, and the check that thing belongs to is among the reasons."""
    verdict = bad_verdicts[row["id"]]
    assert verdict["status"] == "block", row["why"]
    assert {*row["expect"]} & {reason["check"] for reason in verdict["reasons"]}, (row["why"], verdict["reasons"])


@by_id(HONEST)
def test_honest_message_passes(row, honest_verdicts):
    """A message that a careful lawyer would pass is not blocked, and nothing is held against it."""
    verdict = honest_verdicts[row["id"]]
    assert (verdict["status"], verdict["reasons"]) == ("pass", []), row["why"]


def test_each_reason_is_one_line_of_a_known_check(bad_verdicts):
    """A reason names one of the checks and says in one line what is wrong."""
    reasons = [reason for verdict in bad_verdicts.values() for reason in verdict["reasons"]]
    assert {reason["check"] for reason in reasons} <= {*get_args(Check)}
    assert all(reason["detail"].strip() and len(reason["detail"].splitlines()) == 1 for reason in reasons)


# --- the table itself -------------------------------------------------------------------------------------------------


def test_table_is_large_and_its_ids_are_unique():
    """There are at least 60 bad and 40 honest messages, in every tone, and no id stands twice."""
    assert len(BAD) >= 60
    assert len(HONEST) >= 40
    assert len({row["id"] for row in (*BAD, *HONEST)}) == len(BAD) + len(HONEST)
    assert {row["tone"] for row in BAD} == {row["tone"] for row in HONEST} == {*get_args(Tone)}


def test_every_bad_row_says_what_is_wrong():
    """A bad message names why it is bad and which checks may say so; every check of a message has its cases."""
    assert all(row["why"] and row["expect"] for row in BAD)
    named = {check for row in BAD for check in row["expect"]}
    assert named == {"format", "citation", "offer", "urgency", "brand", "safety"}


def test_messages_differ():
    """No message stands twice, and no bad one is the same as an honest one."""
    fields = ("tone", "subject", "preheader", "body", "call_to_action")
    texts = {tuple(row.get(field) for field in fields) for row in (*BAD, *HONEST)}
    assert len(texts) == len(BAD) + len(HONEST)


@by_id([*HONEST, *(row for row in BAD if "format" not in row["expect"])])
def test_message_keeps_to_the_limits_of_length(row):
    """Whatever else is wrong with a message, its lengths are right unless its format is what is wrong."""
    assert 0 < len(row["subject"]) <= LIMITS.subject_max_characters
    assert row["call_to_action"].strip()
    assert count_words(without_citations(row["body"])) >= LIMITS.body_min_words
    assert count_words(row["body"]) <= LIMITS.body_max_words


@by_id([*HONEST, *(row for row in BAD if "citation" not in row["expect"])])
def test_message_is_cited_in_form(row):
    """Unless its citations are what is wrong, a message has two or three, and each is written as it must be."""
    marks = extract_citations(row["body"])
    assert LIMITS.citations_min <= len(marks) <= LIMITS.citations_max
    assert not [mark.problem for mark in marks if mark.problem]


def test_library_holds_what_the_table_needs():
    """On the table's day three documents are left out, each for another reason, and two of the rest share a title."""
    library = tools.approved_library(CONTENT, AS_OF)
    reasons = {left.document_id: left.reason.partition(":")[0] for left in library.left_out}
    assert reasons == {"FL-12": "expiry_date", "FL-13": "effective_date", "FL-14": "channel"}
    titles = [document.title for document in library.documents]
    assert len(titles) >= 12
    assert titles.count("Wool Care") == 2
