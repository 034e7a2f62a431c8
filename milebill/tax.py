"""Tax in whole minor units. A rate is an integer number of thousandths of a percent: 19 % is 19 000."""

RATE_ONE = 100_000
"""The rate that equals 100 %."""

MAX_RATE = RATE_ONE


def divide_half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator` rounded to the nearest whole number, halves away from zero."""
    quotient = (2 * abs(numerator) + denominator) // (2 * denominator)
    return quotient if numerator >= 0 else -quotient


def tax_on(net: int, rate: int) -> int:
    """The tax on `net` minor units, rounded half up once per document and group (EN 16931, BR-CO-17)."""
    return divide_half_up(net * rate, RATE_ONE)
