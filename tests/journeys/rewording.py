"""A question that changes its words between rounds starts a new series, unless the team says that it means the same."""
import csv
import json
import unittest
import zipfile

import journey

REPORT = "impact_assessment_report"
LIMIT = "so that rounds are not compared on them"


class Rewording(journey.Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hamdil("demo", "make", "pkg", "--seed", "7", "--size", 240)
        cls.rewrite("other.xlsx", b"keep their word.", b"never keep their word.")
        cls.rewrite("same.xlsx", b"keep their word.", b"Keep  their &lt;b&gt;word&lt;/b&gt;!")
        for name in ("other", "same"):
            cls.hamdil("workspace", "create", f"{name}.hamdil", "--key-file", "key")
            cls.hamdil("import", "survey", f"{name}.hamdil", "--form", "pkg/form_v1.xlsx", "--data", "pkg/baseline.xlsx", "--round", "baseline")
            receipt = cls.answer("import", "survey", f"{name}.hamdil", "--form", f"{name}.xlsx", "--data", "pkg/endline.xlsx", "--round", "endline")
            setattr(cls, name, [problem["example"] for problem in receipt["problems"] if problem["code"] == "intake.form.reworded"])
            cls.hamdil("study", "apply", f"{name}.hamdil", "pkg/study.yaml")

    @classmethod
    def rewrite(cls, name, old, new):
        source = zipfile.ZipFile(cls.path / "pkg/form_v2.xlsx")
        with zipfile.ZipFile(cls.path / name, "w", zipfile.ZIP_DEFLATED) as target:
            parts = {part: source.read(part) for part in source.namelist()}
            assert sum(old in content for content in parts.values()) == 1
            for part, content in parts.items():
                target.writestr(part, content.replace(old, new))

    def report(self, workspace):
        self.answer("report", workspace, REPORT, "--format", "html", "--out", "out")
        return (self.path / f"out/{REPORT}.en.html").read_text(encoding="utf-8")

    def tables(self, workspace):
        self.hamdil("export", workspace, "--what", "tables", "--format", "json", "--out", "tables")
        return {table["ref"]["table"] if "table" in table.get("ref", {}) else table.get("id", "") for table in json.loads((self.path / "tables/tables.json").read_text())}

    def estimate(self, workspace, code=0, **call):
        (self.path / "spec.json").write_text(json.dumps({"call": {"estimator": "mean", "na_rm": True, **call}}))
        return self.answer("estimate", "spec.json", "--workspace", workspace, "--audience", "team", code=code)

    def test_case_marks_and_mark_up_are_not_words(self):
        self.assertEqual(self.same, [])
        self.assertIn("trust.change", self.tables("same.hamdil"))
        self.assertNotIn(LIMIT, self.report("same.hamdil"))

    def test_other_words_are_another_series(self):
        self.assertEqual(len(self.other), 1)
        self.assertIn("trust_keep_word", self.other[0])
        tables = self.tables("other.hamdil")
        self.assertIn("trust.overall", tables)
        self.assertFalse({table for table in tables if table.startswith("trust.") and ("change" in table or table.endswith(".did"))})
        self.assertIn("contact.change", tables)
        page = self.report("other.hamdil")
        self.assertIn(LIMIT, page)
        self.assertIn("trust_keep_word (Baseline)", page)

    def test_rounds_with_other_words_are_not_taken_together(self):
        for variable, levels in (("trust_keep_word", 5), ("measure_trust", 1)):
            error = self.estimate("other.hamdil", code=3, variables=[variable])["error"]
            self.assertEqual(error["code"], "reporting.estimate.reworded")
            self.assertEqual(len(self.estimate("other.hamdil", variables=[variable], by=["round"])["rows"]), 2 * levels)
        self.assertEqual(len(self.estimate("other.hamdil", variables=["measure_contact"])["rows"]), 1)
        self.assertEqual(len(self.estimate("same.hamdil", variables=["trust_keep_word"])["rows"]), 5)

    def test_the_codebook_keeps_the_words_of_each_round(self):
        self.hamdil("export", "other.hamdil", "--what", "data", "--format", "csv", "--out", "data")
        with (self.path / "data/codebook.csv").open(encoding="utf-8", newline="") as lines:
            words = {line["name"]: line["words_by_round"] for line in csv.DictReader(lines)}
        self.assertEqual([name for name, text in words.items() if text], ["trust_keep_word"])
        baseline, endline = words["trust_keep_word"].split(" | ")
        self.assertTrue(baseline.startswith("baseline: ") and "never" not in baseline, baseline)
        self.assertTrue(endline.startswith("endline: ") and "never keep their word" in endline, endline)

    def test_the_team_may_hold_the_words_to_be_the_same(self):
        study = (self.path / "pkg/study.yaml").read_text(encoding="utf-8")
        declared = study + "equivalent_wording: [{question: trust_keep_word, reason: Nobody noticed the difference in the pilot}]\n"
        (self.path / "pkg/bare.yaml").write_text(study + "equivalent_wording: [{question: trust_keep_word}]\n", encoding="utf-8")
        problems = self.answer("study", "apply", "other.hamdil", "pkg/bare.yaml", code=3)
        self.assertIn("study.file.equivalent_wording", json.dumps(problems))
        (self.path / "pkg/declared.yaml").write_text(declared, encoding="utf-8")
        self.hamdil("study", "apply", "other.hamdil", "pkg/declared.yaml")
        try:
            self.assertIn("trust.change", self.tables("other.hamdil"))
            page = self.report("other.hamdil")
            self.assertNotIn(LIMIT, page)
            self.assertIn("Nobody noticed the difference in the pilot", page)
            self.assertEqual(len(self.estimate("other.hamdil", variables=["trust_keep_word"])["rows"]), 5)
        finally:
            self.hamdil("study", "apply", "other.hamdil", "pkg/study.yaml")


if __name__ == "__main__":
    unittest.main(verbosity=1)
