"""Disguised letters: text as it reads, whatever letters, marks and digits it is written with.

Pure functions that make a text comparable and nothing more; what is looked for in it is decided elsewhere.
"""

import re
import unicodedata

from shared.domain.citations import one_line, visible_text

_LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕһԁӏкмтвнпгԛԝү" + "αεορτυνικχηβγω" + "ıɑɡɩɪɢɴᴏʀᴇᴀʏʟᴜꜱᴛᴘᴍᴠᴡᴄᴅᴊᴋʜʙ" + "օոսհø" + "‘’“”",
    "aeopcyxijshdlkmtbhnrqwy" + "aeoptuvikxnbyw" + "iagiignoreayl" + "ustpmvwcdjkhb" + "onuho" + "''\"\"",
)
"""Letters of other alphabets, and small capitals, that are drawn like the Latin ones they stand for here."""
_DIGITS = str.maketrans("03457@$", "oeastas")
"""Signs that stand for the letters they look like."""
_MOST_MARKS = 4
_TOKEN = re.compile(r"[\w@$]+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def undisguised(text: str) -> str:
    """One line in lower case, without marks and invisible signs, every letter in the form it pretends to have.

    A blank line ends a sentence.
    """
    text = _BLANK_LINE.sub(" . ", text)
    if text.isascii():
        return one_line(text).lower()
    # Marks go before normalising too, because ordering a long run of them takes quadratic time.
    decomposed = unicodedata.normalize("NFKD", _without_marks(visible_text(text)))
    return one_line(_without_marks(decomposed).casefold().translate(_LOOK_ALIKES))


def compatible(text: str) -> str:
    """``text`` in NFKC: full-width, boxed and mathematical letters as plain ones. Of a run of marks a few stay."""
    if text.isascii():
        return text
    kept, run = [], 0
    for sign in text:
        run = run + 1 if unicodedata.combining(sign) else 0
        if run <= _MOST_MARKS:
            kept.append(sign)
    return unicodedata.normalize("NFKC", "".join(kept))


def without_digits(plain: str, *, one: str = "i") -> str:
    """An undisguised text with the letters that digits and signs stand for in words such as ``ign0re``.

    ``one`` is what a single 1 stands for.
    """
    return _TOKEN.sub(lambda token: _spelled(token[0], one), plain)


def _without_marks(text: str) -> str:
    return "".join(sign for sign in text if not unicodedata.combining(sign))


def _spelled(token: str, one: str) -> str:
    is_mixed = any(sign.isalpha() for sign in token) and not token.isalpha()
    return token.replace("11", "ll").replace("1", one).translate(_DIGITS) if is_mixed else token
