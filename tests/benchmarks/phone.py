"""A slow phone: Chromium with the network and the processor held back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from tests.binaries import CHROMIUM_ARGUMENTS, chromium

SCREEN: dict[str, Any] = {
    "viewport": {"width": 360, "height": 640},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
    "locale": "en-GB",
}
CPU = 4
"""So many times slower than this machine's processor."""
NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
QUIET = 500.0
"""Milliseconds without a long task after which a page counts as interactive."""

# Before anything of the page: what the browser says of itself, and when the socket was live.
WATCH = """
const seen = (window.seen = { long: [], live: 0 });
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) seen.long.push([startTime, duration]);
}).observe({ type: "longtask", buffered: true });
document.addEventListener("live:status", ({ detail: { state } }) => {
  if (state === "live") seen.live ||= performance.now();
});
"""
TIMES = """
() => {
  const { responseStart, domContentLoadedEventEnd } = performance.getEntriesByType("navigation")[0];
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const { live, long } = window.seen;
  return [responseStart, paint?.startTime ?? 0, domContentLoadedEventEnd, live, long];
}
"""
IS_QUIET = """
(needsSocket) => {
  const { live, long } = window.seen;
  const [start, took] = long.at(-1) ?? [0, 0];
  const hasAll = document.readyState === "complete" && (live || !needsSocket);
  return hasAll && performance.now() - Math.max(live, start + took) > 1500;
}
"""


@dataclass(frozen=True)
class Load:
    """One load of a page, in milliseconds from its start, and what came over the wire."""

    first_byte: float
    painted: float
    parsed: float
    interactive: float
    transferred: float
    requests: float


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a Chromium."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        yield found
        found.close()


def session_of(page: Page, *, cpu: int = CPU) -> CDPSession:
    """Hold a page back, and return what tells of its requests."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    if cpu > 1:
        session.send("Network.emulateNetworkConditions", NETWORK)
        session.send("Emulation.setCPUThrottlingRate", {"rate": cpu})
    return session


def load(context: BrowserContext, url: str, *, has_socket: bool) -> Load:
    """Load a page in a new tab; wait until nothing is under way any more."""
    page = context.new_page()
    page.add_init_script(WATCH)
    wire: dict[str, float] = {}
    # The browser runs already, and so does its process for this site.
    page.goto(urljoin(url, "/healthz"))
    session = session_of(page)
    session.on("Network.loadingFinished", lambda event: _note(wire, event))
    page.goto(url, wait_until="load")
    page.wait_for_function(IS_QUIET, arg=has_socket, timeout=60_000)
    first_byte, painted, parsed, live, long = page.evaluate(TIMES)
    interactive = interactive_at(max(painted, parsed, live if has_socket else 0.0), long)
    over_the_wire = [size for size in wire.values() if size > 0]
    page.close()
    return Load(
        first_byte, painted, parsed, interactive, sum(over_the_wire), float(len(over_the_wire))
    )


def _note(wire: dict[str, float], event: dict[str, Any]) -> None:
    """Count a request with its headers; what came from the cache had none on the wire."""
    wire[event["requestId"]] = event["encodedDataLength"]


def interactive_at(ready: float, long: list[tuple[float, float]]) -> float:
    """Return when a page that is ready has had no long task for a while."""
    for start, took in sorted(long):
        if start < ready + QUIET:
            ready = max(ready, start + took)
    return ready
