"""Two articles about the same things: what is one stays one, what is two stays two."""

import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import releases
import yaml
from gathered import problems
from rdflib.namespace import OWL
from rdflib.query import ResultRow
from reasoners import closure, hermit, needs_java, union

from graph.errors import InputError
from graph.paths import ONTOLOGY
from graph.queries import canned
from graph.rdf.namespaces import PREFIXES, expand
from graph.rdf.store import in_memory
from graph.release import build, dumps
from graph.release.build import Sources
from graph.release.proof import conformance

TWO = Path(__file__).parent / "data" / "articles"
CASES = yaml.safe_load((TWO.parent / "broken-mapping.yaml").read_text("utf-8"))
FILES = {1: "gazette-20210111-1", 2: "gazette-20210112-2"}


def read(articles: Path) -> Sources:
    """What a build reads from a folder of articles with its own registry."""
    return build.read(articles, articles / "entities.csv", articles / "background.yaml")


@pytest.fixture(scope="module")
def two() -> Sources:
    """Both articles."""
    return read(TWO)


@pytest.fixture(scope="module")
def dataset(two: Sources) -> ox.Store:
    """Their dataset in memory."""
    return in_memory(two.quads)


@pytest.fixture(scope="module")
def graph(two: Sources) -> rdflib.Graph:
    """What the articles state, with the ontology and its code lists."""
    found = releases.second(ox.Quad(*t) for t in conformance.asserted(two.quads))
    return (
        union(found.default_graph)
        .parse(ONTOLOGY / "policyprov.ttl")
        .parse(ONTOLOGY / "concepts.ttl")
    )


