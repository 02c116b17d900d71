"""Requests that no browser of ours sends: an answer that says no, never a fault of the server."""

from collections.abc import AsyncIterator

import pytest

from tests.pages import Browser, Page, check
from tests.town import Edition


@pytest.mark.parametrize(
    "path",
    [
        "/fr/c/tiz%00nit/",
        "/fr/c/tiznit/budgets/20%0026/",
        "/fr/c/tiznit/budgets/2026/projects/?q=a%00b",
        "/fr/c/tiznit/budgets/2026/receipts?code=%00",
        "/fr/c/tiznit/budgets/2026/results/data/%00",
    ],
)
async def test_a_zero_in_an_address_is_not_found(
    database_url: str, visitor: Browser, open_edition: Edition, path: str
) -> None:
    await visitor.get(path, status=404)


async def test_a_zero_in_a_form_is_nothing(
    database_url: str, resident: Browser, open_edition: Edition
) -> None:
    await resident.post(
        open_edition.path("ballot/confirm"),
        {"p": ["1\0"], "replaces": "A\0", "confirmation": "c\0"},
        status=409,
    )
    receipt = await resident.post(
        open_edition.path("ballot/confirm"), {"p": ["1\0"], "confirmation": "c\0"}
    )
    assert receipt.path.endswith("/receipt")


async def test_a_form_of_too_many_fields_is_too_large(
    resident: Browser, open_edition: Edition
) -> None:
    fields = {f"pt-{number}": "1" for number in range(501)}
    await resident.post(open_edition.path("ballot/draft"), fields, status=413)


def a_list_of(size: int) -> tuple[bytes, dict[str, str]]:
    """What a browser sends with a list of this size chosen."""
    before = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n\r\n'
    content = before + b"x" * size + b"\r\n--edge--\r\n"
    return content, {
        "Content-Type": "multipart/form-data; boundary=edge",
        "Sec-Fetch-Site": "same-origin",
    }


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fr", "Un fichier de 500 ko au plus peut être envoyé ici."),
        ("ar", "يمكن أن يُرسل من هنا ملف لا يتجاوز 500 كيلوبايت."),
        ("en", "A file of at most 500 kB can be sent here."),
    ],
)
async def test_a_list_that_is_too_large_is_answered_with_the_limit_and_the_way_on(
    administrator: Browser, lang: str, said: str
) -> None:
    content, headers = a_list_of(600_000)

    path = f"/{lang}/staff/tiznit/list"
    answer = await administrator.http.post(path, content=content, headers=headers)

    check(answer)
    page = Page(answer)
    assert answer.status_code == 413
    assert page.says(said, "pacto-participe list import")
    assert path in page.links.values()
    assert answer.headers["content-security-policy"]


async def test_no_more_than_the_limit_is_read_of_a_body_whatever_length_it_declares(
    resident: Browser, open_edition: Edition
) -> None:
    pieces = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal pieces
        while pieces < 1000:
            pieces += 1
            yield b"p=1&" * 4096

    path = open_edition.path("ballot/draft")
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
    }
    undeclared = await resident.http.post(path, content=endless(), headers=headers)
    read = pieces
    declared = await resident.http.post(
        path, content=endless(), headers={**headers, "Content-Length": "999999999"}
    )

    assert (undeclared.status_code, declared.status_code) == (413, 413)
    assert Page(undeclared).says("C’est trop volumineux")
    assert Page(declared).says("C’est trop volumineux")
    assert read <= 40  # of 16 KiB each: half a MiB, and those on their way
    assert pieces - read <= 1
