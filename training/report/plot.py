"""Plot: points and lines over two axes, drawn as SVG that needs nothing from elsewhere."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup

INK, RULES, ACCENT = "#1f2933", "#6b7785", "#0b5fa5"
_GRID = "#e4e8ec"
_FONT = 14
_RIGHT, _TOP, _BOTTOM = 16, 12, 56
"""Room around the axes, in pixels; that on the left depends on what stands there."""
_LETTER = 0.56
"""Width of a letter on average, as a share of its height."""
_STEPS = (1, 2, 2.5, 5, 10)
_SAMPLE = 26
"""Length of the line beside a name in the legend."""

Mark = Literal["", "dot", "square"]
Point = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """One axis.

    Attributes:
        low, high: values at its ends; from top to bottom when `high` is lower.
        ticks: values with what stands beside them.
    """

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    label: str = ""

    def share(self, value: float) -> float:
        """Where a value lies, 0 at the low end and 1 at the high one."""
        return (value - self.low) / (self.high - self.low)


@dataclass
class Plot:
    """A picture that is put together piece by piece.

    Attributes:
        width, height: in pixels.
    """

    width: float
    height: float
    across: Axis
    up: Axis
    _pieces: list[Markup] = field(default_factory=list)
    _legend: list[tuple[str, str, bool, Mark]] = field(default_factory=list)

    def line(
        self, points: Sequence[Point], colour: str, *, width: float = 1.8, dashed: bool = False, mark: Mark = "",
        name: str = "",
    ) -> None:  # fmt: skip
        """A line through these points.

        Args:
            mark: at each point.
            name: in the legend; none when not given.
        """
        places = [self._place(point) for point in points]
        self._pieces.append(_line(places, colour, width, dashed))
        self._pieces += [_mark(place, colour, 4, mark) for place in places if mark]
        if name:
            self._legend.append((name, colour, dashed, mark))

    def dot(self, point: Point, colour: str, radius: float) -> None:
        self._pieces.append(_mark(self._place(point), colour, radius, "dot"))

    def text(self, point: Point, words: str, aside: float) -> None:
        """Words beside a point, so many pixels to the right, or to the left of it when that is below 0."""
        x, y = self._place(point)
        self._pieces.append(_text((x + aside, y + 4), words, "start" if aside > 0 else "end", 13))

    def address(self) -> str:
        """The picture as the address of an image."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg().encode()).decode()

    def svg(self) -> str:
        """The same figure gives the same text."""
        content = Markup("").join([*self._axes(), *self._pieces, *self._names()])
        return Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'font-family="system-ui, sans-serif" fill="{ink}">{content}</svg>'
        ).format(width=_number(self.width), height=_number(self.height), ink=INK, content=content)

    @property
    def _left(self) -> float:
        widest = max((len(words) for _, words in self.up.ticks), default=0)
        return 14 + widest * _FONT * _LETTER + (_FONT + 8 if self.up.label else 0)

    def _place(self, point: Point) -> Point:
        x = self._left + self.across.share(point[0]) * (self.width - self._left - _RIGHT)
        return x, self.height - _BOTTOM - self.up.share(point[1]) * (self.height - _TOP - _BOTTOM)

    def _axes(self) -> Sequence[Markup]:
        left, bottom = self._left, self.height - _BOTTOM
        pieces = []
        for value, words in self.across.ticks:
            x, _ = self._place((value, self.up.low))
            pieces += [_line([(x, _TOP), (x, bottom)], _GRID, 1), _text((x, bottom + 20), words, "middle")]
        for value, words in self.up.ticks:
            _, y = self._place((self.across.low, value))
            pieces += [_line([(left, y), (self.width - _RIGHT, y)], _GRID, 1), _text((left - 8, y + 5), words, "end")]
        pieces.append(_line([(left, _TOP), (left, bottom), (self.width - _RIGHT, bottom)], RULES, 1))
        middle = (_TOP + bottom) / 2
        if self.up.label:
            turned = f"rotate(-90 {_FONT + 2} {_number(middle)})"
            pieces.append(_text((_FONT + 2, middle), self.up.label, "middle", turned=turned))
        if self.across.label:
            pieces.append(_text(((left + self.width - _RIGHT) / 2, bottom + 44), self.across.label, "middle"))
        return pieces

    def _names(self) -> Sequence[Markup]:
        """The legend, above on the right."""
        longest = max((len(name) for name, *_ in self._legend), default=0)
        x = self.width - _RIGHT - longest * _FONT * _LETTER - _SAMPLE - 14
        pieces = []
        for place, (name, colour, dashed, mark) in enumerate(self._legend):
            y = _TOP + 10 + place * (_FONT + 7)
            pieces += [_line([(x, y), (x + _SAMPLE, y)], colour, 1.8, dashed), _text((x + _SAMPLE + 8, y + 5), name)]
            if mark:
                pieces.append(_mark((x + _SAMPLE / 2, y), colour, 4, mark))
        return pieces


def round_ticks(low: float, high: float, about: int = 5) -> Sequence[float]:
    """Round values from low to high, some five of them."""
    if high <= low:
        return [low]
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in _STEPS if each * power >= rough * 0.999)
    return [number * step for number in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def _line(places: Sequence[Point], colour: str, width: float, dashed: bool = False) -> Markup:
    points = " ".join(f"{_number(x)},{_number(y)}" for x, y in places)
    dashes = Markup(' stroke-dasharray="6 4"') if dashed else ""
    return Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="{}"{}/>').format(
        points, colour, _number(width), dashes
    )


def _mark(place: Point, colour: str, radius: float, mark: Mark) -> Markup:
    x, y, size = place[0], place[1], _number(radius)
    if mark == "square":
        return Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(
            _number(x - radius), _number(y - radius), _number(2 * radius), _number(2 * radius), colour
        )
    return Markup('<circle cx="{}" cy="{}" r="{}" fill="{}"/>').format(_number(x), _number(y), size, colour)


def _text(place: Point, words: str, anchor: str = "start", size: float = _FONT, turned: str = "") -> Markup:
    where = Markup(' transform="{}"').format(turned) if turned else ""
    return Markup('<text x="{}" y="{}" font-size="{}" text-anchor="{}"{}>{}</text>').format(
        _number(place[0]), _number(place[1]), _number(size), anchor, where, words
    )


def _number(value: float) -> str:
    """Tenths of a pixel: finer than anybody sees, and the same on every processor."""
    return f"{value:.1f}".removesuffix(".0")
