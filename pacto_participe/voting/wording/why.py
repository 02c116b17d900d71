"""The "Why?" of each project: a sentence or two from the numbers of the count itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from pacto_participe.kernel.money import exact_decimal
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import Score, Unaffordable, WhyCode
from pacto_participe.voting.wording.naming import Names, at_most, joined, missing, told
from pacto_participe.voting.wording.ties import came_first
from pacto_participe.web import formats
from pacto_participe.web.i18n import gettext as _
from pacto_participe.web.i18n import ngettext


def why(charter: Charter, entry: Mapping[str, Any], result: Mapping[str, Any]) -> Markup:
    """The sentences for one project of result.json, in the language of the request.

    Raises KeyError for a code, a tie order or a threshold that has no words (a test looks for those).
    """
    verdict = Verdict.of(charter, entry, result)
    return joined(_SENTENCES[verdict.code](verdict))


def support(charter: Charter, votes: int, score: int) -> Markup:
    """ "1 218 votes", or points where those decide."""
    if charter.parameters.score is Score.VOTES:
        message = ngettext("<b>%(count)s</b> vote", "<b>%(count)s</b> votes", votes)
        return told(message, count=formats.number(votes))
    message = ngettext("<b>%(count)s</b> point", "<b>%(count)s</b> points", score)
    return told(message, count=formats.number(score))


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict of result.json, read back: money in centimes, exact."""

    names: Names
    code: WhyCode
    numbers: Mapping[str, Fraction]
    others: tuple[str, ...]
    tie: str | None
    threshold: str | None
    codes: Mapping[str, str]

    @classmethod
    def of(cls, charter: Charter, entry: Mapping[str, Any], result: Mapping[str, Any]) -> "Verdict":
        told_why = entry["why"]
        return cls(
            names=Names(charter),
            code=WhyCode(told_why["code"]),
            numbers={name: Fraction(value) for name, value in told_why["numbers"].items()},
            others=tuple(told_why["others"]),
            tie=told_why["tie"],
            threshold=told_why["threshold"],
            codes={other["key"]: other["why"]["code"] for other in result["projects"]},
        )

    @property
    def charter(self) -> Charter:
        return self.names.charter

    def count(self, name: str) -> int:
        return int(self.numbers[name])

    def money(self, name: str) -> Markup:
        """An amount that is whole centimes."""
        return self.names.money(int(self.numbers[name]))

    @property
    def by_votes(self) -> bool:
        return self.charter.parameters.score is Score.VOTES

    @property
    def is_of_shares(self) -> bool:
        """Whether equal shares spoke of it: those speak of supporters."""
        return "supporters" in self.numbers


Sentences = list[Markup | str]


def _place(v: Verdict) -> Markup:
    message = _("Place %(rank)s by votes.") if v.by_votes else _("Place %(rank)s by points.")
    return told(message, rank=formats.number(v.count("rank")))


def _funded(v: Verdict) -> Sentences:
    if v.numbers["cost"] == 0:
        return [_place(v), _("It costs nothing: it is funded.")]
    if v.numbers["cost"] == v.numbers["left"]:
        exact = _("%(left)s were available and it costs exactly that: it is funded.")
        return [_place(v), told(exact, left=v.money("left"))]
    message = _("%(left)s were available and it costs %(cost)s: it is funded.")
    return [_place(v), told(message, left=v.money("left"), cost=v.money("cost"))]


def _partly_funded(v: Verdict) -> Sentences:
    message = _(
        "It costs %(cost)s and %(left)s were available, at least %(share)s of that. "
        "By the rules it receives what was left."
    )
    share = formats.percent_of(v.numbers["share"], places=2)
    return [_place(v), told(message, cost=v.money("cost"), left=v.money("left"), share=share)]


def _not_enough(v: Verdict) -> Markup:
    if v.numbers["left"] == 0:
        return told(_("Nothing was left; it costs %(cost)s."), cost=v.money("cost"))
    return told(
        _("%(left)s were available, it costs %(cost)s: %(short)s short."),
        left=v.money("left"),
        cost=v.money("cost"),
        short=v.money("short"),
    )


def _too_expensive(v: Verdict) -> Sentences:
    return [_place(v), _not_enough(v), _stops_here(v)]


def _stops_here(v: Verdict) -> Markup | str:
    rules = v.charter.parameters
    if rules.unaffordable is Unaffordable.STOP:
        return _("By the rules the count stops at the first project that does not fit.")
    if rules.fund_next_share is not None:
        share = formats.percent_of(rules.fund_next_share, places=2)
        message = _("That is less than %(share)s of its cost, so by the rules the count stops.")
        return told(message, share=share)
    return ""


def _stopped(v: Verdict) -> Sentences:
    stop = v.others[0]
    if v.codes.get(stop) == WhyCode.PARTLY_FUNDED:
        message = _("The count stopped before it: %(other)s received what was left.")
    else:
        message = _("The count stopped before it: %(other)s cost more than what was left.")
    return [_place(v), told(message, other=v.names.project(stop))]


def _lost_tie(v: Verdict) -> Sentences:
    if v.tie is None:
        raise KeyError("a lost tie without the order that decided it")
    equal = came_first(v.names, v.tie, v.others[0])
    if v.is_of_shares:
        return [equal, _supporters(v), _together(v)]
    more = v.others[1:]
    too = told(_("So did %(others)s."), others=v.names.projects(more)) if more else ""
    end = _not_enough(v) if v.numbers["short"] > 0 else _("The count had stopped by then.")
    return [_place(v), equal, too, end]


def _people(votes: int) -> Markup:
    message = ngettext("%(count)s person chose it.", "%(count)s people chose it.", votes)
    return told(message, count=formats.number(votes))


