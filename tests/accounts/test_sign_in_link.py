"""The link of a sign-in's e-mail: the same sign-in as its code, and nothing else."""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.domain.slips import login_code
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services.sign_in import Browser, ask_code, entering_by_code
from pacto_participe.accounts.services.sign_in_link import (
    SIGN_IN_LINK,
    code_of_link,
    link_token,
    use_link,
)
from pacto_participe.accounts.tables import LOGIN_CODE
from pacto_participe.kernel.errors import Refused
from pacto_participe.storage.secrets import Secrets
from pacto_participe.web import links

ADDRESS = "fatima@example.ma"
TEN_MINUTES = timedelta(minutes=10)
BUTTON = "/fr/sign-in/link/"


async def ask(town_hall, browser, contact=ADDRESS, **fields) -> str:
    """Ask for a code; the path that the link of the newest e-mail leads to."""
    await browser.post("/fr/sign-in", {"contact": contact, **fields})
    await town_hall.do_jobs()
    return link_in(town_hall)


def link_in(town_hall) -> str:
    base = re.escape(town_hall.web.settings.base_url)
    return re.search(rf"^{base}(/\S+/sign-in/link/\S+)$", town_hall.messages()[0].text, re.M)[1]


async def rows(town_hall):
    async with town_hall.web.database.read() as session:
        return (await session.execute(select(LOGIN_CODE))).mappings().all()


async def is_signed_in(browser) -> bool:
    page = await browser.get("/fr/account", follow=True)
    return page.path == "/fr/account"


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_the_link_and_its_button_sign_in(town_hall, visitor, lang):
    await visitor.post(f"/{lang}/sign-in", {"contact": ADDRESS})
    await town_hall.do_jobs()
    link = link_in(town_hall)

    page = await visitor.get(link)
    assert len([form for form in page.forms() if "/sign-in/" in form.action]) == 1
    page = await visitor.submit(page.form(link))

    assert link.startswith(f"/{lang}/sign-in/link/")
    assert page.path == f"/{lang}/account"
    assert page.says(ADDRESS)


async def test_opening_the_link_changes_nothing_however_often(town_hall, visitor, other_visitor):
    link = await ask(town_hall, visitor)
    before = await rows(town_hall)

    for _ in range(3):
        page = await visitor.get(link)
        await other_visitor.get(link, status=422)  # a mail program that looks ahead

    assert await rows(town_hall) == before
    assert "set-cookie" not in page.headers
    assert not await is_signed_in(visitor)
    page = await visitor.get(link)
    assert (await visitor.submit(page.form(link))).path == "/fr/account"


async def test_a_page_with_a_token_is_kept_and_told_nowhere(town_hall, visitor, capsys):
    link = await ask(town_hall, visitor)
    token = link.rpartition("/")[2]

    pages = [
        await visitor.get(link),
        await visitor.get(f"{link}x", status=422),
        await visitor.post(link, follow=False, status=303),
        await visitor.get(link, status=422),
    ]

    for page in pages:
        assert page.headers["referrer-policy"] == "same-origin"
        assert token not in page.headers.get("location", "")
        if page.status != 303:
            assert page.headers["cache-control"] == "no-store"
    assert token not in "".join(capsys.readouterr())


async def test_a_fault_behind_a_link_is_logged_without_its_token(
    town_hall, visitor, capsys, monkeypatch
):
    link = await ask(town_hall, visitor)
    monkeypatch.setattr(town_hall.web.secrets, "_known", None)  # every key is unreadable

    with pytest.raises(TypeError):
        await visitor.get(link)

    output = "".join(capsys.readouterr())
    assert "/sign-in/link/{token}" in output
    assert link.rpartition("/")[2] not in output


async def test_a_token_holds_the_id_of_the_sign_in_and_nothing_else(town_hall, visitor):
    link = await ask(town_hall, visitor)
    code = await town_hall.code()
    (row,) = await rows(town_hall)

    held = links.read(
        town_hall.web.secrets, SIGN_IN_LINK, link.rpartition("/")[2],
        max_age=TEN_MINUTES, now=town_hall.clock.now(),
    )  # fmt: skip

    assert held == row["code_id"]
    assert code not in held
    assert "link" not in row
    assert link.rpartition("/")[2] not in str(dict(row))


async def test_a_text_message_carries_no_link(town_hall, visitor):
    await visitor.post("/ar/sign-in", {"contact": "0612345678"})
    await town_hall.do_jobs()

    (message,) = town_hall.messages()
    assert "link" not in message.text
    assert "http" not in message.text
    assert len(message.text) <= 70


