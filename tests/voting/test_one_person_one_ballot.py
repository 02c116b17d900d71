"""One person, one ballot, under any race, on both databases; and nobody is joined to a choice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text

from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Sql
from pacto_participe.voting import queries
from pacto_participe.voting.boxes import BOXES, Cast, CastAnswer, Voter
from pacto_participe.voting.jobs import close_vote
from tests.pages import Browser
from tests.postgres import until_so_many_wait
from tests.town import TOWN, Edition, LiveSite

BOX = BOXES["open"]
FATIMA = Voter(identity="f" * 64, area="Centre")


async def confirm(
    site: LiveSite, edition: Edition, voter: Voter, content: str, *, key: str, replaces: str = ""
) -> Cast:
    return await BOX.cast(
        site.web.database,
        site.web.secrets,
        edition.key,
        voter,
        content=content,
        confirmation=key,
        replaces=replaces,
        now=site.clock.now(),
    )


async def test_fifty_confirmations_at_once_leave_one_ballot(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    """Field bugs 1, 10 and 40: check-then-insert lets two in; a unique key does not."""
    casts = await asyncio.gather(
        *(confirm(site, open_edition, FATIMA, str(n % 7 + 1), key=str(n)) for n in range(50))
    )

    answers = [cast.answer for cast in casts]
    assert answers.count(CastAnswer.COUNTED) == 1
    assert answers.count(CastAnswer.ALREADY) == 49
    assert len({cast.receipt.code for cast in casts if cast.receipt}) == 1
    assert await BOX.turnout(site.web.database, open_edition.key) == 1


async def test_the_same_confirmation_fifty_times_gives_one_receipt(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    casts = await asyncio.gather(
        *(confirm(site, open_edition, FATIMA, "1,2", key="one") for _ in range(50))
    )

    assert {cast.answer for cast in casts} == {CastAnswer.COUNTED, CastAnswer.SAME}
    assert len({cast.receipt for cast in casts}) == 1


async def test_fifty_changes_at_once_leave_one_ballot_and_one_standing_receipt(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    first = await confirm(site, open_edition, FATIMA, "1", key="first")
    assert first.receipt is not None

    casts = await asyncio.gather(
        *(
            confirm(site, open_edition, FATIMA, "2", key=f"c{n}", replaces=first.receipt.code)
            for n in range(50)
        )
    )

    assert [cast.answer for cast in casts].count(CastAnswer.COUNTED) == 1
    standing = await site.web.database.quick.all(
        Sql("SELECT code FROM receipt WHERE vote_id = :vote AND replaced_at IS NULL"),
        vote=open_edition.charter.vote_id,
    )
    assert len(standing) == 1
    assert await BOX.turnout(site.web.database, open_edition.key) == 1


async def test_many_voters_at_once_all_get_their_own_receipt(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    casts = await asyncio.gather(
        *(
            confirm(site, open_edition, Voter(identity=f"{n:064x}"), "1", key=str(n))
            for n in range(300)
        )
    )

    assert {cast.answer for cast in casts} == {CastAnswer.COUNTED}
    assert len({cast.receipt.code for cast in casts if cast.receipt}) == 300
    assert await BOX.turnout(site.web.database, open_edition.key) == 300


async def test_a_connection_that_the_server_ended_costs_no_voter_a_ballot(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    """A restart of PostgreSQL between two ballots: the second is counted as the first was."""
    if site.web.database.is_sqlite:
        return  # a file ends no connection
    await confirm(site, open_edition, Voter(identity="a" * 64), "1", key="a")
    await site.web.database.quick.all(
        Sql(
            "SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    )

    casts = [
        await confirm(site, open_edition, Voter(identity=name * 64), "2", key=name)
        for name in "bcd"
    ]

    assert {cast.answer for cast in casts} == {CastAnswer.COUNTED}
    assert await BOX.turnout(site.web.database, open_edition.key) == 4


async def test_a_ballot_after_the_sealing_is_refused(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    await confirm(site, open_edition, FATIMA, "1", key="a")
    site.clock.instant = open_edition.charter.closes_at + timedelta(minutes=1)
    key = site.web.secrets.get(f"vote-{open_edition.charter.vote_id}")
    await close_vote(site.web, TOWN, "2026")
    # Even with the key at hand, as a request that was already on its way has it.
    path = site.web.secrets._path(f"vote-{open_edition.charter.vote_id}")
    path.write_bytes(key)

    late = await confirm(site, open_edition, Voter(identity="1" * 64), "2", key="b")

    assert late.answer is CastAnswer.SEALED
    contents = await contents_of(site, open_edition)
    assert contents == {"1": 1}


async def contents_of(site: LiveSite, edition: Edition) -> dict[str, int]:
    async with site.web.database.read() as session:
        return dict(await queries.contents_of(session, edition.key))


async def test_after_the_close_nothing_leads_from_a_voter_to_a_ballot(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    for number in range(60):
        voter = Voter(identity=f"{number:064x}", area="Centre")
        await confirm(site, open_edition, voter, "1,2" if number % 2 else "3", key=str(number))
    site.clock.instant = open_edition.charter.closes_at + timedelta(minutes=1)

    await close_vote(site.web, TOWN, "2026")

    quick = site.web.database.quick
    assert not await quick.all(Sql("SELECT 1 FROM ballot"))
    assert not await quick.all(Sql("SELECT 1 FROM draft"))
    assert not await quick.all(Sql("SELECT 1 FROM area_content"))
    assert not await quick.all(
        Sql("SELECT 1 FROM receipt WHERE receipt_key <> '' OR confirm_key <> ''")
    )
    assert not site.web.secrets.exists(f"vote-{open_edition.charter.vote_id}")
    assert await contents_of(site, open_edition) == {"1,2": 30, "3": 30}


async def test_a_sealing_that_fails_costs_neither_the_key_nor_a_ballot(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    """The key goes only once the sealing is on the disk: without it no voter is known again."""
    await confirm(site, open_edition, FATIMA, "1", key="a")
    site.clock.instant = open_edition.charter.closes_at + timedelta(minutes=1)
    async with site.work() as uow:
        await uow.session.execute(text("ALTER TABLE counted_ballot RENAME TO counted_ballot_away"))

    with pytest.raises(Exception, match="counted_ballot"):
        await close_vote(site.web, TOWN, "2026")

    assert site.web.secrets.exists(f"vote-{open_edition.charter.vote_id}")
    assert await BOX.turnout(site.web.database, open_edition.key) == 1
    async with site.work() as uow:
        await uow.session.execute(text("ALTER TABLE counted_ballot_away RENAME TO counted_ballot"))
    await close_vote(site.web, TOWN, "2026")
    assert await contents_of(site, open_edition) == {"1": 1}
    assert not site.web.secrets.exists(f"vote-{open_edition.charter.vote_id}")


async def test_two_workers_close_a_vote_once(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    await confirm(site, open_edition, FATIMA, "1", key="a")
    site.clock.instant = open_edition.charter.closes_at + timedelta(minutes=1)

    await asyncio.gather(*(close_vote(site.web, TOWN, "2026") for _ in range(4)))

    rows = await site.web.database.quick.all(
        Sql("SELECT tag, count(*) AS times FROM event WHERE tag LIKE 'voting:%' GROUP BY tag")
    )
    times = {row["tag"]: row["times"] for row in rows}
    assert times["voting:box:sealed"] == 1
    assert times["voting:result:published"] == 1


async def test_a_vote_is_not_sealed_while_a_last_ballot_may_wait_for_its_commit(
    site: LiveSite, open_edition: Edition
) -> None:
    site.clock.instant = open_edition.charter.closes_at + timedelta(seconds=5)

    await close_vote(site.web, TOWN, "2026")

    vote = await queries.vote_by_edition(site.web.database, TOWN, "2026")
    assert vote is not None
    assert vote.sealed_at is None


async def test_a_ballot_that_is_told_as_counted_is_counted_whatever_the_servers_own_isolation(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    """Its voter is told while the sealing waits for it: what a sealing read before would lack it."""
    if site.web.database.is_sqlite:
        return  # a file has one writer
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as operator:
        await operator.execute(
            f"ALTER DATABASE {operator.info.dbname} "
            "SET default_transaction_isolation = 'repeatable read'".encode()
        )
    for engine in site.web.database.engines:
        await engine.dispose()  # its next connections have it
    site.clock.instant = open_edition.charter.closes_at + timedelta(minutes=1)

    async with await psycopg.AsyncConnection.connect(database_url) as slow_disk:
        await slow_disk.execute("LOCK TABLE ballot IN SHARE MODE")
        last = asyncio.create_task(confirm(site, open_edition, FATIMA, "1", key="a"))
        await until_so_many_wait(database_url, 1)
        sealing = asyncio.create_task(close_vote(site.web, TOWN, "2026"))
        await until_so_many_wait(database_url, 2)
    told = await last
    await sealing

    assert told.answer is CastAnswer.COUNTED
    assert await contents_of(site, open_edition) == {"1": 1}


async def test_drafts_are_no_votes_and_no_turnout(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    """Field bugs 11 and 36: a basket that was never confirmed is no participation."""
    await resident.post(open_edition.path("ballot/draft"), {"p": ["1"]})
    site.clock.instant = open_edition.charter.closes_at + timedelta(minutes=1)

    await close_vote(site.web, TOWN, "2026")

    result = await queries.published_result(site.web.database, open_edition.key)
    assert result is not None
    assert result["box"]["ballots"] == 0
    assert result["turnout"]["voted"] == 0


async def test_closing_an_account_and_coming_back_gives_no_second_ballot(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    """Field bug 7. The ballot belongs to the human being, not to the account."""
    await resident.post(open_edition.path("ballot/confirm"), {"p": ["1"]})
    other = await site.person()
    await site.verify(other, "jb12345")  # the same card, written otherwise
    again = await site.sign_in(other)

    page = await again.get(open_edition.path("ballot"))

    assert page.h1 == "Votre vote est compté"
    assert await BOX.turnout(site.web.database, open_edition.key) == 1


PEOPLE_TABLES = {"person", "contact", "residence", "session", "membership", "listed_person"}


@pytest.fixture
async def opened(sqlite_url: str) -> AsyncIterator[Database]:
    database = Database(sqlite_url)
    yield database
    await database.close()


async def test_no_table_holds_both_who_and_what(opened: Database) -> None:
    """The architecture of secrecy: choices stand beside no person, code, time or identity."""
    tables = await opened.quick.all(Sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    who = ("person_id", "identity", "residence_id", "session_id", "counted_at", "code", "_at")

    for table in tables:
        sql = table["sql"]
        if table["name"] in ("ballot", "draft", "counted_ballot", "area_content"):
            columns = [line.split()[0] for line in sql.splitlines()[1:] if line.startswith("\t")]
            assert not [name for name in columns if name.endswith(who)], table["name"]
        if table["name"] in PEOPLE_TABLES:
            assert "content" not in sql, table["name"]
            assert "ballot" not in sql, table["name"]


async def test_a_district_of_few_residents_is_not_written_beside_a_ballot(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    """With one verified resident in a district, the district beside a ballot would be a name."""
    await resident.post(open_edition.path("ballot/confirm"), {"p": ["1"]})

    rows = await site.web.database.quick.all(Sql("SELECT area FROM ballot"))
    assert [row["area"] for row in rows] == [""]


async def test_a_lost_key_stops_the_vote_and_opens_no_second_ballot(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    site.web.secrets.destroy(f"vote-{open_edition.charter.vote_id}")

    await resident.post(open_edition.path("ballot/confirm"), {"p": ["1"]}, status=503)

    assert await BOX.turnout(site.web.database, open_edition.key) == 0
