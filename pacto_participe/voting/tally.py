"""Counting a Pabulib file: which rule, changed by which settings, and the result as plain JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pacto_participe.voting.domain import (
    MONEY_NUMBERS,
    PRESETS,
    BadParameter,
    Election,
    NoSuchParameter,
    Number,
    Outcome,
    Parameters,
    Reading,
    Round,
    Tie,
    Unaffordable,
    dotted,
    in_currency,
    natural_score,
)
from pacto_participe.voting.pabulib import PabulibFile, own_rule
from pacto_participe.voting.pabulib.own_rule import ranking_top
from pacto_participe.voting.rules import RULES, count
from pacto_participe.voting.rules.ties import TIE_ORDERS


@dataclass(frozen=True, slots=True)
class Tally:
    """A count and what it was made from. `rule_is_whole`: see OwnRule."""

    rule: str
    parameters: Parameters
    file: PabulibFile
    outcome: Outcome
    rule_is_whole: bool = True


def tally(
    file: PabulibFile,
    *,
    rule: str | None = None,
    settings: Iterable[tuple[str, str]] = (),
    lot: str | None = None,
) -> Tally:
    """Count by a preset's name, or by the file's own rule; then settings change parameters.

    Raises BadParameter for a rule, a setting or a value that does not exist.
    """
    if rule is None:
        own = own_rule(file)
        name, parameters, is_whole = own.preset, own.parameters, own.is_whole
        lot = own.lot if lot is None else lot
    else:
        name, parameters, is_whole = rule, preset(rule, file), True
    parameters = changed(parameters, settings, file.election.units_per_currency)
    if parameters.rule not in RULES:
        raise BadParameter("rule", parameters.rule, f"one of {', '.join(RULES.names)}")
    outcome = count(file.election, file.profile, parameters, lot=lot)
    return Tally(name, parameters, file, outcome, is_whole)


def preset(name: str, file: PabulibFile) -> Parameters:
    """A preset as it reads this file's ballots. Raises BadParameter."""
    if name not in PRESETS:
        raise BadParameter("rule", name, f"one of {', '.join(PRESETS)}")
    reading = file.profile.reading
    top = ranking_top(file) if reading is Reading.RANKING else None
    return PRESETS[name].changed(score=natural_score(reading), borda_top=top)


_OTHER_NAMES = {"threshold": "threshold_votes", "threshold_absolute": "threshold_votes"}
_RULE_NAMES = {"greedy": "most-votes", "mes": "equal-shares"}
_YES = ("yes", "true", "on", "1")
_NO = ("no", "false", "off", "0")


def changed(
    parameters: Parameters, settings: Iterable[tuple[str, str]], units_per_currency: int
) -> Parameters:
    """Apply KEY=VALUE pairs as typed. Money (pots) is typed in currency. Raises BadParameter."""
    plain = parameters.to_dict()
    for typed, value in settings:
        plain.update(_setting(typed, value.strip(), plain, units_per_currency))
    if plain["unaffordable"] != Unaffordable.STOP_THEN_FUND_NEXT.value:
        plain["fund_next_share"] = None
    for name in plain["ties"]:
        if name not in TIE_ORDERS:
            raise BadParameter("ties", name, f"one of {', '.join(TIE_ORDERS.names)}")
    return Parameters.from_dict(plain)


def _setting(
    typed: str, value: str, plain: Mapping[str, Any], units_per_currency: int
) -> dict[str, Any]:
    key = _key(typed, plain)
    if key == "rule":
        return {key: _RULE_NAMES.get(value, value)}
    if key == "ties":
        return {key: [name.strip() for name in value.split(",") if name.strip()]}
    if key == "pots":
        return {key: _pots(value, units_per_currency)}
    if key == "threshold.votes" and not value.isdecimal():
        key = "threshold.share"  # threshold=5% is a share of the ballots
    if key == "fund_next_share":
        return {key: _number(key, value), "unaffordable": Unaffordable.STOP_THEN_FUND_NEXT.value}
    if isinstance(plain[key], bool):
        return {key: _switch(key, value)}
    if key in ("borda_top", "threshold.votes", "mes.increment"):
        return {key: _whole(key, value)}
    if key.startswith("threshold."):
        return {key: _number(key, value)}
    return {key: value.replace("_", "-")}


