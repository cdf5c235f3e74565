"""What is heard from a player is what was sent to it, sample for sample."""

from __future__ import annotations

import base64
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import Page

from .ear import Recording, wait_for_silence_after
from .stage import HEARD_WHOLE, RATE, Player, exact_stretches, listen, noise


@pytest.mark.parametrize("form", ["dataview", "uint8", "arraybuffer"])
def test_what_is_heard_is_what_was_sent(page: Page, form: str) -> None:
    sent = np.random.default_rng(7).integers(-32768, 32768, 2 * RATE).astype(np.int16)
    sent[[0, -1]] = 1
    player = Player(page, autoplay=False)
    player.feed(sent, 1, 333, 2400, 4801, 77, form=form)
    player.end()
    player.button("Play").click()
    player.wait_state("finished")
    recording = listen(player)
    assert recording.rate == RATE
    assert np.array_equal(recording.exact, sent)
    assert player.wait_sent("ended") == HEARD_WHOLE | {"heard": len(sent)}


def test_what_waits_for_its_user_on_a_page_loaded_again_takes_no_audio_output(page: Page) -> None:
    sent = noise(0.5)
    player = Player(page, autoplay=False, status="received")
    player.feed(sent)
    player.end()
    player.wait_state("paused")
    assert page.evaluate("window.ear.ears.length") == 0
    player.button("Play").click()
    player.wait_state("finished")
    assert np.array_equal(listen(player).exact, sent)


def test_every_value_of_a_sample_survives(page: Page) -> None:
    sent = np.arange(-32768, 32768).astype(np.int16)
    player = Player(page)
    player.feed(sent)
    player.end()
    player.wait_state("finished")
    assert np.array_equal(listen(player).exact, sent)


def test_a_view_is_drawn_once_the_first_sound_is_on_its_way(page: Page) -> None:
    Player(page, views=0)  # opens the audio output
    local = {"session": "one", "server": "", "status": "connecting"}
    player = Player(page, views=0, client="one", **local)
    sent = noise(0.5)
    views = page.evaluate(
        """async ([index, chunk, frames]) => {
            const views = () => document.querySelectorAll(".jtts-player").length;
            const player = window.players[index];
            const showing = window.stage.show(player);
            await null;
            const before = views();
            window.stage.feed(index, [[0, chunk]]);
            const counts = [before, views()];
            window.stage.tell(index, { kind: "end", seq: 1, frames });
            await showing;
            return [...counts, views()];
        }""",
        [player.index, base64.b64encode(sent).decode(), len(sent)],
    )
    assert views == [0, 0, 1]
    assert [hello["leader"] for hello in player.sent("hello")] == [True]
    player.wait_sent("ended")
    assert np.array_equal(listen(player).exact, sent)


