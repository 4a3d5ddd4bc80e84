"""Asset checks: those that quarantine a day, and those that only warn."""
