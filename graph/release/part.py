"""One article as a part of a release: read, proven, checked by itself, laid out in sorted runs.

A part follows from the files of its article, the registry rows that were looked up for it, the
ontology and the code, and from nothing else: no other article, no clock, no order of work.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from graph.coverage import inventory
from graph.coverage.coverage import measure
from graph.errors import CheckError, Errors
from graph.mapping import article, evidence, inference, mapped, quads
from graph.mapping.entities import Consulted, Entity
from graph.mapping.facts import Facts
from graph.mapping.mapped import Mapped
from graph.mapping.quads import Stated
from graph.paths import CHECKS, ONTOLOGY, ROOT
from graph.rdf import order, store
from graph.rdf.namespaces import IDS, expand, shorten
from graph.rdf.vocabulary import Vocabulary, vocabulary
from graph.release import checks, dumps
from graph.release.checks import Covered, Finding, Forbidden
from graph.runs import buckets
from graph.runs.buckets import SEAM
from graph.runs.merge import BUCKETS, FOLLOWS, JOINS, NAMED, RUNS, STATED

SOURCES = ("article.txt", "article.yaml", "claims.yaml", "inventory.csv")
"""The files of an article."""
CALLED = "called.run"
"""What the part calls the registered things it speaks of: name, and label in JSON or nothing."""
TOLD = "told.run"
"""What the part tells of documents that articles should agree in.

A line has document, property, article, the values in JSON, and where that is written.
"""
PLACES = "places.json"
"""The IRI of every claim, and of everything claims are about → file and line."""
SUMMARY = "part.json"
TEXTS = ("article.txt", "reading.json", "links.json")
FILES = frozenset((*RUNS, BUCKETS, CALLED, TOLD, *TEXTS, PLACES, SUMMARY))
"""The files of an article's part."""


@dataclass(frozen=True)
class Ground:
    """What every article is read against."""

    vocabulary: Vocabulary
    registry: Mapping[str, Entity]


