"""Tab completion after the magics."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext, SimpleMatcherResult
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["start_completing", "stop_completing"]


def start_completing(shell: InteractiveShell) -> None:
    """Have the shell complete after the magics; Jupyter's front ends ask it, too."""
    if (completer := shell.Completer) is not None:
        from IPython.core.completer import context_matcher

        completer.custom_matchers.append(context_matcher(identifier="jupyter_tts")(_match))


def stop_completing(shell: InteractiveShell) -> None:
    """Undo `start_completing`."""
    if (completer := shell.Completer) is not None and _match in completer.custom_matchers:
        completer.custom_matchers.remove(_match)


def _match(context: CompletionContext) -> SimpleMatcherResult:
    line = context.text_until_cursor
    typed = line.lstrip()
    if not typed.startswith(("%tts", "%%tts")) or (typed[1] == "%" and context.cursor_line):
        return {"completions": []}  # nothing of ours, or in a cell's text
    from IPython.core.completer import SimpleCompletion

    from .suggestions import suggest  # here, since %load_ext need not wait for it

    fragment, suggestions = suggest(line)
    return {
        "completions": [SimpleCompletion(text, type=kind) for text, kind in suggestions],
        # Python's names make no sense here; IPython leaves them out where there are completions.
        "suppress": True,
        "matched_fragment": fragment,
    }
