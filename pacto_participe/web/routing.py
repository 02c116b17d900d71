"""Routes: every one has a name, a door, and a language in its path unless it says otherwise.

    ROUTES = [get("/c/{slug}/budgets/{edition}/ballot", show_ballot, name="voting:ballot", may=anyone)]

The path is served under /{lang}/. `url_of` builds the address in the language of the request.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.web import i18n

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Door:
    """Who may pass. `opens` answers for an actor; the service behind asks its own policy again."""

    name: str
    opens: Callable[[Actor, str | None], bool]
    asks_who: bool = True
    keeps: bool = False  # pages behind it are the same for everybody and may be kept
    roles: tuple[Role, ...] = ()  # those that open it, the one that the work belongs to first


@dataclass(frozen=True, slots=True)
class Address:
    """One route as the features declare it."""

    method: str
    path: str
    handler: Handler
    name: str
    may: Door
    in_language: bool = True
    in_rush: bool = False  # what a whole town does at once, when a vote opens: looked for first


def get(
    path: str, handler: Handler, *, name: str, may: Door, in_language: bool = True,
    in_rush: bool = False,
) -> Address:  # fmt: skip
    """A page."""
    return Address("GET", path, handler, name, may, in_language, in_rush)


def post(
    path: str, handler: Handler, *, name: str, may: Door, in_language: bool = True,
    in_rush: bool = False,
) -> Address:  # fmt: skip
    """Something a person does."""
    return Address("POST", path, handler, name, may, in_language, in_rush)


_LANG = "{lang:lang}"
MOST_PATHS = 4096  # kept filled, since a town's voters are all sent on to the same pages
_PLACE = re.compile(r"{([a-z_]+)(?::[a-z]+)?}")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A path taken apart once, since every page and every redirect fills some.

    `texts` has one more than `places`: text, place, text, place, ..., text.
    """

    path: str
    in_language: bool
    texts: tuple[str, ...]
    places: tuple[str, ...]

    @classmethod
    def of(cls, address: Address) -> "_Pattern":
        pieces = _PLACE.split(address.path)
        return cls(address.path, address.in_language, tuple(pieces[::2]), tuple(pieces[1::2]))


LONGEST_KEPT_PATH = 200


class Addresses:
    """All routes of the application, and the way back from a name to a path."""

    def __init__(self, addresses: list[Address]) -> None:
        self.all = tuple(addresses)
        self._filled: dict[tuple[str, str, tuple[tuple[str, Any], ...]], str] = {}
        self._patterns: dict[str, _Pattern] = {}
        for address in addresses:
            known = self._patterns.setdefault(address.name, _Pattern.of(address))
            if known.path != address.path:
                raise ValueError(
                    f"two paths are called {address.name}: {known.path} {address.path}"
                )

    def path(self, name: str, lang: str | None = None, **values: Any) -> str:
        """The path of a named route. Values without a place in the path become the query string."""
        code = lang or i18n.current().code
        wanted = (name, code, tuple(values.items()))
        path = self._filled.get(wanted)
        if path is None:
            if len(self._filled) >= MOST_PATHS:
                self._filled.clear()
            path = self._fill(self._patterns[name], code, values)
            if len(path) <= LONGEST_KEPT_PATH:  # what people typed can be of any length
                self._filled[wanted] = path
        return path

    def _fill(self, pattern: _Pattern, code: str, values: dict[str, Any]) -> str:
        pieces = [f"/{code}"] if pattern.in_language else []
        for text, place in zip(pattern.texts, pattern.places, strict=False):
            pieces += (text, quote(str(values[place]), safe=""))
        pieces.append(pattern.texts[-1])
        filled = "".join(pieces)
        query = {key: value for key, value in values.items() if key not in pattern.places and value}
        return f"{filled}?{urlencode(query, doseq=True)}" if query else filled

    def place_within(self, name: str, path: str) -> str:
        """What stands at the one place of a named route in an address below it, "" if it is not below it:
        /fr/c/tata/nothing lies below /c/{slug}/, at tata.
        """
        before, after = self._patterns[name].texts
        rest = f"/{path.lstrip('/').partition('/')[2]}"  # without the language
        place, ends, _ = rest.removeprefix(before).partition(after)
        return place if rest.startswith(before) and ends else ""

    def places(self, name: str) -> frozenset[str]:
        """What must be known to fill the path of a named route."""
        return frozenset(self._patterns[name].places)

    def routes(self, enter: Callable[[Address], Handler]) -> list[Route]:
        """Starlette routes; `enter` wraps a handler with its language and its door.

        GET and POST of one path become one route, so that the other methods get 405 and not 404. Starlette
        tries one after the other, a microsecond or two each: those in a rush stand first.
        """
        by_path: dict[tuple[str, bool], dict[str, Address]] = {}
        for address in sorted(self.all, key=lambda one: not one.in_rush):
            methods = by_path.setdefault((address.path, address.in_language), {})
            if address.method in methods:
                raise ValueError(f"two handlers for {address.method} {address.path}")
            methods[address.method] = address
        return [
            Route(
                f"/{_LANG}{path}" if in_language else path,
                Entrance({method: enter(address) for method, address in methods.items()}),
                methods=sorted(methods),
                name=next(iter(methods.values())).name,
            )
            for (path, in_language), methods in by_path.items()
        ]


class Entrance:
    """Where a path ends: one Request, the handler of its method, and the answer sent.

    An ASGI application to Starlette, which wraps plain functions in a second request and a second
    catcher of errors (15 % of a ballot's time outside the database). Errors rise to the one in app.py.
    """

    def __init__(self, handlers: dict[str, Handler]) -> None:
        self.handlers = {**handlers, "HEAD": handlers["GET"]} if "GET" in handlers else handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Starlette has checked the method."""
        response = await self.handlers[scope["method"]](Request(scope, receive, send))
        await response(scope, receive, send)
