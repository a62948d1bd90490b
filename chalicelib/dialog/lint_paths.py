"""This file checks where the keys of the menus lead, and what is filled when they get there."""

from collections.abc import Iterator

from chalicelib.dialog.book import (
    ENDINGS,
    FOUND,
    HOME_SCREEN,
    RESERVED,
    Book,
    Codes,
    Outcome,
    Screen,
)
from chalicelib.dialog.engine import play
from chalicelib.dialog.flow import call_cycles, filled_always, reachable, ways_of
from chalicelib.dialog.lint_rules import Rules
from chalicelib.dialog.steps import Effect, Start

ANY_CODE = "100"
REST = "{rest}"


def targets(book: Book, _rules: Rules) -> Iterator[str]:
    """Every way leads to a screen that is there, and says a text that is there."""
    for screen in book.screens.values():
        for way in ways_of(screen):
            if way.target not in book.screens:
                yield _at(screen, f"'{way.by}' leads to '{way.target}': no such screen")
        said = [*(way.say for way in ways_of(screen)), screen.sms_wrong]
        for text_id in sorted(set(filter(None, said)) - book.texts.keys()):
            yield _at(screen, f"it says '{text_id}': no such text under [texts]")
    for needed in (HOME_SCREEN, *ENDINGS):
        kind = "menu" if needed == HOME_SCREEN else "end"
        if needed not in book.screens or book.screens[needed].kind != kind:
            yield f"{_file_of(book, needed)}: {needed}: this screen is needed, of kind {kind}"


def calls(book: Book, rules: Rules) -> Iterator[str]:
    """Every call is of an action that exists, with each of its exits and all it takes."""
    for screen in book.screens.values():
        if screen.kind == "call":
            yield from _call(screen, rules)
        if screen.codes is not None:
            yield from _codes(screen, screen.codes, rules)


def _call(screen: Screen, rules: Rules) -> Iterator[str]:
    action = rules.actions.get(screen.action)
    if action is None:
        yield _at(screen, f"no action '{screen.action}': a menu calls only what actions.py lists")
        return
    if action.kind != screen.effect:
        yield _at(screen, f"'{screen.action}' is a {action.kind}, write effect = \"{action.kind}\"")
    for missing in sorted(action.exits - screen.exits.keys()):
        yield _at(screen, f"exit '{missing}' of '{screen.action}' leads nowhere, add it to exits")
    for extra in sorted(screen.exits.keys() - action.exits):
        yield _at(screen, f"'{screen.action}' never takes the exit '{extra}', take it out")
    given = {*screen.passes, *dict(screen.args)}
    for missing in sorted(action.takes - given):
        yield _at(screen, f"'{screen.action}' needs '{missing}', add it to with or args")


def _codes(screen: Screen, codes: Codes, rules: Rules) -> Iterator[str]:
    action = rules.actions.get(codes.rows)
    if action is None or action.kind != "read":
        yield _at(screen, f"rows is '{codes.rows}': no read of that name in actions.py")
        return
    for missing in sorted(action.takes - set(codes.passes)):
        yield _at(screen, f"'{codes.rows}' needs '{missing}', add it to with")


def keys(book: Book, _rules: Rules) -> Iterator[str]:
    """An option's key is one digit from 1 to 8: 0, 00 and 9 are taken, longer ones are codes."""
    for screen in book.screens.values():
        seen: set[str] = set()
        for option in screen.options:
            name = f"option '{option.target}' has the key '{option.key}'"
            if option.key in RESERVED:
                yield _at(screen, f"{name}, which is reserved: 0 back, 00 home, 9 more")
            elif len(option.key) != 1 or option.key not in "12345678":
                yield _at(screen, f"{name}: write one digit, longer ones are permanent codes")
            if option.key in seen:
                yield _at(screen, f"{name}, and so has an option before it")
            seen.add(option.key)


def reached(book: Book, _rules: Rules) -> Iterator[str]:
    """Every screen can be reached from home, or ends what the engine cannot go on with."""
    for unmet in book.screens.keys() - reachable(book) - set(ENDINGS):
        yield _at(book.screens[unmet], "no key leads here from home")


