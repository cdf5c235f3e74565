"""What all widgets here share: code that reaches a page once, and messages beside cells."""

from __future__ import annotations

import sys
import threading
from typing import Any, ClassVar

import anywidget
import traitlets
from comm.base_comm import BaseComm
from ipywidgets import Layout, widget_serialization

from .assets import PageCode, compact_module, page_code
from .runtime.frontend import current_shell, in_voila, kernel_of, started_by_server
from .runtime.subshell import listen_beside_cells

__all__ = ["BaseWidget", "disconnected", "no_layout", "provide_code"]


class BaseWidget(anywidget.AnyWidget):
    """A widget whose JavaScript and style sheet reach a page once, however many there are.

    Where outputs have one page, it holds a small loader, and a :class:`_Provider` the rest.
    Elsewhere, in marimo and Colab say, it holds everything.

    Parameters
    ----------
    **traits
        Of the widget; with a ``comm`` it is shown nowhere.
    """

    code: ClassVar[tuple[str, ...]]
    """The module, its style sheets, and scripts for its page."""

    code_hash = traitlets.Unicode(help="Of the code; empty if it is here.").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        code = page_code(*self.code)
        if "comm" not in traits and _outputs_share_a_page():
            provide_code(*self.code)
            self._esm, self._css = compact_module("loading/loader.js"), ""
            traits["code_hash"] = code.hash
        else:
            self._esm, self._css = code.module, code.style
        super().__init__(**traits)
        self.on_msg(self._answer_for_code)
        listen_beside_cells(self.comm)

    @classmethod
    def prepare_page(cls) -> None:
        """Bring the code into the page before there is a widget, where outputs have one page."""
        if _outputs_share_a_page():
            provide_code(*cls.code)

    def _answer_for_code(self, _: Any, content: Any, __: Any) -> None:
        """Send the code to a page that has this widget, but no provider."""
        if content == {"kind": "code"}:
            self.send({"kind": "code", "code": page_code(*self.code).provider})


def provide_code(*code: str, again: bool = False) -> None:
    """Open the provider of a kind of widget, if there is none.

    Parameters
    ----------
    *code : str
        Its module, and what belongs to it.
    again : bool, optional
        Open another one, for a page that was loaded while the kernel was busy.
    """
    with _PROVIDING:
        provider = _PROVIDERS.get(code)
        if provider is not None and provider.comm is not None and not again:
            return
        if provider is not None:
            provider.close()
        _PROVIDERS[code] = _Provider(page_code(*code))


class _NoPage(BaseComm):
    """A widget's connection that leads nowhere."""

    def publish_msg(self, *_: Any, **__: Any) -> None:
        pass


def disconnected() -> dict[str, Any]:
    """Return traits for one widget, and for its layout, that open no comm."""
    return {"comm": _NoPage(), "layout": Layout(comm=_NoPage())}


def no_layout() -> Any:
    """Return the trait ``layout`` of a widget that needs none: a model less for the page."""
    return traitlets.Instance(Layout, allow_none=True).tag(sync=True, **widget_serialization)


class _Provider(anywidget.AnyWidget):
    """Puts the code of a kind of widget into every page that its kernel has; shows nothing.

    It stays open, so that a page that is loaded again gets it with the other widgets.
    """

    layout = no_layout()

    def __init__(self, code: PageCode) -> None:
        self._esm = code.provider
        super().__init__()


_PROVIDERS: dict[tuple[str, ...], _Provider] = {}
# %load_ext opens one in a thread of its own.
_PROVIDING = threading.Lock()


def _outputs_share_a_page() -> bool:
    """Whether all widgets of this kernel are in one page, which gets those not shown as well.

    Known of the pages of a Jupyter server and of Voila. Where it is not known each widget is
    given everything.
    """
    if kernel_of(current_shell()) is None or "google.colab" in sys.modules:
        return False
    return started_by_server() or in_voila()
