"""What one ``%tts_sweep`` does, once its options have been read."""

from __future__ import annotations

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from ...wire.errors import ParameterError
from ..sweep.saving import check_path
from ..sweep.sweep import Sweep
from .options import SweepOptions

__all__ = ["run_sweep"]


def run_sweep(shell: InteractiveShell, options: SweepOptions, cell: str | None) -> None:
    """Measure, or show what would be measured.

    Parameters
    ----------
    shell : InteractiveShell
        Its ``--name`` variable is set here.
    options : SweepOptions
    cell : str or None
        Texts of the user's own, one in each line.

    Raises
    ------
    TTSError
        A sentence for the reader.
    """
    given = dict(options.sweep)
    if cell is not None:
        if "texts" in given:
            raise ParameterError(
                ["--texts goes without texts in the cell"], hint="Nothing was sent."
            )
        given["texts"] = [line.strip() for line in cell.splitlines() if line.strip()]
    paths = [check_path(path) for path in options.save]
    sweep = Sweep(**given)
    if options.name is not None:
        shell.user_ns[options.name] = sweep
    if options.plan:
        display(sweep.plan)
        return
    sweep.run(yes=options.yes, restart=options.restart)
    for path in paths:
        print(f"Saved {sweep.save(path)}.")
