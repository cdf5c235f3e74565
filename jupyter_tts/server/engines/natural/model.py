"""The model with handles: how long each phoneme lasts, and how high the voice is, can be changed.

The graph computes durations and pitch inside itself and hands neither out nor takes them in. Two
nodes are therefore written into the file's bytes (ONNX is protobuf), before it is loaded: one adds
to the durations, one multiplies the pitch; adding 0 and multiplying by 1 leave every sample as it
is. The names of the nodes belong to this very file, hence its hash is checked.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..onnx_file import (
    FLOAT,
    GRAPH,
    INPUT,
    INT64,
    NODE,
    NODE_INPUT,
    NODE_OUTPUT,
    OUTPUT,
    make_node,
    make_value_info,
    read_fields,
    write_field,
)

__all__ = ["FRAMES_PER_UNIT", "SHA256", "Model", "Prediction", "with_handles"]

SHA256 = "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8"

FRAMES_PER_UNIT = 2  # of the spectrum, 12.5 ms each, in a unit of duration

_DURATIONS = b"/Cast_32_output_0"
_PITCH = b"/Relu_output_0"
_CHANGED_DURATIONS = b"changed_durations"
_CHANGED_PITCH = b"changed_pitch"
_DURATION_CHANGE = b"duration_change"
_PITCH_FACTOR = b"pitch_factor"

_CONSUMERS = {_DURATIONS: _CHANGED_DURATIONS, _PITCH: _CHANGED_PITCH}


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
        Units of 25 ms per phoneme id.
    """

    spectra: list[Any]
    pitch: Any
    durations: Any


class Model:
    """The voice's network, loaded once.

    Parameters
    ----------
    path : str

    Raises
    ------
    ValueError
        When the file is not the one that this module knows.
    """

    def __init__(self, path: str) -> None:
        import onnxruntime

        with open(path, "rb") as file:
            content = file.read()
        if hashlib.sha256(content).hexdigest() != SHA256:
            raise ValueError("the model's file is not the one of hibari-tts 0.2.1")
        options = onnxruntime.SessionOptions()
        # A second thread is slower, and the cores belong to the other workers.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            with_handles(content), options, providers=["CPUExecutionProvider"]
        )

    def predict(
        self, ids: list[int], duration_change: Any = None, pitch_factor: Any = None
    ) -> Prediction:
        """Run the network.

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
            ["lh", "theta", "ln", "lr", "phi", "f0", _CHANGED_DURATIONS.decode()],
            {
                "ids": np.asarray([ids], np.int64),
                "speed": np.ones(1, np.float32),
                _DURATION_CHANGE.decode(): change,
                _PITCH_FACTOR.decode(): factor,
            },
        )
        return Prediction(
            [spectrum[0] for spectrum in spectra], pitch[0] * factor[0], durations.astype(np.int64)
        )


def with_handles(content: bytes) -> bytes:
    """Return a model's file with the two nodes, their inputs, and the durations as an output."""
    rewritten = []
    for number, value, raw in read_fields(content):
        rewritten.append(write_field(GRAPH, _graph_with_handles(value)) if number == GRAPH else raw)
    return b"".join(rewritten)


def _graph_with_handles(graph: bytes) -> bytes:
    parts = []
    for number, value, raw in read_fields(graph):
        if number != NODE:
            parts.append(raw)
            continue
        parts.append(write_field(NODE, _with_other_inputs(value)))
        outputs = [name for field, name, _ in read_fields(value) if field == NODE_OUTPUT]
        if _DURATIONS in outputs:
            parts.append(make_node(b"Add", (_DURATIONS, _DURATION_CHANGE), _CHANGED_DURATIONS))
        elif _PITCH in outputs:
            parts.append(make_node(b"Mul", (_PITCH, _PITCH_FACTOR), _CHANGED_PITCH))
    parts.append(write_field(INPUT, make_value_info(_DURATION_CHANGE, INT64)))
    parts.append(write_field(INPUT, make_value_info(_PITCH_FACTOR, FLOAT)))
    parts.append(write_field(OUTPUT, make_value_info(_CHANGED_DURATIONS, INT64)))
    return b"".join(parts)


def _with_other_inputs(node: bytes) -> bytes:
    return b"".join(
        write_field(NODE_INPUT, _CONSUMERS[value])
        if number == NODE_INPUT and value in _CONSUMERS
        else raw
        for number, value, raw in read_fields(node)
    )
