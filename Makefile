# The commands of the house. Each does its own set-up; `make` alone names them.
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help setup run test check bench messages lock screenshots drill drill-fresh audit sbom

help:         ## Name the commands
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

setup:        ## Install what is missing
	@$(PYTHON) -m tools.setup

run:          ## Start the app with demo data (PORT=8000 HOST=127.0.0.1)
	@$(PYTHON) -m tools.run

test:         ## Run every test, with PostgreSQL, Redis and a browser
	@$(PYTHON) -m tools.test

check:        ## Run every check that needs no database
	@$(PYTHON) -m tools.check

bench:        ## Measure and print a table
	@$(PYTHON) -m tools.bench

messages:     ## Collect messages into locale/
	@$(PYTHON) -m tools.messages

lock:         ## Resolve requirements/*.in and package.json anew
	@$(PYTHON) -m tools.lock

screenshots:  ## Take the pictures of the README and of the design page
	@$(PYTHON) -m tools.screenshots

drill-fresh:  ## Clone into an empty home, run both commands, time them
	@$(PYTHON) -m tools.drill_fresh

drill:        ## Kill, stop and race what fires clocks; print what was lost (minutes)
	@$(PYTHON) -m tools.drill

audit:        ## Look for known vulnerabilities of what is locked
	@$(PYTHON) -m tools.audit

sbom:         ## Write the bill of materials to var/
	@$(PYTHON) -m tools.sbom
