"""All checks of a publication, in the order in which a reader would ask."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from pacto_participe.voting.charter import Charter
from pacto_participe.voting.pabulib import PabulibFile
from pacto_participe.voting.publication.roll import ROLL
from pacto_participe.voting.verification import ballots, counts, roll
from pacto_participe.voting.verification import files as whole
from pacto_participe.voting.verification.findings import Finding, Grade, failed, noted, passed
from pacto_participe.voting.verification.published import (
    BALLOTS,
    MANIFEST,
    RESULT,
    SUMS,
    Damaged,
    NotAPublication,
    at,
    profile_of_contents,
    read_contents,
    read_pb,
    read_result,
    read_rules,
)

ValueT = TypeVar("ValueT")


def findings_of(files: Mapping[str, bytes], *, stop_at_failure: bool = False) -> list[Finding]:
    """Every check of a publication, given as its files by name. Raises NotAPublication.

    Time is that of the count, twice: the other rule is counted too. `stop_at_failure`: the first one
    is the last.
    """
    if not {SUMS, MANIFEST, RESULT} & files.keys():
        raise NotAPublication(f"there is neither {SUMS} nor {MANIFEST} nor {RESULT}")
    found = []
    for finding in _findings(files):
        found.append(finding)
        if stop_at_failure and finding.grade is Grade.FAIL:
            break
    return found


def _findings(files: Mapping[str, bytes]) -> Iterator[Finding]:
    charter = _read("charter", lambda: read_rules(files))
    result = _read("result", lambda: read_result(files))
    has_ballots = _has_ballots(files, charter, result)
    yield whole.check_sums(files, with_ballots=has_ballots, with_roll=_has_roll(files, result))
    yield whole.check_minutes(files)
    for found in (charter, result):
        if isinstance(found, Finding):
            yield found
    if isinstance(charter, Finding) or isinstance(result, Finding):
        yield failed("count", "without rules and result nothing can be counted again")
        return
    yield passed("charter", f"{MANIFEST} is a charter of {len(charter.projects)} projects")
    yield counts.check_form(files, charter, result)
    yield ballots.check_turnout(result)
    if _has_roll(files, result):
        yield roll.check_roll(files, result)
    if has_ballots:
        yield from _with_ballots(files, charter, result)
    else:
        yield from _with_totals(files, charter, result)


def _read(code: str, reading: Callable[[], ValueT]) -> ValueT | Finding:
    try:
        return reading()
    except Damaged as damage:
        return failed(code, str(damage))


def _has_ballots(files: Mapping[str, bytes], charter: Any, result: Any) -> bool:
    """Whether ballots must be published: the vote is large enough that none names its voter."""
    number = at(result, "box", "ballots")
    if isinstance(charter, Charter) and type(number) is int:
        return number >= charter.fewest_ballots_published
    return any(name in files for name in BALLOTS)


def _has_roll(files: Mapping[str, bytes], result: Any) -> bool:
    """Whether the roll must be published: votes before there was one have none."""
    return "roll" in result if isinstance(result, dict) else ROLL in files


def _with_ballots(
    files: Mapping[str, bytes], charter: Charter, result: Mapping[str, Any]
) -> Iterator[Finding]:
    pb = _read("ballots-pb", lambda: read_pb(files))
    contents = _read("ballots-form", lambda: read_contents(files, charter))
    yield whole.check_fingerprint(charter, result, pb if isinstance(pb, PabulibFile) else None)
    if isinstance(pb, Finding):
        yield pb
    if isinstance(contents, Finding):
        yield contents
        return
    yield ballots.check_form(files, charter, contents)
    yield ballots.check_box(result, contents)
    profile = _read("ballots-valid", lambda: profile_of_contents(charter, contents))
    if isinstance(profile, Finding):
        yield profile
        return
    yield ballots.check_validity(charter, contents)
    if isinstance(pb, PabulibFile):
        yield ballots.check_agreement(charter, profile, pb)
    recount = _read("count", lambda: counts.count_again(charter, profile, result))
    if isinstance(recount, Finding):
        yield recount
        return
    yield from _of_recount(files, recount, result)
    yield counts.check_comparison(recount, result)
    if isinstance(pb, PabulibFile):
        yield counts.check_pb_outcome(pb, recount)


def _with_totals(
    files: Mapping[str, bytes], charter: Charter, result: Mapping[str, Any]
) -> Iterator[Finding]:
    yield whole.check_fingerprint(charter, result, None)
    why = (
        f"fewer than {charter.fewest_ballots_published} ballots: they are shown to observers and not "
        "published, since odd combinations would name their voters"
    )
    for code in ("ballots-agree", "ballots-valid", "box", "comparison"):
        yield noted(code, why)
    profile = counts.from_totals(charter, result)
    if profile is None:
        yield noted("count", "this rule needs the ballots, which only observers see")
        return
    recount = _read("count", lambda: counts.count_again(charter, profile, result))
    if isinstance(recount, Finding):
        yield recount
        return
    yield noted("count", "counted again from the totals, since the ballots are not published")
    yield from _of_recount(files, recount, result)


def _of_recount(
    files: Mapping[str, bytes], recount: counts.Recount, result: Mapping[str, Any]
) -> Iterator[Finding]:
    yield counts.check_votes(recount, result)
    yield counts.check_winners(recount, result)
    yield counts.check_cost(recount, result)
    yield counts.check_list("count-rounds", "rounds", recount, result)
    yield counts.check_list("count-ties", "ties", recount, result)
    yield counts.check_reasons(recount, result)
    yield counts.check_numbers(recount, result)
    yield counts.check_projects(files, recount)
    official = counts.check_official(recount, result)
    if official is not None:
        yield official
