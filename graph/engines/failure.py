"""How an engine can fail us, in one word and one sentence, and what our client is told of it."""

from graph.errors import RequestError


class EngineFailure(Exception):  # noqa: N818 (it never leaves the worker; its errors have names)
    """The engine gave no answer; `kind` is `gone`, `slow` or `fault`, `detail` says what it did."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind, self.detail = kind, detail


class EngineFaultError(RequestError):
    """The engine behind this server answered with something that is no answer, or half of one."""

    type, title, status = "engine-fault", "The engine behind this server answered wrongly", 502


class EngineGoneError(RequestError):
    """The engine behind this server accepts no query at this moment."""

    type, title, status = "engine-gone", "The engine behind this server is not there", 503


class EngineSlowError(RequestError):
    """The engine behind this server did not answer in time; `extra["limit"]` is `time`."""

    type, title, status = "engine-slow", "The engine behind this server did not answer in time", 504
