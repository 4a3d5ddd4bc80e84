"""Who is told about runs."""
