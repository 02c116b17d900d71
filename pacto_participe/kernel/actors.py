"""Who is acting."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What someone does for a collectivity. Several roles a person, each for one collectivity."""

    CLERK = "clerk"
    REVIEWER = "reviewer"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"
    OBSERVER = "observer"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a request, or nobody in particular (a visitor, or the platform itself)."""

    person_id: str | None = None
    session_id: str | None = None
    roles: frozenset[tuple[str, Role]] = frozenset()
    is_operator: bool = False

    @property
    def is_signed_in(self) -> bool:
        return self.person_id is not None

    def has_role(self, collectivity_id: str, *roles: Role) -> bool:
        return any((collectivity_id, role) in self.roles for role in roles)

    def works_for(self, collectivity_id: str) -> bool:
        return any(town == collectivity_id for town, _ in self.roles)

    @property
    def is_staff_somewhere(self) -> bool:
        return bool(self.roles)


VISITOR = Actor()
PLATFORM = Actor()
