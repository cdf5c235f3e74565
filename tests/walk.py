"""Print which files a speech goes through: ``python -m tests.walk``.

One cell is run for real with the embedded voice, a second time so that nothing is imported and no
server started on the way. The first list is from the magic to the first frame on the socket, the
second from a message with sound on the socket to the comm of the player, once the sound is under
way. A file counts once one of its functions has run on the way: in the cell's thread as long as
the stream is not begun, and then in the task that does the last step and in those that led to it.
What happens at the same time elsewhere, such as making the player, does not count.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

os.environ.setdefault("JUPYTER_TTS_FRONTEND", "live")
os.environ["JUPYTER_TTS_CACHE"] = "off"

import ipywidgets
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from websockets.asyncio.client import ClientConnection

import jupyter_tts

PACKAGE = str(Path(jupyter_tts.__file__).parent) + os.sep
CELL = "%%tts --server local --no-warm --latency 3\n" + "The brown fox ran over the wide hill. " * 4

SEND = ClientConnection.send.__code__
RECEIVE = ClientConnection.recv.__code__
COMM = ipywidgets.Widget.send.__code__
SUBMIT = asyncio.run_coroutine_threadsafe.__code__


class Walks:
    """Every call into the package, by the task or thread that made it."""

    def __init__(self) -> None:
        self.armed = False
        self.out: list[str] = []
        self.back: list[str] = []
        self._cell: list[str] = []  # of the cell's thread, in order
        self._handed_over: list[tuple[Any, int]] = []  # a coroutine, and how much came before it
        self._calls: dict[Any, list[str]] = {}  # by task
        self._parents: dict[Any, Any] = {}  # task to task, or to a coroutine of the cell's
        self._since_message: dict[Any, list[str]] | None = None
        self._messages = 0

    def profile(self, frame: FrameType, event: str, argument: Any) -> None:
        """Take note of one call or return."""
        if not self.armed:
            return
        code = frame.f_code
        if event == "call" and code is SUBMIT:
            self._handed_over.append((frame.f_locals["coro"], len(self._cell)))
        elif event == "call" and code is SEND:
            self.out = self.out or [*self._way_to(_task())]
        elif event == "call" and code is COMM:
            self._reach_comm(frame)
        elif event == "return" and code is RECEIVE and b'"audio"' in _bytes(argument):
            self._messages += 1
            self._since_message = {}
        elif event == "call" and _is_step(code):
            self._note(code.co_filename.removeprefix(PACKAGE))

    def created(self, task: Any, coroutine: Any) -> None:
        """Take note of a new task, and of who made it."""
        if self.armed:
            parent = _task()
            self._parents[task] = coroutine if parent is None else parent

    def _note(self, name: str) -> None:
        task = _task()
        if task is None and threading.current_thread() is threading.main_thread():
            self._cell.append(name)
            return
        self._calls.setdefault(task, []).append(name)
        if self._since_message is not None:
            self._since_message.setdefault(task, []).append(name)

    def _way_to(self, task: Any) -> Iterator[str]:
        """Yield the files up to a task: the cell's, what the cell waited for, its forebears'."""
        chain = [task]
        while chain[-1] in self._parents:
            chain.append(self._parents[chain[-1]])
        begun = next((n for coroutine, n in self._handed_over if coroutine is chain[-1]), 0)
        names = self._cell[:begun]
        for coroutine, position in self._handed_over:
            if position < begun:
                waited = [
                    awaited for awaited, parent in self._parents.items() if parent is coroutine
                ]
                names += [name for awaited in waited for name in self._calls.get(awaited, ())]
        for awaited in reversed(chain[:-1]):
            names += self._calls.get(awaited, ())
        yield from dict.fromkeys(names)

    def _reach_comm(self, frame: FrameType) -> None:
        content: Any = frame.f_locals.get("content")
        # The first messages find the player still being made.
        if self.back or self._since_message is None or self._messages < 3:
            return
        if content.get("kind") == "audio":
            sender = _task()
            receivers = [task for task in self._since_message if task is not sender]
            names = [n for task in [*receivers, sender] for n in self._since_message.get(task, ())]
            self.back = [*dict.fromkeys(names)]


def _is_step(code: CodeType) -> bool:
    """Whether code is of the package, and no import of a module."""
    return code.co_filename.startswith(PACKAGE) and code.co_name != "<module>"


def _task() -> Any:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def _bytes(message: object) -> bytes:
    return message if isinstance(message, bytes) else str(message).encode()


def main() -> None:
    """Run the cell twice and print the two walks of the second run."""
    walks = Walks()
    make_task = asyncio.Task

    def create_task(loop: Any, coroutine: Any, **options: Any) -> Any:
        task = make_task(coroutine, loop=loop, **options)
        walks.created(task, coroutine)
        return task

    new_event_loop = asyncio.new_event_loop

    def observed_loop() -> Any:
        loop = new_event_loop()
        loop.set_task_factory(create_task)
        return loop

    asyncio.new_event_loop = observed_loop
    threading.setprofile(walks.profile)
    sys.setprofile(walks.profile)
    shell = InteractiveShell.instance()
    with capture_output():
        shell.run_line_magic("load_ext", "jupyter_tts")
        shell.run_cell(CELL)
        walks.armed = True
        shell.run_cell(CELL)
        walks.armed = False
        shell.run_line_magic("unload_ext", "jupyter_tts")
    sys.setprofile(None)
    threading.setprofile(None)
    for title, names in (
        ("From the magic to the first frame on the socket", walks.out),
        ("From a message on the socket to the comm", walks.back),
    ):
        print(f"{title}: {len(names)} files")
        print("".join(f"  {name}\n" for name in names))


if __name__ == "__main__":
    main()
