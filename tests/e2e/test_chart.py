"""The chart in a browser: bpmn-js takes our files without a warning and gives them back as they were."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from lxml import etree
from playwright.sync_api import Browser, Page, expect

from processes.demo_expense import EXPENSE
from processes.domain.chart.bpmn_read import read_bpmn
from processes.domain.chart.bpmn_write import write_bpmn
from processes.domain.chart.stepdata import step_data
from tests.charts import standard_of
from tests.e2e.looks import no_sideways_scroll, serious
from tests.random_standards import random_standards
from tests.standards import Data, complaint, standard, step

MODELER = Path(__file__).parents[2] / "node_modules/bpmn-js/dist/bpmn-modeler.production.min.js"
_THROUGH = """async (xml) => {
  const modeler = new BpmnJS({ container: document.body });
  const { warnings } = await modeler.importXML(xml);
  const saved = (await modeler.saveXML({ format: true })).xml;
  modeler.destroy();
  return [warnings.map(String), saved];
}"""


def _canonical(xml: bytes) -> bytes:
    """Return XML without what means nothing: order of attributes, prefixes, spaces between elements, 1 for 1.0."""
    root = etree.fromstring(xml, etree.XMLParser(remove_blank_text=True))
    return etree.tostring(_plain(root), method="c14n2", strip_text=True)


def _plain(element: Any) -> Any:
    made = etree.Element(element.tag, dict(element.attrib))
    made.text = (element.text or "").strip()
    made.extend(map(_plain, element))
    return made


def _drawn_standards(count: int) -> list[Data]:
    found: list[Data] = [complaint(), EXPENSE, standard(step("s1", None)), standard()]

    @seed(7)
    @settings(max_examples=count, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(data=random_standards())
    def collect(data: Data) -> None:
        found.append(data)

    collect()
    return found


def test_bpmn_js_opens_our_files_without_a_warning_and_returns_them_identical(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<body></body>")
    page.add_script_tag(path=str(MODELER))

    for number, data in enumerate(_drawn_standards(40)):
        read = standard_of(data)
        written = write_bpmn(read)
        if not read.steps:
            continue  # nothing to draw: bpmn-js asks for a diagram
        warnings, saved = page.evaluate(_THROUGH, written.decode())
        assert warnings == [], number
        assert _canonical(saved.encode()) == _canonical(written), number
        back = read_bpmn(saved.encode())
        assert (back.steps, back.drops) == ([step_data(row) for row in read.steps], []), number
    page.close()


def _on_the_board(page: Page) -> None:
    page.goto("/processes/expense/1.0/chart/expert/")
    expect(page.locator("#board[data-ready=yes]")).to_be_visible()
    assert page.locator("#board").get_attribute("data-warnings") == "0"


def test_a_specialist_renames_a_step_on_the_board_and_its_key_stays(sign_in: Callable[..., Page]) -> None:
    page = sign_in("he.lin")
    _on_the_board(page)
    expect(page.locator(".bjs-powered-by")).to_be_visible()  # the mark of bpmn.io stays (its licence)
    expect(page.locator(".djs-palette .entry")).to_have_count(8)

    page.locator(".djs-element[data-element-id=s2]").dblclick()
    page.locator(".djs-direct-editing-content").fill("Check and approve")
    page.mouse.click(900, 600)
    expect(page.locator(".djs-element[data-element-id=s2]")).to_contain_text("Check and")
    page.locator("[name=reason]").fill("Clearer words")
    page.locator("#board-form button[type=submit]").click()

    expect(page.locator("main")).to_contain_text("2 Check and approve")
    assert page.goto("/processes/expense/1.0/steps/s2/").status == 200  # type: ignore[union-attr]
    assert no_sideways_scroll(page)


def test_the_chart_fits_desk_and_phone_and_says_what_it_shows(sign_in: Callable[..., Page], device: str) -> None:
    page = sign_in("he.lin", device, language="zh")
    page.goto("/processes/complaint/1.0/chart/")

    expect(page.locator("svg.flow:visible")).to_have_count(2)
    assert no_sideways_scroll(page)
    assert serious(page) == []
