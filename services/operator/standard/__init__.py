"""Standard mode on one machine: the servers and the four services as processes."""
