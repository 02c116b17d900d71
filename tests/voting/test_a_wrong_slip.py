"""A wrong activation code at the first step: what is left is told truly, and nothing is lost."""

from datetime import timedelta

import pytest

from tests.pages import Browser
from tests.town import Edition, LiveSite
from tests.voting.voting_day import choose

WRONG = {"code": "AAAA-AAAA"}


async def test_a_wrong_code_is_one_thing_to_correct_and_says_that_choices_are_kept(
    visitor: Browser, open_edition: Edition
) -> None:
    page = await visitor.post(open_edition.path("identity"), WRONG, status=422)

    assert page.says("Un point à corriger", "Ce code ne correspond pas.", "Rien n’est perdu")
    assert page.says("vous retrouvez vos choix")
    assert not page.says("Il vous reste")


async def test_the_last_tries_are_told_in_the_sentence_of_the_code(
    visitor: Browser, open_edition: Edition
) -> None:
    said = []
    for _ in range(60):
        page = await visitor.post(open_edition.path("identity"), WRONG, status=422)
        said.append(page.text.count("Essais restants"))
        assert page.says("Un point à corriger")

    assert said == [0] * 54 + [2] * 6  # on top, and beside the field
    assert page.says("Ce code ne correspond pas. Essais restants : 0.")
    await visitor.post(open_edition.path("identity"), WRONG, status=429)


async def test_choices_are_there_again_after_wrong_codes_and_the_right_one(
    site: LiveSite, open_edition: Edition
) -> None:
    """What the sentence promises: the session is over, the choices are not."""
    person_id = await site.person()
    await site.verify(person_id, "JB 12345")
    await choose(await site.sign_in(person_id), open_edition, "1", "4")
    stranger = site.browser()
    for _ in range(3):
        await stranger.post(open_edition.path("identity"), WRONG, status=422)

    again = await (await site.sign_in(person_id)).get(open_edition.path("ballot"))

    assert sorted(again.form("/ballot").fields["p"]) == ["1", "4"]


@pytest.mark.parametrize("is_over", [False, True])
async def test_where_nobody_can_have_chosen_yet_or_any_more_no_choices_are_promised(
    site: LiveSite, visitor: Browser, soon_edition: Edition, is_over: bool
) -> None:
    if is_over:
        site.clock.instant = soon_edition.charter.closes_at + timedelta(hours=1)

    page = await visitor.post(soon_edition.path("identity"), WRONG, status=422)

    assert page.says("Ce code ne correspond pas.")
    assert not page.says("vous retrouvez vos choix")
