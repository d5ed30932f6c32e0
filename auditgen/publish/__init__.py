"""Publishing: one module a target."""
