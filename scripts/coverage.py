#!/usr/bin/env python3
"""Lines that the tests of the coverage build reached, by folder of src, least first: scripts/coverage.py [--files]

After: scripts/build.sh coverage && ctest --preset coverage
"""
import collections
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def counts_of(gcda, folder):
    """Hits by (source, line) of one object."""
    subprocess.run(["gcov", "--json-format", str(gcda)], cwd=folder, capture_output=True, check=True)
    for report in pathlib.Path(folder).glob("*.gcov.json.gz"):
        data = json.loads(gzip.decompress(report.read_bytes()))
        report.unlink()
        for file in data["files"]:
            path = pathlib.Path(data["current_working_directory"], file["file"]).resolve()
            if not path.is_relative_to(ROOT / "src") or path.name.endswith("_test.cpp"):
                continue
            for line in file["lines"]:
                yield (str(path.relative_to(ROOT)), line["line_number"]), line["count"]


def main():
    hits = collections.Counter()
    seen = set()
    with tempfile.TemporaryDirectory() as folder:
        for gcda in sorted((ROOT / "build" / "coverage").rglob("*.gcda")):
            for place, count in counts_of(gcda, folder):
                seen.add(place)
                hits[place] += count
    if not seen:
        sys.exit("There are no counts: scripts/build.sh coverage && ctest --preset coverage")
    by = collections.defaultdict(lambda: [0, 0])
    for place in seen:
        name = place[0] if "--files" in sys.argv else str(pathlib.Path(place[0]).parent)
        for key in (name, "all"):
            by[key][0] += hits[place] > 0
            by[key][1] += 1
    for name, (reached, lines) in sorted(by.items(), key=lambda item: item[1][0] / item[1][1]):
        print(f"{100 * reached / lines:5.1f} %  {reached:6} of {lines:6}  {name}")


if __name__ == "__main__":
    main()
