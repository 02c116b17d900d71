"""Phones and e-mail addresses, in any writing, as one."""

import re

from pacto_participe.accounts.domain.people import Contact, ContactKind
from pacto_participe.accounts.domain.writing import plain

REGION = "MA"
LONGEST_EMAIL = 254
_EMAIL = re.compile(r"^[^@\s,;<>\"']{1,64}@[^@\s,;<>\"']+\.[^@\s.,;<>\"']{2,}$")


def read_contact(text: str) -> Contact | None:
    """A Moroccan mobile number or an e-mail address, or None when it is neither."""
    written = plain(text)
    return _read_email(written) if "@" in written else read_phone(written)


def read_phone(text: str) -> Contact | None:
    """A Moroccan mobile number in any writing: +212, 00212, 06, spaces, Arabic digits.

    Numbers of other countries are refused: whoever asks for codes there is after the town's money.
    """
    import phonenumbers  # with the first number and not at the start, which it would make longer
    from phonenumbers import PhoneNumberFormat, PhoneNumberType

    try:
        number = phonenumbers.parse(plain(text), REGION)
    except phonenumbers.NumberParseException:
        return None
    is_ours = phonenumbers.is_valid_number_for_region(number, REGION)
    kind = phonenumbers.number_type(number)
    if not is_ours or kind not in {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}:
        return None
    return Contact(ContactKind.PHONE, phonenumbers.format_number(number, PhoneNumberFormat.E164))


def _read_email(written: str) -> Contact | None:
    address = written.lower()
    if len(address) > LONGEST_EMAIL or not _EMAIL.match(address) or ".." in address:
        return None
    return Contact(ContactKind.EMAIL, address)


def hint_of(contact: Contact) -> str:
    """Enough to recognise one's own: the last two digits, or the first letter and the host."""
    if contact.kind is ContactKind.PHONE:
        return f"… {contact.value[-2:]}"
    name, host = contact.value.split("@", 1)
    return f"{name[:1]}…@{host}"


def readable_phone(value: str) -> str:
    """+212612345678 as 06 12 34 56 78, the way it is said."""
    digits = "0" + value.removeprefix("+212")
    return " ".join(digits[start : start + 2] for start in range(0, len(digits), 2))
