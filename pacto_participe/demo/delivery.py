"""What became of the projects that the earlier editions of the demonstration funded. All invented."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pacto_participe.delivery.domain import Bureau, Draft, Milestone, Status
from pacto_participe.delivery.services import say_how_it_stands
from pacto_participe.kernel.actors import Actor
from pacto_participe.kernel.clock import FrozenClock, instant_of, local
from pacto_participe.kernel.languages import Texts
from pacto_participe.storage.unit_of_work import unit_of_work
from pacto_participe.voting import queries
from pacto_participe.voting.charter import CharterProject
from pacto_participe.web.context import Web

_CHOSEN = {
    "ar": "اختاره السكان، والدراسة التقنية جارية.",
    "fr": "Choisi par les habitants, l’étude technique est en cours.",
}
_BIDS = {"ar": "طلب العروض منشور.", "fr": "L’appel d’offres est publié."}
_BEGUN = {"ar": "بدأت الأشغال.", "fr": "Les travaux ont commencé."}
_GOES_ON = {"ar": "تم إنجاز نصف الأشغال.", "fr": "La moitié des travaux est faite."}
_WAITS = {
    "ar": "في انتظار رخصة من وكالة الحوض المائي.",
    "fr": "En attente de l’accord de l’Agence du bassin hydraulique.",
}
_DONE = {"ar": "المشروع جاهز في خدمة السكان.", "fr": "Le projet est en service."}


@dataclass(frozen=True, slots=True)
class Step:
    """One invented update: so many days before today, with what share of the cost spent by then.

    `ahead`: how many days after it the next step was promised.
    """

    days_ago: int
    status: Status
    text: dict[str, str]
    spent_in_hundred: int = 0
    milestone: Milestone = Milestone.CALL_FOR_BIDS
    ahead: int = 60


_BOUGHT = Step(290, Status.PROCUREMENT, _BIDS, 0, Milestone.WORKS_BEGIN, 90)
# The story of each funded project of last year, in the order of the count; it begins again at the end.
STORIES = (
    (
        _BOUGHT,
        Step(200, Status.WORKS, _BEGUN, 35, Milestone.WORKS_END, 170),
        Step(20, Status.DONE, _DONE, 96),
    ),
    (
        _BOUGHT,
        Step(190, Status.WORKS, _BEGUN, 20, Milestone.WORKS_END, 170),
        Step(30, Status.LATE, _WAITS, 45, Milestone.WORKS_END, 95),
    ),
    (_BOUGHT, Step(40, Status.WORKS, _GOES_ON, 52, Milestone.WORKS_END, 75)),
    (Step(60, Status.PLANNED, _CHOSEN, 0, Milestone.CALL_FOR_BIDS, 100),),
)
FIRST_STORY = (
    Step(640, Status.WORKS, _BEGUN, 30, Milestone.WORKS_END, 200),
    Step(455, Status.DONE, _DONE, 98),
)


async def tell(web: Web, town: str, edition: str, actor: Actor, *, is_first: bool) -> None:
    """Write the stories of the projects that an edition funded, each update on its day."""
    vote = await queries.vote_by_edition(web.database, town, edition)
    result = await queries.published_result(web.database, vote.key) if vote else None
    if vote is None or result is None:
        raise LookupError(edition)
    projects = [vote.charter.by_key[key] for key in result["winners"]]
    numbers = [project.number for project in projects]
    for place, project in enumerate(projects):
        story = FIRST_STORY if is_first else STORIES[place % len(STORIES)]
        for after, (at, draft) in enumerate(_drafts(story, project, web.clock.now())):
            async with unit_of_work(web.database, FrozenClock(at), actor) as uow:
                await say_how_it_stands(uow, vote, numbers, project.number, draft, after=after)


def _drafts(
    story: tuple[Step, ...], project: CharterProject, now: datetime
) -> Iterator[tuple[datetime, Draft]]:
    for step in story:
        day = local(now).date() - timedelta(days=step.days_ago)
        yield instant_of(day, time(10)), _draft(step, project, day)


def _draft(step: Step, project: CharterProject, day: date) -> Draft:
    is_done = step.status is Status.DONE
    return Draft(
        status=step.status,
        spent_cents=project.cost_cents * step.spent_in_hundred // 100,
        bureau=Bureau.TECHNICAL_SERVICE,
        text=Texts.of(step.text),
        milestone=None if is_done else step.milestone,
        next_on=None if is_done else day + timedelta(days=step.ahead),
        done_on=day - timedelta(days=3) if is_done else None,
    )
