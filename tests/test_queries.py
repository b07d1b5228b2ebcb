"""The canned queries: each gives the answer read off the article, on two engines and in any order.

The expected answers are files: rows as SPARQL's CSV, triples as sorted N-Triples.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import published
import pyoxigraph as ox
import pytest
import rdflib
import releases
from bounds import bounded
from gathered import DATA, SAMPLES

from graph.errors import InputError, ParameterError, Place
from graph.paths import ROOT
from graph.queries import WORDS, Query, canned, parse
from graph.rdf import order, reification
from graph.rdf.namespaces import BACKGROUND, INFERRED, PREFIXES, expand, shorten
from graph.rdf.store import in_memory
from graph.rdf.vocabulary import vocabulary
from graph.release.build import Sources, read
from graph.search.index import Index

INDICATORS = [n for n, scheme in vocabulary().listed.items() if scheme == "c:indicator"]
EXPECTED = Path(__file__).parent / "queries"
QUERIES = canned()
WITHOUT_WORDS: Mapping[str, str] = {
    "background-facts": "no article states them",
    "errata": "they target spans, whose words are ?exact",
    "inferred-facts": "nobody states them",
    "scopes-compared": "two claims, ?claim1 and ?claim2",
    "sections": "counts",
    "things-by-kind": "counts",
    "voices-by-section": "counts",
}
"""SELECT queries without ?claim and ?quote → why."""
DISAGREEING = "figures-told-differently"
"""The query that needs two articles which disagree."""
UNANSWERED: Mapping[str, str] = {}
"""Queries whose expected answer has nothing in it → why."""
OF_OTHERS: Mapping[str, str] = {
    "documents-in-full": "notices",
    "documents-sent-to": "notices",
    "figures-told-differently": "samples",
    "obligations-of-document": "notices",
    "relations-of-document": "notices",
    "validity-of-document": "notices",
}
"""Queries whose example is not in the published release → the folder of tests/data it is from."""

Term = ox.NamedNode | ox.Literal | None
Answer = bool | list[tuple[Term, ...]] | set[tuple[Term, ...]]
Value = Term | Decimal | datetime

HEAD = "".join(f"PREFIX {name}: <{space}>\n" for name, space in PREFIXES.items())
CLAIM = "clm:rmrb-20210111-11-"
ARTICLE = "art:rmrb-20210111-11"
REBOUND: Mapping[str, tuple[Mapping[str, str], str, set[str]]] = {
    "accounts-of-event": (
        {"event": "evt:survey-2020-09"},
        "object",
        {
            "agt:cpc-general-office",
            "c:event-type-survey",
            "per:2020-09",
            "pp:Event",
            "整治形式主义为基层减负蹲点调研",
            "整治形式主义为基层减负观测点蹲点调研",
            "调查问卷",
        },
    ),
    "case-as-graph": (
        {"case": "cas:nanxun"},
        "subject",
        {"cas:nanxun", "app:nanxun-one-trip", "mea:nanxun-share-data", "eff:nanxun-foundation"},
    ),
    "claim-for-fact-checkers": (
        {"claim": f"{CLAIM}c91b9a56-1"},
        "object",
        {
            "agt:jin-liqiong",
            "金利琼",
            "art:rmrb-20210111-11",
            "“一年下来，写的材料30个文件夹都装不完。”",
        },
    ),
    "claim-with-evidence": (
        {"claim": f"{CLAIM}d7bb6a8f-1"},
        "subject",
        {
            "ent:rmrb-20210111-11-overview-1",
            f"{CLAIM}d7bb6a8f-1",
            "psg:rmrb-20210111-11-d7bb6a8f",
            "spn:rmrb-20210111-11-d7bb6a8f-1",
        },
    ),
    "claims-at-position": (
        {"position": "740", "article": ARTICLE},
        "claim",
        {f"{CLAIM}94368501-1", f"{CLAIM}94368501-2"},
    ),
    "claims-of-document": (
        {"document": "doc:daoxian-tolerance-rules"},
        "claim",
        {f"{CLAIM}9790f91c-1", f"{CLAIM}fafeaf9f-1"},
    ),
    "claims-of-record": ({"record": "STA-004"}, "claim", {f"{CLAIM}0ddffad1-2"}),
    "claims-of-section": (
        {"section": "sec:rmrb-20210111-11-infographic-inspections"},
        "claim",
        {f"{CLAIM}9405fbbb-1", f"{CLAIM}c0b55f32-1", f"{CLAIM}d276f2a7-1", f"{CLAIM}d276f2a7-2"},
    ),
    "corroborated-facts": ({"least": "3", "article": ARTICLE}, "subject", set()),
    "description-of-thing": (
        {"thing": "agt:li-xiang"},
        "object",
        {"foaf:Person", "李翔", "Li Xiang"},
    ),
    "division-codes": (
        {"level": "c:admin-level-province", "article": ARTICLE},
        "code",
        {"140000", "320000", "330000", "430000", "510000"},
    ),
    "deadlines-between": ({"from": "2021-04-01", "until": "2022-12-31"}, "obligation", set()),
    "documents-sent-to": (
        {"body": "agt:qinghe-party-office"},
        "document",
        {"doc:qinghe-plates-notice"},
    ),
    "obligations-of-document": (
        {"document": "doc:qinghe-plates-amendment"},
        "condition",
        {"每年3月31日前"},
    ),
    "relations-of-document": (
        {"document": "doc:qinghe-plate-catalogue"},
        "other",
        {"doc:qinghe-plate-catalogue-2022"},
    ),
    "validity-of-document": (
        {"document": "doc:qinghe-sign-standard", "day": "2022-07-01"},
        "ground",
        {"repealed"},
    ),
    "events-between": (
        {"from": "2020-12-01", "until": "2020-12-31"},
        "event",
        {
            "evt:politburo-democratic-life-2020-12",
            "evt:lanxian-greeting",
            "evt:lvliang-year-end-inspection-2020",
        },
    ),
    "every-fact-has-a-source": ({"thing": "doc:nowhere"}, "", {"false"}),
    "evidence-of-figure": ({"number": "1434"}, "value", {"1434"}),
    "evidence-of-triple": (
        {"subject": "evt:survey-2020-09", "predicate": "pp:actor"},
        "object",
        {"agt:cpc-general-office"},
    ),
    "facts-about": (
        {"thing": "prb:fingertip-formalism"},
        "object",
        {
            "pp:Problem",
            "prov:Entity",
            "prb:formalism",
            "指尖上的形式主义",
            "Formalism at the fingertips",
        },
    ),
    "facts-within-place": (
        {"place": "plc:330503-shanlian"},
        "label",
        {
            "单位8处房产出租业务的上报",
            "两趟",
            "10多分钟",
            "陆晓艳",
            "善琏镇公共事业服务中心",
        },
    ),
    "facts-of-section": (
        {"section": "sec:rmrb-20210111-11-page"},
        "predicate",
        {"dcterms:title", "dcterms:type"},
    ),
    "figure-rests-on-direct-speech-only": (
        {"observation": "obs:cf607bca62a8"},
        "",
        {"false"},
    ),
    "figures-of-indicator": (
        {"indicator": "c:indicator-sign-plates"},
        "value",
        {"15"},
    ),
    "figures-reported-by": ({"body": "agt:cpc-general-office"}, "value", set()),
    "inferred-facts": (
        {"thing": "plc:330503"},
        "object",
        {"dcterms:Location", "prov:Location", "plc:330500", "plc:330000", "330503"},
    ),
    "issuer-of-document": (
        {"document": "doc:luojiang-ten-measures-2020-06"},
        "body",
        {"agt:510604-unspecified"},
    ),
    "measures-of-document": (
        {"document": "doc:luojiang-ten-measures-2020-06"},
        "measure",
        {"mea:luojiang-ten-measures"},
    ),
    "acts-of-year": (
        {"year": "2019"},
        "act",
        {"doc:notice-2019-03", "evt:politburo-democratic-life-2019-12"},
    ),
    "measures-of-level": (
        {"level": "c:admin-level-prefecture", "article": ARTICLE},
        "placeName",
        {"吕梁市"},
    ),
    "measures-of-work-line": (
        {"line": "c:work-line-documents-meetings"},
        "measure",
        {
            "mea:clarify-doc-meeting-standards",
            "mea:ledger-control-correct-circulate",
            "mea:curb-rebound",
        },
    ),
    "place-chain": (
        {"place": "plc:510604-wanfo"},
        "division",
        {"plc:510604-wanfo", "plc:510604", "plc:510600", "plc:510000"},
    ),
    "policy-lineage": (
        {"document": "doc:notice-2019-03"},
        "object",
        {"agt:cpc-general-office", "mea:burden-reduction-year-2019", "per:2019-03"},
    ),
    "policy-mentioning": (
        {"words": "指尖", "article": ARTICLE},
        "thing",
        {"mea:fingertip-formalism", "prb:fingertip-formalism"},
    ),
    "problem-measure-effect": (
        {"case": "cas:nanxun"},
        "outcome",
        {
            "持续筑牢克服形式主义、官僚主义的思想政治根基",
            "达到了固本培元的效果",
            "帮助基层干部腾出更多精力服务群众",
            "5次",
            "500多人",
            "10多分钟",
        },
    ),
    "quotes-as-annotations": (
        {"section": "sec:rmrb-20210111-11-timeline"},
        "object",
        {"2019年3月", "减负进行时", "src:rmrb-20210111-11"},
    ),
    "quotes-containing": (
        {"words": "最多跑一次”平台已开通"},
        "claim",
        {
            f"{CLAIM}70b0c784-1",
            f"{CLAIM}a3551f42-1",
            f"{CLAIM}e40b238f-1",
            f"{CLAIM}e40b238f-2",
        },
    ),
    "statement-dump": (
        {"section": "sec:rmrb-20210111-11-page"},
        "object",
        {"为基层减负 为实干撑腰", "c:article-type-special-report", f"{CLAIM}0be62c2d-1"},
    ),
    "statements-by-speaker": ({"speaker": "agt:li-xiang"}, "claim", {f"{CLAIM}be98f6e5-1"}),
    "thing-by-name": ({"name": "各省市区"}, "thing", {"agt:all-provinces"}),
}
"""A query → other values for its parameters, a column, and what stands in it then."""
OF_ARTICLE = tuple(n for n, q in QUERIES.items() if [p.name for p in q.parameters] == ["article"])
"""The questions about an article as a whole."""

HOSTILE = (
    '"',
    "\\",
    "'",
    '" } # parameter',
    '"@zh } UNION { ?s ?p ?o } #',
    'x" } ?s ?p ?o . VALUES ?words { "x',
    "} # parameter\nVALUES ?words { 1 } # parameter",
    "\\u0022 }",
    "\t\r\n\u2028\x7f",
    "𠮷善\ufffd塘",
    "\\1 \\g<0> ?words",
    "",
)
"""Texts that would leave their literal if they were pasted into a query."""


def name_of(query: Query) -> str:
    """The name a test case goes by."""
    return query.name


def rows_of(found: ox.QuerySolutions) -> list[tuple[Term, ...]]:
    """Rows as tuples of terms, in the order of the variables."""
    names = [v.value for v in found.variables]
    rows = []
    for row in found:
        terms = tuple(row[name] for name in names)
        assert all(t is None or isinstance(t, ox.NamedNode | ox.Literal) for t in terms)
        rows.append(terms)
    return rows


def answer(store: ox.Store, text: str) -> Answer:
    """What the production engine answers."""
    found = store.query(text)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    if isinstance(found, ox.QuerySolutions):
        return rows_of(found)
    return {(t.subject, t.predicate, t.object) for t in found}


def term(node: object) -> Term:
    """A term of rdflib as one of the production engine."""
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        datatype = ox.NamedNode(str(node.datatype)) if node.datatype else None
        return ox.Literal(str(node), datatype=datatype)
    assert node is None, node
    return None


def table(store: ox.Store, text: str) -> list[tuple[Term, ...]]:
    """The rows of a SELECT query."""
    found = answer(store, text)
    assert isinstance(found, list)
    return found


def second_answer(data: rdflib.Dataset, text: str) -> Answer:
    """What rdflib's own engine answers, with a bound on what it may take for it."""
    with bounded():
        found = data.query(text, use_store_provided=False)
        # Rows are made while they are read.
        return _read(found)


