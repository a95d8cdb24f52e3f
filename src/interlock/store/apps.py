"""The store as a Django application."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """The only ORM of the house."""

    name = "interlock.store"
    label = "store"
