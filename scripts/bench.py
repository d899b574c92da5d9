#!/usr/bin/env python3
"""Runs the benchmarks of the statistics and prints a section for docs/benchmarks.md: scripts/bench.py FOLDER-OF-THE-BENCHMARKS [--plot FILE.svg]

The same rows go to Hamdil, R survey and data.table in one run, and their answers are compared; a bare loop of the same sums and a plain streaming
sum over the same columns say where the limit is. Nothing is asserted but that the answers agree: figures depend on the machine.
Build first: cmake --preset release -B build/bench -DHAMDIL_BENCH=ON && cmake --build build/bench"""
import datetime
import json
import math
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from measure import machine  # noqa: E402

GROWTH = {"rows": [(n, (n, 20, 12, 40)) for n in (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)],
          "items": [(n, (1_000_000, n, 12, 40)) for n in (7, 20, 50, 100)],
          "domains": [(n, (1_000_000, 20, n, 40)) for n in (2, 12, 48, 192)],
          "sampling units": [(50 * n, (1_000_000, 20, 12, n)) for n in (10, 40, 160, 640)]}


def survey(folder, shape, with_r=False):
    command = [str(folder / "hamdil-bench-survey"), *map(str, shape), "--json", *([] if with_r else ["--no-r"])]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command[1:])}: the answers do not agree:\n{done.stdout}")
    return json.loads(done.stdout)


def times(r_seconds, ours):
    return f"{r_seconds / ours:.0f}" if r_seconds else "not run"


def compared(found):
    lines = ["| rows | work | Hamdil, CPU s | R, CPU s | times less |", "|---|---|---|---|---|"]
    for one in found:
        rows = f"{one['rows']:,}"
        for work, ours, theirs in (("declaring the design", "design", "r_svydesign"), ("20 items x 12 domains with errors, against svyby", "table", "r_svyby"),
                                   ("the same, against data.table's bare sums", "table", "r_datatable"), ("logistic regression, 6 predictors", "glm", "r_svyglm"),
                                   ("the same, against R's best repeat", "glm", "r_svyglm_again")):
            if theirs in one or work.startswith(("declaring", "20 items", "logistic")):
                lines.append(f"| {rows} | {work} | {one[ours]:.4f} | {one.get(theirs, 0) or 'not run'} | {times(one.get(theirs), one[ours])} |")
    return "\n".join(lines)


def limit(found):
    lines = ["| rows | 20 items x 12 domains, CPU s | bare loop of the same sums | share of the limit | wall s | memory above the columns |", "|---|---|---|---|---|---|"]
    for one in found:
        lines.append(f"| {one['rows']:,} | {one['table']:.4f} | {one['bare']:.4f} | {100 * one['bare'] / one['table']:.0f} % | {one['table_wall']:.4f} | {one['megabytes']} MB |")
    return "\n".join(lines)


def growth(folder):
    return {name: [(x, survey(folder, shape)) for x, shape in points] for name, points in GROWTH.items()}


def panel(name, points, left, top, width, height):
    """Time over one measure, both logarithmic: Hamdil and the bare loop."""
    xs = [math.log10(x) for x, _ in points]
    values = [one[key] for _, one in points for key in ("table", "bare")]
    low, high = math.log10(min(values)) - 0.1, math.log10(max(values)) + 0.1
    at = lambda x, y: (left + width * (math.log10(x) - xs[0]) / (xs[-1] - xs[0]), top + height * (1 - (math.log10(y) - low) / (high - low)))
    out = [f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="none" stroke="#999"/>',
           f'<text x="{left + width / 2}" y="{top - 8}" text-anchor="middle" font-weight="bold">{name}</text>']
    for x, _ in points:
        out.append(f'<text x="{at(x, 10 ** low)[0]:.1f}" y="{top + height + 14}" text-anchor="middle">{x:,}</text>')
    for power in range(math.ceil(low), math.floor(high) + 1):
        y = at(points[0][0], 10 ** power)[1]
        out.append(f'<line x1="{left}" x2="{left + width}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        out.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{10 ** power:g} s</text>')
    for key, colour, dash in (("table", "#00629b", ""), ("bare", "#a04000", ' stroke-dasharray="5 3"')):
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in (at(x, one[key]) for x, one in points))
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
    return "\n".join(out)


def plot(grown, path):
    parts = [panel(name, points, 70 + 430 * (i % 2), 50 + 260 * (i // 2), 340, 180) for i, (name, points) in enumerate(grown.items())]
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="880" height="570" font-family="sans-serif" font-size="11">\n'
                    '<rect width="880" height="570" fill="white"/>\n' + "\n".join(parts) +
                    '\n<text x="70" y="555"><tspan fill="#00629b">Hamdil: means with errors</tspan>   '
                    '<tspan fill="#a04000">dashed: bare loop of the same sums</tspan>; CPU seconds; both axes logarithmic</text>\n</svg>\n', encoding="utf-8")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    where = machine()
    found = [survey(folder, (100_000, 20, 12, 40), True), survey(folder, (1_000_000, 20, 12, 40), True), survey(folder, (10_000_000, 20, 12, 40))]
    stream = subprocess.run([str(folder / "hamdil-bench-stream")], stdout=subprocess.PIPE, text=True, check=True).stdout
    grown = growth(folder)
    if "--plot" in sys.argv:
        plot(grown, pathlib.Path(sys.argv[sys.argv.index("--plot") + 1]))
    print(f"## Statistics, {datetime.date.today().isoformat()}\n\n{where}\n\n{compared(found)}\n\nThe limit:\n\n{limit(found)}\n")
    print(f"One item, beside a plain streaming sum over the same columns:\n\n```\n{stream}```")


if __name__ == "__main__":
    main()
