"""What is told in pieces is one figure; a link names both its ends, or says that it is ours."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError, Place
from graph.mapping import article, figures, links, mapped
from graph.mapping.claims import Claim
from graph.mapping.entities import Entity
from graph.mapping.facts import Facts
from graph.mapping.mapped import Mapped
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


@given(st.permutations([FORMS, START]))
def test_the_order_of_the_claims_does_not_matter(order: list[str]) -> None:
    written = [_claim(text) for text in order]
    whole = figures.wholes(written)
    named = figures.named(written, whole)
    assert {f["id"] for c in named for f in c.facts} == {
        f["id"] for c in figures.named(written[::-1], whole) for f in c.facts
    }


def _claim(text: str) -> Claim:
    observed = {"id": "fig:forms", "type": ["pp:Observation"]}
    piece = {"pp:during": {"id": "per:2021"}} if "during" in text else {"pp:valueText": "200余个"}
    return Claim(
        "clm:x-1", (), {}, {}, (), "c:voice-reporter", (), "c:confidence-high",
        ({**observed, **piece},), {}, {}, Place("claims.yaml"),
    )  # fmt: skip


BROKEN = {
    "two pieces disagree": (
        [FORMS, START.replace("during: 'per:2021'", "value: '300'")],
        "the figure 'forms' has two values of pp:value",
    ),
    "nobody gives its words": ([START], "no claim gives the words of the figure 'forms'"),
    "a figure that is none": (
        [head() + "    facts: [{id: doc:jia-rules, type: OfficialDocument, figure: x}]\n"],
        "a figure that is no Observation",
    ),
    "an inferred period given out as printed": (
        [FORMS, START.replace("c:voice-mapper", "c:voice-reporter").replace("-inferred", "")],
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
    assert link.start == links.End("doc:jia-rules", "甲县减负办法", "name")
    assert link.end == links.End("agt:jia-office", "甲县减负办", "name")
    pointed = (
        head()
        + "    mention: {mea:jia-forms: 减负办法}\n"
        + "    facts: [{id: mea:jia-forms, implementedBy: agt:jia-office}]\n"
    )
    (link,) = read(folder, pointed).links
    assert link.start == links.End("mea:jia-forms", "减负办法", "mention")


def test_an_inference_of_ours_needs_no_words(folder: Path) -> None:
    ours = head("c:voice-mapper", "c:confidence-medium-inferred")
    (link,) = read(
        folder, ours + "    facts: [{id: mea:jia-forms, claimedEffect: eff:visits}]\n"
    ).links
    assert not link.proven
    assert link.inferred
    assert links.counted([link]) == {"pp:claimedEffect": (0, 1)}
