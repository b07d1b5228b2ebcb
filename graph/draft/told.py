"""Claims of what is told: when, how many, who says, does or has to do what."""

import re
from collections.abc import Iterator

from graph import periods
from graph.draft.quoting import Quote
from graph.draft.rules.finding import Finding
from graph.draft.writer import Entry, Writer

_LONGEST_LABEL = 60
_BASES = {
    "printed": ("原文", "printed"), "relative": ("相对于发表日期", "counted from the day of issue"),
    "title": ("文件标题中的年份", "that of the title"),
    "context": ("本段此前的年份", "the last one printed in the paragraph"),
    "published": ("发表日期", "that of the day of issue"),
}  # fmt: skip
"""What a year rests on → how that is told, in Chinese and in English."""


def date(writer: Writer, finding: Finding, quote: Quote) -> Iterator[Entry]:
    """What a date dates: the signing of the document, a deadline, or what its clause tells."""
    slug, words = finding.fields["value"], writer.words(finding)
    if writer.document and quote.text == words and finding.start > writer.document.end:
        title = writer.title(writer.document) or writer.quotes.around(
            writer.document.start, writer.document.end
        )
        if title:
            yield writer.entry(
                "成文日期", quote, [{"id": writer.own, "dcterms:created": slug}], also=(title,)
            )
    item = _item(writer, finding)
    label = _without(quote.text, words)
    if item and item[1] not in label:
        label = f"{item[1]}：{label}"
        if writer.source.sentence(finding.start)[0] <= item[0]:
            # The words of what it dates stand at the start of the sentence.
            quote = writer.quotes.around(item[0], finding.end) or quote
    label = f"{label}（{words}）"
    node: Entry = {
        "id": writer.names.of(
            "evt", label, f"{writer.article.slug}-{slug.replace('--', '-to-')}"
        ),
        "type": "Event", "rdfs:label": {"zh": label}, "during": f"per:{slug}",
    }  # fmt: skip
    yield writer.entry(label, quote, [node])
    ground, english = _BASES[finding.fields["basis"]]
    comment = {"en": f"The year is {english}.", "zh": f"年份依据：{ground}。"}
    yield writer.inferred(label, quote, [node], readings={slug: words}, **{"rdfs:comment": comment})


def statistic(writer: Writer, finding: Finding, quote: Quote) -> Iterator[Entry]:
    """A figure; what it measures is for a person to say, where and when only if it is printed."""
    fields, words = finding.fields, writer.words(finding)
    node: Entry = {
        "type": "Observation",
        "statisticType": _statistic(quote.text, words, fields["unit"]),
    }
    value, text = fields["value"], words
    fall = re.search(r"同比(下降|减少|降低|缩减)", quote.text)
    if node["statisticType"] == "c:statistic-year-on-year-change" and fall:
        value, text = f"-{value}", f"{fall[0]}{words}"
    comparator = f"c:comparator-{fields['comparator']}"
    full = node | {"value": value, "valueText": text, "comparator": comparator}
    if "value_max" in fields:
        full["valueMax"] = fields["value_max"]
    unit = writer.unit(fields["unit"])
    dates = list(dated(writer, finding))
    label = quote.text
    if unit and comparator in writer.vocabulary.codes:
        for stretch, when in dates:
            yield writer.entry(stretch.text, stretch, [full | when | {"unit": unit}])
        yield writer.entry(label, quote, [full | {"unit": unit}])
    comment = {
        "en": f"{words}: the value is {fields['value']}, its unit {fields['unit']} has no code.",
        "zh": f"{words}：数值{fields['value']}，单位“{fields['unit']}”尚无代码。",
    }
    yield writer.entry(label, quote, [node | {"valueText": words}], **{"rdfs:comment": comment})


_AFTER = ("之后", "以后", "以来", "之前", "以前")
"""Words that make a date the bound of a time, which is not the time of what follows."""


def dated(writer: Writer, finding: Finding) -> Iterator[tuple[Quote, Entry]]:
    """The period or day a figure is of, with the stretch that prints both, the nearest first."""
    for day in writer.near(finding, "date"):
        between = writer.source.text[day.end : finding.start]
        if any(word in between for word in _AFTER):
            continue
        stretch = writer.quotes.around(day.start, finding.end)
        if stretch and day.fields["basis"] in ("printed", "relative"):
            slug = day.fields["value"]
            last = periods.parse(slug).end
            asof = day.fields.get("relation") == "asOf"
            yield stretch, {"asOf": f"per:{last}"} if asof else {"during": f"per:{slug}"}


