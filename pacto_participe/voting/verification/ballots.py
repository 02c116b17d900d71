"""Checks of the ballots: the same in both files, each allowed by the rules, as many as the box held."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from pacto_participe.voting.ballots import BALLOT_KINDS, BallotProblem, limits_of
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import Profile
from pacto_participe.voting.pabulib import PabulibFile
from pacto_participe.voting.publication.files import ballots_csv
from pacto_participe.voting.publication.result import box_fingerprint
from pacto_participe.voting.verification.findings import (
    Finding,
    checked,
    failed,
    noted,
    passed,
)
from pacto_participe.voting.verification.published import (
    BALLOTS_CSV,
    BALLOTS_PB,
    RESULT,
    at,
    is_same,
)


def check_form(
    files: Mapping[str, bytes], charter: Charter, contents: Mapping[str, int]
) -> Finding:
    """Sorted by content and numbered: the order of a ballot tells nothing of its voter."""
    is_same_bytes = ballots_csv(charter, contents).content == files[BALLOTS_CSV]
    faults = [] if is_same_bytes else [f"{BALLOTS_CSV} is not sorted by content, one line a ballot"]
    return checked("ballots-form", f"{BALLOTS_CSV} is sorted by content and numbered", faults)


def check_agreement(charter: Charter, profile: Profile, pb: PabulibFile) -> Finding:
    """ballots.csv and ballots.pb hold the same election and the same ballots."""
    faults = _faults_of_election(charter, pb)
    if not faults and _in_official_order(charter, pb) != profile:
        faults.append(f"{BALLOTS_CSV} and {BALLOTS_PB} hold different ballots")
    return checked("ballots-agree", f"{BALLOTS_CSV} and {BALLOTS_PB} hold the same ballots", faults)


def _faults_of_election(charter: Charter, pb: PabulibFile) -> list[str]:
    kind = BALLOT_KINDS[charter.ballot_kind]
    if pb.vote_type != kind.pabulib_vote_type:
        return [f"{BALLOTS_PB} holds votes of the type {pb.vote_type}"]
    ours = {option.id: option for option in charter.election.options}
    theirs = {option.id: option for option in pb.election.options}
    if ours.keys() != theirs.keys():
        return [f"{BALLOTS_PB} lists other projects"]
    unit = pb.election.units_per_currency
    faults = [
        f"project {name} costs something else in {BALLOTS_PB}"
        for name, option in ours.items()
        if option.is_withdrawn != theirs[name].is_withdrawn
        or (
            not option.is_withdrawn
            and Fraction(theirs[name].cost, unit)
            != Fraction(option.cost, charter.election.units_per_currency)
        )
    ]
    faults += [
        f"project {name} lies somewhere else in {BALLOTS_PB}"
        for name, option in ours.items()
        if option.position != theirs[name].position
    ]
    if Fraction(pb.election.budget, unit) != Fraction(charter.budget_cents, 100):
        faults.append(f"the budget is another in {BALLOTS_PB}")
    return faults


def _in_official_order(charter: Charter, pb: PabulibFile) -> Profile:
    """The ballots of the .pb, whose projects stand in the order of the count, by our own indexes."""
    indexes = charter.election.indexes()
    places = [indexes[option.id] for option in pb.election.options]
    marks = pb.profile.marks or (None,) * len(pb.profile.rows)
    return Profile.grouped(
        pb.profile.reading,
        (
            (tuple(places[index] for index in row), points, weight)
            for row, points, weight in zip(pb.profile.rows, marks, pb.profile.weights, strict=True)
        ),
    )


def check_validity(charter: Charter, contents: Mapping[str, int]) -> Finding:
    """Every ballot is one that the charter's ballot kind and limits allow."""
    kind = BALLOT_KINDS[charter.ballot_kind]
    limits = limits_of(kind, charter.ballot_limits)
    options = charter.election.options
    broken: dict[str, int] = {}
    for content, weight in contents.items():
        for problem in kind.problems(kind.writing.decode(content), limits, options)[:1]:
            broken[problem.code.value] = broken.get(problem.code.value, 0) + weight
    told = ", ".join(f"{number} {code}" for code, number in sorted(broken.items()))
    if broken and charter.source and BallotProblem.UNKNOWN_PROJECT.value not in broken:
        return noted("ballots-valid", f"the original file breaks its own limits: {told}")
    good = f"{sum(contents.values())} ballots are {kind.name} ballots within their limits"
    return failed("ballots-valid", told) if broken else passed("ballots-valid", good)


def check_box(result: Mapping[str, Any], contents: Mapping[str, int]) -> Finding:
    """The box is the one that was sealed at the close."""
    fingerprint = box_fingerprint(contents)
    blank = contents.get("", 0)
    ballots = sum(contents.values())
    faults = []
    if at(result, "box", "fingerprint") != fingerprint:
        faults.append(f"the fingerprint of the box is {fingerprint}, not that of {RESULT}")
    if not is_same(at(result, "box", "ballots"), ballots):
        faults.append(f"there are {ballots} ballots, not {at(result, 'box', 'ballots')}")
    if not is_same(at(result, "box", "blank"), blank):
        faults.append(f"{blank} ballots are blank, not {at(result, 'box', 'blank')}")
    return checked("box", f"{ballots} ballots have the fingerprint {fingerprint}", faults)


def check_turnout(result: Mapping[str, Any]) -> Finding:
    """No more ballots than people entitled, and no part larger than the whole."""
    ballots, turnout = at(result, "box", "ballots"), at(result, "turnout")
    entitled = at(turnout, "entitled")
    faults = []
    if type(ballots) is not int or not is_same(at(turnout, "voted"), ballots):
        faults.append(f"{at(turnout, 'voted')} voted, and there are {ballots} ballots")
    else:
        for part in ("by_channel", "by_area"):
            faults += [f"{part} holds more than voted"] if _sum(turnout, part) > ballots else []
    if faults:
        return failed("turnout", "; ".join(faults))
    if entitled is None:
        return noted("turnout", f"{ballots} ballots; how many people were entitled is not known")
    if type(entitled) is not int or ballots > entitled:
        return failed("turnout", f"{ballots} ballots of {entitled} people entitled")
    return passed("turnout", f"{ballots} ballots of {entitled} people entitled")


def _sum(turnout: Any, part: str) -> int:
    cells = at(turnout, part)
    numbers = [at(cell, "voted") for cell in cells] if isinstance(cells, list) else []
    return sum(number for number in numbers if type(number) is int)
