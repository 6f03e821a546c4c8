"""Every question is asked once: its answer is kept before it is used, and used again wherever it may be."""

from datetime import UTC, datetime

import pytest

from shared.answers import Answers
from shared.budget import BUDGET
from shared.contracts import ModelAnswer, SafetyScores, SearchAnswer, SearchHit, SearchQuery
from shared.errors import BlobExists, ConfigError, ServiceUnavailable
from shared.ports import Services
from shared.run_folder import ANSWERS, RUNS
from tests.fakes import MemoryBlobs, a_model_request
from tests.report_fixture import documents

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PRICES = {"input": 100.0, "output": 100.0}
REQUEST = a_model_request(system="s", user="u")


class Model:
    """Answers every question with its number, or fails as often as it is told to."""

    provider = "azure_openai"

    def __init__(self, finish_reason="stop"):
        self.asked = []
        self.failing = 0
        self.finish_reason = finish_reason

    def write(self, request):
        self.asked.append(request)
        if self.failing:
            self.failing -= 1
            raise ServiceUnavailable("the model is down")
        return ModelAnswer(
            provider=self.provider,
            model="m",
            text=f"answer {len(self.asked)}",
            finish_reason=self.finish_reason,
            prompt_tokens=1000,
            completion_tokens=500,
        )


class Search:
    provider = "azure_ai_search"

    def __init__(self):
        self.asked = 0

    def search(self, documents, query):
        self.asked += 1
        return SearchAnswer(provider=self.provider, hits=(SearchHit(document_id="a", score=1.0),))


class Safety:
    provider = "azure_content_safety"

    def __init__(self, error=""):
        self.asked = 0
        self.error = error

    def analyze(self, text):
        self.asked += 1
        known = None if self.error else 0
        return SafetyScores(
            provider=self.provider, hate=known, violence=known, self_harm=known, sexual=known, error=self.error
        )


class House:
    """One store and one set of services, and the runs in it."""

    def __init__(self, **azure):
        self.blobs, self.model, self.search, self.safety = MemoryBlobs(), Model(), Search(), Safety()
        providers = {"generation": "azure", "search": "azure", "safety": "azure"}
        self.manifest = with_azure(documents().manifest, {"providers": providers, **azure})

    def services(self):
        return Services(
            blobs=self.blobs,
            search=self.search,
            model=self.model,
            safety=self.safety,
            azure=self.manifest.config.azure_config,
            now=lambda: NOW,
        )

    def answers(self, run_id="r1", **manifest):
        changed = self.manifest.model_copy(update={"run_id": run_id, **manifest})
        return Answers(self.services(), changed)


def with_azure(manifest, changes):
    """``manifest`` with parts of ``azure_config`` replaced, section by section."""
    azure = manifest.config.azure_config
    sections = {
        name: getattr(azure, name).model_copy(update=values) if hasattr(azure, name) else values
        for name, values in changes.items()
    }
    config = manifest.config.model_copy(update={"azure_config": azure.model_copy(update=sections)})
    return manifest.model_copy(update={"config": config})


def priced():
    """``azure_openai`` with prices: a call of 1,000 and 500 tokens costs 15 cents."""
    prices = documents().manifest.config.azure_config.azure_openai.prices_usd_per_million_tokens
    return {"prices_usd_per_million_tokens": prices.model_copy(update=PRICES)}


def test_an_answer_is_kept_before_it_is_used_and_never_asked_for_again():
    """The second worker of the same run gets the first one's answer and its bill, and asks nobody."""
    house = House(azure_openai=priced())
    first = house.answers().write(REQUEST)
    second = house.answers().write(REQUEST)
    assert (first.answer.text, second) == ("answer 1", first)
    assert len(house.model.asked) == 1
    assert first.calls[0].cost_usd == pytest.approx(0.15)
    assert any(name.startswith("r1/answers/generation-") for container, name in house.blobs.data if container == RUNS)


def test_another_question_is_another_answer():
    """Prompt, parameters, model and the earlier draft all count."""
    house = House()
    house.answers().write(REQUEST)
    for change in (
        {"user": "another"},
        {"system": "another"},
        {"parameters": REQUEST.parameters.model_copy(update={"temperature": 0.1})},
    ):
        house.answers().write(REQUEST.model_copy(update=change))
    house.manifest = with_azure(house.manifest, {"azure_openai": {"deployment_name": "another"}})
    house.answers().write(REQUEST)
    assert len(house.model.asked) == 5


def test_another_run_uses_what_a_model_wrote_and_pays_nothing():
    """Across runs the answer comes from the store, says so, and counts as reused."""
    house = House(azure_openai=priced())
    house.answers("r1").write(REQUEST)
    again = house.answers("r2").write(REQUEST)
    assert (again.answer.text, again.calls, again.reused) == ("answer 1", (), True)
    assert house.answers("r2").write(REQUEST).reused
    assert len(house.model.asked) == 1


def test_reuse_across_runs_can_be_switched_off():
    """Then every run asks for itself, and nothing is left for others."""
    house = House(reuse={"across_runs": False})
    house.answers("r1").write(REQUEST)
    house.answers("r2").write(REQUEST)
    assert len(house.model.asked) == 2
    assert not [name for container, name in house.blobs.data if container == ANSWERS]


