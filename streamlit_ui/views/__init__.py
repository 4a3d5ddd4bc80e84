"""One module for each part of the page; each is a function of what it shows."""
