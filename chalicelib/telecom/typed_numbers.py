"""This file reads phone numbers as people type them, for lists that staff import."""

import re
import unicodedata
from collections.abc import Sequence

from chalicelib.telecom import hygiene, msisdn
from chalicelib.telecom.msisdn import NotANumber

# Letters would be taken for the keys they stand on, or for an extension.
_TYPED = re.compile(r"\+?[0-9()\s./\-]+")
_DROPPED = re.compile(r"[()\s./\-]+")
_ABROAD = "00"
# `PhoneNumberType` of phonenumbers: mobile, and where a country does not tell them apart.
_MOBILE = (1, 2)
_WRITTEN_BEFORE = re.compile(r"['’‘\"]|tel:\s*", re.IGNORECASE)


def read(text: str, country: str, countries: Sequence[str]) -> str:
    """Return a number in E.164, however it is spelled; without a calling code it is the country's.

    Raises:
        NotANumber: it is no number that this stage serves; the reason is told, the number is not.
    """
    plain = hygiene.ascii_digits(unicodedata.normalize("NFKC", hygiene.cleaned(text)))
    plain = _WRITTEN_BEFORE.sub("", plain).strip().replace("‐", "-").replace("–", "-")
    if not _TYPED.fullmatch(plain):
        raise NotANumber("not a phone number: write digits, spaces and dashes, + before a country")
    squeezed = _DROPPED.sub("", plain)
    if squeezed.startswith(_ABROAD):
        squeezed = f"+{squeezed.removeprefix(_ABROAD)}"
    return msisdn.parse(_international(squeezed, country), countries)


def _international(text: str, country: str) -> str:
    import phonenumbers  # noqa: PLC0415 - only lists typed by people need it

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise NotANumber("not a phone number: too short, too long, or of no country") from None
    if not phonenumbers.is_valid_number(number):
        raise NotANumber("not a number of any phone: a digit is missing, or one is too many")
    if phonenumbers.number_type(number) not in _MOBILE:
        raise NotANumber("not a number of a mobile phone, so no SMS reaches it")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
