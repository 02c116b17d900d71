"""Our server with a clock beside its loop: GET /lag tells how late the loop was since the last asking.

    python -m benchmarks.rig.lagging PORT

The same application as `serve`, in one process; only the measurement of P11 starts it.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from pacto_participe.cli.server import app_from_environment

TICK_SECONDS = 0.001


class Lagging:
    """Answers /lag itself, and hands everything else on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.late_ms: list[float] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/lag":
            await self.app(scope, receive, send)
            return
        late, self.late_ms = sorted(self.late_ms), []
        places = {"p50": 0.5, "p99": 0.99, "max": 1.0}
        told = {
            name: late[min(int(len(late) * part), len(late) - 1)] for name, part in places.items()
        }
        body = json.dumps({**told, "ticks": len(late)}).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    async def tick(self) -> None:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(TICK_SECONDS)
            self.late_ms.append((time.perf_counter() - begun - TICK_SECONDS) * 1000)


def main() -> None:
    """The command of the module's docstring."""
    app = app_from_environment()
    lagging = Lagging(app)
    enter = app.router.lifespan_context

    @asynccontextmanager
    async def with_ticks(application: Any) -> AsyncIterator[Any]:
        async with enter(application) as state:
            ticking = asyncio.create_task(lagging.tick())
            yield state
            ticking.cancel()

    app.router.lifespan_context = with_ticks
    uvicorn.run(
        lagging, host="127.0.0.1", port=int(sys.argv[1]), loop="uvloop", http="httptools",
        access_log=False, log_level="warning",
    )  # fmt: skip


if __name__ == "__main__":
    main()
