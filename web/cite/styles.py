"""One source in the styles people need: GB/T 7714, APA, BibTeX, RIS, CSL-JSON."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date

from web.cite.source import Source

_SITE = "policyprov"
_TEX = str.maketrans({c: f"\\{c}" for c in "{}$&#%_"} | {"\\": "", "~": " ", "^": ""})


@dataclass(frozen=True)
class Style:
    """A style of citation; `file` is its file ending, empty where it is text to copy."""

    name: str
    label: str
    media_type: str
    file: str
    write: Callable[[Source], str]


def _where(source: Source, words: str) -> str:
    """The release and the permanent name, in words of the citation's language."""
    return f"{_SITE} {source.release}, {words}{source.iri}"


def gbt7714(source: Source) -> str:
    """The reference as GB/T 7714—2015 has it: newspapers [N], reports [R], data sets [DS/OL]."""
    if not source.paper:
        return (
            f"{_SITE}. {source.title}[{source.kind.letters}]. 版本 {source.release}"
            f"({source.printed.isoformat()}). {source.url}."
        )
    authors = ", ".join(each.name for each in source.authors)
    who = f"{authors}. " if authors else ""
    page = f"({source.page})" if source.page else ""
    printed = f"{source.paper}, {source.printed.isoformat()}{page}"
    return f"{who}{source.title}[{source.kind.letters}]. {printed}. 引自 {_where(source, '')}."


def apa(source: Source) -> str:
    """The reference as APA 7 has it for what newspapers print, for other texts, for a data set."""
    day = format_date(source.printed, "y, MMMM d", locale="en_US")
    if not source.paper:
        titled = f"{source.title} (Release {source.release}) [{source.kind.apa}]"
        return f"{_SITE}. ({day}). {titled}. {source.url}"
    names = [each.initials or each.name for each in source.authors]
    paper = source.paper_latin or source.paper
    page = f", p. {source.page}" if source.page else ""
    seen = _where(source, "")
    title = f"{source.title} [{source.kind.apa}]" if source.kind.apa else source.title
    if names:
        return f"{_joined(names)} ({day}). {title}. {paper}{page}. Quoted from {seen}"
    return f"{title}. ({day}). {paper}{page}. Quoted from {seen}"


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, & {names[-1]}"


def _note(source: Source) -> str:
    quoted = f"“{source.quote}” " if source.quote else ""
    return f"{quoted}{_where(source, '')}"


def bibtex(source: Source) -> str:
    """The reference as a BibTeX entry."""
    fields = {
        "author": " and ".join(f"{{{each.name}}}" for each in source.authors),
        "title": f"{{{_tex(source.title)}}}",
        "journal": _tex(source.paper) if source.kind.periodical else "",
        "howpublished": source.kind.apa,
        "publisher": "" if source.kind.periodical else _tex(source.paper or _SITE),
        "version": "" if source.paper else source.release,
        "year": str(source.printed.year),
        "month": format_date(source.printed, "MMM", locale="en_US").lower(),
        "day": str(source.printed.day),
        "pages": source.page,
        "url": source.original or source.url,
        "note": _tex(_note(source)) if source.paper else "",
        "langid": "chinese" if source.paper else "",
    }
    bare = {"month", "year", "day"}
    lines = [
        f"  {name} = {value if name in bare else f'{{{value}}}'},"
        for name, value in fields.items()
        if value
    ]
    kind = "article" if source.kind.periodical else "misc"
    return "\n".join([f"@{kind}{{{source.key},", *lines, "}"]) + "\n"


def _tex(text: str) -> str:
    return text.translate(_TEX)


def ris(source: Source) -> str:
    """The reference in RIS."""
    day = source.printed.strftime("%Y/%m/%d")
    rows = [
        ("TY", source.kind.ris),
        *(("AU", each.name) for each in source.authors),
        ("TI", source.title),
        ("T2" if source.kind.periodical else "PB", source.paper or _SITE),
        ("PY", str(source.printed.year)),
        ("DA", day),
        ("SP", source.page),
        ("LA", "zh" if source.paper else ""),
        ("UR", source.original or source.url),
        ("N1", _note(source)),
        ("ID", source.key),
    ]
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in rows if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl(source: Source) -> str:
    """The reference as a CSL-JSON array of one item."""
    item: dict[str, Any] = {
        "id": source.key,
        "type": source.kind.csl,
        "title": source.title,
        "author": [{"literal": each.name} for each in source.authors],
        "container-title": source.paper if source.kind.periodical else "",
        "publisher": "" if source.kind.periodical else source.paper or _SITE,
        "version": "" if source.paper else source.release,
        "issued": {"date-parts": [[source.printed.year, source.printed.month, source.printed.day]]},
        "page": source.page,
        "language": "zh-CN" if source.paper else "",
        "URL": source.original or source.url,
        "note": _note(source) if source.paper else "",
    }
    kept = {name: value for name, value in item.items() if value}
    return json.dumps([kept], ensure_ascii=False, indent=1) + "\n"


_TEXT = "text/plain; charset=utf-8"
STYLES: Mapping[str, Style] = {
    style.name: style
    for style in (
        Style("gbt7714", "GB/T 7714", _TEXT, "", gbt7714),
        Style("apa", "APA", _TEXT, "", apa),
        Style("bibtex", "BibTeX", "application/x-bibtex; charset=utf-8", "bib", bibtex),
        Style("ris", "RIS", "application/x-research-info-systems; charset=utf-8", "ris", ris),
        Style("csl", "CSL-JSON", "application/vnd.citationstyles.csl+json", "json", csl),
    )
}
"""Name, which is the value of `?style=` → the style."""
