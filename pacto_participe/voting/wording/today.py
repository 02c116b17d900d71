"""What staff read of a vote on the page of their day."""

from pacto_participe.web.formats import number
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.i18n import ngettext, say


def opens_in(title: str, days: int) -> str:
    """Before the opening; `days` are those of the calendar, 0 on the day itself."""
    if days == 0:
        return say(_("%(title)s: voting opens today."), title=title)
    return ngettext(
        "%(title)s: voting opens in %(num)s day.", "%(title)s: voting opens in %(num)s days.", days
    ) % {"title": title, "num": number(days)}


def closes_in(title: str, days: int) -> str:
    """While it is open; `days` as above."""
    if days == 0:
        return say(_("%(title)s: voting closes today."), title=title)
    return ngettext(
        "%(title)s: voting closes in %(num)s day.",
        "%(title)s: voting closes in %(num)s days.",
        days,
    ) % {"title": title, "num": number(days)}


def rules_wait(title: str, days: int) -> str:
    """Before the opening of a vote that is prepared; `days` as above."""
    if days == 0:
        return say(
            _("%(title)s: the rules are not frozen yet, and voting is to open today."), title=title
        )
    return ngettext(
        "%(title)s: the rules are not frozen yet, and voting is to open in %(num)s day.",
        "%(title)s: the rules are not frozen yet, and voting is to open in %(num)s days.",
        days,
    ) % {"title": title, "num": number(days)}


def awaits_draw(title: str) -> str:
    """Counted but for a tie."""
    return say(_("%(title)s: a tie waits for the public draw."), title=title)


def not_counted(title: str) -> str:
    """Closed, and the count has not come yet."""
    return say(_("%(title)s: voting is closed and the count is not published yet."), title=title)
