"""Words of English text as checks compare them: with their place in the text, folded, stemmed, one name for a family.

Pure functions. They decide nothing about meaning beyond saying which words count as the same and which say little.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TOKEN = re.compile(
    rf"[£$€¥%]|\d+(?:[.,]\d+)*|(?:{'|'.join(_TENS)})-(?:one|two|three|four|five|six|seven|eight|nine)\b"
    r"|[^\W\d]+(?:['’][^\W\d]+)*",
    re.IGNORECASE,
)
_STEMMER = snowballstemmer.stemmer("english")


def listed(text: str) -> frozenset[str]:
    """The words of a list that is written as text."""
    return frozenset(text.split())


_FAMILIES = """
free complimentary gratis
deliver delivery ship shipping shipment dispatch courier
buy purchase order spend
save saving discount off reduce reduction
customer client shopper
begin start commence launch
end finish close conclude expire expiry
get receive obtain earn gain collect
choose pick select choice
help assist support assistance
repair fix mend restore
guarantee warranty
include contain comprise
exclude except omit exclusion exception exempt
year annual yearly
month monthly
week weekly
day daily
hour hourly
price cost charge fee
make craft produce manufacture built handmade handcraft made
sturdy durable robust tough durability
warm cosy cozy snug warmth
big large
small little compact
fast quick rapid swift speedy prompt
easy simple effortless straightforward ease simplicity
book reserve reservation booking appointment
join enrol enroll register enrolment enrollment registration sign signup
child kid children
shop store branch showroom
use apply redeem application
limit restrict cap maximum limitation restriction
minimum least
more extra additional further
voucher coupon code
wash clean rinse launder
online web website internet
phone telephone
double twice
half 50
change swap exchange switch move rebook reschedule
pay payment paid
test try trial tried
personal personalise
team staff crew
expert specialist professional
teach learn lesson class
advice advise guidance
choice range selection
reward perk benefit
member membership
person people
cancel cancellation
money cash
return back
soft softness
pair couple
wool woollen woolen
ireland irish
britain british
england english
scotland scottish
wales welsh
france french
spain spanish
america american
europe european
"""
"""Words that say the same thing in a shop's e-mail, one family a line. A word belongs to the first line it is on."""

