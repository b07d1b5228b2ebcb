"""The pictures: what is drawn is what the query says, and every mark leads to its words."""

import io
import json
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import published
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from graph.errors import LimitError, UnavailableError
from graph.periods import Period, month, year
from graph.workers import sandbox
from web.drawing import pixels, timeline
from web.drawing.svg_text import width, wrap
from web.explore import before_after, indicators, places
from web.explore.pictures import LANES, PICTURES
from web.explore.routes import sign
from web.site.language import messages
from web.site.release_queries import Row

CASES = [(name, lang) for name in PICTURES for lang in ("en", "zh")]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return published.client()


def page(client: FlaskClient, name: str, lang: str = "en") -> str:
    """The page of a picture."""
    reply = client.get(f"/explore/{name}?lang={lang}")
    assert reply.status_code == 200
    return reply.text


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_every_picture_has_its_title_table_query_and_sources(
    client: FlaskClient, name: str, lang: str
) -> None:
    text = page(client, name, lang)
    assert "<svg" in text
    assert re.search(r"<svg[^>]*aria-labelledby=", text)
    assert 'id="table"' in text
    assert "<tbody>" in text
    assert "/query?query=" in text
    assert f"/reader/{published.SLUG}?passage=" in text
    assert "style=" not in text


@pytest.mark.parametrize("name", PICTURES)
def test_the_words_of_a_source_are_the_article_s(client: FlaskClient, name: str) -> None:
    text, source = page(client, name, "zh"), published.text()
    links = re.findall(r"/reader/[^\"]+#char=(\d+),(\d+)", text)
    assert links
    for start, end in links:
        assert 0 <= int(start) < int(end) <= len(source)


@pytest.mark.parametrize("name", PICTURES)
def test_a_page_comes_quickly_once_warm(client: FlaskClient, name: str) -> None:
    page(client, name)
    took = []
    for _ in range(3):
        # What this process works, so that a busy machine does not fail the page.
        started = time.process_time()
        page(client, name)
        took.append(time.process_time() - started)
    assert min(took) < 0.05


def test_the_contradiction_of_the_source_is_flagged(client: FlaskClient) -> None:
    text = page(client, "changes")
    assert text.count('class="mark doubtful"') == 1
    assert "−69.3 % (computed" in text
    assert re.search(r'the same sentence prints <tspan lang="zh-Hans">[^<]*</tspan>73%', text)


def test_plan_ratio_and_year_on_year_have_an_axis_each(client: FlaskClient) -> None:
    drawings = re.findall(
        r'<svg class="chart indicators ([\w-]+)".*?</svg>', page(client, "indicators"), re.DOTALL
    )
    assert drawings[:3] == ["plan-completion-ratio", "year-on-year-change", "share"]
    assert set(drawings[3:]) == {"count"}
    for drawing in re.findall(
        r"<svg class=\"chart indicators.*?</svg>", page(client, "indicators"), re.DOTALL
    ):
        values = re.findall(r'class="value"[^>]*>(−?)', drawing)
        assert len(set(values)) == 1


def test_a_month_is_drawn_as_long_as_a_month(client: FlaskClient) -> None:
    text = page(client, "timeline")
    assert text.count('<circle class="day"') == 3
    assert '<rect class="month"' in text
    assert '<rect class="range"' in text


def test_an_unknown_picture_is_unknown(client: FlaskClient) -> None:
    assert client.get("/explore/nothing").status_code == 404


