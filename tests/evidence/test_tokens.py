"""What opens something opens it once, in its time, for its purpose: on both databases, at every place."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from pacto_participe.storage.sql import Sql
from pacto_participe.voting.boxes import BOXES, CastAnswer, Voter
from pacto_participe.web.sessions import fingerprint
from tests.evidence.tokens import KINDS, RESIDENCE, Held, Holder, Kind, code_in, ticket_of
from tests.pages import Browser
from tests.town import Edition, LiveSite, make_edition

pytestmark = pytest.mark.usefixtures("database_url")
SECOND = timedelta(seconds=1)
BOX = BOXES["open"]


@pytest.fixture
def holder(site: LiveSite, open_edition: Edition) -> Holder:
    return Holder(site, open_edition)


@pytest.fixture(params=KINDS.values(), ids=KINDS.keys())
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


async def test_a_token_is_good_to_its_last_second_and_not_at_its_end(
    holder: Holder, kind: Kind
) -> None:
    first, second = await kind.get(holder), await kind.get(holder)

    holder.site.clock.move(kind.lasts - SECOND)
    in_time = await kind.use(holder, first)
    holder.site.clock.move(SECOND)
    late = await kind.use(holder, second)

    assert in_time
    assert not late


async def test_a_token_serves_once_even_a_thief_who_has_the_cookies(
    holder: Holder, kind: Kind
) -> None:
    held = await kind.get(holder)
    stolen = held.copy(holder.site)

    assert await kind.use(holder, held)

    assert await kind.use(holder, stolen) is not kind.serves_once


async def test_one_token_in_ten_windows_at_once_serves_once(holder: Holder, kind: Kind) -> None:
    held = await kind.get(holder)
    copies = [held.copy(holder.site) for _ in range(10)]

    opened = await asyncio.gather(*(kind.use(holder, copy) for copy in copies))

    assert sum(opened) == (1 if kind.serves_once else 10)


async def test_a_token_of_one_purpose_is_refused_for_every_other(
    holder: Holder, kind: Kind
) -> None:
    """Each kind's own browser, with the token of each other kind."""
    ours = {"slip": {"slip", "slip-booth"}, "slip-booth": {"slip", "slip-booth"}}
    for other in KINDS.values():
        if other.name in ours.get(kind.name, {kind.name}):
            continue
        theirs = await other.get(holder)
        held = await kind.get(holder)

        assert not await kind.use(holder, Held(theirs.text, held.browser)), other.name

        # What was tried as something else is still good for what it is.
        assert await other.use(holder, theirs)


async def test_what_lies_in_the_database_opens_nothing(holder: Holder, kind: Kind) -> None:
    """Whoever reads a backup finds ids and fingerprints: none of them is a token."""
    held = await kind.get(holder)
    found = await _ids(holder)
    assert len(found) >= 2
    for text in found - {held.text}:
        assert not await kind.use(holder, Held(text, held.copy(holder.site).browser)), text


async def _ids(holder: Holder) -> set[str]:
    """Every id and fingerprint of the tables that tokens have to do with."""
    quick = holder.site.web.database.quick
    texts: set[str] = set()
    for column, table in (
        ("code_id", "login_code"), ("nonce", "login_code"), ("session_id", "session"),
        ("slip_id", "activation_slip"), ("code", "activation_slip"), ("person_id", "person"),
        ("residence_id", "residence"), ("identity", "residence"),
    ):  # fmt: skip
        rows = await quick.all(Sql(f"SELECT {column} AS text FROM {table} LIMIT 3"))
        texts |= {row["text"] for row in rows}
    return texts


async def test_a_code_asked_for_again_ends_the_one_before(holder: Holder) -> None:
    browser = holder.site.browser()
    phone = holder.phone()
    old = code_in(await holder.message(browser, phone))
    await holder.message(browser, phone)

    assert not await KINDS["code"].use(holder, Held(old, browser))


# Tickets


async def test_a_ticket_is_worth_nothing_after_signing_out(holder: Holder) -> None:
    browser = await holder.sign_in(holder.phone())
    stolen = ticket_of(browser)

    await browser.post("/fr/sign-out")

    assert await _opens_nothing(holder, stolen)


async def test_a_ticket_is_worth_nothing_after_signing_out_everywhere(holder: Holder) -> None:
    phone = holder.phone()
    browser, other = await holder.sign_in(phone), await holder.sign_in(phone)

    await browser.post("/fr/account/sign-out")

    assert await _opens_nothing(holder, ticket_of(other))


async def test_a_ticket_is_worth_nothing_after_the_account_is_closed(holder: Holder) -> None:
    browser = await holder.sign_in(holder.phone())
    stolen = ticket_of(browser)

    await browser.post("/fr/account/closure", {"sure": "yes"})

    assert await _opens_nothing(holder, stolen)


@pytest.mark.parametrize("place", ["residence", "booth"])
async def test_the_ticket_before_a_slip_is_worth_nothing_once_the_slip_signs_another_in(
    holder: Holder, place: str
) -> None:
    """A browser has one ticket: the one it had ends when it is given another."""
    site = holder.site
    father = await holder.sign_in(holder.phone())
    await father.post(RESIDENCE, {"way": "slip", "code": await holder.slip("JT900")})
    before = ticket_of(father)
    sons = await holder.slip("JT901")

    if place == "residence":
        await father.post(RESIDENCE, {"way": "slip", "code": sons})
    else:
        await father.post(holder.edition.path("identity"), {"code": sons})

    assert ticket_of(father) != before
    assert (await site.browser(before).get("/fr/account")).path != "/fr/account"


