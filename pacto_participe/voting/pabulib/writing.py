"""Writing a `.pb` file that others' programs accept: pabulib-checker, pabutools, the web tools.

Projects stand in the order in which the count took them, because readers settle ties by the order
of the file. Ballots are sorted by content and numbered; nothing of the voters is written.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pacto_participe.voting.domain import (
    Comparison,
    Election,
    Option,
    Outcome,
    Parameters,
    Profile,
    Reading,
    Score,
    Unaffordable,
    WhyCode,
    in_currency,
)
from pacto_participe.voting.pabulib.reading import (
    COUNTED_WITH,
    LOT,
    READINGS,
    TWINS,
    UNITS,
    WITHDRAWN_COST,
)
from pacto_participe.voting.rules.scores import scores
from pacto_participe.voting.rules.thresholds import whole_votes
from pacto_participe.voting.rules.ties import LOT_NAME

COMMON_POT = "-"  # the district of projects without a pot: the checker wants no empty cell
_UNSAFE_ID = re.compile(r'[,;"\s]')
_WORDS_OF_THE_FORMAT = ("meta", "projects", "votes")


class Unwritable(ValueError):
    """Something that the format cannot hold."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What META says beside the count. Limits are Pabulib's own keys, in its units."""

    description: str
    country: str
    unit: str
    instance: str
    begins: date
    ends: date
    vote_type: str
    district: str = ""
    language: str = ""  # two letters; a language without such a code is left out
    currency: str = "MAD"
    limits: tuple[tuple[str, str], ...] = ()
    comments: tuple[str, ...] = ()


def write(
    heading: Heading,
    election: Election,
    profile: Profile,
    parameters: Parameters,
    outcome: Outcome,
    *,
    lot: str | None = None,
) -> str:
    """The text of the file, each line ended. `lot`: the public seed, if there is one.

    Raises Unwritable.
    """
    written = lines(heading, election, profile, parameters, outcome, lot=lot)
    return "".join(line + "\n" for line in written)


def lines(
    heading: Heading,
    election: Election,
    profile: Profile,
    parameters: Parameters,
    outcome: Outcome,
    *,
    lot: str | None = None,
) -> Iterator[str]:
    """The same line by line: a million ballots need not fit in memory twice."""
    _check(heading, election, profile)
    votes = profile.votes(len(election.options))
    score = scores(profile, parameters, votes)
    order = _order(outcome, score)
    rule, is_whole = _rule(election, profile, parameters, outcome, votes)
    remarks = () if is_whole else (_told(election, parameters, lot),)
    has_score = parameters.score is not Score.VOTES
    is_pointed = has_score and profile.reading is not Reading.APPROVALS
    yield from ("META", "key;value")
    for key, value in _meta(heading, election, profile, parameters, rule, remarks):
        yield f"{key};{_cell(value)}"
    yield "PROJECTS"
    has_district = bool(parameters.pots)
    columns = ["project_id", "cost", "votes", *(["score"] if has_score else []), "name", "selected"]
    has_position = any(option.position is not None for option in election.options)
    columns += ["district"] if has_district else []
    yield ";".join([*columns, *(["latitude", "longitude"] if has_position else [])])
    for index in order:
        line = _project(election, index, votes, score if has_score else None, outcome)
        if has_district:
            line += ";" + (_cell(election.options[index].district or "") or COMMON_POT)
        yield f"{line};{_position(election.options[index])}" if has_position else line
    yield "VOTES"
    yield "voter_id;vote;points" if is_pointed else "voter_id;vote"
    yield from _votes(election, profile, parameters if is_pointed else None)


def _check(heading: Heading, election: Election, profile: Profile) -> None:
    if READINGS.get(heading.vote_type) is not profile.reading:
        raise Unwritable(f"vote_type {heading.vote_type!r} does not hold {profile.reading.value}")
    for option in election.options:
        if not option.id or _UNSAFE_ID.search(option.id) or option.id in _WORDS_OF_THE_FORMAT:
            raise Unwritable(f"the format cannot hold the project id {option.id!r}")


def _order(outcome: Outcome, score: tuple[int, ...]) -> list[int]:
    """Highest score first; equals as the count took them, then in official order."""
    place = {
        index: place
        for tie in outcome.ties
        for place, index in enumerate(tie.options)
        if len({score[option] for option in tie.options}) == 1
    }
    return sorted(
        range(len(score)), key=lambda index: (-score[index], place.get(index, len(score)), index)
    )


