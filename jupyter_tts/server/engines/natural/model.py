"""The model in two parts: what is to be heard in each frame, and the spectra of any frames.

The graph goes from phonemes to spectra in one go, and neither hands out nor takes in how long each
phoneme lasts and how high the voice is. So its file is parted in two before it is loaded, where
each frame has its phoneme, pitch and energy. Between the two the pitch can be changed; a node that
is written into the first adds to the durations. The second looks no further than `MARGIN` frames to
either side, so it can be run for some frames at a time, which are heard while others are still to
come. Where the parts meet is seen from the nodes about them, and tried out; a file of another make
is spoken by its plain graph, without melody of ours and without exact times.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from ..onnx_file import (
    FLOAT,
    INPUT,
    INT64,
    NODE,
    NODE_INPUT,
    NODE_OUTPUT,
    Node,
    changed,
    extracted,
    make_node,
    make_value_info,
    nodes,
    open_session,
    read_fields,
    write_field,
)

__all__ = [
    "FRAMES_PER_UNIT",
    "HEART_SHA256",
    "MARGIN",
    "ROUNDING",
    "VOICED",
    "Frames",
    "Handles",
    "Model",
]

HEART_SHA256 = "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8"
HEART_CENTRE = 205.0  # Hz

FRAMES_PER_UNIT = 2  # of the spectrum, 12.5 ms each, in a unit of duration

VOICED = 40.0  # Hz; what is lower is no pitch

MARGIN: Final = 27
"""How far the second part looks: nine convolutions over seven frames, one after the other."""

ROUNDING: Final = 0.1
"""By how much spectra differ on average, at most, where others are computed with them.

