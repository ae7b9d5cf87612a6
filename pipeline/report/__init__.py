"""Outcomes to one self-contained HTML file."""
