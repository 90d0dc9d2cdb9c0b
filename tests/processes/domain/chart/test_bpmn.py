"""BPMN out and in: valid, complete, identical on return; from other tools as far as a standard goes."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
import SpiffWorkflow
from django.utils import translation
from hypothesis import HealthCheck, given, seed, settings
from lxml import etree

from processes.demo_expense import EXPENSE
from processes.domain.chart.bpmn_read import Imported, read_bpmn
from processes.domain.chart.bpmn_write import write_bpmn
from processes.domain.chart.stepdata import step_data
from procstd.errors import DomainError
from tests.charts import standard_of
from tests.processes.domain.chart.bpmn_files import BROKEN, drawn_by
from tests.random_standards import random_standards
from tests.standards import Data, complaint

SCHEMA = Path(SpiffWorkflow.__file__).parent / "bpmn/parser/schema/BPMN20.xsd"


def _ways(found: Imported) -> list[tuple[str, list[tuple[str, str | None, bool]]]]:
    return [
        (
            row["title"]["en"] or row["title"]["zh"],
            [(way["label"]["en"] or way["label"]["zh"], way["target"], way["send_back"]) for way in row["outcomes"]],
        )
        for row in found.steps
    ]


def _kinds(found: Imported) -> list[tuple[str, str]]:
    return sorted((drop.kind, drop.name) for drop in found.drops)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("data", [complaint(), EXPENSE], ids=["complaint", "expense"])
def test_what_we_write_is_valid_and_comes_back_identical(data: Data, language: str) -> None:
    read = standard_of(data)
    with translation.override(language):
        written = write_bpmn(read)

    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
    assert schema.validate(etree.fromstring(written)), schema.error_log
    back = read_bpmn(written)
    assert back.steps == [step_data(step) for step in read.steps]
    assert back.drops == []


@pytest.mark.pure
@seed(2026)
@settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=random_standards())
def test_random_standards_are_valid_and_come_back_identical(data: Data) -> None:
    read = standard_of(data)
    written = write_bpmn(read)

    assert etree.XMLSchema(etree.parse(str(SCHEMA))).validate(etree.fromstring(written))
    assert read_bpmn(written).steps == [step_data(step) for step in read.steps]


def _edited(change: Any) -> Imported:
    root = etree.fromstring(write_bpmn(standard_of(complaint())))
    change(root, {element.get("id"): element for element in root.iter() if isinstance(element.tag, str)})
    return read_bpmn(etree.tostring(root))


def test_a_renamed_step_keeps_its_key_and_says_that_the_other_language_is_old() -> None:
    found = _edited(lambda _root, by_id: by_id["s3"].set("name", "Hand it to quality"))

    assert (found.steps[2]["key"], found.steps[2]["title"]["en"]) == ("s3", "Hand it to quality")
    assert found.steps[2]["posts"] == step_data(standard_of(complaint()).steps[2])["posts"]
    assert _kinds(found) == [("title", "Hand it to quality")]


def test_a_way_led_elsewhere_changes_its_outcome_and_nothing_else() -> None:
    def change(_root: Any, by_id: Any) -> None:
        way = next(
            flow for flow in by_id.values() if flow.get("sourceRef") == "s8_way" and flow.get("targetRef") == "s4"
        )
        way.set("targetRef", "s7")

    found = _edited(change)

    before = [step_data(step) for step in standard_of(complaint()).steps]
    before[7]["outcomes"][1]["target"] = "s7"
    assert found.steps == before


def test_a_new_step_comes_where_the_flow_comes_to_it_and_gets_a_key_of_its_own() -> None:
    def change(root: Any, by_id: Any) -> None:
        way = next(flow for flow in by_id.values() if flow.get("sourceRef") == "s3")
        process = way.getparent()
        way.set("targetRef", "Activity_1")
        space = root.nsmap[None]
        etree.SubElement(process, f"{{{space}}}task", id="Activity_1", name="Check stock")
        etree.SubElement(process, f"{{{space}}}sequenceFlow", id="Flow_1", sourceRef="Activity_1", targetRef="s4")
        etree.SubElement(by_id["Lane_3"], f"{{{space}}}flowNodeRef").text = "Activity_1"

    found = _edited(change)

    assert [row["key"] for row in found.steps] == ["s1", "s2", "s3", "s9", "s4", "s5", "s6", "s7", "s8"]
    assert [row["number"] for row in found.steps] == list(range(1, 10))
    assert found.steps[2]["outcomes"][0]["target"] == "s9"
    assert [place["post"]["code"] for place in found.steps[3]["posts"]["R"]] == ["quality-engineer"]


def test_a_deleted_step_takes_its_ways_with_it() -> None:
    def change(root: Any, by_id: Any) -> None:
        for element in list(by_id.values()):
            if element.get("id") == "s7" or "s7" in (element.get("sourceRef"), element.get("targetRef")):
                element.getparent().remove(element)

    found = _edited(change)

    assert "s7" not in [row["key"] for row in found.steps]
    assert found.steps[6]["limit"]["from"] == ""  # step 8 was counted from the end of step 7
    assert found.steps[5]["outcomes"][0]["target"] == "s4"  # what was a branch is the only way left
    assert [kind for kind, _name in _kinds(found)] == ["outcome"]


def test_a_step_moved_to_another_lane_is_done_by_its_post() -> None:
    def change(_root: Any, by_id: Any) -> None:
        reference = next(row for row in by_id["Lane_1"].iter("{*}flowNodeRef") if row.text == "s3")
        by_id["Lane_2"].append(reference)

    assert [place["post"]["code"] for place in _edited(change).steps[2]["posts"]["R"]] == ["service-supervisor"]


@pytest.mark.parametrize(
    "text", ["{}", "[1]", "null", '{"key": 1}', "{" * 9999, '"x"', '{"key": "s1\\u0000"}', "\ufeff{"]
)
def test_step_data_that_nobody_of_us_wrote_is_not_trusted(text: str) -> None:
    def change(_root: Any, by_id: Any) -> None:
        next(by_id["s2"].iter("{*}step")).text = text

    found = _edited(change)

    assert ("extensionElements", "Grade") in _kinds(found)
    assert {row["key"] for row in found.steps} == {"s1", "s3", "s4", "s5", "s6", "s7", "s8", "s9"}


def test_camunda_with_messages_boundary_events_and_a_question() -> None:
    found = read_bpmn(drawn_by("camunda"))

    assert _ways(found) == [
        ("Check the parcel", [("Complete? Yes", "s2", False), ("Complete? No", "s3", False)]),
        ("Book it in", [("Done", None, False)]),
        ("Ask the customer", [("Done", "s1", True)]),
    ]
    assert found.steps[0]["operation"]["en"] == "Open it, compare with the note."
    assert found.lanes == {"s1": ("Service agent",), "s2": ("Stock room",), "s3": ("Stock room",)}
    assert _kinds(found) == [
        ("boundaryEvent", "2 days"), ("conditionExpression", "=complete"), ("messageFlow", "parcel"),
        ("participant", "Customer"), ("serviceTask", "Book it in"), ("startEvent", ""),
        ("textAnnotation", "Since 2024 with photo"),
    ]  # fmt: skip


def test_signavio_with_lanes_in_lanes_and_data_objects_in_chinese() -> None:
    found = read_bpmn(drawn_by("signavio"))

    assert found.pool.name == "采购"
    assert _ways(found) == [
        ("询价 比价", [("Done", "s2", False)]),
        ("审批", [("同意吗？ 是", None, False), ("同意吗？ 否", "s1", True)]),
    ]
    assert found.lanes == {"s1": ("采购员", "采购部"), "s2": ("采购主管", "采购部")}
    assert _kinds(found) == [("dataObjectReference", "询价单")]


def test_aris_with_parallel_branches_and_a_reference_to_a_schema() -> None:
    found = read_bpmn(drawn_by("aris"))

    assert [(row["title"]["en"], row["group"], row["lane"]) for row in found.steps] == [
        ("Write the offer", None, 1), ("Order the computer", 1, 1), ("Plan the first week", 1, 2),
        ("Invite colleagues", 1, 2), ("Welcome", None, 1),
    ]  # fmt: skip
    assert [row["outcomes"][0]["target"] for row in found.steps] == ["s2", "s5", "s4", "s5", None]
    assert _kinds(found) == [("import", "http://example.org/t.xsd")]


def test_adonis_with_a_subprocess_an_event_on_the_way_and_an_inclusive_gateway() -> None:
    found = read_bpmn(drawn_by("adonis"))

    assert [(title, [way[:2] for way in ways]) for title, ways in _ways(found)] == [
        ("Plan", [("Done", "s2")]),
        ("Saw", [("Done", "s3")]),
        ("Glue", [("To “Deliver”", "s4"), ("small", None)]),
        ("Deliver", [("Done", None)]),
    ]
    assert [kind for kind, _name in _kinds(found)] == [
        "callActivity", "inclusiveGateway", "intermediateCatchEvent", "subProcess",
    ]  # fmt: skip


def test_bizagi_with_two_pools_no_events_and_branches_that_do_not_meet() -> None:
    found = read_bpmn(drawn_by("bizagi"))

    assert [(title, [way[1] for way in ways]) for title, ways in _ways(found)] == [
        ("One", ["s2", "s3"]), ("Two", ["s3"]), ("Three", [None]),
    ]  # fmt: skip
    assert _kinds(found) == [("parallelGateway", ""), ("participant", "Other")]
    assert [row.name for row in found.pools] == ["Main", "Other"]
    assert [row["title"]["en"] for row in read_bpmn(drawn_by("bizagi"), "I2").steps] == ["Elsewhere"]


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_refused_in_words(name: str) -> None:
    with pytest.raises(DomainError) as refusal:
        read_bpmn(BROKEN[name])

    assert refusal.value.field == "file"
    assert re.search(r"[a-z]+ [a-z]+", str(refusal.value))
    assert "passwd" not in str(refusal.value)


def test_files_of_real_tools_are_read() -> None:
    folder = os.environ.get("PROCSTD_BPMN_MATERIAL", "")
    files = sorted(Path(folder).glob("*.bpmn")) if folder else []
    if not files:
        pytest.skip("Real files are not here: PROCSTD_BPMN_MATERIAL names no folder with *.bpmn.")

    for file in files:
        found = read_bpmn(file.read_bytes())
        assert len(found.steps) >= 3, file.name
        assert all(row["title"]["en"] for row in found.steps), file.name
        assert any(way["target"] is None for row in found.steps for way in row["outcomes"]), file.name
