"""What a unit is called, with its type, in each language.

Grammar, not translation: French elides before a vowel (Commune d’Agadir, Commune de Tanger), which no
catalogue of sentences can do for 1,631 names. Arabic type words are those of the administration.
"""

from typing import Protocol

from pacto_participe.collectivities.domain.folding import fold

TYPE_WORDS = {
    "ar": {
        "region": "جهة",
        "prefecture": "عمالة",
        "province": "إقليم",
        "commune_urban": "جماعة",
        "commune_rural": "جماعة",
        "arrondissement": "مقاطعة",
    },
    "fr": {
        "region": "Région",
        "prefecture": "Préfecture",
        "province": "Province",
        "commune_urban": "Commune",
        "commune_rural": "Commune",
        "arrondissement": "Arrondissement",
    },
    "en": {
        "region": "Region",
        "prefecture": "Prefecture",
        "province": "Province",
        "commune_urban": "Commune",
        "commune_rural": "Commune",
        "arrondissement": "Borough",
    },
}


class NamedUnit(Protocol):
    """What naming needs to know."""

    @property
    def type(self) -> str: ...
    @property
    def name_fr(self) -> str: ...
    @property
    def name_ar(self) -> str: ...
    @property
    def name_zgh(self) -> str | None: ...


def language_of_name(unit: NamedUnit, lang: str) -> str:
    """Arabic stands in for an unknown Amazigh name, and the page must say so in its markup."""
    return "ar" if lang == "zgh" and not unit.name_zgh else lang


def short_name(unit: NamedUnit, lang: str) -> str:
    """The name alone. Latin names carry a typographic apostrophe."""
    if lang == "ar":
        return unit.name_ar
    if lang == "zgh":
        return unit.name_zgh or unit.name_ar
    return unit.name_fr.replace("'", "’")


def full_name(unit: NamedUnit, lang: str) -> str:
    """The name with its type word.

    In Amazigh the name stands alone: how a type word joins a name awaits a competent reader.
    """
    name = short_name(unit, lang)
    if lang == "zgh" and unit.name_zgh:
        return name
    if lang in ("ar", "zgh"):
        return f"{TYPE_WORDS['ar'][unit.type]} {name}"
    if lang == "fr":
        return f"{TYPE_WORDS['fr'][unit.type]} {after_de(name)}"
    return f"{TYPE_WORDS['en'][unit.type]} of {_english(name)}"


def after_de(name: str) -> str:
    """A Moroccan place name after the French preposition: d’Oujda, de Harhoura, de l’Oriental.

    A vowel elides, Ou included (d’Oued Zem); h and y do not (de Youssoufia); El and Al stay whole.
    """
    if name.startswith("L’"):
        return f"de l{name[1:]}"
    return f"d’{name}" if fold(name)[:1] in "aeiou" else f"de {name}"


def _english(name: str) -> str:
    return f"the {name[2:]}" if name.startswith("L’") else name
