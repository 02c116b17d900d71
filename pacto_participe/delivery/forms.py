"""The shape of an update as it is typed."""

from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import Field

from pacto_participe.accounts.domain.cards import read_day
from pacto_participe.delivery.domain import (
    LONGEST_DECISION,
    LONGEST_TEXT,
    Bureau,
    Draft,
    Milestone,
    Status,
    read_dirhams,
)
from pacto_participe.kernel.languages import Texts
from pacto_participe.web.forms import FormModel
from pacto_participe.web.i18n import mark as _

_Word = Annotated[str, Field(max_length=40)]
MOST_DIGITS = 6
ChoiceT = TypeVar("ChoiceT", bound=StrEnum)


class UpdateForm(FormModel):
    """Everything as text: what it means, and what is missing, is the domain's to say."""

    after: _Word = ""
    stage: _Word = ""
    text_ar: Annotated[str, Field(max_length=LONGEST_TEXT, title=_("In Arabic"))] = ""
    text_fr: Annotated[str, Field(max_length=LONGEST_TEXT, title=_("In French"))] = ""
    spent: Annotated[str, Field(max_length=40, title=_("Spent so far, in dirhams"))] = ""
    bureau: _Word = ""
    milestone: _Word = ""
    next_on: Annotated[str, Field(max_length=40, title=_("Day of the next step"))] = ""
    done_on: Annotated[str, Field(max_length=40, title=_("Day on which it was done"))] = ""
    decision: Annotated[
        str, Field(max_length=LONGEST_DECISION, title=_("Decision of the council"))
    ] = ""
    corrects: _Word = ""


def draft_of(typed: UpdateForm) -> Draft:
    """The update that was typed, as far as it can be read."""
    texts = {"ar": _line(typed.text_ar), "fr": _line(typed.text_fr)}
    return Draft(
        status=_choice(Status, typed.stage),
        spent_cents=read_dirhams(typed.spent),
        bureau=_choice(Bureau, typed.bureau),
        text=Texts.of(texts) if any(texts.values()) else None,
        milestone=_choice(Milestone, typed.milestone),
        next_on=read_day(typed.next_on),
        done_on=read_day(typed.done_on),
        decision=_line(typed.decision),
        corrects=bool(typed.corrects),
    )


def seen_of(typed: UpdateForm) -> int:
    """How many updates the page showed; -1, which no project has, for anything else."""
    after = typed.after
    return int(after) if after.isascii() and after.isdecimal() and len(after) < MOST_DIGITS else -1


def _line(text: str) -> str:
    return " ".join(text.split())


def _choice(kind: type[ChoiceT], typed: str) -> ChoiceT | None:
    return kind(typed) if typed in tuple(kind) else None
