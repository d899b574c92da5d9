"""The demonstration's field package, read by other eyes than ours: is it what KoboToolbox would hand out, and is its truth true?"""
import csv
import json
import pathlib
import re
import unittest
import zipfile
from xml.etree import ElementTree

import journey

SHARED = pathlib.Path(__file__).resolve().parents[2].parent / "shared"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
TITLE = "DEMO Living together survey"
SYSTEM = ["_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by", "__version__", "_tags", "meta/rootUuid", "_index"]
CHILD_SYSTEM = ["_index", "_parent_table_name", "_parent_index", *(f"_submission_{name}" for name in SYSTEM if name != "_index")]
LANGUAGES = ["label::English (en)", "label::Tajik (tg)", "label::Dari (prs)"]


def column_number(reference):
    number = 0
    for letter in re.match(r"[A-Z]+", reference)[0]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def read_workbook(path):
    """{sheet name: rows of texts}, in the order of the workbook, and the types of all filled cells."""
    archive = zipfile.ZipFile(path)
    targets = {entry.get("Id"): entry.get("Target") for entry in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))}
    sheets, types = {}, set()
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{MAIN}sheet"):
        rows = []
        for row in ElementTree.fromstring(archive.read(f"xl/{targets[sheet.get(LINK)].removeprefix('/xl/')}")).iter(f"{MAIN}row"):
            cells = []
            for cell in row:
                at = column_number(cell.get("r"))
                cells += [""] * (at + 1 - len(cells))
                cells[at] = "".join(piece.text or "" for piece in cell.iter(f"{MAIN}t"))
                types.add(cell.get("t"))
            rows.append(cells)
        width = len(rows[0])
        sheets[sheet.get("name")] = [row + [""] * (width - len(row)) for row in rows]
    return sheets, types


def records(rows):
    return [dict(zip(rows[0], row)) for row in rows[1:]]


