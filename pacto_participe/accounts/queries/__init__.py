"""Questions about people and residences. Every one says how many statements it sends."""

from pacto_participe.accounts.queries.people import (
    HeldResidence,
    HeldSession,
    PersonFacts,
    PersonOnPhone,
    people_on,
    person_facts,
    residence_ended_at,
    residence_of,
    those_on,
)
from pacto_participe.accounts.queries.roll import (
    RollNews,
    entitled,
    entitled_residences,
    roll_counts,
    roll_news,
)
from pacto_participe.accounts.queries.sessions import (
    actor_of_session,
    instant_text,
    resident_in,
    roles_of,
    voter_of_residence,
    voter_of_session,
)
from pacto_participe.accounts.queries.staff import (
    Member,
    OpenInvitation,
    StaffDay,
    administrators,
    members,
    open_invitations,
    staff_day,
    work_towns_of,
)

__all__ = [
    "HeldResidence",
    "HeldSession",
    "Member",
    "OpenInvitation",
    "PersonFacts",
    "PersonOnPhone",
    "RollNews",
    "StaffDay",
    "actor_of_session",
    "administrators",
    "entitled",
    "entitled_residences",
    "instant_text",
    "members",
    "open_invitations",
    "people_on",
    "person_facts",
    "residence_ended_at",
    "residence_of",
    "resident_in",
    "roles_of",
    "roll_counts",
    "roll_news",
    "staff_day",
    "those_on",
    "voter_of_residence",
    "voter_of_session",
    "work_towns_of",
]
