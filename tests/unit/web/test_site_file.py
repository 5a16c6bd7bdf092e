"""site.toml: read, or refused with file and key."""

import pytest

from opencommissioning.errors import DefinitionError
from opencommissioning.web.roles import Role
from opencommissioning.web.site import Site, site_of


def area(tmp_path, text):
    (tmp_path / "site.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_without_a_file_the_defaults_hold(tmp_path):
    assert site_of(tmp_path) == Site()


def test_who_runs_it_and_where_people_sign_in(tmp_path):
    site = site_of(
        area(
            tmp_path,
            """
            run_by = "Example ICB"
            addresses = ["compare.example.nhs.uk"]
            [sign_in]
            name = "Example single sign-on"
            server = "https://id.example.nhs.uk/realm"
            client_id = "compare"
            client_secret = "s"
            role_claim = "groups"
            roles = { leads = "prescribing lead@Y00001" }
            """,
        )
    )
    assert site.run_by == "Example ICB"
    assert site.addresses == ("compare.example.nhs.uk",)
    assert site.sign_in.roles == (("leads", "prescribing lead@Y00001"),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('runby = "x"', "key 'runby' is not known; did you mean 'run_by'"),
        ('public = "yes"', "public must be bool"),
        ('[sign_in]\nname = "x"', "server is missing"),
        (
            '[sign_in]\nname="x"\nserver="https://login/common/v2.0"\nclient_id="a"\nclient_secret="b"',
            "own tenant",
        ),
        ('second_factor = "yes"', 'second_factor must be "required", "optional" or a list of roles'),
        ('second_factor = ["pharmacyst"]', "did you mean 'pharmacist'"),
        ("[sign_in", "is not TOML"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_key(tmp_path, text, sentence):
    with pytest.raises(DefinitionError, match=sentence):
        site_of(area(tmp_path, text))


def test_a_second_factor_can_be_required_of_all_roles_or_of_some(tmp_path):
    assert site_of(area(tmp_path, 'second_factor = "required"')).second_factor == tuple(Role)
    assert site_of(area(tmp_path, 'second_factor = ["pharmacist"]')).second_factor == ("pharmacist",)
    assert site_of(area(tmp_path, 'second_factor = "optional"')).second_factor == ()
