"""Reckoning in the midst of a transaction: off the loop, in threads that nothing else may fill.

Who holds the turn to write a file of SQLite keeps every ballot waiting. The loop's own threads are few, and
others wait in them for minutes: a count, a list that is read, a name server that does not answer.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")

# A file of SQLite has one writer; on PostgreSQL more than two at once would take the CPU from each other.
_IN_TURN = ThreadPoolExecutor(max_workers=2, thread_name_prefix="in-turn")


async def reckoned(
    function: Callable[Given, Result], *arguments: Given.args, **named: Given.kwargs
) -> Result:
    """What the function answers. It only reckons: it waits for nothing and nobody."""
    return await asyncio.wrap_future(_IN_TURN.submit(function, *arguments, **named))
