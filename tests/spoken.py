"""Which words of a page a reader hears in which language: its text by the nearest `lang`."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
_TOLD = ("alt", "aria-label", "placeholder", "title")
"""Attributes whose words are read out, or shown."""
_CODE = frozenset(("script", "style", "code", "pre", "textarea"))
"""What holds code or data, not words of the page."""
_PLAIN = frozenset(("title", "option", "desc"))
"""What holds text alone: no part of it can be marked as of another language."""


@dataclass(frozen=True)
class Words:
    """Words of a page; `markable` tells whether a part of them could be an element of its own."""

    language: str
    text: str
    markable: bool

    @property
    def chinese(self) -> bool:
        """Whether they have a Chinese character."""
        return re.search(r"[\u3400-\u9fff]", self.text) is not None

    @property
    def english(self) -> bool:
        """Whether they are a phrase of English: three words in a row, and nothing Chinese."""
        return not self.chinese and re.search(r"[A-Za-z’']+(?: [a-z’']+){2}", self.text) is not None


class _Listener(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Words] = []
        self._open: list[tuple[str, str]] = [("", "")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang") or self._open[-1][1]
        told = [given[name] for name in _TOLD if name in given]
        if tag == "meta" and given.get("name") == "description":
            told.append(given.get("content", ""))
        self.found += [Words(language, text, markable=False) for text in told]
        if tag not in _VOID:
            self._open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while len(self._open) > 1 and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside = {tag for tag, _ in self._open}
        if data.strip() and not inside & _CODE:
            markable = not inside & _PLAIN
            self.found.append(Words(self._open[-1][1], data.strip(), markable))


def words(page: str) -> list[Words]:
    """The words of a page in their order, those of attributes too."""
    listener = _Listener()
    listener.feed(page)
    return listener.found
