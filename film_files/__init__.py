"""Reads a table of films (CSV, Excel, Parquet, JSON) into plain values, in whatever form people write them.

Forms belong here: how a file, a date, a number or a list is written. What a value means (the code of a country, who is
a director, which films are dropped) does not: names stay as typed. It imports nothing of ours.
"""
