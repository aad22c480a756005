"""Run followup alone: ``python -m services.followup --help``."""

from services.followup.wiring import SERVICE
from shared.service.run import main

if __name__ == "__main__":
    main(SERVICE)
