"""Money is whole centimes, or an exact Fraction; never a float."""

from fractions import Fraction

CENTS_PER_DIRHAM = 100


def dirhams(amount: int) -> int:
    """Whole dirhams as centimes."""
    return amount * CENTS_PER_DIRHAM


def exact_decimal(amount: Fraction) -> str:
    """The shortest exact decimal writing: Fraction(15407563, 50) is "308151.26".

    Raises ValueError when the amount has no finite decimal writing (a third).
    """
    rest, places = amount.denominator, 0
    while rest % 2 == 0 or rest % 5 == 0:
        rest //= 10 if rest % 10 == 0 else 2 if rest % 2 == 0 else 5
        places += 1
    if rest != 1:
        raise ValueError(f"{amount} has no finite decimal writing")
    # Digits are cut as text: Decimal would round after 28 of them, and write 1E-7.
    digits = str(abs(amount.numerator) * 10**places // amount.denominator).zfill(places + 1)
    sign = "-" if amount < 0 else ""
    cut = len(digits) - places
    return f"{sign}{digits[:cut]}.{digits[cut:]}" if places else f"{sign}{digits}"
