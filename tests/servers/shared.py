"""Compiled templates that all applications of a test process share: compiling them was half of the time of a test."""

from types import CodeType

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from milebill.templating import LocaleEnvironment, catalogue

_compiled: dict[tuple[object, ...], CodeType] = {}


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
