"""What is held no longer serves: it goes when its period is over, and not a moment before."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, insert, select, update

from pacto_participe.accounts import queries, services
from pacto_participe.accounts.domain.cases import Decision, Wrong
from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.domain.people import EndReason
from pacto_participe.accounts.services.cases import ask_correction, close_case, take
from pacto_participe.accounts.services.invitations import invite
from pacto_participe.accounts.services.lists import import_list
from pacto_participe.accounts.services.national import Flow, use_flow
from pacto_participe.accounts.services.people import add_contact, noting_proof
from pacto_participe.accounts.services.sign_in import ask_code
from pacto_participe.accounts.services.staff import end_role, give_role
from pacto_participe.accounts.services.texted_slips import text_slip
from pacto_participe.features import retention_register
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.settings import Settings
from pacto_participe.storage.events import EventRow
from pacto_participe.storage.jobs import MOST_TRIES, JobRow, ask
from pacto_participe.storage.steps import follow_in
from pacto_participe.storage.tables import Row
from pacto_participe.web.rate_limits import Try, count_tries
from pacto_participe.web.retention import REGISTER, forget_hourly, forget_what_is_over
from pacto_participe.web.senders import FileSender, outbox_of, written_messages
from pacto_participe.web.sessions import fingerprint
from tests.accounts.town_hall import AJDIR, found_towns

TABLES = Row.metadata.tables
MOMENT = timedelta(seconds=1)
PHONE = read_contact("0612345678")
OPERATOR = Actor(is_operator=True)
LIST = ["cnie,birth_date,district", "AB123456,12/03/1987,Centre"]


@pytest.fixture
def web(database, clock, tmp_path):
    """What the worker has of the application."""
    settings = Settings(mode="demo", data_dir=tmp_path)
    extras = {REGISTER: retention_register("")}
    return SimpleNamespace(database=database, clock=clock, settings=settings, extras=extras)


async def rows_of(database, name, *conditions):
    statement = select(func.count()).select_from(TABLES[name]).where(*conditions)
    async with database.read() as session:
        return (await session.execute(statement)).scalar_one()


async def goes_after(web, kind, period, name, *conditions):
    """The row stays until the period is over, and is gone right after it."""
    web.clock.move(period - MOMENT)
    assert kind not in await forget_what_is_over(web)
    assert await rows_of(web.database, name, *conditions) == 1
    web.clock.move(2 * MOMENT)

    assert (await forget_what_is_over(web))[kind] == 1

    assert await rows_of(web.database, name, *conditions) == 0
    assert kind not in await forget_what_is_over(web)  # done twice, nothing more is done


async def test_a_code_that_nobody_typed(web, work):
    async with work() as uow:
        await ask_code(uow, PHONE, "nonce", language="ar")

    await goes_after(web, "codes", timedelta(minutes=70), "login_code")


async def test_a_national_sign_in_that_was_used(web, work):
    async with work() as uow:
        await use_flow(uow, Flow("a number", "ajdir", "s", "ar", ""))

    await goes_after(web, "national-sign-ins", timedelta(days=1), "national_return")


async def test_a_session_that_expired(web, work, fatima):
    async with work() as uow:
        await services.start_session(uow, fatima, days=30)

    await goes_after(web, "sessions", timedelta(days=30), "session")


async def test_tries_that_no_window_counts_any_more(web, database):
    tries = [Try("code:contact", "who", limit=5, seconds=86_400)]
    await count_tries(database, tries, now=web.clock.now())
    async with database.read() as session:
        window = select(TABLES["rate_limit"].c.window_start)
        began = datetime.fromtimestamp((await session.execute(window)).scalar_one(), UTC)
    to_its_begin = began - web.clock.now()

    await goes_after(web, "tries", to_its_begin + timedelta(days=2), "rate_limit")


async def test_a_message_that_was_given_up(web, database):
    async with database.write() as session:
        await ask(session, "accounts:send-code", collectivity_id=AJDIR, due_at=web.clock.now())
        await session.execute(update(JobRow).values(tries=MOST_TRIES))

    await goes_after(web, "queue", timedelta(days=30), "job")


async def test_a_message_that_is_still_to_be_sent_stays(web, database):
    async with database.write() as session:
        await ask(session, "accounts:send-code", collectivity_id=AJDIR, due_at=web.clock.now())
    web.clock.move(timedelta(days=400))

    assert await forget_what_is_over(web) == {}


async def test_the_messages_of_a_demonstration(web):
    folder = outbox_of(web.settings)
    await FileSender(folder, "sms", web.clock).send("+212612345678", "Code")
    web.clock.move(timedelta(days=7) - MOMENT)
    assert await forget_what_is_over(web) == {}
    web.clock.move(2 * MOMENT)

    assert await forget_what_is_over(web) == {"outbox": 1}

    assert list(written_messages(folder)) == []


async def test_an_offer_that_nobody_took(web, work):
    async with work(OPERATOR) as uow:
        await invite(uow, AJDIR, PHONE, Role.CLERK, language="ar", town="Ajdir")

    await goes_after(web, "invitations", timedelta(days=37), "invitation")


async def test_a_role_that_ended(web, work, fatima):
    async with work(OPERATOR) as uow:
        await give_role(uow, AJDIR, fatima, Role.CLERK)
        await end_role(uow, AJDIR, fatima, Role.CLERK)

    await goes_after(web, "roles", timedelta(days=730), "membership")


async def test_a_slip_that_was_used(web, work, secrets, slip):
    async with work() as uow:
        await services.activate_slip(uow, secrets, AJDIR, slip.code, None)

    await goes_after(web, "slips", timedelta(days=90), "activation_slip")


async def test_a_slip_that_was_never_used(web, slip):
    await goes_after(web, "slips", timedelta(days=180), "activation_slip")


async def test_the_phone_of_a_slip_goes_at_once_when_the_slip_is_used(web, work, secrets, slip):
    has_phone = TABLES["activation_slip"].c.phone.is_not(None)
    async with work() as uow:
        await text_slip(uow, AJDIR, slip, PHONE, town="Ajdir", language="ar")
    assert await forget_what_is_over(web) == {}
    assert await rows_of(web.database, "activation_slip", has_phone) == 1
    async with work() as uow:
        await services.activate_slip(uow, secrets, AJDIR, slip.code, None)

    assert await forget_what_is_over(web) == {"slip-phones": 1}

    assert await rows_of(web.database, "activation_slip", has_phone) == 0


async def test_the_phone_of_a_slip_that_could_not_be_texted(web, work, slip):
    async with work() as uow:
        await text_slip(uow, AJDIR, slip, PHONE, town="Ajdir", language="ar")
    has_phone = TABLES["activation_slip"].c.phone.is_not(None)

    await goes_after(web, "slip-phones", timedelta(days=1), "activation_slip", has_phone)


async def test_a_line_of_the_list_that_no_list_has_any_more(web, work, administrator, secrets):
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, LIST)

    await goes_after(web, "residents-list", timedelta(days=400), "listed_person")


async def test_a_line_that_is_brought_again_stays_though_nothing_in_it_changed(
    web, work, administrator, secrets
):
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, LIST)
    web.clock.move(timedelta(days=399))
    async with work(administrator) as uow:
        report = await import_list(uow, secrets, AJDIR, LIST)

    assert (report.added, report.changed, report.unchanged) == (0, 0, 1)
    await goes_after(web, "residents-list", timedelta(days=400), "listed_person")


async def test_an_account_that_was_closed(web, work, fatima):
    async with work() as uow:
        await services.close_account(uow, fatima)
    to_the_day = timedelta(hours=-12)  # only the day of the closing is kept

    await goes_after(web, "closed-accounts", timedelta(days=30) + to_the_day, "person")


async def test_a_closed_account_to_which_something_leads_stays(web, database, work, fatima):
    async with work() as uow:
        await services.close_account(uow, fatima)
    async with database.write() as session:
        await session.execute(
            insert(TABLES["password"]).values(
                person_id=fatima, hash="-", changed_at=web.clock.now()
            )
        )
    web.clock.move(timedelta(days=31))

    assert await forget_what_is_over(web) == {}


async def test_an_account_that_nobody_came_back_to(web, work, fatima):
    async with work() as uow:
        await add_contact(uow, PHONE, fatima, most=4)

    await goes_after(web, "accounts", timedelta(days=1095), "contact")


async def test_an_account_that_is_used_stays(web, work, fatima):
    async with work() as uow:
        await add_contact(uow, PHONE, fatima, most=4)
    web.clock.move(timedelta(days=1000))
    async with work() as uow:
        await follow_in(uow.session, noting_proof(uow.now(), PHONE, fatima))
    web.clock.move(timedelta(days=1000))

    assert await forget_what_is_over(web) == {}


async def test_who_works_for_the_town_is_not_forgotten(web, work, fatima):
    async with work(OPERATOR) as uow:
        await give_role(uow, AJDIR, fatima, Role.CLERK)
    web.clock.move(timedelta(days=4000))

    assert await forget_what_is_over(web) == {}


async def test_a_request_that_was_answered(web, work, secrets, slip, clerk, fatima):
    async with work() as uow:
        await services.activate_slip(uow, secrets, AJDIR, slip.code, fatima)
        case_id = await ask_correction(uow, AJDIR, fatima, Wrong.DISTRICT, "x")
    async with work(clerk) as uow:
        await take(uow, AJDIR, case_id)
        await close_case(uow, AJDIR, case_id, Decision.NOTHING_WRONG, "")

    await goes_after(web, "cases", timedelta(days=365), "resident_case")


async def test_a_request_that_waits_stays(web, work, database, secrets, slip, fatima):
    async with work() as uow:
        await services.activate_slip(uow, secrets, AJDIR, slip.code, fatima)
        await ask_correction(uow, AJDIR, fatima, Wrong.DISTRICT, "x")
    web.clock.move(timedelta(days=900))

    await forget_what_is_over(web)

    assert await rows_of(database, "resident_case") == 1


async def ended(work, clerk, slip):
    async with work(clerk) as uow:
        await services.end_residence(uow, AJDIR, slip.residence_id, reason=EndReason.MOVED)


async def test_of_who_moved_away_only_the_fingerprint_stays(web, work, clerk, secrets, slip):
    async with work() as uow:
        await services.activate_slip(uow, secrets, AJDIR, slip.code, None)
    await ended(work, clerk, slip)
    told = TABLES["residence"].c.district != ""

    await goes_after(web, "ended-residences", timedelta(days=365), "residence", told)

    in_an_account = TABLES["residence"].c.person_id.is_not(None)
    assert await rows_of(web.database, "residence", in_an_account) == 0
    assert await rows_of(web.database, "residence") == 1


async def test_who_comes_back_after_that_is_the_same_resident(web, work, clerk, secrets, slip):
    await ended(work, clerk, slip)
    web.clock.move(timedelta(days=1000))
    await forget_what_is_over(web)

    async with work(clerk) as uow:
        again = await services.issue_slip(uow, secrets, AJDIR, "BE123456", "12/03/1987")

    assert again.residence_id == slip.residence_id
    assert not again.is_new_resident


async def test_the_fingerprint_of_who_moved_away_long_ago(web, work, clerk, slip):
    await ended(work, clerk, slip)

    await goes_after(web, "former-residents", timedelta(days=1825), "residence")


async def a_vote(work, database, closes_at, sealed_at=None):
    """A vote of Ajdir, as far as forgetting looks at it."""
    async with work() as uow:
        await found_towns(uow)
    async with database.write() as session:
        await session.execute(
            insert(TABLES["consultation"]).values(
                collectivity_id=AJDIR, consultation_id="c", kind="k", slug="s", title="", summary="",
                budget_cents=1, currency="MAD",
            )
        )  # fmt: skip
        await session.execute(
            insert(TABLES["vote"]).values(
                collectivity_id=AJDIR, vote_id="v", consultation_id="c", edition="e", charter="",
                fingerprint="", opens_at=closes_at - timedelta(days=9), closes_at=closes_at,
                sealed_at=sealed_at, awaits_lot=False, is_imported=False,
            )
        )  # fmt: skip


async def test_no_fingerprint_goes_while_a_vote_is_open(web, database, work, clerk, slip):
    await ended(work, clerk, slip)
    web.clock.move(timedelta(days=2000))
    await a_vote(work, database, web.clock.now() + timedelta(days=1))

    assert "former-residents" not in await forget_what_is_over(web)

    async with database.write() as session:
        await session.execute(update(TABLES["vote"]).values(sealed_at=web.clock.now()))
    assert (await forget_what_is_over(web))["former-residents"] == 1


async def test_a_draft_that_outlived_its_vote(web, work, database):
    await a_vote(work, database, web.clock.now())
    async with database.write() as session:
        await session.execute(
            insert(TABLES["draft"]).values(
                collectivity_id=AJDIR, vote_id="v", draft_key="d", content="1"
            )
        )

    await goes_after(web, "drafts", timedelta(days=1), "draft")


async def test_more_than_one_portion_goes_in_one_turn_and_the_journal_has_the_numbers(
    web, database, work, fatima
):
    started = web.clock.now() - timedelta(days=2)
    async with database.write() as session:
        await session.execute(
            insert(TABLES["session"]),
            [
                {
                    "session_id": fingerprint(str(number)), "person_id": fatima, "device": "",
                    "started_at": started, "expires_at": started + timedelta(days=1),
                }
                for number in range(1203)
            ],
        )  # fmt: skip

    assert await forget_what_is_over(web) == {"sessions": 1203}

    assert await rows_of(database, "session") == 0
    async with database.read() as session:
        told = (await session.exec(select(EventRow.tag, EventRow.body, EventRow.person_id))).all()
    assert [(tag, json.loads(body), who) for tag, body, who in told] == [
        ("web:data:forgotten", {"rows": {"sessions": 1203}}, None)
    ]


async def test_the_worker_forgets_once_an_hour(web, database, work, fatima):
    async with work() as uow:
        await services.start_session(uow, fatima, days=1)
    web.clock.move(timedelta(days=1) - timedelta(minutes=30))
    await forget_hourly(web)
    web.clock.move(timedelta(minutes=40))

    await forget_hourly(web)
    assert await rows_of(database, "session") == 1

    web.clock.move(timedelta(minutes=20))
    await forget_hourly(web)
    assert await rows_of(database, "session") == 0


async def test_who_is_verified_stays_so_whatever_the_clock_says(web, work, database, secrets, slip):
    async with work() as uow:
        await services.activate_slip(uow, secrets, AJDIR, slip.code, None)
    web.clock.move(timedelta(days=800))
    await forget_what_is_over(web)

    async with database.read() as session:
        counts = await queries.roll_counts(session, AJDIR, web.clock.now())

    assert counts.total == 1
