"""A copy of the program in a folder of its own, whose articles and code lists can be changed."""

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from playwright.sync_api import Browser, Page
from visits import visiting

from graph.paths import ROOT

_PARTS = ("graph", "ontology", "queries", "desk", "web", "docs")
_MADE = (".git", ".venv", "build")
"""What of a checkout is its history, or is made."""
_ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/\S+")


@dataclass(frozen=True)
class Checkout:
    """The copy in a folder, and the commands an author runs in it."""

    root: Path

    @classmethod
    def made(cls, root: Path) -> "Checkout":
        """A copy of what the commands need, without releases and packages of npm."""
        ignored = shutil.ignore_patterns("node_modules", "__pycache__")
        for name in _PARTS:
            shutil.copytree(ROOT / name, root / name, ignore=ignored)
        for path in (*ROOT.glob("*.py"), ROOT / "pyproject.toml", ROOT / "LICENSE"):
            shutil.copy(path, root / path.name)
        return cls(root)

    def equip(self) -> None:
        """Add the tests of this checkout, and all else that they need; once."""
        ignored = shutil.ignore_patterns("node_modules", "__pycache__")
        for path in ROOT.iterdir():
            if path.is_dir() and path.name not in (*_PARTS, *_MADE):
                shutil.copytree(path, self.root / path.name, ignore=ignored)
            elif path.is_file():
                shutil.copy(path, self.root / path.name)
        for packages in ROOT.glob("*/node_modules"), ROOT.glob("tests/*/node_modules"):
            for path in packages:
                (self.root / path.relative_to(ROOT)).symlink_to(path)
        (self.root / ".venv").symlink_to(sys.prefix)

    def tested(self, *words: str) -> str:
        """The last line pytest says of an equipped copy; every test must pass."""
        run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "auto"]
        return self._run([*run, *words]).strip().splitlines()[-1]

    def article(self, slug: str) -> Path:
        """The folder of an article."""
        return self.root / "graph" / "articles" / slug

    def run(self, *words: str) -> str:
        """What a command says; it must succeed."""
        return self._run(self._command(*words))

    def python(self, code: str, *words: str) -> str:
        """What a few lines say that are run over the copy; they must succeed."""
        return self._run([sys.executable, "-c", code, *words])

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(
            command, cwd=self.root, capture_output=True, text=True, env=self._environ, check=False
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
        return done.stdout

    @staticmethod
    def _command(*words: str) -> list[str]:
        return [sys.executable, "-m", "graph.release.cli", *words]

    @property
    def _environ(self) -> dict[str, str]:
        # A test runs here, too: what it is told as one of several is not told to what it starts.
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
        return {**inherited, "PYTHONPATH": str(self.root)}

    @contextmanager
    def desk(self, browser: Browser, slug: str) -> Iterator[Page]:
        """The desk's page of an article, of which nothing may go wrong, until it is left."""
        with subprocess.Popen(
            self._command("desk", slug), cwd=self.root, env=self._environ, text=True,
            stdout=subprocess.PIPE,
        ) as process:  # fmt: skip
            try:
                address = _ADDRESS.search(_line(process))
                assert address, "the desk tells no address"
                with visiting(browser, address[1]) as found:
                    found.page.goto(address[0] + "&lang=en")
                    found.page.wait_for_selector("html[data-desk=ready]", state="attached")
                    yield found.page
            finally:
                process.send_signal(signal.SIGTERM)

    def codes(self, path: Path) -> None:
        """Add concepts to the code lists."""
        with (self.root / "ontology" / "concepts.ttl").open("a", encoding="utf-8") as file:
            file.write("\n" + path.read_text("utf-8"))

    def known(self, name: str, called: Mapping[str, str]) -> None:
        """State what a body is called as a background fact, and where that is known from."""
        with (self.root / "graph" / "background.yaml").open("a", encoding="utf-8") as file:
            file.write(
                f"\n  - source: {called['source']}\n    seen: {{as: memory}}\n    facts:\n"
                f"      - {{id: {name}, type: org:Organization, "
                f"rdfs:label: {{en: {called['en']}, zh: {called['zh']}}}}}\n"
            )

    def state(self, slug: str, state: str) -> None:
        """Say how far an article is mapped."""
        path = self.article(slug) / "article.yaml"
        text = re.sub("^state: .*$", f"state: {state}", path.read_text("utf-8"), flags=re.MULTILINE)
        assert yaml.safe_load(text)["state"] == state
        path.write_text(text, "utf-8")


def _line(process: "subprocess.Popen[str]") -> str:
    """The first line a process says, within two minutes."""
    told: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    threading.Thread(target=lambda out: told.put(out.readline()), args=(process.stdout,)).start()
    return told.get(timeout=120)
