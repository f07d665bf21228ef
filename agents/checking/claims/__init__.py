"""Finds what a text claims, one kind a file. Each claim knows how to check itself against what is known."""
