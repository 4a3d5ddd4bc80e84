"""The views of the page, one module each, with their own sentences in both languages."""
