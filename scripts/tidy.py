#!/usr/bin/env python3
"""Runs clang-tidy-19 with the checks of .clang-tidy on all project sources, or on those named.

scripts/tidy.py [--preset asan] [--deep-commits N] [FILE...]   needs a configured build of the preset

Following values along every path (clang-analyzer-*) takes five times as long as all other checks together. With
--deep-commits N it is done for sources that the last N commits touched and the rest gets the quick checks; without it
for all. What was clean before is not read again: the key is the preprocessed source, its flags and the checks.
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


def check(file, entry, preset, cache, settings, deep):
    key = key_of(entry, settings)
    if (cache / key).exists() or (not deep and (cache / (key + "-quick")).exists()):
        return file, True, ""
    marker = cache / (key if deep else key + "-quick")
    depth = [] if deep else ["--checks=-clang-analyzer-*"]
    done = subprocess.run(["clang-tidy-19", "-p", str(ROOT / "build" / preset), "--quiet", *depth, str(file)], cwd=ROOT,
                          capture_output=True, text=True)
    clean = done.returncode == 0 and not re.search(r": (warning|error): ", done.stdout)
    if clean:
        marker.touch()
    return file, clean, done.stdout or done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="asan")
    parser.add_argument("--deep-commits", type=int, metavar="N")
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
    deep = set(files) if arguments.deep_commits is None else touched_lately(arguments.deep_commits)
    faults = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        work = [pool.submit(check, file, commands[file], arguments.preset, cache, settings, file in deep)
                for file in files]
        for one in concurrent.futures.as_completed(work):
            file, clean, words = one.result()
            if not clean:
                faults += 1
                print(words, end="", flush=True)
    print(f"clang-tidy: {len(files)} files ({len(deep.intersection(files))} along every path), {faults} with findings")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
