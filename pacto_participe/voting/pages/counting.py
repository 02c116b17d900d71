"""The counting rules, each with its page: in words, with a small example, and what can be decided."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import ClassVar

from markupsafe import Markup

from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.charter import Charter, CharterProject
from pacto_participe.voting.domain import Parameters
from pacto_participe.voting.pages.outcome import (
    WEAVES,
    ProjectLine,
    by_support,
    in_order_of_funding,
    lines_of,
)
from pacto_participe.voting.publication.result import result_of
from pacto_participe.voting.rules import RULES, count
from pacto_participe.voting.services.examples import Example
from pacto_participe.voting.wording import rules as words
from pacto_participe.voting.wording.choices import ToldChoice, told_choices
from pacto_participe.voting.wording.naming import Names, at_most, listed, told
from pacto_participe.web import formats, i18n
from pacto_participe.web.i18n import ngettext

CENTS = 100
NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)  # an example is of no day, and no sentence names one


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule in the list: its name and the first thing to say of it."""

    rule: str
    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CountingRulesPage:
    """All rules that a town can choose from."""

    template: ClassVar[str] = "voting/counting_rules.html"

    rules: tuple[RuleLine, ...]


@dataclass(frozen=True, slots=True)
class ShownExample:
    """A small vote, counted by the program itself. `band`: weave and percent of the budget."""

    budget_cents: int
    spent_cents: int
    voters: int
    currency: str
    ballots: tuple[Markup, ...]
    band: tuple[tuple[int, Fraction], ...]
    winners: tuple[ProjectLine, ...]
    others: tuple[ProjectLine, ...]
    share_cents: int | None  # of each voter, where the rule knows one


@dataclass(frozen=True, slots=True)
class CountingRulePage:
    """One rule."""

    template: ClassVar[str] = "voting/counting_rule.html"

    rule: str
    name: str
    sentences: tuple[str, ...]
    example: ShownExample
    choices: tuple[ToldChoice, ...]


def counting_rules_page() -> CountingRulesPage:
    """In the order of the registry."""
    return CountingRulesPage(
        tuple(
            RuleLine(rule, words.rule_name(rule), words.RULES[rule](Parameters(rule=rule))[0])
            for rule in RULES.names
        )
    )


def counting_rule_page(rule: str, example: Example) -> CountingRulePage:
    """`example`: the one that the rule's page in docs/rules/ begins with."""
    charter = charter_of_example(example)
    return CountingRulePage(
        rule=rule,
        name=words.rule_name(rule),
        sentences=words.RULES[rule](Parameters(rule=rule)),
        example=_shown(charter, example),
        choices=told_choices(replace(charter, parameters=Parameters(rule=rule))),
    )


def charter_of_example(example: Example) -> Charter:
    """The example as a vote in dirhams, its projects called in the language of the request."""
    lang = i18n.written().code
    nothing = Texts.of({lang: "-"})
    return Charter(
        collectivity_id="",
        vote_id="",
        edition="",
        title=nothing,
        currency=formats.DIRHAM,
        budget_cents=example.budget * CENTS,
        projects=tuple(
            CharterProject(
                key=option.id,
                number=number,
                title=Texts.of({lang: words.example_project(option.id)}),
                place=nothing,
                cost_cents=option.cost * CENTS,
            )
            for number, option in enumerate(example.options, start=1)
        ),
        ballot_kind="approval",
        ballot_limits={},
        parameters=example.parameters,
        lot_seed="",
        opens_at=NO_DAY,
        closes_at=NO_DAY,
    )


def _shown(charter: Charter, example: Example) -> ShownExample:
    profile = example.profile
    outcome = count(charter.election, profile, charter.parameters, lot=example.lot)
    result = result_of(
        charter,
        profile,
        outcome,
        fingerprint="",
        counted_at=NO_DAY,
        lot_completion=None,
        turnout={},
    )
    lines = tuple(
        replace(line, where="") for line in lines_of(charter, result, i18n.written().code)
    )
    winners = in_order_of_funding(lines)
    return ShownExample(
        budget_cents=charter.budget_cents,
        spent_cents=outcome.spent,
        voters=profile.ballots,
        currency=charter.currency,
        ballots=tuple(_ballots(Names(charter), example)),
        band=tuple(
            (place % WEAVES + 1, Fraction(100 * line.paid_cents, charter.budget_cents))
            for place, line in enumerate(winners)
        ),
        winners=winners,
        others=by_support(lines),
        share_cents=at_most(Fraction(result["numbers"]["share"]))
        if "share" in result["numbers"]
        else None,
    )


def _ballots(names: Names, example: Example) -> list[Markup]:
    return [
        told(
            ngettext("%(count)s voter: %(projects)s", "%(count)s voters: %(projects)s", number),
            count=formats.number(number),
            projects=listed(names.title(part.strip()) for part in text.split(",")),
        )
        for number, text in example.ballots
    ]
