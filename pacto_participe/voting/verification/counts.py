"""Checks of the count: counted again, the same winners, cost, rounds, ties and reasons come out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import (
    Outcome,
    Profile,
    Reading,
    Score,
    WhyCode,
    in_currency,
)
from pacto_participe.voting.pabulib import PabulibFile
from pacto_participe.voting.publication.comparison import comparison_of
from pacto_participe.voting.publication.files import projects_csv, result_file
from pacto_participe.voting.publication.result import result_of
from pacto_participe.voting.rules import count
from pacto_participe.voting.verification.findings import Finding, checked, failed, noted, passed
from pacto_participe.voting.verification.published import (
    BALLOTS_PB,
    PROJECTS,
    RESULT,
    Damaged,
    at,
    is_same,
    read_lot,
)


@dataclass(frozen=True, slots=True)
class Recount:
    """A count made here, and the result that follows from it in the published form."""

    charter: Charter
    profile: Profile
    outcome: Outcome
    lot: str | None
    result: Mapping[str, Any]


def count_again(charter: Charter, profile: Profile, published: Mapping[str, Any]) -> Recount:
    """Count with the charter's parameters and the lot as it was completed. Raises Damaged."""
    lot = read_lot(charter, published)
    try:
        outcome = count(charter.election, profile, charter.parameters, lot=lot)
    except (ValueError, LookupError) as error:
        raise Damaged(f"the ballots cannot be counted by these rules: {error}") from None
    result = result_of(
        charter,
        profile,
        outcome,
        fingerprint="",
        counted_at=charter.closes_at,
        lot_completion=at(published, "lot", "completion"),
        turnout={},
    )
    return Recount(charter, profile, outcome, lot, json.loads(json.dumps(result)))


def from_totals(charter: Charter, published: Mapping[str, Any]) -> Profile | None:
    """Ballots with the published totals, where a count looks at nothing else; None where it does."""
    parameters = charter.parameters
    looks_at_totals = (
        parameters.rule == "most-votes"
        and parameters.score is Score.VOTES
        and parameters.threshold_share is None
        and parameters.threshold_cost is None
        and not parameters.pots
    )
    projects = at(published, "projects")
    if not looks_at_totals or not isinstance(projects, list):
        return None
    votes = [at(project, "votes") for project in projects]
    if len(votes) != len(charter.projects) or not all(type(v) is int and v >= 0 for v in votes):
        return None
    return Profile.grouped(
        Reading.APPROVALS,
        (((index,), None, number) for index, number in enumerate(votes) if number),
    )


def check_votes(recount: Recount, published: Mapping[str, Any]) -> Finding:
    """Votes and scores of each project."""
    faults = _of_projects(recount, published, ("key", "number", "cost_cents", "votes", "score"))
    told = f"the votes for {len(recount.charter.projects)} projects are those of the ballots"
    return checked("count-votes", told, faults)


def check_winners(recount: Recount, published: Mapping[str, Any]) -> Finding:
    """The same projects in the same order."""
    ours = recount.result["winners"]
    faults = (
        [] if is_same(published.get("winners"), ours) else [f"counted again: {', '.join(ours)}"]
    )
    faults += _of_projects(recount, published, ("funded",))
    return checked(
        "count-winners", f"{len(ours)} projects, in this order: {', '.join(ours)}", faults
    )


def check_cost(recount: Recount, published: Mapping[str, Any]) -> Finding:
    """What is spent, of which budget."""
    ours = {name: recount.result[name] for name in ("spent_cents", "budget_cents")}
    faults = [
        f"{name} is {value}, not {published.get(name)}"
        for name, value in ours.items()
        if not is_same(published.get(name), value)
    ]
    spent, budget = (
        in_currency(units, 100) for units in (recount.outcome.spent, recount.charter.budget_cents)
    )
    told = f"{spent} of {budget} {recount.charter.currency} are spent"
    return checked("count-cost", told, faults)


def check_list(code: str, name: str, recount: Recount, published: Mapping[str, Any]) -> Finding:
    """Rounds or ties, one by one, with every number."""
    ours, theirs = recount.result[name], published.get(name)
    if not isinstance(theirs, list) or len(theirs) != len(ours):
        return failed(code, f"{RESULT} does not hold {len(ours)} {name}")
    faults = [
        f"number {place} of the {name} differs"
        for place, (here, there) in enumerate(zip(ours, theirs, strict=True), start=1)
        if not is_same(here, there)
    ]
    return checked(code, f"{len(ours)} {name}, all with the same numbers", faults)


def check_reasons(recount: Recount, published: Mapping[str, Any]) -> Finding:
    """The "why" of every project, with its numbers."""
    faults = _of_projects(recount, published, ("why",))
    told = f"a reason for each of {len(recount.charter.projects)} projects, with the same numbers"
    return checked("count-reasons", told, faults)


