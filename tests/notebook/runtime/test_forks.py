"""A forked child finds nothing half done by other threads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MODULE = """
import forking
forking.begun.set()
forking.at_fork.wait()
"""

FORKING = """
import threading
begun, at_fork = threading.Event(), threading.Event()
"""

FORK = """
import importlib, os, signal, warnings
import forking
from jupyter_tts.notebook.runtime.forks import before_forks
from jupyter_tts.notebook.runtime.session import current_session

warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.12 on, of forking with threads
os.register_at_fork(before=forking.at_fork.set)  # those that came last are called first
loop = current_session().event_loop
imported = loop.submit(before_forks(importlib.import_module, "slowly"))
forking.begun.wait()
child = os.fork()
if child == 0:
    signal.alarm(20)
    import slowly
    loop.submit(before_forks(importlib.import_module, "slowly")).result()
    os._exit(7)
imported.result()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_fork_waits_for_what_is_being_imported(tmp_path: Path) -> None:
    (tmp_path / "slowly.py").write_text(MODULE, "utf-8")
    (tmp_path / "forking.py").write_text(FORKING, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", FORK], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "7", done.stderr
