"""How people write numbers: in Arabic-Indic digits, full width, with marks that nobody sees."""

import unicodedata

_DASHES = "-‐‑‒–—―−ـ_./\\"


def plain(text: str) -> str:
    """Compatibility forms undone, every kind of decimal digit as 0 to 9, invisible marks dropped."""
    kept = []
    for character in unicodedata.normalize("NFKC", text):
        if unicodedata.category(character) == "Nd":
            kept.append(str(unicodedata.decimal(character)))
        elif unicodedata.category(character) not in {"Cf", "Cc", "Mn"}:
            kept.append(character)
    return "".join(kept).strip()


def without_separators(text: str) -> str:
    """The same without spaces and dashes, in capitals."""
    dropped = str.maketrans("", "", _DASHES)
    return "".join(plain(text).translate(dropped).split()).upper()
