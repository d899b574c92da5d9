"""A conformance run that checks nothing is no pass: folder without a case, filter that meets none.

usage: conformance_empty.py PROGRAM
"""
import json
import pathlib
import subprocess
import sys
import tempfile


def run(program, *arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        cases = pathlib.Path(folder) / "cases"
        cases.mkdir()
        empty = run(program, "survey", folder)
        assert empty.returncode == 1 and "There is no case" in empty.stderr, empty
        call = {"estimator": "p_adjust", "p": [0.01, 0.02], "method": "holm"}
        family = {"family": "p_adjust", "cases": [{"id": "one", "call": call, "results": {"error_expected": True}}]}
        (cases / "p_adjust.json").write_text(json.dumps(family))
        (pathlib.Path(folder) / "data").mkdir()
        (pathlib.Path(folder) / "data" / "columns.json").write_text("{}")
        met = run(program, "survey", folder, "--filter", "on")
        assert "no case" not in met.stderr.lower() and "skipped" in met.stdout, met
        none = run(program, "survey", folder, "--filter", "nothing like it")
        assert none.returncode == 1 and "nothing like it" in none.stderr, none


if __name__ == "__main__":
    main()
