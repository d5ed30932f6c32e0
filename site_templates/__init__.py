"""Jinja templates, one stylesheet and one small script of the report site. Data only, no code."""
