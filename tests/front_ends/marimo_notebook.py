"""A marimo notebook; the test has its cells run by the buttons."""

import marimo

app = marimo.App()


@app.cell
def _():
    import pathlib
    import time

    import marimo as mo

    import jupyter_tts as tts

    player = mo.ui.anywidget(tts.Player())
    mo.vstack([player])
    return mo, pathlib, player, time, tts


@app.cell
def _(mo):
    stream, again, stop, show = (
        mo.ui.run_button(label=label) for label in ("Stream", "Again", "Stop", "Show")
    )
    mo.hstack([stream, again, stop, show])
    return again, show, stop, stream


@app.cell
def _(mo, pathlib, player, stream, time):
    mo.stop(not stream.value)

    def tokens():
        yield "The first words are heard while the last ones are still being made. "
        while not pathlib.Path("go").exists():
            time.sleep(0.02)
        yield "And here it comes."

    first = player.say(tokens(), voice="en-us")
    pathlib.Path("first.pcm").write_bytes(first.pcm)
    return


@app.cell
def _(again, mo, pathlib, player):
    mo.stop(not again.value)
    pathlib.Path("again.pcm").write_bytes(
        player.say("It would go on and on, and nobody would stop it. " * 4, voice="en-us").pcm
    )
    return


@app.cell
def _(mo, player, stop):
    mo.stop(not stop.value)
    player.stop()
    return


@app.cell
def _(mo, show, tts):
    mo.stop(not show.value)
    tts.say("Shown by itself.", voice="en-us")
    return


@app.cell
def _(tts):
    tts.Panel("A panel's text.", latency=3)
    return


if __name__ == "__main__":
    app.run()
