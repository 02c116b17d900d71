"""Accounts are merged, moved and mended while a vote is open: one person keeps one ballot, and keeps it."""

import asyncio

from sqlalchemy import select

from pacto_participe.accounts import queries as accounts
from pacto_participe.accounts import services
from pacto_participe.accounts.domain.cases import Decision
from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.services.card_keys import make_next_key, rekey_town
from pacto_participe.accounts.services.cases import queue_of, take
from pacto_participe.accounts.services.conflicts import Verdict, decide_conflict
from pacto_participe.accounts.services.people import add_contact
from pacto_participe.accounts.tables import PERSON
from pacto_participe.background import do_one_job
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.voting.boxes import BOXES, CastAnswer, Voter
from pacto_participe.voting.jobs import close_vote
from pacto_participe.voting.queries import vote_by_edition
from pacto_participe.voting.services.having_voted import open_ballots
from pacto_participe.web.sessions import fingerprint
from tests.town import TOWN, Edition, LiveSite

BOX = BOXES["open"]
CLERK = Actor(person_id="c" * 32, roles=frozenset({(TOWN, Role.CLERK)}))
CARD = "BE123456"


async def account(site: LiveSite, phone: str) -> tuple[str, str]:
    """A person who is reached by a phone, and the session of their browser."""
    person_id = await site.person()
    contact = read_contact(phone)
    assert contact is not None
    async with site.work() as uow:
        await add_contact(uow, contact, person_id, most=4)
        ticket = await services.start_session(uow, person_id, days=30)
    return person_id, fingerprint(ticket)


async def voter_of(site: LiveSite, session_id: str) -> Voter | None:
    """Whom the box sees behind a browser."""
    found = await accounts.voter_of_session(
        site.web.database.quick, session_id, TOWN, site.clock.now()
    )
    return Voter(found.identity, "Centre") if found else None


async def confirm(site: LiveSite, edition: Edition, voter: Voter, key: str) -> CastAnswer:
    cast = await BOX.cast(
        site.web.database, site.web.secrets, edition.key, voter,
        content="1", confirmation=key, replaces="", now=site.clock.now(),
    )  # fmt: skip
    return cast.answer


async def decide(site: LiveSite, verdict: Verdict) -> None:
    async with site.work(CLERK) as uow:
        (case,) = (await queue_of(uow, TOWN)).cases
        await take(uow, TOWN, case.case_id)
    async with site.work(CLERK) as uow:
        await decide_conflict(uow, site.web.secrets, TOWN, case.case_id, verdict, is_vote_open=True)


async def test_a_ballot_that_is_confirmed_while_accounts_are_merged_is_there_once(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    """The worst of it: both browsers were at the last step already when the clerk decided."""
    old, old_browser = await account(site, "0611111111")
    await site.verify(old, CARD)
    before = await voter_of(site, old_browser)
    new, new_browser = await account(site, "0622222222")
    await site.verify(new, CARD)
    after = await voter_of(site, new_browser)
    assert before is not None
    assert before == after  # one human being, whichever account it is

    verdict = Verdict(Decision.SAME_PERSON, keep=new, seen=True)
    *answers, merged = await asyncio.gather(
        *(confirm(site, open_edition, before, f"old {n}") for n in range(10)),
        *(confirm(site, open_edition, after, f"new {n}") for n in range(10)),
        decide(site, verdict),
    )

    while await do_one_job(site.web):
        pass

    assert merged is None
    assert answers.count(CastAnswer.COUNTED) == 1
    assert await BOX.turnout(site.web.database, open_edition.key) == 1
    kept = await voter_of(site, new_browser)
    assert kept is not None
    standing = await BOX.standing(site.web.database, site.web.secrets, open_edition.key, kept)
    assert standing.counted is not None
    async with site.web.database.read() as session:
        closed = select(PERSON.c.closed_at).where(PERSON.c.person_id == old)
        assert (await session.execute(closed)).scalar_one() is not None


async def test_a_ballot_and_a_draft_stay_when_the_number_is_mended_and_the_key_rotated(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    old, old_browser = await account(site, "0611111111")
    await site.verify(old, CARD)
    voter = await voter_of(site, old_browser)
    assert voter is not None
    assert await confirm(site, open_edition, voter, "first") is CastAnswer.COUNTED
    await BOX.save_draft(site.web.database, site.web.secrets, open_edition.key, voter, "2")
    new, new_browser = await account(site, "0622222222")
    await site.verify(new, CARD)

    await decide(site, Verdict(Decision.NUMBER_MISTAKEN, cnie="BE654321", seen=True))
    async with site.work() as uow:
        await rekey_town(uow, site.web.secrets, TOWN, make_next_key(site.web.secrets))

    now = await voter_of(site, new_browser)
    assert now is not None
    standing = await BOX.standing(site.web.database, site.web.secrets, open_edition.key, now)
    assert standing.counted is not None
    assert standing.draft == "2"
    assert await confirm(site, open_edition, now, "again") is CastAnswer.ALREADY
    assert await BOX.turnout(site.web.database, open_edition.key) == 1


async def test_closing_the_account_moving_away_and_coming_back_is_no_second_ballot(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    person_id, browser = await account(site, "0611111111")
    await site.verify(person_id, CARD)
    voter = await voter_of(site, browser)
    assert voter is not None
    assert await confirm(site, open_edition, voter, "first") is CastAnswer.COUNTED
    async with site.work() as uow:
        await services.close_account(uow, person_id)
    assert await voter_of(site, browser) is None

    back, browser = await account(site, "0611111111")
    await site.verify(back, "be 0123456")

    again = await voter_of(site, browser)
    assert again is not None
    assert await confirm(site, open_edition, again, "second") is CastAnswer.ALREADY
    assert await BOX.turnout(site.web.database, open_edition.key) == 1


async def test_whether_somebody_voted_is_yes_or_no_and_only_while_the_vote_is_open(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    person_id, browser = await account(site, "0611111111")
    await site.verify(person_id, CARD)
    voter = await voter_of(site, browser)
    assert voter is not None

    async def told() -> dict[str, bool]:
        return await open_ballots(
            site.web.database, site.web.secrets, TOWN, voter.identity, site.clock.now()
        )

    edition = open_edition.charter.edition
    assert await told() == {edition: False}
    page = await site.sign_in(person_id)
    assert (await page.get("/fr/account/my-data")).says("Aucun bulletin de vous n’est dans l’urne")
    await confirm(site, open_edition, voter, "first")
    assert await told() == {edition: True}
    assert (await page.get("/fr/account/my-data")).says("Votre bulletin est dans l’urne")
    held = (await page.get("/fr/account/data")).response.json()
    assert held["residences"][0]["ballot_in_open_votes"] == {edition: True}

    site.clock.move(open_edition.charter.final_at - site.clock.now())
    await close_vote(site.web, TOWN, edition)

    vote = await vote_by_edition(site.web.database, TOWN, edition)
    assert vote is not None
    assert vote.sealed_at is not None
    assert await told() == {}
