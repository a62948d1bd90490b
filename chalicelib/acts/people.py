"""This file holds what a citizen may say of themselves: commune, topics, sex, STOP and START."""

from chalicelib import facts
from chalicelib.acting import Args, Context, Submit, known
from chalicelib.capabilities import catalogue_places
from chalicelib.capabilities.catalogue import Place
from chalicelib.capabilities.subscribers import SEXES, TOPICS
from chalicelib.dialog.book import Outcome


def commune(context: Context, args: Args) -> Outcome:
    """Say whether a name or code is one commune, several to choose from, or none."""
    found = _named(context, args)
    if len(found) == 1:
        return Outcome("found", facts.of_commune(found[0]))
    return Outcome("several" if found else "none")


def communes(context: Context, args: Args) -> Outcome:
    """Give the communes that a name may mean, by permanent code, each with its district."""
    return Outcome("found", {"rows": facts.commune_rows(_named(context, args), known(context))})


def join(context: Context, args: Args) -> Submit:
    """Subscribe to the news of a commune; asking for it is the consent, also after a STOP."""
    found = _named(context, args)
    if len(found) != 1:
        return Submit(Outcome("none"))
    write = context.desk.joining(context.party, found[0].code, channel=context.channel)
    return Submit(Outcome("done", facts.of_commune(found[0])), [write])


def set_topics(context: Context, args: Args) -> Submit:
    """Keep what a citizen wants news on; anything but one topic stands for all of them."""
    topics = frozenset({args["topic"]} & set(TOPICS))
    return Submit(Outcome("done"), [context.desk.preferring(context.party, topics=topics)])


def set_sex(context: Context, args: Args) -> Submit:
    """Keep a citizen's sex where it is said; `unsaid` takes back what was said."""
    sex = args["sex"] if args["sex"] in SEXES else ""
    return Submit(Outcome("done"), [context.desk.preferring(context.party, sex=sex)])


def stop(context: Context, _args: Args) -> Submit:
    """Stop every SMS that was not asked for."""
    return _opting(context, out=True)


def start(context: Context, _args: Args) -> Submit:
    """Take a STOP back."""
    return _opting(context, out=False)


def _opting(context: Context, *, out: bool) -> Submit:
    write = context.desk.opting(context.party, out=out, channel=context.channel)
    return Submit(Outcome("done"), [write])


def _named(context: Context, args: Args) -> list[Place]:
    return catalogue_places.communes(known(context).places, args["place"])
