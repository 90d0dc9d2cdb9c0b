"""Rollout: acknowledgements, training, quiz, plans with their waves."""

from rollouts.models.acknowledgement import Acknowledgement
from rollouts.models.plan import CHECKED_BY_ITSELF, Need, NeedKind, Rollout, Wave, WaveState
from rollouts.models.quiz import BankQuestion, QuizAttempt, QuizRule
from rollouts.models.training import OVERSEERS, TIER_NAMES, Attendance, Tier, Training

__all__ = [
    "CHECKED_BY_ITSELF",
    "OVERSEERS",
    "TIER_NAMES",
    "Acknowledgement",
    "Attendance",
    "BankQuestion",
    "Need",
    "NeedKind",
    "QuizAttempt",
    "QuizRule",
    "Rollout",
    "Tier",
    "Training",
    "Wave",
    "WaveState",
]
