"""A file of letters is held against the list of the commune before a letter is posted."""

from uuid import uuid4

import pytest

from pacto_participe.accounts.domain.list_file import LineProblem
from pacto_participe.accounts.services.letters import check_letters, make_letters
from pacto_participe.accounts.services.lists import BadList, import_list
from pacto_participe.kernel.actors import VISITOR
from pacto_participe.kernel.errors import NotAllowed
from tests.accounts.post import ADDRESSEES, HEADS, posted
from tests.accounts.test_rotate_the_key import rotate
from tests.accounts.town_hall import AJDIR, NEIGHBOUR_TOWN

LIST = ["cnie,birth_date,district\n", "BE123456,12/03/1987,Centre\n", "BE777,02/01/2005,Souk\n"]
FILE = [*ADDRESSEES, "Ali;BE778;01/02/1990;Souk;1 rue;\n", "Ali;;01/02/1990;Souk;1 rue;\n"]


@pytest.fixture
async def listed(work, secrets, administrator):
    """The list has the first addressee, and another birth date of the second: 2 January, not 1 February."""
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, LIST)


async def checked(work, secrets, administrator, lines, town=AJDIR):
    async with work(administrator) as uow:
        return await check_letters(uow, secrets, town, lines)


async def test_a_line_that_the_list_contradicts_is_named_before_anything_is_made(
    work, secrets, administrator, listed
):
    report = await checked(work, secrets, administrator, FILE)

    assert report.good == 2
    assert [(one.line, one.problem) for one in report.bad] == [
        (3, LineProblem.LISTED_OTHERWISE), (5, LineProblem.NUMBER_UNREADABLE),
    ]  # fmt: skip
    assert report.unlisted == (4,)


async def test_it_is_no_other_after_the_key_of_cards_was_rotated(
    work, secrets, administrator, listed
):
    await rotate(work, secrets)

    report = await checked(work, secrets, administrator, FILE)

    assert [one.line for one in report.bad] == [3, 5]
    assert report.unlisted == (4,)


async def test_nothing_is_made_of_such_a_file_unless_the_line_is_left_out(
    work, secrets, administrator, listed
):
    with pytest.raises(BadList) as bad:
        await posted(work, secrets, administrator)
    assert [one.problem for one in bad.value.report.bad] == [LineProblem.LISTED_OTHERWISE]

    async with work(administrator) as uow:
        made = await make_letters(
            uow, secrets, AJDIR, uuid4().hex, ADDRESSEES, days=30, leave_out_bad=True
        )
    assert [one.name for one in made.letters] == ["Zineb Qasri"]
    assert [one.line for one in made.left_out] == [3]


async def test_a_town_without_a_list_and_a_list_of_other_people_say_nothing(
    work, secrets, administrator
):
    assert (await checked(work, secrets, administrator, ADDRESSEES)).unlisted == ()
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, [LIST[0], "BE999,01/01/1990,Souk\n"])

    report = await checked(work, secrets, administrator, ADDRESSEES)

    assert (report.good, report.bad, report.unlisted) == (2, (), ())


async def test_many_lines_are_compared_in_a_few_statements(work, secrets, administrator, listed):
    lines = [HEADS, *(f"Ali;BE{900000 + n};01/02/1990;Souk;1 rue;\n" for n in range(1200))]
    report = await checked(work, secrets, administrator, [*lines, ADDRESSEES[2]])

    assert (report.good, len(report.unlisted)) == (1200, 1200)
    assert [one.line for one in report.bad] == [1202]


async def test_nobody_else_holds_a_file_against_the_list(
    work, secrets, clerk, administrator, listed
):
    for actor in (clerk, VISITOR):
        with pytest.raises(NotAllowed):
            await checked(work, secrets, actor, FILE)
    with pytest.raises(NotAllowed):
        await checked(work, secrets, administrator, FILE, town=NEIGHBOUR_TOWN)
