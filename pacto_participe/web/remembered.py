"""Answers remembered for some seconds, asked for by one request at a time.

When a vote opens, a whole town asks the same question at the same moment: each asking for itself, 64
requests waited half a minute for four connections, and some got an error instead of a ballot.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")


class Remembered(Generic[KeyT, ValueT]):
    """One answer a key. For one loop; at most `most` keys, since anybody may ask for anything."""

    def __init__(self, *, seconds: float, most: int = 4096) -> None:
        self._seconds = seconds
        self._most = most
        self._known: dict[KeyT, tuple[float, ValueT]] = {}
        self._asking: dict[KeyT, asyncio.Future[ValueT]] = {}

    async def get(self, key: KeyT, ask: Callable[[], Awaitable[ValueT]]) -> ValueT:
        """What is known; else what `ask` answers. While one asks again, others get the old answer."""
        known = self._known.get(key)
        if known is not None and time.monotonic() - known[0] < self._seconds:
            return known[1]
        asking = self._asking.get(key)
        if asking is None:
            asking = asyncio.ensure_future(self._ask(key, ask))
            self._asking[key] = asking
        elif known is not None:
            return known[1]
        # Whoever goes away takes only themselves out of the queue.
        return await asyncio.shield(asking)

    def forget(self, key: KeyT) -> None:
        """Ask again the next time: the answer changed."""
        self._known.pop(key, None)

    async def _ask(self, key: KeyT, ask: Callable[[], Awaitable[ValueT]]) -> ValueT:
        try:
            value = await ask()
        finally:
            del self._asking[key]
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[key] = (time.monotonic(), value)
        return value
