"""Where an e-invoice is delivered (BT-34, BT-49): a number under one of the schemes of the EAS code list.

The numbers are those that Peppol's participants are registered by; their own check digits are checked where they have
some (PEPPOL-COMMON-R040 … R050 of Peppol BIS Billing 3).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType

from stdnum import ean, lei
from stdnum.au import abn
from stdnum.be import vat as be_vat
from stdnum.ch import vat as ch_vat
from stdnum.de import leitweg
from stdnum.dk import cvr
from stdnum.ee import registrikood
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret
from stdnum.gb import vat as gb_vat
from stdnum.is_ import kennitala
from stdnum.it import iva
from stdnum.no import orgnr as no_orgnr
from stdnum.se import orgnr as se_orgnr
from stdnum.sg import uen

MAX_ID = 50
VAT = "VAT"
"""The name of a scheme whose numbers are VAT numbers with their prefix."""

Address = dict[str, str]
"""{"scheme": "9930", "id": "DE123456788"}, as frozen contents have it."""


class BadElectronicAddress(ValueError):
    """`field` is "scheme" or "id"; `code` says what is wrong with it: "required", "unknown" or "identifier"."""

    def __init__(self, field: str, code: str):
        super().__init__(f"{field}: {code}")
        self.field, self.code = field, code


@dataclass(frozen=True)
class Scheme:
    """One of the registers that give numbers; `country` is ISO 3166-1's code, or "" for the whole world's."""

    country: str
    name: str
    clean: Callable[[str], str]
    """The number as it is written, without what only readers need. Raises ValueError."""


def _by(rules: ModuleType, prefix: str = "") -> Callable[[str], str]:
    """Checked by a module of python-stdnum; with `prefix` in front, typed or not."""

    def clean(text: str) -> str:
        typed = text.upper().replace(" ", "").removeprefix(prefix)
        return prefix + str(rules.validate(typed)).removeprefix(prefix)

    return clean


def _eu_vat(prefix: str) -> Callable[[str], str]:
    def clean(text: str) -> str:
        typed = text.upper().replace(" ", "")
        return str(eu_vat.validate(typed if typed.startswith(prefix) else prefix + typed))

    return clean


def _digits(count: int) -> Callable[[str], str]:
    def clean(text: str) -> str:
        digits = text.replace(" ", "").replace(".", "").replace("-", "")
        if not (digits.isascii() and digits.isdecimal() and len(digits) == count):
            raise ValueError(text)
        return digits

    return clean


def _finnish(text: str) -> str:
    """An OVT code: 0037, the eight digits of the business id, and up to five of the company's own."""
    typed = text.replace(" ", "").replace("-", "").upper()
    if not (typed.isascii() and typed.isalnum() and typed.startswith("0037") and 12 <= len(typed) <= 17):
        raise ValueError(text)
    return typed


def _plain(text: str) -> str:
    """No rules are known: letters, digits and what stands between them."""
    typed = text.replace(" ", "")
    if not typed.isascii() or not all(sign.isalnum() or sign in "-._:@+/" for sign in typed):
        raise ValueError(text)
    return typed


def _leitweg(text: str) -> str:
    return str(leitweg.validate(text.replace(" ", "")))


def is_leitweg_id(text: str) -> bool:
    """Whether a buyer reference (BT-10) is what German authorities route by; XRechnung asks for it."""
    return bool(leitweg.is_valid(text.replace(" ", "")))


SCHEMES: Mapping[str, Scheme] = {
    "0088": Scheme("", "GLN", _by(ean)),
    "0199": Scheme("", "LEI", _by(lei)),
    "0060": Scheme("", "D-U-N-S", _digits(9)),
    "9914": Scheme("AT", VAT, _eu_vat("AT")),
    "0151": Scheme("AU", "ABN", _by(abn)),
    "0208": Scheme("BE", "KBO/BCE", _by(be_vat)),
    "9925": Scheme("BE", VAT, _eu_vat("BE")),
    "9926": Scheme("BG", VAT, _eu_vat("BG")),
    "9927": Scheme("CH", VAT, _by(ch_vat)),
    "9928": Scheme("CY", VAT, _eu_vat("CY")),
    "9929": Scheme("CZ", VAT, _eu_vat("CZ")),
    "0204": Scheme("DE", "Leitweg-ID", _leitweg),
    "9930": Scheme("DE", VAT, _eu_vat("DE")),
    "0184": Scheme("DK", "CVR", _by(cvr, "DK")),
    "0191": Scheme("EE", "Registrikood", _by(registrikood)),
    "9931": Scheme("EE", VAT, _eu_vat("EE")),
    "9920": Scheme("ES", VAT, _eu_vat("ES")),
    "0216": Scheme("FI", "OVT", _finnish),
    "0213": Scheme("FI", VAT, _eu_vat("FI")),
    "0002": Scheme("FR", "SIREN", _by(siren)),
    "0009": Scheme("FR", "SIRET", _by(siret)),
    "9957": Scheme("FR", VAT, _eu_vat("FR")),
    "9932": Scheme("GB", VAT, _by(gb_vat, "GB")),
    "9933": Scheme("GR", VAT, _eu_vat("EL")),
    "9934": Scheme("HR", VAT, _eu_vat("HR")),
    "9910": Scheme("HU", VAT, _eu_vat("HU")),
    "9935": Scheme("IE", VAT, _eu_vat("IE")),
    "0196": Scheme("IS", "Kennitala", _by(kennitala)),
    "0211": Scheme("IT", "Partita IVA", _by(iva, "IT")),
    "0188": Scheme("JP", "法人番号", _digits(13)),
    "0200": Scheme("LT", "Juridinio asmens kodas", _plain),
    "9937": Scheme("LT", VAT, _eu_vat("LT")),
    "9938": Scheme("LU", VAT, _eu_vat("LU")),
    "0218": Scheme("LV", "Reģistrācijas numurs", _plain),
    "9939": Scheme("LV", VAT, _eu_vat("LV")),
    "9943": Scheme("MT", VAT, _eu_vat("MT")),
    "0106": Scheme("NL", "KVK", _digits(8)),
    "0190": Scheme("NL", "OIN", _digits(20)),
    "9944": Scheme("NL", VAT, _eu_vat("NL")),
    "0192": Scheme("NO", "Organisasjonsnummer", _by(no_orgnr)),
    "9945": Scheme("PL", VAT, _eu_vat("PL")),
    "9946": Scheme("PT", VAT, _eu_vat("PT")),
    "9947": Scheme("RO", VAT, _eu_vat("RO")),
    "0007": Scheme("SE", "Organisationsnummer", _by(se_orgnr)),
    "0195": Scheme("SG", "UEN", _by(uen)),
    "9949": Scheme("SI", VAT, _eu_vat("SI")),
    "9950": Scheme("SK", VAT, _eu_vat("SK")),
}
"""The common ones of the EAS list, by code; every one of them is taken by Peppol."""


def checked(scheme: str, text: str) -> tuple[str, str]:
    """The code and the number, cleaned; two empty ones for nobody's. Raises BadElectronicAddress."""
    text = text.strip()
    if not scheme and not text:
        return "", ""
    if not scheme:
        raise BadElectronicAddress("scheme", "required")
    if scheme not in SCHEMES:
        raise BadElectronicAddress("scheme", "unknown")
    if not text:
        raise BadElectronicAddress("id", "required")
    try:
        number = SCHEMES[scheme].clean(text)
    except (ValidationError, ValueError) as error:
        raise BadElectronicAddress("id", "identifier") from error
    if len(number) > MAX_ID:
        raise BadElectronicAddress("id", "identifier")
    return scheme, number
