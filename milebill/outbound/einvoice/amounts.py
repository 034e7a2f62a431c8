"""Amounts and rates as XML writes them: bare decimals with a point, from whole minor units and thousandths."""

from milebill.money import plain


def amount(minor: int, currency: str) -> str:
    """Minor units with all decimals of the currency: 300000 EUR → "3000.00", 500 JPY → "500"."""
    return plain(minor, currency)


def percent(rate: int) -> str:
    """Thousandths of a percent: 19000 → "19", 8875 → "8.875"."""
    whole, thousandths = divmod(rate, 1000)
    return f"{whole}.{thousandths:03}".rstrip("0").rstrip(".") if thousandths else str(whole)
