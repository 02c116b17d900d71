"""When a whole town asks at once, one request asks the database."""

import asyncio

import pytest

from pacto_participe.web.remembered import Remembered


class Roll:
    """A question that takes a while, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def count(self) -> int:
        self.asked += 1
        await asyncio.sleep(0.01)
        return self.asked


async def test_a_thousand_who_ask_at_once_ask_the_database_once() -> None:
    roll, remembered = Roll(), Remembered[str, int](seconds=60)

    answers = await asyncio.gather(*(remembered.get("tiznit", roll.count) for _ in range(1000)))

    assert set(answers) == {1}
    assert roll.asked == 1


async def test_while_one_asks_again_the_others_get_the_old_answer() -> None:
    roll, remembered = Roll(), Remembered[str, int](seconds=0)
    await remembered.get("tiznit", roll.count)

    answers = await asyncio.gather(*(remembered.get("tiznit", roll.count) for _ in range(5)))

    assert answers == [2, 1, 1, 1, 1]


async def test_a_question_that_fails_is_asked_again_by_the_next() -> None:
    remembered = Remembered[str, int](seconds=60)

    async def fail() -> int:
        raise LookupError("no database")

    with pytest.raises(LookupError):
        await remembered.get("tiznit", fail)

    assert await remembered.get("tiznit", Roll().count) == 1


async def test_somebody_who_goes_away_leaves_the_answer_to_the_others() -> None:
    roll, remembered = Roll(), Remembered[str, int](seconds=60)
    first = asyncio.create_task(remembered.get("tiznit", roll.count))
    second = asyncio.create_task(remembered.get("tiznit", roll.count))
    await asyncio.sleep(0)

    first.cancel()

    assert await second == 1
    assert roll.asked == 1


async def test_whoever_tries_names_does_not_fill_the_memory() -> None:
    roll, remembered = Roll(), Remembered[str, int](seconds=60, most=2)

    for name in ("a", "b", "c"):
        await remembered.get(name, roll.count)
    await remembered.get("a", roll.count)

    assert roll.asked == 4
