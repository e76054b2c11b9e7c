"""Every page in a browser that enforces the content security policy: nothing of ours breaks it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, ConsoleMessage

from tests.addresses import addresses
from tests.browser.conftest import Visitor
from tests.furnished import WHO, Furnished
from tests.servers import ROOT, Server, new_database

PARTS = 4
"""In which the pages are opened, so that no test takes long."""
REPORT = """addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Return a worker on a database of its own, which holds one of everything."""
    environ = {"DATABASE_URL": new_database("livedebate_pages")}
    server = Server("uvicorn", {**environ, "REDIS_URL": os.environ["REDIS_URL"]}).start()
    yield server
    server.stop()
    server.check()


@pytest.fixture(scope="module")
def site(server: Server) -> Furnished:
    settings = {"DJANGO_SETTINGS_MODULE": "livedebate.settings", "ORIGINS": server.url}
    told = subprocess.run(
        [sys.executable, "-m", "tests.furnished"],
        env={**os.environ, **settings, **server.environ},
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Furnished(**json.loads(told.stdout))


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("who", ["visitor", *WHO])
def test_no_page_breaks_it(
    browser: Browser, server: Server, site: Furnished, who: str, part: int
) -> None:
    shown = 0
    with entered(browser, server, site, who) as visitor:
        for one in addresses()[part::PARTS]:
            if is_page(visitor, site.path(one)):
                shown += 1
                visitor.open(site.path(one))
                assert visitor.problems == [], one.name
    assert shown


def test_what_breaks_it_is_noticed(browser: Browser, server: Server, site: Furnished) -> None:
    with entered(browser, server, site, "visitor") as visitor:
        for harm in HARMS:
            visitor.open("/")
            with visitor.page.expect_console_message(is_report):
                visitor.page.evaluate(harm)


def is_report(said: ConsoleMessage) -> bool:
    return said.text.startswith("policy:")


HARMS = (
    "document.body.append(Object.assign(document.createElement('script'), {text: 'x = 1'}))",
    "setTimeout('x = 1')",
    "document.body.setAttribute('onclick', 'x = 1'); document.body.click()",
    "document.body.insertAdjacentHTML('beforeend', '<p style=color:red>')",
    "document.body.append(Object.assign(new Image(), {src: 'https://evil.example/x.png'}))",
)


@contextmanager
def entered(browser: Browser, server: Server, site: Furnished, who: str) -> Iterator[Visitor]:
    """Open a browser that is signed in as somebody, and says what breaks the policy."""
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    context.add_init_script(REPORT)
    if who in site.sessions:
        context.add_cookies([{"name": "sessionid", "value": site.sessions[who], "url": server.url}])
    try:
        yield Visitor(context.new_page(), server)
    finally:
        context.close()


def is_page(visitor: Visitor, path: str) -> bool:
    """Tell whether an address shows this visitor a page: no file, no refusal, no piece of one."""
    answer = visitor.page.request.get(visitor.server.url + path, max_redirects=0)
    is_html = answer.status == 200 and answer.headers["content-type"].startswith("text/html")
    return is_html and "<html" in answer.text()
