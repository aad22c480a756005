"""The pages at ``/``: drawings, texts, templates, sessions."""
