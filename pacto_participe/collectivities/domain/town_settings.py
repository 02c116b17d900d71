"""What a collectivity says of itself: name shown, contact, who answers for personal data.

The official register is not among it: loading the register again never touches these.
"""

import re
import unicodedata
from dataclasses import dataclass, fields
from enum import StrEnum

from pacto_participe.kernel.errors import Problem
from pacto_participe.kernel.languages import Texts

REGION = "MA"
MARKS = ("mark", "p-souk", "p-well", "p-bridge", "p-culture", "p-shade")  # of static/img/icons.svg
LANGUAGES = ("ar", "fr")
LONGEST = 300


class Setting(StrEnum):
    """The settings by name, in the order of the page. Each has a label in wording.py."""

    NAME_AR = "name_ar"
    NAME_FR = "name_fr"
    TAGLINE_AR = "tagline_ar"
    TAGLINE_FR = "tagline_fr"
    MARK = "mark"
    LANGUAGE = "language"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS_AR = "address_ar"
    ADDRESS_FR = "address_fr"
    HOURS_AR = "hours_ar"
    HOURS_FR = "hours_fr"
    CONTROLLER_AR = "controller_ar"
    CONTROLLER_FR = "controller_fr"
    CONTROLLER_ADDRESS = "controller_address"
    CNDP_NUMBER = "cndp_number"


# These may name or reach a person: the journal says that they changed, and not what they were.
NOT_IN_THE_JOURNAL = frozenset(
    {
        Setting.PHONE,
        Setting.EMAIL,
        Setting.CONTROLLER_AR,
        Setting.CONTROLLER_FR,
        Setting.CONTROLLER_ADDRESS,
    }
)


class SettingProblem(StrEnum):
    """What keeps settings from being saved."""

    PHONE_UNREADABLE = "town_phone_unreadable"
    EMAIL_UNREADABLE = "town_email_unreadable"
    NOT_OFFERED = "setting_not_offered"
    SAVED_BY_ANOTHER = "settings_saved_by_another"


@dataclass(frozen=True, slots=True, kw_only=True)
class TownSettings:
    """One text a setting, empty where nothing is set. `version` counts the times it was saved."""

    name_ar: str = ""
    name_fr: str = ""
    tagline_ar: str = ""
    tagline_fr: str = ""
    mark: str = "mark"
    language: str = "ar"
    phone: str = ""
    email: str = ""
    address_ar: str = ""
    address_fr: str = ""
    hours_ar: str = ""
    hours_fr: str = ""
    controller_ar: str = ""
    controller_fr: str = ""
    controller_address: str = ""
    cndp_number: str = ""
    version: int = 0

    def value(self, name: Setting) -> str:
        text: str = getattr(self, name.value)
        return text

    def told(self, what: str) -> Texts | None:
        """A text that the town gives in two languages; None when it gave none."""
        texts = {lang: getattr(self, f"{what}_{lang}") for lang in LANGUAGES}
        return Texts.of(texts) if any(texts.values()) else None

    def missing(self) -> tuple[Setting, ...]:
        """What the law or residents expect and is not set; one language is enough."""
        asked = (
            (Setting.CONTROLLER_AR, bool(self.told("controller"))),
            (Setting.CONTROLLER_ADDRESS, bool(self.controller_address)),
            (Setting.CNDP_NUMBER, bool(self.cndp_number)),
            (Setting.PHONE, bool(self.phone or self.email)),
            (Setting.ADDRESS_AR, bool(self.told("address"))),
            (Setting.HOURS_AR, bool(self.told("hours"))),
        )
        return tuple(name for name, is_set in asked if not is_set)


def differing(before: TownSettings, after: TownSettings) -> tuple[Setting, ...]:
    """The settings in which two states differ, in the order of the page."""
    return tuple(name for name in Setting if before.value(name) != after.value(name))


def tidy(text: str) -> str:
    """A line or some lines without what cannot be seen: controls, and marks that turn directions."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_seen(line).strip() for line in lines).strip()


def _seen(line: str) -> str:
    return "".join(
        letter
        for letter in line.replace("\t", " ")
        if unicodedata.category(letter) != "Cc" and letter not in _TURNERS
    )


_TURNERS = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff"
)
_EMAIL = re.compile(r"^[^@\s,;<>\"']{1,64}@[^@\s,;<>\"']+\.[^@\s.,;<>\"']{2,}$")


def read_public_phone(text: str) -> str | None:
    """A Moroccan number of any kind as it is said, 05 37 12 34 56; None for what is none."""
    import phonenumbers  # with the first number and not at the start, which it would make longer

    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number_for_region(number, REGION):
        return None
    digits = f"0{number.national_number}"
    return " ".join(digits[start : start + 2] for start in range(0, len(digits), 2))


def cleaned(typed: TownSettings) -> tuple[TownSettings, tuple[Problem, ...]]:
    """What was typed, tidied, with the number in one writing; and what must be mended."""
    texts = {
        field.name: tidy(getattr(typed, field.name))
        for field in fields(typed)
        if field.name != "version"
    }
    problems = []
    if texts["phone"]:
        phone = read_public_phone(texts["phone"])
        if phone is None:
            problems.append(Problem(SettingProblem.PHONE_UNREADABLE, "phone"))
        texts["phone"] = phone or texts["phone"]
    if texts["email"] and not _EMAIL.match(texts["email"]):
        problems.append(Problem(SettingProblem.EMAIL_UNREADABLE, "email"))
    if texts["mark"] not in MARKS:
        problems.append(Problem(SettingProblem.NOT_OFFERED, "mark"))
    if texts["language"] not in LANGUAGES:
        problems.append(Problem(SettingProblem.NOT_OFFERED, "language"))
    return TownSettings(version=typed.version, **texts), tuple(problems)
