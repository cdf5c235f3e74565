"""A table becomes files: what is in them, what it costs, and what an end of any kind leaves."""

from __future__ import annotations

import asyncio
import builtins
import functools
import json
import re
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import pytest
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from websockets.asyncio.server import ServerConnection

from jupyter_tts import narrate, say
from jupyter_tts.client.keys import KEY_VARIABLE, Key
from jupyter_tts.client.speech.cost import ask_quota
from jupyter_tts.client.speech.saving import file_bytes
from jupyter_tts.client.sweep.batch.rate_limit import RateLimit
from jupyter_tts.client.sweep.batch.results import NarratedRow
from jupyter_tts.client.sweep.one_writer import one_writer
from jupyter_tts.notebook.runtime.frontend import FRONTEND_VARIABLE
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.servers.embedded import embedded_server
from jupyter_tts.notebook.speaking.cache_policy import CACHE_VARIABLE
from jupyter_tts.notebook.sweep.narration.narration import Narration
from jupyter_tts.notebook.sweep.narration.progress import NarrationProgress
from jupyter_tts.server import TTSServer
from jupyter_tts.wire.conditions import Conditions
from jupyter_tts.wire.errors import NotConfirmed, ParameterError, QuotaExceeded, TTSError

from ....client.diary import DiaryServer, serving
from ...runtime.test_kernel_interrupt import interrupted_when, stuck_server

