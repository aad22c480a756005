"""The HTTP edge of every service: identification, commands, problem documents, paging."""