async def test_the_link_leads_back_to_where_someone_was(town_hall, visitor):
    page = await visitor.get("/fr/sign-in?next=/fr/c/ajdir/residence")
    await visitor.submit(page.form(), contact=ADDRESS)
    await town_hall.do_jobs()
    link = link_in(town_hall)
    assert "residence" not in link

    page = await visitor.get(link)
    page = await visitor.submit(page.form(link))

    assert page.path == "/fr/c/ajdir/residence"
    assert "sign-in-next" not in visitor.http.cookies


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
async def test_the_link_never_leads_to_another_site(town_hall, visitor, target):
    link = await ask(town_hall, visitor, next=target)

    page = await visitor.get(link)
    page = await visitor.submit(page.form(link))

    assert page.path == "/fr/account"


async def test_a_family_that_shares_an_address_is_asked_who(town_hall, visitor):
    for _ in range(2):
        await town_hall.sign_in(visitor, ADDRESS, newcomer="1")
        await visitor.post("/fr/sign-out", follow=False, status=303)
        town_hall.clock.move(timedelta(minutes=20))
    link = await ask(town_hall, visitor, next="/fr/c/ajdir/residence")

    page = await visitor.get(link)
    page = await visitor.submit(page.form(link))
    assert page.says("Qui êtes-vous ?", "Personne 1", "Personne 2")
    assert not await is_signed_in(visitor)
    page = await visitor.get(page.path)
    person = next(
        item.get("value") for item in page.tree.elements("input") if item.get("name") == "person"
    )
    page = await visitor.submit(page.form("/sign-in/who"), person=person)

    assert page.path == "/fr/c/ajdir/residence"


async def test_the_link_gives_a_new_ticket(town_hall, visitor):
    visitor.http.cookies.set("session", "chosen-by-an-attacker", domain="127.0.0.1")
    link = await ask(town_hall, visitor)

    await visitor.post(link)

    assert await is_signed_in(visitor)
    thief = town_hall.browser(cookies={"session": "chosen-by-an-attacker"})
    assert not await is_signed_in(thief)
    await thief.close()


async def test_a_link_serves_once(town_hall, visitor):
    link = await ask(town_hall, visitor)
    nonce = visitor.http.cookies["sign-in"]
    await visitor.post(link)
    await visitor.post("/fr/sign-out", follow=False, status=303)
    visitor.http.cookies.set("sign-in", nonce, domain="127.0.0.1")

    for page in (await visitor.post(link, status=422), await visitor.get(link, status=422)):
        assert page.says("a déjà servi")
        assert page.link("Demander un nouveau code").startswith("/fr/sign-in")
    assert not await is_signed_in(visitor)


async def test_link_and_code_are_one_sign_in(town_hall, visitor, other_visitor):
    for browser, contact, is_link_first in (
        (visitor, ADDRESS, True),
        (other_visitor, "hassan@example.ma", False),
    ):
        link = await ask(town_hall, browser, contact)
        ways = [(link, {}), ("/fr/sign-in/code", {"code": await town_hall.code()})]
        nonce = browser.http.cookies["sign-in"]
        first, second = ways if is_link_first else reversed(ways)
        await browser.post(*first)
        browser.http.cookies.set("sign-in", nonce, domain="127.0.0.1")

        page = await browser.post(*second, status=422)

        assert page.says("déjà servi")


async def test_a_link_is_worth_nothing_in_another_browser(town_hall, visitor, other_visitor):
    link = await ask(town_hall, visitor)
    await other_visitor.post("/fr/sign-in", {"contact": "hassan@example.ma"})
    stranger = town_hall.browser()

    for browser in (stranger, other_visitor):
        for page in (await browser.get(link, status=422), await browser.post(link, status=422)):
            assert page.says("prévu pour un autre navigateur")
            assert page.says("Demander un nouveau code")
            assert page.says("Saisir le code") is (browser is other_visitor)
        assert not await is_signed_in(browser)
    await stranger.close()

    assert (await visitor.post(link)).path == "/fr/account"  # nothing was used up


async def test_asking_again_makes_the_link_before_it_say_so(town_hall, visitor):
    older = await ask(town_hall, visitor)
    newer = await ask(town_hall, visitor)

    page = await visitor.get(older, status=422)

    assert page.says("un code plus récent a été demandé")
    assert (await visitor.post(newer)).path == "/fr/account"