def test_the_index_leads_to_every_picture(client: FlaskClient) -> None:
    text = client.get("/explore").text
    assert all(f'"/explore/{name}' in text for name in PICTURES)


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_a_picture_is_taken_as_a_file_that_needs_nothing_beside_it(
    client: FlaskClient, name: str, lang: str
) -> None:
    reply = client.get(f"/explore/{name}?lang={lang}&format=svg")
    assert (reply.status_code, reply.mimetype) == (200, "image/svg+xml")
    assert f"{name}-{published.SLUG}.svg" in reply.headers["Content-Disposition"]
    root = ET.fromstring(reply.data)  # noqa: S314 (what we wrote)
    words = " ".join(root.itertext())
    assert messages()[f"explore.{name}.title"][lang] in words
    drawn = re.sub(r"\s", "", words)
    assert published.SLUG in drawn
    assert ("人民日报" if lang == "zh" else "People'sDaily") in drawn
    for beneath in ("footer.licence", f"explore.{name}.caption"):
        assert re.sub(r"\s", "", messages()[beneath][lang]) in drawn
    assert json.loads((published.folder() / "release.json").read_text())["version"] in drawn
    assert "var(" not in reply.text
    links = [each.get("href", "") for each in root.iter() if "href" in each.attrib]
    assert links
    assert all(link.startswith(published.PUBLIC) for link in links)
    page_marks = len(re.findall(r'class="(?:mark|card)[ "]', page(client, name, lang)))
    assert len(re.findall(r'class="(?:mark|card)[ "]', reply.text)) == page_marks > 0


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_taken_as_pixels(client: FlaskClient, name: str) -> None:
    file = client.get(f"/explore/{name}?lang=zh&format=svg").data
    drawn = ET.fromstring(file)  # noqa: S314 (what we wrote)
    reply = client.get(f"/explore/{name}?lang=zh&format=png")
    assert (reply.status_code, reply.mimetype) == (200, "image/png")
    with Image.open(io.BytesIO(reply.data)) as image:
        assert image.size == (2 * int(drawn.attrib["width"]), 2 * int(drawn.attrib["height"]))
        counted = image.convert("RGB").getcolors(1 << 24)
    assert counted is not None
    shares = {colour: n for n, colour in counted if isinstance(colour, tuple)}
    whole = sum(shares.values())
    assert shares[255, 255, 255] > whole / 2, "the ground is white"
    reds = (n for (red, _, blue), n in shares.items() if red - blue > 60)
    blues = (n for (red, _, blue), n in shares.items() if blue - red > 60)
    assert max(*reds, *blues) > 400, "marks have colour"


SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


def ended(code: int) -> Callable[..., "subprocess.CompletedProcess[bytes]"]:
    """A process that draws nothing and ends so."""
    return lambda command, **_: subprocess.CompletedProcess(command, code, b"", b"why")


def test_without_a_chinese_font_a_png_is_refused_and_svg_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pixels, "_has_chinese", lambda: False)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SQUARE.encode())))
    monkeypatch.setattr(sandbox, "refuse_network", lambda: None)
    monkeypatch.setattr(sandbox, "limit_memory", lambda allowance: None)  # noqa: ARG005
    code = pixels.main()
    signal.alarm(0)
    monkeypatch.setattr(subprocess, "run", ended(code))
    with pytest.raises(UnavailableError, match="no font with Chinese"):
        pixels.png(SQUARE)


