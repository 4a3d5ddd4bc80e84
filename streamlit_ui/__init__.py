"""The page: a form, a predicted rating, and which model gave it. It speaks HTTP to the service."""
