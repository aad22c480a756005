"""What the pages at ``/`` are made of: drawings, words, templates, sessions."""
