"""The shape of a query: what is read once for all that differ in their IRIs and strings only."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_near import ACCEPTED, GLUED, LEFT, QUERIES, SOUP

from graph.errors import RequestError
from graph.queries import canned
from graph.sparql import deviations
from graph.sparql.inspection import outline
from graph.sparql.reach import reach
from graph.sparql.reading import Reading, reaching, read
from graph.sparql.shape import shaped

BASE = "http://127.0.0.1/sparql"
IRIS = ("<http://a.example/b>", "<http://a.example/c#d>", "<https://e.example/?f=(g)>")
STRINGS = ("'a'", '"SERVICE <http://x> {"', "'# no comment'", '"it\'s"', "''", '"NOW() FROM <a>"')
PIECES = st.sampled_from(
    [*IRIS, *STRINGS, "SELECT", "*", "ASK", "{", "}", "?s", "?p", "GRAPH", "SERVICE", "SERVICE x:",
     "FROM", "FROM NAMED", "NOW()", "FILTER(", ")", ".", ";", "<", "<=", ">", "?a<?b", "#",
     " # c\n", "\n#\n", "x:a", "PREFIX x:", "@en", "^^", "*", "+", "?", "/", "\\", "'", '"', "'''",
     "<x:y>", "\N{CJK UNIFIED IDEOGRAPH-653F}", "`", "\x0b", "LIMIT 3", "VALUES ?v {", "INSERT"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda gap: gap.join(pieces))
)


def slowly(query: str) -> Reading | type[RequestError]:
    """What is seen in a query where its shape is not asked for."""
    try:
        seen = outline(query)
        graphs = deviations.dataset(query, seen.prologue, BASE)
        return Reading(seen, *graphs, deviations.zero_paths(query, seen.prologue, BASE))
    except RequestError as error:
        return type(error)


def quickly(query: str) -> Reading | type[RequestError]:
    """What is seen in it where its shape may be known."""
    try:
        return read(query, (), BASE)
    except RequestError as error:
        return type(error)


def told(seen: Reading | type[RequestError]) -> object:
    """What anybody asks of a reading."""
    if isinstance(seen, type):
        return seen
    lists = (seen.default_graphs, seen.named_graphs)
    return seen.outline.form, seen.outline.volatile, lists, seen.zero_paths


@pytest.mark.parametrize(
    ("text", "shape", "taken"),
    [
        ("ASK { <http://a/#b> ?p 'c' }", "ASK { ` ?p ` }", ("<http://a/#b>", "'c'")),
        ("# why?\nASK\n {\t?s ?p 1 } # so", "ASK { ?s ?p 1 }", ()),
        ("ASK{FILTER(?a < 3 && ?b<= 4)}", "ASK{FILTER(?a < 3 && ?b<= 4)}", ()),
        ("ASK { ?s ?p '#a'# b\n}", None, None),
        ("ASK { ?s ?p ' #a' #b\n}", "ASK { ?s ?p ` }", ("' #a'",)),
        ("ASK { ?s ?p 'a\\'b' }", None, None),
        ("ASK { ?s ?p '''a''' }", None, None),
        ("ASK { <urn:a> ?p ?o }", None, None),
        ("ASK { FILTER(?a<?b#>\n) }", None, None),
        ("ASK { ?s ?p 'a\n' }", None, None),
        ("ASK { ?\u653f ?p '\u653f' }", None, None),
        ("ASK { ?s ?p '\u653f' }", "ASK { ?s ?p ` }", ("'\u653f'",)),
        ("ASK { ?s ?p '`' }", None, None),
        ("ASK\x0b{ ?s ?p ?o }", None, None),
    ],
)
def test_only_what_is_plain_has_a_shape(
    text: str, shape: str | None, taken: tuple[str, ...] | None
) -> None:
    """IRIs with an authority and short strings are taken out; a doubtful text is left alone."""
    found = shaped(text)
    assert (found and found[0].text, found and found[1]) == (shape, taken)


def test_canned_queries_have_a_shape() -> None:
    """All but those with long strings or escapes, comments included."""
    without = [name for name, query in canned().items() if shaped(query.text) is None]
    assert len(without) < len(canned()) / 20


@settings(max_examples=600, deadline=None)
@given(TEXTS, st.permutations(IRIS), st.permutations(STRINGS))
def test_queries_of_one_shape_are_read_alike(
    text: str, iris: list[str], strings: list[str]
) -> None:
    """Whatever stands in its places, all is seen that a reader of that very text sees."""
    assert told(quickly(text)) == told(slowly(text))
    found = shaped(text)
    if found is None:
        return
    shape, taken = found
    others = dict(zip(IRIS, iris, strict=True)) | dict(zip(STRINGS, strings, strict=True))
    other = shape.filled(others.get(each, each) for each in taken)
    assert told(quickly(other)) == told(slowly(other))


@pytest.mark.parametrize("query", [*ACCEPTED, *LEFT])
def test_what_reaches_little_does_so_in_every_spelling(query: str) -> None:
    """Known queries reach what they reach, with IRIs that have an authority or not."""
    assert reaching(query) == reach(query)
    spelled = query.replace("<x:", "<http://x/").replace("PREFIX x: <http://x/>", "PREFIX x: <x:>")
    assert reaching(spelled) == reach(spelled)


@settings(max_examples=400, deadline=None)
@given(QUERIES | SOUP | GLUED, st.sampled_from(["s", "t", "b#c", ""]))
def test_a_reach_is_that_of_the_text(query: str, local: str) -> None:
    """The steps of a shape, with what was taken out put in again, are those of the text itself."""
    text = query.replace("<x:s>", f"<http://x/{local}>").replace("<x:>", "<http://y/>")
    assert reaching(text) == reach(text)
