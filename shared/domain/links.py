"""Links: every web address, e-mail address and other target in a text, however written, and whether it is allowed.

Closed-world: what looks like an address and does not plainly lead to an allowed domain is not allowed. Opens nothing.
"""

import html
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from shared.domain.citations import shortened, visible_text
from shared.domain.disguises import compatible, undisguised

LONGEST_SHOWN = 100
"""Characters of a link as a finding names it."""

_COUNTRIES = """
ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf
cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg
gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn
kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na
nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh
si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc
ve vg vi vn vu wf ws ye yt za zm zw
"""
_GENERIC = """
academy agency app art asia autos bargains best bet bid bike biz blog buzz cafe cam care casino cat charity chat cheap
city claims click cloud club codes coffee com community company coupons cyou date deals delivery design dev diet digital
direct discount dog download edu email events example exchange express fashion finance fit food foundation fun fyi
gallery games gift gifts global gmbh gold goo gov group guide guru health help homes host house icu info ink institute
int international invalid jobs kim legal life limited link live loan loans local lol love ltd market marketing mba media
men mil mobi moda money monster name net network news ninja nyc one onion online org page party photo photos pics plus
porn pro promo pub quest racing red rent rest review reviews rip rocks sale sbs school science services sex shoes shop
shopping site social software solutions space store stream studio style support surf systems team tech test tips today
tokyo tools top tours town toys trade training travel vip wang watch web website wiki win wine work works world wtf xxx
xyz yachts yoga zone
"""
_TOP_DOMAINS = frozenset(f"{_COUNTRIES} {_GENERIC}".split())
"""The last labels that make joined words an address, even without a path."""
_ALWAYS = frozenset(["com", "example", "org"])
"""Of these even what could be the first word of a sentence whose space is missing, or follows a number."""

