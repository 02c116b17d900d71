"""What a printed ballot asks for, in three lines at most. One entry for each ballot kind."""

from collections.abc import Callable, Mapping
from typing import Any

from pacto_participe.voting.ballots import BALLOT_KINDS, limits_of
from pacto_participe.voting.charter import Charter
from pacto_participe.web import formats
from pacto_participe.web.i18n import gettext as _
from pacto_participe.web.i18n import ngettext

Said = tuple[str, ...]


def paper_rules(charter: Charter) -> Said:
    """How to fill the printed ballot of this vote, in the language of the moment."""
    kind = BALLOT_KINDS[charter.ballot_kind]
    limits = limits_of(kind, charter.ballot_limits)
    fold = _("Do not write your name. Fold the sheet and put it in the box.")
    return (*PAPERS[kind.name](limits, charter), fold)


def _crosses(limits: Any, charter: Charter) -> Said:
    most = min(limits.max, len(charter.projects))
    least = formats.number(limits.min)
    said = ngettext("Put one cross.", "Put a cross beside %(num)s projects at most.", most)
    said %= {"num": formats.number(most)}
    return (said, _("Fewest crosses: %(least)s.") % {"least": least}) if limits.min > 1 else (said,)


def _one_cross(limits: Any, charter: Charter) -> Said:
    return (_("Put one cross, beside one project."),)


def _points(limits: Any, charter: Charter) -> Said:
    return (
        _("Each cross is one point. Crosses in all: %(total)s at most. For one project: %(most)s.")
        % {"total": formats.number(limits.total), "most": formats.number(limits.max_each)},
        _("Give crosses to this many projects at least: %(fewest)s.")
        % {"fewest": formats.number(limits.min_projects)},
    )


def _places(limits: Any, charter: Charter) -> Said:
    return (
        _("In column 1, put one cross beside the project that you want most."),
        _("Then one cross in column 2, and so on. You may stop earlier."),
    )


def _places_within_money(limits: Any, charter: Charter) -> Said:
    amount = formats.money(limits.budget, charter.currency)
    return (
        _("Column 1: one cross for the project that you want most. Then column 2, and so on."),
        _(
            "Your projects are taken in this order as long as %(amount)s pay for them. "
            "One that does not fit is passed over."
        )
        % {"amount": amount},
    )


PAPERS: Mapping[str, Callable[[Any, Charter], Said]] = {
    "approval": _crosses,
    "choose-one": _one_cross,
    "points": _points,
    "ranking": _places,
    "knapsack": _places_within_money,
}
