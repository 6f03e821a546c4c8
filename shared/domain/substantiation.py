"""Claims that need proof wherever they stand: prizes, certificates, effects on health, comparisons.

A sentence without a citation may invite and connect; what is named here it may say only where a cited section says it
too. Pure functions on English text.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from shared.contracts import Finding
from shared.domain.citations import shortened
from shared.domain.sources import CitedSection
from shared.domain.words import listed, root, roots_of, words_of

MOST_FINDINGS = 5

_PROOF = listed(
    """
    award-winning certified certification accredited endorsed patented proven scientifically clinically clinical
    dermatologist dermatologists dermatologically organic vegan biodegradable compostable carbon-neutral
    hypoallergenic antibacterial nontoxic fireproof waterproof unbreakable indestructible shatterproof insomnia
    arthritis detox detoxifies immunity therapeutic medicinal cholesterol
    """
)
"""Words, in lower case, that say something which can be looked up."""
_COMPARISONS = re.compile(
    r"\b(?:no other [a-z]+|"
    r"than the [a-z]+ (?:of|from|in|at) (?:any|every|all)|"
    r"than (?:any|every|all)(?: (?:other|of [a-z]+|(?:rival |competing )?"
    r"(?:brand|rival|competitor|shop|store|supermarket|chain|company|maker|product|one)s?)\b| [a-z]+ "
    r"(?:in the|on the|you can buy|we know))|"
    r"unlike (?:other|any|every)|the only (?!things?\b|one\b|ones\b|way\b|questions?\b|time\b|reason\b|"
    r"trouble\b|problem\b)[a-z]+ "
    r"(?:that|which|who|in)|"
    r"(?:voted|named|rated|ranked|chosen as) (?:the |our |as )?(?:best|top|number|no|favou?rite|[a-z]+ of the year)|"
    r"(?:market|industry|world)[- ]leading|"
    r"(?:best|finest|greatest|largest|oldest|purest|safest) (?:[a-z]+ )?in (?:the |all (?:of )?)?"
    r"(?:world|country|land|town|city|uk|us|britain|england|scotland|wales|ireland|europe|america|market|industry)|"
    r"(?:lowers?|reduces?|raises?|boosts?|improves?) (?:your |the )?(?:blood pressure|immunity|memory|sleep|health)|"
    r"(?:studies|research|tests?) (?:show|shows|prove|proves|have shown|has shown)|trusted by|"
    r"(?:won|winning|awarded|given) (?:[a-z]+ ){0,4}(?:awards?|prizes?|medals?)|"
    r"(?:doctors|scientists|experts|nurses|vets|dentists)(?: have)? (?:recommend|shown?|say|agree|prove|proven)|"
    r"(?:\d+|two|three|four|five|six|seven|eight|nine) (?:out of|in) (?:every )?(?:\d+|three|four|five|ten|hundred) "
    r"(?:of (?:our|them|us|you)\b ?)?(?:[a-z]+ )?(?:come|came|return|agree|say|said|would|rate|rated|love|"
    r"choose|people|customers|users|guests|travell?ers|owners|readers|families|parents|households|"
    r"vets|doctors|dentists|members|buyers|shoppers|cooks|drinkers)|"
    r"(?:protects?|prevents?|cures?|heals?|repels?|kills|wards? off) (?:[a-z]+ ){0,3}(?:from|against|off|of)? ?"
    r"[a-z]+(?:,? (?:and|or) [a-z]+)?|"
    r"we(?:['’]ll| will)? pay)\b",
    re.IGNORECASE,
)
_BY_US = re.compile(r"\bby us\b", re.IGNORECASE)


def check_substantiation(
    fields: Mapping[str, str], cited: Sequence[CitedSection], own_names: Iterable[str] = ()
) -> tuple[Finding, ...]:
    """The claims in ``fields`` (name -> text without citations) that need proof and have none in sections ``cited``.

    ``own_names`` are texts, such as the brand's name, that claim nothing. Findings have check ``citation``, at most
    ``MOST_FINDINGS``.
    """
    stated = frozenset().union(*(_said_in(section) for section in cited))
    findings = [
        Finding(check="citation", detail=f"{name} says '{shortened(claim, 80)}', which no cited passage does")
        for name, text in fields.items()
        for claim, roots in _claims_in(_without(text, own_names))
        if not roots <= stated
    ]
    return tuple(findings[:MOST_FINDINGS])


def _without(text: str, names: Iterable[str]) -> str:
    for name in names:
        text = text.replace(name, " ")
    return text


def _said_in(section: CitedSection) -> frozenset[str]:
    told = " ".join((section.citation.title, section.citation.section, *_texts(section)))
    return roots_of(_BY_US.sub("by us as we do", told))


def _texts(section: CitedSection) -> Iterable[str]:
    return (paragraph.text for paragraph in section.paragraphs)


def _claims_in(text: str) -> Iterable[tuple[str, frozenset[str]]]:
    """Each claim with the roots that a source would have to hold."""
    for word in words_of(text):
        if word.folded in _PROOF:
            yield text[word.start : word.end], frozenset({root(word.folded)})
    for match in _COMPARISONS.finditer(text):
        yield match[0], roots_of(match[0])
