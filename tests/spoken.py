"""Which words of a page a reader hears in which language: its text by the nearest `lang`."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
     "wbr")
)  # fmt: skip
_TOLD = ("alt", "aria-label", "placeholder", "title")
"""Attributes whose words are read out, or shown."""
_CODE = frozenset(("script", "style", "code", "pre", "textarea"))
"""What holds code or data, not words of the page."""
_PLAIN = frozenset(("title", "option", "desc"))
"""What holds text alone: no part of it can be marked as of another language."""
_QUOTING = frozenset(("q", "blockquote", "cite", "ins", "del"))
"""What quotes by its element."""
_QUOTING_CLASSES = frozenset(("text", "headline", "quote", "printed", "sentence"))
"""What quotes by its class: text and headline of the reader, a column of quotations, a sentence."""
_LINES = frozenset(
    ("p", "li", "tr", "td", "th", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "figcaption",
     "summary", "caption", "text", "option", "a", "div")
)  # fmt: skip
"""What is read as one: words in it stand beside each other."""
_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


@dataclass
class Line:
    """What is read as one, such as a paragraph or a cell.

    `english` is what of it is English, but for the names of languages beside words;
    `chinese` whether anything of it is Chinese.
    """

    tag: str
    english: str = ""
    chinese: bool = False


@dataclass(frozen=True)
class Words:
    """Words of a page; `markable` tells whether a part of them could be an element of its own.

    `quoted` tells whether they are set as a quotation, `lines` what they stand in, nearest first.
    """

    language: str
    text: str
    markable: bool
    quoted: bool = False
    lines: tuple[Line, ...] = field(default=(), compare=False)

    @property
    def chinese(self) -> bool:
        """Whether they have a Chinese character."""
        return _CHINESE.search(self.text) is not None

    @property
    def english(self) -> bool:
        """Whether they are a phrase of English: three words in a row, and nothing Chinese."""
        return not self.chinese and re.search(r"[A-Za-z’']+(?: [a-z’']+){2}", self.text) is not None


@dataclass(frozen=True)
class _Open:
    tag: str
    language: str
    quoting: bool
    aside: bool
    lines: tuple[Line, ...]


class _Listener(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Words] = []
        self._open = [_Open("", "", quoting=False, aside=False, lines=())]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given, around = {name: value or "" for name, value in attrs}, self._open[-1]
        language = given.get("lang") or around.language
        told = [given[name] for name in _TOLD if name in given]
        if tag == "meta" and given.get("name") == "description":
            told.append(given.get("content", ""))
        self.found += [Words(language, text, markable=False) for text in told]
        if tag not in _VOID:
            classes = set(given.get("class", "").split())
            quoting = around.quoting or tag in _QUOTING or bool(classes & _QUOTING_CLASSES)
            lines = (Line(tag), *around.lines) if tag in _LINES else around.lines
            aside = around.aside or "tag" in classes
            self._open.append(_Open(tag, language, quoting, aside, lines))

    def handle_endtag(self, tag: str) -> None:
        while len(self._open) > 1 and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside, here = {each.tag for each in self._open}, self._open[-1]
        if data.strip() and not inside & _CODE:
            if not here.language.startswith("zh") and not here.aside:
                for line in here.lines:
                    line.english += data
            for line in () if here.aside else here.lines:
                line.chinese = line.chinese or bool(_CHINESE.search(data))
            markable = not inside & _PLAIN
            self.found.append(
                Words(here.language, data.strip(), markable, here.quoting, here.lines)
            )


def words(page: str) -> list[Words]:
    """The words of a page in their order, those of attributes too."""
    listener = _Listener()
    listener.feed(page)
    return listener.found
