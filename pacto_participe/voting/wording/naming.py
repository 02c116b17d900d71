"""How sentences about a result name projects and amounts, set apart so that no direction mixes."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from textwrap import shorten
from typing import Any

from markupsafe import Markup

from pacto_participe.kernel.money import CENTS_PER_DIRHAM
from pacto_participe.voting.charter import Charter
from pacto_participe.web import formats, i18n
from pacto_participe.web.i18n import gettext as _

LONGEST_TITLE = 48  # in a sentence about another project


def told(message: str, **values: Any) -> Markup:
    """A translated sentence with its values; values that are not markup are escaped."""
    return Markup(message) % values  # noqa: S704  the sentence is ours; Markup escapes the values


def joined(sentences: Iterable[Markup | str]) -> Markup:
    """One after the other, as a paragraph."""
    return Markup(" ").join(sentence for sentence in sentences if sentence)


def listed(items: Iterable[Markup | str]) -> Markup:
    """ "a, b, c" with the comma of the language."""
    return Markup("{}").format(_(", ")).join(items)


@dataclass(frozen=True, slots=True)
class Names:
    """The projects and the money of one vote, in the language of the request."""

    charter: Charter

    def money(self, cents: int) -> Markup:
        return Markup("<bdi>{}</bdi>").format(formats.money(cents, self.charter.currency))

    def title(self, key: str) -> Markup:
        """A project's title in the language it is written in."""
        text, lang = self.charter.by_key[key].title.in_language(i18n.written().code)
        text = shorten(text, LONGEST_TITLE, placeholder="…")
        if lang == i18n.written().code:
            return Markup("<bdi>{}</bdi>").format(text)
        return Markup('<bdi lang="{}">{}</bdi>').format(lang, text)

    def project(self, key: str) -> Markup:
        """ "project 4 (Solar lighting)": long titles are cut, the number says which it is."""
        number = self.charter.by_key[key].number
        return told(_("project %(number)s (%(title)s)"), number=number, title=self.title(key))

    def projects(self, keys: Iterable[str]) -> Markup:
        return listed(self.project(key) for key in keys)


def missing(cost: int, left: Fraction) -> tuple[int, int]:
    """What is left and what is missing, in centimes, so that the two make up the cost.

    Shares are fractions of centimes. In whole dirhams where that hides nothing that matters; what is
    missing is never shown smaller than it is.
    """
    unit = CENTS_PER_DIRHAM if cost % CENTS_PER_DIRHAM == 0 else 1
    if min(left, cost - left) < unit:
        unit = 1
    shown = int(left // unit) * unit
    return shown, cost - shown


def at_least(amount: Fraction) -> int:
    """An amount in centimes, rounded down: in whole dirhams from ten dirhams on."""
    unit = CENTS_PER_DIRHAM if amount >= 10 * CENTS_PER_DIRHAM else 1
    return int(amount // unit) * unit


def at_most(amount: Fraction) -> int:
    """An amount in centimes, rounded up: in whole dirhams from ten dirhams on."""
    unit = CENTS_PER_DIRHAM if amount >= 10 * CENTS_PER_DIRHAM else 1
    return -int(-amount // unit) * unit
