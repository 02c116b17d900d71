"""The minutes of a count (procès-verbal): one page that stands alone, to print, sign and keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from markupsafe import Markup

from pacto_participe.voting.charter import Charter
from pacto_participe.voting.pages.outcome import ProjectLine, decisive_ties, lines_of
from pacto_participe.voting.pages.roll import RollShown, roll_of_result
from pacto_participe.voting.publication.files import MINUTES_STYLE
from pacto_participe.voting.wording.eligibility import who_could_vote
from pacto_participe.voting.wording.fingerprints import in_groups
from pacto_participe.voting.wording.rules import counting_rules, tie_rules
from pacto_participe.voting.wording.ties import tie_sentences
from pacto_participe.web import i18n
from pacto_participe.web.templating import Templates


@dataclass(frozen=True, slots=True)
class MinutesPage:
    """What is written down and signed. `place`: the collectivity's name in the language of the minutes.

    `results`: the whole address of the results, which leads there from a folder and from paper too.
    """

    template: ClassVar[str] = "voting/minutes.html"

    charter: Charter
    lang: str
    dir: str
    place: str
    counted_at: datetime
    ballots: int
    blank: int
    entitled: int | None
    spent_cents: int
    projects: tuple[ProjectLine, ...]
    ties: tuple[Markup, ...]
    lot: Mapping[str, Any]
    who: tuple[str, ...]  # who could vote; nothing of an election of another place
    counting_rules: tuple[str, ...]
    tie_rules: tuple[str, ...]
    rules_fingerprint: tuple[str, ...]
    box_fingerprint: tuple[str, ...]
    software: str
    roll: RollShown | None
    results: str
    is_demo: bool = False
    stylesheet: str = MINUTES_STYLE

    @property
    def winners(self) -> tuple[ProjectLine, ...]:
        return tuple(line for line in self.projects if line.is_funded)


def render_minutes(
    templates: Templates,
    charter: Charter,
    result: Mapping[str, Any],
    lang: str,
    place: str,
    *,
    results: str,
    is_demo: bool = False,
) -> str:
    """The whole page in a language, from the charter and the plain values of result.json."""
    with i18n.speaking(lang):
        page = MinutesPage(
            charter=charter,
            lang=lang,
            dir=i18n.LANGUAGES[lang].direction,
            place=place,
            counted_at=datetime.fromisoformat(result["counted_at"]),
            ballots=result["box"]["ballots"],
            blank=result["box"]["blank"],
            entitled=result["turnout"]["entitled"],
            spent_cents=int(result["spent_cents"]),
            projects=lines_of(charter, result, lang),
            ties=tie_sentences(charter, decisive_ties(result)),
            lot=result["lot"],
            who=() if charter.source else who_could_vote(charter, place),
            counting_rules=counting_rules(charter),
            tie_rules=tie_rules(charter),
            rules_fingerprint=in_groups(result["charter"]),
            box_fingerprint=in_groups(result["box"]["fingerprint"]),
            software=result["software"],
            roll=roll_of_result(result),
            results=results,
            is_demo=is_demo,
        )
        return templates.page(page.template, page=page)
