"""``%tts`` and ``%%tts``: they read their options and call one function.

What a magic needs is imported as it runs, so that ``%load_ext`` imports little of it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from IPython.core.error import StdinNotImplementedError
from IPython.core.magic import (
    line_cell_magic,
    line_magic,
    magics_class,
    needs_local_scope,
    no_var_expand,
)
from IPython.display import publish_display_data
from traitlets import Bool, Float, Int, List, Unicode, observe

from ...client.connections.limits import CONCURRENCY, IDLE
from ...client.keys import KEY_VARIABLE, check_key, keep_key
from ...wire.errors import MissingKey, ParameterError
from ..runtime.settings import SAVED_MEGABYTES
from ..speaking.warm_up import apply_limits
from .config import ConfigurableMagics

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["TTS"]

Magic = TypeVar("Magic", bound=Callable[..., None])


def _explained_by(help_text: str) -> Callable[[Magic], Magic]:
    """Have ``?`` after a magic show what a function of `options` returns, made when it is asked."""

    def explain(magic: Magic) -> Magic:
        def getdoc() -> str:
            from . import options

            text: str = getattr(options, help_text)()
            return text

        magic.getdoc = getdoc  # type: ignore[attr-defined]  # IPython asks it before __doc__
        return magic

    return explain


@magics_class
class TTS(ConfigurableMagics):
    """Magics that speak."""

    trusted_hosts = List(
        Unicode(),
        help="Hosts, beside ElevenLabs' and this machine, to which the API key may be sent, over "
        "TLS: ['voices.example.org'], say.",
    ).tag(config=True)
    concurrency = Int(
        CONCURRENCY,
        min=1,
        help="Sockets at once that your plan has, those that wait included. ElevenLabs, 2025-08, "
        "Multilingual v2: Free 2, Starter 3, Creator 5, Pro 10, Scale and Business 15; twice as "
        "many with Flash and Turbo. It never holds back a text that is to be spoken.",
    ).tag(config=True)
    idle = Float(IDLE, min=0, help="Seconds without use after which no socket is kept open.").tag(
        config=True
    )

    saved_megabytes = Float(
        SAVED_MEGABYTES,
        min=0,
        help="The most that the sound of one output may take in the notebook's file, in MB: mp3 "
        "at 64 kbit/s, 0.64 MB per minute. 0 keeps no sound.",
    ).tag(config=True)

    start_ahead = Bool(
        True,
        help="Whether %load_ext starts the embedded voice in the background, where no key is set "
        "and a page shows the notebook, so that the first cell is heard soon: some 70 MB of "
        "memory, and 220 MB more for the natural voice, until the kernel ends, %unload_ext, or "
        "another server speaks by default and this one was never asked for anything. "
        "Otherwise the first speech starts it. Set it in ipython_config.py.",
    ).tag(config=True)

    def __init__(self, shell: InteractiveShell | None = None, **traits: Any) -> None:
        super().__init__(shell, **traits)
        self._on_trusted_hosts()
        self._on_settings()
        self._on_connections()
        self._on_saved_megabytes()
        self._on_start_ahead()

    @observe("start_ahead")
    def _on_start_ahead(self, _: object = None) -> None:
        self.session.settings.start_ahead = self.start_ahead

    @observe("saved_megabytes")
    def _on_saved_megabytes(self, _: object = None) -> None:
        self.session.settings.saved_megabytes = self.saved_megabytes

    @observe("trusted_hosts")
    def _on_trusted_hosts(self, _: object = None) -> None:
        self.session.keys.trust(self.trusted_hosts)

    @observe("warm", "concurrency", "idle")
    def _on_connections(self, _: object = None) -> None:
        limits = self.session.settings.connections
        limits.wanted = self.warm is not False
        limits.concurrency, limits.idle = self.concurrency, self.idle
        apply_limits(self.session)

    @no_var_expand
    @needs_local_scope
    @line_cell_magic
    @_explained_by("help_text")
    def tts(
        self, line: str, cell: str | None = None, local_ns: Mapping[str, Any] | None = None
    ) -> None:
        """Speak a text: ``%tts [options] TEXT``, or ``%%tts [options]`` over it in a cell."""
        from .options import parse_line, parse_options
        from .options.words import join_lines
        from .run import run
        from .variables import user_scope

        assert self.shell is not None
        scope = user_scope(self.shell, local_ns)
        line, text = join_lines(line, cell or "")
        if cell is None:
            options, text = parse_line(line, scope)
        else:
            options = parse_options(line, scope)
        if not options.raw:
            text = scope.expand(text)
        run(self.shell, options, text.strip())

    @no_var_expand
    @needs_local_scope
    @line_magic
    def tts_panel(self, line: str, local_ns: Mapping[str, Any] | None = None) -> None:
        """Open the panel: ``%tts_panel [options] [text]``.

        The options are those of ``%tts`` for how the text is spoken.
        """
        from .options import parse_panel_line
        from .options.words import join_lines
        from .run import open_panel
        from .variables import user_scope

        assert self.shell is not None
        scope = user_scope(self.shell, local_ns)
        parameters, text = parse_panel_line(join_lines(line, "")[0], scope)
        open_panel(self.shell, scope.expand(text), parameters)

    @no_var_expand
    @needs_local_scope
    @line_cell_magic
    @_explained_by("sweep_help_text")
    def tts_sweep(
        self, line: str, cell: str | None = None, local_ns: Mapping[str, Any] | None = None
    ) -> None:
        """Measure texts under several conditions: ``%tts_sweep [options]``."""
        from .options import parse_sweep
        from .options.words import join_lines
        from .sweeps import run_sweep
        from .variables import user_scope

        assert self.shell is not None
        scope = user_scope(self.shell, local_ns)
        line, text = join_lines(line, cell or "")
        options = parse_sweep(line, scope)
        run_sweep(self.shell, options, None if cell is None else scope.expand(text))

    @no_var_expand
    @needs_local_scope
    @line_magic
    def tts_check(self, line: str, local_ns: Mapping[str, Any] | None = None) -> None:
        """Say what is wrong with a hand-written URL, and correct it: ``%tts_check URL``."""
        from ...url_check.check import check_url
        from ..output.url_findings import findings_bundle
        from .variables import user_scope

        if not line.strip():
            raise ParameterError(["there is no URL to check"], hint="Write it after %tts_check.")
        assert self.shell is not None
        url = user_scope(self.shell, local_ns).expand(_without_quotes(line))
        publish_display_data(findings_bundle(check_url(url)))

    @line_magic
    @_explained_by("network_help_text")
    def tts_network(self, line: str) -> None:
        """Simulate a bad network or a busy service: ``%tts_network [options]``, or ``off``."""
        from ...wire.conditions import Conditions
        from ..servers.embedded import embedded_server
        from .options import parse_conditions
        from .options.words import plain_words

        server = embedded_server(self.session)
        words = plain_words(line)
        if words == ["off"]:
            server.conditions = Conditions()
        elif words:
            server.conditions = parse_conditions(line)
        simulated = server.conditions.summary
        if simulated:
            print(f"The embedded voice simulates: {simulated}.")
        else:
            print("The embedded voice simulates nothing.")

    @line_magic
    def tts_cache(self, line: str) -> None:
        """Show the speeches in the cache: ``%tts_cache``; ``clear`` deletes them."""
        from ..speaking.cache_policy import cache_policy
        from .options.words import plain_words

        words = plain_words(line)
        if words not in ([], ["clear"]):
            raise ParameterError(
                [f"%tts_cache takes clear or nothing, not {line.strip()!r}"], hint=""
            )
        policy = cache_policy(self.session)
        print(policy.clear() if words else policy.describe())

    @line_magic
    def tts_voices(self, line: str) -> None:
        """List a server's voices, or add or remove one: ``%tts_voices [FILTER ...] [--server S]``.

        ``%tts_voices add NAME`` fetches a natural voice, after a question that says its size,
        licence and source; ``add PATH`` takes a Piper voice of your own (``.onnx`` with its
        ``.onnx.json`` beside it), ``add URL --sha256 HEX`` one from elsewhere. ``--name NAME``
        names it, ``--yes`` leaves the question out. ``%tts_voices rm NAME`` removes one.
        """
        from .options import parse_voices
        from .voices import add, list_voices, remove

        action, options = parse_voices(line)
        if action == "add":
            add(
                self.session,
                options.voice[0],
                sha256=options.sha256,
                name=options.name,
                yes=options.yes,
            )
        elif action == "rm":
            remove(self.session, options.voice[0])
        else:
            list_voices(self.session, options.filter, options.server)

    @line_magic
    def tts_key(self, line: str) -> None:
        """Ask for the ElevenLabs API key, without showing it: ``%tts_key [--save | --forget]``.

        The key is kept in this kernel's memory until it ends; ``--save`` also puts it into the
        system's keyring (extra ``[keyring]``), where later kernels find it. ``--forget`` takes it
        out of both.
        """
        import getpass

        from .options.words import plain_words

        arguments = plain_words(line)
        if arguments not in ([], ["--save"], ["--forget"]):
            raise ParameterError(
                ["%tts_key takes --save or --forget, and nothing else"],
                hint="The key itself is asked for, so that it stays out of the notebook.",
            )
        if arguments == ["--forget"]:
            self.session.keys.use(None)
            if importlib.util.find_spec("keyring"):
                keep_key(None)
            print("The key is forgotten.")
            return
        try:
            answer = getpass.getpass("ElevenLabs API key: ")
        except (StdinNotImplementedError, EOFError):  # the latter also by Ctrl+D in a terminal
            raise MissingKey("No key was given.", hint=f"Set {KEY_VARIABLE} instead.") from None
        key = check_key(answer.strip(), "the answer")
        self.session.keys.use(key)
        if arguments:
            keep_key(key)
        print("The key is kept in the keyring." if arguments else "This kernel keeps the key.")


def _without_quotes(line: str) -> str:
    """Return a line without the pair of quotes around it, as a string has in Python."""
    text = line.strip()
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if quoted else line
