"""The page in a browser: it opens from disk without a network, by mouse, keyboard, touch or neither, and on paper."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, ViewportSize, expect, sync_playwright

from checks import slow_but
from reports import HOSTILE, case, in_graph_form, of, saying

REQUIRED = "STANDOFF_REQUIRE_BROWSER" in os.environ  # then a missing browser is a failure
WIDTHS = [320, 390, 1280]
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": PHONE, "has_touch": True, "is_mobile": True},
}
TIE = "#answer a.tie"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = ("chromium", "google-chrome", "chromium-browser")
    program = next((found for name in names if (found := shutil.which(name))), None)
    if program is None:
        pytest.fail("no browser") if REQUIRED else pytest.skip("no browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def syria(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("page") / "syria-2015.html", case("syria-2015").page)


def written(path: Path, source: str) -> Path:
    path.write_text(source, encoding="utf-8", newline="")
    return path


@contextmanager
def opened(browser: Browser, path: Path, **options: Any) -> Iterator[Page]:
    """The page from disk without a network; whatever it says, asks for or fetches beside itself is a failure."""
    wanted: dict[str, Any] = {"viewport": DESK, "offline": True} | options
    context = browser.new_context(**wanted)
    noise: list[str] = []

    def refuse(dialog: Dialog) -> None:
        noise.append(dialog.message)
        dialog.dismiss()

    page = context.new_page()
    page.on("console", lambda said: noise.append(said.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda request: noise.append(request.url) if request.url != path.as_uri() else None)
    page.on("dialog", refuse)
    page.goto(path.as_uri())
    try:
        yield page
    finally:
        context.close()
    assert noise == []


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def overflow(page: Page) -> int:
    found: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found


def serious(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


def note_of(page: Page, link: str) -> str:
    """What the note of the first such link says."""
    address = page.locator(link).first.get_attribute("href")
    assert address is not None
    return squeezed(page.locator(address).text_content())


def squeezed(text: str | None) -> str:
    return "".join((text or "").split())


# The first look


def test_it_opens_from_disk_without_a_network_and_says_nothing(browser: Browser, syria: Path) -> None:
    assert syria.stat().st_size < 1_000_000
    with opened(browser, syria) as page:
        assert page.title() == "The war in Syria, September 2015"
        assert page.evaluate("performance.getEntriesByType('resource').length") == 0


@pytest.mark.slow
def test_the_first_screen_has_the_finding_and_whether_it_lasts(browser: Browser, syria: Path) -> None:
    with opened(browser, syria) as page:
        leads = page.locator("#answer .lead")
        assert [one.split(".")[0] for one in leads.all_text_contents()] == [
            "The situation",
            "Does it last? Yes, by deterrence",
            "What would move it",
            "Where it goes then",
            "How sure that is",
            "Limits",
        ]
        for one in (page.locator("#question"), *leads.all()[:2]):
            box = one.bounding_box()
            assert box is not None
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= 800
            assert box["x"] + box["width"] <= 1280


@pytest.mark.slow
def test_the_first_screen_of_a_phone_begins_the_answer(browser: Browser, syria: Path) -> None:
    with opened(browser, syria, **LOOKS["phone"]) as page:
        box = page.locator("#answer .lead").first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"]


@pytest.mark.slow
@pytest.mark.parametrize("width", slow_but(WIDTHS, 320))
def test_nothing_lies_beyond_the_edge(browser: Browser, syria: Path, width: int) -> None:
    with opened(browser, syria, viewport={"width": width, "height": 800}) as page:
        assert overflow(page) == 0
        unfold(page)
        assert overflow(page) == 0


@pytest.mark.slow
def test_pictures_are_dark_in_the_dark(browser: Browser, syria: Path) -> None:
    for look, paper in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(23, 25, 28)")):
        with opened(browser, syria, **LOOKS[look]) as page:
            fill = page.locator("svg .f-paper").first.evaluate("(one) => getComputedStyle(one).fill")
            assert fill == page.evaluate("getComputedStyle(document.body).backgroundColor") == paper


# For everybody


@pytest.mark.parametrize(
    ("name", "look", "unfolded"),
    slow_but(
        [
            (name, *look)
            for name in ("syria-2015", "elmira")
            for look in (("light", False), ("dark", True), ("phone", False))
        ],
        ("elmira", "phone", False),
    ),
)
def test_there_is_no_serious_barrier(browser: Browser, tmp_path: Path, name: str, look: str, unfolded: bool) -> None:
    with opened(browser, written(tmp_path / "page.html", case(name).page), **LOOKS[look]) as page:
        if unfolded:
            unfold(page)
        ties = page.locator(TIE)
        ties.nth(min(4, ties.count() - 1)).focus()
        expect(page.locator("#tip")).to_be_visible()
        assert serious(page) == []


@pytest.mark.slow
def test_what_scrolls_can_be_reached_by_keyboard_and_nothing_else_stops_there(browser: Browser, syria: Path) -> None:
    scrolls = "(all) => all.every((box) => (box.tabIndex === 0) === (box.scrollWidth > box.clientWidth))"
    for width in WIDTHS:
        with opened(browser, syria, viewport={"width": width, "height": 800}) as page:
            unfold(page)
            page.wait_for_function(f"({scrolls})([...document.querySelectorAll('.wide')])")


def test_the_tab_key_leads_to_the_answer_the_contents_and_the_ties(browser: Browser, syria: Path) -> None:
    focus = "[document.activeElement.classList[0], document.activeElement.getAttribute('href')]"
    with opened(browser, syria) as page:
        page.keyboard.press("Tab")
        assert page.evaluate(focus) == ["skip", "#answer"]
        for link in page.locator("nav a").all():
            page.keyboard.press("Tab")
            assert page.evaluate(focus)[1] == link.get_attribute("href")
        page.keyboard.press("Tab")
        assert page.evaluate(focus) == ["tie", page.locator(TIE).first.get_attribute("href")]


@pytest.mark.slow
def test_the_contents_lead_to_every_section(browser: Browser, syria: Path) -> None:
    with opened(browser, syria) as page:
        sections = page.locator("main > section")
        addresses = [f"#{one.get_attribute('id')}" for one in sections.all()]
        assert [one.get_attribute("href") for one in page.locator("nav a").all()] == addresses


# What is tied to what


def test_focus_shows_what_something_is_tied_to_and_escape_hides_it(browser: Browser, syria: Path) -> None:
    with opened(browser, syria) as page:
        first = page.locator(TIE).first
        first.focus()
        assert squeezed(page.locator("#tip").text_content()) == note_of(page, TIE)
        assert first.get_attribute("aria-describedby") == "tip"
        page.keyboard.press("Escape")
        expect(page.locator("#tip")).to_have_count(0)
        assert first.get_attribute("aria-describedby") is None
        assert page.locator(".same").count() == 0


@pytest.mark.slow
def test_everything_tied_to_the_same_is_marked_in_pictures_too(browser: Browser, syria: Path) -> None:
    with opened(browser, syria) as page:
        first = page.locator("a.tie[href^='#state-']").first
        first.focus()
        same = page.locator(f"a.tie[href='{first.get_attribute('href')}'], svg a[href='{first.get_attribute('href')}']")
        assert page.locator(".same").count() == same.count() > 1
        assert page.locator("svg a.same").count() == 1


@pytest.mark.slow
def test_hovering_shows_it_and_leaving_hides_it(browser: Browser, syria: Path) -> None:
    with opened(browser, syria) as page:
        for link in (TIE, "svg.standoff a"):
            page.locator(link).first.hover()
            expect(page.locator("#tip")).to_be_visible()
            assert squeezed(page.locator("#tip").text_content()) == note_of(page, link)
            page.locator("#tip").hover()
            page.wait_for_timeout(300)
            expect(page.locator("#tip")).to_be_visible()
            page.mouse.move(5, 5)
            expect(page.locator("#tip")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize("viewport", slow_but([PHONE, DESK], PHONE))
def test_what_is_shown_lies_within_the_window(browser: Browser, syria: Path, viewport: ViewportSize) -> None:
    with opened(browser, syria, viewport=viewport) as page:
        for link in page.locator(TIE).all():
            link.focus()
            box = page.locator("#tip").bounding_box()
            assert box is not None
            assert min(box["x"], box["y"]) >= 0
            assert box["x"] + box["width"] <= viewport["width"]
            assert box["y"] + box["height"] <= viewport["height"]


@pytest.mark.parametrize("script", slow_but([True, False], True))
def test_following_a_tie_opens_the_note(browser: Browser, syria: Path, script: bool) -> None:
    with opened(browser, syria, java_script_enabled=script) as page:
        address = page.locator(TIE).first.get_attribute("href")
        page.locator(TIE).first.focus()
        page.keyboard.press("Enter")
        note = page.locator(f".note{address}")
        expect(note).to_be_in_viewport()
        assert note.evaluate("(one) => one.matches(':target')")
        expect(page.locator("#tip")).to_have_count(0)
        page.go_back()
        expect(page.locator(TIE).first).to_be_in_viewport()


@pytest.mark.slow
def test_a_finger_follows_a_tie(browser: Browser, syria: Path) -> None:
    with opened(browser, syria, **LOOKS["phone"]) as page:
        page.locator(TIE).first.tap()
        expect(page.locator(":target")).to_be_in_viewport()
        expect(page.locator("#tip")).to_have_count(0)


@pytest.mark.slow
def test_an_address_with_a_note_opens_it(browser: Browser, syria: Path) -> None:
    with opened(browser, syria) as page:
        key = case("syria-2015").report.notes[-1].key
        page.goto(f"{syria.as_uri()}#{key}")
        expect(page.locator(f"#{key}")).to_be_in_viewport()


@pytest.mark.slow
def test_without_scripts_everything_is_there(browser: Browser, syria: Path) -> None:
    made = case("syria-2015").report
    with opened(browser, syria, java_script_enabled=False) as page:
        assert page.locator("main > section").count() == len(made.sections) + 2
        assert page.locator(".note").count() == len(made.notes)
        page.locator("#equilibria summary").nth(1).click()
        expect(page.locator("#equilibria details").nth(1).locator("li").first).to_be_visible()


# On paper


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False])
def test_on_paper_everything_is_unfolded_and_compact(browser: Browser, syria: Path, script: bool) -> None:
    with opened(browser, syria, java_script_enabled=script) as page:
        pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
        assert 20 <= pages <= 44
        page.emulate_media(media="print")
        expect(page.locator("nav")).to_be_hidden()
        for folded in ("#parties details td", "#equilibria details li", ".note p"):
            box = page.locator(folded).first.bounding_box()
            assert box is not None
            assert box["height"] > 0
        assert page.locator("body").evaluate("(one) => getComputedStyle(one).color") == "rgb(0, 0, 0)"


@pytest.mark.slow
def test_after_printing_what_was_folded_is_folded_again(browser: Browser, syria: Path) -> None:
    with opened(browser, syria) as page:
        page.locator("#parties summary").first.click()
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("details:not([open])").count() == 0
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator("details[open]").count() == 1


# Somebody's words


@pytest.mark.parametrize("name", slow_but(HOSTILE, "attribute"))
def test_hostile_words_do_nothing_and_fit_on_a_phone(browser: Browser, tmp_path: Path, name: str) -> None:
    conflicts = [saying(HOSTILE[name])] + ([in_graph_form(HOSTILE[name])] if name != "lines" else [])
    for conflict in conflicts:
        path = written(tmp_path / "page.html", of(conflict).page)
        with opened(browser, path, viewport=PHONE) as page:
            unfold(page)
            assert overflow(page) == 0
            assert page.locator("script").count() == 1
            page.locator("main a.tie:visible").first.focus()
            expect(page.locator("#tip")).to_be_visible()
            assert overflow(page) == 0
