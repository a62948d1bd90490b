"""This file says which figures of ratings are published: none by which fewer than ten are told.

The people who rated in a month are put into groups that do not overlap: an office by itself where
it has enough of them, else together with the others of its district, its province, or the country.
A group is the same for all questions, and every number that is published is a number of a group or
a sum of such; who is in no group enters no number at all. So nothing that is hidden can be worked
out by taking one number from another.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.capabilities.ballots_tally import RATE, SEPARATOR

K = 10
# Of an all-alike group every member's answer is known, so it must be larger.
K_ALIKE = 2 * K
EVERYWHERE, EVERYBODY = "", ""
# An office is in a district, that in a province: codes of 4 and 2 digits.
AREAS = (4, 2, 0)
# The answers as they were given, and as satisfied or not, where four are too many.
FOUR: Mapping[str, str] = {"1": "1", "2": "2", "3": "3", "4": "4"}
TWO: Mapping[str, str] = {"1": "1-2", "2": "1-2", "3": "3-4", "4": "3-4"}

# Of each office, dimension and sex, how many gave each answer.
Leaf = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """One published row: the answers of the people of an area to one question.

    `area` is an office's code, or that of the district or province whose small offices are
    together here, or empty for those of the whole country. `sex` is empty for everybody.
    `answers` are numbers by `1` to `4`, or by `1-2` and `3-4` where four are too many.
    """

    area: str
    pooled: bool
    dimension: str
    sex: str
    answers: Mapping[str, int]

    @property
    def people(self) -> int:
        """How many answered."""
        return sum(self.answers.values())

    @property
    def satisfied(self) -> int:
        """How many chose one of the two better answers."""
        return sum(n for answer, n in self.answers.items() if answer in {"3", "4", "3-4"})


@dataclass(frozen=True, slots=True)
class Release:
    """What is published of a month: its groups, and how many offices are in none.

    `members` are the offices of each area that groups are of, by its code and whether it is a pool.
    """

    groups: tuple[Group, ...] = ()
    withheld: int = 0
    members: Mapping[tuple[str, bool], Sequence[str]] = field(default_factory=dict)


def released(cells: Mapping[str, int], form: str) -> Release:
    """Return what may be published of a month's counters for one form of the questions."""
    waiting = _by_office(cells, form)
    groups: list[Group] = []
    members: dict[tuple[str, bool], Sequence[str]] = {}
    for office in sorted(waiting):
        shown = _shown(office, waiting[office], pooled=False)
        if shown:
            groups += shown
            members[office, False] = [office]
            del waiting[office]
    for digits in AREAS:
        for area, offices in sorted(_areas(waiting, digits).items()):
            shown = _shown(area, _together(waiting[one] for one in offices), pooled=True)
            if shown:
                groups += shown
                members[area, True] = offices
                for one in offices:
                    del waiting[one]
    return Release(tuple(groups), len(waiting), members)


Office = Mapping[tuple[str, str, str], int]


def _by_office(cells: Mapping[str, int], form: str) -> dict[str, Office]:
    """Return of each office the numbers by dimension, sex and answer."""
    found: dict[str, Counter[tuple[str, str, str]]] = defaultdict(Counter)
    for cell, n in cells.items():
        kind, *named = cell.split(SEPARATOR)
        if kind == RATE and named[0] == form and n:
            _, office, dimension, answer, sex, *_ = named
            found[office][dimension, sex, answer] += n
    return dict(found)


def _areas(offices: Iterable[str], digits: int) -> dict[str, list[str]]:
    """Return the offices by the first digits of their codes; a shorter code is in no district."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in offices:
        if len(one) >= digits:
            found[one[:digits]].append(one)
    return found


def _together(offices: Iterable[Office]) -> Office:
    summed: Counter[tuple[str, str, str]] = Counter()
    for one in offices:
        summed.update(one)
    return summed


def _shown(area: str, office: Office, *, pooled: bool) -> list[Group]:
    """Return the groups of an area for every question, or none where one of them is too small."""
    dimensions = sorted({dimension for dimension, _, _ in office})
    found: list[Group] = []
    for dimension in dimensions:
        best = next(_ways(area, dimension, office, pooled=pooled), None)
        if best is None:
            return []
        found += best
    return found


def _ways(area: str, dimension: str, office: Office, *, pooled: bool) -> Iterator[list[Group]]:
    """Give the ways to show a question that tell of nobody, the one that tells most first."""
    for words in (FOUR, TWO):
        for by_sex in (True, False):
            groups = _split(area, dimension, office, words, by_sex=by_sex, pooled=pooled)
            if all(_tells_of_nobody(one) for one in groups):
                yield groups


def _split(
    area: str,
    dimension: str,
    office: Office,
    words: Mapping[str, str],
    *,
    by_sex: bool,
    pooled: bool,
) -> list[Group]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for (named, sex, answer), n in office.items():
        if named == dimension:
            found[sex if by_sex else EVERYBODY][words[answer]] += n
    return [
        Group(area, pooled, dimension, sex, dict(answers)) for sex, answers in sorted(found.items())
    ]


def _tells_of_nobody(group: Group) -> bool:
    least = K_ALIKE if len(group.answers) == 1 else K
    return all(n >= least for n in group.answers.values())
