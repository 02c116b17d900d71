"""Who writes next: one after the other in the order of asking, whether a thread asks or a coroutine.

A file of SQLite has one writer, and SQLite lets those who wait look again after ever longer naps. While
ballots pour in, somebody who only naps finds the file taken each time: a clerk's page waited for a second
and a half in the middle of a busy vote, and ballots napped behind every page of the staff. Other processes
(a command beside the server) still wait as SQLite lets them.

Whoever has a turn awaits nothing but the database, no gateway, no thread, no other lock: all who write
wait meanwhile.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Lock

from sqlalchemy.exc import TimeoutError as NoFreeConnection


class Turns:
    """One turn at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_taken = False
        self._waiting: deque[Future[None]] = deque()

    @contextmanager
    def in_thread(self, patience_seconds: float) -> Iterator[None]:
        """A thread's turn. Raises sqlalchemy's TimeoutError when it does not come in time."""
        mine = self._ask()
        try:
            mine.result(patience_seconds)
        except BaseException as fault:
            self._go_away(mine)
            if isinstance(fault, TimeoutError):
                raise NoFreeConnection("others were writing") from fault
            raise
        try:
            yield
        finally:
            self.pass_on()

    async def come(self, patience_seconds: float) -> None:
        """Wait for a coroutine's turn, which ends by `pass_on`. Raises the same."""
        mine = self._ask()
        try:
            async with asyncio.timeout(patience_seconds):
                await asyncio.wrap_future(mine)
        except BaseException as fault:
            self._go_away(mine)
            if isinstance(fault, TimeoutError):
                raise NoFreeConnection("others were writing") from fault
            raise

    def pass_on(self) -> None:
        """End a turn: it is that of the next who waits."""
        with self._lock:
            while self._waiting:
                following = self._waiting.popleft()
                if following.set_running_or_notify_cancel():
                    following.set_result(None)
                    return
            self._is_taken = False

    def _ask(self) -> Future[None]:
        """Done when it is one's turn."""
        mine: Future[None] = Future()
        with self._lock:
            if self._is_taken:
                self._waiting.append(mine)
            else:
                self._is_taken = True
                mine.set_result(None)
        return mine

    def _go_away(self, mine: Future[None]) -> None:
        """Who waits no longer. The turn may have come in the same moment: then it is the next one's."""
        with self._lock:
            has_come = mine.done() and not mine.cancelled()
            mine.cancel()
        if has_come:
            self.pass_on()
