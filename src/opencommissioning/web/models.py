"""What the site remembers about people: who they are and which roles they hold. Rules about it are in `roles`."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from opencommissioning.web.roles import Role, Standing

ONE_TIME_LINK = "one-time link"


class People(BaseUserManager["Person"]):
    """Finds people by e-mail address, however it is capitalised."""

    def get_by_natural_key(self, email: str) -> "Person":
        """The person with this address; Person.DoesNotExist otherwise."""
        return self.get(email__iexact=email)


class Person(AbstractBaseUser):
    """Somebody who can sign in."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField("may sign in", default=True)
    since = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    objects = People()

    def __str__(self) -> str:
        return self.name or self.email

    def standing(self) -> Standing:
        """Every role the person holds today."""
        held = self.holdings.filter(ended=None).values_list("role", "organisation")
        return Standing(self.pk, frozenset((Role(role), organisation) for role, organisation in held))


class Holding(models.Model):
    """A role at an organisation (`*` for the whole area), from when until when. Rows are ended, never deleted: who could see what stays known."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="holdings")
    role = models.CharField(max_length=40, choices=[(role.value, role.value) for role in Role])
    organisation = models.CharField(max_length=20)
    since = models.DateTimeField(auto_now_add=True)
    ended = models.DateTimeField(null=True, blank=True)
    given_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "organisation"],
                condition=models.Q(ended=None),
                name="holding_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.role} at {self.organisation}"


class Reset(models.Model):
    """That somebody's password was set anew and, but by a one-time link, their second factors taken away.

    Rows are never deleted; the account page shows the last.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="resets")
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"account {self.person_id} reset by {self.by}"

    @property
    def words(self) -> str:
        """What was done, as the account page tells it."""
        if self.by == ONE_TIME_LINK:
            return "Your password was set anew by a one-time link"
        return "Your password was set anew and your second factors were taken away"


class Subscription(models.Model):
    """A wish for letters about an organisation or a measure. It counts once confirmed, and is deleted when it ends."""

    email = models.EmailField("e-mail address")
    kind = models.CharField(max_length=20, choices=[("organisation", "organisation"), ("measure", "measure")])
    subject = models.CharField(max_length=120)
    asked = models.DateTimeField(auto_now_add=True)
    confirmed = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["email", "kind", "subject"], name="subscription_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}, subscription {self.pk}"


class Sending(models.Model):
    """That the letter of a build is being sent (`sent` None) or was sent to a subscription: written before, so that none goes twice."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="sendings")
    build = models.CharField(max_length=64)
    began = models.DateTimeField(auto_now_add=True)
    sent = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "build"], name="sending_once_a_build")]

    def __str__(self) -> str:
        return f"build {self.build} to subscription {self.subscription_id}"


class SavedScenario(models.Model):
    """A scenario of the flow workbench that somebody kept under a name, for everybody who signs in: an organisation's and an address's query."""

    organisation = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="scenarios")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", Lower("name"), name="scenario_name_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})"
