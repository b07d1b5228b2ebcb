"""Meetings that have a name: 党的二十届三中全会, 中央经济工作会议."""

import re
from collections.abc import Iterable, Iterator

from graph.draft.rules.finding import Finding, Source, free

RULE = "meeting/1"
_N = "[一二三四五六七八九十]+"
_CONGRESS = re.compile(
    rf"(?:党的|中共)?第?(?:{_N}届(?:中央委员会)?第?{_N}(?:中(?:、{_N}中)*全会|次全体会议)|{_N}大(?=以来|精神|报告|闭幕|召开|上|提出|确定|部署|后|作出|和|、|，|。|开幕|对))"
    rf"|(?:党的|中共)(?:{_N}大|第{_N}次全国代表大会)|{_N}届{_N}中(?:、{_N}中)*全会"
    rf"|(?:中国共产党)第{_N}次全国代表大会"
    rf"|第?{_N}届全国(?:人大|人民代表大会|政协)(?:常委会)?第?{_N}次会议"
    rf"|{_N}届中央纪委{_N}次全会|第?{_N}届中央纪律检查委员会第{_N}次全体会议"
    rf"|{_N}届中央政治局(?:召开的)?第{_N}次(?:会议|集体学习)"
)
_STEM = (
    r"(?:工作会议|工作座谈会|座谈会|推进会(?:议)?|动员会(?:议)?|部署会(?:议)?|现场会(?:议)?|电视电话会议|视频会议|专题会议|"
    r"专题民主生活会|民主生活会|常务会议|常委会会议|全体会议|工作机制会议|机制会议|领导小组会议|办公会议|联席会议|发布会|论坛|峰会|年会|大会|会议)"
)
_HEAD = (
    r"(?:中共中央政治局常委会|中共中央政治局|中央政治局常委会|中央政治局|中央全面深化改革委员会|中央财经委员会|中央|全国|国务院|"
    r"第[一二三四五六七八九十百\d]+[次届]|省委|市委|县委)"
)
_NAMED = re.compile(
    rf"{_HEAD}(?P<middle>[\u4e00-\u9fff（）]{{0,26}}?){_STEM}(?![室桌记认指强的活精文通期上])"
)
_QUOTED = re.compile(r"[\u4e00-\u9fff]{2,20}(?:座谈会|发布会|推进会)(?=[上在，。])")
_NOT = re.compile(
    "[的了和与对把将被为从在于，。、]|召开|主持|审议|举行|落实|机关|干部|出席|参加|学习|贯彻|部署"
)


def meetings(source: Source, taken: Iterable[Finding]) -> Iterator[Finding]:
    """The named meetings of a text outside what is taken, in its order."""
    taken, last = tuple(taken), 0
    spans = {m.span() for m in _CONGRESS.finditer(source.text)}
    for match in _NAMED.finditer(source.text):
        if not _NOT.search(match["middle"]) and len(match[0]) > 5:
            spans.add(match.span())
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        found = Finding("meeting", start, end, RULE, {"name": source.text[start:end]})
        if start >= last and free(found, taken):
            last = end
            yield found
