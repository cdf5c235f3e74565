"""A sweep from the plan to the verdict, with the embedded voice."""

from __future__ import annotations

import csv
import signal
import threading
import wave
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts import Secret, Sweep
from jupyter_tts.client.keys import KEY_VARIABLE, Key
from jupyter_tts.client.speech.cost import Quota
from jupyter_tts.client.sweep.one_writer import one_writer
from jupyter_tts.client.sweep.rows import Row
from jupyter_tts.client.sweep.workers import worker
from jupyter_tts.notebook.runtime.session import current_session, drop_session
from jupyter_tts.notebook.servers.embedded import embedded_server
from jupyter_tts.notebook.sweep import bench, payment
from jupyter_tts.server import TTSServer
from jupyter_tts.wire.conditions import Conditions
from jupyter_tts.wire.errors import (
    MissingKey,
    NotConfirmed,
    ParameterError,
    TTSError,
    UnsupportedFormat,
)

TEXT = "One short sentence."
FAST: dict[str, Any] = {"voice": "en-us", "texts": TEXT}


@pytest.fixture(autouse=True)
def _in_folders_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("user_cache_path", "user_data_path"):
        monkeypatch.setattr(platformdirs, name, lambda *_, **__: tmp_path / "user")


@pytest.fixture
def _interrupted_after_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupt the kernel when three rows have come."""
    real = bench.SessionBench.prepare
    seen: list[object] = []

    async def prepare(self: bench.SessionBench, condition: Any) -> Any:
        seen.append(condition)
        if len(seen) == 5:  # the first of them is the warm-up
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        return await real(self, condition)

    monkeypatch.setattr(bench.SessionBench, "prepare", prepare)


@pytest.mark.usefixtures("shell", "shared_server")
def test_a_known_delay_is_found_and_the_network_is_as_before() -> None:
    server = embedded_server(current_session())
    server.conditions = before = Conditions(jitter=1.0)
    sweep = Sweep(network=["here", "rtt 150 ms"], repeat=8, warm=False, **FAST)
    assert (len(sweep.plan.cells), sweep.plan.characters) == (16, 16 * len(TEXT))
    assert sweep.rows == []  # nothing was sent
    sweep.run()
    assert server.conditions == before
    assert len(sweep.rows) == 16
    assert {row.error for row in sweep.rows} == {""}
    assert {row.condition["network"] for row in sweep.rows} == {"here", "RTT 150 ms"}
    assert {row.condition["voice"] for row in sweep.rows} == {"en-us"}
    (sentence,) = sweep.verdict
    assert sentence.startswith("This network is ")
    assert "earlier than RTT 150 ms" in sentence
    near, far = sweep.summary
    assert near.median is not None
    assert far.median is not None
    assert far.median.value - near.median.value > 150


@pytest.mark.usefixtures("shell", "shared_server")
def test_an_equal_sweep_has_what_was_measured_and_can_begin_anew(
    shell: InteractiveShell,
) -> None:
    def made() -> Sweep:
        return Sweep(latency=[0, 4], repeat=2, **FAST)

    made().run()
    other = made()
    rows = other.rows
    assert len(rows) == 4
    other.run()
    assert other.rows == rows
    other.run(restart=True)
    assert len(other.rows) == 4
    assert other.rows != rows
    assert len(Sweep(latency=[0, 4], repeat=3, **FAST).rows) == 0


@pytest.mark.usefixtures("shell", "shared_server")
def test_what_two_kernels_measure_is_paid_once() -> None:
    sweep, other = (Sweep(latency=[0, 4], repeat=1, **FAST) for _ in range(2))
    assert other.rows == []
    path = sweep._rows_file().path
    with one_writer(path, "sweep"), pytest.raises(TTSError, match="This sweep runs already"):
        sweep.run()
    sweep.run()
    written = path.read_bytes()
    other.run()
    assert path.read_bytes() == written
    assert len(other.rows) == 2


@pytest.mark.usefixtures("shared_server", "_interrupted_after_three")
def test_an_interrupt_keeps_what_was_measured(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.user_ns |= {"Sweep": Sweep, "FAST": FAST}
    shell.run_cell("sweep = Sweep(latency=[0, 4], repeat=4, **FAST)\nsweep.run()")
    assert "Stopped." in capsys.readouterr().out
    sweep = shell.user_ns["sweep"]
    assert 0 < len(sweep.rows) < 8
    sweep.run()
    assert sorted(row.cell for row in sweep.rows) == sorted(cell.name for cell in sweep.plan.cells)


@pytest.mark.usefixtures("shared_server")
def test_the_magic_takes_lists_and_ranges_and_a_text_in_each_line(
    shell: InteractiveShell, tmp_path: Path
) -> None:
    table = tmp_path / "rows.csv"
    shell.user_ns["who"] = "Anna"
    ran = shell.run_cell(
        f"%%tts_sweep --latency 0..2 --voice en-us --warm on,off --repeat 1 --name s --save {table}"
        "\nHello {who}.\n\n  Good bye.\n"
    )
    assert ran.success
    sweep = shell.user_ns["s"]
    assert {(row.condition["latency"], row.condition["warm"]) for row in sweep.rows} == {
        (level, warm) for level in range(3) for warm in (True, False)
    }
    assert {cell.prompt.text for cell in sweep.plan.cells} == {"Hello Anna.", "Good bye."}
    with table.open(newline="") as file:
        rows = [*csv.DictReader(file)]
    assert len(rows) == 12
    assert {row["latency"] for row in rows} == {"0", "1", "2"}
    assert all(float(row["ttfb"]) > 0 for row in rows)


def test_a_plan_is_shown_and_nothing_is_sent(shell: InteractiveShell) -> None:
    ran = shell.run_cell("%tts_sweep -l 0,4 --texts 3 --plan --name s")
    assert ran.success
    assert shell.user_ns["s"].rows == []
    assert embedded_server(current_session()).url is None


@pytest.mark.usefixtures("shell")
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Sweep(), "nothing varies"),
        (lambda: Sweep(latency=[]), "latency has no values to vary"),
        (
            lambda: Sweep(
                latency=[0, 5],
                speed="fast",
                texts=2.0,  # type: ignore[arg-type]
                repeat="3",  # type: ignore[arg-type]
                seed=None,  # type: ignore[arg-type]
                measure=["ttfa"],  # type: ignore[arg-type]
                same="10",  # type: ignore[arg-type]
                against="last",  # type: ignore[arg-type]
                file="none/rows.jsonl",
            ),
            ".*".join(["latency", "speed", "texts", "repeat", "seed", "measure", "same", "folder"]),
        ),
        (lambda: Sweep(latency=[0, 1], file=3), "a file is named by a path, not 3"),  # type: ignore[arg-type]
        (lambda: Sweep(latencies=[0, 1]), "latencies"),
        (lambda: Sweep(latency=[0, 1], network="fast"), "network must be"),
        (lambda: Sweep(latency=[0, 4], model=["eleven_v3"]), "eleven_v3"),
        (
            lambda: Sweep(network=["rtt 50 ms"], server="wss://tts.example.org"),
            "only the embedded voice simulates",
        ),
    ],
)
def test_what_cannot_be_measured_is_refused(make: Callable[[], Sweep], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        make()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--latency", "--latency needs a value"),
        ("--latency 0..9", "latency must be"),
        ("--repeat many -l 0,1", "--repeat must be a number, not 'many'"),
        ("-l 0,1 --nmae x", "there is no option --nmae (did you mean --name?)"),
        ("-l 0,1 --save talk.mp3", "A sweep cannot be saved as '.mp3'"),
        ("-l 0,1 --save none/rows.csv", "there is no folder 'none' to save in"),
        ("-l 0,1 --name 1x", "--name must be a name for a variable"),
        ("", "nothing varies"),
    ],
)
def test_a_line_that_says_nothing_measurable_is_refused(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    assert not shell.run_cell(f"%tts_sweep {line}").success
    printed = capsys.readouterr()
    assert said in printed.out + printed.err
    assert "Traceback" not in printed.out + printed.err


@pytest.mark.usefixtures("shell")
def test_a_plan_above_the_quota_is_refused_and_a_costly_one_is_asked_about(
    tts_server: TTSServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def told(server: str, key: Key) -> Quota:
        return quota

    monkeypatch.setattr(payment, "ask_quota", told)
    session = current_session()
    session.keys.use(Key(tts_server.key))
    sweep = Sweep(latency=[0, 4], repeat=5, server=tts_server.url, **FAST)
    quota = Quota(0, 100)
    with pytest.raises(ParameterError, match=r"needs 190 characters.* 100 of 100 left"):
        sweep.run()
    quota = Quota(0, 1_000)
    asked: list[str] = []

    def refuse(question: str) -> str:
        asked.append(question)
        return "no"

    monkeypatch.setattr("builtins.input", refuse)
    with pytest.raises(NotConfirmed, match="Nothing was sent"):
        sweep.run()
    assert "sends 190 characters, and the account has 1,000 of 1,000 left. Send it" in asked[0]
    assert sweep.rows == []
    sweep.run(yes=True)
    assert len(sweep.rows) == 10
    with pytest.raises(NotConfirmed, match="Nothing was sent"):
        sweep.run(restart=True)
    assert len(sweep.rows) == 10  # what was paid for is put aside by nothing else
    assert not [row for row in sweep.rows if row.error]
    assert str(tts_server.key) not in repr(sweep.rows)


@pytest.mark.usefixtures("shell", "shared_server")
def test_results_are_saved_by_the_suffix(tmp_path: Path) -> None:
    sweep = Sweep(latency=[3], schedule=[[50, 90]], repeat=1, **FAST)
    empty = sweep.frame()
    assert (len(empty), {"latency", "ttfa", "error"} <= {*empty.columns}) == (0, True)
    sweep.run()
    assert list(sweep.frame().columns) == list(empty.columns)
    assert sweep.frame()["schedule"].tolist() == ["50 90"]
    assert sweep.save(tmp_path / "a.html").read_text("utf-8").startswith("<")
    assert "ttfb" in sweep.save(tmp_path / "a.csv").read_text("utf-8").splitlines()[0]
    with pytest.raises(UnsupportedFormat, match=r"cannot be saved as '\.xlsx'"):
        sweep.save(tmp_path / "a.xlsx")


@pytest.mark.usefixtures("shell")
def test_a_plan_is_shown_without_a_key_and_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    sweep = Sweep(latency=[0, 4], server="elevenlabs", repeat=20, **FAST)
    assert f"{40 * len(TEXT)} characters to send" in repr(sweep.plan)
    with pytest.raises(MissingKey):
        sweep.run()


@pytest.mark.usefixtures("shell")
def test_a_file_of_another_sweep_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    assert Sweep(latency=[0, 4], file=path, **FAST).rows == []
    before = path.read_bytes()
    with pytest.raises(ParameterError, match="holds another plan"):
        _ = Sweep(latency=[0, 3], file=path, **FAST).rows
    assert path.read_bytes() == before


def test_a_row_of_an_older_version_is_read() -> None:
    row = Row(cell="0/text 1/0", condition={}, text="text 1", repetition=0)
    assert Row.from_json(row.as_json()) == row


def test_workers_measure_and_send_sound_back_only_on_demand(
    tts_server: TTSServer, monkeypatch: pytest.MonkeyPatch, shell: InteractiveShell
) -> None:
    current_session().keys.use(Key("not-that-of-the-workers"))
    monkeypatch.setenv("WORKERS_KEY", str(tts_server.key))
    secret = Secret("WORKERS_KEY")
    sweep = Sweep(latency=[0, 4], repeat=2, server=tts_server.url, **FAST)
    with ThreadPoolExecutor(2) as executor:
        with pytest.raises(ParameterError, match="secret must be a Secret"):
            sweep.run(executor, secret="the key itself", yes=True)  # type: ignore[arg-type]
        with pytest.raises(TTSError, match="Invalid API key"):
            sweep.run(executor, secret=Secret("HOME"), yes=True)
        assert sweep.rows == []
        sweep.run(executor, at_once=2, secret=secret, yes=True)
        with pytest.raises(ParameterError, match="executor must be a concurrent"):
            sweep.run(sweep, restart=True)  # type: ignore[arg-type]
        assert len(sweep.rows) == 4
        assert all(row.worker for row in sweep.rows)
        with pytest.raises(ParameterError, match="there is no sound of text 1 of level 0"):
            sweep.listen()
        with pytest.raises(TTSError, match="There is no sound to score"):
            sweep.run(scores={"one": lambda samples, rate, text: 1.0})
        with pytest.raises(ParameterError, match="secret and regions are for the workers"):
            sweep.run(secret=secret)
        sweep.run(
            executor,
            secret=secret,
            scores={"seconds": lambda samples, rate, text: len(samples) / rate},
            yes=True,
            restart=True,
        )
    seconds = [row.scores["seconds"] for row in sweep.rows if row.scores]
    assert seconds == [
        pytest.approx(row.duration / 1000, rel=0.01) for row in sweep.rows if row.sound
    ]
    assert sweep.frame()["seconds"].count() == len(seconds) == 2
    assert sweep.listen().trials > 0
    for streams in (1_000, 0, "2"):
        with pytest.raises(ParameterError, match="at_once must be 1 to"):
            sweep.run(at_once=streams)  # type: ignore[arg-type]
    with ThreadPoolExecutor(1) as executor:
        own = Sweep(latency=[0, 4], repeat=1, server="local", **FAST)
        with pytest.raises(ParameterError, match="at_once must be a number of tasks"):
            own.run(executor, at_once=0)
        own.run(executor, at_once=20)
    assert [row.beside for row in own.rows] == [1, 1]  # one text, so one task
    assert worker._process is not None
    drop_session(shell)
    assert worker._process is None


@pytest.mark.usefixtures("shell", "shared_server")
def test_what_was_heard_joins_what_was_measured() -> None:
    sweep = Sweep(stability=[0.0, 1.0], repeat=6, **FAST)
    sweep.run()
    listening = sweep.listen(repeat=1)
    assert "preference (%)" not in sweep._repr_mimebundle_()["text/html"]
    listening._on_answer(0, 1)
    listening._on_finish()
    assert listening.finished
    assert "preference (%)" in sweep._repr_mimebundle_()["text/html"]


@pytest.mark.usefixtures("shell", "shared_server")
def test_sound_of_a_file_that_was_removed_is_not_taken_for_another(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    first = Sweep(latency=[0, 4], voice="en-us", texts="A text.", repeat=1, file=file)
    first.run()
    file.unlink()
    other = Sweep(latency=[0, 4], voice="en-us", texts="Quite another text.", repeat=1, file=file)
    other.run()
    assert all(row.sound for row in other.rows)
    for row in other.rows:
        with wave.open(str(tmp_path / "rows.sounds" / row.sound)) as heard:
            milliseconds = 1000 * heard.getnframes() / heard.getframerate()
        assert milliseconds == pytest.approx(row.duration, abs=1)


@pytest.mark.usefixtures("shell", "shared_server")
def test_scores_are_columns_and_comparisons_may_be_with_the_first_alone(tmp_path: Path) -> None:
    def length(samples: Any, sample_rate: int, text: str) -> float:
        assert text == TEXT
        return len(samples) / sample_rate

    sweep = Sweep(latency="0..3", repeat=1, against="first", **FAST)
    assert "Too few for a verdict: 3 comparisons take 7 pairs" in repr(sweep.plan)
    assert "repeat=7 with so many texts" in repr(sweep.plan)
    sweep.run(scores={"length": length})
    for row in sweep.rows:
        assert row.scores["length"] == pytest.approx(row.duration / 1000, abs=0.001)
    assert float(sweep.frame()["length"].max()) > 0.5
    with pytest.raises(ParameterError, match="voice cannot be a score"):
        sweep.run(scores={"voice": length})


@pytest.mark.usefixtures("shell", "shared_server")
def test_servers_are_compared_each_with_a_voice_of_its_own(tts_server: TTSServer) -> None:
    current_session().keys.use(Key(tts_server.key))
    sweep = Sweep(servers=["local", tts_server.url], texts=TEXT, repeat=1, warm=False)
    sweep.run(yes=True)
    assert {row.condition["server"] for row in sweep.rows} == {"local", tts_server.url}
    assert {row.error for row in sweep.rows} == {""}
    assert all("voice" not in row.condition for row in sweep.rows)
