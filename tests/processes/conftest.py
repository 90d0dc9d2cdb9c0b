"""What tests of processes share."""

from tests.outside import outside as outside
