"""auditgen: a prevention audit for social-media and brand teams."""

from pathlib import Path

__version__ = "0.1.0"


def data_folder(name: str) -> Path:
    """`checks` or `site_templates`: inside the package once installed, at the top of a checkout."""
    here = Path(__file__).parent
    inside = here / name
    return inside if inside.is_dir() else here.parent / name
