"""Clauses: what somebody says, and what somebody has to do."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from graph.draft.rules.finding import Finding, Source

RULES = {"speech": "speech/2", "obligation": "obligation/1"}
_SAYS = re.compile(
    r"(?P<verb>表示|指出|强调|介绍说?|认为|坦言|告诉记者|感慨(?:地)?说?|要求|提出(?=：|，|要|应|必须)|说)(?P<mark>：“|，“|：|，)?"
)
_QUOTED = re.compile(r"“[^“”\n]{4,400}”")
_MEETING = re.compile(r"(?:^|(?<=[。\n；]))(?P<who>会议)(?P<verb>指出|强调|认为|要求|提出|决定)，?")
_MUST = re.compile(
    r"(?P<adverb>必须|应当|应该|务必|须|不得|严禁|禁止|要(?![求点素么闻件义不案塞害领有])|应(?![对用急运届邀聘变付]))"
)
_NO_MUST = re.compile("[重主需只首摘纪概提将既还快]$")
_WHEN = re.compile(
    r"(?:^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．])?|(?<=[，。；：]))(?P<when>(?:遇有|如遇|确需|凡|对于|对|因)[^，。；]{2,40}|[^，。；：]{2,30}的)，(?=[^，。]{0,16}$)"
)
_DEADLINE = re.compile("前|之前|以内|内")
_WIDE = re.compile(
    r"(?P<who>各地区、各部门|各地区各部门|各地各部门|各级[\u4e00-\u9fff]{2,16}?|各[\u4e00-\u9fff]{1,8}?(?:人民政府|政府|部门|单位|地区|地)|"
    r"[\u4e00-\u9fff]{2,14}?(?:主管部门|主办单位|主管单位|政府|部门|机关|委员会|单位))(?=要|应|必须|须|不得)"
)


def _clause_end(text: str, start: int) -> int:
    """The end of the sentence, without its mark."""
    match = re.compile(r"[。！？；\n]").search(text, start)
    return match.start() if match else len(text)


def _actors(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(
        sorted(
            (f for f in found if f.kind in ("person", "organization", "place")),
            key=lambda f: f.start,
        )
    )


def _said(source: Source, speaker: str, verb: re.Match[str], start: int) -> Finding | None:
    """What stands after a verb of saying: a quotation, or the rest of the sentence."""
    text, at = source.text, verb.end()
    quoted = _QUOTED.match(text, at - 1) if text[at - 1 : at] == "“" else _QUOTED.match(text, at)
    end = quoted.end() if quoted else _clause_end(text, at)
    first = quoted.start() if quoted else at
    if end - first < 4:
        return None
    fields = {
        "speaker": speaker,
        "mode": "direct" if quoted else "reported",
        "said": text[first:end],
    }
    return Finding("speech", start, end, RULES["speech"], fields)


def speeches(source: Source, found: Iterable[Finding]) -> Iterator[Finding]:
    """What people, bodies and meetings say, each with its speaker, from the speaker's name on."""
    text = source.text
    for actor in _actors(f for f in found if f.kind != "place"):
        after = re.compile(
            r"(?:同志)?(?:还|又|也|曾)?(?:专门|特别|深情地|明确|在[^，。]{2,12}?时|在讲话中)?"
        ).match(text, actor.end)
        verb = _SAYS.match(text, after.end() if after else actor.end)
        made = verb and _said(source, actor.fields["name"], verb, actor.start)
        if made:
            yield made
    for match in _MEETING.finditer(text):
        said = _said(source, "会议", match, match.start("who"))
        if said:
            yield said


def _obliged(text: str, start: int, at: int, actors: tuple[Finding, ...]) -> tuple[int, str]:
    """Who must, and where the words for it start; the sentence's start when nobody is named."""
    near = [a for a in actors if start <= a.start and a.end <= at and a.kind != "place"]
    if near and at - near[-1].end < 14:
        return near[-1].start, near[-1].fields["name"]
    wide = [m for m in _WIDE.finditer(text, start, at + 2) if m.end() <= at]
    return (wide[-1].start("who"), wide[-1]["who"]) if wide else (start, "")


def obligations(source: Source, found: Iterable[Finding]) -> Iterator[Finding]:
    """What has to be done: who, under which condition, by when, from the sentence's start on.

    Only a document that speaks for itself imposes; what a report says others demanded is speech.
    """
    if source.heading is None:
        return
    found = tuple(found)
    actors, text = _actors(found), source.text
    for start, end in source.sentences:
        stop = _clause_end(text, start)
        must = next(
            (
                m
                for m in _MUST.finditer(text, start, end)
                if not _NO_MUST.search(text[: m.start()][-1:])
            ),
            None,
        )
        if must is None or start < source.heading[1] or stop - start < 8:
            continue
        _, who = _obliged(text, start, must.start(), actors)
        when = _WHEN.search(text[start : must.start()])
        fields = {"duty": text[must.start() : stop]}
        if who:
            fields["obliged"] = who
        if when:
            fields["condition"] = when["when"]
        due = [
            d
            for d in found
            if d.kind == "date" and d.fields.get("relation") == "by" and start <= d.start < end
        ]
        if due:
            fields["deadline"] = due[0].fields["value"]
        yield Finding("obligation", start, stop, RULES["obligation"], fields)


def clauses(source: Source, found: Iterable[Finding]) -> Iterator[Finding]:
    """The clauses of a text, built on what the other rules found in it."""
    found = tuple(found)
    yield from chain(speeches(source, found), obligations(source, found))
