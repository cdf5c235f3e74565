"""Markdown, read as a person would read it aloud."""

from __future__ import annotations

from .reader import MarkdownReader

__all__ = ["MarkdownReader"]
