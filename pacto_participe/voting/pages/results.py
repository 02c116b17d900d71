"""The results of a vote, before and after the count; its rounds; its published files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, ClassVar

from markupsafe import Markup

from pacto_participe.voting.charter import Charter, VoteState, count_due_at
from pacto_participe.voting.pages.map import ProjectMap, map_of
from pacto_participe.voting.pages.outcome import (
    WEAVES,
    ProjectLine,
    by_support,
    decisive_ties,
    in_order_of_funding,
    lines_of,
)
from pacto_participe.voting.pages.roll import RollShown, roll_of_result
from pacto_participe.voting.queries import SinceClose, Vote
from pacto_participe.voting.wording import publication as words
from pacto_participe.voting.wording.changes import Change
from pacto_participe.voting.wording.fingerprints import in_groups
from pacto_participe.voting.wording.naming import at_most
from pacto_participe.voting.wording.rounds import round_sentences
from pacto_participe.voting.wording.rules import rule_name, tie_rules
from pacto_participe.voting.wording.ties import awaited_sentences, tie_sentences
from pacto_participe.web import formats, i18n
from pacto_participe.web.beside import Part
from pacto_participe.web.templating import told_plain

FEWEST_IN_A_CELL = 30  # figures of fewer voters would speak of persons
ROUNDS_PER_PAGE = 20
BYTES_IN_A_KILOBYTE = 1024


@dataclass(frozen=True, slots=True)
class PublishedFileLine:
    """One file to download. `size` in kilobytes, rounded up."""

    name: str
    words: str
    format: str
    size: int
    sha256: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of the turnout. `of`: how many were entitled, None where nobody knows."""

    name: str
    voted: int
    of: int | None

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.voted, self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who took part, in cells of thirty voters or more. `change`: "+2,1" points since `before`."""

    voted: int
    entitled: int | None
    by_channel: tuple[Cell, ...]
    by_area: tuple[Cell, ...]
    by_method: tuple[Cell, ...]
    change: str = ""
    before: str = ""

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.voted, self.entitled) if self.entitled else None

    @property
    def has_cells(self) -> bool:
        return bool(self.by_channel or self.by_area or self.by_method)


@dataclass(frozen=True, slots=True)
class Compared:
    """Another way of counting. `lines`: (place, with ours, with the other, ballots)."""

    rule: str
    ours: str
    gained: tuple[ProjectLine, ...]
    lost: tuple[ProjectLine, ...]
    lines: tuple[tuple[str, Fraction, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Official:
    """What the city of an imported election published, beside our count of its ballots."""

    source: str
    agrees: bool
    only_there: tuple[ProjectLine, ...]
    only_here: tuple[ProjectLine, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that a published count has to say. `band`: weave and percent of the budget."""

    published_at: datetime
    ballots: int
    blank: int
    spent_cents: int
    band: tuple[tuple[int, Fraction], ...]
    winners: tuple[ProjectLine, ...]
    others: tuple[ProjectLine, ...]
    map: ProjectMap | None
    areas: int
    turnout: Turnout
    compared: Compared | None
    ties: tuple[Markup, ...]
    other_ties: int
    lot: Mapping[str, Any]
    first_share_cents: int | None
    share_cents: int | None
    rounds: int
    box_fingerprint: tuple[str, ...]
    official: Official | None
    files: tuple[PublishedFileLine, ...]
    publishes_ballots: bool
    software: str
    roll: RollShown | None

    @property
    def was_raised(self) -> bool:
        """Whether equal shares gave everyone more than the first share."""
        return self.first_share_cents != self.share_cents

    @property
    def is_small(self) -> bool:
        return self.ballots < FEWEST_IN_A_CELL

    def file(self, name: str) -> PublishedFileLine | None:
        return next((line for line in self.files if line.name == name), None)


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """States: soon, open, closed, awaits the draw, provisional, final. `outcome` in the last two only.

    `is_late`: whether a vote that is closed ought to have been counted by now.
    """

    template: ClassVar[str] = "voting/results.html"

    charter: Charter
    state: VoteState
    is_imported: bool
    is_print: bool
    has_recount: bool
    turnout: int
    rules_fingerprint: tuple[str, ...]
    box_fingerprint: tuple[str, ...]
    is_late: bool
    tied: tuple[Markup, ...]
    tie_rules: tuple[str, ...]
    outcome: Outcome | None
    changes: tuple[Change, ...] = ()
    beside: tuple[Part, ...] = ()

    @property
    def due_at(self) -> datetime:
        return count_due_at(self.charter)