def _read(found: rdflib.query.Result) -> Answer:
    if found.type == "ASK":
        return bool(found.askAnswer)
    if found.type == "SELECT":
        names = found.vars or []
        return [tuple(term(row.get(name)) for name in names) for row in found.bindings]
    assert found.graph is not None
    return {(term(s), term(p), term(o)) for s, p, o in found.graph}


def value(of: Term) -> Value:
    """A number or an instant by its value, any other term as it is: engines spell them freely."""
    numbers = {expand("xsd:decimal"), expand("xsd:integer")}
    if isinstance(of, ox.Literal) and of.datatype in numbers:
        return Decimal(of.value)
    if isinstance(of, ox.Literal) and of.datatype == expand("xsd:dateTime"):
        return datetime.fromisoformat(of.value)
    return of


def values(of: Answer) -> object:
    """An answer with its numbers by value; the order of rows counts, that of triples does not."""
    if isinstance(of, bool):
        return of
    rows = (tuple(value(t) for t in row) for row in of)
    return list(rows) if isinstance(of, list) else set(rows)


def cells(rows: Iterable[tuple[Term, ...]]) -> list[list[str]]:
    """Rows as SPARQL's CSV writes them: IRIs and lexical forms, nothing for an unbound one."""
    return [[t.value if t else "" for t in row] for row in rows]


