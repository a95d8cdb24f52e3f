"""Agreements to start from: complete, believable, and meant to be changed."""

from __future__ import annotations

from importlib.resources import files

_SUFFIX = ".yaml"


def template_names() -> tuple[str, ...]:
    """The names of the templates, in alphabetical order."""
    found = (each.name for each in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in found if name.endswith(_SUFFIX)))


def template_text(name: str) -> str:
    """A template's YAML. `name` is one of `template_names()`; any other is a KeyError."""
    if name not in template_names():
        raise KeyError(name)
    return files(__name__).joinpath(name + _SUFFIX).read_text(encoding="utf-8")
