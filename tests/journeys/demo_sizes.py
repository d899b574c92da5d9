"""Demonstration packages of every size: their own study file accepts the answers, and estimates come out. --large: 20,000 interviews a round."""
import csv
import json
import sys
import unittest

LARGE = "--large" in sys.argv
if LARGE:
    sys.argv.remove("--large")
import journey  # it reads the folder of the programs from the arguments

SIZES = (20000,) if LARGE else (60, 480, 2000, 5000)


class DemoSizes(journey.Journey):
    def test_every_size_fits_its_own_study_file(self):
        for size in SIZES:
            with self.subTest(size=size):
                package, workspace = f"pkg{size}", f"w{size}.hamdil"
                self.hamdil("demo", "make", package, "--seed", "7", "--size", size)
                self.hamdil("workspace", "create", workspace, "--key-file", "key")
                kept = {}
                for version, name in ((1, "baseline"), (2, "endline")):
                    receipt = self.answer("import", "survey", workspace, "--form", f"{package}/form_v{version}.xlsx", "--data", f"{package}/{name}.xlsx", "--round", name)
                    kept[name] = receipt["kept"]
                    self.assertGreater(receipt["kept"], 0.8 * size)
                self.hamdil("study", "apply", workspace, f"{package}/study.yaml")
                spec = {"call": {"estimator": "mean", "variables": ["measure_trust"], "by": ["round"], "na_rm": True}}
                (self.path / "spec.json").write_text(json.dumps(spec))
                rows = self.answer("estimate", "spec.json", "--workspace", workspace, "--audience", "team")["rows"]
                truth = json.loads((self.path / package / "truth.json").read_text())["values"]["trust"]
                for row in rows:
                    name = row["by"]["round"]
                    self.assertGreater(row["se"], 0)
                    self.assertLess(abs(row["estimate"] - truth[name]), 5 * row["se"], name)
                    self.assertLessEqual(row["base_rows"], kept[name])
                with (self.path / package / "sampling_frame.csv").open(newline="") as frame:
                    self.assertTrue(all(float(place["weight"]) >= 4 for place in csv.DictReader(frame)))


if __name__ == "__main__":
    unittest.main()
