"""Threads that take everything that waits at once: one statement, or one commit, for many requests.

A request leaves what it wants and waits. While a thread works, others come; the thread then takes all of
them together. A thread with a blocking driver costs a third of what the same driver costs in the loop.
"""

import asyncio
import math
import queue
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import TimeoutError as NoFreeConnection

from pacto_participe.storage.outages import waited_in_vain

LARGEST_BATCH = 256


@dataclass(slots=True)
class Waiting:
    """One request that waits for an answer: what is to be done, and with what."""

    work: Any
    item: Any
    answer: asyncio.Future[Any]


Outcome = tuple[asyncio.Future[Any], Any]  # an exception is raised where it is awaited


class Crew(ABC):
    """The threads, each with a connection of its own. They start with the first submission."""

    most_at_once = LARGEST_BATCH
    # What lies at least between the beginnings of two batches of one thread. Whoever comes alone is served
    # at once; in a rush more come together, and the fixed part of a batch is paid for less often.
    seconds_between = 0.0

    def __init__(self, name: str, size: int) -> None:
        self._name = name
        self._size = size
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._is_closing = False

    @abstractmethod
    def _connect(self) -> Any:
        """A connection for one thread."""

    @abstractmethod
    def _serve(self, connection: Any, batch: Sequence[Waiting]) -> list[Outcome]:
        """Do it for all of them. Raises when it was done for none."""

    @abstractmethod
    def _is_everyones(self, connection: Any, fault: BaseException) -> bool:
        """Whether the fault lies with the database rather than with one of those that wait."""

    async def submit(self, work: Any, item: Any) -> Any:
        """The answer. Raises sqlalchemy's TimeoutError once the crew is stopping."""
        if self._is_closing:  # whoever stood behind the end of the queue would wait for ever
            raise NoFreeConnection("the server is stopping")
        if not self._threads or not all(thread.is_alive() for thread in self._threads):
            self._start()
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._queue.put(Waiting(work, item, answer))
        return await answer

    def _start(self) -> None:
        """As many threads as there should be. One that died would let voters wait for ever."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        while len(self._threads) < self._size:
            thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._threads.append(thread)
            thread.start()

    async def close(self) -> None:
        """After everything that waits is done. Nobody is served afterwards."""
        self._is_closing = True
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        self._threads = []

    def _run(self) -> None:
        connection: Any = None
        began = -math.inf
        try:
            while batch := self._next_batch(began):
                began = time.monotonic()
                connection, outcomes = self._answers(connection, batch)
                for loop in {answer.get_loop() for answer, _ in outcomes}:
                    with suppress(RuntimeError):  # it was closed: nobody waits there
                        loop.call_soon_threadsafe(_tell, loop, outcomes)
        finally:
            if connection is not None:
                connection.close()

    def _next_batch(self, last: float) -> list[Waiting]:
        """Everything that waits, at most `most_at_once`; empty when the thread is to stop. `last`: when the
        batch before began, on the monotonic clock.
        """
        first = self._queue.get()
        if first is None:
            return []
        if (rest := last + self.seconds_between - time.monotonic()) > 0:
            time.sleep(rest)
        batch = [first]
        while len(batch) < self.most_at_once:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                break
            if waiting is None:
                self._queue.put(None)
                break
            batch.append(waiting)
        return batch

    def _answers(self, connection: Any, batch: list[Waiting]) -> tuple[Any, list[Outcome]]:
        """The connection for the next batch too, and what to tell everyone of this one."""
        try:
            connection = connection or self._connect()
        except BaseException as fault:
            return None, [(one.answer, fault) for one in batch]
        return connection, self._together_or_alone(connection, batch)

    def _together_or_alone(self, connection: Any, batch: list[Waiting]) -> list[Outcome]:
        try:
            return self._serve(connection, batch)
        except BaseException as fault:
            # Whatever it is: a thread that ended would let every voter wait for ever. What would end a
            # program (SystemExit) is no wish of anybody's in here.
            # One item may be at fault: each is served by itself, so that no other voter pays.
            # Nobody is when the file is busy or full, and trying each would take its time each time.
            if len(batch) == 1 or self._is_everyones(connection, fault):
                return [(one.answer, fault) for one in batch]
        return [told for one in batch for told in self._together_or_alone(connection, [one])]


class PostgresCrew(Crew):
    """Connections of psycopg in autocommit."""

    def __init__(self, name: str, size: int, dsn: str) -> None:
        super().__init__(name, size)
        self._dsn = dsn

    def _connect(self) -> Any:
        import psycopg

        connection = psycopg.connect(self._dsn, autocommit=True)
        # Whatever the server was set to: each statement sees what was committed before it began.
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        return connection

    def _is_everyones(self, connection: Any, fault: BaseException) -> bool:
        return bool(connection.closed) or waited_in_vain(fault)

    def _answers(self, connection: Any, batch: list[Waiting]) -> tuple[Any, list[Outcome]]:
        """Once more when a restarted server has ended the connection: work must bear being done twice."""
        connection, outcomes = super()._answers(connection, batch)
        if connection is not None and connection.closed:
            connection, outcomes = super()._answers(None, batch)
        if connection is not None and connection.closed:
            connection = None
        return connection, outcomes


def by_work(batch: Sequence[Waiting]) -> list[tuple[Any, list[Waiting]]]:
    """The batch in runs of the same work, each in order of arrival."""
    runs: dict[int, tuple[Any, list[Waiting]]] = {}
    for waiting in batch:
        runs.setdefault(id(waiting.work), (waiting.work, []))[1].append(waiting)
    return list(runs.values())


def _tell(loop: asyncio.AbstractEventLoop, outcomes: list[Outcome]) -> None:
    """Wake every request of a batch that waits in this loop, in the loop's thread."""
    for answer, outcome in outcomes:
        if answer.done() or answer.get_loop() is not loop:
            continue
        if isinstance(outcome, Exception) and not isinstance(outcome, StopIteration):
            answer.set_exception(outcome)
        elif isinstance(outcome, BaseException):  # a future refuses it, or it would end the loop
            answer.set_exception(RuntimeError(repr(outcome)))
        else:
            answer.set_result(outcome)
