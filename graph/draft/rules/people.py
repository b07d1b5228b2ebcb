"""People: a title and a name, a name and what it says, and the same name wherever it stands."""

import re
from collections.abc import Iterable, Iterator

from graph.draft.rules.finding import Finding, Source, free
from graph.draft.rules.words import anyone, listed

RULE = "person/1"
_PERSON = rf"(?:{anyone('surnames-of-two')}|[{''.join(listed('surnames'))}])[一-鿿]"
_TITLES = anyone("titles")
_BEFORE = re.compile(rf"(?:{_TITLES})(?P<name>{_PERSON}{{1,2}})")
_OFFICE = re.compile(
    r"(?:书记|主席|主任|部长|省长|市长|县长|区长|镇长|乡长|局长|厅长|处长|院长|校长|行长)$"
)
"""Titles after which hardly anything but a name or a verb stands."""
_FREQUENT = frozenset("".join(listed("surnames-frequent")))
_ENDS = re.compile(rf"{anyone('after-names')}|[、，。（(：”\n 　]|$")
_AFTER = re.compile(
    rf"(?<![\u4e00-\u9fff])(?P<name>{_PERSON}{{1,2}}?)"
    r"(?:同志|表示|介绍说?|告诉记者|坦言|深有感触|先生|女士)"
)
_IS = re.compile(
    rf"(?:^|(?<=[。”\n]))[“　 ]*(?P<name>{_PERSON}{{1,2}})(?=是[^，。]{{2,24}}(?:{_TITLES}))",
    re.MULTILINE,
)
"""Who is introduced at the start of a sentence: 金利琼是……党总支书记."""
_BYLINE = re.compile(
    rf"(?:记者|通讯员|编辑|责编|摄影)[：:\s]*(?P<name>{_PERSON}{{1,2}})(?=[）)\s、，摄报]|$)"
)
_LEADERS = re.compile(anyone("leaders"))
_NOT = frozenset(listed("no-names"))


def _name(match: re.Match[str], text: str) -> tuple[int, int] | None:
    """A name without what is no longer part of it: 蔡奇出席 names 蔡奇."""
    start, end = match.span("name")
    longest = end - start
    for size in range(longest, 1, -1):
        name = text[start : start + size]
        if name in _NOT or name[:2] in _NOT or not _ENDS.match(text, start + size):
            continue
        if (
            size == longest
            and size > 2
            and _ENDS.match(text, start + size - 1)
            and _ambiguous(name)
        ):
            continue
        return start, start + size
    return _after_office(text, start, end)


def _after_office(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Three signs after a title of office are a name, if they begin with a frequent surname."""
    name = text[start : start + 3]
    sure = _OFFICE.search(text[max(0, start - 3) : start]) and name[:1] in _FREQUENT
    known = name in _NOT or name[:2] in _NOT or _ambiguous(name) or name[-1] in _VERBS
    return (start, start + 3) if sure and not known and end - start == 3 else None


def _ambiguous(name: str) -> bool:
    """Whether the last sign of a name is rather a word of its own."""
    return name[-1] in "说在等和的与同是对就到也还又都正向从把将率赴（"


_VERBS = frozenset("出主参会强调指要作发听到前深赴表介讲被因受不未让以为了的组推召审")


def _titled(source: Source) -> Iterator[tuple[int, int]]:
    for pattern in (_BEFORE, _AFTER, _IS, _BYLINE):
        for match in pattern.finditer(source.text):
            found = match.span("name") if pattern is _BYLINE else _name(match, source.text)
            if found:
                yield found
    for match in _LEADERS.finditer(source.text):
        yield match.span()


def _role(text: str, start: int, end: int) -> str:
    """The title that stands before a name, or right after it."""
    before = re.search(rf"({_TITLES})$", text[max(0, start - 8) : start])
    after = re.match("总书记|书记|主席|总理|部长|主任", text[end : end + 3])
    return before[1] if before else after[0] if after else ""


_NAME_ONLY = re.compile(
    "新时代|思想|经济思想|法治思想|生态文明思想|外交思想|强军思想|文化思想|总体国家安全观"
)


def people(source: Source, taken: Iterable[Finding]) -> Iterator[Finding]:
    """Every mention of the people of a text outside what is taken, in its order."""
    taken, text = tuple(taken), source.text
    names = {text[start:end] for start, end in _titled(source)}
    spans = {
        match.span()
        for name in names
        for match in re.finditer(re.escape(name), text)
        if not _NAME_ONLY.match(text, match.end())
    }
    last = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        role = _role(text, start, end)
        fields = {"name": text[start:end]} | ({"role": role} if role else {})
        found = Finding("person", start, end, RULE, fields)
        if start >= last and free(found, taken):
            last = end
            yield found