def variables(store: ox.Store, query: Query) -> list[str]:
    """The columns of a SELECT query."""
    found = store.query(query.text)
    assert isinstance(found, ox.QuerySolutions)
    return [v.value for v in found.variables]


def short(of: Term) -> str:
    """An IRI as a prefixed name, a literal by its lexical form."""
    assert of is not None
    return shorten(of.value) if isinstance(of, ox.NamedNode) else of.value


def typed(query: Query, given: Mapping[str, str]) -> dict[str, str]:
    """Parameter values with the prefixed names among them written out."""
    kinds = {p.name: p.type for p in query.parameters}
    return {k: expand(v).value if kinds[k] == "iri" else v for k, v in given.items()}


def column(store: ox.Store, query: Query, text: str, name: str) -> set[str]:
    """What stands in one column of an answer, with short names."""
    found = answer(store, text)
    if isinstance(found, bool):
        return {str(found).lower()}
    names = ["subject", "predicate", "object"] if isinstance(found, set) else None
    at = (names or variables(store, query)).index(name)
    return {short(row[at]) for row in found if row[at]}


@dataclass(frozen=True)
class Engines:
    """One dataset in the production engine, loaded forwards and backwards, and in rdflib."""

    store: ox.Store
    backwards: ox.Store
    second: rdflib.Dataset


