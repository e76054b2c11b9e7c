"""Signing in: one form for newcomers and for those who have an account."""

from datetime import datetime, timedelta

from allauth.account.forms import RequestLoginCodeForm
from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from rooms.people.models import User


class SignInForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Asks for an e-mail address, to which a code is sent.

    A newcomer's account is made here and can be used only with the code; the answer is the
    same whether the address is known or not.
    """

    _user: User | None

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if self._user is None and not User.objects.filter(email__iexact=email).exists():
            self._user = _make_account(email)
        return email


@transaction.atomic
def _make_account(email: str) -> User:
    user = User.objects.create_user(email)
    EmailAddress.objects.create(user=user, email=user.email, primary=True)
    return user


def forget_unconfirmed(now: datetime | None = None) -> int:
    """Delete accounts whose address nobody confirmed within a day; return how many."""
    before = (now or timezone.now()) - timedelta(days=1)
    stale = User.objects.filter(last_login=None, is_staff=False, date_joined__lt=before)
    deleted, _by_model = stale.exclude(emailaddress__verified=True).delete()
    return deleted