def dead_ends(book: Book, _rules: Rules) -> Iterator[str]:
    """From every waiting screen some key leads to another screen than home."""
    for screen in book.screens.values():
        onward = {one for way in ways_of(screen) for one in reachable(book, way.target)}
        if screen.kind != "end" and not onward - {screen.id, HOME_SCREEN}:
            yield _at(screen, "a dead end: nothing leads on from here")


def cycles(book: Book, _rules: Rules) -> Iterator[str]:
    """No calls follow each other in a ring: it would turn without anybody typing."""
    for ring in call_cycles(book):
        yield _at(book.screens[ring[0]], f"calls in a ring: {' -> '.join([*ring, ring[0]])}")


def slots(book: Book, _rules: Rules) -> Iterator[str]:
    """What a screen passes on was filled on every path that leads to it."""
    filled, met = filled_always(book), reachable(book)
    for screen in book.screens.values():
        passes = {*screen.passes, *(screen.codes.passes if screen.codes else ())}
        for missing in sorted(passes - filled[screen.id]) if screen.id in met else ():
            yield _at(screen, f"slot '{missing}' is not filled on every path to here")


def free_texts(book: Book, _rules: Rules) -> Iterator[str]:
    """Free text takes all that follows, so it stands last before a submit, with a limit."""
    for screen in book.screens.values():
        after = book.screens.get(screen.next)
        if screen.free and (after is None or after.effect != "submit" or after.kind != "call"):
            yield _at(screen, "free text takes all the rest: lead it to a submit at once")
        if screen.free and screen.limit < 1:
            yield _at(screen, "free text needs a limit, the characters that are kept")
        if screen.skip and not screen.free:
            yield _at(screen, "only free text can be skipped with 0, take skip out")


def submits(book: Book, _rules: Rules) -> Iterator[str]:
    """A submit ends the session, so that nothing typed after it can do it again."""
    for screen in book.screens.values():
        for way in ways_of(screen) if screen.effect == "submit" else ():
            after = book.screens.get(way.target)
            if after is not None and after.kind != "end":
                yield _at(screen, f"exit '{way.by}' of a submit leads on, lead it to an end")


def unseen(book: Book, rules: Rules) -> Iterator[str]:
    """What is done unseen is met behind a private screen, so that nothing of it is counted."""
    private = frozenset(one.id for one in book.screens.values() if one.private)
    for met in sorted(reachable(book, but=private)):
        screen = book.screens[met]
        action = rules.actions.get(screen.action)
        if action is not None and action.private:
            yield _at(screen, "keys lead here past every private screen: write private = true")
    for screen in book.screens.values():
        if screen.private and screen.counts:
            yield _at(screen, "a private screen is not counted, take counts out")


def sms_paths(book: Book, rules: Rules) -> Iterator[str]:
    """The keys that a keyword stands for are keys of the screens they are typed on."""
    for table, paths in rules.paths.items():
        for name, path in paths.items():
            where = f"sms.toml: {table}"
            if table != "with_language" and name not in rules.keywords:
                yield f"{where}: no keyword '{name}' in keywords.toml"
            if not _walks(book, str(path)):
                yield f'{where}: {name} = "{path}" holds a key that is none of its screen'


def _walks(book: Book, path: str) -> bool:
    """Whether the keys of a path are taken in at least one world of what its reads may say."""
    inputs = path.replace(REST, ANY_CODE).split("*") if path else []
    worlds = [Start("en")]
    while worlds:
        start = worlds.pop()
        step = play(book, inputs, start)
        if isinstance(step, Effect):
            worlds += [start.knowing(step.call, way) for way in _outcomes(step)]
        elif not step.wrong and step.screen.id not in ENDINGS:
            return True
    return False


def _outcomes(effect: Effect) -> list[Outcome]:
    """Return what a call may come to: its exits, the first one last, or a list with the code."""
    if effect.screen.kind == "call":
        return [Outcome(name) for name in (*effect.screen.exits,)[::-1]]
    return [Outcome(FOUND, {"rows": ((ANY_CODE, ANY_CODE),)})]


def _at(screen: Screen, sentence: str) -> str:
    return f"{screen.file}: {screen.id}: {sentence}"


def _file_of(book: Book, screen_id: str) -> str:
    there = book.screens.get(screen_id)
    return there.file if there else "home.toml" if screen_id == HOME_SCREEN else "endings.toml"
