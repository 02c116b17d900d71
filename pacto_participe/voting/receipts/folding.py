"""What two people may write differently and still mean the same word.

Accents, case, vowel signs and tatweel go; Arabic letters that are typed for one another become one:
hamza is dropped with its seats, ta marbuta is ha, alef maqsura is ya. Only comparisons use the result.
"""

import unicodedata

_SAME = str.maketrans(
    {
        "ى": "ي",
        "ة": "ه",
        "ء": None,
        "ٱ": "ا",
        "ـ": None,
        "ک": "ك",
        "ڭ": "ك",
        "گ": "ك",
        "ی": "ي",
        "ە": "ه",
        "پ": "ب",
        "ڤ": "ف",
        "œ": "oe",
        "æ": "ae",
    }
)


def fold(word: str) -> str:
    """The comparable form of a word or of a whole line; folding twice changes nothing more."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(mark for mark in apart if unicodedata.category(mark) not in ("Mn", "Cf"))
    return bare.translate(_SAME)


def is_one_slip_apart(one: str, other: str) -> bool:
    """Whether one letter changed, added, dropped, or exchanged with its neighbour makes them equal.

    That is Damerau-Levenshtein distance exactly 1. Time grows with the length.
    """
    short, long = sorted((one, other), key=len)
    if one == other or len(long) - len(short) > 1:
        return False
    same = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    if len(short) < len(long):
        return short[same:] == long[same + 1 :]
    if short[same + 1 :] == long[same + 1 :]:
        return True
    exchanged = short[same : same + 2] == long[same : same + 2][::-1]
    return exchanged and short[same + 2 :] == long[same + 2 :]