def _key(typed: str, plain: Mapping[str, Any]) -> str:
    """The published name: dots, dashes and underscores are alike, and "mes." may be left out."""
    written = typed.strip().replace("-", "_").replace(".", "_")
    written = _OTHER_NAMES.get(written, written)
    for name in (dotted(written), dotted(f"mes_{written}")):
        if name in plain:
            return name
    raise NoSuchParameter(typed.strip(), plain)


def _switch(key: str, value: str) -> bool:
    if value.lower() in _YES:
        return True
    if value.lower() in _NO:
        return False
    raise BadParameter(key, value, "yes or no")


def _whole(key: str, value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or len(value) > 18:
        raise BadParameter(key, value, "a whole number")
    return int(value)


def _number(key: str, value: str) -> str | None:
    """ "4/5", "0.8" or "80%"; "none" takes it away."""
    if value == "none":
        return None
    percent = value.endswith("%")
    try:
        number = Fraction(value.removesuffix("%"))
    except (ValueError, ZeroDivisionError):
        raise BadParameter(key, value, "a number such as 4/5, 0.8 or 80%") from None
    return str(number / 100 if percent else number)


def _pots(value: str, units_per_currency: int) -> list[dict[str, Any]]:
    """ "North:120000,South:80000" in currency."""
    pots = []
    for item in value.split(","):
        district, _, amount = item.rpartition(":")
        try:
            units = Fraction(amount) * units_per_currency
        except (ValueError, ZeroDivisionError):
            units = Fraction(1, 2)
        if not district.strip() or units.denominator != 1:
            raise BadParameter("pots", value, "district:amount, separated by commas")
        pots.append({"district": district.strip(), "budget": int(units)})
    return pots


def as_json(tally: Tally) -> dict[str, Any]:
    """What `tally --json` prints; money as text, exact in the file's currency."""
    election, outcome = tally.file.election, tally.outcome
    names = [option.id for option in election.options]
    unit = election.units_per_currency
    return {
        "rule": tally.rule,
        "parameters": tally.parameters.to_dict(),
        "budget": in_currency(election.budget, unit),
        "votes": tally.file.profile.ballots,
        "winners": [names[index] for index in outcome.winners],
        "cost": in_currency(election.cost_of(outcome.winners), unit),
        "rounds": [_round(step, names, unit) for step in outcome.rounds],
        "ties": [_tie(tie, names) for tie in outcome.ties],
    }


def _round(step: Round, names: list[str], unit: int) -> dict[str, Any]:
    return {
        "project": names[step.option],
        "funded": step.funded,
        "score": _plain("score", step.score, unit),
        "left": _plain("left", step.left, unit),
        **{name: _plain(name, number, unit) for name, number in step.numbers.items()},
    }


def _plain(name: str, number: Number, unit: int) -> str | int:
    """Money as an exact decimal, other Fractions as "n/d", whole numbers as they are."""
    if name in MONEY_NUMBERS:
        return in_currency(number, unit)
    return str(number) if isinstance(number, Fraction) and number.denominator != 1 else int(number)


def _tie(tie: Tie, names: list[str]) -> dict[str, Any]:
    return {
        "projects": [names[index] for index in tie.options],
        "decided_by": list(tie.decided_by),
        "decisive": tie.is_decisive,
    }


def as_text(tally: Tally) -> list[str]:
    """The same for a person at a terminal, one line each."""
    election: Election = tally.file.election
    outcome, unit = tally.outcome, election.units_per_currency
    currency = tally.file.meta.get("currency", "")
    lines = [
        f"rule {tally.rule}, {tally.file.profile.ballots} votes, "
        f"budget {in_currency(election.budget, unit)} {currency}".rstrip()
    ]
    for place, index in enumerate(outcome.winners, start=1):
        option = election.options[index]
        cost = in_currency(option.cost, unit)
        lines.append(f"{place:3}. {option.id}  {cost}  {option.name}".rstrip())
    spent = in_currency(election.cost_of(outcome.winners), unit)
    lines.append(f"{len(outcome.winners)} projects funded, {spent} {currency}".rstrip())
    for tie in outcome.ties:
        if tie.is_decisive:
            names = ", ".join(election.options[index].id for index in tie.options)
            lines.append(f"a tie decided: {names} ({', '.join(tie.decided_by)})")
    if outcome.awaits_lot:
        lines.append("the lot is needed and not known: the order of the file stands in")
    return lines
