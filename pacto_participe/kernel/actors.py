"""Who is acting."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Role(StrEnum):
    """What someone does for a collectivity. Several roles a person, each for one collectivity."""

    CLERK = "clerk"
    REVIEWER = "reviewer"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"
    OBSERVER = "observer"


class Office(StrEnum):
    """Who acts without a role of a collectivity, and is named as if it were one."""

    OPERATOR = "operator"  # runs the installation


def office_of(written: str) -> Role | Office:
    """The role that is written beside an act, by whoever acted."""
    return Office(written) if written in tuple(Office) else Role(written)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a request, or nobody in particular (a visitor, or the platform itself).

    What is withheld is theirs once they show their second factor.
    """

    person_id: str | None = None
    session_id: str | None = None
    roles: frozenset[tuple[str, Role]] = frozenset()
    is_operator: bool = False
    passed_second_factor: bool = False
    withheld_roles: frozenset[tuple[str, Role]] = frozenset()
    withheld_operator: bool = False

    @property
    def whole(self) -> "Actor":
        """The same person with all that is theirs."""
        return replace(
            self,
            roles=self.roles | self.withheld_roles,
            is_operator=self.is_operator or self.withheld_operator,
            withheld_roles=frozenset(),
            withheld_operator=False,
        )

    @property
    def owes_second_factor(self) -> bool:
        """Whether something is withheld."""
        return bool(self.withheld_roles) or self.withheld_operator

    @property
    def is_signed_in(self) -> bool:
        return self.person_id is not None

    def has_role(self, collectivity_id: str, *roles: Role) -> bool:
        return any((collectivity_id, role) in self.roles for role in roles)

    def acts_as(self, collectivity_id: str, roles: tuple[Role, ...] | None = None) -> str | None:
        """In which role somebody acts: the first of theirs among those that open the door they came by.

        By a door that is open to everybody (no roles) they act for themselves, in none. Who came by no
        door at all (None: a command) acts as the operator, whatever role a command lends them; else in the
        first of their roles, as Role lists them.
        """
        if roles is None and self.is_operator:
            return Office.OPERATOR.value
        for role in tuple(Role) if roles is None else roles:
            if (collectivity_id, role) in self.roles:
                return role.value
        return None

    def works_for(self, collectivity_id: str) -> bool:
        return any(town == collectivity_id for town, _ in self.roles)

    @property
    def is_staff_somewhere(self) -> bool:
        return bool(self.roles)


VISITOR = Actor()
PLATFORM = Actor()
