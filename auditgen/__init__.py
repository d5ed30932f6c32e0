"""auditgen: a prevention audit for social-media and brand teams."""

__version__ = "0.1.0"
