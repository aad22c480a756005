"""Who can serve a case: the directory's services, matched and ranked, with the reason for each."""
