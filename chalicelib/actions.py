"""This file lists everything a phone may do: the review surface of the whole product.

A menu can call nothing that is not in `ACTIONS`. Each says what it is (a read, a note or a
submit), what it must be given and every exit it can take; `owl menus check` holds the menus to
that.
"""

from collections.abc import Mapping
from datetime import timedelta

from chalicelib import facts
from chalicelib.acting import Action, Args, Context, Submit, common, known, private, read, submit
from chalicelib.acts import complaints, forums, people, ratings
from chalicelib.acts.guessing import LOOKS, guessed
from chalicelib.capabilities import tickets
from chalicelib.capabilities.subscribers import REPLY
from chalicelib.desk import TicketLook
from chalicelib.dialog.book import Outcome

REPLY_LIVES = timedelta(minutes=30)


def services(context: Context, _args: Args) -> Outcome:
    """Give every service by its permanent code."""
    return Outcome("found", {"rows": facts.service_rows(known(context).services.values())})


def sector_services(context: Context, args: Args) -> Outcome:
    """Give the services of one menu sector."""
    chosen = known(context).services_of(args["sector"])
    return Outcome("found", {"rows": facts.service_rows(chosen)})


def service(context: Context, args: Args) -> Outcome:
    """Give everything that is known of one service."""
    one = known(context).services.get(args["service"])
    return Outcome("found", facts.of_service(one)) if one else Outcome("none")


def service_office(context: Context, args: Args) -> Outcome:
    """Say whether a service is asked for at an office of the list or at the commune hall."""
    one = known(context).services.get(args["service"])
    if one is None:
        return Outcome("none")
    if one.office_level == "commune":
        return Outcome("commune", facts.commune_hall())
    return Outcome("offices")


def office_provinces(context: Context, _args: Args) -> Outcome:
    """Give the provinces that have offices."""
    return Outcome("found", {"rows": facts.office_rows(known(context).provinces())})


def office_districts(context: Context, args: Args) -> Outcome:
    """Give the district offices of one province."""
    chosen = known(context).offices_of(args["office"][:2])
    return Outcome("found", {"rows": facts.office_rows(chosen)})


def office(context: Context, args: Args) -> Outcome:
    """Give one office; a province leads on to its districts where those serve."""
    one = known(context).offices.get(args["office"])
    wanted = known(context).services.get(args["service"])
    if one is None or wanted is None:
        return Outcome("none")
    if len(one.code) == len("01") and wanted.office_level != "province":
        return Outcome("districts")
    return Outcome("found", facts.of_office(one, wanted))


def ticket(context: Context, args: Args) -> Outcome:
    """Say where an application stands, to whoever has its number; guesses are limited."""
    parsed = tickets.parse(args["ticket"])
    if parsed.number is None:
        return Outcome("bad")
    for _ in range(LOOKS):
        look = context.desk.look_at_ticket(context.party, parsed.number)
        decided = guessed(context, look.tried, look.mark)
        if decided == "paused":
            break
        if decided == "asked_before" or context.desk.note_try(
            context.party, look.mark, look.tried, missed=look.ticket is None
        ):
            return _looked_up(context, look, parsed.number)
    return Outcome("limit")


def _looked_up(context: Context, look: TicketLook, number: str) -> Outcome:
    if look.ticket is None:
        return Outcome("none", {"ticket": number})
    return Outcome("found", facts.of_ticket(look.ticket, context.catalogue, context.today))


def set_language(context: Context, args: Args) -> Outcome:
    """Store the language that a citizen chose."""
    context.desk.set_language(context.party, args["language"])
    return Outcome("done")


def send_service(context: Context, args: Args) -> Submit:
    """Send everything that is known of a service by SMS."""
    found = service(context, args)
    return _sending(context, "service_menu", args, found)


def send_office(context: Context, args: Args) -> Submit:
    """Send an office by SMS."""
    named = service(context, args)
    found = office(context, args)
    return _sending(
        context, "office_detail", args, Outcome(found.exit, {**named.facts, **found.facts})
    )


def send_ticket(context: Context, args: Args) -> Submit:
    """Send where an application stands by SMS."""
    found = ticket(context, args)
    unasked = Outcome(found.exit, {**found.facts, "hint": ""})
    return _sending(context, "ticket_found", args, unasked, about="ticket")


