"""What is read aloud of a project, and what the languages of recordings are called."""

from functools import lru_cache

from pacto_participe.voting.charter import CharterProject
from pacto_participe.web import i18n
from pacto_participe.web.aloud import money_aloud
from pacto_participe.web.i18n import mark as _

LANGUAGE_NAMES = {
    "ary": _("Darija"),
    "shi": _("Tachelhit"),
    "tzm": _("Tamazight of the Atlas"),
    "rif": _("Tarifit"),
    "zgh": _("Standard Amazigh"),
    "ar": _("Arabic"),
    "fr": _("French"),
    "en": _("English"),
}
_PROJECT = _("Project number %(number)s. %(title)s. %(place)s. It costs %(cost)s.")


def language_name(lang: str) -> str:
    return i18n.gettext(LANGUAGE_NAMES[lang])


def read_aloud(project: CharterProject) -> tuple[str, str]:
    """What the card of a project says, as one hears it, and in which language that is.

    The language is that of the title: a French voice makes nothing of Arabic letters.
    """
    return _read_aloud(project, i18n.written().code)


@lru_cache(maxsize=4096)
def _read_aloud(project: CharterProject, page_lang: str) -> tuple[str, str]:
    title, lang = project.title.in_language(page_lang)
    if lang not in i18n.LANGUAGES:
        return "", ""
    with i18n.speaking(lang):
        said = i18n.say(
            _PROJECT,
            number=project.number,
            title=title.rstrip("."),
            place=project.place.in_language(lang)[0].rstrip("."),
            cost=money_aloud(project.cost_cents),
        )
    return said, lang
