"""This file makes up a quarter whose totals are those of the pilot that OWL grew from.

3,620 people used the pilot's lines, 52 % of those who said so women; 71, 17 and 12 % of what they
wanted was information, feedback and tracking; 282 asked from outside the district. Everything
else is invented, evenly and without chance, so that a table can be checked against these figures.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import cycle, islice

from chalicelib.capabilities.ballots import ANSWERS, FORM
from chalicelib.capabilities.ballots_tally import RATE
from chalicelib.capabilities.tickets import Change, Ticket, with_check_digit
from chalicelib.capabilities.usage import Count
from chalicelib.reports.cards import Card
from chalicelib.reports.periods import Period

QUARTER = Period.read("2020-Q4")
HOME, SECOND, THIRD = "0212", "0106", "0403"
SAID = {"women": 520, "men": 480}
UNSAID = (207, 207, 206)
CHANNELS = {"ussd": 60, "sms": 30, "both": 10}
SPOKEN = {"km": 45, "km-Latn": 40, "en": 15}
FROM = {HOME: 40, SECOND: 20, THIRD: 15, "0203": 10, "0102": 8, "": 7}
# The services that were asked for, the first ones most.
SERVICES = 6
INFORMATION = (857, 857, 856)
FIGURES = {"fee": 45, "documents": 30, "time": 15, "office": 10}
LOOKED = {"processing": 50, "ready": 25, "overdue": 25}
OUTSIDE, INSIDE, NOT_FOUND = (94, 94, 94), (40, 40, 40), (11, 11, 11)
CONSENT = {"join": 42, "stop": 6, "start": 3}
# Of 159 answers: in percent what the pilot's survey found, for each question.
SURVEY: Mapping[str, tuple[int, int, int, int]] = {
    "waiting": (13, 20, 96, 30),
    "hours": (22, 41, 83, 13),
    "fees": (20, 42, 78, 19),
    "attitude": (20, 42, 73, 24),
    "information": (18, 39, 78, 24),
}
SURVEYED = {"women": 81, "men": 78}
# In one month, so that most kinds reach ten.
COMPLAINED = (0, 85, 0)
KINDS = {"long_wait": 35, "extra_fee": 30, "attitude": 15, "refused": 10, "other": 10}
COMMENTS = 120
COMMENTED = {"waiting": 40, "fees": 30, "attitude": 20, "other": 10}
MEETINGS, ON_PAPER, WOMEN_ON_PAPER = 26, 1112, 471
FORUMS, CAME, WOMEN_CAME = 21, 440, 212
QUESTIONS, ANSWERED = 99, 88
ACTIONS, REPLIED, DONE = 63, 50, 21
ASKED = ("How much is the fee?", "Why is the wait so long?", "Which hours are you open?")
TICKETS_A_MONTH = 100
# How many working days more or less than stated an application took, in turn.
TOOK = (-2, -1, -1, 0, 0, -3, 1, -1, 0, 4)


def spread(n: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Divide a number by weights into whole numbers that add up to it."""
    total, told, found = sum(weights.values()), 0, {}
    upto = 0
    for name, weight in weights.items():
        upto += weight
        found[name] = n * upto // total - told
        told += found[name]
    return found


