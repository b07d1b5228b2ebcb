"""The bound on second engines holds, and leaves the process as it was."""

import resource

import pytest
from bounds import bounded


def test_memory_beyond_the_bound_is_refused() -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with pytest.raises(MemoryError), bounded(mib=64):
        bytearray(256 << 20)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert len(bytearray(256 << 20)) == 256 << 20


def test_what_would_not_end_is_stopped() -> None:
    with pytest.raises(TimeoutError, match="would not end"), bounded(seconds=0.05):
        sum(1 for _ in iter(int, 1))
