"""The rule that a file itself names, as our parameters. Ties then follow the order of the file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pacto_participe.voting.domain import (
    PRESETS,
    BadParameter,
    Comparison,
    Parameters,
    Pot,
    Reading,
    Unaffordable,
    natural_score,
)
from pacto_participe.voting.pabulib.reading import LOT, TWINS, UNITS, PabulibFile
from pacto_participe.voting.rules.ties import OFFICIAL_ORDER_NAME

_PERCENT = re.compile(r"at least (\d{1,3})\s?%")


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A preset's name, the parameters, the lot, and whether they say all that the city did.

    When `is_whole` is not true, the file names a rule (unknown, custom, exclusive) that it does
    not tell in full, and the nearest known one stands in.
    """

    preset: str
    parameters: Parameters
    is_whole: bool = True
    lot: str | None = None


def own_rule(file: PabulibFile) -> OwnRule:
    """What the file's META says about counting. Raises BadParameter for a remark of ours that
    somebody changed.
    """
    told = _told(file)
    if told is not None:
        lot = file.counted_with.get(LOT)
        return OwnRule(_nearest_preset(told), told, lot=lot if isinstance(lot, str) else None)
    rule = file.meta.get("rule", "unknown")
    read = _read(file)
    match rule:
        case "greedy" | "greedy-threshold":
            return OwnRule("greedy-skip", PRESETS["greedy-skip"].changed(**read))
        case "greedy-no-skip":
            return OwnRule("greedy-stop", PRESETS["greedy-stop"].changed(**read))
        case "greedy-custom":
            return _custom(file.meta, read)
        case "equalshares" | "equalshares-comparison":
            return OwnRule("equal-shares", _shares("equal-shares", rule, read))
        case "equalshares/add1" | "equalshares/add1-comparison":
            return OwnRule("equal-shares-add1", _shares("equal-shares-add1", rule, read))
    return OwnRule("greedy-skip", PRESETS["greedy-skip"].changed(**read), is_whole=False)


def _told(file: PabulibFile) -> Parameters | None:
    """The parameters that our own writer left in a comment, where Pabulib has no word for them."""
    if not file.counted_with:
        return None
    plain = {key: told for key, told in file.counted_with.items() if key not in (LOT, TWINS, UNITS)}
    parameters = Parameters.from_dict(plain)
    units = file.counted_with.get(UNITS, file.election.units_per_currency)
    if not isinstance(units, int) or units < 1:
        raise BadParameter(UNITS, units, "a whole number above 0")
    pots = tuple(
        _converted(pot, file.election.units_per_currency, units) for pot in parameters.pots
    )
    return parameters.changed(pots=pots)


def _converted(pot: Pot, units: int, told_units: int) -> Pot:
    """The same money in the units of this file, which may be larger."""
    budget = Fraction(pot.budget * units, told_units)
    if budget.denominator != 1:
        raise BadParameter("pots", str(budget), "an amount that the file's units can hold")
    return Pot(pot.district, int(budget))


def _nearest_preset(parameters: Parameters) -> str:
    """The preset that says the rule, its stop and its steps alike."""
    for name, preset in reversed(PRESETS.items()):
        if (
            preset.rule == parameters.rule
            and (preset.unaffordable is Unaffordable.SKIP)
            == (parameters.unaffordable is Unaffordable.SKIP)
            and bool(preset.mes_increment) == bool(parameters.mes_increment)
            and preset.mes_stop_when_exhaustive <= parameters.mes_stop_when_exhaustive
        ):
            return name
    return parameters.rule


def _shares(preset: str, rule: str, read: dict[str, Any]) -> Parameters:
    compared = rule.endswith("-comparison")
    comparison = Comparison.SATISFACTION if compared else Comparison.NONE
    return PRESETS[preset].changed(**read, mes_comparison=comparison)


def _custom(meta: Mapping[str, str], read: dict[str, Any]) -> OwnRule:
    """Stop at the first that does not fit, and fund it if the rest covers the share in a comment."""
    found = _PERCENT.search(meta.get("comment", ""))
    if found is None or not 0 < int(found[1]) <= 100:
        return OwnRule("greedy-skip", PRESETS["greedy-skip"].changed(**read), is_whole=False)
    parameters = PRESETS["greedy-stop"].changed(
        **read,
        unaffordable=Unaffordable.STOP_THEN_FUND_NEXT,
        fund_next_share=Fraction(int(found[1]), 100),
    )
    return OwnRule("greedy-stop", parameters)


def _read(file: PabulibFile) -> dict[str, Any]:
    """Score, threshold and ties, which every rule shares."""
    reading = file.profile.reading
    read: dict[str, Any] = {"score": natural_score(reading), "ties": (OFFICIAL_ORDER_NAME,)}
    if reading is Reading.RANKING:
        read["borda_top"] = ranking_top(file)
    threshold = file.meta.get("min_project_score_threshold", "")
    if threshold.isdecimal():
        read["threshold_score"] = Fraction(int(threshold))
    return read


def ranking_top(file: PabulibFile) -> int:
    """What a first choice is worth: the longest ranking allowed, or else the longest there is."""
    longest = file.meta.get("max_length", "")
    if longest.isdecimal() and int(longest) > 0:
        return int(longest)
    return max((len(row) for row in file.profile.rows), default=0)