def loaded(sources: Sources) -> Engines:
    """A dataset in every engine; rdflib's own reads it as it is opened in Python."""
    return Engines(
        in_memory(sources.quads),
        in_memory(reversed(sources.quads)),
        releases.second(sources.quads),
    )


def gathered(folder: Path) -> Engines:
    """The dataset of articles written for the tests."""
    return loaded(read(folder, folder / "entities.csv", folder / "background.yaml"))


@pytest.fixture(scope="session")
def page(first: Sources) -> Engines:
    """The dataset of the first article, whatever others are published."""
    return loaded(first)


@pytest.fixture(scope="session")
def notices() -> Engines:
    """Two notices written for the tests: what the published article has none of."""
    return gathered(DATA / "notices")


@pytest.fixture(scope="session")
def samples() -> Engines:
    """A transcript and a bulletin that disagree in one figure."""
    return gathered(SAMPLES)


@pytest.fixture
def engines(request: pytest.FixtureRequest) -> Engines:
    """The dataset that the query of a test case is about."""
    values = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    asked = values.get("query") or QUERIES.get(values.get("name", ""))
    world = "notices" if asked and "notices" in asked.tags else "page"
    world = "samples" if asked and asked.name == DISAGREEING else world
    found = request.getfixturevalue(world)
    assert isinstance(found, Engines)
    return found


@pytest.fixture
def dataset(engines: Engines) -> ox.Store:
    """That dataset in the production engine."""
    return engines.store


@pytest.fixture
def backwards(engines: Engines) -> ox.Store:
    """That dataset, loaded in the opposite order."""
    return engines.backwards


@pytest.fixture
def second(engines: Engines) -> rdflib.Dataset:
    """That dataset in rdflib."""
    return engines.second


def test_every_query_has_an_expected_answer() -> None:
    """No query is without an expected answer, and no expected answer without its query."""
    graphs = {n for n, q in QUERIES.items() if q.form in ("CONSTRUCT", "DESCRIBE")}
    wanted = {f"{n}.nt" if n in graphs else f"{n}.csv" for n in QUERIES}
    assert {path.name for path in EXPECTED.iterdir()} == wanted
    assert len(QUERIES) >= 30
    forms = [query.form for query in QUERIES.values()]
    assert forms.count("CONSTRUCT") >= 4
    assert {"SELECT", "ASK", "DESCRIBE"} <= set(forms)


