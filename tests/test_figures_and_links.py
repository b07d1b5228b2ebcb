"""What is told in pieces is one figure; a link names both its ends, or says that it is ours."""

import hashlib
from dataclasses import replace
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError, Place
from graph.mapping import article, figures, links, mapped
from graph.mapping.claims import Claim, Passage
from graph.mapping.entities import Entity
from graph.mapping.facts import OBSERVATION_KEY, Facts, observation
from graph.mapping.figures import Figure
from graph.mapping.mapped import Mapped
from graph.mapping.sections import Span
from graph.rdf.vocabulary import vocabulary

TEXT = """甲县减负
去年12月，甲县减负办印发《甲县减负办法》，截至2021年12月底，全县报表200余个，同比下降10%。
乙镇镇长王小明说：“填表少了，走访多了。”
"""
NAMES = {
    "agt:jia-office": "甲县减负办", "agt:wang-xiaoming": "王小明", "agt:paper": "甲县日报",
    "agt:policyprov": "policyprov", "doc:jia-rules": "甲县减负办法", "evt:jia-issuance": "印发办法",
    "mea:jia-forms": "减少报表", "eff:visits": "走访多了", "agt:jia-county": "甲县",
}  # fmt: skip
HEAD = """\
title: 甲县减负
publisher: agt:paper
issued: 2022-01-11
page: "1"
reprint: http://example.org/1
sections: [{slug: body, type: c:section-type-overview, title: 甲县减负, paragraphs: [1, 2, 3]}]
"""
FORMS = """
  - statedIn: {quote: "截至2021年12月底，全县报表200余个，同比下降10%"}
    voice: c:voice-reporter
    saidBy: agt:paper
    confidence: c:confidence-high
    facts:
      - type: Observation
        figure: forms
        indicator: c:indicator-documents-issued
        statisticType: c:statistic-count
        value: '200'
        valueText: 200余个
        unit: c:unit-piece
        comparator: c:comparator-more-than
        asOf: per:2021-12-31
"""
START = """
  - statedIn: {quote: "截至2021年12月底，全县报表200余个，同比下降10%"}
    number: '2'
    voice: c:voice-mapper
    saidBy: agt:policyprov
    confidence: c:confidence-high-inferred
    facts:
      - {type: Observation, figure: forms, during: 'per:2021'}
"""


def head(voice: str = "c:voice-reporter", confidence: str = "c:confidence-high") -> str:
    """The lines of a claim on the second line of the text, up to its facts."""
    who = "agt:policyprov" if voice == "c:voice-mapper" else "agt:paper"
    return f"""
  - statedIn: {{quote: 甲县减负办印发《甲县减负办法》}}
    voice: {voice}
    saidBy: {who}
    confidence: {confidence}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An article of three lines."""
    target = tmp_path / "jia-20220111-1"
    target.mkdir()
    (target / "article.txt").write_text(TEXT, "utf-8")
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    (target / "article.yaml").write_text(f"{HEAD}sha256: {digest}\n", "utf-8")
    return target


def facts_of(slug: str) -> Facts:
    """What the claims of an article of this slug may name."""
    place = Place("entities.csv")
    registry = {name: Entity(name, zh, "", "", place) for name, zh in NAMES.items()}
    return Facts(vocabulary(), registry, frozenset((f"art:{slug}", f"sec:{slug}-body")))


def read(folder: Path, *written: str) -> Mapped:
    """The mapping of these claims."""
    (folder / "claims.yaml").write_text("claims:" + "".join(written), "utf-8")
    return mapped.load(folder, article.load(folder), facts_of(folder.name))


def ids(found: Mapped) -> set[str]:
    """The names of what the claims are about."""
    return {fact["id"] for claim in found.claims for fact in claim.facts}


def test_a_figure_in_two_claims_is_one_observation(folder: Path) -> None:
    whole = read(folder, FORMS, START)
    (name,) = ids(whole)
    assert name.startswith("obs:")
    assert len(whole.claims) == 2
    # Without its period it is another figure.
    assert ids(read(folder, FORMS)) != {name}


def test_more_than_is_not_exactly(folder: Path) -> None:
    with pytest.raises(InputError, match="does not support"):
        read(folder, FORMS.replace("more-than", "exactly"))


