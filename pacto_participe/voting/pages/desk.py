"""The pages of a polling desk."""

from dataclasses import dataclass, field
from typing import ClassVar

from pacto_participe.voting.charter import Charter
from pacto_participe.web.sentences import ToldProblems


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form shows again, and what is wrong with it. The PIN and the code are never shown again."""

    values: dict[str, str] = field(default_factory=dict)
    problems: ToldProblems = ()

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def problem(self, name: str) -> str:
        return next((said for place, said in self.problems if place == name), "")


@dataclass(frozen=True, slots=True)
class OpenDeskPage:
    """A clerk makes this device a desk: for which open vote, and the PIN. (edition, title, "") each."""

    template: ClassVar[str] = "voting/desk/open.html"

    votes: tuple[tuple[str, str, str], ...]
    form: Typed


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Nobody holds the device: who votes next. `is_open` while ballots are counted."""

    template: ClassVar[str] = "voting/desk/next.html"

    charter: Charter
    is_open: bool
    turns: int
    form: Typed
    who: tuple[str, ...]
    is_cleared: bool = False


@dataclass(frozen=True, slots=True)
class HandOverPage:
    """Someone is identified: the device goes to them, and the clerk looks away."""

    template: ClassVar[str] = "voting/desk/hand_over.html"

    charter: Charter
    title: str


@dataclass(frozen=True, slots=True)
class EndDeskPage:
    """The clerk ends the desk, with the PIN or, when it is forgotten, a password."""

    template: ClassVar[str] = "voting/desk/end.html"

    turns: int
    form: Typed
