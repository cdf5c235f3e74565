from __future__ import annotations

import time
import warnings
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jupyter_tts.notebook.commands.interpolation import Scope, expand


class Counting:
    """It counts how often it is asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, *_: object) -> Counting:
        self.calls += 1
        return self

    def __str__(self) -> str:
        return f"<{self.calls} calls>"

    def __format__(self, spec: str) -> str:
        if spec not in ("", "x"):
            raise ValueError(spec)
        return f"{self.calls}{spec}"


NAMES = {
    "name": "Ada",
    "n": 3,
    "rows": [1, 2],
    "price": 2.5,
    "width": 6,
    "color": "blue",
    "d": {"}": "brace", "a": 1},
    "id": 7,
    "warnings": warnings,
    "now": time.time,
    "kind": Counting,
    "counting": Counting(),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello {name}!", "Hello Ada!"),
        ("{ name } {n + 1} and {len(rows)}", "Ada 4 and 2"),
        ("{price:.2f} {name!r} {name!r:>6} {price:{width}}", "2.50 'Ada'  'Ada'    2.5"),
        ("{n:{10}} {n:>{width}d} {n:=5}", "         3      3     3"),
        ("{', '.join(str(r) for r in rows)}", "1, 2"),
        ("{[r for r in rows]} {(lambda a: a + n)(2)} {(y := n)} {y}", "[1, 2] 5 3 {y}"),
        ("{n, price} {rows[0]} {n is not None}", "(3, 2.5) 1 True"),
        ("""{d["}"]} {d['}']} {f"{n}"}""", "brace brace 3"),
        ("{n != 1} {n==3}", "True True"),
        ("$name costs ${price}", "$name costs $2.5"),
        ("{name} :-} and { and } {", "Ada :-} and { and } {"),
        ("/users/{id} of {sum}", "/users/7 of {sum}"),
        ("{rows: {n}} {name: {rows}, {n}}", "{rows: 3} {name: [1, 2], 3}"),
        ('{"a": 1} {name} {unknown} {"b": {n}}', '{"a": 1} Ada {unknown} {"b": 3}'),
        (r"\frac{n}{2} \frac{{n}}{2}", r"\frac3{2} \frac{n}{2}"),
        ("{{n} + 1}", "{3 + 1}"),
    ],
)
def test_an_expression_over_the_users_names_is_replaced_by_its_value(
    text: str, expected: str
) -> None:
    assert expand(text, NAMES) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{name}} {{ name }} {{n:.2f}}", "{name} { name } {n:.2f}"),
        ("{{{name}}} {{{{name}}}} {{{{{name}}}}}", "{Ada} {{name}} {{Ada}}"),
        ("{{unknown}} {{ loop.index }} {{1}} {{}} {{{{unknown}}}}", None),
        ("{{color: red;}} {{rows[9]}} {{max}} {{len(unknown)}}", None),
        ('{"a":{"b":{{n}}}}', '{"a":{"b":{n}}}'),
    ],
)
def test_two_braces_are_the_escape_where_one_would_be_replaced(
    text: str, expected: str | None
) -> None:
    assert expand(text, NAMES) == (text if expected is None else expected)


@pytest.mark.parametrize(
    "text",
    [
        *("{}", "{ }", "{0}", "{:>10}", "{3}", "{1 + 1}", "{1, 2}", "{'n'}", '{"n": 1}', "{None}"),
        *("{unknown}", "{unknown + n}", "{name", "name}", "a } b", "{not valid}", "{x!r:>4}"),
        *("{license}", "{max}", "{max: 10}", "{type: 'button'}", "{__import__('os').name}"),
        *(r"\operatorname{max}", "{chr(65)}", "{locals()}", "{print('n')}", "{print}"),
        # what fails is text, too
        *("{color: red;}", "{rows[9]}", "{d['b']}", "{name.nothing}", "{1 / (n - 3)}", "{n:bad}"),
        *("{n!z}", "{n=}", "{n!}", "{n # the number}", "{n) + (n}", "{n:{unknown}}", "{rows: n}"),
        *(
            "{await n}",
            "{yield n}",
            "{*rows}",
            "{n; n}",
            "{n = 4}",
            "{lambda: n}",
            "{r for r in d}",
        ),
        # what is no text of its own
        *("{warnings}", "{now}", "{{now}}", "{kind}", "{counting}"),
        *("{name.upper}", "{warnings.warn}", "{warnings.sys}", "{rows.__class__}"),
        # what would be blanks without end
        *("{id: 1000000000}", "{n:99999}", "{n:{10**9}}", "{n:.2000000000f}"),
        *(
            "{n\0}",
            "{n\ud800}",
            "{r for r in d}",
            "{\n  name: n,\n}",
            "{'n}",
            '{"""n}',
            "#{x} %{x} ${HOME} @{x}",
        ),
    ],
)
def test_anything_else_stays_text(text: str) -> None:
    assert expand(text, NAMES) == text


