"""A Piper voice of a kilobyte: a hum with some noise, as long as its phonemes."""

from __future__ import annotations

import json
import struct
from pathlib import Path

from jupyter_tts.server.engines.onnx_file import (
    FLOAT,
    GRAPH,
    INPUT,
    INT64,
    NODE,
    NODE_INPUT,
    NODE_OPERATOR,
    NODE_OUTPUT,
    OUTPUT,
    make_value_info,
    write_field,
)

__all__ = ["SAMPLE_RATE", "write_voice"]

SAMPLE_RATE = 16_000
HOP = 51  # samples in a unit of duration
UNITS = 20  # of a phoneme
FULL_STOP = 1000  # an id that lasts three times as long

_IPA = " !'(),-:;?abcdefhijklmnopqrstuvwxyzæçðøħŋœɐɑɒɓɔɕɖɗɘəɚɛɜɞɟɡɢɣɤɥɦɧɨɪɫɬɭɮɯɰɱɲɳɴɵɶɸɹɺɻɽɾ"
_IPA += "ʀʁʂʃʄʈʉʊʋʌʍʎʏʐʑʒʔʕʘʙʛʜʝʟʡʢʲˈˌːˑ˞βθχᵻ"

# AttributeProto, TensorProto, ModelProto
_ATTRIBUTE, _NAME, _INTEGER, _TYPE = 5, 1, 3, 20
_INITIALIZER, _DIMENSION, _DATA_TYPE, _TENSOR_NAME, _RAW = 5, 1, 2, 8, 9
_IR_VERSION, _OPSETS, _VERSION = 1, 8, 2


def write_voice(
    path: Path, *, is_plain: bool = False, has_speakers: bool = False, language: str = "en-us"
) -> Path:
    """Write a voice's two files.

    Parameters
    ----------
    path : Path
    is_plain : bool
        Write one that does not show which node has the durations.
    has_speakers : bool
        Write one that wants to be given the number of a speaker.
    language : str
        eSpeak NG's name of it.
    """
    path.write_bytes(_model(is_plain, has_speakers))
    ids = {phoneme: [number] for number, phoneme in enumerate(["_", "^", "$", *_IPA])}
    settings = {
        "audio": {"sample_rate": SAMPLE_RATE},
        "espeak": {"voice": language},
        "language": {"code": language},
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_id_map": {**ids, ".": [FULL_STOP]},
        "num_speakers": 1,
    }
    path.with_name(path.name + ".json").write_text(json.dumps(settings), encoding="utf-8")
    return path


def _model(is_plain: bool, has_speakers: bool) -> bytes:
    nodes = [
        _node("Cast", ["input"], "id", to=FLOAT),
        _node("Gather", ["scales", "zero"], "noise_scale"),
        _node("Gather", ["scales", "one"], "length_scale"),
        _node("Min", ["id", "unit"], "is_sound"),
        _node("Mul", ["id", "per_id"], "weight"),
        _node("Max", ["weight", "unit"], "length"),
        _node("Mul", ["is_sound", "length"], "phoneme"),
        _node("Mul", ["phoneme", "units"], "lasting"),
        _node("Mul", ["lasting", "length_scale"], "scaled"),
        _node("Floor" if is_plain else "Ceil", ["scaled"], "durations"),
        _node("CumSum", ["durations", "one"], "ends"),
        _node("ReduceMax", ["ends"], "total"),
        _node("Mul", ["total", "hop"], "samples"),
        _node("Cast", ["samples"], "sizes", to=INT64),
        _node("Reshape", ["sizes", "flat"], "size"),
        _node("Concat", ["ones", "size"], "shape", axis=0),
        _node("ConstantOfShape", ["shape"], "silence"),
        _node("RandomNormalLike", ["silence"], "noise"),
        _node("Mul", ["noise", "noise_scale"], "scaled_noise"),
        _node("Mul", ["scaled_noise", "softer"], "soft_noise"),
        _node("Add", ["silence", "level"], "hum"),
        _node("Add", ["hum", "soft_noise"], "output"),
    ]
    tensors = [
        _floats("unit", 1.0),
        _floats("per_id", 0.003),
        _floats("units", UNITS),
        _floats("hop", HOP),
        _floats("level", 0.1),
        _floats("softer", 0.05),
        _integers("zero", [], 0),
        _integers("one", [], 1),
        _integers("flat", [1], -1),
        _integers("ones", [2], 1, 1),
    ]
    inputs = {b"input": INT64, b"input_lengths": INT64, b"scales": FLOAT}
    if has_speakers:
        inputs[b"sid"] = INT64
    graph = b"".join(
        [
            *(write_field(NODE, node) for node in nodes),
            write_field(2, b"tiny"),
            *(write_field(_INITIALIZER, tensor) for tensor in tensors),
            *(write_field(INPUT, make_value_info(name, kind)) for name, kind in inputs.items()),
            write_field(OUTPUT, make_value_info(b"output", FLOAT)),
        ]
    )
    return (
        _number(_IR_VERSION, 8)
        + write_field(GRAPH, graph)
        + write_field(_OPSETS, _number(_VERSION, 15))
    )


def _node(operator: str, inputs: list[str], output: str, **attributes: int) -> bytes:
    fields = [write_field(NODE_INPUT, name.encode()) for name in inputs]
    fields += [write_field(NODE_OUTPUT, output.encode())]
    fields += [write_field(NODE_OPERATOR, operator.encode())]
    for name, value in attributes.items():
        attribute = write_field(_NAME, name.encode()) + _number(_INTEGER, value) + _number(_TYPE, 2)
        fields.append(write_field(_ATTRIBUTE, attribute))
    return b"".join(fields)


def _floats(name: str, value: float) -> bytes:
    return _tensor(name, FLOAT, [], struct.pack("<f", value))


def _integers(name: str, dimensions: list[int], *values: int) -> bytes:
    return _tensor(name, INT64, dimensions, struct.pack(f"<{len(values)}q", *values))


def _tensor(name: str, kind: int, dimensions: list[int], raw: bytes) -> bytes:
    return b"".join(
        [
            *(_number(_DIMENSION, size) for size in dimensions),
            _number(_DATA_TYPE, kind),
            write_field(_TENSOR_NAME, name.encode()),
            write_field(_RAW, raw),
        ]
    )


def _number(field: int, value: int) -> bytes:
    """A field of a number below 128, the field's own below 32."""
    tag = field << 3
    encoded = bytes([tag]) if tag < 128 else bytes([tag & 127 | 128, tag >> 7])
    return encoded + bytes([value])
