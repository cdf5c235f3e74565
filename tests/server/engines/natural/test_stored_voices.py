"""The package's further voices, by copies of the bundled one: their own files are not in it."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from jupyter_tts.server.engines.natural.engine import NaturalEngine
from jupyter_tts.server.engines.natural.voices import HEART
from jupyter_tts.server.engines.prosody import Prosody
from jupyter_tts.server.engines.voices import Voice
from jupyter_tts.voice_files.catalogue import CatalogueVoice
from jupyter_tts.voice_files.store import VoiceStore, sha256_of
from jupyter_tts.wire.errors import VoiceEngineError

from .copies import copy, plain_copy, renamed_copy

pytestmark = pytest.mark.asyncio(loop_scope="module")

SEEDED = Prosody(seed=1)
TEXT = "I can't dance in the bath, Dr. Smith."
WORD_STARTS = (0, 2, 8, 14, 17, 21, 27, 31)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VoiceStore:
    folder = tmp_path_factory.mktemp("voices")
    paths = [
        copy(folder / "emma.onnx"),
        renamed_copy(folder / "kore.onnx"),
        plain_copy(folder / "fenrir.onnx"),
    ]
    known = {
        path.stem: CatalogueVoice(
            path.stem,
            "en-gb" if path.stem == "emma" else "en-us",
            "female",
            path.stat().st_size,
            sha256_of(path),
            "",
            "http://example.org/",
        )
        for path in paths
    }
    return VoiceStore(folder, known)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(store: VoiceStore) -> AsyncIterator[NaturalEngine]:
    async with NaturalEngine(store=store) as started:
        yield started


@pytest.fixture(autouse=True)
def _no_worker_dies(engine: NaturalEngine) -> Iterator[None]:
    yield
    assert engine.restarts == 0


def voice(engine: NaturalEngine, name: str) -> Voice:
    known = engine.find_voice(name)
    assert known is not None
    return known


async def test_what_is_in_the_store_is_listed(engine: NaturalEngine) -> None:
    assert [known.id for known in engine.voices] == ["heart", "emma", "fenrir", "kore"]
    assert voice(engine, "Emma").language == "en-gb"
    assert all(known.kind == "natural" for known in engine.voices)
    assert engine.find_voice("fable") is None


async def test_a_copy_with_other_names_speaks_the_same(engine: NaturalEngine) -> None:
    speeches = [
        await engine.speak(TEXT, voice(engine, name), prosody=SEEDED) for name in ("heart", "kore")
    ]
    assert speeches[0].starts == speeches[1].starts
    assert speeches[1].note == ""


async def test_a_british_voice_has_british_sounds(engine: NaturalEngine) -> None:
    american, british = [
        await engine.speak(TEXT, voice(engine, name), prosody=SEEDED) for name in ("heart", "emma")
    ]
    assert american.starts != british.starts


@pytest.mark.parametrize("prosody", [SEEDED, Prosody(0.0, 0.0, 1.0, seed=1), Prosody(1.0, seed=1)])
async def test_a_file_without_handles_speaks_with_estimated_times(
    engine: NaturalEngine, prosody: Prosody
) -> None:
    plain = voice(engine, "fenrir")
    speech = await engine.speak(TEXT, plain, prosody=prosody)
    exact = await engine.speak(TEXT, HEART, prosody=SEEDED)
    assert len(speech.pcm) == pytest.approx(len(exact.pcm), rel=0.1)
    starts = [speech.starts[index] for index in WORD_STARTS]
    assert starts == sorted(set(starts))
    assert "estimates" in speech.note
    faster = await engine.speak(TEXT, plain, prosody=Prosody(speed=1.3, seed=1))
    assert len(faster.pcm) < 0.85 * len(speech.pcm)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_two_voices_at_most_stay_loaded(engine: NaturalEngine) -> None:
    def resident() -> float:
        pages = int(Path(f"/proc/{engine.pids[0]}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    names = ("heart", "emma", "fenrir", "kore")
    for name in names:
        await engine.speak(TEXT, voice(engine, name))
    before = resident()
    for _ in range(3):
        for name in names:
            await engine.speak(TEXT, voice(engine, name))
    assert resident() < before + 100


async def test_a_voice_that_was_removed_is_refused_in_a_sentence(
    engine: NaturalEngine, store: VoiceStore
) -> None:
    emma = voice(engine, "emma")
    path = store.path_of("emma")
    content = path.read_bytes()
    path.write_bytes(content[:1000])
    try:
        with pytest.raises(VoiceEngineError, match=r"emma\.onnx cannot be used: .* ONNX model\.$"):
            await engine.speak("Hello.", emma)
        path.unlink()
        with pytest.raises(VoiceEngineError, match="No such file"):
            await engine.speak("Hello.", emma)
        assert engine.find_voice("emma") is None
    finally:
        path.write_bytes(content)
    assert (await engine.speak("Hello.", emma)).pcm
