"""Every fault of an HTTP answer: no word is lost, and none is spoken twice."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator

import pytest

from jupyter_tts.client.connections.pool import ConnectionPool
from jupyter_tts.client.keys import Key
from jupyter_tts.client.streaming import stream
from jupyter_tts.wire.errors import AuthenticationError, HandshakeRefused, ServerError

from ..server.serving import RunningServer
from .hearing import PATIENT, QUICK, TEXT, Heard, check, hear
from .http_relay import HEAD, Act, Answer, HttpRelay, chunk, serve_whole
from .kinds import Peer

MODELS = [None, "eleven_v4"]


def whole_of(answer: Answer) -> bytes:
    return b"".join(chunk(line + b"\n") for line in answer.lines)


def cut_at(part: float, *, reset: bool = False) -> Act:
    """Pass on a part of the answer, to the byte, and end the connection."""

    async def act(peer: Peer, answer: Answer) -> None:
        sent = whole_of(answer)
        await peer.send(HEAD + sent[: round(part * len(sent))])
        if reset:
            peer.reset()
        else:
            peer.writer.close()

    return act


def after_lines(count: int, what: bytes, *, end: bool = True) -> Act:
    """Pass on so many lines, then something of its own."""

    async def act(peer: Peer, answer: Answer) -> None:
        await peer.send(HEAD)
        for line in answer.lines[:count]:
            await peer.send(chunk(line + b"\n"))
        if what:
            await peer.send(chunk(what))
        if end:
            await peer.send(b"0\r\n\r\n")

    return act


def refusing(status: int, body: str = "", headers: str = "") -> Act:
    async def act(peer: Peer, answer: Answer) -> None:
        await peer.send(
            f"HTTP/1.1 {status} No\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )

    return act


async def fall_silent(peer: Peer, answer: Answer) -> None:
    await peer.send(HEAD + chunk(answer.lines[0] + b"\n"))
    await peer.until_gone()


async def say_nothing(peer: Peer, answer: Answer) -> None:
    await peer.until_gone()


async def close_at_once(peer: Peer, answer: Answer) -> None:
    peer.writer.close()


async def trickle(peer: Peer, answer: Answer) -> None:
    sent = HEAD + whole_of(answer) + b"0\r\n\r\n"
    for start in range(0, len(sent), 1_000):
        await peer.send(sent[start : start + 1_000])
        await asyncio.sleep(0)


async def end_with_the_connection(peer: Peer, answer: Answer) -> None:
    await peer.send(b"HTTP/1.0 200 OK\r\n\r\n" + b"\n".join(answer.lines))
    peer.writer.close()


async def with_a_length(peer: Peer, answer: Answer) -> None:
    body = b"\n\n".join(answer.lines)
    await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))


async def shorter_than_its_length(peer: Peer, answer: Answer) -> None:
    body = b"\n\n".join(answer.lines)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
    await peer.send(head + body[: len(body) // 2])
    peer.writer.close()


async def without_lines(peer: Peer, answer: Answer) -> None:
    await peer.send(HEAD + chunk(b"".join(answer.lines)) + b"0\r\n\r\n")


async def as_events(peer: Peer, answer: Answer) -> None:
    await peer.send(HEAD + b"".join(chunk(b"data: %b\n\n" % line) for line in answer.lines))
    await peer.send(b"0\r\n\r\n")


async def with_times_of_each_line(peer: Peer, answer: Answer) -> None:
    """Count times from the beginning of each line's own sound."""
    seconds, lines = 0.0, []
    for line in map(json.loads, answer.lines):
        for times in filter(None, (line["alignment"], line["normalized_alignment"])):
            for name in ("character_start_times_seconds", "character_end_times_seconds"):
                times[name] = [time - seconds for time in times[name]]
        seconds += len(base64.b64decode(line["audio_base64"])) / 2 / 22_050
        lines.append(json.dumps(line).encode())
    await serve_whole(peer, Answer(tuple(lines)))


async def with_normalized_times_only(peer: Peer, answer: Answer) -> None:
    lines = ({**json.loads(line), "alignment": None} for line in answer.lines)
    await serve_whole(peer, Answer(tuple(json.dumps(line).encode() for line in lines)))


