"""What the event loop waits for: workers that answer, and whatever takes too long."""

import asyncio
import socket
import sys

import pytest

from web.server.arrivals import Arrivals
from web.server.overdue import Overdue


def test_what_takes_too_long_is_told_in_order() -> None:
    """Each call is made once, in the order of coming; a cancelled one never, one after rest too."""

    async def main() -> list[str]:
        overdue, told = Overdue(0.02), list[str]()
        calls = [overdue.add(lambda n=name: told.append(n)) for name in "abcd"]  # type: ignore[misc]  # a default binds the loop variable
        calls[1].cancel()
        while not calls[3].made:
            await asyncio.sleep(0.005)
        assert [call.made for call in calls] == [True, False, True, True]
        last = overdue.add(lambda: told.append("e"))
        while not last.made:
            await asyncio.sleep(0.005)
        return told

    assert asyncio.run(main()) == ["a", "c", "d", "e"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs epoll")
def test_a_worker_that_answers_is_told_once() -> None:
    """Whoever expects it is called; an answer that nobody waits for calls nobody."""

    async def main() -> list[str]:
        arrivals, told = Arrivals(), list[str]()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            arrivals.expect(ours.fileno(), 1, lambda: told.append("first"))
            theirs.send(b"x")
            await asyncio.sleep(0.02)
            theirs.send(b"x")
            await asyncio.sleep(0.02)
            arrivals.expect(ours.fileno(), 1, lambda: told.append("forgotten"))
            arrivals.forget(ours.fileno())
            theirs.send(b"x")
            await asyncio.sleep(0.02)
            number = ours.fileno()
        again, other = socket.socketpair()
        with again, other:
            assert number in (again.fileno(), other.fileno())
            here, there = (again, other) if again.fileno() == number else (other, again)
            arrivals.expect(number, 2, lambda: told.append("second"))
            there.send(b"x")
            await asyncio.sleep(0.02)
            assert here.recv(1) == b"x"
        arrivals.close()
        return told

    assert asyncio.run(main()) == ["first", "second"]