def rows(dataset: ox.Store, pattern: str) -> list[tuple[str, ...]]:
    """The values of a SELECT, row by row, sorted."""
    found = dataset.query(f"SELECT {pattern}", prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    names = [v.value for v in found.variables]
    return sorted(tuple(row[n].value for n in names) for row in found)


@pytest.mark.slow
def test_every_check_passes(two: Sources, dataset: ox.Store) -> None:
    assert problems(two, TWO, dataset) == []
    assert conformance.consistency(two.quads).passed


def test_exactly_200_and_more_than_200_are_two_figures(dataset: ox.Store) -> None:
    found = rows(dataset, "?t ?c { ?o pp:value 200 ; pp:valueText ?t ; pp:comparator ?c }")
    kinds = (PREFIXES["c"] + "comparator-exactly", PREFIXES["c"] + "comparator-more-than")
    assert found == [("200个", kinds[0]), ("200余个", kinds[1])]
    assert len(rows(dataset, "DISTINCT ?o { ?o pp:value 200 }")) == 2


def test_proposed_and_done_are_two_figures(dataset: ox.Store) -> None:
    assert len(rows(dataset, "DISTINCT ?o { ?o pp:value 252 }")) == 2
    assert len(rows(dataset, "?o { ?o pp:value 252 ; adms:status c:status-proposed }")) == 1


def test_a_figure_in_two_articles_is_one_with_the_claims_of_both(dataset: ox.Store) -> None:
    (only,) = rows(dataset, "DISTINCT ?o { ?o pp:value -10 }")
    claims = rows(dataset, f"?c ?v {{ ?c pp:about <{only[0]}> ; pp:voice ?v }}")
    assert len(claims) == 4
    assert sum(voice.endswith("voice-mapper") for _, voice in claims) == 2


def test_an_event_has_a_place_in_each_timeline_and_none_of_its_own(dataset: ox.Store) -> None:
    listed = rows(
        dataset, "?n { ?e pp:lists evt:qinghe-list-issuance ; pp:sequence ?n ; a pp:Entry }"
    )
    assert listed == [("1",), ("2",)]
    assert rows(dataset, "?n { evt:qinghe-list-issuance pp:sequence ?n }") == []


def test_a_guest_of_an_issuance_issues_nothing(dataset: ox.Store) -> None:
    issuers = rows(dataset, "?a { doc:qinghe-list pp:issuedBy ?a }")
    assert issuers == [(PREFIXES["agt"] + "qinghe-office",)]
    assert rows(dataset, "?e { ?e pp:participant agt:qinghe-audit-office }")


def test_two_persons_of_one_name_have_their_own_bodies(dataset: ox.Store) -> None:
    found = rows(
        dataset,
        '?o { ?p rdfs:label "李翔"@zh . ?m org:member ?p ; org:organization/rdfs:label ?o '
        'FILTER(LANG(?o) = "zh") }',
    )
    assert found == [("清河县委督查室",), ("清河县审计局",)]


def test_the_graph_is_the_mappers_and_the_words_are_the_speakers(dataset: ox.Store) -> None:
    makers = rows(dataset, "DISTINCT ?a { ?c a pp:Claim ; prov:wasAttributedTo ?a }")
    assert makers == [(PREFIXES["agt"] + "policyprov",)]
    speakers = rows(
        dataset,
        "?a { ?p a pp:Passage ; pp:quote ?q ; prov:wasAttributedTo ?a "
        'FILTER(STRSTARTS(?q, "“检查少了")) }',
    )
    assert speakers == [(PREFIXES["agt"] + "li-xiang-audit",)]


def test_a_span_lies_in_the_file_whose_digest_is_told(two: Sources, dataset: ox.Store) -> None:
    told = rows(
        dataset,
        "DISTINCT ?d { ?s a pp:Span ; oa:hasSource ?f . ?f a pp:SourceFile ; schema:sha256 ?d ; "
        "dcat:mediaType <https://www.iana.org/assignments/media-types/text/plain> }",
    )
    assert told == sorted((m.article.sha256,) for m in two.mapped)


def test_a_mapping_has_its_days_and_its_plan(dataset: ox.Store) -> None:
    found = rows(
        dataset,
        "?b ?e { act:mapping-gazette-20210111-1 prov:startedAtTime ?b ; prov:endedAtTime ?e ; "
        "prov:used/a prov:Plan ; prov:wasAssociatedWith agt:policyprov }",
    )
    assert found == [("2021-01-11T00:00:00", "2021-01-11T23:59:59")]


def test_a_slip_is_a_place_in_the_source_file(dataset: ox.Store) -> None:
    found = rows(
        dataset,
        "?w ?r { ?e oa:motivatedBy oa:editing ; oa:hasTarget ?t ; oa:bodyValue ?r . "
        "?t a oa:SpecificResource ; oa:hasSource src:gazette-20210111-1 ; "
        "oa:hasSelector/oa:exact ?w }",
    )
    assert found == [("见到到实效", "见到实效")]


def test_the_words_of_both_ends_travel_with_the_release(two: Sources) -> None:
    files = dict(dumps.texts(two.mapped))
    for each in two.mapped:
        told = json.loads(files[f"articles/{each.article.slug}/links.json"])["links"]
        assert len(told) == len(each.links) > 0
        for end in (end for link in told for end in (*link["start"], *link["end"])):
            assert "".join(each.article.text[a:b] for a, b in end["runs"]) == end["words"]


def test_no_two_names_turn_out_to_be_one_thing(graph: rdflib.Graph) -> None:
    concluded, contradictions = closure(graph)
    same = concluded.subject_objects(OWL.sameAs)
    assert [(s, o) for s, o in same if s != o and not isinstance(s, rdflib.Literal)] == []
    assert contradictions == []


@needs_java
@pytest.mark.slow
def test_a_complete_reasoner_finds_no_contradiction(graph: rdflib.Graph, tmp_path: Path) -> None:
    verdict = hermit(graph, tmp_path)
    assert verdict.consistent
    assert (verdict.violations, verdict.unsatisfiable, verdict.same) == ((), (), ())


@pytest.mark.parametrize("query", ["?o { ?o pp:value 200 }", "?o { ?o pp:value 252 }"])
def test_whole_numbers_are_found_as_a_person_writes_them(
    query: str, dataset: ox.Store, graph: rdflib.Graph
) -> None:
    prefixes = {name: rdflib.Namespace(iri) for name, iri in PREFIXES.items()}
    found = graph.query(f"SELECT {query}", initNs=prefixes)
    other = {str(row["o"]) for row in found if isinstance(row, ResultRow)}
    assert {iri for (iri,) in rows(dataset, query)} == other != set()


@pytest.mark.parametrize("case", CASES, ids=[c["name"].replace(" ", "-") for c in CASES])
def test_a_broken_mapping_is_refused(case: dict[str, str], tmp_path: Path) -> None:
    shutil.copytree(TWO, tmp_path / "articles")
    name = f"{FILES[int(case['article'])]}/{case.get('file', 'claims.yaml')}"
    path = tmp_path / "articles" / name
    text = path.read_text("utf-8")
    assert case["old"] in text
    path.write_text(text.replace(case["old"], case["new"], 1), "utf-8")
    with pytest.raises(InputError) as refused:
        read(tmp_path / "articles")
    assert case["says"] in refused.value.what
    assert refused.value.where.file == name
    assert refused.value.where.line > 1
    assert case["remedy"] in refused.value.remedy


def test_a_title_that_nobody_rendered_is_answered_as_it_is_printed(dataset: ox.Store) -> None:
    """In English too: no row is lost for want of a rendering."""
    question = canned()["sections"]
    asked = {"article": expand(f"art:{FILES[1]}").value}
    answers = []
    for labels in ("zh", "en"):
        found = dataset.query(question.bound(asked, labels=labels))
        assert isinstance(found, ox.QuerySolutions)
        answers.append([str(row["title"]) for row in found])
    assert answers[0] == answers[1]
    assert answers[0]
    assert all(title.endswith("@zh") for title in answers[0])
