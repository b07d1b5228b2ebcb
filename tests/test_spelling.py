"""One spelling for equal queries, and never one for two that differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.sparql.spelling import respelled
from web.middleware.cache_key import asked

WORDS = st.lists(
    st.sampled_from(
        ["SELECT", "*", "{", "}", "?s", "?p", "<http://a/#b>", "ex:a",
         "ex:a\\#b", "'# no'", '"a  b"',
         "'''a\n# b'''", '"\\""', "FILTER(", "?a<?b", ")", ".", "1", "@zh", ":"]
    ),
    max_size=15,
)  # fmt: skip
GAPS = st.text("\t \n", min_size=1, max_size=3) | st.just(" # \"it's' <x\n") | st.just("#\r")


@given(WORDS, st.data())
def test_gaps_do_not_matter(words: list[str], data: st.DataObject) -> None:
    """Whatever white space and comments stand between the tokens, the spelling is the same."""
    text = "".join(word + data.draw(GAPS) for word in words)
    assert respelled(text) == respelled(" ".join(words)) == " ".join(words)


@given(st.text(st.sampled_from("<>#'\"\\ \n\ra:?b{}.u"), max_size=30))
def test_a_spelling_is_its_own(text: str) -> None:
    """Spelled again, nothing changes."""
    assert respelled(respelled(text)) == respelled(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ASK { ?s ?p 'a b' }", "ASK { ?s ?p 'a  b' }"),
        ("ASK { ?s ?p '#a' }", "ASK { ?s ?p '#b' }"),
        ("ASK { ?s ?p <urn:a#b> }", "ASK { ?s ?p <urn:a#c> }"),
        ("ASK { ?s ?p '''a\n\nb''' }", "ASK { ?s ?p '''a\nb''' }"),
        ("ASK { ?s ex:a\\#b ?o }", "ASK { ?s ex:a\\#c ?o }"),
        ("PREFIX a: <urn:> ASK { a:b ?p ?o }", "PREFIX a: <urn:>ASK { a:b ?p ?o }"),
        # To the engine, what follows the # is a comment, up to the end of the line.
        ("ASK { FILTER(?a<?b)#>\n }", "ASK { FILTER(?a<?b)#> }"),
        ("ASK { ?s ?p '\n' }", "ASK { ?s ?p ' ' }"),
        ('ASK { ?s ?p """  "" }', 'ASK { ?s ?p """ "" }'),
        ("ASK { ?s ?p '\\u0023 a\n' }", "ASK { ?s ?p '\\u0023 a\n\n' }"),
    ],
)
def test_what_may_differ_is_spelled_apart(one: str, other: str) -> None:
    """White space inside a literal counts; in doubt, the text stays as it is."""
    assert respelled(one) != respelled(other)


def test_spellings_share_an_entry_but_on_a_page() -> None:
    """The cache knows them by one key; a page shows the query as it was written."""

    def key(query: str, accept: str) -> str:
        headers = {"accept": accept, "content-type": "application/sparql-query"}
        found = asked("POST", "/sparql", "", headers.get, query.encode())
        assert found is not None
        return found.digest

    one, other = "ASK { ?s ?p ?o }", "# any?\nASK {\n  ?s ?p ?o\n}\n"
    assert key(one, "text/csv") == key(other, "text/csv")
    assert key(one, "text/html") != key(other, "text/html")