def test_sound_begins_before_the_stream_has_ended(page: Page) -> None:
    sent = noise(1.0)
    player = Player(page)
    player.feed(sent[: RATE // 2])
    started = player.wait_sent("started")
    assert started["underruns"] == 0
    assert started["playout_delay_ms"] >= 0
    assert started["output_latency_ms"] > 0
    player.feed(sent[RATE // 2 :])
    player.end()
    player.wait_state("finished")
    assert np.array_equal(listen(player).exact, sent)


def test_sound_begins_though_nothing_follows_the_first_message(page: Page) -> None:
    player = Player(page)
    player.feed(noise(0.05))
    assert player.wait_sent("started")["underruns"] == 0


def test_a_stream_shorter_than_the_buffer_is_heard(page: Page) -> None:
    sent = noise(0.02)
    player = Player(page)
    player.feed(sent)
    player.end()
    player.wait_state("finished")
    assert np.array_equal(listen(player).exact, sent)


def test_a_starved_stream_loses_no_sample_and_counts_its_gaps(page: Page) -> None:
    sent = noise(3.0)
    player = Player(page)
    at = 0
    for gap, seconds in enumerate([0.3, 0.5, 0.9]):
        player.feed(sent[at : at + round(seconds * RATE)])
        at += round(seconds * RATE)
        player.page.wait_for_function(
            "([i, played]) => window.players[i].model.sent.some((message) =>"
            " message.state === 'buffering' && message.played === played)",
            arg=[player.index, at],
        )
        wait_for_silence_after(page)
        assert len(exact_stretches(Recording.of(page), sent)) == gap + 1
    player.feed(sent[at:])
    player.end()
    ended = player.wait_sent("ended")
    recording = listen(player)
    cuts = [0, *np.cumsum([round(seconds * RATE) for seconds in (0.3, 0.5, 0.9)]), len(sent)]
    assert exact_stretches(recording, sent) == list(pairwise(cuts))
    gap = len(recording.sound) - len(sent)
    assert ended == {"kind": "ended", "underruns": 3, "gap": gap, "heard": len(sent)}
    dry = player.sent("progress")[-1]["dry"]
    assert [at for at, _ in dry] == cuts[1:-1]
    assert sum(took for _, took in dry) == gap


def test_an_end_announced_late_is_not_an_underrun(page: Page) -> None:
    sent = noise(0.4)
    player = Player(page)
    player.feed(sent)
    player.wait_sent("progress", state="buffering", played=len(sent))
    player.end()
    assert player.wait_sent("ended") == HEARD_WHOLE | {"heard": len(sent)}
    assert exact_stretches(listen(player), sent) == [(0, len(sent))]


def test_a_player_that_runs_dry_says_that_the_socket_is_being_opened_again(page: Page) -> None:
    player = Player(page)
    player.feed(noise(0.3))
    player.set("status", "connecting")
    player.wait_state("connecting")
    player.set("status", "streaming")
    player.wait_state("buffering")


def test_an_empty_stream_ends(page: Page) -> None:
    player = Player(page)
    player.end()
    player.wait_state("finished")
    assert player.wait_sent("ended")["heard"] == 0


def test_chunks_out_of_order_and_twice_are_heard_in_order_and_once(page: Page) -> None:
    sent = noise(1.0)
    chunks = np.split(sent, 10)
    player = Player(page, autoplay=False)
    player.send_chunks(*((seq, chunks[seq]) for seq in (0, 2, 1, 1, 0, 4, 3, 5, 6, 9, 8, 7)))
    player.seq, player.frames = 10, len(sent)
    player.end()
    player.button("Play").click()
    player.wait_state("finished")
    assert np.array_equal(listen(player).exact, sent)


def test_a_missing_chunk_is_asked_for_again(page: Page) -> None:
    sent = noise(0.6)
    chunks = np.split(sent, 6)
    player = Player(page, autoplay=False)
    player.send_chunks(*((seq, chunks[seq]) for seq in (0, 1, 3, 4)))
    player.seq, player.frames = 6, len(sent)
    player.end()
    assert [message["seq"] for message in player.sent("resend")] == [2, 5]
    player.send_chunks((5, chunks[5]), (2, chunks[2]))
    player.button("Play").click()
    player.wait_state("finished")
    assert np.array_equal(listen(player).exact, sent)


def test_a_chunk_that_came_short_counts_as_missing(page: Page) -> None:
    player = Player(page)
    page.evaluate(
        """(index) => window.players[index].model.emit(
            "msg:custom", { kind: "audio", seq: 0, frames: 100 }, [new Uint8Array(20)])""",
        player.index,
    )
    assert player.sent("resend") == [{"kind": "resend", "seq": 0}]


def test_a_chunk_that_never_comes_is_given_up_after_five_requests(page: Page) -> None:
    page.clock.install()
    page.clock.pause_at(1_800_000_000)
    page.evaluate(
        """async () => {
            const { KernelLink } = await import("/static/player/kernel_link.js");
            window.requests = [];
            window.lost = [];
            const traits = { session: "" };
            const model = {
                get: (name) => traits[name],
                send: (content) => content.kind === "resend" && window.requests.push(content.seq),
                on: (name, callback) => (traits[name] = callback),
            };
            const events = { lost: (message) => window.lost.push(message), audio: () => {} };
            new KernelLink(model, events);
            traits["msg:custom"]({ kind: "audio", seq: 1, frames: 1 }, [new Uint8Array(2)]);
        }"""
    )
    assert page.evaluate("window.requests") == [0]
    for _ in range(6):
        page.clock.run_for(2000)
    assert page.evaluate("window.requests") == [0] * 5
    assert page.evaluate("window.lost") == ["A part of the sound did not arrive."]
