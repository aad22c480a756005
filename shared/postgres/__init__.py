"""PostgreSQL: connections, leases, migrations."""