def silent(acts: list[Act]) -> bool:
    return any(act in (fall_silent, say_nothing) for act in acts)


async def listen(
    voice: RunningServer, *acts: Act, model: str | None = None
) -> tuple[Heard, HttpRelay]:
    async with HttpRelay(voice.address, list(acts)) as relay:
        retry = QUICK if silent(list(acts)) else PATIENT
        heard = await hear(relay.address, retry=retry, transport="http", model=model)
    check(heard)
    return heard, relay


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("part", [0.0, 0.001, 0.1, 0.35, 0.5, 0.77, 0.98, 1.0])
@pytest.mark.parametrize("reset", [False, True])
async def test_a_cut_answer_is_resumed_at_its_word(
    voice: RunningServer, model: str | None, part: float, reset: bool
) -> None:
    heard, relay = await listen(voice, cut_at(part, reset=reset), model=model)
    assert heard.speech.complete
    for asked in relay.asked:
        assert TEXT.endswith(asked.text)
        before = TEXT.removesuffix(asked.text).rstrip()
        assert asked.body.get("previous_text", "").rstrip() == ("" if model else before)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "act",
    [
        after_lines(2, b"<html>nonsense</html>\n"),
        after_lines(2, b'{"audio_base64": 7}\n'),
        after_lines(2, b'{"audio_base64": "AA'),
        after_lines(3, b""),
        after_lines(0, b""),
        after_lines(2, json.dumps({"detail": {"status": "system_busy"}}).encode() + b"\n"),
        fall_silent,
        say_nothing,
        close_at_once,
        shorter_than_its_length,
        refusing(500),
        refusing(503, "busy", "Retry-After: 0\r\n"),
        refusing(429, '{"detail": {"status": "too_many_concurrent_requests"}}'),
    ],
)
async def test_what_passes_is_tried_again(
    voice: RunningServer, act: Act, model: str | None
) -> None:
    heard, relay = await listen(voice, act, model=model)
    if model and act is not None and len(relay.asked) == 1:
        assert isinstance(heard.error, ServerError)  # a dialogue that ends without a sound
        assert "without a sound" in heard.error.message
    else:
        assert heard.speech.complete
        assert len(relay.asked) > 1


@pytest.mark.parametrize(
    "act", [trickle, end_with_the_connection, with_a_length, without_lines, as_events]
)
async def test_an_answer_may_be_framed_otherwise(voice: RunningServer, act: Act) -> None:
    heard, relay = await listen(voice, act)
    assert heard.speech.complete
    assert len(relay.asked) == 1


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("act", [with_times_of_each_line, with_normalized_times_only])
async def test_times_may_count_from_each_line_or_be_of_the_text_as_spoken(
    voice: RunningServer, act: Act, model: str | None
) -> None:
    plain, _ = await listen(voice, model=model)
    heard, relay = await listen(voice, act, model=model)
    assert heard.speech.complete
    assert len(relay.asked) == 1
    for one, other in zip(heard.speech.words, plain.speech.words, strict=True):
        assert one.start == pytest.approx(other.start, abs=0.1)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 422])
async def test_a_refusal_is_final_and_names_the_request(voice: RunningServer, status: int) -> None:
    body = '{"detail": {"message": "No.", "request_id": "r1"}}'
    heard, relay = await listen(voice, refusing(status, body))
    assert isinstance(heard.error, HandshakeRefused)
    assert (heard.error.status, heard.error.request_id) == (status, "r1")
    assert len(relay.asked) == 1


async def test_a_networks_sign_in_page_is_recognized(voice: RunningServer) -> None:
    heard, relay = await listen(voice, refusing(200, "<html>", "Content-Type: text/html\r\n"))
    assert isinstance(heard.error, HandshakeRefused)
    assert "captive portal" in str(heard.error)
    assert len(relay.asked) == 1


async def test_an_error_in_mid_answer_is_named_with_its_request(voice: RunningServer) -> None:
    fault = b'{"detail": {"status": "invalid_api_key", "message": "Invalid API key"}}\n'
    heard, relay = await listen(voice, after_lines(2, fault))
    assert isinstance(heard.error, AuthenticationError)
    assert heard.error.request_id == "r7"
    assert heard.speech.spoken
    assert len(relay.asked) == 1


