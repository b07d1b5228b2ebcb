"""Search finds what a plain look through the texts finds: nothing missed, nothing extra."""

import random
import re
import shutil
import sqlite3
import unicodedata
from functools import cache
from itertools import product
from pathlib import Path

import corpus
import opencc
import published
import pyoxigraph as ox
import pypinyin
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import ParameterError, UnavailableError
from graph.rdf import store
from graph.rdf.namespaces import expand
from graph.rdf.store import in_memory
from graph.release import build
from graph.search import character_source, characters, pinyin, tokens, writer
from graph.search.entries import entries
from graph.search.fold import fold
from graph.search.index import MOST, Index
from graph.search.question import LONGEST, Question

DRAWN = 200
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_CONVERTER = opencc.OpenCC("t2s")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NUMBER = re.compile(r"\d+(?:\.\d+)*%?")


@cache
def index() -> Index:
    """The index of the release."""
    return Index(published.folder().resolve())


@cache
def texts() -> dict[str, tuple[str, ...]]:
    """IRI → every text that finds it, simplified, read from the store and not from the index."""
    found = entries(store.read(published.folder() / "store"))
    return {
        e.iri: tuple(simplified(text) for text in (*e.names, *([e.quote] if e.quote else [])))
        for e in found
    }


@cache
def quotes() -> tuple[str, ...]:
    """The quotations of the release, as its store holds them."""
    rows = published.dataset().query(
        "SELECT ?q WHERE { ?p <https://w3id.org/policyprov/ns#quote> ?q } ORDER BY ?q"
    )
    return tuple(row["q"].value for row in rows)  # type: ignore[union-attr]


@cache
def simplified(text: str) -> str:
    """The text as OpenCC, NFKC and lower case make it, character by character."""
    plain = (unicodedata.normalize("NFKC", c) for c in text)
    kept = [n if len(n) == 1 and c != "，" else c for n, c in zip(plain, text, strict=True)]
    return "".join(_CONVERTER.convert(c).lower() for c in kept)


def plainly(word: str) -> set[str]:
    """The entries whose texts hold the word: substrings, but numbers only whole."""
    edge = r"(?<![\d.])" if word[0].isdigit() else ""
    end = r"(?!\.?\d)" if word[-1].isdigit() else ""
    pattern = re.compile(edge + re.escape(simplified(word)) + end)
    return {
        iri
        for iri, own in texts().items()
        if any(pattern.search(_THOUSANDS.sub("", t)) for t in own)
    }


@cache
def syllables(character: str) -> frozenset[str]:
    """How pypinyin reads a character, in all its readings."""
    plain = character_source.readings(iter(character))
    return frozenset(plain.get(character, ()))


def by_sound(heard: tuple[str, ...]) -> set[str]:
    """The entries in whose texts these syllables follow one another."""

    def sounds(text: str) -> bool:
        read = [syllables(c) if _HAN.match(c) else frozenset() for c in text]
        spots = range(len(read) - len(heard) + 1)
        return any(all(s in read[at + n] for n, s in enumerate(heard)) for at in spots)

    return {iri for iri, own in texts().items() if any(sounds(t) for t in own)}


def found(words: str) -> set[str]:
    """The entries that the index finds."""
    answer = index().search(Question(words), size=MOST)
    assert answer.total == len(answer.hits)
    return {hit.iri for hit in answer.hits}


def drawn() -> list[str]:
    """Words of one to six characters and numbers, drawn from the quotations, and as many not."""
    draw = random.Random(20210111)  # noqa: S311 (a sample, not a secret)
    runs = [run for quote in quotes() for run in _HAN.findall(quote)]
    words = []
    for n in range(DRAWN):
        size = 1 + n % 6
        run = draw.choice([r for r in runs if len(r) >= size])
        at = draw.randrange(len(run) - size + 1)
        words.append(run[at : at + size])
    numbers = sorted({n for quote in quotes() for n in _NUMBER.findall(quote)})
    absent = ["".join(draw.sample(draw.choice(words) + "乐山", 2)) for _ in range(40)]
    return [*words, *numbers, "7.7%", "7.7", "1", *absent]


@pytest.mark.parametrize("word", dict.fromkeys(drawn()))
def test_a_word_finds_exactly_the_texts_that_hold_it(word: str) -> None:
    assert found(word) == plainly(word)


@pytest.mark.parametrize("word", [w for w in dict.fromkeys(drawn()) if _HAN.fullmatch(w)][::3])
def test_traditional_characters_find_the_same(word: str) -> None:
    assert found(opencc.OpenCC("s2t").convert(word)) == plainly(word)


@pytest.mark.parametrize(
    "word", [w for w in dict.fromkeys(drawn()) if _HAN.fullmatch(w) and len(w) > 1][::4]
)
def test_pinyin_finds_what_sounds_so_and_no_more(word: str) -> None:
    heard = [syllable for (syllable,) in pypinyin.pinyin(word, style=pypinyin.NORMAL)]
    typed = "'".join(heard).replace("ü", "v")
    ways = pinyin.ways(typed)
    assert set(product(*([s] for s in typed.split("'")))) <= set(ways)
    assert found(typed) == set.union(*(by_sound(way) for way in ways)) | plain_words(typed)