def key(folder: Path) -> str:
    """What the part of an article is kept under: a digest of its files, the ontology and the code.

    The registry is left out: a part tells which rows it looked up, and is as good as they are.
    """
    found = hashlib.sha256(f"{folder.name}\n{code()}".encode())
    for path in (folder / name for name in SOURCES):
        if path.is_file():
            found.update(f"\n{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    return found.hexdigest()


@cache
def code() -> str:
    """A digest of all that decides what a part is, but for its article and the registry."""
    found = hashlib.sha256()
    for name in ("pyoxigraph", "pyyaml"):
        found.update(f"{name} {version(name)}\n".encode())
    paths = [*(ROOT / "graph").rglob("*.py"), *ONTOLOGY.glob("*.ttl"), *CHECKS.glob("*.rq")]
    for path in sorted(paths):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        found.update(f"{path.relative_to(ROOT)} {digest}\n".encode())
    return found.hexdigest()


@dataclass(frozen=True)
class Examined:
    """An article that was read: the files of its part by name, and what its checks found."""

    read: Mapped
    files: Mapping[str, bytes]
    spans: Finding
    covered: Covered
    rules: Finding

    @property
    def problems(self) -> tuple[str, ...]:
        """All that is wrong with the article by itself."""
        return (*self.spans.problems, *self.covered.problems, *self.rules.problems)


def make(folder: Path, ground: Ground) -> Mapping[str, bytes]:
    """The files of an article's part, by name.

    Raises InputError with all that is wrong in the article, and CheckError when it breaks a rule
    that concerns it alone.
    """
    found = examined(folder, ground)
    refuse(found.problems)
    return found.files


def examined(folder: Path, ground: Ground) -> Examined:
    """An article, read and checked by itself, whether it is sound or not.

    Raises InputError with all that is wrong in its files.
    """
    errors, registry = Errors(), Consulted(ground.registry)
    with errors.kept():
        source = article.load(folder, errors.report)
        facts = Facts(ground.vocabulary, registry, source.names, errors.report)
        inventory.load(folder, source, errors.report)
        each = mapped.load(folder, source, facts)
    errors.refuse()
    stated = quads.of_article(each, registry, ground.vocabulary)
    runs, joined = _runs(stated, ground.vocabulary, _own(source.slug, registry))
    places = written_at((each,))
    spans, covered = checks.spans((each,)), checks.covered(each, folder)
    rules = checks.violations(joined, places, checks.alone())
    measured = measure(each)
    known = {name for name, row in registry.rows.items() if row is not None}
    named = {
        CALLED: _lines(_called(quads.called(stated.facts, known))),
        TOLD: _lines(_told(_documents(stated), source.slug, places)),
    }
    summary = {
        "part": key(folder),
        "slug": source.slug,
        "covered": measured.covered,
        "printed": measured.printed,
        "rows": {name: rows(entity) for name, entity in sorted(registry.rows.items())},
    }
    texts = {name.rpartition("/")[2]: content for name, content in dumps.texts((each,))}
    listed = listed_buckets(runs, key(folder))
    found = {**runs, **named, **texts, **listed, PLACES: _json(places), SUMMARY: _json(summary)}
    return Examined(each, found, spans, covered, rules)


def _called(called: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    for name, labels in called.items():
        yield name, ""
        yield from ((name, json.dumps(label)) for label in labels)


def _told(
    documents: Mapping[str, Mapping[str, Iterable[str]]], slug: str, places: Mapping[str, str]
) -> Iterator[tuple[str, ...]]:
    for document, told in documents.items():
        place = places.get(expand(document).value, slug)
        for name, values in told.items():
            yield document, name, slug, json.dumps(sorted(values)), place


def _lines(rows: Iterable[tuple[str, ...]]) -> bytes:
    """These rows as sorted lines, which parts are merged by."""
    return b"".join(sorted(SEAM.join(map(str.encode, row)) + b"\n" for row in rows))


AGREED = ("dcterms:type", "pp:issuedBy")
"""What articles should agree in when they speak of one document: its kind and who issued it."""
_DOCUMENTS = IDS + "document/"


def _documents(stated: Stated) -> dict[str, dict[str, list[str]]]:
    """Document → property that articles should agree in → what is stated, by prefixed names."""
    found: dict[str, dict[str, list[str]]] = {}
    properties = {expand(name): name for name in AGREED}
    for quad in sorted(stated.facts, key=str):
        about, thing = quad.subject, quad.object
        if quad.predicate not in properties or not isinstance(thing, ox.NamedNode):
            continue
        if isinstance(about, ox.NamedNode) and about.value.startswith(_DOCUMENTS):
            told = found.setdefault(shorten(about.value), {})
            values = told.setdefault(properties[quad.predicate], [])
            if shorten(thing.value) not in values:
                values.append(shorten(thing.value))
    return found


def shared(stated: Stated, vocabulary: Vocabulary) -> dict[str, bytes]:
    """The files of what no article says: what is known, the ontology and the code lists.

    Raises CheckError when it breaks a rule by itself.
    """
    found, problems = shared_examined(stated, vocabulary)
    refuse(problems)
    return found


def shared_examined(
    stated: Stated, vocabulary: Vocabulary
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """What `shared` gives, whether it is sound or not, and what is wrong with it by itself."""
    runs, joined = _runs(stated, vocabulary, _nobody, quads.terms(vocabulary))
    problems = checks.violations(joined, {}, checks.alone()).problems
    return {**runs, **listed_buckets(runs, SHARED)}, problems


SHARED = "shared"
"""Who owns the runs of what no article says."""


def listed_buckets(runs: Mapping[str, bytes], owner: str) -> dict[str, bytes]:
    """The file that lists the buckets of these runs, but for what only joins."""
    kept = {name: content for name, content in runs.items() if name != JOINS}
    return {BUCKETS: buckets.listed(kept, owner)}


def rows(entity: Entity | None) -> list[str] | None:
    """What a part takes from a registry row; None where there is none."""
    return None if entity is None else [entity.zh, entity.of, entity.en]


def written_at(each: Iterable[Mapped]) -> dict[str, str]:
    """The IRI of every claim, and of everything claims are about → where that is written."""
    claims = [c for m in each for c in m.claims]
    about = {s: c.place for c in reversed(claims) for s in evidence.subjects(c)}
    named = about | {c.name: c.place for c in claims}
    return {expand(name).value: str(place) for name, place in named.items()}


def refuse(problems: Iterable[str]) -> None:
    """Raise CheckError with these problems, if there are any."""
    found = tuple(problems)
    if found:
        raise CheckError(found)


def broken(each: Mapped, registry: Mapping[str, Entity]) -> tuple[Forbidden, ...]:
    """The rules of an article alone that its claims break, each of which is proven."""
    terms = vocabulary()
    stated = quads.of_article(each, registry, terms)
    _, joined = _runs(stated, terms, _nobody)
    return tuple(checks.forbidden(joined, written_at((each,)), checks.alone()))


def _own(slug: str, registry: Consulted) -> Callable[[object], bool]:
    """Whether no other article can speak of a term, since it is named after this one."""
    listed = {expand(name) for name, row in registry.rows.items() if row is not None}

    def own(term: object) -> bool:
        if not isinstance(term, ox.NamedNode) or term in listed or not term.value.startswith(IDS):
            return False
        local = term.value.rpartition("/")[2]
        return local == slug or local.startswith(f"{slug}-")

    return own


def _nobody(_: object) -> bool:
    """What no article says may be about anything."""
    return False


def _runs(
    stated: Stated, vocabulary: Vocabulary, own: Callable[[object], bool],
    terms: frozenset[ox.Quad] = frozenset(),
) -> tuple[dict[str, bytes], ox.Store]:  # fmt: skip
    """The runs of what is stated, and a store of it, of what follows alone, and of the ontology."""
    triples = stated.triples
    follows = inference.infer(triples, vocabulary.ontology)
    named = stated.facts | terms
    default = {*stated.records, *quads.copied(named)}
    inferred = frozenset(quads.inferred(follows))
    linking = {each for pair in inference.joining(vocabulary.ontology) for each in pair}
    joins = {
        ox.Quad(t.subject, t.predicate, t.object)
        for t in {*triples, *follows}
        if t.predicate in linking and not (own(t.subject) and own(t.object))
    }
    found = {
        STATED: _run(default),
        FOLLOWS: _run(set(quads.copied(inferred)) - default),
        NAMED: _run(named),
        JOINS: _run(joins),
    }
    beside = inferred | quads.terms(vocabulary)
    return found, store.in_memory((*default, *named, *beside, *quads.copied(beside)))


def _run(found: Iterable[ox.Quad]) -> bytes:
    return b"".join(sorted(set(map(order.line, found))))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode() + b"\n"
