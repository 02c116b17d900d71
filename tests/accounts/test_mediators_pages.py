"""The sheet of a mediator, the resident who uses a strip of it, and the clerk who confirms, in a browser."""

from uuid import uuid4

import pytest

from pacto_participe.accounts.services.lists import import_list
from pacto_participe.kernel.actors import Actor, Role
from tests.accounts.post import BORN
from tests.accounts.test_letters_pages import codes_on
from tests.accounts.town_hall import AJDIR

SHEETS = "/fr/staff/ajdir/sheets"
RESIDENCE = "/fr/c/ajdir/residence"
QUEUE = "/fr/staff/ajdir/queue"


@pytest.fixture
async def administrator(town_hall, visitor):
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    await town_hall.sign_in_staff(visitor, "admin@example.ma")
    return visitor


async def sheet(administrator, lang="fr", status=200, **fields):
    fields = {"batch_id": uuid4().hex, "district": "Douar Tizi", "size": "3", "days": "14",
              "mediator": "جمعية الأمل", **fields}  # fmt: skip
    return await administrator.post(f"/{lang}/staff/ajdir/sheets", fields, status=status)


async def test_a_mediator_hands_out_strips_and_the_counter_confirms(
    town_hall, administrator, other_visitor
):
    page = await sheet(administrator)
    assert page.says("Feuille 1 · Douar Tizi", "جمعية الأمل")
    assert page.headers["cache-control"] == "no-store"
    codes = codes_on(page.response)
    assert len(codes) == 3
    page = await other_visitor.get(RESIDENCE)
    assert page.says("Se connecter, puis saisir le code du médiateur")
    await town_hall.sign_in(other_visitor)
    page = await other_visitor.follow(await other_visitor.get(RESIDENCE), "code du médiateur")

    page = await other_visitor.submit(
        page.form("/residence"), way="mediator", code=codes[0], cnie="JT 987654", birth_date=BORN
    )

    assert page.says("Votre code du médiateur est pris")
    page = await administrator.get(QUEUE)
    assert page.says("1 personne rencontrée par un médiateur attend.")
    page = await administrator.submit(page.form("/meetings"))
    assert page.says("0 personne a été confirmée par la liste.")
    page = await administrator.follow(page, "rencontrée par un médiateur")
    assert page.says("Douar Tizi, feuille 1, bande 1")
    page = await administrator.submit(page.form("/taking"))
    form = page.form("/decision")
    right = {"decision": "met_confirmed", "cnie": "JT987654", "right": BORN, "seen": "1"}
    right["nationality"] = "citizen"
    page = await administrator.submit(form, status=422, **{**right, "cnie": "JT987655"})
    assert page.says("Comparez encore une fois")
    await administrator.submit(form, **right)
    page = await other_visitor.get(RESIDENCE)
    assert page.says("Vous êtes habitant vérifié ici.", "Par un médiateur")
    page = await other_visitor.get("/fr/account/my-data")
    assert page.says("Confirmé", "De nationalité marocaine")
    page = await administrator.get("/fr/staff/ajdir/journal")
    assert "JT987654" not in page.html
    assert codes[1] not in page.html


async def test_the_list_confirms_at_once(town_hall, administrator, other_visitor):
    keeper = Actor(roles=frozenset({(AJDIR, Role.ADMINISTRATOR)}))
    async with town_hall.work(keeper) as uow:
        await import_list(uow, town_hall.web.secrets, AJDIR, ["cnie;birth_date", f"BE1;{BORN}"])
    codes = codes_on((await sheet(administrator)).response)
    await town_hall.sign_in(other_visitor)

    page = await other_visitor.post(
        RESIDENCE, {"way": "mediator", "code": codes[0], "cnie": "BE1", "birth_date": BORN}
    )

    assert page.says("Vous êtes habitant vérifié ici.", "Par un médiateur")


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_every_page_of_sheets_is_said_in_every_language(
    town_hall, administrator, other_visitor, lang
):
    await administrator.get(f"/{lang}/staff/ajdir/sheets")
    await sheet(administrator, lang, 422, district="")
    await sheet(administrator, lang, 422, size="51", district="<script>")
    await sheet(administrator, lang, 422, batch_id="x")
    once = uuid4().hex
    code = codes_on((await sheet(administrator, lang, batch_id=once)).response)[0]
    await sheet(administrator, lang, 409, batch_id=once)
    path = f"/{lang}/c/ajdir/residence"
    await other_visitor.get(f"{path}?way=mediator")
    await town_hall.sign_in(other_visitor)
    await other_visitor.get(f"{path}?way=mediator")
    fields = {"way": "mediator", "code": code, "cnie": "?", "birth_date": "?"}
    await other_visitor.post(path, fields, status=422)
    await other_visitor.post(path, {**fields, "cnie": "BE1", "birth_date": BORN})
    page = await administrator.get(f"/{lang}/staff/ajdir/queue")
    case = next(address for address in page.links.values() if "/queue/" in address)
    page = await administrator.get(case)
    page = await administrator.submit(page.form("/taking"))
    await administrator.submit(page.form("/decision"), status=422)
    page = await administrator.get(f"/{lang}/staff/ajdir/sheets")
    batch = next(address for address in page.links.values() if "/codes/" in address)
    page = await administrator.get(batch)
    await administrator.submit(page.form("/cancellation"), reason="misused")
    await administrator.get(case)
    await administrator.get(f"/{lang}/staff/ajdir/queue")


async def test_everything_that_is_wrong_with_a_sheet_is_said_at_once(administrator):
    page = await administrator.get("/fr/staff/ajdir/sheets")

    page = await administrator.submit(
        page.form("/sheets"), district="", size="abc", days="999", status=422
    )

    assert page.says("3 points à corriger")
    assert page.form("/sheets").fields["days"] == ["999"]
