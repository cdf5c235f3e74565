"""The chunks that clients of language models stream: which text is in them.

A client is known by the shape of what it gives, as objects or as dicts, so none is imported. What
the model says is text; what it thinks, calls or cites is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ...wire.errors import TTSError
from .field_checks import (
    Fits,
    all_of,
    any_of,
    begins_with,
    has,
    is_dict,
    is_one_of,
    is_pair,
    is_str,
    is_true,
    is_tuple,
)
from .fields import field

__all__ = ["SHAPES", "ChunkReader", "Shape", "answer_text"]

# Chunks in chunks; a mock holds itself.
_DEEPEST: Final = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape of a chunk.

    Attributes
    ----------
    name : str
        Whose it is.
    fits : callable
        Whether a chunk has it.
    text : callable or None
        Returns the text that a chunk adds; None where it has none.
    inner : str
        Where a chunk holds another one, whose text it is; "" where it does not.
    unless : str
        The shape whose text is the same, where a stream has both, "" for none.
    """

    name: str
    fits: Fits
    text: Callable[[object], str] | None = None
    inner: str = ""
    unless: str = ""


class ChunkReader:
    """Takes the text out of the chunks of one stream."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def read(self, chunk: object, *, depth: int = 0) -> str | None:
        """Return the text that a chunk adds, "" for none, None if its shape is not known.

        Raises
        ------
        TTSError
            If the chunk says that the model has failed.
        """
        if (message := _error_message(chunk)) is not None:
            raise TTSError(f"the language model failed: {message.rstrip('.')}.")
        shape = next((shape for shape in SHAPES if shape.fits(chunk)), None)
        if shape is None or depth > _DEEPEST:
            return None
        if shape.inner:
            inner = field(chunk, shape.inner)
            if isinstance(inner, str | None):
                return inner or ""
            return self.read(inner, depth=depth + 1)
        if shape.text is None or shape.unless in self._seen:
            return ""
        if text := shape.text(chunk):
            self._seen.add(shape.name)
        return text


def answer_text(answer: object) -> str | None:
    """Return the text of a model's whole answer, None for what is no answer."""
    read = next((read for fits, read in _ANSWERS if fits(answer)), None)
    return None if read is None else read(answer)


def _error_message(chunk: object) -> str | None:
    kind = "error" if field(chunk, "event") == "error" else field(chunk, "type")
    places = ["error.message", "error"]
    if kind == "error":
        places += ["message", "errorText", "data.message"]
    if kind == "response.failed":
        places.append("response.error.message")
    for message in (field(chunk, place) for place in places):
        if isinstance(message, str) and message:
            return message
    return "it does not say why" if kind in ("error", "response.failed") else None


def _at(*paths: str) -> Callable[[object], str]:
    """Read the first of some fields that has text."""
    return lambda chunk: next(filter(None, (_joined(field(chunk, path)) for path in paths)), "")


def _joined(content: object) -> str:
    """Return the text of a message's content: a str, a part, or parts of several kinds."""
    # A pydantic model is iterable, too, and gives its fields.
    is_part = isinstance(content, str | bytes | Mapping) or has("text")(content)
    if isinstance(content, Iterable) and not is_part:
        return "".join(map(_part_text, content))
    return _part_text(content)


def _part_text(part: object) -> str:
    if isinstance(part, str):
        return part
    kinds = (field(part, name) for name in ("type", "block_type"))
    kind = next((kind for kind in kinds if isinstance(kind, str)), "text")
    is_text = kind.replace("-", "_") in ("text", "text_delta", "output_text")
    text = field(part, "text")
    return text if is_text and isinstance(text, str) and not is_true(part, "thought") else ""


def _choice_text(chunk: object) -> str:
    """Return the text of the first of several choices, which may come one by one."""
    for choice in field(chunk, "choices") or ():
        index = field(choice, "index")
        if not (isinstance(index, int) and index):
            return _at("delta.content", "delta.refusal", "text", "message.content")(choice)
    return ""


def _output_text(answer: object) -> str:
    """Return the text of the messages of an OpenAI response, as object or dict."""
    messages = (item for item in field(answer, "output") if field(item, "type") == "message")
    return "".join(_joined(field(message, "content")) for message in messages)


def _has_choices(chunk: object) -> bool:
    choices = field(chunk, "choices")
    names = ("delta", "text", "message", "finish_reason")  # one without a delta ends or rates it
    is_list = isinstance(choices, list | tuple)
    return not choices or (is_list and any(has(f"choices.0.{name}")(chunk) for name in names))


