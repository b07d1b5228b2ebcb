"""A reviewer at the desk who never tires: every proposal is decided on, by keyboard alone.

It takes what it is shown as it stands, but for what it was told to reject, and for figures of which
it was told what they measure, and when or where they are where the words do not say it: that goes
into a second claim, of the mapper, on the same words.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Page, expect

expect.set_options(timeout=30_000)

REJECT = "reject"


@dataclass
class Reviewer:
    """Decides on the proposals of one article.

    `told` says of a proposal, by its name, `reject`, or what its figure lacks: an `indicator`, and
    `during` with the `words` it follows from, or `scope`, and what is `printed` and was not
    proposed; `names` is what unlabelled things are called.
    """

    page: Page
    folder: Path
    told: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def review(self) -> None:
        """Decide until no proposal is left."""
        self.page.keyboard.press("n")
        for left in range(len(self._proposals()), 0, -1):
            expect(self.page.locator("#state")).to_contain_text(f"{left} proposals wait")
            self._decide(self._current())
        expect(self.page.locator("#state")).to_contain_text("0 proposals wait")

    def add(self, claims: Sequence[Mapping[str, Any]]) -> None:
        """Write these claims on words that no proposal covers, one after another."""
        page = self.page
        for claim in claims:
            page.keyboard.press("Escape")
            expect(page.locator("#form")).to_be_hidden()
            page.locator(".sentence").first.focus()
            page.keyboard.press("Enter")
            expect(page.locator("[name='label.zh']")).to_be_focused()
            self._write([claim])
            self._judged()
            self._register()
            assert page.locator("#findings .bad").all_inner_texts() == [], claim
            page.keyboard.press("Control+Enter")
            expect(page.locator("#form")).to_be_hidden()

    def _write(self, claims: Sequence[Mapping[str, Any]]) -> None:
        """Type claims as YAML, a key a line, as the first article is written."""
        written = "".join(
            f"{'  ' if number else '- '}{key}: {_flow(value)}\n"
            for claim in claims for number, (key, value) in enumerate(claim.items())
        )  # fmt: skip
        self.page.locator("#as-text").press("Enter")
        expect(self.page.locator("[name=text]")).to_be_visible()
        self.page.locator("[name=text]").fill(written)

    def _proposals(self) -> list[dict[str, Any]]:
        lines = (self.folder / "draft.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def _current(self) -> dict[str, Any]:
        """The proposal on the desk: the first that the journal does not settle."""
        path = self.folder / "journal.jsonl"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        settled = {name for line in lines for name in json.loads(line)["proposals"]}
        return next(each for each in self._proposals() if each["id"] not in settled)

    def _judged(self) -> None:
        expect(self.page.locator("#form[aria-busy=false]")).to_be_visible()

    def _decide(self, proposal: dict[str, Any]) -> None:
        page, told = self.page, self.told.get(proposal["id"])
        expect(page.locator("#what")).to_have_text(f"Proposal: {proposal['kind']}")
        self._judged()
        if told == REJECT:
            page.keyboard.press("r")
            return
        self._register()
        if told is not None:
            self._complete(proposal, told)
            self._judged()
        assert page.locator("#findings .bad").all_inner_texts() == [], proposal
        if told is None:
            page.keyboard.press("a")
        else:
            page.keyboard.press("Control+Enter")

    def _register(self) -> None:
        """Register what the claim names: under the registered name where that is the same thing."""
        page = self.page
        while page.locator("#missing").is_visible():
            same = page.locator("#rows .thing button", has_text="(the same thing)")
            if same.count():
                same.first.press("Enter")
            else:
                for thing in page.locator("#rows .thing").all():
                    name = thing.locator("[data-key=name]").input_value()
                    if not thing.locator("[data-key=zh]").input_value():
                        thing.locator("[data-key=zh]").fill(self.names[name])
                page.locator("#register").focus()
                page.keyboard.press("g")
                expect(page.locator("#missing")).to_be_hidden()
            self._judged()

    def _complete(self, proposal: Mapping[str, Any], told: Mapping[str, Any]) -> None:
        """Type the claim as YAML, and a second one below it for what the words do not print."""
        (first,) = yaml.load(proposal["claim"], yaml.BaseLoader)  # noqa: S506 - text only
        (fact,) = first["facts"]
        figure = {"figure": f"figure-{proposal['start']}"}
        code = {"indicator": f"c:indicator-{told['indicator']}", **told.get("printed", {})}
        missing = {key: told[key] for key in ("during", "scope") if key in told}
        both = [first | {"facts": [fact | code]}]
        if missing:
            printed = {key: value for key, value in fact.items() if key != "during"}
            both = [first | {"facts": [figure | printed | code]}]
            both.append({
                "number": str(int(first.get("number", 1)) + 50), "zh": first["zh"],
                "quote": first["quote"], "inferred": "medium", **_reading(told),
                "facts": [{"type": "Observation", **figure, **missing}],
            })  # fmt: skip
        self._write(both)


def _flow(value: Any) -> str:
    """A value in one line, as YAML."""
    written: str = yaml.safe_dump(
        value, allow_unicode=True, sort_keys=False, width=10**6, default_flow_style=True
    )
    return written.removesuffix("...\n").strip()


def _reading(told: Mapping[str, Any]) -> dict[str, Any]:
    """The words that a period follows from, where one is told."""
    if "during" not in told:
        return {}
    return {"readings": {told["during"].removeprefix("per:"): told["words"]}}
