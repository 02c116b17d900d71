"""What changed on the page of the results since it was first published, one dated sentence each.

Nothing here is written down for this list: it is read from what the record holds anyway, and from the clock.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pacto_participe.voting.charter import Charter
from pacto_participe.voting.events import LotAwaited, LotCompleted, ResultPublished
from pacto_participe.voting.queries import ResultEvent
from pacto_participe.web import formats, i18n
from pacto_participe.web.i18n import mark as _

_AWAITED = _(
    "Projects were equal after the count: the public draw was awaited, with no result before it."
)
_DRAWN = _("What was drawn in public was written down: %(drawn)s.")
_PROVISIONAL = _("Provisional result published. Ballots: %(ballots)s. Funded projects: %(funded)s.")
_FINAL_AT_ONCE = _("Result published. Ballots: %(ballots)s. Funded projects: %(funded)s.")
_AGAIN = _("Result published again. Ballots: %(ballots)s. Funded projects: %(funded)s.")
_COMPARED = _("The turnout is compared with that of %(edition)s, which was counted later.")
_FINAL = _("The result became final. No number changed.")


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the list."""

    at: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class EditionBefore:
    """The edition that the turnout is compared with."""

    edition: str
    turnout: Mapping[str, Any]
    counted_at: datetime


def changes_of(
    charter: Charter,
    result: Mapping[str, Any],
    events: Sequence[ResultEvent],
    now: datetime,
    *,
    before: EditionBefore | None = None,
) -> tuple[Change, ...]:
    """Oldest first; the first publication alone where nothing else happened."""
    found = _changes(charter, result, events, now, before)
    return tuple(sorted(found, key=lambda change: change.at))


def _changes(
    charter: Charter,
    result: Mapping[str, Any],
    events: Sequence[ResultEvent],
    now: datetime,
    before: EditionBefore | None,
) -> Iterator[Change]:
    published_at = datetime.fromisoformat(result["counted_at"])
    becomes_final = published_at < charter.final_at
    figures = {"ballots": result["box"]["ballots"], "funded": len(result["winners"])}
    yield _change(published_at, _PROVISIONAL if becomes_final else _FINAL_AT_ONCE, figures)
    publications = 0
    for event in events:
        if event.tag == LotAwaited.tag:
            yield _change(event.at, _AWAITED, {})
        elif event.tag == LotCompleted.tag:
            yield _change(event.at, _DRAWN, {"drawn": formats.apart(event.body["completion"])})
        elif event.tag == ResultPublished.tag:
            publications += 1
            if publications > 1:
                yield _change(event.at, _AGAIN, event.body)
    if before is not None and before.counted_at > published_at:
        yield _change(before.counted_at, _COMPARED, {"edition": formats.isolated(before.edition)})
    if becomes_final and now >= charter.final_at:
        yield _change(charter.final_at, _FINAL, {})


def _change(at: datetime, sentence: str, values: Mapping[str, Any]) -> Change:
    shown = {
        name: formats.number(value) if isinstance(value, int) else value
        for name, value in values.items()
    }
    return Change(at, i18n.gettext(sentence) % shown)
