"""Guessing is stopped, whoever guesses and from wherever, and nobody else pays for it."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from pacto_participe.accounts import services
from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.domain.identity import nonce_fingerprint
from pacto_participe.accounts.domain.slips import login_code
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services import tries
from pacto_participe.accounts.services.sign_in import ask_code, signing_in_as, try_code
from pacto_participe.accounts.services.tries import (
    CODES_BY_ADDRESS,
    CODES_BY_CONTACT,
    CODES_BY_CONTACT_AND_DAY,
    WRONG_BY_ADDRESS,
    WRONG_BY_TOWN,
    count,
    fingerprint,
    identity_tries,
)
from pacto_participe.accounts.tables import LOGIN_CODE, RATE_LIMIT
from pacto_participe.kernel.errors import Problem, Refused, TooMany
from pacto_participe.storage.steps import follow_in
from tests.accounts.town_hall import AJDIR, NEIGHBOUR_TOWN

PHONE = read_contact("0612345678")


async def guess(work, database, secrets, clock, client, code="0000-0000", town=AJDIR):
    counted = services.identity_tries(database, secrets, clock, collectivity_id=town, client=client)
    async with counted, work() as uow:
        return await services.activate_slip(uow, secrets, town, code, None)


async def test_guessing_from_a_thousand_addresses_is_stopped_for_the_town_alone(
    work, database, secrets, clock, slip
):
    async with work() as uow:
        # The guesses of the first 990 addresses, three each and some.
        start = int(clock.now().timestamp())
        await uow.session.execute(
            insert(RATE_LIMIT).values(
                what=WRONG_BY_TOWN.what,
                who=fingerprint(secrets, AJDIR),
                window_start=start - start % WRONG_BY_TOWN.seconds,
                tries=WRONG_BY_TOWN.most - 10,
            )
        )
    outcomes = await asyncio.gather(
        *(guess(work, database, secrets, clock, f"41.0.0.{n}") for n in range(10)),
        return_exceptions=True,
    )
    assert all(isinstance(outcome, Refused) for outcome in outcomes)

    with pytest.raises(TooMany):
        await guess(work, database, secrets, clock, "41.0.1.1", slip.code)

    with pytest.raises(Refused):
        await guess(work, database, secrets, clock, "41.0.1.1", town=NEIGHBOUR_TOWN)
    clock.move(timedelta(hours=1))
    assert await guess(work, database, secrets, clock, "41.0.1.1", slip.code)


async def test_guessing_a_sign_in_from_a_thousand_addresses_gets_as_many_tries_as_from_one(
    work, database, secrets, clock
):
    """Five codes a quarter of an hour and thirty a day for one phone, five tries each: 150 of a million."""
    asked = 0

    async def attack(number):
        nonlocal asked
        client, nonce = f"41.{number // 250}.0.{number % 250}", f"nonce{number}"
        try:
            await count(
                database, secrets, clock,
                (CODES_BY_CONTACT, PHONE.value), (CODES_BY_ADDRESS, client),
                (CODES_BY_CONTACT_AND_DAY, PHONE.value),
            )  # fmt: skip
        except TooMany:
            return
        asked += 1
        async with work() as uow:
            await ask_code(uow, PHONE, nonce, language="ar")
        for _ in range(6):
            async with work() as uow:
                await try_code(uow, secrets, nonce, "no code")

    for quarter in range(10):
        await asyncio.gather(*(attack(quarter * 100 + number) for number in range(100)))
        clock.move(timedelta(minutes=15))

    assert asked == 30
    async with database.read() as session:
        left = (await session.execute(select(LOGIN_CODE.c.tries_left))).scalars().all()
    assert list(left) == [0] * 30


async def test_right_codes_cost_nothing_however_many_share_an_address(
    work, database, secrets, clock, clerk
):
    for number in range(70):
        async with work(clerk) as uow:
            slip = await services.issue_slip(uow, secrets, AJDIR, f"BE{number + 1}", "12/03/1987")
        assert await guess(work, database, secrets, clock, "41.0.0.1", slip.code)


async def test_a_slip_that_served_lets_in_though_its_try_cannot_be_given_back(
    work, database, secrets, clock, slip, monkeypatch
):
    """Told to come again, its holder would find it spent."""

    async def is_away(*_of):
        raise NoFreeConnection("nobody was free to take the steps")

    monkeypatch.setattr(tries, "give_back", is_away)

    activated = await guess(work, database, secrets, clock, "192.0.2.7", slip.code)

    assert activated.residence_id == slip.residence_id


async def test_the_last_tries_are_announced(work, database, secrets, clock):
    said = []
    for _ in range(60):
        with pytest.raises(Refused) as refused:
            await guess(work, database, secrets, clock, "41.0.0.1")
        said.append([p.values for p in refused.value.problems if p.code is Refusal.TRIES_LEFT])

    assert said[:54] == [[]] * 54
    assert said[54:] == [[{"left": left}] for left in (5, 4, 3, 2, 1, 0)]


@pytest.mark.parametrize(("of_town", "told"), [(100, 3), (4, 3), (3, 3), (2, None), (1, None)])
async def test_how_far_a_town_is_from_its_limit_is_told_to_nobody(
    work, database, secrets, clock, of_town, told
):
    """It would say how many others guess there. And what is told is never more than is there."""
    start = int(clock.now().timestamp())
    async with work() as uow:
        for limit, who, left in (
            (WRONG_BY_TOWN, AJDIR, of_town),
            (WRONG_BY_ADDRESS, "41.0.0.1", 3),
        ):
            await uow.session.execute(
                insert(RATE_LIMIT).values(
                    what=limit.what,
                    who=fingerprint(secrets, who),
                    window_start=start - start % limit.seconds,
                    tries=limit.most - left - 1,
                )
            )

    with pytest.raises(Refused) as refused:
        await guess(work, database, secrets, clock, "41.0.0.1")
    said = [p.values["left"] for p in refused.value.problems if p.code is Refusal.TRIES_LEFT]
    assert said == ([] if told is None else [told])

    with pytest.raises(Refused) as refused:
        await guess(work, database, secrets, clock, "41.0.0.2")
    assert [p.code for p in refused.value.problems] == [Refusal.SLIP_UNKNOWN]


async def test_fifty_tries_at_a_code_are_five_on_both_databases(work, database, secrets):
    async with work() as uow:
        await ask_code(uow, PHONE, "nonce", language="ar")
    async with database.read() as session:
        code_id = (await session.execute(select(LOGIN_CODE.c.code_id))).scalar_one()
    right = login_code(secrets.get_or_make("login"), code_id)
    wrong = f"{(int(right) + 1) % 10**6:06}"

    async def attempt():
        async with work() as uow:
            return await try_code(uow, secrets, "nonce", wrong)

    answers = await asyncio.gather(*(attempt() for _ in range(50)))

    assert sorted(answer.tries_left for answer in answers if answer.tries_left) == [1, 2, 3, 4]
    async with work() as uow:
        answer = await try_code(uow, secrets, "nonce", right)
    assert answer.refusal is Refusal.CODE_TRIED_TOO_OFTEN


async def test_one_right_code_sent_twice_at_once_signs_in_once(work, database, secrets):
    async with work() as uow:
        await ask_code(uow, PHONE, "nonce", language="ar")
    async with database.read() as session:
        code_id = (await session.execute(select(LOGIN_CODE.c.code_id))).scalar_one()
    right = login_code(secrets.get_or_make("login"), code_id)

    async def enter():
        async with work() as uow:
            answer = await try_code(uow, secrets, "nonce", right)
            if answer.contact is not None:
                return await follow_in(
                    uow.session, signing_in_as(uow.now(), "nonce", None, language="ar", most=4)
                )
        return None

    people = [person for person in await asyncio.gather(*(enter() for _ in range(5))) if person]

    assert len(people) == 1


async def test_five_newcomers_at_once_on_one_phone_are_four(work, database, secrets):
    for number in range(5):
        async with work() as uow:
            await ask_code(uow, PHONE, f"nonce{number}", language="ar")
    key = secrets.get_or_make("login")

    async def join(number):
        nonce = f"nonce{number}"
        async with database.read() as session:
            statement = select(LOGIN_CODE.c.code_id).where(
                LOGIN_CODE.c.nonce == nonce_fingerprint(nonce)
            )
            code_id = (await session.execute(statement)).scalar_one()
        async with work() as uow:
            (await try_code(uow, secrets, nonce, login_code(key, code_id))).require()
            return await follow_in(
                uow.session, signing_in_as(uow.now(), nonce, None, language="ar", most=4)
            )

    outcomes = await asyncio.gather(*(join(n) for n in range(5)), return_exceptions=True)

    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert len(refused) == 1
    assert refused[0].problems[0].code is Refusal.PHONE_FULL


async def test_wrong_dates_sent_at_once_are_as_few_as_one_after_the_other(
    work, database, secrets, clock
):
    """Whoever finds a neighbour's number sends thirty birth dates in one burst, from thirty addresses."""
    made = 0

    async def try_one(number):
        nonlocal made
        tries = identity_tries(
            database,
            secrets,
            clock,
            collectivity_id=AJDIR,
            client=f"41.0.0.{number}",
            cnie="BE123456",
        )
        async with tries:
            made += 1
            await asyncio.sleep(0.05)  # all are under way before the first is refused
            raise Refused(Problem(Refusal.NOT_ON_THE_LIST))

    outcomes = await asyncio.gather(*(try_one(n) for n in range(30)), return_exceptions=True)

    assert made == 5
    assert sum(isinstance(outcome, TooMany) for outcome in outcomes) == 25
