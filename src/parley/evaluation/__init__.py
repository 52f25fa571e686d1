"""Scores with intervals, per actor, and the files and page that show them."""
