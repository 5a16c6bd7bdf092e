"""The pages that every check of the browser tests visits: (name of the screenshot, address), over the invented area."""

ANYBODY = [
    ("home", "/"),
    ("find", "/find/?q=street"),
    ("found-nothing", "/find/?q=zzzz"),
    ("practice", "/organisation/{practice}/"),
    ("practice-summary", "/organisation/{practice}/summary/"),
    ("network", "/organisation/{pcn}/"),
    ("location", "/organisation/{sub_icb}/"),
    ("england", "/organisation/ENGLAND/"),
    ("no-such-organisation", "/organisation/NOBODY/"),
    ("measures", "/measure/"),
    ("measure", "/measure/{measure}/practice/?organisation={practice}"),
    ("measure-by-network", "/measure/{measure}/pcn/"),
    ("status", "/status/"),
    ("glossary", "/glossary/"),
    ("about", "/about/"),
    ("accessibility", "/accessibility/"),
    ("privacy", "/privacy/"),
    ("sign-in", "/account/login/"),
    ("not-found", "/no-such-page/"),
    ("too-long", "/?q=" + "x" * 2500),
]
