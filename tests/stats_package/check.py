#!/usr/bin/env python3
"""The statistics as a library of their own: installed, found by another project, linked whole, run; and its API page is current.

check.py BUILD-FOLDER           tests
check.py BUILD-FOLDER --write   writes the table of docs/stats-library.md anew"""
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGE = ROOT / "docs" / "stats-library.md"
# R 4.2, survey 4.1: svymean(~trusts, svydesign(ids = ~village, strata = ~stratum, weights = ~weight)).
EXPECTED = "trusts 0.551282 (0.181983), 95% -0.2317 to 1.3343\n"


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command[:4]))} ... failed:\n{done.stdout[-4000:]}")
    return done.stdout


def first_sentence(header):
    """The first sentence of a header's comment, on one line."""
    lines = []
    for line in header.read_text(encoding="utf-8").splitlines():
        if not line.startswith("//"):
            break
        lines.append(line[2:].strip())
    text = " ".join(lines)
    found = re.match(r"(.+?[.:])(?= [A-Z]|$)", text)
    return (found.group(1) if found else text).rstrip(":").rstrip(".") + "."


def table(headers):
    rows = [f"| `{name}` | {first_sentence(path).replace('|', chr(92) + '|')} |" for name, path in headers]
    return "\n".join(["| header | what it is |", "|---|---|", *rows])


def check_page(installed, write):
    headers = sorted((str(path.relative_to(installed)), path) for path in installed.rglob("*.hpp"))
    begin, end = "<!-- headers -->\n", "\n<!-- end of headers -->"
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(begin)
    tail = rest.split(end)[1]
    now = head + begin + table(headers) + end + tail
    if write:
        PAGE.write_text(now, encoding="utf-8")
    elif now != page:
        sys.exit("docs/stats-library.md is not current: tests/stats_package/check.py BUILD-FOLDER --write")
    example = (HERE / "example.cpp").read_text(encoding="utf-8")
    if example not in page:
        sys.exit("docs/stats-library.md does not show tests/stats_package/example.cpp as it is")


def main():
    build = pathlib.Path(sys.argv[1])
    run("cmake", "--build", build, "--target", "hamdil_stats_package")
    with tempfile.TemporaryDirectory(prefix="hamdil_stats_") as folder:
        prefix = pathlib.Path(folder) / "installed"
        run("cmake", "--install", build, "--component", "hamdil-stats", "--prefix", prefix)
        check_page(prefix / "include" / "hamdil", "--write" in sys.argv)
        user = pathlib.Path(folder) / "user"
        run("cmake", "-S", HERE, "-B", user, f"-DCMAKE_PREFIX_PATH={prefix}")
        run("cmake", "--build", user)
        for program in ("example", "whole"):
            printed = run(user / program)
            if printed != EXPECTED:
                sys.exit(f"{program} printed\n{printed}instead of\n{EXPECTED}")
    print("installed, found, linked whole and run; the page is current")


if __name__ == "__main__":
    main()
