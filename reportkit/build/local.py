"""Plans → Bundles by processes of this machine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reportkit.execution.kernel_variables import warm_kernels
from reportkit.execution.pool import each_bundle
from reportkit.model import Confinement, Finished, Plan, Step


@dataclass(frozen=True, slots=True)
class LocalPool:
    """At most `jobs` processes of this machine, each with one report."""

    jobs: int

    def get_ready(self, confinement: Confinement) -> None:
        """Starts the server of the kernels: it gets ready while the reports are planned."""
        warm_kernels(confinement)

    def bundles(
        self, steps: Iterator[Step], at_most: int, starting: Callable[[Plan], None], _warned: Callable[[str], None], /
    ) -> Iterator[Finished]:
        """As `execution.pool.each_bundle`; there is nothing to warn of."""
        from reportkit.build.report import build_report  # what renders and reads back takes long to import

        return each_bundle(build_report, steps, at_most, self.jobs, starting)
