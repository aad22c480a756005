# canaliza: `make help` lists what can be done. Paths are relative throughout, so that a clone in a
# folder with spaces works; nothing here needs more than GNU make 3.81 and a POSIX shell.

PORT ?= 8080
BUS  ?= log
DEMO ?= 200
DATA ?=
STEPS ?= 100000
PYTEST_WORKERS ?= 2
PYTEST_ARGS ?=
LATER  ?= verify
MINUTES ?= 2
SEED ?= 7
JSON ?=

PY := .venv/bin/python
PRODUCTION  := sh deploy/install.sh production
DEVELOPMENT := sh deploy/install.sh development

# A file of tests is spread over the workers where one has nothing else to do.
PYTEST := $(PY) -m pytest -n $(PYTEST_WORKERS) --dist worksteal
# What `make test` leaves to `make verify`: what that alone runs; or, where it follows at once, also
# what it runs with more of what is made up: LATER='verify or scaled'.
# The rules' own tests cover the rules: the others would only be slowed down by measuring it, most of
# all the random walks, which take twice as long when they are watched.
RULES    := $(addprefix tests/unit/,kernel intake referral followup directory documents timers ciphers) tests/promises/keys
COVERAGE := --cov --cov-config=pyproject.toml --cov-report=term

.DEFAULT_GOAL := help
.PHONY: help run test verify soak check format lock audit install clean bench bench-large chaos

help: ## Muestra esta ayuda / shows this help
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  make run DATA=CARPETA PORT=8080 BUS=log|kafka DEMO=200'
	@echo '  make test PYTEST_ARGS="tests/unit -k codes" PYTEST_WORKERS=4'
	@echo '  make chaos MINUTES=30 SEED=7'
	@echo '  make bench JSON=FILE'
	@echo '  make soak STEPS=100000'

run: export PORT := $(PORT)
run: export BUS := $(BUS)
run: export DEMO := $(DEMO)
run: export DATA := $(DATA)
run: ## Instala lo necesario y arranca todo en un solo proceso / installs and starts everything
	@$(if $(filter kafka,$(BUS)),$(DEVELOPMENT),$(PRODUCTION))
	@exec $(PY) -m services --port "$$PORT" --bus "$$BUS" --demo "$$DEMO" $${DATA:+--data "$$DATA"}

install: ## Instala el conjunto de desarrollo en .venv / installs the development set
	@$(DEVELOPMENT)

check: install ## Formato, estilo, tipos, reglas de importación / format, lint, types, import rules
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) deploy/lock/check.py deploy/lock/production.txt deploy/lock/development.txt
	$(PY) -m pytest -q -p no:randomly tests/unit/test_distribution.py

test: check ## Lo que debe valer en cada cambio: unos minutos / what every change must pass: minutes
ifeq ($(strip $(PYTEST_ARGS)),)
	$(PYTEST) -m "not verify" $(COVERAGE) $(RULES)
	$(PYTEST) -m "not ($(LATER))" tests $(RULES:%=--ignore=%)
else
	$(PYTEST) -m "not verify" $(PYTEST_ARGS)
endif

verify: install ## Lo que tarda: fallas, defectos plantados, azar / what takes long: faults, bugs, fuzz
	@sh deploy/install.sh strangers
	.venv-strangers/bin/python deploy/lock/check.py deploy/lock/strangers.txt
	TEST_CANALIZA_STEPS=5000 $(PYTEST) -m "verify or scaled" $(PYTEST_ARGS)

bench: export JSON := $(JSON)
bench: install ## Mide cada cifra junto a su límite / measures every figure next to its limit
	@$(PY) -m tests.bench $${JSON:+--json "$$JSON"}

bench-large: export JSON := $(JSON)
bench-large: install ## Lo mismo con la historia de un país / the same with a country's history
	@$(PY) -m tests.bench --large $${JSON:+--json "$$JSON"}

chaos: install ## Corre bajo fallas y verifica que nada se perdió / runs under faults, loses nothing
	@exec $(PY) -m tests.faults --minutes "$(MINUTES)" --seed "$(SEED)"

soak: install ## Recorridos y entradas al azar, STEPS=100000 / random walks and bad input, for longer
	TEST_CANALIZA_STEPS=$(STEPS) $(PY) -m pytest -v -s -p no:randomly -m scaled $(PYTEST_ARGS)

format: install ## Da formato y corrige lo que se corrige solo / formats and mends what mends itself
	$(PY) -m ruff check --fix --exit-zero .
	$(PY) -m ruff format .

COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-strip-extras --no-emit-index-url --no-annotate --custom-compile-command 'make lock' $(UV_ARGS)

# pip-audit requires it without the extra that cyclonedx-bom asks for, uv writes one line for both, and
# pip wants one for each (deploy/lock/check.py).
WITHOUT_EXTRA = /^[^ ]/ { both = /^cyclonedx-python-lib\[/ } both { line = $$0; \
	sub(/\[[a-z]*\]/, "", line); plain = plain line "\n" } { print } END { printf "%s", plain }

lock: install ## Rehace deploy/lock (UV_ARGS=--upgrade: a lo más nuevo) / remakes the locks
	$(COMPILE) pyproject.toml --group development --output-file deploy/lock/development.txt
	$(COMPILE) pyproject.toml --group build --constraint deploy/lock/development.txt \
		--output-file deploy/lock/production.txt
	$(COMPILE) --group pyproject.toml:strangers --output-file deploy/lock/strangers.txt
	$(COMPILE) --group pyproject.toml:audit --output-file deploy/lock/audit.txt
	awk '$(WITHOUT_EXTRA)' deploy/lock/audit.txt >deploy/lock/audit.new
	mv deploy/lock/audit.new deploy/lock/audit.txt

audit: ## Lista de qué está hecho (SBOM) y qué debilidades se conocen / what it is made of, known weaknesses
	@sh deploy/install.sh audit
	@.venv-audit/bin/python deploy/audit.py

clean: ## Borra .venv* y lo que se puede rehacer / removes .venv* and what can be made again
	rm -rf .venv .venv-strangers .venv-audit .oidc-provider .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage dist
	find services shared tests deploy -name __pycache__ -type d -prune -exec rm -rf {} +
