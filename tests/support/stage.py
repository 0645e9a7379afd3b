"""Show a state of a page in a real Chromium without a server: the test client answers, the browser draws.

The page comes from Django's test client inside the test's own transaction, style sheets and scripts from their files.
So a state costs a second, nothing is committed, and states that follow a POST can be looked at like any other.
"""

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpResponse

HEIGHT = 900
HOST = "http://localhost"  # a trustworthy origin, as production is; nothing listens there
SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"
    " p { margin-block-end: 2em !important; }"
)
LARGE_TEXT = "html { font-size: 200% !important; }"


class Stage:
    """Tabs of one browser, one with script and one without, each showing what it is given.

    A page is loaded once; other windows, colours and sizes of text are put around it as somebody would who turns a
    telephone or changes a setting. No script of ours asks for any of them.
    """

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.tabs: dict[bool, Any] = {}
        self.around: dict[bool, Around] = {}
        self.showing: dict[str, Any] = {}
        self.outside: list[str] = []
        self.console: list[str] = []

    def tab(self, *, script: bool = True) -> Any:
        if script not in self.tabs:
            context = self.browser.new_context(
                java_script_enabled=script,
                viewport={"width": Around.width, "height": HEIGHT},
                reduced_motion="reduce",
                locale="en-GB",
            )
            context.set_default_timeout(15_000)
            context.route("**/*", self._answer)
            tab = context.new_page()
            tab.on("console", lambda message: self.console.append(message.text))
            tab.on("pageerror", lambda error: self.console.append(str(error)))
            self.tabs[script], self.around[script] = tab, Around()
        return self.tabs[script]

    def show(self, response: Any, *, address: str = "/en/", script: bool = True, **around: Any) -> Any:
        """Load an answer of the test client in a tab; what it loads from elsewhere or reports is noted."""
        self.outside, self.console = [], []
        self.showing = {HOST + address.partition("#")[0]: response}
        tab = self.tab(script=script)
        self._surround(script, Around(**around))
        tab.goto(HOST + address, wait_until="load")
        return tab

    def change(self, *, css: str = "", **around: Any) -> Any:
        """Look at the same page in another window or other colours, with a style sheet of the reader's own."""
        self._surround(True, Around(**around))
        tab = self.tab()
        add_style(tab, css)
        tab.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
        return tab

    def _surround(self, script: bool, wanted: "Around") -> None:
        tab, now = self.tabs[script], self.around[script]
        if wanted.width != now.width:
            tab.set_viewport_size({"width": wanted.width, "height": HEIGHT})
        if (wanted.scheme, wanted.forced) != (now.scheme, now.forced):
            tab.emulate_media(color_scheme=wanted.scheme, forced_colors="active" if wanted.forced else "none")
        self.around[script] = wanted

    def complaints(self) -> list[str]:
        """What the browser reported, except the bare statuses that a page may have."""
        return [line for line in self.console if "Failed to load resource" not in line]

    def close(self) -> None:
        for tab in self.tabs.values():
            tab.context.close()

    def _answer(self, route: Any) -> None:
        url = route.request.url
        if url in self.showing:
            response = self.showing[url]
            headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
            route.fulfill(status=response.status_code, headers=headers, body=response.content)
        elif url.startswith(f"{HOST}/static/") and (path := static_file(url)):
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            route.fulfill(status=200, headers={"Content-Type": kind}, body=path.read_bytes())
        else:
            self.outside.append(url)
            route.abort()


@dataclass(frozen=True)
class Around:
    """What stands around a page: how wide the window is, and which colours were asked for."""

    width: int = 1280
    scheme: str = "light"
    forced: bool = False


def without_script(response: Any) -> HttpResponse:
    """The same page as a browser without script shows it: scripts gone, what stands in noscript shown.

    axe itself needs timers, which do not run in a tab whose script is off.
    """
    html = re.sub(r"<script\b[^>]*>.*?</script>|</?noscript>", "", response.content.decode(), flags=re.DOTALL)
    return HttpResponse(html, status=response.status_code, headers=dict(response.headers))


IS_SAME = """html => {
  const bare = root => {
    for (const part of root.querySelectorAll("script")) part.remove();
    return root.outerHTML;
  };
  const plain = new DOMParser().parseFromString(html, "text/html").documentElement;
  return !plain.querySelector("noscript") && bare(plain) === bare(document.documentElement.cloneNode(true));
}"""


def is_same_without_script(tab: Any, response: Any) -> bool:
    """Say whether the scripts of a page that was just loaded changed nothing, and nothing is said in their place."""
    return b"<script" not in response.content or bool(tab.evaluate(IS_SAME, response.content.decode()))


def static_file(url: str) -> Path | None:
    found = finders.find(url.partition("/static/")[2].partition("?")[0])
    return Path(found) if found else None


def add_style(tab: Any, css: str) -> None:
    """Add a style sheet by script, which the page's security policy does not see."""
    tab.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]; }",
        css,
    )


def overflow(tab: Any) -> int:
    """How many pixels the page is wider than its window."""
    return int(tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def widest(tab: Any) -> str:
    """Name what sticks out, to help whoever has to mend it."""
    return str(
        tab.evaluate(
            """() => { const wide = [...document.querySelectorAll('body *')].filter(part =>
                part.getBoundingClientRect().right > document.documentElement.clientWidth + 1 &&
                !part.closest('.table, .tally, .hide'));
                return wide.slice(0, 3).map(part => part.outerHTML.slice(0, 120)).join(' | '); }"""
        )
    )


SMALL_TARGETS = """() => {
  const problems = [];
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  for (const part of document.querySelectorAll(all)) {
    const box = part.getBoundingClientRect();
    if (!box.width || !box.height || part.closest(".hide, .skip")) continue;
    const tick = part.matches("[type=checkbox], [type=radio]");
    const least = part.matches(".button:not(.staff *)") || (tick && part.closest(".choice")) ? 44 : 24;
    const label = tick && part.id && document.querySelector(`label[for="${part.id}"]`);
    const height = Math.max(box.height, label ? label.getBoundingClientRect().height : 0);
    const inText = part.matches("a") && getComputedStyle(part).display === "inline";
    if (!inText && height < least - 0.5) problems.push(`${Math.round(height)} px: ${part.outerHTML.slice(0, 90)}`);
  }
  return problems;
}"""


def small_targets(tab: Any) -> list[str]:
    """What is too small to press: below 24 px (links in sentences apart), or 44 px for buttons and ballot boxes."""
    return list(tab.evaluate(SMALL_TARGETS))


def run_axe(tab: Any, source: str, rules: Mapping[str, Any]) -> list[str]:
    """Run axe and give each violation in one line."""
    if not tab.evaluate("Boolean(window.axe)"):
        tab.evaluate(source)
    found = tab.evaluate("rules => axe.run(document, rules).then(found => found.violations)", rules)
    return [f"{rule['id']}: {rule['help']} {rule['nodes'][0]['html'][:160]}" for rule in found]
