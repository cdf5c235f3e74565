from __future__ import annotations

import pytest

from jupyter_tts.notebook.commands.interpolation import expand

NAMES = {"name": "Ada", "n": 3, "rows": [1, 2], "price": 2.5, "width": 6}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello {name}!", "Hello Ada!"),
        ("{n + 1} and {len(rows)}", "4 and 2"),
        ("{1 + 1}", "2"),
        ("{price:.2f} {name!r} {price:{width}}", "2.50 'Ada'    2.5"),
        ("{', '.join(str(r) for r in rows)}", "1, 2"),
        ("{{name}}", "{name}"),
        ("$name costs $5", "$name costs $5"),
        ("{name} :-} and {", "Ada :-} and {"),
        ("{n != 1}", "True"),
    ],
)
def test_an_expression_is_replaced_by_its_value(text: str, expected: str) -> None:
    assert expand(text, NAMES) == expected


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        "{unknown}",
        "{ }",
        "{}",
        "{1, 2}",
        "a } b",
        "{name",
        "{not valid}",
        "{x!r:>4}",
        "{nosuch:}",
    ],
)
def test_braces_without_an_expression_over_known_names_stay(text: str) -> None:
    assert expand(text, NAMES) == text


def test_each_pair_of_braces_is_decided_on_its_own() -> None:
    assert expand('{"a": 1} {name} {unknown}', NAMES) == '{"a": 1} Ada {unknown}'


def test_an_error_in_an_expression_is_the_users_own() -> None:
    with pytest.raises(ZeroDivisionError):
        expand("{n / 0}", NAMES)
