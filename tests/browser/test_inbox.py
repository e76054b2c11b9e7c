"""The inbox in real browsers: on a phone and with a keyboard, and what a device shows."""

import json

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visit


def test_choices_are_made_on_a_phone(visit: Visit) -> None:
    zoe = visit(viewport=PHONE)
    zoe.sign_in("zoe.inbox@example.org")
    zoe.open("/inbox/")
    expect(zoe.page.get_by_text("Nothing yet.")).to_be_visible()
    zoe.page.get_by_role("link", name="What you are told").click()
    group = zoe.page.get_by_role("group", name="Debates and action rooms that open")
    group.get_by_label("E-mail").select_option("weekly")
    group.get_by_label("on my devices").uncheck()
    near = zoe.page.get_by_role("combobox", name="Near which place?")
    near.fill("Évry-Cour")
    zoe.page.get_by_role("option", name="Évry-Courcouronnes").click()
    assert not Axe().run(zoe.page).response["violations"]
    assert zoe.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    zoe.page.get_by_role("button", name="Save").click()
    expect(zoe.page.get_by_text("Saved.")).to_be_visible()
    expect(group.get_by_label("E-mail")).to_have_value("weekly")
    expect(group.get_by_label("on my devices")).not_to_be_checked()
    expect(near).to_have_value("Évry-Courcouronnes (91)")


def test_a_device_shows_what_is_pushed_to_it(visit: Visit) -> None:
    """The worker's side. What reaches a push service is another test's: none is called here."""
    zoe = visit(permissions=["notifications"])
    zoe.sign_in("zoe.device@example.org")
    zoe.open("/inbox/choices")
    expect(zoe.page.get_by_role("button", name="Show it on this device")).to_be_visible()
    devtools = zoe.page.context.new_cdp_session(zoe.page)
    registrations: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(one["registrationId"] for one in event["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    zoe.page.evaluate(
        """async () => {
             const { worker } = document.getElementById("push").dataset;
             const made = await navigator.serviceWorker.register(worker);
             const started = made.installing ?? made.waiting ?? made.active;
             await new Promise((done) => {
               const look = () => started.state === "activated" && done();
               started.addEventListener("statechange", look);
               look();
             });
           }"""
    )
    story = {"title": "It starts", "line": "Come in.", "path": "/inbox/1/", "tag": "k"}
    pushed = {"origin": zoe.server.url, "data": json.dumps(story)}
    devtools.send(
        "ServiceWorker.deliverPushMessage", {**pushed, "registrationId": registrations[-1]}
    )
    shown = zoe.page.wait_for_function(
        """async () => {
             const [made] = await navigator.serviceWorker.getRegistrations();
             const [one] = await made.getNotifications();
             return one && [one.title, one.body, one.data.path];
           }"""
    )
    assert shown.json_value() == ["It starts", "Come in.", "/inbox/1/"]
