#!/usr/bin/env python3
"""Refuses an include that goes up the layers of src/layers.txt, and reaches into another module's internals.

Prints every offending line as FILE:LINE and exits 1 when there is one."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
# Modules that must not touch these headers, whatever their layer (design: pure modules do no I/O).
FORBIDDEN = {
    "stats": re.compile(r"<(fstream|iostream|filesystem|random)>"),
    "model": re.compile(r"<sqlite3\.h>"),
    "report": re.compile(r"<(sqlite3\.h|chrono|ctime)>"),
}


def allowed_modules():
    rules = {}
    for line in (ROOT / "src/layers.txt").read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            module, _, below = line.partition(":")
            rules[module.strip()] = {module.strip(), *below.split()}
    return rules


def main():
    rules = allowed_modules()
    problems = []
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix not in {".cpp", ".hpp"}:
            continue
        relative = path.relative_to(ROOT / "src")
        module = relative.parts[0]
        if module not in rules:
            problems.append(f"src/{relative}:1: module '{module}' is not in src/layers.txt")
            continue
        in_service = relative.parts[1] if module == "services" and len(relative.parts) > 2 else None
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            place = f"src/{relative}:{number}"
            if module in FORBIDDEN and FORBIDDEN[module].search(text) and not path.name.endswith(("_test.cpp", "_fixture.hpp")):
                problems.append(f"{place}: {module} must not include {text.strip()}")
            if "ReleaseForTests" in text and not path.name.endswith("_test.cpp") and str(relative) not in {"protect/released.hpp", "report/tiny_study.hpp"}:
                problems.append(f"{place}: only tests may release without the gate")
            match = INCLUDE.match(text)
            if not match or "/" not in match.group(1):
                continue
            parts = match.group(1).split("/")
            if parts[0] not in rules:
                problems.append(f"{place}: include \"{match.group(1)}\" does not start with a module of src/layers.txt")
            elif parts[0] not in rules[module]:
                problems.append(f"{place}: {module} may not include {parts[0]}")
            elif in_service and parts[0] == "services" and len(parts) > 2 and parts[1] != in_service and in_service != "reporting":
                problems.append(f"{place}: services/{in_service} may not include services/{parts[1]}")
    print("\n".join(problems) if problems else "layers: every include goes down")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
