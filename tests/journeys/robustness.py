"""How far figures depend on choices: suspect interviews, lonely strata, samples that are not random, mirrored items."""
import csv
import html
import json
import re

import journey
import yaml

REPORT = "impact_assessment_report"


def words(page):
    """What a reader sees, without mark-up, styles and drawings."""
    page = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", page, flags=re.S)
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


class Robustness(journey.Journey):
    built = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        journey.demo(cls)
        cls.hamdil("backup", "w.hamdil", "w.backup")
        cls.study = yaml.safe_load((cls.path / "pkg/study.yaml").read_text(encoding="utf-8"))
        cls.study["findings"] = []

    def report(self, change, expected=()):
        """The report of the same answers under a changed study file: what a reader sees, and the answer of the command."""
        Robustness.built += 1
        self.workspace = f"copy{Robustness.built}.hamdil"
        self.hamdil("restore", "w.backup", self.workspace)
        study = yaml.safe_load(yaml.safe_dump(self.study))
        change(study)
        (self.path / "pkg/changed.yaml").write_text(yaml.safe_dump(study, allow_unicode=True), encoding="utf-8")
        self.hamdil("study", "apply", self.workspace, "pkg/changed.yaml")
        built = self.answer("report", self.workspace, REPORT, "--format", "html", "--out", f"out{Robustness.built}")
        if not expected:
            self.assertEqual(built["problems"], [])
        else:
            self.assertEqual([problem["code"] for problem in built["problems"]], list(expected))
        return words((self.path / f"out{Robustness.built}/{REPORT}.en.html").read_text(encoding="utf-8")), built

    def cell(self, built, reference):
        return self.answer("trace", self.workspace, f"{built['run']}:{reference}")

    def test_figures_without_suspect_interviews_stand_beside_the_others(self):
        page, built = self.report(lambda study: None)
        self.assertIn("With and without suspect interviews", page)
        without = self.cell(built, "trust.by_flagged:1")["cell"]
        self.assertEqual(without["by"]["_flagged"], "no")
        everybody = self.cell(built, "trust.overall:1")["cell"]
        self.assertLess(without["base_rows"], everybody["base_rows"])
        dropped, smaller = self.report(lambda study: study.update(drop_flagged=["speeder", "straight_lining", "duplicate_answers"]))
        self.assertNotIn("With and without suspect interviews", dropped)
        left = self.answer("trace", self.workspace, f"{smaller['run']}:trust.overall:1")["cell"]
        self.assertEqual(left["base_rows"], without["base_rows"])
        self.assertAlmostEqual(left["estimate"], without["estimate"], places=9)

    def test_strata_that_forbid_a_variance_are_told_of_once(self):
        def one_unit_a_stratum(study):
            study["sample"].update(clusters=["district"], lonely_psu="fail")
            del study["sample"]["fpc"]
        page, built = self.report(one_unit_a_stratum, expected=["reporting.lonely_strata"])
        said = json.dumps(built["problems"])
        self.assertRegex(said, r"[1-9][0-9]* of [1-9][0-9]* tables")
        self.assertIn("D1, D2, D3, D4, D5, D6", said)
        self.assertRegex(page, r"6\s+strata\s+have a single cluster")
        self.assertNotIn("No stratum had a single cluster", page)

    def test_a_sample_that_is_not_random_gets_ranges_and_known_shares_instead_of_intervals(self):
        def quota(study):
            study["sample"].update(how_chosen="quota", known_shares=[{"variable": "sex", "shares": {"female": 0.6, "male": 0.4}, "source": "DEMO register"}])
            del study["sample"]["weights"]

        page, built = self.report(quota)
        for expected in ("How far the figures depend on who was asked", "Lowest", "Highest", "Weighted to known shares", "DEMO register", "among those asked"):
            self.assertIn(expected, page)
        self.assertNotRegex(page, r"(?i)\b(95 ?% interval|standard error \(|p \(Holm\)|confidence)")
        bounds = [self.cell(built, f"trust.leave_one_out:{row}") for row in (1, 2)]
        self.assertEqual([bound["cell"]["by"]["bound"] for bound in bounds], ["lowest", "highest"])
        figure = self.cell(built, "trust.overall:1")["cell"]["estimate"]
        low, high = (bound["cell"].get("estimate") for bound in bounds)
        if low is not None:  # a district that is withheld withholds the range as well
            self.assertLessEqual(low, figure)
            self.assertGreaterEqual(high, figure)
        self.assertTrue(self.cell(built, "trust.to_known_shares:1")["recomputed"])

    def test_a_finding_is_printed_with_its_figures_or_not_at_all(self):
        def findings(study):
            study["findings"] = [
                {"id": "told", "statement": {"en": "Statement with a figure"}, "strength": "strong", "confirmed": True, "cites": [{"table": "trust.change"}]},
                {"id": "draft", "statement": {"en": "Statement nobody confirmed"}, "cites": [{"table": "trust.change"}]},
                {"id": "bare", "statement": {"en": "Statement without a figure"}, "confirmed": True, "cites": [{"table": "trust.by_group", "by": {"group": "nobody"}}]},
            ]

        page, built = self.report(findings)
        change = self.cell(built, "trust.change:1")["cell"]["estimate"]
        self.assertRegex(page, r"(?s)Statement with a figure\s+\(strong evidence\)\s+.{0,200}?" + re.escape(f"{change:.1f}"))
        self.assertNotIn("nobody confirmed", page)
        self.assertNotIn("Statement without a figure", page)
        self.assertRegex(page, r"1\s+finding is not printed")
        records = self.hamdil("export", self.workspace, "--what", "records", "--format", "json", "--out", "records") and json.loads((self.path / "records/records.json").read_text(encoding="utf-8"))
        self.assertEqual(sorted((r["fields"]["id_in_study_file"], r["state"]) for r in records if r["kind"] == "finding"), [("bare", "confirmed"), ("draft", "draft"), ("ease", "withdrawn"), ("insults", "withdrawn"), ("told", "confirmed")])
        self.assertEqual(sorted({r["kind"] for r in records} & {"programme", "place"}), ["place", "programme"])

    def test_a_study_applied_again_keeps_what_people_wrote_elsewhere(self):
        self.report(lambda study: study.update(findings=[{"id": "told", "statement": {"en": "DEMO statement of the file"}, "cites": [{"table": "trust.change"}]}]))
        listed = lambda kind: self.answer("record", "list", self.workspace, kind)["records"]
        programme, place = listed("programme")[0], listed("place")[0]
        told = next(one for one in listed("finding") if one["state"] != "withdrawn")
        self.assertEqual(told["title"], "DEMO statement of the file")
        study = listed("study")[0]["id"]
        self.hamdil("record", "create", self.workspace, "programme", "--title", "DEMO another programme")
        by_hand = self.answer("record", "create", self.workspace, "finding", "--title", "DEMO written by hand", "--set", f"study={study}", "statement:en=DEMO by hand")
        self.hamdil("record", "change", self.workspace, "programme", programme["id"], "--set", "reporting_calendar=DEMO monthly")
        self.hamdil("record", "change", self.workspace, "place", place["id"], "--set", "population=1200")
        self.hamdil("record", "change", self.workspace, "finding", told["id"], "--set", "confidence=low")
        self.hamdil("study", "apply", self.workspace, "pkg/changed.yaml")
        fields = lambda kind, id: self.answer("record", "show", self.workspace, kind, id)
        self.assertEqual(fields("programme", programme["id"])["fields"]["reporting_calendar"], "DEMO monthly")
        self.assertEqual(fields("study", study)["fields"]["programme"], programme["id"])
        self.assertEqual(fields("place", place["id"])["fields"]["population"], 1200)
        self.assertEqual(fields("finding", told["id"])["fields"]["confidence"], "low")
        self.assertEqual(fields("finding", by_hand["id"])["state"], "draft")
        self.assertEqual(fields("place", place["id"])["version"], place["version"] + 1)  # nothing new, nothing written

    def test_few_people_of_difference_between_releases_are_noticed(self):
        self.report(lambda study: None)
        first = self.workspace
        (self.path / "pkg/changed.yaml").write_text(yaml.safe_dump({**self.study, "drop_flagged": ["straight_lining"]}, allow_unicode=True), encoding="utf-8")
        self.hamdil("study", "apply", first, "pkg/changed.yaml")
        arguments = ("report", first, REPORT, "--format", "html", "--out", "again")
        refused = self.hamdil(*arguments, code=1)[1]
        self.assertIn("reporting.release.few_differ", refused)
        self.hamdil("export", first, "--what", "tables", "--format", "csv", "--out", "again_tables", code=1)
        (self.path / "spec.json").write_text(json.dumps({"call": {"estimator": "mean", "variables": ["measure_trust"], "by": ["round"], "na_rm": True}}))
        self.hamdil("estimate", "spec.json", "--workspace", first, code=1)
        self.hamdil(*arguments, "--despite-earlier", "DEMO: the first report was taken back")
        self.hamdil("export", first, "--what", "records", "--format", "json", "--out", "again_records")
        records = json.loads((self.path / "again_records/records.json").read_text(encoding="utf-8"))
        self.assertIn("DEMO: the first report was taken back", [r["fields"].get("despite_earlier") for r in records if r["kind"] == "release"])

    def test_shares_that_do_not_add_up_are_refused(self):
        with self.assertRaises(AssertionError) as refused:
            self.report(lambda study: study["sample"].update(known_shares=[{"variable": "sex", "shares": {"female": 0.6, "male": 0.6}, "source": "x"}]))
        self.assertIn("study.file.known_shares", str(refused.exception))

    def test_strata_with_one_unit_are_named_and_every_rule_is_shown(self):
        with open(self.path / "pkg/sampling_frame.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            row["own_stratum"] = "the lonely one" if row["settlement"] == rows[0]["settlement"] else row["district"]
        with open(self.path / "pkg/lonely_frame.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)

        def lonely(study):
            study["sample"]["frame"].update(file="lonely_frame.csv", take=[*study["sample"]["frame"]["take"], "own_stratum"])
            study["sample"].update(strata=["own_stratum"], lonely_psu="adjust")

        page, built = self.report(lonely)
        self.assertIn("1 stratum with a single cluster", re.sub(r"\s+", " ", page))
        self.assertNotIn("Grand mean", page)  # the rules side by side would tell about the one place
        self.hamdil("report", self.workspace, REPORT, "--format", "html", "--audience", "team", "--out", "lonely_team")
        team = words((self.path / f"lonely_team/{REPORT}.en.html").read_text(encoding="utf-8"))
        self.assertIn("the lonely one", team)
        self.assertIn("Grand mean", team)

    def test_a_ladder_is_the_closest_relation_accepted(self):
        def ladder(study):
            accepts = {answer: int(answer in "45") for answer in "12345"}
            study["dimensions"] = [{"id": "distance", "title": {"en": "Closeness"}, "rule": "ladder", "maximum": 10,
                                    "items": [{"question": f"comfort_{who}", "values": accepts} for who in ("family", "colleague", "neighbour")]}]
            study["shares"] = []

        page, built = self.report(ladder)
        self.assertRegex(page, r"closest of\s+3\s+relations that people accept")
        self.assertRegex(page, r"coefficient of reproducibility\): \s*0\.\d\d")
        cell = self.cell(built, "distance.reliability:1")
        self.assertTrue(cell["recomputed"])
        mean = self.cell(built, "distance.overall:1")["cell"]
        self.assertGreater(mean["estimate"], 0)
        self.assertLess(mean["estimate"], 10)

    def test_mirrored_questions_are_one_item_and_only_subtracted_when_their_meaning_is_stated(self):
        def mirrored(study, **more):
            study["dimensions"] = [{"id": "trust", "title": {"en": "Trust"}, "items": [{"question": {"refugee": "trust_keep_word", "host": "trust_help"}}], **more}]
            study["shares"] = []

        page, built = self.report(mirrored)
        self.assertIn("in its own words", page)
        self.assertIn("not subtracted", page)
        own = {row: self.cell(built, f"trust.by_group:{row}")["cell"] for row in (1, 2)}
        with self.assertRaises(AssertionError):
            self.cell(built, "trust.gap:1")
        page, built = self.report(lambda study: mirrored(study, equivalence={"en": "cognitive interviews on both sides (DEMO)"}))
        self.assertIn("cognitive interviews on both sides (DEMO)", page)
        self.assertTrue(self.cell(built, "trust.gap:1")["recomputed"])

        def single(question):
            def change(study):
                study["dimensions"] = [{"id": "trust", "title": {"en": "Trust"}, "items": [{"question": question}]}]
                study["shares"] = []
            return change

        for group, question in (("refugee", "trust_keep_word"), ("host", "trust_help")):
            _, alone = self.report(single(question))
            rows = [self.cell(alone, f"trust.by_group:{row}")["cell"] for row in (1, 2, 3, 4)]
            for cell in own.values():
                if cell["by"]["group"] != group:
                    continue
                same = next(row for row in rows if row["by"] == cell["by"])
                self.assertAlmostEqual(cell["estimate"], same["estimate"], places=9)
                self.assertEqual(cell["base_rows"], same["base_rows"])


class LaterRounds(journey.Journey):
    """What was shown of one round is known when the next one is there."""

    def test_a_new_round_does_not_empty_the_memory(self):
        self.hamdil("demo", "make", "pkg", "--seed", "7", "--size", 60)
        self.hamdil("workspace", "create", "w.hamdil", "--key-file", "key")
        study = yaml.safe_load((self.path / "pkg/study.yaml").read_text(encoding="utf-8"))
        study.update(breakdowns=["joined_event"], findings=[], rounds=study["rounds"][:1])
        study.pop("districts")  # so that the report itself prints no districts
        study["breakdowns"].append("district")

        def apply():
            (self.path / "pkg/own.yaml").write_text(yaml.safe_dump(study, allow_unicode=True), encoding="utf-8")
            self.hamdil("study", "apply", "w.hamdil", "pkg/own.yaml")

        def rows(*by):
            (self.path / "query.json").write_text(json.dumps({"call": {"estimator": "mean", "variables": ["measure_trust"], "by": list(by), "na_rm": True}}))
            return {tuple(r["by"].values()): r for r in self.answer("estimate", "query.json", "--workspace", "w.hamdil")["rows"]}

        self.hamdil("import", "survey", "w.hamdil", "--form", "pkg/form_v1.xlsx", "--data", "pkg/baseline.xlsx", "--round", "baseline")
        apply()
        parts = rows("joined_event", "district", "round")
        hidden = {key[1] for key, row in parts.items() if row.get("withheld")}
        self.assertTrue(hidden)  # few joined anything
        before = rows("district", "round")
        self.hamdil("import", "survey", "w.hamdil", "--form", "pkg/form_v2.xlsx", "--data", "pkg/endline.xlsx", "--round", "endline")
        after = rows("district", "round")
        for key, row in before.items():
            self.assertEqual(bool(row.get("withheld")), bool(after[key].get("withheld")), key)
        # A total that would complete a hidden part stays hidden, under the name of a question as well.
        (self.path / "query.json").write_text(json.dumps({"call": {"estimator": "mean", "variables": ["trust_help"], "by": ["district", "round"], "na_rm": True}}))
        item = {tuple(r["by"].values()): r for r in self.answer("estimate", "query.json", "--workspace", "w.hamdil")["rows"]}
        for district in hidden:
            shown = sum(1 for key, row in parts.items() if key[1] == district and not row.get("withheld"))
            if shown == 1:
                self.assertTrue(after[(district, "baseline")].get("withheld"))
                self.assertTrue(item[(district, "baseline")].get("withheld"))


if __name__ == "__main__":
    journey.unittest.main()
