"""Signed links: one purpose each, kept apart by salt; the row behind the id can expire or be revoked.

Tokens are malleable (itsdangerous accepts other last characters and padding), so nothing may be keyed on a
token's text: limits, revocation and de-duplication all use the id that is inside.
"""

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from itsdangerous import BadData, URLSafeSerializer

from milebill.errors import LinkUnknown


class Purpose(StrEnum):
    """What a link opens; it is part of the signature, so a link for one purpose is worthless for another."""

    CLIENT = "client"
    INVOICE = "invoice"
    LOGIN = "login"
    DRAFT = "draft"
    CONFIRM = "confirm"


@lru_cache(maxsize=32)
def _serializer(keys: tuple[str, ...], purpose: Purpose) -> URLSafeSerializer:
    return URLSafeSerializer(
        list(keys), salt=f"milebill.link.{purpose}", signer_kwargs={"digest_method": hashlib.sha256}
    )


def sign(keys: Sequence[str], purpose: Purpose, *ids: int) -> str:
    """The token for the given row id (and, for an invoice, link id then invoice id).

    `keys` are the secrets, newest last: the newest signs, all verify.
    """
    token = _serializer(tuple(keys), purpose).dumps(list(ids) if len(ids) > 1 else ids[0])
    return token if isinstance(token, str) else token.decode()


def read(keys: Sequence[str], purpose: Purpose, token: str) -> tuple[int, ...]:
    """The ids that `sign` put into the token. Raises LinkUnknown for anything that we did not sign."""
    try:
        payload = _serializer(tuple(keys), purpose).loads(token)
    except BadData as error:
        raise LinkUnknown from error
    ids = tuple(payload) if isinstance(payload, list) else (payload,)
    if not ids or not all(isinstance(number, int) for number in ids):
        raise LinkUnknown
    return ids
