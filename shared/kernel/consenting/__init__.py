"""What a consent says and whether it covers a disclosure: intake and referral judge by the same."""
