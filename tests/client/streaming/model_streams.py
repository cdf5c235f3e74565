"""What clients of language models stream and return, as plain stand-ins."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, ClassVar


def as_objects(value: Any) -> Any:
    """Return dicts as objects, down to the last."""
    if isinstance(value, Mapping):
        return SimpleNamespace(**{name: as_objects(inner) for name, inner in value.items()})
    if isinstance(value, list):
        return [as_objects(inner) for inner in value]
    return value


def choice(index: int = 0, **delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": index, "delta": delta, "finish_reason": None}], "usage": None}


def block(**delta: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": 0, "delta": delta}


def gemini(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"candidates": [{"content": {"parts": [*parts], "role": "model"}, "index": 0}]}


def message(content: Any, kind: str = "AIMessageChunk") -> dict[str, Any]:
    return {"type": kind, "content": content, "additional_kwargs": {}, "id": "run-1"}


def part(kind: str, **fields: Any) -> dict[str, Any]:
    return {"event_kind": f"part_{kind}", "index": 0, **fields}


# By the shape that speaks, and then the shapes of the same stream that have no text.
STREAMS: dict[str, list[Any]] = {
    "OpenAI chat, litellm, Hugging Face chat": [
        {"choices": [], "prompt_filter_results": []},
        choice(role="assistant", content=None, refusal=None, tool_calls=None),
        choice(content=""),
        choice(reasoning_content="Let me think.", content=None),
        choice(content="Hello "),
        choice(1, content="Another answer."),
        choice(content="you."),
        choice(tool_calls=[{"index": 0, "function": {"name": "f", "arguments": "{}"}}]),
        {"choices": [{"index": 0, "delta": None, "finish_reason": "stop"}]},
        {"choices": [{"finish_reason": None, "content_filter_results": {}}]},
        {"choices": [], "usage": {"total_tokens": 9}},
        {"choices": None, "usage": {"total_tokens": 9}},
    ],
    "OpenAI answers": [{"choices": [{"index": 0, "message": {"content": "Hello you."}}]}],
    "OpenAI completions": [
        {"choices": [{"index": 0, "text": "Hello "}]},
        {"choices": [{"text": "you.", "logprobs": None}]},
    ],
    "OpenAI responses": [
        {"type": "response.created", "response": {"output_text": "", "error": None}},
        {"type": "response.output_item.added", "item": {"type": "message", "content": []}},
        {"type": "response.reasoning_summary_text.delta", "delta": "Let me think."},
        {"type": "keepalive"},
        {"type": "response.output_text.delta", "delta": "Hello ", "snapshot": "Hello "},
        {"type": "response.output_text.delta", "delta": "you.", "snapshot": "Hello you."},
        {"type": "response.function_call_arguments.delta", "delta": "{}"},
        {"type": "response.output_text.done", "text": "Hello you."},
        {"type": "response.completed", "response": {"output_text": "Hello you.", "error": None}},
    ],
    "OpenAI chat helper": [
        {"type": "chunk", "chunk": choice(content="Hello you."), "snapshot": {}},
        {"type": "content.delta", "delta": "Hello ", "snapshot": "Hello ", "parsed": None},
        {"type": "content.delta", "delta": "you.", "snapshot": "Hello you.", "parsed": None},
        {"type": "tool_calls.function.arguments.delta", "name": "f", "arguments_delta": "{"},
        {"type": "logprobs.content.done", "content": []},
        {"type": "content.done", "content": "Hello you."},
    ],
    "OpenAI agents": [
        {"type": "agent_updated_stream_event", "new_agent": {"name": "Ann"}},
        {
            "type": "raw_response_event",
            "data": {"type": "response.output_text.delta", "delta": "Hello you."},
        },
        {"type": "raw_response_event", "data": {"type": "response.completed", "response": {}}},
        {"type": "run_item_stream_event", "item": {"type": "message_output_item"}},
    ],
    "Anthropic": [
        {"type": "message_start", "message": {"type": "message", "content": []}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking"}},
        block(type="thinking_delta", thinking="Let me think."),
        block(type="signature_delta", signature="abc"),
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
        block(type="text_delta", text="Hello "),
        {"type": "text", "text": "Hello ", "snapshot": "Hello "},
        block(type="text_delta", text="you."),
        {"type": "text", "text": "you.", "snapshot": "Hello you."},
        block(type="citations_delta", citation={"cited_text": "you"}),
        {"type": "content_block_stop", "content_block": {"type": "text", "text": "Hello you."}},
        block(type="input_json_delta", partial_json="{}"),
        {"type": "input_json", "partial_json": "{}", "snapshot": {}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
        {"type": "message_stop", "message": {"content": [{"type": "text", "text": "Hello you."}]}},
    ],
    "Anthropic helper": [
        {"type": "text", "text": "Hello ", "snapshot": "Hello "},
        {"type": "text", "text": "you.", "snapshot": "Hello you."},
    ],
    "Claude agent": [
        {"subtype": "init", "data": {"session_id": "1"}},
        {
            "uuid": "1",
            "session_id": "1",
            "event": block(type="text_delta", text="Hello you."),
            "parent_tool_use_id": None,
        },
        {"content": [{"text": "Hello you."}], "model": "claude", "parent_tool_use_id": None},
        {"content": [{"tool_use_id": "1", "content": "42"}], "parent_tool_use_id": "1"},
        {"subtype": "success", "result": "Hello you.", "is_error": False},
    ],
    "Claude agent: messages": [
        {
            "content": [{"thinking": "Let me think.", "signature": ""}, {"text": "Hello you."}],
            "model": "claude",
            "parent_tool_use_id": None,
        },
        {"subtype": "success", "result": "Hello you.", "is_error": False},
    ],
    "Gemini": [
        gemini({"text": "Let me think.", "thought": True}),
        gemini({"text": "Hello ", "thought": None}, {"function_call": {"name": "f"}, "text": None}),
        gemini({"text": "you."}),
        {"candidates": [{"content": {"parts": None}, "finish_reason": "STOP"}]},
        {"candidates": None, "usage_metadata": {}},
        {"usageMetadata": {"totalTokenCount": 9}},
    ],
    "Gemini live": [
        {"server_content": None, "setup_complete": {}},
        {"server_content": {"model_turn": {"parts": [{"text": "Hello you."}]}}},
        {"server_content": {"model_turn": None, "turn_complete": True}},
    ],
    "Gemini interactions": [
        {"event_type": "interaction.created", "interaction": {"id": "1"}},
        {"event_type": "step.start", "index": 0},
        {
            "event_type": "step.delta",
            "delta": {"type": "thought_summary", "content": {"text": "?"}},
        },
        {"event_type": "step.delta", "delta": {"type": "text", "text": "Hello you."}},
        {"event_type": "interaction.completed", "interaction": {}},
    ],
    "Google ADK": [
        {"content": {"parts": [{"text": "Hello "}]}, "partial": True},
        {"content": {"parts": [{"text": "you."}]}, "partial": True},
        {"content": {"parts": [{"text": "Hello you."}]}, "partial": False},
    ],
    "Google ADK: messages": [
        {"content": {"parts": [{"text": "Hello you."}]}, "partial": None},
        {"content": None, "partial": None},
    ],
    "LangChain": [
        message(""),
        message([{"type": "reasoning", "reasoning": "Let me think.", "index": 0}]),
        message([{"type": "text", "text": "Hello ", "index": 1}, {"type": "tool_call_chunk"}]),
        message(["you", "."]),
        message("42", "tool"),
        message("What?", "HumanMessageChunk"),
    ],
    "LangChain completions": [
        {"text": "Hello you.", "generation_info": None, "type": "GenerationChunk"}
    ],
    "LangChain events": [
        {"event": "on_chain_start", "data": {"input": "Hi"}},
        {"event": "on_chat_model_stream", "data": {"chunk": message("Hello ")}},
        {"event": "on_parser_stream", "data": {"chunk": "Hello "}},
        {"event": "on_llm_stream", "data": {"chunk": "you."}},
        {"event": "on_chat_model_end", "data": {"output": message("Hello you.", "ai")}},
    ],
    "LangChain blocks": [
        {"event": "message-start", "role": "ai"},
        {"event": "content-block-delta", "index": 0, "delta": {"type": "reasoning-delta"}},
        {
            "event": "content-block-delta",
            "index": 1,
            "delta": {"type": "text-delta", "text": "Hello you."},
        },
        {"event": "content-block-finish", "content": {"type": "text", "text": "Hello you."}},
    ],
    "LangGraph": [
        (message("Hello "), {"langgraph_node": "agent"}),
        (message("42", "tool"), {"langgraph_node": "tools"}),
        (message("you."), {"langgraph_node": "agent"}),
    ],
    "LangGraph events": [
        {"method": "values", "params": {"data": {"messages": []}}},
        {"method": "messages", "params": {"data": ({"event": "message-start"}, {})}},
        {
            "method": "messages",
            "params": {
                "data": (
                    {
                        "event": "content-block-delta",
                        "delta": {"type": "text-delta", "text": "Hello "},
                    },
                    {},
                )
            },
        },
        ({"event": "content-block-delta", "content_block": {"type": "text", "text": "you."}}, {}),
    ],
    "LangGraph: named": [
        {"type": "messages", "ns": (), "data": (message("Hello you."), {})},
    ],
    "LangGraph: several modes": [
        ("messages", (message("Hello "), {})),
        ("updates", {"agent": {"messages": [message("Hello you.", "ai")]}}),
        (("sub:1",), (message("you"), {})),
        (("sub:1",), "messages", (message("."), {})),
        (("sub:1",), "updates", {}),
    ],
    "LlamaIndex": [
        {"text": "Hello ", "delta": "Hello ", "raw": {}, "additional_kwargs": {}},
        {"text": "Hello you.", "delta": "you.", "raw": {}, "additional_kwargs": {}},
        {"text": "Hello you.", "delta": None, "raw": {}, "additional_kwargs": {}},
    ],
    "LlamaIndex chat": [
        {"message": {"content": "Hello "}, "delta": "Hello ", "additional_kwargs": {}},
        {"message": {"content": "Hello you."}, "delta": "you.", "additional_kwargs": {}},
    ],
    "Mistral": [
        {"data": choice(role="assistant", content="")},
        {
            "data": choice(
                content=[{"type": "thinking", "thinking": [{"type": "text", "text": "?"}]}]
            )
        },
        {"data": choice(content=[{"type": "text", "text": "Hello "}])},
        {"data": choice(content="you.")},
    ],
    "Mistral conversations": [
        {
            "event": "conversation.response.started",
            "data": {"type": "conversation.response.started"},
        },
        {
            "event": "message.output.delta",
            "data": {"type": "message.output.delta", "content": "Hello "},
        },
        {
            "event": "message.output.delta",
            "data": {"type": "message.output.delta", "content": {"type": "text", "text": "you."}},
        },
        {"event": "tool.execution.done", "data": {"type": "tool.execution.done", "name": "f"}},
    ],
    "Ollama chat": [
        {
            "message": {"role": "assistant", "content": "", "thinking": "Let me think."},
            "done": False,
        },
        {"message": {"role": "assistant", "content": "Hello you."}, "done": False},
        {"message": {"role": "assistant", "content": ""}, "done": True},
    ],
    "Ollama": [{"response": "Hello you.", "done": False}, {"done": True, "total_duration": 9}],
    "Cohere": [
        {"type": "message-start", "delta": {"message": {"role": "assistant"}}},
        {"type": "tool-plan-delta", "delta": {"message": {"tool_plan": "Let me think."}}},
        {"type": "content-delta", "delta": {"message": {"content": {"thinking": "?"}}}},
        {"type": "content-delta", "delta": {"message": {"content": {"text": "Hello you."}}}},
        {"type": "citation-start", "delta": {}},
        {"type": "message-end", "delta": {"finish_reason": "COMPLETE"}},
    ],
    "Cohere, version 1": [
        {"event_type": "stream-start", "generation_id": "1"},
        {"event_type": "text-generation", "text": "Hello you."},
        {"event_type": "stream-end", "response": {"text": "Hello you."}},
    ],
    "Bedrock": [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockDelta": {"delta": {"reasoningContent": {"text": "?"}}}},
        {"contentBlockDelta": {"delta": {"text": "Hello you."}, "contentBlockIndex": 0}},
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"messageStop": {"stopReason": "end_turn"}},
        {"metadata": {"usage": {"totalTokens": 9}}},
    ],
    "Hugging Face": [
        {"token": {"text": "Hello ", "special": False}, "generated_text": None},
        {"token": {"text": "you.", "special": False}, "generated_text": None},
        {"token": {"text": "</s>", "special": True}, "generated_text": "Hello you."},
    ],
    "pydantic-ai": [
        part("start", part={"part_kind": "thinking", "content": "Let"}),
        part("delta", delta={"part_delta_kind": "thinking", "content_delta": " me"}),
        part("start", part={"part_kind": "text", "content": "Hello"}),
        {"event_kind": "final_result", "tool_name": None},
        part("delta", delta={"part_delta_kind": "text", "content_delta": " you."}),
        part("end", part={"part_kind": "text", "content": "Hello you."}),
        {"event_kind": "agent_run_result", "result": {"output": "Hello you."}},
    ],
    "Vercel AI SDK": [
        {"type": "start", "messageId": "1"},
        {"type": "reasoning-delta", "delta": "Let me think."},
        {"type": "text-start", "id": "1"},
        {"type": "text-delta", "id": "1", "delta": "Hello "},
        {"type": "text-delta", "textDelta": "you."},
        {"type": "text-end", "id": "1"},
        {"type": "tool-input-delta", "inputTextDelta": "{}"},
        {"type": "finish"},
    ],
    "xAI": [
        ({"content": "Hello "}, {"content": "Hello ", "choices": []}),
        ({"content": "Hello you."}, {"content": "you.", "choices": []}),
    ],
    "MLX": [{"text": "Hello you.", "token": 7, "generation_tokens": 1}],
    "Haystack, smolagents": [
        {"content": "Hello you.", "meta": {}, "tool_calls": None},
        {"content": None, "tool_calls": [{}]},
    ],
    "Gemini, LangChain, LlamaIndex, Ollama: the text alone": [
        {"role": "user", "content": "Hi"},
        {"text": "Let me think.", "thought": True},
        {"text": "He"},
        {"text": None},
        {"text": "l", "candidates": None, "usageMetadata": {}},
        {"content": "l"},
        {"role": "Chatbot", "content": "o"},
        {"content": [{"type": "text", "text": " "}], "id": "1"},
        {"message": {"role": "assistant", "content": "y"}},
        {"response": "o", "model": "x"},
        {"delta": {"text": "u"}},
        {"delta": ".", "text": "Hello you."},
        {"delta": None, "text": "Hello you."},
        {"delta": "", "message": {"content": "Hello you."}},
    ],
}


TEXT = [{"type": "thinking", "thinking": "?"}, {"type": "text", "text": "Hello you."}]
ANSWERS: list[Any] = [
    {"choices": [{"message": {"content": "Hello you.", "reasoning_content": "?"}}]},
    {"choices": [{"message": {"content": TEXT}}]},
    {"choices": [{"text": "Hello you."}]},
    {
        "object": "response",
        "output": [
            {"type": "reasoning", "content": [{"type": "reasoning_text", "text": "?"}]},
            {"type": "message", "content": [{"type": "output_text", "text": "Hello you."}]},
        ],
    },
    {"type": "message", "role": "assistant", "content": TEXT},
    message("Hello you.", "ai"),
    gemini({"text": "?", "thought": True}, {"text": "Hello you."}),
    {"text": "Hello you.", "delta": None, "additional_kwargs": {}},
    {"message": {"content": "Hello you."}, "delta": None, "additional_kwargs": {}},
    {"message": {"content": "Hello you."}, "done": True},
    {"response": "Hello you.", "done": True},
    {"output": {"message": {"content": [{"text": "Hello you."}]}}, "stopReason": "end_turn"},
    {"generated_text": "Hello you."},
]


class Model:
    """Iterable over its fields, as a pydantic model is."""

    __pydantic_fields__: ClassVar = {}

    def __init__(self, fields: dict[str, Any]) -> None:
        vars(self).update(as_objects(fields).__dict__)

    def __iter__(self) -> Any:
        return iter(vars(self).items())
