"""Forms of the sign-in pages."""

from allauth.account.forms import LoginForm


class SignIn(LoginForm):
    """Address and password. There is no "forgotten" link: an administrator sets a new password."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail address"
        self.fields["password"].help_text = ""
