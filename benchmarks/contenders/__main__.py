"""``python -m benchmarks.contenders NAME``: one client, driven over standard input and output."""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import sys
import time
import warnings
from typing import Any, TextIO

from . import Contender, Ear, Target, Tokens


async def _speak(contender: Contender, task: dict[str, Any]) -> dict[str, Any]:
    """Speak as many streams at once as the task says, all of one text."""
    gc.collect()  # garbage of the contender before must not count here
    began, cpu = time.perf_counter(), time.process_time()
    ears = [Ear(keep=task["keep"]) for _ in range(task["streams"])]
    await asyncio.gather(*(contender.speak(Tokens(task["steps"]), ear) for ear in ears))
    return {
        "cpu": time.process_time() - cpu,
        "elapsed": time.perf_counter() - began,
        "first_audio": [ear.first_audio for ear in ears],
        "seconds": sum(ear.seconds for ear in ears),
    }


async def _serve(contender: Contender, answers: TextIO) -> None:
    """Do one task after the other until standard input ends."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        task = json.loads(line)
        match task["do"]:
            case "open":
                answer = await contender.open(Target(task["address"], task["ahead"]))
            case "speak":
                answer = await _speak(contender, task)
            case "close":
                answer = await contender.close()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main() -> None:
    # What a client prints must not be taken for an answer.
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)
        warnings.simplefilter("ignore")  # deprecations of other packages
        try:
            contender = importlib.import_module(f"{__package__}.{sys.argv[1]}").CONTENDER
        except ModuleNotFoundError as missing:
            answers.write(json.dumps({"missing": str(missing)}) + "\n")
            return
        answers.write("{}\n")
        answers.flush()
        asyncio.run(_serve(contender, answers))


if __name__ == "__main__":
    main()