_BRACKETED_DOT = re.compile(r"\s?[\[({<]\s?(?:\.|dot|d0t|punkt|point)\s?[\])}>]\s?", re.IGNORECASE)
_SPOKEN_DOT = re.compile(
    r"(?<=\w)\s(?:dot|d0t)\s(?=(?:com|net|org|info|biz|io|co|uk|de|example|shop|xyz)\b)", re.IGNORECASE
)
_SPACED_DOT = re.compile(r"(?<=\w)(?:\s[.]\s?|[.]\s)(?=(?:com|org|co\.uk|xyz|biz)\b)")
_OTHER_DOTS = str.maketrans("。．｡․", "....")
_BRACKETED_COLON = re.compile(r"[\[({]\s?(:(?:[\\/]{2})?|[\\/]{2})\s?[\])}]")
_MASKED_SCHEME = re.compile(r"(?<!\w)h(?:xx|\*\*|tt|__)p(s?)(?=\s?:)", re.IGNORECASE)
_WITH_SCHEME = re.compile(
    r"([a-z0-9+.-]{0,20}):\s?[\\/]{2,}([^\s<>\"“”]{0,2000})|\b(https?):([^\s<>\"“”]{1,2000})", re.IGNORECASE
)
_TARGET = re.compile(
    r"(?<!\w)(?:(?:java|vb|live)script:\S{1,80}|data:[a-z]{1,20}/[\w.+-]{1,60}[;,]\S{0,40}|mailto:\S{1,200}|"
    r"(?:tel|sms|callto|whatsapp|skype):\+?[\d\w][\w.-]{2,40}|file:\S{1,80})",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(?<![\w-])[\w-]+(?:\.[\w-]+)+")
_AUTHORITY_END = re.compile(r"[/?#\\]")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
_BEFORE_A_PATH = frozenset("/:?")
_AFTER_A_SENTENCE = ".,;:!?'’\"”)]}»*_"


@dataclass(frozen=True, slots=True)
class Link:
    """One address: as written, on one line, and the domain it leads to; an empty ``host`` is none that can be read."""

    text: str
    host: str


def find_links(text: str) -> tuple[Link, ...]:
    """Every address in ``text``, each once.

    Sees through character references, full-width letters, invisible signs and common disguises (``hxxp``, ``[.]``,
    ``dot``). Addresses have a scheme, start with ``www.``, stand behind an ``@``, are four numbers, go on with a path,
    or end in a known top-level domain. A number, an abbreviation or a missing space between sentences is none.
    """
    plain = _undisguised_dots(text)
    found = [*_targets(plain), *_with_scheme(plain), *_bare(plain)]
    return tuple(dict.fromkeys(found))


def is_allowed(link: Link, domains: Collection[str]) -> bool:
    """Whether a link leads to one of ``domains`` or below one."""
    return any(link.host == domain or link.host.endswith(f".{domain}") for domain in domains)


def _undisguised_dots(text: str) -> str:
    """``text`` as a browser, or a reader who repairs it, would take it; letters of other alphabets stay as they are."""
    unescaped = html.unescape(html.unescape(text)) if "&" in text else text
    plain = compatible(visible_text(unescaped).translate(_OTHER_DOTS))
    plain = _BRACKETED_COLON.sub(r"\1", _MASKED_SCHEME.sub(r"http\1", plain))
    return _SPACED_DOT.sub(".", _SPOKEN_DOT.sub(".", _BRACKETED_DOT.sub(".", plain)))


def _targets(text: str) -> Iterator[Link]:
    """Schemes that need no domain; of these only ``mailto`` leads to one."""
    for match in _TARGET.finditer(text):
        scheme, _, rest = match[0].partition(":")
        is_mail = scheme.lower() == "mailto"
        yield Link(_shown(match[0]), _host(rest.partition("?")[0].rpartition("@")[2]) if is_mail else "")


def _with_scheme(text: str) -> Iterator[Link]:
    for match in _WITH_SCHEME.finditer(text):
        scheme, rest = (match[1] or match[3] or "").lower(), match[2] or (match[4] or "").lstrip("\\/")
        authority = _AUTHORITY_END.split(rest, maxsplit=1)[0]
        if not authority:
            continue
        is_plain = scheme in {"", "http", "https"} and not rest[len(authority) :].startswith("\\")
        yield Link(_shown(match[0]), _host(authority) if is_plain else "")


def _host(authority: str) -> str:
    """The domain of an authority, lower-case; empty where it holds a user, an escape or anything but a plain domain."""
    bare = authority.rstrip(_AFTER_A_SENTENCE).lower()
    name, colon, port = bare.partition(":")
    name = name.rstrip(".")
    return name if _HOST.fullmatch(name) and (not colon or port.isdigit()) else ""


def _bare(text: str) -> Iterator[Link]:
    for match in _DOTTED.finditer(text):
        host = match[0]
        before, after = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 2]
        if _is_address(host.split("."), before, after):
            yield Link(_shown(host), host.lower())


def _is_address(labels: list[str], before: str, after: str) -> bool:
    """Whether dotted words are an address, by the sign before and the two after them."""
    last, name = labels[-1], undisguised(labels[-1])
    if all(label.isdecimal() for label in labels):
        return len(labels) == 4 and all(len(label) <= 3 and int(label) <= 255 for label in labels)
    if before == "@" or labels[0].lower() == "www" or name.startswith("xn--"):
        return len(last) > 1
    has_path = after[:1] in _BEFORE_A_PATH and after[1:].isalnum()
    if name not in _TOP_DOMAINS:
        return has_path and len(last) > 2 and last.isalpha() and last.islower() and _is_name(labels[-2])
    return has_path or name in _ALWAYS or (_is_name(labels[-2]) and not last.istitle())


def _is_name(label: str) -> bool:
    """Not a number and not one letter of an abbreviation."""
    return len(label) > 1 and not label.isdecimal()


def _shown(text: str) -> str:
    return shortened(text.rstrip(_AFTER_A_SENTENCE), LONGEST_SHOWN)