class Package(journey.Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hamdil("demo", "make", "pkg", "--seed", "5", "--size", "600")
        cls.forms = {version: read_workbook(cls.path / f"pkg/form_v{version}.xlsx")[0] for version in (1, 2)}
        cls.exports = {}
        for name in ("baseline", "endline"):
            cls.exports[name], types = read_workbook(cls.path / f"pkg/{name}.xlsx")
            assert types <= {"inlineStr", "s", "str"}, f"a cell of {name} is not text: {types}"
        with (cls.path / "pkg/sampling_frame.csv").open(newline="") as frame:
            cls.frame = list(csv.DictReader(frame))
        cls.truth = json.loads((cls.path / "pkg/truth.json").read_text())

    def rounds(self):
        for version, (name, sheets) in enumerate(self.exports.items(), 1):
            with self.subTest(round=name):
                yield version, name, records(sheets[TITLE]), sheets

    # What KoboToolbox does

    def test_sheets(self):
        for _, _, _, sheets in self.rounds():
            self.assertEqual(list(sheets), [TITLE[:31], "children"])

    def test_columns_stand_in_the_order_of_the_form_and_the_server_s_come_last(self):
        for version, _, _, sheets in self.rounds():
            survey = records(self.forms[version]["survey"])
            choices = records(self.forms[version]["choices"])
            main, child, in_repeat = [], [], False
            for line in survey:
                kind, name = line["type"], line["name"]
                if kind in ("begin_group", "end_group"):
                    continue
                if kind in ("begin_repeat", "end_repeat"):
                    in_repeat = kind == "begin_repeat"
                    continue
                (child if in_repeat else main).append(name)
                if kind == "geopoint":
                    main += [f"_{name}_{part}" for part in ("latitude", "longitude", "altitude", "precision")]
                if kind.startswith("select_multiple"):
                    main += [f"{name}/{choice['name']}" for choice in choices if choice["list_name"] == kind.split()[1]]
            self.assertEqual(sheets[TITLE][0], main + SYSTEM)
            self.assertEqual(sheets["children"][0], child + CHILD_SYSTEM)

    def test_identities_are_unique_and_versions_are_the_form_s(self):
        seen = set()
        for version, _, rows, _ in self.rounds():
            for position, row in enumerate(rows, 1):
                self.assertEqual(row["_index"], str(position))
                self.assertRegex(row["_uuid"], r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
                self.assertEqual(row["meta/rootUuid"], row["_uuid"])
                self.assertEqual(row["__version__"], self.forms[version]["settings"][1][2])
                seen |= {row["_uuid"], row["_id"]}
        self.assertEqual(len(seen), 2 * sum(len(sheets[TITLE]) - 1 for sheets in self.exports.values()))

    def test_children_hang_on_their_interview(self):
        for _, _, rows, sheets in self.rounds():
            children = records(sheets["children"])
            self.assertGreater(len(children), 50)
            for position, child in enumerate(children, 1):
                parent = rows[int(child["_parent_index"]) - 1]
                self.assertEqual(child["_index"], str(position))
                self.assertEqual(child["_parent_table_name"], TITLE)
                for name in SYSTEM:
                    if name != "_index":
                        self.assertEqual(child[f"_submission_{name}"], parent[name], name)
                self.assertEqual(parent["consent"], "yes")
            self.assertEqual([int(child["_parent_index"]) for child in children], sorted(int(child["_parent_index"]) for child in children))

    def test_several_answers_stand_joined_and_split(self):
        for _, _, rows, _ in self.rounds():
            splits = [name for name in rows[0] if name.startswith("sources/")]
            asked = [row for row in rows if row["consent"] == "yes"]
            self.assertLess(len(asked), len(rows))
            for row in asked:
                ticked = [name.split("/")[1] for name in splits if row[name] == "1"]
                self.assertEqual(row["sources"].split(" "), ticked)
                self.assertLessEqual({row[name] for name in splits}, {"0", "1"})
            for row in rows:
                if row["consent"] == "no":
                    self.assertEqual({row[name] for name in ("sources", *splits)}, {""}, "not asked is blank, not 0")

    def test_who_refuses_is_asked_nothing(self):
        asked_before = {"start", "end", "today", "deviceid", "enumerator", "district", "settlement", "group", "consent", "form_language", *SYSTEM}
        for _, _, rows, _ in self.rounds():
            for row in rows:
                if row["consent"] == "no":
                    self.assertEqual({name for name, value in row.items() if value} - asked_before, set())

    def test_positions(self):
        for _, _, rows, _ in self.rounds():
            for row in rows:
                parts = [row[f"_position_{part}"] for part in ("latitude", "longitude", "altitude", "precision")]
                self.assertEqual(row["position"].split(" ") if row["position"] else [""] * 4, parts)

    def test_answers_are_choices_of_the_form(self):
        for version, _, rows, _ in self.rounds():
            lists = {}
            for choice in records(self.forms[version]["choices"]):
                lists.setdefault(choice["list_name"], set()).add(choice["name"])
            for line in records(self.forms[version]["survey"]):
                if line["type"].startswith("select_one") and line["name"] in rows[0]:
                    self.assertLessEqual({row[line["name"]] for row in rows} - {""}, lists[line["type"].split()[1]], line["name"])

    # The forms

    def test_every_label_has_three_languages(self):
        for sheets in self.forms.values():
            for sheet in ("survey", "choices"):
                for row in records(sheets[sheet]):
                    filled = [bool(row[language]) for language in LANGUAGES]
                    self.assertIn(filled, ([True] * 3, [False] * 3), row)
                    if sheet == "choices" or row["type"].split(" ")[0] in ("select_one", "select_multiple", "text", "integer", "note", "geopoint", "begin_group"):
                        self.assertTrue(all(filled), row)
                    if all(filled):
                        self.assertRegex(row[LANGUAGES[1]], r"[\u0400-\u04ff]")
                        self.assertRegex(row[LANGUAGES[2]], r"[\u0600-\u06ff]")

    def test_the_forms_are_valid(self):
        for version, sheets in self.forms.items():
            found = self.answer("form", "check", f"pkg/form_v{version}.xlsx")
            self.assertTrue(found["usable"])
            self.assertEqual([problem for problem in found["problems"] if problem["severity"] == "error"], [])
            names = [row["name"] for row in records(sheets["survey"]) if row["name"]]
            self.assertEqual(len(names), len(set(names)))
            depth = 0
            for row in records(sheets["survey"]):
                depth += row["type"].startswith("begin_")
                depth -= row["type"].startswith("end_")
                self.assertGreaterEqual(depth, 0)
            self.assertEqual(depth, 0)
        added = {row["name"] for row in records(self.forms[2]["survey"])} - {row["name"] for row in records(self.forms[1]["survey"])}
        self.assertEqual(added, {"heard_of_programme"})

    # Truth

    def test_the_truth_of_wholes_is_made_of_the_truth_of_parts(self):
        """The share of refugees that reconciles a whole with its two groups is one and the same for every measure and round."""
        values = self.truth["values"]
        for place in ("", "/D1", "/D2", "/D3", "/D4", "/D5", "/D6"):
            shares = []
            for measure, domains in values.items():
                for name in ("baseline", "endline"):
                    whole, refugee, host = (domains[f"{name}{place}{part}"] for part in ("", "/refugee", "/host"))
                    shares.append((measure, (whole - host) / (refugee - host)))
            for measure, share in shares:
                self.assertAlmostEqual(share, shares[0][1], places=6, msg=f"{measure} {place}")
            self.assertTrue(0 < shares[0][1] < 1)

    ITEMS = {"trust": [("trust_keep_word", 5, False), ("trust_help", 5, False), ("trust_children_play", 5, False), ("trust_careful", 5, True)],
             "comfort": [("comfort_neighbour", 5, False), ("comfort_colleague", 5, False), ("comfort_family", 5, False)],
             "picture": [("picture_troublemakers", 5, True), ("picture_contribute", 5, False)],
             "safety": [("safety_walking", 4, False)]}

    def score(self, row, measure):
        answered = []
        for name, levels, reverse in self.ITEMS[measure]:
            if row[name].isdigit():
                value = 100 * (int(row[name]) - 1) / (levels - 1)
                answered.append(100 - value if reverse else value)
        return sum(answered) / len(answered) if 2 * len(answered) >= len(self.ITEMS[measure]) else None

    def test_our_estimates_are_those_of_a_second_reader_and_near_the_truth(self):
        self.hamdil("workspace", "create", "w.hamdil", "--key-file", "key")
        for version, name in ((1, "baseline"), (2, "endline")):
            receipt = self.answer("import", "survey", "w.hamdil", "--form", f"pkg/form_v{version}.xlsx", "--data", f"pkg/{name}.xlsx", "--round", name)
            rows = records(self.exports[name][TITLE])
            self.assertEqual(receipt["read"], len(rows))
            self.assertEqual(receipt["kept"], sum(row["consent"] == "yes" for row in rows))
            self.assertEqual(receipt["repeats"], {"children": len(self.exports[name]["children"]) - 1})
            self.assertEqual((receipt["not_in_form"], receipt["not_in_data"]), ([], []))
        self.hamdil("study", "apply", "w.hamdil", "pkg/study.yaml")
        weights = {(line["settlement"], line["group"]): float(line["weight"]) for line in self.frame}
        for measure in self.ITEMS:
            spec = {"call": {"estimator": "mean", "variables": [f"measure_{measure}"], "by": ["round"], "na_rm": True}}
            (self.path / "spec.json").write_text(json.dumps(spec))
            for ours in self.answer("estimate", "spec.json", "--workspace", "w.hamdil")["rows"]:
                name = ours["by"]["round"]
                pairs = [(weights[row["settlement"], row["group"]], self.score(row, measure))
                         for row in records(self.exports[name][TITLE]) if row["consent"] == "yes"]
                pairs = [(weight, score) for weight, score in pairs if score is not None]
                mean = sum(weight * score for weight, score in pairs) / sum(weight for weight, _ in pairs)
                self.assertEqual(ours["base_rows"], len(pairs))
                self.assertAlmostEqual(ours["estimate"], mean, places=9, msg=f"{measure} {name}")
                self.assertLess(abs(mean - self.truth["values"][measure][name]), 5 * ours["se"], f"{measure} {name}")

    def test_the_frame_weighs_up_to_the_population(self):
        """Weights are the inverse of both chances: settlements of the district, then people of the settlement's group."""
        interviewed = {}
        for row in records(self.exports["baseline"][TITLE]):
            interviewed[row["settlement"], row["group"]] = interviewed.get((row["settlement"], row["group"]), 0) + 1
        total = 0
        for line in self.frame:
            drawn = interviewed[line["settlement"], line["group"]]
            total += float(line["weight"]) * drawn
            self.assertLessEqual(float(line["weight"]) * drawn / int(line["n_settlements"]) * 10, int(line["n_persons"]) * 2)
        self.assertLess(abs(total / self.truth["people"] - 1), 0.15)

    # Nothing real, and the same again

    def test_no_real_place_is_named(self):
        boundaries = SHARED / "realdata/boundaries"
        if not boundaries.exists():
            self.skipTest("realdata/boundaries is not beside the source tree")
        real = set()
        for path in boundaries.glob("*.geojson"):
            for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
                real |= {str(value).casefold() for value in feature["properties"].values() if isinstance(value, str) and len(value) > 3}
        for path in boundaries.glob("*.csv"):
            with path.open(encoding="utf-8-sig", newline="") as lines:
                real |= {cell.strip().casefold() for line in csv.reader(lines) for cell in line if len(cell) > 3 and not cell.isascii() or cell.istitle()}
        self.assertGreater(len(real), 100)
        named = set()
        for row in records(self.forms[1]["choices"]):
            if row["list_name"] in ("district", "settlement"):
                named |= {row[language].casefold() for language in LANGUAGES} | {row["name"].casefold()}
        for feature in json.loads((self.path / "pkg/districts.geojson").read_text())["features"]:
            named.add(feature["properties"]["name"].casefold())
            self.assertIn("DEMO", feature["properties"]["name"])
        self.assertEqual(named & real, set())

    def test_people_are_marked_as_invented(self):
        for _, _, rows, _ in self.rounds():
            for row in rows:
                if row["consent"] == "yes":
                    self.assertTrue(row["respondent_name"].startswith("DEMO "))
                    self.assertTrue(row["phone_number"].startswith("+000 "), "no country has this code")

    def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(self):
        same = lambda one, two, name: (self.path / one / name).read_bytes() == (self.path / two / name).read_bytes()
        names = sorted(path.name for path in (self.path / "pkg").iterdir())
        self.hamdil("demo", "make", "again", "--seed", "5", "--size", "600")
        self.hamdil("demo", "make", "other", "--seed", "6", "--size", "600")
        self.hamdil("demo", "make", "resampled", "--seed", "5", "--sample-seed", "77", "--size", "600")
        for name in names:
            self.assertTrue(same("pkg", "again", name), name)
        for name in ("baseline.xlsx", "endline.xlsx", "sampling_frame.csv", "truth.json"):
            self.assertFalse(same("pkg", "other", name), name)
        for name in ("truth.json", "form_v1.xlsx", "districts.geojson", "study.yaml"):
            self.assertTrue(same("pkg", "resampled", name), name)
        for name in ("baseline.xlsx", "endline.xlsx", "sampling_frame.csv"):
            self.assertFalse(same("pkg", "resampled", name), name)


if __name__ == "__main__":
    unittest.main(verbosity=1)
