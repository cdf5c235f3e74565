"""The model with handles: how long each phoneme lasts, and how high the voice is, can be changed.

The graph computes durations and pitch inside itself and hands neither out nor takes them in. Two
nodes are therefore written into the file's bytes, before it is loaded: one adds to the durations,
one multiplies the pitch; adding 0 and multiplying by 1 leave every sample as it is. Where they
belong is seen from the nodes about them, and tried out; a file of another make is spoken by its
plain graph, without melody of ours and without exact times.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..onnx_file import (
    FLOAT,
    INPUT,
    INT64,
    NODE,
    NODE_INPUT,
    NODE_OUTPUT,
    OUTPUT,
    changed,
    make_node,
    make_value_info,
    nodes,
    open_session,
    read_fields,
    write_field,
)

__all__ = ["FRAMES_PER_UNIT", "HEART_SHA256", "VOICED", "Handles", "Model", "Prediction"]

HEART_SHA256 = "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8"
HEART_CENTRE = 205.0  # Hz

FRAMES_PER_UNIT = 2  # of the spectrum, 12.5 ms each, in a unit of duration

VOICED = 40.0  # Hz; what is lower is no pitch

_SPECTRA = ("lh", "theta", "ln", "lr", "phi")
_PITCH = "f0"

_CHANGED_DURATIONS = b"changed_durations"
_CHANGED_PITCH = b"changed_pitch"
_DURATION_CHANGE = b"duration_change"
_PITCH_FACTOR = b"pitch_factor"


@dataclass(frozen=True)
class Prediction:
    """What the model makes of a row of phonemes.

    Attributes
    ----------
    spectra : list of array
        Five, as ``hibari.dsp.synth`` takes them.
    pitch : array
        In Hz per frame.
    durations : array
        Units of 25 ms per phoneme id; none where they are not known.
    """

    spectra: list[Any]
    pitch: Any
    durations: Any


@dataclass(frozen=True)
class Handles:
    """Where a graph is changed.

    Attributes
    ----------
    durations, pitch : bytes
        The names of what the graph computes.
    """

    durations: bytes
    pitch: bytes

    @classmethod
    def find(cls, content: bytes) -> Handles | None:
        """Find them in a model's file: what is summed up to places, and what is cut at 0 of ``f0``.

        Raises
        ------
        ValueError
            When the file is no model.
        """
        graph = nodes(content)
        durations = [node.inputs[0] for node in graph if node.operator == b"CumSum"]
        pitches = [
            node.outputs[0]
            for node in graph
            if node.operator == b"Relu" and node.inputs[0] == _PITCH.encode()
        ]
        if len(durations) != 1 or len(pitches) != 1:
            return None
        return cls(durations[0], pitches[0])

    def added(self, content: bytes) -> bytes:
        """Return a file with the two nodes, their inputs, and the durations as an output."""
        return changed(content, self._added_to_graph)

    def _added_to_graph(self, graph: bytes) -> bytes:
        parts = []
        for number, value, raw in read_fields(graph):
            if number != NODE:
                parts.append(raw)
                continue
            parts.append(write_field(NODE, self._with_other_inputs(value)))
            outputs = [name for kind, name, _ in read_fields(value) if kind == NODE_OUTPUT]
            if self.durations in outputs:
                inputs = (self.durations, _DURATION_CHANGE)
                parts.append(make_node(b"Add", inputs, _CHANGED_DURATIONS))
            elif self.pitch in outputs:
                parts.append(make_node(b"Mul", (self.pitch, _PITCH_FACTOR), _CHANGED_PITCH))
        parts.append(write_field(INPUT, make_value_info(_DURATION_CHANGE, INT64)))
        parts.append(write_field(INPUT, make_value_info(_PITCH_FACTOR, FLOAT)))
        parts.append(write_field(OUTPUT, make_value_info(_CHANGED_DURATIONS, INT64)))
        return b"".join(parts)

    def _with_other_inputs(self, node: bytes) -> bytes:
        others = {self.durations: _CHANGED_DURATIONS, self.pitch: _CHANGED_PITCH}
        return b"".join(
            write_field(NODE_INPUT, others[value])
            if number == NODE_INPUT and value in others
            else raw
            for number, value, raw in read_fields(node)
        )


class Model:
    """A voice's network, loaded once.

    Parameters
    ----------
    path : str
    trial : list of int
        Phoneme ids to try the handles with.
    sha256 : str, optional
        Of the file; one that is known needs no trial.

    Raises
    ------
    ValueError
        When the file is another one, or no model.

    Attributes
    ----------
    has_handles : bool
        Whether durations and pitch can be changed, and the durations are known.
    centre : float
        The middle of the voice's pitch, in Hz.
    """

    def __init__(self, path: str, trial: list[int], sha256: str | None = None) -> None:
        with open(path, "rb") as file:
            content = file.read()
        if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
            raise ValueError("the model's file is not the one of hibari-tts 0.2.1")
        self.centre = HEART_CENTRE
        self.has_handles = False
        handles = Handles.find(content)
        if handles is not None:
            self._session = open_session(handles.added(content))
            self.has_handles = sha256 is not None or self._passes(trial)
        if not self.has_handles:
            self._session = open_session(content)

    def _passes(self, trial: list[int]) -> bool:
        """Whether the durations are those of the spectra; the voice's pitch is measured as well."""
        try:
            prediction = self.predict(trial)
        except Exception:  # the nodes found are others, and the graph does not run with the change
            return False
        voiced = prediction.pitch[prediction.pitch > VOICED]
        if len(voiced):
            self.centre = float(np.median(voiced))
        frames = int(prediction.durations.sum()) * FRAMES_PER_UNIT
        return (
            prediction.durations.shape == (len(trial),)
            and len(prediction.pitch) == frames
            and all(spectrum.shape[-1] == frames for spectrum in prediction.spectra)
        )

    def predict(
        self, ids: list[int], duration_change: Any = None, pitch_factor: Any = None
    ) -> Prediction:
        """Run a network with handles.

        Parameters
        ----------
        ids : list of int
        duration_change : array, optional
            Units to add per id.
        pitch_factor : array, optional
            Per frame.
        """
        change = np.zeros(1, np.int64) if duration_change is None else duration_change
        factor = np.ones((1, 1), np.float32) if pitch_factor is None else pitch_factor[None]
        *spectra, pitch, durations = self._session.run(
            [*_SPECTRA, _PITCH, _CHANGED_DURATIONS.decode()],
            {
                **_feed(ids, 1.0),
                _DURATION_CHANGE.decode(): change,
                _PITCH_FACTOR.decode(): factor,
            },
        )
        return Prediction(
            [spectrum[0] for spectrum in spectra], pitch[0] * factor[0], durations.astype(np.int64)
        )

    def predict_plain(self, ids: list[int], speed: float) -> Prediction:
        """Run the network of a file without handles; the durations are empty."""
        *spectra, pitch = self._session.run([*_SPECTRA, _PITCH], _feed(ids, speed))
        return Prediction([spectrum[0] for spectrum in spectra], pitch[0], np.zeros(0, np.int64))


def _feed(ids: list[int], speed: float) -> dict[str, Any]:
    return {"ids": np.asarray([ids], np.int64), "speed": np.full(1, speed, np.float32)}
