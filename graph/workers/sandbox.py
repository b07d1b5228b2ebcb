"""What a query worker takes from itself before it sees a query: memory, network, outliving us.

Everything here can only be tightened afterwards, never undone by what runs later in the process.
The kernel enforces it; where a system lacks one of these (macOS has neither the death signal nor
seccomp), the parent's own watch remains.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2

_REFUSED = {"x86_64": (41, 59), "aarch64": (198, 221)}
"""Machine → the numbers of socket(2) and execve(2): no way out, and no other program."""

_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW = 0x7FFF0000
_FAIL_WITH_EACCES = 0x0005000D


def die_with(parent: int) -> None:
    """End this process when process `parent` ends, however that ends."""
    if sys.platform != "linux":
        return
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # It may have ended before the kernel was asked.
    if os.getppid() != parent:
        raise SystemExit(0)


def let_others_first() -> None:
    """Run this process as a batch: being woken, it does not push aside whoever woke it.

    It gets no less of the processor. The server that hands a query over goes on to the next
    request, instead of waiting on the same core until the query is evaluated.
    """
    if sys.platform == "linux":
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def refuse_network() -> None:
    """Make every later socket(2) and execve(2) of this process fail with EACCES."""
    refused = _REFUSED.get(platform.machine())
    if sys.platform != "linux" or refused is None:
        return
    # The system call's number lies at offset 0; each test jumps to the last instruction but one.
    rows = [(_LOAD, 0, 0, 0)]
    for left, number in zip(range(len(refused), 0, -1), refused, strict=True):
        rows.append((_JUMP_IF_EQUAL, left, 0, number))
    rows += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _FAIL_WITH_EACCES)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in rows))
    # struct sock_fprog: a length, padding to the pointer's alignment, the pointer.
    filters = ctypes.create_string_buffer(struct.pack("HP", len(rows), ctypes.addressof(program)))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(filters))


def limit_memory(allowance: int) -> None:
    """Let this process allocate `allowance` bytes more than it holds now, and not one further.

    RLIMIT_DATA counts private writable memory only, so neither the store's mapped files nor the
    address space that threads reserve eat up the allowance, as they would with RLIMIT_AS.
    """
    limit = _held() + allowance
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _held() -> int:
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return 0
    return int(statm.read_text(encoding="ascii").split()[5]) * resource.getpagesize()


def _prctl(*arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    padded = [ctypes.c_ulong(each) for each in (*arguments, 0, 0, 0, 0)[:5]]
    if libc.prctl(*padded) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl {arguments[0]}: {os.strerror(code)}")
