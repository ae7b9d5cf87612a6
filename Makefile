# The two commands of a fresh machine. Needed: Python 3.11 or newer, pip and make.
.PHONY: run test

run: .venv/ready          ## crawl the demo site and the sample files; corpus and report in data/
	.venv/bin/zhnews demo

test: .venv/ready-dev     ## all tests
	.venv/bin/python -m pytest -q

.venv/ready: requirements.lock pyproject.toml scripts/setup
	scripts/setup

.venv/ready-dev: requirements-dev.lock pyproject.toml scripts/setup
	scripts/setup dev
