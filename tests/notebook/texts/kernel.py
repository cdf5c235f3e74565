"""The texts in cells of a real kernel."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from jupyter_tts.client.keys import KEY_VARIABLE

from .corpus import Outcome, Text

__all__ = ["NAMES", "outcomes"]

PATIENCE = 60

#: What the user of the notebook has defined.
NAMES = {
    "who": "Ada",
    "price": 12.5,
    "count": 3,
    "color": "teal",
    "planets": ["Mercury", "Venus", "Earth"],
}

# eSpeak's voices, since they are ready at once.
OPTIONS = "--voice en --no-play --name speech"
RESULT = "__import__('json').dumps([speech.text, getattr(speech, 'spoken_form', speech.text)])"


def outcomes(texts: Iterable[Text], folder: Path) -> list[Outcome]:
    """Speak each text in a cell of its own, in one kernel.

    Parameters
    ----------
    texts : iterable of Text
    folder : Path
        Where IPython keeps its files.
    """
    with _kernel(folder) as client:
        for cell in ("%load_ext jupyter_tts", f"globals().update({NAMES})"):
            assert _execute(client, cell)["status"] == "ok"
        return [_outcome(client, text) for text in texts]


def _outcome(client: BlockingKernelClient, text: Text) -> Outcome:
    reply = _execute(client, _cell(text), {"result": RESULT})
    if reply["status"] == "error":
        return Outcome(refused=reply["evalue"])
    result = reply["user_expressions"]["result"]["data"]["text/plain"]
    return Outcome(*json.loads(ast.literal_eval(result)))


def _cell(text: Text) -> str:
    options = f"{OPTIONS} {text.options}".strip()
    try:
        text.text.encode()
    except UnicodeEncodeError:
        # Kernels echo every cell, and cannot echo half a character.
        return f"get_ipython().run_cell_magic('tts', {options!r}, {text.text!a})"
    return f"%%tts {options}\n{text.text}"


def _execute(
    client: BlockingKernelClient, cell: str, expressions: dict[str, str] | None = None
) -> Any:
    message = client.execute(cell, user_expressions=expressions, store_history=False)
    while True:
        reply = client.get_shell_msg(timeout=PATIENCE)
        if reply["parent_header"]["msg_id"] == message:
            return reply["content"]


@contextmanager
def _kernel(folder: Path) -> Iterator[BlockingKernelClient]:
    environment = {name: value for name, value in os.environ.items() if name != KEY_VARIABLE}
    environment |= {"IPYTHONDIR": str(folder), "JUPYTER_TTS_CACHE": "off"}
    manager, client = start_new_kernel(env=environment)
    try:
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
