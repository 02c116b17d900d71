"""Ballots that come at the same moment are put into the box together, and each is answered for itself."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import text

from pacto_participe.storage.sql import Sql
from pacto_participe.voting.boxes import Cast, CastAnswer
from pacto_participe.voting.boxes.open_box_writing import Casting, CastOrder, new_code
from tests.town import Edition, LiveSite

pytestmark = pytest.mark.usefixtures("database_url")  # each of them on both databases

CASTING = Casting()
SEAL = text("UPDATE vote SET sealed_at = :now WHERE vote_id = :vote")
DRAFT = text(
    "INSERT INTO draft (collectivity_id, vote_id, draft_key, content) "
    "VALUES (:town, :vote, :key, :content)"
)


def order(
    site: LiveSite, edition: Edition, voter: str, content: str = "1", **other: str
) -> CastOrder:
    """A voter's first ballot, unless `replaces` says otherwise."""
    town, vote = edition.key
    named = {"code": new_code(), "confirm_key": f"confirms {voter}"[:32], "replaces": ""} | other
    return CastOrder(
        town=town,
        vote=vote,
        ballot_key=f"ballot {voter}",
        receipt_key=f"receipt {voter}",
        draft_key=f"draft {voter}",
        content=content,
        channel="web",
        area="",
        counted_at=site.clock.now(),
        **named,
    )


async def cast_together(site: LiveSite, orders: Sequence[CastOrder]) -> list[Cast]:
    writer = site.web.database.group_writer
    return list(await asyncio.gather(*(writer.submit(CASTING, one) for one in orders)))


async def box(site: LiveSite, edition: Edition) -> dict[str, str]:
    rows = await site.web.database.quick.all(
        Sql("SELECT ballot_key, content FROM ballot WHERE vote_id = :vote"), vote=edition.key[1]
    )
    return {row["ballot_key"]: row["content"] for row in rows}


async def standing_codes(site: LiveSite, edition: Edition) -> dict[str, str]:
    rows = await site.web.database.quick.all(
        Sql("SELECT receipt_key, code FROM receipt WHERE vote_id = :vote AND replaced_at IS NULL"),
        vote=edition.key[1],
    )
    return {row["receipt_key"]: row["code"] for row in rows}


@pytest.mark.parametrize("count", [2, 3, 63, 64, 65, 200])
async def test_every_voter_of_a_rush_finds_their_own_ballot_and_receipt(
    site: LiveSite, open_edition: Edition, count: int
) -> None:
    orders = [order(site, open_edition, f"of {n}", str(n % 7 + 1)) for n in range(count)]

    casts = await cast_together(site, orders)

    assert [cast.receipt and cast.receipt.code for cast in casts] == [one.code for one in orders]
    assert await box(site, open_edition) == {one.ballot_key: one.content for one in orders}
    assert await standing_codes(site, open_edition) == {one.receipt_key: one.code for one in orders}


async def test_who_has_voted_already_keeps_that_ballot_among_many_new_ones(
    site: LiveSite, open_edition: Edition
) -> None:
    before = [order(site, open_edition, f"early {n}", "1") for n in range(10)]
    await cast_together(site, before)
    again = [one._replace(content="2", confirm_key="another", code=new_code()) for one in before]
    new = [order(site, open_edition, f"late {n}", "3") for n in range(50)]

    casts = await cast_together(site, [*new[:25], *again, *new[25:]])

    answers = [cast.answer for cast in casts]
    assert answers[25:35] == [CastAnswer.ALREADY] * 10
    assert answers[:25] == answers[35:] == [CastAnswer.COUNTED] * 25
    contents = list((await box(site, open_edition)).values())
    assert sorted(contents) == ["1"] * 10 + ["3"] * 50


async def test_one_who_confirms_twice_in_a_rush_has_one_ballot_and_hears_of_one_receipt(
    site: LiveSite, open_edition: Edition
) -> None:
    twice = order(site, open_edition, "Fatima", "5")
    others = [order(site, open_edition, f"of {n}") for n in range(40)]

    casts = await cast_together(site, [*others[:20], twice, *others[20:], twice])

    assert casts[20].answer is CastAnswer.COUNTED
    assert casts[-1].answer is CastAnswer.SAME
    assert casts[20].receipt == casts[-1].receipt
    assert len(await box(site, open_edition)) == 41


async def test_a_code_that_somebody_has_already_is_not_given_twice(
    site: LiveSite, open_edition: Edition
) -> None:
    """Among 35 bits it happens once in thousands of full boxes, and nobody may lose a receipt by it."""
    (early,) = await cast_together(site, [order(site, open_edition, "early")])
    assert early.receipt is not None
    orders = [order(site, open_edition, f"of {n}") for n in range(40)]
    orders[7] = orders[7]._replace(code=early.receipt.code)
    orders[9] = orders[9]._replace(code=orders[8].code)

    casts = await cast_together(site, orders)

    told = [cast.receipt.code for cast in casts if cast.receipt]
    assert len(set(told)) == 40
    assert early.receipt.code not in told
    codes = await standing_codes(site, open_edition)
    assert [codes[one.receipt_key] for one in orders] == told


async def test_a_change_and_first_ballots_go_into_the_box_in_one_rush(
    site: LiveSite, open_edition: Edition
) -> None:
    (first,) = await cast_together(site, [order(site, open_edition, "Fatima", "1")])
    assert first.receipt is not None
    change = order(site, open_edition, "Fatima", "2", replaces=first.receipt.code)
    others = [order(site, open_edition, f"of {n}", "3") for n in range(10)]

    casts = await cast_together(site, [*others, change])

    assert {cast.answer for cast in casts} == {CastAnswer.COUNTED}
    assert (await box(site, open_edition))["ballot Fatima"] == "2"


async def test_a_rush_into_a_sealed_box_is_told_so_and_leaves_it_as_it_was(
    site: LiveSite, open_edition: Edition
) -> None:
    async with site.web.database.write() as session:
        await session.execute(SEAL, {"vote": open_edition.key[1], "now": site.clock.now()})

    casts = await cast_together(site, [order(site, open_edition, f"of {n}") for n in range(20)])

    assert {cast.answer for cast in casts} == {CastAnswer.SEALED}
    assert await box(site, open_edition) == {}


async def test_drafts_of_those_who_have_voted_are_gone_and_those_of_others_stay(
    site: LiveSite, open_edition: Edition
) -> None:
    orders = [order(site, open_edition, f"of {n}") for n in range(12)]
    town, vote = open_edition.key
    async with site.web.database.write() as session:
        for one in orders:
            await session.execute(
                DRAFT, {"town": town, "vote": vote, "key": one.draft_key, "content": "1"}
            )

    await cast_together(site, orders[:9])

    left = await site.web.database.quick.all(Sql("SELECT draft_key FROM draft"))
    assert sorted(row["draft_key"] for row in left) == sorted(one.draft_key for one in orders[9:])
