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

    def test_a_table_that_comes_again_with_the_same_codebook_asks_the_same_questions(self):
        receipt = self.answer("import", "table", "w.hamdil", "--data", "answers.csv", "--codebook", "codebook.csv", "--round", "one", "--consent-basis", "DEMO", "--dry-run")
        self.assertNotIn("intake.form.reworded", [problem["code"] for problem in receipt["problems"]])


if __name__ == "__main__":
    journey.unittest.main()
