"""Measure the first view of the main pages as a slow phone sees it (UX.md §14), against a running demo.

    python3 manage.py demo                                    in one window
    var/venv/bin/python -m tests.bench.pages [ADDRESS]        in another, once `manage.py test` has made its packages

A phone of 375 x 800 pixels behind 400 kbit/s and a round trip of 400 ms, a processor 6 times slower, an empty cache
for every page. LCP: when the largest part was painted; the budget is 2.5 s. CLS: how much moved afterwards; 0.05.
Interaction: the longest time from a press to the next picture; 200 ms. Prints the median of the runs and its share of
the budget, so that 1.00 is the limit. Weights are what the browser received, with headers.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from renewal.chromium import find_chromium
from tests.support.browser import FLAGS

BYTES_A_SECOND, ROUND_TRIP_MS, SLOWER = 400_000 / 8, 400, 6
BUDGET = {"lcp": 2500.0, "cls": 0.05, "press": 200.0}
WATCH = """
window.seen = {lcp: 0, cls: 0, press: 0};
new PerformanceObserver(list => { for (const entry of list.getEntries()) seen.lcp = entry.startTime; })
  .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.cls += entry.value; })
  .observe({type: "layout-shift", buffered: true});
new PerformanceObserver(list => { for (const entry of list.getEntries())
    if (entry.interactionId) seen.press = Math.max(seen.press, entry.duration); })
  .observe({type: "event", durationThreshold: 16, buffered: true});
"""  # noqa: E501 -- script reads better in long lines
HEAD = "| page | KB | requests | LCP s | of 2.5 s | CLS | press ms | of 200 ms |\n|---|---|---|---|---|---|---|---|"
Press = Callable[[Any], None]


def type_postcode(page: Any) -> None:
    page.locator("input[name=postcode]").first.click()
    page.keyboard.type("ZZ1")


def tick(page: Any) -> None:
    for number in range(2):
        page.locator(".choices input[type=checkbox]").nth(number).click()
        page.wait_for_timeout(300)


def open_details(page: Any) -> None:
    """Press a part that opens, or, where nothing does, the page itself: the browser times that too."""
    parts = page.locator("main summary")
    if parts.count():
        parts.first.click()
    else:
        page.locator("main h1").click()


@dataclass(frozen=True)
class Visit:
    """One page to measure, who looks at it, and what is pressed there."""

    name: str
    path: str
    who: str = ""
    press: Press = open_details


def visits(page: Any, address: str) -> list[Visit]:
    """List the main pages; a project is found by following a link of the open round."""
    page.goto(f"{address}/en/rounds/")
    links = page.eval_on_selector_all("main a[href]", "all => all.map(one => one.getAttribute('href'))")
    rounds = [link for link in links if "/rounds/" in link]
    round_ = next(link.split("/")[3] for link in rounds if "ashcombe-north" in link)
    done = next(link.split("/")[3] for link in rounds if "ashcombe-south" in link)
    return [
        Visit("home", "/en/", press=type_postcode),
        Visit("home, Welsh", "/cy/", press=type_postcode),
        Visit("area", "/en/area/ashcombe-north/"),
        Visit("all rounds", "/en/rounds/"),
        Visit("round, open", f"/en/rounds/{round_}/"),
        Visit("projects", f"/en/rounds/{round_}/projects/"),
        Visit("project", f"/en/rounds/{round_}/projects/ASH-001/"),
        Visit("ballot, start", f"/en/polls/{round_}-round/"),
        Visit("ballot", f"/en/polls/{round_}-round/choose/", who="voter", press=tick),
        Visit("ballot, review", f"/en/polls/{round_}-round/review/", who="voter"),
        Visit("result", f"/en/polls/{done}-round/result/"),
        Visit("how it was counted", f"/en/polls/{done}-round/result/method/"),
        Visit("how money is shared", "/en/money/shares/"),
        Visit("sign in", "/en/sign-in/"),
        Visit("group, home", "/en/groups/yours/", who="kelly@example.org"),
        Visit("officer, my work", "/en/staff/", who="priya@example.org"),
        Visit("officer, queue", "/en/staff/projects/", who="priya@example.org"),
    ]


def become(page: Any, address: str, visit: Visit) -> None:
    """Sign in as one of the demo's people, or pass the where-you-live check as Margaret."""
    if "@" in visit.who:
        page.goto(f"{address}/en/sign-in/")
        page.locator(f'form:has(input[value="{visit.who}"]) button').click()
        page.wait_for_load_state()
    elif visit.who == "voter":
        page.goto(f"{address}{visit.path.rsplit('/', 2)[0]}/check/address/")
        page.check("#id_is_old_enough_0")
        page.click("main form .button")
        page.fill("#id_name", "Margaret Example")
        page.fill("#id_house", "1 Mill Lane")
        page.fill("#id_postcode", "ZZ1 0AA")
        page.click("main form .button")
        page.click("main a[href$='/choose/']")  # no reminder
        page.wait_for_url("**/choose/")


def look(browser: Any, address: str, visit: Visit) -> dict[str, float]:
    """Load one page in a new browser behind the slow line, press something, and give what was measured."""
    context = browser.new_context(viewport={"width": 375, "height": 800}, device_scale_factor=2, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(60_000)
    if visit.who:
        become(page, address, visit)
    talk = context.new_cdp_session(page)
    talk.send("Network.enable")
    talk.send("Network.clearBrowserCache")
    talk.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": ROUND_TRIP_MS,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )
    talk.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    received: list[float] = []
    talk.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.add_init_script(WATCH)
    answer = page.goto(address + visit.path, wait_until="load")
    assert answer.status == 200, (visit.path, answer.status)
    for _ in range(50):  # a slow machine paints after it has loaded
        page.wait_for_timeout(200)
        if page.evaluate("seen.lcp"):
            break
    first = page.evaluate("({lcp: seen.lcp, cls: seen.cls})")
    weight = {"bytes": sum(received), "requests": float(len(received))}
    visit.press(page)
    page.wait_for_timeout(1200)
    last = page.evaluate("({cls: seen.cls, press: seen.press})")
    context.close()
    return {**weight, "lcp": first["lcp"], "cls": max(first["cls"], last["cls"]), "press": last["press"]}


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", nargs="?", default="http://localhost:8000")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    over = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        tell(HEAD)
        for visit in visits(browser.new_page(), options.address):
            runs = [look(browser, options.address, visit) for _ in range(options.runs)]
            found = {name: median(run[name] for run in runs) for name in runs[0]}
            tell(
                f"| {visit.name} | {found['bytes'] / 1024:.1f} | {found['requests']:.0f} | {found['lcp'] / 1000:.2f} "
                f"| {found['lcp'] / BUDGET['lcp']:.2f} | {found['cls']:.3f} | {found['press']:.0f} "
                f"| {found['press'] / BUDGET['press']:.2f} |",
            )
            over += [f"{visit.name}: {name} {found[name]:.3g}" for name in BUDGET if found[name] > BUDGET[name]]
        browser.close()
    tell("\nOver budget: " + ("; ".join(over) or "nothing."))


if __name__ == "__main__":
    main()
