"""What a feature says of itself: its routes, its words, its jobs, its commands."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import click

from pacto_participe.web.routing import Address
from pacto_participe.web.sentences import Wording

Job = Callable[[Any, dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature's manifest. `jobs` maps a job's name to what does it (given the Web and its values)."""

    name: str
    routes: tuple[Address, ...] = ()
    wordings: tuple[Wording, ...] = ()
    jobs: Mapping[str, Job] = field(default_factory=dict)
    commands: tuple[click.Command, ...] = ()
