"""A cell with Markdown: its own words are lit, and the card shows what was sent of it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from .conftest import OpenNotebook

TEXT = """# The *first* title

See **bo**ld [words](https://example.com/a).

```python
x = 1
y = 2
```

End."""
SPOKEN = "The first title.\n\nSee bold words.\n\nEnd."
LIT = ["The", "first", "title", "See", "bo**ld", "words", "End."]
SENTENCE = "Markdown read aloud; a code block of 2 lines left out (--read-code reads it)."


def test_the_words_of_the_text_are_lit_and_both_forms_stand_in_the_request(
    reuse_notebook: OpenNotebook, shots: Path
) -> None:
    notebook = reuse_notebook(f"%%tts --voice en-us --no-cache\n{TEXT}")
    notebook.start(1)
    cell = notebook.cell(1)
    live = cell.locator(".jtts-player")
    expect(live.locator(".jtts-events")).to_have_text(SENTENCE)
    live.get_by_text("Request", exact=True).click()
    forms = live.locator(".jtts-form")
    expect(forms.nth(0)).to_have_text(TEXT)
    expect(forms.nth(1)).to_have_text(SPOKEN)
    notebook.page.screenshot(path=shots / "read-live.png")
    expect(live.locator(".jtts-lit")).to_have_text(re.compile(r"^(bo\*\*ld|words)$"))
    notebook.wait_until_ended(1)
    notebook.wait_for_saved_view(1)
    view = cell.locator(".jtts-view")
    expect(view.locator(".jtts-text > span")).to_have_text(LIT)
    expect(view.locator(".jtts-text")).to_contain_text("](https://example.com/a)")
    expect(view.locator(".jtts-events")).to_contain_text(SENTENCE)
    expect(view.locator(".jtts-form").nth(1)).to_have_text(SPOKEN)
    view.get_by_text("Request", exact=True).click()
    expect(view.get_by_role("button", name="Copy spoken form")).to_have_count(1)
    notebook.page.screenshot(path=shots / "read-saved.png")