def test_no_expected_answer_is_empty() -> None:
    """A query that finds nothing proves nothing: rows, triples, or the answer true."""
    empty = set()
    for name, query in QUERIES.items():
        path = EXPECTED / f"{name}.{'nt' if query.form in ('CONSTRUCT', 'DESCRIBE') else 'csv'}"
        told = path.read_text("utf-8").splitlines()
        least = ["true"] if query.form == "ASK" else told[1 if query.form == "SELECT" else 0 :]
        if not least or (query.form == "ASK" and told != least):
            empty.add(name)
    assert empty == set(UNANSWERED)


@pytest.mark.parametrize("query", [q for q in QUERIES.values() if q.parameters], ids=name_of)
def test_an_example_is_in_the_published_release(query: Query, dataset: ox.Store) -> None:
    """What a query asks about is there, or in the articles of the tests that are named here."""
    world = published.dataset()
    asked = [p.default for p in query.parameters if p.type == "iri"]
    absent = [iri for iri in asked if not _occurs(world, iri)]
    assert bool(absent) == (query.name in OF_OTHERS)
    assert all(_occurs(dataset, iri) for iri in absent)


def _occurs(store: ox.Store, iri: str) -> bool:
    node = ox.NamedNode(iri)
    places = ((node, None, None), (None, node, None), (None, None, node))
    return any(next(iter(store.quads_for_pattern(*place)), None) for place in places)


def test_folders_of_examples_are_the_ones_asked() -> None:
    """Each world that a query outside of the release is asked in has its example."""
    for name, folder in OF_OTHERS.items():
        marked = "notices" if "notices" in QUERIES[name].tags else "samples"
        assert (DATA / folder).is_dir()
        assert marked == folder


@pytest.mark.parametrize("query", QUERIES.values(), ids=name_of)
def test_a_query_gives_the_expected_answer(query: Query, dataset: ox.Store) -> None:
    """Every row and every triple is the expected one, and rows come in the expected order."""
    found = answer(dataset, query.text)
    if isinstance(found, set):
        lines = sorted(" ".join(str(t) for t in triple) for triple in found)
        expected = (EXPECTED / f"{query.name}.nt").read_text("utf-8")
        assert [f"{line} ." for line in lines] == expected.splitlines()
        return
    with (EXPECTED / f"{query.name}.csv").open(encoding="utf-8", newline="") as file:
        expected_rows = list(csv.reader(file))
    if query.name == "things-by-kind":
        # What figures measure is a list that grows with every article.
        measured, many = expand("pp:Indicator").value, str(len(INDICATORS))
        expected_rows = [
            [*row[:2], many if row[0] == measured else row[2]] for row in expected_rows
        ]
    if isinstance(found, bool):
        assert [[str(found).lower()]] == expected_rows
    else:
        assert [variables(dataset, query), *cells(found)] == expected_rows


@pytest.mark.slow
@pytest.mark.parametrize("query", QUERIES.values(), ids=name_of)
def test_rdflib_gives_the_same_answer(
    query: Query, dataset: ox.Store, second: rdflib.Dataset
) -> None:
    """A second, independent engine agrees on every term, and on the order of rows."""
    assert values(second_answer(second, query.text)) == values(answer(dataset, query.text))


@pytest.mark.parametrize("query", QUERIES.values(), ids=name_of)
def test_an_answer_does_not_depend_on_the_order_of_loading(
    query: Query, dataset: ox.Store, backwards: ox.Store
) -> None:
    """ORDER BY fixes every row, so that the same data gives the same bytes."""
    found = answer(dataset, query.text)
    assert answer(backwards, query.text) == found
    if isinstance(found, list):
        assert len(set(found)) == len(found)


@pytest.mark.parametrize("query", QUERIES.values(), ids=name_of)
def test_a_header_is_complete(query: Query) -> None:
    """Question, explanation and parameters stand in both languages, in block style."""
    assert query.summary.keys() == {"en", "zh"}
    assert query.description.keys() == {"en", "zh"}
    assert all(text.strip() for text in (*query.summary.values(), *query.description.values()))
    assert query.tags
    for parameter in query.parameters:
        assert parameter.label.keys() == {"en", "zh"}
    assert not re.search(r"^#\+ .*: [\[{]", query.text, re.MULTILINE)
    # A folded text would put a blank between two Chinese characters.
    assert not re.search(r"[一-鿿，。；：、] [一-鿿]", query.description["zh"])


