"""Identity: tokens, who calls, and who may see what."""
