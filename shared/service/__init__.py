"""A service put together and run: settings, health, command client."""
