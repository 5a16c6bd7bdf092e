"""Puts the sign-in package's Django templates into the one layout all pages share."""

from django import template
from django.template.loader import get_template
from django.utils.safestring import mark_safe

register = template.Library()


@register.tag
def shell(parser, token):
    """`{% shell %} title {% inside %} content {% endshell %}`: the site's layout around an account page."""
    title = parser.parse(("inside",))
    parser.delete_first_token()
    content = parser.parse(("endshell",))
    parser.delete_first_token()
    return Shell(title, content)


class Shell(template.Node):
    """The nodes for the title and for the content."""

    def __init__(self, title, content) -> None:
        self.title = title
        self.content = content

    def render(self, context) -> str:
        """The whole page."""
        # rendered by Django's engine, which has escaped what needed it
        facts = {
            "title": mark_safe(self.title.render(context).strip()),
            "problems": problems_of(context.get("form")),
            "inside": mark_safe(self.content.render(context)),
        }
        return get_template("account_page.jinja", using="jinja2").render(facts, context["request"])


def problems_of(form) -> list[tuple[str, str]]:
    """(sentence, id of its field) of everything wrong with a form, fields in their order; an error of the whole form has no field."""
    if form is None or not form.errors:
        return []
    of_fields = [
        (error, "" if field.is_hidden else field.auto_id) for field in form for error in field.errors
    ]
    return [(error, "") for error in form.non_field_errors()] + of_fields


INPUT_CLASSES = {
    "checkbox": "nhsuk-checkboxes__input",
    "textarea": "nhsuk-textarea",
    "select": "nhsuk-select",
}


@register.simple_tag
def nhs_field(field) -> str:
    """A form field's input with the classes and the descriptions that the NHS.UK style and screen readers need."""
    described = [f"{field.auto_id}-hint"] if field.help_text else []
    described += [f"{field.auto_id}-error"] if field.errors else []
    given = {"class": INPUT_CLASSES.get(field.widget_type, "nhsuk-input")}
    if field.errors:
        given["aria-invalid"] = "true"
    if described:
        given["aria-describedby"] = " ".join(described)
    field.field.widget.attrs.pop(
        "placeholder", None
    )  # a label stays readable while typing; a placeholder does not
    return field.as_widget(attrs=given)
