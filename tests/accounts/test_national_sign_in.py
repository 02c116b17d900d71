"""The national sign-in: the State proves who somebody is, the town knows whether they live here."""

import asyncio
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from pacto_participe.accounts.domain.cases import Clash
from pacto_participe.accounts.domain.people import EndReason, Method
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.routes.national import ROUTES
from pacto_participe.accounts.services.cases import queue_of
from pacto_participe.accounts.services.counter import end_residence
from pacto_participe.accounts.services.lists import import_list
from pacto_participe.accounts.services.national import Flow, match_national, use_flow
from pacto_participe.accounts.services.people import make_person
from pacto_participe.accounts.tables import NATIONAL_RETURN, RESIDENCE
from pacto_participe.accounts.wording.refusals import REFUSALS
from pacto_participe.app import build_web
from pacto_participe.cli.demo import demo_settings
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import Conflict, Refused
from pacto_participe.settings import Settings
from pacto_participe.web.headers import CSP
from pacto_participe.web.national import NATIONAL, Proved, ProviderMissing
from pacto_participe.web.openid import OpenIdProvider
from tests.accounts.town_hall import AJDIR
from tests.national_provider import CLIENT_ID, CLIENT_SECRET, LocalProvider
from tests.pages import ORIGIN
from tests.recorded import bodies, recorded

ISSUER = "https://identity.example.ma"
RESIDENCE_PAGE = "/fr/c/ajdir/residence"
LIST = ["cnie;birth_date;district\n", "BE123456;12/03/1987;Centre\n", "BE777;01/02/2005;Souk\n"]
CARD, BORN = "BE123456", "1987-03-12"
SWITCHED_ON = {
    "national_sign_in": True,
    "national_issuer": ISSUER,
    "national_client_id": CLIENT_ID,
    "national_client_secret": CLIENT_SECRET,
}
YES = "Vous êtes habitant vérifié ici."
AGAIN = "recommencez ici"


@pytest.fixture
def state(town_hall):
    """The provider of the State, which this installation has set up."""
    provider = LocalProvider(ISSUER, now=town_hall.clock.now)
    settings = town_hall.web.settings.model_copy(update=SWITCHED_ON)
    town_hall.web.extras[NATIONAL] = OpenIdProvider(
        settings, CLIENT_SECRET, town_hall.clock, transport=httpx2.ASGITransport(app=provider.app)
    )
    return provider


@pytest.fixture
async def listed_town(town_hall):
    administrator = Actor(roles=frozenset({(AJDIR, Role.ADMINISTRATOR)}))
    async with town_hall.work(administrator) as uow:
        await import_list(uow, town_hall.web.secrets, AJDIR, LIST)


@pytest.fixture
async def fatima(town_hall, visitor):
    """Signed in by telephone, verified nowhere."""
    await town_hall.sign_in(visitor)
    return visitor


async def ask(browser, address, **options):
    """One request as a browser makes it, with the answer as it came: it may lead to another site."""
    return await asyncio.create_task(browser.http.get(address, **options))


async def leave(browser, page=RESIDENCE_PAGE):
    """Press the button; where it leads."""
    shown = await browser.get(page)
    response = await ask(browser, shown.link("Aller au service national"))
    assert response.status_code == 303
    return response.headers["location"]


def within(address):
    """The part of an address of ours that a test browser asks for."""
    assert address.startswith(f"{ORIGIN}/residence/national?"), address
    return address.removeprefix(ORIGIN)


async def come_home(browser, state, card=CARD, born=BORN, **more):
    """The whole way: away, agreed, and back on the page."""
    back = state.agreed(await leave(browser), card, born, **more)
    return await browser.get(within(back))


def changed(back, **values):
    """The address of a return with other values."""
    parts = urlsplit(back)
    query = {name: value[0] for name, value in parse_qs(parts.query).items()} | values
    return f"{parts.path}?{urlencode(query)}"


async def residences(town_hall):
    async with town_hall.web.database.read() as session:
        return (await session.execute(select(RESIDENCE))).mappings().all()


# The ordinary day


