"""What ``%config TTS`` and ipython_config.py can set, made of the declared parameters.

An option or keyword wins over it, and it wins over the built-in defaults.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics
from traitlets import Int, TraitError, TraitType, observe
from traitlets.config import Config

from ...wire.errors import ParameterError
from ...wire.parameters import PARAMETERS, Parameter, check_parameters, name_fault
from ..runtime.session import Session, session_of
from ..runtime.settings import Settings
from ..speaking.latency_target import AUTO, TARGET, read_target

__all__ = ["ConfigurableMagics", "Setting"]

_DEFAULTS = Settings()
_SECTION = "TTS"


class Setting(TraitType[Any, Any]):
    """A setting that is checked as the option of the same name is, with the same sentences.

    Parameters
    ----------
    check : callable
        Returns a value in its own type, or raises `ParameterError`.
    parse : callable
        The same for a text, or raises `ValueError`.
    preset : object
    help : str
    """

    def __init__(
        self,
        check: Callable[[object], Any],
        parse: Callable[[str], Any],
        preset: object,
        help: str,  # noqa: A002  # as every trait names it
    ) -> None:
        super().__init__(default_value=preset, allow_none=True, help=help)
        self._check = check
        self._parse = parse

    def validate(self, obj: Any, value: Any) -> Any:
        """Return a value in its own type."""
        try:
            return self._check(value)
        except ParameterError as refused:
            raise TraitError("; ".join(refused.faults)) from None

    def from_string(self, s: str) -> Any:
        """Return the value that a command line holds."""
        return None if s == "None" else self._parse(s)


def _setting(declared: Parameter) -> Setting:
    def check(value: object) -> Any:
        if declared.name == "latency" and value == AUTO:
            return AUTO
        return check_parameters({declared.name: value})[declared.name]

    accepted = f"{declared.accepted}, or auto" if declared.name == "latency" else declared.accepted
    help_text = " ".join(filter(None, (declared.help, declared.note)))
    return Setting(
        check,
        declared.parse,
        # Which server speaks depends on whether there is a key.
        None if declared.name == "server" else declared.preset,
        f"{help_text} Accepted: {accepted}. None: as if it were not set.",
    )


def _check_target(value: object) -> float:
    return TARGET if value is None else read_target(value)


def _check_repeats(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise ParameterError([f"repeats must be a number from 0 to 1, not {value!r}"])


def _declare(namespace: dict[str, Any]) -> None:
    namespace |= {declared.name: _setting(declared).tag(config=True) for declared in PARAMETERS}


if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    _Declared = Magics
else:
    _Declared = types.new_class("_Declared", (Magics,), exec_body=_declare)


class ConfigurableMagics(_Declared):
    """Magics with a trait for every parameter, and for target, cache, repeats and consent."""

    warm: bool | None  # as declared

    def __init__(self, shell: InteractiveShell | None = None, **traits: Any) -> None:
        self._from_file = dict(shell.config[_SECTION]) if shell is not None else {}
        self._configured: dict[str, Any] = {}
        self._refuse_other_names(self._from_file)
        super().__init__(shell, **traits)

    target = Setting(
        _check_target,
        _check_target,
        TARGET,
        "With latency auto, how soon the first sound should be heard: seconds, or a text such as "
        "400ms.",
    ).tag(config=True)
    cache_megabytes = Int(
        _DEFAULTS.cache_megabytes,
        min=0,
        help="Room for cached speeches, in MB of 1,000,000 bytes; a minute at pcm_24000 takes 2.9. "
        "The least recently used go first.",
    ).tag(config=True)
    repeats = Setting(
        _check_repeats,
        lambda text: _check_repeats(float(text)),
        _DEFAULTS.repeats,
        "The most of a text that may be spoken, and paid, a second time after a lost connection, "
        "as a part of it from 0 to 1: where the server has not told which words its sound was of. "
        "Beyond that the speech ends as incomplete.",
    ).tag(config=True)
    confirm_above = Int(
        _DEFAULTS.confirm_above,
        min=0,
        allow_none=True,
        help="Characters above which a text is sent to a paid server only after a question; also "
        "where it takes more than a tenth of what the account has left. None never asks.",
    ).tag(config=True)

    @property
    def session(self) -> Session:
        """The shell's."""
        return session_of(self.shell)

    def update_config(self, config: Config) -> None:
        """Apply settings: all of them, or none where one is refused."""
        self._configured |= {name: config[_SECTION][name] for name in config[_SECTION]}
        try:
            self._refuse_other_names(config[_SECTION])
            super().update_config(config)
        except TraitError:
            # IPython gives them to the shell as well, where the next %load_ext would find them.
            assert self.shell is not None
            for name in list(config[_SECTION]):
                for holder in (config, self.shell.config):
                    if self.has_trait(name):
                        holder[_SECTION][name] = getattr(self, name)
                    else:
                        holder[_SECTION].pop(name, None)
            raise

    def _refuse_other_names(self, names: Iterable[str]) -> None:
        """Say what a setting is called here, where the protocol's name is used; traitlets warns."""
        faults = [
            fault
            for name in names
            if not self.has_trait(name)
            and (fault := name_fault(name, lambda declared: f"TTS.{declared.name}", "setting"))
        ]
        if faults:
            raise TraitError("; ".join(faults))

    def take_back_settings(self) -> None:
        """Remove from the shell's configuration what ``%config`` has put there.

        IPython merges it into the settings of ipython_config.py, where the next ``%load_ext``
        would find it. What was set by other means since then stays.
        """
        assert self.shell is not None
        section = self.shell.config[_SECTION]
        for name in self._configured:
            if name in self._from_file:
                section[name] = self._from_file[name]
            else:
                section.pop(name, None)

    @observe(
        *[declared.name for declared in PARAMETERS],
        "target",
        "cache_megabytes",
        "repeats",
        "confirm_above",
    )
    def _on_settings(self, _: object = None) -> None:
        values = {declared.name: getattr(self, declared.name) for declared in PARAMETERS}
        settings = self.session.settings
        settings.automatic = values["latency"] == AUTO
        if settings.automatic:
            del values["latency"]
        settings.parameters = {name: value for name, value in values.items() if value is not None}
        settings.target = self.target
        settings.cache_megabytes = self.cache_megabytes
        settings.repeats = _DEFAULTS.repeats if self.repeats is None else self.repeats
        settings.confirm_above = self.confirm_above
