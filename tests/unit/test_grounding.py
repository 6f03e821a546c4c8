"""Grounding: statements held to the sections they cite, and the claims of a writer to both."""

from datetime import date

import pytest

from shared.contracts import Claim, ContentDocument
from shared.domain.citations import resolve_marks
from shared.domain.grounding import MOST_FINDINGS, check_drafted
from shared.domain.sources import Sources


def a_document(title, content, document_id=None):
    return ContentDocument(
        document_id=document_id or title,
        title=title,
        category="",
        content=content,
        approval_date=date(2024, 1, 1),
        version="0" * 64,
    )


GUIDE = a_document("Care Guide", "## Oil\n\nA pan needs oil.\n\n## Years\n\nIt lasts for “years”.")


# --- a writer's claims ------------------------------------------------------------------------------------------------

CLAIMED = "A pan needs oil [Source: Care Guide, Oil]. It lasts\nfor “years”. [Source: Care Guide, Years]"


def drafted(claims):
    sources = Sources([GUIDE])
    return check_drafted(claims, CLAIMED, resolve_marks(CLAIMED, sources.citable), sources.section)


def a_claim(statement="A pan needs oil.", citation="[Source: Care Guide, Oil]", quote="needs oil"):
    return Claim(statement=statement, citation=citation, quote=quote)


@pytest.mark.parametrize(
    "claim",
    [
        a_claim(),
        a_claim("A pan needs oil [Source: Care Guide, Oil]."),
        a_claim('it lasts  for "years"', "[Source: care guide,  Years]", "IT lasts"),
    ],
)
def test_claims_that_stand_in_the_body_pass(claim):
    """Citations within a statement, white space, case and typographic signs do not matter."""
    assert drafted([claim]) == ()


@pytest.mark.parametrize(
    ("claim", "fault"),
    [
        (a_claim("A pan needs butter."), "statement"),
        (a_claim(" \u200b"), "statement"),
        (a_claim("[Source: Care Guide, Oil]"), "statement"),
        (a_claim(citation="[Source: Care Guide, Butter]"), "citation"),
        (a_claim(citation="Care Guide, Oil"), "citation"),
        (a_claim(citation=""), "citation"),
        (a_claim(citation="[Source: Care Guide, Oil] [Source: Care Guide, Years]"), "citation"),
        (a_claim(quote=" \u200b\n"), "quotes nothing"),
        (a_claim(quote="needs butter"), "quote does not stand in Care Guide, Oil"),
        (a_claim(quote="It lasts"), "quote does not stand in Care Guide, Oil"),
    ],
)
def test_a_claim_that_does_not_is_a_finding(claim, fault):
    """The finding tells the claim by its number and repeats none of its text."""
    (finding,) = drafted([a_claim(), claim])
    assert finding.check == "citation"
    assert finding.detail.startswith("claim 2")
    assert fault in finding.detail
    assert "pan" not in finding.detail.lower()


def test_findings_on_claims_are_bounded():
    """Many bad claims give a handful of short findings; none at all gives none."""
    findings = drafted([a_claim("x" * 5000, "y" * 5000, "")] * 200)
    assert 0 < len(findings) <= MOST_FINDINGS
    assert max(len(finding.detail) for finding in findings) < 100
    assert drafted([]) == ()
