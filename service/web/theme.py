"""Theme: an accent colour of another site, used only where it stays readable (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

TEXT_CONTRAST = 4.5
_LIGHT_PAGE, _DARK_PAGE = "ffffff", "1b2428"
_STEPS = 50


def luminance(colour: str) -> float:
    """Relative luminance of six hexadecimal digits (WCAG 2.2, definition)."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, page: str) -> str:
    """The colour, moved towards black or white just until text in it can be read on this page."""
    target = "000000" if luminance(page) > 0.5 else "ffffff"
    for step in range(_STEPS + 1):
        moved = _mixed(colour, target, step / _STEPS)
        if contrast(moved, page) >= TEXT_CONTRAST:
            return moved
    return target


def theme_css(accent: str) -> str:
    """The stylesheet that puts an accent colour in the place of ours."""
    light, dark = readable(accent, _LIGHT_PAGE), readable(accent, _DARK_PAGE)
    on_light, on_dark = _text_on(light), _text_on(dark)
    return (
        f":root{{--accent:#{light};--accent-strong:#{_mixed(light, '000000', 0.25)};--on-accent:#{on_light}}}\n"
        "@supports (color:light-dark(red,red)){:root{"
        f"--accent:light-dark(#{light},#{dark});"
        f"--accent-strong:light-dark(#{_mixed(light, '000000', 0.25)},#{_mixed(dark, 'ffffff', 0.25)});"
        f"--on-accent:light-dark(#{on_light},#{on_dark})}}}}\n"
    )


def _text_on(colour: str) -> str:
    return "ffffff" if contrast("ffffff", colour) >= contrast("10181b", colour) else "10181b"


def _mixed(colour: str, other: str, share: float) -> str:
    parts = (
        round(int(colour[place : place + 2], 16) * (1 - share) + int(other[place : place + 2], 16) * share)
        for place in (0, 2, 4)
    )
    return "".join(f"{part:02x}" for part in parts)
