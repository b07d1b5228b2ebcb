"""What each client may cost: seconds of evaluation, refilled by the minute.

Kept in memory only, forgotten as soon as a client's budget is whole again, and written nowhere.
"""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from werkzeug.http import parse_list_header

from graph.errors import RateError

_CLIENTS = 10_000
"""Clients remembered; past it, who came longest ago is forgotten and starts anew."""


class Rates:
    """A budget of `budget` seconds of evaluation a minute for every client; 0 sets no limit."""

    def __init__(self, budget: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._budget, self._clock = budget, clock
        self._lock = threading.Lock()
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def check(self, address: str) -> None:
        """Nothing, while this client has budget left.

        Raises RateError, which says when it has some again.
        """
        debt = self._debt(client(address)) if self._budget else 0.0
        if not self._budget or debt < self._budget:
            return
        over = debt - self._budget
        raise RateError(
            f"this client has used its {self._budget:g} seconds of evaluation a minute",
            "wait, ask for less, or download a dump",
            retry_after=max(1, math.ceil(over / self._budget * 60)),
            extra={"limit": "rate", "value": self._budget, "unit": "seconds per minute"},
        )

    def charge(self, address: str, seconds: float) -> None:
        """Add what a query of this client cost."""
        if not self._budget:
            return
        name = client(address)
        debt = self._debt(name) + seconds
        with self._lock:
            self._spent[name] = (debt, self._clock())
            self._spent.move_to_end(name)
            while len(self._spent) > _CLIENTS:
                self._spent.popitem(last=False)

    def _debt(self, name: str) -> float:
        now = self._clock()
        with self._lock:
            debt, since = self._spent.get(name, (0.0, now))
            left = debt - (now - since) * self._budget / 60
            if left <= 0:
                self._spent.pop(name, None)
            return max(0.0, left)


def caller(peer: str, forwarded: str | None, proxies: int) -> str:
    """The address of who asks: the peer, or whom so many trusted proxies say they speak for."""
    named = parse_list_header(forwarded) if proxies and forwarded else []
    return (named[-proxies] if len(named) >= proxies > 0 else "") or peer


def client(address: str) -> str:
    """Whom an address stands for: itself, or in IPv6 its /64, which is one subscriber's."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))
