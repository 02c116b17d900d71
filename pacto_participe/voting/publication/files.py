"""The files of a publication, stable once released (product.md names them)."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pacto_participe.kernel.clock import local
from pacto_participe.kernel.spreadsheets import safe_cell
from pacto_participe.voting.ballots import BALLOT_KINDS, limits_of
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import Outcome, Profile
from pacto_participe.voting.pabulib import Heading, write

JSON = "application/json"
CSV = "text/csv; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
CSS = "text/css; charset=utf-8"
MINUTES_STYLE = "minutes.css"
TWO_LETTERS = 2  # a language as Pabulib names it (ISO 639-1)


@dataclass(frozen=True, slots=True)
class File:
    """One file: its name, what it is, its bytes."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def manifest(charter: Charter) -> File:
    """The canonical text of the charter itself: its SHA-256 is the published fingerprint."""
    return File("manifest.json", JSON, charter.text.encode())


def result_file(result: Mapping[str, Any]) -> File:
    text = json.dumps(result, ensure_ascii=False, sort_keys=True, indent=1)
    return File("result.json", JSON, text.encode() + b"\n")


def projects_csv(charter: Charter, result: Mapping[str, Any]) -> File:
    """One line a project; the texts in each language; costs in dirhams with two decimals.

    Where projects lie comes last, in degrees, if one position is known at least.
    """
    languages = ("ar", "fr", "en")
    header = ["number", "key", *(f"title_{lang}" for lang in languages), "cost", "votes", "funded"]
    has_positions = any(project.position is not None for project in charter.projects)
    header += ["latitude", "longitude"] if has_positions else []
    lines = []
    for project, outcome in zip(charter.projects, result["projects"], strict=True):
        titles = project.title.to_dict()
        lines.append(
            [
                project.number,
                project.key,
                *(safe_cell(titles.get(lang, "")) for lang in languages),
                f"{project.cost_cents // 100}.{project.cost_cents % 100:02d}",
                outcome["votes"],
                int(outcome["funded"]),
                # A number with a minus is no formula, whatever program opens it.
                *(
                    (project.position.written if project.position else ("", ""))
                    if has_positions
                    else ()
                ),
            ]
        )
    return File("projects.csv", CSV, _csv([header, *lines]))


def ballots_csv(charter: Charter, contents: Mapping[str, int]) -> File:
    """One line a ballot, sorted by content: no name, code, time, channel or area."""
    kind = BALLOT_KINDS[charter.ballot_kind]
    lines = [["ballot", kind.reading.value]]
    number = 0
    for content in sorted(contents):
        for _ in range(contents[content]):
            number += 1
            lines.append([str(number), content])
    return File("ballots.csv", CSV, _csv(lines))


def ballots_pb(
    charter: Charter, profile: Profile, outcome: Outcome, *, place: str, lot: str | None
) -> File:
    """The ballots in the Pabulib format, as pabulib-checker accepts them."""
    kind = BALLOT_KINDS[charter.ballot_kind]
    limits = limits_of(kind, charter.ballot_limits)
    language, title = charter.title.pairs[0]
    # "Pabulib, Poland, Świecie 2023": an election from elsewhere keeps its country and its name.
    _, _, country = charter.source.partition(", ")
    heading = Heading(
        description=f"Participatory budget {charter.edition}, {title if charter.source else place}",
        country=country.partition(",")[0] or "Morocco",
        unit=title if charter.source else place,
        instance=charter.edition,
        begins=local(charter.opens_at).date(),
        ends=local(charter.closes_at).date(),
        vote_type=kind.pabulib_vote_type,
        language=language if len(language) == TWO_LETTERS else "",  # neither "und" nor "zgh"
        currency=charter.currency,
        limits=kind.pabulib_limits(limits, charter.election.units_per_currency),
        comments=(f"Charter {charter.fingerprint}.",),
    )
    text = write(heading, charter.election, profile, charter.parameters, outcome, lot=lot)
    return File("ballots.pb", TEXT, text.encode())


def sums(files: tuple[File, ...]) -> File:
    """SHA256SUMS, as `sha256sum --check` reads it."""
    lines = "".join(f"{file.sha256}  {file.name}\n" for file in files)
    return File("SHA256SUMS", TEXT, lines.encode())


def _csv(lines: list[list[Any]]) -> bytes:
    """UTF-8 with a mark at the start, so that spreadsheets read the Arabic."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return b"\xef\xbb\xbf" + text.getvalue().encode()
