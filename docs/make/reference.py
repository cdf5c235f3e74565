"""The reference page, made from the declarations."""

from __future__ import annotations

from . import models, parameters, settings

__all__ = ["page"]


def page() -> str:
    """Return the page."""
    return f"""\
# Reference

This page is made by `python -m docs.make` from the declarations in the package; edit those.

[Parameters](#parameters) · [Latency levels](#latency-levels) · [Output formats](#output-formats) ·
[Models and servers](#models-and-servers) · [Voices that end](#voices-that-end) ·
[Other options](#other-options) · [Settings](#settings) · [Environment](#environment) ·
[Simulations](#simulations) · [The server's command line](#the-servers-command-line); and on pages
of their own: [Python and the errors](python.md), [the embedded voices](voices.md)

## Parameters

A parameter is an option of `%tts`, `%%tts` and `%tts_panel`, a keyword of `say()`, `stream()`,
`Panel()` and `SpeechRequest()`, and a setting: `%config TTS.latency = 3`, or `c.TTS.latency = 3` in
ipython_config.py. An option or keyword overrides a setting. Several values are a tuple or list in
code, and joined by commas in an option.

{parameters.summary()}

{parameters.details()}

## Latency levels

{parameters.levels()}

`--no-levers` switches the levers off. A parameter that you set yourself is never touched by one.

{settings.target()}

## Output formats

{parameters.formats()}

## Models and servers

Tab completes these models of ElevenLabs'; other names are taken too. An id that begins with
`eleven_v3` or `eleven_v4` is spoken over the text-to-dialogue WebSockets, any other over those of
text-to-speech. With `--transport http` it is the same, but that `eleven_v4_turbo` is spoken over
text-to-speech, the only one where it was seen to speak over HTTP.

{models.models()}

{models.sources()}

{parameters.servers()}

`local` is the embedded voice; any other server is named by its URL.

## Voices that end

{models.default_voices()}

## Other options

Options of `%tts` and `%%tts` that are not parameters, for the speech as a whole:

{settings.outcomes()}

## Settings

Settings that are not parameters, for `%config TTS.name = value` and ipython_config.py:

{settings.traits()}

## Environment

{settings.variables()}

A proxy is taken from where Python's `urllib` looks for it
(`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`).

## Simulations

Options of `%tts_network`, of the panel's section Network, and of the server's command line. The
embedded voice's server simulates them; the network to another server is real.

{parameters.conditions()}

## The server's command line

`python -m jupyter_tts.server`, with the simulations above and:

{settings.server_options()}
"""
