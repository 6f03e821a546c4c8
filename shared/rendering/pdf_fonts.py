"""Text in the PDF's fonts: what DejaVu Sans cannot draw goes to a CJK font or becomes a visible box; it never fails.

Right-to-left runs are shaped and put in visual order, because the page composer sets every run from left to right.
"""

import functools
import itertools
import re
import threading
import unicodedata
from pathlib import Path
from xml.sax.saxutils import escape

import matplotlib as mpl
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

SANS, BOLD, OBLIQUE = "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"
CHINESE, JAPANESE, KOREAN = "STSong-Light", "HeiseiMin-W3", "HYSMyeongJo-Medium"
BOX = "\N{WHITE SQUARE}"
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff]")
_IDEOGRAPHIC = re.compile("[\u2e80-\u303f\u3200-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uffee]")
_RTL_LETTERS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RIGHT_TO_LEFT = re.compile(f"[{_RTL_LETTERS}](?:[{_RTL_LETTERS} -]*[{_RTL_LETTERS}])?")
_REGISTERING = threading.Lock()
_FORM = {(True, True): "medial", (True, False): "final", (False, True): "initial", (False, False): "isolated"}


def register() -> None:
    """Make the fonts known to ReportLab, once per process: DejaVu's are embedded, the CJK ones are the viewer's own.

    Once for all threads too: while the fonts are made known again, another thread's bold text would be set in regular.
    """
    with _REGISTERING:
        _register_once()


@functools.cache
def _register_once() -> None:
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    for name in (SANS, BOLD, OBLIQUE):
        pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))
    pdfmetrics.registerFontFamily(SANS, normal=SANS, bold=BOLD, italic=OBLIQUE, boldItalic=BOLD)
    for name in (CHINESE, JAPANESE, KOREAN):
        pdfmetrics.registerFont(UnicodeCIDFont(name))


def markup(text: str) -> str:
    """``text`` as paragraph markup: escaped, line breaks kept, every character in a font that has it."""
    visual = _RIGHT_TO_LEFT.sub(lambda run: _visual(run.group()), text)
    east_asian = _east_asian_font(text)
    runs = itertools.groupby(_known(visual), key=lambda sign: _font(sign, east_asian))
    return "".join(_run(font, "".join(signs)) for font, signs in runs).replace("\n", "<br/>")


def drawn(text: str) -> str:
    """``text`` as a chart's label: one font only, boxes for what it lacks."""
    return "".join(sign if _font(sign, None) == SANS else BOX for sign in _known(text))


def lacks(text: str) -> bool:
    """Whether some character of ``text`` is shown as a box."""
    return any(_font(sign, CHINESE) is None for sign in _known(text) if sign != "\n")


def _known(text: str) -> str:
    """``text`` without the invisible signs that say how others join, which only a shaping engine could use."""
    covered = _characters()
    return "".join(sign for sign in text if not _invisible(sign) and (ord(sign) in covered or not _accent(sign)))


def _invisible(sign: str) -> bool:
    return sign != "\n" and unicodedata.category(sign) in {"Cf", "Cc"}


def _accent(sign: str) -> bool:
    return unicodedata.category(sign) == "Mn"


def _run(font: str | None, signs: str) -> str:
    if font is None:
        return BOX * len(signs)
    return escape(signs) if font == SANS else f'<font name="{font}">{escape(signs)}</font>'


def _font(sign: str, east_asian: str | None) -> str | None:
    if sign == "\n" or ord(sign) in _characters():
        return SANS
    if east_asian and (_HANGUL.match(sign) or _KANA.match(sign) or _IDEOGRAPHIC.match(sign)):
        return KOREAN if _HANGUL.match(sign) else JAPANESE if _KANA.match(sign) else east_asian
    return None


def _east_asian_font(text: str) -> str:
    if _KANA.search(text):
        return JAPANESE
    return KOREAN if _HANGUL.search(text) else CHINESE


@functools.cache
def _characters() -> frozenset[int]:
    register()
    return frozenset(pdfmetrics.getFont(SANS).face.charToGlyph)


# --- right to left ----------------------------------------------------------------------------------------------------


def _visual(run: str) -> str:
    return "".join(reversed(_shaped(run)))


@functools.cache
def _forms() -> dict[tuple[str, str], str]:
    """(letter, position) to Arabic presentation form, from the Unicode character database."""
    forms = {}
    for code in range(0xFE80, 0xFEF5):
        position, *letters = unicodedata.decomposition(chr(code)).split()
        forms[(chr(int(letters[0], 16)), position.strip("<>"))] = chr(code)
    return forms


def _shaped(run: str) -> list[str]:
    forms = _forms()
    shaped = []
    for position, letter in enumerate(run):
        before = run[position - 1] if position else " "
        after = run[position + 1] if position + 1 < len(run) else " "
        joins_before = (before, "initial") in forms and (letter, "final") in forms
        joins_after = (letter, "initial") in forms and (after, "final") in forms
        shaped.append(forms.get((letter, _FORM[joins_before, joins_after]), letter))
    return shaped
