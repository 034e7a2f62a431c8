"""The Leitweg-ID: how a German public buyer is addressed, written in BT-10 of an XRechnung."""

import re

MODULUS = 97

_FORM = re.compile(r"(\d{2,12})(?:-([A-Z0-9]{1,30}))?-(\d{2})", re.ASCII)
"""Grobadressierung, Feinadressierung (may be missing), Prüfziffer."""


def is_leitweg_id(text: str) -> bool:
    """Whether `text` is a Leitweg-ID with right check digits (ISO/IEC 7064, mod 97-10, letters counted from A = 10).

    Source: KoSIT, „Formatspezifikation Leitweg-ID“ 2.0.2, 2.1–2.4.
    """
    found = _FORM.fullmatch(text.strip().upper())
    if found is None:
        return False
    coarse, fine, check = found.groups()
    return int("".join(str(int(sign, 36)) for sign in f"{coarse}{fine or ''}{check}")) % MODULUS == 1
