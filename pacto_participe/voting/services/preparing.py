"""A vote before its opening: it is prepared, announced to everybody, and its rules are frozen.

Nothing is announced or frozen that was changed since it was looked at: whoever acts, and the second person
where two are needed, name the revision that they saw.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert as insert_or

from pacto_participe.accounts.domain.eligibility import Who
from pacto_participe.approvals import services as approvals
from pacto_participe.approvals.domain import Act, Approval
from pacto_participe.consultations import queries as consultations
from pacto_participe.consultations.services import publish_consultation
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import Conflict, NotFound, Problem, Refused, refuse_if
from pacto_participe.kernel.languages import Texts
from pacto_participe.proposals.domain import Project
from pacto_participe.proposals.services import list_projects
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.events import VotePrepared, VoteRedrafted, VoterRuleChosen
from pacto_participe.voting.policies import (
    CharterProblem,
    PreparationProblem,
    VoterTies,
    may_bring_in_draft,
    may_prepare_vote,
)
from pacto_participe.voting.queries.prepared import (
    Announcement,
    PreparedVote,
    prepared_vote,
    select_prepared,
)
from pacto_participe.voting.services.freezing import freeze_charter, problems_of_charter
from pacto_participe.voting.services.recordings import NO_SOUNDS, keep_sounds
from pacto_participe.voting.tables import PREPARED, VoteRow

WRITTEN_IN = ("ar", "fr")  # what everybody reads is written in both before it is announced
# A name in an address, short enough that a request for a second person holds it with its revision.
EDITION = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class VoterRule:
    """Who may vote, as an administrator chooses it."""

    minimum_age: int
    who: Who
    includes_workers: bool


def problems_to_announce(prepared: PreparedVote, now: datetime) -> tuple[Problem, ...]:
    """What is missing before everybody can see it: what keeps its rules from being frozen, and its words."""
    charter, problems = prepared.charter, []
    if now >= charter.opens_at:
        problems.append(Problem(PreparationProblem.ANNOUNCED_TOO_LATE))
    if not _is_written(charter.title):
        problems.append(Problem(PreparationProblem.TITLE_MISSING))
    if not _is_written(prepared.announcement.summary):
        problems.append(Problem(PreparationProblem.SUMMARY_MISSING))
    if charter.budget_cents <= 0:
        problems.append(Problem(PreparationProblem.NO_BUDGET))
    problems += (
        Problem(PreparationProblem.PROJECT_TITLE_MISSING, "", {"project": str(project.number)})
        for project in charter.projects
        if not _is_written(project.title)
    )
    return (*problems, *problems_of_charter(charter))


def problems_to_freeze(prepared: PreparedVote, now: datetime) -> tuple[Problem, ...]:
    """What is missing before its rules can be frozen."""
    problems = problems_of_charter(prepared.charter)
    if now >= prepared.charter.opens_at:
        problems = (*problems, Problem(CharterProblem.FROZEN_TOO_LATE, "opens_at"))
    if not prepared.is_announced:
        problems = (Problem(PreparationProblem.ANNOUNCE_FIRST), *problems)
    return problems


def _is_written(texts: Texts) -> bool:
    return set(WRITTEN_IN) <= texts.to_dict().keys()


async def prepare(
    uow: UnitOfWork,
    charter: Charter,
    announcement: Announcement,
    sounds: Mapping[str, bytes] = NO_SOUNDS,
) -> PreparedVote:
    """Begin to prepare a vote, which only the staff sees. `sounds`: what its charter names, by fingerprint.

    Raises NotAllowed and Refused.
    """
    town = charter.collectivity_id
    require(may_bring_in_draft(uow.actor, town))
    if EDITION.fullmatch(charter.edition) is None:
        raise Refused(Problem(PreparationProblem.EDITION_SHAPE, "edition"))
    known = await consultations.consultation_by_slug(uow.session, town, charter.edition)
    if known is not None or await _is_frozen(uow, town, charter.edition):
        raise Refused(Problem(PreparationProblem.EDITION_TAKEN, "edition"))
    written = await uow.session.execute(
        insert_or(PREPARED)
        .values(
            collectivity_id=town,
            edition=charter.edition,
            charter=charter.text,
            announcement=announcement.text,
            opens_at=charter.opens_at,
            revision=1,
            changed_at=uow.now(),
        )
        .on_conflict_do_nothing()
        .returning(PREPARED.c.edition)
    )
    if written.scalar_one_or_none() is None:
        raise Refused(Problem(PreparationProblem.EDITION_TAKEN, "edition"))
    await keep_sounds(uow, town, charter.edition, sounds)
    uow.record(VotePrepared(charter.edition), collectivity_id=town)
    return PreparedVote(charter, announcement, 1, None)


async def redraft(
    uow: UnitOfWork,
    charter: Charter,
    announcement: Announcement,
    sounds: Mapping[str, bytes] = NO_SOUNDS,
) -> PreparedVote:
    """Replace a draft that nobody outside has seen, with its recordings.

    The vote keeps its id and the number announced for the draw: nobody tries drafts until one suits them.
    Raises NotAllowed, NotFound and Conflict.
    """
    town, edition = charter.collectivity_id, charter.edition
    require(may_bring_in_draft(uow.actor, town))
    before = await _locked(uow, town, edition)
    if before.is_announced:
        raise Conflict(Problem(PreparationProblem.ANNOUNCED_ALREADY))
    kept = before.charter
    charter = replace(charter, vote_id=kept.vote_id, lot_seed=kept.lot_seed)
    prepared = PreparedVote(charter, announcement, before.revision + 1, None)
    await _change(
        uow,
        prepared,
        charter=charter.text,
        announcement=announcement.text,
        opens_at=charter.opens_at,
        revision=prepared.revision,
    )
    await keep_sounds(uow, town, charter.edition, sounds)
    uow.record(VoteRedrafted(edition, prepared.revision), collectivity_id=town)
    return prepared


async def choose_voters(
    uow: UnitOfWork, town: str, edition: str, revision: int, rule: VoterRule
) -> None:
    """Decide who may vote, until the rules are frozen. Raises NotAllowed, NotFound, Refused and Conflict."""
    prepared = await _held(uow, town, edition, revision)
    charter = replace(
        prepared.charter,
        minimum_age=rule.minimum_age,
        who=rule.who,
        includes_workers=rule.includes_workers,
    )
    refuse_if(
        tuple(
            problem
            for problem in problems_of_charter(charter)
            if problem.field in ("minimum_age", "age_on")
        )
    )
    if charter == prepared.charter:
        return  # nothing changes, and what was asked of a second person still stands
    await _change(uow, prepared, charter=charter.text, revision=revision + 1)
    ties = VoterTies.LIVE_OR_WORK_HERE if rule.includes_workers else VoterTies.LIVE_HERE
    uow.record(
        VoterRuleChosen(edition, revision + 1, rule.minimum_age, rule.who.value, ties.value),
        collectivity_id=town,
    )


async def announce(uow: UnitOfWork, town: str, edition: str, revision: int) -> None:
    """Let everybody see the vote, its stages and projects. Raises as `choose_voters`."""
    prepared = await _to_announce(uow, town, edition, revision)
    charter, announcement = prepared.charter, prepared.announcement
    consultation = await publish_consultation(
        uow,
        collectivity_id=town,
        kind=announcement.kind,
        slug=edition,
        title=charter.title,
        summary=announcement.summary,
        budget_cents=charter.budget_cents,
        stages=announcement.stages,
        is_demo=announcement.is_demo,
        currency=charter.currency,
        subject=prepared.subject,
    )
    await list_projects(
        uow,
        collectivity_id=town,
        consultation_id=consultation.consultation_id,
        projects=_projects(prepared),
    )
    await _change(uow, prepared, consultation_id=consultation.consultation_id)


async def ask_to_announce(
    uow: UnitOfWork, town: str, edition: str, revision: int, *, reason: str
) -> Approval:
    """Ask a second person for it. Raises as `announce`, so that nothing is asked for in vain."""
    prepared = await _to_announce(uow, town, edition, revision)
    return await approvals.ask(uow, town, Act.PUBLISH, prepared.subject, reason=reason)


async def _to_announce(uow: UnitOfWork, town: str, edition: str, revision: int) -> PreparedVote:
    prepared = await _held(uow, town, edition, revision)
    if prepared.is_announced:
        raise Conflict(Problem(PreparationProblem.ANNOUNCED_ALREADY))
    if await consultations.consultation_by_slug(uow.session, town, edition) is not None:
        raise Refused(Problem(PreparationProblem.EDITION_TAKEN))
    refuse_if(problems_to_announce(prepared, uow.now()))
    return prepared


async def freeze(
    uow: UnitOfWork, secrets: Secrets, town: str, edition: str, revision: int
) -> Charter:
    """Freeze and publish the rules; nothing is left to prepare then. Raises as `choose_voters`."""
    prepared = await _to_freeze(uow, town, edition, revision)
    await freeze_charter(
        uow,
        secrets,
        prepared.charter,
        consultation_id=prepared.consultation_id or "",
        subject=prepared.subject,
    )
    await uow.session.execute(PREPARED.delete().where(*_place(town, edition)))
    return prepared.charter


async def ask_to_freeze(
    uow: UnitOfWork, town: str, edition: str, revision: int, *, reason: str
) -> Approval:
    """Ask a second person for it. Raises as `freeze`."""
    prepared = await _to_freeze(uow, town, edition, revision)
    return await approvals.ask(uow, town, Act.FREEZE_RULES, prepared.subject, reason=reason)


async def _to_freeze(uow: UnitOfWork, town: str, edition: str, revision: int) -> PreparedVote:
    prepared = await _held(uow, town, edition, revision)
    refuse_if(problems_to_freeze(prepared, uow.now()))
    return prepared


async def _held(uow: UnitOfWork, town: str, edition: str, revision: int) -> PreparedVote:
    """What is prepared, as the administrator saw it who acts."""
    require(may_prepare_vote(uow.actor, town))
    prepared = await _locked(uow, town, edition)
    if prepared.revision != revision:
        raise Conflict(Problem(PreparationProblem.CHANGED_SINCE))
    return prepared


async def _locked(uow: UnitOfWork, town: str, edition: str) -> PreparedVote:
    """What is prepared, locked until this work ends: of two who act at once, one sees the other's act."""
    row = (
        await uow.session.execute(select_prepared(town, edition).with_for_update())
    ).one_or_none()
    if row is None:
        if await _is_frozen(uow, town, edition):
            raise Conflict(Problem(PreparationProblem.RULES_FROZEN))
        raise NotFound
    return prepared_vote(row)


async def _is_frozen(uow: UnitOfWork, town: str, edition: str) -> bool:
    vote = VoteRow.metadata.tables["vote"]
    found = await uow.session.execute(
        vote.select().where(vote.c.collectivity_id == town, vote.c.edition == edition)
    )
    return found.first() is not None


async def _change(uow: UnitOfWork, prepared: PreparedVote, **values: Any) -> None:
    place = _place(prepared.charter.collectivity_id, prepared.charter.edition)
    await uow.session.execute(
        PREPARED.update().where(*place).values(**values, changed_at=uow.now())
    )


def _place(town: str, edition: str) -> tuple[Any, Any]:
    return PREPARED.c.collectivity_id == town, PREPARED.c.edition == edition


def _projects(prepared: PreparedVote) -> tuple[Project, ...]:
    summaries: Mapping[int, Texts] = prepared.announcement.projects
    return tuple(
        Project(
            number=project.number,
            title=project.title,
            summary=summaries.get(project.number, project.title),
            place=project.place,
            cost_cents=project.cost_cents,
            pictogram=project.pictogram,
            area=project.area,
            position=project.position,
        )
        for project in prepared.charter.projects
    )
