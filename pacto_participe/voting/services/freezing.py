"""Fixing the charter of a vote, before it opens."""

from functools import cache

from pacto_participe.accounts.domain.cards import ADULT_YEARS
from pacto_participe.approvals.domain import Act
from pacto_participe.approvals.services import require_second_person
from pacto_participe.kernel.clock import local
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.voting.ballots import BALLOT_KINDS, limits_of
from pacto_participe.voting.boxes import BOXES
from pacto_participe.voting.charter import Charter, in_cents
from pacto_participe.voting.domain import BadParameter
from pacto_participe.voting.events import RulesFrozen
from pacto_participe.voting.policies import CharterProblem
from pacto_participe.voting.rules import RULES
from pacto_participe.voting.tables import VoteRow
from pacto_participe.web.icons import read_icons
from pacto_participe.web.static_files import top_level


@cache
def _pictograms() -> frozenset[str]:
    """What can be drawn for a project: a page that names another one is a fault for every voter."""
    icons = read_icons(top_level("static") / "img" / "icons.svg")
    return frozenset({"project", *icons.pictograms})


def _have_twins(charter: Charter) -> bool:
    """Pages find a project by its number, ballots by its key."""
    numbers = {project.number for project in charter.projects}
    keys = {project.key for project in charter.projects}
    return min(len(numbers), len(keys)) < len(charter.projects)


def _too_dear(charter: Charter) -> tuple[Problem, ...]:
    """No vote can fund what costs more than all there is. Cities have put such projects on ballots."""
    if charter.source:
        return ()
    return tuple(
        Problem(CharterProblem.DEARER_THAN_BUDGET, "projects", {"project": str(project.number)})
        for project in charter.projects
        if project.cost_cents > charter.budget_cents and not project.is_withdrawn
    )


def problems_of_charter(charter: Charter) -> tuple[Problem, ...]:
    """What must be mended before residents can vote by this charter."""
    if _have_twins(charter):
        return (Problem(CharterProblem.SAME_NUMBER, "projects"),)  # nothing else can be asked of it
    problems = []
    if charter.opens_at >= charter.closes_at:
        problems.append(Problem(CharterProblem.CLOSES_BEFORE_IT_OPENS, "closes_at"))
    if len(charter.projects) < 2:
        problems.append(Problem(CharterProblem.TOO_FEW_PROJECTS, "projects"))
    problems += _too_dear(charter)
    problems += (
        Problem(CharterProblem.UNKNOWN_PICTOGRAM, "projects", {"project": str(project.number)})
        for project in charter.projects
        if project.pictogram not in _pictograms()
    )
    if not 0 <= charter.minimum_age <= ADULT_YEARS:
        problems.append(Problem(CharterProblem.AGE_UNKNOWABLE, "minimum_age"))
    elif not charter.eligibility.can_be_told(until=local(charter.last_instant).date()):
        problems.append(Problem(CharterProblem.AGE_DAY_TOO_EARLY, "age_on"))
    kind = BALLOT_KINDS[charter.ballot_kind]
    try:
        limits = limits_of(kind, charter.ballot_limits)
    except BadParameter as error:
        values = {"limit": error.key}
        problems.append(Problem(CharterProblem.BAD_LIMITS, "limits", values))
    else:
        problems += map(in_cents, kind.limit_problems(limits, charter.election))
    if kind.reading not in RULES[charter.parameters.rule].readings:
        problems.append(Problem(CharterProblem.RULE_CANNOT_READ, "rule"))
    return tuple(problems)


async def freeze_charter(
    uow: UnitOfWork,
    secrets: Secrets,
    charter: Charter,
    *,
    consultation_id: str,
    subject: str = "",
) -> None:
    """Fix and publish the rules; make the key of the box. Raises Refused with what must be mended.

    A vote cannot be frozen once its opening has come: nobody may learn the rules while voting.
    `subject` is what a second person agreed to, where that is more than the edition.
    """
    problems = problems_of_charter(charter)
    if uow.now() >= charter.opens_at and not charter.source:
        problems = (*problems, Problem(CharterProblem.FROZEN_TOO_LATE, "opens_at"))
    if problems:
        raise Refused(*problems)
    await require_second_person(
        uow, charter.collectivity_id, Act.FREEZE_RULES, subject or charter.edition
    )
    if not charter.source:
        BOXES[charter.box].prepare(secrets, charter.vote_id)
    uow.session.add(
        VoteRow(
            collectivity_id=charter.collectivity_id,
            vote_id=charter.vote_id,
            consultation_id=consultation_id,
            edition=charter.edition,
            charter=charter.text,
            fingerprint=charter.fingerprint,
            opens_at=charter.opens_at,
            closes_at=charter.closes_at,
            is_imported=bool(charter.source),
        )
    )
    await uow.session.flush()
    uow.record(
        RulesFrozen(charter.vote_id, charter.fingerprint), collectivity_id=charter.collectivity_id
    )
