"""This file holds what a citizen does to rate an office: choose it, answer, and be unseen."""

from chalicelib import facts
from chalicelib.acting import Args, Context, known
from chalicelib.capabilities.ballots import DIMENSIONS, Ballot, kept_of, month_of, week_of
from chalicelib.capabilities.catalogue import PROVINCE_DIGITS, Catalogue, Office
from chalicelib.capabilities.masking import masked
from chalicelib.dialog.book import Outcome


def near_offices(context: Context, _args: Args) -> Outcome:
    """Give the asker's own office, then the provinces; every office's code is taken."""
    catalogue = known(context)
    district = context.profile().district
    own = [one for one in (catalogue.offices.get(district),) if one is not None]
    rows = facts.office_rows([*own, *catalogue.provinces()])
    return Outcome("found", {"rows": rows, "unprinted": tuple(catalogue.offices)})


def province_offices(context: Context, args: Args) -> Outcome:
    """Give the offices of a province: its own, then those of its districts."""
    catalogue, province = known(context), args["office"][:PROVINCE_DIGITS]
    return Outcome("found", {"rows": facts.office_rows(_of_province(catalogue, province))})


def named_office(context: Context, args: Args) -> Outcome:
    """Say what office a code is; a province may mean one of its districts, unless it is `sure`."""
    one = known(context).offices.get(args["office"])
    if one is None:
        return Outcome("none")
    if len(one.code) == PROVINCE_DIGITS and args.get("sure") != "yes":
        return Outcome("province")
    return Outcome("found", {"office_name": one.names})


def rate(context: Context, args: Args) -> Outcome:
    """Cast a ballot; who rated this office this month is thanked the same, and not counted."""
    office = known(context).offices.get(args["office"])
    if office is None:
        return Outcome("none")
    context.desk.cast(context.party, _ballot(context, args))
    return Outcome("done", {"office_name": office.names})


def _ballot(context: Context, args: Args) -> Ballot:
    return Ballot(
        office=args["office"],
        answers={one: int(args[one]) for one in DIMENSIONS},
        sex=args["sex"],
        comment=kept_of(masked(args["comment"])),
        channel=context.channel,
        language=context.language,
        month=month_of(context.today),
        week=week_of(context.today),
    )


def _of_province(catalogue: Catalogue, province: str) -> list[Office]:
    own = [one for one in (catalogue.offices.get(province),) if one is not None]
    return [*own, *catalogue.offices_of(province)]
