"""What we ask of an access point, and what it can answer."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from lxml import etree

PARTICIPANT = "iso6523-actorid-upis"
DOCUMENT_TYPE = "busdox-docid-qns"
PROCESS = "cenbii-procid-ubl"
"""Peppol's schemes of identifiers (Policy for use of Identifiers 4.4, 5 to 7)."""

_CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_PARTY = f"/{_CAC}Party"
_COUNTRY = f"/{_CAC}PostalAddress/{_CAC}Country/{_CBC}IdentificationCode"


@dataclass(frozen=True)
class Outgoing:
    """A UBL document with the addresses on its envelope, all of which stand in the document itself."""

    key: str
    """A UUID, the same at each attempt."""
    sender: str
    receiver: str
    """Participant identifiers: "iso6523-actorid-upis::9930:DE123456788"."""
    country: str
    """The sender's, ISO 3166-1."""
    document_type: str
    process: str
    xml: bytes


@dataclass(frozen=True)
class Sent:
    """The receiver's access point has confirmed it."""


@dataclass(frozen=True)
class Refused:
    """It will never be taken like this."""

    reason: str


@dataclass(frozen=True)
class Unknown:
    """It may be on its way, or not: ask before it is sent again."""

    reason: str
    wait: timedelta | None = None
    """What the access point asks for."""
    counts: bool = True
    """Whether it was an attempt; otherwise nothing is wrong with the document, and somebody has to mend the rest."""


Answer = Sent | Refused | Unknown


class AccessPoint(Protocol):
    """A way to the network. Both may take a minute, and never raise for what the network or the other side does."""

    sends: bool
    """Whether anything is sent this way."""

    def send(self, document: Outgoing) -> Answer:
        """Hand the document over, once for each key."""

    def ask(self, key: str) -> Answer | None:
        """What became of it; None if the access point has never heard of it."""


class Download:
    """The built-in way: nothing is sent; whoever needs the file fetches it."""

    sends = False

    def send(self, document: Outgoing) -> Answer:
        """Never."""
        return Unknown(f"{document.key} is there to be downloaded", counts=False)

    def ask(self, key: str) -> Answer | None:
        """Never heard of."""
        return None


def addressed(key: str, xml: bytes) -> Outgoing:
    """The envelope of a UBL invoice or credit note of ours. Raises ValueError for one that Peppol does not carry."""
    root = etree.fromstring(xml)
    name = etree.QName(root)
    customization, profile = root.findtext(f"{_CBC}CustomizationID"), root.findtext(f"{_CBC}ProfileID")
    sender, receiver = (_participant(root, f"{_CAC}Accounting{side}Party") for side in ("Supplier", "Customer"))
    country = root.findtext(f"{_CAC}AccountingSupplierParty{_PARTY}{_COUNTRY}")
    if not (customization and profile and country) or "peppol" not in customization:
        raise ValueError("this document does not say that it keeps the rules of Peppol")
    kind = f"{name.namespace}::{name.localname}##{customization}::2.1"
    return Outgoing(key, sender, receiver, country, f"{DOCUMENT_TYPE}::{kind}", f"{PROCESS}::{profile}", xml)


def _participant(root: etree._Element, side: str) -> str:
    endpoint = root.find(f"{side}{_PARTY}/{_CBC}EndpointID")
    if endpoint is None or not endpoint.text or not endpoint.get("schemeID"):
        raise ValueError("an electronic address is missing")
    return f"{PARTICIPANT}::{endpoint.get('schemeID')}:{endpoint.text.strip()}"
