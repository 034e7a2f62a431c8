"""What all applications of a test process share, because making it anew for every test cost more than the test."""

from collections.abc import Callable
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from werkzeug.routing import Rule

from milebill.catalogues import catalogue
from milebill.db import db
from milebill.templating import LocaleEnvironment

_compiled: dict[tuple[object, ...], CodeType] = {}
_engines: dict[str, Engine] = {}


class SharedTemplates(BytecodeCache):
    """What was compiled from the same source with the same translations is taken from memory."""

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """Called by Jinja for every template that an environment loads."""
        assert isinstance(environment, LocaleEnvironment)
        bucket = _Bucket(environment, name, self.get_source_checksum(source))
        # The translations are part of what is compiled, see LocaleEnvironment.
        bucket.place = (catalogue(environment.locale), name, filename, bucket.checksum)
        bucket.code = _compiled.get(bucket.place)
        return bucket

    def set_bucket(self, bucket: Bucket) -> None:
        """Called by Jinja with what it had to compile itself."""
        assert isinstance(bucket, _Bucket)
        if bucket.code is not None:
            _compiled[bucket.place] = bucket.code


class _Bucket(Bucket):
    place: tuple[object, ...]


class LazyRule(Rule):
    """Writes the functions that build its addresses when somebody asks for one, and hardly any test does."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []
        write = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(write(append_unknown))
            return compiled[0](rule, **values)

        return build


def share_engines(patch: pytest.MonkeyPatch, is_shared: Callable[[str], bool]) -> None:
    """An engine for the same address with the same options is used again, with the statements that it has compiled.

    Its connections are where nobody closed them: PostgreSQL's, see `application_again`.
    """
    make = db._make_engine

    def make_or_find(bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        if not is_shared(str(options["url"])):
            return make(bind_key, options, app)
        key = repr((bind_key, sorted(options.items(), key=str)))
        if key not in _engines:
            _engines[key] = make(bind_key, options, app)
        return _engines[key]

    patch.setattr(db, "_make_engine", make_or_find)
