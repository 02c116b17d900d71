"""No line of a French page begins with a mark, on the narrowest telephone."""

import re

from pacto_participe.web.i18n import catalogue


def test_the_spaces_of_french_marks_do_not_break() -> None:
    french = catalogue("fr")

    broken = [
        words
        for words in french._catalog.values()
        if isinstance(words, str) and re.search(r" [:;?!»]|« ", words)
    ]

    assert broken == []
    assert french.gettext("Who is voting?") == "Qui vote\u00a0?"