def speech(writer: Writer, finding: Finding, quote: Quote) -> Iterator[Entry]:
    """Somebody says something, in the very words or as the article renders them."""
    speaker, said = finding.fields["speaker"], _unquoted(finding.fields["said"])
    who = writer.agent(speaker)
    node = {
        "id": writer.names.of("evt", said, f"{writer.article.slug}-said-{finding.start}"),
        "type": "Event", "rdfs:label": {"zh": said}, "dcterms:type": "c:event-type-statement",
        "actor": who,
    }  # fmt: skip
    voice = f"c:voice-{finding.fields['mode']}"
    yield writer.entry(f"{speaker}说：{said}", quote, [node], voice=voice, said_by=who["id"])


def measure(writer: Writer, finding: Finding, quote: Quote) -> Iterator[Entry]:
    """Somebody does something."""
    words, actor = writer.words(finding), finding.fields["actor"]
    done = words[words.find(actor) + len(actor) :]
    node = {
        "id": writer.names.of("mea", done, f"{writer.article.slug}-{finding.start}"),
        "type": "PolicyMeasure", "rdfs:label": {"zh": done}, "implementedBy": writer.agent(actor),
    }  # fmt: skip
    yield writer.entry(words, quote, [node])


def obligation(writer: Writer, finding: Finding, quote: Quote) -> Iterator[Entry]:
    """The document of the article obliges somebody to something."""
    fields = finding.fields
    node: Entry = {
        "id": writer.names.of("obl", fields["duty"], f"{writer.article.slug}-{finding.start}"),
        "type": "Obligation", "rdfs:label": {"zh": fields["duty"]},
    }  # fmt: skip
    if "obliged" in fields:
        node["obliged"] = writer.agent(fields["obliged"])
    if "condition" in fields:
        node["condition"] = fields["condition"]
    document = writer.document
    if document is None:
        return
    title = writer.title(document) or writer.quotes.around(document.start, document.end)
    deadline = {"deadline": f"per:{fields['deadline']}"} if "deadline" in fields else {}
    for each in [node | deadline, node] if deadline else [node]:
        if title:
            yield writer.entry(
                writer.words(finding), quote, [{"id": writer.own, "imposes": each}], also=(title,)
            )


_WEEKDAY = re.compile(r"[（(](?:星期|周)[一二三四五六日天][）)]")
_DAYS = re.compile(
    r"(?:(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日(?:至(?:\d{1,2}月)?\d{1,2}日)?[、和]?){2,}"
)
_ITEM = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十]+[）)]?、?|\d+[.．、])?\s*([^，。：；\d]{1,12})："
)
"""The name of a thing that a line is about, before its colon: 二、春节：."""


def _item(writer: Writer, finding: Finding) -> tuple[int, str] | None:
    """Where the line starts that names what it is about before a colon, and that name."""
    start = writer.source.text.rfind("\n", 0, finding.start) + 1
    item = _ITEM.match(writer.source.text[start : finding.start])
    return (start, item[1]) if item else None


def _unquoted(said: str) -> str:
    """What is said without the marks around the whole of it."""
    inner = said[1:-1] if said.startswith("“") and said.endswith("”") else said
    return said if "“" in inner and said is not inner else inner


def _without(text: str, words: str) -> str:
    """A clause as the label of what a date dates: without the date where that leaves it whole."""
    bare = _WEEKDAY.sub("", text)
    several = _DAYS.match(bare)
    left = bare.removeprefix(words)
    if several and words in several[0]:
        left = bare[several.end() :]
    left = left.strip("，、。：； 　自从在于到至的")
    return (left or bare)[:_LONGEST_LABEL]


def _statistic(clause: str, words: str, unit: str) -> str:
    """The code of what kind of figure this is."""
    if unit in ("%", "‰", "百分点", "个百分点"):
        before = clause.partition(words)[0]
        if "同比" in before:
            return "c:statistic-year-on-year-change"
        return "c:statistic-plan-completion-ratio" if "全年计划" in before else "c:statistic-share"
    timed = unit.removeprefix("个") in (
        "年",
        "月",
        "天",
        "周",
        "星期",
        "小时",
        "分钟",
        "秒钟",
        "工作日",
    )
    return "c:statistic-duration" if timed else "c:statistic-count"
