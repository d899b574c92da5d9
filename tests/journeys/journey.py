"""What the journeys share: running hamdil as a user does, in a folder of its own."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BIN = pathlib.Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else pathlib.Path("build/test/bin").resolve()


class Journey(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="hamdil_journey_")
        cls.path = pathlib.Path(cls.folder.name)
        cls.environment = {**os.environ, "SOURCE_DATE_EPOCH": "1750000000", "HAMDIL_KEY_FILE": str(cls.path / "key"), "HAMDIL_USER": "journey"}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def hamdil(cls, *arguments, code=0, environment=None, cwd=None):
        """Runs the command, insists on its exit code, and answers its standard output and error."""
        done = subprocess.run([str(BIN / "hamdil"), *map(str, arguments)], cwd=cwd or cls.path, env=environment or cls.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
        if done.returncode != code:
            raise AssertionError(f"hamdil {' '.join(map(str, arguments))}: exit {done.returncode}, expected {code}\n{done.stdout}\n{done.stderr}")
        return done.stdout, done.stderr

    @classmethod
    def run_for_json(cls, *arguments):
        """Exit code and answer of a command that may fail."""
        done = subprocess.run([str(BIN / "hamdil"), *map(str, arguments), "--json"], cwd=cls.path, env=cls.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
        return done.returncode, json.loads(done.stdout)

    @classmethod
    def answer(cls, *arguments, code=0):
        return json.loads(cls.hamdil(*arguments, "--json", code=code)[0])


def demo(journey, workspace="w.hamdil", size=480):
    journey.hamdil("demo", "make", "pkg", "--seed", "7", "--size", size)
    journey.hamdil("workspace", "create", workspace, "--key-file", "key")
    for version, name in ((1, "baseline"), (2, "endline")):
        journey.hamdil("import", "survey", workspace, "--form", f"pkg/form_v{version}.xlsx", "--data", f"pkg/{name}.xlsx", "--round", name)
    journey.hamdil("study", "apply", workspace, "pkg/study.yaml")
