"""What `callboard check` found, written down: for people, for scripts and for the pages that show code.

A renderer turns a `Report` into text and decides nothing; it neither reads files nor prints. Read `report.py` first.
"""
