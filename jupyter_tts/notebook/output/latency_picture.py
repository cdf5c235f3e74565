"""Where the time of a stream went, drawn: what was made, what waited, what was heard.

The pictures are inline SVG. Their shapes stand in a box of 1000 units that is stretched to the
width there is; their words keep their size, since they stand in percent of that width. Classes take
the theme's colours (``style/card.css``); the colours written here hold where there is no style.
"""

from __future__ import annotations

from html import escape

import numpy as np

from ...client.speech.timeline import Timeline
from .latency_labels import labelled, moment_labels, text_at
from .latency_moments import WIDTH, Axis, Moments, Numbers
from .latency_words import latency_words, short_time

__all__ = ["HEIGHT", "latency_picture", "latency_strip", "picture_length", "shows_all_heard"]

# The drawing ends this much later than the last thing that happened.
AFTER = 1.2
SHORTEST = 0.05  # seconds

# How finely messages and buffer are drawn, whatever their number.
COLUMNS = 150
MARKS = 12

# Pixels from the top: where the lanes lie.
HEIGHT = 88
MADE = (14, 36)
BUFFER = (42, 60)
HEARD = (65, 72)
AXIS = 75
STRIP = 24
STRIP_MADE = (2, 15)
STRIP_HEARD = (18, 23)

# Where there is no style; each can be told from white and from black.
INK, QUIET, ACCENT, FAULT = "#737b84", "#949ca4", "#2f82d6", "#d9534f"


def picture_length(timeline: Timeline) -> float:
    """Return the seconds that a picture shows: up to the last thing that happened, and a bit."""
    return max(SHORTEST, AFTER * max(Moments(timeline).ends, default=0.0))


def shows_all_heard(timeline: Timeline) -> bool:
    """Return whether what is heard from now on lies beyond the picture."""
    moments = Moments(timeline)
    end = max((stop for _, stop in moments.stretches), default=0.0)
    return end >= picture_length(timeline)


def latency_picture(timeline: Timeline) -> str:
    """Return the picture of a stream as SVG, "" for one that has not even connected.

    Parameters
    ----------
    timeline : Timeline
        The picture shows what it knows so far.
    """
    moments = Moments(timeline)
    if not moments.ends:
        return ""
    seconds = picture_length(timeline)
    axis = Axis(seconds)
    shapes = (
        f'<path class="jtts-l-axis" stroke="{QUIET}" stroke-width="1"'
        f' d="M0 {AXIS}H{WIDTH}{_axis_ticks(axis)}"/>'
        f"{_waiting(moments, axis, *MADE)}"
        f"{_buffer(moments, axis)}"
        f"{_messages(moments, axis, *MADE)}"
        f"{_heard(moments, axis, *HEARD)}"
        f"{_moment_lines(moments, axis)}"
        f"{_events(moments, axis, MADE[0], HEARD[1])}"
    )
    lanes = [("made", MADE[1] - 2)]
    lanes += [("buffer", BUFFER[1] - 1), ("heard", HEARD[1])] if moments.starts else []
    names = "".join(text_at(10.3, y, name, "end") for name, y in lanes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="jtts-latency" role="img" width="100%"'
        f' height="{HEIGHT}" font-family="system-ui, sans-serif" font-size="10.5" fill="{INK}">'
        f"<title>Where the time went</title><desc>{escape(latency_words(timeline))}</desc>{names}"
        f'<svg role="none" x="11%" width="88%" height="{HEIGHT}" overflow="visible">'
        f"{_stretched(shapes, HEIGHT)}{moment_labels(moments, axis)}{_axis_labels(axis)}"
        f"{_heard_late(moments, axis)}"
        "</svg></svg>"
    )


def latency_strip(timeline: Timeline, seconds: float) -> str:
    """Return a small picture without words, for several under one another; "" if nothing came.

    Parameters
    ----------
    timeline : Timeline
    seconds : float
        The length of their common axis.
    """
    moments = Moments(timeline)
    if not moments.arrivals.size:
        return ""
    axis = Axis(max(seconds, SHORTEST))
    shapes = (
        f"{_waiting(moments, axis, *STRIP_MADE)}"
        f"{_messages(moments, axis, *STRIP_MADE)}"
        f"{_heard(moments, axis, *STRIP_HEARD)}"
        f"{_events(moments, axis, STRIP_MADE[0], STRIP_HEARD[1])}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="jtts-latency jtts-l-strip" role="img"'
        f' width="100%" height="{STRIP}"><title>{escape(latency_words(timeline))}</title>'
        f"{_stretched(shapes, STRIP)}</svg>"
    )


def _stretched(shapes: str, height: int) -> str:
    return (
        f'<svg role="none" viewBox="0 0 {WIDTH} {height}" preserveAspectRatio="none" width="100%"'
        f' height="{height}" fill="none">{shapes}</svg>'
    )


