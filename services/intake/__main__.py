"""Run intake alone: ``python -m services.intake --help``."""

from services.intake.wiring import SERVICE
from shared.service.run import main

if __name__ == "__main__":
    main(SERVICE)
