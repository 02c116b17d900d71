"""Codes below, sentences above: turns a code with its values into a sentence of the request's language."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from pacto_participe.kernel.errors import Problem
from pacto_participe.web import formats, i18n
from pacto_participe.web.forms import FormProblem
from pacto_participe.web.i18n import mark as _

Wording = Mapping[Any, str]  # keys are members of one or more StrEnums
# What is wrong, as a page tells it: (field or "", sentence).
ToldProblems = tuple[tuple[str, str], ...]

WORDING: Wording = {
    FormProblem.MISSING: _("This is needed. Please fill it in."),
    FormProblem.TOO_LONG: _("This is too long: %(most)s letters at most."),
    FormProblem.UNREADABLE: _("This could not be read. Please write it another way."),
}


_NAMED = _("%(label)s – %(sentence)s")


def sentence_at(problems: ToldProblems, field: str) -> str:
    """What stands beside a field; "" when nothing is wrong with it."""
    return next((sentence for place, sentence in problems if place == field), "")


def readable(name: str, value: Any) -> Any:
    """A value as a sentence shows it: names ending in _cents are money, whole numbers are grouped."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return formats.money(value) if name.endswith("_cents") else formats.number(value)
    if isinstance(value, Fraction):
        return formats.percent_of(value)
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, tuple):
        return formats.listed(str(readable(name, item)) for item in value)
    return value


class Sentences:
    """The wordings of all features. Codes of different features never share a type."""

    def __init__(self, *wordings: Wording) -> None:
        # Two enums may hold the same text, and StrEnum members then compare equal: keep them apart.
        self._messages = {
            (type(code), code.value): message
            for wording in (WORDING, *wordings)
            for code, message in wording.items()
        }

    def knows(self, code: StrEnum) -> bool:
        return (type(code), code.value) in self._messages

    def of(self, code: StrEnum, values: Mapping[str, Any] | None = None) -> str:
        """Raises KeyError for a code without a wording (a test looks for those)."""
        message = self._messages[type(code), code.value]
        shown = {name: readable(name, value) for name, value in (values or {}).items()}
        return i18n.gettext(message) % shown

    def of_problem(self, problem: Problem) -> str:
        """With the name of its field, where the sentence would say the same of any field."""
        sentence = self.of(problem.code, problem.values)
        if not problem.label:
            return sentence
        label = i18n.gettext(problem.label)
        return i18n.gettext(_NAMED) % {"label": label, "sentence": sentence}

    def of_problems(self, problems: Iterable[Problem]) -> ToldProblems:
        return tuple((found.field, self.of_problem(found)) for found in problems)
