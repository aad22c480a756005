"""The vault: who a person is, sealed with a key of their own, in rows that can be destroyed."""
