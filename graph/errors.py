"""Every error this project raises on purpose.

PolicyprovError
├── InputError            an article, a mapping, a registry or a vocabulary file is wrong
│   ├── UnknownEntityError    … it names a thing that is not in the registry
│   └── CombinedInputError    … in several places: all of them, told in one run
├── CheckError            the data was built but breaks a rule
├── ReleaseError          a release is missing, damaged, or being built by someone else
├── SettingError          a setting has an impossible value
├── DeskError             a decision at the desk comes too late, or cannot be taken
└── RequestError          a client asked for something that cannot be answered
    ├── QuerySyntaxError      the SPARQL text does not parse                        400
    ├── ParameterError        a parameter is missing, repeated or of the wrong type 400
    ├── ForbiddenError        federation, update or another refused feature         403
    ├── UnknownError          no such thing here                                    404
    ├── MethodError           the method is not offered here                        405
    ├── NotAcceptableError    no offered format is acceptable                       406
    ├── SlowError             the request body came too slowly                      408
    ├── GoneError             it was published once and was removed                 410
    ├── TooLargeError         the request exceeds a size limit                      413
    ├── MediaTypeError        the body's type is not one the protocol knows         415
    ├── RateError             this client used up its budget                        429
    ├── LimitError            the query hit time, memory, size or queue             503
    └── UnavailableError      a part of the release is missing or damaged           503

All but RequestError blame what was given to the build; RequestError blames the request, or in
graph/engines/failure.py an engine elsewhere. Our own bugs are none of these: they crash.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby


class PolicyprovError(Exception):
    """The root: caught once, at the command line and at the edge of the server."""


@dataclass(frozen=True)
class Place:
    """Where in the input something is wrong; lines and columns count from 1, 0 means the whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts)


class InputError(PolicyprovError):
    """One thing that is wrong in the input: what, where, and what to do about it."""

    def __init__(self, what: str, where: Place, remedy: str) -> None:
        super().__init__(f"{where}: {what}\n  remedy: {remedy}")
        self.what, self.where, self.remedy = what, where, remedy

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """An error travels between processes whole."""
        return type(self), (self.what, self.where, self.remedy)

    @property
    def each(self) -> tuple["InputError", ...]:
        """The single errors it stands for."""
        return (self,)


class UnknownEntityError(InputError):
    """A thing that is named and not registered; `name` is its prefixed name."""

    def __init__(self, name: str, where: Place, remedy: str) -> None:
        super().__init__(f"unknown entity {name!r}", where, remedy)
        self.name = name

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """An error travels between processes whole."""
        return type(self), (self.name, self.where, self.remedy)


class CombinedInputError(InputError):
    """Several things that are wrong in the input, by file and line; `each` has them one by one.

    An error that stands in several places of a file is told once, with all its places.
    """

    def __init__(self, errors: Iterable[InputError]) -> None:
        single = {str(e): e for error in errors for e in error.each}
        self.errors = tuple(
            sorted(single.values(), key=lambda e: (e.where.file, e.where.line, e.where.column))
        )
        files = [
            (name, list(found)) for name, found in groupby(self.errors, lambda e: e.where.file)
        ]
        what = f"{len(self.errors)} errors in {len(files)} file{'s'[: len(files) > 1]}"
        super().__init__(what, self.errors[0].where, "mend each as told below it")
        self.args = (
            "\n".join([what, *(line for name, found in files for line in _told(name, found))]),
        )

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """An error travels between processes whole."""
        return type(self), (self.errors,)

    @property
    def each(self) -> tuple[InputError, ...]:
        """The single errors it stands for."""
        return self.errors


def _told(file: str, errors: list[InputError]) -> Iterator[str]:
    """The errors of a file: what, where it stands first and again, and the remedy."""
    places: dict[tuple[str, str], list[Place]] = {}
    for error in errors:
        places.setdefault((error.what, error.remedy), []).append(error.where)
    yield f"{file}: {len(errors)} error{'s'[: len(errors) > 1]}"
    for (what, remedy), (first, *others) in places.items():
        more = f" and {len(others) - 9} more" if len(others) > 9 else ""
        again = ", ".join(str(place.line) for place in others[:9])
        again = f" (and on line {again}{more})" if others else ""
        yield f"  {first}: {what}{again}"
        yield f"    remedy: {remedy}"


Report = Callable[[InputError], None]
"""What is told of an error after which reading can go on."""