async def test_who_is_on_the_list_is_verified_by_it(town_hall, state, listed_town, fatima):
    page = await come_home(fatima, state)

    assert page.says(YES, "Par l’identité numérique nationale", "Centre")
    assert page.path == RESIDENCE_PAGE
    (home,) = await residences(town_hall)
    assert home["method"] is Method.NATIONAL
    assert home["verified_at"] == town_hall.clock.now()
    account = await fatima.get("/fr/account")
    assert account.says("Par l’identité numérique nationale")


async def test_the_journal_says_how_and_not_who(town_hall, state, listed_town, fatima):
    await come_home(fatima, state)

    told = {event.tag: event.body for event in await recorded(town_hall.web.database)}
    assert told["accounts:residence:national"]["found_by"] == "list"
    assert told["accounts:residence:activated"]["method"] == "national"


async def test_who_was_verified_at_the_counter_needs_no_slip_any_more(town_hall, state, fatima):
    await town_hall.slip()

    page = await come_home(fatima, state, "be 0123456", "1987-03-12")

    assert page.says(YES, "Au guichet")
    (home,) = await residences(town_hall)
    assert home["person_id"] is not None
    [told] = await bodies(town_hall.web.database, "accounts:residence:national")
    assert told["found_by"] == "counter"


async def test_the_page_offers_it_before_the_other_ways(state, visitor):
    page = await visitor.get(RESIDENCE_PAGE)

    text = page.text
    assert text.index("J’ai l’identité numérique nationale") < text.index("J’ai un code")
    assert page.says("Je suis sur la liste", "Passez au guichet")


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_every_answer_is_said_in_every_language(town_hall, state, fatima, lang):
    shown = await fatima.get(f"/{lang}/c/ajdir/residence")
    (start,) = [link for link in shown.links.values() if link.endswith("/residence/national")]
    away = (await ask(fatima, start)).headers["location"]

    page = await fatima.get(within(state.agreed(away, CARD, BORN)))

    assert page.path == f"/{lang}/c/ajdir/residence"
    assert next(page.tree.elements("main")).text
    await fatima.get(f"/{lang}/residence/national", status=422)


async def test_the_address_that_one_was_going_to_is_kept(state, listed_town, fatima):
    back = state.agreed(await leave(fatima, f"{RESIDENCE_PAGE}?next=/fr/account"), CARD, BORN)

    page = await fatima.get(within(back))

    assert page.says(YES)
    assert page.link("Continuer") == "/fr/account"


async def test_a_visitor_signs_in_first_and_comes_back_with_the_way_they_were_on(
    town_hall, state, visitor
):
    shown = await visitor.get(f"{RESIDENCE_PAGE}?next=/fr/account")
    (button,) = [link.get("href") for link in shown.tree.elements("a")
                 if "/residence/national" in link.get("href")]  # fmt: skip
    page = await visitor.get(button)
    page = await visitor.submit(page.form("/sign-in"), contact="0612345678")

    page = await visitor.submit(page.form("/code"), code=await town_hall.code())

    assert page.path == f"{RESIDENCE_PAGE}?next=%2Ffr%2Faccount"
    assert page.link("Aller au service national")


@pytest.mark.parametrize(
    "target",
    ["/" + "x" * 10_000, "//evil.example", "https://evil.example", "/\u202e<script>", "/\\evil"],
)
async def test_a_hostile_way_on_leads_nowhere_and_fits_into_the_cookie(
    state, listed_town, fatima, target
):
    start = f"/fr/c/ajdir/residence/national?{urlencode({'next': target})}"
    response = await ask(fatima, start)
    assert len(response.headers["set-cookie"]) < 2_000

    page = await fatima.get(within(state.agreed(response.headers["location"], CARD, BORN)))

    assert page.says(YES)
    assert "evil" not in page.html


# Identity is not residence


@pytest.mark.parametrize(
    ("card", "born"), [("ZZ99999", BORN), (CARD, "1987-03-13"), ("BE777", BORN)]
)
async def test_an_identity_that_the_town_does_not_know_is_sent_to_the_counter(
    town_hall, state, listed_town, fatima, card, born
):
    page = await come_home(fatima, state, card, born)

    assert page.says("Votre identité est confirmée", "certificat de résidence", "Passez au guichet")
    assert await residences(town_hall) == []
    assert page.path == RESIDENCE_PAGE
    page = await fatima.get(RESIDENCE_PAGE)
    assert not page.says("Votre identité est confirmée")  # said once


