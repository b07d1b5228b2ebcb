"""How a worker ended that was not told to."""

import signal
from collections.abc import Mapping

OUT_OF_MEMORY = 70
"""The exit status of a worker that could not allocate."""

ENDINGS: Mapping[int, str] = {
    -signal.SIGABRT: "memory",  # what Rust and C++ do when an allocation fails
    OUT_OF_MEMORY: "memory",  # what Python does
    -signal.SIGSEGV: "nesting",  # the parser's recursion ran off its stack
    -signal.SIGBUS: "nesting",
    -signal.SIGALRM: "time",  # the worker's own alarm, when this side was too busy to look
    -signal.SIGKILL: "killed",  # an operator, or the kernel when the machine is out of memory
}
"""Exit status → the reason of a death."""


class Death(Exception):  # noqa: N818 (it is not an error of ours, and never leaves the package)
    """A worker ended before it answered.

    `reason` is `time`, `memory`, `client` (it went away), `nesting` (the engine crashed), `killed`
    (from outside) or `crash` (anything else); `seconds` is how long the query ran.
    """

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.reason, self.seconds = reason, seconds