def test_pixels_are_drawn_in_a_process_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server itself never loads what draws them."""
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    assert pixels.png(SQUARE).startswith(b"\x89PNG")


def test_a_picture_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """And so is the wait for one that is drawn for somebody else."""
    monkeypatch.setattr(pixels, "SECONDS", 0.01)
    with pytest.raises(LimitError, match="not drawn within"):
        pixels.png(SQUARE)
    with pixels.TURN, pytest.raises(LimitError, match="not drawn within"):
        pixels.png(SQUARE)


def test_a_process_that_fails_is_our_own_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", ended(1))
    with pytest.raises(RuntimeError, match="why"):
        pixels.png(SQUARE)


def test_where_nothing_is_drawn_there_is_no_file(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = replace(PICTURES["places"], layout=lambda *_: None)
    monkeypatch.setitem(PICTURES, "places", nothing)
    assert client.get("/explore/places?format=svg").status_code == 404


def test_words_stay_hidden_where_rights_forbid_them() -> None:
    text = published.client("offsets").get("/explore/changes").text
    assert "<q>" not in text
    assert "char=" in text


@given(st.text(st.sampled_from("abc 会议，。、“”12"), max_size=80), st.integers(6, 40))
def test_wrapped_lines_keep_every_letter(text: str, ems: int) -> None:
    lines = wrap(text, float(ems), lines=1000)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        # One word that cannot be broken, or marks that may not begin a line, may stand out.
        broken = any(width(word) > ems for word in re.findall(r"[a-z0-9]+", line))
        marks = len(line) - len(line.rstrip("，。、”"))
        assert broken or width(line[: len(line) - marks].rstrip()) <= ems


def test_too_many_lines_end_in_an_ellipsis() -> None:
    lines = wrap("会议" * 60, 10.0, lines=3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (Period(date(2021, 1, 4), date(2021, 1, 4)), "day"),
        (month(2019, 3), "month"),
        (year(2020), "year"),
        (Period(date(2020, 12, 21), date(2020, 12, 31)), "range"),
    ],
)
def test_precision_is_read_from_the_period(period: Period, expected: str) -> None:
    assert timeline.precision(period) == expected


def event(name: str, start: str, end: str, kind: str = "event") -> Row:
    return {"event": name, "label": name, "kind": kind, "start": start, "end": end, "claims": ""}


@given(st.lists(st.dates(date(1950, 1, 1), date(2049, 12, 31)), min_size=1, max_size=20))
def test_every_mark_lies_inside_the_picture(days: list[date]) -> None:
    rows = [event(f"e{n}", str(day), str(day)) for n, day in enumerate(days)]
    drawn = timeline.layout(rows, LANES)
    assert drawn is not None
    marks = [mark for lane in drawn.lanes for mark in lane.marks]
    assert len(marks) == len(rows)
    assert all(0 <= mark.x <= 100 and mark.bar < drawn.height for mark in marks)
    assert all(0 <= tick.x <= 100 for tick in drawn.ticks)


@given(st.floats(0.1, 1e6), st.floats(0.1, 1e6))
def test_the_longer_bar_of_a_pair_is_full(before: float, after: float) -> None:
    row = {
        "indicatorLabel": "i", "scopeLabel": "s", "before": str(before), "after": str(after),
        "beforeText": "b", "afterText": "a", "beforeComparator": "exactly",
        "afterComparator": "exactly", "computed": "0", "contradicts": "false", "claims": "",
    }  # fmt: skip
    drawn = before_after.layout([row])
    assert drawn is not None
    bars = drawn.pairs[0].bars
    assert max(bar.width for bar in bars) == pytest.approx(66, abs=0.01)
    assert (bars[0].width >= bars[1].width) == (before >= after) or bars[0].width == bars[1].width


@given(st.lists(st.floats(-300, 300), min_size=1, max_size=8))
def test_bars_stay_on_their_axis(values: list[float]) -> None:
    rows = [
        {
            "type": "c/statistic-year-on-year-change", "typeLabel": "t", "indicator": "i",
            "indicatorLabel": "i", "scopeLabel": "s", "unit": "c/unit-percent",
            "value": str(value), "claims": "",
        }
        for value in values
    ]  # fmt: skip
    (panel,) = indicators.layout(rows)
    for group in panel.groups:
        for figure in group.figures:
            assert -0.01 <= figure.x <= figure.x + figure.width <= 78.01


def figure(value: float, indicator: str, unit: str, start: str = "") -> Row:
    """A row of a figure."""
    row = {
        "type": "c/statistic-count", "typeLabel": "t", "indicator": indicator, "unit": unit,
        "indicatorLabel": indicator, "scopeLabel": "s", "unitLabel": unit, "value": str(value),
        "claims": "",
    }  # fmt: skip
    return row | ({"start": start, "end": start} if start else {})


def test_counts_of_one_indicator_share_an_axis_and_no_other() -> None:
    """They stand in the order of time, and one alone has nothing to be compared with."""
    rows = [
        figure(30, "meetings", "c/unit-session", "2020-01-02"),
        figure(20, "meetings", "c/unit-session", "2019-01-02"),
        figure(20, "meetings", "c/unit-day"),
        figure(7, "papers", "c/unit-case"),
    ]
    (panel,) = indicators.layout(rows)
    (group,) = panel.groups
    assert [each.row["value"] for each in group.figures] == ["20", "30"]
    assert (panel.label, panel.unit) == ("meetings", "c/unit-session")
    alone = indicators.layout(rows[2:])
    assert [each.unit for each in alone] == ["c/unit-day", "c/unit-case"]


@given(st.lists(st.floats(-1e9, 1e9, allow_subnormal=False), min_size=2, max_size=8))
def test_bars_of_counts_stay_on_their_axis(values: list[float]) -> None:
    (panel,) = indicators.layout([figure(value, "i", "c/unit-case") for value in values])
    assert 2 <= len(panel.ticks) <= 8
    for each in panel.groups[0].figures:
        assert -0.01 <= each.x <= each.x + each.width <= 78.02
    assert {number for _, number in panel.ticks} >= {0}


def test_nothing_is_drawn_from_nothing() -> None:
    assert timeline.layout([], LANES) is None
    assert before_after.layout([]) is None
    assert places.layout([]) is None
    assert indicators.layout([]) == ()


def test_a_place_whose_parent_is_not_named_stands_at_the_top() -> None:
    row = {"place": "p", "above": "gone", "level": "c/admin-level-village", "claims": ""}
    drawn = places.layout([row])
    assert drawn is not None
    assert drawn.branches[0].up is None


@pytest.mark.parametrize(
    ("value", "printed"), [("-69.3", "−69.3"), ("-75.0", "−75"), ("1434", "1,434"), ("0", "0")]
)
def test_numbers_are_printed_with_a_true_minus(value: str, printed: str) -> None:
    assert sign(value) == printed