@dataclass(frozen=True, slots=True)
class DataPage:
    """The published files, or why there are none yet."""

    template: ClassVar[str] = "voting/results_data.html"

    charter: Charter
    state: VoteState
    files: tuple[PublishedFileLine, ...]
    publishes_ballots: bool


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One step of the count."""

    number: int
    title: str
    project_number: int
    is_funded: bool
    sentences: Markup


@dataclass(frozen=True, slots=True)
class RoundsPage:
    """The steps of the count, a page of them."""

    template: ClassVar[str] = "voting/results_rounds.html"

    charter: Charter
    state: VoteState
    rounds: tuple[RoundLine, ...]
    total: int
    page_number: int
    page_count: int


def results_page(
    vote: Vote,
    now: datetime,
    *,
    turnout: int,
    since: SinceClose,
    outcome: Outcome | None,
    is_print: bool = False,
    has_recount: bool = False,
    changes: tuple[Change, ...] = (),
    beside: tuple[Part, ...] = (),
) -> ResultsPage:
    """What may be shown at this instant; before the count only what says nothing about choices."""
    charter = vote.charter
    return ResultsPage(
        charter=charter,
        state=vote.state(now),
        is_imported=vote.is_imported,
        is_print=is_print,
        has_recount=has_recount and outcome is not None,
        turnout=turnout,
        rules_fingerprint=in_groups(charter.fingerprint),
        box_fingerprint=in_groups(since.box_fingerprint or ""),
        is_late=now >= count_due_at(charter),
        tied=awaited_sentences(charter, since.tied),
        tie_rules=tie_rules(charter),
        outcome=outcome,
        changes=changes,
        beside=beside,
    )


def outcome_of(
    charter: Charter,
    result: Mapping[str, Any],
    files: Sequence[tuple[str, int, str]],
    *,
    before: tuple[str, Mapping[str, Any]] | None = None,
) -> Outcome:
    """result.json as the page shows it. `before`: the edition before, and its turnout."""
    lang = i18n.written().code
    lines = lines_of(charter, result, lang)
    winners = in_order_of_funding(lines)
    ties = decisive_ties(result)
    listed = file_lines(files)
    return Outcome(
        published_at=datetime.fromisoformat(result["counted_at"]),
        ballots=result["box"]["ballots"],
        blank=result["box"]["blank"],
        spent_cents=int(result["spent_cents"]),
        band=_band(charter, winners, lines),
        winners=winners,
        others=by_support(lines),
        map=map_of(charter, [line.project for line in winners]),
        areas=len({line.project.area for line in winners if line.project.area}),
        turnout=_turnout(charter, result["turnout"], before),
        compared=_compared(charter, result, lines),
        ties=tie_sentences(charter, ties),
        other_ties=len(result["ties"]) - len(ties),
        lot=result["lot"],
        first_share_cents=_share(result, "first_share"),
        share_cents=_share(result, "share"),
        rounds=len(result["rounds"]),
        box_fingerprint=in_groups(result["box"]["fingerprint"]),
        official=_official(result["official"], lines),
        files=listed,
        publishes_ballots=any(line.name == "ballots.csv" for line in listed),
        software=result["software"],
        roll=roll_of_result(result),
    )


def _share(result: Mapping[str, Any], name: str) -> int | None:
    """A voter's share, as sentences tell it; None when the rule knows none."""
    share = result["numbers"].get(name)
    return at_most(Fraction(share)) if share else None


def _band(
    charter: Charter, winners: tuple[ProjectLine, ...], lines: tuple[ProjectLine, ...]
) -> tuple[tuple[int, Fraction], ...]:
    """A weave for each winner in the order of funding; a partly funded project comes last."""
    partly = [line for line in lines if line.paid_cents and not line.is_funded]
    return tuple(
        (place % WEAVES + 1, Fraction(100 * line.paid_cents, charter.budget_cents))
        for place, line in enumerate((*winners, *partly))
        if charter.budget_cents
    )


