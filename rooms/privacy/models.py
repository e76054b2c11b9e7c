"""What has to be known of those of whom nothing is to be known any more."""

from django.db import models


class ErasedAccount(models.Model):
    """That an account was erased: a backup from before must not bring it back.

    ``key`` is the keyed digest of its address (``account_key``): it recognises the address and does
    not tell it.
    """

    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
