"""Addresses of collectivities: Latin, lowercase, unique in the country, and never changed again.

A commune has its plain name (agadir). Namesakes all carry their province (ajdir-taza), so that no town
owns a name that is another's too. Regions, provinces and prefectures say what they are
(region-souss-massa); an arrondissement begins with its city (casablanca-anfa).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pacto_participe.collectivities.domain.folding import fold
from pacto_participe.collectivities.domain.places import CollectivityType, Unit


def plain_slug(name: str) -> str:
    """The Latin words of a name, joined by hyphens: Fès-Meknès becomes fes-meknes."""
    return "-".join(fold(name).split())


def slugs_for(
    units: Sequence[Unit], relatives: Mapping[str, Unit], kept: Mapping[str, str]
) -> dict[str, str]:
    """A slug for each unit, by its id. `kept` are slugs already given: they stay with their unit.

    `relatives` must hold the parent of every unit.
    """
    new = [unit for unit in units if unit.collectivity_id not in kept]
    first_choices = Counter(_first_choice(unit, relatives) for unit in new)
    slugs = {
        unit.collectivity_id: kept[unit.collectivity_id]
        for unit in units
        if unit.collectivity_id in kept
    }
    taken = set(kept.values())
    for unit in new:
        slug = next(
            choice
            for choice in _choices(unit, relatives)
            if choice not in taken and first_choices[choice] < 2
        )
        slugs[unit.collectivity_id] = slug
        taken.add(slug)
    return slugs


def _choices(unit: Unit, relatives: Mapping[str, Unit]) -> Iterator[str]:
    """What the unit may be called, best first; the last one holds its code and is unique."""
    first = _first_choice(unit, relatives)
    yield first
    if unit.parent_id is not None:
        yield f"{first}-{plain_slug(relatives[unit.parent_id].name_fr)}"
    yield f"{first}-{unit.collectivity_id.replace('.', '-')}"


def _first_choice(unit: Unit, relatives: Mapping[str, Unit]) -> str:
    name = plain_slug(unit.name_fr)
    if unit.type.is_commune:
        return name
    if unit.type is CollectivityType.ARRONDISSEMENT and unit.parent_id is not None:
        city = plain_slug(relatives[unit.parent_id].name_fr)
        return name if name.startswith(f"{city}-") else f"{city}-{name}"
    return f"{unit.type.value}-{name}"