The second part rounds to 8 bits, by the greatest of all values that it has at once. Measured were
0.02 to 0.065, of spectra whose standard deviations are 1.3 and more.
"""

_SPECTRA = ("lh", "theta", "ln", "lr", "phi")
_PITCH = "f0"

_CHANGED_DURATIONS = b"changed_durations"
_DURATION_CHANGE = b"duration_change"


@dataclass(frozen=True)
class Frames:
    """What is to be heard in each frame of a row of phonemes.

    Attributes
    ----------
    pitch : array
        Hz.
    others : dict of array
        What else the second part takes, by name; frames are the last axis.
    durations : array
        Units of 25 ms per phoneme id.
    """

    pitch: Any
    others: dict[str, Any]
    durations: Any

    def with_pitch(self, pitch: Any) -> Frames:
        """Return the same, higher or lower."""
        return replace(self, pitch=pitch)


@dataclass(frozen=True)
class Handles:
    """Where a graph is parted and changed, by the names of what it computes.

    Attributes
    ----------
    durations : bytes
    others : tuple of bytes
        What both parts have, beside the pitch.
    """

    durations: bytes
    others: tuple[bytes, ...]

    @classmethod
    def find(cls, content: bytes) -> Handles | None:
        """Find them in a model's file.

        The durations are what is summed up to places. The parts meet where the pitch, which is cut
        at 0 first, is joined with the rest.

        Raises
        ------
        ValueError
            When the file is no model.
        """
        graph = nodes(content)
        durations = [node.inputs[0] for node in graph if node.operator == b"CumSum"]
        others = _joined_with_pitch(graph)
        if len(durations) != 1 or others is None:
            return None
        return cls(durations[0], others)

    def first_part(self, content: bytes) -> bytes:
        """Return the file of the first part, which takes changes of the durations."""
        outputs = {**self._meeting, _CHANGED_DURATIONS: INT64}
        return extracted(changed(content, self._with_changes), {}, outputs)

    def second_part(self, content: bytes) -> bytes:
        """Return the file of the second part."""
        return extracted(content, self._meeting, {name.encode(): FLOAT for name in _SPECTRA})

    @property
    def _meeting(self) -> dict[bytes, int]:
        """What the first part hands to the second."""
        return dict.fromkeys((_PITCH.encode(), *self.others), FLOAT)

    def _with_changes(self, graph: bytes) -> bytes:
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
        parts.append(write_field(INPUT, make_value_info(_DURATION_CHANGE, INT64)))
        return b"".join(parts)

    def _with_other_inputs(self, node: bytes) -> bytes:
        return b"".join(
            write_field(NODE_INPUT, _CHANGED_DURATIONS)
            if number == NODE_INPUT and value == self.durations
            else raw
            for number, value, raw in read_fields(node)
        )


def _joined_with_pitch(graph: list[Node]) -> tuple[bytes, ...] | None:
    """Return what the pitch is joined with, followed from where it is cut at 0."""
    cut = [node for node in graph if node.operator == b"Relu" and node.inputs[0] == _PITCH.encode()]
    if len(cut) != 1:
        return None
    value = cut[0].outputs[0]
    for node in graph:  # in the order in which they are computed
        if value not in node.inputs:
            continue
        if node.operator == b"Concat":
            return tuple(name for name in node.inputs if name != value)
        value = node.outputs[0]
    return None


class Model:
    """A voice's network, loaded once.

    Parameters
    ----------
    path : str
    trial : list of int
        Phoneme ids to try the parts with.
    sha256 : str, optional
        Of the file; one that is known needs no trial.

    Raises
    ------
    ValueError
        When the file is another one, or no model.

    Attributes
    ----------
    has_handles : bool
        Whether it is in two parts: durations and pitch can be changed, and durations are known.
    centre : float
        The middle of the voice's pitch, in Hz.
    """

    def __init__(self, path: str, trial: list[int], sha256: str | None = None) -> None:
        with open(path, "rb") as file:
            content = file.read()
        if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
            raise ValueError("the model's file is not the one of hibari-tts 0.2.1")
        self._first: Any = None
        self._second: Any = None
        self.centre = HEART_CENTRE
        self.has_handles = False
        handles = Handles.find(content)
        if handles is not None:
            self._others = [name.decode() for name in handles.others]
            self.has_handles = self._load_parts(handles, content, sha256 is not None, trial)
        if not self.has_handles:
            self._first = self._second = None  # of no more use
            self._plain = open_session(content)

    def _load_parts(
        self, handles: Handles, content: bytes, is_known: bool, trial: list[int]
    ) -> bool:
        try:
            self._first = open_session(handles.first_part(content))
            self._second = open_session(handles.second_part(content))
            return is_known or self._passes(trial)
        except Exception:  # the nodes found are others: a part does not load or does not run
            if is_known:
                raise
            return False

    def _passes(self, trial: list[int]) -> bool:
        """Whether durations, frames and spectra fit, and some spectra are those of the whole.

        The voice's pitch is measured as well.
        """
        frames = self.frames(trial)
        count = int(frames.durations.sum()) * FRAMES_PER_UNIT
        per_frame = [frames.pitch, *frames.others.values()]
        if frames.durations.shape != (len(trial),) or {v.shape[-1] for v in per_frame} != {count}:
            return False
        first, after = count // 2, count // 2 + 4
        whole = [spectrum[:, first:after] for spectrum in self.spectra(frames, 0, count)]
        part = self.spectra(frames, first, after)
        pairs = zip(part, whole, strict=True)
        if any(np.abs(one - other).mean() > ROUNDING for one, other in pairs):
            return False
        voiced = frames.pitch[frames.pitch > VOICED]
        if len(voiced):
            self.centre = float(np.median(voiced))
        return True

    def frames(self, ids: list[int], duration_change: Any = None) -> Frames:
        """Run the first part.

        Parameters
        ----------
        ids : list of int
        duration_change : array, optional
            Units to add per id.
        """
        change = np.zeros(1, np.int64) if duration_change is None else duration_change
        pitch, durations, *others = self._first.run(
            [_PITCH, _CHANGED_DURATIONS.decode(), *self._others],
            {**_feed(ids, 1.0), _DURATION_CHANGE.decode(): change},
        )
        return Frames(
            pitch[0], dict(zip(self._others, others, strict=True)), durations.astype(np.int64)
        )

    def spectra(self, frames: Frames, first: int, after: int) -> list[Any]:
        """Run the second part for some frames; return five arrays, those of ``hibari.dsp.synth``.

        Parameters
        ----------
        frames : Frames
        first, after : int
            The first of those that are wanted, and the first after them.
        """
        begin, end = max(0, first - MARGIN), after + MARGIN
        feed = {name: value[..., begin:end] for name, value in frames.others.items()}
        feed[_PITCH] = frames.pitch[None, begin:end].astype(np.float32, copy=False)
        spectra = self._second.run(_SPECTRA, feed)
        return [spectrum[0, :, first - begin : after - begin] for spectrum in spectra]

    def plain_spectra(self, ids: list[int], speed: float) -> tuple[list[Any], Any]:
        """Run the network of a file that is not in parts; return the spectra and the pitch."""
        *spectra, pitch = self._plain.run([*_SPECTRA, _PITCH], _feed(ids, speed))
        return [spectrum[0] for spectrum in spectra], pitch[0]


def _feed(ids: list[int], speed: float) -> dict[str, Any]:
    return {"ids": np.asarray([ids], np.int64), "speed": np.full(1, speed, np.float32)}
