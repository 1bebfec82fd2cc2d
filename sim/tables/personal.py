"""What identifies a person by itself: telephone numbers, e-mail addresses and numbers of identity cards."""

import re
import unicodedata
from datetime import date

_MARK = r"[\s\-\u2010-\u2015\u2212]?"  # between groups of digits; hyphens and dashes of any length
_BEFORE, _AFTER = r"(?<![\d.])", r"(?!\d)"  # a longer number is another number
_ABROAD = rf"(?:\(?(?:\+|00)?86\)?{_MARK})?"

# source: China's telephone numbering plan (ITU-T E.164, national numbering plans): mobile numbers have 11
# digits from 13 to 19, area codes are 010, 02x and 03xx to 09xx, local numbers 7 or 8 digits, first 2 to 8.
_MOBILE = rf"{_BEFORE}{_ABROAD}1[3-9](?:{_MARK}\d){{9}}{_AFTER}|{_BEFORE}1[3-9]\d\.\d{{4}}\.\d{{4}}{_AFTER}"
_MASKED = rf"{_BEFORE}{_ABROAD}1[3-9]\d[*×xX]{{3,6}}\d{{2,4}}{_AFTER}"
_AREA = r"(?:10|2\d|[3-9]\d{2})"
_LANDLINE = (
    rf"{_BEFORE}(?:\(0{_AREA}\)|0{_AREA}|(?:\+|00)86{_MARK}\(?0?{_AREA}\)?){_MARK}"
    rf"[2-8]\d{{2,3}}{_MARK}\d{{4}}{_AFTER}"
)
_OF_OTHER_COUNTRIES = rf"\+\d(?:{_MARK}\d){{7,14}}{_AFTER}"  # E.164: at most 15 digits
_EMAIL = r"[^\s@,;<>]@[^\s@,;<>]+\.[A-Za-z]{2,}"  # one character before the @ shows as much as all of them
_REACHED = re.compile("|".join((_MOBILE, _MASKED, _LANDLINE, _OF_OTHER_COUNTRIES, _EMAIL)))

_IDENTITY = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|\d{15})(?![0-9A-Za-z])")
_DIGEST = re.compile(r"(?=.*[A-Fa-f])[0-9A-Fa-f-]{16,}")

# source: GB 11643-1999, citizens' identity numbers: region, birth date, order, check of ISO 7064 mod 11-2.
_REGION = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123]|91")
_CHECK = "10X98765432"


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _is_identity(number: str) -> bool:
    if not _REGION.match(number):
        return False
    if len(number) == 15:
        return _is_date("19" + number[6:12])
    rest = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(number[:17])) % 11
    return number[6:8] in ("18", "19", "20") and _is_date(number[6:14]) and number[17].upper() == _CHECK[rest]


def is_personal(text: str) -> bool:
    """Whether a text is or holds something that leads to one person.

    Known are mobile numbers of China (with or without 86, spaces and dashes; the middle may be masked), its
    landlines with their area codes, other countries' numbers after a `+`, e-mail addresses, and numbers of
    identity cards with 18 digits (by their check) or 15 (by their region and date). Other whole numbers, as
    shops number their members and orders, are not; nor are digests in hexadecimal digits.
    """
    if len(text) < 7:
        return False
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)  # full-width digits are digits
    if _DIGEST.fullmatch(text):
        return False
    if _REACHED.search(text):
        return True
    return any(_is_identity(number) for number in _IDENTITY.findall(text))
