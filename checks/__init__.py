"""The built-in check pack: Markdown checks, barriers and scenarios. Data only, no code."""