def test_only_what_a_model_wrote_to_its_end_is_used_by_other_runs():
    """A refusal is kept for its own run and asked for anew by the next; searches and ratings are never shared."""
    house = House()
    house.model.finish_reason = "refusal"
    query = SearchQuery(text="tents")
    for run_id in ("r1", "r1", "r2"):
        house.answers(run_id).write(REQUEST)
        house.answers(run_id).find((), query)
        house.answers(run_id).rate("a text")
    assert (len(house.model.asked), house.search.asked, house.safety.asked) == (2, 2, 2)


def test_a_fault_costs_the_item_and_is_asked_again():
    """An outage is told, counted as a call that failed, and not kept."""
    house = House()
    house.model.failing = 1
    failed = house.answers().write(REQUEST)
    assert (failed.answer, failed.fault) == (None, "the model is down")
    assert [call.outcome for call in failed.calls] == ["service_unavailable"]
    assert house.answers().write(REQUEST).answer.text == "answer 2"


def test_a_rating_that_does_not_vouch_is_not_kept():
    """A text whose severities are unknown is rated again the next time."""
    house = House()
    house.safety = Safety(error="a category is missing")
    assert house.answers().rate("a text").answer.error
    house.safety = Safety()
    assert house.answers().rate("a text").answer.hate == 0


def test_of_two_workers_who_ask_at_once_both_get_the_same_answer():
    """The one whose answer comes second takes the first one's."""
    house = House()
    rival = house.answers()
    create = house.blobs.create

    def overtaken(container, name, data):
        house.blobs.create = create
        rival.write(REQUEST)
        return create(container, name, data)

    house.blobs.create = overtaken
    assert house.answers().write(REQUEST).answer.text == "answer 2"


def test_a_replay_asks_nobody():
    """What was recorded is answered from the record; what was not is a fault that names the run, and no call."""
    house = House()
    house.answers("r1").write(REQUEST)
    house.answers("r1").rate("a text")
    replay = house.answers("r2", replay_of="r1")
    assert replay.write(REQUEST).answer.text == "answer 1"
    assert replay.rate("a text").answer.hate == 0
    missing = replay.write(REQUEST.model_copy(update={"user": "another"}))
    assert (missing.answer, [call.attempts for call in missing.calls]) == (None, [0])
    assert "run r1 has no answer" in missing.fault
    assert (len(house.model.asked), house.safety.asked) == (1, 1)


def test_the_cost_limit_stops_the_next_call():
    """A call that may not fit is not made; the fault says why."""
    house = House(azure_openai=priced(), limits={"max_cost_usd": 0.3, "attempt_seconds": 0.01})
    assert house.answers().write(REQUEST).answer
    stopped = house.answers().write(REQUEST.model_copy(update={"user": "another"}))
    assert (stopped.answer, [call.outcome for call in stopped.calls]) == (None, ["cost_limit"])
    assert "cost limit of $0.3" in stopped.fault
    assert len(house.model.asked) == 1


def test_a_run_is_not_served_by_other_services_than_it_was_started_with():
    """A deployment that changed in between is a fault by name, not another answer."""
    house = House()
    manifest = with_azure(house.manifest, {"azure_search": {"index_name": "another"}})
    with pytest.raises(ConfigError, match="started with other services"):
        Answers(house.services(), manifest)


def test_a_store_that_takes_no_answer_is_told():
    """An answer that cannot be kept is not used: the engine tries the step again."""
    house = House()

    def refuse(container, name, data):
        raise ServiceUnavailable("the store is down")

    house.blobs.create = refuse
    with pytest.raises(ServiceUnavailable, match="store is down"):
        house.answers().write(REQUEST)


def test_another_run_that_shared_the_answer_first_is_no_fault():
    """The shared copy is written once, by whoever comes first."""
    house = House()
    create = house.blobs.create

    def taken(container, name, data):
        if container == ANSWERS:
            raise BlobExists(name)
        return create(container, name, data)

    house.blobs.create = taken
    assert house.answers().write(REQUEST).answer.text == "answer 1"


def test_a_ledger_that_cannot_be_written_fails_the_step_and_not_the_item():
    """An outage of the store is not the service's fault: nothing is asked, and the engine tries the step again."""
    house = House(azure_openai=priced(), limits={"max_cost_usd": 1.0})
    append = house.blobs.append

    def refuse(container, name, data, *, at):
        if name.endswith(BUDGET):
            raise ServiceUnavailable("the store is down")
        return append(container, name, data, at=at)

    house.blobs.append = refuse
    with pytest.raises(ServiceUnavailable, match="store is down"):
        house.answers().write(REQUEST)
    assert house.model.asked == []


def test_an_answer_kept_by_a_process_that_died_is_shared_by_the_next():
    """What was stored for the run and not yet for others is given to them when it is used again."""
    house = House()
    create = house.blobs.create

    def dies(container, name, data):
        if container == ANSWERS:
            raise KeyboardInterrupt
        return create(container, name, data)

    house.blobs.create = dies
    with pytest.raises(KeyboardInterrupt):
        house.answers("r1").write(REQUEST)
    house.blobs.create = create
    assert house.answers("r1").write(REQUEST).answer.text == "answer 1"
    taken_over = house.answers("r2").write(REQUEST)
    assert (taken_over.answer.text, taken_over.reused, len(house.model.asked)) == ("answer 1", True, 1)
