"""Which of the processes runs which test file."""

from __future__ import annotations

from pathlib import Path

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

__all__ = ["BROWSER", "SideBySide", "takes_browser_tests"]

BROWSER = Path(__file__).with_name("browser")


def takes_browser_tests(worker: str) -> bool:
    """Whether a process, one of gw0, gw1 and so on, may have a browser: all but the second."""
    return worker != "gw1"


class SideBySide(LoadFileScheduling):
    """Runs browser tests, which mostly wait for sound, beside others, which mostly compute.

    All processes but one take browser tests as long as there are any. That one never does, so that
    there are not more browsers than the machine can serve.
    """

    def _assign_work_unit(self, node: WorkerController) -> None:
        in_browser, others = [], []
        for file in self.workqueue:
            is_of_browser = (self.config.rootpath / file).is_relative_to(BROWSER)
            (in_browser if is_of_browser else others).append(file)
        # A process that crashed has another in its place, perhaps with a browser.
        browsing = [one for one in self.nodes if takes_browser_tests(one.gateway.id)] or [node]
        files = in_browser + others if node in browsing else others
        if files:
            self.workqueue.move_to_end(files[0], last=False)
            super()._assign_work_unit(node)
        else:
            node.shutdown()
