"""People who vote over HTTP or through the service, with everything they need prepared in bulk; and a crowd of them."""

import contextlib
import gzip
import http.client
import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone

from communities.models import Resident
from renewal.kernel.clock import london_day
from voting.models import AddressList, BallotDraft, Poll, RollEntry, RollKind
from voting.sealing import DeviceSecret, read_receipt

TOKEN = "c" * 32  # a browser keeps its own half of the forgery check; the page's half is the same secret, masked


def people_on_roll(poll: Poll, count: int, *, email: str = "") -> list[RollEntry]:
    """Put new people on a poll's roll at once: prepared from a list, or as the checks of an open roll would."""
    now = timezone.now()
    residents = Resident.objects.bulk_create(
        Resident(area=poll.area, match_token=uuid.uuid4().hex, near_token="", how_known="officer", known_at=now)
        for _ in range(count)
    )
    if poll.roll_kind == RollKind.LIST:
        AddressList.objects.get_or_create(
            poll=poll,
            defaults={"legal_basis": "s.116", "dpia_reference": "1", "source": "test", "imported_at": now},
        )
    RollEntry.objects.bulk_create((RollEntry(poll=poll, resident=resident) for resident in residents), batch_size=2_000)
    entries = RollEntry.objects.filter(poll=poll, resident__in=residents).order_by("pk")
    if email:
        entries.update(contact_email=email)
    return list(entries)


@dataclass(frozen=True)
class Ticket:
    """Somebody who passed the check, chose, and has only to send: what their browser holds."""

    entry_id: int
    device: DeviceSecret
    choices: tuple[str, ...]
    session: str
    poll_id: int
    slug: str

    @property
    def cookies(self) -> dict[str, str]:
        return {"sessionid": self.session, f"ballot_{self.poll_id}": str(self.device)}


def tickets(poll: Poll, entries: Sequence[RollEntry], choices: Sequence[Sequence[str]]) -> list[Ticket]:
    """Prepare sessions and drafts as the pages before sending leave them."""
    now, store = timezone.now(), SessionStore()
    made = [
        Ticket(entry.pk, DeviceSecret.new(entry_id=entry.pk), tuple(chosen), uuid.uuid4().hex, poll.pk, poll.slug)
        for entry, chosen in zip(entries, choices, strict=True)
    ]
    Session.objects.bulk_create(
        Session(
            session_key=one.session,
            session_data=store.encode({"ballots": {str(poll.pk): one.entry_id}}),
            expire_date=now + timedelta(days=1),
        )
        for one in made
    )
    BallotDraft.objects.bulk_create(
        BallotDraft(
            pk=one.device.draft_id,
            poll=poll,
            ciphertext=one.device.encrypt_draft({"choices": list(one.choices)}),
            saved_on=london_day(now),
        )
        for one in made
    )
    return made


class Refused(Exception):
    """The server answered, and not with what was asked for."""


class Browser:
    """A browser without script: cookies, one connection that is kept, forms with the forgery check."""

    def __init__(self, address: str, cookies: dict[str, str] | None = None) -> None:
        self.address = urlsplit(address)
        self.connection = http.client.HTTPConnection(self.address.hostname or "", self.address.port, timeout=30)
        self.cookies = {"csrftoken": TOKEN} | (cookies or {})
        self.requests = 0

    def get(self, path: str) -> tuple[int, str, bytes]:
        return self._ask("GET", path, None)

    def post(self, path: str, data: dict[str, Any]) -> tuple[int, str, bytes]:
        return self._ask("POST", path, urlencode(data | {"csrfmiddlewaretoken": TOKEN}, doseq=True))

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"Accept-Encoding": "gzip", "Content-Type": "application/x-www-form-urlencoded"}
        self.requests += 1
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.partition(";")[0].split("=", 1)
            # SimpleCookie reads sign by sign, which costs a driver of load as much as a question to the server.
            self.cookies[name] = SimpleCookie(line)[name].value if value.startswith('"') else value
        if answer.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        return answer.status, answer.headers.get("Location", ""), content

    def close(self) -> None:
        self.connection.close()


def send_over_http(address: str, ticket: Ticket) -> str:
    """Press "Send my vote"; returns the reference that the receipt cookie holds. Raises Refused otherwise."""
    browser = Browser(address, ticket.cookies)
    try:
        status, where, _ = browser.post(f"/en/polls/{ticket.slug}/send/", {})
    finally:
        browser.close()
    receipt = read_receipt(browser.cookies.get(f"receipt_{ticket.poll_id}", ""))
    if status != 303 or not where.endswith("/sent/") or receipt is None:
        raise Refused(f"{status} {where}")
    if receipt["code"] != ticket.device.check_code:
        raise AssertionError("the receipt holds another's check code")
    return str(receipt["tracker"])


class Crowd:
    """Several people at once who send until they get a receipt, however often the server goes away meanwhile."""

    def __init__(self, send: Callable[[Ticket], str], *, threads: int = 4, patience: float = 60) -> None:
        self.send, self.patience = send, patience
        self.waiting: queue.SimpleQueue[Ticket] = queue.SimpleQueue()
        self.acknowledged: list[tuple[int, str]] = []
        self.faults: list[BaseException] = []
        self.given = self.retries = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]

    def give(self, ticket: Ticket) -> None:
        """Let somebody of the crowd send one more vote."""
        self.given += 1
        self.waiting.put(ticket)

    @contextlib.contextmanager
    def at_work(self) -> Iterator["Crowd"]:
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join(self.patience + 30)
        if self.faults:
            raise self.faults[0]

    def _work(self) -> None:
        try:
            while not self._stop.is_set():
                with contextlib.suppress(queue.Empty):
                    ticket = self.waiting.get(timeout=0.05)
                    self.acknowledged.append((ticket.entry_id, self._until_acknowledged(ticket)))
        except BaseException as fault:  # told to the test that waits
            self.faults.append(fault)
        finally:
            connections.close_all()

    def _until_acknowledged(self, ticket: Ticket) -> str:
        give_up_at = time.monotonic() + self.patience
        while True:
            try:
                return self.send(ticket)
            except (OperationalError, InterfaceError, OSError, http.client.HTTPException, Refused):
                if time.monotonic() > give_up_at:
                    raise
                self.retries += 1
                connections.close_all()
                time.sleep(0.05)

    def wait_for(self, more: int, *, seconds: float = 30) -> None:
        """Wait until so many more votes have been acknowledged, or all that were given when fewer are left."""
        self.wait_until(min(len(self.acknowledged) + more, self.given), seconds=seconds)

    def wait_until(self, goal: int, *, seconds: float = 30) -> None:
        """Wait until so many votes have been acknowledged in all."""
        end = time.monotonic() + seconds
        while len(self.acknowledged) < goal:
            if self.faults:
                raise self.faults[0]
            if time.monotonic() > end:
                raise AssertionError(f"only {len(self.acknowledged)} of {goal} votes were acknowledged in time")
            time.sleep(0.005)