def _meta(
    heading: Heading,
    election: Election,
    profile: Profile,
    parameters: Parameters,
    rule: tuple[str, int],
    remarks: tuple[str, ...],
) -> Iterator[tuple[str, str]]:
    """The keys in the order that pabulib-checker wants, empty ones left out."""
    blank = sum(w for row, w in zip(profile.rows, profile.weights, strict=True) if not row)
    name, threshold = rule
    limits = dict(heading.limits)
    if profile.reading is Reading.RANKING and parameters.score is Score.BORDA:
        # Readers take the longest ranking allowed for the worth of a first choice.
        limits["max_length"] = str(ranking_worth(parameters, len(election.options)))
    pairs = {
        "description": heading.description,
        "country": heading.country,
        "unit": heading.unit,
        "district": heading.district,
        "instance": heading.instance,
        "num_projects": str(len(election.options)),
        "num_votes": str(profile.ballots - blank),
        "budget": in_currency(election.budget, election.units_per_currency),
        "vote_type": heading.vote_type,
        "rule": name,
        "date_begin": heading.begins.strftime("%d.%m.%Y"),
        "date_end": heading.ends.strftime("%d.%m.%Y"),
        **{key: limits[key] for key in _LIMITS if key in limits},
        "min_project_score_threshold": str(threshold) if threshold else "",
        "language": heading.language,
        "currency": heading.currency,
        "fully_funded": _fully_funded(election),
        "comment": _comment((*heading.comments, *remarks), blank),
    }
    if profile.reading is Reading.POINTS and "max_sum_points" not in limits:
        raise Unwritable("a vote by points must tell max_sum_points among its limits")
    yield from ((key, value) for key, value in pairs.items() if value)


_LIMITS = (
    "min_length",
    "max_length",
    "min_sum_cost",
    "max_sum_cost",
    "min_points",
    "max_points",
    "min_sum_points",
    "max_sum_points",
)


def _fully_funded(election: Election) -> str:
    total = election.cost_of(range(len(election.options)))
    return "1" if total <= election.budget else ""


def _comment(comments: tuple[str, ...], blank: int) -> str:
    """Numbered, as the format wants. Blank ballots cannot be listed: an empty vote is refused by
    the checker, so that their number stands here, and our reader finds it.
    """
    told = [*comments]
    if blank:
        told.append(f"Blank ballots counted and not listed: {blank}.")
    return " ".join(f"#{number}: {text}" for number, text in enumerate(told, start=1))


def _rule(
    election: Election,
    profile: Profile,
    parameters: Parameters,
    outcome: Outcome,
    votes: tuple[int, ...],
) -> tuple[tuple[str, int], bool]:
    """(Pabulib's name for the rule, its threshold), and whether they say the whole rule."""
    if parameters.rule != "most-votes" or parameters.pots:
        name = _name_of_shares(election, profile, parameters, outcome)
        return (name or "unknown", 0), name is not None
    threshold = _threshold(profile, parameters, votes)
    if threshold is None or parameters.unaffordable is Unaffordable.STOP_THEN_FUND_NEXT:
        return ("greedy-custom", threshold or 0), False
    if _has_twins(election, parameters):
        return ("greedy-exclusive", threshold), False
    if parameters.unaffordable is Unaffordable.STOP:
        return ("greedy-no-skip", threshold), True
    return ("greedy-threshold" if threshold else "greedy", threshold), True


def _told(election: Election, parameters: Parameters, lot: str | None) -> str:
    """What our reader finds again: the lot, twins, every parameter that is not as by default."""
    usual = Parameters().to_dict()
    told = {key: value for key, value in parameters.to_dict().items() if value != usual[key]}
    if lot is not None:
        told[LOT] = lot
    if parameters.pots:
        told[UNITS] = election.units_per_currency
    if _has_twins(election, parameters):
        groups: dict[str, list[str]] = {}
        for option in election.options:
            if option.group is not None:
                groups.setdefault(option.group, []).append(option.id)
        told[TWINS] = list(groups.values())
    return COUNTED_WITH + json.dumps(told, ensure_ascii=False)


def _has_twins(election: Election, parameters: Parameters) -> bool:
    groups = [option.group for option in election.options if option.group is not None]
    return parameters.exclusive_groups and len(set(groups)) < len(groups)