async def test_a_text_that_comes_by_and_by_is_one_request(voice: RunningServer) -> None:
    async def source() -> AsyncIterator[str]:
        for word in TEXT.split(" "):
            yield f"{word} "
            await asyncio.sleep(0.01)

    async with HttpRelay(voice.address) as relay:
        heard = await hear(relay.address, source(), whole=f"{TEXT} ", transport="http")
    check(heard)
    assert heard.speech.complete
    assert [asked.text for asked in relay.asked] == [f"{TEXT} "]


@pytest.mark.parametrize("text", [[], [" ", "\n"], ["[laughs]"]])
async def test_a_text_in_which_there_is_nothing_is_not_asked_for(
    voice: RunningServer, text: list[str]
) -> None:
    async with HttpRelay(voice.address) as relay:
        heard = await hear(relay.address, text, whole="".join(text), transport="http")
    assert heard.error is None
    assert heard.speech.complete
    assert relay.asked == []


async def test_a_connection_carries_one_request_after_another(voice: RunningServer) -> None:
    pool = ConnectionPool()
    async with HttpRelay(voice.address) as relay:
        for _ in range(3):
            check(await hear(relay.address, transport="http", sockets=pool))
        assert relay.connections == 1
        await pool.close()


@pytest.mark.parametrize("act", [close_at_once, cut_at(0.0), cut_at(0.4)])
async def test_a_kept_connection_that_is_dead_costs_nothing(voice: RunningServer, act: Act) -> None:
    pool = ConnectionPool()
    async with HttpRelay(voice.address, [serve_whole, act]) as relay:
        check(await hear(relay.address, transport="http", sockets=pool))
        heard = await hear(relay.address, transport="http", sockets=pool)
        check(heard)
        assert heard.speech.complete
        assert [asked.connection for asked in relay.asked] == [0, 0, 1]
        await pool.close()


async def test_a_connection_that_the_server_has_closed_is_not_used(voice: RunningServer) -> None:
    async def serve_and_close(peer: Peer, answer: Answer) -> None:
        await serve_whole(peer, answer)
        peer.writer.close()

    pool = ConnectionPool()
    async with HttpRelay(voice.address, [serve_and_close]) as relay:
        check(await hear(relay.address, transport="http", sockets=pool))
        await asyncio.sleep(0.05)
        check(await hear(relay.address, transport="http", sockets=pool))
        assert len(relay.asked) == 2
        await pool.close()


async def test_the_key_is_in_the_header_and_nowhere_else(voice: RunningServer) -> None:
    key = Key("sk_canary")
    body = '{"detail": {"message": "Bad key sk_canary"}}'
    async with HttpRelay(voice.address, [refusing(401, body)]) as relay:
        heard = await hear(relay.address, key=key, transport="http")
    (asked,) = relay.asked
    assert asked.headers["xi-api-key"] == "sk_canary"
    assert "canary" not in asked.target + json.dumps(asked.body)
    assert "canary" not in repr(heard.error) + str(heard.error)


async def test_a_stream_that_is_given_up_leaves_nothing(voice: RunningServer) -> None:
    for act in (say_nothing, fall_silent):
        async with HttpRelay(voice.address, [act]) as relay:
            hearing = asyncio.create_task(hear(relay.address, transport="http"))
            while not relay.asked:
                await asyncio.sleep(0.01)
            hearing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await hearing


async def test_a_text_longer_than_a_request_is_cut_between_sentences(
    voice: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "is_elevenlabs", lambda server: True)
    text = " ".join([TEXT] * 20)
    async with HttpRelay(voice.address) as relay:
        heard = await hear(relay.address, text, whole=text, transport="http", model="eleven_v4")
    check(heard)
    assert heard.speech.complete
    texts = [asked.text for asked in relay.asked]
    assert len(texts) > 1
    assert all(len(part) <= 2_000 and part.rstrip()[-1] in ".!?" for part in texts)
