"""The models that a worker has in its memory."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["LoadedModels"]

Model = TypeVar("Model")

_MOST = 2


class LoadedModels(Generic[Model]):
    """Models by their files, loaded when they are asked for.

    Two stay loaded, those that were asked for last: one takes 100 MB or more. A file that was
    replaced is loaded again.

    Parameters
    ----------
    load : callable
        Returns the model in a file.
    """

    def __init__(self, load: Callable[[str], Model]) -> None:
        self._load = load
        self._models: OrderedDict[tuple[str, int], Model] = OrderedDict()

    def __getitem__(self, path: str) -> Model:
        """Return a model.

        Raises
        ------
        ValueError
            When its file cannot be used.
        """
        try:
            key = path, os.stat(path).st_mtime_ns
            if key not in self._models:
                while len(self._models) >= _MOST:
                    self._models.popitem(last=False)
                self._models[key] = self._load(path)
        except ImportError:
            raise  # not the file's fault
        except Exception as error:  # onnxruntime has exceptions of its own
            reason = " ".join(str(error).split())
            raise ValueError(f"The voice's file {path} cannot be used: {reason}") from error
        self._models.move_to_end(key)
        return self._models[key]
