"""Real public surveys: the numbers that a reference program computed, receipts that add up, a report from start to end."""
import csv
import json
import math
import pathlib
import re
import shutil
import unittest
import zipfile

import journey

SHARED = pathlib.Path(__file__).resolve().parents[2].parent / "shared"
RELATIVE = 1e-6  # of the printed reference figure


def expected(folder):
    return json.loads((SHARED / "realdata" / folder / "expected.json").read_text(encoding="utf-8"))


class RealData(journey.Journey):
    NEEDS = ""

    @classmethod
    def setUpClass(cls):
        if not (SHARED / cls.NEEDS).exists():
            raise unittest.SkipTest(f"{cls.NEEDS} is not beside the source tree")
        super().setUpClass()

    def near(self, got, wanted, what, digits=None):
        """Equal to the digits that the reference prints: RELATIVE, or half a unit of the last of `digits` decimals."""
        if wanted is None:
            self.assertIsNone(got, what)
            return
        self.assertIsNotNone(got, what)
        slack = max(RELATIVE * abs(wanted), 0.5000001 * 10**-digits if digits is not None else 1e-12)
        self.assertLessEqual(abs(got - wanted), slack, f"{what}: {got} is not {wanted}")

    def estimate(self, *source, domain=None, design=None, **call):
        spec = {"call": call}
        if design is not None:
            spec["design"] = design
        if domain:
            spec["domain"] = domain
        (self.path / "spec.json").write_text(json.dumps(spec))
        return self.answer("estimate", "spec.json", *source)

    def same_row(self, row, wanted, what):
        self.assertEqual(row["base_rows"], wanted["n"], what)
        self.near(row["estimate"], wanted["mean"], f"{what} mean")
        self.near(row["se"], wanted["se"], f"{what} se")
        self.near(row["degf_domain"], wanted["df"], f"{what} df")
        for side, name in enumerate(("lower", "upper")):
            interval = wanted.get("ci_wald", wanted.get("ci"))
            self.near(row["ci_t_domain"][side], interval[side], f"{what} {name}")


