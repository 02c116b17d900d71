"""Forms that were sent half empty: the list of what to mend says which field it means."""

import importlib
import pkgutil
from typing import get_origin

import pytest
from pydantic.fields import FieldInfo

import pacto_participe
from pacto_participe.kernel.actors import Role
from pacto_participe.web import i18n
from pacto_participe.web.forms import FormModel
from tests.accounts.town_hall import TownHall
from tests.pages import Browser

COUNTER = "/fr/staff/ajdir/counter"
# What a page sends by itself, in a hidden field or by the button that was pressed.
SENT_BY_THE_PAGE = {
    "SettingsForm.version", "PasskeyForm.passkey_id", "SessionForm.session_id", "EndForm.residence_id",
    "FactsForm.residence_id", "WithdrawalForm.invitation_id", "RoleForm.person_id", "RoleForm.role",
    "ReportForm.residence_id", "BatchForm.batch_id", "SheetForm.batch_id", "ResidenceForm.way",
    "WishForm.messages", "ValueForm.value",
}  # fmt: skip


def forms() -> list[type[FormModel]]:
    for module in pkgutil.walk_packages(pacto_participe.__path__, "pacto_participe."):
        if "forms" in module.name.split("."):
            importlib.import_module(module.name)
    found, unread = set(), [FormModel]
    while unread:
        kinds = unread.pop().__subclasses__()
        found.update(kinds)
        unread += kinds
    return sorted(
        (form for form in found if form.__module__.startswith("pacto_participe.")),
        key=lambda form: form.__qualname__,
    )


def must_be_filled(field: FieldInfo) -> bool:
    return field.is_required() and get_origin(field.annotation) not in (list, tuple)


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.__name__)
def test_every_field_that_must_be_filled_has_a_name_in_every_language(form) -> None:
    asked = {
        name: field
        for name, field in form.model_fields.items()
        if must_be_filled(field) and f"{form.__name__}.{name}" not in SENT_BY_THE_PAGE
    }

    assert [name for name, field in asked.items() if not field.title] == []
    for lang in ("ar", "fr"):
        i18n.speak(lang)
        for field in form.model_fields.values():
            assert not field.title or i18n.gettext(field.title) != field.title


def test_what_a_page_sends_by_itself_is_still_there() -> None:
    known = {f"{form.__name__}.{name}" for form in forms() for name in form.model_fields}

    assert known >= SENT_BY_THE_PAGE


async def test_a_clerk_who_leaves_two_fields_empty_is_told_which(
    town_hall: TownHall, visitor: Browser
) -> None:
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(visitor, "clerk@example.ma")
    page = await visitor.get(COUNTER)

    page = await visitor.submit(page.form(COUNTER), status=422, cnie="", birth_date="")

    listed = [
        link.text
        for link in page.tree.elements("a")
        if link.get("href") in {"#cnie", "#birth_date"}
    ]
    assert listed == [
        "Numéro de la carte – Cette réponse est nécessaire. Merci de la donner.",
        "Date de naissance – Cette réponse est nécessaire. Merci de la donner.",
    ]
