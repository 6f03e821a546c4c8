"""Instructions in disguise: wording in a text that reads as if it were meant for a language model, not for a reader.

A report, and a filter on the side. It knows common wording and no more, so it must not be what anything relies on: what
protects is the fence around retrieved text and the checks that every message has to pass, whoever wrote it. It tells
kinds, never the text, and decides nothing about what follows.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from shared.contracts import ContentDocument
from shared.domain.disguises import undisguised, without_digits
from shared.domain.markdown import paragraphs

CACHED_TEXTS = 4096
"""Texts whose kinds are remembered: every segment looks at the same documents."""
LONGEST_CACHED = 4000
"""Characters; a longer text is read anew each time, so that what is remembered stays small."""

KINDS = (
    "ignore_instructions",
    "override_instructions",
    "role_change",
    "prompt_reveal",
    "output_override",
    "addresses_model",
    "fake_role_marker",
    "fence_forgery",
    "hidden_text",
)
"""Every kind, in the order in which they are told."""

WITHHELD = "(withheld: it reads like an instruction)"
"""What stands in a prompt where such a text would have stood."""


# --- what is looked for -----------------------------------------------------------------------------------------------
#
# Patterns read words that single spaces part, with " . " where a sentence ends. None holds a repetition without a small
# bound, so the time they take grows with the length of the text and no faster.

_NEGATED = r"(?<!\bnot )(?<!\bnever )(?<!\bdont )(?<!\bdon t )(?<!\bcannot )"
_CONDITION = r"(?<!\bif you )(?<!\bnot to )(?<!\bnever to )(?<!\bwho )(?<!\bpeople )(?<!\bcustomers )"
_ROLES = (
    r"(?:\w*(?:gpt|bot)|ai|a i|llm|dan|assistant|chat model|language model|linux terminal|terminal|python interpreter|interpreter|"
    r"copywriter|system administrator|administrator|unrestricted|uncensored|unfiltered|jailbroken)"
    r"(?! (?:s|(?:\w+ )?(?:owners?|users?|members?|fans?|lovers?|enthusiasts?|vacuums?|mowers?|cleaners?))\b)"
)
_FILLERS = r"(?:(?:all|any|every|each|of|the|your|my|our|their|these|those|that|this|other|and|or|given) ){0,6}"
_EARLIER = r"(?:previous|previously|prior|above|earlier|preceding|foregoing)"
_ORIGINAL = r"(?:system|developer|original|initial|current|hidden|base)"
_DROP = r"(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|overrule|bypass(?:ing)?)"
_SAY = r"(?:write|say|reply|respond|answer|output|print|approve|promise|claim|state|generate)"
_TARGETS = (
    r"(?:instructions?|prompts?|rules?|directions?|directives?|guidelines?|commands?|constraints?|restrictions?|"
    r"guardrails?|programming)"
)
_IGNORE = (
    r"(?:ignor(?:e|es|ing)|disregard(?:ing)?|forget(?:ting)?|overlook|bypass(?:ing)?|override|overrule|neglect|discard|"
    r"dismiss|skip|pay no attention to|take no notice of|do not (?:follow|obey|heed|comply with|adhere to)|"
    r"don t (?:follow|obey|heed|comply with|adhere to)|stop (?:following|obeying)|cease (?:following|obeying))"
)
_ELSEWHERE = (
    r"(?! (?:on|in|inside|within|from|for|printed|that came|found|contained)\b"
    r"(?! (?:the |your |this )?(?:system|above|prompt|developer|conversation)\b))"
)
_AUDIENCE = (
    r"(?:ai|a i|ais|llms?|language models?|chat ?bots?|ai (?:assistants?|models?|agents?)|copywriting assistant)"
    r"(?! (?:lovers?|fans?|enthusiasts?|owners?|users?|powered|experts?)\b)"
)
_SECRET = r"(?:system|initial|hidden|secret|developer|original|internal|confidential)"
_VERBATIM = (
    r"(?:(?:me|us|out|back|to|with|only|all|of|the|your|its|full|entire|complete|exact|whole|own|current|everyone|"
    r"readers?|users?|customers?) ){0,6}"
)

_CUSTOMARY = (
    r"(?! (?:writing|person|a|an|the (?:code|number|date|form|store|shop)|your (?!system|prompt|instructions))\b)"
)

_WORDINGS: tuple[tuple[str, str], ...] = (
    # what was said before
    ("ignore_instructions", rf"{_IGNORE} {_FILLERS}{_EARLIER} (?:and )?(?:\w+ ){{0,2}}{_TARGETS}"),
    ("ignore_instructions", rf"{_NEGATED}{_DROP} {_FILLERS}{_ORIGINAL} (?:instructions?|prompts?|programming)"),
    ("ignore_instructions", rf"{_NEGATED}{_DROP} {_FILLERS}(?:system|developer|hidden) (?:messages?|rules|guidelines)"),
    ("ignore_instructions", rf"{_NEGATED}{_CONDITION}{_DROP} {_FILLERS}safety (?:guidelines|filters|training|rules)"),
    (
        "ignore_instructions",
        rf"{_NEGATED}{_CONDITION}{_DROP} {_FILLERS}(?:approved|provided|retrieved|supplied) "
        r"(?:content|passages?|context|sources?|material)",
    ),
    (
        "ignore_instructions",
        rf"{_NEGATED}{_DROP} (?:all |any |the ){{0,2}}(?:(?:prior|preceding|above) (?:text|context|conversation|input)|"
        r"previous (?:context|conversation|input))",
    ),
    (
        "ignore_instructions",
        rf"{_NEGATED}{_CONDITION}{_IGNORE} (?:all |any |of |every |each ){{1,3}}(?:of |the |your |these |those |our |other ){{0,2}}"
        rf"(?:instructions?|prompts|directives?|commands){_ELSEWHERE}",
    ),
    (
        "ignore_instructions",
        rf"{_NEGATED}{_CONDITION}{_IGNORE} (?:all |any |of ){{0,2}}your (?:own )?"
        rf"(?:instructions?|prompt|programming|guidelines|guardrails|directives){_ELSEWHERE}",
    ),
    (
        "ignore_instructions",
        rf"{_NEGATED}{_CONDITION}{_DROP} (?:all |any |of ){{0,2}}your (?:own )?"
        r"(?:rules|training|constraints|restrictions|limitations|filters|brief)(?= (?:\.|and|or)|$)",
    ),
    (
        "ignore_instructions",
        rf"{_NEGATED}{_CONDITION}(?:ignore|disregard) (?:the |these |those )?(?:instructions|prompts?)(?= (?:\.|and)|$)",
    ),
    (
        "ignore_instructions",
        rf"{_NEGATED}{_CONDITION}{_IGNORE} (?:the|these|those) (?:instructions?|prompts?|rules|guidelines) "
        r"(?:above|before|so far|given (?:to you|above|before|earlier)|you (?:were|have|had|ve|are|got)\b)",
    ),
    (
        "ignore_instructions",
        rf"{_NEGATED}{_DROP} {_FILLERS}(?:\w+ )?(?:instructions|rules|prompts?|guidelines|brief) and {_SAY}",
    ),
    (
        "ignore_instructions",
        rf"{_NEGATED}{_CONDITION}(?:ignore|disregard|forget) (?:all |everything |anything |of |the ){{0,4}}"
        r"(?:above|foregoing)(?! (?:if|messages?|notices?|offers?|e ?mails?|e mails?|reminders?|invoices?|prices?|codes?|"
        r"dates?|when|where|once|should|average|all|ground|line|the|mentioned|named|said)\b)",
    ),
    (
        "ignore_instructions",
        r"(?:ignore|disregard|forget) (?:everything|anything|all|whatever|what) (?:else )?(?:that )?"
        r"(?:(?:came |was said |was written |said |written |you read )?(?:before(?: this)?|above|prior|so far)(?= |$)"
        r"|you (?:were|have been|ve been|had been) (?:told|taught|instructed|given|asked)(?! (?:about|on)\b)"
        r"|(?:i|we|they|the (?:system|user|developer)) (?:said|told you|wrote|instructed))",
    ),
    ("ignore_instructions", rf"(?:ignore|disregard|forget) everything(?: else)? and {_SAY}"),
    # what holds from now on
    ("override_instructions", r"(?:these|here|those|the following) are (?:now )?your new (?:instructions|rules|orders)(?! (?:for|of|on|in|to)\b)"),
    (
        "override_instructions",
        r"your (?:new|real|true|actual) (?:instructions?|task|goal|objective|directive|purpose) "
        r"(?:is|are)(?: now)?(?: to| as follows)",
    ),
    (
        "override_instructions",
        r"follow (?:only )?(?:these|my|the following|the new) (?:new |system )?(?:instructions?|rules|commands) "
        r"(?:instead|only|from now|rather than)",
    ),
    (
        "override_instructions",
        r"(?:instructions?|rules|commands) (?:supersede|override|overrule|take precedence over|replace) (?:all |any |the "
        r"|your |of ){0,3}(?:previous|prior|above|earlier|other|system|original|existing)",
    ),
    ("override_instructions", r"(?:you (?:must|will|shall) )(?:now |only )?obey (?:me|my|these|the following)"),
    ("override_instructions", r"(?:new|updated|revised) (?:system|developer) (?:prompt|instructions?|message|rules)"),
    ("override_instructions", r"(?:system|prompt|safety|admin) override|prompt injection|do anything now"),
    ("override_instructions", r"jailbreak(?:ed)? (?:mode|prompt|yourself)|(?:enter|enable|in) (?:dan|jailbreak) mode"),
    # who is being asked
    (
        "role_change",
        rf"you (?:are|re) (?:now|from now on|hereby|henceforth) (?:in (?:the )?)?(?:\w+ ){{0,4}}(?:{_ROLES}|pirate|hacker|"
        r"evil|developer mode|debug mode|god mode|admin mode|maintenance mode)",
    ),
    ("role_change", r"you (?:are|re) (?:now )?free (?:of|from) (?:all |any |your |these )?(?:rules|restrictions|filters)"),
    (
        "role_change",
        rf"you (?:are|re) no longer (?:(?:bound|restricted|limited) (?:by|to) (?:the |any |your |these )?(?:\w+ )?{_TARGETS}|"
        rf"(?:\w+ ){{0,3}}{_ROLES})",
    ),
    (
        "role_change",
        rf"from now on(?: \.)? you (?:(?:are|re) (?:\w+ ){{0,4}}{_ROLES}|(?:must |will |should |shall |are to )?(?:only )?"
        r"(?:act|respond|answer|reply|speak|output|pretend|behave|obey))",
    ),
    (
        "role_change",
        rf"(?:act|behave|respond|speak|answer|pose|role ?play|role play|work|function) as "
        rf"(?:if you (?:are|were|re) |though you (?:are|were|re) )?(?:(?:a|an|the|my|our) )?(?:\w+ ){{0,3}}{_ROLES}",
    ),
    ("role_change", rf"pretend (?:to be|(?:that )?you (?:are|re|were)) (?:\w+ ){{0,4}}{_ROLES}"),
    ("role_change", r"pretend (?:that )?you (?:have|had) no (?:rules|restrictions|limits|filters|guidelines|instructions)"),
    # what the model was told
    (
        "prompt_reveal",
        rf"{_NEGATED}(?:reveal|show|print|repeat|display|output|leak|disclose|expose|give|tell|share|recite|dump|quote|"
        rf"return|write|send|copy|include|summari[sz]e|translate|respond|reply|answer) {_VERBATIM}"
        rf"{_SECRET} (?:prompts?|instructions?|messages?|rules|configuration)",
    ),
    (
        "prompt_reveal",
        rf"{_NEGATED}(?:reveal|repeat|leak|disclose|expose|recite|dump|output) {_VERBATIM}"
        r"(?:prompt|instructions|guidelines|rules)(?= (?:verbatim|word for word|above|to|now|in full|\.)|$)",
    ),
    ("prompt_reveal", rf"what (?:is|are|was|were|s) your (?:{_SECRET} (?:prompt|instructions?|message)|instructions(?= \.|$))"),
    ("prompt_reveal", r"repeat (?:back )?(?:all |everything |(?:all )?the (?:words?|text) )above"),
    # what the model shall answer
    (
        "output_override",
        rf"(?:(?:respond|reply|answer) (?:only|exclusively|solely)|only (?:respond|reply|answer|output)) (?:with|in|as){_CUSTOMARY}",
    ),
    ("output_override", rf"(?:respond|reply|answer) (?:with|in) (?:only|nothing but|exactly){_CUSTOMARY}"),
    ("output_override", r"output (?:only )?(?:the following|the (?:text|word|phrase|string)|nothing but|exactly|json)"),
    ("output_override", r"(?:say|write|print|repeat) (?:only |exactly )?the following (?:text|words?|sentence|phrase|line)"),
    (
        "output_override",
        r"(?:your|the) (?:entire |whole |full )?(?:response|output|completion|answer) (?:must|should|shall|will) "
        r"(?:only |exactly )(?:be|contain|consist|include|say|state)|"
        r"your (?:entire |whole |full )?(?:response|output|completion|answer) (?:must|should|shall|will) "
        r"(?:contain|include|start with|begin with|end with|consist of|be) (?:only|exactly|the (?:words?|phrase|text|string))",
    ),
    (
        "output_override",
        r"(?:include|insert|append|add|put|place|embed|mention) (?:\w+ ){1,8}(?:in|to|into|in all|at the (?:end|start|top) of) "
        r"(?:your|every|each|all) (?:responses?|outputs?|completions?|generated \w+)",
    ),
    ("output_override", r"(?:omit|leave out|do not (?:include|add|write|use)|don t (?:include|add|write|use)) (?:any |all |the "
     r"|your ){0,2}citations"),
    ("output_override", r"(?:do not|don t|never) cite (?:any |your |the ){0,2}(?:sources?|documents?|passages?)"),
    # who is spoken to
    ("addresses_model", rf"(?:attention|attn|dear|hey) (?:the |any |all |every |you ){{0,2}}{_AUDIENCE}"),
    (
        "addresses_model",
        rf"(?:note|notice|message|instructions?|request|warning) (?:to|for) (?:the |any |all |every |you ){{0,2}}{_AUDIENCE}",
    ),
    ("addresses_model", r"as an ai(?: language)? model|as a (?:large )?language model"),
    ("addresses_model", rf"(?:if|when|since|because|as) you (?:are|re) (?:an? |the )?{_AUDIENCE}"),
    (
        "addresses_model",
        rf"(?:the|any|every|this|an|dear) (?:{_AUDIENCE}|copywriter) (?:must|should|shall|has to|needs to|"
        rf"is (?:instructed|required|ordered|asked) to) (?:not |now |only |always |never )?"
        rf"(?:{_SAY}|ignore|mention|include|reveal|obey|follow|comply|tell|always|never|use|cite)",
    ),
    # the same in other languages
    (
        "ignore_instructions",
        r"(?:ignorier(?:e|en)|missacht(?:e|en)|vergiss|vergessen|befolg(?:e|en)|uberschreib(?:e|en))(?: sie)? "
        r"(?:(?:bitte|alle|aller|samtliche|die|der|das|all|deine|ihre|diese|nicht|keine|ab|sofort) ){0,4}"
        r"(?:bisherige|vorherige|vorige|obige|vorangegangene|vorhergehende|fruhere|ursprungliche|system)[nrs]? ?"
        r"(?:anweisung|instruktion|regel|vorgabe|befehl|prompt|eingabe)(?:en|n|e|s)?",
    ),
    (
        "ignore_instructions",
        r"(?:ignorier(?:e|en)|missacht(?:e|en)|vergiss|vergessen)(?: sie)? (?:bitte )?(?:alle |samtliche )?(?:deine|alle) "
        r"(?:anweisungen|instruktionen|befehle|vorgaben)",
    ),
    (
        "ignore_instructions",
        r"(?:ignor(?:e|es|ez|er)|oubli(?:e|es|ez|er)|ne (?:tiens|tenez|tenir) (?:pas|aucun) compte(?: des?)?|"
        r"ne (?:suis|suivez) pas) (?:(?:toutes|tous|les|tes|vos|des|ces|de|l) ){0,4}"
        r"(?:instructions?|consignes|directives|regles|ordres|invites?) "
        r"(?:precedentes?|anterieures?|ci dessus|initiales?|qui precedent|du systeme|systeme|plus haut)",
    ),
    ("ignore_instructions", r"(?:ignor(?:e|ez)|oubli(?:e|ez)) (?:toutes )?(?:tes|vos) (?:instructions|consignes|directives)"),
    (
        "ignore_instructions",
        r"(?:ignor(?:a|e|en|ar|es)|olvid(?:a|e|en|ar|es)|no (?:sigas|siga|hagas caso|tengas en cuenta)) "
        r"(?:(?:de|a|todas|todos|las|los|tus|sus|estas|cualquier) ){0,4}"
        r"(?:instrucci(?:on|ones)|indicaciones|reglas|ordenes|directrices) "
        r"(?:anterior(?:es)?|previas?|de arriba|precedentes|originales|iniciales|del sistema)",
    ),
    ("ignore_instructions", r"(?:ignor(?:a|e)|olvid(?:a|e)) (?:todas )?(?:tus|sus) (?:instrucciones|directrices)"),
    (
        "ignore_instructions",
        r"(?:ignor(?:a|e|ate|are)|dimentica(?:te|re)?) (?:(?:tutte|tutti|le|i|gli|tue|tuoi|queste) ){0,3}"
        r"(?:istruzioni|regole|direttive) (?:precedenti|di cui sopra|originali)",
    ),
    (
        "ignore_instructions",
        r"(?:ignor(?:e|ar|a)|esquec(?:a|er|e)|desconsider(?:e|ar)) (?:(?:todas|todos|as|os|suas|estas) ){0,3}"
        r"(?:instrucoes|regras|diretrizes|ordens) (?:anteriores|acima|previas|originais)",
    ),
    (
        "ignore_instructions",
        r"(?:negeer|vergeet) (?:(?:alle|de|je|uw|al|deze) ){0,3}(?:vorige|eerdere|voorgaande|bovenstaande) "
        r"(?:instructies|opdrachten|regels)",
    ),
    ("prompt_reveal", r"(?:zeig|zeige|verrate|nenne|wiederhole)(?: mir)? (?:den|deinen|die|deine|ihren) system ?prompt"),
    ("prompt_reveal", r"(?:revele|affiche|montre|repete)z?(?: moi)? (?:le|ton|votre) (?:prompt|invite) (?:du )?systeme"),
    ("prompt_reveal", r"(?:revela|muestra|muestrame|repite|imprime) (?:el|tu|su) (?:prompt|mensaje) del sistema"),
)  # fmt: skip

_SQUEEZED_WORDINGS: tuple[tuple[str, str], ...] = (
    (
        "ignore_instructions",
        r"(?:ignor(?:e|ing)|disregard(?:ing)?|forget|override|bypass)"
        r"(?:all|any|every|of|the|your|my|our|these|those){0,5}"
        r"(?:previous|prior|above|earlier|preceding|foregoing|system)(?:and)?(?:system)?"
        r"(?:instruction|prompt|rules|directive|guideline|command)",
    ),
    ("ignore_instructions", r"(?:ignore|disregard)(?:allof|all|any)?your(?:own)?(?:instructions|prompt|programming|guidelines)"),
    (
        "prompt_reveal",
        r"(?:reveal|print|repeat|output|leak|disclose|show)(?:me|us)?(?:the|your)?(?:full|entire|whole)?"
        r"(?:system|hidden|initial)(?:prompt|instructions|message)",
    ),
)  # fmt: skip
"""Read without anything between the letters, for words that were pulled apart; long enough to mean only one thing."""

_IMPERATIVE = (
    r"(?:you (?:are|must|will|should)|ignore|disregard|forget|override|from now|new|respond|reply|answer|output|print|"
    r"write|always|never|do not|say|important|act|pretend|sure|reveal|the (?:previous|above|user))"
)
_MARKER_WORDINGS: tuple[tuple[str, str], ...] = (
    ("fake_role_marker", r"<\s?\|\s?[\w▁ /-]{2,40}\|\s?>"),
    ("fake_role_marker", r"\[\s?/?\s?inst\s?\]|<<\s?/?\s?sys\s?>>|<\s?(?:start|end)_of_turn\s?>"),
    (
        "fake_role_marker",
        r"<\s?/?\s?(?:system|assistant|developer|user|human|instructions?|system[-_ ]?(?:prompt|message|instructions?))\s?>",
    ),
    (
        "fake_role_marker",
        r"(?:#|==|---|\*\*|\[|\{)\s?(?:system|assistant|developer|human|user|instruction|response)"
        r"(?: (?:prompt|message|override|instructions?|note|update))?\s?(?:\*\*|:|##|==|---|\]:|\]\s?\()\s?(?=\S|$)",
    ),
    ("fake_role_marker", r"\b(?:system|developer) (?:prompt|message|instructions?|override|note)\s?:"),
    ("fake_role_marker", rf"(?:^|[.!?\"'\])]\s)\W{{0,4}}(?:system|assistant|developer|user|human)\s?:\W{{0,4}}{_IMPERATIVE}\b"),
    ("fake_role_marker", r"[\"']role[\"']\s?:\s?[\"'](?:system|assistant|developer|user)\b"),
    ("fake_role_marker", r"\b(?:human|user)\s?:.{1,400}\bassistant\s?:"),
    ("fence_forgery", r"\b(?:begin|end|start|stop|close)\W{1,3}(?:of\W{1,3})?(?:the\W{1,3})?approved\W{1,3}content\b"),
    ("fence_forgery", r"\bcite\W{1,3}as\s?:\s?[\[(]\s?source"),
    (
        "fence_forgery",
        r"\bend of (?:the )?(?:system prompt|prompt|context window|user input|retrieved (?:text|content|documents?|passages?))\b",
    ),
    ("fence_forgery", r"\b(?:begin|end)[ _-](?:system|user|assistant)[ _-]?(?:prompt|message|input)?\s?(?:--|==|\])"),
)  # fmt: skip
"""Read with their signs, in one line, where it is the signs that make the disguise."""

_HIDDEN_RUN = re.compile("[\U000e0020-\U000e007e]{8,}")
"""Tag characters spell text that nobody sees; a flag's name takes no more than six of them."""


