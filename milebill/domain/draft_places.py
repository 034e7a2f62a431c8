"""Where a draft says that its parties are: for the notes of the law, and as a proposal for the client's address.

Neither belongs to what is offered: the supplier's place is that of the settings, the client's is what the client gives
with an acceptance.
"""

from dataclasses import dataclass

from milebill.countries import is_country
from milebill.domain.draft_fields import Fields
from milebill.law import divided

OF_CLIENT = ("client_country", "client_region")
FIELDS = (*OF_CLIENT, "seller_country")
"""The last is only asked of a visitor, who has no settings yet."""
_MAX_CODE, _MAX_REGION = 2, 120


@dataclass(frozen=True)
class Place:
    """A party's country (ISO 3166) and its state or region as it was typed; "" for what nobody knows."""

    country: str = ""
    region: str = ""

    def or_else(self, known: "Place") -> "Place":
        """This place, or what is `known` where it says less: nothing, or the same country without a region."""
        return known if not self.country or self == Place(known.country) else self


NOWHERE = Place()


def read_places(reader: Fields) -> tuple[Place, Place]:
    """The supplier's place and the client's. A region counts where the notes of the law know one from another."""
    seller, client = _country(reader, "seller_country"), _country(reader, "client_country")
    region = reader.line("client_region", _MAX_REGION) if client in divided() else ""
    return Place(seller), Place(client, region)


def _country(reader: Fields, name: str) -> str:
    code = reader.text(name, _MAX_CODE)
    if code and not is_country(code):
        reader.fail(name, "unknown")
        return ""
    return code
