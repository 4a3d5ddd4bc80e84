"""Where things are kept; knows no Dagster."""
