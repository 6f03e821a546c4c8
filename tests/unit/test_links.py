"""Links: every way to write an address is seen, ordinary text is none, and only allowed domains are allowed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.links import find_links, is_allowed

ALLOWED = ("harbourandpine.example",)

OWN = [
    "See https://harbourandpine.example/sale.",
    "Visit www.harbourandpine.example, now",
    "(harbourandpine.example)",
    "shop.harbourandpine.example",
    "HTTPS://HarbourAndPine.example/x?y=1#z",
    "help@harbourandpine.example",
    "mailto:help@harbourandpine.example?subject=hello",
    "[the shop](https://harbourandpine.example/shop)",
    "https://harbourandpine.example:443/",
    "“harbourandpine.example/autumn”",
]
NONE = """
version 2.5.1 | £1.99/month | e.g. this and i.e. that | Nos.1 and No.2 | wait...what | warm.Come in | warm.It is soft
p.m./a.m. | 9.30am | 8.am | U.S. buyers | 12.11.2026 | 3.5/5 stars | and/or | St.Ives | Dr.No | 24/7 | 1.6 kg | Ph.D
approx.3/4 | Note: this | at 10:30 | @harbourandpine on social | data: we keep little | JavaScript: the basics
Great taste. Net weight 500 g | the dot is small | polka dot dress | a 4.5:1 ratio | Mr. & Mrs. Smith | R.S.V.P.
so soft (really.) | price 1.200,50 | will.i.am | C:// | 5 < 6. In all
"""
FOREIGN = r"""
bit.ly/x | t.me/abc | 163.com | EVIL.COM | Evil.Com | evil.com. | see:evil.com | _evil.com | evil.unknown/path
https://good.example | harbourandpine.example.evil.example | evilharbourandpine.example | harbour-and-pine.example
https://harbourandpine.example@evil.example | https://harbourandpine.example:x@evil.example/
https://user@harbourandpine.example | https://harbourandpine.example\@evil.example
https://harbourandpine.example%2eevil.example | https://harbourandpine.example/?to=evil.com
hаrbourandpine.example | https://harbourandpine.exаmple | harbourandpine.exаmple | harbour̲andpine.example
xn--hrbourandpine-xyz.example | harbourandpine.examp1e.com | harbourandpine.example.co
evil[.]com | evil(dot)com | evil [ . ] com | evil dot com | evil .com | hxxp://evil.example | h**p://evil.example
hxxps[:]//evil[.]example | evil。com | ｅｖｉｌ．ｃｏｍ | evil&#46;com | evil&amp;#46;com
192.168.1.1 | http://3232235777/x | http://[::1]/ | https://localhost
info@evil.shop | info@evil.unknowntld | info [at] evil [dot] com | mailto:x@evil.example
javascript:alert(1) | data:text/html;base64,AAAA | tel:+441234567 | file:///etc/hosts | ftp://harbourandpine.example
//evil.example/x | https:evil.example | https:/evil.example | https:\\evil.example | www.evil.unknown
"""


def cases(table):
    return [case.strip() for line in table.strip().splitlines() for case in line.split(" | ")]


def allowed(text):
    return [is_allowed(link, ALLOWED) for link in find_links(text)]


@pytest.mark.parametrize("text", OWN)
def test_links_to_an_allowed_domain_are_seen_and_allowed(text):
    """With a path, a port, a subdomain, in capitals or as an e-mail address."""
    assert allowed(text)
    assert all(allowed(text))


@pytest.mark.parametrize("text", cases(NONE))
def test_ordinary_text_holds_no_link(text):
    """Numbers, abbreviations, missing spaces between sentences and single words are no addresses."""
    assert find_links(text) == ()


@pytest.mark.parametrize("text", [*cases(FOREIGN), "ev\u200bil.com", "ev\u00adil.com"])
def test_other_addresses_are_seen_however_they_are_written(text):
    """Shorteners, look-alikes, user names, escapes, disguises, numbers and other schemes are never allowed."""
    assert not all(allowed(f"Come and see {text} today"))


def test_a_link_is_told_with_the_domain_it_leads_to():
    """The domain behind a path, and no domain where a user name hides it."""
    assert {link.host for link in find_links("at https://evil.example/a, or EVIL.example")} == {"evil.example"}
    assert find_links("https://good.example@evil.example")[0].host == ""


def test_nothing_is_allowed_without_domains():
    """An empty list allows no link."""
    assert not is_allowed(find_links("harbourandpine.example")[0], ())


@given(st.from_regex(r"[a-z]{1,10}(-[a-z]{1,5})?", fullmatch=True), st.sampled_from(["com", "example", "org"]))
def test_any_other_domain_is_refused(name, last):
    """Whatever stands before the last dot, it is seen, and allowed only if it is the allowed name."""
    assert all(allowed(f"Go to {name}.{last}!")) == (f"{name}.{last}" in ALLOWED)
    assert find_links(f"Go to {name}.{last}!")


@pytest.mark.parametrize(
    "unit", ["a", "a.", "a-", ".", ":", "://", "https:", "@", "&#46;", "[.]", " dot ", "1.", "\u0301"]
)
def test_long_hostile_text_is_read(unit):
    """A hundred thousand characters of what a pattern might stumble over come to an end."""
    find_links(unit * (100_000 // len(unit)))