def _compiled(wordings: Sequence[tuple[str, str]], form: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """One pattern a kind."""
    joined = {kind: "|".join(f"(?:{text})" for name, text in wordings if name == kind) for kind, _ in wordings}
    return tuple((kind, re.compile(form.format(text))) for kind, text in joined.items())


_PHRASES = _compiled(_WORDINGS, r"(?<!\S)(?:{})(?!\S)")
_SQUEEZED = _compiled(_SQUEEZED_WORDINGS, "{}")
_MARKERS = _compiled(_MARKER_WORDINGS, "{}")


# --- finding ----------------------------------------------------------------------------------------------------------


def find_instructions(text: str) -> tuple[str, ...]:
    """Kinds of wording in ``text`` that speak to a language model, of ``KINDS`` and in their order; mostly none.

    Looks through case, compatibility forms, look-alike letters, invisible characters, digits for letters and, for the
    commonest phrases, letters that were pulled apart. Knows English, and the commonest phrase in German, French,
    Spanish, Italian, Portuguese and Dutch. A report and a filter on the side: text that says the same in other words is
    not found, and nothing may rest on it. Takes time in proportion to the length.
    """
    return _remembered(text) if len(text) <= LONGEST_CACHED else _kinds(text)


def _kinds(text: str) -> tuple[str, ...]:
    folded = undisguised(text)
    words = _words(folded)
    found = {kind for kind, pattern in _MARKERS if pattern.search(folded)}
    for view in dict.fromkeys((words, _words(without_digits(folded)))):
        found.update(kind for kind, pattern in _PHRASES if pattern.search(view))
        squeezed = view.replace(" ", "").replace(".", "")
        found.update(kind for kind, pattern in _SQUEEZED if pattern.search(squeezed))
    if _HIDDEN_RUN.search(text):
        found.add("hidden_text")
    return tuple(kind for kind in KINDS if kind in found)


_remembered = lru_cache(maxsize=CACHED_TEXTS)(_kinds)


def withheld_instructions(document: ContentDocument) -> tuple[str, ...]:
    """Kinds of instructions to a model in a document's title, keywords or content, hidden parts included."""
    plain = "\n\n".join(f"{paragraph.section}\n\n{paragraph.text}" for paragraph in paragraphs(document.content))
    return kinds_in((document.title, *document.keywords, document.content, plain))


def kinds_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The kinds found in any of ``texts``, each once, in the order of ``KINDS``."""
    found = {kind for text in texts for kind in find_instructions(text)}
    return tuple(kind for kind in KINDS if kind in found)


# --- the forms in which a text is read --------------------------------------------------------------------------------

_SENTENCE_END = re.compile(r"[.!?。！？](?=[\"')\]]?(?:\s|$))")
_WORD_OR_END = re.compile(r"[^\W_]+|\x00")


def _words(folded: str) -> str:
    """The words alone, single spaces between them and `` . `` where a sentence ends."""
    return " ".join(_WORD_OR_END.findall(_SENTENCE_END.sub(" \x00 ", folded))).replace("\x00", ".")
