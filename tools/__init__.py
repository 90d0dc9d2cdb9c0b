"""The commands behind `make`. Standard library only: they run before anything is installed."""
