"""Every metric with its name, kind and meaning, and how logs are written."""
