"""What waits for staff, counted."""

from pacto_participe.web.formats import number
from pacto_participe.web.i18n import ngettext


def cases_wait(count: int) -> str:
    """The queue of the counter."""
    return ngettext(
        "%(num)s case waits for the counter.", "%(num)s cases wait for the counter.", count
    ) % {"num": number(count)}


def slips_expire(count: int) -> str:
    """Slips that nobody used."""
    return ngettext(
        "%(num)s slip not used yet expires within 7 days.",
        "%(num)s slips not used yet expire within 7 days.",
        count,
    ) % {"num": number(count)}


def invitations_expire(count: int) -> str:
    """Offers of roles that nobody took."""
    return ngettext(
        "%(num)s invitation not taken yet expires within 7 days.",
        "%(num)s invitations not taken yet expire within 7 days.",
        count,
    ) % {"num": number(count)}


def lists_taken(count: int) -> str:
    """Imports of the list of residents."""
    return ngettext(
        "%(num)s list of residents was taken in these 7 days.",
        "%(num)s lists of residents were taken in these 7 days.",
        count,
    ) % {"num": number(count)}
