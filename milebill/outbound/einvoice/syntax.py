"""The four ways in which an e-invoice is written, and how each says what it is (BT-24, BT-23)."""

from enum import StrEnum

EN16931 = "urn:cen.eu:en16931:2017"
PEPPOL = f"{EN16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
"""Peppol BIS Billing 3.0, PEPPOL-EN16931-R004."""
XRECHNUNG = f"{EN16931}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
"""XRechnung 3.0.x, BR-DE-21."""
BILLING = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
"""BT-23, the process "billing" of Peppol, which XRechnung shares (PEPPOL-EN16931-R007)."""


class Syntax(StrEnum):
    """A syntax together with the rules that it keeps beyond EN 16931."""

    CII = "cii"
    """UN/CEFACT Cross Industry Invoice: what a Factur-X PDF carries, profile EN 16931."""
    UBL = "ubl"
    """OASIS UBL 2.1, as Peppol BIS Billing 3 where both addresses and the seller's national rules allow it."""
    XRECHNUNG = "xrechnung"
    """XRechnung 3.0 in UBL."""
    XRECHNUNG_CII = "xrechnung_cii"
    """XRechnung 3.0 in CII."""

    @property
    def is_ubl(self) -> bool:
        return self in (Syntax.UBL, Syntax.XRECHNUNG)

    @property
    def is_xrechnung(self) -> bool:
        return self in (Syntax.XRECHNUNG, Syntax.XRECHNUNG_CII)