def shares(total: int, parts: int) -> list[int]:
    """Divide a number into as equal whole parts as can be."""
    return [total // parts + (n < total % parts) for n in range(parts)]


def cells(at: int) -> Counter[str]:
    """Return what the tally would have made of a month: people, ratings, complaints, comments."""
    found: Counter[str] = Counter()
    for sex, n in {**SAID, "unsaid": UNSAID[at]}.items():
        for channel, some in spread(n, CHANNELS).items():
            for district, people in spread(some, FROM).items():
                found[f"users#{channel}#{sex}#{district}"] += people
    found.update(_ratings(at))
    for kind, n in spread(COMPLAINED[at], KINDS).items():
        for state, some in spread(n, {"answered": 70, "received": 20, "out_of_remit": 10}).items():
            found[f"complaints#{kind}#{HOME}#{state}#"] += some
    found[f"answered-in#{at + 1}"] += COMPLAINED[at] // 2
    for topic, n in spread(COMMENTS, COMMENTED).items():
        for language, some in spread(n, SPOKEN).items():
            found[f"comments#{topic}#{HOME}#{language}"] += some
    return found


def counts(at: int, services: Sequence[str]) -> Iterator[tuple[date, Count, int]]:
    """Give the counters of a month, on days that are spread over it."""
    found: Counter[Count] = Counter()
    for count, n in (*_information(at, services), *_tracking(at)):
        found[count] += n
    for question, n in CONSENT.items():
        found[Count("sms", "km", "consent", question=question)] += n // len(QUARTER.months)
    first = date.fromisoformat(f"{QUARTER.months[at]}-01")
    for number, (count, n) in enumerate(found.items()):
        if n:
            yield first + timedelta(days=number % 28), count, n


def cards(offices: Sequence[str]) -> Iterator[Card]:
    """Give the paper scorecards of the meetings."""
    people, women = shares(ON_PAPER, MEETINGS), shares(WOMEN_ON_PAPER, MEETINGS)
    for n, office in enumerate(islice(cycle(offices), MEETINGS)):
        held_on = QUARTER.first + timedelta(days=3 * n)
        for dimension, survey in SURVEY.items():
            weights = {str(one): share for one, share in zip(ANSWERS, survey, strict=True)}
            hers = spread(women[n], weights)
            his = spread(people[n] - women[n], weights)
            for answer in weights:
                yield Card(office, held_on, dimension, int(answer), hers[answer], his[answer])


def tickets(at: int, stated: Mapping[str, int]) -> Iterator[Ticket]:
    """Give applications that were finished in a month; `stated` are the days by service."""
    services = cycle(sorted(stated))
    first = date.fromisoformat(f"{QUARTER.months[at]}-01")
    for n in range(TICKETS_A_MONTH):
        service = next(services)
        office = (HOME, SECOND, THIRD)[n % 3]
        done = first + timedelta(days=n % 27)
        took = max(stated[service] + TOOK[n % len(TOOK)], 1)
        received = done - timedelta(days=took * 7 // 5)
        number = with_check_digit(f"{office}20{at + 1}{n:03}")
        more = [Change("more_documents", received)] * (n % 9 == 0)
        history = (Change("received", received), *more, Change("ready", done))
        due = received + timedelta(days=stated[service] * 7 // 5)
        yield Ticket(number, office, service, "ready", received, due, done, history=history)


def _ratings(at: int) -> Counter[str]:
    found: Counter[str] = Counter()
    office = (SECOND, HOME, THIRD)[at]
    for dimension, survey in SURVEY.items():
        weights = {str(one): share for one, share in zip(ANSWERS, survey, strict=True)}
        if office == HOME:
            named = [(answer, spread(n, SURVEYED)) for answer, n in weights.items()]
        else:
            people = {"women": 90, "men": 70, "unsaid": 25 + (office == THIRD)}
            named = [
                (answer, spread(n, people))
                for answer, n in spread(sum(people.values()), weights).items()
            ]
        for answer, by_sex in named:
            for sex, n in by_sex.items():
                found[f"{RATE}#{FORM}#{office}#{dimension}#{answer}#{sex}#ussd#km"] += n
    return found


def _information(at: int, services: Sequence[str]) -> Iterator[tuple[Count, int]]:
    """Give what was asked: services that were opened, and then figures of them."""
    kind, weights = "information", {one: SERVICES - n for n, one in enumerate(services[:SERVICES])}
    for channel, n in spread(INFORMATION[at], {"ussd": 70, "sms": 30}).items():
        for language, some in spread(n, SPOKEN).items():
            for district, asked in spread(some, FROM).items():
                for service, times in spread(asked, weights).items():
                    yield Count(channel, language, kind, service, "all", "", "", district), times
    for service, times in spread(INFORMATION[at], weights).items():
        for figure, read in spread(times, FIGURES).items():
            yield Count("ussd", "km", kind, service, figure), read


def _tracking(at: int) -> Iterator[tuple[Count, int]]:
    lookups = (
        *((n, was, HOME, SECOND) for was, n in spread(OUTSIDE[at], LOOKED).items()),
        *((n, was, HOME, HOME) for was, n in spread(INSIDE[at], LOOKED).items()),
        (NOT_FOUND[at], "none", "", HOME),
    )
    for n, outcome, office, asker in lookups:
        for language, some in spread(n, SPOKEN).items():
            yield Count("ussd", language, "tracking", "", "", outcome, office, asker), some
