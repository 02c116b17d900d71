"""The exact money of one count by equal shares: whole numbers over one common denominator.

Voters who have paid every option they like in full are told apart only by what they like. So what
any number of them still own is (voters x share - the sum over rounds of likings x price), and a
dozen whole-number products settle what no float may settle.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from operator import mul


class Ledger:
    """The first share of each voter and the price paid in each round, all exact.

    A *price* is what one voter pays for each point of liking; a voter without enough pays all
    that is left. Amounts handed out are numerators over `denominator`, which grows round by round.
    """

    def __init__(self, share: Fraction) -> None:
        self.denominator = share.denominator
        self.options: list[int] = []
        self._share = share.numerator
        self._prices: list[int] = []

    def owned(self, voters: int, likings: Sequence[int]) -> int:
        """What these voters have left together, over the denominator.

        `likings[i]` is the sum of their likings of options[i]. Right for voters who have paid in
        full wherever they liked; one who once paid all he had left owns nothing.
        """
        paid: int = sum(map(mul, likings, self._prices))
        return voters * self._share - paid

    def price(self, cost: int, owned_by_poor: int, liking_of_rich: int) -> Fraction:
        """What the rich pay for each point of liking, when the poor give all they own."""
        missing = cost * self.denominator - owned_by_poor
        return Fraction(missing, self.denominator * liking_of_rich)

    def covers(self, owned: int, cost: int) -> bool:
        """Whether an amount handed out by `owned` reaches the cost, in whole units."""
        return owned >= cost * self.denominator

    def remainder(self, owned: int, price: Fraction, liking: int) -> int:
        """Its sign tells whether someone who owns this has too little, just enough, or more."""
        return owned * price.denominator - price.numerator * liking * self.denominator

    def amount(self, owned: int) -> Fraction:
        """An amount handed out by `owned`, in units."""
        return Fraction(owned, self.denominator)

    def pay(self, option: int, price: Fraction) -> None:
        """Write down a funded option. Changes the denominator: amounts handed out are void."""
        common = lcm(self.denominator, price.denominator)
        factor = common // self.denominator
        if factor != 1:
            self._share *= factor
            self._prices = [price * factor for price in self._prices]
            self.denominator = common
        self.options.append(option)
        self._prices.append(price.numerator * (common // price.denominator))