def test_an_expression_is_evaluated_once_and_an_escaped_call_never() -> None:
    f = Counting()
    names: dict[str, Any] = {"f": f, "n": 3}
    assert expand("{f()} {f(n):{'x'}} {{f()}}", names) == "1 2x {f()}"
    assert f.calls == 2
    for text in ("{f():bad}", "{n:{f():bad}}", "{f(n / 0)}{n:{f(n / 0)}}", "{n[f({f()})]}"):
        assert expand(text, names) == text
    assert f.calls == 6


def test_names_that_are_known_but_not_the_users_do_not_count_alone() -> None:
    scope = Scope({"n": 1}, {"Out": {1: "one"}, "_": "last", "exit": exit})
    text = "{_} {exit} {Out} {Out[1]} {Out[n]} {[_, n]}"
    assert scope.expand(text) == "{_} {exit} {Out} one one ['last', 1]"


def test_only_an_interruption_leaves_an_expression() -> None:
    def leave(error: BaseException) -> None:
        raise error

    names = {"leave": leave, "stop": SystemExit(1), "interrupt": KeyboardInterrupt()}
    assert expand("{leave(stop)}", names) == "{leave(stop)}"
    with pytest.raises(KeyboardInterrupt):
        expand("{leave(interrupt)}", names)


def test_nobody_is_warned_of_a_text() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert expand(r"{1 is n} {n + '\d'} {1(n)}", NAMES) == r"False {n + '\d'} {1(n)}"


@pytest.mark.parametrize(
    "part", ["{", "{ ", "{'", '{"""', "{m", "{m:", "{n:{", "{(", "{not ", "{n+", "{-", "{n.a"]
)
def test_a_text_of_braces_is_read_however_long_and_deep_it_is(part: str) -> None:
    text = part * (40_000 // len(part))
    assert expand(text, NAMES) == text
    assert expand(text + "}", NAMES) == text + "}"


SIGNS = [*"{}{}{}()[]:!.,*#'\"\\\n\0\ud800 x3", "{{", "}}", "{max}", "{len(x)}", "max"]
CODE = st.lists(
    st.sampled_from([*SIGNS, "!r", ":>3", "lambda:", " await ", " for ", " in ", "f'", ":="])
).map("".join)


@given(st.text() | CODE)
@example("{x}" * 100)
def test_a_text_without_the_users_names_in_braces_is_unchanged(text: str) -> None:
    assert expand(text, {"qq": 1}) == text


@given(CODE)
def test_nothing_that_is_typed_fails(text: str) -> None:
    names = {"x": 3, "f": [1]}
    assert expand(text, {}) == text
    assert isinstance(expand(text, names), str)


@given(st.integers(1, 7))
def test_braces_are_doubled_as_in_an_f_string(count: int) -> None:
    text = "{" * count + "n" + "}" * count
    assert expand(text, NAMES) == eval(f"f{text!r}", NAMES.copy())