def _waiting(moments: Moments, axis: Axis, top: int, bottom: int) -> str:
    """Return the time until the first byte as a line, and the leading silence as a block."""
    if moments.first_byte is None or moments.first_sound is None:
        return ""
    byte, sound = axis.x(moments.first_byte), axis.x(moments.first_sound)
    silence = (
        f'<path class="jtts-l-silence" fill="{QUIET}" fill-opacity=".35"'
        f' d="M{byte} {top}H{sound}V{bottom}H{byte}z"/>'
    )
    return (
        f'<path class="jtts-l-rest" stroke="{QUIET}" stroke-dasharray="2 3"'
        f' vector-effect="non-scaling-stroke" d="M0 {bottom - 1}H{byte}"/>'
        f"{silence if sound > byte else ''}"
    )


def _messages(moments: Moments, axis: Axis, top: int, bottom: int) -> str:
    """Return a tick for each message, as high as its amount of sound; close ones are one."""
    inside = moments.arrivals <= axis.seconds
    if not inside.any():
        return ""
    columns = np.round(moments.arrivals[inside] / axis.seconds * COLUMNS).astype(int)
    amounts = np.bincount(np.maximum(columns, 0), moments.durations[inside])
    tallest = amounts.max() or 1.0
    ticks = "".join(
        f"M{round(column * WIDTH / COLUMNS)} {bottom}"
        f"v-{max(2, round((bottom - top) * amounts[column] / tallest))}"
        for column in np.flatnonzero(np.bincount(np.maximum(columns, 0)))
    )
    return (
        f'<path class="jtts-l-made" stroke="{INK}" stroke-width="2"'
        f' vector-effect="non-scaling-stroke" d="{ticks}"/>'
    )


def _buffer(moments: Moments, axis: Axis) -> str:
    """Return what had been made and not been played, as an area."""
    if moments.starts is None:
        return ""
    times = np.linspace(0, axis.seconds, COLUMNS + 1)
    ahead = np.maximum(moments.made(times) - moments.played(times), 0)
    top, bottom = BUFFER
    heights = np.round((bottom - top) * ahead / (ahead.max() or 1)).astype(int)
    xs = np.round(times / axis.seconds * WIDTH).astype(int)
    line = "".join(f"L{x} {bottom - height}" for x, height in zip(xs, heights, strict=True))
    return (
        f'<path class="jtts-l-buffer" fill="{ACCENT}" fill-opacity=".45"'
        f' d="M0 {bottom}{line}V{bottom}z"/>'
    )


def _heard(moments: Moments, axis: Axis, top: int, bottom: int) -> str:
    """Return what was heard: its silent beginning pale, and where it ran dry in red."""
    bars = "".join(_bar(axis, start, stop, top, bottom) for start, stop in moments.stretches)
    if not bars or moments.starts is None:
        return ""
    silent = _bar(axis, moments.starts, moments.starts + moments.timeline.silence, top, bottom)
    dry = "".join(_bar(axis, at, at + took, top, bottom) for at, took in moments.dry)
    return (
        f'<path class="jtts-l-heard" fill="{ACCENT}" d="{bars}"/>'
        f'<path class="jtts-l-lead" fill="#fff" fill-opacity=".65" d="{silent}"/>'
        f'<path class="jtts-l-dry" fill="{FAULT}" d="{dry}"/>'
    )


def _heard_late(moments: Moments, axis: Axis) -> str:
    """Return in words when it was heard, where that is later than the axis."""
    timeline = moments.timeline
    if moments.starts is None or axis.holds(moments.starts):
        return ""
    words = f"after {short_time(timeline.waited)} of waiting for {timeline.waited_for}"
    return text_at(1, HEARD[1], words)


def _bar(axis: Axis, start: float, stop: float, top: int, bottom: int) -> str:
    left, right = axis.x(start), axis.x(stop)
    return f"M{left} {top}H{right}V{bottom}H{left}z" if right > left else ""


def _moment_lines(moments: Moments, axis: Axis) -> str:
    lines = "".join(f"M{axis.x(at)} 12V{AXIS}" for at, _ in labelled(moments))
    return (
        f'<path class="jtts-l-moment" stroke="{INK}" stroke-dasharray="1 2"'
        f' vector-effect="non-scaling-stroke" d="{lines}"/>'
    )


def _events(moments: Moments, axis: Axis, top: int, bottom: int) -> str:
    """Return a line for each reconnect and each change of the level."""
    return _line("jtts-l-reconnect", FAULT, moments.reconnects, axis, top, bottom) + _line(
        "jtts-l-level", ACCENT, [at for at, _ in moments.levels], axis, top, bottom
    )


def _line(name: str, color: str, times: list[float], axis: Axis, top: int, bottom: int) -> str:
    lines = "".join(f"M{axis.x(at)} {top}V{bottom}" for at in times[:MARKS] if axis.holds(at))
    return (
        f'<path class="{name}" stroke="{color}" stroke-width="1.5"'
        f' vector-effect="non-scaling-stroke" d="{lines}"/>'
        if lines
        else ""
    )


def _axis_times(axis: Axis) -> Numbers:
    return np.arange(0, axis.seconds, axis.step)


def _axis_ticks(axis: Axis) -> str:
    return "".join(f"M{axis.x(at)} {AXIS}v3" for at in _axis_times(axis))


def _axis_labels(axis: Axis) -> str:
    return "".join(
        text_at(
            axis.percent(at),
            HEIGHT - 1,
            short_time(float(at)) if at else "0",
            "" if at == 0 else "middle",
        )
        for at in _axis_times(axis)
        if axis.percent(at) < 97
    )
