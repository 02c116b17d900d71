"""The projects of a result, as pages and minutes show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from pacto_participe.voting.charter import Charter, CharterProject
from pacto_participe.voting.domain import WhyCode
from pacto_participe.voting.wording.naming import missing
from pacto_participe.voting.wording.why import support, why

WEAVES = 6


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """One project with what became of it. `place`: in the order of funding, 0 when not funded.

    `left_cents`: what its supporters had left together, under equal shares; None otherwise.
    `paid_cents`: what it receives, less than its cost when it is partly funded.
    """

    project: CharterProject
    title: str
    title_lang: str
    where: str
    votes: int
    score: int
    support: Markup
    place: int
    paid_cents: int
    why: Markup
    left_cents: int | None = None

    @property
    def is_funded(self) -> bool:
        return self.place > 0

    @property
    def weave(self) -> int:
        """Its pattern in the band, 1 to 6."""
        return (self.place - 1) % WEAVES + 1

    @property
    def left_share(self) -> Fraction | None:
        """How far its supporters came, in percent of its cost."""
        if self.left_cents is None or not self.project.cost_cents:
            return None
        return Fraction(100 * self.left_cents, self.project.cost_cents)


def lines_of(charter: Charter, result: Mapping[str, Any], lang: str) -> tuple[ProjectLine, ...]:
    """Every project in the order of the list, with the sentences in the language of the request."""
    places = {key: place for place, key in enumerate(result["winners"], start=1)}
    return tuple(_line(charter, entry, result, lang, places) for entry in result["projects"])


def _line(
    charter: Charter,
    entry: Mapping[str, Any],
    result: Mapping[str, Any],
    lang: str,
    places: Mapping[str, int],
) -> ProjectLine:
    project = charter.by_key[entry["key"]]
    title, title_lang = project.title.in_language(lang)
    verdict = entry["why"]
    code, numbers = WhyCode(verdict["code"]), verdict["numbers"]
    paid = 0
    if entry["funded"]:
        paid = project.cost_cents
    elif code is WhyCode.PARTLY_FUNDED:
        paid = int(numbers["left"])
    left = None
    if "supporters" in numbers and "left" in numbers:
        left, _short = missing(project.cost_cents, Fraction(numbers["left"]))
    return ProjectLine(
        project=project,
        title=title,
        title_lang=title_lang,
        where=project.place.in_language(lang)[0],
        votes=entry["votes"],
        score=int(entry["score"]),
        support=support(charter, entry["votes"], int(entry["score"])),
        place=places.get(project.key, 0),
        paid_cents=paid,
        why=why(charter, entry, result),
        left_cents=left,
    )


def in_order_of_funding(lines: tuple[ProjectLine, ...]) -> tuple[ProjectLine, ...]:
    return tuple(sorted((line for line in lines if line.is_funded), key=lambda line: line.place))


def by_support(lines: tuple[ProjectLine, ...]) -> tuple[ProjectLine, ...]:
    """Those not funded, the most supported first."""
    rest = [line for line in lines if not line.is_funded]
    return tuple(sorted(rest, key=lambda line: (-line.score, line.project.number)))


def decisive_ties(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The ties in which another order could have funded other projects."""
    return [tie for tie in result["ties"] if tie["decisive"]]
