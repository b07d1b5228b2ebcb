"""What the lexer sees in a query, and that nothing it lets pass can call another server."""

import time
from contextlib import suppress
from itertools import product

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QueryBoolean, Store
from servers import Canary

from graph.errors import ForbiddenError, Position, QuerySyntaxError, RequestError
from graph.paths import ROOT
from graph.sparql.inspection import FORMS, UPDATES, VOLATILE, outline

TABLE = yaml.safe_load((ROOT / "tests" / "data" / "service.yaml").read_text("utf-8"))
SPELLINGS: dict[str, str] = TABLE["refused"]
HARMLESS: dict[str, str] = TABLE["harmless"]


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_of_service_is_refused(text: str) -> None:
    """Also where a tokenizer would not see a keyword."""
    with pytest.raises(ForbiddenError) as caught:
        outline(text)
    assert caught.value.position is not None


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_the_word_alone_is_no_service(text: str) -> None:
    """In strings, IRIs, comments, names and variables it is only a word."""
    assert outline(text).form == "SELECT"


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_is_let_pass_calls_nobody(text: str, canary: Canary) -> None:
    """The engine itself, without any guard, calls nobody for these."""
    Store().query(text.replace("CANARY", canary.url), base_iri="http://example.com/")
    time.sleep(0.01)
    assert canary.calls == 0


BEFORE = (
    "", "?s ?p ?o.", "?s ?p 1", "?s ?p true", "?s ?p e:a", "?s ?p e:a.", "?s ?p e:a\\", "?s ?p 'a'",
    "?s ?p 'a'@en", "?s ?p <urn:x#>", "?s ?p <http://e/x#>", "_:a ?p ?o. ?s ?p _:b", "FILTER(?a<?b",
    "FILTER(1<2", "FILTER(?a=1||?a<urn:x", "OPTIONAL{<<?a?b", "GRAPH", "{", "?s ?p [].", "?s ?p ()",
)  # fmt: skip
HIDING = (
    "", " ", "#", "'", '"', "#x\n", "#x\r", "#>\n", '#> """\n', "#> '''\n", ")", ")#>\n",
    '"""a"',
)  # fmt: skip
ENDING = ("", ")", ")\n", "?c>> ?p ?o}", " . ", "b . ", " ")
CALLS = (
    "SERVICE<CANARY>{?x ?y ?z}", "SERVICE:{?x ?y ?z}", "SERVICE SILENT :{?x ?y ?z}",
    "SERVICESILENT<CANARY>{?x ?y ?z}", ")SERVICE#>\n<CANARY>{?x ?y ?z}", "SERVICE#x\n:{?x ?y ?z}",
)  # fmt: skip
AFTER = ("", "}", '#"""\n', "#'''\n", "'", '"')


@pytest.mark.slow
@pytest.mark.parametrize("before", BEFORE)
def test_no_mixture_of_pieces_calls(canary: Canary, before: str) -> None:
    """Whatever the lexer lets pass, the engine evaluates without a call."""
    start = f"PREFIX e: <urn:> PREFIX : <{canary.url}> SELECT * {{ VALUES (?a ?b) {{ (1 2) }} "
    for pieces in product(HIDING, ENDING, CALLS, AFTER):
        text = start + before + "".join(pieces).replace("CANARY", canary.url) + "}"
        try:
            outline(text)
        except RequestError:
            continue
        with suppress(SyntaxError, RuntimeError, OSError):
            _drain(text, "http://example.com/")
        assert canary.calls == 0, text


STORE = Store()
STORE.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal(1)))


def _drain(text: str, base: str) -> None:
    """Evaluate the query in this process, whole, with nothing in front of the engine."""
    found = STORE.query(text, base_iri=base)
    if not isinstance(found, QueryBoolean):
        for _ in found:
            pass


def test_the_spellings_do_call(canary: Canary) -> None:
    """Without the lexer most of these spellings reach the listener: they are no straw men."""
    lone = Canary()
    reached = 0
    for text in SPELLINGS.values():
        before = lone.calls
        with suppress(SyntaxError, RuntimeError, OSError):
            _drain(text.replace("CANARY", lone.url), lone.url)
        time.sleep(0.005)
        reached += lone.calls > before
    lone.close()
    assert reached >= 25
    assert canary.calls == 0


