"""The addresses of the page of codes: each link is the whole analysis with one code more, less, or left out."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from opencommissioning.area.defining.code_tree import Node
from opencommissioning.area.defining.drafting import CODE, COLUMNS, Draft, address_of
from opencommissioning.errors import DefinitionError
from opencommissioning.web.questions import analysing

SIDES = {"top": "what is counted", "bottom": "what it is divided by"}


@dataclass(frozen=True)
class Choice:
    """A node with what can be done about it: open it, count it, leave it out, take it from the list."""

    node: Node
    open: str
    count: str
    leave_out: str
    remove: str
    state: str  # "counted", "left out" or ""


def codes_page(asked: Draft, side: str, at: str, words: str) -> dict:
    """What the page of codes shows."""
    if side not in SIDES:
        raise DefinitionError(f"'side' is '{side[:30]}'; choose from {', '.join(SIDES)}")
    if at and not CODE.fullmatch(at):
        raise DefinitionError(f"'at' is '{at[:30]}', which is no BNF code")
    if getattr(asked, side).sum not in COLUMNS:
        raise DefinitionError(
            "Patients have no BNF codes. Go back and divide by items, quantity or a cost first, then choose codes."
        )
    tree, chosen = analysing.tree(), getattr(asked, side)
    nodes = tree.search(words) if words else tree.children(at)
    return {
        "side": side,
        "side_words": SIDES[side],
        "at": at,
        "q": words,
        "hidden": address_of(asked),
        "chosen": [
            _choice(asked, side, tree.node(code), at, words) for code in (*chosen.codes, *chosen.without)
        ],
        "choices": [_choice(asked, side, node, at, words) for node in nodes],
        "above": [(node, _address(asked, side, node.code)) for node in tree.above(at)],
        "top": _address(asked, side, ""),
        "back": f"{reverse('analyse')}?{urlencode(address_of(asked), safe=',')}",
    }


def _choice(asked: Draft, side: str, node: Node, at: str, words: str) -> Choice:
    mine, code = getattr(asked, side), node.code
    without = replace(mine, codes=_less(mine.codes, code), without=_less(mine.without, code))
    counted = replace(without, codes=(*without.codes, code))
    left_out = replace(without, without=(*without.without, code))
    here = [
        _address(replace(asked, **{side: each}), side, at, words) for each in (counted, left_out, without)
    ]
    state = "counted" if code in mine.codes else "left out" if code in mine.without else ""
    return Choice(node, "" if node.is_product else _address(asked, side, code), *here, state)


def _less(codes: tuple[str, ...], code: str) -> tuple[str, ...]:
    return tuple(each for each in codes if each != code)


def _address(asked: Draft, side: str, at: str, words: str = "") -> str:
    step = [(key, value) for key, value in (("side", side), ("at", at), ("q", words)) if value]
    return f"{reverse('analyse_codes')}?{urlencode([*address_of(asked), *step], safe=',')}"
