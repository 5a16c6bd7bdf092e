"""Forms of the sign-in pages: the package's own, with labels, hints and errors in this site's plain English."""

from allauth.account import forms as account
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp import forms as app
from allauth.mfa.webauthn import forms as key
from django.core.exceptions import ValidationError

CODE_HINT = "The 6 numbers your authenticator app shows, or one of your recovery codes."
PASSWORD_HINT = (
    "At least 12 characters. Three words that do not belong together are easy to remember and hard to guess."
)


def said(form, name: str, label: str, required: str, hint: str = "") -> None:
    """Give a field its label, what is said when it is left empty, and a hint."""
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.error_messages["required"] = required


class SignIn(account.LoginForm):
    """Address and password. What is wrong with the pair is said at the address, so that the summary has a field to lead to."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        said(self, "login", "E-mail address", "Enter your e-mail address.")
        self.fields["login"].error_messages["invalid"] = "Enter an e-mail address like name@example.nhs.uk."
        said(self, "password", "Password", "Enter your password.")

    def clean(self):
        """The package's checks; their one error for the whole form goes to the address."""
        try:
            return super().clean()
        except ValidationError as problem:
            self.add_error("login", problem)
            return self.cleaned_data


class ChangePassword(account.ChangePasswordForm):
    """The old password, then the new one twice."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        said(self, "oldpassword", "Password you use now", "Enter the password you use now.")
        said(self, "password1", "New password", "Enter a new password.", PASSWORD_HINT)
        said(self, "password2", "New password again", "Enter the new password a second time.")


class PasswordAgain(account.ReauthenticateForm):
    """Asked before ways of signing in are changed."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        said(self, "password", "Password", "Enter your password.")


class Code(second_factor.AuthenticateForm):
    """The second factor when signing in."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        said(self, "code", "Code", "Enter the code.", CODE_HINT)


class CodeAgain(second_factor.ReauthenticateForm):
    """The second factor before ways of signing in are changed."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        said(self, "code", "Code", "Enter the code.", CODE_HINT)


class SetUpApp(app.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        said(self, "code", "Code the app shows", "Enter the 6 numbers that the app shows.")


class AddKey(key.AddWebAuthnForm):
    """A name for a security key."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        hint = "For yourself, to tell your keys apart."
        said(self, "name", "Name of the key", "Enter a name.", hint)
        if "passwordless" in self.fields:
            self.fields["passwordless"].label = "Sign in with this key alone, without a password"


class RenameKey(key.EditWebAuthnForm):
    """Another name for a security key."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        said(self, "name", "Name of the key", "Enter a name.")
