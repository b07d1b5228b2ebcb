"""Places: the longest chain of divisions that a text prints in one, 安徽长丰县下塘镇."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph.draft.rules import gazetteer
from graph.draft.rules.finding import Finding, Source, free
from graph.draft.rules.gazetteer import Division
from graph.draft.rules.words import listed

RULE = "place/1"
_LEVELS = ("", "province", "prefecture", "county", "township", "village")
_TOWNSHIP = re.compile(
    r"(?!乡镇|镇街)[\u4e00-\u9fff]{1,6}?(?:街道办?|镇|民族乡|乡|苏木)(?!党|村级|政府办|干部|街|上的|镇)"
)
_VILLAGE = re.compile(r"(?!村)[\u4e00-\u9fff]{1,6}?(?:新?村(?![民级干里庄])|社区(?!居|的?居))")
_WORDS = frozenset(listed("no-places"))
_NAMES_AFTER = re.compile(
    "经验|模式|精神|会议(?!室)|宣言|革命纪念|路(?!口|边|上)|大学|日报|晚报|时报|卫视|声明|协定|共识"
)
_CROSSED = re.compile("[平均制]衡水$")
"""Ends of words that look like a name with the word after them: 均衡水平."""


@dataclass(frozen=True)
class _Chain:
    """Divisions printed one after another, [start, end), down to a level of `_LEVELS`."""

    start: int
    end: int
    divisions: tuple[Division, ...]
    level: int
    full: bool
    """Whether a name of it is printed with the sign of its level."""


def _steps(text: str, chain: _Chain) -> Iterator[_Chain]:
    """The chain with one more division."""
    for name, division in gazetteer.at(text, chain.end):
        last = chain.divisions[-1] if chain.divisions else None
        if last is None or last.holds(division):
            full = chain.full or name == division.name
            yield _Chain(
                chain.start,
                chain.end + len(name),
                (*chain.divisions, division),
                division.level,
                full,
            )


def _longest(text: str, start: int) -> _Chain | None:
    """The longest chain from here; of equal ones that of the highest levels."""
    best: _Chain | None = None
    waiting = list(_steps(text, _Chain(start, start, (), 0, full=False)))
    while waiting:
        chain = waiting.pop(0)
        if best is None or (chain.end, chain.full) > (best.end, best.full):
            best = chain
        waiting += _steps(text, chain)
    return best


def _below(text: str, chain: _Chain) -> _Chain:
    """The chain down to a township and a village, where it prints them."""
    for pattern, level in ((_TOWNSHIP, 4), (_VILLAGE, 5)):
        match = pattern.match(text, chain.end)
        if (
            match
            and not re.search("[的和与、，及等对把在将]|所有|各|全", match[0])
            and chain.level >= 2
        ):
            end = match.end() - match[0].endswith("办")
            chain = _Chain(chain.start, end, chain.divisions, level, full=True)
    return chain


def _certain(chain: _Chain) -> bool:
    """Whether a chain names a place whatever else the text says."""
    first = chain.divisions[0]
    return chain.full or len(chain.divisions) > 1 or first.level == 1


def _chains(text: str) -> Iterator[_Chain]:
    at = 0
    while at < len(text) - 1:
        chain = _longest(text, at)
        if chain is None:
            at += 1
            continue
        chain = _below(text, chain)
        yield chain
        at = chain.end


def _allowed(chain: _Chain, text: str, sure: Iterable[_Chain]) -> bool:
    """Whether a short name of a prefecture or county is meant as a place here."""
    words, last = text[chain.start : chain.end], chain.divisions[-1]
    if words in _WORDS or chain.level > 3:
        return chain.level > 3
    if last.level == 2:
        return True
    return any(
        last in other.divisions or any(d.holds(last) for d in other.divisions) for other in sure
    )


def places(source: Source, taken: Iterable[Finding]) -> Iterator[Finding]:
    """The places of a text outside what is taken, in its order.

    `code` is the GB/T 2260 code of the lowest division with one, `level` that of the place. A short
    name of a county counts only in a text that names the county or what it lies in.
    """
    text, taken = source.text, tuple(taken)
    chains = [c for c in _chains(text) if not _part(text, c)]
    sure = [c for c in chains if _certain(c)]
    for chain in chains:
        if not _certain(chain) and not _allowed(chain, text, sure):
            continue
        fields = {
            "name": text[chain.start : chain.end],
            "level": _LEVELS[chain.level],
            "code": chain.divisions[-1].code,
        }
        found = Finding("place", chain.start, chain.end, RULE, fields)
        if free(found, taken):
            yield found


def _part(text: str, chain: _Chain) -> bool:
    """Whether the words are part of another name: 浦江经验, 北京大学."""
    return bool(_NAMES_AFTER.match(text, chain.end) or _CROSSED.search(text[: chain.end][-3:]))
