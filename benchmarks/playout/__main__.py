"""``python -m benchmarks.playout [--traces 50] [--seed 1]`` prints a Markdown table."""

from __future__ import annotations

import argparse

from . import Figures, compare


def _row(name: str, heard: Figures) -> str:
    return (
        f"| {name} | {1000 * heard.delay:.0f} | {heard.gap_ratio:.2%} | {1000 * heard.gap:.1f} |"
        f" {heard.underruns} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.playout")
    parser.add_argument("--traces", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    result = compare(count=options.traces, seed=options.seed)
    print(f"Simulated: {options.traces} sessions, {result.utterances} utterances, whose first")
    print(f"message came after {1000 * result.first_message:.0f} ms on average.\n")
    print("| playout buffer | added delay, ms | gap ratio | gap per utterance, ms | underruns |")
    print("|---|---|---|---|---|")
    print(_row("adaptive (this package)", result.ours))
    for buffer, heard in result.fixed.items():
        print(_row(f"fixed, {buffer} ms", heard))
    gaps = f"{result.ours.gap_ratio:.2%} | {1000 * result.ours.gap:.1f}"
    if result.known is not None:
        known = "best fixed wait in each session, its network known, as much gap"
        print(f"| {known} | {1000 * result.known:.0f} | {gaps} | |")
    print(f"| offline optimum, as much gap | {1000 * result.optimum:.0f} | {gaps} | |")
    print(f"| offline optimum, no gap | {1000 * result.gapless:.0f} | 0.00% | 0.0 | 0 |")


if __name__ == "__main__":
    main()
