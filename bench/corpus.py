"""Writes N articles, a registry and background knowledge that the project's own build accepts.

    python bench/corpus.py --articles 100 --target corpus
    policyprov build --articles corpus/articles --entities corpus/entities.csv \
        --background corpus/background.yaml --target corpus/build

The first article is the real one of this checkout. The others are made up: three in ten are pages
like it (overview, timeline, graphics, local cases), the others notices. What they speak of (places,
bodies, people, documents, problems) is drawn by a Zipf law, so a few things are in most articles
and most things in a few; the same issuance, figure or sentence is told again, and now and then
with another number. Article k is the same whatever N is, and rows are only ever appended.
"""

import argparse
import csv
import datetime as dt
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import world
import yaml
from telling import Telling
from world import County, Lot, Node, Notice, Thing

ROOT = Path(__file__).resolve().parent.parent
REAL = "rmrb-20210111-11"
OURS = "agt:policyprov,"
FIRST_DAY, DAYS = dt.date(2019, 1, 2), 2190
PAGES = 0.3
LINES = (
    ("foundation", "抓固本培元"), ("documents-meetings", "抓精文减会"),
    ("inspection-assessment", "抓统筹规范督查检查考核"),
    ("special-rectification", "抓重点领域专项整治"), ("incentives", "抓激励干部担当作为"),
)  # fmt: skip
INDICATORS = (
    ("documents-issued", "case", "发文", "件"), ("meetings-held", "session", "开会", "次"),
    ("inspection-items-planned", "item", "督查检查考核事项", "项"),
    ("assessment-contents", "item", "考核内容", "项"),
    ("government-media-merged", "piece", "整合政务新媒体", "个"),
    ("sign-plates", "plate", "悬挂标牌", "块"), ("reports-required", "report", "报送报告", "份"),
    ("training-sessions", "session", "组织培训", "次"),
)  # fmt: skip
_INVENTORY = (
    "record", "kind", "section", "voice", "basis", "confidence", "spans", "en", "zh", "corrected",
)  # fmt: skip
ROLES = (("director", "主任"), ("staff", "工作人员"))


@dataclass(frozen=True)
class Figure:
    """A figure: whose it is, what it counts, and its value."""

    scope: Thing
    indicator: int
    value: int

    @property
    def words(self) -> str:
        """Number and unit as printed."""
        return f"{self.value}{INDICATORS[self.indicator][3]}"

    @property
    def counted(self) -> str:
        """What is counted, as printed."""
        return INDICATORS[self.indicator][2]

    def node(self, **more: Any) -> Node:
        """The observation."""
        code, unit, _, _ = INDICATORS[self.indicator]
        return {
            "type": "Observation", "indicator": f"c:indicator-{code}",
            "statisticType": "c:statistic-count", "value": str(self.value),
            "valueText": self.words, "unit": f"c:unit-{unit}",
            "comparator": "c:comparator-exactly", "scope": self.scope.name, **more,
        }  # fmt: skip


def _month(year: int, month: int) -> tuple[str, str]:
    return f"{year}年{month}月", f"per:{year}-{month:02}"