def watch_ticket(context: Context, args: Args) -> Submit:
    """Have whoever asks told by SMS when an application moves on."""
    found = ticket(context, args)
    if found.exit != "found":
        return Submit(Outcome("guesses" if found.exit == "limit" else "none"))
    about = {"ticket": found.facts["ticket"]}
    if found.facts["finished"]:
        return Submit(Outcome("finished", about))
    if context.profile().opted_out:
        return Submit(Outcome("stopped"))
    writes = context.desk.watching(context.party, str(about["ticket"]), context.language)
    return Submit(Outcome("done", about), writes)


def unwatch_ticket(context: Context, args: Args) -> Submit:
    """End the SMS on one application; the answer is the same whether there were any."""
    number = tickets.parse(args["ticket"]).number
    if number is None:
        return Submit(Outcome("bad"))
    writes = context.desk.unwatching(context.party, number)
    return Submit(Outcome("done", {"ticket": number}), writes)


def _sending(
    context: Context, screen: str, args: Args, found: Outcome, about: str = "service"
) -> Submit:
    if found.exit != "found":
        return Submit(Outcome("none"))
    message = context.compose(screen, {**args, **found.facts})
    if context.channel == "sms":
        return Submit(Outcome("here", {"message": message}))
    if not context.settings.replies:
        return Submit(Outcome("limit"))
    outbox = context.desk.outbox
    cause = (context.party.gateway, context.party.id, context.session, context.transcript)
    dedupe_id = outbox.dedupe_id("ussd", *cause)
    writes = outbox.put(
        REPLY,
        context.party,
        message,
        dedupe_id=dedupe_id,
        not_after=context.now + REPLY_LIVES,
    )
    return Submit(Outcome("done", {"about": found.facts[about]}), writes, dedupe_id)


SENDING = "done here none limit"
COMPLAINT = "kind office when words"
RATING = "office waiting hours fees attitude information sex comment"

ACTIONS: Mapping[str, Action] = {
    "services": common(services),
    "sector_services": common(sector_services, "sector"),
    "service": common(service, "service", "found none"),
    "service_office": common(service_office, "service", "offices commune none"),
    "office_provinces": common(office_provinces),
    "office_districts": common(office_districts, "office"),
    "office": common(office, "service office", "found districts none"),
    "ticket": read(ticket, "ticket", "found bad none limit"),
    "set_language": Action("note", set_language, frozenset({"done"}), frozenset({"language"})),
    "watch_ticket": submit(watch_ticket, "ticket", "done finished stopped none guesses limit"),
    "unwatch_ticket": submit(unwatch_ticket, "ticket", "done bad"),
    "commune": read(people.commune, "place", "found several none"),
    "communes": read(people.communes, "place"),
    "join": submit(people.join, "place", "done none"),
    "set_topics": submit(people.set_topics, "topic"),
    "set_sex": submit(people.set_sex, "sex"),
    "forums": read(forums.forums),
    "forum": read(forums.forum, "forum", "found none"),
    "rsvp": submit(forums.rsvp, "forum answer", "done closed"),
    "ask": submit(forums.ask, "forum question", "done cut unsent closed limit"),
    "forum_answers": read(forums.forum_answers, "forum"),
    "forum_answer": read(forums.forum_answer, "forum number", "found none"),
    "near_offices": read(ratings.near_offices),
    "province_offices": read(ratings.province_offices, "office"),
    "named_office": read(ratings.named_office, "office", "found province none"),
    "complaint_kind": read(complaints.complaint_kind, "kind", "found read"),
    "complain": private("submit", complaints.complain, COMPLAINT, "done cut none limit"),
    "complaint": private("read", complaints.complaint, "code", "found none limit"),
    "complaint_answer": private(
        "submit", complaints.complaint_answer, "code answer", "done cut closed limit"
    ),
    "rate": private("submit", ratings.rate, RATING, "done none"),
    "stop": submit(people.stop),
    "start": submit(people.start),
    "send_service": submit(send_service, "service", SENDING),
    "send_office": submit(send_office, "service office", SENDING),
    "send_ticket": submit(send_ticket, "ticket", SENDING),
}
