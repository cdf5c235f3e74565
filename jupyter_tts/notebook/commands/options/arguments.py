"""A line of options as the arguments of a parser, with what is wrong in it."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ....url_check.redaction import has_credential
from ....wire.errors import ParameterError
from ....wire.parameters import PARAMETERS, Kind, name_fault
from ....wire.pasted_signs import (
    CLOSING_QUOTES,
    INVISIBLE,
    OPENING_QUOTES,
    PYTHON_QUOTES,
    plain_signs,
)
from ..interpolation import Scope
from .parsers import NETWORK_PARSER, PARSER
from .words import COMMENT, NO_NAMES, OptionName, Word, read_option, read_word, skip_blanks

__all__ = ["Arguments", "read_arguments", "refusal", "with_decimal_point"]

_KEY_FAULT = "a key is no option here: set ELEVENLABS_API_KEY, or run %tts_key"

# What is declared with signs of ASCII only; voices and files may be named with any.
_IN_ASCII = {"server", "target", "language"} | {
    declared.name
    for declared in PARAMETERS
    if declared.kind not in (Kind.TEXT, Kind.TEXTS)
    or declared.choices
    or (declared.known and declared.name != "voice")
}

_KEY = re.compile(r"sk_\w{8,}")
_DECIMAL_COMMA = re.compile(r"'(-?\d*)[,٫](\d+)'$")
_HIDDEN_EDGE = re.compile(f"^[{INVISIBLE}]+|[{INVISIBLE}]+$")
_SEPARATOR = re.compile(r"--(?=\s|$)")
_BEGINS_VALUE = {"{", *PYTHON_QUOTES, *OPENING_QUOTES}
# What may follow the name of an option by mistake, so that it is no text: --latency:3.
_FOREIGN = {*":：;；", *_BEGINS_VALUE}


@dataclass
class Arguments:
    """What a line of options says.

    Attributes
    ----------
    options : list of str
        As a parser of the standard library takes them; each is one that it knows.
    words : list of str
        Those that belong to no option.
    faults : list of str
    stop : int
        Where the options end.
    text : str
        What stands behind them, and behind a ``--``.
    """

    options: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    stop: int = 0
    text: str = ""

    def parsed(self, parser: argparse.ArgumentParser) -> argparse.Namespace:
        """Return the options' values.

        Raises
        ------
        ParameterError
            With every fault at once.
        """
        try:
            return parser.parse_args([*self.options, *(["--", *self.words] if self.words else [])])
        except ParameterError as refused:
            raise refusal([*self.faults, *map(with_decimal_point, refused.faults)]) from None


def read_arguments(
    line: str,
    parser: argparse.ArgumentParser,
    scope: Scope = NO_NAMES,
    *,
    text_follows: bool = False,
    takes_words: bool = False,
) -> Arguments:
    """Read a line of options, of which each expression in braces is evaluated once.

    Parameters
    ----------
    line : str
    parser : ArgumentParser
    scope : Scope, optional
        What may stand in braces.
    text_follows : bool, optional
        Whether the first word that is no option begins a text.
    takes_words : bool, optional
        Whether words may stand among the options.
    """
    reader = _Reader(line, parser, scope, text_follows, takes_words)
    reader.read()
    return reader.arguments


class _Reader:
    def __init__(
        self,
        line: str,
        parser: argparse.ArgumentParser,
        scope: Scope,
        text_follows: bool,
        takes_words: bool,
    ) -> None:
        self._line = line
        self._parser = parser
        self._known = parser._option_string_actions
        self._scope = scope
        self._text_follows = text_follows
        self._takes_words = takes_words
        self._after_fault = False  # a word behind a fault belongs to it
        self.arguments = Arguments()

    def read(self) -> None:
        line, stop, text = self._line, 0, 0
        while (start := skip_blanks(line, stop)) < len(line):
            if separator := _SEPARATOR.match(line, start):
                stop, text = start, separator.end()
                break
            option = self._option_at(start)
            if option is None and (self._text_follows or line[start] in COMMENT):
                break  # a text, or a comment
            stop = text = self._read_word(start) if option is None else self._read_option(option)
        self.arguments.stop, self.arguments.text = stop, line[text:].lstrip()

    def _option_at(self, position: int) -> OptionName | None:
        """Return the option that begins here, None for a text that only looks like one."""
        option = read_option(self._line, position)
        if option is None:
            return None
        sign = self._line[option.stop : option.stop + 1]
        if not option.has_value and sign.strip():
            # It is an option to which its value was joined by another sign.
            may_be_text = option.name not in self._known or (
                option.name[:2] != "--" and sign not in ",，"
            )
            is_meant = self._is_meant(option) if sign in _FOREIGN else not may_be_text
            return option if is_meant else None
        if option.is_pasted and self._text_follows and not option.has_value:
            # Direct speech begins with a dash, too.
            word = plain_signs(option.typed).lstrip("-")
            is_one_word = "-" not in word and "_" not in word
            is_meant = option.name.lower() in self._known if is_one_word else self._is_meant(option)
            return option if is_meant or not word[0].isupper() else None
        return option

    def _is_meant(self, option: OptionName) -> bool:
        """Whether a name is that of an option, here or of another client."""
        return option.name.lower() in self._known or bool(_other_name(option))

    def _read_option(self, option: OptionName) -> int:
        """Take an option with its value, and return where it ends."""
        line, arguments = self._line, self.arguments
        self._after_fault = False
        sign = line[option.stop : option.stop + 1]
        is_joined = option.name[:2] != "--" and sign in _BEGINS_VALUE
        if not (option.has_value or is_joined) and sign.strip():
            fault = f"write a blank or = after {option.typed}, not {sign}"
            other_name = "" if self._is_known(option) else _other_name(option)
            arguments.faults.append(other_name or fault)
            return len(line)
        if not self._is_known(option):
            arguments.faults.append(self._unknown(option))
            self._after_fault = True
            return option.stop if not option.has_value else self._value_at(option.stop).stop
        action = self._known.get(option.name)
        if action is None or not (option.has_value or action.nargs != 0):
            arguments.options.append(option.name)
            return option.stop
        has_value = option.has_value or is_joined
        start = option.stop if has_value else skip_blanks(line, option.stop)
        if not has_value and (start == len(line) or self._begins_option(start)):
            arguments.options.append(option.name)  # the parser misses its value
            return option.stop
        word = self._value_at(start)
        value = _plain_value(action.dest, word, self._parser)
        if fault := _value_fault(word, value):
            arguments.faults.append(fault.format(option.typed))
        else:
            arguments.options.append(f"{option.name}={value}")
        return word.stop

    def _read_word(self, position: int) -> int:
        """Take a word that is no option, and return where it ends."""
        word = self._value_at(position)
        if word.is_value and not self._takes_words:
            # Options that stand in a variable.
            inner = read_arguments(word.text, self._parser)
            self.arguments.options += inner.options
            self.arguments.faults += inner.faults
        elif self._takes_words and not word.unclosed:
            self.arguments.words.append(word.text)
        elif not self._after_fault:
            self.arguments.faults.append(_unexpected(word))
            self._after_fault = True
        return word.stop

    def _value_at(self, position: int) -> Word:
        return read_word(self._line, position, self._scope)

    def _begins_option(self, position: int) -> bool:
        is_separator = _SEPARATOR.match(self._line, position) is not None
        return is_separator or self._option_at(position) is not None

    def _is_known(self, option: OptionName) -> bool:
        name = option.name
        if name in self._known:
            return True
        # -l3 is -l with its value.
        short = self._known.get(name[:2]) if not name.startswith("--") else None
        return short is not None and short.nargs != 0 and f"-{name}" not in self._known

    def _near(self, option: OptionName) -> list[str]:
        """Return the option that was meant, if any comes close."""
        name, known = option.name, self._known
        near = [other for other in known if len(name) > 3 and other.startswith(name)]
        return (near or difflib.get_close_matches(name.lower(), known, n=1))[:1]

    def _unknown(self, option: OptionName) -> str:
        typed, near = option.typed, self._near(option)
        if option.name in ("-h", "--help"):
            return f"{self._parser.prog}? lists the options, there is no {typed}"
        hint = ""
        if option.is_pasted and self._text_follows:
            hint = f"; a text that begins with {option.typed[0]} goes after --"
        if self._parser is PARSER and (fault := _other_name(option)):
            return fault + hint
        meant = f" (did you mean {near[0]}?)" if near else ""
        return f"there is no option {typed}{meant}{hint}"


def _other_name(option: OptionName) -> str:
    """Say what an option of another client is called here, "" for one that nobody has."""
    if option.name in ("-h", "--help"):
        return ""
    fault = name_fault(option.name, lambda declared: declared.option, "option")
    return fault.replace(option.name, option.typed, 1)


def refusal(faults: Sequence[str], hint: str = "Nothing was sent.") -> ParameterError:
    """Return the error that says what is wrong with a line of options, without a key in it."""
    return ParameterError([_KEY.sub("•••", fault) for fault in faults], hint=hint)


def _unexpected(word: Word) -> str:
    if has_credential(word.text):
        return _KEY_FAULT
    if word.unclosed:
        return f"the quote {word.unclosed} among the options is not closed"
    return f"unexpected {word.text!r} among the options (quote a value that has spaces)"


def _value_fault(word: Word, value: str) -> str:
    """Say what is wrong with the signs of a value, "" for nothing."""
    if word.unclosed:
        return f"the quote {word.unclosed} after {{}} is not closed"
    last = word.text[-1:]
    if not (word.is_quoted or word.is_value) and last in CLOSING_QUOTES:
        return f"the quote {last} after {{}} is not opened"
    # The parser would take it for the end of the options.
    return "there is no value after {}" if value == "--" else ""


def _plain_value(name: str, word: Word, parser: argparse.ArgumentParser) -> str:
    """Return a value with the signs that it is declared with, where others were pasted."""
    if word.is_quoted or word.is_value:
        return word.text
    text = _HIDDEN_EDGE.sub("", word.text)
    plain = plain_signs(text)
    is_ascii = plain.isascii() and (name in _IN_ASCII or parser is NETWORK_PARSER)
    return plain if is_ascii else text


def with_decimal_point(fault: str) -> str:
    """Say how a number is written that has a decimal comma."""
    if (comma := _DECIMAL_COMMA.search(plain_signs(fault))) is None:
        return fault
    return f"{fault} (write {comma[1] or 0}.{comma[2]})"
