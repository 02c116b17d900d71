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

from pacto_participe.kernel.actors import Actor
from pacto_participe.web import i18n

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Door:
    """Who may pass. `opens` answers for an actor; the service behind asks its own policy again."""

    name: str
    opens: Callable[[Actor, str | None], bool]
    asks_who: bool = True
    keeps: bool = False  # pages behind it are the same for everybody and may be kept


@dataclass(frozen=True, slots=True)
class Address:
    """One route as the features declare it."""

    method: str
    path: str
    handler: Handler
    name: str
    may: Door
    in_language: bool = True


def get(path: str, handler: Handler, *, name: str, may: Door, in_language: bool = True) -> Address:
    """A page."""
    return Address("GET", path, handler, name, may, in_language)


def post(path: str, handler: Handler, *, name: str, may: Door, in_language: bool = True) -> Address:
    """Something a person does."""
    return Address("POST", path, handler, name, may, in_language)


_LANG = "{lang:lang}"
_PLACE = re.compile(r"{([a-z_]+)(?::[a-z]+)?}")


class Addresses:
    """All routes of the application, and the way back from a name to a path."""

    def __init__(self, addresses: list[Address]) -> None:
        self.all = tuple(addresses)
        self._paths: dict[str, tuple[str, bool]] = {}
        for address in addresses:
            known = self._paths.setdefault(address.name, (address.path, address.in_language))
            if known[0] != address.path:
                raise ValueError(f"two paths are called {address.name}: {known[0]} {address.path}")

    def path(self, name: str, lang: str | None = None, **values: Any) -> str:
        """The path of a named route. Values without a place in the path become the query string."""
        template, in_language = self._paths[name]
        places = set(_PLACE.findall(template))
        filled = _PLACE.sub(lambda found: quote(str(values[found[1]]), safe=""), template)
        if in_language:
            filled = f"/{lang or i18n.current().code}{filled}"
        query = {key: value for key, value in values.items() if key not in places and value}
        return f"{filled}?{urlencode(query, doseq=True)}" if query else filled

    def places(self, name: str) -> frozenset[str]:
        """What must be known to fill the path of a named route."""
        return frozenset(_PLACE.findall(self._paths[name][0]))

    def routes(self, enter: Callable[[Address], Handler]) -> list[Route]:
        """Starlette routes; `enter` wraps a handler with its language and its door.

        GET and POST of one path become one route, so that the other methods get 405 and not 404.
        """
        by_path: dict[tuple[str, bool], dict[str, Address]] = {}
        for address in self.all:
            methods = by_path.setdefault((address.path, address.in_language), {})
            if address.method in methods:
                raise ValueError(f"two handlers for {address.method} {address.path}")
            methods[address.method] = address
        return [
            Route(
                f"/{_LANG}{path}" if in_language else path,
                _by_method({method: enter(address) for method, address in methods.items()}),
                methods=sorted(methods),
                name=next(iter(methods.values())).name,
            )
            for (path, in_language), methods in by_path.items()
        ]


def _by_method(handlers: dict[str, Handler]) -> Handler:
    if len(handlers) == 1:
        return next(iter(handlers.values()))

    async def choose(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await handlers[method](request)

    return choose
