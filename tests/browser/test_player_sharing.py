"""Players that share a page, a kernel or a browser, and what they leave behind."""

from __future__ import annotations

import base64
import io
import wave

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from .stage import FADE, RATE, Player, exact_stretches, listen, noise


def test_players_take_turns(page: Page) -> None:
    first, second, third = (Player(page) for _ in range(3))
    # The first goes on for longer than a busy machine takes to look at the others.
    sent = [noise(seconds, seed) for seed, seconds in enumerate((3.0, 0.5, 0.5))]
    for player, samples in zip((first, second, third), sent, strict=True):
        player.feed(samples)
    second.wait_state("waiting")
    third.wait_state("waiting")
    for player in (first, second, third):
        player.end()
    third.wait_state("finished")
    sound = listen(first).exact
    assert np.array_equal(sound[sound != 0], np.concatenate(sent))
    started = [player.sent("started")[0] for player in (first, second, third)]
    assert [message["waited_for"] for message in started] == ["", "waiting", "waiting"]
    assert started[0]["waited_ms"] == 0 < started[1]["waited_ms"] < started[2]["waited_ms"]


def test_players_that_may_overlap_sound_together(page: Page) -> None:
    first, beside = Player(page), Player(page, overlap=True)
    first.feed(noise(3.0))
    first.wait_state("playing")
    beside.feed(noise(0.5))
    beside.end()
    beside.wait_state("playing")
    beside.wait_state("finished")
    first.wait_state("playing")


def test_a_paused_player_keeps_those_in_line_waiting_but_not_a_new_one(page: Page) -> None:
    first, queued = Player(page), Player(page)
    first.feed(noise(2.0))
    queued.feed(noise(0.5))
    queued.end()
    first.wait_state("playing")
    first.button("Pause").click()
    first.wait_state("paused")
    queued.wait_state("waiting")
    new = Player(page)
    new.feed(noise(0.5))
    new.wait_state("playing")
    assert queued.sent("started") == []
    new.end()
    new.wait_state("finished")
    queued.wait_state("finished")
    first.wait_state("paused")


def test_play_takes_the_floor_and_pauses_the_other(page: Page) -> None:
    first, second = Player(page), Player(page)
    sent = noise(0.5, 2)
    first.feed(noise(3.0))
    second.feed(sent)
    second.end()
    second.wait_state("waiting")
    assert second.view().locator(".jtts-state").inner_text() == "Waiting its turn"
    second.button("Play").click()
    second.wait_state("playing")
    first.wait_state("paused")
    second.wait_state("finished")
    # The first fades out over the second's beginning.
    [(start, stop)] = exact_stretches(listen(second), sent)
    assert start <= FADE
    assert stop == len(sent)
    first.wait_sent("interaction", active=True)


@pytest.mark.parametrize("how", ["stop", "fail", "close"])
def test_the_next_in_line_starts_when_the_holder_is_gone(page: Page, how: str) -> None:
    first, second = Player(page), Player(page)
    first.feed(noise(0.5 if how == "fail" else 5.0))
    second.feed(noise(0.3))
    second.wait_state("waiting")
    if how == "stop":
        first.button("Stop").click()
    elif how == "fail":
        first.set("status", "failed")
    else:
        page.evaluate("(i) => window.players[i].free()", first.index)
    second.wait_state("playing")


def test_two_views_show_one_engine_in_step(page: Page) -> None:
    sent = noise(2.0)
    player = Player(page, views=2)
    player.feed(sent)
    player.end()
    player.wait_state("playing", 1)
    player.button("Pause", 1).click()
    player.wait_state("paused", 0)
    player.button("Play", 0).click()
    player.wait_state("playing", 1)
    player.wait_state("finished", 1)
    player.wait_state("finished", 0)
    (_, stop), second = exact_stretches(listen(player), sent)
    assert second == (stop, len(sent))
    assert player.slider(0).input_value() == player.slider(1).input_value()


def test_code_that_comes_after_a_gesture_opens_the_output_before_there_is_a_player(
    page: Page,
) -> None:
    assert page.evaluate("window.ear.ears.length") == 0  # the page's own came before one
    page.mouse.click(1, 1)
    page.evaluate("import('/static/player/player.js?later')")
    page.wait_for_function("window.ear.ears.length === 1")
    sent = noise(0.3)
    player = Player(page)
    player.feed(sent)
    player.end()
    player.wait_sent("ended")
    assert np.array_equal(listen(player).exact, sent)
    assert page.evaluate("window.ear.ears.length") == 1


def test_another_tab_is_silent_until_asked(page: Page) -> None:
    sent = noise(0.5)
    player = Player(page, session="one", client="two")
    player.feed(sent, 2400)
    player.end()
    player.wait_state("elsewhere")
    assert player.sent("hello") == [{"kind": "hello", "leader": False, "next": 0, "places": False}]
    assert page.evaluate("window.ear.ears.length") == 0
    player.button("Listen here").click()
    player.wait_state("finished")
    assert np.array_equal(listen(player).exact, sent)
    hello = player.sent("hello")[-1]
    assert (hello["leader"], hello["next"]) == (True, 5)
    assert [save["session"] for save in player.saves] == ["two"]
    assert page.evaluate("(i) => window.players[i].model.get('session')", player.index) == "two"
    assert {m["kind"] for m in player.sent("progress")} == {"progress"}


