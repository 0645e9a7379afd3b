"""Several hosts on one machine: network namespaces with cables between them that can be pulled out.

The middle host has one cable to each of the others, which cannot reach each other. A process started inside a host has
that host's network and name, and no other. Needs root and a kernel that allows namespaces; ``allowed`` tells.
"""

import contextlib
import ctypes
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

CLONE_NEWNET, CLONE_NEWUTS = 0x4000_0000, 0x0400_0000
libc = ctypes.CDLL(None, use_errno=True)


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=30)


def why_not() -> str:
    """Say why no namespaces can be made here; "" where they can."""
    name = f"probe-{os.getpid()}"
    try:
        ip("netns", "add", name)
        ip("netns", "delete", name)
    except FileNotFoundError:
        return "the program ip is not installed"
    except (OSError, subprocess.SubprocessError) as refused:
        said = getattr(refused, "stderr", b"") or str(refused).encode()
        return f"network namespaces are not allowed: {said.decode(errors='replace').strip()[:200]}"
    return ""


class Hosts:
    """A middle host and others around it, each a namespace named after this process."""

    def __init__(self, middle: str, *others: str) -> None:
        self.middle, self.others = middle, others

    def __enter__(self) -> "Hosts":
        try:
            for host in (self.middle, *self.others):
                ip("netns", "add", self._space(host))
                ip("-n", self._space(host), "link", "set", "lo", "up")
            for number, host in enumerate(self.others):
                here, there = f"to-{host}"[:15], "to-middle"
                ip("-n", self._space(self.middle), "link", "add", here, "type", "veth", "peer", "name", there,
                   "netns", self._space(host))  # fmt: skip
                ip("-n", self._space(self.middle), "address", "add", f"{self._net(number)}.1/24", "dev", here)
                ip("-n", self._space(host), "address", "add", f"{self._net(number)}.2/24", "dev", there)
                ip("-n", self._space(self.middle), "link", "set", here, "up")
                ip("-n", self._space(host), "link", "set", there, "up")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_fault: object) -> None:
        for host in (self.middle, *self.others):
            with contextlib.suppress(subprocess.CalledProcessError):
                ip("netns", "delete", self._space(host))

    def _space(self, host: str) -> str:
        return f"{host}-{os.getpid()}"

    @staticmethod
    def _net(number: int) -> str:
        return f"10.201.{number + 1}"

    def address(self, host: str) -> str:
        """Give the address at which another host reaches the middle."""
        return f"{self._net(self.others.index(host))}.1"

    def cut_off(self, host: str) -> None:
        """Pull the cable: nothing more comes or goes, and nobody is told."""
        ip("-n", self._space(self.middle), "link", "set", f"to-{host}"[:15], "down")

    def plug_in(self, host: str) -> None:
        ip("-n", self._space(self.middle), "link", "set", f"to-{host}"[:15], "up")

    @contextlib.contextmanager
    def inside(self, host: str) -> Iterator[None]:
        """Let this thread, and the processes that it starts now, have the network and the name of a host."""
        mine = Path(f"/proc/self/task/{threading_id()}/ns")
        with contextlib.ExitStack() as ending:
            for kind, flag in (("uts", CLONE_NEWUTS), ("net", CLONE_NEWNET)):
                before = os.open(mine / kind, os.O_RDONLY)
                ending.callback(os.close, before)
                ending.callback(_enter, before, flag)
            there = os.open(f"/run/netns/{self._space(host)}", os.O_RDONLY)
            ending.callback(os.close, there)
            _enter(there, CLONE_NEWNET)
            _succeeds(libc.unshare(CLONE_NEWUTS))
            name = host.encode()
            _succeeds(libc.sethostname(name, len(name)))
            yield


def threading_id() -> int:
    return int(libc.gettid())


def _enter(namespace: int, kind: int) -> None:
    _succeeds(libc.setns(namespace, kind))


def _succeeds(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
