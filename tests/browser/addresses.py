"""The pages that every check of the browser tests visits: (name of the screenshot, address)."""

PAGES = [
    ("home", "/"),
    ("find", "/find/?q=x"),
    ("glossary", "/glossary/"),
    ("about", "/about/"),
    ("accessibility", "/accessibility/"),
    ("privacy", "/privacy/"),
    ("sign-in", "/account/login/"),
    ("not-found", "/no-such-page/"),
    ("too-long", "/?q=" + "x" * 2500),
]