def _gemini_text(chunk: object) -> str:
    # Only a stand-in has the one without the other.
    return _at("candidates.0.content.parts" if has("candidates.0")(chunk) else "text")(chunk)


def _bare_place(chunk: object) -> str:
    """Return where a chunk that does not say what it is has its text, "" for nowhere."""
    kinds = (field(chunk, name) for name in ("type", "event", "event_type", "event_kind"))
    if any(isinstance(kind, str) for kind in kinds):
        return ""
    places = (place for place in _BARE_PLACES if _may_be_text(field(chunk, place)))
    return next(places, "")


def _may_be_text(value: object) -> bool:
    return value is None or isinstance(value, str | list)


def _bare_text(chunk: object) -> str:
    is_silent = is_true(chunk, "thought") or _is_anothers(chunk)
    return "" if is_silent else _at(_bare_place(chunk))(chunk)


_is_anothers = any_of(
    *(
        is_one_of(path, "user", "human", "system", "developer", "tool", "function")
        for path in ("role", "message.role")
    )
)

# Where a field is what is new, another one may be all that has come.
_BARE_PLACES: Final = (
    *("delta", "delta.text", "delta.content", "message.content", "text", "content"),
    *("response", "parts", "content.parts", "output_text", "generated_text"),
)

_delta = _at("delta")
_MESSAGE = has("type", "content")

