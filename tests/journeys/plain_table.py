"""A table without a form and its codebook: its words reach the report, and what does not fit is named at the door."""
import csv
import json
import random
import re
import unittest

import journey

CODEBOOK = """name,label::English (en),label::Tajik (tg),values::English (en),values::Tajik (tg),missing
trust,How much do you trust your neighbours?,Ба ҳамсояҳо чӣ қадар бовар мекунед?,1=Not at all; 2=A little; 3=Fully,1=Тамоман не; 2=Каме; 3=Пурра,98=Don't know
helped,Did a neighbour help you last month?,Моҳи гузашта ҳамсоя кӯмак кард?,1=Yes; 2=No,1=Ҳа; 2=Не,
arm,Household status,Вазъи хонавода,1=Refugee household; 2=Host household,1=Хонаводаи гуреза; 2=Хонаводаи мизбон,
"""
STUDY = """study: {title: {en: DEMO codebook}, organisation: DEMO, demo: true}
rounds: [{name: one}]
sample: {how_chosen: probability, clusters: [place]}
groups: {variable: arm, levels: ['1', '2']}
dimensions:
  - {id: trust, section: coexistence, title: {en: Trust}, items: [{question: trust}]}
shares:
  - {id: help, section: coexistence, title: {en: Help}, question: helped, success: ['1']}
"""
REPORT = "impact_assessment_report"