def file_lines(files: Sequence[tuple[str, int, str]]) -> tuple[PublishedFileLine, ...]:
    """(name, bytes, sha256) as lines to download."""
    return tuple(
        PublishedFileLine(
            name=name,
            words=words.file_words(name),
            format=words.format_words(name),
            size=-(-size // BYTES_IN_A_KILOBYTE),
            sha256=in_groups(sha256),
        )
        for name, size, sha256 in files
    )


def _turnout(
    charter: Charter,
    turnout: Mapping[str, Any],
    before: tuple[str, Mapping[str, Any]] | None,
) -> Turnout:
    def cells(name: str, words_of: Any, all_of: int | None = None) -> tuple[Cell, ...]:
        return tuple(
            Cell(words_of(cell["name"]), cell["voted"], all_of or cell["entitled"])
            for cell in turnout[name]
            if cell["voted"] >= FEWEST_IN_A_CELL
        )

    on_roll = sum(cell["entitled"] or 0 for cell in turnout["by_method"])
    change, edition = _change(turnout, before)
    return Turnout(
        voted=turnout["voted"],
        entitled=turnout["entitled"],
        by_channel=cells("by_channel", words.channel_words, turnout["voted"]),
        by_area=cells("by_area", lambda area: told_plain(charter.area_name(area))),
        by_method=tuple(
            Cell(words.method_words(cell["name"]), cell["entitled"], on_roll)
            for cell in turnout["by_method"]
            if (cell["entitled"] or 0) >= FEWEST_IN_A_CELL
        ),
        change=change,
        before=edition,
    )


def _change(
    turnout: Mapping[str, Any], before: tuple[str, Mapping[str, Any]] | None
) -> tuple[str, str]:
    """("+2,1", "2025") in points of a hundred; nothing where a base is unknown."""
    if before is None or not turnout["entitled"] or not before[1]["entitled"]:
        return "", ""
    edition, earlier = before
    points = 100 * (
        Fraction(turnout["voted"], turnout["entitled"])
        - Fraction(earlier["voted"], earlier["entitled"])
    )
    tenths = int(abs(points) * 10 + Fraction(1, 2))
    sign = "−" if points < 0 and tenths else "+"
    whole, tenth = divmod(tenths, 10)
    return formats.isolated(
        f"{sign}{formats.number(whole)}{formats.decimal_mark()}{tenth}"
    ), edition


def _compared(
    charter: Charter, result: Mapping[str, Any], lines: tuple[ProjectLine, ...]
) -> Compared | None:
    other = result["comparison"]
    if other is None or not result["box"]["ballots"]:
        return None
    theirs = set(other["winners"])
    cells = [(told_plain(charter.area_name(cell["name"])), cell) for cell in other["by_area"]]
    rows = [*cells, ("", other["overall"])]
    return Compared(
        rule=rule_name(other["rule"]),
        ours=rule_name(charter.parameters.rule),
        gained=tuple(line for line in lines if line.project.key in theirs and not line.is_funded),
        lost=tuple(line for line in lines if line.is_funded and line.project.key not in theirs),
        lines=tuple(
            (
                name,
                Fraction(cell["ours"], cell["ballots"]),
                Fraction(cell["other"], cell["ballots"]),
            )
            for name, cell in rows
            if cell["ballots"] >= FEWEST_IN_A_CELL
        ),
    )


def _official(
    official: Mapping[str, Any] | None, lines: tuple[ProjectLine, ...]
) -> Official | None:
    if official is None:
        return None
    theirs = set(official["winners"])
    return Official(
        source=official["source"],
        agrees=official["agrees"],
        only_there=tuple(
            line for line in lines if line.project.key in theirs and not line.is_funded
        ),
        only_here=tuple(
            line for line in lines if line.is_funded and line.project.key not in theirs
        ),
    )


def rounds_page(
    vote: Vote, result: Mapping[str, Any], now: datetime, *, page_number: int
) -> RoundsPage | None:
    """None for a page that does not exist."""
    charter, rounds = vote.charter, result["rounds"]
    page_count = max(1, -(-len(rounds) // ROUNDS_PER_PAGE))
    if not 1 <= page_number <= page_count:
        return None
    first = (page_number - 1) * ROUNDS_PER_PAGE
    lang = i18n.written().code
    return RoundsPage(
        charter=charter,
        state=vote.state(now),
        rounds=tuple(
            RoundLine(
                number=number,
                title=charter.by_key[step["project"]].title.in_language(lang)[0],
                project_number=charter.by_key[step["project"]].number,
                is_funded=step["funded"],
                sentences=round_sentences(charter, step),
            )
            for number, step in enumerate(rounds[first : first + ROUNDS_PER_PAGE], start=first + 1)
        ),
        total=len(rounds),
        page_number=page_number,
        page_count=page_count,
    )
