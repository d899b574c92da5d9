"""What bad input gets: a clear message with a code, where and what to do; the right exit code; nothing lost, nothing half done."""
import json
import os
import shutil
import signal
import subprocess
import time
import unittest
import zipfile

import journey


class BadInput(journey.Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        journey.demo(cls, size=240)
        cls.head = cls.answer("verify", "w.hamdil")["head"]

    def tearDown(self):
        self.assertEqual(self.answer("verify", "w.hamdil")["head"], self.head, "the workspace was changed")

    def refused(self, code, *arguments, exit_code=3):
        error = self.answer(*arguments, code=exit_code)["error"]
        self.assertEqual(error["code"], code)
        return error

    def import_file(self, name):
        return ("import", "survey", "w.hamdil", "--form", "pkg/form_v1.xlsx", "--data", name, "--round", "baseline")

    def test_a_truncated_package(self):
        whole = (self.path / "pkg/baseline.xlsx").read_bytes()
        (self.path / "cut.xlsx").write_bytes(whole[: len(whole) // 2])
        self.refused("base.zip.not_a_zip", *self.import_file("cut.xlsx"))

    def test_a_file_that_is_not_what_it_says(self):
        (self.path / "report.xlsx").write_bytes(b"%PDF-1.7 not a workbook at all, whatever its name says")
        self.refused("exchange.workbook.unknown_format", *self.import_file("report.xlsx"))

    def test_a_column_to_seal_that_is_not_there_is_named(self):
        error = self.answer("import", "survey", "w.hamdil", "--form", "pkg/form_v1.xlsx", "--data", "pkg/baseline.xlsx", "--round", "new", "--seal", "respondent_nam", code=3)["error"]
        self.assertEqual(error["code"], "intake.option.no_column")
        self.assertIn("respondent_name", error["hint"])

    def test_a_codebook_row_that_meets_no_column_is_named(self):
        (self.path / "plain.csv").write_text("income,trust\n5,1\n6,2\n", encoding="utf-8")
        (self.path / "codebook.csv").write_text("name,label\ntrust,Trust\nincom,Income\n", encoding="utf-8")
        receipt = self.answer("import", "table", "w.hamdil", "--data", "plain.csv", "--codebook", "codebook.csv", "--round", "new", "--consent-basis", "DEMO", "--dry-run")
        self.assertIn("intake.codebook.no_column", [problem["code"] for problem in receipt["problems"]])

    def test_answers_to_another_form_are_refused(self):
        columns = [f"question_{i}" for i in range(20)]
        (self.path / "other.csv").write_text(",".join([*columns, "consent"]) + "\n" + ",".join([*("1" for _ in columns), "yes"]) + "\n", encoding="utf-8")
        error = self.answer("import", "survey", "w.hamdil", "--form", "pkg/form_v1.xlsx", "--data", "other.csv", "--round", "new", code=3)["error"]
        self.assertEqual(error["code"], "intake.form.does_not_fit")

    def test_the_same_file_twice_is_read_twice_and_kept_once(self):
        once = self.answer("import", "survey", "w.hamdil", "--form", "pkg/form_v1.xlsx", "--data", "pkg/baseline.xlsx", "--round", "new", "--dry-run")
        twice = self.answer("import", "survey", "w.hamdil", "--form", "pkg/form_v1.xlsx", "--data", "pkg/baseline.xlsx", "--data", "pkg/baseline.xlsx", "--round", "new", "--dry-run")
        self.assertEqual((twice["read"], twice["kept"]), (2 * once["read"], once["kept"]))
        self.assertEqual(twice["read"], twice["kept"] + sum(twice["rejected"].values()))

    PAGE_FORM = "survey,,,\n,type,name,label\n,select_one yn,consent,Do you agree to take part?\nchoices,,,\n,list_name,name,label\n,yn,yes,Yes\n,yn,no,No\n"

    def page(self, name, people, **around):
        page = {"count": 5, "next": None, "previous": None, **around, "results": [{"_uuid": person, "consent": "yes"} for person in people]}
        (self.path / name).write_text(json.dumps(page))
        return ("--data", name)

    def test_pages_of_submissions_that_are_not_all_are_refused(self):
        (self.path / "page_form.csv").write_text(self.PAGE_FORM)
        base = ("import", "survey", "w.hamdil", "--form", "page_form.csv", "--round", "pages", "--dry-run")
        first = self.page("p1.json", "ab", next="https://example.org/2")
        second = self.page("p2.json", "cd", next="https://example.org/3", previous="https://example.org/1")
        third = self.page("p3.json", "e", previous="https://example.org/2")
        cut = self.page("cut.json", "abcd")
        for some in (first, second, third, cut, first + second, first + third, first + first + third, second + third):
            error = self.refused("exchange.json.incomplete", *base, *some)
            self.assertIn("of 5", error["message"])
            self.assertIn("--data", error["hint"])
            self.assertNotIn("example.org", json.dumps(error))
        self.refused("exchange.json.incomplete", "import", "table", "w.hamdil", *first, "--round", "pages", "--consent-basis", "DEMO", "--dry-run")
        for together in (first + second + third, third + first + second, self.page("all.json", "abcde")):
            self.assertEqual(self.answer(*base, *together)["kept"], 5)

    def test_an_export_without_rows_is_refused(self):
        (self.path / "page_form.csv").write_text(self.PAGE_FORM)
        (self.path / "none.csv").write_text("consent,_uuid,_index\n")
        self.refused("intake.data.no_rows", "import", "survey", "w.hamdil", "--form", "page_form.csv", "--data", "none.csv", "--round", "none")

    def test_a_missing_file(self):
        self.refused("base.file.missing", *self.import_file("nothing.xlsx"))

    def test_a_form_with_many_errors_lists_them_all(self):
        (self.path / "form.csv").write_text(
            "survey,,,\n,type,name,label\n,select_one nolist,q1,One\n,intger,q2,Two\n,text,q 3,Three\n,text,q2,Again\n,begin_group,g,Group\n,text,q4,${unknown}\n"
        )
        found = self.answer("form", "check", "form.csv", code=1)
        self.assertFalse(found["usable"])
        self.assertGreaterEqual(len([p for p in found["problems"] if p["severity"] == "error"]), 4)
        self.assertTrue(all("row" in p for p in found["problems"] if p["severity"] == "error"), found["problems"])
        self.refused("intake.form.unusable", "import", "survey", "w.hamdil", "--form", "form.csv", "--data", "pkg/baseline.xlsx", "--round", "baseline")

    def test_files_that_hold_no_answers_say_what_they_are(self):
        (self.path / "prose.txt").write_text("This is a report about a survey in the north.\nIt has lines of prose and no columns at all.\n")
        (self.path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
        (self.path / "list.json").write_text('{\n "answers": [1, 2]\n}\n')
        cases = {"pkg/study.yaml": ("intake.data.not_answers", "YAML"), "pkg/form_v1.xlsx": ("intake.data.not_answers", "XLSForm"), "prose.txt": ("intake.data.not_answers", "text"),
                 "list.json": ("intake.data.not_answers", "JSON"), "picture.png": ("exchange.workbook.unknown_format", "image"), "w.hamdil": ("exchange.workbook.unknown_format", "database")}
        for file, (code, word) in cases.items():
            for arguments in (self.import_file(file), ("import", "table", "w.hamdil", "--data", file, "--round", "x", "--consent-basis", "b")):
                error = self.refused(code, *arguments)
                self.assertIn(word, error["message"])
                self.assertTrue(error["hint"])

    def test_a_form_that_is_none(self):
        for file in ("pkg/baseline.xlsx", "pkg/study.yaml"):
            self.refused("intake.form.not_a_form", "form", "check", file)
            self.refused("intake.form.not_a_form", "import", "survey", "w.hamdil", "--form", file, "--data", "pkg/baseline.xlsx", "--round", "x")

    def test_empty_words_are_wrong_use(self):
        base = {"--form": "pkg/form_v1.xlsx", "--data": "pkg/baseline.xlsx", "--round": "x"}
        for empty in base:
            words = [word for key, value in base.items() for word in (key, "" if key == empty else value)]
            self.hamdil("import", "survey", "w.hamdil", *words, code=2)
        self.hamdil("import", "undo", "w.hamdil", "--round", " ", code=2)
        self.hamdil("export", "w.hamdil", "--what", "data", "--format", "csv", "--out", "", code=2)

    def test_formats_that_do_not_exist(self):
        self.hamdil("export", "w.hamdil", "--what", "data", "--format", "doc", "--out", "out", code=2)
        error = self.refused("reporting.export.format", "export", "w.hamdil", "--what", "records", "--format", "sav", "--out", "out", exit_code=2)
        self.assertIn("records: csv, xlsx, json", error["hint"])
        self.assertFalse((self.path / "out").exists())

    def test_a_command_that_does_not_exist(self):
        for words, near in ((("imprt", "survey"), "import"), (("verfiy", "w.hamdil"), "verify"), (("import", "suvey"), "survey"), (("zzz",), "workspace")):
            errors = self.hamdil(*words, code=2)[1]
            self.assertIn(words[-1] if words[0] == "import" else words[0], errors)
            self.assertIn(near, errors)

    def test_a_folder_that_is_not_there(self):
        for arguments in (("workspace", "create", "nope/x.hamdil"), ("backup", "w.hamdil", "nope/copy"), ("restore", "w.hamdil", "nope/again")):
            error = self.refused("base.file.no_folder", *arguments, exit_code=4)
            self.assertIn("nope", error["message"])

    def test_an_empty_key(self):
        (self.path / "empty.key").write_text("")
        self.assertIn("recovery key", self.refused("store.key.empty", "verify", "w.hamdil", "--recovery-key-file", "empty.key")["message"])
        self.refused("store.key.empty", "verify", "w.hamdil", "--key-file", "empty.key")

    def test_an_empty_study_file(self):
        for text, code in (("", "study.file.empty"), ("# nothing\n", "study.file.empty"), ("{}\n", "study.file.empty"), ("only words\n", "study.file.not_a_mapping")):
            (self.path / "pkg/empty.yaml").write_text(text)
            self.refused(code, "study", "apply", "w.hamdil", "pkg/empty.yaml")

    def test_a_full_disk_leaves_no_half_export_or_backup(self):
        room = self.path / "room"
        room.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(room)], capture_output=True).returncode != 0:
            self.skipTest("no right to mount a small disk")
        try:
            self.hamdil("backup", "w.hamdil", room / "copy.hamdil", code=4)
            self.hamdil("export", "w.hamdil", "--what", "data", "--format", "csv", "--out", room / "out", code=4)
            self.assertEqual(list(room.iterdir()), [])
        finally:
            subprocess.run(["umount", str(room)], check=True)

    def test_a_wrong_key(self):
        (self.path / "other.key").write_bytes(b"k" * 40)
        self.refused("store.workspace.wrong_key", "verify", "w.hamdil", "--key-file", "other.key")

    def test_no_consent_question_and_no_statement(self):
        (self.path / "plain.csv").write_text("district,answer\nD1,1\nD2,0\n")
        self.refused("intake.consent.missing", "import", "table", "w.hamdil", "--data", "plain.csv", "--round", "other")

    def test_an_existing_workspace_is_never_overwritten(self):
        self.refused("store.workspace.exists", "workspace", "create", "w.hamdil")

    def test_wrong_use(self):
        self.hamdil("import", "survey", code=2)
        self.hamdil("no_such_command", code=2)

    def test_a_study_file_with_mistakes_names_them_and_the_nearest_words(self):
        text = (self.path / "pkg/study.yaml").read_text(encoding="utf-8")
        text = text.replace("question: trust_help", "question: trust_halp").replace("weights: weight", "weigths: weight")
        (self.path / "pkg/bad.yaml").write_text(text, encoding="utf-8")
        answer = self.answer("study", "apply", "w.hamdil", "pkg/bad.yaml", code=3)
        hints = " ".join(p.get("hint", "") for p in answer["problems"])
        self.assertIn("trust_help", hints)
        self.assertIn("weights", hints)

    def study_with_frame(self, change, study=lambda text: text):
        """Problems by code of a study file whose frame was changed: refused, nothing kept."""
        lines = [line.split(",") for line in (self.path / "pkg/sampling_frame.csv").read_text().split()]
        change(lines, {name: place for place, name in enumerate(lines[0])})
        (self.path / "pkg/frame_changed.csv").write_text("\n".join(",".join(line) for line in lines) + "\n")
        text = (self.path / "pkg/study.yaml").read_text(encoding="utf-8").replace("sampling_frame.csv", "frame_changed.csv")
        (self.path / "pkg/changed.yaml").write_text(study(text), encoding="utf-8")
        answer = self.answer("study", "apply", "w.hamdil", "pkg/changed.yaml", code=3)
        self.assertFalse(answer["applied"])
        return {p["code"]: p for p in answer["problems"] if p["severity"] == "error"}

    def test_weights_that_are_no_weights_are_refused_with_their_lines(self):
        for value, word in (("0", "zero"), ("-3", "negative"), ("abc", "not a number")):
            def change(lines, at, value=value):
                for line in (1, 2, 4):
                    lines[line][at["weight"]] = value

            problems = self.study_with_frame(change)
            self.assertEqual(list(problems), ["study.apply.bad_weight"])
            problem = problems["study.apply.bad_weight"]
            self.assertIn(word, problem["message"])
            self.assertIn("rows 2-3, 5 (settlement / group D1-", problem["message"])
            self.assertIn(" / refugee, D1-", problem["message"])
            self.assertEqual((problem["file"], problem["row"], problem["column_name"]), ("frame_changed.csv", 2, "weight"))
            self.assertIn("Correct it", problem["hint"])

    def test_a_frame_that_cannot_carry_the_design_is_refused(self):
        def population(lines, at):
            lines[3][at["n_settlements"]] = "41"

        def persons(lines, at):
            lines[2][at["n_persons"]] = "0"

        def twice(lines, at):
            lines.append(lines[1])

        def district(lines, at):
            lines[2][at["district"]] = "D2"

        self.assertIn("rows 2, 4", self.study_with_frame(population)["study.apply.fpc_varies"]["message"])
        self.assertEqual(set(self.study_with_frame(persons)), {"study.apply.bad_fpc", "study.apply.fpc_varies"})
        self.assertIn("study.apply.frame_key_twice", self.study_with_frame(twice))
        self.assertIn("study.apply.cluster_in_two_strata", self.study_with_frame(district))
        self.assertNotIn("study.apply.cluster_in_two_strata", self.study_with_frame(lambda lines, at: (district(lines, at), persons(lines, at)), lambda text: text.replace("  weights: weight\n", "  weights: weight\n  nest: true\n")))

    def test_weights_of_a_file_of_your_own(self):
        (self.path / "own.csv").write_text("y,w\n" + "".join(f"{i % 5},{0 if i < 3 else 2}\n" for i in range(30)))
        (self.path / "own.json").write_text(json.dumps({"design": {"weights": "w"}, "call": {"estimator": "mean", "variables": ["y"]}}))
        found = self.answer("estimate", "own.json", "--data", "own.csv")
        self.assertEqual(len(found["notes"]), 1)
        self.assertIn("zero_weight: 3 rows", found["notes"][0])
        self.assertIn("zero_weight: 3 rows", self.hamdil("estimate", "own.json", "--data", "own.csv")[0])

    def test_a_second_writer_is_told_who_holds_the_workspace(self):
        holder = subprocess.Popen([str(journey.BIN / "hamdil"), *self.import_file("pkg/baseline.xlsx")], cwd=self.path, env=self.environment, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        try:
            os.kill(holder.pid, signal.SIGSTOP)
            time.sleep(0.1)
            os.kill(holder.pid, signal.SIGCONT)
            time.sleep(0.03)
            os.kill(holder.pid, signal.SIGSTOP)  # usually inside the import, holding the lock
            done = subprocess.run([str(journey.BIN / "hamdil"), *self.import_file("pkg/baseline.xlsx"), "--json"], cwd=self.path, env=self.environment, capture_output=True, text=True)
            self.assertIn(done.returncode, (0, 4))
            if done.returncode == 4:
                self.assertIn("store.workspace.busy", done.stdout)
                self.assertIn(str(holder.pid), done.stdout)
        finally:
            os.kill(holder.pid, signal.SIGCONT)
            holder.wait()

    def test_a_second_writer_waits_for_a_short_one(self):
        shutil.copy(self.path / "w.hamdil", self.path / "shared.hamdil")
        arguments = [str(journey.BIN / "hamdil"), "import", "survey", "shared.hamdil", "--form", "pkg/form_v1.xlsx", "--data", "pkg/baseline.xlsx", "--round"]
        both = [subprocess.Popen([*arguments, name], cwd=self.path, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for name in ("one", "two")]
        for process in both:
            output = process.communicate()[0]
            self.assertEqual(process.returncode, 0, output)

    def test_a_round_whose_question_changed_its_words(self):
        source = zipfile.ZipFile(self.path / "pkg/form_v1.xlsx")
        with zipfile.ZipFile(self.path / "reworded.xlsx", "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                target.writestr(name, source.read(name).replace(b"keep their word.", b"never keep their word."))
        shutil.copy(self.path / "w.hamdil", self.path / "reworded.hamdil")
        receipt = self.answer("import", "survey", "reworded.hamdil", "--form", "reworded.xlsx", "--data", "pkg/baseline.xlsx", "--round", "midline")
        reworded = [p for p in receipt["problems"] if p["code"] == "intake.form.reworded"]
        self.assertEqual([p["count"] for p in reworded], [1])
        self.assertIn("trust_keep_word", reworded[0]["example"])

    def test_a_zip_bomb(self):
        with zipfile.ZipFile(self.path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb:
            for name in ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
                bomb.writestr(name, zipfile.ZipFile(self.path / "pkg/baseline.xlsx").read(name))
            bomb.writestr("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>" + b" " * (64 << 20))
        self.hamdil(*self.import_file("bomb.xlsx"), code=3)


class KilledImports(journey.Journey):
    """kill -9 at random moments of an import: the round is there whole or not at all, and the log holds.

    HAMDIL_KILL_ROUNDS: how often; ./test --slow takes 200.
    """

    ROUNDS = int(os.environ.get("HAMDIL_KILL_ROUNDS", "12"))

    def test_whole_or_not_at_all(self):
        self.hamdil("demo", "make", "pkg", "--seed", "3", "--size", 240)
        self.hamdil("workspace", "create", "w.hamdil", "--key-file", "key")
        arguments = [str(journey.BIN / "hamdil"), "import", "survey", "w.hamdil", "--form", "pkg/form_v1.xlsx", "--data", "pkg/baseline.xlsx", "--round"]
        began = time.monotonic()
        subprocess.run([*arguments, "first"], cwd=self.path, env=self.environment, check=True, stdout=subprocess.DEVNULL)
        length = time.monotonic() - began
        killed = whole = 0
        for turn in range(self.ROUNDS):
            process = subprocess.Popen([*arguments, f"round{turn}"], cwd=self.path, env=self.environment, stdout=subprocess.DEVNULL)
            time.sleep(length * 1.1 * ((turn * 37) % self.ROUNDS) / self.ROUNDS)
            process.kill()
            killed += process.wait() == -signal.SIGKILL
            self.assertTrue(self.answer("verify", "w.hamdil")["sound"])
            again = self.answer("import", "survey", "w.hamdil", "--form", "pkg/form_v1.xlsx", "--data", "pkg/baseline.xlsx", "--round", f"round{turn}")
            self.assertIn((again["added"], again["unchanged"]), ((again["kept"], 0), (0, again["kept"])), "half an import was kept")
            whole += again["added"] == 0
        self.assertGreater(killed, 0)
        print(f"killed {killed} of {self.ROUNDS} imports; {whole} had been committed")


if __name__ == "__main__":
    unittest.main(verbosity=1)