class PlainTable(journey.Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draw = random.Random(3)
        with open(cls.path / "answers.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["place", "arm", "trust", "helped"])
            for row in range(400):
                writer.writerow([f"P{row % 20}", row % 2 + 1, draw.choice([1, 2, 3, 3, 98]), draw.choice([1, 2])])
        (cls.path / "codebook.csv").write_text(CODEBOOK, encoding="utf-8")
        (cls.path / "study.yaml").write_text(STUDY, encoding="utf-8")
        cls.hamdil("workspace", "create", "w.hamdil", "--key-file", "key")
        cls.table("w.hamdil", "answers.csv", "--codebook", "codebook.csv")
        cls.hamdil("study", "apply", "w.hamdil", "study.yaml")

    @classmethod
    def table(cls, workspace, file, *more, code=0):
        return cls.answer("import", "table", workspace, "--data", file, "--round", "one", "--consent-basis", "DEMO", *more, code=code)

    def words_of(self, product, language, folder):
        self.hamdil("report", "w.hamdil", product, "--format", "html", "--language", language, "--out", folder)
        page = (self.path / folder / f"{product}.{language}.html").read_text(encoding="utf-8")
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(style|script).*?</\1>", " ", page)))

    def test_the_codebooks_words_are_printed_in_its_languages(self):
        english = self.words_of(REPORT, "en", "out")
        for words in ("How much do you trust your neighbours?", "Did a neighbour help you last month?", "Refugee household", "Host household"):
            self.assertIn(words, english)
        tajik = self.words_of(REPORT, "tg", "out")
        for words in ("Ба ҳамсояҳо чӣ қадар бовар мекунед?", "Хонаводаи гуреза", "Хонаводаи мизбон"):
            self.assertIn(words, tajik)

    def test_the_codebook_is_printed_with_its_answers(self):
        printed = self.words_of("codebook", "tg", "codebook")
        for words in ("Моҳи гузашта ҳамсоя кӯмак кард?", "Тамоман не", "Каме", "Пурра"):
            self.assertIn(words, printed)

    def test_the_labels_of_an_spss_file_are_printed_too(self):
        self.hamdil("export", "w.hamdil", "--what", "data", "--format", "sav", "--out", "spss")
        self.hamdil("workspace", "create", "spss.hamdil", "--key-file", "key")
        self.table("spss.hamdil", "spss/data.sav")
        (self.path / "spss.yaml").write_text(STUDY.replace(", clusters: [place]", ""), encoding="utf-8")
        self.hamdil("study", "apply", "spss.hamdil", "spss.yaml")
        self.hamdil("report", "spss.hamdil", REPORT, "--format", "html", "--out", "spss_out")
        page = (self.path / f"spss_out/{REPORT}.en.html").read_text(encoding="utf-8")
        for words in ("How much do you trust your neighbours?", "Refugee household"):
            self.assertIn(words, page)

    def test_a_table_that_comes_again_with_the_same_codebook_asks_the_same_questions(self):
        receipt = self.answer("import", "table", "w.hamdil", "--data", "answers.csv", "--codebook", "codebook.csv", "--round", "one", "--consent-basis", "DEMO", "--dry-run")
        self.assertNotIn("intake.form.reworded", [problem["code"] for problem in receipt["problems"]])

    # What does not fit is counted and named, never who it was.

    def dry(self, text, codebook="", code=0):
        (self.path / "dry.csv").write_text(text, encoding="utf-8")
        more = ()
        if codebook:
            (self.path / "dry_codebook.csv").write_text(codebook, encoding="utf-8")
            more = ("--codebook", "dry_codebook.csv")
        return self.answer("import", "table", "w.hamdil", "--data", "dry.csv", "--round", "new", "--consent-basis", "DEMO", "--dry-run", *more, code=code)

    def problem(self, receipt, code):
        found = [problem for problem in receipt["problems"] if problem["code"] == code]
        self.assertEqual(len(found), 1, receipt["problems"])
        return found[0]

    def test_answers_outside_their_scale_are_counted_in_the_receipt(self):
        rows = "".join(f"{row % 5 + 1},{row % 11}\n" for row in range(40))
        receipt = self.dry("agree,ladder\n" + rows + "99,3\n99,4\n2,1000000000000000000\n3,-7\n",
                           "name,label,values,minimum,maximum\nagree,Agree,1=No; 2=; 3=; 4=; 5=Yes,,\nladder,Ladder,,0,10\n")
        example = self.problem(receipt, "intake.answers.outside_scale")["example"]
        self.assertIn("agree (1 to 5): 0 below, 2 above", example)
        self.assertIn("ladder (0 to 10): 1 below, 1 above", example)
        self.assertNotIn("1000000000000000000", json.dumps(receipt))
        self.assertEqual(self.problem(receipt, "intake.answers.outside_scale")["places"], [])

    def test_a_declared_missing_code_is_not_outside_the_scale(self):
        receipt = self.dry("agree\n" + "1\n2\n3\n99\n" * 9, "name,label,values,missing\nagree,Agree,1=No; 2=; 3=Yes,99=refused\n")
        self.assertNotIn("intake.answers.outside_scale", [problem["code"] for problem in receipt["problems"]])

    def test_answers_that_a_score_leaves_out_are_named_when_the_study_file_is_applied(self):
        self.hamdil("workspace", "create", "scale.hamdil", "--key-file", "key")
        (self.path / "scale.csv").write_text("place,arm,ladder\n" + "".join(f"P{row % 20},{row % 2 + 1},{row % 11 if row else 10**18}\n" for row in range(100)))
        self.table("scale.hamdil", "scale.csv")
        (self.path / "scale.yaml").write_text(STUDY.split("dimensions:")[0] + "dimensions:\n  - {id: ladder, section: coexistence, title: {en: L}, items: [{question: ladder, minimum: 0, maximum: 10}]}\n")
        applied = self.answer("study", "apply", "scale.hamdil", "scale.yaml")
        message = self.problem(applied, "reporting.outside_scale")["message"]
        self.assertIn("ladder", message)
        self.assertIn("0 below, 1 above", message)

    def test_a_table_with_a_header_only_is_refused(self):
        before = self.answer("verify", "w.hamdil")["head"]
        for text in ("place,trust\n", "place,trust", "place,trust\n,\n\n"):
            error = self.dry(text, code=3)["error"]
            self.assertEqual(error["code"], "intake.data.no_rows")
            self.assertTrue(error["hint"])
        self.hamdil("import", "table", "w.hamdil", "--data", "dry.csv", "--round", "new", "--consent-basis", "DEMO", code=3)
        self.assertEqual(self.answer("verify", "w.hamdil")["head"], before)

    def test_a_doubled_header_is_named(self):
        doubled = self.problem(self.dry("place,trust,trust\nA,1,2\nB,2,3\n"), "exchange.table.doubled_header")
        self.assertIn("trust_2", doubled["example"])
        self.assertIn("column C", doubled["places"][0])

    def types(self, workspace, text):
        self.hamdil("workspace", "create", workspace, "--key-file", "key")
        (self.path / "commas.csv").write_text(text, encoding="utf-8")
        receipt = self.table(workspace, "commas.csv")
        return receipt, {column["name"]: column["type"] for column in self.answer("workspace", "show", workspace)["columns"]}

    def test_decimal_commas_become_numbers_and_are_told(self):
        rows = "".join(f"P{row % 9};{row % 7},{row % 10};{row},5;{row};{row + 1},{100 + row}\n" for row in range(40)) + "P1;;n/a;;\n"
        receipt, types = self.types("commas.hamdil", "place;income;hours;age;crowd\n" + rows)
        self.assertEqual({name: types[name] for name in ("income", "hours", "age")}, {"income": "number", "hours": "number", "age": "integer"})
        self.assertEqual(self.problem(receipt, "exchange.table.decimal_comma")["count"], 2)
        # 12,345 may be twelve or twelve thousand: not ours to say.
        self.assertNotEqual(types["crowd"], "number")
        self.assertIn("crowd", self.problem(receipt, "exchange.table.comma_text")["example"])

    def test_decimal_commas_in_a_file_that_commas_part_stay_text_and_are_told(self):
        receipt, types = self.types("quoted.hamdil", "place,income\n" + "".join(f'P{row % 9},"{row % 7},{row % 10}"\n' for row in range(40)))
        self.assertNotEqual(types["income"], "number")
        self.assertIn("income", self.problem(receipt, "exchange.table.comma_text")["example"])


if __name__ == "__main__":
    journey.unittest.main()