class Afghan(RealData):
    NEEDS = "realdata/afghan"
    DESIGNS = {"srs": {}, "village": {"ids": ["village.id"]}, "strat_village": {"ids": ["village.id"], "strata": ["province"]}}
    MEASURES = {"violent.exp.taliban": "harm_taliban", "violent.exp.ISAF": "harm_isaf", "employed": "works"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = SHARED / "realdata/afghan/afghan.csv"
        cls.expected = expected("afghan")
        cls.hamdil("workspace", "create", "w.hamdil", "--key-file", "key")
        cls.receipt = cls.answer("import", "table", "w.hamdil", "--data", cls.file, "--round", "survey", "--consent-basis", "published extract")
        shares = "".join(
            f"  - {{id: {name}, section: coexistence, title: {{en: \"{name}\"}}, question: {question}, success: [\"1\"]}}\n"
            for question, name in cls.MEASURES.items())
        (cls.path / "study.yaml").write_text(
            "study: {title: {en: Survey of civilians}, organisation: public extract}\n"
            "rounds: [{name: survey, label: {en: Survey}}]\n"
            "sample: {how_chosen: probability, strata: [province], clusters: [village.id]}\n"
            "districts: {variable: province}\n"
            f"shares:\n{shares}"
            "sensitive: []\n")
        cls.hamdil("study", "apply", "w.hamdil", "study.yaml")

    def on_file(self, **options):
        return self.estimate("--data", self.file, **options)

    def in_workspace(self, **options):
        return self.estimate("--workspace", "w.hamdil", **options)

    def test_the_receipt_counts_every_row(self):
        self.assertEqual(self.receipt["read"], self.expected["counts"]["rows"])
        self.assertEqual(self.receipt["read"], self.receipt["kept"] + sum(self.receipt["rejected"].values()))
        self.assertEqual(self.receipt["sealed"], [])

    def test_counts_of_units_and_missing_answers(self):
        counts = self.expected["counts"]
        rows = self.on_file(design=self.DESIGNS["strat_village"], estimator="mean", variables=["age"], by=["province"])["rows"]
        self.assertEqual({row["by"]["province"]: row["base_rows"] for row in rows}, counts["provinces"])
        self.assertEqual(sum(row["base_clusters"] for row in rows), counts["villages"])
        for variable in ("age", "educ.years", "employed", "violent.exp.ISAF", "violent.exp.taliban", "list.response"):
            row = self.on_file(design={}, estimator="mean", variables=[variable], na_rm=True)["rows"][0]
            self.assertEqual(row["missing_rows"], counts["missing"][variable], variable)
            self.assertEqual(row["base_rows"], counts["rows"] - counts["missing"][variable], variable)

    def test_income_levels(self):
        table = self.on_file(design=self.DESIGNS["strat_village"], estimator="proportion", variables=["income"], na_rm=True)
        self.assertEqual({row["level"]: row["cell_rows"] for row in table["rows"]}, self.expected["counts"]["income"])
        self.assertEqual({row["missing_rows"] for row in table["rows"]}, {self.expected["counts"]["missing"]["income"]})
        self.near(sum(row["estimate"] for row in table["rows"]), 1.0, "shares add up")

    def check(self, block, run):
        seen = 0
        for design, variables in self.expected[block].items():
            for variable, domains in variables.items():
                for by in ([], ["province"]):
                    rows = run(design, variable, by)
                    self.assertEqual(len(rows), len(domains) - 1 if by else 1)
                    for row in rows:
                        domain = row["by"]["province"] if by else "overall"
                        self.same_row(row, domains[domain], f"{design} {variable} {domain}")
                        seen += 1
        return seen

    def test_shares_under_every_design(self):
        # The reference took those who answered as the domain, which its degrees of freedom show where everybody is a unit of his own.
        run = lambda design, variable, by: self.on_file(design=self.DESIGNS[design], domain=[{"var": variable, "op": "in", "value": [0, 1]}],
                                                        estimator="mean", variables=[variable], by=by)["rows"]
        self.assertEqual(self.check("proportions", run), 3 * 3 * 6)

    def test_means_under_every_design(self):
        run = lambda design, variable, by: self.on_file(design=self.DESIGNS[design], estimator="mean", variables=[variable], by=by, na_rm=True)["rows"]
        self.assertEqual(self.check("means", run), 3 * 2 * 6)

    def test_shares_in_the_workspace_under_its_own_design(self):
        for variable, name in self.MEASURES.items():
            for by in ([], ["province"]):
                for row in self.in_workspace(estimator="mean", variables=[f"measure_{name}"], by=by, na_rm=True)["rows"]:
                    self.assertNotIn("withheld", row)
                    domain = row["by"]["province"] if by else "overall"
                    self.same_row(row, self.expected["proportions"]["strat_village"][variable][domain], f"workspace {variable} {domain}")

    def test_design_effects(self):
        for design, variables in self.expected["proportions"].items():
            for variable, domains in variables.items():
                row = self.on_file(design=self.DESIGNS[design], estimator="mean", variables=[variable], na_rm=True, deff="replace")["rows"][0]
                self.near(row["deff"], domains["overall"]["deff"], f"{design} {variable} deff")

    def test_intervals_of_shares_on_the_logit_and_beta_scale(self):
        for design, variables in self.expected["proportions"].items():
            for variable, domains in variables.items():
                table = self.on_file(design=self.DESIGNS[design], estimator="proportion_ci", variable=variable, success="1", methods=["logit", "beta"], na_rm=True)
                for method in ("logit", "beta"):
                    for side in (0, 1):
                        self.near(table["methods"][method]["ci"][side], domains["overall"][f"ci_{method}"][side], f"{design} {variable} {method}")

    def test_cross_tables(self):
        published = self.expected["published"]["ISAF_by_Taliban_proportions_complete"]
        table = self.on_file(design=self.DESIGNS["village"], estimator="table", variables=["violent.exp.ISAF", "violent.exp.taliban"], na_rm=True)
        counts = table["counts"]
        total = sum(map(sum, counts))
        self.assertEqual(counts, self.expected["crosstabs"]["village"]["ISAF_by_taliban"]["table"])
        for key, share in published.items():
            isaf, taliban = map(int, key.split(","))
            self.near(counts[isaf][taliban] / total, share, f"ISAF {isaf} taliban {taliban}", digits=7)

    def test_independence_with_the_village_design(self):
        variables = {"ISAF_by_taliban": ["violent.exp.ISAF", "violent.exp.taliban"], "province_by_ISAF": ["province", "violent.exp.ISAF"],
                     "province_by_taliban": ["province", "violent.exp.taliban"], "employed_by_ISAF": ["employed", "violent.exp.ISAF"],
                     "income_by_ISAF": ["income", "violent.exp.ISAF"]}
        for name, wanted in self.expected["crosstabs"]["village"].items():
            table = self.on_file(design=self.DESIGNS["village"], estimator="chisq", variables=variables[name], na_rm=True, statistics=["F"])
            test = table["tests"]["F"]
            self.near(test["statistic"], wanted["rao_scott_F"], f"{name} F")
            self.near(test["ndf"], wanted["ndf"], f"{name} ndf")
            self.near(test["ddf"], wanted["ddf"], f"{name} ddf")
            self.near(test["p_value"], wanted["p_F"], f"{name} p")

    def test_quantiles(self):
        for variable, wanted in self.expected["quantiles"].items():
            table = self.on_file(design={}, estimator="quantile", variables=[variable], quantiles=[float(p[:-1]) / 100 for p in wanted])
            self.assertEqual([row["estimate"] for row in table["rows"]], list(wanted.values()), variable)

    def test_the_list_experiment(self):
        wanted = self.expected["list_experiment"]["svyglm_strat_village"]
        table = self.on_file(design=self.DESIGNS["strat_village"], domain=[{"var": "list.group", "op": "in", "value": ["control", "ISAF"]}],
                             estimator="ttest", variable="list.response", group="list.group")
        self.assertEqual(table["rows"][0]["term"], "control - ISAF")
        self.near(-table["estimate"], wanted["diff"], "difference")
        self.near(table["se"], wanted["se"], "standard error")
        self.assertEqual(table["df"], wanted["df_resid"])

    def test_the_sampling_frame_of_villages(self):
        villages = self.expected["villages"]
        table = self.estimate("--data", SHARED / "realdata/afghan/afghan-village.csv", design={}, estimator="quantile", variables=["altitude"],
                              quantiles=[0.5], qrule="school", by=["village.surveyed"])
        self.assertEqual(sum(row["base_rows"] for row in table["rows"]), villages["rows"])
        for row in table["rows"]:
            self.near(row["estimate"], villages["median_altitude"][row["by"]["village.surveyed"]], "median altitude")
        self.assertEqual(table["rows"][1]["base_rows"], villages["surveyed"])

    def test_a_report_in_every_format(self):
        built = self.answer("report", "w.hamdil", "impact_assessment_report", "--format", "html,docx,pdf", "--out", "out")
        self.assertEqual(len(built["files"]), 3)
        self.assertEqual(built["drawing_problem"], "")
        page = (self.path / "out/impact_assessment_report.en.html").read_text(encoding="utf-8")
        for province in self.expected["counts"]["provinces"]:
            self.assertIn(province, page)
        self.assertIsNone(zipfile.ZipFile(self.path / "out/impact_assessment_report.en.docx").testzip())
        self.assertTrue((self.path / "out/impact_assessment_report.en.pdf").read_bytes().startswith(b"%PDF-"))
        self.assertTrue(self.answer("verify", "w.hamdil")["sound"])


class IdpHost(RealData):
    NEEDS = "realdata/idp_host_somalia"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        source = SHARED / cls.NEEDS
        cls.expected = expected("idp_host_somalia")
        cls.file = source / "households_b.csv"
        with cls.file.open(encoding="cp1252", newline="") as rows:
            cls.rows = list(csv.DictReader(rows))
        form = cls.path / "form"
        form.mkdir()
        shutil.copyfile(source / "form_questions.csv", form / "survey.csv")
        shutil.copyfile(source / "form_choices.csv", form / "choices.csv")
        shutil.copyfile(source / "frame_strata.csv", cls.path / "frame_strata.csv")
        cls.hamdil("workspace", "create", "w.hamdil", "--key-file", "key")
        cls.survey = ("import", "survey", "w.hamdil", "--form", "form", "--data", cls.file, "--round", "july", "--consent-basis", "published extract")
        cls.receipt = cls.answer(*cls.survey, "--accept-form-errors")

    def design(self, rule):
        return {"ids": ["unidcluster"], "strata": ["unidstrata"], "weights": "weights_", "lonely_psu": rule}

    def test_a_form_with_errors_is_refused_unless_accepted(self):
        error = self.answer(*self.survey, "--dry-run", code=3)["error"]
        self.assertEqual(error["code"], "intake.form.unusable")

    def test_the_receipt(self):
        self.assertEqual(self.receipt["read"], self.expected["file_b"]["rows"])
        self.assertEqual(self.receipt["read"], self.receipt["kept"] + sum(self.receipt["rejected"].values()))
        self.assertIn("exchange.csv.code_page", [problem["code"] for problem in self.receipt["problems"]])

    def simple_conditions(self):
        """Questions under conditions that are all of the kind selected(${x}, 'y'): name to [(x, y)]."""
        simple = re.compile(r"\s*selected\(\$\{(\w+)\},\s*[\"'](\w+)[\"']\)\s*")
        around, found = [], {}
        with (SHARED / self.NEEDS / "form_questions.csv").open(encoding="cp1252", newline="") as lines:
            questions = list(csv.DictReader(lines))
        for line in questions:
            kind = line["type"].replace("_", " ").split(" ")
            if kind[0] == "end":
                around = around[:-1]  # the published form closes one group too many
                continue
            match = simple.fullmatch(line["relevant"])
            own = [match.groups()] if match else [None] if line["relevant"].strip() else []
            if kind[0] == "begin":
                around.append(own)
            elif kind[0] in ("text", "integer", "select") and sum(around, own) and None not in sum(around, own):
                found[line["name"]] = sum(around, own)
        return found

    def test_conditions_of_the_form_say_what_was_asked(self):
        counts = {one["question"].rsplit("/", 1)[-1]: one for one in self.receipt["relevance"]}
        checked = 0
        for name, conditions in self.simple_conditions().items():
            parts = [column for column in self.rows[0] if column.startswith(name + ".")]
            if name not in self.rows[0] or name not in counts:
                continue
            skipped = [row for row in self.rows if not all(self.chosen(row, x, y) for x, y in conditions)]
            answered = [row for row in skipped if (any(row[part] == "TRUE" for part in parts) if parts else row[name] not in ("", "NA"))]
            self.assertEqual(counts[name]["answered_though_not_asked"], len(answered), name)
            self.assertEqual(counts[name]["not_asked"], len(skipped) - len(answered), name)
            self.assertEqual(counts[name]["could_not_be_evaluated"], 0, name)
            checked += 1
        self.assertGreater(checked, 60)

    def test_what_conditions_tell_of_answers_is_not_kept_in_records(self):
        self.hamdil("export", "w.hamdil", "--what", "records", "--format", "json", "--out", "records")
        kept = "".join(file.read_text(encoding="utf-8") for file in (self.path / "records").iterdir())
        self.assertIn("not_in_form", kept)
        self.assertNotIn("answered_though_not_asked", kept)

    def chosen(self, row, question, answer):
        return row[f"{question}.{answer}"] == "TRUE" if f"{question}.{answer}" in row else row[question] == answer

    def measures(self, rule):
        asked = [{"var": "relations_host", "op": "!=", "value": "dnk"}]
        share = lambda *more: next(row for row in self.estimate(
            "--data", self.file, design=self.design(rule), domain=[*asked, *more], estimator="proportion", variables=["relations_host"], na_rm=True)["rows"]
            if row["level"] == "very_good")
        yield "vg", share()
        yield "vg_host", share({"var": "population_group", "op": "==", "value": "host"})
        yield "vg_IDP", share({"var": "population_group", "op": "==", "value": "IDP"})
        yield "total_hh", self.estimate("--data", self.file, design=self.design(rule), estimator="mean", variables=["total_hh"], na_rm=True)["rows"][0]

    def test_weighted_figures_under_every_rule_for_lonely_places(self):
        for rule in ("adjust", "average", "certainty", "remove"):
            for name, row in self.measures(rule):
                self.same_row(row, self.expected["svy"][f"lonely_psu_{rule}"][name], f"{rule} {name}")

    def test_weights_only_and_unweighted(self):
        for block, design in (("weights_only", {"weights": "weights_"}), ("unweighted", {})):
            wanted = self.expected["svy"][block]
            row = self.estimate("--data", self.file, design=design, estimator="mean", variables=["total_hh"], na_rm=True)["rows"][0]
            self.same_row(row, wanted["total_hh"], f"{block} total_hh")

    def test_the_share_of_several_answers_in_the_workspace(self):
        for rule in ("adjust", "average", "certainty", "remove"):
            self.apply(rule)
            table = self.estimate("--workspace", "w.hamdil", "--audience", "team", estimator="mean", variables=["measure_good"], na_rm=True)
            self.same_row(table["rows"][0], self.expected["svy"][f"lonely_psu_{rule}"]["good"], f"{rule} good")

    def apply(self, rule, frame=""):
        (self.path / "study.yaml").write_text(
            "study: {title: {en: Needs assessment}, organisation: public extract}\n"
            "rounds: [{name: july, label: {en: July}}]\n"
            f"sample: {{how_chosen: probability, {frame} strata: [unidstrata], clusters: [unidcluster], weights: weights_, lonely_psu: {rule}}}\n"
            "groups: {variable: population_group, levels: [host, IDP]}\n"
            "shares: [{id: good, section: coexistence, title: {en: Good relations}, question: relations_host, success: [good, very_good]}]\n"
            "sensitive: []\n")
        return self.answer("study", "apply", "w.hamdil", "study.yaml")

    def test_counts(self):
        table = self.estimate("--data", self.file, design={}, estimator="proportion", variables=["relations_host"], na_rm=True)
        self.assertEqual({row["level"]: row["cell_rows"] for row in table["rows"]}, self.expected["file_b"]["relations_host"])
        for group, wanted in self.expected["file_b"]["by_group"].items():
            table = self.estimate("--data", self.file, design={}, domain=[{"var": "population_group", "op": "==", "value": group}],
                                  estimator="proportion", variables=["relations_host"], na_rm=True)
            self.assertEqual({row["level"]: row["cell_rows"] for row in table["rows"] if row["cell_rows"]}, wanted, group)
        strata = self.estimate("--data", self.file, design={}, estimator="proportion", variables=["unidstrata"])["rows"]
        self.assertEqual({row["level"]: row["cell_rows"] for row in strata}, self.expected["file_b"]["strata"])
        self.assertTrue(math.isclose(sum(float(row["weights_"]) for row in self.rows), self.expected["file_b"]["sum_weights"], rel_tol=1e-9))

    def test_the_frame_names_what_it_does_not_hold(self):
        applied = self.apply("adjust", "frame: {file: frame_strata.csv, join: [unidstrata], take: [population]},")
        unmatched = [problem for problem in applied["problems"] if problem["code"] == "reporting.frame_unmatched"]
        self.assertEqual(len(unmatched), 1, applied["problems"])
        self.assertIn(self.expected["frame"]["unmatched_b"], unmatched[0]["message"])
        for folded in ("buur", "ceel"):
            self.assertNotIn(folded, unmatched[0]["message"])


class IdpHostTogether(RealData):
    """Both files of the assessment: merged, and the first with weights of its sampling frame."""

    NEEDS = "realdata/idp_host_somalia"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = SHARED / cls.NEEDS
        cls.expected = expected("idp_host_somalia")
        form = cls.path / "form"
        form.mkdir()
        shutil.copyfile(cls.source / "form_questions.csv", form / "survey.csv")
        shutil.copyfile(cls.source / "form_choices.csv", form / "choices.csv")

    def import_files(self, workspace, *names):
        self.hamdil("workspace", "create", workspace, "--key-file", f"{workspace}.key")
        return self.answer("import", "survey", workspace, "--form", "form", *(word for name in names for word in ("--data", self.source / name)),
                           "--round", "july", "--consent-basis", "published extract", "--accept-form-errors", "--key-file", f"{workspace}.key")

    def test_a_merge_finds_the_submissions_that_both_files_hold(self):
        receipt = self.import_files("both.hamdil", "households_a.csv", "households_b.csv")
        twice = self.expected["duplicates"]["overlapping_submissions"]
        self.assertEqual(receipt["read"], self.expected["file_a"]["rows"] + self.expected["file_b"]["rows"])
        self.assertEqual(receipt["rejected"], {"duplicate_submission": twice})
        self.assertEqual(receipt["kept"], receipt["read"] - twice)

    def test_weights_of_the_frame_meet_strata_that_are_spelt_otherwise(self):
        wanted = self.expected["file_a_frame_weights"]
        with (self.source / "frame_strata.csv").open(encoding="cp1252", newline="") as lines:
            population = {line["unidstrata"]: float(line["population"]) for line in csv.DictReader(lines)}
        interviews = {name.replace(" ", "_"): count for name, count in self.expected["file_a"]["strata"].items()}
        mean = sum(population[name] for name in interviews) / sum(interviews.values())
        weights = {name: population[name] / count / mean for name, count in interviews.items()}
        for name, weight in wanted["weights"].items():
            self.near(weights[name], weight, name)
        (self.path / "weights.csv").write_text("unidstrata,frame_weight\n" + "".join(f"{name},{weight!r}\n" for name, weight in weights.items()))
        self.import_files("a.hamdil", "households_a.csv")
        (self.path / "study.yaml").write_text(
            "study: {title: {en: Needs assessment}, organisation: public extract}\n"
            "rounds: [{name: july, label: {en: July}}]\n"
            "sample: {how_chosen: probability, frame: {file: weights.csv, join: [unidstrata], take: [frame_weight]},"
            " strata: [unidstrata], clusters: [respondent], weights: frame_weight}\n"
            "shares: [{id: very_good, section: coexistence, title: {en: Very good relations}, question: relations_host, success: [very_good]}]\n"
            "sensitive: []\n")
        key = ("--key-file", "a.hamdil.key")
        self.assertEqual(self.answer("study", "apply", "a.hamdil", "study.yaml", *key)["problems"], [])
        for variable, name in (("measure_very_good", "very_good"), ("total_hh", "total_hh")):
            answered = [{"var": "relations_host", "op": "!=", "value": "dnk"}] if name == "very_good" else None
            table = self.estimate("--workspace", "a.hamdil", "--audience", "team", *key, domain=answered, estimator="mean", variables=[variable], na_rm=True)
            self.same_row(table["rows"][0], wanted[name], name)


class FieldForms(RealData):
    NEEDS = "fieldforms"
    # folder, form, data, submissions, rows of the repeats
    EXPORTS = [
        ("msna2024", "form.xlsx", "data.xlsx", 241, {"roster": 965, "edu_ind": 965, "health_ind": 965, "nut_ind": 965}),
        ("ona-transportation", "form.xlsx", "main_export.csv", 4, {}),
        ("ona-transportation", "form.xlsx", "viewer_transportation.csv", 1, {}),
        ("ona-transportation", "form.xlsx", "viewer_transportation_labels_only.csv", 1, {}),
        ("ona-transportation", "form.xlsx", "viewer_transportation_no_group_names.csv", 1, {}),
        ("ona-transportation", "form.xlsx", "viewer_transportation_without_na.csv", 1, {}),
        ("ona-tutorial-repeats", "double_repeat.xlsx", "export.csv", 1, {"bed_net": 2, "member": 3}),
        ("ona-tutorial-repeats", "tutorial.xlsx", "tutorial.csv", 1, {}),
        ("ona-tutorial-repeats", "form.xlsx", "tutorial_w_repeats.csv", 1, {"children": 2}),
        ("ona-tutorial-repeats", "form.xlsx", "tutorial_w_repeats_truncate_titles.csv", 1, {"children": 2}),
        ("ona-tutorial-repeats", "form.xlsx", "tutorial_w_repeats_import.csv", 1, {"children": 6}),
        ("ona-tutorial-repeats", "form.xlsx", "tutorial_w_repeats_flattened.csv", 1, {"children": 2}),
    ]

    def test_every_export_is_counted_to_the_last_row(self):
        self.hamdil("workspace", "create", "w.hamdil", "--key-file", "key")
        for folder, form, data, submissions, repeats in self.EXPORTS:
            with self.subTest(data=f"{folder}/{data}"):
                where = SHARED / "fieldforms" / folder
                receipt = self.answer("import", "survey", "w.hamdil", "--form", where / form, "--data", where / data, "--round", data.split(".")[0],
                                      "--consent-basis", "published sample")
                self.assertEqual(receipt["read"], submissions)
                self.assertEqual(receipt["read"], receipt["kept"] + sum(receipt["rejected"].values()))
                self.assertEqual(receipt["repeats"], repeats)
        self.assertTrue(self.answer("verify", "w.hamdil")["sound"])

    def test_every_form_is_usable(self):
        forms = sorted((SHARED / "fieldforms/ona-multilingual").glob("*form*.xlsx")) + [SHARED / "fieldforms/msna2024/form.xlsx"]
        self.assertGreater(len(forms), 1)
        for form in forms:
            self.assertTrue(self.answer("form", "check", form)["usable"], form.name)


if __name__ == "__main__":
    unittest.main(verbosity=1)
