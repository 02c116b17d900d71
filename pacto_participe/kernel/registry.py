"""A registry is an explicit list of named objects: ballot kinds, counting rules, consultation kinds."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """Anything that a registry can hold: it knows its own name."""

    @property
    def name(self) -> str: ...


NamedT = TypeVar("NamedT", bound=Named)


class UnknownName(LookupError):
    """A name that no entry of the registry carries."""

    def __init__(self, what: str, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no {what} is called {name!r}; known: {', '.join(known)}")
        self.name = name
        self.known = known


class Registry(Generic[NamedT]):
    """Entries in the order they were named. Two entries with one name are a programming error."""

    def __init__(self, what: str, *entries: NamedT) -> None:
        self.what = what
        self._entries = {entry.name: entry for entry in entries}
        if len(self._entries) != len(entries):
            raise ValueError(f"two entries of the registry of {what}s have the same name")

    def __getitem__(self, name: str) -> NamedT:
        """Raises UnknownName, which lists what is known."""
        try:
            return self._entries[name]
        except KeyError:
            raise UnknownName(self.what, name, self.names) from None

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[NamedT]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._entries)