PARTS = (
    ("pp:value", {"@value": "200", "@type": "xsd:integer"}),
    ("pp:during", {"id": "per:2021"}),
    ("pp:scope", [{"id": "agt:a"}, {"id": "agt:b"}]),
    ("pp:comparator", {"id": "c:comparator-more-than"}),
)
"""What a figure may be told in: any piece says any of it."""


def figure(shown: set[int], line: int) -> Figure:
    """A piece of one figure, in a claim on this line, that says some of the parts."""
    node = {"id": "fig:forms", "pp:valueText": "200余个"} | {
        PARTS[n][0]: PARTS[n][1] for n in shown
    }
    claim = Claim(
        "clm:x-1", (), {}, {}, (), "c:voice-reporter", (), "c:confidence-high", (), {}, {}, {},
        Place("claims.yaml", line),
    )  # fmt: skip
    return figures.piece(node, claim)


PIECES = st.lists(st.sets(st.integers(0, len(PARTS) - 1)), min_size=3, max_size=6)


@given(PIECES, st.data())
def test_pieces_merge_in_any_order_and_grouping(shown: list[set[int]], data: st.DataObject) -> None:
    pieces = [figure(each, line) for line, each in enumerate(shown, 1)]
    whole = reduce(figures.merge, pieces)
    shuffled = data.draw(st.permutations(pieces))
    assert reduce(figures.merge, shuffled) == whole
    cut = data.draw(st.integers(1, len(pieces) - 1))
    left, right = reduce(figures.merge, shuffled[:cut]), reduce(figures.merge, shuffled[cut:])
    assert figures.merge(left, right) == whole


@given(PIECES, st.data())
def test_pieces_that_disagree_are_refused_in_any_order(
    shown: list[set[int]], data: st.DataObject
) -> None:
    pieces = [figure(each | {0}, line) for line, each in enumerate(shown, 1)]
    other = replace(pieces[0], key={"pp:value": ({"@value": "300"}, Place("claims.yaml", 99))})
    with pytest.raises(InputError, match="two values of pp:value"):
        reduce(figures.merge, data.draw(st.permutations([*pieces, other])))


@given(st.permutations(PARTS), st.permutations(("agt:a", "agt:b")))
def test_neither_the_order_of_keys_nor_of_lists_makes_another_figure(
    parts: list[tuple[str, object]], scopes: list[str]
) -> None:
    node = dict(parts) | {"pp:scope": [{"id": scope} for scope in scopes]}
    assert observation(node, "a") == observation(dict(PARTS), "a")


@pytest.mark.parametrize("key", OBSERVATION_KEY)
def test_every_key_property_tells_two_figures_apart(key: str) -> None:
    one, other = ({key: {"id": f"c:{name}"}} for name in ("one", "other"))
    assert observation(one, "a") != observation(other, "a")
    assert observation(one, "a") != observation({}, "a")


def test_the_order_of_the_claims_does_not_matter(folder: Path) -> None:
    assert read(folder, FORMS, START).claims == read(folder, START, FORMS).claims