@pytest.mark.parametrize("query", QUERIES.values(), ids=name_of)
def test_prefixes_are_the_published_ones_and_all_used(query: Query) -> None:
    """A query declares what it uses, as published, and nothing more."""
    declared = re.findall(r"^PREFIX (\w+): <(.+)>$", query.text, re.MULTILINE)
    assert declared == sorted(declared)
    assert all(PREFIXES[name] == space for name, space in declared)
    store = ox.Store()
    for name, _ in declared:
        less = re.sub(rf"^PREFIX {name}: .*\n", "", query.text, flags=re.MULTILINE)
        with pytest.raises(SyntaxError):
            store.query(less)


@pytest.mark.parametrize("query", [q for q in QUERIES.values() if q.form == "SELECT"], ids=name_of)
def test_rows_lead_to_their_words(query: Query, dataset: ox.Store) -> None:
    """A row that shows a fact has its claim and a quote of that very claim."""
    names = variables(dataset, query)
    assert ({"claim", "quote"} <= set(names)) == (query.name not in WITHOUT_WORDS)
    if query.name in WITHOUT_WORDS:
        return
    stated = table(dataset, f"{HEAD} SELECT ?c ?q WHERE {{ ?c pp:statedIn/pp:quote ?q }}")
    found = table(dataset, query.text)
    at, words = names.index("claim"), names.index("quote")
    shown = {(row[at], row[words]) for row in found if row[words]}
    assert shown <= {(row[0], row[1]) for row in stated}
    assert shown


def test_every_parameter_is_tried_with_another_value() -> None:
    """A query with parameters has a second set of values, for all of them."""
    with_parameters = {n: q for n, q in QUERIES.items() if q.parameters}
    assert REBOUND.keys() == with_parameters.keys() - set(OF_ARTICLE)
    for name, (given, _, _) in REBOUND.items():
        assert given.keys() == {p.name for p in with_parameters[name].parameters}


@pytest.mark.parametrize("name", REBOUND)
def test_a_query_answers_for_another_parameter(name: str, dataset: ox.Store) -> None:
    """With other values bound, the answer is theirs."""
    query = QUERIES[name]
    given, shown, expected = REBOUND[name]
    bound = query.bound(typed(query, given), Index(published.folder().resolve()).passages)
    found = column(dataset, query, bound, shown)
    if query.form in ("CONSTRUCT", "DESCRIBE"):
        assert expected <= found
    else:
        assert found == expected


@pytest.mark.parametrize("name", [n for n, q in QUERIES.items() if q.labelled])
def test_labels_are_in_the_language_asked_for(name: str, dataset: ox.Store) -> None:
    """As many rows in English as in Chinese, and no label that was chosen stays Chinese."""
    query = QUERIES[name]
    english = query.bound({}, labels="en")
    chinese, found = answer(dataset, query.text), answer(dataset, english)
    assert query.bound({}) == query.text
    assert not isinstance(chinese, bool)
    assert not isinstance(found, bool)
    assert len(found) == len(chinese)
    if isinstance(found, set):
        return
    chosen = set(re.findall(r'LANG\(\?(\w+)\) = "en"', english))
    for at, column_ in enumerate(variables(dataset, query)):
        languages = {t.language for t in (r[at] for r in found) if isinstance(t, ox.Literal)}
        assert column_ not in chosen or languages <= {"en", None}


def test_what_a_caller_types_is_no_label() -> None:
    """The language is put into the query, never into a value."""
    typed_ = 'LANG(?label) = "zh"'
    text = QUERIES["policy-mentioning"].bound({"words": typed_}, labels="en")
    assert r'"LANG(?label) = \"zh\""' in text
    assert 'LANG(?label) = "en"' in text


def test_a_repeated_parameter_has_one_value() -> None:
    """What a sub-query repeats is bound in each place; two examples for it are refused."""
    query = QUERIES["sections"]
    bound = query.bound({"article": "https://example.org/x"})
    assert slots(bound) == [
        f"{indent}VALUES ?article {{ <https://example.org/x> }} # parameter"
        for indent in ("  ", "      ")
    ]
    text = query.text.replace("/rmrb-20210111-11> }", "/other> }", 1)
    with pytest.raises(InputError, match="parameter 'article' has two values"):
        parse(text, query.name, Place("queries/sections.rq"))


