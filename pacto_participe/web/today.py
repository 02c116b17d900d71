"""What needs someone of the staff now. Each feature says it in its manifest (`today=`).

A feature's function is given `Asked`, sends one statement or two, and returns what concerns its own
matter, whoever looks; the page shows everyone the lines of their roles, what is late first.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.kernel.actors import Actor, Role

T = TypeVar("T")
VOTES = "votes"  # what `Asked.once` calls the votes of the town

TODAY = "today"  # where Web.extras holds the functions of all features


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose day it is. `path` makes the address of a named route of this town.

    `once` is for a question that several features ask: the first one does, the others get its answer.
    """

    web: Any
    session: AsyncSession
    collectivity_id: str
    now: datetime
    path: Callable[..., str]
    _answers: dict[str, Any] = field(default_factory=dict)

    async def once(self, what: str, ask: Callable[[], Awaitable[T]]) -> T:
        """What `ask` answers, asked for at most once a page."""
        if what not in self._answers:
            self._answers[what] = await ask()
        answer: T = self._answers[what]
        return answer


@dataclass(frozen=True, slots=True)
class TodayItem:
    """One line: a sentence in the language of the request, until when, and where it is done.

    `roles` are those whose matter it is; everybody of the staff when none is named.
    """

    sentence: str
    address: str = ""
    due: datetime | None = None
    is_late: bool = False
    roles: tuple[Role, ...] = ()


Today = Callable[[Asked], Awaitable[Iterable[TodayItem]]]


def for_actor(
    items: Iterable[TodayItem], actor: Actor, collectivity_id: str, now: datetime
) -> tuple[TodayItem, ...]:
    """The lines of someone's roles: what is late first, then by the day on which it is due."""
    theirs = [
        replace(item, is_late=item.is_late or (item.due is not None and item.due <= now))
        for item in items
        if not item.roles or actor.has_role(collectivity_id, *item.roles)
    ]
    return tuple(
        sorted(
            theirs,
            key=lambda item: (not item.is_late, item.due is None, item.due or now),
        )
    )
