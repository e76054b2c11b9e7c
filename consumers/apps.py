"""The sockets as a Django app: it brings the ``replay`` command."""

from django.apps import AppConfig


class ConsumersConfig(AppConfig):
    name = "consumers"