def check_numbers(recount: Recount, published: Mapping[str, Any]) -> Finding:
    """What else the rule found, such as the share of each voter; and the lot."""
    faults = [
        f"{name} differs"
        for name in ("numbers", "lot")
        if not is_same(published.get(name), recount.result[name])
    ]
    if recount.outcome.awaits_lot:
        faults.append("a tie waits for the lot, so that this is no result yet")
    return checked("count-numbers", "the figures and the lot of the count are the same", faults)


def _of_projects(
    recount: Recount, published: Mapping[str, Any], names: tuple[str, ...]
) -> list[str]:
    ours, theirs = recount.result["projects"], published.get("projects")
    if not isinstance(theirs, list) or len(theirs) != len(ours):
        return [f"{RESULT} does not list {len(ours)} projects"]
    return [
        f"project {here['number']}: {name} is {_short(here[name])}, not {_short(at(there, name))}"
        for here, there in zip(ours, theirs, strict=True)
        for name in names
        if not is_same(here[name], at(there, name))
    ]


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:80]


def check_projects(files: Mapping[str, bytes], recount: Recount) -> Finding:
    """projects.csv as it follows from the rules and the recount."""
    if PROJECTS not in files:
        return failed("projects", f"there is no {PROJECTS}")
    is_same_bytes = projects_csv(recount.charter, recount.result).content == files[PROJECTS]
    faults = [] if is_same_bytes else [f"{PROJECTS} says something else than the recount"]
    return checked("projects", f"{PROJECTS} says what the recount says", faults)


def check_pb_outcome(pb: PabulibFile, recount: Recount) -> Finding:
    """The columns votes and selected of ballots.pb."""
    ours = {item["key"]: item for item in recount.result["projects"]}
    faults = []
    for option, fields, selected in zip(pb.election.options, pb.projects, pb.selected, strict=True):
        item = ours.get(option.id)
        if item is None:
            faults.append(f"{BALLOTS_PB} lists {option.id!r}")
            continue
        is_partly = item["why"]["code"] == WhyCode.PARTLY_FUNDED.value
        expected = 2 if is_partly else int(item["funded"])
        if selected != expected or fields.get("votes") != str(item["votes"]):
            faults.append(f"project {option.id} in {BALLOTS_PB}")
    return checked("ballots-pb", f"{BALLOTS_PB} tells the same votes and winners", faults)


def check_comparison(recount: Recount, published: Mapping[str, Any]) -> Finding:
    """What the other rule would have funded. Figures by area need the areas, which nobody publishes."""
    ours = comparison_of(recount.charter, recount.profile, recount.outcome, {}, lot=recount.lot)
    theirs = published.get("comparison")
    if ours is None:
        faults = [] if theirs is None else [f"{RESULT} compares where nothing can be compared"]
        return checked("comparison", "there is no other rule to compare with", faults)
    faults = [
        f"{name} is another"
        for name in ("rule", "winners", "spent_cents", "overall")
        if not is_same(at(theirs, name), ours[name])
    ]
    areas = at(theirs, "by_area")
    told = f"{ours['rule']} would have funded {len(ours['winners'])} projects, as published"
    if isinstance(areas, list) and areas:
        told += "; figures by area cannot be checked, since ballots are published without areas"
    return checked("comparison", told, faults)


def check_official(recount: Recount, published: Mapping[str, Any]) -> Finding | None:
    """For an election held elsewhere: whether its city funded the same is told truly."""
    official = published.get("official")
    if official is None:
        return None
    theirs = at(official, "winners")
    if not isinstance(theirs, list) or not all(isinstance(key, str) for key in theirs):
        return failed("official", "the outcome of its city cannot be read")
    differing = sorted(set(theirs) ^ set(recount.result["winners"]))
    is_told = is_same(at(official, "differs"), differing)
    if not is_told or at(official, "agrees") is not (not differing):
        return failed(
            "official", f"the city's outcome differs by: {', '.join(differing) or 'none'}"
        )
    if differing:
        return noted("official", f"its city funded others, as is told: {', '.join(differing)}")
    return passed("official", "its city funded the same projects")


def check_form(files: Mapping[str, bytes], charter: Charter, result: Mapping[str, Any]) -> Finding:
    """result.json is written as results are, and names a count after the close."""
    faults = []
    if result_file(result).content != files[RESULT]:
        faults.append(f"{RESULT} is not written as results are")
    if not _is_after(result.get("counted_at"), charter.closes_at):
        faults.append("it was counted before the close")
    return checked("result-form", f"counted at {result.get('counted_at')}, after the close", faults)


def _is_after(told: Any, instant: datetime) -> bool:
    try:
        return datetime.fromisoformat(told) >= instant
    except (TypeError, ValueError):
        return False
