"""Where films come from, how they are cleaned, and what a day of them must be."""
