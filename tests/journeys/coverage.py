"""Do 95 % intervals cover the truth 95 times out of 100? Many samples of one invented population, HAMDIL_DRAWS of them (1000)."""
import concurrent.futures
import json
import math
import os
import shutil
import unittest

import journey

MEASURES = ("trust", "contact", "comfort", "picture", "safety")
DRAWS = int(os.environ.get("HAMDIL_DRAWS", "1000"))
SIZE = int(os.environ.get("HAMDIL_SAMPLE_SIZE", "960"))
CALLS = {(measure, by): {"estimator": "mean", "variables": [f"measure_{measure}"], "by": list(by), "na_rm": True}
         for measure in (*MEASURES, "insulted_share") for by in (("round",), ("round", "group"))}


def bounds(draws):
    """93 and 97 of 100. Few draws cannot tell so much: there, what true 95 % would miss once in ten thousand."""
    if draws >= 1000:
        return 0.93, 0.97
    chance = [math.comb(draws, hits) * 0.95**hits * 0.05 ** (draws - hits) for hits in range(draws + 1)]
    lowest = next(hits for hits in range(draws + 1) if sum(chance[: hits + 1]) > 1e-4)
    highest = next(hits for hits in range(draws, -1, -1) if sum(chance[hits:]) > 1e-4)
    return min(0.93, lowest / draws), max(0.97, highest / draws)


class Coverage(journey.Journey):
    def draw(self, number):
        """One sample from field package to estimates: (measure, domain, inside, estimate) of every row."""
        folder = self.path / f"draw{number}"
        folder.mkdir()
        environment = {**self.environment, "HAMDIL_KEY_FILE": str(folder / "key")}
        run = lambda *arguments: self.hamdil(*arguments, cwd=folder, environment=environment)[0]
        run("demo", "make", "pkg", "--seed", "11", "--sample-seed", 1000 + number, "--size", SIZE)
        run("workspace", "create", "w.hamdil", "--key-file", "key")
        for version, name in ((1, "baseline"), (2, "endline")):
            run("import", "survey", "w.hamdil", "--form", f"pkg/form_v{version}.xlsx", "--data", f"pkg/{name}.xlsx", "--round", name)
        run("study", "apply", "w.hamdil", "pkg/study.yaml")
        truth = (folder / "pkg/truth.json").read_text()
        values = json.loads(truth)["values"]
        found = []
        spec = {"call": {"estimator": "several", "parts": [{"as": f"{measure} {len(by)}", **call} for (measure, by), call in CALLS.items()]}}
        (folder / "spec.json").write_text(json.dumps(spec))
        table = json.loads(run("estimate", "spec.json", "--workspace", "w.hamdil", "--audience", "team", "--json"))
        for (measure, by) in CALLS:
            part = table[f"{measure} {len(by)}"]
            for row in part:
                domain = "/".join(row["by"][variable] for variable in by)
                value = values["insulted" if measure == "insulted_share" else measure][domain]
                low, high = row["ci_t_domain"]
                found.append((measure, domain, low <= value <= high, row["estimate"] - value, row["se"]))
        shutil.rmtree(folder)
        return truth, found

    def test_intervals_cover_as_often_as_they_say(self):
        with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("HAMDIL_JOBS", os.cpu_count() or 1))) as pool:
            draws = list(pool.map(self.draw, range(DRAWS)))
        self.assertEqual(len({truth for truth, _ in draws}), 1, "the population changed between the samples")
        lowest, highest = bounds(DRAWS)
        cells = {}
        for _, found in draws:
            for measure, domain, inside, miss, se in found:
                cells.setdefault((measure, domain), []).append((inside, miss, se))
        for (measure, domain), entries in sorted(cells.items()):
            self.assertEqual(len(entries), DRAWS)
            covered = sum(inside for inside, _, _ in entries) / DRAWS
            bias = sum(miss for _, miss, _ in entries) / DRAWS
            spread = (sum((miss - bias) ** 2 for _, miss, _ in entries) / DRAWS) ** 0.5
            error = (sum(se**2 for _, _, se in entries) / DRAWS) ** 0.5
            print(f"{measure:16} {domain:18} covered {covered:.3f}  bias {bias:+.4f}  spread {spread:.4f}  mean standard error {error:.4f}")
            with self.subTest(measure=measure, domain=domain):
                self.assertGreaterEqual(covered, lowest)
                self.assertLessEqual(covered, highest)


if __name__ == "__main__":
    assert shutil.which(str(journey.BIN / "hamdil")), journey.BIN
    unittest.main(verbosity=1)
