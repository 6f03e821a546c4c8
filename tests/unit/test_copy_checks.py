"""The checks together: what a message stands on, what is wrong with it, and claims that need proof anywhere."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.config import load_config
from shared.contracts import Citation, ContentDocument, LeftOut, Message
from shared.domain.copy_checks import Standard, check_copy
from shared.domain.markdown import Paragraph
from shared.domain.sources import CitedSection, Sources
from shared.domain.substantiation import MOST_FINDINGS, check_substantiation

TODAY = date(2026, 11, 23)
BRAND = load_config(Path(__file__).parents[2] / "config").brand
FILLING = " ".join(["Take your time and have a look at the pans whenever it suits you."] * 11)
BODY = (
    f"Hello,\n\nEvery pan is cast in one piece [Source: Pans, Making]. A pan weighs 2 kg [Source: Pans, Weight].\n\n"
    f"{FILLING}\n\nKind regards,\nThe team"
)
PANS = ContentDocument(
    document_id="pans",
    title="Pans",
    category="",
    content="## Making\n\nEvery pan is cast in one piece.\n\n## Weight\n\nA pan weighs 2 kg.",
    approval_date=date(2024, 1, 1),
    version="0" * 64,
)


def checked(body=BODY, tone="friendly", documents=(PANS,), left_out=(), **fields):
    message = Message(**{"subject": "Pans for you", "body": body, "call_to_action": "See the pans", **fields})
    return check_copy(message, tone, Standard(Sources(documents, left_out), BRAND, TODAY))


def checks(result):
    return {finding.check for finding in result.findings}


def test_an_honest_message_has_citations_claims_and_no_findings():
    """Each cited sentence is a claim on the span that supports it."""
    result = checked()
    assert result.findings == ()
    assert [citation.section for citation in result.citations] == ["Making", "Weight"]
    assert [claim.quote for claim in result.claims] == ["Every pan is cast in one piece", "A pan weighs 2 kg"]


def test_a_document_that_may_not_be_used_is_named_with_its_reason():
    """A citation of what expired says so rather than that it is unknown; a current namesake is used instead."""
    expired = LeftOut(source="f", document_id="old", title="Pans", reason="expiry_date: 2025-01-01 is before today")
    details = [finding.detail for finding in checked(documents=(), left_out=(expired,)).findings]
    assert any("may not be used: expiry_date" in detail for detail in details)
    assert checked(left_out=(expired,)).findings == ()


def test_a_message_without_a_call_to_action_passes_only_where_none_is_asked_for():
    """Messages written elsewhere may leave it out."""
    message = Message(subject="Pans for you", body=BODY)
    standard = Standard(Sources([PANS]), BRAND, TODAY)
    assert checks(check_copy(message, "friendly", standard)) == {"format"}
    assert check_copy(message, "friendly", standard._replace(call_to_action=False)).findings == ()


def test_each_kind_of_fault_has_its_check():
    """Format, citation and urgency are told apart."""
    assert checks(checked(subject="x" * 200)) == {"format"}
    assert checks(checked(BODY.replace("Pans, Making", "Pots, Making"))) == {"citation"}
    assert checks(checked(BODY.replace("weighs 2 kg", "weighs 3 kg"))) >= {"offer"}
    assert checks(checked(BODY.replace("Take your time and", "Hurry up and"))) == {"urgency"}


def a_section(text):
    citation = Citation(document_id="d", version="0" * 64, title="Blanket", section="Wool", paragraph_index=0)
    return CitedSection(citation, (Paragraph(index=0, section="Wool", text=text),))


@pytest.mark.parametrize(
    "claim",
    [
        "Our pans won an award.",
        "Our wax is certified.",
        "No other shop cares like we do.",
        "It is fresher than the tea of every supermarket.",
        "It is fresher than any other brand.",
        "Nine out of ten customers come back.",
        "It protects your plants from slugs.",
        "Named best of the year.",
        "The finest blanket in all of Britain.",
        "It lowers your blood pressure.",
        "Studies show that it helps.",
        "We pay the return postage.",
    ],
)
def test_what_needs_proof_is_a_finding_unless_a_cited_section_says_it(claim):
    """Such words count in every field and whether or not the sentence has a citation."""
    for field in ("subject", "preheader", "body", "call to action"):
        (finding,) = check_substantiation({field: claim}, [a_section("Wool from the hills.")])[:1]
        assert (finding.check, finding.detail.split(" says")[0]) == ("citation", field)
    assert check_substantiation({"body": claim}, [a_section(claim)]) == ()


def test_plain_copy_needs_no_proof():
    """A figure of speech and an ordinary comparison claim nothing, and neither does the brand's own name."""
    text = "A blanket is warmer than a sheet, we cannot promise a brass band, and the best of wishes to you."
    assert check_substantiation({"body": text}, [a_section("The blanket is wool.")]) == ()
    assert check_substantiation({"body": "Vegan & Sons write."}, [], ["Vegan & Sons"]) == ()


def test_findings_on_proof_are_bounded():
    """Many such words give a handful of findings."""
    many = {"body": "organic vegan certified patented proven waterproof fireproof"}
    assert len(check_substantiation(many, [])) == MOST_FINDINGS


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("aZ£%$5.,;:!?'\"“”[]{}()<>-\n\t é不\u200b\ue000\ue0010")), max_size=200))
def test_no_text_is_too_odd_to_be_checked(text):
    """Whatever a message holds, it gets findings of one line and never a fault."""
    body = f"{text} [Source: Pans, Making] {text} [Source: Pans, Weight]. {text}"
    for finding in checked(body, "urgent", subject=text, call_to_action=text).findings:
        assert len(finding.detail.splitlines()) == 1
