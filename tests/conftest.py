"""What every test may ask for: a real PostgreSQL, a real Kafka (see ``tests/servers.py``)."""

pytest_plugins = ["tests.servers", "tests.houses", "tests.streets"]
