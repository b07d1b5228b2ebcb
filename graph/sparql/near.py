"""Answers to queries that reach so little that no process has to be ready to be killed for them.

What a query could look at is counted in the store first, and the count does not depend on how busy
the machine is: past it, the query is for a worker. The engine and the writers are a worker's own
(graph.workers.evaluator), so the bytes are too.
"""

from itertools import islice
from time import perf_counter

from pyoxigraph import BlankNode, Literal, NamedNode, Store

from graph.snapshot import Release
from graph.sparql.reach import Reach, Step
from graph.sparql.reading import reaching
from graph.workers.evaluator import evaluate_few
from graph.workers.job import Answer, Job
from graph.workers.serialization import CharacterError

MOST = 256
"""Rows that a query may have before anything is left out: half a millisecond."""
_LONG = 256
"""Characters of a literal that count as a further row."""
_REMEMBERED = 4096
"""Counts of a release that are remembered."""


def near(job: Job, release: Release, store: Store) -> Answer | None:
    """The answer to this job over the store of this release, or None where a worker must give it.

    Never takes long: a query is evaluated only if it has at most 256 rows in any order of joins.
    """
    if job.default_graphs is not None or job.named_graphs is not None or job.zero_paths:
        return None
    found = reaching(job.query)
    if found is None or rows(found, release, store) > MOST:
        return None
    start = perf_counter()
    try:
        body = evaluate_few(store, job.query, job.base_iri, job.rows)
    except (CharacterError, SyntaxError):
        # A worker meets it again, and its errors are told.
        return None
    return Answer(body, job.rows, release.version, perf_counter() - start)


def rows(found: Reach, release: Release, store: Store) -> int:
    """The rows that these steps have in any order of joins, at most; some number past 256 if more.

    What constants and repeated variables would leave out counts too.
    """
    product = found.rows
    # Before a second step is counted, the first ones are known to be few.
    for step in sorted(found.steps, key=_is_second):
        if product > MOST:
            break
        before = _before(step, found)
        product *= max(
            1,
            release.remember(
                "reach",
                (step, before),
                lambda step=step, before=before: _count(step, before, store),  # type: ignore[misc]  # a default binds the loop variable
                _REMEMBERED,
            ),
        )
    return product


def _is_second(step: Step) -> bool:
    return isinstance(step.start, str)


def _before(step: Step, found: Reach) -> tuple[Step, ...]:
    """The first steps that lead to a second one."""
    if not _is_second(step):
        return ()
    return tuple(each for each in found.steps if each.end == step.start and not _is_second(each))


def _count(step: Step, before: tuple[Step, ...], store: Store) -> int:
    """The triples of a step, of a second one the most that one thing has; some number past 256."""
    if isinstance(step.start, NamedNode):
        return _triples(step.start, step, store, MOST + 1)
    left, most = MOST + 1, 0
    for first in before:
        subject = first.start if isinstance(first.start, NamedNode) else None
        for quad in store.quads_for_pattern(subject, first.property, None, first.graph):
            if isinstance(quad.object, NamedNode | BlankNode):
                count = _triples(quad.object, step, store, left)
                left, most = left - count, max(most, count)
                if left <= 0:
                    return MOST + 1
    return most


def _triples(start: NamedNode | BlankNode, step: Step, store: Store, most: int) -> int:
    found = store.quads_for_pattern(start, step.property, None, step.graph)
    return sum(1 + _further(quad.object) for quad in islice(found, most))


def _further(term: object) -> int:
    return len(term.value) // _LONG if isinstance(term, Literal) else 0
