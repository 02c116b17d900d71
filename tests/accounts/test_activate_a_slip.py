"""A slip given at the counter makes a voter, once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from pacto_participe.accounts import queries, services
from pacto_participe.accounts.domain import EndReason, Method
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.tables import PERSON, RESIDENCE
from pacto_participe.kernel.actors import VISITOR, Actor, Role
from pacto_participe.kernel.errors import NotAllowed, Refused
from pacto_participe.web.sessions import fingerprint
from tests.accounts.seen import codes_of
from tests.accounts.town_hall import AJDIR, NEIGHBOUR_TOWN


async def activate(work, secrets, code, person_id=None, town=AJDIR):
    async with work() as uow:
        return await services.activate_slip(uow, secrets, town, code, person_id)


async def voter_signed_in(work, database, clock, person_id, town=AJDIR):
    async with work() as uow:
        ticket = await services.start_session(uow, person_id, days=30)
    return await queries.voter_of_session(database.quick, fingerprint(ticket), town, clock.now())


async def test_a_slip_alone_makes_an_account_that_may_vote(work, database, clock, secrets, slip):
    activated = await activate(work, secrets, slip.code)

    voter = await voter_signed_in(work, database, clock, activated.person_id)
    assert voter.residence_id == slip.residence_id == activated.residence_id
    assert voter.district == "Centre"
    assert voter.method is Method.COUNTER
    assert voter.adult_on is None


async def test_a_slip_is_read_in_small_letters_with_look_alikes(work, secrets, slip):
    typed = " " + slip.code.lower().replace("-", " – ").replace("0", "o").replace("1", "l")

    activated = await activate(work, secrets, typed)

    assert activated.residence_id == slip.residence_id


async def test_someone_signed_in_keeps_their_account(work, secrets, slip, fatima):
    activated = await activate(work, secrets, slip.code, fatima)

    assert activated.person_id == fatima


async def test_a_slip_serves_once(work, secrets, slip):
    await activate(work, secrets, slip.code)

    with pytest.raises(Refused) as refused:
        await activate(work, secrets, slip.code)

    assert codes_of(refused) == [Refusal.SLIP_USED]


async def test_two_who_use_one_slip_at_once_do_not_both_get_in(work, database, secrets, slip):
    outcomes = await asyncio.gather(
        *(activate(work, secrets, slip.code) for _ in range(12)), return_exceptions=True
    )

    let_in = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert len(let_in) == 1
    assert all(isinstance(outcome, Refused) for outcome in outcomes if outcome not in let_in)
    async with database.read() as session:
        assert (await session.execute(select(func.count()).select_from(PERSON))).scalar_one() == 2


async def test_an_expired_slip_is_refused_to_the_second(work, clock, secrets, slip):
    clock.move(timedelta(days=90) - timedelta(seconds=1))
    clock.move(timedelta(seconds=1))

    with pytest.raises(Refused) as refused:
        await activate(work, secrets, slip.code)

    assert codes_of(refused) == [Refusal.SLIP_EXPIRED]
    clock.move(-timedelta(seconds=1))
    assert await activate(work, secrets, slip.code)


async def test_a_slip_of_another_town_is_refused_and_stays_good_at_home(work, secrets, slip):
    with pytest.raises(Refused) as refused:
        await activate(work, secrets, slip.code, town=NEIGHBOUR_TOWN)

    assert codes_of(refused) == [Refusal.SLIP_OF_ANOTHER_TOWN]
    assert await activate(work, secrets, slip.code)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0000-0000", Refusal.SLIP_UNKNOWN),
        ("U000-0000", Refusal.SLIP_UNREADABLE),
        ("1234", Refusal.SLIP_UNREADABLE),
        ("", Refusal.SLIP_UNREADABLE),
    ],
)
async def test_what_is_no_slip_is_refused(work, secrets, slip, typed, code):
    with pytest.raises(Refused) as refused:
        await activate(work, secrets, typed)

    assert codes_of(refused) == [code]


async def test_a_new_slip_withdraws_the_one_that_was_lost(work, clerk, secrets, slip):
    async with work(clerk) as uow:
        second = await services.issue_slip(uow, secrets, AJDIR, "be-0123456", "1987-03-12")

    assert second.residence_id == slip.residence_id
    assert not second.is_new_resident
    with pytest.raises(Refused) as refused:
        await activate(work, secrets, slip.code)
    assert codes_of(refused) == [Refusal.SLIP_WITHDRAWN]
    assert (await activate(work, secrets, second.code)).residence_id == slip.residence_id


async def test_whoever_comes_back_with_a_new_account_finds_the_same_residence(
    work, database, clock, clerk, secrets, slip, fatima
):
    first = await activate(work, secrets, slip.code)
    async with work(clerk) as uow:
        again = await services.issue_slip(uow, secrets, AJDIR, "BE123456", "12 3 1987", "Centre")

    second = await activate(work, secrets, again.code, fatima)

    assert second.person_id == fatima
    assert second.residence_id == first.residence_id
    assert await voter_signed_in(work, database, clock, first.person_id) is None
    assert (await voter_signed_in(work, database, clock, fatima)).residence_id == (
        first.residence_id
    )


async def test_a_closed_account_does_not_give_a_second_residence(
    work, database, clerk, secrets, slip
):
    first = await activate(work, secrets, slip.code)
    async with work() as uow:
        await services.close_account(uow, first.person_id)
    async with work(clerk) as uow:
        again = await services.issue_slip(uow, secrets, AJDIR, "BE123456", "12 3 1987", "Centre")

    second = await activate(work, secrets, again.code)

    assert second.residence_id == first.residence_id
    assert second.person_id != first.person_id
    async with database.read() as session:
        counted = await session.execute(select(func.count()).select_from(RESIDENCE))
    assert counted.scalar_one() == 1


async def test_the_slip_of_a_son_on_his_fathers_phone_makes_the_son_a_voter(
    work, clerk, secrets, slip, fatima
):
    await activate(work, secrets, slip.code, fatima)
    async with work(clerk) as uow:
        of_son = await services.issue_slip(uow, secrets, AJDIR, "BE777", "01/02/2005", "Centre")

    son = await activate(work, secrets, of_son.code, fatima)

    assert son.person_id != fatima
    assert son.residence_id != slip.residence_id


async def test_two_slips_used_at_once_from_one_account_are_two_people(
    work, clerk, secrets, slip, fatima
):
    async with work(clerk) as uow:
        other = await services.issue_slip(uow, secrets, AJDIR, "BE777", "01/02/2005", "Centre")

    first, second = await asyncio.gather(
        activate(work, secrets, slip.code, fatima), activate(work, secrets, other.code, fatima)
    )

    assert {first.person_id, second.person_id} > {fatima}
    assert first.residence_id != second.residence_id


async def test_who_moved_away_cannot_use_a_slip_and_comes_back_as_the_same(
    work, database, clock, clerk, secrets, slip
):
    async with work(clerk) as uow:
        await services.end_residence(uow, AJDIR, slip.residence_id, reason=EndReason.MOVED)
    with pytest.raises(Refused) as refused:
        await activate(work, secrets, slip.code)
    assert codes_of(refused) == [Refusal.RESIDENCE_ENDED]

    async with work(clerk) as uow:
        back = await services.issue_slip(uow, secrets, AJDIR, "BE123456", "12/03/1987", "Souk")
    activated = await activate(work, secrets, back.code)

    assert activated.residence_id == slip.residence_id
    voter = await voter_signed_in(work, database, clock, activated.person_id)
    assert voter.district == "Souk"


async def test_two_clerks_who_verify_one_person_at_once_make_one_resident(
    work, database, clerk, secrets
):
    async def verify():
        async with work(clerk) as uow:
            return await services.issue_slip(uow, secrets, AJDIR, "BE9999", "01/01/1960", "C")

    slips = await asyncio.gather(*(verify() for _ in range(8)))

    assert len({given.residence_id for given in slips}) == 1
    assert sum(given.is_new_resident for given in slips) == 1


@pytest.mark.parametrize(
    "actor",
    [
        VISITOR,
        Actor(person_id="x", roles=frozenset({(NEIGHBOUR_TOWN, Role.CLERK)})),
        Actor(person_id="x", roles=frozenset({(AJDIR, Role.REVIEWER)})),
        Actor(person_id="x", roles=frozenset({(AJDIR, Role.OBSERVER)})),
    ],
)
async def test_only_a_clerk_of_the_town_gives_slips(work, secrets, actor):
    with pytest.raises(NotAllowed):
        async with work(actor) as uow:
            await services.issue_slip(uow, secrets, AJDIR, "BE123456", "12/03/1987")


async def test_a_slip_with_an_unreadable_card_names_both_fields(work, clerk, secrets):
    with pytest.raises(Refused) as refused:
        async with work(clerk) as uow:
            await services.issue_slip(uow, secrets, AJDIR, "12345", "31/02/1987")

    assert [(p.code, p.field) for p in refused.value.problems] == [
        (Refusal.CARD_UNREADABLE, "cnie"),
        (Refusal.BIRTH_UNREADABLE, "birth_date"),
    ]


async def test_the_birthday_of_a_minor_is_kept_and_of_an_adult_is_not(
    work, database, clock, clerk, secrets
):
    async with work(clerk) as uow:
        minor = await services.issue_slip(uow, secrets, AJDIR, "BE1", "24/11/2008", "C")
    activated = await activate(work, secrets, minor.code)

    voter = await voter_signed_in(work, database, clock, activated.person_id)

    assert voter.adult_on.isoformat() == "2026-11-24"


async def test_a_session_that_is_over_or_of_another_town_gives_no_voter(
    work, database, clock, secrets, slip
):
    activated = await activate(work, secrets, slip.code)
    async with work() as uow:
        ticket = await services.start_session(uow, activated.person_id, days=30)

    async def voter(town):
        return await queries.voter_of_session(
            database.quick, fingerprint(ticket), town, clock.now()
        )

    assert await voter(AJDIR) is not None
    assert await voter(NEIGHBOUR_TOWN) is None
    clock.move(timedelta(days=30) - timedelta(microseconds=1))
    assert await voter(AJDIR) is not None
    clock.move(timedelta(microseconds=1))
    assert await voter(AJDIR) is None


async def test_the_roll_is_counted_by_method_and_district(work, database, clock, clerk, secrets):
    async with work(clerk) as uow:
        for number, district in (("BE1", "A"), ("BE2", "A"), ("BE3", "B")):
            await services.issue_slip(uow, secrets, AJDIR, number, "12/03/1987", district)
        await services.issue_slip(
            uow, secrets, AJDIR, "BE4", "12/03/1987", "B", method=Method.MEDIATOR
        )
        gone = await services.issue_slip(uow, secrets, AJDIR, "BE5", "12/03/1987", "B")
        await services.end_residence(uow, AJDIR, gone.residence_id, reason=EndReason.MOVED)

    async with database.read() as session:
        counts = await queries.roll_counts(session, AJDIR, clock.now())
        elsewhere = await queries.roll_counts(session, NEIGHBOUR_TOWN, clock.now())

    assert counts.total == 4
    assert counts.by_method == {"counter": 3, "mediator": 1}
    assert counts.by_district == {"A": 2, "B": 2}
    assert elsewhere.total == 0


async def test_a_quarter_is_one_place_however_a_clerk_writes_it(
    work, database, clock, clerk, secrets
):
    """A second spelling would be a place of one person, and hide the others' numbers."""
    written = ("Hay Salam", "Hay Salam", "hay  salam", "HAY SALAM", "Haÿ Salam", "Hay Nassim", "")
    async with work(clerk) as uow:
        for number, district in enumerate(written, start=1):
            await services.issue_slip(uow, secrets, AJDIR, f"BE{number}", "12/03/1987", district)

    async with database.read() as session:
        counts = await queries.roll_counts(session, AJDIR, clock.now())

    assert counts.by_district == {"Hay Salam": 5, "Hay Nassim": 1, "": 1}


async def test_an_actor_has_the_roles_that_run(work, database, clock, clerk, fatima):
    async with work() as uow:
        ticket = await services.start_session(uow, fatima, days=1)

    actor = await queries.actor_of_session(database, fingerprint(ticket), clock)

    assert actor.person_id == fatima
    assert not actor.roles
    assert not actor.is_operator
    assert not (await queries.actor_of_session(database, "unknown", clock)).is_signed_in
