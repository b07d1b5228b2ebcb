"""A release: the same bytes for the same input, every format the same graph, switched whole."""

import csv
import gzip
import hashlib
import heapq
import io
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import published
import pyoxigraph as ox
import pytest
import rdflib
import yaml
from gathered import HOMES, together

from graph.errors import ReleaseError
from graph.paths import ARTICLES, ROOT
from graph.rdf import order, reification, store
from graph.rdf.formats import RDF_FORMATS, Format, Kind
from graph.rdf.namespaces import BACKGROUND, DEFAULT, IDS, INFERRED, NS, PREFIXES, expand, shorten
from graph.release import build as releases
from graph.release.build import Sources
from graph.release.dumps import DUMPS, Dump
from graph.release.shelf import locked
from graph.release.wordless import wordless

RDFLIB = {"ttl": "turtle", "nt": "nt", "nq": "nquads", "trig": "trig", "rdf": "xml", "n3": "n3",
          "jsonld": "json-ld"}  # fmt: skip


@pytest.fixture(scope="module")
def built() -> Path:
    """A release built from this checkout."""
    return published.folder().resolve()


def _lines(sources: Sources) -> list[str]:
    return sorted(str(q) for q in sources.quads)


def test_the_same_input_gives_the_same_quads(sources: Sources) -> None:
    """Reading twice gives identical sorted N-Quads."""
    assert _lines(releases.read()) == _lines(sources)


@pytest.mark.slow
def test_the_order_of_the_claims_does_not_matter(sources: Sources, tmp_path: Path) -> None:
    """A shuffled claims.yaml gives identical sorted N-Quads."""
    shutil.copytree(ARTICLES, tmp_path / "articles")
    path = tmp_path / "articles" / "rmrb-20210111-11" / "claims.yaml"
    written = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 - BaseLoader makes text only
    random.Random(7).shuffle(written["claims"])  # noqa: S311 - any fixed order will do
    path.write_text(yaml.safe_dump(written, allow_unicode=True, sort_keys=False), "utf-8")
    assert _lines(releases.read(tmp_path / "articles")) == _lines(sources)


def test_two_builds_write_the_same_bytes(built: Path, tmp_path: Path) -> None:
    """Every file but the engine's own store directory is the same, and so is the name."""
    again = releases.build(tmp_path)
    assert again.name == built.name
    assert (again / "SHA256SUMS").read_bytes() == (built / "SHA256SUMS").read_bytes()


