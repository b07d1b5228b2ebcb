"""The files of a release: the dataset in every format, its statements, context and words.

A dump is written from quads in order (graph.rdf.order), and holds no more than one subject of them.
"""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox
from pyoxigraph import RdfFormat, parse

from graph.mapping.article import Article
from graph.mapping.links import Link
from graph.mapping.mapped import Mapped
from graph.paths import ONTOLOGY
from graph.rdf import jsonld, layout, order, reification
from graph.rdf.formats import RDF_FORMATS, Format, Kind, named
from graph.rdf.joints import JOINTS, Joint, Taken
from graph.rdf.namespaces import CANONICAL_BASE, DEFAULT, PREFIXES, expand
from graph.rdf.vocabulary import Vocabulary
from graph.release.wordless import wordless
from graph.runs import pieces, plan, tally
from graph.runs.assembly import Order, put_together
from graph.runs.buckets import SEAM
from graph.runs.files import Written

NAME = "policyprov"

Select = Callable[[Iterable[ox.Quad]], Iterable[ox.Quad]]
"""Quads in order → the quads of a dump, in the order that they are written in."""


@dataclass(frozen=True, eq=False)
class Part:
    """What a dump holds of the dataset, in each language; `words`: are printed words among it."""

    name: str
    title: str
    holds: Mapping[str, str]
    holds_without_graphs: Mapping[str, str]
    words: bool
    select: Select


def _all(quads: Iterable[ox.Quad]) -> Iterable[ox.Quad]:
    return quads


_PLAIN = {
    "en": "the default graph: every fact once, and the records of the words it was read from. What "
    "is background or inferred is not told apart here: see statements.ttl",
    "zh": "默认图：每条事实一次，并附其所据文字的记录；"
    "此处不区分背景知识与推出的内容，区分见 statements.ttl",
}
WHOLE = Part(
    NAME,
    "the provenance knowledge graph of policy news",
    {
        "en": "every fact in the named graph of its claim, of the background or of what is "
        "inferred; all of them once more, with the records of the words, in the default graph",
        "zh": "每条事实都在其陈述、背景知识或推出内容的命名图中；"
        "全部事实连同文字记录在默认图中再列一次",
    },
    _PLAIN,
    words=True,
    select=_all,
)
OFFSETS = Part(
    f"{NAME}-offsets",
    "the provenance knowledge graph of policy news, without the printed words",
    {
        "en": "the same graphs without quotes: a span has its offsets in the source file and the "
        "SHA-256 of its words (UTF-8)",
        "zh": "同样的各图，不含引文："
        "文本区间只有其在来源文件中的位置与文字（UTF-8）的 SHA-256 摘要",
    },
    {
        "en": "the default graph without quotes: a span has its offsets in the source file and the "
        "SHA-256 of its words (UTF-8)",
        "zh": "默认图，不含引文：文本区间只有其在来源文件中的位置与文字（UTF-8）的 SHA-256 摘要",
    },
    words=False,
    select=wordless,
)
STATEMENTS = Part(
    "statements",
    "the provenance of every single triple, in plain Turtle",
    {},
    {
        "en": "one rdf:Statement for each fact, derived from its claim, from the background or "
        "from what is inferred; a claim has its voice and speaker, its passages have the quote",
        "zh": "每条事实一个 rdf:Statement，注明源自其陈述、背景知识或推出内容；"
        "陈述有语态与说话人，段落有引文",
    },
    words=True,
    select=reification.statements,
)
_FORMATS = {WHOLE: RDF_FORMATS, OFFSETS: tuple(map(named, ("turtle", "trig", "nquads"))),
            STATEMENTS: (named("turtle"),)}  # fmt: skip


@dataclass(frozen=True)
class Dump:
    """A part of the dataset in a format."""

    part: Part
    fmt: Format

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.part.name}.{self.fmt.suffix}"

    @property
    def holds(self) -> Mapping[str, str]:
        """What is in it, by language, in a sentence without its full stop."""
        whole = self.fmt.kind is Kind.DATASET
        return self.part.holds if whole else self.part.holds_without_graphs

    @property
    def header(self) -> tuple[str, ...]:
        """The five lines that say what a file is to somebody who found it alone."""
        rights = "; the quoted words stay their publishers'" if self.part.words else ""
        return (
            f"{self.name}: {NAME}, {self.part.title}.",
            f"Licence: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/{rights}.",
            f"Inside: {self.holds['en']}.",
            f"Verify: its SHA-256 is in {CANONICAL_BASE}dumps/SHA256SUMS.",
            f"Read: {CANONICAL_BASE}ontology for the terms, docs/dumps.md for the files.",
        )

    @property
    def joint(self) -> Joint:
        """How it is put together of pieces."""
        return JOINTS[self.fmt.rdf]

    def write(self, quads: Iterable[ox.Quad], out: BinaryIO, context: Mapping[str, Any]) -> int:
        """Write the dump from the quads of the dataset, in order; returns how many it holds.

        `context` is the published JSON-LD context, as the object that holds it.
        """
        written = 0

        def counted() -> Iterator[ox.Quad]:
            nonlocal written
            for quad in self.part.select(self._carried(quads)):
                written += 1
                yield quad

        if self.fmt.name == "jsonld":
            jsonld.Writer(context).write(counted(), out)
        elif self.fmt.kind is Kind.DATASET:
            layout.write(counted(), out, self.fmt.rdf, PREFIXES, self.header)
        else:
            triples = (q.triple for q in counted())
            layout.write(triples, out, self.fmt.rdf, PREFIXES, self.header)
        return written

    def _carried(self, quads: Iterable[ox.Quad]) -> Iterable[ox.Quad]:
        """The quads whose place the format can tell; statements are made of all."""
        if self.fmt.kind is Kind.DATASET or self.part is STATEMENTS:
            return quads
        return (q for q in quads if q.graph_name == DEFAULT)


