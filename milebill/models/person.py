import unicodedata
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milebill.clock import now
from milebill.db import Id, Model, Moment


class Person(Model):
    """Somebody on the client's side; a link names exactly one."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("client_id", "email"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    job_title: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


def shares_a_word(typed: str, name: str) -> bool:
    """Whether a typed name can be that of the person: they share a word, case and accents ignored.

    Somebody else asks for a link of their own, so that the evidence names who acted.
    """
    return bool(_words(typed) & _words(name))


def _words(name: str) -> set[str]:
    folded = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    parts = "".join(sign if sign.isalnum() else " " for sign in bare).split()
    # An initial is no word, unless there is nothing else; a single sign of a script without capitals is one.
    whole = {part for part in parts if len(part) > 1 or part == part.upper()} or set(parts)
    return whole | {"".join(parts)} if parts else whole  # some write 王小明 and some 王 小明