ROWS = [
    {"id": "mars", "text": "Mars has *two* moons.", "voice": "en-us"},
    {"id": "venus", "text": "Venus has none.", "voice": "en-gb-x-rp"},
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files go, and a cache of the test's own."""
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")
    return tmp_path / "out"


@pytest.fixture
def account(tts_server: TTSServer, monkeypatch: pytest.MonkeyPatch) -> TTSServer:
    """A server whose account has 1,000 characters, and its key where it is looked for."""
    assert tts_server.key is not None
    monkeypatch.setenv(KEY_VARIABLE, tts_server.key)
    tts_server.conditions(quota=1_000)
    return tts_server


def asked_of(server: TTSServer) -> dict[str, Any]:
    return {"server": server.url, "voice": "en-us", "format": "pcm_8000", "to": "out/{id}.wav"}


def used(server: TTSServer) -> int:
    assert server.key is not None
    quota = asyncio.run(ask_quota(server.url, Key(server.key)))
    assert quota is not None
    return quota.used


def states(narration: Narration) -> dict[str, str]:
    return {row.id: row.state for row in narration}


@pytest.mark.usefixtures("shared_server")
def test_files_hold_what_say_would_have_played(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CACHE_VARIABLE)  # so that say() has the very speech: no two are alike
    narration = narrate(ROWS, ["out/{id}.wav", "out/{id}.mp3"], subtitles="srt", latency=3)
    assert (len(narration), narration.failed) == (2, [])
    for row, made in zip(ROWS, narration, strict=True):
        speech = say(row["text"], voice=row["voice"], latency=3, play=False, cache=True)
        assert [path.name for path in made.files] == [
            f"{row['id']}{suffix}" for suffix in (".wav", ".mp3", ".srt")
        ]
        with wave.open(str(made.files[0])) as file:
            assert file.getframerate() == speech.sample_rate
            assert file.readframes(file.getnframes()) == speech.pcm
        for path in made.files:
            assert path.read_bytes() == file_bytes(speech, path.suffix, path.name)
        assert made.seconds == pytest.approx(speech.duration, abs=0.001)
    assert "two moons" in (folder / "mars.srt").read_text()
    assert narration.seconds == sum(row.seconds for row in narration)
    assert narration.sent == narration.plan.characters == sum(row.characters for row in narration)


@pytest.mark.usefixtures("shared_server")
def test_the_same_call_goes_on(folder: Path) -> None:
    first = narrate(ROWS)
    written = {path: path.stat().st_mtime_ns for path in first.files}
    again = narrate(ROWS)
    assert states(again) == dict.fromkeys(["mars", "venus"], "done before")
    assert again.sent == 0
    assert again.files == first.files
    assert {path: path.stat().st_mtime_ns for path in again.files} == written
    (folder / "mars.mp3").unlink()
    rows = [*ROWS[:1], {**ROWS[1], "text": "Venus has no moon."}, {"id": "new", "text": "Pluto."}]
    changed = narrate(rows, voice="en-us")
    assert states(changed) == dict.fromkeys(["mars", "venus", "new"], "made")
    assert states(narrate(rows[::-1], voice="en-us")) == dict.fromkeys(
        ("new", "venus", "mars"), "done before"
    )


def test_what_is_in_the_cache_is_not_paid_again(
    account: TTSServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CACHE_VARIABLE)
    options = asked_of(account)
    same = [{"id": name, "text": "The same text."} for name in "abc"]
    narration = narrate(same, **options)
    assert sorted(states(narration).values()) == ["from the cache", "from the cache", "made"]
    assert used(account) == narration.sent == len("The same text.")
    (folder / "b.wav").unlink()
    plan = narrate(same, dry_run=True, **options).plan
    assert (plan.done, len(plan.cached), plan.characters, plan.paid) == (2, 1, 0, 0)
    assert states(narrate(same, **options))["b"] == "from the cache"
    anew = narrate(same[:1], **{**options, "to": "anew/{id}.wav"}, cache=False)
    assert states(anew) == {"a": "made"}
    assert used(account) == 2 * len("The same text.")


@pytest.mark.usefixtures("shared_server")
def test_a_batch_drives_nothing_out_of_the_cache_but_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(CACHE_VARIABLE)
    current_session().settings.cache_megabytes = 1
    spoken = {"voice": "en-us", "cache": True}
    before = say("What a notebook has said.", play=False, **spoken)
    assert before.cost is None
    narrate([f"{4 * f'Text {number}. '}" for number in range(9)], "out/{id}.wav", **spoken)
    again = say("What a notebook has said.", play=False, **spoken)
    assert again.cost is not None
    assert again.cost.spared == len("What a notebook has said.")


def test_what_two_kernels_make_is_paid_once(
    account: TTSServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = asked_of(account)
    texts = [{"id": "a", "text": "Some text."}]
    folder.mkdir()
    with one_writer(folder / "manifest.jsonl", "batch"), pytest.raises(TTSError, match="batch"):
        narrate(texts, **options)
    assert (used(account), [*folder.iterdir()]) == (0, [])

    def answer(_: str) -> str:
        narrate(texts, yes=True, **options)  # as another kernel does meanwhile
        return "y"

    monkeypatch.setattr(builtins, "input", answer)
    monkeypatch.setattr(current_session().settings, "confirm_above", 0)
    with pytest.raises(TTSError, match="just been made in another kernel"):
        narrate(texts, **options)
    assert used(account) == len("Some text.")
    assert states(narrate(texts, **options)) == {"a": "done before"}


def test_it_is_priced_before_and_asked_about(
    account: TTSServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["Some thirty characters in this." for _ in range(5)]
    options = asked_of(account)
    dry = narrate(texts, dry_run=True, **options)
    assert repr(dry).splitlines() == [
        "5 rows: 5 to speak with 155 characters, and the account has 1,000 of 1,000 left.",
        "Nothing was sent: this was a dry run.",
    ]
    assert not folder.exists()
    questions: list[str] = []

    def answer(question: str) -> str:
        questions.append(question)
        return "n"

    monkeypatch.setattr(builtins, "input", answer)
    with pytest.raises(NotConfirmed):
        narrate(texts, **options)
    asked = "5 texts with 155 characters would be sent, and the account has 1,000 of 1,000 left."
    assert questions == [f"{asked} Send it? [y/N] "]
    account.conditions(quota=100)
    with pytest.raises(NotConfirmed):
        narrate(texts, **options)
    assert "100 of 100 left, which is less. " in questions[1]

    def nobody(_: str) -> str:
        raise StdinNotImplementedError

    monkeypatch.setattr(builtins, "input", nobody)
    with pytest.raises(NotConfirmed, match="Nobody can be asked here"):
        narrate(texts, **options)
    assert used(account) == 0
    assert not folder.exists()


def test_a_quota_that_ends_stops_the_batch_and_another_goes_on(
    account: TTSServer, folder: Path
) -> None:
    texts = [f"Text {number} of thirty characters .." for number in range(5)]
    assert {len(text) for text in texts} == {30}
    account.conditions(quota=100)
    options = asked_of(account) | {"yes": True}
    with pytest.raises(QuotaExceeded, match=r"3 of 5 rows are done; the same call goes on with"):
        narrate(texts, **options)
    assert used(account) == 90
    account.conditions(quota=60)
    narration = narrate(texts, **options)
    assert sorted(row.state for row in narration) == [*3 * ["done before"], *2 * ["made"]]
    assert used(account) == 60
    assert "60 characters sent; the account has about 0 of 60 left." in repr(narration)


class Clock:
    """Time that passes only where rows wait for the service."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_a_storm_of_refusals_is_waited_out(
    tts_server: TTSServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    limited = functools.partial(RateLimit, clock=clock, sleep=clock.sleep)
    monkeypatch.setattr("jupyter_tts.notebook.sweep.narration.narrate.RateLimit", limited)
    monkeypatch.setenv(KEY_VARIABLE, str(tts_server.key))
    tts_server.conditions(status={429: 0.5, 503: 0.2}, seed=5)
    options = asked_of(tts_server) | {"warm": False}
    narration = narrate([f"Text {number}." for number in range(12)], **options)
    assert [row.state for row in narration] == 12 * ["made"]
    assert len(clock.slept) > 6
    assert min(clock.slept) >= 0.5
    tts_server.conditions(status={429: 1.0})
    with pytest.raises(TTSError, match=r"HTTP 429.* 12 of 13 rows are done"):
        narrate([*(f"Text {number}." for number in range(12)), "More."], **options)


def test_faults_are_told_together_before_anything_is_sent(account: TTSServer, folder: Path) -> None:
    with pytest.raises(ParameterError) as refused:
        narrate(["a", "b"], server=account.url, stability=7, speling=1)
    assert refused.value.faults == (
        "stability must be a number from 0 to 1, not 7",
        "there is no parameter 'speling'",
    )
    with pytest.raises(ParameterError, match="latency must be a whole number from 0 to 4"):
        narrate(["a"], latency="auto")
    assert used(account) == 0
    assert not folder.exists()


@pytest.mark.usefixtures("shared_server")
def test_voices_that_there_are_not_are_told_with_their_rows(folder: Path) -> None:
    rows = [{"text": "x", "voice": voice} for voice in ("en-us", *6 * ["nobody"], "en-uss")]
    with pytest.raises(ParameterError) as refused:
        narrate(rows)
    first, second = refused.value.faults
    assert first.startswith("rows 2, 3, 4, 5, 6 and 1 more: The embedded voice has no voice 'nob")
    assert second.startswith("row 8: The embedded voice has no voice 'en-uss' (Try en-us")
    assert not folder.exists()


@pytest.mark.usefixtures("shared_server")
def test_an_error_is_a_row_and_the_batch_goes_on(folder: Path) -> None:
    folder.mkdir()
    (folder / "mars.mp3").mkdir()
    narration = narrate(ROWS)
    (failed,) = narration.failed
    assert failed.error == f"{Path('out') / 'mars.mp3'} could not be written: Is a directory."
    lines = repr(narration).splitlines()
    assert lines[0].startswith("1 of 2 rows done, 1 failed: ")
    assert lines[-1] == f"  mars: {failed.error}"
    (folder / "mars.mp3").rmdir()
    assert states(narrate(ROWS)) == {"mars": "made", "venus": "done before"}


@pytest.mark.usefixtures("shared_server")
def test_a_folder_that_cannot_be_used_costs_nothing(folder: Path) -> None:
    folder.touch()
    with pytest.raises(TTSError, match=r"'out' cannot be used: .* Nothing was sent\."):
        narrate(ROWS)
    folder.unlink()
    (folder / "manifest.jsonl").mkdir(parents=True)
    with pytest.raises(TTSError, match=r"The manifest in 'out' cannot be read: .*Nothing was"):
        narrate(ROWS)


@pytest.mark.usefixtures("shared_server")
def test_what_it_shows(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"id": f"<b>{number}", "text": f"Text {number}."} for number in range(20)]
    narration = narrate(rows, "out/{id}.wav", voice="en-us", format="pcm_8000")
    html = narration._repr_html_()
    assert "20 of 20 rows done: " in html
    assert "20 made, 150 characters sent." in html
    assert html.count("<tr>") == 13
    assert "and 8 rows more" in html
    assert "<b>0" not in html
    assert "&lt;b&gt;0" in html
    frame = narration.frame()
    assert list(frame.columns[:5]) == ["row", "id", "text", "file", "state"]
    assert (len(frame), frame["sent"].sum()) == (20, 150)
    assert "| 20/20 [" in capsys.readouterr().err  # tqdm's bar
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    narrate(rows[:2], "other/{id}.wav", voice="en-us", format="pcm_8000")
    assert "\r2 of 2 rows\r" in capsys.readouterr().err
    with pytest.raises(TTSError, match="A table needs pandas, which is not installed"):
        narration.frame()


def test_how_far_it_is_stays_in_a_notebook_without_a_widget(
    monkeypatch: pytest.MonkeyPatch, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(FRONTEND_VARIABLE, "live")
    now = iter(range(100))
    progress = NarrationProgress(3, 1, clock=lambda: next(now))
    progress.finished(NarratedRow(2, "b", "Text."))
    progress.paused(7)
    progress.finished(NarratedRow(3, "c", "Text.", error="Lost."))
    progress.close()
    lines = capsys.readouterr().out.splitlines()
    assert [re.sub(r"\|.*\|", "|", line).split(" [")[0] for line in lines] == [
        " 33%| 1/3",
        " 67%| 2/3",
        " 67%| 2/3",
        "100%| 3/3",
    ]
    assert lines[2].endswith(", waits 7 s, as the service asks]")
    assert lines[3].endswith(", 1 failed]")


def test_a_key_is_nowhere_in_what_is_left(account: TTSServer, folder: Path) -> None:
    narration = narrate(ROWS, **{**asked_of(account), "to": ["out/{id}.mp3", "out/{id}.srt"]})
    key = str(account.key)
    shown = repr(narration) + narration._repr_html_() + narration.frame().to_csv()
    assert key not in shown + repr(narration.rows) + repr(narration.plan)
    for path in folder.iterdir():
        assert key.encode() not in path.read_bytes()


@pytest.mark.usefixtures("shell")
def test_an_interrupt_stops_at_once_and_keeps_what_is_done(folder: Path) -> None:
    stopped = pytest.raises(KeyboardInterrupt, match="speech stopped")
    with stuck_server("waiting") as (address, reached), interrupted_when(reached), stopped:
        narrate(["One.", "Two."], "out/{id}.wav", server=address, warm=False)
    assert [*folder.iterdir()] == []


@pytest.mark.usefixtures("shared_server")
def test_a_simulated_network_gets_real_streams(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CACHE_VARIABLE)
    narrate(ROWS[:1])
    embedded = embedded_server(current_session())
    embedded.conditions = Conditions(rtt=1)
    assert states(narrate(ROWS[:1], "other/{id}.mp3")) == {"mars": "made"}
    embedded.conditions = Conditions()
    assert states(narrate(ROWS[:1], "third/{id}.mp3")) == {"mars": "from the cache"}


def texts_of(server: DiaryServer) -> list[str]:
    """What was sent to be spoken."""
    return [text for _, text in server.texts if text.strip() and text != "open"]


SCRIPT = """
import json, sys
from jupyter_tts import narrate
print(narrate(**json.loads(sys.argv[1])))
"""


async def test_a_killed_process_costs_what_was_on_its_way_and_no_more(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving() as server:
        stuck: asyncio.Queue[str] = asyncio.Queue()

        async def hold(socket: ServerConnection) -> None:
            stuck.put_nowait(json.loads(await socket.recv())["text"])
            await socket.wait_closed()

        server.faults = {6: hold, 7: hold}
        call = {
            "rows": [f"Text {number}." for number in range(12)],
            "to": "out/{id}.wav",
            "server": server.address,
            "format": "pcm_8000",
            "warm": False,
        }
        script = [sys.executable, "-c", SCRIPT, json.dumps(call)]
        process = await asyncio.create_subprocess_exec(*script, stderr=subprocess.DEVNULL)
        on_their_way = {await stuck.get() for _ in range(2)}
        process.kill()
        await process.wait()
        (folder / ".7.wav.0123abcd").write_bytes(b"half a file")
        done = texts_of(server)
        assert len(done) == 6
        server.faults = {}
        server.diary.clear()
        process = await asyncio.create_subprocess_exec(
            *script, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        printed, _ = await process.communicate()
        again = texts_of(server)
    assert printed.decode().startswith("12 of 12 rows done: ")
    assert b"6 made, 6 done before" in printed
    assert len(again) == len({*again}) == 6
    assert on_their_way < {*again}
    assert not {*done} & {*again}
    assert {path.name for path in folder.iterdir()} == {
        "manifest.jsonl",
        *(f"{number}.wav" for number in range(1, 13)),
    }
