"""Money is whole centimes, or an exact Fraction; never a float."""

from decimal import Decimal
from fractions import Fraction

CENTS_PER_DIRHAM = 100


def dirhams(amount: int) -> int:
    """Whole dirhams as centimes."""
    return amount * CENTS_PER_DIRHAM


def exact_decimal(amount: Fraction) -> str:
    """The shortest exact decimal writing: Fraction(15407563, 50) is "308151.26".

    Raises ValueError when the amount has no finite decimal writing (a third).
    """
    denominator, places = amount.denominator, 0
    while denominator % 10 == 0:
        denominator //= 10
    while denominator % 2 == 0:
        denominator //= 2
    while denominator % 5 == 0:
        denominator //= 5
    if denominator != 1:
        raise ValueError(f"{amount} has no finite decimal writing")
    scale = amount.denominator
    while (10**places) % scale:
        places += 1
    whole = int(amount * 10**places)
    return str(Decimal(whole).scaleb(-places)) if places else str(whole)
