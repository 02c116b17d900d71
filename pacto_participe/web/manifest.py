"""What a feature says of itself: its routes, its words, its jobs, its commands."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import click

from pacto_participe.kernel.actors import Role
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.web.beside import ShowBeside
from pacto_participe.web.journal import Told
from pacto_participe.web.retention import Kept
from pacto_participe.web.routing import Address
from pacto_participe.web.sentences import Wording
from pacto_participe.web.today import Asked, Today

Job = Callable[[Any, dict[str, Any]], Awaitable[None]]
Turn = Callable[[Any], Awaitable[None]]
# Does an act that two people agreed on, in their transaction: the Web, the work, the town, the request.
Perform = Callable[[Any, UnitOfWork, str, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class About:
    """What a request for a second person is about: its name, a second sentence, and where it is read."""

    name: str
    detail: str = ""
    address: str = ""


# Tells the subject of a request that is read on the page of a town.
TellAbout = Callable[[Asked, str], Awaitable[About]]


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of the menu under each page: a label (marked for the catalogues) and a named route.

    It shows where the places of the route's path are known: a town's entry on the pages of a town.
    With `roles`, only to who has one of them in that town, on pages that ask who looks; `help` is a
    sentence on what it is for, also marked.
    """

    label: str
    route: str
    roles: tuple[Role, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature's manifest. `jobs` maps a job's name to what does it (given the Web and its values).

    `turns` are done by the worker again and again: they look whether it is time for something.
    `today` says what needs someone of the staff now (web/today.py).
    `kept` says of each kind of personal data why and how long it is held (web/retention.py);
    `impersonal` names the tables that hold nothing about people. Every table is in one of the two.
    `journal` tells each of its events, by their tags. `acts` does what needs a second person where a
    collectivity asks for it, by the names of approvals/domain.py; `subjects` tells what a request is about.
    `beside` shows a part on pages of features below, by the names of web/beside.py.
    """

    name: str
    routes: tuple[Address, ...] = ()
    wordings: tuple[Wording, ...] = ()
    jobs: Mapping[str, Job] = field(default_factory=dict)
    turns: tuple[Turn, ...] = ()
    commands: tuple[click.Command, ...] = ()
    menu: tuple[MenuEntry, ...] = ()
    today: tuple[Today, ...] = ()
    kept: tuple[Kept, ...] = ()
    impersonal: tuple[str, ...] = ()
    journal: Mapping[str, Told] = field(default_factory=dict)
    acts: Mapping[str, Perform] = field(default_factory=dict)
    subjects: Mapping[str, TellAbout] = field(default_factory=dict)
    beside: Mapping[str, ShowBeside] = field(default_factory=dict)
