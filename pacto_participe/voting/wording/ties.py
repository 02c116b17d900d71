"""Where a tie was used, said plainly, with how it was broken."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from pacto_participe.voting.charter import Charter
from pacto_participe.voting.rules.ties import LOT_NAME, OFFICIAL_ORDER_NAME
from pacto_participe.voting.wording.naming import Names, joined, listed, told
from pacto_participe.voting.wording.rules import TIES
from pacto_participe.web import i18n
from pacto_participe.web.i18n import gettext as _


def came_first(names: Names, tie: str, other: str) -> Markup:
    """Why an equal project came before this one. Raises KeyError for an unknown tie order."""
    messages = {
        "lower-cost": _("It was tied with %(other)s, which costs less and so came first."),
        "more-votes": _("It was tied with %(other)s, which has more votes and so came first."),
        LOT_NAME: _("It was tied with %(other)s, which came first by public lot."),
        OFFICIAL_ORDER_NAME: _(
            "It was tied with %(other)s, which stands before it in the official list."
        ),
    }
    return told(messages[tie], other=names.project(other))


def tie_sentences(charter: Charter, ties: Sequence[Mapping[str, Any]]) -> tuple[Markup, ...]:
    """One paragraph for each tie of result.json."""
    names = Names(charter)
    return tuple(_tie(names, tie) for tie in ties)


def awaited_sentences(charter: Charter, tied: Sequence[Sequence[str]]) -> tuple[Markup, ...]:
    """The ties that wait for the public draw, without a word on who leads."""
    names = Names(charter)
    message = _("These projects are tied: %(projects)s.")
    return tuple(told(message, projects=names.projects(keys)) for keys in tied)


def _tie(names: Names, tie: Mapping[str, Any]) -> Markup:
    reasons = listed(i18n.gettext(TIES[name]) for name in dict.fromkeys(tie["decided_by"]))
    return joined(
        [
            told(_("These were tied: %(projects)s."), projects=names.projects(tie["projects"])),
            told(_("By the rules this came first: %(reasons)s."), reasons=reasons),
            _("This decided who is funded.")
            if tie["decisive"]
            else _("No other order would have funded other projects."),
        ]
    )
