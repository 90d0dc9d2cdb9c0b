"""Audits: samples, checks, findings with what is done about them, scores."""

from audits.models.audit import Audit, Commitment, Population, PopulationPart, Rounding
from audits.models.check import Check, Deviation, DeviationKind, Source, Verdict
from audits.models.conclusion import Conclusion
from audits.models.finding import Effect, Finding, FindingEvidence, Grade, Measure, Why
from audits.models.sample import Assignment, Draw, Item, Replacement
from audits.models.score import Appeal, Decision, EntryKind, ScoreEntry, ScoreRule

__all__ = [
    "Appeal",
    "Assignment",
    "Audit",
    "Check",
    "Commitment",
    "Conclusion",
    "Decision",
    "Deviation",
    "DeviationKind",
    "Draw",
    "Effect",
    "EntryKind",
    "Finding",
    "FindingEvidence",
    "Grade",
    "Item",
    "Measure",
    "Population",
    "PopulationPart",
    "Replacement",
    "Rounding",
    "ScoreEntry",
    "ScoreRule",
    "Source",
    "Verdict",
    "Why",
]
