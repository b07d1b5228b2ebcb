"""The made-up country of generated articles: every place, body, person and document by its number.

A number always means the same thing, so two articles that draw it speak of one thing. None of it
exists: the names are put together from syllables, the division codes begin with 9.
"""

import random
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

Node = dict[str, Any]
"""A node of a claim's facts, as it is written in claims.yaml."""


def _syllables(words: str) -> list[str]:
    """Each a character with its sound."""
    return words.split()


_FIRST = _syllables(
    "清Qing 永Yong 安An 平Ping 宁Ning 长Chang 兴Xing 泰Tai 和He 德De 明Ming 新Xin 东Dong 西Xi "
    "南Nan 北Bei 江Jiang 海Hai 山Shan 林Lin 金Jin 玉Yu 龙Long 凤Feng 云Yun 天Tian 文Wen 武Wu 华Hua "
    "荣Rong 福Fu 吉Ji 庆Qing 康Kang 乐Le 景Jing 阳Yang 温Wen 秀Xiu 青Qing"
)
_SECOND = _syllables(
    "河He 州Zhou 源Yuan 城Cheng 川Chuan 原Yuan 岩Yan 湖Hu 洛Luo 溪Xi 岭Ling 泉Quan 畈Fan 浦Pu 坞Wu "
    "昌Chang 丰Feng 乡Xiang 田Tian 关Guan 门Men 口Kou 塘Tang 桥Qiao 柏Bai 台Tai 陵Ling 谷Gu 水Shui "
    "漳Zhang 港Gang 洲Zhou 坪Ping 坡Po 峰Feng 岗Gang 沙Sha 湾Wan 石Shi 圩Wei"
)
_SURNAMES = _syllables(
    "赵Zhao 钱Qian 孙Sun 李Li 周Zhou 吴Wu 郑Zheng 王Wang 冯Feng 陈Chen 褚Chu 卫Wei 蒋Jiang 沈Shen "
    "韩Han 杨Yang 朱Zhu 秦Qin 尤You 许Xu"
)
PROVINCES, PREFECTURES, COUNTIES = 10, 100, 1200
TOPICS = (
    "精文减会", "督查统筹", "考核优化", "政务公开", "数据共享", "村务减负", "证明清理", "台账精简",
    "热线整合", "审批提速", "窗口服务", "挂牌清理", "培训改进", "调研统筹", "报表合并", "权责清单",
    "干部激励", "容错纠错", "作风建设", "应用整合", "通报规范", "会风改进", "问题整改", "便民服务",
)  # fmt: skip
PROBLEMS = tuple(
    f"{what}{how}"
    for what in ("文件", "会议", "报表", "台账", "检查", "考核", "标牌", "应用", "培训", "证明")
    for how in ("过多过滥", "重复交叉", "层层加码", "流于形式", "挤占时间", "无人清理")
)
OFFICES = (
    ("委督查室", "Supervision Office"), ("审计局", "Audit Office"),
    ("大数据中心", "Big Data Centre"),
    ("政务服务管理办公室", "Government Service Administration Office"),
)  # fmt: skip
PAPERS = 6
REPORTERS = 240
DOCUMENTS = 480


@dataclass(frozen=True)
class Thing:
    """A registered thing: the four columns of entities.csv."""

    name: str
    zh: str
    of: str
    en: str


@cache
def _weights(size: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, size + 1)))


class Lot(random.Random):
    """A source of chance that can be repeated."""

    def zipf(self, size: int) -> int:
        """A number below `size`; the n-th is drawn 1/n times as often as the first."""
        weights = _weights(size)
        return bisect_left(weights, self.random() * weights[-1])