def test_allowed_service() -> None:
    """An IRI on the list may be called, when it is written in full and exactly."""
    allowed = ("http://example.com/sparql",)
    assert outline("ASK { SERVICE <http://example.com/sparql> {} }", allowed).form == "ASK"
    assert outline("ASK { service#\nSilent <http://example.com/sparql> {} }", allowed)
    for text in (
        "ASK { SERVICE <http://example.com/sparql/> {} }",
        "ASK { SERVICE <http://example.com/spar\\u0071l> {} }",
        "BASE <http://example.com/> ASK { SERVICE <sparql> {} }",
        "PREFIX e: <http://example.com/> ASK { SERVICE e:sparql {} }",
        "ASK { SERVICE ?s {} }",
        "ASK { SERVICE <http://example.com/sparql> { SERVICE <urn:x> {} } }",
        "ASK { 1SERVICE <http://example.com/sparql> {} }",
    ):
        with pytest.raises(ForbiddenError):
            outline(text, allowed)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("select*{}", "SELECT"),
        ("SELECTDISTINCT?s{}", "SELECT"),
        ("# SELECT\nASK{}", "ASK"),
        ("PREFIX select: <urn:> BASE <urn:ask> ASK {}", "ASK"),
        ("PREFIX : <urn:> CONSTRUCT WHERE {}", "CONSTRUCT"),
        ("PREFIXe:<urn:>DESCRIBE<urn:x>", "DESCRIBE"),
        ('VERSION "1.2" ASK {}', "ASK"),
        ("", None),
        ("FOO", None),
        ("{}", None),
        ("# SELECT", None),
    ],
)
def test_form(text: str, form: str | None) -> None:
    """The form is the first word after the prologue."""
    assert outline(text).form == form


@pytest.mark.parametrize("word", sorted(UPDATES))
def test_updates_are_no_queries(word: str) -> None:
    """An update is told apart from a query that is wrong, with its place."""
    with pytest.raises(QuerySyntaxError, match=word) as caught:
        outline(f"PREFIX e: <urn:>\n {word.lower()} <urn:x>")
    assert caught.value.position == Position(2, 2)


@pytest.mark.parametrize("name", VOLATILE)
def test_volatile_functions(name: str) -> None:
    """Each is found in any case, glued or not, and nowhere else."""
    for text in (
        f"SELECT ({name}() AS ?x){{}}",
        f"SELECT (COUNT(DISTINCT{name.lower()}()) AS ?x){{}}",
    ):
        assert outline(text).volatile
    for text in (
        f"SELECT ?{name} {{}}",
        f'SELECT * {{ ?s ?p "{name}()" }}',
        f"SELECT * {{ ?s ?p <http://example.com/{name}()> }} # {name}()",
        f"PREFIX e: <urn:> SELECT * {{ ?s e:{name} {name}:x }}",
        f"SELECT * {{ _:{name} ?p ?o }}",
    ):
        assert not outline(text).volatile


def test_volatile_behind_a_comparison() -> None:
    """What might hide a function counts as one."""
    assert outline('SELECT * { FILTER(?a<?b#> """\n&&RAND()>1) #"""\n}').volatile


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000_000, "a " * 5_000_000, "a." * 5_000_000, '"\\' * 5_000_000, "<" * 10_000_000,
        "<a" * 5_000_000, "#" * 10_000_000, '"""' * 3_333_333, "a:b " * 2_500_000,
        "\\u0041" * 1_600_000,
        "PREFIX a:<b> " * 800_000, "GRAPH " * 1_600_000, "'" * 10_000_000, "serv " * 2_000_000,
    ],
    ids=lambda text: text[:8],
)  # fmt: skip
@pytest.mark.slow
def test_ten_megabytes_take_seconds(text: str) -> None:
    """Time is linear: the worst text of ten million characters is read in seconds."""
    start = time.perf_counter()
    for ending in ("", " service rand"):
        with suppress(RequestError):
            outline(text + ending)
    assert time.perf_counter() - start < 15


@given(st.text())
def test_any_text_has_an_outline(text: str) -> None:
    """The lexer never fails on a text, it refuses it."""
    with suppress(RequestError):
        assert outline(text).form in (*FORMS, None)
