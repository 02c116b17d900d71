"""The town of the demonstration: residents, a vote that is open now, two that were counted, examples.

Everything is made through the services that real towns use; only the clock is moved back.
"""

import asyncio
import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from pacto_participe.accounts import services as accounts
from pacto_participe.accounts.domain.cases import Wrong
from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.domain.people import Facts, Nationality, Tie
from pacto_participe.accounts.services.cases import ask_correction
from pacto_participe.accounts.services.conflicts import report
from pacto_participe.accounts.services.letters import make_letters
from pacto_participe.accounts.services.mediators import make_sheet
from pacto_participe.accounts.services.passwords import hash_of
from pacto_participe.accounts.services.people import add_contact, make_person
from pacto_participe.accounts.services.rehearsal import InventedResident, invent_residents
from pacto_participe.accounts.services.second_factor import set_up_at_once
from pacto_participe.accounts.services.staff import add_staff
from pacto_participe.collectivities import queries as collectivities
from pacto_participe.collectivities.domain.town_settings import TownSettings
from pacto_participe.collectivities.services import load_register
from pacto_participe.collectivities.services.settings import save_settings
from pacto_participe.consultations import services as consultations
from pacto_participe.demo.delivery import tell
from pacto_participe.demo.editions import Edition, editions, next_edition, prepared
from pacto_participe.demo.elections import publish_election
from pacto_participe.demo.projects import AREAS, DISTRICTS
from pacto_participe.kernel.actors import PLATFORM, Actor, Role
from pacto_participe.kernel.clock import FrozenClock
from pacto_participe.proposals import services as proposals
from pacto_participe.storage.unit_of_work import UnitOfWork, unit_of_work
from pacto_participe.voting import jobs, queries
from pacto_participe.voting.ballots import BALLOT_KINDS, Marks
from pacto_participe.voting.boxes import BOXES, Voter
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.pabulib import read_file
from pacto_participe.voting.services import rolls
from pacto_participe.voting.services.freezing import freeze_charter
from pacto_participe.voting.services.preparing import prepare
from pacto_participe.web.context import Web

SLUG = "chefchaouen"
PHONE = "06 00 00 00 01"
SAID = TownSettings(
    tagline_ar="سكان يقررون",
    tagline_fr="Les habitants décident",
    phone="0600000000",
    email="participation@demo.example",
    address_ar="مقر الجماعة (عرض تجريبي)",
    address_fr="Siège de la commune (démonstration)",
    hours_ar="من الاثنين إلى الجمعة، من 9 إلى 16",
    hours_fr="Du lundi au vendredi, de 9 h à 16 h",
    controller_ar="رئيس مجلس الجماعة (عرض تجريبي)",
    controller_fr="Le président du conseil communal (démonstration)",
    controller_address="Siège de la commune (démonstration)",
    cndp_number="D-000/2026 (démonstration)",
)
ADDRESSEES = (
    "nom;cnie;date_naissance;quartier;adresse\n",
    *(
        f"Destinataire {n} (démonstration);YX{n:06d};0{n}/06/1985;;{n}, rue des Exemples\n"
        for n in range(1, 9)
    ),
)
PASSWORD = "demonstration-2026"  # noqa: S105  printed at every start; production refuses such data
BUNDLED = Path(__file__).parent / "pabulib"
# What a vote by its rule tells people who do not simply live here: try their slips.
OTHERS = (
    ("a foreign resident", "A012345B", Facts(nationality=Nationality.FOREIGN)),
    ("works here, lives elsewhere", "YY012345", Facts(Nationality.CITIZEN, Tie.WORKS)),
)
# Two administrators, so that four eyes can be tried; the last one acts for the demonstration.
STAFF = (
    (Role.CLERK, "clerk"),
    (Role.OBSERVER, "observer"),
    (Role.ADMINISTRATOR, "second-administrator"),
    (Role.ADMINISTRATOR, "administrator"),
)
RESIDENTS = 6000
VOTED_NOW = 412
VOTED_LAST_YEAR = 1214
VOTED_FIRST_YEAR = 640
CASTS_AT_ONCE = 200
COUNTED_AFTER = timedelta(minutes=1)  # as a worker does it that is asked every few seconds


