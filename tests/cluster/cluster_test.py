#!/usr/bin/env python3
"""Statistics on a ClickHouse cluster: two servers on loopback with a Distributed table, every estimator that has a pushdown both ways, and what
happens when a node stops. Usage: cluster_test.py FOLDER-OF-THE-PROGRAMS [TEST]; skipped (77) where clickhouse-server is not installed."""
import csv
import json
import math
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(1, str(pathlib.Path(__file__).resolve().parents[1] / "journeys"))
import journey  # noqa: E402
import servers  # noqa: E402

PROGRAMS = journey.BIN
SHARED = pathlib.Path(__file__).resolve().parents[2].parent / "shared"
DESIGN = {"ids": ["psu"], "strata": ["stratum"], "weights": "w", "fpc": ["population"], "nest": True}
ENVIRONMENT = {"HAMDIL_CLICKHOUSE_USER": servers.USER, "HAMDIL_CLICKHOUSE_PASSWORD": servers.PASSWORD}

# A call for every estimator that a cluster computes; one without an entry fails the test.
CALLS = {
    "mean": [{"variables": ["income", "age"], "na_rm": True}, {"variables": ["trust"], "by": ["district", "sex"], "na_rm": True},
             {"variables": ["income"], "by": ["sex"], "na_rm": True, "deff": "wor", "covmat": True}, {"variables": ["income"]}],
    "total": [{"variables": ["income", "sex"], "by": ["district"], "na_rm": True}],
    "proportion": [{"variables": ["sex", "trust"], "by": ["district"], "na_rm": True, "deff": "replace"}, {"variables": ["sex"]}],
    "ratio": [{"numerator": "income", "denominator": "age", "na_rm": True}, {"numerator": "income", "denominator": "age", "by": ["sex"], "na_rm": True}],
    "variance": [{"variables": ["income", "age"], "na_rm": True}],
    "covariance_matrix": [{"variables": ["income", "age"], "na_rm": True}],
    "cdf": [{"variables": ["income", "age"], "at": [20, 40, 1000], "na_rm": True}],
    "quantile": [{"variables": ["income", "age"], "quantiles": [0.1, 0.5, 0.9], "by": ["sex"], "na_rm": True, "qrule": rule, "interval": interval}
                 for rule, interval in (("math", "mean"), ("school", "beta"), ("hf1", "xlogit"), ("hf2", "asin"))],
    "design_summary": [{}],
    "glm": [{"formula": "income ~ age + sex"}, {"formula": "vote ~ age + I(age * age) + sex", "family": "quasibinomial"},
            {"formula": "vote ~ age + sex * district", "family": "quasibinomial", "term_tests": False},
            {"formula": "visits ~ I(age > 40) + sex", "family": "quasipoisson"}],
    "several": [{"parts": [{"as": "m", "estimator": "mean", "variables": ["age"], "na_rm": True},
                           {"as": "s", "estimator": "proportion", "variables": ["sex"], "na_rm": True}]}],
}
DOMAINS = [None, [{"var": "age", "op": ">=", "value": 30}, {"var": "district", "op": "in", "value": ["north", "east"]}]]


def demo_rows(count, path):
    """DEMO answers from a seed: 12 strata of 20 sampling units, missing answers, a stratum of small weights."""
    draw = random.Random(20260101)
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["stratum", "psu", "population", "w", "district", "sex", "age", "income", "trust", "vote", "visits", "full_name"])
        for row in range(count):
            unit = row * 240 // count
            stratum = unit // 20
            age = draw.randint(16, 90)
            shift = (unit % 7) / 7
            income = "" if draw.random() < 0.05 else round(draw.lognormvariate(3 + shift, 0.7), 2)
            out.writerow([f"s{stratum}", unit % 20, 400, round(0.5 + draw.random() * (3 if stratum else 0.01), 3), ["north", "south", "east"][stratum % 3],
                          draw.choice(["female", "male"]) if draw.random() > 0.02 else "", age, income, draw.randint(1, 5),
                          int(draw.random() < 1 / (1 + math.exp(-(age - 50) / 20 - shift))), int(draw.expovariate(1 / (1 + shift))), f"DEMO person {row}"])


