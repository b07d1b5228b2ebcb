"""A real browser over our pages, watched for faults; Debian's chromium drives it."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import published
import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from werkzeug.serving import make_server

from graph.paths import ROOT

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@dataclass
class Visit:
    """A page, where it is served from, and what went wrong while it was open."""

    page: Page
    origin: str
    faults: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page and wait for its scripts."""
        self.page.goto(self.origin + path, wait_until="load")

    def watch(self) -> None:
        """Note every complaint of the browser, and every request to somewhere else."""
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "blob:", "data:")):
            self.faults.append(f"left for {request.url}")


@contextmanager
def serving(app: Flask | None = None) -> Iterator[str]:
    """The address of a server of our pages, or of those of another application."""
    server = make_server("127.0.0.1", 0, app or published.app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def browsing() -> Iterator[Browser]:
    """A headless chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("there is no chromium: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        yield found
        found.close()


@contextmanager
def visiting(browser: Browser, origin: str) -> Iterator[Visit]:
    """A page of ordinary size that must stay without fault."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 844}, locale="en", accept_downloads=True
    )
    found = Visit(context.new_page(), origin)
    found.watch()
    yield found
    context.close()
    assert found.faults == []


def faults(page: Page, *impacts: str) -> list[str]:
    """What axe-core finds of these impacts on the page as it stands."""
    if not AXE.is_file():
        pytest.fail("there is no axe-core: npm ci --prefix web")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]} {each['nodes'][0]['failureSummary']}"
        for each in found["violations"]
        if each["impact"] in impacts
    ]


def serious_faults(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page as it stands."""
    return faults(page, "serious", "critical")
