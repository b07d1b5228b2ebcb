"""The language of a page: English or Chinese, by `?lang=` or `Accept-Language`, without cookies."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from urllib.parse import urlencode

import yaml
from babel import Locale
from babel.dates import format_date
from flask import Flask, Response, g, request
from markupsafe import Markup, escape
from werkzeug.datastructures import LanguageAccept

from graph.errors import ParameterError
from graph.paths import WEB

LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "中文"}
"""Code → the language's own name; the first is the one of a client that asks for neither."""
TAGS: Mapping[str, str] = {"en": "en", "zh": "zh-Hans"}
"""Code → BCP 47 tag, which also picks the right glyphs of shared characters."""

_LOCALES: Mapping[str, Locale] = {
    "en": Locale("en", "GB"),
    "zh": Locale("zh", script="Hans"),
}
"""Code → the rules for plurals and dates that Babel knows."""

_CHINESE = re.compile(r"[\u3400-\u9fff](?:[^A-Za-z<>&]*[\u3400-\u9fff])?[）》”]?")
_QUOTED = re.compile(r"“([^“”A-Za-z<>&]*[\u3400-\u9fff][^“”A-Za-z<>&]*)”")
"""Words that are quoted, and Chinese throughout."""
_TAG = re.compile(r"(<[^>]*>)")
_TABLE = WEB / "messages.yaml"


@dataclass(frozen=True)
class Language:
    """A language, and whether the address asked for it: if so, links to other pages keep it."""

    code: str
    explicit: bool = False

    def text(self, key: str, **values: object) -> str:
        """The words of the interface under this key, filled in.

        With a number `n`, the words under `key.one` … are used where there are any for what the
        plural rules of the language (CLDR) call it.
        """
        table, n = messages(), values.get("n")
        form = f"{key}.{_LOCALES[self.code].plural_form(n)}" if isinstance(n, int) else key
        chosen = form if form in table else key
        words = table[chosen][self.code]
        if any(isinstance(value, Markup) for value in values.values()):
            # What is markup stays so, and everything else is escaped.
            return Markup(words).format(**values)  # noqa: S704 (words of our own)
        return words.format(**values) if values else words


@cache
def messages() -> Mapping[str, Mapping[str, str]]:
    """The table of words of the interface: key → language → words."""
    table: Mapping[str, Mapping[str, str]] = yaml.safe_load(_TABLE.read_text("utf-8"))
    return table


def chosen(parameter: str | None, accept: LanguageAccept) -> Language:
    """The language for this `?lang=` and `Accept-Language`.

    Raises ParameterError for a `?lang=` that is not offered.
    """
    if parameter is None:
        preferred = (tag.partition("-")[0].lower() for tag, quality in accept if quality > 0)
        return Language(next((c for c in preferred if c in LANGUAGES), next(iter(LANGUAGES))))
    if parameter not in LANGUAGES:
        raise ParameterError(
            f"no page is written in {parameter!r}", f"use lang= with one of: {', '.join(LANGUAGES)}"
        )
    return Language(parameter, explicit=True)


def spoken() -> Language:
    """The language of the answer to the present request.

    Where the address asks for one that is not offered, it is refused once, and the page that says
    so is in the default language.
    """
    found: Language | None = g.get("language")
    if found is None:
        g.language = Language(next(iter(LANGUAGES)))
        g.language = found = chosen(request.args.get("lang"), request.accept_languages)
    return found


def link(path: str, **parameters: object) -> str:
    """The address of a local path, keeping the language if the reader chose one.

    A parameter given as a list is repeated.
    """
    return linker()(path, **parameters)


def linker() -> Callable[..., str]:
    """`link`, with what it asks of the request already answered: a page has a thousand links."""
    root, language = request.script_root, spoken()
    kept = [("lang", language.code)] if language.explicit else []
    bare = f"?{urlencode(kept)}" if kept else ""

    def link(path: str, **parameters: object) -> str:
        given = [
            (name, str(each))
            for name, value in parameters.items()
            for each in (value if isinstance(value, list) else [value])
            if each not in (None, "")
        ]
        path, mark, fragment = path.partition("#")
        query = f"?{urlencode([*given, *kept])}" if given else bare
        if "?" in path:
            query = query.replace("?", "&", 1)
        return root + path + query + mark + fragment

    return link


def day(date: date) -> str:
    """A day in full, as the language of the page writes it."""
    return format_date(date, "long", locale=_LOCALES[spoken().code])


def mixed(text: str, element: str = "span") -> str:
    """The text with its Chinese words marked as Chinese, on a page that is not; markup stays.

    Words that are quoted as a whole become a quotation; one inside other words keeps its marks.
    """
    return text if text.isascii() else marked(text, spoken().code, element)


def marked(text: str, code: str, element: str = "span") -> str:
    """The same for a page in the language of this code."""
    if code == "zh" or _CHINESE.search(text) is None:
        return text
    if element == "span" and text[:1] == "“" and text[-1:] == "”":
        return _quotation(text[1:-1])
    opened = f'<{element} lang="{TAGS["zh"]}">'
    html = str(escape(text))
    if element == "span":
        html = _QUOTED.sub(rf'<q lang="{TAGS["zh"]}">\1</q>', html)
    quoting, pieces = False, []
    for piece in _TAG.split(html):
        if piece.startswith("<"):
            quoting = piece.startswith("<q ") or (quoting and piece != "</q>")
            pieces.append(piece)
        else:
            marks = f"{opened}\\g<0></{element}>"
            pieces.append(piece if quoting else _CHINESE.sub(marks, piece))
    return Markup("".join(pieces))  # noqa: S704 (escaped above)


def literal(text: str, language: str | None = "", *, printed: bool | None = None) -> str:
    """A literal of the data as a page shows it: words of another language say that they are.

    On a page that is not Chinese, Chinese words that are `printed` are set as a quotation. Where
    nobody says whether they are, those without a language tag are: names and remarks have one.
    """
    here = spoken().code
    if (not language if printed is None else printed) and here != "zh" and _CHINESE.search(text):
        return _quotation(text)
    if not language or language.startswith(here):
        return mixed(text)
    tag = TAGS.get(language, language)
    return Markup(f'<span lang="{escape(tag)}">{escape(text)}</span>')  # noqa: S704 (escaped)


def _quotation(text: str) -> Markup:
    return Markup(f'<q lang="{TAGS["zh"]}">{escape(text)}</q>')  # noqa: S704 (escaped)


def switches() -> list[tuple[str, str, str, bool]]:
    """For each language: code, name, this very address in it, and whether it is the present one."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    here = request.script_root + request.path
    return [
        (code, name, f"{here}?{urlencode([*kept, ('lang', code)])}", code == spoken().code)
        for code, name in LANGUAGES.items()
    ]


def _vary(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.add("Accept-Language")
        response.content_language.add(TAGS[spoken().code])
    return response


def install(app: Flask) -> None:
    """Give every template the words of its language, and three filters.

    These are `mixed`, `literal` and `day`. Every page gets its headers.
    """
    app.jinja_env.filters.update(mixed=mixed, literal=literal, day=day)

    @app.context_processor
    def words() -> dict[str, object]:
        return {
            "t": spoken().text,
            "lang": spoken().code,
            "tag": TAGS[spoken().code],
            "TAGS": TAGS,
            "LANGUAGES": LANGUAGES,
            "link": linker(),
            "switches": switches,
        }

    app.after_request(_vary)
