"""Run referral alone: ``python -m services.referral --help``."""

from services.referral.wiring import SERVICE
from shared.service.run import main

if __name__ == "__main__":
    main(SERVICE)