class Author:
    """Writes one article, from the chance that its number gives it."""

    def __init__(self, number: int, seed: int) -> None:
        self.lot = Lot(f"{seed} {number}")
        self.day = FIRST_DAY + dt.timedelta(days=self.lot.randrange(DAYS))
        paper = self.lot.zipf(world.PAPERS)
        self.number = number
        slug = f"sample{paper}-{self.day:%Y%m%d}-{number}"
        self.told = Telling(slug, self.day.isoformat(), world.paper(paper))
        self.undated: set[Figure] = set()
        """The figures told without a day: an article cannot tell one of them twice."""

    def write(self) -> Telling:
        """The article: a page or a notice."""
        page = self.lot.random() < PAGES
        self.told.title = "为基层减负" if page else "减负通知"
        (self.page if page else self.notice)()
        return self.told

    def reporter(self) -> Thing:
        """Somebody of the paper."""
        paper = int(self.told.paper.name.rpartition("-")[2])
        each = world.REPORTERS // world.PAPERS
        return world.reporter(paper + world.PAPERS * self.lot.zipf(each))

    def county(self) -> County:
        """A county."""
        return County(self.lot.zipf(world.COUNTIES))

    def earlier(self) -> int:
        """A year before that of the article."""
        return self.day.year - 1 - self.lot.zipf(3)

    def own(self, kind: str, zh: str) -> Thing:
        """A thing that this article alone tells of; the same one for the same name."""
        mine = [t for t in self.told.things.values() if t.name.startswith(f"{kind}:x")]
        known = next((thing for thing in mine if thing.zh == zh), None)
        if known:
            return known
        number = len(mine)
        name = f"{kind}:x{self.number}-{number}"
        return Thing(name, zh, self.told.slug, f"{kind} {number} of {self.told.slug}")

    def figure(self, county: County, indicator: int, year: int) -> Figure:
        """A figure of a county and a year: mostly the same in every article, now and then not."""
        known = Lot(f"{county.number} {indicator} {year}").randrange(12, 900)
        other = self.lot.random() < 0.12
        return Figure(county.place, indicator, known + (self.lot.randrange(1, 9) if other else 0))

    def here(self, county: County) -> Node:
        """The county by its name alone."""
        kind = {"dcterms:type": "c:admin-level-county"}
        return self.told.named(county.place, "AdministrativeDivision", **kind)

    def place(self, county: County) -> list[Node]:
        """The county with what it lies in."""
        levels = ("province", "prefecture", "county")
        return [
            self.told.named(
                thing, "AdministrativeDivision",
                **{"dcterms:type": f"c:admin-level-{level}"},
                **({"within": f"plc:{thing.of}"} if thing.of else {}),
            )
            for thing, level in zip(county.chain, levels, strict=True)
        ]  # fmt: skip

    def at(self, county: County) -> str:
        """The county in full."""
        return "".join(thing.zh for thing in county.chain)

    def issuance(self, notice: Notice) -> tuple[str, list[Node], Thing]:
        """The sentence that tells an issuance of the centre, its facts and its event."""
        words, period = _month(*notice.issued)
        body, document, event = world.bureau(notice.topic), notice.document, notice.event
        kind = ("notice", "opinion")[notice.number // 24 % 2]
        facts = [
            self.told.named(
                event, "Issuance", **{"dcterms:type": "c:event-type-issuance"},
                during=period, issues=document.name, actor=body.name,
            ),
            self.told.named(
                document, "PolicyDocument",
                **{"dcterms:title": {"zh": document.zh}, "dcterms:issued": period[4:],
                   "dcterms:type": f"c:document-type-{kind}"},
                issuedBy=body.name,
            ),
            self.told.named(body, "org:Organization"),
        ]  # fmt: skip
        return f"{words}，{body.zh}{event.zh}。", facts, event

    def national(self) -> None:
        """A sentence on the centre: an issuance, a measure against a problem."""
        notice = Notice(self.lot.zipf(world.DOCUMENTS))
        words, facts, _ = self.issuance(notice)
        self.told.say(words, facts, cut=self.lot.random() < 0.3)
        trouble, body = world.problem(self.lot.zipf(60)), world.bureau(self.lot.zipf(24))
        measure = self.own("mea", f"集中整治{trouble.zh}问题")
        node = self.told.named(
            measure, "PolicyMeasure", implementedBy=body.name, addresses=trouble.name
        )
        troubled = self.told.named(trouble, "Problem")
        facts = [node, troubled, self.told.named(body, "org:Organization")]
        self.told.say(f"{body.zh}{measure.zh}。", facts)

    def count(self, county: County, *, graphic: bool = False) -> str | None:
        """A figure of a county, by year or up to a day."""
        year, indicator = self.earlier(), self.lot.randrange(len(INDICATORS))
        figure = self.figure(county, indicator, year)
        told = f"{county.place.zh}{figure.counted}{figure.words}"
        if not graphic:
            facts = [figure.node(during=f"per:{year}"), self.here(county)]
            return self.told.say(f"{year}年，{told}。", facts)
        name = f"figure-{len(self.told.claims)}"
        node = figure.node(figure=name, asOf=f"per:{year}-11-30")
        record = self.told.say(f"截至{year}年11月底，{told}", [node, self.here(county)])
        if record:
            during = f"per:{year}-01-01--{year}-11-30"
            self.told.infer([{"type": "Observation", "figure": name, "during": during}])
        return record

    def growth(self, county: County) -> None:
        """A fall against the year before."""
        year, fall = self.earlier(), self.lot.randrange(3, 60)
        name = f"figure-{len(self.told.claims)}"
        node = {
            "type": "Observation", "figure": name, "indicator": "c:indicator-documents-issued",
            "statisticType": "c:statistic-year-on-year-change", "value": str(-fall),
            "valueText": f"同比下降{fall}%", "unit": "c:unit-percent",
            "comparator": "c:comparator-exactly", "scope": county.place.name,
            "asOf": f"per:{year}-11-30",
        }  # fmt: skip
        words = f"截至{year}年11月底，{county.place.zh}文件数量同比下降{fall}%。"
        if self.told.say(words, [node]):
            during, base = (f"per:{y}-01-01--{y}-11-30" for y in (year, year - 1))
            more = {"figure": name, "during": during, "basePeriod": base}
            self.told.infer([{"type": "Observation", **more}])

    def page(self) -> None:
        """A page like the first article."""
        self.told.section("editor-note", "编者按")
        self.national()
        self.told.section("overview", "整治形式主义为基层减负 综述", self.reporter())
        for number, (code, words) in enumerate(LINES, 1):
            section = f"sec:{self.told.slug}-{self.told.sections[-1].slug}"
            entry = {
                "id": f"ent{section[3:]}-{number}", "type": "Entry", "rdfs:label": {"zh": words},
                "inSection": section, "sequence": str(number), "lists": f"c:work-line-{code}",
            }  # fmt: skip
            self.told.say(f"{words}。", [entry])
            self.national()
            self.count(self.county())
        self.timeline(self.lot.randrange(5, 11))
        for _ in range(2):
            self.told.section("infographic", f"数字 {len(self.told.sections)}")
            self.told.graphic()
            for _ in range(4):
                self.count(self.county(), graphic=True)
        for _ in range(5):
            self.case(self.county())

    def notice(self) -> None:
        """A notice: who issued what, what it asks for, and a case of it."""
        self.timeline(2)
        self.told.section("overview", "减负通知", self.reporter())
        self.national()
        county = self.county()
        self.locally(county, None)
        self.count(county)
        self.quoted(county, None)

    def timeline(self, length: int) -> None:
        """Issuances of the centre, one an entry."""
        section = self.told.section("timeline", "减负进行时")
        for number in range(1, length + 1):
            notice = Notice(self.lot.zipf(world.DOCUMENTS))
            words, facts, event = self.issuance(notice)
            entry = {
                "id": f"ent{section[3:]}-{number}", "type": "Entry", "inSection": section,
                "sequence": str(number), "lists": event.name,
            }  # fmt: skip
            self.told.say(words, [entry, *facts])

    def locally(self, county: County, case: Node | None) -> Thing:
        """What a county issued and what it asks for; returns the measure."""
        number = self.lot.zipf(3)
        year, month = 2015 + number, 1 + county.number % 12
        words, period = _month(year, month)
        body, document = county.committee, county.document(number)
        topic = world.TOPICS[(county.number + 5 * number) % len(world.TOPICS)]
        measure = Thing(
            f"mea:s{county.code}-{number}", f"全面推行{topic}", county.place.zh,
            f"Measure {number} of {county.place.en}",
        )  # fmt: skip
        event = Thing(
            f"evt:s{county.code}-{number}", f"印发《{document.zh}》", "",
            f"Issuance of list {number} of {county.place.en}",
        )  # fmt: skip
        self.told.say(
            f"{words}，{body.zh}{event.zh}。",
            [
                self.told.named(
                    event, "Issuance", **{"dcterms:type": "c:event-type-issuance"},
                    during=period, issues=document.name, actor=body.name,
                ),
                self.told.named(
                    document, "PolicyDocument",
                    **{"dcterms:title": {"zh": document.zh}, "dcterms:issued": period[4:],
                       "dcterms:type": "c:document-type-policy"},
                    issuedBy=body.name,
                ),
                self.told.named(body, "org:Organization", place=county.place.name),
                self.here(county),
            ],
        )  # fmt: skip
        facts = [
            {"id": document.name, "prescribes": measure.name},
            self.told.named(measure, "PolicyMeasure", **(case or {})),
        ]
        self.told.say(f"《{document.zh}》要求{measure.zh}。", facts)
        return measure

    def quoted(self, county: County, case: Node | None) -> None:
        """What somebody of the county says, with a figure that nobody else gives."""
        office, number = self.lot.randrange(len(world.OFFICES)), self.lot.zipf(6)
        body, person = county.body(office), county.person(office, number)
        role, words = ROLES[min(number, 1)]
        effect = self.own("eff", f"{self.lot.choice(world.TOPICS)}见到实效")
        speech = f"{effect.zh}。"
        event = self.own("evt", speech)
        said = {"dcterms:type": "c:event-type-statement", "actor": person.name}
        post = {
            "type": "org:Membership", "org:member": person.name, "org:organization": body.name,
            "org:role": f"c:role-{role}",
        }  # fmt: skip
        facts = [
            self.told.named(event, "Event", **said),
            post,
            self.told.named(person, "foaf:Person"),
            self.told.named(body, "org:Organization", place=county.place.name),
            self.here(county),
            self.told.named(
                effect, "Effect", **{"dcterms:type": "c:effect-type-qualitative"}, **(case or {})
            ),
        ]
        self.told.say(
            f"“{speech}”{body.zh}{words}{person.zh}说。", facts, speech=("direct", person)
        )
        figure = self.figure(county, self.lot.randrange(len(INDICATORS)), 0)
        told = f"去年{county.place.zh}只{figure.counted}{figure.words}。"
        event = self.own("evt", told)
        period = f"per:{self.day.year - 1}"
        facts = [self.told.named(event, "Event", **said), figure.node(during=period)]
        self.told.say(f"“{told}”{person.zh}说。", facts, speech=("direct", person))

    def case(self, county: County) -> None:
        """A local case."""
        code, line = self.lot.choice(LINES)
        section = self.told.section("case", f"{county.place.zh} {line[1:]}", self.reporter())
        case = self.own("cas", f"{county.place.zh}：{line[1:]}")
        within: Node = {"inCase": case.name}
        self.told.say(
            f"{self.at(county)}在{line[1:]}方面作出探索。",
            [
                self.told.named(
                    case, "LocalCase", place=county.place.name,
                    workLine=f"c:work-line-{code}", **{"dcterms:isPartOf": section},
                ),
                *self.place(county),
            ],
            mention={f"c:work-line-{code}": line[1:]},
        )  # fmt: skip
        body = county.body(self.lot.randrange(len(world.OFFICES)))
        trouble = world.problem(self.lot.zipf(60))
        facts = [
            self.told.named(trouble, "Problem", experiencedBy=body.name),
            self.told.named(body, "org:Organization", place=county.place.name),
        ]
        self.told.say(f"过去，{county.place.zh}{trouble.zh}，{body.zh}疲于应付。", facts)
        self.locally(county, None)
        self.improvement(county, body, within)
        for _ in range(3):
            self.count(county)
        self.growth(county)
        self.launch(county, within)
        self.quoted(county, within)
        if self.lot.random() < 0.3:
            self.told.say(
                f"{county.place.zh}减负见到到实效。",
                [{"id": case.name, "place": county.place.name}],
            )
            self.told.slip("见到到实效", "见到实效")
        self.disagreement(county)

    def improvement(self, county: County, body: Thing, within: Node) -> None:
        """A measure, the change it led to and an effect of it."""
        year = self.earlier()
        measure = self.own("mea", f"合并{self.lot.choice(world.TOPICS)}事项")
        before = self.figure(county, self.lot.randrange(len(INDICATORS)), year - 1)
        after = Figure(before.scope, before.indicator, max(1, before.value // 4))
        effect = self.own("eff", "基层负担明显减轻")
        facts = [
            self.told.named(
                measure, "PolicyMeasure", implementedBy=body.name, during=f"per:{year}", **within
            )
        ]
        self.told.say(f"{year}年，{body.zh}{measure.zh}。", facts)
        if not self.undated & {before, after}:
            self.undated |= {before, after}
            change = {"type": "Change", "before": before.node(), "after": after.node()}
            self.told.say(
                f"{measure.zh}后，{county.place.zh}{before.counted}从{before.words}减至{after.words}。",
                [{"id": measure.name, "resultedIn": change}],
            )
        kind = {"dcterms:type": "c:effect-type-qualitative"}
        facts = [
            {"id": measure.name, "claimedEffect": effect.name},
            self.told.named(effect, "Effect", **kind, **within),
        ]
        self.told.say(f"{measure.zh}，{effect.zh}。", facts)

    def launch(self, county: County, within: Node) -> None:
        """A platform goes on line."""
        number = self.lot.zipf(2)
        app = county.platform(number)
        words, period = _month(2016 + number, 1 + (county.number + 3) % 12)
        event = Thing(
            f"evt:s{county.code}-launch-{number}", f"“{app.zh}”上线", county.place.zh,
            f"Launch of {app.en}",
        )  # fmt: skip
        kind = {"dcterms:type": "c:event-type-launch", "prov:generated": app.name}
        facts = [
            self.told.named(event, "Event", during=period, **kind),
            self.told.named(app, "DigitalPlatform", place=county.place.name, **within),
        ]
        self.told.say(f"{words}，{county.place.zh}{event.zh}。", facts)

    def disagreement(self, county: County) -> None:
        """Two numbers of one figure, and the note that both cannot be true."""
        if self.lot.random() >= 0.2:
            return
        year = self.earlier()
        one = self.figure(county, 5, year)
        other = Figure(one.scope, one.indicator, one.value + 11)
        records = [
            self.told.say(
                f"{year}年{kind}，{county.place.zh}{each.counted}{each.words}。",
                [each.node(during=f"per:{year}")],
            )
            for kind, each in (("统计", one), ("核查", other))
        ]
        self.told.contradict(*(record for record in records if record))


def article(number: int, seed: int) -> Telling:
    """The article of this number, from 1."""
    return Author(number, seed).write()


def corpus(count: int, seed: int) -> Iterator[tuple[int, Telling]]:
    """Articles 1 to `count` - 1, with their numbers; 0 is the real one."""
    return ((number, article(number, seed)) for number in range(1, count))


def _yaml(value: Any) -> str:
    return str(yaml.dump(value, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False))


def _store(told: Telling, number: int, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "article.txt").write_text(told.text, "utf-8")
    (folder / "article.yaml").write_text(_yaml(told.masthead(number)), "utf-8")
    (folder / "claims.yaml").write_text(_yaml({"claims": told.claims}), "utf-8")
    with (folder / "inventory.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(_INVENTORY)
        for record, section, voice, spans in told.records:
            rows.writerow([record, "fact", section, voice, "explicit", "high", spans, "", "", ""])


def _background(things: dict[str, Thing]) -> str:
    """What no generated article states, in the form of background.yaml's groups."""
    codes = [{"id": name, "divisionCode": name[4:]} for name in things if name.startswith("plc:9")]
    papers = [
        {"id": name, "type": "org:Organization", "rdfs:label": {"zh": thing.zh}}
        for name, thing in things.items()
        if name.startswith("agt:sample-paper-")
    ]
    source = "Made up for measurements"
    groups = [{"source": f"{source}: {what}", "facts": facts}
              for what, facts in (("codes", codes), ("papers", papers)) if facts]  # fmt: skip
    return "".join(f"  {line}\n" for line in _yaml(groups).splitlines()) if groups else ""


def write(target: Path, count: int, seed: int = 1, *, real: bool = True) -> None:
    """`articles/`, `entities.csv` and `background.yaml` of so many articles, under `target`.

    Without the `real` one, the others keep their numbers. Raises FileExistsError if the articles
    are there already.
    """
    source = ROOT / "graph"
    (target / "articles").mkdir(parents=True)
    if real:
        shutil.copytree(source / "articles" / REAL, target / "articles" / REAL)
    things: dict[str, Thing] = {}
    for number, told in corpus(count, seed):
        _store(told, number, target / "articles" / told.slug)
        things |= {name: thing for name, thing in told.things.items() if name not in things}
    known = (source / "entities.csv").read_text("utf-8").splitlines(keepends=True)
    kept = known if real else [known[0], *(row for row in known if row.startswith(OURS))]
    with (target / "entities.csv").open("w", encoding="utf-8", newline="") as file:
        file.writelines(kept)
        rows = csv.writer(file, lineterminator="\n")
        rows.writerows([t.name, t.zh, t.of, t.en] for t in things.values())
    before = (source / "background.yaml").read_text("utf-8").rstrip("\n") if real else "groups:"
    (target / "background.yaml").write_text(f"{before}\n{_background(things)}", "utf-8")


def main() -> int:
    """Write a corpus; returns the exit code."""
    parser = argparse.ArgumentParser(description="Write articles to measure growth with.")
    parser.add_argument("--articles", type=int, required=True, help="how many, the real one too")
    parser.add_argument("--target", type=Path, required=True, help="a folder that is not there yet")
    parser.add_argument("--seed", type=int, default=1, help="which corpus")
    options = parser.parse_args()
    if options.articles < 1:
        parser.error("--articles: at least 1, which is the real one")
    if (options.target / "articles").exists():
        parser.error(f"--target: {options.target}/articles is there already; name another folder")
    write(options.target, options.articles, options.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
