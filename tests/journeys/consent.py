"""Consent and privacy at the door: what people take back goes, and nothing they wrote stands where it can be read."""
import json
import re
import unittest
import zipfile

import journey

FORM = """survey,,,,
,type,name,label,calculation
,text,resp_phone,Phone,
,calculate,tag,,"concat(${resp_phone}, '-x')"
,select_one yn,consent,Do you agree to take part?,
,select_one yn,trust,Trust?,
choices,,,,
,list_name,name,label,
,yn,yes,Yes,
,yn,no,No,
"""
HEADER = "SubmissionDate,resp_phone,tag,consent,trust,meta-instanceID,KEY\n"


def person(name, consent="yes", trust="yes"):
    return f"2024-05-01T07:00:00Z,+000 55 510 000{ord(name) % 10},+000 55 510 000{ord(name) % 10}-x,{consent},{trust},uuid:{name},uuid:{name}\n"


def numbers_in(tree):
    """All numbers, however deep."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, list):
        return [number for one in tree for number in numbers_in(one)]
    return [tree] if isinstance(tree, (int, float)) and not isinstance(tree, bool) else []


class Consent(journey.Journey):
    def setUp(self):
        (self.path / "form.csv").write_text(FORM)
        for old in self.path.glob("w.hamdil*"):
            old.unlink()
        if not (self.path / "key").exists():
            self.hamdil("workspace", "create", "first.hamdil", "--key-file", "key")
        self.hamdil("workspace", "create", "w.hamdil", "--key-file", "key")

    def imported(self, *people):
        (self.path / "data.csv").write_text(HEADER + "".join(people))
        receipt = self.answer("import", "survey", "w.hamdil", "--form", "form.csv", "--data", "data.csv", "--round", "one")
        self.assertEqual(receipt["read"], receipt["kept"] + sum(receipt["rejected"].values()))
        return receipt

    def test_consent_taken_back(self):
        self.imported(person("a"), person("b"))
        receipt = self.imported(person("a", consent="no"), person("b"))
        self.assertEqual(receipt["rejected"], {"withdrawn": 1})
        self.assertEqual((receipt["unchanged"], receipt["dataset_version"]), (1, 2))
        self.assertIn("destroy key", self.hamdil("history", "w.hamdil")[0])
        self.assertTrue(self.answer("verify", "w.hamdil")["sound"])
        self.assertEqual(self.imported(person("a", consent="no"), person("b"))["dataset"], "")

    def test_what_is_made_of_a_sealed_answer_is_sealed(self):
        sealed = {column["column"] for column in self.imported(person("a"), person("b"), person("c"))["sealed"]}
        self.assertLessEqual({"resp_phone", "tag"}, sealed)

    def test_who_refused_is_not_among_the_answers_that_the_form_did_not_ask(self):
        (self.path / "form.csv").write_text(FORM.replace("survey,,,,\n,type,name,label,calculation\n", "survey,,,,,,\n,type,name,label,calculation,relevant,constraint\n").replace(
            ",select_one yn,trust,Trust?,\n", ",select_one yn,trust,Trust?,,${consent} = 'yes',\n,integer,ladder,Ladder?,,,. >= 0 and . <= 10\n"))
        header = HEADER.replace("trust,", "trust,ladder,")

        def rows(*people):
            return header + "".join(person(name, consent, f"yes,{ladder}") for name, consent, ladder in people)

        (self.path / "data.csv").write_text(rows(("a", "yes", 3), ("b", "no", 77), ("c", "no", 4), ("d", "yes", 12)))
        receipt = self.answer("import", "survey", "w.hamdil", "--form", "form.csv", "--data", "data.csv", "--round", "one")
        self.assertEqual(receipt["rejected"], {"consent_refused": 2})
        self.assertEqual([one["answered_though_not_asked"] for one in receipt["relevance"]], [0])
        codes = [problem["code"] for problem in receipt["problems"]]
        self.assertNotIn("exchange.survey.answer_not_relevant", codes)
        outside = [problem["example"] for problem in receipt["problems"] if problem["code"] == "intake.answers.outside_scale"]
        self.assertEqual(len(outside), 1, codes)
        self.assertIn("ladder (0 to 10): 0 below, 1 above", outside[0])  # of those who are kept

    def test_no_answer_stands_in_the_clear(self):
        self.imported(person("a", trust="a telling answer"), person("b"), person("c", trust="a telling answer"))
        (self.path / "plain.csv").write_text("place,remark,helped\n" + "P1,his brother told,1\nP1,his brother told,0\n" * 4)
        self.hamdil("import", "table", "w.hamdil", "--data", "plain.csv", "--round", "two", "--consent-basis", "asked at the door")
        for file in self.path.glob("w.hamdil*"):
            for words in (b"telling", b"his brother", b"510 000"):
                self.assertNotIn(words, file.read_bytes())

    def test_what_a_workspace_holds_is_shown_without_answers_or_small_counts(self):
        self.imported(person("a", trust="a telling answer"), person("b"), person("c", trust="a telling answer"))
        text = self.hamdil("workspace", "show", "w.hamdil")[0]
        shown = self.answer("workspace", "show", "w.hamdil")
        for words in ("telling", "510 000", "uuid:"):
            self.assertNotIn(words, text + json.dumps(shown))
        self.assertEqual([(r["name"], r["rows"]) for r in shown["rounds"]], [("one", None)])
        self.assertIn("fewer than 10", text)
        trust = {c["name"]: c for c in shown["columns"]}["trust"]
        self.assertEqual((trust["label"], trust["list"], trust["other_answers"]), ("Trust?", "yn", True))
        self.assertEqual([a["value"] for a in trust["answers"]], ["yes", "no"])

    def test_exported_records_tell_no_small_counts(self):
        people = [chr(ord("a") + i) for i in range(14)]
        self.imported(*(person(name, consent="no" if name == "a" else "yes") for name in people))
        self.hamdil("export", "w.hamdil", "--what", "records", "--format", "json", "--out", "records")
        records = json.loads((self.path / "records/records.json").read_text(encoding="utf-8"))
        receipt = next(r["fields"]["receipt"] for r in records if r["kind"] == "dataset")
        self.assertEqual((receipt["kept"], receipt["read"], receipt["rejected"]), (13, None, {"consent_refused": None}))
        self.assertEqual(receipt["round_totals"]["read"], None)

    def test_versions_of_a_round_tell_nothing_by_difference(self):
        people = [chr(ord("a") + i) for i in range(26)]
        self.imported(*(person(name) for name in people))
        self.imported(*(person(name, consent="no" if name in "ab" else "yes") for name in people))
        self.hamdil("export", "w.hamdil", "--what", "records", "--format", "json", "--out", "records")
        records = json.loads((self.path / "records/records.json").read_text(encoding="utf-8"))
        first, second = sorted((r["fields"] for r in records if r["kind"] == "dataset"), key=lambda fields: fields["dataset_version"])
        self.assertEqual((second["rows"], second["receipt"]["rows_after"], second["receipt"]["dataset_version"]), (24, 24, 2))
        for key in ("rows_before", "added", "corrected", "unchanged", "stayed", "withdrawn", "read"):
            self.assertIsNone(second["receipt"][key], key)
        self.assertNotIn(26, numbers_in([first.get("rows"), first["receipt"], second["receipt"]]))
        self.assertEqual(numbers_in({key: value for key, value in first["receipt"].items() if key != "dataset_version"}), [])
        self.assertIsNone(first["rows"])

    def test_a_dry_run_predicts_consent_taken_back(self):
        self.imported(person("a"), person("b"))
        (self.path / "data.csv").write_text(HEADER + person("a", consent="no") + person("b", trust="no") + person("c"))
        arguments = ("import", "survey", "w.hamdil", "--form", "form.csv", "--data", "data.csv", "--round", "one")
        head = self.answer("verify", "w.hamdil")["head"]
        predicted = self.answer(*arguments, "--dry-run")
        self.assertEqual(self.answer("verify", "w.hamdil")["head"], head)
        receipt = self.answer(*arguments)
        for key in ("rows_before", "added", "corrected", "unchanged", "stayed", "withdrawn", "rows_after", "rejected", "dataset_version"):
            self.assertEqual(predicted[key], receipt[key], key)
        self.assertEqual((receipt["withdrawn"], receipt["corrected"], receipt["added"]), (1, 1, 1))

    def test_a_share_of_a_column_without_a_form_applies(self):
        (self.path / "plain.csv").write_text("place,remark,helped\n" + "P1,yes,1\nP1,no,0\nP2,yes,1\nP2,no,1\n" * 4)
        self.hamdil("import", "table", "w.hamdil", "--data", "plain.csv", "--round", "two", "--consent-basis", "asked at the door")
        study = {
            "study": {"title": {"en": "DEMO plain"}},
            "sample": {"how_chosen": "unknown"},
            "shares": [
                {"id": "helped", "title": {"en": "Helped"}, "question": "helped", "success": ["1"]},
                {"id": "remark", "title": {"en": "Said yes"}, "question": "remark", "success": ["yes"]},
            ],
        }
        (self.path / "study.yaml").write_text(json.dumps(study))
        self.hamdil("study", "apply", "w.hamdil", "study.yaml")


class ARoundInParts(journey.Journey):
    """A round that came in two files is reported as if it had come in one."""

    def part(self, name, keep):
        source = zipfile.ZipFile(self.path / "pkg/baseline.xlsx")
        with zipfile.ZipFile(self.path / name, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in source.namelist():
                data = source.read(entry)
                if entry.endswith("sheet1.xml"):
                    row = r'<row r="(\d+)">.*?</row>'
                    data = re.sub(row, lambda m: m[0] if m[1] == "1" or keep(int(m[1])) else "", data.decode("utf-8"), flags=re.S).encode("utf-8")
                target.writestr(entry, data)

    def facts(self, workspace):
        self.hamdil("import", "survey", workspace, "--form", "pkg/form_v2.xlsx", "--data", "pkg/endline.xlsx", "--round", "endline")
        self.hamdil("study", "apply", workspace, "pkg/study.yaml")
        self.answer("report", workspace, "impact_assessment_report", "--format", "html", "--out", workspace + ".out")
        page = (self.path / f"{workspace}.out/impact_assessment_report.en.html").read_text(encoding="utf-8")
        return re.findall(r'data-source="(receipts\.[^"]*)">([^<]*)', page)

    def test_the_report_counts_both_files(self):
        self.hamdil("demo", "make", "pkg", "--seed", "7", "--size", 240)
        self.part("first.xlsx", lambda row: row <= 100)
        self.part("second.xlsx", lambda row: row > 80)
        for workspace, files in (("whole", ["pkg/baseline.xlsx"]), ("parts", ["first.xlsx", "second.xlsx"])):
            self.hamdil("workspace", "create", workspace, "--key-file", "key") if workspace == "whole" else self.hamdil("workspace", "create", workspace)
            for file in files:
                receipt = self.answer("import", "survey", workspace, "--form", "pkg/form_v1.xlsx", "--data", file, "--round", "baseline")
        self.assertEqual((receipt["corrected"], receipt["unchanged"] > 0), (0, True))
        whole, parts = self.facts("whole"), self.facts("parts")
        self.assertGreaterEqual(len(whole), 2)
        self.assertEqual(whole, parts)


if __name__ == "__main__":
    unittest.main(verbosity=1)
