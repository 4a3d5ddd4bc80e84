"""How a better model is found."""
