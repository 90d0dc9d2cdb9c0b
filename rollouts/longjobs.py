"""Kinds of job: decks and training material as files."""

from processes.manuals.report_kinds import register
from rollouts.reports.deck import DECK
from rollouts.reports.material import MATERIAL

register(DECK)
register(MATERIAL)