def at_once(error: InputError) -> None:
    """The report of a reader that stops at the first error."""
    raise error


class Errors:
    """What was found wrong so far: reading goes on, and one run tells all of it."""

    def __init__(self) -> None:
        self.found: list[InputError] = []

    def report(self, error: InputError) -> None:
        """Take note of an error."""
        self.found += error.each

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Takes note of the error that ends the block, and goes on after it."""
        try:
            yield
        except InputError as error:
            self.report(error)

    def refuse(self) -> None:
        """Raise what was found, if anything: one InputError alone, several as one."""
        if self.found:
            raise CombinedInputError(self.found) if self.found[1:] else self.found[0]


class CheckError(PolicyprovError):
    """The built data breaks one or more rules; nothing was published. `problems` has each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        shown = "\n  ".join(self.problems[:20])
        more = f"\n  … and {len(self.problems) - 20} more" if len(self.problems) > 20 else ""
        return (
            f"{len(self.problems)} rules are broken; nothing was published\n  {shown}{more}\n"
            "  remedy: correct the claims named above and build again"
        )


class ReleaseError(PolicyprovError):
    """A release is missing, damaged, or locked by another build."""


class DeskError(PolicyprovError):
    """A decision at the desk that cannot be taken; `status` is HTTP's, 409 for one too late."""

    def __init__(self, what: str, remedy: str, status: int = 400) -> None:
        super().__init__(f"{what}\n  remedy: {remedy}")
        self.what, self.remedy, self.status = what, remedy, status


class SettingError(PolicyprovError):
    """A setting has a value the program cannot start with."""


@dataclass(frozen=True)
class Position:
    """A place in a query text; lines and columns count from 1, columns in code points."""

    line: int
    column: int


@dataclass(eq=False)
class RequestError(PolicyprovError):
    """A request that cannot be answered: rendered as an RFC 9457 problem.

    `type` is the slug of the problem type, `title` its fixed phrase, `status` the HTTP status;
    `detail` says what is wrong with this request and `remedy` what to do about it, in `language`.
    `extra` holds further members of the problem object.
    """

    detail: str
    remedy: str = ""
    position: Position | None = None
    retry_after: int | None = None
    extra: dict[str, str | int | float] = field(default_factory=dict)
    language: str = "en"
    type = "bad-request"
    title = "Bad request"
    status = 400

    def __str__(self) -> str:
        return self.detail


class QuerySyntaxError(RequestError):
    """The query text does not parse; `position` says where."""

    type, title, status = "query-syntax", "The query is not valid SPARQL 1.1", 400


class ParameterError(RequestError):
    """A parameter is missing, repeated, unknown or of the wrong type."""

    type, title, status = "parameter", "A parameter is missing, repeated or of the wrong type", 400


class ForbiddenError(RequestError):
    """Federation, update or another feature this endpoint refuses."""

    type, title, status = "forbidden", "This endpoint does not do that", 403


class UnknownError(RequestError):
    """No resource, format or graph has that name."""

    type, title, status = "unknown", "There is no such thing here", 404


class MethodError(RequestError):
    """The resource exists, the method is not offered on it."""

    type, title, status = "method", "The method is not offered here", 405


class NotAcceptableError(RequestError):
    """No format on offer fits the Accept header."""

    type, title, status = "not-acceptable", "No offered format is acceptable", 406


class SlowError(RequestError):
    """The request body was not complete in time."""

    type, title, status = "slow", "The request came too slowly", 408


class GoneError(RequestError):
    """What has that name was published once and was removed; `extra["see"]` is where that is told.

    The answer links to it, too.
    """

    type, title, status = "gone", "It was here and was removed", 410


class TooLargeError(RequestError):
    """The body or the query is longer than the limit."""

    type, title, status = "too-large", "The request exceeds a size limit", 413


class MediaTypeError(RequestError):
    """The type of the body is not one of the SPARQL Protocol."""

    type, title, status = "media-type", "The body is of a type the protocol does not know", 415


class RateError(RequestError):
    """The client spent its budget; `retry_after` says when to come back."""

    type, title, status = "rate", "This client has used up its budget", 429


class LimitError(RequestError):
    """Time, memory, answer size or queue; `extra["limit"]` says which."""

    type, title, status = "limit", "The query hit a limit", 503


class UnavailableError(RequestError):
    """A part of the release that this answer needs is missing or damaged; the rest answers."""

    type, title, status = "unavailable", "A part of this release is out of order", 503
