"""What every service shares: words, ports and their homes. It never imports a service."""
