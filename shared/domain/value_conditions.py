"""Condition words (``free``, ``guaranteed``, ``unlimited``...), told from idioms that promise nothing.

Each family of words means one thing. What a source may say in other words for the same thing stands beside the family;
a word that the source denies supports nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shared.domain.value_context import Taken
from shared.domain.value_text import SPELLED, Value

_MANY = rf"(?:\d[\d,]{{0,9}}|{SPELLED}|(?:a |the )?few|(?:a )?handful)"
_CHARGE = r"(?:costs?|charges?|fees?|payment|expense)"


_GRANTS = (
    r"[%£$€]|\b(?:(?<!set )(?<!turn )(?<!take )(?<!switch )off|free(?! to [a-z])|discount\w*|sav(?:e|es|ing|ings)|"
    r"percent|per cent|half[ -]price|sale|reduc\w+|complimentary|double|"
    r"no (?:extra |added )?(?:cost|charge))\b"
)


@dataclass(frozen=True, slots=True)
class _Family:
    name: str
    claimed: re.Pattern[str]
    also_stated: re.Pattern[str] | None
    beside: re.Pattern[str] | None


def _family(name: str, claimed: str, also_stated: str = "", beside: str = "") -> _Family:
    stated, near = (re.compile(text, re.IGNORECASE) if text else None for text in (also_stated, beside))
    return _Family(name, re.compile(claimed, re.IGNORECASE), stated, near)


# A pattern is the words of a claim; idioms are kept out by what stands around them. The order decides who takes a word.
_FAMILIES = (
    _family(
        "without",
        r"\b(?P<of>gluten|sugar|dairy|lactose|nut|bpa|lead|alcohol|caffeine|plastic|chemical|paraben|"
        r"cruelty|fat|meat|egg|soy|wheat|palm[ -]oil|"
        r"fragrance|scent|toxin|acid|additive|pfas|ptfe|pfoa|teflon|carbon|rust|dust|residue|odou?r|"
        r"noise|smoke|solvent)[ -]free\b",
    ),
    _family(
        "interest_free",
        r"\binterest[ -]free\b|\b0%? (?:apr|interest|finance)\b|\bno interest\b|\bwithout interest\b|\bzero interest\b",
    ),
    _family("risk_free", r"\brisk[ -]free\b|\b(?:no|zero|without|any) risk\b(?! of)|\bnothing to lose\b"),
    _family(
        "free",
        r"(?<!feel )(?<!feels )(?<!feeling )(?<![\w-])(?<!you be )(?<!you'll be )(?<!you're )(?<!you are )"
        r"(?<!break )(?<!set )"
        r"f[._*]?r[._*]?e[._*]?e\b(?! ?-? ?range\b)(?!-)(?! (?:time|evening|afternoon|morning|moment|minute|day|"
        r"hand|hands|rein|spirit|spirited|will|world|up|standing|flowing|form|fall|throw|kick|running|moving|thinking|"
        r"agent|from(?! [£$€\d])|to (?!all|any|anyone|everyone|members|customers|guests|you|our|the|new|enter|join|"
        r"attend|use|download|visit|register|return|exchange|cancel)\w+)\b)"
        r"(?! of (?!charge|cost|delivery|charges)\b)"
        r"(?! for (?:\w+ing|the (?:day|evening|weekend|rest))\b)"
        r"|(?<![\w-])(?:(?:delivery|postage|cost|fee|charge)[ -]free)\b"
        r"|\bnothing (?:is )?(?:charged|billed) (?:separately|extra)\b"
        r"|\bpays? nothing\b(?! (?:extra|more))|\bfreebies?\b|\bcomplimentary\b|\bgratis\b"
        rf"|\b(?:at )?(?:no|zero) (?:(?:extra|additional|added|further|delivery|shipping|postage|"
        rf"joining|membership|booking|return|returns|hidden|setup|set-up|"
        rf"collection) ){{0,2}}{_CHARGE}\b"
        rf"|\bwithout (?:(?:any|an|a|extra|additional|further|delivery) ){{0,2}}(?:{_CHARGE}|paying)\b"
        r"|\b(?<!focus )(?<!based )(?<!depend )(?<!count )(?<!rely )on us\b(?= *(?:[.,!?;:)\n]|$|"
        r"and\b|with\b|for\b|when\b))(?<!call on us)(?<!wait on us)|\bon the house\b|£0(?![\d.])|"
        r"£0\.00\b",
        r"\b(?:costs?|pay|charge(?:s|d)?) (?:you )?nothing\b|\bnothing (?:to pay|extra)\b|"
        r"\bpre-?paid\b|\bwe(?:'ll| will)? (?:also )?(?:pay|cover|meet) (?:for )?(?:the |all )?"
        r"(?:postage|return|returns|delivery|shipping|cost|courier)\b|\b(?:delivery|shipping|postage|"
        r"standard delivery)\b[^.;!?]{0,40}\b(?:is|are|comes) included\b|\bincluded (?:in the price|"
        r"at no)\b|\bwaived?\b"
        r"|\bincludes? (?:standard |next-day )?delivery\b|\bno (?:delivery|postage|shipping)\b|\bnot charged\b",
    ),
    _family(
        "money_back",
        r"\bmoney[ -]back\b|\byour money back\b|\bfull refunds?\b|\brefund(?:ed)? in full\b",
        r"\brefund\w*\b",
    ),
    _family(
        "promised",
        r"\b(?:satisfaction|happiness|results?|success|(?:lowest|best|fair) price|price|delivery|freshness|perfect fit|"
        r"fit|approval|peace of mind)(?: is| are)?(?: \w+ly)? guarantee[ds]?\b"
        r"|\bguaranteed (?:satisfaction|results?|success|lowest prices?|best prices?|delivery|fit)\b"
        r"|\blove it or your money back\b|\bsatisfied or (?:refunded|your money back)\b",
    ),
    _family(
        "guarantee",
        r"\bguarantee(?:d|s|ing)?\b",
        r"\bwarrant(?:y|ies|ed)\b|\bpromises?d?\b|\bassured?\b|\bpledge\w*\b|\bcover(?:s|ed)? (?:the|for|against|by)\b",
    ),
    _family(
        "unlimited",
        r"\bunlimited\b|\bno (?:upper )?limits?\b(?! to what)|\blimitless\b|\bwithout (?:any )?limits?\b",
        r"\bas (?:many|much|often) (?:\w+ )?as you (?:like|want|wish)\b|\bhowever (?:many|often)\b",
    ),
    _family(
        "lifetime",
        r"(?<!once in a )(?<!of a )\blife-?time(?:'s)?\b(?! of (?:memories|stories|experience|"
        r"learning|friend\w*)| ago| away)|\bfor life\b(?!'s| in | on |time)|"
        r"\blife-?long\b(?= (?:warranty|guarantee|cover|service|repair|supply|membership))"
        r"|\b(?:guaranteed|warranty|covered|free|yours|lasts?|valid|price|access|never expires?|"
        r"member\w*|discount|points)(?: \w+)? for ?ever\b|\blasts? a lifetime\b"
        r"|\b(?:free|covered|guaranteed)[^.;!?]{0,30} as long as you (?:own|have|keep)\b",
        r"\bhowever old\b|\bas long as you own\b|\bfor ?ever\b|\blifelong\b",
    ),
    _family(
        "no_minimum",
        (
            r"\b(?:no|without (?:a|any)) (?:order )?minimum(?: (?:spend|order|basket|purchase))?\b|"
            r"\b(?:however|no matter how) (?:small|little)\b"
            r"(?= (?:\w+ ){0,3}(?:order|basket|spend|buy|purchase|is|may))|"
            r"\bno min\.? (?:spend|order)\b|\bzero minimum\b|\b(?:whatever|any) (?:size )?(?:you spend|"
            r"order size)\b"
        ),
        (
            r"\bwhatever (?:the|your) (?:basket|order|size|total)\b|\beven on (?:a|the) (?:single|"
            r"smallest)\b|\bany (?:size|order)\b|\bhowever small\b|\bevery \w*\s?\w* ?order\b"
        ),
    ),
    _family(
        "no_obligation",
        (
            r"\b(?:no|without|zero) (?:any )?(?:obligation|commitment|strings(?: attached)?|contract|"
            r"tie-ins?)\b|\bno (?:purchase|deposit) (?:is )?(?:necessary|needed|required)\b"
        ),
        r"\bwithout (?:a )?(?:deposit|payment|purchase)\b|\b(?:stop|cancel|leave|skip)\b[^.;!?]{0,30}\bany ?time\b",
    ),
    _family(
        "cancel_anytime",
        (
            r"\b(?:cancel|stop|pause|leave|quit|unsubscribe from (?:the )?(?:club|"
            r"plan))(?: or \w+)?(?: it)? (?:at any ?time|anytime|any time|whenever)\b|\b(?:skip|"
            r"pause) or (?:cancel|stop) (?:at any ?time|anytime|any time|whenever)\b"
        ),
        (
            r"\b(?:cancel|stop|leave|pause|end)\b[^.;!?]{0,40}\b(?:any|whenever|every|each)\b|"
            r"\b(?:at any time|whenever)\b[^.;!?]{0,30}\b(?:cancel|stop|leave|pause)\b"
        ),
    ),
    _family(
        "no_questions",
        r"\bno questions(?: asked)?\b|\bno[ -]quibbles?\b|\b(?:for any|whatever the|without (?:giving )?a) reason\b",
    ),
    _family(
        "no_exclusions",
        r"\b(?:no|without) (?:any )?(?:exclusions?|exceptions|restrictions?|catch|hidden (?:terms|extras))\b",
    ),
    _family(
        "price_match",
        r"\bprice[ -]match(?:ed|ing)?\b|\bmatch any price\b|\bnever knowingly undersold\b",
        r"\bprices? (?:is |are )?match\w*\b|\bmatch\w* (?:the |that |any |your )?price\b",
    ),
    _family(
        "best_price",
        r"\b(?:best|lowest|cheapest|keenest|unbeatable|unbeaten|rock-bottom|"
        r"unmatched)(?:[ -]ever)?(?: \w+)? (?:prices?|value|deals?|offers?|rates?|discounts?|savings?|"
        r"sale)\b"
        r"|\bcheapest\b|\bunbeatable\b|\b(?:biggest|largest|greatest)(?:[ -]ever)? (?:\w+ )?(?:sale|"
        r"discount|saving|savings|offer|deal|reduction|price drop)s?\b|\bcheaper than (?:anyone|"
        r"anywhere|any other|the rest)\b"
        r"|\blowest[ -]ever\b|\bprices? (?:is |are )?(?:at )?(?:their|its|the) lowest\b",
    ),
    _family(
        "best",
        r"\bbest (?:in (?:the )?(?:world|uk|britain|country|class|market|business|europe|town)|"
        r"on the market|ever made)\b|\bbest-in-class\b|\bworld(?:'s|-) ?best\b"
        r"|\b(?:market|world|industry|class)[ -]leading\b|\b(?:uk|world|britain|nation|"
        r"country)'s (?:best|favourite|finest|leading|most \w+)\b",
    ),
    _family("number_one", r"\bnumber one\b(?! thing| rule| reason| tip)|\b(?:no\.?|nr\.?|#) ?1\b(?!\d|[.,]\d)|#1\b"),
    _family(
        "bestseller",
        r"\bbest[ -]?sell(?:er|ers|ing)\b",
        r"\bmost[ -](?:popular|loved|bought)\b|\bfavourites?\b|\bsells? (?:more|faster|best)\b",
    ),
    _family(
        "award",
        (
            r"\b(?:multi-)?award[ -]win(?:ning|ner)s?\b|\bprize[ -]winning\b|\bwon (?:an|the|several|"
            r"many) awards?\b|\bawarded\b"
        ),
        r"\bawards?\b|\bprizes?\b|\bmedals?\b",
    ),
    _family("certified", r"\bcertifi(?:ed|cation|cates?)\b|\baccredit(?:ed|ation)\b", r"\bcertif\w+\b"),
    _family("organic", r"(?<!non-)\borganic(?:ally)?\b"),
    _family("vegan", r"\bvegan\b"),
    _family("carbon_neutral", r"\b(?:carbon|climate)[ -](?:neutral|negative|positive)\b|\bnet[ -]zero\b"),
    _family("recycled", r"\b(?:recycled|recyclable)\b", r"\brecycl\w+\b"),
    _family("compostable", r"\b(?:home )?compostable\b|\bbiodegradable\b"),
    _family("fair_trade", r"\bfair[ -]?trade\b"),
    _family(
        "proven",
        (
            r"\b(?:clinically|scientifically|medically|lab(?:oratory)?)[ -](?:proven|tested|approved)\b|"
            r"\bproven\b|\bdoctor[ -]recommended\b|\bdermatologist[ -]\w+\b"
        ),
        r"\bproven?\b|\btest(?:s|ed)\b|\btrials? show",
    ),
    _family("patented", r"\bpatent(?:ed|s)?\b"),
    _family("handmade", r"\bhand[ -]?(?:made|crafted)\b|\bmade by hand\b", r"\bby hand\b|\bhand-\w+\b|\bmakers?\b"),
    _family(
        "exclusive",
        (
            r"\bexclusiv(?:e|ely|ity)\b|\b(?:members?|subscribers?|customers?|invitation|invite|online|"
            r"in-store|app|email|e-mail|newsletter|account holders?)[ -]only\b|\bonly (?:for|"
            r"available (?:to|in|at|from|online|through)|in[ -]store|online|at our|through (?:this|your|"
            r"the))\b|\bavailable only\b|\bby invitation\b|\bnowhere else\b|\bnot (?:sold|"
            r"available) (?:anywhere )?else\w*\b"
        ),
        r"\bonly\b|\bprivate\b|\binvit\w+\b|\breserved for\b|\bmembers?\b|\bnobody\b|\bbefore (?:anyone|general)\b",
    ),
    _family(
        "instant",
        r"\binstant(?:ly)?(?= (?:\w+ )?(?:discounts?|access|savings?|refunds?|deliver\w*|downloads?|"
        r"credit\w*|approv\w*|wins?|rewards?|dispatch\w*|points|off|replace\w*|confirm\w*|quotes?|"
        r"decisions?)\b)"
        r"|\bimmediate(?:ly)?(?= (?:\w+ )?(?:discounts?|access|savings?|refunds?|deliver\w*|credit\w*|"
        r"approv\w*|rewards?|dispatch\w*|replace\w*|effect)\b)|\b(?:refund\w*|deliver\w*|dispatch\w*|"
        r"credited|confirmed|approved)(?: \w+)? (?:instantly|immediately|on the spot|straight away|"
        r"right away)\b",
        (
            r"\bat once\b|\bstraight away\b|\bright away\b|\bon the spot\b|\bin seconds\b|\bas soon as\b|"
            r"\bautomatically\b|\bby itself\b"
        ),
    ),
    _family("same_day", r"(?<!\bthe )\bsame[ -]day\b"),
    _family("next_day", r"\bnext[ -]day\b(?! of)|\bovernight (?:delivery|shipping)\b"),
    _family(
        "round_the_clock",
        (
            r"(?<!\d)24/7(?!\d)|\b(?:24|twenty-four) hours a day\b|\b(?:a)?round the clock\b|\bday (?:and|"
            r"or) night\b(?= (?:support|help|service|delivery|call))|\b24[ -]hour (?=support|service|"
            r"helpline|help|advice)"
        ),
    ),
    _family(
        "never",
        r"\bnever (?:\w+ )?(?:expires?|pay|charges?|runs? out|breaks?|fades?|rusts?|wears?|fails?|"
        r"goes (?:up|out|off)|needs?|leaks?|increases?|changes?|sells? out|rips?|tears?|stains?|"
        r"sticks?|lapses?|ends?)\b"
        r"|\b(?:does not|doesn't|do not|don't|won't|will not) (?:ever )?(?:expire|run out|fade|rust|"
        r"lapse|wear out)\b|\bno expiry(?: date)?\b",
        r"\bnever\b|\bno expiry\b|\bnot expire\b|\bwithout (?:an )?expiry\b",
    ),
    _family(
        "always",
        (
            r"\balways (?:\w+ )?(?:free|cheap\w*|the lowest|lowest|best|in stock|on time|discounted|half|"
            r"available|valid|reduced|delivered)\b|\bevery time you (?:order|shop|buy|spend)\b|\b(?:on|"
            r"with) every (?:single )?(?:order|purchase)\b"
        ),
        r"\balways\b|\bevery\b|\ball\b|\bany\b|\beach\b|\bwhenever\b",
    ),
    _family(
        "everywhere",
        r"\b(?:site|store|shop)[ -]?wide\b|\b(?:everything|anything) (?:we sell|in (?:the |"
        r"our )?(?:shop|store)|on (?:the |our )?(?:site|website))\b"
        r"|\b(?:the|our) (?:whole|entire|full) (?:shop|store|site|website|range|catalogue)\b|"
        r"\bacross (?:the board|the (?:whole |entire )?(?:shop|store|site|range))\b",
        (
            r"\beverything\b|\ball (?:products|items|orders|lines|pieces)\b|\bany (?:product|item|order|"
            r"piece|purchase)\b|\bevery (?:product|item|order|piece|purchase)\b"
        ),
        _GRANTS,
    ),
    _family(
        "all",
        r"\beverything\b(?! (?:you (?:need|want|love|wanted|have|asked)|else|from|that|"
        r"we (?:know|make|do|learned|have)|about|to know|there is|in (?:its|one) place))"
        r"|\b(?:all|any|every) (?:orders?|items?|products?|purchases?|lines|styles|sizes?|brands|full[ -]price \w+)\b",
        (
            r"\beverything\b|\b(?:any|all)\b(?! (?:of )?(?:one|two|three|four|\d))|\bevery\b|\beach\b|"
            r"\bwhole\b|\bentire\b|\bany\w+\b|\bacross\b|\bevery(?:one|where)\b"
        ),
        _GRANTS,
    ),
    _family(
        "discount",
        (
            r"\bdiscount(?:s|ed)?\b|\bmoney off\b|\b(?:price|prices) (?:cut|slashed|drop(?:s|ped)?)\b|"
            r"\b(?:flash|clearance) sale\b|\bon sale\b|\bsale (?:price|ends|on now)\w*\b|"
            r"\bmark(?:ed)?[ -]?downs?\b"
        ),
        (
            r"\boff\b|\bsav(?:e|es|ing|ings)\b|\bless\b|\breduc\w+\b|\bsale\b|\bhalf[ -]price\b|"
            r"\bclearance\b|\bcheaper\b|\bdrops?\b|\boffer\b"
        ),
    ),
    _family("cashback", r"\bcash ?back\b", r"\bback (?:to|on|in)\b"),
    _family("refund", r"\brefund(?:s|ed|able)?\b", r"\bmoney[ -]back\b"),
    _family("voucher", r"\bvouchers?\b|\bcoupons?\b", r"\bcodes?\b|\bcredit\b|\bgift cards?\b|\bcards?\b"),
    _family(
        "bonus",
        (
            r"\b(?:a |your |our )?(?:free |bonus )?gift (?:with|when you|inside|on us)\b|"
            r"\bbonus (?:points|gift|rewards?|credit)\b"
        ),
        r"\bgift\b|\bextra\b|\bbonus\b|\breceive\b|\bdouble\b|\bcomplimentary\b|\bfree\b|\badd\b",
    ),
    _family(
        "crowd",
        (
            r"\b(?:tens of |hundreds of )?(?:thousands|millions|billions|"
            r"hundreds)(?= (?:of (?:\w+ )?(?:customers|people|households|homes|families|members|users|"
            r"buyers|shoppers|reviews|fans|cooks|gardeners|readers)|have\b|already\b|trust\b|love\b))"
        ),
        r"\b\d{1,3}(?:,\d{3})+\b|\b(?:thousand|million|hundred)s?\b",
    ),
)

_GRANT = re.compile(_GRANTS, re.IGNORECASE)
_BY_NAME = {family.name: family for family in _FAMILIES}
_DENIED = re.compile(
    r"(?:\b(?:not|no longer|never|isn't|aren't|wasn't|won't|don't|doesn't|can't|cannot|without|nor|"
    r"neither|hardly|no|unless|rather than|instead of|"
    r"excludes?|excluding|except)\b)(?:\s+(?:a|an|the|be|is|are|been|for|to|any|always|fully|offered?|"
    r"offering|provide|include|included|come|comes|with|as|get|gets|qualify|travel|ship|give|gives|grant|make|makes|made|accept|issue|"
    r"currently|yet|\w+ly)){0,3}\s*$",
    re.IGNORECASE,
)
_LEFT_FREE = re.compile(r"\b(?:leav(?:e|es|ing)|left|keep(?:s|ing)?|kept) (?:[a-z]+ ){1,3}$", re.IGNORECASE)
_NOT_ONLY = re.compile(r"\bnot\s+(?:only|just|merely)\b[^.;!?]*$", re.IGNORECASE)
_DENIED_AFTER = re.compile(
    r",?\s+(?:\w+,?\s+)?(?:is|are|was) (?:not|no longer)\b(?! (?:needed|required|only))|\s+(?:isn't|"
    r"aren't|does not apply|doesn't apply|excluded)\b",
    re.IGNORECASE,
)
_OWN_NEGATION = re.compile(
    r"^(?:no|zero|without|at no|never|nothing|not|doesn't|don't|does|do|won't|will)\b", re.IGNORECASE
)
_UNLESS = re.compile(r"[^.;!?]{0,40}\bunless\b", re.IGNORECASE)
_AROUND = 48


def find_conditions(text: str, taken: Taken) -> Iterator[Value]:
    """The condition words that ``text`` claims; what it denies is no claim."""
    for family in _FAMILIES:
        for match in family.claimed.finditer(text):
            if family.beside and not family.beside.search(_clause_around(text, match)):
                continue
            if _is_meant(text, match) and taken.take(match.start(), match.end()):
                of = match.groupdict().get("of") or ""
                yield Value("condition", family.name, of.lower(), "", match[0], match.start(), match.end())


def _clause_around(text: str, match: re.Match[str]) -> str:
    before = re.split(r"[.;!?\n]", text[max(0, match.start() - _AROUND) : match.start()])[-1]
    return before + re.split(r"[.;!?\n]", text[match.end() : match.end() + _AROUND])[0]


def stated_spans(text: str, family: str, unit: str = "") -> Iterator[tuple[int, int]]:
    """Where ``text`` says, and does not deny, what the words of ``family`` mean; by its own words or by others."""
    if unit:
        patterns = [
            re.compile(
                rf"\b(?:{re.escape(unit)}[ -]free|free (?:from|of) {re.escape(unit)}|(?:no|"
                rf"without(?: any)?) (?:added )?{re.escape(unit)})\b",
                re.IGNORECASE,
            )
        ]
    else:
        found = _BY_NAME[family]
        patterns = [found.claimed, *([found.also_stated] if found.also_stated else [])]
    for pattern in patterns:
        for match in pattern.finditer(text):
            if _is_meant(text, match):
                yield match.start(), match.end()


def grants(sentence: str) -> bool:
    """Whether ``sentence`` grants a saving or something free: only then does ``everything`` say of how much."""
    return _GRANT.search(sentence) is not None


def _is_meant(text: str, match: re.Match[str]) -> bool:
    """Whether the words of ``match`` are not denied, and not those of ``leaves your hands free``."""
    left_free = match[0].lower() == "free" and _LEFT_FREE.search(text[max(0, match.start() - _AROUND) : match.start()])
    return not left_free and not is_denied(text, match.start(), match.end())


def is_denied(text: str, start: int, end: int) -> bool:
    """Whether the words ``start:end`` are denied: ``not free``, ``no longer guaranteed``; ``not only free`` is not."""
    before = re.split(r"[.;!?,:]\s", text[max(0, start - _AROUND) : start])[-1]
    if _OWN_NEGATION.match(text[start:end]) or _NOT_ONLY.search(before) or _UNLESS.match(text, end):
        return False
    return bool(_DENIED.search(before) or _DENIED_AFTER.match(text, end))
