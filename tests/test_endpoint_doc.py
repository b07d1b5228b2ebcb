"""The examples in docs/endpoint.md are run as they stand, against a server of ours."""

import re
import subprocess
import sys

import pytest
from servers import Site

from graph.errors import RequestError
from graph.formats import FORMATS
from graph.paths import ROOT

TEXT = (ROOT / "docs" / "endpoint.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```(sh|python)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = {"sh": ["sh", "-e", "-c"], "python": [sys.executable, "-c"]}


@pytest.mark.parametrize(("language", "code"), EXAMPLES, ids=[e[0] for e in EXAMPLES])
def test_example_runs(language: str, code: str, site: Site) -> None:
    """Each example prints an answer."""
    code = code.replace("http://127.0.0.1:8000", site.url)
    done = subprocess.run(
        [*COMMANDS[language], code], capture_output=True, text=True, check=True, timeout=60
    )
    assert "policyprov/id/claim/" in done.stdout or done.stdout.strip() == "222"


def test_every_example_is_found() -> None:
    """The pattern finds them all."""
    assert [language for language, _ in EXAMPLES] == ["sh", "python", "python"]


def test_every_format_and_status_is_told() -> None:
    """The tables of the document are those of the code."""
    for format_ in FORMATS:
        assert f"`{format_.name}`" in TEXT
        assert f"`{format_.media_type}`" in TEXT
    for kind in RequestError.__subclasses__():
        assert str(kind.status) in TEXT
