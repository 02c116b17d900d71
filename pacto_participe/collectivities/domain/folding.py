"""One spelling for many: the text that searches compare instead of what people wrote.

Names are written أكادير, اكادير or Agadir, with or without accents, hamza and diacritics. Both the
stored text and the query are folded the same way, in Python, so that both databases find the same.
"""

import re
import unicodedata

_TATWEEL = "\N{ARABIC TATWEEL}"
_LETTERS = str.maketrans(
    {
        "ى": "ي",
        "ة": "ه",
        "ٱ": "ا",
        # Letters that Moroccans use for g, p and v, where the registers write others.
        "گ": "ك",
        "ڭ": "ك",
        "پ": "ب",
        "ڤ": "ف",
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
        # Dropped rather than turned into a space: M'diq is one word.
        **dict.fromkeys("'’‘ʼʿʾ`´" + _TATWEEL),
    }
)
# l'Oriental, d'Agadir: the French article goes, but not the first letters of L'bour or M'diq.
_ELISION = re.compile(r"\b[ld]['’ʼ](?=[aeiouyhàâéèêëîïôöùû])", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
# "and", "so", then the article, alone or after "with" and "to"; two letters must remain.
_ARTICLE = re.compile(r"^[وف]?(?:ال|بال|لل)(?=..)")


def folded_words(text: str) -> tuple[str, ...]:
    """The words of a text without case, marks, hamza carriers, tatweel and Arabic articles.

    NFKD takes أ إ آ ؤ ئ and é apart; the marks are then dropped. Tifinagh stays as it is.
    """
    apart = unicodedata.normalize("NFKD", _ELISION.sub("", text).lower())
    bare = "".join(sign for sign in apart if not _is_invisible(sign)).translate(_LETTERS)
    return tuple(_ARTICLE.sub("", word) for word in _WORD.findall(bare))


def _is_invisible(sign: str) -> bool:
    """A mark on a letter, or a joiner or direction sign that phones put between letters."""
    return bool(unicodedata.combining(sign)) or unicodedata.category(sign) == "Cf"


def fold(text: str) -> str:
    """The folded words, one space between them."""
    return " ".join(folded_words(text))
