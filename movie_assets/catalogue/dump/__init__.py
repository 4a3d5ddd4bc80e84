"""Films from a file: CSV, JSON lines or Parquet."""
