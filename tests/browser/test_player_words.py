"""Words light up in the live player, and go where they are clicked."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from .stage import Player, listen, noise
from .test_saved import BLOCKS, WATCH, assert_lit_as_heard, in_the_sound

# Notes every word of a text that is lit, in the order in which they are.
NOTE_LIT = """(text) => {
    const lit = (window.lit = []);
    new MutationObserver(() => {
        const word = text.querySelector(".jtts-lit")?.textContent;
        if (word && word !== lit.at(-1)) lit.push(word);
    }).observe(text, { subtree: true, childList: true, attributes: true });
}"""


def words_of(text: str, seconds: float, first: int = 0) -> dict[str, Any]:
    """The words of a text, evenly over a time, as a message brings them."""
    words = text.split(" ")
    length = seconds / len(words)
    timed = [[" " * bool(n), word, n * length, (n + 1) * length] for n, word in enumerate(words)]
    return {"kind": "words", "words": {"first": first, "list": timed[first:]}}


FAST_CLOCK = """() => {
    const now = performance.now.bind(performance);
    performance.now = () => 20 * now();
}"""
"""As if the sound came at a twentieth of its rate: an audio device may falter."""


def text_of(player: Player) -> Locator:
    return player.view().locator(".jtts-text")


def expect_at(player: Player, seconds: float) -> None:
    """The view is drawn on the next frame."""
    expect(player.slider()).to_have_js_property("valueAsNumber", seconds)


def test_a_click_on_a_word_goes_there_and_so_do_the_arrows(page: Page) -> None:
    player = Player(page, autoplay=False, text="one two three four")
    player.feed(noise(4.0))
    player.tell(words_of("one two three four", 4.0))
    text = text_of(player)
    text.get_by_text("three", exact=True).click()
    expect_at(player, 2.0)
    expect(text.locator(".jtts-lit")).to_have_text("three")
    text.press("ArrowRight")
    expect_at(player, 3.0)
    expect(text.locator(".jtts-lit")).to_have_text("four")
    text.press("ArrowRight")  # there is no fifth word
    text.press("ArrowLeft")
    expect_at(player, 2.0)
    expect(text.locator(".jtts-lit")).to_have_text("three")


def test_of_a_long_text_only_words_that_are_wanted_have_elements(page: Page) -> None:
    long = " ".join(f"w{n}<" for n in range(650))
    player = Player(page, autoplay=False, text=long)
    player.feed(noise(6.5))
    player.tell(words_of(long, 6.5))
    text = text_of(player)
    words = text.locator("span")
    expect(words).to_have_count(350)  # three parts, and what fills none yet
    assert text.text_content() == long
    text.locator("data").first.dispatch_event("pointerover")
    text.get_by_text("w42<", exact=True).click()
    expect_at(player, 0.42)
    expect(text.locator(".jtts-lit")).to_have_text("w42<")
    player.slider().fill("3.25")  # a part that has none
    expect(text.locator(".jtts-lit")).to_have_text("w325<")
    expect(words).to_have_count(350)
    assert text.text_content() == long


def test_words_are_lit_as_they_are_heard_and_not_when_the_sound_is_over(page: Page) -> None:
    player = Player(page, text="one two")
    text = text_of(player)
    text.evaluate(NOTE_LIT)
    player.feed(noise(2.0))
    player.tell(words_of("one two", 2.0))
    player.end()
    player.wait_state("finished")
    expect(text.locator(".jtts-lit")).to_have_count(0)
    assert page.evaluate("window.lit") == ["one", "two"]


def test_the_lit_word_follows_the_clock_of_the_sound_and_not_the_pages(page: Page) -> None:
    sent, words_message = noise(3.0), words_of("a b c d e f g h i j k l", 3.0)
    page.evaluate(FAST_CLOCK)
    player = Player(page)
    player.view().evaluate(WATCH)
    player.feed(sent)
    player.tell(words_message)
    player.end()
    player.wait_state("finished")
    notes = in_the_sound(
        page.evaluate("window.notes"), page.evaluate(BLOCKS), sent.tobytes(), listen(player)
    )
    assert_lit_as_heard(
        notes, [[start, end] for _, _, start, end in words_message["words"]["list"]]
    )


def test_a_text_that_comes_bit_by_bit_is_shown_word_by_word(page: Page) -> None:
    player = Player(page, autoplay=False)
    player.feed(noise(1.0))
    words_message = words_of("one two", 0.5)
    player.tell(words_message)
    text = text_of(player)
    expect(text).to_have_text("one two")
    player.set("text", "“One two.” And more.")
    words_message["words"]["list"] = [[None, "One", 0.0, 0.2], ["“One ", "two.”", 0.3, 0.5]]
    player.tell(words_message)
    expect(text).to_have_text("“One two.” And more.")
    expect(text.locator("span")).to_have_text(["two.”"])


def test_words_that_stand_for_the_same_part_of_the_text_light_it_until_the_last_has_ended(
    page: Page,
) -> None:
    player = Player(page, autoplay=False, text="It has 21 birds.")
    player.feed(noise(5.0))
    told = [
        ["", "It", 0.0, 1.0],
        [" ", "has", 1.0, 2.0],
        [" ", "21", 2.0, 3.0],
        [None, "", 3.0, 4.0],
        [" ", "birds.", 4.0, 5.0],
    ]
    player.tell({"kind": "words", "words": {"first": 0, "list": told}})
    text = text_of(player)
    expect(text).to_have_text("It has 21 birds.")
    expect(text.locator("span")).to_have_text(["It", "has", "21", "birds."])
    number = text.get_by_text("21", exact=True)
    expect(number).to_have_attribute("data-end", "4")
    number.click()
    expect(text.locator(".jtts-lit")).to_have_text("21")


def test_a_long_text_keeps_the_word_in_sight_unless_the_user_scrolls(page: Page) -> None:
    words = " ".join(f"word{n}" for n in range(400))
    player = Player(page, autoplay=False, text=words)
    player.feed(noise(4.0))
    player.tell(words_of(words, 4.0))
    text = text_of(player)
    folded = text.bounding_box()
    in_sight = """([text, word]) => {
        const [box, span] = [text, word].map((part) => part.getBoundingClientRect());
        return span.top >= box.top - 1 && span.bottom <= box.bottom + 1;
    }"""
    handles = [text.element_handle(), text.get_by_text("word300", exact=True).element_handle()]
    assert not page.evaluate(in_sight, handles)
    player.slider().evaluate(
        "(slider) => { slider.value = 3.005; slider.dispatchEvent(new Event('input'));"
        " slider.dispatchEvent(new Event('change')); }"
    )
    expect(text.locator(".jtts-lit")).to_have_text("word300")
    page.wait_for_function(in_sight, arg=handles)
    assert text.bounding_box() == folded
    text.hover()
    page.mouse.wheel(0, -5000)
    page.wait_for_function("(text) => text.scrollTop === 0", arg=handles[0])
    player.slider().press("ArrowLeft")
    expect(text.locator(".jtts-lit")).to_have_text("word200")
    assert text.evaluate("(text) => text.scrollTop") == 0


def test_words_of_a_reloaded_page_may_come_out_of_order_and_screen_readers_hear_none(
    page: Page,
) -> None:
    player = Player(page, autoplay=False, text="one two three")
    player.feed(noise(1.0))
    player.tell(words_of("one two three", 1.0, first=2))
    text = text_of(player)
    expect(text.locator("span")).to_have_count(0)
    player.tell(words_of("one two three", 1.0))
    expect(text.locator("span")).to_have_text(["one", "two", "three"])
    assert text.evaluate("(text) => text.closest('[aria-live]')") is None
