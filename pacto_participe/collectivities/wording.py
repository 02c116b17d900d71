"""Sentences for the codes of this feature."""

from pacto_participe.collectivities.domain.register import Fault

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
