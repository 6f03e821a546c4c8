"""Codes: words in capitals or quotes after ``code``, ``use``, ``quote``..., and words that mix letters and digits."""

import re
from collections.abc import Iterator

from shared.domain.value_context import Taken
from shared.domain.value_text import Value

_ACRONYMS = frozenset(
    re.findall(
        r"\w+",
        """VIP UK USA US EU FAQ FAQS RSVP LED USB DIY PDF SMS NHS BBC TV CEO OK AND THE NOW YOU YOUR OUR ALL NEW BUY
        GET SALE OFF FREE CODE  ONLY THIS HERE TODAY APP PIN QR GPS HD AM PM GMT BST UTC WIFI VAT APR RRP ID ETA
        PS BOGOF""",
    )
)
_CODE_CUE = re.compile(
    r"\b(?i:codes?|vouchers?|coupons?|promo|quot(?:e|ing)|enter(?:ing)?|us(?:e|ing)|appl(?:y|ying)|"
    r"type|with|add)\b[ :]{1,2}"
    r"(?:(?i:the|your|our|promo|discount|offer|voucher|coupon|code|"
    r"word)[ :]{1,2}){0,3}[\"'(*]?([A-Z][A-Z0-9]{2,30})(?![^\W_])"
)
_QUOTED_CODE = re.compile(r"\b(?:code|voucher|coupon)\b[ :]{1,2}(?:is )?[\"']([A-Za-z0-9-]{3,30})[\"']", re.IGNORECASE)
_CHECKOUT_CODE = re.compile(
    r"\bcode[ :]{1,2}(?:is )?([A-Za-z0-9-]{3,30})(?= (?:at|in|when|on) (?:the |your )?(?:checkout|"
    r"check-out|basket|till|you)\b)",
    re.IGNORECASE,
)
_NAMED_CODE = re.compile(
    r"\bcode (?:is|called|named) ([A-Z][A-Z0-9]{2,30})(?![^\W_])"
    r"|(?<![^\W_])([A-Z][A-Z0-9]{4,30})(?= (?:takes|gives|gets|saves|cuts|knocks|brings) )"
)
_MIXED = re.compile(
    r"(?<![^\W_])(?:[A-Z]{2,20}-\d[A-Z0-9]{0,20}|\d{1,20}-[A-Z]{2,20}|"
    r"(?=[A-Za-z]{0,40}\d)(?=\d{0,40}[A-Za-z])[A-Za-z0-9]{2,60})(?![^\W_])"
)


def find_codes(text: str, taken: Taken) -> Iterator[Value]:
    """The codes of ``text``, compared in capitals; acronyms and words that copy shouts are none."""
    for pattern in (_MIXED, _CODE_CUE, _QUOTED_CODE, _CHECKOUT_CODE, _NAMED_CODE):
        for match in pattern.finditer(text):
            group = match.lastindex or 0
            code = match[group]
            if code.upper() not in _ACRONYMS and taken.take(match.start(group), match.end(group)):
                yield Value("code", code.upper(), "", "", code, match.start(group), match.end(group))