async def test_a_link_is_over_after_ten_minutes_to_the_second(town_hall, visitor):
    await visitor.post("/fr/sign-in", {"contact": ADDRESS})
    town_hall.clock.move(timedelta(minutes=4))
    await town_hall.do_jobs()  # sent late: its time runs all the same
    link = link_in(town_hall)
    town_hall.clock.move(timedelta(minutes=5, seconds=59))
    await visitor.get(link)
    town_hall.clock.move(timedelta(seconds=1))

    for page in (await visitor.get(link, status=422), await visitor.post(link, status=422)):
        assert page.says("plus de 10 minutes", "Demander un nouveau code")
    assert not await is_signed_in(visitor)


async def test_five_wrong_codes_shut_the_link_too(town_hall, visitor):
    link = await ask(town_hall, visitor)
    wrong = f"{(int(await town_hall.code()) + 1) % 10**6:06}"
    for _ in range(5):
        await visitor.post("/fr/sign-in/code", {"code": wrong}, status=422)

    for page in (await visitor.get(link, status=422), await visitor.post(link, status=422)):
        assert page.says("Trop de codes erronés")


async def test_a_changed_or_foreign_token_is_refused_with_a_way_on(town_hall, visitor, tmp_path):
    link = await ask(town_hall, visitor)
    token = link.rpartition("/")[2]
    (row,) = await rows(town_hall)
    now, keys = town_hall.clock.now(), town_hall.web.secrets
    elsewhere = Secrets(tmp_path / "another installation")

    for forged in (
        token[:-1], f"{token}A", f"A{token}", token.swapcase(), "x", ".a", "a.b.c", "é",
        row["code_id"],
        links.sign(keys, "pacto/unsubscribe/1", row["code_id"], now=now),
        links.sign(keys, "pacto/sign-in/2", row["code_id"], now=now),
        links.sign(elsewhere, SIGN_IN_LINK, row["code_id"], now=now),
        links.sign(keys, SIGN_IN_LINK, "0" * 32, now=now),
        links.sign(keys, SIGN_IN_LINK, row["code_id"], now=now - timedelta(minutes=11)),
    ):  # fmt: skip
        for page in (
            await visitor.get(BUTTON + forged, status=422),
            await visitor.post(BUTTON + forged, status=422),
        ):
            assert page.says("incomplet ou a plus de 10 minutes", "Demander un nouveau code")

    assert not await is_signed_in(visitor)
    assert (await visitor.post(link)).path == "/fr/account"


async def test_wrong_links_are_counted_and_right_ones_are_not(town_hall, visitor):
    for _ in range(60):
        await visitor.post(f"{BUTTON}wrong", status=422)
    link = await ask(town_hall, visitor)

    page = await visitor.post(link, status=429)
    assert int(page.headers["retry-after"]) <= 600
    await visitor.get(link)  # looking is free

    town_hall.clock.move(timedelta(minutes=10))
    assert (await visitor.post(await ask(town_hall, visitor))).path == "/fr/account"


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "", "Origin": "null"}]
)
async def test_another_site_cannot_press_the_button(town_hall, visitor, headers):
    link = await ask(town_hall, visitor)

    await visitor.post(link, headers=headers, status=403)

    assert not await is_signed_in(visitor)


async def test_link_and_code_at_once_sign_in_once_on_both_databases(work, database, secrets, clock):
    async with work() as uow:
        await ask_code(uow, read_contact(ADDRESS), "nonce", language="ar")
    async with database.read() as session:
        asked = (await session.execute(select(LOGIN_CODE))).mappings().one()
    code_id = asked["code_id"]
    token = link_token(secrets, code_id, expires_at=asked["expires_at"])
    code = login_code(secrets.get_or_make("login"), code_id)

    browser = Browser("nonce", "ar", days=30, most=4)

    async def enter(number):
        if number % 2:
            answer, ticket = await database.follow(
                lambda: entering_by_code(clock.now(), secrets, browser, code)
            )
            answer.require()
            return ticket
        async with work() as uow:
            return await use_link(uow, browser, code_of_link(secrets, token, now=uow.now()))

    outcomes = await asyncio.gather(*(enter(n) for n in range(8)), return_exceptions=True)

    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert len(refused) == 7
    assert {found.problems[0].code for found in refused} <= {Refusal.LINK_USED, Refusal.CODE_USED}
