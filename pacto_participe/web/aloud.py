"""How amounts and sentences are said, for the device's own voice.

A voice reads "450 000 DH" as "four hundred and fifty, zero, D H": grouped digits are two numbers to it.
"""

import re

from markupsafe import Markup

from pacto_participe.web.formats import NBSP
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.i18n import ngettext, say

A_MILLION = 100_000_000  # centimes
_AMOUNT = rf"(\d{{1,3}}(?:[{NBSP},]\d{{3}})*)(?:[.,](\d\d))?{NBSP}"


def money_aloud(cents: int) -> str:
    """45000000 is "450000 dirhams"; 200000000 is "2 million dirhams"."""
    if cents and cents % A_MILLION == 0:
        millions = cents // A_MILLION
        return ngettext("one million dirhams", "%(num)s million dirhams", millions) % {
            "num": millions
        }
    whole, rest = divmod(cents, 100)
    dirhams = ngettext("one dirham", "%(num)s dirhams", whole) % {"num": whole}
    if not rest:
        return dirhams
    centimes = ngettext("one centime", "%(num)s centimes", rest) % {"num": rest}
    return say(_("%(dirhams)s and %(centimes)s"), dirhams=dirhams, centimes=centimes)


def aloud(text: str) -> str:
    """A sentence of a page as one hears it: without markup, its amounts as they are said."""
    unit = say(_("%(amount)s DH"), amount="").strip()

    def said(found: re.Match[str]) -> str:
        whole = int(re.sub(r"\D", "", found[1]))
        return money_aloud(100 * whole + int(found[2] or 0))

    # Before the markup goes: with it go the spaces that do not break.
    sentence = re.sub(_AMOUNT + re.escape(unit), said, text)
    return Markup(sentence).striptags()  # noqa: S704  of a template, escaped already