@dataclass(frozen=True, slots=True)
class DemoTown:
    """What whoever starts the demonstration needs to know."""

    town: str
    slips: tuple[str, ...]
    others: tuple[
        tuple[str, str], ...
    ]  # (whose slip, its code): people who do not simply live here
    phone: str
    staff: tuple[tuple[str, str, str], ...]


async def fill(
    web: Web, *, voters: int = 0, credentials: Path | None = None, elections: tuple[Path, ...] = ()
) -> DemoTown:
    """Make the whole demonstration in an empty database at the newest schema."""
    now = web.clock.now()
    past = FrozenClock(now - timedelta(days=800))
    register = Path(collectivities.__file__).parent / "data" / "collectivities.csv"
    async with unit_of_work(web.database, web.clock) as uow:
        with register.open(encoding="utf-8", newline="") as lines:
            await load_register(uow, lines)
    async with web.database.read() as session:
        town = (await collectivities.collectivity_by_slug(session, SLUG)).collectivity_id
    async with unit_of_work(web.database, past) as uow:
        residents = await invent_residents(
            uow, web.secrets, web.settings, town, count=RESIDENTS, districts=DISTRICTS
        )
    first, last, present = editions(now)
    await hold(web, town, first, residents[:VOTED_FIRST_YEAR])
    await hold(web, town, last, residents[:VOTED_LAST_YEAR])
    await hold(web, town, present, residents[:VOTED_NOW])
    for file in (*sorted(BUNDLED.glob("*.pb.gz")), *elections):
        await publish_election(web, read_file(file), town)
    made, administrator = await _people(web, town)
    for edition in (first, last):
        await tell(web, town, edition.slug, administrator, is_first=edition is first)
    if voters:
        await _more_voters(web, town, voters, credentials)
    return made


async def hold(web: Web, town: str, edition: Edition, people: list[InventedResident]) -> None:
    """An edition with its ballots, each cast through the box as in a real vote."""
    clock = FrozenClock(edition.opens_at - timedelta(days=3))
    async with unit_of_work(web.database, clock) as uow:
        charter = await announce(uow, web, town, edition)
    async with unit_of_work(web.database, FrozenClock(charter.roll_freezes_at)) as uow:
        await rolls.freeze_in_time(uow, web.secrets, charter)
    chance = random.Random(edition.slug)  # noqa: S311  invented residents, the same at each start
    length = (min(edition.closes_at, web.clock.now()) - edition.opens_at) * 0.98
    box = BOXES[charter.box]
    casts = [
        box.cast(
            web.database,
            web.secrets,
            (town, charter.vote_id),
            Voter(person.identity, person.district),
            content=BALLOT_KINDS[charter.ballot_kind].writing.encode(
                liked(edition, person, chance)
            ),
            confirmation=uuid4().hex,
            replaces="",
            now=edition.opens_at + length * place / len(people),
        )
        for place, person in enumerate(people)
    ]
    for begin in range(0, len(casts), CASTS_AT_ONCE):
        await asyncio.gather(*casts[begin : begin + CASTS_AT_ONCE])
    counted_at = charter.closes_at + COUNTED_AFTER
    if counted_at < web.clock.now():
        await jobs.close_vote(replace(web, clock=FrozenClock(counted_at)), town, edition.slug)


async def announce(uow: UnitOfWork, web: Web, town: str, edition: Edition) -> Charter:
    """The consultation with its stages, its projects, and the frozen charter of its vote."""
    made = prepared(town, edition)
    consultation = await consultations.publish_consultation(
        uow,
        collectivity_id=town,
        kind=made.announcement.kind,
        slug=edition.slug,
        title=made.charter.title,
        summary=made.announcement.summary,
        budget_cents=made.charter.budget_cents,
        stages=made.announcement.stages,
        is_demo=True,
    )
    await proposals.list_projects(
        uow,
        collectivity_id=town,
        consultation_id=consultation.consultation_id,
        projects=made.projects,
    )
    await freeze_charter(
        uow, web.secrets, made.charter, consultation_id=consultation.consultation_id
    )
    return made.charter