DUMPS = tuple(Dump(part, fmt) for part, formats in _FORMATS.items() for fmt in formats)
"""Every dump of a release."""


QUADS = next(d for d in DUMPS if d.part is WHOLE and d.fmt.name == "nquads")
"""The dump that holds all quads in order, of which all others are made."""
_MADE = tuple(dump for dump in DUMPS if dump is not QUADS)


def cut_quads(batch: Path) -> None:
    """Make the N-Quads of the stretches in a batch, and count them, into spools beside it."""
    folder = batch.parent
    with ExitStack() as opened:
        spool, shadow, counts = (
            opened.enter_context((folder / name).open("wb"))
            for name in (QUADS.name, f"{QUADS.name}{pieces.SHADOWS}", pieces.STRETCHES)
        )
        for each in plan.batch(batch):
            counts.write(
                each.name + SEAM + tally.counted((*each.rows, *each.shadow)).told() + b"\n"
            )
            _spool_quads(each.name, each.rows, spool)
            if each.casts_shadow:
                _spool_quads(plan.shadow(each.name), each.shadow, shadow)


def _spool_quads(name: bytes, rows: list[bytes], spool: BinaryIO) -> None:
    text = b"".join(map(order.nquad, rows))
    pieces.spooled(spool, name, len(rows), Taken(b"", b"", text, b""))


def cut(context: Mapping[str, Any], batch: Path) -> None:
    """Make the pieces of all other dumps of the stretches in a batch, into spools beside it."""
    folder = batch.parent
    with ExitStack() as opened:
        spools, shadows = (
            {d: opened.enter_context((folder / f"{d.name}{ending}").open("wb")) for d in _MADE}
            for ending in ("", pieces.SHADOWS)
        )
        for each in plan.batch(batch):
            _spool(each.name, each.rows, spools, context)
            if each.casts_shadow:
                _spool(plan.shadow(each.name), each.shadow, shadows, context)


def _spool(
    name: bytes, rows: list[bytes], spools: Mapping[Dump, BinaryIO], context: Mapping[str, Any]
) -> None:
    quads = list(parse(b"".join(map(order.nquad, rows)), format=RdfFormat.N_QUADS))
    for dump, spool in spools.items():
        out = io.BytesIO()
        triples = dump.write(quads, out, context)
        pieces.spooled(spool, name, triples, dump.joint.apart(out.getvalue()) if triples else None)


_ANY = ox.Quad(expand("clm:any"), expand("rdf:type"), expand("pp:Claim"), DEFAULT)
"""A quad that is in every dump, to see what a dump opens with."""


def make(ordered: Order, context: Mapping[str, Any], name: str) -> tuple[Written, Written]:
    """Write a dump and its packed form into a release.

    Raises StaleError when the last release is not what it was.
    """
    dump = next(d for d in DUMPS if d.name == name)
    out = io.BytesIO()
    dump.write([_ANY], out, context)
    return put_together(ordered, name, dump.joint, dump.joint.apart(out.getvalue()).head)


def others(terms: Vocabulary, entities: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a release beside its dumps, by name: context, registry, ontology."""
    published = json.dumps(terms.context(), ensure_ascii=False, indent=1, sort_keys=True)
    yield "context.jsonld", published.encode() + b"\n"
    yield "entities.csv", entities.read_bytes()
    for path in sorted((*ONTOLOGY.glob("*.ttl"), *(ONTOLOGY / "examples").glob("*.t*"))):
        yield f"ontology/{path.relative_to(ONTOLOGY)}", path.read_bytes()


def texts(mapped: Iterable[Mapped]) -> Iterator[tuple[str, bytes]]:
    """What the reader shows and no dump holds, by name.

    Each article's words, their reading order, and the words that name both ends of its links.
    """
    for each in mapped:
        source = each.article
        yield f"articles/{source.slug}/article.txt", source.text.encode()
        yield f"articles/{source.slug}/reading.json", _json(_order(source))
        told = {"article": source.slug, "links": [_link(link) for link in each.links]}
        yield f"articles/{source.slug}/links.json", _json(told)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _link(link: Link) -> dict[str, Any]:
    """A link by prefixed names, and where its claim's passages name its ends."""
    return {
        "claim": link.claim,
        "node": link.node,
        "subject": link.subject,
        "predicate": link.predicate,
        "object": link.object,
        "inferred": link.inferred,
        "start": [asdict(end) for end in link.start],
        "end": [asdict(end) for end in link.end],
    }


def _order(source: Article) -> dict[str, Any]:
    """The [start, end) runs of the source to read, by section and paragraph."""
    return {
        "article": source.slug,
        "sha256": source.sha256,
        "length": len(source.text),
        "sections": [
            {
                "section": f"{source.slug}-{s.slug}",
                "paragraphs": [
                    [[run.start, run.end] for run in p.spans(0, len(p.text))] for p in s.paragraphs
                ],
            }
            for s in source.sections
        ],
        "errata": [source.stem(erratum) for erratum in source.errata],
    }
