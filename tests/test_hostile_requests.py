"""Requests that no browser of ours sends: an answer that says no, never a fault of the server."""

import pytest

from tests.pages import Browser
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
