"""A page that is loaded again in mid-sound: sound and view come back by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page

from .conftest import OpenNotebook
from .ear import Recording
from .lab import FRONT_ENDS, Lab
from .stage import FADE, RATE, Player, exact_stretches, listen, noise
from .test_speaking import HELD_UP, PRINT_PCM, SENTENCE, samples_of, wait_for_state

FOLLOWS = "(session) => globalThis[Symbol.for('jupyter_tts.tab')].follows(session)"
DISPOSE = "(index) => { window.players[index].model.widget_manager.kernel.isDisposed = true; }"
REMEMBER = "sessionStorage.setItem('jupyter_tts.sessions', JSON.stringify(['one']))"


@pytest.fixture
def held_up(lab: Lab) -> Iterator[str]:
    """A cell that runs on until the file "go" is there."""
    yield HELD_UP
    (lab.root / "go").unlink(missing_ok=True)


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_while_its_cell_runs_a_page_loaded_again_shows_and_plays_what_comes(
    reuse_notebook: OpenNotebook, lab: Lab, held_up: str, front_end: str
) -> None:
    notebook = reuse_notebook(held_up, PRINT_PCM, front_end=front_end)
    notebook.start(1)
    wait_for_state(notebook, 1, "Playing")
    notebook.save()
    notebook.page.reload()
    notebook.cell(1).locator(".jtts-player").wait_for()
    assert not (lab.root / "go").exists()
    notebook.page.wait_for_function("() => window.ear.ears.length === 1")
    (lab.root / "go").touch()
    notebook.wait_for_saved_view(1)
    heard = np.trim_zeros(Recording.of(notebook.page).sound)
    received = np.trim_zeros(samples_of(notebook, 2))
    assert np.array_equal(heard[-RATE // 2 :], received[-RATE // 2 :])
    notebook.save()
    (output,) = lab.read(notebook.name).cells[1].outputs
    assert set(output.data) == {"text/html", "text/plain"}
    assert "And here it comes." in notebook.cell(1).locator(".jtts-text").inner_text()
    assert notebook.page.get_by_text("model not found").count() == 0


def test_a_page_loaded_again_goes_on_where_it_was(reuse_notebook: OpenNotebook, lab: Lab) -> None:
    source = f"%%tts --name speech\n{SENTENCE} And then it rests."
    notebook = reuse_notebook(source, PRINT_PCM, front_end="notebook")
    notebook.run(1)
    received = np.trim_zeros(samples_of(notebook, 2))
    wait_for_state(notebook, 1, "Playing")
    notebook.page.wait_for_function(f"() => window.ear.frames(0) > {1.75 * RATE}")
    notebook.save()
    notebook.page.reload()
    notebook.wait_for_saved_view(1)
    heard = Recording.of(notebook.page).sound[FADE:]
    assert RATE < len(heard) < len(received) - RATE / 2
    assert np.array_equal(heard, received[-len(heard) :])
    notebook.save()
    (output,) = lab.read(notebook.name).cells[1].outputs
    assert set(output.data) == {"text/html", "text/plain"}


def test_a_page_follows_the_one_that_was_in_its_tab(page: Page) -> None:
    page.evaluate(REMEMBER)
    sent = noise(0.5)
    player = Player(page, session="one", client="two")
    player.wait_sent("hello", leader=True)
    player.feed(sent)
    player.end()
    player.wait_state("finished")
    assert np.array_equal(listen(player).exact, sent)
    remembered = page.evaluate("sessionStorage.getItem('jupyter_tts.sessions')")
    assert remembered == '["one","two"]'


def test_a_page_that_takes_a_paused_player_over_says_so_in_one_message(page: Page) -> None:
    page.evaluate(REMEMBER)
    player = Player(page, session="one", client="two")
    player.wait_sent("hello")
    player.tell({"kind": "resume", "frame": RATE // 4, "paused": True})
    player.feed(noise(0.5))
    player.end()
    player.wait_state("paused")
    hello = {"kind": "hello", "leader": True, "next": 0, "places": False, "session": "two"}
    assert player.messages == [hello]
    assert player.saves == []
    player.button("Play").click()
    assert player.wait_sent("progress", state="playing")["played"] >= RATE // 4


def test_a_page_that_takes_over_again_tells_its_state_anew(page: Page) -> None:
    player = Player(page, session="one", client="one")
    player.feed(noise(3.0))
    player.wait_state("playing")
    player.button("Pause").click()
    player.wait_sent("progress", state="paused")
    player.set("session", "two")
    player.wait_state("elsewhere")
    before = len(player.sent("progress"))
    player.set("session", "one")
    player.wait_state("paused")
    assert [message["state"] for message in player.sent("progress")[before:]] == ["paused"]


def test_a_notebook_that_is_opened_again_in_its_page_follows_itself_once_it_was_closed(
    page: Page,
) -> None:
    closed = Player(page, session="one", client="one")
    assert page.evaluate(FOLLOWS, "one") is False
    page.evaluate(DISPOSE, closed.index)
    again = Player(page, session="one", client="two")
    again.wait_sent("hello", leader=True)


def test_a_duplicated_tab_does_not_take_the_sound_of_the_one_it_was_made_from(page: Page) -> None:
    Player(page, session="one", client="one")
    copy = page.context.new_page()
    copy.goto(page.url)
    copy.evaluate(REMEMBER)
    player = Player(copy, session="one", client="two")
    assert copy.evaluate(FOLLOWS, "one") is False
    assert copy.evaluate(FOLLOWS, "another") is False
    assert [hello["leader"] for hello in player.sent("hello")] == [False]
    # All of its players ask at once.
    together = f"(session) => Promise.all([1, 2, 3].map(() => ({FOLLOWS})(session)))"
    assert copy.evaluate(together, "one") == [False] * 3


def test_where_another_page_was_is_not_forgotten_before_the_sound_has_come_that_far(
    page: Page,
) -> None:
    sent = noise(1.0)
    player = Player(page)
    player.tell({"kind": "resume", "frame": RATE // 2, "paused": False})
    player.feed(sent[: RATE // 4])
    player.view().wait_for()
    player.feed(sent[RATE // 4 :])
    player.end()
    player.wait_state("finished")
    assert min(message["played"] for message in player.sent("progress")) >= RATE // 2
    assert exact_stretches(listen(player), sent) == [(RATE // 2, len(sent))]


def test_what_was_heard_on_the_page_before_is_not_repeated(page: Page) -> None:
    sent = noise(1.0)
    player = Player(page)
    player.tell({"kind": "resume", "frame": RATE // 2, "paused": False})
    player.feed(sent, RATE // 4)
    player.end()
    player.wait_state("finished")
    [(start, stop)] = exact_stretches(listen(player), sent)
    assert (start, stop) == (RATE // 2, len(sent))


def test_what_was_paused_on_the_page_before_stays_paused(page: Page) -> None:
    sent = noise(1.0)
    player = Player(page)
    player.tell({"kind": "resume", "frame": RATE // 2, "paused": True})
    player.feed(sent)
    player.end()
    player.wait_state("paused")
    assert float(player.slider().input_value()) == 0.5
    player.button("Play").click()
    player.wait_state("finished")
    [(start, stop)] = exact_stretches(listen(player), sent)
    assert (start, stop) == (RATE // 2, len(sent))


def test_play_before_the_sound_has_come_that_far_begins_where_it_was(page: Page) -> None:
    sent = noise(1.0)
    player = Player(page)
    player.tell({"kind": "resume", "frame": RATE // 2, "paused": True})
    player.feed(sent[: RATE // 4])
    player.button("Play").click()
    player.feed(sent[RATE // 4 :])
    player.end()
    player.wait_state("finished")
    assert exact_stretches(listen(player), sent) == [(RATE // 2, len(sent))]


def test_what_a_user_hears_again_here_does_not_begin_twice(page: Page) -> None:
    sent = noise(3.0)
    player = Player(page, session="one", client="two")
    player.feed(sent)
    player.button("Listen here").click()
    player.wait_played(RATE // 4)
    player.tell({"kind": "resume", "frame": 0, "paused": True})  # it had been heard there
    player.end()
    player.wait_state("finished")
    assert exact_stretches(listen(player), sent) == [(0, len(sent))]
