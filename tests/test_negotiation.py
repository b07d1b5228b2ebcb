"""Content negotiation: the Accept matrix, and what goes before it."""

import csv
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import NotAcceptableError, ParameterError
from graph.paths import ROOT
from graph.rdf.formats import FORMATS, RDF_FORMATS, RESULT_FORMATS, Format
from graph.sparql.negotiation import Page, accepted, chosen, profile, ranges

OFFERS: dict[str, tuple[Format | Page, ...]] = {
    "rows": RESULT_FORMATS,
    "pages": (*RESULT_FORMATS, Page()),
    "graph": RDF_FORMATS,
}

with (ROOT / "tests" / "data" / "accept.csv").open(encoding="utf-8", newline="") as file:
    MATRIX = list(csv.DictReader(file))


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: f"{row['offers']}: {row['accept'][:40]}")
def test_the_accept_matrix(row: dict[str, str]) -> None:
    """Each header gets the format in the table."""
    offers = OFFERS[row["offers"]]
    if row["chosen"] == "406":
        with pytest.raises(NotAcceptableError) as caught:
            accepted(row["accept"], offers)
        assert all(offer.media_types[0] in caught.value.remedy for offer in offers)
    else:
        assert accepted(row["accept"], offers).name == row["chosen"]


def test_the_matrix_is_whole() -> None:
    """The file holds every kind of case."""
    assert len(MATRIX) >= 60
    assert {row["offers"] for row in MATRIX} == OFFERS.keys()


@pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f.name)
def test_each_format_by_each_of_its_names(format_: Format) -> None:
    """Name, suffix and every media type choose the format, in ?format= and in Accept."""
    offers = RESULT_FORMATS if format_ in RESULT_FORMATS else RDF_FORMATS
    for name in (format_.name, format_.suffix, format_.name.upper(), *format_.media_types):
        assert chosen(name, "image/png", offers) is format_
    for media_type in format_.media_types:
        assert accepted(media_type, offers) is format_
        assert accepted(f"{media_type};q=0.1, image/png", offers) is format_


@pytest.mark.parametrize(
    ("wanted", "rows", "graph"),
    [
        ("json", "json", "jsonld"),
        ("xml", "xml", "rdfxml"),
        ("application/sparql-results json", "json", None),
        ("json-ld", None, "jsonld"),
        ("rdf+xml", None, "rdfxml"),
        ("csv", "csv", None),
        ("turtle", None, "turtle"),
    ],
)
def test_format_parameter(wanted: str, rows: str | None, graph: str | None) -> None:
    """?format= means what fits the kind of answer, in the words of other endpoints too."""
    for offers, expected in ((RESULT_FORMATS, rows), (RDF_FORMATS, graph)):
        if expected is None:
            with pytest.raises(NotAcceptableError):
                chosen(wanted, None, offers)
        else:
            assert chosen(wanted, None, offers).name == expected


def test_unknown_format_names_the_choices() -> None:
    """A format nobody knows is the client's mistake, not a matter of taste."""
    with pytest.raises(ParameterError, match="no format is called 'foo'") as caught:
        chosen("foo", None, RESULT_FORMATS)
    assert "json, xml, csv, tsv" in caught.value.remedy


def test_profile() -> None:
    """The profile of a media type, in quotes or not, of the range liked best."""
    ld = "application/ld+json"
    assert profile(f'{ld};profile="urn:a"', ld) == "urn:a"
    assert profile(f"{ld};q=0.5;profile=a, {ld};profile=b", ld) == "b"
    assert profile("*/*", ld) == ""
    assert profile(None, ld) == ""


@given(st.text(max_size=200))
def test_any_header_is_read(accept: str) -> None:
    """No header is too odd to be answered with an offer or a 406."""
    with suppress(NotAcceptableError):
        assert accepted(accept, RESULT_FORMATS) in RESULT_FORMATS


@given(st.lists(st.sampled_from([m for f in RESULT_FORMATS for m in f.media_types])))
def test_what_is_named_is_given(types: list[str]) -> None:
    """With several types named alike, one of them is given."""
    found = accepted(", ".join(types), RESULT_FORMATS)
    assert not types or set(found.media_types) & set(types)


def test_hostile_header_is_cut() -> None:
    """A long header costs no more than a short one."""
    assert len(ranges(('"' * 100_000) + "text/csv")) == 0
    assert len(ranges("text/csv," * 100_000)) < 500
