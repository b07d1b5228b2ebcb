"""Bodies: those of the centre by a list, those of a place by its name and what it has."""

import re
from collections.abc import Iterable, Iterator

from graph.draft.rules.finding import Finding, Source, free
from graph.draft.rules.words import anyone

RULE = "body/1"
_OFFICE = (
    r"(?:人民代表大会常务委员会|人大常委会|人民代表大会|人大|人民政府办公[厅室]|政府办公[厅室]|人民政府|政府|政协|"
    r"纪律检查委员会|纪委监委|纪委|监委|监察委员会|"
    r"委员会|委办公[厅室]|委办|委组织部|委宣传部|委统战部|委政法委|委社会工作部|委编办|委党校|委(?![员托屈派任会内])|"
    r"中级人民法院|高级人民法院|人民法院|人民检察院|法院|检察院|[\u4e00-\u9fff]{2,12}?(?:监督管理局|管理局|分局|局|厅)(?![长面部级势地])|"
    r"[\u4e00-\u9fff]{0,12}?(?:委员会|办公室|指挥部|管委会|总工会|研究院|研究所|医院|中学|小学|大学|学院|集团|有限公司|公司|协会|"
    r"联合会|商会|基金会|银行|服务中心|指挥中心|中心|支队|大队|派出所|工作站|合作社)(?![主任长区小国东广南西北心]))"
)
_AFTER_PLACE = re.compile(_OFFICE)
_COUNTY = (
    r"(?:该|全)?(?P<body>[省市县区](?:委(?:办公[厅室]|组织部|宣传部|政法委|社会工作部|编办|党校)|"
    r"[\u4e00-\u9fff]{1,9}?(?:分局|局|厅)(?![长面部级势地])|"
    r"纪委监委|监委|纪委|人大常委会|政协|人民政府|政府办(?:公[厅室])?))"
)
_ALONE = re.compile(rf"(?<![\u4e00-\u9fff]){_COUNTY}")
_AFTER_WORD = re.compile(rf"(?:[由与和、，从向到经报请]|会同|联合){_COUNTY}")
_MECHANISM = re.compile(
    r"中央(?:层面)?[\u4e00-\u9fff]{2,20}?(?:专项工作机制|工作机制|领导小组|工作领导小组|委员会)(?:办公室)?"
)
_STOP = re.compile(
    "[的了和与对把将被为从在于，。、；：“”《》（）]|推动|落实|要求|制定|开展|组织|负责|牵头|明确|提出|通过|建立|工作|"
    + anyone("verbs-issuing")
)
_BROAD = re.compile("各|所属|有关|相关|常委|委员(?!会)|部门|书记|领导")


_NUMBER = re.compile(r"[发函令明电传]{1,3}[〔\[（(]")
"""What makes a short name the head of a document number: 国办发〔2018〕."""
_CENTRAL = re.compile(anyone("bodies"))


def _generic(text: str, end: int) -> bool:
    """Whether the name only begins a phrase for many: 国务院各部委."""
    return bool(_BROAD.match(text, end)) and not text.startswith(("书记", "领导", "常委"), end)


def _listed(source: Source) -> Iterator[tuple[int, int]]:
    for match in _MECHANISM.finditer(source.text):
        if not _STOP.search(re.sub("工作|为", "", match[0][2:-4])):
            yield match.span()
    for match in _CENTRAL.finditer(source.text):
        if _NUMBER.match(source.text, match.end()):
            continue
        after = source.text[match.end() : match.end() + 2]
        if not _generic(source.text, match.end()) and after not in ("部署", "精神"):
            yield match.span()


def _of_places(source: Source, places: Iterable[Finding]) -> Iterator[tuple[int, int]]:
    for place in places:
        match = _AFTER_PLACE.match(source.text, place.end)
        if match and not _STOP.search(match[0]) and not _generic(source.text, match.end()):
            yield place.start, match.end()


def _local(source: Source) -> Iterator[tuple[int, int]]:
    """Bodies of a place named before: 县城管局, 省委办公厅."""
    for pattern in (_ALONE, _AFTER_WORD):
        for match in pattern.finditer(source.text):
            if not _STOP.search(match["body"]):
                yield match.span("body")


def bodies(
    source: Source, places: Iterable[Finding], taken: Iterable[Finding]
) -> Iterator[Finding]:
    """The named bodies of a text outside what is taken, in its order; the longest name wins.

    `places` are the places found before: a body may begin with one.
    """
    places, taken = tuple(places), tuple(taken)
    spans = {*_listed(source), *_of_places(source, places), *_local(source)}
    last = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        found = Finding("organization", start, end, RULE, {"name": source.text[start:end]})
        if start >= last and free(found, taken):
            last = end
            yield found
