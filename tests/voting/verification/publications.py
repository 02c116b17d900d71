"""Publications for tests, made as the town makes them, from a charter and its ballots."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.ballots import BALLOT_KINDS, profile_of
from pacto_participe.voting.charter import Charter, CharterProject, lot_of
from pacto_participe.voting.domain import Parameters
from pacto_participe.voting.publication import files as published
from pacto_participe.voting.publication.comparison import comparison_of
from pacto_participe.voting.publication.result import box_fingerprint, result_of
from pacto_participe.voting.publication.roll import (
    Roll,
    RollPart,
    fingerprint_of,
    line_of,
    roll_file,
)
from pacto_participe.voting.rules import count

NAMES = (
    ("ممرات آمنة أمام المدارس", "Passages sûrs devant les écoles", 280_000, "Centre"),
    ("حديقة للأطفال", "Jardin pour les enfants; aire de jeux", 390_000, "Centre"),
    ("قنطرة للراجلين", "Passerelle pour piétons", 620_000, "Douars"),
    ("إنارة بالطاقة الشمسية", "Éclairage solaire", 450_000, "Douars"),
    ("ماء صالح للشرب", "Eau potable", 450_000, "Douars"),
)


def charter_of_five(**values: Any) -> Charter:
    """Five invented projects, approval of up to 3, most votes, 1 200 000 DH; any value can be another."""
    given: dict[str, Any] = {
        "collectivity_id": "09.581.01.07",
        "vote_id": "f" * 32,
        "edition": "2026",
        "title": Texts.of({"ar": "الميزانية التشاركية 2026", "fr": "Budget participatif 2026"}),
        "currency": "MAD",
        "budget_cents": 120_000_000,
        "projects": tuple(
            CharterProject(
                key=f"{number}",
                number=number,
                title=Texts.of({"ar": ar, "fr": fr}),
                place=Texts.of({"fr": place}),
                cost_cents=dirhams * 100,
                area=place,
            )
            for number, (ar, fr, dirhams, place) in enumerate(NAMES, start=1)
        ),
        "ballot_kind": "approval",
        "ballot_limits": {"min": 1, "max": 3, "allow_none": True},
        "parameters": Parameters(),
        "lot_seed": "5f1d7c",
        "opens_at": datetime(2026, 11, 16, 8, tzinfo=UTC),
        "closes_at": datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC),
    }
    return Charter(**{**given, **values})


SIXTY_BALLOTS = {"1,4": 18, "2,5": 14, "3": 9, "1,2,3": 11, "4,5": 6, "": 2}


def publication(
    charter: Charter,
    contents: Mapping[str, int],
    *,
    completion: str | None = None,
    entitled: int | None = 400,
    official: Mapping[str, Any] | None = None,
    roll: tuple[int, int] | None = None,
) -> dict[str, bytes]:
    """Every file by name, as services/counting stores them. `roll`: people before the opening, and added."""
    profile = profile_of(BALLOT_KINDS[charter.ballot_kind], charter.election, contents.items())
    lot = None if completion is None else lot_of(charter, completion)
    outcome = count(charter.election, profile, charter.parameters, lot=lot)
    assert not outcome.awaits_lot
    result = result_of(
        charter,
        profile,
        outcome,
        fingerprint=box_fingerprint(contents),
        counted_at=datetime(2026, 12, 1, 0, 0, 12, tzinfo=UTC),
        lot_completion=completion,
        turnout={"voted": profile.ballots, "entitled": entitled, "by_channel": [], "by_area": []},
        comparison=comparison_of(charter, profile, outcome, {}, lot=lot),
        official=official,
        roll=None if roll is None else roll_of(*roll)[0].to_dict(),
    )
    made = [
        published.manifest(charter),
        published.projects_csv(charter, result),
        published.result_file(result),
    ]
    if profile.ballots >= charter.fewest_ballots_published:
        made += [
            published.ballots_csv(charter, contents),
            published.ballots_pb(charter, profile, outcome, place="Tiznit", lot=lot),
        ]
    page = f"<!doctype html><html lang=ar><title>{charter.edition}</title>".encode()
    made += [published.File(f"minutes.{lang}.html", published.HTML, page) for lang in ("ar", "fr")]
    made.append(published.File(published.MINUTES_STYLE, published.CSS, b"p{margin:0}"))
    if roll is not None:
        made.append(roll_file(*roll_of(*roll)))
    return {file.name: file.content for file in (*made, published.sums(tuple(made)))}


def roll_of(people: int, more: int) -> tuple[Roll, list[str], list[str]]:
    """A roll of so many people, and so many who came on it until the close."""
    lines = [line_of(b"key of the roll", str(number)) for number in range(people + more)]
    frozen, closed = (
        RollPart(len(part), fingerprint_of(part), datetime(2026, 11, day, tzinfo=UTC))
        for part, day in ((lines[:people], 15), (lines, 30))
    )
    return Roll(frozen, closed, left=1), lines[:people], lines[people:]


def resealed(files: Mapping[str, bytes], **changed: bytes) -> dict[str, bytes]:
    """The files with others in their place, and SHA256SUMS made to fit: a forgery with care.

    Names are written with "_" for ".": ballots_csv=b"…".
    """
    mended = {name: content for name, content in files.items() if name != "SHA256SUMS"}
    for name, content in changed.items():
        mended[name.replace("_", ".")] = content
    listed = tuple(published.File(name, "", content) for name, content in mended.items())
    return mended | {"SHA256SUMS": published.sums(listed).content}


def write(files: Mapping[str, bytes], folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
