"""The rules of a vote in words: how to fill the ballot, how it is counted, what settles a tie.

One table for each registry, keyed by the names of its entries: whoever adds a ballot kind, a counting
rule or a tie order adds its words here, and a test says so.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pacto_participe.consultations.domain import Activity
from pacto_participe.voting.ballots import BALLOT_KINDS, limits_of
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import (
    Comparison,
    Completion,
    Parameters,
    Score,
    Start,
    Transfer,
    Unaffordable,
    Utility,
)
from pacto_participe.voting.rules.ties import OFFICIAL_ORDER_NAME
from pacto_participe.voting.wording.naming import told
from pacto_participe.web import formats, i18n
from pacto_participe.web.i18n import gettext as _
from pacto_participe.web.i18n import mark, ngettext

Said = tuple[str, ...]


def _with(number: int) -> Mapping[str, str]:
    """What a sentence calls `count`."""
    return {"count": formats.number(number)}


# The ballot


def ballot_rules(charter: Charter) -> Said:
    """How to fill the ballot: one sentence for each limit, the most important first."""
    limits = limits_of(BALLOT_KINDS[charter.ballot_kind], charter.ballot_limits)
    said = BALLOTS[charter.ballot_kind](limits, charter)
    if getattr(limits, "allow_none", False):
        return (*said, _("“None of these projects” is a choice too."))
    return said


def _approval(limits: Any, charter: Charter) -> Said:
    most = min(limits.max, len(charter.projects))
    order = _("Their order does not matter: each one you choose gets one vote.")
    if limits.min == most:
        exactly = ngettext(
            "Choose exactly one project.", "Choose exactly %(count)s projects.", most
        )
        return exactly % _with(most), order
    if limits.min > 1:
        least = formats.number(limits.min)
        many = _("Choose from %(least)s to %(most)s projects.")
        return many % {"least": least, "most": formats.number(most)}, order
    up_to = ngettext("Choose one project.", "Choose up to %(count)s projects.", most)
    return up_to % _with(most), order


def _choose_one(limits: Any, charter: Charter) -> Said:
    return (_("Choose one project. It gets your vote."),)


def _points(limits: Any, charter: Charter) -> Said:
    said = [
        ngettext(
            "You have one point to give.",
            "You have %(count)s points to share out among projects.",
            limits.total,
        )
        % _with(limits.total),
        ngettext(
            "One project can get one point from you at most.",
            "One project can get %(count)s points from you at most.",
            limits.max_each,
        )
        % _with(limits.max_each),
    ]
    if limits.min_projects > 1:
        said.append(
            ngettext(
                "Give points to one project at least.",
                "Give points to %(count)s projects at least.",
                limits.min_projects,
            )
            % _with(limits.min_projects)
        )
    return (*said, _("You need not give all your points."))


def _ranking(limits: Any, charter: Charter) -> Said:
    said = [
        ngettext(
            "Choose the project that you want most.",
            "Put up to %(count)s projects in order, the one that you want most first.",
            limits.top,
        )
        % _with(limits.top)
    ]
    if limits.min > 1:
        said.append(
            ngettext("Choose one at least.", "Choose %(count)s of them at least.", limits.min)
            % _with(limits.min)
        )
    return tuple(said)


def _knapsack(limits: Any, charter: Charter) -> Said:
    amount = formats.money(limits.budget, charter.currency)
    said = [_("Choose projects that cost %(amount)s together at most.") % {"amount": amount}]
    if limits.min > 1:
        said.append(
            ngettext("Choose one at least.", "Choose %(count)s of them at least.", limits.min)
            % _with(limits.min)
        )
    return (*said, _("You need not use the whole amount."))


BALLOTS: Mapping[str, Callable[[Any, Charter], Said]] = {
    "approval": _approval,
    "choose-one": _choose_one,
    "points": _points,
    "ranking": _ranking,
    "knapsack": _knapsack,
}


# The count


def counting_rules(charter: Charter) -> Said:
    """How the ballots are counted: the rule, then every condition that can change who wins."""
    return (
        *RULES[charter.parameters.rule](charter.parameters),
        *_thresholds(charter.parameters),
        *_groups(charter),
        *_pots(charter),
    )


def rule_name(name: str) -> str:
    """What a counting rule is called: the most votes, equal shares."""
    return _(RULE_NAMES[name])


_FIRST = {
    Score.VOTES: mark("The projects with most votes come first."),
    Score.POINTS: mark("The projects with most points come first."),
    Score.BORDA: mark("The projects that stand highest in the orders of all ballots come first."),
}


def _most_votes(parameters: Parameters) -> Said:
    said = [_(_FIRST[parameters.score])]
    if parameters.score is Score.BORDA:
        said.append(_borda(parameters))
    if parameters.unaffordable is Unaffordable.SKIP:
        said.append(
            _(
                "A project that costs more than what is left is passed over, and the next one "
                "is looked at, until nothing more fits."
            )
        )
    elif parameters.fund_next_share is not None:
        said.append(
            _(
                "The count stops at the first project that costs more than what is left. It gets "
                "the rest if the rest covers at least %(share)s of its cost."
            )
            % {"share": formats.percent_of(parameters.fund_next_share)}
        )
    else:
        said.append(_("The count stops at the first project that costs more than what is left."))
    return tuple(said)


def _borda(parameters: Parameters) -> str:
    if parameters.borda_top is None:
        return _(
            "The first place on a ballot is worth as many points as there are projects, and each "
            "place after it one point less."
        )
    return ngettext(
        "The first place on a ballot is worth one point.",
        "The first place on a ballot is worth %(count)s points, and each place after it one "
        "point less.",
        parameters.borda_top,
    ) % _with(parameters.borda_top)


_COMES_NEXT = {
    Utility.COST: mark(
        "Each time, the project comes next whose cost is shared by the most people. If some of "
        "them have less left than their part, the others pay the difference."
    ),
    Utility.CARDINALITY: mark(
        "Each time, the project comes next that costs the people who chose it least. If some of "
        "them have less left than their part, the others pay the difference."
    ),
}


def _equal_shares(parameters: Parameters) -> Said:
    said = [
        _("Every person who votes has the same share of the budget."),
        _("A project is funded when the shares of those who chose it pay for it together."),
        _(_COMES_NEXT[parameters.mes_utility]),
    ]
    if parameters.score is Score.POINTS:
        said.append(_("Whoever gives a project more points pays a larger part of it."))
    if parameters.score is Score.BORDA:
        said.append(_("Whoever puts a project higher pays a larger part of it."))
        said.append(_borda(parameters))
    if parameters.mes_start is Start.FLOOR:
        said.append(_("The shares are rounded down to whole units of money."))
    if parameters.mes_increment:
        said.append(_raised(parameters))
    if parameters.mes_completion is Completion.UTILITARIAN:
        said.append(_("What is left then goes to the projects with most votes that still fit."))
    if parameters.mes_comparison is Comparison.SATISFACTION:
        said.append(
            _(
                "If a count by most votes alone gives more people more of what they chose, that "
                "count decides."
            )
        )
    if parameters.mes_comparison is Comparison.EXCLUSION_RATIO:
        said.append(
            _(
                "If a count by most votes alone leaves fewer people without any project they "
                "chose, that count decides."
            )
        )
    return tuple(said)


def _raised(parameters: Parameters) -> str:
    if parameters.mes_stop_when_exhaustive:
        return _(
            "When money is left, all shares are raised by the same small step and counted again, "
            "until no other project fits, or one more step would cost more than the budget."
        )
    return _(
        "When money is left, all shares are raised by the same small step and counted again, "
        "until one more step would cost more than the budget."
    )


RULES: Mapping[str, Callable[[Parameters], Said]] = {
    "most-votes": _most_votes,
    "equal-shares": _equal_shares,
}

RULE_NAMES: Mapping[str, str] = {
    "most-votes": mark("Most votes first"),
    "equal-shares": mark("Equal shares"),
}


# The projects of the examples in docs/rules/ that the pages of the rules show.
EXAMPLE_PROJECTS: Mapping[str, str] = {
    "well": mark("Village well"),
    "road": mark("Road"),
    "lights": mark("Street lights"),
    "garden": mark("Garden"),
}


def example_project(name: str) -> str:
    """What a project of an example is called."""
    return _(EXAMPLE_PROJECTS[name])


def _thresholds(parameters: Parameters) -> Said:
    said = []
    if parameters.threshold_votes > 1:
        said.append(
            ngettext(
                "A project needs one vote at least.",
                "A project needs %(count)s votes at least.",
                parameters.threshold_votes,
            )
            % _with(parameters.threshold_votes)
        )
    if parameters.threshold_score is not None:
        # Thresholds of scores may be fractions; no score is, so the next whole number says the same.
        said.append(
            ngettext(
                "A project needs one point at least.",
                "A project needs %(count)s points at least.",
                -(-parameters.threshold_score // 1),
            )
            % _with(-(-parameters.threshold_score // 1))
        )
    if parameters.threshold_share is not None:
        share = formats.percent_of(parameters.threshold_share, places=1)
        said.append(
            _("A project needs the votes of at least %(share)s of all voters.") % {"share": share}
        )
    if parameters.threshold_cost is not None:
        share = formats.percent_of(parameters.threshold_cost, places=1)
        said.append(
            _(
                "The dearer a project, the more votes it needs: its share of the voters must reach "
                "%(share)s of its share of the budget."
            )
            % {"share": share}
        )
    return tuple(said)


def _groups(charter: Charter) -> Said:
    if charter.parameters.exclusive_groups and any(p.group for p in charter.projects):
        return (_("Of projects that exclude each other, one at most is funded."),)
    return ()


_TRANSFERS = {
    Transfer.NONE: mark("What an area does not spend is not given to another."),
    Transfer.TO_COMMON_POT: mark("What an area does not spend goes to the projects of all areas."),
    Transfer.TO_SECOND_STAGE: mark(
        "What an area does not spend goes to the projects that were not funded, whatever their area."
    ),
}


def _pots(charter: Charter) -> Said:
    if not charter.parameters.pots:
        return ()
    pots = tuple(
        told(
            _("<bdi>%(area)s</bdi> has its own budget: %(amount)s."),
            area=pot.district,
            amount=formats.money(pot.budget, charter.currency),
        )
        for pot in charter.parameters.pots
    )
    return (*pots, _(_TRANSFERS[charter.parameters.transfer]))


# Ties

TIES: Mapping[str, str] = {
    "lower-cost": mark("the project that costs less"),
    "more-votes": mark("the project with more votes"),
    "lot": mark("a draw in public after the close, from a number announced before the vote"),
    OFFICIAL_ORDER_NAME: mark("the project with the smaller number"),
}


def tie_rules(charter: Charter) -> Said:
    """What decides between equal projects, in the order in which it is asked.

    Official order always settles what the published list leaves equal.
    """
    names = charter.parameters.ties
    if OFFICIAL_ORDER_NAME not in names:
        names = (*names, OFFICIAL_ORDER_NAME)
    return tuple(i18n.gettext(TIES[name]) for name in names)


# The calendar

ACTIVITIES: Mapping[Activity, str] = {
    Activity.PROPOSE: mark("Ideas"),
    Activity.STUDY: mark("Study"),
    Activity.VOTE: mark("Vote"),
    Activity.RESULTS: mark("Result"),
    Activity.DELIVERY: mark("Works"),
}


def activity_name(activity: Activity) -> str:
    """What a phase is called under the band."""
    return _(ACTIVITIES[activity])
