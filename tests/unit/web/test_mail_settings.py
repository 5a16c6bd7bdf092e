"""[mail] in site.toml: read, or refused with key and next step."""

import pytest

from opencommissioning.errors import DefinitionError
from opencommissioning.web.mail import mail_settings
from opencommissioning.web.site import site_of

GOOD = '[mail]\nsender = "Example <a@example.org>"\naddress = "https://example.org/"\n'


def mail(tmp_path, text):
    (tmp_path / "site.toml").write_text(text, encoding="utf-8")
    return site_of(tmp_path).mail


def test_files_and_servers(tmp_path):
    files = mail(tmp_path, GOOD + 'folder = "mail"')
    assert files.address == "https://example.org"
    assert mail_settings(files, tmp_path)["EMAIL_FILE_PATH"] == str(tmp_path / "mail")
    server = mail(tmp_path, GOOD + 'host = "smtp.example.org"\nport = 2525\ntls = false')
    settings = mail_settings(server, tmp_path)
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"], settings["EMAIL_USE_TLS"]) == (
        "smtp.example.org",
        2525,
        False,
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GOOD, "either folder"),
        (GOOD + 'folder = "a"\nhost = "b"', "not both"),
        ('[mail]\naddress = "https://x"\nfolder = "a"', "sender is missing"),
        ('[mail]\nsender = "nobody"\naddress = "https://x"\nfolder = "a"', "one e-mail address"),
        ('[mail]\nsender = "a@b.org"\naddress = "example.org"\nfolder = "a"', "begin with https"),
        (GOOD + 'hots = "smtp"', "did you mean 'host'"),
        (GOOD + 'host = "smtp"\nport = "25"', "port must be int"),
    ],
)
def test_what_is_refused(tmp_path, text, sentence):
    with pytest.raises(DefinitionError, match=sentence):
        mail(tmp_path, text)
