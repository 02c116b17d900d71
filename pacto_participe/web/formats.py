"""Numbers, money and dates as residents read them, in the language of the request.

Digits are grouped with a no-break space: with a plain space a line from right to left shows
"450 000" as "000 450".
"""

from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction

from babel.dates import format_date, format_datetime, format_time

from pacto_participe.kernel.clock import local
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.i18n import ngettext, say, written

NBSP = "\u00a0"


def isolated(text: str) -> str:
    """Kept from left to right and apart from its neighbours in a line from right to left (Unicode, UAX 9).

    Bare, "450 000 PLN · 30" would be read there as 30 450 000, and "+2" as "2+".
    """
    return f"\u2066{text}\u2069" if written().direction == "rtl" else text


def apart(text: str) -> str:
    """What people wrote, apart from the words around it, whatever direction it has (Unicode, UAX 9)."""
    return f"\u2068{text}\u2069" if text else ""


def number(value: int) -> str:
    """1842 is "1 842" (English: "1,842")."""
    separator = "," if written().code == "en" else NBSP
    return f"{value:,}".replace(",", separator)


def decimal_mark() -> str:
    return "." if written().code == "en" else ","


DIRHAM = "MAD"
METRES_PER_KILOMETRE = 1000


def money(cents: int, currency: str = DIRHAM) -> str:
    """45000000 is "450 000 DH", and "450 000 درهم" in Arabic. Centimes are shown when there are any.

    Other currencies, of elections held elsewhere, keep their code: "450 000 PLN" in every language.
    """
    whole, rest = divmod(abs(cents), 100)
    amount = number(whole) + (f"{decimal_mark()}{rest:02d}" if rest else "")
    sign = "-" if cents < 0 else ""
    if currency != DIRHAM:
        return isolated(f"{sign}{amount}{NBSP}{currency}")
    return say(_("%(amount)s DH"), amount=f"{sign}{amount}").replace(" ", NBSP)


def percent(part: int | Fraction, whole: int | Fraction, *, places: int = 0) -> str:
    """The share, rounded half up: 225 of 1000 is "23 %" with no place, "22,5 %" with one.

    What is not all of it is never told as 100 %: beside it stands what is left.
    """
    if not whole:
        return _percentage(0, places)
    # Whole numbers stay whole: a fraction costs ten times as much, and a list has a hundred.
    scaled = (200 * 10**places * part + whole) // (2 * whole)
    if part < whole:
        scaled = min(scaled, 100 * 10**places - 1)
    return _percentage(scaled, places)


def percent_of(share: Fraction, *, places: int = 0) -> str:
    """A share between 0 and 1 as a percentage."""
    return percent(share, 1, places=places)


def _percentage(scaled: int, places: int) -> str:
    whole, rest = divmod(scaled, 10**places)
    text = number(whole) + (f"{decimal_mark()}{rest:0{places}d}" if places and rest else "")
    return say(_("%(number)s%%"), number=text)


def day(instant: datetime | date) -> str:
    """ "30 November 2026" """
    value = local(instant) if isinstance(instant, datetime) else instant
    return format_date(value, "d MMMM y", locale=written().babel)


def weekday(instant: datetime | date) -> str:
    """ "Monday 30 November 2026" """
    value = local(instant) if isinstance(instant, datetime) else instant
    return format_date(value, "EEEE d MMMM y", locale=written().babel)


def short_day(instant: datetime | date) -> str:
    """ "30 November" """
    value = local(instant) if isinstance(instant, datetime) else instant
    return format_date(value, "d MMMM", locale=written().babel)


def month(instant: datetime | date) -> str:
    """ "November" """
    value = local(instant) if isinstance(instant, datetime) else instant
    return format_date(value, "LLLL", locale=written().babel)


def short_month(instant: datetime | date) -> str:
    """ "Nov" where a month has little room; Arabic has no shorter name."""
    value = local(instant) if isinstance(instant, datetime) else instant
    return format_date(value, "LLL", locale=written().babel)


def year(instant: datetime) -> str:
    """ "2026", never grouped like a number."""
    return str(local(instant).year)


def hour(instant: datetime) -> str:
    """ "15:04", in French "15 h 04" """
    pattern = f"H'{NBSP}h{NBSP}'mm" if written().code == "fr" else "HH:mm"
    return format_time(local(instant).time(), pattern, locale=written().babel)


def moment(instant: datetime) -> str:
    """ "Monday 30 November 2026 at 23:59" """
    return say(_("%(day)s at %(hour)s"), day=weekday(instant), hour=hour(instant))


def exact_moment(instant: datetime) -> str:
    """For the record: "2026-11-30 23:59:00" in local time."""
    return format_datetime(local(instant).replace(tzinfo=None), "yyyy-MM-dd HH:mm:ss", locale="en")


def distance(metres: int) -> str:
    """ "500 m", "2 km": whole kilometres from one on."""
    if metres < METRES_PER_KILOMETRE:
        return say(_("%(count)s m"), count=number(metres)).replace(" ", NBSP)
    return say(_("%(count)s km"), count=number(metres // METRES_PER_KILOMETRE)).replace(" ", NBSP)


def days(count: int) -> str:
    """ "7 days", with the six Arabic forms."""
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": number(count)}


def seconds(count: int) -> str:
    """How long a recording is: "28 seconds"."""
    return ngettext("%(count)s second", "%(count)s seconds", count) % {"count": number(count)}


def kilobytes(size: int) -> str:
    """What a file costs to fetch, rounded up: "90 KB". `size` in bytes."""
    return say(_("%(size)s KB"), size=number(-(-size // 1000)))


def listed(items: Iterable[str]) -> str:
    """ "4, 7, 9", with the comma of the language."""
    return ("، " if written().code == "ar" else ", ").join(items)
