"""Which variables are the user's own, where a magic runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .interpolation import Scope

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["user_scope"]

# What Python itself puts into a module or a class.
_PYTHON_NAMES = re.compile(
    "__(?:annotations|builtins?|cached|class|doc|file|firstlineno|loader|module|name|package|path"
    "|qualname|spec|static_attributes)__"
)
# What IPython keeps in the notebook's namespace. The first may be the user's as well, by another
# value; of the second nobody could tell whose they are.
_IPYTHON_NAMES = frozenset(["In", "Out", "exit", "get_ipython", "open", "quit"])
_HISTORY = re.compile(r"_{1,3}|_i{1,3}|_i?\d+|_[iod]h|_sh|_exit_code")


def user_scope(shell: InteractiveShell, local_names: Mapping[str, Any] | None) -> Scope:
    """Return the names that braces may use: local ones before those of the notebook.

    Parameters
    ----------
    shell : InteractiveShell
    local_names : mapping or None
        Of the function that runs the magic, as IPython hands them over.
    """
    hidden = shell.user_ns_hidden
    own: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for name, value in shell.user_ns.items():
        is_ipythons = _HISTORY.fullmatch(name) or (
            name in _IPYTHON_NAMES and hidden.get(name) is value
        )
        (others if is_ipythons or _PYTHON_NAMES.fullmatch(name) else own)[name] = value
    for name, value in (local_names or {}).items():
        # In a notebook's own line they are the notebook's once more.
        in_notebook = name in shell.user_ns and shell.user_ns[name] is value
        if not in_notebook and not _PYTHON_NAMES.fullmatch(name):
            own[name] = value
    return Scope(own, others)
