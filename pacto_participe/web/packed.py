"""Bytes that take long to make and are the same for ever: made once for all who ask.

The archive of a large vote takes seconds of a core; when its result is published a whole town asks for
it. What nobody has asked for the longest goes first, and what is too large for the place is made again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

MOST_BYTES = 24 * 1024 * 1024


class Packed:
    """For one loop. A key names its content (a fingerprint), so that nothing in here can be old."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes_held = 0
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._making: dict[str, asyncio.Future[bytes]] = {}

    async def get(self, key: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """What is held; else what `make` gives, which runs once however many wait for it."""
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key]
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.ensure_future(self._make(key, make))
        # Whoever goes away takes only themselves out of the queue.
        return await asyncio.shield(making)

    async def _make(self, key: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        try:
            content = await make()
        finally:
            del self._making[key]
        if len(content) <= self._most_bytes:
            self._held[key] = content
            self._bytes_held += len(content)
        while self._bytes_held > self._most_bytes:
            _, gone = self._held.popitem(last=False)
            self._bytes_held -= len(gone)
        return content
