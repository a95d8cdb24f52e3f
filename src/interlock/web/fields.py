"""Fields of the forms that keep something: one look, and one way to say what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django import forms

_LINE = {"class": "input w-full", "autocomplete": "off"}
_AS_IT_IS: Mapping[str, str] = MappingProxyType({})
TO_THE_LETTER = {"spellcheck": "false"}
"""What a widget has whose words are for machines."""


def key_field(help_text: str) -> forms.SlugField:
    """The name by which something is kept, of letters that an address takes."""
    widget = forms.TextInput(attrs=_LINE | TO_THE_LETTER)
    return forms.SlugField(label="Name", max_length=63, help_text=help_text, widget=widget)


def line_field(
    label: str, most: int, *, look: Mapping[str, str] = _AS_IT_IS, **options: Any
) -> forms.CharField:
    """One line of at most so many characters; `look` is the widget's, `options` are Django's."""
    widget = forms.TextInput(attrs={**_LINE, **look})
    return forms.CharField(label=label, max_length=most, widget=widget, **options)


def text_field(label: str, most: int, *, rows: int = 3, **options: Any) -> forms.CharField:
    """Some lines of prose, of at most so many characters; `options` are Django's."""
    widget = forms.Textarea(attrs={"class": "textarea w-full", "rows": str(rows)})
    return forms.CharField(label=label, max_length=most, widget=widget, **options)


def code_field(label: str, most: int, *, rows: int, **options: Any) -> forms.CharField:
    """Some lines that a machine reads; otherwise as `text_field`."""
    look = {"class": "textarea w-full font-mono text-sm", "rows": str(rows), **TO_THE_LETTER}
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs=look), **options
    )


def say(form: forms.Form, problems: Iterable[str], field: str | None = None) -> None:
    """Has the form say what is wrong with it, or with one field."""
    for problem in problems:
        form.add_error(field, f"{problem[:1].upper()}{problem[1:]}")