def test_the_checksums_are_those_of_the_files(built: Path) -> None:
    """SHA256SUMS and release.json tell the digest and the size of every file."""
    lines = (built / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    manifest = json.loads((built / "release.json").read_text("utf-8"))
    assert {f["name"] for f in manifest["files"]} == sums.keys() - {"release.json"}
    for name, digest in sums.items():
        assert hashlib.sha256((built / name).read_bytes()).hexdigest() == digest
    for entry in manifest["files"]:
        assert (built / entry["name"]).stat().st_size == entry["bytes"]


@pytest.mark.parametrize("fmt", RDF_FORMATS, ids=[f.suffix for f in RDF_FORMATS])
def test_every_format_parses_back_to_the_same_graph(
    fmt: Format, built: Path, sources: Sources
) -> None:
    """Two independent parsers read the same triples or quads out of each dump."""
    raw = (built / f"policyprov.{fmt.suffix}").read_bytes()
    assert gzip.decompress((built / f"policyprov.{fmt.suffix}.gz").read_bytes()) == raw
    assert isinstance(fmt.engine, ox.RdfFormat)
    whole = fmt.kind is Kind.DATASET
    wanted = {q for q in sources.quads if whole or q.graph_name == DEFAULT}
    found = set(ox.parse(raw, format=fmt.engine))
    assert found == wanted
    assert _rdflib(raw, RDFLIB[fmt.suffix], whole=whole) == len(wanted)


def _rdflib(raw: bytes, name: str, *, whole: bool) -> int:
    if whole:
        dataset = rdflib.Dataset()
        dataset.parse(data=raw, format=name)
        return sum(1 for _ in dataset.quads())
    return len(rdflib.Graph().parse(data=raw, format=name))


def test_rdflib_reads_the_very_same_terms(built: Path, sources: Sources) -> None:
    """Not only the count: the quads rdflib reads from N-Quads are those that were built."""
    dataset = rdflib.Dataset()
    dataset.parse(built / "policyprov.nq", format="nquads")
    found = set()
    for s, p, o, g in dataset.quads():
        graph = "" if g is None or g == rdflib.graph.DATASET_DEFAULT_GRAPH_ID else f" <{g}>"
        found.add(f"{_n3(s)} {_n3(p)} {_n3(o)}{graph}")
    assert found == {_line(q) for q in sources.quads}


def _literal(text: str, language: str | None, datatype: str | None) -> str:
    """A literal in one spelling for both libraries: xsd:string and no datatype are the same."""
    string = datatype in (None, str(rdflib.XSD.string))
    return f"{text!r}@{language}" if language else f"{text!r}^^{'' if string else datatype}"


def _n3(term: object) -> str:
    assert isinstance(term, rdflib.term.Identifier)
    if isinstance(term, rdflib.Literal):
        return _literal(str(term), term.language, term.datatype and str(term.datatype))
    return f"<{term}>"


def _line(quad: ox.Quad) -> str:
    o = quad.object
    if isinstance(o, ox.Literal):
        shown = _literal(o.value, o.language, None if o.language else o.datatype.value)
    else:
        shown = str(o)
    graph = "" if quad.graph_name == DEFAULT else f" {quad.graph_name}"
    return f"{quad.subject} {quad.predicate} {shown}{graph}"


def _stated(sources: Sources) -> list[ox.Quad]:
    return [q for q in sources.quads if reification.is_stated(q.graph_name)]


def test_the_statement_dump_covers_every_fact_and_says_what_it_is_from(
    sources: Sources, built: Path
) -> None:
    """One statement a fact of each claim, of the background and of what is inferred, and no other.

    Read with rdflib alone: each leads to its graph, a claim on to its quote, speaker and voice.
    """
    graph = rdflib.Graph().parse(built / "statements.ttl")
    told = graph.query(
        """SELECT ?s ?p ?o ?from WHERE {
             ?statement a rdf:Statement ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ;
                        prov:wasDerivedFrom ?from }"""
    )
    assert len(told) == len(_stated(sources))
    rows = [row for row in told if isinstance(row, rdflib.query.ResultRow)]
    assert {" ".join(map(_n3, row)) for row in rows} == {
        _line(ox.Quad(q.subject, q.predicate, q.object)) + f" {q.graph_name}"
        for q in _stated(sources)
    }
    unsourced = graph.query(
        """SELECT ?claim WHERE { ?claim a pp:Claim
             FILTER NOT EXISTS { ?claim pp:voice ?v ; pp:saidBy ?by ; pp:statedIn/pp:quote ?q } }"""
    )
    assert len(unsourced) == 0
    claims = {q.graph_name for q in _stated(sources)} - {BACKGROUND, INFERRED}
    assert len(set(graph.subjects(rdflib.RDF.type, rdflib.URIRef(NS + "Claim")))) == len(claims)


def test_a_statement_has_nothing_that_would_make_it_a_claim_or_a_passage(built: Path) -> None:
    """Its properties are those of RDF's own vocabulary and where it is from."""
    triples = [q.triple for q in ox.parse(path=built / "statements.ttl")]
    nodes = {t.subject for t in triples if t.object == expand("rdf:Statement")}
    used = {t.predicate for t in triples if t.subject in nodes}
    reified = {f"rdf:{n}" for n in ("type", "subject", "predicate", "object")}
    assert used == {expand(n) for n in {*reified, "prov:wasDerivedFrom"}}


def test_a_name_of_a_statement_leads_back_to_its_triple(sources: Sources) -> None:
    """The name tells the graph and, outside claims, the subject; no two facts share a name."""
    names = set()
    for quad in _stated(sources):
        assert isinstance(quad.graph_name, ox.NamedNode)
        name = reification.name(quad.triple, quad.graph_name)
        home = reification.home(name)
        assert home is not None
        assert home.graph == quad.graph_name
        assert home.subject in (None, quad.subject)
        assert home.subject or home.graph not in (BACKGROUND, INFERRED)
        names.add(name)
    assert len(names) == len(_stated(sources))


def test_the_names_of_statements_are_written_with_a_prefix(sources: Sources, built: Path) -> None:
    """Each begins a block as `stm:…`, and none is escaped or written out."""
    text = (built / "statements.ttl").read_text("utf-8")
    names = re.findall(r"^stm:[A-Za-z0-9_.-]+(?= a rdf:Statement ;$)", text, re.MULTILINE)
    assert len(names) == len(set(names)) == len(_stated(sources))


@pytest.mark.parametrize("dump", DUMPS, ids=[d.name for d in DUMPS])
def test_a_dump_says_what_it_is_in_its_first_five_lines(dump: Dump, built: Path) -> None:
    """Name, licence, contents, checksum and documentation, where the format has comments."""
    head = (built / dump.name).read_text("utf-8").splitlines()[:7]
    if dump.fmt.name == "jsonld":
        assert head[0].startswith("{")
        return
    xml = dump.fmt.name == "rdfxml"
    lines = [line.removeprefix("<!-- " if xml else "# ").strip() for line in head[xml : xml + 5]]
    assert lines[0].startswith(f"{dump.name}: ")
    for line, word in zip(
        lines[1:], ("Licence: CC BY", "Inside: ", "Verify: ", "Read: "), strict=True
    ):
        assert line.startswith(word), line
    assert ("publishers" in lines[1]) == dump.part.words


TURTLES = [d for d in DUMPS if d.fmt.name in ("turtle", "trig", "n3")]


@pytest.mark.parametrize("dump", TURTLES, ids=[d.name for d in TURTLES])
def test_a_dump_for_people_is_laid_out_for_people(dump: Dump, built: Path) -> None:
    """Prefixes sorted, each subject once and set apart, `a` before all else that is said of it."""
    lines = (built / dump.name).read_text("utf-8").splitlines()
    prefixes = [line for line in lines if line.startswith("@prefix")]
    assert prefixes == sorted(prefixes)
    assert len(prefixes) == len(PREFIXES)
    before, graph = "", False
    for line in lines[5 + len(prefixes) :]:
        body = line[1:] if graph and line.startswith("\t") else line
        if line == "}":
            graph = False
        elif body and not body.startswith("\t"):
            assert before == "" or before.endswith(" {"), line
            graph = graph or line.endswith(" {")
        elif body:
            assert not body.startswith("\ta "), f"{before}\n{line}"
        before = line


@pytest.mark.parametrize("dump", DUMPS, ids=[d.name for d in DUMPS])
def test_a_dump_holds_one_subject_at_a_time(dump: Dump, sources: Sources) -> None:
    """Written from a stream, the first bytes are out before the last quad is asked for."""
    out, early = io.BytesIO(), []

    def stream() -> Iterator[ox.Quad]:
        quads = order.ordered(sources.quads)
        yield from quads[:-1]
        early.append(out.tell())
        yield quads[-1]

    assert dump.write(stream(), out, sources.vocabulary.context()) > 0
    assert early[0] > out.tell() / 3


def test_what_is_told_of_one_graph_can_be_merged(sources: Sources) -> None:
    """Parts in order, merged by their key, give the bytes that the whole gives."""
    quads = order.ordered(sources.quads)
    merged = heapq.merge(quads[::2], quads[1::2], key=order.key)
    (nquads,) = (d for d in DUMPS if d.name == "policyprov.nq")
    one, other = io.BytesIO(), io.BytesIO()
    nquads.write(quads, one, {})
    nquads.write(merged, other, {})
    assert one.getvalue() == other.getvalue()


@pytest.mark.parametrize("dump", DUMPS, ids=[d.name for d in DUMPS])
def test_a_dump_is_its_pieces_put_together(dump: Dump, sources: Sources) -> None:
    """Wherever it is cut between two subjects, also where a graph reaches over many pieces."""
    context = sources.vocabulary.context()
    blocks = list(order.subjects(order.ordered(sources.quads)))
    whole, last = b"", None
    at, sizes = 0, random.Random(5)  # noqa: S311 - any sizes will do
    while at < len(blocks):
        size = sizes.choice((1, 2, 3, 50, 400))
        out = io.BytesIO()
        quads = [quad for block in blocks[at : at + size] for quad in block]
        if dump.write(quads, out, context):
            taken = dump.joint.apart(out.getvalue())
            whole = whole or taken.head
            whole += dump.joint.between(last, taken.first) + taken.body
            last = taken.last
        at += size
    out = io.BytesIO()
    dump.write((quad for block in blocks for quad in block), out, context)
    assert whole + dump.joint.end(last) == out.getvalue()


HAN = re.compile(r"[\u3400-\u9fff]+")


def _runs(text: str) -> set[str]:
    """Every six characters in a row of the Chinese in a text."""
    return {m[i : i + 6] for m in HAN.findall(text) for i in range(len(m) - 5)}


def _public_names(folder: Path) -> set[str]:
    """The names and short forms of what has a name, and the labels of ontology and code lists."""
    with (folder / "entities.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["name"].split(":")[0] in NAMED]
    names = {row["zh"] for row in rows}
    named = {expand(row["name"]) for row in rows}
    for quad in ox.parse(path=folder / "policyprov.nq"):
        if quad.predicate == expand("skos:altLabel") and quad.subject in named:
            names.add(quad.object.value)
    for path in ("policyprov.ttl", "concepts.ttl"):
        terms = rdflib.Graph().parse(folder / "ontology" / path)
        for predicate in (rdflib.RDFS.label, rdflib.SKOS.prefLabel, rdflib.DCTERMS.title):
            names |= {str(o) for o in terms.objects(None, predicate)}
    return names


NAMED = {"agt", "app", "cas", "doc", "plc"}
OFFSETS = [d for d in DUMPS if not d.part.words]


@pytest.mark.parametrize("dump", OFFSETS, ids=[d.name for d in OFFSETS])
def test_the_wordless_dumps_hold_no_run_of_the_article(dump: Dump, built: Path) -> None:
    """No six Chinese characters in a row that the article prints, but those of a public name."""
    printed = set[str]()
    for path in ARTICLES.glob("*/article.txt"):
        printed |= _runs(path.read_text("utf-8"))
    allowed = {run for name in _public_names(built) for run in _runs(name)}
    whole = _runs((built / "policyprov.ttl").read_text("utf-8"))
    assert len(whole & printed - allowed) > 1000
    assert _runs((built / dump.name).read_text("utf-8")) & printed - allowed == set()


@pytest.mark.parametrize("folder", HOMES, ids=lambda path: path.name)
def test_no_sentence_of_any_genre_is_in_a_wordless_dump(folder: Path, tmp_path: Path) -> None:
    """What an obligation or a measure is called are words of the article, too."""
    quads = together(tmp_path / "articles", folder).read().quads
    texts = [path.read_text("utf-8") for path in folder.glob("*/article.txt")]
    printed = {run for text in texts for run in _runs(text)}
    kept = list(wordless(order.ordered(quads)))
    spoken = [
        quad
        for quad in kept
        if isinstance(quad.object, ox.Literal) and _runs(quad.object.value) & printed
    ]
    assert len(kept) > 100
    assert {shorten(str(q.subject).strip("<>")).partition(":")[0] for q in spoken} <= NAMED | {"c"}


def test_the_source_file_gives_the_words_of_a_wordless_dump_back(built: Path) -> None:
    """Whoever has the article cuts out every span by its offsets, and its SHA-256 proves it."""
    texts = {
        IDS + f"source/{path.parent.name}": path.read_text("utf-8")
        for path in ARTICLES.glob("*/article.txt")
    }
    graph = rdflib.Graph().parse(built / "policyprov-offsets.ttl")
    rows = graph.query(
        "SELECT ?source ?start ?end ?sum WHERE { ?span oa:start ?start ; oa:end ?end ; "
        "schema:sha256 ?sum ; oa:hasSource ?source }"
    )
    assert len(rows) == len(set(graph.subjects(rdflib.RDF.type, rdflib.URIRef(NS + "Span"))))
    for row in rows:
        assert isinstance(row, rdflib.query.ResultRow)
        words = texts[str(row[0])][int(row[1]) : int(row[2])]
        assert hashlib.sha256(words.encode()).hexdigest() == str(row[3])


def test_the_default_graph_is_every_named_graph_once_and_the_evidence(sources: Sources) -> None:
    """The copy is complete; what it has more is evidence; no blank node anywhere."""
    default = {q.triple for q in sources.quads if q.graph_name == DEFAULT}
    named = {q.triple for q in sources.quads if q.graph_name != DEFAULT}
    assert named <= default
    evidence = {
        t.subject for t in default
        if t.predicate == expand("rdf:type") and t.object in
        {expand(f"pp:{n}") for n in ("Claim", "Passage", "Span", "Section", "Article")}
    }  # fmt: skip
    assert {t.subject for t in default - named} <= evidence
    terms = {term for t in default for term in t}
    assert not any(isinstance(term, ox.BlankNode) for term in terms)


def test_what_is_inferred_is_told_apart_from_what_is_stated(sources: Sources) -> None:
    """No triple is both inferred and stated by a claim or the background."""
    inferred = {q.triple for q in sources.quads if q.graph_name == INFERRED}
    stated = {q.triple for q in sources.quads if q.graph_name not in (DEFAULT, INFERRED)}
    assert inferred
    assert BACKGROUND in {q.graph_name for q in sources.quads}
    assert not inferred & stated


def test_the_full_text_is_in_no_dump(built: Path) -> None:
    """Quotes are cited; the article as one text is not republished."""
    text = (ARTICLES / "rmrb-20210111-11" / "article.txt").read_text("utf-8")
    dump = (built / "policyprov.ttl").read_text("utf-8")
    longest = max(text.splitlines(), key=len)
    assert longest not in dump


def test_a_release_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    """Reading a missing store says how to build one."""
    with pytest.raises(ReleaseError, match="policyprov build"):
        store.read(tmp_path / "store")


def _build(target: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "graph.release.cli", "build", "--target", target],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _whole(folder: Path) -> None:
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert store.read(folder / "store").query("ASK { ?s ?p ?o }")


@pytest.mark.slow
def test_a_build_killed_at_any_moment_leaves_a_whole_release(built: Path, tmp_path: Path) -> None:
    """Killed 20 times at moments spread over its run, a build leaves the old release or the new."""
    old = tmp_path / "0.0.0-old"
    shutil.copytree(built, old)
    started = time.perf_counter()
    assert _build(tmp_path / "measured").wait(120) == 0
    whole = time.perf_counter() - started
    states = set()
    for moment in range(20):
        target = tmp_path / f"killed-{moment}"
        target.mkdir()
        shutil.copytree(built, target / old.name)
        (target / "current").symlink_to(old.name)
        process = _build(target)
        time.sleep(whole * (moment + 1) / 20)
        process.send_signal(signal.SIGKILL)
        process.wait()
        current = target / "current"
        states.add(current.readlink().name)
        _whole(current.resolve())
    assert states <= {old.name, built.name}
    assert old.name in states


def test_only_one_build_works_at_a_time(tmp_path: Path) -> None:
    """A second build over the same folder is refused while the first holds the lock."""
    with locked(tmp_path), pytest.raises(ReleaseError, match="another build"):
        releases.build(tmp_path)


@pytest.mark.slow
def test_what_a_killed_build_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    """Half-written folders and links of dead builds do not pile up."""
    (tmp_path / ".building-1" / "store").mkdir(parents=True)
    (tmp_path / ".current-1").symlink_to("nowhere")
    releases.build(tmp_path)
    assert {p.name for p in tmp_path.iterdir() if p.name.startswith(".")} == {".lock", ".parts"}