def plain_words(typed: str) -> set[str]:
    """The entries that hold each of these letters as words of their own."""
    parts = typed.split("'")
    ends = ["" if len(part) > 2 else r"(?![a-z])" for part in parts]
    patterns = [re.compile(rf"(?<![a-z]){p}{e}") for p, e in zip(parts, ends, strict=True)]
    return {
        iri
        for iri, own in texts().items()
        if all(any(each.search(t) for t in own) for each in patterns)
    }


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("330503", "place/330503"),
        ("plc:330503", "place/330503"),
        ("https://w3id.org/policyprov/id/place/330503", "place/330503"),
        ("南浔区", "place/330503"),
        ("Nanxun District", "place/330503"),
        ("中办", "agent/cpc-general-office"),
        ("中辦", "agent/cpc-general-office"),
    ],
)
def test_names_codes_and_iris_find_their_thing_first(words: str, first: str) -> None:
    hits = index().search(Question(words)).hits
    assert hits[0].iri.endswith(f"/id/{first}")


@pytest.mark.parametrize("words", ["27.7%", "減負", "jianfu", "形式主义", "2020年"])
def test_marks_stand_on_the_words_and_places_on_the_source(words: str) -> None:
    question, source = Question(words), published.text()
    hits = index().search(Question(words, {"kind": ("passages",)}), size=MOST).hits
    assert hits
    for hit in hits:
        marks = question.marks(hit.quote)
        for left, right in marks:
            shown = fold(hit.quote[left:right])
            assert shown == fold(words) or question.ways
        place = hit.place(marks)
        if marks and place and hit.article.endswith(published.SLUG):
            left, right = marks[0]
            assert hit.quote[left:right].startswith(source[place[0] : place[1]])


def test_a_list_is_narrowed_and_counted_by_what_there_is() -> None:
    whole = index().search(Question("减负"))
    for name, values in whole.facets.items():
        for value in values:
            some = index().search(Question("减负", {name: (value.value,)}))
            assert some.total == value.count, (name, value)


@given(st.text(max_size=LONGEST))
def test_any_text_is_answered_or_refused(text: str) -> None:
    try:
        question = Question(text)
    except ParameterError:
        return
    answer = index().search(question)
    assert question.empty <= (answer.total == 0)
    index().suggest(text)


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "text", ["\0", "\ud800", "\ud800减负", '" OR 1=1 --', "NEAR(a b)", "(", "facets : f1", "* ^ -"]
)
def test_operators_and_broken_characters_are_only_text(text: str) -> None:
    assert index().search(Question(text)).total < len(texts())


@pytest.mark.parametrize("text", ["。，！", '"*^', "   ", ""])
def test_what_holds_nothing_to_search_for_finds_nothing(text: str) -> None:
    assert index().search(Question(text)).total == 0


def test_too_much_is_refused_with_the_limit() -> None:
    with pytest.raises(ParameterError, match="10000 characters"):
        Question("减" * 10_000)
    with pytest.raises(ParameterError, match="parts"):
        Question("a " * 99)
    with pytest.raises(ParameterError, match="kind"):
        index().search(Question("减负", {"kind": ("nonsense",)}))


def test_the_index_cannot_be_written() -> None:
    path = (published.folder() / writer.NAME).resolve()
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM entry")
    connection.close()


def _release(tmp_path: Path) -> Path:
    shutil.copytree(published.folder() / "store", tmp_path / "store")
    return tmp_path


def test_a_missing_or_damaged_index_is_told_and_written_anew(tmp_path: Path) -> None:
    release = _release(tmp_path)
    with pytest.raises(UnavailableError, match=r"no search\.sqlite"):
        Index(release)
    path = writer.write(release)
    good = path.read_bytes()
    for bad in (b"", b"not a database" * 99, good[: len(good) // 3], good[:100] + bytes(9000)):
        path.write_bytes(bad)
        with pytest.raises(UnavailableError):
            Index(release).search(Question("减负"))
        writer.write(release)
        assert path.read_bytes() == good
        assert Index(release).search(Question("减负")).total > 0


def test_an_index_is_written_once(tmp_path: Path) -> None:
    release = _release(tmp_path)
    first = writer.write(release).stat().st_mtime_ns
    assert writer.write(release).stat().st_mtime_ns == first
    assert {p.name for p in release.iterdir()} == {"store", writer.NAME, writer.SUM}


def test_the_table_of_characters_is_what_its_sources_say() -> None:
    written = characters.TABLE.read_text("utf-8").splitlines()
    assert list(character_source.lines()) == written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("减负", "减负 负"),
        ("减负，减", "减负 负 _ 减"),
        ("APP整治27.7%", "app 整治 治 27.7 %"),
        ("共1,081个", "共 1081 个"),
        ("1,2,3", "1 _ 2 _ 3"),
        ("12，345", "12 _ 345"),
    ],
)
def test_tokens(text: str, expected: str) -> None:
    assert " ".join(tokens.tokens(text)) == expected


def test_a_place_narrows_to_all_that_lies_within_it(tmp_path: Path) -> None:
    """What is told of a county is found under its prefecture and its province too."""
    corpus.write(tmp_path, 4, real=False)
    articles, registry = tmp_path / "articles", tmp_path / "entities.csv"
    dataset = in_memory(build.read(articles, registry, tmp_path / "background.yaml").quads)
    above = 0
    for entry in entries(dataset):
        places = {value for name, value in entry.facets if name == "place"}
        for place in places:
            found = dataset.quads_for_pattern(ox.NamedNode(place), expand("pp:within"), None, None)
            larger = {quad.object.value for quad in found if isinstance(quad.object, ox.NamedNode)}
            assert larger <= places
            above += len(larger)
    assert above > 100
