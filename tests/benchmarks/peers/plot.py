"""Bars as SVG, for the README."""

from collections.abc import Mapping

WIDTH, BAR, GAP, LEFT = 640, 22, 8, 110
_STYLE = (
    "text{font:13px sans-serif;fill:#333}.h{font-weight:bold}.b{fill:#9aa5b1}.o{fill:#1d5fa8}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.b{fill:#66717d}.o{fill:#6aa8e8}}"
)


def bars(groups: Mapping[str, Mapping[str, float]], unit: str = "deliveries/s") -> str:
    """Return an SVG with a group of bars for each entry; the first bar of each is ours."""
    most = max(value for group in groups.values() for value in group.values())
    parts, y = [], GAP
    for title, group in groups.items():
        parts.append(f'<text class="h" x="0" y="{y + 15}">{title}, {unit}</text>')
        y += BAR + GAP
        for index, (name, value) in enumerate(group.items()):
            width = round((WIDTH - LEFT - 80) * value / most, 1)
            parts.append(f'<text x="0" y="{y + 16}">{name}</text>')
            shade = "b" if index else "o"
            parts.append(
                f'<rect class="{shade}" x="{LEFT}" y="{y}" width="{width}" height="{BAR}"/>'
            )
            parts.append(f'<text x="{LEFT + width + 6}" y="{y + 16}">{value:,.0f}</text>')
            y += BAR + GAP
        y += GAP
    label = f"{unit.capitalize()}, ours beside peers"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img" '
        f'aria-label="{label}"><style>{_STYLE}</style>{"".join(parts)}</svg>\n'
    )
