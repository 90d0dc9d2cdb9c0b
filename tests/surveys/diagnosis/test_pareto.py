"""The Pareto picture: order, cumulated share, ties."""

from __future__ import annotations

from decimal import Decimal

from surveys.domain.diagnosis.pareto import pareto, vital_few
from surveys.domain.diagnosis.pareto_svg import pareto_svg, plain


def _bars(*values: str | None) -> list[tuple[str, str, str]]:
    rows = [(f"P{n}", None if value is None else Decimal(value), "") for n, value in enumerate(values, 1)]
    return [(bar.label, str(bar.share), str(bar.cumulated)) for bar in pareto(rows)]


def test_the_largest_stands_first_and_shares_add_up() -> None:
    assert _bars("10", "60", "30") == [("P2", "60.0", "60.0"), ("P3", "30.0", "90.0"), ("P1", "10.0", "100.0")]


def test_equal_ones_stay_in_their_order_and_thirds_reach_a_hundred() -> None:
    assert _bars("1", "1", "1") == [("P1", "33.3", "33.3"), ("P2", "33.3", "66.7"), ("P3", "33.3", "100.0")]


def test_what_is_unknown_or_nothing_is_no_bar() -> None:
    assert _bars(None, "0", "5") == [("P3", "100.0", "100.0")]
    assert pareto([]) == []


def test_the_vital_few_are_those_up_to_eighty_percent() -> None:
    def few(*values: int) -> list[str]:
        return [bar.label for bar in vital_few(pareto([(f"P{n}", Decimal(v), "") for n, v in enumerate(values, 1)]))]

    assert few(80, 10, 10) == ["P1"]
    assert few(79, 11, 10) == ["P1", "P2"]
    assert few(5) == ["P1"]
    assert few() == []


def test_the_picture_has_a_bar_each_and_escapes_what_people_wrote() -> None:
    bars = pareto([("P1", Decimal("7.50"), "<script>"), ("P2", Decimal("2.5"), "")])

    drawn = pareto_svg(bars, title="Time & money", unit="h <a>")

    assert drawn.count("pareto-bar") == 2
    assert "75 %" in drawn
    assert "P1 7.5 h &lt;a&gt;, together 75 %" in drawn
    assert "<script>" not in drawn
    assert "Time &amp; money" in drawn


def test_figures_have_no_idle_zeros() -> None:
    assert [plain(Decimal(text)) for text in ("7.50", "100", "0.0", "1E+2")] == ["7.5", "100", "0", "100"]
