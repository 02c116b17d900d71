"""Requests over raw sockets, kept open: a load program must cost less than what it measures."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. The body was read, and is let go of."""

    status: int
    head: bytes

    def cookie(self, name: str) -> str:
        """The value of a cookie that the answer sets; "" when it sets none."""
        start = self.head.find(b"set-cookie: " + name.encode() + b"=")
        if start < 0:
            return ""
        value = self.head[start:].split(b"=", 1)[1]
        return value.split(b";", 1)[0].split(b"\r", 1)[0].decode()

    @property
    def location(self) -> str:
        for line in self.head.split(b"\r\n"):
            if line.lower().startswith(b"location: "):
                return line[10:].decode()
        return ""


class Connections:
    """Open connections to one server; a new one is opened when all are busy."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.opened = 0
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def get(self, path: str, headers: Mapping[str, str]) -> Answer:
        return await self._ask("GET", path, headers, b"")

    async def post(
        self, path: str, fields: Sequence[tuple[str, str]], headers: Mapping[str, str]
    ) -> Answer:
        more = {"Origin": f"http://127.0.0.1:{self.port}",
                "Content-Type": "application/x-www-form-urlencoded"}  # fmt: skip
        return await self._ask("POST", path, {**more, **headers}, urlencode(fields).encode())

    async def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        reader, writer = self._idle() or await self._open()
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}",
                 *(f"{name}: {value}" for name, value in headers.items()),
                 f"Content-Length: {len(body)}", "", ""]  # fmt: skip
        writer.write("\r\n".join(lines).encode() + body)
        head = await reader.readuntil(HEAD_END)
        lowered = head.lower()
        place = lowered.find(b"content-length: ")
        if place >= 0:
            await reader.readexactly(int(lowered[place + 16 :].split(b"\r", 1)[0]))
            self._free.append((reader, writer))
        else:
            writer.close()
        return Answer(int(head[9:12]), head.replace(b"Set-Cookie", b"set-cookie"))

    def _idle(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """The connection used last; one that the server closed after its time of rest is let go of."""
        while self._free:
            reader, writer = self._free.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return None

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self.opened += 1
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def close(self) -> None:
        for _, writer in self._free:
            writer.close()
