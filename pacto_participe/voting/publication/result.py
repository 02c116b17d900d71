"""result.json: the outcome as plain values, from which the result page and the minutes are made.

Money is in centimes, as text: a whole number, or "n/d" where shares are no whole centimes.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from pacto_participe import __version__
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import Number, Outcome, Profile, Round, Tie, Verdict
from pacto_participe.voting.rules.scores import scores

FORMAT = "pacto-participe/result/1"


def exact(value: Number) -> str:
    """ "28000000", or "1000/3"."""
    return str(Fraction(value))


def box_fingerprint(contents: Mapping[str, int]) -> str:
    """SHA-256 of the ballots sorted by content, one a line: the same however they came."""
    digest = hashlib.sha256()
    for content in sorted(contents):
        line = content.encode() + b"\n"
        for _ in range(contents[content]):
            digest.update(line)
    return digest.hexdigest()


def result_of(
    charter: Charter,
    profile: Profile,
    outcome: Outcome,
    *,
    fingerprint: str,
    counted_at: datetime,
    lot_completion: str | None,
    turnout: Mapping[str, Any],
    comparison: Mapping[str, Any] | None = None,
    official: Mapping[str, Any] | None = None,
    roll: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The whole result. `official`: for an imported election, what its city published.

    `roll`: what is said of the roll (publication/roll.py); a vote that had none has no such key.
    """
    keys = [project.key for project in charter.projects]
    votes = profile.votes(len(keys))
    score = scores(profile, charter.parameters, votes)
    blank = sum(
        weight for row, weight in zip(profile.rows, profile.weights, strict=True) if not row
    )
    return {
        "format": FORMAT,
        "software": f"pacto-participe {__version__}",
        "charter": charter.fingerprint,
        "counted_at": counted_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        "box": {"ballots": profile.ballots, "blank": blank, "fingerprint": fingerprint},
        "lot": {
            "seed": charter.lot_seed,
            "completion": lot_completion,
            "needed": outcome.lot_was_needed,
            "awaited": outcome.awaits_lot,
        },
        "budget_cents": exact(charter.budget_cents),
        "spent_cents": exact(outcome.spent),
        "winners": [keys[index] for index in outcome.winners],
        "projects": [
            {
                "key": project.key,
                "number": project.number,
                "cost_cents": exact(project.cost_cents),
                "votes": votes[index],
                "score": exact(score[index]),
                "funded": index in outcome.winners,
                "why": _why(outcome.verdicts[index], keys),
            }
            for index, project in enumerate(charter.projects)
        ],
        "rounds": [_round(step, keys) for step in outcome.rounds],
        "ties": [_tie(tie, keys) for tie in outcome.ties],
        "numbers": {name: _plain(value) for name, value in outcome.numbers.items()},
        "turnout": dict(turnout),
        "comparison": dict(comparison) if comparison else None,
        "official": dict(official) if official else None,
        **({"roll": dict(roll)} if roll else {}),
    }


def _plain(value: Number | str) -> str:
    return value if isinstance(value, str) else exact(value)


def _why(verdict: Verdict, keys: list[str]) -> dict[str, Any]:
    return {
        "code": verdict.code.value,
        "numbers": {name: exact(value) for name, value in verdict.numbers.items()},
        "others": [keys[index] for index in verdict.others],
        "tie": verdict.tie,
        "threshold": verdict.threshold,
    }


def _round(step: Round, keys: list[str]) -> dict[str, Any]:
    return {
        "project": keys[step.option],
        "funded": step.funded,
        "score": exact(step.score),
        "left_cents": exact(step.left),
        "numbers": {name: exact(value) for name, value in step.numbers.items()},
    }


def _tie(tie: Tie, keys: list[str]) -> dict[str, Any]:
    return {
        "projects": [keys[index] for index in tie.options],
        "decided_by": list(tie.decided_by),
        "decisive": tie.is_decisive,
    }
