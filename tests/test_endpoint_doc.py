"""The examples in docs/endpoint.md are run as they stand, against a server of ours."""

import re
import subprocess
import sys

import pytest
from servers import Site

from graph.errors import RequestError
from graph.paths import ROOT
from graph.rdf.formats import FORMATS

TEXT = (ROOT / "docs" / "endpoint.md").read_text("utf-8")
CHINESE = (ROOT / "docs" / "endpoint.zh.md").read_text("utf-8")
COMMANDS = {
    "sh": ["sh", "-e", "-c"],
    "python": [sys.executable, "-c"],
    "js": ["node", "--input-type=module", "-e"],
    "r": ["Rscript", "-e"],
}
FOREIGN = pytest.mark.slow  # Node.js and R are not needed for anything else
EXAMPLES = re.findall(rf"^```({'|'.join(COMMANDS)})\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
RUNS = [pytest.param(*e, id=e[0], marks=FOREIGN if e[0] in ("js", "r") else ()) for e in EXAMPLES]


@pytest.mark.parametrize(("language", "code"), RUNS)
def test_example_runs(language: str, code: str, site: Site) -> None:
    """Each example prints an answer."""
    code = code.replace("http://127.0.0.1:8000", site.url)
    done = subprocess.run(
        [*COMMANDS[language], code], capture_output=True, text=True, check=True, timeout=60
    )
    assert "policyprov/id/claim/" in done.stdout or done.stdout.strip() == "222"


def test_every_example_is_found() -> None:
    """The pattern finds them all."""
    assert [language for language, _ in EXAMPLES] == ["sh", "python", "python", "r", "js"]


@pytest.mark.parametrize("text", [TEXT, CHINESE], ids=["en", "zh"])
def test_every_format_and_status_is_told(text: str) -> None:
    """The tables of the document are those of the code."""
    for format_ in FORMATS:
        assert f"`{format_.name}`" in text
        assert f"`{format_.media_type}`" in text
    for kind in RequestError.__subclasses__():
        assert str(kind.status) in text


def test_the_chinese_document_shows_the_same() -> None:
    """The same examples, rows of tables, headings, and all that is written as code."""
    for pattern in (r"^```.*?^```$", r"^#+ ", r"^\|", r"`[^`\n]+`"):
        shown = [re.findall(pattern, text, re.MULTILINE | re.DOTALL) for text in (TEXT, CHINESE)]
        assert sorted(shown[0]) == sorted(shown[1])