def liked(edition: Edition, person: InventedResident, chance: random.Random) -> Marks:
    """What this resident would choose: what is near, and what many need."""
    area = next(code for code, names in AREAS.items() if names["ar"] == person.district)
    most = edition.limits.get("max", 1)
    keen = [
        (chance.randrange(100) - project.appeal[area], str(number))
        for number, project in enumerate(edition.projects, start=1)
    ]
    chosen = [number for gap, number in sorted(keen) if gap < 0][:most]
    return Marks.chosen(chosen or [sorted(keen)[0][1]])


async def _people(web: Web, town: str) -> tuple[DemoTown, Actor]:
    """Staff with passwords, three slips for whoever tries, a resident who signs in by phone; and who acts."""
    operator = Actor(is_operator=True)
    password_hash = await hash_of(PASSWORD)
    staff = []
    for role, name in STAFF:
        email = f"{name}@demo.example"
        contact = read_contact(email)
        if contact is None:
            raise ValueError(f"{email} is no address")
        async with unit_of_work(web.database, web.clock, operator) as uow:
            person_id = await add_staff(uow, town, contact, role, password_hash, name=name)
        if (
            role is Role.ADMINISTRATOR
        ):  # whose work needs the code of a telephone: the pages show it
            async with unit_of_work(web.database, web.clock, Actor(person_id=person_id)) as uow:
                await set_up_at_once(uow, web.secrets)
        staff.append((role.value, email, PASSWORD))
    administrator = Actor(
        person_id=person_id,
        roles=frozenset({(town, Role.ADMINISTRATOR)}),
        passed_second_factor=True,
    )
    async with unit_of_work(web.database, web.clock, administrator) as uow:
        await save_settings(uow, town, SAID)
        draft = prepared(town, next_edition(web.clock.now()))
        await prepare(uow, draft.charter, draft.announcement)
        # One batch of letters and one sheet of a mediator: their pages have something to show.
        await make_letters(uow, web.secrets, town, uuid4().hex, ADDRESSEES, days=30)
        await make_sheet(
            uow, web.secrets, town, uuid4().hex, district=DISTRICTS[0], size=20, days=14
        )
    clerk = replace(PLATFORM, roles=frozenset({(town, Role.CLERK)}))
    slips = []
    async with unit_of_work(web.database, web.clock, clerk) as uow:
        for place in range(1, 5):
            slip = await accounts.issue_slip(
                uow, web.secrets, town, f"YY{place:06d}", f"0{place}/05/1990", DISTRICTS[place % 5]
            )
            slips.append(slip.code)
        others = []
        for whose, card, facts in OTHERS:
            slip = await accounts.issue_slip(
                uow, web.secrets, town, card, "01/05/1990", DISTRICTS[2], facts=facts
            )
            others.append((whose, slip.code))
        person_id = await make_person(uow)
        await accounts.activate_slip(uow, web.secrets, town, slips.pop(), person_id)
        phone = read_contact(PHONE)
        if phone is None:
            raise ValueError(f"{PHONE} is no phone")
        await add_contact(uow, phone, person_id, most=4)
        slip = await accounts.issue_slip(
            uow, web.secrets, town, "YY000005", "05/05/1990", DISTRICTS[0]
        )
        another = await accounts.activate_slip(
            uow, web.secrets, town, slip.code, await make_person(uow)
        )
        # So that the queue of the counter has something in it.
        await report(uow, town, another.residence_id)
        await ask_correction(uow, town, person_id, Wrong.DISTRICT, "أسكن الآن في حي السلام")
    return DemoTown(town, tuple(slips), tuple(others), PHONE, tuple(staff)), administrator


async def _more_voters(web: Web, town: str, count: int, credentials: Path | None) -> None:
    """Signed-in residents for load tests; their tickets go to a CSV, and nowhere else."""
    async with unit_of_work(web.database, web.clock) as uow:
        people = await invent_residents(
            uow,
            web.secrets,
            web.settings,
            town,
            count=count,
            districts=DISTRICTS,
            first=RESIDENTS + 1,
            signed_in=True,
        )
    if credentials is None:
        return
    edition = editions(web.clock.now())[-1].slug
    if await queries.vote_by_edition(web.database, town, edition) is None:
        raise LookupError(edition)
    with credentials.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["collectivity", "edition", "district", "session"])
        writer.writerows(_lines(people, edition))


def _lines(people: list[InventedResident], edition: str) -> Iterator[list[str]]:
    for person in people:
        yield [SLUG, edition, person.district, person.ticket]