async def test_who_moved_away_is_not_brought_back_by_it(town_hall, state, fatima):
    slip = await town_hall.slip()
    async with town_hall.work(town_hall.clerk_of()) as uow:
        await end_residence(uow, AJDIR, slip.residence_id, reason=EndReason.MOVED)

    page = await come_home(fatima, state)

    assert page.says("noté comme parti ailleurs")
    assert not page.says(YES)


@pytest.mark.parametrize("claims", [{"cnie": " "}, {"birthdate": "0000-03-12"}, {"cnie": "x" * 999},
                                    {"cnie": "<script>alert(1)</script>"}])  # fmt: skip
async def test_a_number_or_a_date_that_cannot_be_read_is_said(
    town_hall, state, listed_town, fatima, claims
):
    state.change = lambda told: {**told, **claims}

    page = await come_home(fatima, state)

    assert page.says("n’a pas donné le numéro de votre carte")
    assert await residences(town_hall) == []


async def test_a_town_next_door_learns_nothing(town_hall, state, listed_town, fatima):
    back = state.agreed(await leave(fatima, "/fr/c/imzouren/residence"), CARD, BORN)

    page = await fatima.get(within(back))

    assert page.path == "/fr/c/imzouren/residence"
    assert page.says("Votre identité est confirmée")


# Two accounts


async def test_a_number_in_another_account_is_for_the_counter_and_nobody_loses_a_vote(
    town_hall, state, listed_town, visitor, other_visitor
):
    await town_hall.sign_in(visitor, "0611111111")
    fields = {"way": "card", "cnie": CARD, "birth_date": "12/03/1987"}
    await visitor.post(RESIDENCE_PAGE, fields)
    before = await residences(town_hall)
    await town_hall.sign_in(other_visitor, "0622222222")

    page = await come_home(other_visitor, state)

    assert page.says("déjà dans un autre compte", "Passez au guichet")
    assert await residences(town_hall) == before  # the same residence, so the same ballot
    async with town_hall.work(town_hall.clerk_of()) as uow:
        (case,) = (await queue_of(uow, AJDIR)).cases
    assert case.about is Clash.TWO_ACCOUNTS
    assert case.person_id == before[0]["person_id"]
    assert (await visitor.get(RESIDENCE_PAGE)).says(YES)


async def test_an_account_that_is_somebody_else_here_stays_theirs(
    town_hall, state, listed_town, fatima
):
    away = await leave(fatima)
    fields = {"way": "card", "cnie": "BE777", "birth_date": "01/02/2005"}
    await fatima.post(RESIDENCE_PAGE, fields)

    await fatima.get(within(state.agreed(away, CARD, BORN)))

    held = [home for home in await residences(town_hall) if home["person_id"]]
    assert len(held) == 1
    assert held[0]["district"] == "Souk"


async def test_many_accounts_that_prove_one_number_at_once_are_one_voter(
    work, database, secrets, administrator
):
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, LIST)
    async with work() as uow:
        people = [await make_person(uow) for _ in range(6)]

    async def prove(person_id):
        async with work() as uow:
            found = await match_national(uow, secrets, AJDIR, person_id, Proved(CARD, BORN))
        found.require()

    outcomes = await asyncio.gather(*map(prove, people), return_exceptions=True)

    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 5
    async with database.read() as session:
        rows = (await session.execute(select(RESIDENCE.c.method))).scalars().all()
    assert rows == [Method.NATIONAL]


async def test_a_return_that_comes_many_times_at_once_is_used_once(work, database):
    flow = Flow("a number", "ajdir", "s", "ar", "")

    async def use():
        async with work() as uow:
            await use_flow(uow, flow)

    outcomes = await asyncio.gather(*(use() for _ in range(8)), return_exceptions=True)

    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 7
    async with database.read() as session:
        statement = select(func.count()).select_from(NATIONAL_RETURN)
        assert (await session.execute(statement)).scalar_one() == 1


