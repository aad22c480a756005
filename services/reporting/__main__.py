"""Run reporting alone: ``python -m services.reporting --help``."""

from services.reporting.wiring import SERVICE
from shared.service.run import main

if __name__ == "__main__":
    main(SERVICE)