async def _opens_nothing(holder: Holder, ticket: str) -> bool:
    """At the pages of an account, of a ballot and of the staff."""
    edition = holder.edition
    thief = holder.site.browser(ticket)
    account = await thief.get("/fr/account")
    ballot = await thief.get(edition.path("ballot"))
    receipt = await thief.get(edition.path("receipt"))
    data = await thief.get("/fr/account/data")
    cast = await thief.post(edition.path("ballot/confirm"), {"p": ["1"]})
    return (
        "sign-in" in account.path
        and "sign-in" in data.path
        and {page.path for page in (ballot, receipt, cast)} == {edition.path("identity")}
        and await BOX.turnout(holder.site.web.database, edition.key) == 0
    )


# The keys by which a ballot is changed


async def _cast(
    site: LiveSite, edition: Edition, voter: Voter, content: str, *, key: str, replaces: str = ""
) -> tuple[CastAnswer, str]:
    cast = await BOX.cast(
        site.web.database, site.web.secrets, edition.key, voter,
        content=content, confirmation=key, replaces=replaces, now=site.clock.now(),
    )  # fmt: skip
    return cast.answer, cast.receipt.code if cast.receipt else ""


async def test_a_receipt_of_another_voter_another_vote_or_a_replaced_one_changes_no_ballot(
    site: LiveSite, open_edition: Edition
) -> None:
    other_vote = await make_edition(site, edition="2025-bis")
    mine, neighbours = Voter(identity="a" * 64), Voter(identity="b" * 64)
    _, first = await _cast(site, open_edition, mine, "1", key="k1")
    _, second = await _cast(site, open_edition, mine, "2", key="k2", replaces=first)
    _, theirs = await _cast(site, open_edition, neighbours, "3", key="k3")
    _, elsewhere = await _cast(site, other_vote, mine, "1", key="k4")

    for code in (first, theirs, elsewhere, "00000000", second.lower()):
        answer, _ = await _cast(site, open_edition, mine, "7", key=uuid4().hex, replaces=code)
        assert answer is CastAnswer.ALREADY, code

    box = (site.web.database, site.web.secrets, open_edition.key)
    assert await BOX.ballot_of(*box, mine) == "2"
    assert await BOX.ballot_of(*box, neighbours) == "3"


async def test_a_confirmation_sent_again_with_other_choices_changes_nothing(
    site: LiveSite, open_edition: Edition
) -> None:
    voter = Voter(identity="a" * 64)
    _, receipt = await _cast(site, open_edition, voter, "1", key="same")

    again = await _cast(site, open_edition, voter, "2", key="same")

    assert again == (CastAnswer.SAME, receipt)
    box = (site.web.database, site.web.secrets, open_edition.key)
    assert await BOX.ballot_of(*box, voter) == "1"


async def test_a_confirmation_of_another_voter_is_none_of_mine(
    site: LiveSite, open_edition: Edition
) -> None:
    mine, neighbours = Voter(identity="a" * 64), Voter(identity="b" * 64)

    first = await _cast(site, open_edition, mine, "1", key="same")
    second = await _cast(site, open_edition, neighbours, "2", key="same")

    assert first[0] is second[0] is CastAnswer.COUNTED
    assert first[1] != second[1]


async def test_a_draft_is_read_and_changed_by_its_voter_alone(
    site: LiveSite, open_edition: Edition
) -> None:
    box = (site.web.database, site.web.secrets, open_edition.key)
    mine, neighbours = Voter(identity="a" * 64), Voter(identity="b" * 64)
    await BOX.save_draft(*box, mine, "1,2")

    await BOX.save_draft(*box, neighbours, "3")
    await _cast(site, open_edition, neighbours, "3", key="k")

    assert (await BOX.standing(*box, mine)).draft == "1,2"
    assert (await BOX.standing(*box, neighbours)).draft is None


# Forged requests


FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:8000.evil.example"},
    {"Origin": "http://127.0.0.1:9000"},
    {"Origin": ""},
)


async def test_no_form_is_taken_from_another_site(
    site: LiveSite, open_edition: Edition, administrator: Browser
) -> None:
    """CVE-2023-47635 (Decidim): every address that takes a form, with every sign of another site."""
    places = {"slug": "tiznit", "edition": "2026", "number": "1", "token": "x"}
    walked = 0
    for address in site.web.addresses.all:
        if address.method != "POST":
            continue
        values = {name: places.get(name, "1") for name in site.web.addresses.places(address.name)}
        path = site.web.addresses.path(address.name, "fr", **values)
        for headers in FOREIGN:
            answer = await administrator.http.post(path, data={"act": "check"}, headers=headers)
            assert answer.status_code == 403, (path, headers)
            walked += 1
    assert walked >= 20 * len(FOREIGN)


async def test_the_fingerprint_of_a_ticket_is_no_ticket(holder: Holder) -> None:
    browser = await holder.sign_in(holder.phone())

    page = await holder.site.browser(fingerprint(ticket_of(browser))).get("/fr/account")

    assert "sign-in" in page.path
