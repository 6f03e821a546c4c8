"""An emulated Azure AI Content Safety: the REST API as the SDK uses it, rated by the embedded screen.

For development and tests on one machine. It knows what the embedded screen knows, no more; a text which that cannot
rate gets null severities. It must not be taken for the service.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from local.emulators.wire import Call, Fault, Operation, Reply
from shared.adapters.safety_local import LocalScreen
from shared.contracts import SafetyScores
from shared.run_config import SafetyCategory

LONGEST_TEXT = 10_000
CATEGORY_NAMES: dict[str, SafetyCategory] = {
    "Hate": "hate",
    "SelfHarm": "self_harm",
    "Sexual": "sexual",
    "Violence": "violence",
}
OUTPUT_TYPES = ("FourSeverityLevels", "EightSeverityLevels")
Analysis = dict[str, list[dict[str, Any]]]


class EmulatedSafety:
    """The operation ``safety``. ``blocklists`` maps a list's name to its words, matched anywhere, whatever the case.

    Faults of its own, each in an answer of status 200: ``missing_category`` (the worst one), ``extra_category``,
    ``shuffled`` (right, in another order), ``null_severity``, ``unknown_severity`` (3), ``severity_text``,
    ``repeated_category`` (all the same, then safe), ``eight_levels``, ``no_categories``, ``unknown_blocklist``.
    """

    def __init__(self, blocklists: Mapping[str, Sequence[str]] | None = None) -> None:
        self._blocklists = dict(blocklists or {})
        self._screen = LocalScreen()
        self._screen.analyze("ready")  # its word lists load at the first text, which nobody should have to wait for

    def operations(self) -> list[Operation]:
        """What to serve."""
        return [Operation("safety", "POST", "/contentsafety/text:analyze", self._answer)]

    def _answer(self, call: Call, fault: Fault | None) -> Reply:
        refusal = self._refusal(call)
        if refusal is not None:
            return refusal
        names = call.body.get("categories") or list(CATEGORY_NAMES)
        analysis = {
            "blocklistsMatch": list(self._matches(call.body)),
            "categoriesAnalysis": _rated(names, self._screen.analyze(call.body["text"])),
        }
        if fault is not None:
            _FAULTS[fault.kind](analysis)
        return Reply(analysis)

    def _refusal(self, call: Call) -> Reply | None:
        """What the service says to a request that it does not take."""
        if not call.headers.get("ocp-apim-subscription-key") and not call.headers.get("authorization"):
            return _error(401, "401", "Access denied due to missing subscription key.")
        if not call.query.get("api-version"):
            return _error(400, "MissingApiVersion", "The api-version query parameter is required.")
        problem = self._problem(call.body)
        return _error(400, "InvalidRequestBody", problem) if problem else None

    def _problem(self, body: Any) -> str:
        if not isinstance(body, dict) or not isinstance(body.get("text"), str) or not body["text"]:
            return "The text is required and must not be empty."
        if len(body["text"]) > LONGEST_TEXT:
            return f"The text is longer than {LONGEST_TEXT} characters."
        if not set(body.get("categories") or ()) <= set(CATEGORY_NAMES):
            return "A category is not supported."
        if body.get("outputType", OUTPUT_TYPES[0]) not in OUTPUT_TYPES:
            return "The output type is not supported."
        if not set(body.get("blocklistNames") or ()) <= set(self._blocklists):
            return "A blocklist was not found."
        return ""

    def _matches(self, body: dict[str, Any]) -> Iterator[dict[str, str]]:
        text = body["text"].lower()
        for name in body.get("blocklistNames") or ():
            for position, word in enumerate(self._blocklists[name]):
                if word.lower() in text:
                    yield {"blocklistName": name, "blocklistItemId": str(position), "blocklistItemText": word}


def _error(status: int, code: str, message: str) -> Reply:
    return Reply({"error": {"code": code, "message": message}}, status)


def _rated(names: Sequence[str], scores: SafetyScores) -> list[dict[str, Any]]:
    return [{"category": name, "severity": getattr(scores, CATEGORY_NAMES[name])} for name in names]


# --- faults -----------------------------------------------------------------------------------------------------------


def _worst(analysis: Analysis) -> dict[str, Any]:
    return max(analysis["categoriesAnalysis"], key=lambda entry: entry["severity"] or 0)


def _missing_category(analysis: Analysis) -> None:
    analysis["categoriesAnalysis"].remove(_worst(analysis))


def _extra_category(analysis: Analysis) -> None:
    analysis["categoriesAnalysis"].append({"category": "Profanity", "severity": 0})


def _shuffled(analysis: Analysis) -> None:
    analysis["categoriesAnalysis"].reverse()


def _repeated_category(analysis: Analysis) -> None:
    analysis["categoriesAnalysis"].append({"category": _worst(analysis)["category"], "severity": 0})


def _with_worst(severity: object) -> Callable[[Analysis], None]:
    def change(analysis: Analysis) -> None:
        _worst(analysis)["severity"] = severity

    return change


def _eight_levels(analysis: Analysis) -> None:
    for entry in analysis["categoriesAnalysis"]:
        entry["severity"] = (entry["severity"] or 0) + 1


def _no_categories(analysis: Analysis) -> None:
    del analysis["categoriesAnalysis"]


def _unknown_blocklist(analysis: Analysis) -> None:
    match = {"blocklistName": "not-asked-for", "blocklistItemId": "0", "blocklistItemText": "word"}
    analysis["blocklistsMatch"].append(match)


_FAULTS: dict[str, Callable[[Analysis], None]] = {
    "missing_category": _missing_category,
    "extra_category": _extra_category,
    "shuffled": _shuffled,
    "null_severity": _with_worst(None),
    "unknown_severity": _with_worst(3),
    "severity_text": _with_worst("2"),
    "repeated_category": _repeated_category,
    "eight_levels": _eight_levels,
    "no_categories": _no_categories,
    "unknown_blocklist": _unknown_blocklist,
}
