"""Pages of every kind, to be asked for before anybody does."""

from django.urls import reverse

from opencommissioning.web import questions


def addresses() -> list[str]:
    """The first page, and when there is a build those of the area's organisation, of a practice of it and of a measure."""
    found = [reverse("home"), reverse("measures")]
    if not questions.build_id():
        return found
    build = questions.build()
    codes = [questions.home_code(), *build.register.practices[:1]]
    found += [reverse("organisation", args=[code]) for code in codes]
    return found + [
        reverse("measure", args=[name, questions.levels_of(name)[0]]) for name in list(build.measures)[:1]
    ]
