"""Work on a Spark cluster: the same functions on the same items, and the same results in order.

Every executor needs this checkout in the same place, its dependencies, and the folder of releases
as a shared file system: parts and dumps are files there, and only what is told of them travels.
"""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from typing import Any, Self, TypeVar

from graph.errors import ReleaseError
from graph.runs.crew import Crew, Progress

T = TypeVar("T")
R = TypeVar("R")

_HOW = "  remedy: "


class SparkCrew(Crew):
    """Workers of the Spark cluster whose master is at this URL; a context manager, as Crew is.

    Raises ReleaseError, when it is entered, if there is no PySpark or no Java here, or the cluster
    cannot be reached.
    """

    def __init__(self, master: str) -> None:
        super().__init__(jobs=1)
        self._master = master
        self._context: Any = None

    def __enter__(self) -> Self:
        self._context = _context(self._master)
        return self

    def __exit__(self, *_: object) -> None:
        if self._context is not None:
            self._context.stop()

    def run(
        self, work: Callable[[T], R], items: Sequence[T], step: str, progress: Progress, *,
        worth: bool,
    ) -> list[R]:  # fmt: skip
        """What `work` gives for each item, in their order.

        Work that is not `worth` the way to a cluster is done here. Raises ReleaseError when the
        cluster gives it up.
        """
        progress(step, 0, len(items))
        if not worth:
            found = [work(item) for item in items]
        else:
            from py4j.protocol import Py4JError  # noqa: PLC0415 - an optional extra

            try:
                # One item a task: a large article holds up no other.
                found = self._context.parallelize(items, len(items)).map(work).collect()
            except Py4JError as error:
                raise ReleaseError(
                    f"Spark gave up during {step}: {_cause(error)}; nothing was published\n"
                    f"{_HOW}look into the log of the executors, and build again, which goes on "
                    "with what was read"
                ) from error
        progress(step, len(items), len(items))
        return found


def _cause(error: Exception) -> str:
    """The line of a long report by both languages that says what went wrong in ours."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return next((line for line in lines if "Error: " in line and "py4j" not in line), lines[0])


def _context(master: str) -> Any:
    """A context on this cluster, which says little on the console."""
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java") and not (home and shutil.which("java", path=f"{home}/bin")):
        raise ReleaseError(
            f"--engine spark needs Java 17 or newer, and there is none\n{_HOW}install a Java "
            "runtime, or point JAVA_HOME at one"
        )
    try:
        from pyspark import SparkConf, SparkContext  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise ReleaseError(
            f"--engine spark needs PySpark, and there is none\n{_HOW}pip install -e '.[spark]'"
        ) from error
    # Executors run the interpreter that has our dependencies; a cluster may have it elsewhere.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }
    conf = SparkConf().setMaster(master).setAppName("policyprov").setAll(list(settings.items()))
    try:
        return SparkContext(conf=conf)
    except Exception as error:
        raise ReleaseError(f"Spark at {master} cannot be reached: {error}") from error
