"""The embedded voice's conditions, as a kernel sets them: by magic and by panel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts import Panel
from jupyter_tts.client.http import get_json
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.servers.embedded import EmbeddedServer, embedded_server
from jupyter_tts.notebook.speaking.preparation import prepare
from jupyter_tts.notebook.speaking.request import make_request
from jupyter_tts.wire.conditions import CONDITIONS_PATH, Conditions
from jupyter_tts.wire.errors import ParameterError

FAR = Conditions(rtt=200, bandwidth=64)


def current_server() -> EmbeddedServer:
    return embedded_server(current_session())


@pytest.fixture
async def voice() -> AsyncIterator[EmbeddedServer]:
    made = EmbeddedServer()
    yield made
    await made.stop()


async def played(voice: EmbeddedServer) -> Conditions:
    """What the server itself says that it simulates."""
    url, key = await voice.start()
    return Conditions.of(await get_json(url, CONDITIONS_PATH, key))


async def test_what_is_set_is_played_from_the_next_start_on(voice: EmbeddedServer) -> None:
    assert await played(voice) == Conditions()
    voice.conditions = FAR
    assert voice.playing == Conditions()
    assert await played(voice) == voice.playing == FAR
    voice.conditions = Conditions()
    assert await played(voice) == Conditions()


async def test_a_voice_that_died_simulates_the_same_again(voice: EmbeddedServer) -> None:
    voice.conditions = FAR
    await voice.start()
    assert voice._running is not None
    voice._running.process.kill()
    await voice._running.process.wait()
    assert await played(voice) == FAR


@pytest.fixture
async def far() -> AsyncIterator[None]:
    current_server().conditions = FAR
    yield
    current_server().conditions = Conditions()
    await current_server().stop()


@pytest.mark.usefixtures("far")
async def test_who_speaks_over_a_simulated_network_says_so() -> None:
    session = current_session()
    prepared = await prepare(session, make_request(session, {"server": "local"}))
    assert prepared.label.endswith("· heart · simulated: RTT 200 ms, 64 kbit/s")
    assert prepared.simulated == FAR.summary
    real = await prepare(session, make_request(session, {"server": "http://127.0.0.1:9"}))
    assert "simulated" not in real.label
    assert real.simulated == ""


def run(shell: InteractiveShell, line: str) -> None:
    shell.run_line_magic("tts_network", line)


def test_the_magic_sets_shows_and_takes_back(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "")
    run(shell, "--rtt 200 --bandwidth=64")
    assert current_server().conditions == FAR
    run(shell, "")
    run(shell, "--status 503:0.25 --drop-after 2.5")
    assert current_server().conditions == Conditions(status={503: 0.25}, drop_after=2.5)
    run(shell, "off")
    assert current_server().conditions == Conditions()
    simulates = "The embedded voice simulates"
    far = f"{simulates}: RTT 200 ms, 64 kbit/s."
    busy = f"{simulates}: HTTP 503 (25%), dropped after 2.5 s of sound."
    nothing = f"{simulates} nothing."
    assert capsys.readouterr().out.splitlines() == [nothing, far, far, busy, nothing]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("--rtt 9000", "rtt must be 0 to 5000, not 9000"),
        ("--rtt=many", "--rtt"),
        ("--jiter 5", "there is no option --jiter (did you mean --jitter?)"),
        ("on", "unexpected 'on'"),
        ("--status 503:often", "'503:often' is not CODE or CODE:PROBABILITY"),
    ],
)
def test_what_the_magic_refuses_changes_nothing(
    shell: InteractiveShell, line: str, sentence: str
) -> None:
    current_server().conditions = FAR
    with pytest.raises(ParameterError) as refused:
        run(shell, line)
    assert sentence in str(refused.value)
    assert current_server().conditions == FAR


def test_the_simulation_ends_with_the_extension(shell: InteractiveShell) -> None:
    run(shell, "--rtt 200")
    shell.run_line_magic("unload_ext", "jupyter_tts")
    shell.run_line_magic("load_ext", "jupyter_tts")
    assert current_server().conditions == Conditions()


def test_the_magics_help_has_every_option(shell: InteractiveShell) -> None:
    help_text = shell.magics_manager.magics["line"]["tts_network"].getdoc()
    for name in Conditions().plain:
        assert f"--{name.replace('_', '-')} " in help_text


@pytest.mark.usefixtures("shell")
def test_panels_and_the_magic_share_one_set() -> None:
    current_server().conditions = FAR
    panels = [Panel(server="local"), Panel(server="local")]
    one, other = (panel.children[0] for panel in panels)
    assert one.conditions == {"rtt": 200, "bandwidth": 64}
    one.conditions = {"rtt": 100, "status": ["503:0.5"], "seed": None}
    assert current_server().conditions == Conditions(rtt=100, status={503: 0.5})
    assert other.conditions == {"rtt": 100, "status": ["503:0.5"]}
    assert one.simulated == other.simulated == "HTTP 503 (50%), RTT 100 ms"
    for panel in panels:
        panel.close()


@pytest.mark.usefixtures("shell")
@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"status": ["503:0.7", "429:0.7"]}, "must not exceed 1 together"),
        ({"status": ["503:x"]}, "status: '503:x' is not CODE"),
        ({"rtt": -1}, "rtt must be 0 to 5000"),
    ],
)
def test_impossible_conditions_are_refused_in_the_panel(
    values: dict[str, Any], sentence: str
) -> None:
    current_server().conditions = FAR
    panel = Panel(server="local")
    controls: Any = panel.children[0]
    controls.conditions = values
    assert sentence in controls.error
    assert current_server().conditions == FAR
    assert controls.simulated == FAR.summary
    controls.conditions = {}
    assert (controls.error, controls.simulated) == ("", "")
    panel.close()


@pytest.mark.usefixtures("shell")
def test_a_closed_panel_stops_following_the_conditions() -> None:
    panel = Panel(server="local")
    controls: Any = panel.children[0]
    panel.close()
    current_server().conditions = FAR
    assert controls.simulated == ""
