"""The upper rooms' part of the permission matrix and of its cast: a module each."""

from tests.security.rooms import audits, improvements, pilots, rollouts

#: In the order in which their rows are made: a room may need those of the rooms before it.
ROOMS = (rollouts, pilots, audits, improvements)
