"""The shape of what administrators type about a vote that is prepared, and about a draw."""

from typing import Annotated

from pydantic import Field

from pacto_participe.accounts.domain.eligibility import Who
from pacto_participe.accounts.domain.writing import plain
from pacto_participe.approvals.domain import LONGEST_REASON
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.voting.policies import CharterProblem, PreparationProblem, VoterTies
from pacto_participe.voting.services.preparing import VoterRule
from pacto_participe.web.forms import FormModel

_Word = Annotated[str, Field(max_length=40)]
MOST_DIGITS = 9


class ActForm(FormModel):
    """An act that is confirmed: what was looked at, and why where a second person is needed."""

    revision: _Word = ""
    drawn: Annotated[str, Field(max_length=400)] = ""
    reason: Annotated[str, Field(max_length=LONGEST_REASON)] = ""


class VotersForm(FormModel):
    """Who may vote: an age in whole years, a nationality, a tie."""

    revision: _Word = ""
    minimum_age: _Word = ""
    who: _Word = ""
    ties: _Word = ""


def revision_of(typed: str) -> int:
    """The revision that a page was shown with; 0, which no draft has, for anything else."""
    return int(typed) if _is_number(typed) else 0


def voter_rule(typed: VotersForm) -> VoterRule:
    """The rule that was chosen. Raises Refused with each field that says none."""
    age, problems = plain(typed.minimum_age), []
    if not _is_number(age):
        problems.append(Problem(CharterProblem.AGE_UNKNOWABLE, "minimum_age"))
    if typed.who not in tuple(Who):
        problems.append(Problem(PreparationProblem.WHO_NOT_OFFERED, "who"))
    if typed.ties not in tuple(VoterTies):
        problems.append(Problem(PreparationProblem.WHO_NOT_OFFERED, "ties"))
    if problems:
        raise Refused(*problems)
    return VoterRule(int(age), Who(typed.who), typed.ties == VoterTies.LIVE_OR_WORK_HERE)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
