"""A file of letters held against the list of the commune, before a letter is made."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from pacto_participe.accounts.domain.identity import CardKeys
from pacto_participe.accounts.domain.letter_file import AddressedLine
from pacto_participe.accounts.domain.list_file import BadLine, LineProblem
from pacto_participe.accounts.services.lists import LINES_AT_ONCE, ListReport
from pacto_participe.accounts.tables import LISTED_PERSON
from pacto_participe.storage.reckoning import reckoned
from pacto_participe.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Checked:
    """Good lines that the list of the commune does not contradict; those it does; those it does not have."""

    good: list[AddressedLine]
    bad: list[BadLine]
    unlisted: tuple[int, ...]

    def report(self, bad: Iterable[BadLine]) -> ListReport:
        """With the lines that could not be read, in the order of the file."""
        every = sorted((*bad, *self.bad), key=lambda one: one.line)
        return ListReport(len(self.good), tuple(every), unlisted=self.unlisted)


async def against_list(
    uow: UnitOfWork, collectivity_id: str, lines: list[AddressedLine], keys: CardKeys
) -> Checked:
    """What the list says of the numbers of a file; of a town without a list nothing. One statement for 500.

    A digit that is wrong in the file or in the list is found before the letter is posted, and not by who
    gets it and is sent to the counter.
    """
    cards = await reckoned(lambda: [keys.card(line.number) for line in lines])
    births = await _births_listed(uow, collectivity_id, cards)
    good, bad, unlisted = [], [], []
    for line, card in zip(lines, cards, strict=True):
        birth = births.get(card)
        if birth is None:
            unlisted.append(line.line)
        elif not hmac.compare_digest(birth, keys.birth(line.number, line.born)):
            bad.append(BadLine(line.line, LineProblem.LISTED_OTHERWISE))
            continue
        good.append(line)
    # A list that has none of them says nothing of the file: there is no list, or it is of another quarter.
    return Checked(good, bad, tuple(unlisted) if births else ())


async def _births_listed(uow: UnitOfWork, collectivity_id: str, cards: list[str]) -> dict[str, str]:
    """Of those cards that the list has: the fingerprint of the birth date. One statement for 500."""
    listed, found = LISTED_PERSON.c, dict[str, str]()
    for begin in range(0, len(cards), LINES_AT_ONCE):
        statement = select(listed.identity, listed.birth).where(
            listed.collectivity_id == collectivity_id,
            listed.identity.in_(cards[begin : begin + LINES_AT_ONCE]),
        )
        rows = (await uow.session.execute(statement)).all()
        found.update((row.identity, row.birth) for row in rows)
    return found
