"""Taking in the list of a commune: all of it in one transaction, or nothing."""

import asyncio
import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, TextIO
from uuid import uuid4

from sqlalchemy import case, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from pacto_participe.accounts.domain.cards import adult_on
from pacto_participe.accounts.domain.identity import CardKeys, birth_of, identity_of
from pacto_participe.accounts.domain.list_file import BadLine, read_list
from pacto_participe.accounts.domain.people import Nationality, Tie
from pacto_participe.accounts.events import ListImported, NationalitiesTaken
from pacto_participe.accounts.policies import may_keep_the_list
from pacto_participe.accounts.services.card_keys import card_keys, first_key
from pacto_participe.accounts.tables import LISTED_PERSON, RESIDENCE
from pacto_participe.kernel.clock import local
from pacto_participe.kernel.decisions import require
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork

LINES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ListReport:
    """What a list holds, and what importing it did or would do. Numbers of lines."""

    good: int
    bad: tuple[BadLine, ...]
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    is_imported: bool = False
    unlisted: tuple[
        int, ...
    ] = ()  # of letters: good lines whose number the list of the commune does not have


class BadList(Exception):
    """The list has lines to mend. Nothing of it was kept; the report names each."""

    def __init__(self, report: ListReport) -> None:
        super().__init__(f"{len(report.bad)} lines to mend")
        self.report = report


async def check_list(uow: UnitOfWork, collectivity_id: str, lines: Iterable[str]) -> ListReport:
    """Read a list without keeping anything. Raises NotAllowed and NoList. No statement."""
    require(may_keep_the_list(uow.actor, collectivity_id))
    return await asyncio.to_thread(_count, lines, local(uow.now()).date())


def _count(lines: Iterable[str], today: date) -> ListReport:
    good, bad = 0, []
    for read in read_list(lines, today=today):
        if isinstance(read, BadLine):
            bad.append(read)
        else:
            good += 1
    return ListReport(good, tuple(bad))


async def import_list(
    uow: UnitOfWork,
    secrets: Secrets,
    collectivity_id: str,
    lines: Iterable[str],
    *,
    leave_out_bad: bool = False,
) -> ListReport:
    """Take in every good line. With bad lines nothing is taken in, unless they may be left out.

    The whole list is read before the first statement, so that the one writer of a SQLite file is kept
    from voters for the storing only: one statement for 500 lines, and four after them. What was read waits
    in a file without a name, as fingerprints, so that memory does not follow the list. The same list again
    changes nothing. What an earlier list had and this one has not stays: a person is taken off at the
    counter, with a reason. Raises NotAllowed, NoList, BadList.
    """
    require(may_keep_the_list(uow.actor, collectivity_id))
    key = await first_key(uow, secrets, collectivity_id)
    # Beside the loop, so that nobody waits for a long list.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        good, bad = await asyncio.to_thread(_read, lines, key, local(uow.now()).date(), file)
        if bad and not leave_out_bad:
            raise BadList(ListReport(good, tuple(bad)))
        keys = await card_keys(uow, secrets, collectivity_id)
        import_id = uuid4().hex
        before = await _listed(uow, collectivity_id)
        file.seek(0)
        while portion := list(islice(file, LINES_AT_ONCE)):
            rows = [_row(collectivity_id, import_id, line, keys, uow.now()) for line in portion]
            await uow.session.execute(_STORE, rows)
    added = await _listed(uow, collectivity_id) - before
    changed = await _listed(uow, collectivity_id, import_id) - added
    unchanged = good - added - changed
    if added or changed:
        uow.record(
            ListImported(import_id, added, changed, unchanged), collectivity_id=collectivity_id
        )
    await _tell_nationalities(uow, collectivity_id)
    return ListReport(good, tuple(bad), added, changed, unchanged, is_imported=True)


async def _tell_nationalities(uow: UnitOfWork, collectivity_id: str) -> None:
    """Residents of whom no nationality was known take that of their line. One statement.

    What the counter noted stands: the card was seen there.
    """
    home, listed = RESIDENCE.c, LISTED_PERSON.c
    theirs = (
        listed.collectivity_id == home.collectivity_id,
        listed.identity == home.card,
        listed.nationality != Nationality.UNKNOWN,
    )
    told = await uow.session.execute(
        update(RESIDENCE)
        .where(
            home.collectivity_id == collectivity_id,
            home.nationality == Nationality.UNKNOWN,
            home.ended_at.is_(
                None
            ),  # of whoever has left, retention forgets it: it stays forgotten
            exists().where(*theirs),
        )
        .values(nationality=select(listed.nationality).where(*theirs).scalar_subquery())
        .returning(home.residence_id)
    )
    residents = len(told.all())
    if residents:
        uow.record(NationalitiesTaken(residents), collectivity_id=collectivity_id)


def _read(lines: Iterable[str], key: bytes, today: date, file: TextIO) -> tuple[int, list[BadLine]]:
    """Write the good lines to `file`, a line of JSON each. How many, and the bad ones."""
    good, bad = 0, []
    for read in read_list(lines, today=today):
        if isinstance(read, BadLine):
            bad.append(read)
            continue
        of_age = adult_on(read.born, today=today)
        line = (
            identity_of(key, read.number),
            birth_of(key, read.number, read.born),
            read.district,
            of_age.isoformat() if of_age else "",
            read.nationality.value,
            read.tie.value,
        )
        file.write(json.dumps(line) + "\n")
        good += 1
    return good, bad


def _row(
    collectivity_id: str, import_id: str, line: str, keys: CardKeys, now: datetime
) -> dict[str, Any]:
    """A line of the file as it is stored: with the newer keys around its fingerprints."""
    identity, birth, district, of_age, nationality, tie = json.loads(line)
    return {
        "collectivity_id": collectivity_id,
        "identity": keys.around(identity),
        "birth": keys.around(birth),
        "district": district,
        "adult_on": date.fromisoformat(of_age) if of_age else None,
        "nationality": Nationality(nationality),
        "tie": Tie(tie),
        "import_id": import_id,
        "listed_at": now,
    }


_ROW = insert_or(LISTED_PERSON)
_IS_CHANGED = or_(
    LISTED_PERSON.c.birth != _ROW.excluded.birth,
    LISTED_PERSON.c.district != _ROW.excluded.district,
    LISTED_PERSON.c.adult_on.is_distinct_from(_ROW.excluded.adult_on),
    LISTED_PERSON.c.nationality != _ROW.excluded.nationality,
    LISTED_PERSON.c.tie != _ROW.excluded.tie,
)
_KEPT = ("birth", "district", "adult_on", "nationality", "tie", "listed_at")
# A line that is the same keeps the import that made it, so that an import knows what it changed; but it
# was brought again, and is not forgotten as one that no list has any more.
_STORE = _ROW.on_conflict_do_update(
    index_elements=["collectivity_id", "identity"],
    set_={name: _ROW.excluded[name] for name in _KEPT}
    | {"import_id": case((_IS_CHANGED, _ROW.excluded.import_id), else_=LISTED_PERSON.c.import_id)},
)


async def _listed(uow: UnitOfWork, collectivity_id: str, import_id: str | None = None) -> int:
    """How many people are on the list of a town, or came to it by one import. One statement."""
    listed = LISTED_PERSON.c
    statement = select(func.count()).where(listed.collectivity_id == collectivity_id)
    if import_id is not None:
        statement = statement.where(listed.import_id == import_id)
    return int((await uow.session.execute(statement)).scalar_one())
