"""The source text, its reading order, and quotes found in it."""

import hashlib
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError, Place
from graph.mapping import article
from graph.mapping.article import Article
from graph.mapping.yaml_positions import Text
from graph.paths import ARTICLES

SEED = article.load(ARTICLES / "rmrb-20210111-11")


def words(text: str) -> Text:
    """A quote as it comes from a mapping."""
    found = Text(text)
    found.place = Place("claims.yaml", 1, 1)
    return found


def test_the_seed_is_byte_exact() -> None:
    """The file has the digest, the length and the one broken glyph of the original."""
    raw = (ARTICLES / "rmrb-20210111-11" / "article.txt").read_bytes()
    assert hashlib.sha256(raw).hexdigest().startswith("9d9809dd")
    assert (len(raw), len(SEED.text), SEED.text.count("�")) == (11_901, 4_233, 1)


def test_every_printed_character_is_read_once() -> None:
    """The paragraphs hold each character of each printed line, none twice."""
    read = [i for s in SEED.sections for p in s.paragraphs for i in p.offsets]
    printed = [i for i, c in enumerate(SEED.text) if c != "\n"]
    assert sorted(read) == printed


def test_a_sentence_broken_between_columns_is_one_quote_in_two_spans() -> None:
    """The spans come in reading order, not in the order of the file."""
    section, spans = SEED.resolve(words("“一票否决”、签订责任状事项"), None, None)
    assert section == "overview"
    assert [(s.start, s.end) for s in spans] == [(1281, 1285), (613, 623)]


@given(st.data())
def test_any_words_of_a_paragraph_resolve_to_spans_that_say_them(data: st.DataObject) -> None:
    """Joined in order, the spans are the quote, and each is the slice of the source it names."""
    paragraph = data.draw(st.sampled_from([p for s in SEED.sections for p in s.paragraphs]))
    start = data.draw(st.integers(0, len(paragraph.text) - 1))
    length = data.draw(st.integers(1, len(paragraph.text) - start))
    spans = paragraph.spans(start, length)
    assert "".join(s.exact for s in spans) == paragraph.text[start : start + length]
    assert all(SEED.text[s.start : s.end] == s.exact for s in spans)


@pytest.mark.parametrize(
    ("quote", "section", "line", "says"),
    [
        ("不在原文里", None, None, "is not in the source"),
        ("2020年", None, None, "times in the source"),
        ("各省区市", "infographic-inspections", 77, "is not in the source"),
        ("各省区市", "nowhere", None, "no section 'nowhere'"),
        ("", None, None, "an empty quote"),
    ],
)
def test_a_quote_that_is_not_in_one_place_is_refused(
    quote: str, section: str | None, line: int | None, says: str
) -> None:
    """Missing or ambiguous words are an error that says which."""
    with pytest.raises(InputError, match=says):
        SEED.resolve(words(quote), section, line)


def test_errata_stand_beside_the_untouched_source() -> None:
    """Fifteen slips are noted; the source still has each of them."""
    assert len(SEED.errata) == 13
    for erratum in SEED.errata:
        assert all(SEED.text[s.start : s.end] == s.exact for s in erratum.spans)


def test_an_article_is_a_value(request: pytest.FixtureRequest) -> None:
    """Loading twice gives equal articles."""
    assert request.node.name
    again: Article = article.load(ARTICLES / "rmrb-20210111-11")
    assert again == SEED


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", article.RIGHTS),
        ("rights: Free, as a law.", {"en": "Free, as a law."}),
        ("rights: {en: Free., zh: 不受限制。}", {"en": "Free.", "zh": "不受限制。"}),
    ],
)
def test_rights_are_said_in_languages(tmp_path: Path, said: str, expected: dict[str, str]) -> None:
    """What an article says nothing of is said for it in both."""
    assert article.load(copied(tmp_path, said)).rights == expected


def test_rights_of_another_language_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unknown key 'fr' of rights"):
        article.load(copied(tmp_path, "rights: {fr: Libre.}"))


def copied(tmp_path: Path, said: str) -> Path:
    """The seed in a folder of its own, with this line for its rights."""
    folder = tmp_path / SEED.slug
    shutil.copytree(ARTICLES / SEED.slug, folder)
    file = folder / "article.yaml"
    text = file.read_text("utf-8")
    mended = re.sub(r"(?m)^rights:\n(  .*\n)+", said + "\n", text)
    assert mended != text
    file.write_text(mended, "utf-8")
    return folder
