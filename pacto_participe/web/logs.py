"""Logs as JSON lines: what failed and where, never what was typed.

An exception's own message can quote a form, a parameter or the key of a row, so that only its type and
the places it went through are written down: in our own lines, and in those of the server and the
libraries, which write whole tracebacks when they are left to themselves.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import structlog
from structlog.typing import EventDict


def places_only(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and its frames."""
    fault = event.pop("exc_info", None)
    if isinstance(fault, BaseException):
        event.update(_told(fault))
    return event


def _told(fault: BaseException) -> dict[str, Any]:
    return {
        "fault": type(fault).__name__,
        "places": [
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(fault.__traceback__)
        ],
    }


class PlacesOnly(logging.Formatter):
    """What the server and the libraries say, as our own lines: the first line of it, and no exception's
    message. asyncio writes exceptions into the lines after the first."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object."""
        said = record.getMessage().partition("\n")[0][:300]
        line: dict[str, Any] = {"event": said, "from": record.name}
        if record.exc_info and record.exc_info[1] is not None:
            line.update(_told(record.exc_info[1]))
        at = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        line.update(level=record.levelname.lower(), timestamp=at)
        return json.dumps(line, ensure_ascii=False)


def set_up_logs() -> None:
    """One JSON object a line on standard output, with the instant in UTC."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            places_only,
            structlog.processors.JSONRenderer(),
        ],
        cache_logger_on_first_use=False,
    )


def set_up_logs_of_libraries() -> None:
    """Warnings and faults of the server and the libraries, in the same form on the same output.

    For the commands that run for long; uvicorn then keeps its hands off (log_config=None).
    """
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(PlacesOnly())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
