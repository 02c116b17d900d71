"""Accounts are merged, moved and mended while a vote is open: one person keeps one ballot, and keeps it."""

import asyncio
import re

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
from pacto_participe.voting.services.having_voted import is_vote_open, open_ballots
from pacto_participe.web.sessions import fingerprint
from tests.pages import Browser
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


# What a clerk learns


async def test_who_decides_a_conflict_does_not_learn_who_voted(
    database_url: str, site: LiveSite, open_edition: Edition, clerk: Browser
) -> None:
    """A clerk who is curious reports the number of whoever they like, and takes the case."""
    pages = {}
    for phone, card, has_voted in (("0611111111", CARD, True), ("0622222222", "BE222222", False)):
        person_id, browser = await account(site, phone)
        await site.verify(person_id, card)
        voter = await voter_of(site, browser)
        assert voter is not None
        if has_voted:
            answer = await confirm(site, open_edition, voter, "first")
            assert answer is CastAnswer.COUNTED
        page = await clerk.post("/fr/staff/tiznit/resident", {"cnie": card})
        await clerk.submit(page.form("/report"))
        page = await clerk.get("/fr/staff/tiznit/queue")
        page = await clerk.follow(page, "Quelqu’un dit que ce numéro est le sien")
        page = await clerk.submit(page.form("/taking"))
        assert not page.says("Un bulletin est dans l’urne")
        assert not page.says("Aucun bulletin")
        assert page.says("un bulletin qui est dans l’urne reste compté")
        assert voter.identity not in page.html
        pages[has_voted] = page.html
        await clerk.submit(page.form("/decision"), decision="ended", seen="1")

    def without_whose(html: str) -> str:
        return re.sub(r"[0-9a-f]{32}|… \d\d", "", html)

    assert without_whose(pages[True]) == without_whose(pages[False])


async def test_a_clerk_joins_two_residents_only_after_the_close(
    database_url: str, site: LiveSite, open_edition: Edition, clerk: Browser
) -> None:
    for phone, card in (("0611111111", CARD), ("0622222222", "BE654321")):
        person_id, _browser = await account(site, phone)
        await site.verify(person_id, card)
    page = await clerk.post("/fr/staff/tiznit/resident", {"cnie": CARD})
    await clerk.submit(page.form("/report"))
    page = await clerk.get("/fr/staff/tiznit/queue")
    page = await clerk.follow(page, "Quelqu’un dit que ce numéro est le sien")
    page = await clerk.submit(page.form("/taking"))
    mended = {"decision": "number_mistaken", "cnie": "BE654321", "seen": "1"}

    page = await clerk.submit(page.form("/decision"), **mended, status=422)

    site.clock.move(open_edition.charter.final_at - site.clock.now())
    await close_vote(site.web, TOWN, open_edition.charter.edition)
    assert not await is_vote_open(site.web.database, TOWN, site.clock.now())
    async with site.work(CLERK) as uow:
        (case,) = (await queue_of(uow, TOWN)).cases
    await decide_after_the_close(site, case.case_id)


async def decide_after_the_close(site: LiveSite, case_id: str) -> None:
    verdict = Verdict(Decision.NUMBER_MISTAKEN, cnie="BE654321", seen=True)
    async with site.work(CLERK) as uow:
        await take(uow, TOWN, case_id)
    async with site.work(CLERK) as uow:
        is_open = await is_vote_open(site.web.database, TOWN, site.clock.now())
        await decide_conflict(uow, site.web.secrets, TOWN, case_id, verdict, is_vote_open=is_open)
