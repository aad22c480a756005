"""What comes with the product for a programme: its directory's files, and what reads them."""
