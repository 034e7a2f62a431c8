"""Templates: text from people stays text, translated or not, quick way or not."""

from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup, escape

from milebill.templating import environment_for, escaped

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "plain",
        "Łoś & Söhne",
        "<b>",
        ">",
        '"',
        "it's",
        "a\x00b",
        Markup("<b>kept</b>"),
        7,
        0,
        None,
        True,
        1.5,
        ("<",),
    ],
)
def test_the_quick_way_escapes_like_the_slow_one(app: Flask, value: Any) -> None:
    assert escaped(value) == escape(value)
    template = environment_for(app, "en").from_string(
        "{{ value }}{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(value) }}"
    )
    assert template.render(value=value) == f"{escape(value)}[{escape(value)}]"


def test_what_is_said_with_values_in_it(app: Flask) -> None:
    source = """{{ _("Hello %(name)s <3", name=name) }}<a title="{{ name }}">{{ name|upper }}</a>"""
    shown = environment_for(app, "en").from_string(source).render(name="<i>'x'")
    assert shown == 'Hello &lt;i&gt;&#39;x&#39; <3<a title="&lt;i&gt;&#39;x&#39;">&lt;I&gt;&#39;X&#39;</a>'


def test_switching_escaping_off_and_on(app: Flask) -> None:
    source = "{% autoescape false %}{{ x }}{% endautoescape %}{% autoescape true %}{{ x }}{% endautoescape %}"
    assert environment_for(app, "en").from_string(source).render(x="<") == "<&lt;"
