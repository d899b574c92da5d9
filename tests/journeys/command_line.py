"""What the command line itself promises: a name for who works, answers that fit on a screen, refusals that say what to do."""
import json
import os
import re
import unittest

import journey

REPORT = "impact_assessment_report"


class CommandLine(journey.Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        journey.demo(cls, size=240)
        cls.run_id = cls.answer("report", "w.hamdil", REPORT, "--format", "html", "--out", "out")["run"]

    # Who works

    def fresh(self, name):
        self.hamdil("workspace", "create", name, "--key-file", "key")
        (self.path / "plain.csv").write_text("place,trust\n" + "".join(f"P{row % 4},{row % 3}\n" for row in range(40)))
        return ("import", "table", name, "--data", "plain.csv", "--round", "one", "--consent-basis", "DEMO")

    def who(self, workspace):
        return {change["who"] for change in self.answer("history", workspace)}

    def test_the_name_given_stands_in_the_log_and_in_the_consent_statement(self):
        arguments = self.fresh("named.hamdil")
        self.hamdil("--as", "R. Example", *arguments)
        self.hamdil("import", "undo", "named.hamdil", "--round", "one", "--as", "S. Example")
        self.assertEqual(self.who("named.hamdil"), {"R. Example", "S. Example"})
        self.hamdil(*arguments, environment={**self.environment, "HAMDIL_USER": "T. Example"})
        self.hamdil("export", "named.hamdil", "--what", "records", "--format", "json", "--out", "records")
        records = json.loads((self.path / "records/records.json").read_text(encoding="utf-8"))
        stated = {r["fields"]["consent_basis"]["stated_by"] for r in records if r["kind"] == "dataset"}
        self.assertEqual(stated, {"T. Example"})

    def test_without_a_name_it_is_the_login_name_of_the_system(self):
        import pwd
        arguments = self.fresh("login.hamdil")
        bare = {key: value for key, value in self.environment.items() if key not in ("HAMDIL_USER", "USER", "LOGNAME")}
        self.hamdil(*arguments, environment=bare)
        self.assertEqual(self.who("login.hamdil"), {pwd.getpwuid(os.geteuid()).pw_name})

    def test_an_empty_name_is_wrong_use(self):
        self.hamdil("--as", " ", "history", "w.hamdil", code=2)

    def test_a_report_does_not_print_who_built_it(self):
        self.hamdil("report", "w.hamdil", REPORT, "--format", "html", "--out", "by_x", "--as", "Xenia Example")
        self.assertEqual((self.path / f"by_x/{REPORT}.en.html").read_bytes(), (self.path / f"out/{REPORT}.en.html").read_bytes())

    # The demonstration speaks

    def test_the_demonstration_is_written_in_a_language_and_put_into_another(self):
        self.hamdil("workspace", "create", "speaks.hamdil", "--key-file", "key")
        title = lambda: self.answer("record", "list", "speaks.hamdil", "event")["records"][0]["title"]
        refused = self.hamdil("demo", "fill", "speaks.hamdil", "--language", "fr", code=2)[1]
        self.assertIn("en, fa-AF, tg", refused)
        filled = self.answer("demo", "fill", "speaks.hamdil", "--language", "tg")["records"]
        self.assertEqual(title(), "DEMO Нахустин рӯзи бозор")
        self.hamdil("demo", "translate", "speaks.hamdil", code=2)
        self.assertEqual(self.answer("demo", "translate", "speaks.hamdil", "--language", "fa-AF"), {"records": filled})
        self.assertEqual(title(), "DEMO نخستین روز بازار")
        self.assertEqual(self.answer("demo", "translate", "speaks.hamdil", "--language", "fa-AF"), {"records": 0})

    # What is shown

    def test_history_shows_the_last_fifty_and_says_how_many_more(self):
        everything = self.answer("history", "w.hamdil")
        self.assertGreater(len(everything), 60)
        shown = self.hamdil("history", "w.hamdil")[0].splitlines()
        self.assertEqual(len(shown), 51)
        self.assertIn(f"{len(everything) - 50} earlier", shown[0])
        self.assertEqual(len(self.hamdil("history", "w.hamdil", "--last", 7)[0].splitlines()), 8)
        self.assertEqual(len(self.hamdil("history", "w.hamdil", "--last", 0)[0].splitlines()), len(everything))

    def test_history_is_filtered_by_kind_day_and_name(self):
        everything = self.answer("history", "w.hamdil")
        datasets = self.answer("history", "w.hamdil", "--kind", "dataset")
        self.assertEqual({change["kind"] for change in datasets}, {"dataset"})
        self.assertEqual(len(self.hamdil("history", "w.hamdil", "--kind", "dataset")[0].splitlines()), len(datasets))
        day = everything[0]["at"][:10]
        self.assertEqual(len(self.answer("history", "w.hamdil", "--since", day)), len(everything))
        self.assertEqual(self.answer("history", "w.hamdil", "--since", "2999-01-01"), [])
        self.assertEqual(len(self.answer("history", "w.hamdil", "--by", "journey", "--last", 3)), 3)
        self.assertEqual(self.answer("history", "w.hamdil", "--by", "nobody"), [])
        self.assertEqual(self.answer("history", "w.hamdil", "--since", "yesterday", code=2)["error"]["code"], "cli.history.since")
        error = self.answer("history", "w.hamdil", "--kind", "datset", code=2)["error"]
        self.assertIn("dataset", error["hint"])

    def test_long_lists_of_answers_are_cut(self):
        shown = self.hamdil("workspace", "show", "w.hamdil")[0]
        self.assertLess(max(len(line) for line in shown.splitlines()), 600)
        settlements = next(column for column in self.answer("workspace", "show", "w.hamdil")["columns"] if column["name"] == "settlement")
        self.assertRegex(shown, rf"{len(settlements['answers'])} answers: .*, \.\.\.|{len(settlements['answers'])} answers: ")

    def test_trace_is_a_table_for_people(self):
        shown = self.hamdil("trace", "w.hamdil", f"{self.run_id}:trust.overall:1")[0]
        cell = self.answer("trace", "w.hamdil", f"{self.run_id}:trust.overall:1")
        self.assertNotIn("{", shown)
        self.assertNotIn('"', shown)
        for words in (f"{cell['cell']['estimate']:.7g}", "95% interval", "trust.overall", "round baseline", "strata district, round", "weights weight", "baseline v1",
                      cell["datasets"][0]["content"], "People of the other community keep their word."):
            self.assertIn(words, shown)
        self.assertEqual(cell["questions"][0]["question"], "trust_keep_word")
        self.assertNotIn("{", self.hamdil("trace", "w.hamdil", f"{self.run_id}:trust.change:1")[0])

    # What is refused, and how

    def test_a_recovery_key_goes_into_a_file_of_its_own(self):
        self.hamdil("workspace", "create", "safe.hamdil", "--key-file", "safe.key", "--recovery-key-file", "safe.recovery")
        self.assertEqual((self.path / "safe.recovery").stat().st_mode & 0o777, 0o600)
        self.answer("verify", "safe.hamdil", "--recovery-key-file", "safe.recovery")
        for place, code, exit_code in (("safe.recovery", "base.file.exists", 3), ("nowhere/r.key", "base.file.no_folder", 4), ("/proc/r.key", "base.file.unwritable", 4)):
            before = (self.path / "safe.recovery").read_bytes()
            error = self.answer("workspace", "create", "second.hamdil", "--key-file", "second.key", "--recovery-key-file", place, code=exit_code)["error"]
            self.assertEqual(error["code"], code)
            self.assertEqual([p for p in ("second.hamdil", "second.hamdil.new", "second.key") if (self.path / p).exists()], [])
            self.assertEqual((self.path / "safe.recovery").read_bytes(), before)

    def test_a_key_file_that_was_there_is_said(self):
        created = self.hamdil("workspace", "create", "shared.hamdil", "--key-file", "key")
        self.assertIn("was there before", created[0] + created[1])

    def test_a_wrong_key_file_is_not_called_a_passphrase(self):
        (self.path / "other.key").write_bytes(b"k" * 40)
        error = self.answer("verify", "w.hamdil", "--key-file", "other.key", code=3)["error"]
        self.assertEqual(error["code"], "store.workspace.wrong_key")
        self.assertIn("key file", error["message"])
        self.assertNotIn("passphrase", error["message"])

    def test_estimates_on_texts_and_missing_values_say_what_to_do(self):
        (self.path / "rows.csv").write_text("place,income\n" + "".join(f"P{row},{row if row % 3 else ''}\n" for row in range(30)))
        (self.path / "text.json").write_text(json.dumps({"call": {"estimator": "mean", "variables": ["place"]}}))
        hint = self.hamdil("estimate", "text.json", "--data", "rows.csv")[1]
        self.assertIn("place", hint)
        self.assertIn("proportion", hint)
        (self.path / "mean.json").write_text(json.dumps({"call": {"estimator": "mean", "variables": ["income"]}}))
        self.assertIn("na_rm", "".join(self.hamdil("estimate", "mean.json", "--data", "rows.csv")[1]))

    def test_a_frame_with_the_same_key_twice_is_refused_when_it_is_applied(self):
        frame = (self.path / "pkg/sampling_frame.csv").read_text().splitlines()
        (self.path / "pkg/doubled.csv").write_text("\n".join([*frame, frame[1]]) + "\n")
        study = (self.path / "pkg/study.yaml").read_text(encoding="utf-8").replace("sampling_frame.csv", "doubled.csv")
        (self.path / "pkg/doubled.yaml").write_text(study, encoding="utf-8")
        before = self.answer("verify", "w.hamdil")["head"]
        answer = self.answer("study", "apply", "w.hamdil", "pkg/doubled.yaml", code=3)
        self.assertIn("study.apply.frame_key_twice", [problem["code"] for problem in answer["problems"]])
        self.assertEqual(self.answer("verify", "w.hamdil")["head"], before)

    def test_a_demo_study_file_that_was_changed_is_not_overwritten(self):
        self.hamdil("demo", "make", "again", "--size", 60)
        self.hamdil("demo", "make", "again", "--size", 60)
        mine = self.path / "again/study.yaml"
        mine.write_text(mine.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
        self.assertEqual(self.answer("demo", "make", "again", "--size", 60, code=3)["error"]["code"], "demo.make.changed")
        self.assertIn("# mine", mine.read_text(encoding="utf-8"))
        self.hamdil("demo", "make", "again", "--size", 60, "--force")
        self.assertNotIn("# mine", mine.read_text(encoding="utf-8"))

    # The manual

    def commands(self, *above):
        """Every command that the help lists, with the options of those that have no commands below."""
        words = self.hamdil(*above, "--help")[0]
        below = words.split("\nSubcommands:\n")[1] if "\nSubcommands:\n" in words else ""
        names = re.findall(r"(?m)^  ([a-z]+) ", below)
        if not names:
            return {above: set(re.findall(r"(?m)^ +(?:-h,)?(--[a-z-]+)", words)) - {"--help", "--version"}}
        return {command: options for name in names for command, options in self.commands(*above, name).items()}

    def test_the_manual_names_every_command_and_option(self):
        docs = journey.pathlib.Path(__file__).resolve().parents[2] / "docs"
        manual = (docs / "command-line.md").read_text(encoding="utf-8")
        commands = self.commands()
        self.assertIn(("import", "table"), commands)
        self.assertIn("--codebook", commands[("import", "table")])
        for command, options in commands.items():
            self.assertIn("`hamdil " + " ".join(command) + " ", manual)
            for option in options:
                self.assertIn(option, manual, command)
        self.assertIn("command-line.md", (docs.parent / "README.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    journey.unittest.main()
