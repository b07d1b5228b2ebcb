"""The checks: none reports on the good data, and each reports the defect it is for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from graph import queries
from graph.queries import Query
from graph.rdf.namespaces import IDS, PREFIXES, expand
from graph.rdf.store import in_memory
from graph.release import checks
from graph.release.build import Sources
from graph.runs.difference import Difference

CHECKS = queries.checks()
HEAD = "".join(f"PREFIX {name}: <{space}>\n" for name, space in PREFIXES.items())
NOTICE = "clm:rmrb-20210111-11-234fca19-1"
SHARE = "clm:rmrb-20210111-11-94368501-2"
LVLIANG = "psg:rmrb-20210111-11-44664342"

DEFECTS: tuple[tuple[str, str], ...] = (
    ("fact-without-graph", 'doc:notice-2019-03 dcterms:title "另一个标题"@zh .'),
    (
        "default-graph-misses-named-triple",
        f'{NOTICE} {{ doc:notice-2019-03 dcterms:title "另一个标题"@zh }}',
    ),
    ("unknown-graph", "gr:hearsay { doc:notice-2019-03 pp:issuedBy agt:cpc-general-office }"),
    ("blank-node-in-named-graph", f"{NOTICE} {{ doc:notice-2019-03 dcterms:creator [] }}"),
    ("blank-node-in-named-graph", f"{NOTICE} {{ [] pp:sequence 1 }}"),
    ("claim-without-passage", "clm:x a pp:Claim ."),
    ("claim-without-passage", "clm:x a pp:Claim ; pp:statedIn psg:x . psg:x a pp:Passage ."),
    ("claim-without-fact", f"clm:x a pp:Claim ; pp:statedIn {LVLIANG} ."),
    (
        "claim-without-speaker",
        "clm:x a pp:Claim ; pp:voice c:voice-reporter ; pp:confidence c:confidence-high .",
    ),
    ("about-out-of-step", f"{NOTICE} pp:about doc:notice-2020-04 ."),
    (
        "about-out-of-step",
        f"{NOTICE} {{ doc:notice-2020-04 pp:issuedBy agt:cpc-general-office }}",
    ),
    ("double-voice", "clm:x pp:voice c:voice-direct , c:voice-reporter ."),
    (
        "direct-speech-by-the-paper",
        f"clm:x pp:voice c:voice-direct ; pp:saidBy agt:qiao-dong ; pp:statedIn {LVLIANG} .",
    ),
    (
        "direct-speech-by-the-paper",
        f"clm:x pp:voice c:voice-reported ; pp:saidBy agt:peoples-daily ; pp:statedIn {LVLIANG} .",
    ),
    (
        "statement-without-speaker",
        f"{SHARE} {{ evt:x dcterms:type c:event-type-statement }}",
    ),
    (
        "statement-without-speaker",
        (f"{SHARE} {{ evt:x dcterms:type c:event-type-statement ; pp:actor agt:li-xiang }}"),
    ),
    ("passage-without-claim", "psg:x a pp:Passage ."),
    ("passage-outside-the-article", "psg:x a pp:Passage ; pp:inSection sec:x ."),
    (
        "quote-without-its-span",
        'psg:x a pp:Passage ; pp:quote "三个字" ; pp:hasSpan spn:x . spn:x oa:exact "两字" .',
    ),
    ("quote-without-its-span", 'psg:x a pp:Passage ; pp:quote "三个字" .'),
    ("span-length", 'spn:x oa:start 0 ; oa:end 3 ; oa:exact "两字" .'),
    ("spans-out-of-sequence", "psg:x pp:hasSpan spn:x . spn:x pp:sequence 2 ."),
    ("spans-out-of-sequence", "psg:x pp:hasSpan spn:x . spn:x pp:sequence 0 ."),
    (
        "spans-out-of-sequence",
        "psg:x pp:hasSpan spn:x , spn:y . spn:x pp:sequence 1 . spn:y pp:sequence 1 .",
    ),
    (
        "spans-overlap",
        (
            "psg:x pp:hasSpan spn:x , spn:y ."
            "spn:x oa:start 0 ; oa:end 3 . spn:y oa:start 2 ; oa:end 4 ."
        ),
    ),
    ("erratum-without-span", 'err:x a oa:Annotation ; dcterms:identifier "ERR-099" .'),
    (
        "erratum-without-span",
        f"err:x a oa:Annotation ; oa:motivatedBy oa:assessing ; oa:hasTarget {NOTICE} .",
    ),
    ("report-as-policy", "doc:report-2019-12 a pp:PolicyDocument ."),
    ("place-as-agent", "plc:141100 a prov:Agent ."),
    ("place-as-agent", "doc:notice-2019-03 pp:issuedBy plc:141100 ."),
    ("place-as-agent", "mem:x org:organization plc:141100 ."),
    ("place-as-agent", "evt:x pp:participant plc:141100 ."),
    ("place-as-agent", "prb:x pp:experiencedBy plc:141100 ."),
    ("group-as-organization", "agt:all-provinces a org:Organization ."),
    ("disjoint-classes", "doc:notice-2019-03 a pp:PolicyMeasure ."),
    ("disjoint-classes", "evt:issuance-notice-2019-03 a pp:Meeting ."),
    ("disjoint-classes", "mea:burden-reduction-year-2019 a prov:Activity ."),
    ("disjoint-classes", "doc:notice-2019-03 a pp:DocumentCollection ."),
    ("undeclared-term", "doc:notice-2019-03 pp:isuedBy agt:cpc-general-office ."),
    ("undeclared-term", "doc:notice-2019-03 a pp:Policy ."),
    ("undeclared-term", 'doc:notice-2019-03 dcterms:subtitle "全文" .'),
    ("unknown-concept", "doc:notice-2019-03 dcterms:type c:document-type-memo ."),
    ("dangling-reference", "doc:notice-2019-03 pp:issuedBy agt:nobody ."),
    ("note-in-one-language", 'clm:x rdfs:comment "Only English"@en .'),
    ("note-in-one-language", 'err:x rdfs:comment "只有中文"@zh .'),
    ("note-in-one-language", 'c:x skos:definition "no language" .'),
    ("note-in-one-language", 'c:x skos:prefLabel "Only English"@en .'),
    ("label-missing-zh", "mea:x a pp:PolicyMeasure ."),
    ("label-missing-zh", "doc:x a pp:DocumentCollection ."),
    ("label-missing-zh", 'mea:x a pp:PolicyMeasure ; rdfs:label "Only English"@en .'),
    ("label-missing-zh", 'plc:141100 rdfs:label "吕梁"@zh .'),
    ("broken-glyph-in-label", 'plc:330503-shanlian skos:altLabel "善\ufffd塘镇"@zh .'),
    ("functional-property-twice", "obs:x pp:value 1.0 , 2.0 ."),
    ("functional-property-twice", f'{LVLIANG} pp:quote "别的话" .'),
    ("functional-property-twice", "clm:x pp:confidence c:confidence-high , c:confidence-low ."),
    ("place-hierarchy-cycle", "plc:330000 pp:within plc:330503 ."),
    ("division-with-two-parents", "clm:x { plc:330503 pp:within plc:430000 }"),
    ("observation-of-nothing", "obs:x a pp:Observation ; pp:value 7 ."),
    ("observation-without-indicator", "obs:x a pp:Observation ; pp:value 7 ."),
    ("observation-without-statistic-type", "obs:x a pp:Observation ; pp:value 7 ."),
    ("observation-without-unit", "obs:x a pp:Observation ; pp:value 7 ."),
    ("comparator-without-value", "obs:x pp:comparator c:comparator-nearly ."),
    ("observation-without-claim", "obs:x a pp:Observation ."),
    ("value-not-in-canonical-form", 'obs:x pp:value "1434"^^xsd:float .'),
    ("value-not-in-canonical-form", "obs:x pp:value 1.434e3 ."),
    ("value-not-in-canonical-form", 'obs:x pp:valueMax "6.9万" .'),
    (
        "range-without-bounds",
        "obs:x a pp:Observation ; pp:comparator c:comparator-range ; pp:value 4.0 .",
    ),
    (
        "range-without-bounds",
        (
            "obs:x a pp:Observation ; pp:comparator c:comparator-range ;"
            "pp:value 5.0 ; pp:valueMax 4.0 ."
        ),
    ),
    (
        "range-without-bounds",
        "obs:x a pp:Observation ; pp:comparator c:comparator-exactly ; pp:valueMax 4.0 .",
    ),
    ("percentage-out-of-range", "obs:x pp:statisticType c:statistic-share ; pp:value 100.1 ."),
    (
        "percentage-out-of-range",
        "obs:x pp:statisticType c:statistic-plan-completion-ratio ; pp:value -22.6 .",
    ),
    ("year-on-year-without-base", "obs:x pp:statisticType c:statistic-year-on-year-change ."),
    (
        "year-on-year-without-base",
        (
            "obs:x pp:statisticType c:statistic-year-on-year-change ; pp:unit c:unit-percent ;"
            "pp:during per:2020 ; pp:basePeriod per:2020 ."
        ),
    ),
    (
        "plan-ratio-without-plan",
        "obs:x pp:statisticType c:statistic-plan-completion-ratio ; pp:unit c:unit-percent .",
    ),
    (
        "change-of-different-indicators",
        (
            "chg:x a pp:Change ; pp:before obs:x ; pp:after obs:y ."
            "obs:x pp:indicator c:indicator-trips-per-lease-report ."
            "obs:y pp:indicator c:indicator-lease-reporting-duration ."
        ),
    ),
    (
        "change-of-incommensurable-units",
        (
            "chg:x a pp:Change ; pp:before obs:x ; pp:after obs:y ."
            "obs:x pp:unit c:unit-trip . obs:y pp:unit c:unit-minute ."
        ),
    ),
    (
        "derived-number-stored",
        "obs:x pp:indicator c:indicator-demonstration-activities ; pp:value 69.3 .",
    ),
    (
        "derived-number-stored",
        "obs:x pp:indicator c:indicator-inspection-items-planned ; pp:value -47.9 .",
    ),
    (
        "derived-number-stored",
        "obs:x pp:indicator c:indicator-assessment-contents ; pp:value -83.8 .",
    ),
    (
        "derived-number-stored",
        "obs:x pp:indicator c:indicator-inspection-items-planned ; pp:value 2049.0 .",
    ),
    (
        "period-ends-before-start",
        (
            'per:x a pp:Period ; dcat:startDate "2020-02-01"^^xsd:date ;'
            'dcat:endDate "2020-01-01"^^xsd:date .'
        ),
    ),
    ("period-ends-before-start", 'per:x a pp:Period ; dcat:endDate "2020-01-01"^^xsd:date .'),
    (
        "quantified-effect-without-figure",
        "eff:meeting-style dcterms:type c:effect-type-quantified .",
    ),
    (
        "inferred-repeats-claim",
        "gr:inferred { doc:notice-2019-03 pp:issuedBy agt:cpc-general-office }",
    ),
)
"""A check → TriG that breaks its rule when it is added to the good dataset."""


def name_of(query: Query) -> str:
    """What a check forbids, without the ending all checks share."""
    return query.name.removesuffix("-violation")


def rows(store: ox.Store, query: Query) -> list[ox.QuerySolution]:
    """What a check reports on a store."""
    found = store.query(query.text)
    assert isinstance(found, ox.QuerySolutions)
    return list(found)


@contextmanager
def broken(store: ox.Store, defect: str) -> Iterator[None]:
    """The store with a defect in it, taken out again at the end."""
    added = [q for q in ox.parse(HEAD + defect, format=ox.RdfFormat.TRIG) if q not in store]
    assert added, "the defect is in the data already"
    store.extend(added)
    try:
        yield
    finally:
        for quad in added:
            store.remove(quad)


def test_every_check_has_been_seen_to_fail() -> None:
    """A check without a defect, or a defect without a check, is noticed."""
    assert {name for name, _ in DEFECTS} == {name_of(query) for query in CHECKS.values()}
    assert len(CHECKS) >= 25


@pytest.mark.parametrize("query", CHECKS.values(), ids=name_of)
def test_a_check_is_named_and_explained(query: Query) -> None:
    """The file name ends in -violation; summary and description stand in both languages."""
    assert query.name.endswith("-violation")
    assert query.form == "SELECT"
    assert not query.parameters
    assert query.tags
    for text in (query.summary, query.description):
        assert set(text) == {"en", "zh"}
        assert all(words.strip() for words in text.values())


@pytest.mark.parametrize("query", CHECKS.values(), ids=name_of)
def test_a_check_shows_the_thing_that_is_wrong_first(query: Query, dataset: ox.Store) -> None:
    """The first column is ?this or ?claim, or ?s where a bare triple is wrong."""
    found = dataset.query(query.text)
    assert isinstance(found, ox.QuerySolutions)
    first = found.variables[0].value
    assert first == ("s" if name_of(query) == "fact-without-graph" else first)
    assert first in {"this", "claim", "s"}


@pytest.mark.parametrize("query", CHECKS.values(), ids=name_of)
def test_the_good_data_breaks_no_rule(query: Query, dataset: ox.Store) -> None:
    """A check returns no row on the dataset."""
    assert rows(dataset, query) == []


@pytest.mark.parametrize(("name", "defect"), DEFECTS)
def test_a_defect_is_reported(name: str, defect: str, dataset: ox.Store) -> None:
    """With its defect added, the check reports; with the defect gone, it is silent again."""
    query = CHECKS[f"{name}-violation"]
    with broken(dataset, defect):
        assert rows(dataset, query)
    assert rows(dataset, query) == []


@pytest.mark.parametrize(("name", "defect"), [each for each in DEFECTS if each[0] in checks.LOCAL])
def test_a_defect_is_reported_by_a_look_near_what_was_added(
    name: str, defect: str, dataset: ox.Store
) -> None:
    """A check that looks at changed things only reports what it reports of all."""
    added = frozenset(ox.parse(HEAD + defect, format=ox.RdfFormat.TRIG))
    near = Difference(frozenset(), added).things
    among = {f"{name}-violation"}
    with broken(dataset, defect):
        found = checks.violations(dataset, {}, among, near).problems
        assert found == checks.violations(dataset, {}, among).problems
        assert found
        assert checks.violations(dataset, {}, among, ["urn:other"]).passed
    assert checks.violations(dataset, {}, among, near).passed


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        ("dangling-reference", (ox.NamedNode(IDS + "document/notice-2019-03"), None, None, None)),
        (
            "label-missing-zh",
            (ox.NamedNode(IDS + "document/notice-2019-03"), expand("rdfs:label"), None, None),
        ),
    ],
)
def test_a_defect_is_reported_by_a_look_near_what_was_taken_away(
    name: str, gone: tuple[Any, Any, Any, Any], dataset: ox.Store
) -> None:
    removed = frozenset(dataset.quads_for_pattern(*gone))
    near, among = Difference(removed, frozenset()).things, {f"{name}-violation"}
    for quad in removed:
        dataset.remove(quad)
    try:
        found = checks.violations(dataset, {}, among, near).problems
        assert found == checks.violations(dataset, {}, among).problems
        assert found
    finally:
        dataset.extend(removed)


def test_a_published_derived_number_may_be_stored(dataset: ox.Store) -> None:
    """A number that the article prints itself is no derived number, even if it follows."""
    printed = (
        "obs:x pp:indicator c:indicator-demonstration-activities ; pp:value 69.3 ."
        "clm:x pp:about obs:x ; pp:statedIn psg:x ."
        'psg:x pp:quote "拟取消69.3%" .'
    )
    with broken(dataset, printed):
        assert rows(dataset, CHECKS["derived-number-stored-violation"]) == []


@pytest.mark.parametrize("spelling", ["198.0", "+198", "0198", "198."])
def test_an_engine_that_keeps_spellings_shows_them(
    spelling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Oxigraph stores the value and not its spelling, so the rule is tried where it is kept."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    data = f'{HEAD} obs:x pp:value "{spelling}"^^xsd:decimal . obs:y pp:value 198 , -27.7 .'
    graph = rdflib.Graph()
    graph.parse(data=data, format="turtle")
    found = graph.query(CHECKS["value-not-in-canonical-form-violation"].text)
    assert [str(row[rdflib.Variable("this")]) for row in found.bindings] == [f"{PREFIXES['obs']}x"]


def test_all_checks_take_less_than_a_second(dataset: ox.Store) -> None:
    """The build waits for them, so their processor time is bounded."""
    before = time.process_time()
    for query in CHECKS.values():
        rows(dataset, query)
    assert time.process_time() - before < 1


def test_a_report_leads_to_the_line_of_the_claim(sources: Sources) -> None:
    """What is wrong with a fact is told with the place where its claim is written."""
    defect = ox.parse(HEAD + "doc:report-2019-12 a pp:PolicyDocument .", format=ox.RdfFormat.TRIG)
    finding = checks.violations(in_memory([*sources.quads, *defect]), sources.places)
    told = [problem for problem in finding.problems if problem.startswith("report-as-policy")]
    assert told
    assert all("claims.yaml:" in problem for problem in told)
