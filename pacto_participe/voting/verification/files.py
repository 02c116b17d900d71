"""Checks of the files as files: all there, nothing else, each as SHA256SUMS says."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pacto_participe.voting.charter import Charter
from pacto_participe.voting.pabulib import PabulibFile
from pacto_participe.voting.publication.files import MINUTES_STYLE
from pacto_participe.voting.publication.roll import ROLL
from pacto_participe.voting.verification.findings import Finding, checked
from pacto_participe.voting.verification.published import (
    BALLOTS,
    BALLOTS_PB,
    MANIFEST,
    MINUTES,
    PUBLISHED_NAMES,
    RESULT,
    SUMS,
    at,
)

_LINE = re.compile(rb"([0-9a-f]{64})  ([A-Za-z0-9.]+)\n")


def expected_names(*, with_ballots: bool, with_roll: bool, with_style: bool) -> tuple[str, ...]:
    """The files that SHA256SUMS lists, in its order."""
    absent = (() if with_ballots else BALLOTS) + (() if with_roll else (ROLL,))
    absent = (*absent, *(() if with_style else (MINUTES_STYLE,)))
    return tuple(name for name in PUBLISHED_NAMES if name not in absent)


def listed_names(content: bytes) -> tuple[str, ...]:
    """The names in SHA256SUMS, as far as its lines can be read."""
    return tuple(found[2].decode() for found in _LINE.finditer(content))


def check_sums(files: Mapping[str, bytes], *, with_ballots: bool, with_roll: bool) -> Finding:
    """Every file is as SHA256SUMS says, byte for byte, and nothing is missing, extra or out of order."""
    sums = files.get(SUMS, b"")
    # Older publications have none: their minutes took the look of the site.
    with_style = MINUTES_STYLE in files or MINUTES_STYLE in listed_names(sums)
    names = expected_names(with_ballots=with_ballots, with_roll=with_roll, with_style=with_style)
    told = {found[2].decode(): found[1].decode() for found in _LINE.finditer(sums)}
    faults = [] if SUMS in files else [f"there is no {SUMS}"]
    faults += [f"{name} is missing" for name in names if name not in files]
    faults += [f"{name} does not belong to it" for name in files if name not in (*names, SUMS)]
    faults += [f"{SUMS} does not list {name}" for name in names if name not in told]
    faults += [f"{SUMS} lists {name}" for name in told if name not in names]
    faults += [
        f"{name} is not as {SUMS} says"
        for name, digest in told.items()
        if name in files and hashlib.sha256(files[name]).hexdigest() != digest
    ]
    written = b"".join(f"{told.get(name)}  {name}\n".encode() for name in names)
    if not faults and sums != written:
        faults.append(f"{SUMS} is not written as it should be: one line a file, in its order")
    return checked("sums", f"{len(names)} files are as {SUMS} says, and no other is there", faults)


def check_fingerprint(
    charter: Charter, result: Mapping[str, Any], pb: PabulibFile | None
) -> Finding:
    """The rules that were published before the vote are those that the count names."""
    faults = []
    if at(result, "charter") != charter.fingerprint:
        faults.append(f"{RESULT} names other rules than {MANIFEST}")
    if pb is not None and f"Charter {charter.fingerprint}." not in pb.meta.get("comment", ""):
        faults.append(f"{BALLOTS_PB} names other rules than {MANIFEST}")
    return checked("fingerprint", f"the rules are {charter.fingerprint}", faults)


def check_minutes(files: Mapping[str, bytes]) -> Finding:
    """The minutes are there in both languages. What they say in words, people must read."""
    return checked(
        "minutes", "there in Arabic and in French", [*_faults_of_minutes(files, MINUTES)]
    )


def _faults_of_minutes(files: Mapping[str, bytes], names: Sequence[str]) -> list[str]:
    faults = []
    for name in names:
        if name not in files:
            faults.append(f"there is no {name}")
        elif b"<html" not in files[name][:1000]:
            faults.append(f"{name} is not a page")
    return faults
