"""Durable timers: what a service does by itself at a moment that one of its facts has set."""
