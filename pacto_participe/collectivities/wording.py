"""Sentences for the codes of this feature."""

from collections.abc import Mapping

from pacto_participe.collectivities.domain import CollectivityType
from pacto_participe.collectivities.domain.register import Fault
from pacto_participe.web.formats import number
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.i18n import ngettext, say

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