def _exact_number(number: Fraction) -> str:
    if number.denominator == 1:
        return formats.number(int(number))
    try:
        return exact_decimal(number).replace(".", formats.decimal_mark())
    except ValueError:
        return str(number)


def _below_threshold(v: Verdict) -> Sentences:
    needed = _exact_number(v.numbers["needed"])
    count = -int(-v.numbers["needed"] // 1)
    if v.threshold == "threshold.score" and not v.by_votes:
        had = v.count("had")
        points = ngettext("It has %(count)s point.", "It has %(count)s points.", had)
        asked = ngettext(
            "The rules ask for at least %(count)s point.",
            "The rules ask for at least %(count)s points.",
            count,
        )
        return [told(points, count=formats.number(had)), told(asked, count=needed)]
    messages = {
        "threshold.votes": lambda: ngettext(
            "The rules ask for at least %(count)s vote.",
            "The rules ask for at least %(count)s votes.",
            count,
        ),
        "threshold.share": lambda: ngettext(
            "The rules ask for %(share)s of all ballots, here %(count)s vote.",
            "The rules ask for %(share)s of all ballots, here %(count)s votes.",
            count,
        ),
        "threshold.cost": lambda: ngettext(
            "By the rules a dearer project needs more votes, this one %(count)s.",
            "By the rules a dearer project needs more votes, this one %(count)s.",
            count,
        ),
    }
    messages["threshold.score"] = messages["threshold.votes"]
    share = formats.percent_of(v.charter.parameters.threshold_share or Fraction(0), places=2)
    asked = told(messages[v.threshold or ""](), count=needed, share=share)
    return [_people(v.count("had")), asked]


def _twin_funded(v: Verdict) -> Sentences:
    other = v.others[0]
    message = _("Only one of the two could be funded, and %(other)s was.")
    twin = told(message, other=v.names.project(other))
    return [twin, came_first(v.names, v.tie, other) if v.tie else ""]


def _no_support(v: Verdict) -> Sentences:
    return [_("Nobody chose it.")]


def _withdrawn(v: Verdict) -> Sentences:
    return [_("It was withdrawn after the ballots were made, so no count looked at it.")]


def _above_budget(v: Verdict) -> Sentences:
    message = (
        _("It costs %(cost)s, %(short)s more than the budget of its area, %(budget)s.")
        if v.charter.parameters.pots
        else _("It costs %(cost)s, %(short)s more than the whole budget of %(budget)s.")
    )
    amounts = {name: v.money(name) for name in ("cost", "short", "budget")}
    return [told(message, **amounts)]


def _funded_by_shares(v: Verdict) -> Sentences:
    equal = _("Each voter has an equal share of the budget.")
    if v.numbers["cost"] == 0:
        return [equal, _("It costs nothing and takes nothing from any share.")]
    supporters = v.count("supporters")
    message = ngettext(
        "%(count)s person chose it, and this share pays for it: %(most)s at most.",
        "%(count)s people chose it, and their shares pay for it: %(most)s each at most.",
        supporters,
    )
    most = v.names.money(at_most(v.numbers["most"]))
    return [equal, told(message, count=formats.number(supporters), most=most)]


def _funded_by_completion(v: Verdict) -> Sentences:
    message = _(
        "Shares alone could not pay for it. What remained went to the most supported projects: "
        "%(left)s were available at its turn, it costs %(cost)s."
    )
    return [told(message, left=v.money("left"), cost=v.money("cost"))]


def _supporters(v: Verdict) -> Markup:
    supporters = v.count("supporters")
    if v.code is not WhyCode.SHARES_SPENT or not v.others:
        return _people(supporters)
    message = ngettext(
        "%(count)s person chose it, but this share first paid for other choices: %(others)s.",
        "%(count)s people chose it, but their shares first paid for other projects they also "
        "chose, above all %(others)s.",
        supporters,
    )
    return told(message, count=formats.number(supporters), others=v.names.projects(v.others))


def _together(v: Verdict) -> Markup:
    left, short = missing(v.count("cost"), v.numbers["left"])
    message = ngettext(
        "Left to that person: %(left)s. It costs %(cost)s: %(short)s short.",
        "Left to them together: %(left)s. It costs %(cost)s: %(short)s short.",
        v.count("supporters"),
    )
    money = v.names.money
    return told(message, left=money(left), cost=v.money("cost"), short=money(short))


def _shares_spent(v: Verdict) -> Sentences:
    sentences: Sentences = [_supporters(v), _together(v)]
    if "rest" in v.numbers:
        message = _(
            "What remained in the end went to the most supported projects: "
            "%(rest)s were available at its turn, not enough for it."
        )
        sentences.append(told(message, rest=v.money("rest")))
    return sentences


_SENTENCES = {
    WhyCode.FUNDED: _funded,
    WhyCode.PARTLY_FUNDED: _partly_funded,
    WhyCode.TOO_EXPENSIVE: _too_expensive,
    WhyCode.STOPPED: _stopped,
    WhyCode.LOST_TIE: _lost_tie,
    WhyCode.BELOW_THRESHOLD: _below_threshold,
    WhyCode.TWIN_FUNDED: _twin_funded,
    WhyCode.NO_SUPPORT: _no_support,
    WhyCode.WITHDRAWN: _withdrawn,
    WhyCode.FUNDED_BY_SHARES: _funded_by_shares,
    WhyCode.FUNDED_BY_COMPLETION: _funded_by_completion,
    WhyCode.SHARES_SPENT: _shares_spent,
    WhyCode.ABOVE_BUDGET: _above_budget,
}
