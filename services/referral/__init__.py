"""Referral: who holds a case, and who may pass it on."""
