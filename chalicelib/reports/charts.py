"""This file draws charts: bars with their words and numbers, as SVG that speaks and prints.

Nothing but the SVG is needed: no script, no style sheet, no font of its own. Colours are those of
the page (`currentColor`), the series differ by their shade and stand in the order of the legend,
and every number is in the description, so a reader who sees nothing misses nothing. A label has a
line of its own above its bar, so it may be as long as Khmer is.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

WIDTH, LEFT, RIGHT = 720, 12, 84
BAR, GAP, LINE, LABEL = 16, 4, 24, 20
# Words on each but the first are readable on a light page and on a dark one.
SHADES = (0.85, 0.4, 0.2, 0.06)
FONT = "'Noto Sans Khmer', 'Khmer OS Battambang', 'Khmer OS', sans-serif"
LEAST_FOR_A_NUMBER = 34


@dataclass(frozen=True, slots=True)
class Bar:
    """One label with a number for each series; None where it is not known."""

    label: str
    values: Sequence[float | None]

    @property
    def sum(self) -> float:
        """All numbers together."""
        return sum(one or 0 for one in self.values)


def drawn(
    title: str,
    bars: Sequence[Bar],
    series: Sequence[str],
    *,
    stacked: bool = False,
    language: str = "en",
    warning: str = "",
    width: int = WIDTH,
) -> str:
    """Return a chart as an SVG document, its bars under each other.

    Args:
        title: what it shows; also its name for a screen reader.
        bars: what is drawn; none is a chart that says so.
        series: the names of the numbers of each bar.
        stacked: the numbers of a bar stand behind each other instead of under each other.
        language: the language of the words.
        warning: a line above everything, such as that the figures are made up.
        width: pixels; its words are as large as those around it only where it is shown as wide.
    """
    heads = [one for one in (warning, title) if one]
    body, height = _body(heads, bars, series, stacked=stacked, width=width)
    described = _described(bars, series, warning)
    # Several charts may stand on one page, and each is named by its own words.
    id_ = f"chart-{zlib.crc32(f'{title} {described}'.encode()):08x}"
    names = f"<title id='{id_}-title'>{escape(title)}</title>"
    names += f"<desc id='{id_}-desc'>{escape(described)}</desc>"
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' "
        f"height='{height}' role='img' aria-labelledby='{id_}-title {id_}-desc' "
        f"xml:lang={quoteattr(language)} lang={quoteattr(language)} fill='currentColor' "
        f"font-family=\"{FONT}\" font-size='13'>{names}{body}</svg>\n"
    )


def _body(
    heads: Sequence[str], bars: Sequence[Bar], series: Sequence[str], *, stacked: bool, width: int
) -> tuple[str, int]:
    parts: list[str] = []
    at = LINE
    for line in heads:
        parts.append(_text(LEFT, at, line, "font-weight='bold'"))
        at += LINE
    if len(series) > 1:
        parts += _legend(series, at - LABEL + GAP, (width - 2 * LEFT) / len(series))
        at += LINE
    most = max((one.sum if stacked else _most(one) for one in bars), default=0) or 1
    scale = (width - LEFT - RIGHT) / most
    for bar in bars:
        parts.append(_text(LEFT, at, bar.label))
        at += GAP + GAP
        drawing = _stack(bar, at, scale) if stacked else _side_by_side(bar, at, scale)
        parts += drawing
        at += (BAR if stacked else (BAR + GAP) * len(bar.values)) + LINE
    return "".join(parts), at


def _most(bar: Bar) -> float:
    return max((one or 0 for one in bar.values), default=0)


def _side_by_side(bar: Bar, top: int, scale: float) -> Iterator[str]:
    for n, value in enumerate(bar.values):
        y = top + n * (BAR + GAP)
        length = round((value or 0) * scale, 1)
        yield _rectangle(LEFT, y, length, n)
        yield _text(LEFT + length + GAP, y + BAR - GAP, _written(value))


def _stack(bar: Bar, top: int, scale: float) -> Iterator[str]:
    x = float(LEFT)
    for n, value in enumerate(bar.values):
        length = round((value or 0) * scale, 1)
        yield _rectangle(x, top, length, n)
        if length >= LEAST_FOR_A_NUMBER:
            # A number on the darkest shade is in the colour of the page.
            paint = "fill='Canvas'" if n == 0 else ""
            yield _text(x + GAP, top + BAR - GAP, _written(value), paint)
        x += length
    if not any(bar.values):
        yield _text(LEFT, top + BAR - GAP, "-")


def _legend(series: Sequence[str], top: int, room: float) -> Iterator[str]:
    for n, name in enumerate(series):
        x = LEFT + n * room
        yield _rectangle(x, top, BAR, n)
        yield _text(x + BAR + GAP, top + BAR - GAP, name)


def _rectangle(x: float, y: float, width: float, n: int) -> str:
    shade = SHADES[n % len(SHADES)]
    return (
        f"<rect x='{x:g}' y='{y:g}' width='{width:g}' height='{BAR}' fill-opacity='{shade}' "
        "stroke='currentColor' stroke-width='1'/>"
    )


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f"<text x='{x:g}' y='{y:g}' {more}>{escape(text)}</text>"


def _written(value: float | None) -> str:
    return "-" if value is None else f"{round(value, 1):g}" if value < 1 else f"{value:,.10g}"


def _described(bars: Sequence[Bar], series: Sequence[str], warning: str) -> str:
    lines = [
        f"{bar.label}: "
        + ", ".join(
            f"{name} {_written(value)}" for name, value in zip(series, bar.values, strict=True)
        )
        for bar in bars
    ]
    return ". ".join([*filter(None, [warning]), *(lines or ["-"])])
