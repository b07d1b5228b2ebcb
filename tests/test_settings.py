"""The settings table: what the environment may say, what stops the start, what the docs show."""

from dataclasses import fields
from pathlib import Path

import pytest

from graph.errors import SettingError
from graph.paths import ROOT
from graph.settings import Settings, markdown, table
from web.server.listening import handed_over


def test_an_empty_environment_gives_the_defaults() -> None:
    """Nothing must be set to start."""
    assert Settings.from_env({}) == Settings()


def test_other_variables_are_none_of_our_business() -> None:
    """Only names that start with POLICYPROV_ are read."""
    assert Settings.from_env({"PATH": "/bin", "XPOLICYPROV_PORT": "1"}) == Settings()


@pytest.mark.parametrize(
    ("variable", "text", "name", "value"),
    [
        ("PORT", "8080", "port", 8080),
        ("QUERY_SECONDS", "2.5", "query_seconds", 2.5),
        ("RELEASE", "/srv/current", "release", Path("/srv/current")),
        ("SERVICE_ALLOW", " http://a.org/s  https://b.org/ ", "service_allow",
         ("http://a.org/s", "https://b.org/")),
        ("SERVICE_ALLOW", "", "service_allow", ()),
        ("ADMIN", "127.0.0.1:9100", "admin", "127.0.0.1:9100"),
        ("SOURCE_TEXT", "quotes", "source_text", "quotes"),
        ("PUBLIC_URL", "https://kg.example.org/pp", "public_url", "https://kg.example.org/pp"),
        ("RATE", "0", "rate", 0.0),
    ],
)  # fmt: skip
def test_a_variable_sets_its_field(variable: str, text: str, name: str, value: object) -> None:
    """Text becomes the field's type; space around it does not count."""
    assert getattr(Settings.from_env({f"POLICYPROV_{variable}": text}), name) == value


@pytest.mark.parametrize(
    ("variable", "text", "message"),
    [
        ("PORT", "http", "a whole number from 1 to 65535"),
        ("PORT", "0", "a whole number from 1 to 65535"),
        ("PORT", "70000", "a whole number from 1 to 65535"),
        ("QUERY_SECONDS", "nan", "a number from 0.05 to 3600"),
        ("QUERY_SECONDS", "-1", "a number from 0.05 to 3600"),
        ("PUBLIC_URL", "kg.example.org", "an http"),
        ("PUBLIC_URL", "https://kg.example.org/", "without a slash at its end"),
        ("SOURCE_TEXT", "some", "one of full, quotes, offsets"),
        ("LOG", "yes", "one of json, off"),
        ("ADMIN", "public", "off, on or HOST:PORT"),
        ("SERVICE_ALLOW", "file:///etc/passwd", "http(s) IRIs"),
        ("THREADS", "5", "more than"),
        ("PROT", "1", "is not a setting"),
        ("", "1", "is not a setting"),
    ],
)
def test_a_wrong_value_stops_the_start_and_says_what_is_right(
    variable: str, text: str, message: str
) -> None:
    """The message names the variable and what it may be."""
    with pytest.raises(SettingError) as caught:
        Settings.from_env({f"POLICYPROV_{variable}": text})
    assert f"POLICYPROV_{variable}" in str(caught.value)
    assert message in str(caught.value)


def test_a_wrong_value_is_refused_from_code_too() -> None:
    """The rules hold however the object is made."""
    with pytest.raises(SettingError):
        Settings(port=0)


def test_the_public_url_follows_host_and_port_when_unset() -> None:
    """A server started on another port does not link to the default one."""
    settings = Settings.from_env({"POLICYPROV_HOST": "::1", "POLICYPROV_PORT": "9000"})
    assert settings.public_url == "http://[::1]:9000"


def test_automatic_numbers_fit_each_other_on_any_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """With workers and threads at 0, queries can never hold every thread."""
    for cores in (1, 2, 64):
        monkeypatch.setattr("graph.settings.cores", lambda cores=cores: cores)
        settings = Settings()
        assert 1 <= settings.processes <= cores
        assert settings.concurrency >= 4
        assert settings.hands > settings.concurrency + settings.queue


def test_every_setting_has_a_reason() -> None:
    """The table is complete."""
    assert [row.name for row in table()] == [field.name for field in fields(Settings)]
    assert all(len(row.reason) > 20 for row in table())


def test_the_documentation_shows_the_table() -> None:
    """docs/settings.md holds what `python -m graph.settings` prints."""
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert "\n".join(markdown()) in text


def test_a_socket_is_handed_to_one_process() -> None:
    """As systemd tells it: to the process it names, and no more than one."""
    assert handed_over({}) is None
    assert handed_over({"LISTEN_PID": "1", "LISTEN_FDS": "1"}, 2) is None
    assert handed_over({"LISTEN_PID": "2", "LISTEN_FDS": "1"}, 2) == 3
    with pytest.raises(SettingError, match="LISTEN_FDS=2"):
        handed_over({"LISTEN_PID": "2", "LISTEN_FDS": "2"}, 2)
