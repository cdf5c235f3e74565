"""The bytes of an ONNX model, read and written as protobuf.

So a worker gives a graph another input or output before it is loaded, without the package ``onnx``.
It needs onnxruntime only where a file is opened to run it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = [
    "FLOAT",
    "GRAPH",
    "INPUT",
    "INT64",
    "NODE",
    "NODE_INPUT",
    "NODE_OPERATOR",
    "NODE_OUTPUT",
    "OUTPUT",
    "Node",
    "changed",
    "extracted",
    "make_node",
    "make_value_info",
    "nodes",
    "open_session",
    "read_fields",
    "write_field",
]

# Field numbers (onnx.proto): ModelProto, GraphProto, NodeProto, ValueInfoProto and its types.
GRAPH = 7
NODE, INITIALIZER, INPUT, OUTPUT, VALUE_INFO = 1, 5, 11, 12, 13
NODE_INPUT, NODE_OUTPUT, NODE_OPERATOR = 1, 2, 4
INITIALIZER_NAME, VALUE_NAME = 8, 1
FLOAT, INT64 = 1, 7


@dataclass(frozen=True)
class Node:
    """A node of a graph.

    Attributes
    ----------
    operator : bytes
    inputs, outputs : tuple of bytes
        Names.
    """

    operator: bytes
    inputs: tuple[bytes, ...]
    outputs: tuple[bytes, ...]


def changed(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return a model's file with its graph changed."""
    return b"".join(
        write_field(GRAPH, change(value)) if number == GRAPH else raw
        for number, value, raw in read_fields(content)
    )


def nodes(content: bytes) -> list[Node]:
    """Return the nodes of a model's file.

    Raises
    ------
    ValueError
        When it is not a model.
    """
    graphs = [value for number, value, _ in read_fields(content) if number == GRAPH]
    if not graphs or not isinstance(graphs[0], bytes):
        raise ValueError("the file is not an ONNX model")
    return [_read_node(value) for number, value, _ in read_fields(graphs[0]) if number == NODE]


def extracted(content: bytes, inputs: Mapping[bytes, int], outputs: Mapping[bytes, int]) -> bytes:
    """Return a model's file with a part of its graph: what some values are computed from others by.

    Parameters
    ----------
    content : bytes
    inputs, outputs : mapping
        The types of the elements (`FLOAT` or `INT64`) by the names of the values. The graph's own
        inputs stay inputs where they are needed.

    Raises
    ------
    ValueError
        When it is not a model.
    """
    graph = nodes(content)
    makers = {name: index for index, node in enumerate(graph) for name in node.outputs}
    used: set[bytes] = set()
    kept: set[int] = set()
    waiting = list(outputs)
    while waiting:
        name = waiting.pop()
        if name in inputs or name in used:
            continue
        used.add(name)
        index = makers.get(name)
        if index is not None and index not in kept:
            kept.add(index)
            waiting += graph[index].inputs
    return changed(content, lambda part: _part(part, kept, used, inputs, outputs))


def _part(
    graph: bytes,
    kept: Collection[int],
    used: Collection[bytes],
    inputs: Mapping[bytes, int],
    outputs: Mapping[bytes, int],
) -> bytes:
    parts = []
    index = 0
    for number, value, raw in read_fields(graph):
        if number == NODE:
            parts += [raw] if index in kept else []
            index += 1
        elif number == INITIALIZER:
            parts += [raw] if _name(value, INITIALIZER_NAME) in used else []
        elif number == INPUT:
            parts += [raw] if _name(value, VALUE_NAME) in used else []
        elif number not in (OUTPUT, VALUE_INFO):
            parts.append(raw)
    for field, values in ((INPUT, inputs), (OUTPUT, outputs)):
        parts += [write_field(field, make_value_info(*value)) for value in values.items()]
    return b"".join(parts)


def _name(message: bytes, field: int) -> bytes:
    return next((value for number, value, _ in read_fields(message) if number == field), b"")


def _read_node(message: bytes) -> Node:
    names: dict[int, list[bytes]] = {NODE_INPUT: [], NODE_OUTPUT: [], NODE_OPERATOR: []}
    for number, value, _ in read_fields(message):
        if number in names:
            names[number].append(value)
    operator = names[NODE_OPERATOR][0] if names[NODE_OPERATOR] else b""
    return Node(operator, tuple(names[NODE_INPUT]), tuple(names[NODE_OUTPUT]))


def open_session(content: bytes) -> Any:
    """Load a model's file, to run it on one core."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # A second thread is slower, and the cores belong to the other workers.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def make_node(operator: bytes, inputs: tuple[bytes, ...], output: bytes) -> bytes:
    fields = [write_field(NODE_INPUT, name) for name in inputs]
    fields += [write_field(NODE_OUTPUT, output), write_field(NODE_OPERATOR, operator)]
    return write_field(NODE, b"".join(fields))


def make_value_info(name: bytes, element: int) -> bytes:
    """A tensor of any shape."""
    tensor_type = write_field(1, bytes([1 << 3, element]))
    return write_field(1, name) + write_field(2, tensor_type)


def read_fields(message: bytes) -> Iterator[tuple[int, Any, bytes]]:
    """The fields of a protobuf message: number, value, and the bytes of both.

    Raises
    ------
    ValueError
        When it ends within a field.
    """
    index = 0
    while index < len(message):
        start = index
        tag, index = _varint(message, index)
        wire_type = tag & 7
        value: Any
        if wire_type == 0:
            value, index = _varint(message, index)
        elif wire_type == 2:
            length, index = _varint(message, index)
            value = message[index : index + length]
            index += length
        else:
            length = 8 if wire_type == 1 else 4
            value = message[index : index + length]
            index += length
        if index > len(message):
            raise ValueError("the file is not a whole ONNX model")
        yield tag >> 3, value, message[start:index]


def write_field(number: int, value: bytes) -> bytes:
    return _encoded(number << 3 | 2) + _encoded(len(value)) + value


def _varint(message: bytes, index: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        if index >= len(message):
            raise ValueError("the file is not a whole ONNX model")
        byte = message[index]
        index += 1
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number, index


def _encoded(number: int) -> bytes:
    encoded = b""
    while number > 127:
        encoded += bytes([number & 127 | 128])
        number >>= 7
    return encoded + bytes([number])