_NUMBERS = re.findall(
    r"\w+",
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty
    """,
)
_SPELLED = (
    {name: str(value) for value, name in enumerate(_NUMBERS)}
    | {name: str(10 * tens) for tens, name in enumerate(_TENS, 2)}
    | {
        f"{name}-{unit}": str(10 * tens + value)
        for tens, name in enumerate(_TENS, 2)
        for value, unit in enumerate(_NUMBERS[1:10], 1)
    }
    | {"hundred": "100", "dozen": "12"}
)

FUNCTION_WORDS = listed(
    """
    a about above after again ain all along already also although always am an and any anyone anything are aren
    around as at away be became because become been before behind being below between both but by came can
    cannot come could couldn d did didn do does doesn doing don done down during each either else enough even
    ever every everyone everything few for from further go goes going gone had hadn has hasn have haven having
    he hence her here hers herself him himself his how however i if in indeed instead into is isn it its itself
    let ll lot m many may maybe me might mine much must my myself nearly neither no nobody none nor not nothing
    now o of often on once one ones only onto or other others otherwise our ours ourselves out over own per
    perhaps please quite rather re really s same say says see seem seems several shall she should shouldn since
    so some someone something soon still such t than that the their theirs them themselves then there therefore
    these they thing things this those though through thus to together too toward towards under unless up us ve very
    via was wasn way ways we well were weren what whatever when whenever where wherever whether which while who
    whoever whole whom whose why will with within without won would wouldn yes yet you your yours yourself
    """
)
"""English words that carry grammar rather than a fact."""

SOFT_WORDS = listed(
    """
    absolutely add ahead appreciate ask begin best better bit bring certainly chance check comes consider
    curious dear deserve discover easily enjoy especially everyday excited explore favourite feel find fine
    forward friendly gently give given glad good great happen happy hello hold hope idea ideal inspire invite
    just keep kind know leave like little look love lovely matter mean mind moment move need new nice perfect
    perfectly place plan pleased pleasure put quiet quietly reach ready reason remember rest right room set
    share simply special spot start step story sure take tell thank thanks think thought thoughtful time today
    treat truth turn want welcome wish wonder wonderful work works world worry worth
    """
)
"""Words of invitation and mood: what they add to a sentence is no fact that a source would have to hold."""

MATERIALS = listed(
    """
    cashmere merino wool woollen silk cotton linen leather suede velvet mohair angora alpaca hemp bamboo oak
    walnut mahogany teak beech pine maple cedar steel copper brass bronze titanium aluminium aluminum platinum
    porcelain marble granite crystal polyester nylon acrylic plastic rubber latex beeswax soy
    """
)
"""What things are made of, in lower case: such a word is a fact, where a sentence tells of a thing."""


LEAST_OF_CLAUSE = 3
"""Telling words from which on a clause is held to its source by itself."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word or sign: ``text[start:end]``; ``folded`` as it compares exactly, ``root`` as it compares loosely."""

    folded: str
    root: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[Word, ...]:
    """The words, numbers and currency or percent signs of ``text``, in order; other punctuation is passed over.

    In ``folded`` digits and letters are NFKC and case-folded and apostrophes alike; ``root`` is the stem, spelled
    numbers as digits, British and American spelling alike, and one name for each family of words.
    """
    return tuple(_word(match) for match in _TOKEN.finditer(text))


def roots_of(text: str) -> frozenset[str]:
    """The roots of all words of ``text``."""
    return frozenset(word.root for word in words_of(text))


def telling_roots(text: str) -> frozenset[str]:
    """The roots of the words of ``text`` that carry a fact."""
    return frozenset(word.root for word in words_of(text) if carries_fact(word))


def _word(match: re.Match[str]) -> Word:
    folded = unicodedata.normalize("NFKC", match[0]).casefold().replace("’", "'")
    return Word(folded, root(folded), match.start(), match.end())


def carries_fact(word: Word) -> bool:
    """Whether the word says something that a source would have to say too; a sign by itself does not."""
    return word.folded[0].isalnum() and not is_grammar(word) and word.root not in _SOFT_ROOTS


def is_grammar(word: Word) -> bool:
    """Whether the word only holds a sentence together."""
    return word.folded.partition("'")[0] in FUNCTION_WORDS


@lru_cache(maxsize=50_000)
def root(folded: str) -> str:
    """The form in which a folded word compares with others of its family."""
    if folded in _SPELLED:
        return _SPELLED[folded]
    if folded[0].isdigit():
        return _plain_number(folded)
    stem = _stem(folded.partition("'")[0])
    return _FAMILY_OF.get(stem, stem)


def _plain_number(digits: str) -> str:
    """Without thousands separators and trailing zeros of a fraction."""
    whole = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits)
    return re.sub(r"[.,]0+$", "", whole).replace(",", ".")


def _stem(word: str) -> str:
    stem: str = _STEMMER.stemWord(_american(word))
    return stem


def _american(word: str) -> str:
    """One spelling for ``colour`` and ``color``, ``organise`` and ``organize``, ``centre`` and ``center``."""
    if len(word) < 6:
        return word
    word = re.sub(r"([^aeiouy]o)ur(?=$|s$|ed$|ing$|ful$|ite)", r"\1r", word)
    word = re.sub(r"is(e[sd]?|ing|ation)$", r"iz\1", word)
    return re.sub(r"([bt])re(s?)$", r"\1er\2", word)


def _families() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _FAMILIES.strip().splitlines():
        stems = [_stem(word) for word in line.split()]
        for stem in stems:
            found.setdefault(stem, stems[0])
    return found


_FAMILY_OF = _families()
_SOFT_ROOTS = frozenset(_FAMILY_OF.get(_stem(word), _stem(word)) for word in SOFT_WORDS)
CALENDAR = roots_of(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur "
    "thurs fri sat sun spring summer autumn winter christmas easter thanksgiving"
)
"""The roots of days, months, seasons and feasts: names that need no source."""
