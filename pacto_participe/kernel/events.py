"""What happened, as one frozen dataclass per kind of event."""

from dataclasses import asdict
from typing import Any, ClassVar, Protocol


class Event(Protocol):
    """A fact of a town. The tag reads feature:thing:what, e.g. voting:vote:opened.

    No event holds both who and what: an event about a ballot has no actor and no choice.
    """

    tag: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]


def body_of(event: Event) -> dict[str, Any]:
    """The fields of an event as plain values for JSON."""
    return asdict(event)
