"""Measures: what a place, a body, a person or a group does or is to do to carry out a policy."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from graph.draft.rules.finding import Finding, Source
from graph.draft.rules.words import anyone

RULE = "measure/2"
_HANZI = "[\u4e00-\u9fff]"
_MANNER = (
    "先后|专门|率先|探索|创新|全面|积极|大力|深入|统一|研究|将|还|又|也|已|已经|按期|如期|首次|"
    "进一步|同步|牵头|共同|连续|陆续|正式"
)
_TELLING = "推动建立|推动形成|明确由|明确|规定|决定|提出"
"""Verbs whose object is itself a plan: the clauses after them are of that plan."""
_DOING = (
    f"{anyone('verbs-issuing')}|制定|推行|推出|建立健全|建立|完善|健全|实行|实施|取消|精简|压减|整合|清理|"
    "合并|开展|部署|设立|搭建|组建|落实|推进|启动|成立|列入|进行|完成"
)
_WHEN = rf"(?:于?(?:{_HANZI}|\d){{2,16}}?(?:前|内|起|日|月|年)，?)?"
_DOES = re.compile(
    rf"(?:{_MANNER}){{0,3}}{_WHEN}(?:{_MANNER}){{0,3}}(?:(?P<telling>{_TELLING})|{_DOING})(?!的)"
)
_HOW = re.compile(
    rf"(?:{_MANNER}){{0,2}}{_WHEN}(?:组织)?(?:把|将|对|通过|在)(?:{_HANZI}|[“”、（）\d]){{2,40}}?"
    r"(?:列入|纳入|进行|开展|实行|作为|下放|合并|整合|清理|压减|精简)"
)
_PLAIN = re.compile(r"[，。！；\n]")
_RESULT = re.compile(
    r"，(?=真正|有效|切实|使|让|游客|群众|村民|不断|进一步|确保|为|实现|达到|目前|并)|[。！；\n]"
)
"""Where what a plan says ends: at what came of it, and at what else the actor does."""
_WHO = "(?:地区|单位|部门|乡镇|地方|地)"
_GROUP = re.compile(
    rf"(?:(?<=[，。；：、\n])|^)(?P<name>(?:各{_HANZI}{{0,8}}?{_WHO}、?)*各{_HANZI}{{0,8}}?{_WHO}|{_HANZI}{{2,6}}?{_WHO})",
    re.MULTILINE,
)
_STARTS = re.compile(r"(?:^|[\n。，；：、“])$")
_HOLDER = re.compile(
    rf"(?:^|[\n。，；：、])(?:时任|曾任|现任|身为|作为)(?:{_HANZI}|“|”){{2,20}}的$"
)
"""Who somebody is, right before the name: 时任县长的."""


def _begins(source: Source, actor: Finding, start: int) -> bool:
    """Whether a measure may begin: at a deadline, with the clause of its actor, or with the post.

    A group that is no 各… is too vague without a deadline; what 各… do in a document they must do.
    """
    if start < actor.start:
        return True
    if actor.kind == "group":
        return source.heading is None and actor.fields["name"].startswith("各")
    before = source.text[max(0, actor.start - 30) : actor.start]
    return bool(_STARTS.search(before) or _HOLDER.search(before))


def _groups(source: Source, actors: tuple[Finding, ...]) -> Iterator[Finding]:
    """Groups that act, outside what is named: 试点地区, 各乡镇."""
    for match in _GROUP.finditer(source.text):
        found = Finding("group", *match.span("name"), RULE, {"name": match["name"]})
        if not any(found.overlaps(actor) for actor in actors):
            yield found


def _start(actor: Finding, dates: Iterable[Finding], text: str) -> int:
    """Where a measure starts: at its actor, or at the day before which it is to be done."""
    due = (
        d for d in dates
        if d.fields.get("relation") == "by" and d.end <= actor.start
        and text[d.end : actor.start] in ("", "，")
    )  # fmt: skip
    return next((d.start for d in due), actor.start)


def measures(source: Source, found: Iterable[Finding]) -> Iterator[Finding]:
    """What somebody does: from the actor, or a deadline before it, to the end of that clause.

    A verb that tells of a plan (提出, 明确由) takes the clauses after it, up to what came of it.
    """
    found, text, last = tuple(found), source.text, 0
    named = tuple(f for f in found if f.kind in ("person", "organization", "place"))
    dates = tuple(f for f in found if f.kind == "date")
    for actor in sorted(chain(named, _groups(source, named)), key=lambda f: (f.start, -f.end)):
        start = _start(actor, dates, text)
        if start < last or not _begins(source, actor, start):
            continue
        after = actor.end + 2 * text.startswith("同志", actor.end)
        does = _DOES.match(text, after) or _HOW.match(text, after)
        if does is None:
            continue
        mark = _RESULT if does.groupdict().get("telling") else _PLAIN
        close, (_, end) = mark.search(text, does.end()), source.sentence(actor.start)
        last = min(close.start() if close else end, end)
        yield Finding("measure", start, last, RULE, {"actor": actor.fields["name"]})
