"""The mapping of the seed article: what is one thing, what is two, and what is not there."""

from collections import Counter
from decimal import Decimal

import pyoxigraph as ox
import pytest

from graph.coverage.coverage import measure
from graph.errors import InputError, Place
from graph.mapping import yaml_positions
from graph.mapping.claims import Claim
from graph.mapping.facts import canonical, nodes
from graph.mapping.yaml_positions import Text
from graph.paths import ARTICLES, QUERIES
from graph.rdf.namespaces import BACKGROUND, DEFAULT, PREFIXES
from graph.rdf.store import in_memory
from graph.release import checks
from graph.release.build import Sources


@pytest.fixture(scope="module")
def claims(first: Sources) -> tuple[Claim, ...]:
    """The claims of the seed article."""
    return first.mapped[0].claims


@pytest.fixture(scope="module")
def dataset(first: Sources) -> ox.Store:
    """What it says, in memory."""
    return in_memory(first.quads)


def rows(dataset: ox.Store, query: str) -> list[tuple[str | None, ...]]:
    """The values of a SELECT, row by row."""
    found = dataset.query(query, prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    names = [v.value for v in found.variables]
    return [tuple(None if row[n] is None else row[n].value for n in names) for row in found]


def test_english_renderings_are_background_and_no_words_of_a_claim(dataset: ox.Store) -> None:
    """Titles and descriptions keep their printed words; what renders them stands beside."""
    english = """SELECT ?graph ?words WHERE {
      VALUES (?thing ?property) {
        (evt:survey-2020-09 dcterms:description)
        (ent:rmrb-20210111-11-overview-1 rdfs:label)
        (sec:rmrb-20210111-11-editor-note rdfs:label)
        (art:rmrb-20210111-11 rdfs:label) }
      GRAPH ?graph { ?thing ?property ?words }
      FILTER(LANG(?words) = "en") }"""
    found = rows(dataset, english)
    assert {graph for graph, _ in found} == {BACKGROUND.value}
    assert {words for _, words in found} >= {"questionnaires", "Editor's note"}
    assert len(found) == 4
    in_claims = """SELECT ?words WHERE { GRAPH ?claim { ?thing ?property ?words }
      ?claim a pp:Claim FILTER(LANG(?words) = "en") }"""
    assert rows(dataset, in_claims) == []
    titles = "SELECT DISTINCT (LANG(?title) AS ?l) WHERE { ?s a pp:Section ; dcterms:title ?title }"
    assert rows(dataset, titles) == [("zh",)]


def test_every_record_of_the_inventory_is_covered(first: Sources) -> None:
    """342 of 342 records, and at least 97 % of the printed characters stand in a quote."""
    finding = checks.coverage(first.mapped, ARTICLES)
    assert finding.passed, finding.problems
    assert finding.detail.startswith("342/342 records")
    assert measure(first.mapped[0]).share >= 0.97


def test_every_observation_with_a_value_was_read_again(first: Sources) -> None:
    """The proofs count exactly the observations that the claims state a number for."""
    observations = [
        n for c in first.mapped[0].claims for f in c.facts for n in nodes(f)
        if "pp:Observation" in n.get("type", ())
    ]  # fmt: skip
    worded = [n for n in observations if "pp:valueText" in n]
    proofs = first.mapped[0].proofs
    assert proofs.numbers + len(proofs.unproven) == len(worded)
    assert proofs.numbers > 50
    assert not [n for n in observations if "pp:value" in n and "pp:valueText" not in n]


@pytest.mark.parametrize("value", ["-27.7", "-29.5"])
def test_a_figure_told_twice_is_one_observation_in_two_claims(
    dataset: ox.Store, value: str
) -> None:
    """The infographic repeats the text: one Observation, two Claims, two sections."""
    found = rows(
        dataset,
        f"""SELECT ?o (COUNT(DISTINCT ?claim) AS ?claims) (COUNT(DISTINCT ?section) AS ?sections)
        WHERE {{ GRAPH ?claim {{ ?o pp:value {value} }}
                 ?claim pp:statedIn/pp:inSection ?section }} GROUP BY ?o""",
    )
    assert [row[1:] for row in found] == [("2", "2")]


def test_no_derived_number_is_stored(dataset: ox.Store) -> None:
    """The relative changes and the base of the 30 % are computed, never facts of the article."""
    values = {abs(Decimal(v or "0")) for (v,) in rows(dataset, "SELECT ?v { ?o pp:value ?v }")}
    assert not values & {Decimal(n) for n in ("69.3", "47.9", "83.8", "2049", "933", "222")}
    text = "\n".join(str(q) for q in dataset)
    assert not any(number in text for number in ("69.3", "47.9", "83.8"))


def test_reports_under_review_are_no_policies(dataset: ox.Store) -> None:
    """Two 报告 are official documents and not policy documents; collections are neither."""
    reports = {r for (r,) in rows(dataset, "SELECT ?d { ?d dcterms:type c:document-type-report }")}
    policies = {p for (p,) in rows(dataset, "SELECT ?d { ?d a pp:PolicyDocument }")}
    assert len(reports) == 2
    assert len(policies) == 4
    assert not reports & policies


def test_a_collective_is_no_organisation(dataset: ox.Store) -> None:
    """各省区市 is a group that figures are averaged over, not a body that acts."""
    assert not dataset.query(
        'ASK { ?a rdfs:label "各省区市"@zh ; a org:Organization }', prefixes=PREFIXES
    )
    assert dataset.query('ASK { ?a rdfs:label "各省区市"@zh ; a pp:ActorGroup }', prefixes=PREFIXES)


def test_two_trips_and_ten_minutes_are_no_change(dataset: ox.Store) -> None:
    """Three pairs of numbers; what counts two things, or is summed up, is no change of one."""
    pairs = rows(
        dataset,
        """SELECT ?before ?after { ?c a pp:Change ; pp:before/pp:value ?before ;
                                     pp:after/pp:value ?after }""",
    )
    assert Counter(pairs) == Counter([("96", "50"), ("822", "252"), ("198", "32")])


def test_direct_speech_has_its_speaker(claims: tuple[Claim, ...]) -> None:
    """18 printed quotations; none is said by the paper, its reporters or an editor."""
    direct = [c for c in claims if c.voice == "c:voice-direct" and "QUO" in str(c.records)]
    reporters = {s for c in claims if c.voice == "c:voice-reporter" for s in c.speakers}
    assert len({c.passages[0].name for c in direct}) == 18
    assert not {s for c in direct for s in c.speakers} & (reporters | {"agt:peoples-daily"})


def test_broken_quotes_are_whole_and_slips_are_beside_them(dataset: ox.Store) -> None:
    """A quote over a column break reads through; a scanning slip has its corrected text."""
    broken = rows(
        dataset,
        """SELECT ?q (COUNT(?s) AS ?n) { ?p pp:quote ?q ; pp:hasSpan ?s
           FILTER(CONTAINS(?q, "一票否决”、签订")) } GROUP BY ?q""",
    )
    assert [n for _, n in broken] == ["3"]
    corrected = rows(dataset, 'SELECT ?t { ?p pp:correctedText ?t FILTER(CONTAINS(?t, "善琏镇")) }')
    assert corrected


def test_a_fact_without_a_named_graph_does_not_exist(dataset: ox.Store) -> None:
    """The audit query of the model returns nothing."""
    assert rows(
        dataset,
        """SELECT ?s ?p ?o WHERE { ?s ?p ?o . FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } }
        FILTER NOT EXISTS { ?s a ?t
          VALUES ?t { pp:Claim pp:Passage pp:Span pp:Section pp:Article } } }""",
    ) == []  # fmt: skip


def test_counting_in_the_default_graph_counts_once(dataset: ox.Store) -> None:
    """A COUNT without GRAPH is the number of distinct triples."""
    (plain,) = rows(dataset, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    (distinct,) = rows(dataset, "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT * { ?s ?p ?o } }")
    held = sum(1 for _ in dataset.quads_for_pattern(None, None, None, DEFAULT))
    assert plain == distinct == (str(held),)


@pytest.mark.parametrize(
    ("written", "stored"),
    [("27.70", "27.7"), ("-0.50", "-0.5"), ("198", "198"), ("6.9E4", "69000"), ("073", "73")],
)
def test_numbers_are_stored_in_canonical_form(written: str, stored: str) -> None:
    """The engine keeps values, not spellings: one value is written one way."""
    text = Text(written)
    text.place = Place("claims.yaml", 1)
    assert canonical(text) == stored


def test_what_is_no_number_is_refused_with_its_place() -> None:
    """A letter O for a zero is told with file and line."""
    text = Text("2O0")
    text.place = Place("claims.yaml", 7, 3)
    with pytest.raises(InputError, match=r"claims.yaml:7:3: '2O0' is not a number"):
        canonical(text)


def test_yaml_scalars_stay_text() -> None:
    """`2020-06` is a month and `no` a word, whatever YAML thinks."""
    path = ARTICLES / "rmrb-20210111-11" / "claims.yaml"
    loaded = yaml_positions.load(path)
    scalars = [c["quote"] for c in loaded["claims"] if isinstance(c.get("quote"), str)]
    assert all(isinstance(s, Text) and s.place.line > 0 for s in scalars)
    assert QUERIES.is_dir()
