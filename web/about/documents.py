"""The documents that the site shows: Markdown of the checkout, as HTML that fits our pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from graph.paths import ROOT

ABOUT = "about"
DOCUMENTS: Mapping[str, str] = {
    ABOUT: "docs/about.md",
    "endpoint": "docs/endpoint.md",
    "search": "docs/search.md",
    "following": "docs/following.md",
    "reconciliation": "docs/reconciliation.md",
    "method": "docs/mapping.md",
    "truth": "docs/truth.md",
    "links": "docs/links.md",
    "vocabulary": "docs/vocabulary-changes.md",
    "changelog": "CHANGELOG.md",
}
"""Name on the site → its file; a Chinese form, where there is one, has `.zh` before its ending."""
_PATHS = {(ROOT / file).resolve(): name for name, file in DOCUMENTS.items()}


@dataclass(frozen=True)
class Document:
    """A document as a page shows it; `language` is the one it is written in.

    `headings` are the anchor and the words of each second heading.
    """

    name: str
    language: str
    title: str
    lead: str
    body: Markup
    headings: tuple[tuple[str, str], ...]


@cache
def document(name: str, lang: str) -> Document:
    """The document of this name in this language, or else in English.

    Raises KeyError for a name that is not in DOCUMENTS.
    """
    path = ROOT / DOCUMENTS[name]
    chinese = path.with_suffix(".zh.md")
    written = chinese if lang == "zh" and chinese.is_file() else path
    return _read(name, written, "zh" if written == chinese else "en")


def _read(name: str, path: Path, language: str) -> Document:
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
    tokens = parser.parse(path.read_text("utf-8"))
    title, tokens = _words(tokens[1]), tokens[3:]
    _anchor(tokens)
    _lead_on(tokens, path.parent)
    lead = next((_words(t) for t in tokens if t.type == "inline"), title)
    headings = tuple(
        (str(token.attrs["id"]), _words(tokens[n + 1]))
        for n, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h2"
    )
    html = parser.renderer.render(tokens, parser.options, {})
    return Document(name, language, title, lead, Markup(html), headings)  # noqa: S704 (no HTML passes the parser)


def _words(inline: Token) -> str:
    """What an inline token reads as."""
    parts = (t.content if t.type != "softbreak" else " " for t in inline.children or ())
    return "".join(parts)


def _anchor(tokens: Sequence[Token]) -> None:
    """Give every heading an address: its number, which is the same in every language."""
    headings = (token for token in tokens if token.type == "heading_open")
    for number, token in enumerate(headings, 1):
        token.attrs["id"] = f"part-{number}"


def _lead_on(tokens: Sequence[Token], folder: Path) -> None:
    """Let links to other documents lead to their pages, and take away those that lead nowhere."""
    for inline in tokens:
        kept: list[Token] = []
        dead = 0
        for token in inline.children or ():
            if token.type == "link_open":
                target = _target(str(token.attrs["href"]), folder)
                dead += target is None
                if target is None:
                    continue
                token.attrs["href"] = target
            elif token.type == "link_close" and dead:
                dead -= 1
                continue
            kept.append(token)
        inline.children = kept


def _target(href: str, folder: Path) -> str | None:
    """Where a link of a document leads on the site; None for a file that the site does not show."""
    if urlsplit(href).scheme:
        return href
    name = _PATHS.get((folder / href.partition("#")[0]).resolve())
    if name is None:
        return None
    return path_of(name)


def path_of(name: str) -> str:
    """The path of the page of a document."""
    return "/about" if name == ABOUT else f"/about/{name}"


class _Renderer(RendererHTML):
    """HTML in which whatever may be wide scrolls by itself and can be reached by keyboard."""

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """The start of a table."""
        return f'<div class="scroll" tabindex="0">{self.renderToken(tokens, idx, options, env)}'

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """The end of a table."""
        return f"{self.renderToken(tokens, idx, options, env)}</div>"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A block of code."""
        written = super().fence(tokens, idx, options, env)
        return written.replace("<pre>", '<pre tabindex="0">', 1)
