"""Azure AI Content Safety: severities in the four categories, and the blocklists that matched.

Closed-world: an answer counts only as far as it says exactly what was asked. Whatever is missing, unknown, given twice
or of another form leaves severities at None with the reason, which blocks. It must not decide what passes, and must not
let a word of the text or of the answer into a reason.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from azure.ai.contentsafety import ContentSafetyClient
from azure.ai.contentsafety.models import AnalyzeTextOptions, AnalyzeTextOutputType, TextCategory
from azure.core.credentials import AzureKeyCredential, TokenCredential
from azure.core.exceptions import DeserializationError

from shared.adapters.service_calls import ServiceGate, azure_client_options, explain_azure_fault
from shared.contracts import SafetyScores
from shared.run_config import CATEGORIES, AzureContentSafetyConfig, SafetyCategory, Severity

PROVIDER = "azure_content_safety"
LONGEST_TEXT = 10_000
"""Code points that the service rates in one request."""
OVERLAP = 1_000
"""Code points that neighbouring parts of a longer text have in common at least: a passage that long is in one whole."""

_NAMES: dict[str, SafetyCategory] = {
    TextCategory.HATE.value: "hate",
    TextCategory.VIOLENCE.value: "violence",
    TextCategory.SELF_HARM.value: "self_harm",
    TextCategory.SEXUAL.value: "sexual",
}
_LEVELS: tuple[Severity, ...] = (0, 2, 4, 6)
_ENDS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"""[.!?…]["'”’»)\]]*\s|[。！？]"""),
    re.compile(r"\s"),
)


class AzureContentSafety:
    """A ``SafetyChecker`` that asks the service once per 10,000 code points, one part after another.

    A text in n parts takes at most n times the limits' ``worst_case_seconds``. Raises ``ServiceUnavailable`` and
    ``ServiceRefused`` when the service gave no answer; an answer that cannot be understood is a result without
    severities.
    """

    provider = PROVIDER

    def __init__(
        self, config: AzureContentSafetyConfig, credential: AzureKeyCredential | TokenCredential, gate: ServiceGate
    ) -> None:
        options = azure_client_options(gate.limits)
        self._client = ContentSafetyClient(config.endpoint, credential, api_version=config.api_version, **options)
        self._blocklists = config.blocklists
        self._gate = gate

    def analyze(self, text: str) -> SafetyScores:
        """Rate ``text``: the worst severity of its parts, and every list that matched one of them.

        One part without a rating leaves the whole without one. Nothing is asked about a text of white space alone.
        """
        parts = [part for part in split_text(text) if part.strip()]
        if not parts:
            return _unrated("the text is empty")
        rated: list[SafetyScores] = []
        for part in parts:
            rated.append(self._rate(part))
            if rated[-1].error and len(parts) > 1:
                return _unrated(f"part {len(rated)} of {len(parts)}: {rated[-1].error}")
        return _joined(rated, self._blocklists) if len(rated) > 1 else rated[0]

    def _rate(self, part: str) -> SafetyScores:
        options = AnalyzeTextOptions(
            text=part,
            categories=list(_NAMES),
            blocklist_names=list(self._blocklists),
            halt_on_blocklist_hit=False,
            output_type=AnalyzeTextOutputType.FOUR_SEVERITY_LEVELS,
        )
        answer = self._gate.ask("content safety", lambda: self._asked(options), explain_azure_fault)
        return _scores(answer, self._blocklists)

    def _asked(self, options: AnalyzeTextOptions) -> object:
        try:
            return self._client.analyze_text(options)
        except DeserializationError:
            return None


# --- long texts -------------------------------------------------------------------------------------------------------


def split_text(text: str, longest: int = LONGEST_TEXT, overlap: int = OVERLAP) -> Iterator[str]:
    """``text`` in parts of at most ``longest`` code points, cut after a paragraph, a sentence or a word where one ends.

    Neighbours share ``overlap`` to twice as many code points, so that every passage of up to ``overlap`` code points
    is whole in one part. ``longest`` must be more than three times ``overlap``.
    """
    start = 0
    while len(text) - start > longest:
        end = _cut_before(text, start + longest, overlap)
        yield text[start:end]
        start = _cut_before(text, end - overlap, overlap)
    yield text[start:]


def _cut_before(text: str, limit: int, reach: int) -> int:
    """The best place to cut in the ``reach`` code points before ``limit``; ``limit`` where nothing ends in them."""
    for pattern in _ENDS:
        ends = [found.end() for found in pattern.finditer(text, limit - reach, limit)]
        if ends:
            return ends[-1]
    return limit


def _joined(rated: Sequence[SafetyScores], blocklists: Sequence[str]) -> SafetyScores:
    matched = {name for scores in rated for name in scores.blocklist_matches}
    return SafetyScores(
        provider=PROVIDER,
        **{category: max(getattr(scores, category) for scores in rated) for category in CATEGORIES},
        blocklist_matches=tuple(name for name in blocklists if name in matched),
    )


# --- answers ----------------------------------------------------------------------------------------------------------


class _Unreadable(Exception):
    """The answer as a whole is not what was agreed; why, in words that are safe to show."""


def _unrated(reason: str) -> SafetyScores:
    return SafetyScores(provider=PROVIDER, **dict.fromkeys(CATEGORIES), error=reason)


def _scores(answer: object, blocklists: Sequence[str]) -> SafetyScores:
    """What the service vouched for in ``answer``, and in ``error`` why it is not more."""
    try:
        given = _given_severities(answer)
        matches = _matches(answer, blocklists)
    except _Unreadable as fault:
        return _unrated(str(fault))
    levels = {category: _level(given[category]) for category in CATEGORIES}
    unknown = [category.replace("_", "-") for category in CATEGORIES if levels[category] is None]
    error = f"the answer has no single known severity for {', '.join(unknown)}" if unknown else ""
    return SafetyScores(provider=PROVIDER, **levels, blocklist_matches=matches, error=error)


def _given_severities(answer: object) -> dict[SafetyCategory, list[object]]:
    """Everything that ``answer`` gives as the severity of each category."""
    given: dict[SafetyCategory, list[object]] = {category: [] for category in CATEGORIES}
    for entry in _entries(answer, "categoriesAnalysis"):
        name = entry.get("category")
        if not isinstance(name, str) or name not in _NAMES:
            raise _Unreadable("the answer rates a category that was not asked for")
        given[_NAMES[name]].append(entry.get("severity"))
    return given


def _level(values: list[object]) -> Severity | None:
    """The one value, if it is one of the four levels: a bool, a text or a float is not."""
    if len(values) != 1 or type(values[0]) is not int:
        return None
    return next((level for level in _LEVELS if level == values[0]), None)


def _matches(answer: object, blocklists: Sequence[str]) -> tuple[str, ...]:
    """The lists that matched, in the order of ``blocklists``; when any were asked for, the answer must tell of them."""
    if not blocklists and isinstance(answer, Mapping) and answer.get("blocklistsMatch") is None:
        return ()
    names = [entry.get("blocklistName") for entry in _entries(answer, "blocklistsMatch")]
    if any(name not in blocklists for name in names):
        raise _Unreadable("the answer names a blocklist that was not asked for")
    return tuple(name for name in blocklists if name in names)


def _entries(answer: object, key: str) -> list[Mapping[str, object]]:
    entries = answer.get(key) if isinstance(answer, Mapping) else None
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise _Unreadable(f"the answer has no list {key} of the agreed form")
    return entries
