"""Files of potentially avoidable activity: read like measures and categories (every key used or refused), said in a sentence."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from opencommissioning.catalogue.avoidable import Avoidable, Effect, Kept
from opencommissioning.catalogue.category import Category
from opencommissioning.catalogue.codelist import Codelist
from opencommissioning.catalogue.condition import Condition
from opencommissioning.catalogue.shares import per_cent
from opencommissioning.errors import did_you_mean
from opencommissioning.language.categories import refuse_vague
from opencommissioning.language.definitions import World, conditions_from
from opencommissioning.language.reading import Reader, read_review, read_toml
from opencommissioning.language.words import conditions_in_words

KEYS = (
    "title", "of", "effect", "group", "order", "closer_to_home", "nights", "category", "where", "either", "kept", "why", "approximates", "source",
    "licence", "author", "review",
)  # fmt: skip
WORDS = {
    Effect.AVOIDED: "would not happen",
    Effect.SHORTER: "would be shorter",
    Effect.MOVED: "would be by telephone or video",
}
Categories = Mapping[str, Sequence[Category]]


def read_avoidable(folders: Sequence[Path], world: World, categories: Categories) -> dict[str, Avoidable]:
    """Every kind in the folders by id (the file's name), in the order in which a row of several kinds counts.

    A later folder's file replaces an earlier one's. `categories`: dataset → categories whose conditions a kind may take over.
    """
    found = {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    kinds = [read_kind(path, world, categories) for path in found.values()]
    return {each.id: each for each in sorted(kinds, key=lambda each: (each.order, each.id))}


def read_kind(path: Path, world: World, categories: Categories) -> Avoidable:
    """The kind of one file; DefinitionError with file, key and nearest valid word when it cannot run."""
    reader = read_toml(path)
    dataset = reader.choice("of", list(world.contracts))
    kind = Avoidable(
        id=path.stem,
        dataset=dataset,
        title=reader.text("title"),
        effect=_effect(reader, dataset),
        group=reader.text("group"),
        order=reader.whole("order", 0),
        ways=_ways(reader, world, dataset, categories),
        kept=_kept(reader.table("kept")),
        closer_to_home=reader.flag("closer_to_home"),
        nights=_nights(reader),
        why=reader.text("why", ""),
        approximates=reader.text("approximates", ""),
        source=reader.text("source"),
        licence=reader.text("licence"),
        author=reader.text("author"),
        review=read_review(reader),
    )
    reader.finish(KEYS)
    return kind


def _effect(reader: Reader, dataset: str) -> Effect:
    effect = Effect(reader.choice("effect", list(Effect)))
    needs = {Effect.SHORTER: "spells", Effect.MOVED: "appointments"}.get(effect, dataset)
    if needs != dataset:
        raise reader.refuse(f"'effect' is '{effect}', which only {needs} can be, and this is of {dataset}")
    return effect


def _nights(reader: Reader) -> int | None:
    if "nights" not in reader.data:
        return None
    if reader.data.get("effect") != Effect.SHORTER:
        raise reader.refuse(
            "'nights' says which nights of a shorter stay go; leave it out, or make 'effect' \"shorter\""
        )
    return reader.whole("nights", 1)


def _ways(
    reader: Reader, world: World, dataset: str, categories: Categories
) -> tuple[tuple[Condition, ...], ...]:
    """`where` holds for every row; one of the alternatives (`either`, or those of `category`) as well."""
    contract = world.contracts[dataset]
    always = conditions_from(reader.table("where"), world, contract)
    either = [conditions_from(each, world, contract) for each in reader.tables("either")]
    ways = [*either, *_taken_over(reader, dataset, categories)] or [()]
    if not any((*always, *way) for way in ways):
        raise reader.refuse("names no condition, so that everything would be avoidable; give 'where', 'either' or 'category'")  # fmt: skip
    for condition in (*always, *(each for way in ways for each in way)):
        refuse_vague(reader, world, condition, dataset)
    return tuple((*always, *way) for way in ways)


def _taken_over(reader: Reader, dataset: str, categories: Categories) -> tuple[tuple[Condition, ...], ...]:
    name = reader.text("category", "")
    if not name:
        return ()
    known = {each.id: each for each in categories.get(dataset, ())}
    if name not in known:
        raise reader.refuse(f"category '{name}' of {dataset} is not known{did_you_mean(name, known)}")
    return known[name].ways


def _kept(table: Reader) -> Kept | None:
    if not table.data:
        return None
    kept = Kept(_share(table, "low"), _share(table, "high"), _share(table, "chance"), table.text("source"))
    table.finish(("low", "high", "chance", "source"))
    if kept.low > kept.high:
        raise table.refuse(
            f"'low' ({kept.low}) is above 'high' ({kept.high}): both are shares of activity that remain"
        )
    if not 0 < kept.chance < 1:
        raise table.refuse("'chance' must lie between 0 and 1, without both")
    return kept


def _share(table: Reader, key: str) -> Decimal:
    value = table.number(key)
    if value is None or not 0 <= value <= 1:
        raise table.refuse(f"'{key}' needs a share from 0 to 1 in quotes, such as \"0.85\"")
    return value


def sentence(kind: Avoidable, codelists: Mapping[str, Codelist]) -> str:
    """`spells where kind is emergency and age is at least 75 would be shorter; 61% to 96% of the bed days would remain (80% chance; …)`."""
    told = f"{kind.dataset} where {_alternatives(kind.ways, codelists)} {WORDS[kind.effect]}"
    if kind.kept is None:
        return f"{told}; nobody published how much would remain"
    what = "bed days" if kind.effect is Effect.SHORTER else "them"
    what = (
        what
        if kind.nights is None
        else f"their first {kind.nights} nights"
        if kind.nights > 1
        else "their first nights"
    )
    low, high, chance = (per_cent(each) for each in (kind.kept.low, kind.kept.high, kind.kept.chance))
    return f"{told}; {low} to {high} of {what} would remain ({chance} chance; {kind.kept.source})"


def _alternatives(ways: Sequence[Sequence[Condition]], codelists: Mapping[str, Codelist]) -> str:
    """The conditions that all ways share once, then what tells the ways apart."""
    shared = [each for each in ways[0] if all(each in way for way in ways)]
    apart = [[each for each in way if each not in shared] for way in ways]
    words = [conditions_in_words(way, codelists) for way in apart if way]
    told = [conditions_in_words(shared, codelists)] if shared else []
    if len(words) > 1:
        told.append("either (" + "), or (".join(words) + ")")
    return " and ".join([*told, *words] if len(words) == 1 else told)
