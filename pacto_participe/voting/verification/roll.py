"""Checks of the roll: the lines are those that were bound before the opening, and no ballot is outside."""

import json
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from pacto_participe.voting.publication.roll import FORMAT, ROLL, fingerprint_of
from pacto_participe.voting.verification.findings import Finding, checked, failed
from pacto_participe.voting.verification.published import RESULT, at, is_same

_LINE = re.compile(r"[0-9a-f]{64}")


def check_roll(files: Mapping[str, bytes], result: Mapping[str, Any]) -> Finding:
    """Both fingerprints made again from the lines; not more ballots than people on the roll."""
    try:
        plain = json.loads(files.get(ROLL, b""))
    except (ValueError, RecursionError):
        return failed("roll", f"there is no {ROLL} that can be read")
    frozen, added = at(plain, "lines", "frozen"), at(plain, "lines", "added")
    if at(plain, "format") != FORMAT or not (_are_lines(frozen) and _are_lines(added)):
        return failed("roll", f"{ROLL} is not a roll")
    parts = {name: plain.get(name) for name in ("frozen", "closed", "left")}
    faults = [] if is_same(parts, result["roll"]) else [f"{RESULT} names another roll than {ROLL}"]
    faults += _faults_of_part(plain, "frozen", frozen)
    faults += _faults_of_part(plain, "closed", [*frozen, *added])
    people, ballots = len(frozen) + len(added), at(result, "box", "ballots")
    if type(ballots) is not int or ballots > people:
        faults.append(f"{ballots} ballots, and {people} people on the roll")
    entitled = at(result, "turnout", "entitled")
    if type(entitled) is not int or entitled > people:
        faults.append(f"{entitled} people entitled, and {people} on the roll")
    faults += _faults_of_turnout(at(result, "turnout"))
    good = f"{len(frozen)} people before the opening, {people} at the close, {ballots} ballots"
    return checked("roll", good, faults)


def _faults_of_turnout(turnout: Any) -> list[str]:
    """Nowhere more ballots than people: in all, and in each area, which add up to no more than all."""
    areas, entitled = at(turnout, "by_area"), at(turnout, "entitled")
    if not isinstance(areas, list):
        return ["the turnout by area cannot be read"]
    cells = [("all", turnout), *((str(at(cell, "name")), cell) for cell in areas)]
    faults = [
        f"{name}: {at(cell, 'voted')} voted, and {at(cell, 'entitled')} people entitled"
        for name, cell in cells
        if not _is_within(at(cell, "voted"), at(cell, "entitled"))
    ]
    of_areas = [at(cell, "entitled") for cell in areas]
    if not faults and not _is_within(sum(of_areas), entitled):
        faults.append(f"{sum(of_areas)} people entitled in the areas, and {entitled} in all")
    return faults


def _is_within(some: Any, of: Any) -> bool:
    return type(some) is int and type(of) is int and 0 <= some <= of


def _are_lines(lines: Any) -> bool:
    """Sorted, each once, and each as lines are written."""
    return (
        isinstance(lines, list)
        and all(isinstance(line, str) and _LINE.fullmatch(line) for line in lines)
        and all(before < after for before, after in pairwise(lines))
    )


def _faults_of_part(plain: Mapping[str, Any], name: str, lines: list[str]) -> list[str]:
    faults = []
    if len(set(lines)) != len(lines):
        faults.append(f"{ROLL}, {name}: a line is there twice")
    if not is_same(at(plain, name, "people"), len(lines)):
        faults.append(f"{ROLL}, {name}: {at(plain, name, 'people')} people, and {len(lines)} lines")
    if at(plain, name, "fingerprint") != fingerprint_of(lines):
        faults.append(f"{ROLL}, {name}: the fingerprint is not that of the lines")
    return faults
