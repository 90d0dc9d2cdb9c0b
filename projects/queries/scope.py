"""Candidates ranked by the project's own weights (H2.1.2). Pure arithmetic, and what is read for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from processes.domain.definition import canonical, hash_of
from projects.models import DIMENSIONS, Candidate, Choice, Project, Ranking


@dataclass(frozen=True)
class Ranked:
    """A candidate with its points of 100 and its place; equal points share a place."""

    candidate: Candidate
    points: Decimal
    place: int

    @property
    def by_dimension(self) -> list[tuple[Any, int, str]]:
        """Each dimension with score and reason."""
        reasons = self.candidate.reasons
        return [(DIMENSIONS[name], score, reasons[name]) for name, score in self.candidate.scores.items()]


def points_of(scores: Mapping[str, int], weights: Mapping[str, int]) -> Decimal:
    """Return the weighted mean of scores from 1 to 5 as points of 100."""
    total = sum(weights.values())
    if not total:
        return Decimal("0.0")
    weighted = sum(scores[name] * weight for name, weight in weights.items())
    return (Decimal(100 * weighted) / (5 * total)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def ranked(candidates: Iterable[Candidate], weights: Mapping[str, int]) -> list[Ranked]:
    """Return the candidates in their order: most points first, then by code."""
    rows = [(points_of(row.scores, weights), row) for row in candidates]
    rows.sort(key=lambda pair: (-pair[0], pair[1].process.code))
    found: list[Ranked] = []
    for number, (points, row) in enumerate(rows, 1):
        place = found[-1].place if found and found[-1].points == points else number
        found.append(Ranked(row, points, place))
    return found


def ranking_of(project: Project) -> list[Ranked]:
    """Return the ranking as it is now. One query."""
    return ranked(project.candidates.select_related("process__department"), project.weights)


def content_of(project: Project, rows: Iterable[Ranked]) -> str:
    """Return the ranking as canonical JSON: what is kept, and what a signature covers."""
    return canonical(
        {
            "project": project.code,
            "weights": project.weights,
            "rows": [
                {
                    "place": row.place,
                    "process": row.candidate.process.code,
                    "name": {"zh": row.candidate.process.name_zh, "en": row.candidate.process.name_en},
                    "points": str(row.points),
                    "scores": row.candidate.scores,
                    "reasons": row.candidate.reasons,
                }
                for row in rows
            ],
        }
    )


def sha256_of(content: str) -> str:
    return hash_of(content)


@dataclass(frozen=True)
class Standing:
    """How the choice of a project stands: the last one signed, and whether it covers the newest ranking."""

    choice: Choice | None
    newest: Ranking | None

    @property
    def is_valid(self) -> bool:
        return self.choice is not None and self.newest is not None and self.choice.covers(self.newest.sha256)


def standings(projects: Iterable[int]) -> dict[int, Standing]:
    """Return how the choices of projects stand. Two queries."""
    wanted = list(projects)
    newest: dict[int, Ranking] = {}
    for ranking in Ranking.objects.filter(project__in=wanted).defer("content").order_by("number"):
        newest[ranking.project_id] = ranking
    choices: dict[int, Choice] = {}
    for choice in Choice.objects.filter(project__in=wanted).order_by("pk"):
        choices[choice.project_id] = choice
    return {pk: Standing(choices.get(pk), newest.get(pk)) for pk in wanted}