def _pair(number: int, first: list[str] = _FIRST) -> tuple[str, str]:
    """Two syllables, another pair for each number below the product of the lists."""
    at = number * 7919 % (len(first) * len(_SECOND))
    one, two = first[at // len(_SECOND)], _SECOND[at % len(_SECOND)]
    return one[0] + two[0], one[1:] + two[1:].lower()


@dataclass(frozen=True)
class County:
    """A county with the prefecture and the province it lies in."""

    number: int

    @property
    def chain(self) -> tuple[Thing, Thing, Thing]:
        """The province, the prefecture and the county."""
        prefecture = self.number % PREFECTURES
        province = prefecture % PROVINCES
        codes = (
            f"9{province}0000",
            f"9{province}{prefecture // PROVINCES + 1:02}00",
            f"9{province}{prefecture // PROVINCES + 1:02}{self.number // PREFECTURES + 1:02}",
        )
        kinds = (("省", "Province"), ("市", "City"), ("县", "County"))
        names = (_pair(province + 1400), _pair(prefecture + 1280), _pair(self.number))
        above = ("", codes[0], codes[1])
        found = [
            Thing(f"plc:{code}", zh + kind, of, f"{en} {english}")
            for code, (zh, en), (kind, english), of in zip(codes, names, kinds, above, strict=True)
        ]
        return found[0], found[1], found[2]

    @property
    def place(self) -> Thing:
        """The county itself."""
        return self.chain[2]

    @property
    def code(self) -> str:
        """Its six digits."""
        return self.place.name[4:]

    def body(self, office: int) -> Thing:
        """One of its offices."""
        words, english = OFFICES[office]
        name, at = f"agt:s{self.code}-office-{office}", self.place
        return Thing(name, at.zh + words, "", f"{english} of {at.en}")

    @property
    def committee(self) -> Thing:
        """The office of its Party committee, which issues documents."""
        at = self.place
        name, words = f"agt:s{self.code}-committee", f"{at.zh}委办公室"
        return Thing(name, words, "", f"Office of the Party Committee of {at.en}")

    def person(self, office: int, number: int) -> Thing:
        """Somebody who works in one of its offices."""
        body = self.body(office)
        surname = _SURNAMES[(self.number + 7 * office + number) % len(_SURNAMES)]
        given, en = _pair(self.number * 24 + office * 6 + number)
        name = f"agt:s{self.code}-person-{office}-{number}"
        return Thing(name, surname[0] + given, body.zh, f"{surname[1:]} {en}")

    def document(self, number: int) -> Thing:
        """A document of its Party committee."""
        topic = TOPICS[(self.number + 5 * number) % len(TOPICS)]
        name = f"doc:s{self.code}-list-{number}"
        return Thing(name, f"{self.place.zh}{topic}清单", "", f"List {number} of {self.place.en}")

    def platform(self, number: int) -> Thing:
        """A digital platform of the county."""
        given, en = _pair(self.number + 37 * (number + 1))
        name = f"app:s{self.code}-{number}"
        return Thing(name, f"{given}掌上通", self.place.zh, f"{en} in the Palm")


def paper(number: int) -> Thing:
    """A newspaper that no one prints."""
    given, en = _pair(number + 1500)
    return Thing(f"agt:sample-paper-{number}", f"{given}样报", "", f"{en} Sample Daily")


def reporter(number: int) -> Thing:
    """Somebody who writes for one of the newspapers."""
    surname = _SURNAMES[number % len(_SURNAMES)]
    given, en = _pair(number * 3 + 11)
    of = paper(number % PAPERS)
    return Thing(f"agt:sample-reporter-{number}", surname[0] + given, of.zh, f"{surname[1:]} {en}")


def bureau(topic: int) -> Thing:
    """A body of the made-up centre."""
    words = TOPICS[topic]
    return Thing(f"agt:sample-bureau-{topic}", f"全国{words}办公室", "", f"National office {topic}")


def problem(number: int) -> Thing:
    """A problem of the grassroots."""
    return Thing(f"prb:sample-{number}", PROBLEMS[number], "", f"Problem {number}")


@dataclass(frozen=True)
class Notice:
    """A document of the centre with its issuer, its month and the event of its issuance."""

    number: int

    @property
    def topic(self) -> int:
        """The number of its subject."""
        return self.number % len(TOPICS)

    @property
    def issued(self) -> tuple[int, int]:
        """Year and month."""
        return 2009 + self.number // 48, 1 + self.number % 12

    @property
    def document(self) -> Thing:
        """The document."""
        kind = ("通知", "意见")[self.number // 24 % 2]
        title = f"关于做好{self.issued[0]}年{TOPICS[self.topic]}工作的{kind}"
        en = f"{('Notice', 'Opinion')[self.number // 24 % 2]} {self.number} of the centre"
        return Thing(f"doc:sample-{self.number}", title, "", en)

    @property
    def event(self) -> Thing:
        """Its issuance."""
        zh = f"印发《{self.document.zh}》"
        return Thing(
            f"evt:sample-{self.number}", zh, "", f"Issuance of document {self.number} of the centre"
        )