def test_the_tab_that_is_no_longer_asked_falls_silent(page: Page) -> None:
    player = Player(page, session="one", client="one")
    player.feed(noise(3.0))
    player.wait_state("playing")
    player.set("session", "two")
    player.wait_state("elsewhere")
    frames = len(listen(player).sound)
    assert frames < 3 * RATE
    assert player.sent("hello")[-1]["leader"] is False


def test_a_failed_stream_plays_what_came_and_says_why(page: Page) -> None:
    sent = noise(0.5)
    player = Player(page)
    player.set("error", "The voice <b>went away</b>.")
    player.set("status", "failed")
    player.wait_state("failed")
    player.feed(sent)
    player.tell({"kind": "end", "seq": player.seq, "frames": player.frames})
    player.wait_state("playing")
    player.wait_state("failed")
    assert np.array_equal(listen(player).exact, sent)
    assert player.view().locator(".jtts-error").inner_text() == "The voice <b>went away</b>."
    assert player.button("Play").is_enabled()


def test_a_stream_that_fails_before_any_sound_says_why(page: Page) -> None:
    player = Player(page, status="connecting")
    player.wait_state("connecting")
    player.set("error", "Nobody is there.")
    player.set("status", "failed")
    player.wait_state("failed")
    assert player.view().get_by_role("status").inner_text().split("\n")[-1] == "Nobody is there."
    assert not player.button("Play").is_enabled()


def test_closing_frees_everything(page: Page) -> None:
    player = Player(page, views=2)
    page.evaluate("globalThis[Symbol.for('jupyter_tts.page')].linger = 0")
    player.feed(noise(3.0))
    player.wait_state("playing")
    page.evaluate(
        """(index) => {
            const { views, free } = window.players[index];
            for (const view of views) view.free();
            free();
        }""",
        player.index,
    )
    assert page.evaluate("(i) => window.players[i].model.listeners", player.index) == 0
    assert page.locator(".jtts-player").count() == 0
    page.wait_for_function("window.ear.ears[0].context.state === 'closed'")
    shared = "globalThis[Symbol.for('jupyter_tts.page')]"
    assert page.evaluate(f"{shared}.floor.holder") is None
    page.evaluate(f"{shared}.linger = 20_000")
    another = Player(page)
    another.feed(noise(0.3))
    another.wait_sent("started")


# A page without cells, as Voila's is: a manager that knows a button in a box, and the players.
VOILA = """() => {
    document.body.insertAdjacentHTML("beforeend",
        "<div class='jupyter-widgets' id='box'><button class='jupyter-widgets'></button></div>");
    const button = { views: { 0: Promise.resolve({ el: document.querySelector("#box button") }) } };
    class View {
        static attach = (view, host) => host.append(view.element);
        dispose() { this.free(); this.element.remove(); }
    }
    window.players.forEach(({ model, widget }, index) => Object.assign(model.widget_manager, {
        get_model: async (id) => (id === "button" ? { ...button, get() {} } : { index }),
        create_view: async () => {
            const view = new View();
            view.element = document.createElement("p");
            view.free = await widget.render({ model, el: view.element });
            return { luminoWidget: view };
        },
    }));
}"""


def test_without_cells_a_callbacks_player_is_drawn_below_its_widget(page: Page) -> None:
    players = [Player(page, views=0, models=[f"p{n}"]) for n in range(3)]
    page.evaluate(VOILA)
    drawn = page.locator("#box ~ div .jtts-player")

    def begin(player: Player, message: str) -> None:
        show = {"kind": "show", "widget": "button", "message": message, "outputs": [], "data": {}}
        player.tell({**show, "draw": True})
        player.feed(noise(2.0))

    begin(players[0], "m1")
    begin(players[1], "m1")
    expect(drawn).to_have_count(2)
    page.wait_for_function("window.players[0].model.sent.some(({ state }) => state === 'playing')")
    # The next message's player takes the place of both, and they fall silent.
    begin(players[2], "m2")
    expect(drawn).to_have_count(1)
    for player in players[:2]:
        player.wait_sent("gone")
    players[2].wait_sent("progress", state="playing")


def test_a_saved_view_without_a_script_takes_turns_too(page: Page) -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setparams((1, 2, RATE, 0, "NONE", ""))
        wav.writeframes(noise(1.0).tobytes())
    page.evaluate(
        """(source) => document.body.insertAdjacentHTML("beforeend",
            `<div class="jtts-view"><audio loop src="data:audio/wav;base64,${source}"></audio>`)""",
        base64.b64encode(file.getvalue()).decode(),
    )
    first = Player(page)
    first.feed(noise(5.0))
    first.wait_state("playing")
    play = "document.querySelector('.jtts-view audio').play()"
    page.evaluate(play)
    first.wait_state("paused")
    second = Player(page)
    second.feed(noise(1.0))
    second.wait_state("waiting")
    page.evaluate("document.querySelector('.jtts-view').remove()")
    second.wait_state("playing")
