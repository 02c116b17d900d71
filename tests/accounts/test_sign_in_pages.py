"""Sign in by code or password, sign out: as a browser goes through it."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from pacto_participe.kernel.actors import Role
from pacto_participe.kernel.clock import local
from pacto_participe.web.sessions import fingerprint
from tests.accounts.town_hall import PASSWORD

WRONG = "000000"


def wrong_code(right: str) -> str:
    return WRONG if right != WRONG else "000001"


async def test_a_phone_and_a_code_sign_in(town_hall, visitor):
    page = await visitor.get("/fr/sign-in")

    page = await visitor.submit(page.form(), contact="06 12 34 56 78")
    assert page.h1 == "Saisir le code"
    page = await visitor.submit(page.form("/sign-in/code"), code=await town_hall.code())

    assert page.path == "/fr/account"
    assert page.says("+212612345678")


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_the_way_in_is_said_in_every_language(town_hall, visitor, lang):
    page = await visitor.get(f"/{lang}/sign-in")
    page = await visitor.submit(page.form(), contact="٠٦١٢٣٤٥٦٧٨")
    page = await visitor.submit(page.form("/sign-in/code"), code=await town_hall.code())
    assert page.path == f"/{lang}/account"

    for path in ("/sign-in/password", "/demo/outbox", "/c/ajdir/residence"):
        await visitor.get(f"/{lang}{path}", follow=True)


async def test_an_arabic_code_is_one_text_message(town_hall, visitor):
    await visitor.post("/ar/sign-in", {"contact": "0612345678"})
    await town_hall.do_jobs()

    (message,) = town_hall.messages()
    assert message.way == "sms"
    assert message.to == "+212612345678"
    assert len(message.text) <= 70
    assert "رمز" in message.text


async def test_an_address_gets_its_code_by_mail(town_hall, visitor):
    await visitor.post("/fr/sign-in", {"contact": "Fatima@Example.ma"})
    await town_hall.do_jobs()

    (message,) = town_hall.messages()
    assert message.way == "mail"
    assert message.to == "fatima@example.ma"
    assert "10 minutes" in message.text
    assert not any(digit.isdigit() for digit in message.subject)


@pytest.mark.parametrize(
    "typed", ["hello", "0512345678", "+33612345678", "+1 900 555 1234", "061234567", "a@b", ""]
)
async def test_what_reaches_nobody_is_refused_and_sends_nothing(town_hall, visitor, typed):
    page = await visitor.post("/fr/sign-in", {"contact": typed}, status=422)

    assert page.says("Écrivez un numéro de mobile marocain")
    await town_hall.do_jobs()
    assert town_hall.messages() == []


async def test_a_wrong_code_says_how_many_tries_are_left(town_hall, visitor):
    await visitor.post("/fr/sign-in", {"contact": "0612345678"})
    code = await town_hall.code()

    page = await visitor.post("/fr/sign-in/code", {"code": wrong_code(code)}, status=422)
    assert page.says("Essais restants : 4")
    for _ in range(4):
        page = await visitor.post("/fr/sign-in/code", {"code": wrong_code(code)}, status=422)

    assert page.says("Trop de codes erronés")
    page = await visitor.post("/fr/sign-in/code", {"code": code}, status=422)
    assert page.says("Trop de codes erronés")


async def test_fifty_tries_at_once_are_five(town_hall, visitor):
    await visitor.post("/fr/sign-in", {"contact": "0612345678"})
    code = await town_hall.code()

    pages = await asyncio.gather(
        *(
            visitor.post("/fr/sign-in/code", {"code": wrong_code(code)}, status=422)
            for _ in range(50)
        )
    )

    assert sum(page.says("Essais restants") for page in pages) == 4
    page = await visitor.post("/fr/sign-in/code", {"code": code}, status=422)
    assert page.says("Trop de codes erronés")


async def test_a_code_is_over_after_ten_minutes(town_hall, visitor):
    await visitor.post("/fr/sign-in", {"contact": "0612345678"})
    code = await town_hall.code()
    town_hall.clock.move(timedelta(minutes=10))

    page = await visitor.post("/fr/sign-in/code", {"code": code}, status=422)

    assert page.says("plus de 10 minutes")


async def test_a_code_serves_once(town_hall, visitor):
    await visitor.post("/fr/sign-in", {"contact": "0612345678"})
    code = await town_hall.code()
    nonce = visitor.http.cookies["sign-in"]
    await visitor.post("/fr/sign-in/code", {"code": code})
    visitor.http.cookies.set("sign-in", nonce, domain="127.0.0.1")

    page = await visitor.post("/fr/sign-in/code", {"code": code}, status=422)

    assert page.says("déjà servi")


async def test_a_code_is_worth_nothing_in_another_browser(town_hall, visitor, other_visitor):
    await visitor.post("/fr/sign-in", {"contact": "0612345678"})
    code = await town_hall.code()
    await other_visitor.post("/fr/sign-in", {"contact": "0698765432"})

    page = await other_visitor.post("/fr/sign-in/code", {"code": code}, status=422)

    assert page.says("ne correspond pas")
    stranger = town_hall.browser()
    page = await stranger.post("/fr/sign-in/code", {"code": code}, status=422)
    assert page.says("sur un autre appareil")
    await stranger.close()


async def test_a_family_shares_a_phone_and_each_is_someone(town_hall, visitor):
    await town_hall.sign_in(visitor)
    await visitor.post("/fr/account", {"name": "Fatima", "language": "fr"})
    await visitor.post("/fr/sign-out", follow=False, status=303)

    page = await town_hall.sign_in(visitor, newcomer="1")
    assert page.path == "/fr/account"
    assert not page.says("Fatima")
    await visitor.post("/fr/sign-out", follow=False, status=303)

    page = await town_hall.sign_in(visitor)
    assert page.says("Qui êtes-vous ?")
    assert page.says("Fatima", "Personne 2", "Quelqu’un d’autre")
    fatima = next(
        item.get("value") for item in page.tree.elements("input") if item.get("name") == "person"
    )
    page = await visitor.submit(page.form("/sign-in/who"), person=fatima)
    assert page.part("name").get("value") == "Fatima"


async def test_nobody_signs_in_as_someone_of_another_phone(town_hall, visitor, other_visitor):
    await town_hall.sign_in(visitor, "0611111111")
    stranger = (await visitor.get("/fr/account/data")).response.json()
    assert [one["value"] for one in stranger["contacts"]] == ["+212611111111"]
    actor_session = fingerprint(visitor.http.cookies["session"])
    actor = await town_hall.web.finders.actor_of_session(
        town_hall.web.database, actor_session, town_hall.clock
    )
    for _ in range(2):
        await town_hall.sign_in(other_visitor, "0622222222", newcomer="1")
        await other_visitor.post("/fr/sign-out", follow=False, status=303)
    await town_hall.sign_in(other_visitor, "0622222222")

    page = await other_visitor.post("/fr/sign-in/who", {"person": actor.person_id}, status=422)

    assert page.says("Choisissez qui vous êtes")


async def test_a_phone_serves_four_people(town_hall, visitor):
    for _ in range(4):
        await town_hall.sign_in(visitor, newcomer="1")
        await visitor.post("/fr/sign-out", follow=False, status=303)
        town_hall.clock.move(timedelta(minutes=20))
    await visitor.post("/fr/sign-in", {"contact": "0612345678"})

    page = await visitor.post(
        "/fr/sign-in/code", {"code": await town_hall.code(), "newcomer": "1"}, status=422
    )

    assert page.says("sert déjà à 4 personnes")


async def test_who_cannot_be_chosen_before_the_code(town_hall, visitor):
    await visitor.post("/fr/sign-in", {"contact": "0612345678"})

    page = await visitor.post("/fr/sign-in/who", {"person": "new"}, status=422)

    assert page.says("Demandez-en un nouveau")


async def test_a_new_ticket_is_given_at_each_sign_in(town_hall, visitor):
    visitor.http.cookies.set("session", "chosen-by-an-attacker", domain="127.0.0.1")
    await town_hall.sign_in(visitor)
    first = visitor.http.cookies["session"]
    assert first != "chosen-by-an-attacker"

    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await visitor.post("/fr/sign-out", follow=False, status=303)
    await town_hall.sign_in_staff(visitor, "clerk@example.ma")

    assert visitor.http.cookies["session"] != first
    thief = town_hall.browser(cookies={"session": first})
    page = await thief.get("/fr/account", follow=False, status=303)
    assert "/sign-in" in page.headers["location"]
    await thief.close()


async def test_signing_in_over_a_session_ends_the_one_before(town_hall, visitor):
    await town_hall.sign_in(visitor)
    before = visitor.http.cookies["session"]
    slip = await town_hall.slip()
    other = await town_hall.slip("BE777", "01/02/2005")
    await visitor.post("/fr/c/ajdir/residence", {"way": "slip", "code": slip.code})
    await visitor.post("/fr/c/ajdir/residence", {"way": "slip", "code": other.code})
    assert visitor.http.cookies["session"] != before

    thief = town_hall.browser(cookies={"session": before})
    await thief.get("/fr/account", follow=False, status=303)
    await thief.close()


async def test_signing_out_ends_the_session_and_clears_the_browser(town_hall, visitor):
    await town_hall.sign_in(visitor)
    ticket = visitor.http.cookies["session"]

    page = await visitor.post("/fr/sign-out", follow=False, status=303)

    assert page.headers["clear-site-data"] == '"cache", "storage"'
    thief = town_hall.browser(cookies={"session": ticket})
    await thief.get("/fr/account", follow=False, status=303)
    await thief.close()


async def test_signing_out_everywhere_ends_every_session_of_one_person(
    town_hall, visitor, other_visitor
):
    await town_hall.sign_in(visitor)
    await town_hall.sign_in(other_visitor)
    neighbour = town_hall.browser()
    await town_hall.sign_in(neighbour, "0699999999")

    await visitor.post("/fr/account/sign-out", follow=False, status=303)

    await other_visitor.get("/fr/account", follow=False, status=303)
    await neighbour.get("/fr/account")
    await neighbour.close()


async def test_one_browser_can_be_signed_out_from_another_and_not_by_a_stranger(
    town_hall, visitor, other_visitor
):
    await town_hall.sign_in(visitor)
    await town_hall.sign_in(other_visitor)
    stranger = town_hall.browser()
    await town_hall.sign_in(stranger, "0699999999")
    theirs = fingerprint(other_visitor.http.cookies["session"])

    await stranger.post("/fr/account/session-end", {"session_id": theirs})
    await other_visitor.get("/fr/account")
    await visitor.post("/fr/account/session-end", {"session_id": theirs})

    await other_visitor.get("/fr/account", follow=False, status=303)
    await stranger.close()


async def test_staff_sign_in_with_a_password(town_hall, visitor):
    await town_hall.staff("Clerk@Example.ma", Role.CLERK)

    await town_hall.sign_in_staff(visitor, "clerk@example.ma")

    page = await visitor.get("/fr/staff/ajdir/counter")
    assert page.says("Guichet : vérifier un habitant")


@pytest.mark.parametrize("email", ["clerk@example.ma", "nobody@example.ma", "not an address"])
async def test_a_wrong_password_and_an_unknown_address_get_one_answer(town_hall, visitor, email):
    await town_hall.staff("clerk@example.ma", Role.CLERK)

    page = await visitor.post(
        "/fr/sign-in/password", {"email": email, "password": "wrong"}, status=422
    )

    assert page.says("ne vont pas ensemble")
    assert "wrong" not in page.html
    assert "session" not in visitor.http.cookies


async def test_passwords_are_tried_ten_times_in_a_quarter_of_an_hour(town_hall, visitor):
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    wrong = {"email": "clerk@example.ma", "password": "wrong"}
    for _ in range(10):
        await visitor.post("/fr/sign-in/password", wrong, status=422)

    page = await town_hall.sign_in_staff(visitor, "clerk@example.ma", status=429)
    assert int(page.headers["retry-after"]) <= 900
    assert page.says("Trop d’essais", "Se connecter avec un code")
    window = 15
    now = local(town_hall.clock.now())
    again = now + timedelta(minutes=window - now.minute % window)
    assert page.says(again.strftime("à partir de %-H\u00a0h\u00a0%M"))
    assert PASSWORD not in page.html

    town_hall.clock.move(timedelta(minutes=15))
    await town_hall.sign_in_staff(visitor, "clerk@example.ma")


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_an_address_that_nobody_has_is_told_the_same_after_ten_tries(
    town_hall, visitor, lang
):
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    told = {}
    for email in ("clerk@example.ma", "nobody@example.ma"):
        wrong = {"email": email, "password": "wrong"}
        for _ in range(10):
            await visitor.post(f"/{lang}/sign-in/password", wrong, status=422)
        page = await visitor.post(f"/{lang}/sign-in/password", wrong, status=429)
        told[email] = page.html.replace(email, "")

    assert told["clerk@example.ma"] == told["nobody@example.ma"]


async def test_whose_password_was_tried_too_often_signs_in_by_a_code(town_hall, visitor):
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    wrong = {"email": "clerk@example.ma", "password": "wrong"}
    for _ in range(10):
        await visitor.post("/fr/sign-in/password", wrong, status=422)
    page = await visitor.post("/fr/sign-in/password", wrong, status=429)
    await visitor.follow(page, "Se connecter avec un code")

    await town_hall.sign_in(visitor, "clerk@example.ma")

    assert (await visitor.get("/fr/staff/ajdir/counter")).says("vérifier un habitant")


async def test_a_right_password_takes_nothing_from_the_tries(town_hall, visitor):
    await town_hall.staff("clerk@example.ma", Role.CLERK)

    for _ in range(11):
        visitor.http.cookies.clear()
        await town_hall.sign_in_staff(visitor, "clerk@example.ma")

    async with town_hall.web.database.read() as session:
        tries = await session.execute(
            text("SELECT tries FROM rate_limit WHERE what LIKE 'password:%'")
        )
    assert list(tries.scalars()) == [0, 0]


async def test_codes_are_asked_five_times_for_one_phone_whatever_its_writing(town_hall, visitor):
    for typed in (
        "0612345678",
        "+212612345678",
        "00212 612 345 678",
        "٠٦١٢٣٤٥٦٧٨",
        "06-12-34-56-78",
    ):
        await visitor.post("/fr/sign-in", {"contact": typed})

    await visitor.post("/fr/sign-in", {"contact": "0612345678"}, status=429)

    await visitor.post("/fr/sign-in", {"contact": "0612345679"})


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example",
        "javascript:alert(1)", "/\tevil", "http:evil.example", " //evil.example",
    ],
)  # fmt: skip
async def test_next_never_leads_to_another_site(town_hall, visitor, target):
    await visitor.post("/fr/sign-in", {"contact": "0612345678", "next": target})

    page = await visitor.post(
        "/fr/sign-in/code",
        {"code": await town_hall.code(), "next": target},
        follow=False,
        status=303,
    )

    assert page.headers["location"] == "/fr/account"


async def test_next_leads_back_to_where_someone_was(town_hall, visitor):
    page = await visitor.get("/fr/account")
    assert page.h1 == "Se connecter"
    page = await visitor.get("/fr/sign-in?next=/fr/c/ajdir/residence")
    page = await visitor.submit(page.form(), contact="0612345678")

    page = await visitor.submit(page.form("/sign-in/code"), code=await town_hall.code())

    assert page.path == "/fr/c/ajdir/residence"


async def test_who_changes_the_language_while_signing_in_goes_on_in_it(town_hall, visitor):
    page = await visitor.get("/fr/sign-in?next=/ar/c/ajdir/residence")
    page = await visitor.submit(page.form(), contact="0612345678")

    page = await visitor.submit(page.form("/sign-in/code"), code=await town_hall.code())

    assert page.path == "/fr/c/ajdir/residence"


async def test_the_outbox_exists_in_the_demonstration_only(town_hall, visitor, monkeypatch):
    await visitor.post("/fr/sign-in", {"contact": "0612345678"})
    code = await town_hall.code()

    page = await visitor.get("/fr/demo/outbox")
    assert page.says(code)

    settings = town_hall.web.settings.model_copy(update={"mode": "test"})
    object.__setattr__(town_hall.web, "settings", settings)
    await visitor.get("/fr/demo/outbox", status=404)


POSTS = [
    "/fr/sign-in", "/fr/sign-in/code", "/fr/sign-in/who", "/fr/sign-in/password", "/fr/sign-out",
    "/fr/account", "/fr/account/session-end", "/fr/account/sign-out", "/fr/account/closure",
    "/fr/c/ajdir/residence", "/fr/staff/ajdir/counter", "/fr/staff/ajdir/list",
]  # fmt: skip


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
    ],
)
async def test_a_form_of_another_site_is_refused(town_hall, visitor, path, headers):
    await town_hall.sign_in(visitor)

    await visitor.post(path, {"contact": "0612345678"}, headers=headers, status=403)

    await visitor.get("/fr/account")
