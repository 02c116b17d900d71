"""The proofreading browser, on pages made to be wrong."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from pacto_participe.web.headers import SecurityHeaders
from tests.pages import Browser, Misprint

GOOD = (
    '<!doctype html><html lang="fr" dir="ltr"><head><title>Page</title></head><body><main>'
    "<h1>Page</h1><form method=post action=/fr/sent><label>Nom <input name=name value=Aïcha></label>"
    "<label><input type=checkbox name=p value=1 checked> Un</label>"
    "<label><input type=checkbox name=p value=2> Deux</label></form>"
    '<a href="/fr/good">Encore</a></main></body></html>'
)


async def good(request: Request) -> Response:
    return HTMLResponse(GOOD, headers={"Cache-Control": "no-store", "Content-Language": "fr"})


async def kept_with_a_cookie(request: Request) -> Response:
    response = await good(request)
    response.headers["ETag"] = '"1"'
    response.set_cookie("session", "x")
    return response


async def kept_by_nobody_knows_whom(request: Request) -> Response:
    return HTMLResponse(GOOD, headers={"Content-Language": "fr"})


async def in_silence(request: Request) -> Response:
    return HTMLResponse(GOOD, headers={"Cache-Control": "no-store"})


async def to_another_site(request: Request) -> Response:
    return RedirectResponse("https://elsewhere.example/")


async def sent(request: Request) -> Response:
    body = (await request.body()).decode()
    return RedirectResponse(f"/fr/good?{body}", status_code=303)


async def fragment(request: Request) -> Response:
    return HTMLResponse(
        "<p>Enregistré</p>", headers={"Cache-Control": "no-store", "Content-Language": "fr"}
    )


ROUTES = {
    "good": good,
    "cookie": kept_with_a_cookie,
    "unsaid": kept_by_nobody_knows_whom,
    "silence": in_silence,
    "away": to_another_site,
    "sent": sent,
    "fragment": fragment,
}


@pytest.fixture
async def browser():
    routes = [Route(f"/fr/{name}", page, methods=["GET", "POST"]) for name, page in ROUTES.items()]
    opened = Browser(
        Starlette(routes=routes, middleware=[Middleware(SecurityHeaders, secure=False)])
    )
    yield opened
    await opened.close()


async def test_a_form_is_sent_as_a_browser_sends_it(browser):
    page = await browser.get("/fr/good")

    arrived = await browser.submit(page.form(), p=["1", "2"])

    assert arrived.path == "/fr/good?name=A%C3%AFcha&p=1&p=2"
    assert [hop.status_code for hop in arrived.hops] == [303]


async def test_links_are_followed_by_their_words(browser):
    page = await browser.get("/fr/good")

    assert (await browser.follow(page, "Encore")).h1 == "Page"
    with pytest.raises(AssertionError, match="no link says 'Autre'"):
        await browser.follow(page, "Autre")


async def test_another_status_than_expected_is_told_with_the_beginning_of_the_page(browser):
    with pytest.raises(AssertionError, match="answered 200, not 404: Page"):
        await browser.get("/fr/good", status=404)


@pytest.mark.parametrize(
    ("path", "finding"),
    [
        ("cookie", "kept for everybody sets a cookie"),
        ("unsaid", "say who may keep the page"),
        ("silence", "Content-Language is None, not fr"),
        ("away", "leads to another site"),
        ("fragment", "does not begin with <!doctype html>"),
    ],
)
async def test_a_page_that_should_not_be_sent_like_this_is_a_misprint(browser, path, finding):
    with pytest.raises(Misprint, match=finding):
        await browser.get(f"/fr/{path}", follow=False, status=307 if path == "away" else 200)


async def test_a_block_for_htmx_is_read_as_a_block(browser):
    assert (await browser.get("/fr/fragment", headers={"HX-Request": "true"})).status == 200


async def test_a_page_without_its_content_policy_is_a_misprint():
    bare = Browser(Starlette(routes=[Route("/fr/good", good)]))

    with pytest.raises(Misprint, match="content-security-policy is None"):
        await bare.get("/fr/good")
    await bare.close()
