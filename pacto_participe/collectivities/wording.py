"""Sentences for the codes of this feature."""

from collections.abc import Mapping

from pacto_participe.collectivities.domain import CollectivityType
from pacto_participe.collectivities.domain.register import Fault
from pacto_participe.collectivities.domain.town_settings import Setting, SettingProblem
from pacto_participe.collectivities.events import RegisterLoaded, SettingsChanged
from pacto_participe.collectivities.policies import Refusal
from pacto_participe.web.formats import listed, number
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.i18n import ngettext, say
from pacto_participe.web.journal import JournalKind, Told
from pacto_participe.web.sentences import Wording

# Read by operators on a terminal, after the file and the line: in English, like all commands.
FAULTS = {
    Fault.EMPTY: "the register has no collectivity",
    Fault.MISSING_COLUMN: "the column {} is missing",
    Fault.NOT_A_TABLE: "this is not CSV ({})",
    Fault.WRONG_CODE: "{!r} is not a code like 09.001.05.01",
    Fault.CODE_TWICE: "the code {} was there already",
    Fault.UNKNOWN_TYPE: "the type {!r} is unknown",
    Fault.NAME_MISSING: "{} has no French or no Arabic name",
    Fault.NAME_TOO_LONG: "the name {!r} is longer than 100 letters",
    Fault.NAME_NOT_LATIN: "name_fr {!r} is not in Latin letters",
    Fault.WRONG_POPULATION: "the population {!r} is not a whole number",
    Fault.WRONG_YEAR: "the year {!r} is not a year",
    Fault.WRONG_PLACE: "{!r} are not a latitude and a longitude",
    Fault.WRONG_ISO: "{!r} is not an ISO 3166-2 code of Morocco",
    Fault.UNKNOWN_PARENT: "the parent {} is neither in the file nor known already",
    Fault.WRONG_PARENT: "a collectivity of this type cannot lie in {}",
}

PARTS: Mapping[CollectivityType, str] = {
    CollectivityType.REGION: _("Provinces and prefectures"),
    CollectivityType.PREFECTURE: _("Communes"),
    CollectivityType.PROVINCE: _("Communes"),
    CollectivityType.COMMUNE_URBAN: _("Boroughs"),
    CollectivityType.COMMUNE_RURAL: _("Boroughs"),
    CollectivityType.ARRONDISSEMENT: _("Territory"),
}


REFUSALS: Wording = {
    Refusal.ADMINISTRATORS_SET_UP: _("Only an administrator of this collectivity may do this."),
    SettingProblem.PHONE_UNREADABLE: _(
        "Write a Moroccan telephone number, such as 05\u00a037\u00a012\u00a034\u00a056."
    ),
    SettingProblem.EMAIL_UNREADABLE: _("Write an e-mail address, such as contact@commune.ma."),
    SettingProblem.NOT_OFFERED: _("Choose one of these."),
    SettingProblem.SAVED_BY_ANOTHER: _(
        "Somebody else saved these settings in the meantime. What you typed is kept below: compare "
        "it with what is saved now, then save again."
    ),
}

SETTINGS: Wording = {
    Setting.NAME_AR: _("Name shown, in Arabic"),
    Setting.NAME_FR: _("Name shown, in French"),
    Setting.TAGLINE_AR: _("Line under the name, in Arabic"),
    Setting.TAGLINE_FR: _("Line under the name, in French"),
    Setting.MARK: _("Sign beside the name"),
    Setting.LANGUAGE: _("Language of short links"),
    Setting.PHONE: _("Telephone"),
    Setting.EMAIL: _("E-mail address"),
    Setting.ADDRESS_AR: _("Where the counter is, in Arabic"),
    Setting.ADDRESS_FR: _("Where the counter is, in French"),
    Setting.HOURS_AR: _("Opening hours, in Arabic"),
    Setting.HOURS_FR: _("Opening hours, in French"),
    Setting.CONTROLLER_AR: _("Who answers for personal data, in Arabic"),
    Setting.CONTROLLER_FR: _("Who answers for personal data, in French"),
    Setting.CONTROLLER_ADDRESS: _("Address of who answers for personal data"),
    Setting.CNDP_NUMBER: _("Number of the declaration to the CNDP"),
}

MARKS: Mapping[str, str] = {
    "mark": _("Town hall"),
    "p-souk": _("Market"),
    "p-well": _("Well"),
    "p-bridge": _("Bridge"),
    "p-culture": _("Stage"),
    "p-shade": _("Shade and bench"),
}


def title_of_parts(kind: CollectivityType, count: int) -> str:
    """What the parts of a unit are called together; "Territory" for a unit without any."""
    return say(PARTS[kind] if count else _("Territory"))


def parts_inside(kind: CollectivityType, count: int) -> str:
    """How many parts a unit has, in words; nothing for none."""
    if not count:
        return ""
    if kind is CollectivityType.REGION:
        message = ngettext(
            "%(count)s province or prefecture", "%(count)s provinces and prefectures", count
        )
    elif kind.is_commune:
        message = ngettext("%(count)s borough", "%(count)s boroughs", count)
    else:
        message = ngettext("%(count)s commune", "%(count)s communes", count)
    return message % {"count": number(count)}


def inhabitants(count: int) -> str:
    """How many people live there."""
    return ngettext("%(count)s inhabitant", "%(count)s inhabitants", count) % {
        "count": number(count)
    }


JOURNAL = {
    RegisterLoaded.tag: Told(
        _("The register of collectivities was loaded: %(added)s added, %(changed)s changed."),
        JournalKind.DATA,
        is_public=True,
    ),
    SettingsChanged.tag: Told(
        _("What the collectivity says of itself was changed: %(changed)s."),
        JournalKind.STAFF,
        is_public=True,
        codes={"changed": (Setting,)},
    ),
}


def settings_missing(names: tuple[str, ...]) -> str:
    """What the town has not said yet, on the page of the staff's day."""
    return say(_("Not set yet, and residents are told so: %(names)s"), names=listed(names))
