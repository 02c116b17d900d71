"""What a project is about, in a word: each pictogram of the set is a type."""

from pacto_participe.web.i18n import gettext
from pacto_participe.web.i18n import mark as _

# By the names of static/img/icons.svg; "project" is drawn where nobody chose one.
TYPES = {
    "p-light": _("Lighting"),
    "p-school": _("Schools and children"),
    "p-souk": _("Markets"),
    "p-field": _("Sports"),
    "p-garden": _("Gardens and playgrounds"),
    "p-bus": _("Public transport"),
    "p-ramp": _("Access for all"),
    "p-tap": _("Water"),
    "p-clinic": _("Health"),
    "p-biblio": _("Reading"),
    "p-road": _("Streets and roads"),
    "p-waste": _("Cleanliness"),
    "p-drain": _("Drains and sewers"),
    "p-culture": _("Culture"),
    "p-women": _("Women and crafts"),
    "p-digital": _("Digital"),
    "p-shade": _("Shade and benches"),
    "p-well": _("Wells"),
    "p-bridge": _("Bridges"),
    "p-tools": _("Farming and tools"),
    "project": _("Other projects"),
}


def type_words(pictogram: str) -> str:
    """The type in the language of the request; a pictogram of an older set is among the others."""
    return gettext(TYPES.get(pictogram, TYPES["project"]))