# What is no return of ours


async def test_a_return_in_another_browser_is_none(
    town_hall, state, listed_town, fatima, other_visitor
):
    """Somebody sends the address of their own return to a neighbour, whose account would become theirs."""
    back = state.agreed(await leave(fatima), CARD, BORN)
    await town_hall.sign_in(other_visitor, "0622222222")

    page = await other_visitor.get(within(back), status=422, headers={"Accept-Language": "fr"})

    assert page.says(AGAIN)
    assert page.path == "/fr/residence/national"
    assert await residences(town_hall) == []


async def test_helios_f3a1add3_the_state_of_another_browser_is_not_taken(
    town_hall, state, listed_town, fatima, other_visitor
):
    back = state.agreed(await leave(fatima), CARD, BORN)
    await town_hall.sign_in(other_visitor, "0622222222")
    await leave(other_visitor)

    page = await other_visitor.get(within(back))

    assert page.says(AGAIN)
    assert await residences(town_hall) == []


async def test_a_state_that_was_used_is_worth_nothing(town_hall, state, listed_town, fatima):
    away = await leave(fatima)
    cookie = fatima.http.cookies["national"]
    await fatima.get(within(state.agreed(away, "ZZ99999", BORN)))
    fatima.http.cookies.set("national", cookie, domain="127.0.0.1")

    page = await fatima.get(within(state.agreed(away, CARD, BORN)))

    assert page.says(AGAIN)
    assert state.requests.count("token") == 1
    assert await residences(town_hall) == []


async def test_a_code_that_was_used_is_worth_nothing(town_hall, state, listed_town, fatima):
    first = state.agreed(await leave(fatima), "ZZ99999", BORN)
    await fatima.get(within(first))
    second = state.agreed(await leave(fatima), CARD, BORN)
    code = parse_qs(urlsplit(first).query)["code"][0]

    page = await fatima.get(changed(second, code=code))

    assert page.says("n’a pas pu être confirmée")
    assert await residences(town_hall) == []


async def test_somebody_elses_code_put_into_ones_own_return_is_worth_nothing(
    town_hall, state, listed_town, fatima, other_visitor
):
    await town_hall.sign_in(other_visitor, "0622222222")
    theirs = state.agreed(await leave(other_visitor), CARD, BORN)
    mine = state.agreed(await leave(fatima), "ZZ99999", BORN)
    code = parse_qs(urlsplit(theirs).query)["code"][0]

    page = await fatima.get(changed(mine, code=code))

    assert page.says("n’a pas pu être confirmée")
    assert await residences(town_hall) == []


async def test_after_ten_minutes_it_is_begun_again(town_hall, state, listed_town, fatima):
    back = state.agreed(await leave(fatima), CARD, BORN)
    town_hall.clock.move(timedelta(minutes=10, seconds=1))

    page = await fatima.get(within(back), status=422, headers={"Accept-Language": "fr"})

    assert page.says("date de plus de 10 minutes")
    assert await residences(town_hall) == []


async def test_who_is_somebody_else_by_now_begins_again(town_hall, state, listed_town, fatima):
    away = await leave(fatima)
    cookie = fatima.http.cookies["national"]
    await fatima.post("/fr/sign-out", {})
    await town_hall.sign_in(fatima, "0633333333")
    fatima.http.cookies.set("national", cookie, domain="127.0.0.1")

    page = await fatima.get(within(state.agreed(away, CARD, BORN)))

    assert page.says(AGAIN)
    assert await residences(town_hall) == []


@pytest.mark.parametrize(
    "query",
    ["", "?state=", "?code=x", "?code=x&state=y", "?error=access_denied", "?state=é&code=1"],
)
async def test_an_address_that_somebody_made_up_changes_nothing(state, fatima, query):
    await leave(fatima)

    page = await fatima.get(f"/residence/national{query}")

    assert page.says(AGAIN)
    assert "token" not in state.requests


async def test_an_answer_of_another_provider_is_not_taken(town_hall, state, listed_town, fatima):
    page = await come_home(fatima, state, iss="https://evil.example")

    assert page.says("n’a pas pu être confirmée")
    assert "token" not in state.requests
    assert await residences(town_hall) == []


