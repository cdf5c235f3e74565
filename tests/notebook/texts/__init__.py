"""Texts as people type them and models write them, each with what is spoken of it.

``code.txt``, ``markdown.txt``, ``maths.txt``, ``chat.txt`` and ``web.txt`` have 40 each, spoken by
``%%tts`` in a kernel; ``plain.txt`` has texts that look like Markdown and are none. Signs that
nobody sees are written as ``⟨U+00A0⟩``. ``python -m tests.notebook.texts`` writes the spoken forms
again: read the diff as somebody who hears it.
"""
