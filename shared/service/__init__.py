"""A service: put together, configured, run, watched, and used in process."""