async def test_a_token_of_another_sign_in_verifies_nobody(town_hall, state, listed_town, fatima):
    state.change = lambda claims: {**claims, "nonce": "of another"}

    page = await come_home(fatima, state)

    assert page.says("n’a pas pu être confirmée")
    assert await residences(town_hall) == []


async def test_a_page_of_another_site_cannot_begin_it(state, fatima):
    response = await ask(
        fatima, "/fr/c/ajdir/residence/national", headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert response.headers["location"] == RESIDENCE_PAGE
    assert "national" not in fatima.http.cookies


# When it does not work


async def test_who_stops_at_the_provider_is_told_and_has_the_other_ways(state, fatima):
    query = parse_qs(urlsplit(await leave(fatima)).query)
    back = {"error": "access_denied", "state": query["state"][0], "iss": ISSUER}

    page = await fatima.get(f"/residence/national?{urlencode(back)}")

    assert page.says("Vous avez arrêté", "J’ai un code", "Je suis sur la liste")
    assert page.path == RESIDENCE_PAGE


async def test_an_error_of_the_provider_is_said_without_its_words(state, fatima):
    query = parse_qs(urlsplit(await leave(fatima)).query)
    back = {
        "error": "server_error",
        "error_description": "<b>Zzyzzyva</b>",
        "state": query["state"][0],
    }

    page = await fatima.get(f"/residence/national?{urlencode(back)}")

    assert page.says("n’a pas pu être confirmée")
    assert "Zzyzzyva" not in page.html


async def test_a_provider_that_is_down_leaves_the_other_ways(state, fatima):
    state.is_down = True
    shown = await fatima.get(RESIDENCE_PAGE)

    page = await fatima.get(shown.link("Aller au service national"))

    assert page.says("ne répond pas", "Rien n’est perdu", "J’ai un code")


async def test_a_provider_that_goes_down_on_the_way_leaves_the_other_ways(
    town_hall, state, listed_town, fatima
):
    back = state.agreed(await leave(fatima), CARD, BORN)
    state.is_down = True

    page = await fatima.get(within(back))

    assert page.says("ne répond pas")
    state.is_down = False
    assert (await come_home(fatima, state)).says(YES)


async def test_nobody_sends_us_to_ask_the_provider_for_ever(state, fatima):
    for _ in range(20):
        await leave(fatima)

    await fatima.get("/fr/c/ajdir/residence/national", status=429)


# What is written down, and what browsers are told


async def test_the_return_is_the_address_that_the_operator_set(state, fatima):
    response = await ask(fatima, "/fr/c/ajdir/residence/national", headers={"Host": "evil.example"})

    query = parse_qs(urlsplit(response.headers["location"]).query)
    assert query["redirect_uri"] == [f"{ORIGIN}/residence/national"]


async def test_no_rule_for_browsers_is_loosened(state, fatima):
    page = await fatima.get(RESIDENCE_PAGE)
    response = await ask(fatima, page.link("Aller au service national"))

    assert page.headers["content-security-policy"] == CSP
    assert response.headers["content-security-policy"] == CSP
    assert response.headers["cache-control"] == "no-store"
    assert "HttpOnly" in response.headers["set-cookie"]
    assert "SameSite=lax" in response.headers["set-cookie"]
    assert not [form for form in page.forms() if "national" in form.action]


async def test_nothing_of_who_it_is_is_stored_logged_or_addressed(
    town_hall, state, listed_town, fatima, capsys
):
    seen = [await come_home(fatima, state, "JT987654", "1971-08-09")]
    tokens = list(state.tickets)
    state.change = lambda claims: {**claims, "aud": "another"}
    seen.append(await come_home(fatima, state))
    state.change = lambda claims: claims
    seen.append(await come_home(fatima, state))
    assert seen[-1].says(YES)

    await town_hall.web.database.close()
    path = town_hall.web.settings.database.removeprefix("sqlite:///")
    stored = Path(path).read_bytes().upper()  # noqa: ASYNC240  nothing else runs here
    output = "".join(capsys.readouterr())
    addresses = "".join(str(hop.url) for page in seen for hop in (*page.hops, page.response))
    codes = list(state.asked)
    for secret in ("JT987654", "BE123456", "1971-08-09", "1987-03-12", "SUB-", *tokens):
        assert secret.upper().encode() not in stored, secret
        assert secret.lower() not in (output + addresses).lower(), secret
    assert not [code for code in codes if code in output]
    assert "a token for somebody else" in output  # what the operator needs to know
    assert all("?" not in page.path for page in seen)


# Switched off, as it is by default


@pytest.mark.parametrize(
    "path", ["/fr/c/ajdir/residence/national", "/residence/national", "/fr/residence/national",
             "/residence/national?code=1&state=2"])  # fmt: skip
async def test_switched_off_there_is_no_such_address(visitor, path):
    await visitor.get(path, status=404)


async def test_switched_off_nothing_is_shown(town_hall, fatima):
    page = await fatima.get(RESIDENCE_PAGE)

    assert "national_sign_in" not in town_hall.web.settings.model_fields_set
    assert not page.says("identité numérique")
    assert len(ROUTES) == 3


def test_a_demonstration_leaves_it_off_whatever_the_environment_says(tmp_path, monkeypatch):
    for name, value in SWITCHED_ON.items():
        monkeypatch.setenv(f"PACTO_{name.upper()}", str(value))

    assert not demo_settings(tmp_path, 8000).national_sign_in
    assert Settings(mode="test").national_sign_in


def test_switched_off_nothing_of_it_is_loaded():
    code = (
        "import sys; import pacto_participe.app, pacto_participe.cli; "
        "print([name for name in sys.modules if name.split('.')[0] in ('authlib', 'joserfc', 'httpx2')])"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"


def test_switched_on_without_its_packages_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(
        sys.modules, "pacto_participe.web.openid", None
    )  # as if they were not there

    with pytest.raises(ProviderMissing, match=r"pacto-participe\[oidc\]"):
        build_web(Settings(mode="test", data_dir=tmp_path, **SWITCHED_ON))


def test_the_secret_can_lie_in_a_file_and_is_shown_nowhere(tmp_path):
    file = tmp_path / "secret"
    values = {**SWITCHED_ON, "national_client_secret": "", "national_client_secret_file": file}
    with pytest.raises(ProviderMissing, match="PACTO_NATIONAL_CLIENT_SECRET_FILE"):
        build_web(Settings(mode="test", data_dir=tmp_path, **values))
    file.write_text("secret of the file\n")

    web = build_web(Settings(mode="test", data_dir=tmp_path, **values))

    assert web.extras[NATIONAL]._secret == "secret of the file"
    assert CLIENT_SECRET not in repr(Settings(mode="test", **SWITCHED_ON))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"national_issuer": ""}, "missing for the national sign-in: PACTO_NATIONAL_ISSUER"),
        ({"national_client_id": ""}, "PACTO_NATIONAL_CLIENT_ID"),
        ({"national_client_secret": ""}, "PACTO_NATIONAL_CLIENT_SECRET"),
        ({"national_issuer": "http://identity.example.ma"}, "https://"),
        ({"national_issuer": "ftp://127.0.0.1"}, "https://"),
        ({"national_issuer": "https://a@identity.example.ma"}, "bare address"),
        ({"national_issuer": "https://identity.example.ma?x=1"}, "bare address"),
    ],
)
def test_half_set_up_it_does_not_start(values, said):
    with pytest.raises(ValidationError, match=said):
        Settings(mode="test", **{**SWITCHED_ON, **values})


def test_a_provider_on_this_machine_is_for_trying_out_only():
    here = {**SWITCHED_ON, "national_issuer": "http://127.0.0.1:8190"}
    Settings(mode="test", **here)

    whole = {"database_url": "sqlite:////x", "secrets_dir": "/x", "mail_url": "x", "sms_url": "x"}
    with pytest.raises(ValidationError, match="https://"):
        Settings(mode="production", base_url="https://town.example.ma", **whole, **here)


def test_every_refusal_of_it_has_its_sentence():
    assert {code for code in Refusal if code.name.startswith("NATIONAL_")} <= set(REFUSALS)
