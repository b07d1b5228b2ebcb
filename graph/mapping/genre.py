"""What kind of text an article is, which decides what is asked for, and how far it is mapped."""

import re
from collections.abc import Mapping as Mapping_
from dataclasses import dataclass
from pathlib import Path

from graph.errors import Errors, InputError, Place
from graph.mapping.yaml_positions import Mapping, Text, word

PRESS = "c:article-type-press-page"
"""The genre of an article that names none."""
STATES = ("draft", "partial", "complete")
"""How far an article is mapped: not published, published as far as it goes, or whole."""
DOCUMENT = "doc:[a-z0-9]+(-[a-z0-9]+)*"
"""What the name of a document looks like."""
_DRAFT = re.compile(rb"^state: *[\"']?draft\b", re.MULTILINE)
_ASKED = {PRESS: frozenset({"title", "publisher", "page", "reprint"})}
_ALWAYS = frozenset({"title", "publisher"})


@dataclass(frozen=True)
class Genre:
    """The code of a genre, which need not exist, and the state of an article.

    `document` is the name of the official document whose own words the article is, if it is one.
    """

    code: Text
    state: str
    document: Text | None = None

    @property
    def asked(self) -> frozenset[str]:
        """The keys that an article of this genre must have."""
        return _ASKED.get(self.code, _ALWAYS)


def unfit(genre: Text, code: str, place: Place, among: Mapping_[str, frozenset[str]]) -> None:
    """Nothing, where an article of this genre may have a voice or a type of section.

    `among` has what goes with each genre; one that it lacks may have anything. Raises InputError
    otherwise.
    """
    allowed = among.get(genre)
    if allowed is None or code in allowed:
        return
    kind = code.rpartition(":")[2].split("-", 1)[0]
    others = ", ".join(sorted(each for each in allowed if each.startswith(f"c:{kind}-")))
    raise InputError(
        f"{code} in an article of the genre {genre}", place,
        f"use one of {others}; or give article.yaml another genre:, or relate the two in "
        "ontology/concepts.ttl",
    )  # fmt: skip


def optional(entry: Mapping, key: str) -> str:
    """The text of a key, empty where the key is missing.

    Raises InputError when it is a list or a mapping.
    """
    return "" if entry.get(key) is None else word(entry, key)


def _document(entry: Mapping) -> Text | None:
    if entry.get("document") is None:
        return None
    written = word(entry, "document")
    if not re.fullmatch(DOCUMENT, written):
        remedy = "write the name of a document, such as doc:plates-notice"
        raise InputError(f"{str(written)!r} is no document", written.place, remedy)
    return written


def read(entry: Mapping, errors: Errors) -> Genre:
    """The genre, state and document that an article.yaml names, noting what is none."""
    state = STATES[-1]
    with errors.kept():
        state = optional(entry, "state") or state
        if state not in STATES:
            place = entry.places["state"]
            raise InputError(f"the state {str(state)!r}", place, f"use one of {', '.join(STATES)}")
    written = PRESS
    with errors.kept():
        written = optional(entry, "genre") or written
    code = Text(written if ":" in written else f"c:article-type-{written}")
    code.place = entry.places.get("genre", entry.place)
    document = None
    with errors.kept():
        document = _document(entry)
    return Genre(code, state, document)


def folders(articles: Path) -> tuple[Path, ...]:
    """The folders of the articles that a build reads: all but those whose state is `draft`."""
    found = sorted(articles.glob("*/article.yaml"))
    return tuple(path.parent for path in found if not _DRAFT.search(path.read_bytes()))