def _threshold(profile: Profile, parameters: Parameters, votes: tuple[int, ...]) -> int | None:
    """The one threshold of the file: 0 for none, None when one number of its score cannot say it.

    Without support nothing is funded here, while readers of the format fund it when money is left:
    a threshold of 1 tells them.
    """
    needed = [0]
    if parameters.threshold_votes and 0 in votes:
        needed.append(1)
    if parameters.threshold_score is not None:
        needed.append(whole_votes(parameters.threshold_score))
    if parameters.threshold_cost is not None:
        return None
    if parameters.score is not Score.VOTES:
        asks_votes = parameters.threshold_votes > 1 or parameters.threshold_share is not None
        return None if asks_votes else max(needed)
    if parameters.threshold_votes > 1:
        needed.append(parameters.threshold_votes)
    if parameters.threshold_share is not None:
        needed.append(whole_votes(parameters.threshold_share * profile.ballots))
    return max(needed)


def _name_of_shares(
    election: Election, profile: Profile, parameters: Parameters, outcome: Outcome
) -> str | None:
    """Pabulib's name for equal shares, None where it would say something else.

    The names stand for approvals, cost utilities and no completion, with nothing left to a lot; the
    checker recounts in whole currency units, over the ballots that are listed.
    """
    plain = Parameters(
        rule="equal-shares",
        score=parameters.score,
        borda_top=parameters.borda_top,
        threshold_votes=parameters.threshold_votes,
        ties=parameters.ties,
        mes_increment=parameters.mes_increment,
        mes_comparison=parameters.mes_comparison,
    )
    unit = election.units_per_currency
    money_is_whole = not any(
        amount % unit for amount in (election.budget, *(option.cost for option in election.options))
    )
    is_named = (
        parameters == plain
        and parameters.mes_increment in (0, 1)
        and parameters.mes_comparison is not Comparison.EXCLUSION_RATIO
        and parameters.ties[:2] == ("lower-cost", "more-votes")
        and parameters.threshold_votes <= 1
        and profile.reading is Reading.APPROVALS
        and all(profile.rows)
        and money_is_whole
        and not _has_twins(election, parameters)
        and not any(LOT_NAME in tie.decided_by for tie in outcome.ties)
    )
    if not is_named:
        return None
    compared = parameters.mes_comparison is Comparison.SATISFACTION
    name = "equalshares/add1" if parameters.mes_increment else "equalshares"
    return name + ("-comparison" if compared else "")


def _project(
    election: Election,
    index: int,
    votes: tuple[int, ...],
    score: tuple[int, ...] | None,
    outcome: Outcome,
) -> str:
    option = election.options[index]
    cost = in_currency(option.cost, election.units_per_currency)
    selected = int(index in outcome.winners)
    if outcome.verdicts[index].code is WhyCode.PARTLY_FUNDED:
        selected = 2
    cells = [option.id, str(WITHDRAWN_COST) if option.is_withdrawn else cost, str(votes[index])]
    cells += [] if score is None else [str(score[index])]
    return ";".join([*cells, _cell(option.name) or option.id, str(selected)])


def _position(option: Option) -> str:
    """Latitude and longitude; both cells are empty where nobody knows."""
    return ";".join(option.position.written if option.position else ("", ""))


def _votes(election: Election, profile: Profile, pointed: Parameters | None) -> Iterator[str]:
    """One line a ballot, sorted by content, numbered from 1."""
    marks: Iterable[tuple[int, ...]] = profile.marks or ((1,) * len(row) for row in profile.rows)
    number = 0
    for row, points, weight in sorted(zip(profile.rows, marks, profile.weights, strict=True)):
        if not row:
            continue
        given = list(zip(row, points, strict=True))
        if profile.reading is Reading.POINTS:
            given.sort(key=lambda pair: (-pair[1], pair[0]))
        elif pointed is not None:
            top = ranking_worth(pointed, len(election.options))
            given = [(index, max(0, top - place)) for place, index in enumerate(row)]
        vote = ",".join(election.options[index].id for index, _ in given)
        if pointed is not None:
            vote += ";" + ",".join(str(point) for _, point in given)
        for _ in range(weight):
            number += 1
            yield f"{number};{vote}"


def ranking_worth(parameters: Parameters, option_count: int) -> int:
    """What a first choice is worth."""
    return option_count if parameters.borda_top is None else parameters.borda_top


def _cell(text: str) -> str:
    """One line, quoted where the format needs it."""
    text = " ".join(text.split())
    if '"' in text or ";" in text:
        text = '"' + text.replace('"', '""') + '"'
    return text
