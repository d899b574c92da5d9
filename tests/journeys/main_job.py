"""From a field package to a protected report, and back from every printed number."""
import csv
import html.parser
import json
import re
import shutil
import subprocess
import unittest
import zipfile

import journey

REPORT = "impact_assessment_report"


class Numbers(html.parser.HTMLParser):
    """Collects the numbers of a report: those with a reference, and digits that stand outside of any."""

    FREE = {"style", "svg", "script", "title"}          # drawings have table twins with references
    STRUCTURAL = {"nr", "label", "fact"}                 # section numbers, captions, facts of method and receipt

    def __init__(self):
        super().__init__()
        self.stack = []
        self.referenced = []
        self.loose = []

    def handle_starttag(self, tag, attributes):
        if tag in {"meta", "link", "br", "img", "hr", "col"}:
            return
        attributes = dict(attributes)
        self.stack.append((tag, set((attributes.get("class") or "").split()), attributes.get("data-ref")))

    def handle_endtag(self, tag):
        while self.stack:
            if self.stack.pop()[0] == tag:
                break

    def handle_data(self, data):
        if not re.search(r"\d", data):
            return
        if any(tag in self.FREE for tag, _, _ in self.stack):
            return
        reference = next((ref for _, _, ref in reversed(self.stack) if ref), None)
        if reference:
            self.referenced.append((reference, data))
        elif not any(classes & self.STRUCTURAL for _, classes, _ in self.stack):
            self.loose.append((data, [tag for tag, _, _ in self.stack][-3:]))