@pytest.mark.parametrize("name", OF_ARTICLE)
def test_a_question_about_an_article_is_about_that_one_only(name: str, dataset: ox.Store) -> None:
    """Bound to an article that is not there, it has no answer; the default is the first one."""
    query = QUERIES[name]
    assert name == DISAGREEING or query.parameters[0].default == expand(ARTICLE).value
    assert table(dataset, query.bound({"article": expand("art:elsewhere").value})) == []


def test_a_figure_told_in_two_ways_stands_beside_the_other(samples: Engines) -> None:
    """98 meetings and 96: both words, both articles, from either side; 320 and 320 are one."""
    query = QUERIES[DISAGREEING]
    (there,) = cells(table(samples.store, query.text))
    (back,) = cells(
        table(samples.store, query.bound({"article": expand("art:broadcast-20220105").value}))
    )
    assert (there[2], there[4:6], there[8]) == ("96次", ["98次", "2"], back[11])
    assert (back[2], back[4:6], back[8]) == ("98次", ["96次", "-2"], there[11])
    assert (there[6], there[9]) == (back[9], back[6])


def test_an_article_that_no_page_prints_has_its_sections(samples: Engines) -> None:
    """A broadcast: four sections in their order, no page, and the claims that rest on each."""
    query = QUERIES["sections"]
    asked = query.bound({"article": expand("art:broadcast-20220105").value})
    names = variables(samples.store, query)
    at = [names.index(name) for name in ("sequence", "title", "page", "claims")]
    assert [[row[i] for i in at] for row in cells(table(samples.store, asked))] == [
        ["1", "清河县村级标牌减少", "", "1"], ["2", "演播室", "", "1"],
        ["3", "字幕", "", "1"], ["4", "同期声", "", "1"],
    ]  # fmt: skip


def test_no_figure_of_the_published_article_is_told_in_two_ways(page: Engines) -> None:
    """What it tells twice it tells alike, and 198 that became 32 are no disagreement."""
    bound = QUERIES[DISAGREEING].bound({"article": expand(ARTICLE).value})
    assert table(page.store, bound) == []
    changed = f"{HEAD} ASK {{ ?x pp:before/pp:value 198 ; pp:after/pp:value 32 }}"
    assert answer(page.store, changed) is True


def slots(text: str) -> list[str]:
    """The lines that hold a parameter."""
    return [line for line in text.split("\n") if line.endswith("# parameter")]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        (q.name, p.name)
        for q in QUERIES.values()
        for p in q.parameters
        if p.type in ("string", "zh")
    ],
)
def test_a_hostile_text_stays_a_text(name: str, parameter: str, hostile: str) -> None:
    """Any text round-trips through its literal, and the rest of the query stays as it was."""
    query = QUERIES[name]
    bound = query.bound({parameter: hostile})
    slot, *more = (s for s in slots(bound) if f"?{parameter} " in s)
    assert not more
    (row,) = table(ox.Store(), f"SELECT ?{parameter} WHERE {{ {slot}\n }}")
    assert row[0] is not None
    assert row[0].value == hostile
    assert bound.replace(slot, "") == query.text.replace(
        next(s for s in slots(query.text) if f"?{parameter} " in s), ""
    )


@pytest.mark.parametrize(
    "hostile", ["https://x/> } #", "not an iri", "", "https://x/{", 'https://x/"']
)
@pytest.mark.parametrize("query", [q for q in QUERIES.values() if q.parameters], ids=name_of)
def test_what_is_no_value_of_the_type_is_refused(query: Query, hostile: str) -> None:
    """An IRI, a number or a date that is none never reaches the query."""
    for parameter in query.parameters:
        if parameter.type not in ("string", "zh", "en", WORDS):
            with pytest.raises(ParameterError):
                query.bound({parameter.name: hostile})


def test_policies_exclude_the_reports(dataset: ox.Store) -> None:
    """The two 报告 are official documents and no policies."""
    named, reviewed = QUERIES["policy-documents"], QUERIES["reports-under-review"]
    policies = column(dataset, named, named.text, "document")
    reports = column(dataset, reviewed, reviewed.text, "report")
    assert len(policies) == 6
    assert reports == {"doc:report-2019-12", "doc:report-2020-12"}
    assert not policies & reports


