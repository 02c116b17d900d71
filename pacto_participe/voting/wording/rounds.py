"""One step of a count in words, as result.json tells it."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import Score
from pacto_participe.voting.wording.naming import Names, at_least, at_most, joined, told
from pacto_participe.web import formats
from pacto_participe.web.i18n import gettext as _
from pacto_participe.web.i18n import ngettext


def round_sentences(charter: Charter, step: Mapping[str, Any]) -> Markup:
    """What was looked at, what it costs, what there was, and what came of it."""
    numbers = {name: Fraction(value) for name, value in step["numbers"].items()}
    if "supporters" in numbers:
        return joined(_of_shares(Names(charter), numbers))
    return joined(_of_votes(charter, step, numbers))


def _of_votes(
    charter: Charter, step: Mapping[str, Any], numbers: Mapping[str, Fraction]
) -> list[Markup | str]:
    names = Names(charter)
    cost, left = int(numbers["cost"]), int(step["left_cents"])
    score = int(step["score"])
    if charter.parameters.score is Score.VOTES:
        support = ngettext("%(count)s person chose it.", "%(count)s people chose it.", score)
        supported = told(support, count=formats.number(score))
    else:
        support = ngettext("It has %(count)s point.", "It has %(count)s points.", score)
        supported = told(support, count=formats.number(score))
    if step["funded"]:
        end = told(
            _("%(left)s were available, it costs %(cost)s: funded. %(rest)s remain."),
            left=names.money(left),
            cost=names.money(cost),
            rest=names.money(left - cost),
        )
    elif "paid" in numbers:
        end = told(
            _("%(left)s were available, it costs %(cost)s: it receives what was left."),
            left=names.money(left),
            cost=names.money(cost),
        )
    elif cost > left:
        end = told(
            _("%(left)s were available, it costs %(cost)s: not funded, %(short)s short."),
            left=names.money(left),
            cost=names.money(cost),
            short=names.money(cost - left),
        )
    else:
        end = Markup("{}").format(_("Not funded: it excludes a project that was funded."))
    return [supported, end]


def _of_shares(names: Names, numbers: Mapping[str, Fraction]) -> list[Markup | str]:
    supporters = int(numbers["supporters"])
    owned = at_least(numbers["owned"])
    chose = ngettext(
        "%(count)s person chose it and has %(owned)s left; it costs %(cost)s.",
        "%(count)s people chose it and have %(owned)s left together; it costs %(cost)s.",
        supporters,
    )
    sentences: list[Markup | str] = [
        told(
            chose,
            count=formats.number(supporters),
            owned=names.money(owned),
            cost=names.money(int(numbers["cost"])),
        )
    ]
    in_full = int(numbers["paid_in_full"])
    if in_full:
        paid = ngettext(
            "%(count)s person pays in full, %(most)s at most.",
            "%(count)s people pay in full, %(most)s each at most.",
            in_full,
        )
        most = names.money(at_most(numbers["most"]))
        sentences.append(told(paid, count=formats.number(in_full), most=most))
    gave, nothing = int(numbers["gave_all_left"]), int(numbers["had_nothing"])
    if gave:
        message = ngettext(
            "%(count)s person gives all that was left to them.",
            "%(count)s people give all that was left to them.",
            gave,
        )
        sentences.append(told(message, count=formats.number(gave)))
    if nothing:
        message = ngettext(
            "%(count)s person had nothing left to give.",
            "%(count)s people had nothing left to give.",
            nothing,
        )
        sentences.append(told(message, count=formats.number(nothing)))
    return sentences
