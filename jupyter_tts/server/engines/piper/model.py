"""A Piper voice's network: from the ids of phonemes to sound and how long each phoneme lasts.

The graph computes the durations inside itself and does not hand them out, and draws its noise
itself, from one state for all. So the file's bytes are changed before it is loaded: the durations
become an output, and the noise an input, so that a seed gives the same sound. Where they belong is
seen from the operators, and tried out; a file of another make is spoken by its plain graph.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..onnx_file import (
    FLOAT,
    INPUT,
    INT64,
    NODE,
    NODE_INPUT,
    NODE_OPERATOR,
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
from ..phoneme_rows import diffuse

__all__ = ["Model", "Utterance"]

_CHANGED_DURATIONS = b"changed_durations"
_DURATION_CHANGE = b"duration_change"
_NOISE = b"given_noise_%d"
_NOISE_START = b"given_noise_start"
_DRAWN = b"RandomNormalLike"

# Numbers of noise per phoneme id at speed 1, some four times what a voice of 192 channels takes.
_NOISE_PER_ID = 192 * 16
_LEAST_NOISE = 192 * 400
# Between the noise of one node and the next: more than the first, which is the shorter, takes.
_NOISE_STEP = 4096

# What a voice is tried with: phonemes of most languages.
_TRIAL = "həlˈoʊ, maɪ nˈeɪm ɪz mˈaɹi."
# The root mean square of speech, pauses left out, at which voices are as loud as the natural one.
_LOUDNESS = 0.15
_PEAK = 0.95
_FRAME = 512  # samples

_DEFAULT_SCALES = {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8}


@dataclass(frozen=True)
class Utterance:
    """What the model makes of a row of phonemes.

    Attributes
    ----------
    sound : array
        Between -1 and 1.
    ends : array
        Per phoneme id, the sample where it ends; none where that is not known.
    """

    sound: Any
    ends: Any


class Model:
    """A voice, loaded once.

    Parameters
    ----------
    path : str
        Its settings are in the file of the same name with ``.json`` after it.

    Raises
    ------
    ValueError, KeyError
        When a file is none of a Piper voice.

    Attributes
    ----------
    espeak_voice : str
        What makes its phonemes.
    sample_rate : int
    has_handles : bool
        Whether the durations are known and the noise is given.
    gain : float
        What brings the voice to the loudness of the others: some are half as loud.
    """

    def __init__(self, path: str) -> None:
        with open(path + ".json", encoding="utf-8") as file:
            settings = json.load(file)
        self.espeak_voice: str = settings["espeak"]["voice"]
        self.sample_rate = int(settings["audio"]["sample_rate"])
        self._ids: dict[str, list[int]] = settings["phoneme_id_map"]
        scales = settings.get("inference") or {}
        self._scales = [float(scales.get(name, own)) for name, own in _DEFAULT_SCALES.items()]
        with open(path, "rb") as file_:
            content = file_.read()
        self._handles = _Handles.find(content)
        self.has_handles = self._handles is not None
        self._open(content if self._handles is None else self._handles.added(content))
        trial, _ = self.ids("".join(phoneme for phoneme in _TRIAL if self.knows(phoneme)))
        tried = self._tried(trial) if self.has_handles else None
        if tried is None:
            self.has_handles = False
            self._open(content)
            tried = self._as_trained(trial)
        self.gain = _gain(tried.sound)

    def _open(self, content: bytes) -> None:
        self._session = open_session(content)
        names = {entry.name for entry in self._session.get_inputs()}
        if not names >= {"input", "input_lengths", "scales"}:
            raise ValueError("the file is not the model of a Piper voice")
        self._has_speakers = "sid" in names
        self._output = self._session.get_outputs()[0].name

    def knows(self, phoneme: str) -> bool:
        """Whether the voice was taught a phoneme."""
        return phoneme in self._ids

    def ids(self, phonemes: str) -> tuple[list[int], list[int]]:
        """Return the ids of a row of phonemes, and where in them each phoneme's begin."""
        pad = self._ids.get("_", [])
        ids = [*self._ids.get("^", []), *pad]
        begins = []
        for phoneme in phonemes:
            begins.append(len(ids))
            ids += [*self._ids[phoneme], *pad]
        return [*ids, *self._ids.get("$", [])], begins

    def speak(
        self, ids: list[int], chance: np.random.Generator, *, variation: float, speed: float
    ) -> Utterance:
        """Run the network.

        Parameters
        ----------
        ids : list of int
        chance : Generator
        variation : float
            A factor for both noises.
        speed : float
        """
        noise, length, pace = self._scales
        scales = np.asarray([noise * variation, length, pace * variation], np.float32)
        feed = {
            "input": np.asarray([ids], np.int64),
            "input_lengths": np.asarray([len(ids)], np.int64),
            "scales": scales,
        }
        if self._has_speakers:
            feed["sid"] = np.zeros(1, np.int64)
        if not self.has_handles or self._handles is None:
            scales[1] = length / speed
            (sound,) = self._session.run([self._output], feed)
            return Utterance(sound.reshape(-1), np.zeros(0, np.int64))
        feed[_DURATION_CHANGE.decode()] = np.zeros(1, np.float32)
        feed[_NOISE_START.decode()] = np.zeros(1, np.int64)
        count = _LEAST_NOISE + int(_NOISE_PER_ID * len(ids) * length / speed)
        noises = [(_NOISE % number).decode() for number in range(self._handles.noises)]
        pool = chance.standard_normal(count + _NOISE_STEP * len(noises), np.float32)
        feed.update({name: pool[_NOISE_STEP * number :] for number, name in enumerate(noises)})
        if speed != 1.0:
            # The graph rounds up: by its own scale a speed of 1.2 is one of 1.1.
            (durations,) = self._session.run([_CHANGED_DURATIONS.decode()], feed)
            flat = durations.reshape(-1)
            change = diffuse(flat / speed, np.minimum(flat, 1)) - flat
            feed[_DURATION_CHANGE.decode()] = change.reshape(durations.shape).astype(np.float32)
        sound, durations = self._session.run([self._output, _CHANGED_DURATIONS.decode()], feed)
        ends = np.cumsum(durations.reshape(-1).astype(np.int64))
        sound = sound.reshape(-1)
        return Utterance(sound, ends * (len(sound) // max(1, int(ends[-1]))))

    def _tried(self, ids: list[int]) -> Utterance | None:
        """Speak with the handles; None where the nodes found are others."""
        try:
            utterance = self._as_trained(ids)
        except Exception:  # onnxruntime has exceptions of its own
            return None
        is_whole = len(utterance.ends) == len(ids) and utterance.ends[-1] == len(utterance.sound)
        return utterance if is_whole else None

    def _as_trained(self, ids: list[int]) -> Utterance:
        return self.speak(ids, np.random.default_rng(0), variation=1.0, speed=1.0)


@dataclass(frozen=True)
class _Handles:
    """Where a graph is changed.

    Attributes
    ----------
    durations : bytes
        The name of what the graph computes.
    noises : int
        How many nodes draw noise.
    """

    durations: bytes
    noises: int

    @classmethod
    def find(cls, content: bytes) -> _Handles | None:
        """Find the durations in a model's file: rounded up, and then summed up to places.

        Raises
        ------
        ValueError
            When the file is no model.
        """
        graph = nodes(content)
        summed = {node.inputs[0] for node in graph if node.operator == b"CumSum"}
        rounded = [node.outputs[0] for node in graph if node.operator == b"Ceil"]
        durations = [name for name in rounded if name in summed]
        if len(durations) != 1:
            return None
        return cls(durations[0], sum(node.operator == _DRAWN for node in graph))

    def added(self, content: bytes) -> bytes:
        """Return a file with the noise as inputs and the durations as an output."""
        return changed(content, self._added_to_graph)

    def _added_to_graph(self, graph: bytes) -> bytes:
        parts = []
        inputs = [(_NOISE_START, INT64), (_DURATION_CHANGE, FLOAT)]
        for number, value, raw in read_fields(graph):
            if number != NODE:
                parts.append(raw)
                continue
            drawn = _drawn_noise(value)
            if drawn is None:
                parts.append(write_field(NODE, self._with_changed_durations(value)))
            else:
                name = _NOISE % (len(inputs) - 2)
                inputs.append((name, FLOAT))
                parts.append(_noise_nodes(name, *drawn))
            if (NODE_OUTPUT, self.durations) in {
                (kind, name) for kind, name, _ in read_fields(value)
            }:
                change = (self.durations, _DURATION_CHANGE)
                parts.append(make_node(b"Add", change, _CHANGED_DURATIONS))
        parts += [write_field(INPUT, make_value_info(name, kind)) for name, kind in inputs]
        parts.append(write_field(OUTPUT, make_value_info(_CHANGED_DURATIONS, FLOAT)))
        return b"".join(parts)

    def _with_changed_durations(self, node: bytes) -> bytes:
        return b"".join(
            write_field(NODE_INPUT, _CHANGED_DURATIONS)
            if number == NODE_INPUT and value == self.durations
            else raw
            for number, value, raw in read_fields(node)
        )


def _gain(sound: Any) -> float:
    frames = sound[: len(sound) // _FRAME * _FRAME].reshape(-1, _FRAME)
    loudness = np.sqrt(np.mean(frames**2, axis=1)) if len(frames) else np.zeros(1)
    spoken = loudness[loudness > loudness.max() / 4]
    peak = float(np.abs(sound).max(initial=0.0))
    if not len(spoken) or not peak:
        return 1.0
    return min(_LOUDNESS / float(spoken.mean()), _PEAK / peak)


def _drawn_noise(node: bytes) -> tuple[bytes, bytes] | None:
    """The input and output of a node that draws noise, None for another node."""
    names = {number: value for number, value, _ in read_fields(node) if number <= NODE_OPERATOR}
    if names.get(NODE_OPERATOR) != _DRAWN:
        return None
    return names[NODE_INPUT], names[NODE_OUTPUT]


def _noise_nodes(noise: bytes, like: bytes, output: bytes) -> bytes:
    """Nodes that take as much of a row of noise as a tensor has elements, in its shape."""
    shape, count, taken = (noise + ending for ending in (b"_shape", b"_count", b"_taken"))
    return b"".join(
        [
            make_node(b"Shape", (like,), shape),
            make_node(b"ReduceProd", (shape,), count),
            make_node(b"Slice", (noise, _NOISE_START, count), taken),
            make_node(b"Reshape", (taken, shape), output),
        ]
    )