@pytest.mark.parametrize("number", ["27.7", "29.5"])
def test_a_figure_printed_twice_is_one_observation_of_two_claims(
    number: str, dataset: ox.Store
) -> None:
    """Text and infographic print the figure: one thing counted, two claims, two sections."""
    query = QUERIES["evidence-of-figure"]
    text = query.bound({"number": number})
    assert len(column(dataset, query, text, "observation")) == 1
    assert column(dataset, query, text, "value") == {f"-{number}"}
    assert len(column(dataset, query, text, "claim")) == 2
    assert len(column(dataset, query, text, "section")) == 2


@pytest.mark.parametrize(
    ("figure", "voices", "expected"),
    [
        ("obs:f0236faa598e", {"c:voice-direct", "c:voice-mapper"}, True),
        ("obs:992760282c74", {"c:voice-direct"}, True),
        ("obs:cf607bca62a8", {"c:voice-reporter", "c:voice-graphic", "c:voice-mapper"}, False),
        ("obs:b84bb19e6101", {"c:voice-reporter", "c:voice-mapper"}, False),
    ],
)
def test_a_figure_rests_on_direct_speech_or_not(
    figure: str, voices: set[str], dataset: ox.Store, *, expected: bool
) -> None:
    """True and false of figures that are there: what the mapper infers from speech is no voice."""
    told = f"{HEAD} SELECT ?v WHERE {{ ?claim pp:about {figure} ; pp:voice ?v }}"
    assert {short(row[0]) for row in table(dataset, told)} == voices
    query = QUERIES["figure-rests-on-direct-speech-only"]
    assert answer(dataset, query.bound(typed(query, {"observation": figure}))) is expected


def test_the_provinces_are_no_organisation(dataset: ox.Store) -> None:
    """各省区市 is a group."""
    assert answer(dataset, f"{HEAD} ASK {{ agt:all-provinces a pp:ActorGroup }}") is True
    assert answer(dataset, f"{HEAD} ASK {{ agt:all-provinces a org:Organization }}") is False


def test_the_default_graph_counts_nothing_twice(dataset: ox.Store) -> None:
    """A count over the default graph is a count of distinct triples."""
    every = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    distinct = "SELECT (COUNT(*) AS ?n) WHERE { SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } }"
    ((counted,),) = cells(table(dataset, every))
    assert [[counted]] == cells(table(dataset, distinct))
    assert int(counted) > 10_000


def test_the_whole_statement_dump_is_the_published_one(dataset: ox.Store, first: Sources) -> None:
    """Without its parameter the query gives what statements.ttl tells of claims, and no more."""
    text = QUERIES["statement-dump"].text
    (slot,) = slots(text)
    found = answer(dataset, text.replace(slot, ""))
    told = reification.statements(order.ordered(first.quads))
    shared = {str(g) for g in (BACKGROUND, INFERRED)}
    others = {q.subject for q in told if str(q.object) in shared}
    told = reification.statements(order.ordered(first.quads))
    assert found == {
        (q.subject, q.predicate, q.object) for q in told
        if q.subject not in others and q.subject not in (BACKGROUND, INFERRED)
    }  # fmt: skip


def test_the_share_is_computed_from_the_counts(dataset: ox.Store) -> None:
    """822 and 252 make 69.3 percent, and 73 is printed."""
    (row,) = cells(table(dataset, QUERIES["contradictory-figures"].text))
    assert row[1:5] == ["822", "252", "69.3", "73"]


PAGE = ROOT / "docs" / "queries.md"
_ENTRY = re.compile(r"^- \[([\w-]+)\]\(\.\./queries/\1\.rq\): (.+)\n  (.+)$", re.MULTILINE)


def test_the_page_lists_every_query_once_under_its_first_tag() -> None:
    """The list in the documentation is complete, sorted, and asks the queries' own questions."""
    listed = []
    for section in PAGE.read_text("utf-8").split("\n## ")[1:]:
        tag = section.partition("\n")[0]
        entries = _ENTRY.findall(section)
        assert [name for name, _, _ in entries] == sorted(name for name, _, _ in entries)
        listed += [(tag, name, en, zh) for name, en, zh in entries]
    expected = [(q.tags[0], q.name, q.summary["en"], q.summary["zh"]) for q in QUERIES.values()]
    assert sorted(listed) == sorted(expected)
