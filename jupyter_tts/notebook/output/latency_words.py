"""Where the time of a stream went, in words: what the picture says to those who do not see it."""

from __future__ import annotations

from ...client.speech.timeline import Timeline

__all__ = ["latency_words", "plural", "short_time"]


def latency_words(timeline: Timeline) -> str:
    """Return what the picture shows, in sentences."""
    return " ".join(filter(None, (_start(timeline), _messages(timeline), _playout(timeline))))


def _start(timeline: Timeline) -> str:
    named = (
        ("connected after", None if timeline.warm else timeline.connect_time),
        ("first byte after", timeline.ttfb),
        ("first audible sound after", timeline.ttfa),
        ("heard after", _heard_after(timeline)),
    )
    moments = [f"{name} {short_time(at)}" for name, at in named if at is not None]
    if timeline.waited_for:
        waited = short_time(timeline.waited)
        moments.append(f"{waited} of it waiting for {timeline.waited_for}")
    return _sentence(", ".join(["warm connection"] * timeline.warm + moments))


def _heard_after(timeline: Timeline) -> float | None:
    latency = timeline.audible_latency
    return None if latency is None else latency + timeline.waited


def _messages(timeline: Timeline) -> str:
    if not timeline.arrivals:
        return ""
    until = short_time(timeline.arrivals[-1].at - timeline.zero)
    brought = f"brought {short_time(timeline.duration)} of sound in {until}"
    return f"{plural(len(timeline.arrivals), 'message')} {brought}."


def _playout(timeline: Timeline) -> str:
    zero = timeline.zero
    events = [
        f"ran dry after {short_time(dry.at - zero)} for {short_time(dry.duration)}"
        for dry in timeline.dry
    ]
    events += [f"reconnected after {short_time(event.at - zero)}" for event in timeline.reconnects]
    events += [
        f"level {decision.level} from {short_time(decision.at - zero)} on"
        for decision in timeline.levels
        if decision.at is not None
    ]
    return _sentence(", ".join(events))


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}." if words else ""


def plural(count: int, noun: str) -> str:
    """Return a count and a noun: ``"1 message"``, ``"2 messages"``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def short_time(seconds: float) -> str:
    """Return a time in three digits or so: ``"78 ms"``, ``"1.2 s"``."""
    return f"{1000 * seconds:.0f} ms" if seconds < 0.9995 else f"{seconds:.3g} s"