BROKEN = {
    "two pieces disagree": (
        [FORMS, START.replace("during: 'per:2021'", "value: '300'")],
        "the figure 'forms' has two values of pp:value: 200 at",
    ),
    "nobody gives its words": (
        [START],
        "no claim gives the words of the figure 'forms' as printed",
    ),
    "a figure that is none": (
        [head() + "    facts: [{id: doc:jia-rules, type: OfficialDocument, figure: x}]\n"],
        "a figure that is no Observation",
    ),
    "an inferred period given out as printed": (
        [
            FORMS,
            START.replace("c:voice-mapper", "c:voice-reporter")
            .replace("-inferred", "")
            .replace("agt:policyprov", "agt:paper"),
        ],
        "the date 2021 of pp:during",
    ),
    "readings under a plain confidence": (
        [head() + "    readings: {'2021-12': 去年12月}\n    facts: [{id: doc:jia-rules}]\n"],
        "readings under a confidence that is not inferred",
    ),
    "our voice under a plain confidence": (
        [head("c:voice-mapper") + "    facts: [{id: doc:jia-rules}]\n"],
        "the mapper's voice under a confidence that is not inferred",
    ),
    "a mention that is not in the quote": (
        [head() + "    mention: {agt:jia-county: 全县}\n    facts: [{id: doc:jia-rules}]\n"],
        "the mention '全县' of agt:jia-county is not in the quote",
    ),
    "a mention by words that could mean anything": (
        [head() + "    mention: {mea:jia-forms: 办法}\n    facts: [{id: doc:jia-rules}]\n"],
        "the mention '办法' of mea:jia-forms could mean other things",
    ),
    "a reason for what is not mentioned": (
        [
            head()
            + "    because: {mea:jia-forms: the only rules}\n    facts: [{id: doc:jia-rules}]\n"
        ],
        "a reason for mea:jia-forms, which the claim does not mention",
    ),
    "a link whose end the words do not name": (
        [head() + "    facts: [{id: mea:jia-forms, implementedBy: agt:jia-office}]\n"],
        "mea:jia-forms pp:implementedBy agt:jia-office: the quote does not name mea:jia-forms",
    ),
    "an unproven link in somebody's voice": (
        [
            head("c:voice-reporter", "c:confidence-medium-inferred")
            + "    facts: [{id: mea:jia-forms, claimedEffect: eff:visits}]\n"
        ],
        "the quote does not name mea:jia-forms nor eff:visits",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_it_is_refused(name: str, folder: Path) -> None:
    written, message = BROKEN[name]
    with pytest.raises(InputError) as refused:
        read(folder, *written)
    assert message in refused.value.what
    assert refused.value.where.file == f"{folder.name}/claims.yaml"
    assert refused.value.where.line > 0
    assert refused.value.remedy


def test_a_link_is_proven_by_names_or_by_words_pointed_at(folder: Path) -> None:
    named = head() + "    facts: [{id: doc:jia-rules, issuedBy: agt:jia-office}]\n"
    (link,) = read(folder, named).links
    assert link.proven
    assert [(e.words, e.how) for e in link.start] == [("甲县减负办法", "label")]
    assert [(e.words, e.how) for e in link.end] == [("甲县减负办", "label")]
    pointed = (
        head()
        + "    mention: {mea:jia-forms: 减负办法}\n"
        + "    facts: [{id: mea:jia-forms, implementedBy: agt:jia-office}]\n"
    )
    (link,) = read(folder, pointed).links
    assert [(e.words, e.how) for e in link.start] == [("减负办法", "mention")]


def test_few_words_mean_a_thing_if_they_begin_its_name_or_for_a_reason(folder: Path) -> None:
    fact = "    facts: [{id: mea:jia-forms, implementedBy: agt:jia-office}]\n"
    because = "    because: {mea:jia-forms: the only rules of the sentence}\n"
    reasoned = (
        head() + "    mention: {mea:jia-forms: 办法, agt:jia-office: 甲县}\n" + because + fact
    )
    (link,) = read(folder, reasoned).links
    assert [(e.words, e.how) for e in link.start] == [("办法", "mention")]
    assert [(e.words, e.how) for e in link.end] == [("甲县", "mention")]


def test_an_inference_of_ours_needs_no_words(folder: Path) -> None:
    ours = head("c:voice-mapper", "c:confidence-medium-inferred")
    (link,) = read(
        folder, ours + "    facts: [{id: mea:jia-forms, claimedEffect: eff:visits}]\n"
    ).links
    assert not link.proven
    assert link.inferred
    assert links.counted([link]) == {"pp:claimedEffect": (0, 1)}


def test_the_words_of_an_end_are_those_of_the_source(folder: Path) -> None:
    named = head() + "    facts: [{id: doc:jia-rules, issuedBy: agt:jia-office}]\n"
    found = read(folder, named)
    for end in (each for link in found.links for each in (*link.start, *link.end)):
        assert "".join(TEXT[a:b] for a, b in end.runs) == end.words
        assert end.passage in {p.name for c in found.claims for p in c.passages}


@pytest.mark.parametrize(
    ("name", "quote", "words"),
    [
        ("甲县减负办法", "印发《甲县 减负办法》", "甲县 减负办法"),
        ("ＡＰＰ平台", "用APP平台办理", "APP平台"),
        ("打破分割、共享数据", "打破分割，共享数据", "打破分割，共享数据"),
        ("填表…走访", "填表少了，走访多了", "填表少了，走访"),
        ("1块", "挂11块牌子", None),
        ("1块", "挂11块，留1块", "1块"),
        ("减负办", "减负", None),
    ],
)
def test_a_name_stands_whole(name: str, quote: str, words: str | None) -> None:
    spans = (Span(0, len(quote), quote),)
    end = links.Name(name, "label").end("x", Passage("psg:x", "body", (quote,), spans))
    assert (end.words if end else None) == words


def test_a_number_may_stand_apart_from_its_verb() -> None:
    passage = Passage(
        "psg:x", "body", ("同比下降", "127.7%", "27.7%"),
        (Span(0, 4, "同比下降"), Span(5, 11, "127.7%"), Span(20, 25, "27.7%")),
    )  # fmt: skip
    end = links.Name("下降了27.7%", "wording").end("obs:x", passage)
    assert end is not None
    assert (end.words, end.runs) == ("27.7", ((20, 24),))


@given(st.text("甲乙1.《》，（ ", max_size=20), st.integers(0, 19), st.integers(1, 20))
def test_any_stretch_of_a_quote_is_found_in_it(quote: str, at: int, length: int) -> None:
    part = quote[at : at + length]
    named = links.folded(part)[0]
    end = links.Name(part, "label").end(
        "x", Passage("psg:x", "body", (quote,), (Span(0, len(quote), quote),))
    )
    if end is not None:
        assert links.folded(end.words)[0] == named
    elif named and not any(c in "1." for c in quote):
        pytest.fail(f"{part!r} is not found in {quote!r}")


LEAVE = """
  - statedIn: {quote: "全县报表200余个，同比下降10%"}
    voice: c:voice-reporter
    saidBy: agt:paper
    confidence: c:confidence-high
    mention: {agt:jia-county: 全县}
    because: {agt:jia-county: the only county of the report}
    facts:
      - id: agt:jia-county
        type: org:Organization
        rdfs:label: {zh: 甲县}
      - type: Observation
        indicator: c:indicator-documents-issued
        statisticType: c:statistic-count
        value: '200'
        valueText: 200余个
        unit: c:unit-piece
        comparator: c:comparator-more-than
        scope: agt:jia-county
"""
"""A figure that says of what and not when."""
AGAIN = LEAVE.replace("全县报表200余个，同比", "截至2021年12月底，全县报表200余个，同比")


def test_a_figure_without_a_period_is_of_its_article(folder: Path, tmp_path: Path) -> None:
    """The same words in another article may mean another year: the two never merge."""
    mine = ids(read(folder, LEAVE))
    other = tmp_path / "jia-20230111-1"
    folder.rename(other)
    assert mine & ids(read(other, LEAVE)) == {"agt:jia-county"}


def test_a_figure_with_its_period_is_one_in_every_article(folder: Path, tmp_path: Path) -> None:
    dated = (
        LEAVE.replace('quote: "全', 'quote: "截至2021年12月底，全')
        + "        asOf: per:2021-12-31\n"
    )
    mine = ids(read(folder, dated))
    other = tmp_path / "jia-20230111-1"
    folder.rename(other)
    assert mine == ids(read(other, dated))


def test_two_figures_that_nothing_tells_apart_are_not_one(folder: Path) -> None:
    """Two holidays of 7 days: without a period the mapper must say whether they are one figure."""
    with pytest.raises(InputError, match="two figures would be one") as refused:
        read(folder, LEAVE, AGAIN)
    assert "give both one figure: name" in refused.value.remedy
    one = "type: Observation\n        figure: forms"
    both = (text.replace("type: Observation", one) for text in (LEAVE, AGAIN))
    assert len(ids(read(folder, *both))) == 2


@pytest.mark.parametrize(
    ("readings", "says"),
    [
        ("{2021-12: 去年12月}", None),
        ("{2021-11: 去年12月}", "'去年12月' cannot be read as 2021-11, but as 2021-12"),
        ("{2021-11: 走访}", "'走访' cannot be read as 2021-11, but as no date at all"),
        ("{2021-11: 今年11月}", "stand neither in the quote nor in its section"),
        (None, None),
    ],
)
def test_a_false_reading_is_refused(readings: str | None, says: str | None, folder: Path) -> None:
    """The date must follow from the named words, or from the quote, by a rule."""
    month = readings[1:8] if readings else "2021"
    claim = START.replace("per:2021", f"per:{month}")
    if readings:
        claim = claim.replace("    facts:", f"    readings: {readings}\n    facts:")
    if says is None:
        assert len(read(folder, FORMS, claim).claims) == 2
        return
    with pytest.raises(InputError) as refused:
        read(folder, FORMS, claim)
    assert says in str(refused.value)


def test_an_inference_from_no_words_is_refused(folder: Path) -> None:
    """Not even the mapper may state a period that no rule reads from the quote."""
    with pytest.raises(InputError, match="follows from none of the words"):
        read(folder, FORMS, START.replace("per:2021'", "per:2020-05'"))