class MainJob(journey.Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        journey.demo(cls)
        cls.built = cls.answer("report", "w.hamdil", REPORT, "--format", "docx,html,pdf,xlsx", "--out", "out")
        cls.page = (cls.path / f"out/{REPORT}.en.html").read_text(encoding="utf-8")

    def test_the_workspace_is_sound(self):
        self.assertTrue(self.answer("verify", "w.hamdil")["sound"])

    def test_every_format_opens(self):
        for name in ("docx", "xlsx"):
            self.assertIsNone(zipfile.ZipFile(self.path / f"out/{REPORT}.en.{name}").testzip())
        self.assertTrue((self.path / f"out/{REPORT}.en.pdf").read_bytes().startswith(b"%PDF-"))
        self.assertIn("DEMO", self.page)

    def test_figures_are_drawn(self):
        self.assertEqual(self.built["drawing_problem"], "")
        self.assertGreater(self.page.count("<svg"), 4)

    def test_the_same_inputs_give_the_same_bytes_months_later(self):
        later = {**self.environment, "SOURCE_DATE_EPOCH": "1760000000"}
        self.hamdil("report", "w.hamdil", REPORT, "--format", "docx,html,pdf,xlsx", "--out", "again", environment=later)
        for name in ("docx", "html", "pdf", "xlsx"):
            self.assertEqual((self.path / f"out/{REPORT}.en.{name}").read_bytes(), (self.path / f"again/{REPORT}.en.{name}").read_bytes(), name)

    def test_no_network_is_needed(self):
        """The same report from inside an empty network namespace."""
        alone = ["unshare", "--user", "--map-root-user", "--net"]
        if shutil.which("unshare") is None or subprocess.run([*alone, "true"], capture_output=True).returncode != 0:
            self.skipTest("no network namespaces here")
        command = [*alone, journey.BIN / "hamdil", "report", "w.hamdil", REPORT, "--format", "docx,html,pdf", "--out", "alone"]
        subprocess.run(command, cwd=self.path, env=self.environment, check=True, capture_output=True, timeout=300)
        for name in ("docx", "html", "pdf"):
            self.assertEqual((self.path / f"out/{REPORT}.en.{name}").read_bytes(), (self.path / f"alone/{REPORT}.en.{name}").read_bytes(), name)

    def test_every_printed_number_recomputes(self):
        numbers = Numbers()
        numbers.feed(self.page)
        self.assertGreater(len(numbers.referenced), 200)
        traced = {}
        for reference, printed in numbers.referenced:
            if reference not in traced and len(traced) < 25:
                traced[reference] = self.answer("trace", "w.hamdil", reference)
        for reference, trace in traced.items():
            self.assertTrue(trace["recomputed"], reference)
        adjusted = self.holm_adjusted()
        for reference, printed in numbers.referenced:
            if reference not in traced:
                continue
            cell = traced[reference]["cell"]
            figures = [cell.get("estimate"), cell.get("se"), cell.get("base_rows"), cell.get("p_value"), cell.get("deff"), cell.get("degf_domain"),
                       *(cell.get("ci_t") or []), *(cell.get("ci_t_domain") or []), *(cell.get("ci_normal") or [])]
            figures = [f for f in figures if isinstance(f, (int, float))]
            if reference in adjusted:
                figures.append(adjusted[reference])
            for shown in re.findall(r"[−-]?\d[\d,]*(?:\.\d+)?", printed):
                value = float(shown.replace("−", "-").replace(",", ""))
                decimals = len(shown.split(".")[1]) if "." in shown else 0
                # An interval of a share ends where a share ends.
                ends = value in (0, 100) and "%" in printed and any(f < 0 or f > 1 for f in figures)
                near = ends or any(abs(value - f * scale) <= 0.5000001 * 10**-decimals for f in figures for scale in (1, 100, -1, -100))
                bound = printed.startswith("<") and any(f < value for f in figures)
                self.assertTrue(near or bound, f"{reference}: {printed!r} is not among {figures}")

    def holm_adjusted(self):
        """The p-values of the main changes after Holm's correction, computed here anew."""
        references = [f"{self.built['run']}:{m}.change:1" for m in ("trust", "contact", "comfort", "picture", "safety", "insulted_share")]
        values = sorted((self.answer("trace", "w.hamdil", ref)["cell"]["p_value"], ref) for ref in references)
        adjusted, largest = {}, 0.0
        for position, (value, ref) in enumerate(values):
            largest = max(largest, min(1.0, value * (len(values) - position)))
            adjusted[ref] = largest
        return adjusted

    def test_no_digit_stands_without_a_source(self):
        numbers = Numbers()
        numbers.feed(self.page)
        # Versions and digests (code), cross-references (a) and the answers of the questionnaire (bdi) are no results.
        loose = [entry for entry in numbers.loose if entry[1][-1:] not in (["code"], ["a"], ["bdi"])]
        self.assertEqual(loose, [])

    def test_withheld_cells_do_not_leak(self):
        self.assertGreater(self.built["withheld"], 0)
        withheld = 0
        for table in ("insulted_share.by_district_group", "trust.by_district_group"):
            for row in range(1, 25):
                try:
                    trace = self.answer("trace", "w.hamdil", f"{self.built['run']}:{table}:{row}")
                except AssertionError:
                    continue
                if "withheld" in trace:
                    withheld += 1
                    self.assertNotIn("estimate", trace["cell"])
        self.assertGreater(withheld, 0)

    def test_a_figure_that_is_not_defined_is_refused_and_leaves_no_trace(self):
        """Answers are missing: without na_rm there is no mean. Kept as a release it would be protected for ever after."""
        (self.path / "undefined.json").write_text(json.dumps({"call": {"estimator": "mean", "variables": ["measure_trust"], "by": ["group"]}}))
        before = self.answer("verify", "w.hamdil")["head"]
        code, told = self.run_for_json("estimate", "undefined.json", "--workspace", "w.hamdil")
        self.assertEqual((code, told["error"]["code"]), (3, "reporting.estimate.undefined"))
        self.assertEqual(self.answer("verify", "w.hamdil")["head"], before)

    def test_a_query_cannot_get_round_the_gate(self):
        def query(code, **spec):
            (self.path / "query.json").write_text(json.dumps(spec))
            return self.answer("estimate", "query.json", "--workspace", "w.hamdil", code=code)

        mean = {"estimator": "mean", "variables": ["measure_trust"], "na_rm": True}
        for spec in (
            {"domain": [{"var": "respondent", "op": "!=", "value": "x"}], "call": mean},
            {"domain": [{"var": "age", "op": ">", "value": 60}], "call": mean},
            {"design": {"ids": ["respondent"]}, "call": mean},
            {"call": {**mean, "by": ["settlement"]}},
            {"call": {**mean, "by": ["enumerator"]}},
            {"call": {**mean, "by": ["insulted"]}},  # sensitive
            {"call": {**mean, "by": ["joined_event"]}},  # not listed under breakdowns
            {"call": {**mean, "variables": ["household_size"]}},  # no measure
            {"call": {"estimator": "proportion", "variables": ["settlement"], "na_rm": True}},
            {"call": {"estimator": "glm", "formula": "measure_trust ~ settlement", "family": "gaussian", "link": "identity"}},
            {"call": {"estimator": "quantile", "variables": ["age"], "quantiles": [0.0001]}},
            {"call": {"estimator": "design_summary"}},
        ):
            (self.path / "query.json").write_text(json.dumps(spec))
            done = self.run_for_json("estimate", "query.json", "--workspace", "w.hamdil")
            error = done[1]["error"]["code"]
            self.assertIn((done[0], error), ((1, "reporting.estimate.not_released"), (3, "analysis.spec.unknown_option"), (3, "analysis.spec.missing_member")))
        # A mean of a sensitive yes or no is a share in disguise; a part that the report withholds stays withheld.
        sensitive = query(0, call={"estimator": "mean", "variables": ["measure_insulted_share"], "by": ["district"], "na_rm": True})
        self.assertTrue(all(row.get("withheld") for row in sensitive["rows"]))
        part = query(0, domain=[{"var": "district", "op": "==", "value": "D6"}], call={**mean, "by": ["group", "round"]})
        self.assertTrue(all(row.get("withheld") for row in part["rows"] if row["by"]["group"] == "refugee"))

    def test_readers_get_one_reason_for_few_and_nearly_all(self):
        (self.path / "share.json").write_text(json.dumps({"call": {"estimator": "proportion", "variables": ["insulted"], "by": ["district", "group", "round"], "na_rm": True}}))
        reasons = lambda table: {row["withheld"] for row in table["rows"] if "withheld" in row}
        self.assertLessEqual({"small_cell"}, reasons(self.answer("estimate", "share.json", "--workspace", "w.hamdil", "--audience", "team")))
        self.hamdil("export", "w.hamdil", "--what", "tables", "--format", "json", "--out", "reasons")
        self.hamdil("export", "w.hamdil", "--what", "tables", "--format", "csv", "--out", "reasons")
        self.hamdil("export", "w.hamdil", "--what", "records", "--format", "json", "--out", "reasons")
        tables = json.loads((self.path / "reasons/tables.json").read_text(encoding="utf-8"))
        told = set().union(*(reasons(table) for table in [self.answer("estimate", "share.json", "--workspace", "w.hamdil"), *tables]))
        self.assertIn("sensitive", told)
        self.assertFalse(told & {"small_cell", "dominance"})
        for name in ("tables.csv", "records.json"):
            text = (self.path / "reasons" / name).read_text(encoding="utf-8")
            self.assertIn("sensitive", text, name)
            for word in ("small_cell", "dominance"):
                self.assertNotIn(word, text, name)

    def test_few_missing_answers_are_told_to_the_team_only(self):
        (self.path / "missing.json").write_text(json.dumps({"call": {"estimator": "mean", "variables": ["measure_safety"], "by": ["district"], "na_rm": True}}))
        team = self.answer("estimate", "missing.json", "--workspace", "w.hamdil", "--audience", "team")["rows"]
        self.assertTrue(any(0 < row["missing_rows"] < 10 for row in team))
        self.hamdil("export", "w.hamdil", "--what", "tables", "--format", "json", "--out", "released")
        tables = json.loads((self.path / "released/tables.json").read_text(encoding="utf-8"))
        public = [self.answer("estimate", "missing.json", "--workspace", "w.hamdil"), *tables]
        told = [row["missing_rows"] for table in public for row in table["rows"] if "missing_rows" in row]
        self.assertTrue(told)
        self.assertEqual([few for few in told if 0 < few < 10], [])

    def test_queries_are_remembered_together(self):
        """Two breakdowns that each look harmless: the second must know what the first has shown."""
        self.hamdil("backup", "w.hamdil", "before-queries.hamdil")
        self.hamdil("restore", "before-queries.hamdil", "queries.hamdil")
        study = (self.path / "pkg/study.yaml").read_text(encoding="utf-8")
        (self.path / "pkg/breakdowns.yaml").write_text(study.replace("breakdowns: [sex]", "breakdowns: [sex, safety_walking]"), encoding="utf-8")
        self.hamdil("study", "apply", "queries.hamdil", "pkg/breakdowns.yaml")

        def rows(**call):
            (self.path / "query.json").write_text(json.dumps({"call": {"estimator": "mean", "variables": ["measure_comfort"], "na_rm": True, **call}}))
            return self.answer("estimate", "query.json", "--workspace", "queries.hamdil")["rows"]

        walking = rows(by=["safety_walking", "round"])
        both = rows(by=["safety_walking", "group", "round"])
        again = rows(by=["safety_walking", "round"])
        self.assertEqual(walking, again)  # asked twice, answered alike
        printed = {(r["by"]["safety_walking"], r["by"]["round"]): r["base_rows"] for r in walking if not r.get("withheld")}
        for (level, wave), total in printed.items():
            parts = [r for r in both if (r["by"]["safety_walking"], r["by"]["round"]) == (level, wave)]
            hidden = [r for r in parts if r.get("withheld")]
            shown = sum(r["base_rows"] for r in parts if not r.get("withheld"))
            if hidden:
                self.assertTrue(len(hidden) > 1 or total - shown > 10, (level, wave, total, shown))
        reference = both[0]["ref"]
        self.assertTrue(self.answer("trace", "queries.hamdil", reference)["recomputed"])

    def test_looking_at_interviews_needs_a_reason_and_leaves_an_entry(self):
        reference = f"{self.built['run']}:trust.by_group:1"
        self.answer("trace", "w.hamdil", reference, "--rows", code=2)
        rows = self.answer("trace", "w.hamdil", reference, "--rows", "--reason", "a partner asks where this number comes from")["rows"]
        self.assertGreater(len(rows), 9)
        entry = self.answer("history", "w.hamdil")[-1]
        self.assertEqual((entry["action"], entry["reason"]), ("look at rows", "a partner asks where this number comes from"))
        self.assertEqual(self.answer("verify", "w.hamdil")["problems"], [])

    def test_what_was_printed_stays_traceable_when_the_study_changes(self):
        self.hamdil("backup", "w.hamdil", "before-change.hamdil")
        self.hamdil("restore", "before-change.hamdil", "changed.hamdil")
        study = (self.path / "pkg/study.yaml").read_text(encoding="utf-8")
        (self.path / "pkg/other.yaml").write_text(study.replace("organisation:", "organisation: Other #", 1), encoding="utf-8")
        self.hamdil("study", "apply", "changed.hamdil", "pkg/other.yaml")
        trace = self.answer("trace", "changed.hamdil", f"{self.built['run']}:trust.overall:1")
        self.assertTrue(trace["stale"])
        self.assertNotIn("recomputed", trace)
        self.assertIn("estimate", trace["cell"])

    def test_questionnaire_and_codebook_are_prints_of_their_own(self):
        before = len(self.answer("history", "w.hamdil"))
        for product, expected in (("questionnaire", "Questionnaire"), ("codebook", "trust_keep_word")):
            self.hamdil("report", "w.hamdil", product, "--format", "docx,html,pdf", "--out", "prints")
            page = (self.path / f"prints/{product}.en.html").read_text(encoding="utf-8")
            self.assertIn("People of the other community keep their word", page)
            self.assertNotIn("respondent_name", page)
            self.assertIn(expected, page)
        entries = self.answer("history", "w.hamdil")[before:]
        self.assertEqual({entry["kind"] for entry in entries}, {"product"})

    def test_named_recipients_are_named(self):
        self.hamdil("report", "w.hamdil", REPORT, "--format", "html", "--audience", "named_recipients", "--out", "named", code=2)
        self.hamdil("report", "w.hamdil", REPORT, "--format", "html", "--audience", "named_recipients", "--recipients", "DEMO partner, agreement of 1 May", "--out", "named")
        page = (self.path / f"named/{REPORT}.en.html").read_text(encoding="utf-8")
        self.assertIn("DEMO partner, agreement of 1 May", page)
        self.assertIn("For the named recipients only", page)

    def test_wrong_use_is_told_from_bad_input(self):
        self.hamdil("report", "w.hamdil", "no_such_product", "--format", "html", "--out", "x", code=2)
        self.hamdil("report", "w.hamdil", REPORT, "--format", "odt", "--out", "x", code=2)
        self.hamdil("report", "w.hamdil", REPORT, "--language", "xx", "--out", "x", code=2)
        self.hamdil("trace", "w.hamdil", "not a reference", code=2)
        self.hamdil("trace", "w.hamdil", "00000000:trust.overall:1", code=3)

    def test_the_page_holds_no_identifier(self):
        self.assertNotIn("DEMO respondent 0", self.page)
        self.assertNotIn("+000 55", self.page)

    def test_importing_the_same_file_again_changes_nothing(self):
        before = self.answer("verify", "w.hamdil")["head"]
        receipt = self.answer("import", "survey", "w.hamdil", "--form", "pkg/form_v1.xlsx", "--data", "pkg/baseline.xlsx", "--round", "baseline")
        self.assertEqual((receipt["added"], receipt["corrected"], receipt["dataset"]), (0, 0, ""))
        self.assertEqual(before, self.answer("verify", "w.hamdil")["head"])

    def test_receipts_add_up(self):
        receipt = self.answer("import", "survey", "w.hamdil", "--form", "pkg/form_v1.xlsx", "--data", "pkg/baseline.xlsx", "--round", "baseline", "--dry-run")
        self.assertEqual(receipt["read"], receipt["kept"] + sum(receipt["rejected"].values()))
        self.assertIn("respondent_name", [column["column"] for column in receipt["sealed"]])

    def test_a_team_view_is_never_a_file_for_sending(self):
        self.hamdil("report", "w.hamdil", REPORT, "--format", "docx", "--audience", "team", "--out", "team", code=1)
        self.hamdil("report", "w.hamdil", REPORT, "--format", "html", "--audience", "team", "--out", "team")
        self.assertIn("not for release", (self.path / f"team/{REPORT}.en.html").read_text(encoding="utf-8").lower())

    def test_the_studys_own_design_may_stand_in_a_specification(self):
        call = {"estimator": "mean", "variables": ["measure_trust"], "by": ["round"], "na_rm": True}
        own = {"variance": "taylor", "ids": ["settlement", "respondent"], "strata": ["district"], "weights": "weight", "fpc": ["n_settlements", "n_persons"], "nest": False, "lonely_psu": "adjust"}

        def query(design, code):
            (self.path / "query.json").write_text(json.dumps({**({"design": design} if design else {}), "call": call}))
            return self.answer("estimate", "query.json", "--workspace", "w.hamdil", code=code)

        self.assertEqual(query(own, 0)["rows"], query(None, 0)["rows"])
        message = query({**own, "strata": [], "lonely_psu": "fail"}, 1)["error"]["message"]
        self.assertIn("differs from the study's in strata, lonely_psu;", message)

    def test_exports_as_json_and_as_a_flat_spss_file(self):
        shutil.copy(self.path / "w.hamdil", self.path / "formats.hamdil")
        for what, form in (("data", "json"), ("data", "csv"), ("tables", "sav"), ("tables", "csv")):
            self.hamdil("export", "formats.hamdil", "--what", what, "--format", form, "--out", f"formats_{what}_{form}")
        rows = json.loads((self.path / "formats_data_json/data.json").read_text(encoding="utf-8"))
        with (self.path / "formats_data_csv/data.csv").open(encoding="utf-8-sig", newline="") as file:
            table = list(csv.DictReader(file))
        self.assertEqual((len(rows), list(rows[0])), (len(table), list(table[0])))
        self.assertEqual([row["group"] for row in rows], [row["group"] or None for row in table])
        self.assertEqual((self.path / "formats_tables_sav/tables.sav").read_bytes()[:4], b"$FL2")

    def test_language_tags_are_taken_as_people_write_them(self):
        found = self.answer("report", "w.hamdil", "codebook", "--format", "html", "--language", "fa", "--out", "tags")
        self.assertEqual([p["code"] for p in found["problems"] if p["code"] == "reporting.language.taken"], ["reporting.language.taken"])
        self.assertTrue((self.path / "tags/codebook.fa-AF.html").exists())
        self.answer("report", "w.hamdil", "codebook", "--format", "html", "--language", "EN", "--out", "tags")
        self.assertTrue((self.path / "tags/codebook.en.html").exists())

    def test_other_languages(self):
        for language, direction in (("tg", "ltr"), ("fa-AF", "rtl")):
            self.hamdil("report", "w.hamdil", REPORT, "--format", "html", "--language", language, "--out", "out")
            page = (self.path / f"out/{REPORT}.{language}.html").read_text(encoding="utf-8")
            self.assertRegex(page, rf'<html[^>]*lang="{language}"')
            self.assertIn(f'dir="{direction}"', page)


class Corrections(journey.Journey):
    """A corrected row makes a new version; undo takes it back; a backup restores to the same report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        journey.demo(cls, size=240)

    def corrected_export(self):
        source = zipfile.ZipFile(self.path / "pkg/baseline.xlsx")
        with zipfile.ZipFile(self.path / "pkg/corrected.xlsx", "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                data = source.read(name)
                if name.endswith("sheet1.xml"):
                    text = data.decode("utf-8")
                    text, count = re.subn(r'(<c r="S5" t="inlineStr"><is><t xml:space="preserve">)\d+', r"\g<1>17", text)
                    assert count == 1
                    data = text.encode("utf-8")
                target.writestr(name, data)

    def test_correct_then_undo_then_restore(self):
        self.corrected_export()
        arguments = ("import", "survey", "w.hamdil", "--form", "pkg/form_v1.xlsx", "--data", "pkg/corrected.xlsx", "--round", "baseline")
        receipt = self.answer(*arguments)
        self.assertEqual((receipt["added"], receipt["corrected"], receipt["dataset_version"]), (0, 1, 2))
        self.hamdil("import", "undo", "w.hamdil", "--round", "baseline")
        self.assertEqual(self.answer(*arguments, "--dry-run")["kept"], receipt["kept"])
        self.assertTrue(self.answer("verify", "w.hamdil")["sound"])

        first = self.answer("report", "w.hamdil", REPORT, "--format", "html", "--out", "one")
        self.hamdil("backup", "w.hamdil", "copy.backup")
        told = self.hamdil("restore", "copy.backup", "restored.hamdil")[1]
        head = self.answer("verify", "copy.backup")["head"]
        entry = head.split(":")[0]
        self.assertIn(f"does not remember what left the workspace after entry {entry} of its change log", told)
        once_more = self.answer("restore", "copy.backup", "restored2.hamdil")
        self.assertEqual((once_more["head"], once_more["remembers_releases_until_entry"]), (head, int(entry)))
        self.environment["SOURCE_DATE_EPOCH"] = "1760000000"  # the copy is used months later
        second = self.answer("report", "restored.hamdil", REPORT, "--format", "html", "--out", "two")
        self.assertEqual(first["run"], second["run"])
        self.assertEqual((self.path / f"one/{REPORT}.en.html").read_bytes(), (self.path / f"two/{REPORT}.en.html").read_bytes())


class TruthIsCovered(journey.Journey):
    def test_intervals_hold_the_population_values_most_of_the_time(self):
        journey.demo(self, size=960)
        truth = json.loads((self.path / "pkg/truth.json").read_text())["values"]
        inside = total = 0
        for measure in ("trust", "contact", "comfort", "picture", "safety"):
            spec = {"call": {"estimator": "mean", "variables": [f"measure_{measure}"], "by": ["round", "group"], "na_rm": True}}
            (self.path / "spec.json").write_text(json.dumps(spec))
            for row in self.answer("estimate", "spec.json", "--workspace", "w.hamdil")["rows"]:
                value = truth[measure][f"{row['by']['round']}/{row['by']['group']}"]
                total += 1
                inside += row["ci_t_domain"][0] <= value <= row["ci_t_domain"][1]
        self.assertEqual(total, 20)
        self.assertGreaterEqual(inside, 15, "95 % intervals miss the known truth far too often")


if __name__ == "__main__":
    assert shutil.which(str(journey.BIN / "hamdil")), journey.BIN
    unittest.main(verbosity=1)
