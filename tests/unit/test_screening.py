"""Screening: what a checker is asked about a variant, and what comes of its answers."""

from datetime import UTC, datetime

import pytest

from activities.safety import check_safety
from shared.contracts import SafetyScores, VariantRef, Verdict
from shared.errors import ServiceUnavailable
from shared.ports import Services
from shared.run_config import MergeField
from shared.run_folder import MANIFEST, RUNS, encode, variant_file, verdict_file
from tests.fakes import MemoryBlobs
from tests.report_fixture import documents

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FIELDS = {"first_name": MergeField(fallback="there", worst_cases=("Brute",))}


class Checker:
    """Finds ``Brute`` hateful; is down for texts that hold ``failing``."""

    provider = "fake"

    def __init__(self, failing="nothing of this"):
        self.texts = []
        self.failing = failing

    def analyze(self, text):
        self.texts.append(text)
        if self.failing in text:
            raise ServiceUnavailable("the checker is down")
        return SafetyScores(provider=self.provider, hate=6 if "Brute" in text else 0, violence=0, self_harm=0, sexual=0)


def screened(checker, **changes):
    """The verdict on the fixture's first variant, with ``changes`` of its text."""
    run = documents()
    brand = run.manifest.config.brand.model_copy(update={"merge_fields": FIELDS})
    manifest = run.manifest.model_copy(update={"config": run.manifest.config.model_copy(update={"brand": brand})})
    variant = run.variants[0].model_copy(update={"findings": (), **changes})
    blobs = MemoryBlobs()
    for name, document in ((MANIFEST, manifest), (variant_file(variant.variant_id), variant)):
        blobs.create(RUNS, f"{manifest.run_id}/{name}", encode(document))
    services = Services(
        blobs=blobs, search=checker, model=checker, safety=checker, azure=manifest.config.azure_config, now=lambda: NOW
    )
    request = VariantRef(run_id=manifest.run_id, segment_id=variant.segment_id, tone=variant.tone)
    check_safety(request, services)
    stored = blobs.read(RUNS, f"{manifest.run_id}/{verdict_file(variant.variant_id)}")
    return Verdict.model_validate_json(stored)


def test_a_message_without_merge_fields_is_screened_once_with_its_footer():
    """One text, whole, down to the footer."""
    checker = Checker()
    verdict = screened(checker)
    assert (verdict.status, len(verdict.calls), len(checker.texts)) == ("pass", 1, 1)
    assert checker.texts[0].endswith("\nUnsubscribe: https://unsubscribe.example/")


@pytest.mark.parametrize("field", ["subject", "preheader", "body", "call_to_action"])
def test_a_merge_fields_worst_value_blocks_the_message(field):
    """Every rendering is rated, and the worst of them decides, wherever the field stands."""
    checker = Checker()
    verdict = screened(checker, **{field: "For {{first_name}}"})
    assert (verdict.status, verdict.hate_severity, verdict.violence_severity) == ("block", 6, 0)
    assert len(verdict.calls) == len(checker.texts) == 3


def test_a_rendering_that_could_not_be_rated_blocks_the_message():
    """What is known of the others does not stand in for it."""
    verdict = screened(Checker(failing="Wilhelmina"), subject="For {{first_name}}")
    assert (verdict.status, verdict.violence_severity, verdict.provider) == ("block", None, "fake")
    assert verdict.block_reason.startswith("Hate severity missing: the checker is down")


def test_an_empty_message_is_not_sent_to_the_checker():
    """There is nothing to rate, whatever the footer says."""
    checker = Checker()
    verdict = screened(checker, subject=" ", preheader="", body="\n", call_to_action="")
    assert (verdict.status, verdict.block_reason, checker.texts) == ("block", "format: the message is empty", [])
