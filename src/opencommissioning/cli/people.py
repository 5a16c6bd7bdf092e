"""people: accounts of the site and the roles they hold."""

import click

from opencommissioning import web
from opencommissioning.area import Area
from opencommissioning.cli.helping import Told
from opencommissioning.cli.screen import say, table

ROLE = "A role as ROLE@ORGANISATION, for instance 'prescribing lead@Y00001'; @* is the whole area."


def _site(folder: str) -> None:
    """Open the area (so that a wrong folder is told first), then its site."""
    Area.open(folder)
    web.configure(folder)


@click.group(cls=Told, epilog="Example: opencommissioning --area my-area people list")
def people() -> None:
    """Accounts of the site: who may sign in, and which roles they hold where."""


@people.command("list", epilog="Example: opencommissioning --area my-area people list")
@click.pass_obj
def list_people(folder: str) -> None:
    """Every account with its roles."""
    _site(folder)
    from opencommissioning.web.accounts import list_users

    rows = [
        (email, name, "yes" if active else "no", ", ".join(roles))
        for email, name, active, roles in list_users()
    ]
    if not rows:
        say("There is no account yet. Make one: opencommissioning people add a.lead@example.nhs.uk")
        return
    table(("E-mail", "Name", "May sign in", "Roles"), rows)


@people.command(
    epilog="Example: opencommissioning --area my-area people add a.lead@example.nhs.uk --name 'A Lead' "
    "--role 'prescribing lead@Y00001'"
)
@click.argument("email")
@click.option("--name", default="", help="As pages show it.")
@click.option("--role", "roles", multiple=True, help=ROLE)
@click.pass_obj
def add(folder: str, email: str, name: str, roles: tuple[str, ...]) -> None:
    """Make an account; its password is shown once."""
    _site(folder)
    from opencommissioning.web.accounts import create_user

    password = create_user(email, name, roles=roles)
    say(f"Made an account for {email}. Password, shown this once: {password}")
    say("Ask for it to be changed, and for a second factor, on the account page.")


@people.command(
    epilog="Example: opencommissioning --area my-area people give a.lead@example.nhs.uk 'analyst@*'"
)
@click.argument("email")
@click.argument("role")
@click.pass_obj
def give(folder: str, email: str, role: str) -> None:
    """Give an account a role at an organisation."""
    _site(folder)
    from opencommissioning.web.accounts import give_role

    give_role(email, role)
    say(f"{email} holds {role}.")


@people.command(
    epilog="Example: opencommissioning --area my-area people take a.lead@example.nhs.uk 'analyst@*'"
)
@click.argument("email")
@click.argument("role")
@click.pass_obj
def take(folder: str, email: str, role: str) -> None:
    """End a role today; that it was held stays on record."""
    _site(folder)
    from opencommissioning.web.accounts import take_role

    take_role(email, role)
    say(f"{email} no longer holds {role}.")


@people.command(epilog="Example: opencommissioning --area my-area people reset a.lead@example.nhs.uk")
@click.argument("email")
@click.option("--ask", is_flag=True, help="Type the new password instead of having one made.")
@click.pass_obj
def reset(folder: str, email: str, ask: bool) -> None:
    """For a forgotten password or a lost phone: a new password, no second factor, every session ended."""
    _site(folder)
    from opencommissioning.web.accounts import reset_account

    typed = click.prompt("New password", hide_input=True, confirmation_prompt=True) if ask else None
    password = reset_account(email, typed)
    if not typed:
        say(f"New password of {email}, shown this once: {password}")
    say("Its second factors are taken away and its open sessions ended; this is on record.")
    say("Hand it over to the person you know, and ask for a new password and a second factor.")


@people.command(epilog="Example: opencommissioning --area my-area people link a.lead@example.nhs.uk --send")
@click.argument("email")
@click.option("--send", is_flag=True, help="Send it to that address, as [mail] in site.toml says.")
@click.pass_obj
def link(folder: str, email: str, send: bool) -> None:
    """For a forgotten password: a link to set a new one, good once and for a day. The second factor stays."""
    _site(folder)
    from opencommissioning.web.one_time import make_link, send_link

    if send:
        send_link(email)
        say(f"A link was sent to {email}. It is good once, for 24 hours.")
        return
    say(f"A link for {email}, good once, for 24 hours, shown this once:")
    click.echo(make_link(email))
    say("Make sure that it is they who asked, and hand it over to nobody else.")


@people.command(epilog="Example: opencommissioning --area my-area people close a.lead@example.nhs.uk")
@click.argument("email")
@click.pass_obj
def close(folder: str, email: str) -> None:
    """Stop an account from signing in; what it wrote stays."""
    _site(folder)
    from opencommissioning.web.accounts import close_account

    close_account(email)
    say(f"{email} can no longer sign in; its roles and open sessions are ended.")


COMMANDS = (people,)
