"""Where a player may be shown besides the cell: the ipywidgets' Outputs there are.

An ``ipywidgets.Output`` takes what is displayed by the id of the message that runs, on the page; it
ignores what is displayed later under the same display id. And what a callback displays outside of
any, JupyterLab shows nowhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ipywidgets import Output
from ipywidgets.widgets import widget

from ..runtime.frontend import running_message

__all__ = ["callback_widget", "open_outputs", "put_in_outputs"]

_VIEW = "application/vnd.jupyter.widget-view+json"


def open_outputs() -> list[str]:
    """Return the model ids of the Outputs there are."""
    return [output.model_id for output in _outputs()]


def callback_widget() -> tuple[str, str]:
    """Return the ids of the widget and its message that runs this code, where no Output shows it.

    Two empty strings mean that a cell runs it, or an Output takes what it displays.
    """
    parent = running_message()
    header = parent.get("header", {})
    message = str(header.get("msg_id", ""))
    taken = any(output.msg_id == message for output in _outputs())
    if header.get("msg_type") != "comm_msg" or taken:
        return "", ""
    return str(parent.get("content", {}).get("comm_id", "")), message


def put_in_outputs(models: Collection[str], bundle: Mapping[str, Any]) -> None:
    """Put a view where Outputs show some widgets, without a page.

    Parameters
    ----------
    models : collection of str
        The widgets' ids.
    bundle : mapping
        The view by MIME type.
    """
    replacement = {"output_type": "display_data", "data": dict(bundle), "metadata": {}}
    for output in _outputs():
        shown = [entry.get("data", {}).get(_VIEW, {}).get("model_id") for entry in output.outputs]
        if not set(models).intersection(shown):
            continue
        output.outputs = tuple(
            replacement if model in models else entry
            for model, entry in zip(shown, output.outputs, strict=True)
        )


def _outputs() -> list[Output]:
    # ipywidgets has no public list of what is open; without this one there are none.
    instances: dict[str, Any] = getattr(widget, "_instances", {})
    return [one for one in tuple(instances.values()) if isinstance(one, Output)]