def hamdil(*arguments, environment=None, program="hamdil"):
    return subprocess.run([str(PROGRAMS / program), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                          timeout=300, env={**os.environ, **ENVIRONMENT, **(environment or {})})


def differences(expected, actual, tolerance, scale, path=""):
    """Where two results differ by more than the tolerance: of a figure, or of the largest of those beside it."""
    if isinstance(expected, dict):
        beside = max([scale] + [abs(v) for v in (expected.get("estimate"), expected.get("se")) if isinstance(v, (int, float))])
        if expected.keys() != getattr(actual, "keys", dict)():
            yield f"{path}: other members"
            return
        for key, value in expected.items():
            yield from differences(value, actual[key], tolerance, beside, f"{path}/{key}")
    elif isinstance(expected, list):
        if not isinstance(actual, list) or len(expected) != len(actual):
            yield f"{path}: another length"
            return
        numbers = [abs(v) for v in expected if isinstance(v, (int, float))]
        for i, (a, b) in enumerate(zip(expected, actual)):
            yield from differences(a, b, tolerance, max([scale, *numbers]), f"{path}/{i}")
    elif isinstance(expected, float) or isinstance(actual, float):
        if not isinstance(actual, (int, float)) or not abs(expected - actual) <= tolerance * max(abs(expected), scale):
            yield f"{path}: {expected!r} and {actual!r}"
    elif expected != actual:
        yield f"{path}: {expected!r} and {actual!r}"


class Cluster(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        cls.enter = servers.cluster()
        cls.nodes = cls.enter.__enter__()
        cls.addClassCleanup(cls.enter.__exit__, None, None, None)
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.data = cls.folder / "rows.csv"
        demo_rows(24_000, cls.data)
        cls.legend = cls.folder / "legend.json"
        cls.pushed = cls.push(cls.all_specifications(), cls.data, cls.legend)

    @classmethod
    def specification(cls, name, call, domain=None, design=DESIGN):
        path = cls.folder / f"spec-{abs(hash(json.dumps([name, call, domain, design], sort_keys=True)))}.json"
        path.write_text(json.dumps({"design": design, "domain": domain, "call": {"estimator": name, **call}}))
        return path

    @classmethod
    def all_specifications(cls):
        return [cls.specification(name, call, domain) for name, calls in CALLS.items() for call in calls for domain in DOMAINS]

    @classmethod
    def push(cls, specifications, data, legend, *more, nodes=None, environment=None):
        addresses = [word for node in nodes or cls.nodes for word in ("--node", node.url)]
        return hamdil("cluster", "push", *specifications, "--data", data, *addresses, "--legend", legend, "--json", *more, environment=environment)

    def test_every_estimator_with_a_pushdown_gives_what_the_rows_give(self):
        self.assertEqual(self.pushed.returncode, 0, self.pushed.stdout + self.pushed.stderr)
        listed = re.findall(r"^  (\w+) .* \*$", hamdil("estimate", "--list").stdout, re.MULTILINE)
        self.assertEqual(set(listed), set(CALLS), "the registry and the calls of this test")
        for name in listed:
            tolerance = float(re.search(r"to a relative ([0-9.e-]+) of", hamdil("estimate", "--describe", name).stdout).group(1))
            for call in CALLS[name]:
                for domain in DOMAINS:
                    with self.subTest(estimator=name, call=call, domain=domain):
                        path = self.specification(name, call, domain)
                        rows = hamdil("estimate", path, "--data", self.data, "--json")
                        sums = hamdil("estimate", path, "--on-cluster", self.legend, "--json")
                        self.assertEqual((rows.returncode, sums.returncode), (0, 0), rows.stderr + sums.stdout + sums.stderr)
                        found = list(differences(json.loads(rows.stdout), json.loads(sums.stdout), tolerance, 0))
                        self.assertEqual(found, [])

    def test_reference_cases_of_r_pass_on_the_cluster(self):
        if not (SHARED / "golden" / "index.json").exists():
            self.skipTest("no reference cases beside the project")
        done = hamdil("cluster", SHARED / "golden", program="hamdil-conformance", environment={"HAMDIL_CLUSTER_NODES": ",".join(n.url for n in self.nodes)})
        last = done.stdout.strip().splitlines()[-1]
        self.assertEqual(done.returncode, 0, done.stdout[-3000:])
        self.assertGreater(int(last.split()[0]), 250, last)

    def test_nothing_on_the_nodes_but_numbers(self):
        table = json.loads(self.legend.read_text())["table"]
        for node in self.nodes:
            types = set(node.query(f"SELECT DISTINCT type FROM system.columns WHERE table = '{table}'").split())
            self.assertLessEqual(types, {"UInt32", "Float64", "Int16", "UInt8"})
            self.assertGreater(int(node.query(f"SELECT count() FROM {table}")), 0)
        units = [set(node.query(f"SELECT DISTINCT u FROM {table}").split()) for node in self.nodes]
        self.assertEqual(units[0] & units[1], set(), "a sampling unit stands on one node")

    def test_identifiers_and_words_stay_here(self):
        refused = self.push([self.specification("proportion", {"variables": ["full_name"]})], self.data, self.folder / "no.json")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("analysis.clickhouse.identifying", refused.stdout)
        self.assertFalse((self.folder / "no.json").exists())

    def test_the_same_push_sends_no_rows_again(self):
        again = json.loads(self.push(self.all_specifications(), self.data, self.folder / "again.json").stdout)
        self.assertTrue(again["was_there"])
        self.assertLess(again["bytes_sent"], 20_000)
        self.assertEqual((self.folder / "again.json").read_text(), self.legend.read_text())

    def test_rows_that_are_not_all_there_are_not_used(self):
        legend = self.folder / "less.json"
        path = self.specification("mean", {"variables": ["visits"]})
        self.assertEqual(self.push([path], self.data, legend).returncode, 0)
        table = json.loads(legend.read_text())["table"]
        self.nodes[1].query(f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1")
        refused = hamdil("estimate", path, "--on-cluster", legend, "--json")
        self.assertEqual(refused.returncode, 4)
        self.assertIn("analysis.clickhouse.incomplete", refused.stdout)
        mended = json.loads(self.push([path], self.data, legend).stdout)
        self.assertFalse(mended["was_there"])
        self.assertEqual(hamdil("estimate", path, "--on-cluster", legend).returncode, 0)
        self.assertEqual(hamdil("cluster", "drop", legend).returncode, 0)
        self.assertIn("analysis.clickhouse.incomplete", hamdil("estimate", path, "--on-cluster", legend, "--json").stdout)

    def test_a_push_that_fails_takes_back_what_it_sent(self):
        path = self.specification("mean", {"variables": ["vote"]})
        before = [node.query("SHOW TABLES") for node in self.nodes]
        one = self.push([path], self.data, self.folder / "one.json", nodes=self.nodes[:1])
        self.assertEqual((one.returncode, json.loads(one.stdout)["error"]["code"]), (4, "analysis.clickhouse.not_one_cluster"))
        twice = self.push([path], self.data, self.folder / "one.json", nodes=[self.nodes[0], self.nodes[0]])
        self.assertEqual(json.loads(twice.stdout)["error"]["code"], "analysis.clickhouse.node_twice")
        self.assertEqual([node.query("SHOW TABLES") for node in self.nodes], before)
        self.assertFalse((self.folder / "one.json").exists())

    def test_what_needs_the_rows_says_so(self):
        for name, call, code in (("ordinal_logit", {"formula": "trust ~ age"}, "analysis.pushed.none"),
                                 ("quantile", {"variables": ["income"], "quantiles": [0.5], "qrule": "hf7"}, "stats.pushed.option"),
                                 ("glm", {"formula": "vote ~ age", "family": "binomial", "link": "probit"}, "stats.pushed.option")):
            done = hamdil("estimate", self.specification(name, call), "--on-cluster", self.legend, "--json")
            self.assertEqual(json.loads(done.stdout)["error"]["code"], code)
            self.assertIn("--on-cluster", json.loads(done.stdout)["error"]["hint"])
        not_there = hamdil("estimate", self.specification("mean", {"variables": ["w"]}), "--on-cluster", self.legend, "--json")
        self.assertIn("stats.pushed.no_column", not_there.stdout)
        other = hamdil("estimate", self.specification("mean", {"variables": ["age"]}, design={"weights": "w"}), "--on-cluster", self.legend, "--json")
        self.assertIn("analysis.clickhouse.other_design", other.stdout)

    def test_a_wrong_password_is_told_without_telling_it(self):
        done = hamdil("estimate", self.specification("mean", {"variables": ["age"]}), "--on-cluster", self.legend,
                      environment={"HAMDIL_CLICKHOUSE_PASSWORD": "not this one"})
        self.assertIn("analysis.clickhouse.credentials", done.stderr)
        self.assertNotIn("not this one", done.stdout + done.stderr)
        credentials = self.folder / "credentials"
        credentials.write_text(f"{servers.USER}\n{servers.PASSWORD}\n")
        done = hamdil("estimate", self.specification("mean", {"variables": ["age"]}), "--on-cluster", self.legend, "--credentials", credentials,
                      environment={"HAMDIL_CLICKHOUSE_PASSWORD": "not this one"})
        self.assertEqual(done.returncode, 0, done.stderr)

    @classmethod
    def long_query(cls):
        """A specification that takes the cluster some seconds, and the legend of its rows."""
        path = cls.specification("cdf", {"variables": ["income"], "at": [i / 4 for i in range(600)], "na_rm": True})
        legend = cls.folder / "many.json"
        if not legend.exists():
            demo_rows(900_000, cls.folder / "many.csv")
            pushed = cls.push([path], cls.folder / "many.csv", legend)
            assert pushed.returncode == 0, pushed.stdout
        return path, legend

    def running(self, node):
        return int(node.query("SELECT count() FROM system.processes WHERE query LIKE '%hamdil%' AND query NOT LIKE '%system.processes%'"))

    def start_long_query(self):
        path, legend = self.long_query()
        process = subprocess.Popen([str(PROGRAMS / "hamdil"), "estimate", str(path), "--on-cluster", str(legend)],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **ENVIRONMENT})
        self.addCleanup(process.kill)
        end = time.monotonic() + 60
        seen = 0
        while seen < 3 and time.monotonic() < end and process.poll() is None:
            seen = seen + 1 if self.running(self.nodes[1]) else 0
            time.sleep(0.05)
        self.assertIsNone(process.poll(), "the query ended before it could be disturbed")
        return process

    def test_ctrl_c_ends_the_query_on_the_nodes(self):
        process = self.start_long_query()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        self.assertEqual(out, "")
        self.assertIn("jobs.cancelled", err)
        end = time.monotonic() + 30
        while any(self.running(node) for node in self.nodes) and time.monotonic() < end:
            time.sleep(0.1)
        self.assertFalse(any(self.running(node) for node in self.nodes))

    def test_too_long_a_query_is_ended(self):
        path, legend = self.long_query()
        done = hamdil("estimate", path, "--on-cluster", legend, "--timeout", 1)
        self.assertEqual((done.returncode, done.stdout), (4, ""))
        self.assertRegex(done.stderr, r"analysis\.clickhouse\.(server_error|timeout)")
        self.assertIn("--timeout", done.stderr)

    def test_zz_a_node_that_stops_in_the_middle_is_an_error_and_no_half_result(self):
        process = self.start_long_query()
        self.nodes[1].kill()
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (4, ""))
        self.assertIn("analysis.clickhouse.node_lost", err)
        self.assertIn(self.nodes[1].url, err)
        self.assertNotIn(self.nodes[0].url, err)
        done = hamdil("estimate", self.specification("mean", {"variables": ["age"]}), "--on-cluster", self.legend)
        self.assertEqual((done.returncode, done.stdout), (4, ""))
        self.assertIn("analysis.clickhouse.node_lost", done.stderr)
        self.nodes[1].start()
        self.nodes[1].wait()
        again = hamdil("estimate", self.specification("mean", {"variables": ["age"]}), "--on-cluster", self.legend)
        self.assertEqual(again.returncode, 0, again.stderr)


class Workspace(journey.Journey):
    """The demonstration's answers: what the gate lets out does not depend on where the sums were made."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        journey.demo(cls)
        # Sums by first-stage unit are enough where no second stage adds to the variance.
        cls.study = (cls.path / "pkg/study.yaml").read_text(encoding="utf-8")
        cls.study = cls.study.replace("[settlement, respondent]", "[settlement]").replace("[n_settlements, n_persons]", "[n_settlements]")
        (cls.path / "pkg/study.yaml").write_text(cls.study, encoding="utf-8")
        cls.hamdil("study", "apply", "w.hamdil", "pkg/study.yaml")
        cls.environment.update(ENVIRONMENT)
        cls.enter = servers.cluster()
        cls.nodes = cls.enter.__enter__()
        cls.addClassCleanup(cls.enter.__exit__, None, None, None)

    def test_the_gate_decides_on_what_the_cluster_gives(self):
        spec = {"call": {"estimator": "mean", "variables": ["measure_trust"], "by": ["district", "round"], "na_rm": True}}
        (self.path / "there.json").write_text(json.dumps(spec), encoding="utf-8")
        addresses = [word for node in self.nodes for word in ("--node", node.url)]
        push = ("cluster", "push", "there.json", "--workspace", "w.hamdil", *addresses, "--legend", "legend.json")
        self.assertEqual(self.answer(*push, code=2)["error"]["code"], "cli.cluster.reason")
        pushed = self.answer(*push, "--reason", "the yearly table")
        entry = self.answer("history", "w.hamdil")[-1]
        self.assertEqual((entry["action"], entry["kind"], entry["reason"]), ("send to cluster", "dataset", "the yearly table"))
        self.assertEqual(self.answer("verify", "w.hamdil")["problems"], [])
        self.assertGreater(pushed["rows"], 500)
        for audience in ("team", "public"):
            with self.subTest(audience=audience):
                here = self.answer("estimate", "there.json", "--workspace", "w.hamdil", "--audience", audience)
                there = self.answer("estimate", "there.json", "--workspace", "w.hamdil", "--audience", audience, "--on-cluster", "legend.json")
                self.assertEqual(list(differences(here, there, 1e-10, 0)), [])
                self.assertEqual([row.get("withheld") for row in here["rows"]], [row.get("withheld") for row in there["rows"]])
        refused = self.answer("estimate", "there.json", "--on-cluster", "legend.json", code=3)
        self.assertEqual(refused["error"]["code"], "reporting.cluster.of_workspace", "rows of a workspace are asked through its gate")
        (self.path / "pkg/other.yaml").write_text(self.study.replace("breakdowns: [sex]", "breakdowns: [sex, safety_walking]"), encoding="utf-8")
        self.hamdil("study", "apply", "w.hamdil", "pkg/other.yaml")
        stale = self.answer("estimate", "there.json", "--workspace", "w.hamdil", "--audience", "team", "--on-cluster", "legend.json", code=3)
        self.assertEqual(stale["error"]["code"], "reporting.cluster.other_rows")


if __name__ == "__main__":
    if servers.program() is None:
        print("SKIPPED: clickhouse-server is not installed (apt-get install clickhouse-server): nothing was run on a cluster")
        sys.exit(77)
    unittest.main(verbosity=2)
