"""What takes long to make is made once for all who ask, and lets go of what nobody asks for."""

import asyncio

import pytest

from pacto_participe.web.packed import Packed


class Maker:
    """Counts how often it was asked to make something."""

    def __init__(self, size: int = 10) -> None:
        self.size = size
        self.made: list[str] = []

    def of(self, name: str):
        async def make() -> bytes:
            self.made.append(name)
            await asyncio.sleep(0)
            return name.encode().ljust(self.size, b".")

        return make


async def test_a_town_that_asks_at_once_has_it_made_once():
    packed, maker = Packed(), Maker()

    answers = await asyncio.gather(*(packed.get("a", maker.of("a")) for _ in range(64)))

    assert len(set(answers)) == 1
    assert maker.made == ["a"]
    await packed.get("a", maker.of("a"))
    assert maker.made == ["a"]


async def test_the_one_that_nobody_asked_for_the_longest_goes():
    packed, maker = Packed(most_bytes=30), Maker(size=10)
    for name in ("a", "b", "c", "a", "d"):
        await packed.get(name, maker.of(name))

    for name in ("a", "c", "d"):
        await packed.get(name, maker.of(name))

    assert maker.made == ["a", "b", "c", "d"]
    await packed.get("b", maker.of("b"))
    assert maker.made[-1] == "b"


async def test_what_is_too_large_is_given_and_not_held():
    packed, maker = Packed(most_bytes=5), Maker(size=10)

    assert len(await packed.get("a", maker.of("a"))) == 10
    await packed.get("a", maker.of("a"))

    assert maker.made == ["a", "a"]


async def test_what_could_not_be_made_is_tried_again():
    packed = Packed()

    async def fail() -> bytes:
        raise LookupError

    with pytest.raises(LookupError):
        await packed.get("a", fail)

    assert await packed.get("a", Maker().of("a"))


async def test_one_who_goes_away_leaves_it_to_the_others():
    packed, maker = Packed(), Maker()
    first = asyncio.create_task(packed.get("a", maker.of("a")))
    second = asyncio.create_task(packed.get("a", maker.of("a")))
    await asyncio.sleep(0)

    first.cancel()

    assert await second
    assert maker.made == ["a"]