# The first that fits is taken.
SHAPES: Final = (
    # choices[0].delta.content, or choices[0].text of a completion; a chunk about usage has none.
    Shape("OpenAI chat, litellm, Hugging Face chat", _has_choices, _choice_text),
    Shape(
        "OpenAI responses",
        is_one_of(
            "type",
            "response.output_text.delta",
            "response.refusal.delta",
            "response.text.delta",
        ),
        _delta,
    ),
    Shape("OpenAI responses: other events", begins_with("type", "response.", "keepalive")),
    # Its "chunk" events repeat them.
    Shape("OpenAI chat helper", is_one_of("type", "content.delta", "refusal.delta"), _delta),
    Shape(
        "OpenAI chat helper: other events",
        any_of(
            begins_with("type", "content.", "refusal.", "tool_calls.", "logprobs."),
            all_of(is_one_of("type", "chunk"), has("chunk")),
        ),
    ),
    Shape("OpenAI agents", is_one_of("type", "raw_response_event"), inner="data"),
    Shape(
        "OpenAI agents: other events",
        is_one_of("type", "run_item_stream_event", "agent_updated_stream_event"),
    ),
    Shape("Anthropic", is_one_of("type", "content_block_delta"), _delta),
    # The SDK gives both, this one second.
    Shape(
        "Anthropic helper",
        all_of(is_one_of("type", "text"), has("text")),
        _at("text"),
        unless="Anthropic",
    ),
    Shape(
        "Anthropic: other events",
        any_of(
            begins_with("type", "message_", "content_block_"),
            is_one_of("type", "ping", "thinking", "signature", "input_json", "citation"),
        ),
    ),
    Shape("Claude agent", all_of(has("session_id"), has("event.type")), inner="event"),
    # Comes whole behind its parts, where these are given.
    Shape(
        "Claude agent: messages",
        has("parent_tool_use_id", "model", "content"),
        _at("content"),
        unless="Anthropic",
    ),
    Shape("Claude agent: others", any_of(has("parent_tool_use_id"), has("subtype"))),
    Shape(
        "Gemini",
        any_of(has("candidates"), has("usageMetadata")),
        _gemini_text,
    ),
    Shape("Gemini live", has("server_content"), _at("server_content.model_turn.parts")),
    Shape("Gemini interactions", is_one_of("event_type", "step.delta", "content.delta"), _delta),
    Shape(
        "Gemini interactions: other events",
        begins_with("event_type", "interaction.", "step.", "content."),
    ),
    Shape(
        "Google ADK",
        all_of(has("content"), lambda chunk: is_true(chunk, "partial")),
        _at("content.parts"),
    ),
    Shape(
        "Google ADK: messages",
        has("content", "partial"),
        _at("content.parts"),
        unless="Google ADK",
    ),
    Shape(
        "LangChain",
        all_of(_MESSAGE, is_one_of("type", "AIMessageChunk", "ai")),
        _at("content"),
    ),
    Shape(
        "LangChain: other messages",
        all_of(
            _MESSAGE,
            any_of(
                is_one_of("type", "human", "system", "tool", "function", "remove"),
                lambda chunk: str(field(chunk, "type")).endswith("MessageChunk"),
            ),
        ),
    ),
    Shape("LangChain completions", has("generation_info", "text"), _at("text")),
    Shape(
        "LangChain events",
        is_one_of("event", "on_chat_model_stream", "on_llm_stream"),
        inner="data.chunk",
    ),
    Shape(
        "LangChain blocks",
        is_one_of("event", "content-block-delta"),
        _at("delta", "content_block"),
    ),
    Shape(
        "LangChain: other events",
        begins_with("event", "on_", "content-block-", "message-"),
    ),
    # The answer so far, and what is new of it.
    Shape("xAI", is_pair(has("content"), has("content")), _at("1.content")),
    Shape("LangGraph", is_pair(any_of(has("content"), has("event")), is_dict), inner="0"),
    Shape("LangGraph events", is_one_of("method", "messages"), inner="params.data"),
    Shape("LangGraph events: others", has("method", "params.data")),
    Shape("LangGraph: named", is_one_of("type", "messages"), inner="data"),
    Shape(
        "LangGraph: several modes",
        any_of(
            is_pair(lambda mode: mode == "messages", is_tuple),
            is_pair(is_tuple, is_tuple),
            is_pair(is_tuple, lambda mode: mode == "messages", is_tuple),
        ),
        inner="-1",
    ),
    Shape(
        "LangGraph: other modes",
        any_of(is_pair(is_str, is_dict), is_pair(is_tuple, is_str, is_dict)),
    ),
    # Its text, or its message, is all that has come.
    Shape("LlamaIndex", has("delta", "additional_kwargs"), _delta),
    Shape("Mistral", has("data.choices"), inner="data"),
    Shape(
        "Mistral conversations",
        is_one_of("data.type", "message.output.delta"),
        _at("data.content"),
    ),
    Shape(
        "Mistral conversations: other events",
        begins_with("data.type", "conversation.", "tool.", "agent.", "function.", "message."),
    ),
    Shape("Ollama chat", has("message", "done"), _at("message.content")),
    Shape(
        "Ollama",
        any_of(has("response", "done"), lambda chunk: is_true(chunk, "done")),
        _at("response"),
    ),
    Shape("Cohere", is_one_of("type", "content-delta"), _at("delta.message.content")),
    Shape("Cohere, version 1", is_one_of("event_type", "text-generation"), _at("text")),
    Shape(
        "Cohere: other events",
        any_of(
            begins_with("type", "message-", "content-", "tool-", "citation-"),
            begins_with("event_type", "stream-", "search-", "tool-calls-", "citation-"),
        ),
    ),
    Shape("Bedrock", has("contentBlockDelta"), _at("contentBlockDelta.delta")),
    Shape(
        "Bedrock: other events",
        any_of(
            *map(has, ("messageStart", "contentBlockStart", "contentBlockStop", "messageStop")),
            has("metadata.usage"),
        ),
    ),
    Shape(
        "Hugging Face",
        has("token.text"),
        lambda chunk: "" if is_true(chunk, "token.special") else _at("token.text")(chunk),
    ),
    Shape("pydantic-ai", is_one_of("delta.part_delta_kind", "text"), _at("delta.content_delta")),
    Shape(
        "pydantic-ai: beginning of a part",
        all_of(is_one_of("event_kind", "part_start"), is_one_of("part.part_kind", "text")),
        _at("part.content"),
    ),
    Shape("pydantic-ai: other events", has("event_kind")),
    Shape("Vercel AI SDK", is_one_of("type", "text-delta"), _at("delta", "textDelta", "text")),
    Shape(
        "Vercel AI SDK: other events",
        any_of(
            begins_with("type", "text-", "reasoning", "source-", "data-"),
            is_one_of("type", "start", "finish", "start-step", "finish-step"),
        ),
    ),
    Shape("MLX", has("text", "generation_tokens"), _at("text")),
    Shape("Haystack, smolagents", has("content", "tool_calls"), _at("content")),
    Shape(
        "Gemini, LangChain, LlamaIndex, Ollama: the text alone",
        lambda chunk: bool(_bare_place(chunk)),
        _bare_text,
    ),
)

# What a client returns without streaming.
_ANSWERS: Final = (
    (has("choices.0.message"), _at("choices.0.message.content", "choices.0.message.refusal")),
    (has("choices.0.text"), _at("choices.0.text")),
    (is_one_of("object", "response"), _output_text),
    (all_of(_MESSAGE, is_one_of("type", "message", "ai", "AIMessageChunk")), _at("content")),
    (has("candidates"), _at("candidates.0.content.parts")),
    (has("delta", "additional_kwargs", "text"), _at("text")),
    (has("message.content"), _at("message.content")),
    (has("response", "done"), _at("response")),
    (has("output.message"), _at("output.message.content")),
    (has("generated_text"), _at("generated_text")),
)
