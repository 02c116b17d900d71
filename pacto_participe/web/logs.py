"""Logs as JSON lines: what failed and where, never what was typed.

An exception's own message can quote a form or a parameter, so that only its type and the places it went
through are written down.
"""

import traceback
from typing import Any

import structlog
from structlog.typing import EventDict


def places_only(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and its frames."""
    fault = event.pop("exc_info", None)
    if isinstance(fault, BaseException):
        event["fault"] = type(fault).__name__
        event["places"] = [
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(fault.__traceback__)
        ]
    return event


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
