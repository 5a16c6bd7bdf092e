"""What an area says about its own site: the file site.toml beside area.toml. Both are optional to have and strict to read.

    run_by = "Example ICB"                       # the area's name when left out
    addresses = ["compare.example.nhs.uk"]       # host names it answers to, besides this machine's own
    https = true
    second_factor = "required"                   # or roles: ["administrator", "pharmacist"]; optional when left out
    database = "postgresql://user:password@host/name"
    [sign_in]
    name = "Example single sign-on"
    server = "https://id.example.nhs.uk/realm"
    client_id = "compare"
    client_secret = "…"
    role_claim = "groups"
    roles = { gp-leads = "prescribing lead@Y00001" }

It is apart from area.toml, because it holds secrets and area.toml is for sharing.
"""

from dataclasses import dataclass, fields, replace
from pathlib import Path

import tomli

from opencommissioning.errors import DefinitionError, did_you_mean
from opencommissioning.web.mail import Mail, mail_of
from opencommissioning.web.roles import Role

FILE = "site.toml"
SHARED_TENANTS = (
    "/common",
    "/organizations",
    "/consumers",
)  # where anybody can make an account with any address


@dataclass(frozen=True)
class SignIn:
    """One OpenID Connect provider: `[sign_in]`. `roles` maps a value of the claim `role_claim` to "role@organisation"."""

    name: str
    server: str
    client_id: str
    client_secret: str
    role_claim: str = ""
    roles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Site:
    """Who runs the site and how it is reached.

    `addresses` are the host names it answers to (this machine's own when empty); `public` False asks everybody to sign in;
    `https` tells browsers to come by https only; `second_factor` names the roles that count only with a second factor; `database` is a PostgreSQL address, SQLite in the area folder when empty.
    """

    name: str = "OpenCommissioning"
    run_by: str = ""
    contact: str = ""
    addresses: tuple[str, ...] = ()
    public: bool = True
    https: bool = False
    second_factor: tuple[str, ...] = ()
    database: str = ""
    sign_in: SignIn | None = None
    mail: Mail | None = None

    def standing_for(self, area: str, contact: str) -> "Site":
        """This, with the area's own name and contact where site.toml gives none."""
        return replace(self, run_by=self.run_by or area, contact=self.contact or contact)


def site_of(area_folder: Path) -> Site:
    """What `area_folder`/site.toml says; the defaults without such a file. DefinitionError when a key is wrong."""
    path = area_folder / FILE
    if not path.is_file():
        return Site()
    try:
        table = tomli.loads(path.read_text(encoding="utf-8"))
    except tomli.TOMLDecodeError as problem:
        raise DefinitionError(
            f"{path} is not TOML: {problem}. Correct that line and start again."
        ) from problem
    return _site(table, str(path))


def _site(table: dict, where: str) -> Site:
    sign_in, mail = table.pop("sign_in", None), table.pop("mail", None)
    second_factor = _second_factor(table.pop("second_factor", "optional"), where)
    _refuse_unknown(table, Site, where)
    for key, value in table.items():
        _refuse_wrong_type(key, value, where)
    table["addresses"] = tuple(table.get("addresses", ()))
    return Site(
        **table,
        second_factor=second_factor,
        sign_in=_sign_in(dict(sign_in), f"{where} [sign_in]") if sign_in else None,
        mail=mail_of(dict(mail), f"{where} [mail]") if mail else None,
    )


def _second_factor(given: str | list, where: str) -> tuple[str, ...]:
    """The roles that need a second factor: all for "required", none for "optional", or those listed."""
    if given in ("required", "optional"):
        return tuple(Role) if given == "required" else ()
    if not isinstance(given, list):
        raise DefinitionError(
            f'{where}: second_factor must be "required", "optional" or a list of roles, got {given!r}.'
        )
    for role in given:
        if role not in list(Role):
            raise DefinitionError(
                f"{where}: second_factor: '{role}' is not a role{did_you_mean(str(role), list(Role))}."
            )
    return tuple(given)


def _sign_in(table: dict, where: str) -> SignIn:
    _refuse_unknown(table, SignIn, where)
    for key in ("name", "server", "client_id", "client_secret"):
        if not isinstance(table.get(key), str) or not table[key]:
            raise DefinitionError(f"{where}: {key} is missing; write it as text.")
    if any(shared in table["server"] for shared in SHARED_TENANTS):
        raise DefinitionError(
            f"{where}: server is for every organisation's accounts; write your own tenant's address instead."
        )
    roles = table.pop("roles", {})
    return SignIn(**table, roles=tuple(sorted((str(claim), str(role)) for claim, role in roles.items())))


def _refuse_unknown(table: dict, kind: type, where: str) -> None:
    known = [field.name for field in fields(kind)]
    for key in table:
        if key not in known:
            raise DefinitionError(f"{where}: key '{key}' is not known{did_you_mean(key, known)}.")


def _refuse_wrong_type(key: str, value: object, where: str) -> None:
    wanted = {"addresses": list, "public": bool, "https": bool}.get(key, str)
    if not isinstance(value, wanted):
        raise DefinitionError(f"{where}: {key} must be {wanted.__name__}, got {value!r}.")
