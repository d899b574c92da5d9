#!/usr/bin/env python3
"""Runs clang-tidy-19 with the checks of .clang-tidy on all project sources, or on those named.

scripts/tidy.py [--preset asan] [--lately N] [FILE...]     needs a configured build of the preset (cmake --preset asan)

With --lately N only on sources that the last N commits touched: the whole takes as long as all the rest of CI. What was
clean before is not read again: the key is the preprocessed source, its compiler flags and .clang-tidy.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def compile_commands(preset):
    path = ROOT / "build" / preset / "compile_commands.json"
    if not path.exists():
        sys.exit(f"{path} is not there: run cmake --preset {preset} first.")
    return {pathlib.Path(entry["file"]).resolve(): entry for entry in json.loads(path.read_text())}


def key_of(entry, settings):
    words = [word for word in shlex.split(entry["command"]) if not word.endswith("ccache")]
    output = words.index("-o")
    words = words[:output] + words[output + 2:]
    words[words.index("-c")] = "-E"
    source = subprocess.run(words, cwd=entry["directory"], capture_output=True, check=True).stdout
    flags = [word for word in words if word.startswith(("-D", "-W", "-std", "-O", "-f"))]
    return hashlib.sha256(b"\0".join([source, " ".join(flags).encode(), settings])).hexdigest()


def touched_lately(commits):
    log = subprocess.run(["git", "log", f"-{commits}", "--name-only", "--format="], cwd=ROOT, capture_output=True,
                         text=True, check=True).stdout
    return {(ROOT / name).resolve() for name in log.split()}


def check(file, entry, preset, cache, settings):
    marker = cache / key_of(entry, settings)
    if marker.exists():
        return file, True, ""
    done = subprocess.run(["clang-tidy-19", "-p", str(ROOT / "build" / preset), "--quiet", str(file)], cwd=ROOT,
                          capture_output=True, text=True)
    clean = done.returncode == 0 and not re.search(r": (warning|error): ", done.stdout)
    if clean:
        marker.touch()
    return file, clean, done.stdout or done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="asan")
    parser.add_argument("--lately", type=int, metavar="N")
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    commands = compile_commands(arguments.preset)
    listed = arguments.files or subprocess.run(
        ["git", "ls-files", "src/*.cpp", "fuzz/*.cpp", "tests/*.cpp"], cwd=ROOT, capture_output=True, text=True,
        check=True).stdout.split()
    files = [path for path in ((ROOT / name).resolve() for name in listed) if path in commands]
    cache = ROOT / "build" / "tidy"
    cache.mkdir(parents=True, exist_ok=True)
    settings = (ROOT / ".clang-tidy").read_bytes()
    if arguments.lately is not None:
        touched = touched_lately(arguments.lately)
        files = [file for file in files if file in touched]
    faults = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        work = [pool.submit(check, file, commands[file], arguments.preset, cache, settings) for file in files]
        for one in concurrent.futures.as_completed(work):
            file, clean, words = one.result()
            if not clean:
                faults += 1
                print(words, end="", flush=True)
    print(f"clang-tidy: {len(files)} files, {faults} with findings")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
