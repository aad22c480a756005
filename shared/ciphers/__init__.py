"""Encryption of what is stored: the one home of the ciphers that also authenticate (AEAD)."""
