"""hamdil serve over real sockets: every address of the interface for programs, conflicts, hostile input, restarts."""
import http.client
import json
import os
import re
import signal
import select
import socket
import subprocess
import threading
import time
import urllib.parse

import journey


class Document:
    """The OpenAPI document, to hold every answer against: a small part of JSON Schema, all that the document uses."""

    def __init__(self, document):
        self.schemas = document["components"]["schemas"]
        self.operations = []
        for path, methods in document["paths"].items():
            pattern = re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(path)) + "$")
            self.operations += [(method.upper(), pattern, operation) for method, operation in methods.items()]

    def check(self, method, path, status, answer):
        path = path.split("?")[0]
        # An address without a pattern in it goes before those that it fits too.
        found = [operation for verb, pattern, operation in self.operations if verb == method and pattern.match(path)]
        if not found:
            raise AssertionError(f"{method} {path} is not in the document")
        answers = found[0]["responses"]
        content = answers.get(str(status), answers["default"]).get("content", {})
        if "application/json" in content:
            self.fits(answer, content["application/json"]["schema"], f"{method} {path} {status}")

    def fits(self, value, schema, place):
        if "$ref" in schema:
            return self.fits(value, self.schemas[schema["$ref"].rsplit("/", 1)[1]], place)
        known = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "array": list, "null": type(None)}
        types = schema.get("type", [])
        types = [types] if isinstance(types, str) else types
        if types and not any(isinstance(value, known[name]) and (name in ("boolean",) or not isinstance(value, bool)) for name in types):
            raise AssertionError(f"{place}: {value!r} is not {types}")
        if isinstance(value, dict):
            for name in schema.get("required", []):
                if name not in value:
                    raise AssertionError(f"{place}: {name} is missing")
            for name, part in value.items():
                inner = schema.get("properties", {}).get(name, schema.get("additionalProperties", {}))
                if inner is False:
                    raise AssertionError(f"{place}: {name} is not declared")
                self.fits(part, inner if isinstance(inner, dict) else {}, f"{place}/{name}")
        if isinstance(value, list):
            for number, part in enumerate(value):
                self.fits(part, schema.get("items", {}), f"{place}/{number}")


class Server:
    """One hamdil serve; a workspace may have several, one after the other."""

    def __init__(self, case, workspace="w.hamdil", port=("--port", "0")):
        started = time.monotonic()
        self.process = subprocess.Popen([str(journey.BIN / "hamdil"), "serve", *([workspace] if workspace else []), *port, "--print-url"], cwd=case.path,
                                        env=case.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(self.process.communicate()[1])
        address = urllib.parse.urlsplit(line.strip())
        self.port, self.token = address.port, address.fragment.removeprefix("token=")
        self.start_seconds = time.monotonic() - started
        self.document = Document(self.ask("GET", "/api/v1/openapi.json", token=False)[2])

    def memory_mb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) / 1024

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        error = self.process.communicate(timeout=60)[1]
        return self.process.returncode, error

    def ask(self, method, path, body=None, headers=None, token=True, raw=False):
        """Status, headers (lower case) and answer; JSON unless `raw`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = dict(headers or {})
        if token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        found = {name.lower(): value for name, value in answer.getheaders()}
        if not raw and found.get("content-type", "").startswith("application/json"):
            content = json.loads(content)
        return answer.status, found, content

    def api(self, method, path, body=None, code=200, **more):
        status, headers, content = self.ask(method, "/api/v1" + path, body, **more)
        if status != code:
            raise AssertionError(f"{method} {path}: {status}, expected {code}\n{content}")
        if code not in (404, 405) or method in ("GET", "PATCH"):  # an address may be unknown on purpose
            self.document.check(method, "/api/v1" + path, status, content)
        return content if code != 204 else headers

    def say(self, data, wait=5.0):
        """What the server answers to raw bytes until it closes or `wait` is over."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as plain:
            try:
                plain.sendall(data)
            except (BrokenPipeError, ConnectionResetError):
                pass
            out = b""
            try:
                while part := plain.recv(65536):
                    out += part
            except (TimeoutError, ConnectionResetError):
                pass
            return out

    def head(self, method, path, **headers):
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Authorization: Bearer {self.token}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Served(journey.Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hamdil("workspace", "create", "w.hamdil", "--key-file", "key")
        cls.server = Server(cls)
        cls.api = cls.server.api

    @classmethod
    def tearDownClass(cls):
        code, error = cls.server.end()
        super().tearDownClass()
        if code != 0 or error:
            raise AssertionError(f"serve ended with {code}: {error}")

    def place(self, title="Bahor", **fields):
        return self.api("POST", "/records/place", {"title": title, "fields": fields}, code=201)

    def refused(self, status, code, method, path, body=None, **more):
        answer = self.api(method, path, body, code=status, **more)
        self.assertEqual(answer["error"]["code"], code, answer)
        self.assertEqual(set(answer["error"]) - {"row", "column"}, {"code", "message", "pointer", "hint", "arguments"})
        self.assertIsInstance(answer["problems"], list)
        return answer


class Records(Served):
    def test_session_kinds_and_messages(self):
        session = self.api("GET", "/session")
        self.assertEqual((session["workspace"], session["who"]), ({"name": "w", "demo": False, "demo_language": "", "calendar": "", "time_zone": "", "today": "2025-06-15"}, "journey"))
        kinds = self.api("GET", "/kinds", headers={"Accept-Language": "tg, en;q=0.5"})
        place = next(kind for kind in kinds["kinds"] if kind["name"] == "place")
        self.assertIn(place["area"], [area["name"] for area in kinds["areas"]])
        parent = next(field for field in place["fields"] if field["name"] == "parent")
        self.assertEqual((parent["type"], parent["refers_to"]), ("reference", "place"))
        for language in session["languages"]:
            self.assertIsInstance(self.api("GET", f"/messages/{language}"), dict)
        self.refused(404, "http.language", "GET", "/messages/xx")

    def test_a_record_from_draft_to_bin_and_back(self):
        parent = self.place("Region")
        made = self.place("Village", parent=parent["id"], level=2)
        self.assertEqual(made["references"][parent["id"]], {"kind": "place", "title": "Region"})
        path = f"/records/place/{made['id']}"
        status, headers, read = self.server.ask("GET", "/api/v1" + path)
        self.assertEqual((status, headers["etag"], read["fields"]), (200, '"1"', {"level": 2, "parent": parent["id"]}))
        changed = self.api("PATCH", path, {"fields": {"level": None, "code": "X"}}, headers={"If-Match": '"1"'})
        self.assertEqual((changed["version"], changed["fields"]), (2, {"code": "X", "parent": parent["id"]}))
        lines = self.api("GET", path + "/history")["lines"]
        self.assertEqual([line["action"] for line in lines], ["create", "change"])
        self.assertIn({"field": "level", "before": 2, "after": None}, lines[1]["differences"])
        self.assertEqual(self.api("GET", path + "/links")["refers_to"][0]["title"], "Region")
        self.assertEqual([r["id"] for r in self.api("GET", f"/records/place/{parent['id']}/links")["referred_by"]], [made["id"]])
        reverted = self.api("POST", path + "/revert", {"version": 1})
        self.assertEqual((reverted["version"], reverted["fields"]["level"]), (3, 2))
        self.refused(404, "records.version.missing", "POST", path + "/revert", {"version": 99})
        self.api("DELETE", path, code=204, headers={"If-Match": '"3"'})
        self.assertTrue(self.api("GET", path)["deleted"])
        self.assertIn(made["id"], [r["id"] for r in self.api("GET", "/records/place?bin=true")["records"]])
        self.refused(404, "store.record.missing", "PATCH", path, {"title": "x"}, headers={"If-Match": '"4"'})
        self.assertFalse(self.api("POST", path + "/restore")["deleted"])
        self.refused(409, "store.record.not_deleted", "POST", path + "/restore")

    def test_a_record_whose_parent_is_in_the_bin_is_still_changed_and_deleted(self):
        parent = self.place("Lost parent")
        child = self.place("Left behind", parent=parent["id"])
        before = self.api("GET", "/home")["open_problems"]
        self.api("DELETE", f"/records/place/{parent['id']}", code=204, headers={"If-Match": "*"})
        self.assertEqual(self.api("GET", "/home")["open_problems"], before + 1)
        path = f"/records/place/{child['id']}"
        changed = self.api("PATCH", path, {"fields": {"level": 4}}, headers={"If-Match": '"1"'})
        self.assertEqual(changed["references"][parent["id"]], {"kind": "place", "title": "Lost parent", "deleted": True})
        self.api("DELETE", path, code=204, headers={"If-Match": '"2"'})
        self.api("POST", path + "/restore")
        self.api("POST", f"/records/place/{parent['id']}/restore")

    def test_conflicting_edits(self):
        made = self.place("Twice")
        path = f"/records/place/{made['id']}"
        self.refused(428, "http.no_version", "PATCH", path, {"title": "a"})
        self.refused(428, "http.no_version", "DELETE", path)
        self.refused(400, "http.if_match", "PATCH", path, {"title": "a"}, headers={"If-Match": "new"})
        self.api("PATCH", path, {"title": "first"}, headers={"If-Match": '"1"'})
        self.refused(412, "store.record.changed_meanwhile", "PATCH", path, {"title": "second"}, headers={"If-Match": '"1"'})
        self.refused(412, "store.record.changed_meanwhile", "DELETE", path, headers={"If-Match": '"1"'})
        self.assertEqual(self.api("GET", path)["title"], "first")

    def test_all_wrong_fields_are_told(self):
        answer = self.refused(422, "records.problems", "POST", "/records/place", {"title": " ", "fields": {"level": "x", "colour": 1}})
        self.assertEqual({problem["pointer"] for problem in answer["problems"]}, {"/title", "/fields/level", "/fields/colour"})
        answer = self.refused(422, "model.record.wrong_type", "POST", "/records/place", {"title": "a", "fields": {"level": "x"}}, headers={"Accept-Language": "fa-AF"})
        self.assertIn("عدد صحیح", answer["error"]["message"])
        self.refused(422, "records.unknown_member", "POST", "/records/place", {"title": "a", "colour": 1})
        self.refused(422, "model.record.dangling_reference", "POST", "/records/place", {"title": "a", "fields": {"parent": "nobody"}})
        gone = self.place("Gone")
        self.api("DELETE", f"/records/place/{gone['id']}", code=204, headers={"If-Match": "*"})
        answer = self.refused(422, "model.record.deleted_reference", "POST", "/records/place", {"title": "a", "fields": {"parent": gone["id"]}})
        self.assertIn("Gone", answer["error"]["message"])
        self.refused(404, "model.record.unknown_kind", "GET", "/records/nothing")
        self.refused(409, "records.made_by_program", "POST", "/records/dataset", {"title": "a"})
        self.refused(400, "base.json.syntax", "POST", "/records/place", b'{"title": ', headers={"Content-Type": "application/json"})
        self.refused(400, "base.json.syntax", "POST", "/records/place", b'{"title": "\xff\xfe"}', headers={"Content-Type": "application/json"})
        self.refused(415, "http.media_type", "POST", "/records/place", b"title=a", headers={"Content-Type": "application/x-www-form-urlencoded"})

    def test_lists_filter_sort_page_and_choose_fields(self):
        for number in range(7):
            self.place(f"Listed {number}", level=number, code="listed" if number % 2 else "other")
        records = self.api("GET", "/records/place?words=listed&sort=-level&limit=3")
        self.assertEqual(([r["fields"]["level"] for r in records["records"]], records["total"]), ([6, 5, 4], 7))
        seen, cursor = [], ""
        while True:
            page = self.api("GET", f"/records/place?words=listed&sort=level&limit=2&cursor={cursor}")
            seen += [r["fields"]["level"] for r in page["records"]]
            cursor = page["next"]
            if not cursor:
                break
        self.assertEqual(seen, list(range(7)))
        levels = lambda query: sorted(r["fields"]["level"] for r in self.api("GET", "/records/place?words=listed&" + query)["records"])
        self.assertEqual(levels("f.level.min=2&f.level.max=4"), [2, 3, 4])
        self.assertEqual(levels("f.code=listed"), [1, 3, 5])
        self.assertEqual(levels("f.code.not=listed"), [0, 2, 4, 6])
        self.assertEqual(levels("f.title.contains=d%203"), [3])
        self.assertEqual(levels("f.parent.empty=false"), [])
        only = self.api("GET", "/records/place?words=listed&fields=title,code&limit=1")["records"][0]
        self.assertEqual((set(only["fields"]), "state" in only, "title" in only), ({"code"}, False, True))
        for query, code in (("foo=1", "http.query.unknown"), ("limit=0", "http.query.value"), ("limit=x", "http.query.value"), ("bin=maybe", "http.query.value"),
                            ("sort=colour", "http.query.sort"), ("f.colour=1", "http.query.filter"), ("f.level=x", "http.query.filter"),
                            ("fields=colour", "http.query.fields"), ("cursor=zz", "store.query.bad_cursor"), ("words=%zz", "http.query.encoding"),
                            ("words=%ff", "http.query.encoding"), ("limit=1&limit=2", "http.query.twice")):
            self.refused(400, code, "GET", "/records/place?" + query)

    def test_the_same_key_makes_one_record(self):
        key = {"Idempotency-Key": "key-1"}
        first = self.api("POST", "/records/place", {"title": "Once"}, code=201, headers=key)
        again = self.api("POST", "/records/place", {"title": "Once"}, code=201, headers=key)
        self.assertEqual(first, again)
        self.refused(422, "http.key.other", "POST", "/records/place", {"title": "Other"}, headers=key)
        self.assertEqual(self.api("GET", "/records/place?f.title=Once")["total"], 1)

    def test_workflow(self):
        kinds = {kind["name"]: kind for kind in self.api("GET", "/kinds")["kinds"]}
        study = self.api("POST", "/records/study", {"title": "A study"}, code=201) if not kinds["study"]["made_by_program"] else None
        finding = self.api("POST", "/records/finding", {"title": "A claim", "fields": {"study": study["id"]}}, code=201)
        path = f"/records/finding/{finding['id']}"
        view = self.api("GET", path)
        confirm = next(transition for transition in view["transitions"] if transition["name"] == "confirm")
        self.assertIn("statement", confirm["missing"])
        self.assertIn("finding.has_evidence", confirm["refused_by"])
        self.assertTrue(next(rule for rule in view["rules"] if rule["id"] == "finding.has_evidence")["blocks"])
        self.refused(409, "records.transition.needs", "POST", path + "/transitions/confirm")
        self.refused(404, "records.transition.unknown", "POST", path + "/transitions/fly")
        self.api("PATCH", path, {"fields": {"statement": {"en": "It is so."}, "cites": ["x"]}}, headers={"If-Match": '"1"'})
        self.assertEqual(self.api("POST", path + "/transitions/confirm")["state"], "confirmed")
        self.refused(409, "records.transition.wrong_state", "POST", path + "/transitions/confirm")

    def test_bulk_is_all_or_nothing(self):
        made = self.place("Bulk base")
        operations = [{"method": "POST", "kind": "place", "body": {"title": "Bulk one"}},
                      {"method": "PATCH", "kind": "place", "id": made["id"], "version": 1, "body": {"title": "Bulk changed"}}]
        wrong = operations + [{"method": "POST", "kind": "place", "body": {"title": "", "fields": {"level": "x"}}}]
        answer = self.refused(422, "records.problems", "POST", "/bulk", {"operations": wrong})
        self.assertEqual({p["pointer"] for p in answer["problems"]}, {"/operations/2/body/title", "/operations/2/body/fields/level"})
        self.assertEqual(self.api("GET", "/records/place?words=bulk")["total"], 1)
        self.assertEqual([r["title"] for r in self.api("POST", "/bulk", {"operations": operations})["records"]], ["Bulk one", "Bulk changed"])
        answer = self.refused(412, "store.record.changed_meanwhile", "POST", "/bulk", {"operations": operations})
        self.assertEqual(answer["error"]["pointer"], "/operations/1")
        self.assertEqual(self.api("GET", "/records/place?words=bulk")["total"], 2)
        self.refused(422, "http.body.unknown", "POST", "/bulk", {"operations": [{"method": "POST", "kind": "place", "colour": 1}]})
        self.refused(422, "http.body.type", "POST", "/bulk", {"operations": 5})
        self.refused(422, "http.body.type", "POST", "/bulk", {"operations": [{"method": "PATCH", "kind": "place", "id": made["id"]}]})

    def test_search_and_home(self):
        made = self.place("Сари Осиё", names={"fa-AF": "سر آسیا", "tg": "Сари Осиё"})
        for words in ("сари", "осие", urllib.parse.quote("سر")):
            hits = self.api("GET", "/search?words=" + (words if words.isascii() else urllib.parse.quote(words)))["hits"]
            self.assertIn(made["id"], [hit["id"] for hit in hits], words)
        long = self.place("Long", names={"en": "word " * 100 + "Zarafshon Valley " + "word " * 100})
        hit = self.api("GET", "/search?words=zarafsh")["hits"][0]
        self.assertEqual(hit["id"], long["id"])
        self.assertIn("Zarafshon Valley", hit["excerpt"])
        self.assertLess(len(hit["excerpt"]), 200)
        self.assertEqual(self.api("GET", "/search?words=zzzz")["hits"], [])
        self.refused(400, "http.query.value", "GET", "/search?words=a&kind=nothing")
        programme = self.api("POST", "/records/programme", {"title": "Due", "fields": {"ends": "2025-06-20"}}, code=201)
        home = self.api("GET", "/home")
        self.assertEqual(next(c["count"] for c in home["counts"] if c["kind"] == "place"), self.api("GET", "/records/place")["total"])
        self.assertEqual(home["recent"][0]["id"], programme["id"])
        self.assertIn({"kind": "programme", "id": programme["id"], "title": "Due", "field": "ends", "date": "2025-06-20", "owed": False}, home["due"])

    def test_events_tell_changes(self):
        ticket = self.api("POST", "/events/ticket")["ticket"]
        stream = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        stream.request("GET", "/api/v1/events?ticket=" + ticket)
        answer = stream.getresponse()
        self.assertEqual((answer.status, answer.getheader("Content-Type")), (200, "text/event-stream; charset=utf-8"))
        self.assertTrue(answer.readline().startswith(b":"))
        made = self.place("Told")

        def told():
            lines = {}
            while "data" not in lines:
                name, _, value = answer.readline().decode().strip().partition(": ")
                lines[name] = value
            self.assertEqual(lines["event"], "record")
            return json.loads(lines["data"])

        event = {"kind": "place", "id": made["id"], "version": 1, "who": "journey", "action": "create"}
        self.assertEqual(told(), event)
        # The window that asked is named back, where it calls itself in plain letters.
        address = f"/records/place/{made['id']}"
        for version, (sent, client) in enumerate([("window-1", {"client": "window-1"}), ("<b>", {}), ("x" * 65, {})], start=1):
            self.api("PATCH", address, {"title": f"Told {version}"}, headers={"If-Match": f'"{version}"', "X-Hamdil-Client": sent})
            self.assertEqual(told(), event | {"version": version + 1, "action": "change"} | client)
        stream.close()
        self.refused(401, "http.ticket", "GET", "/events?ticket=" + ticket)

    def test_lists_go_out_and_come_back(self):
        parent = self.place("Round parent")
        self.place("Round =1+1", code="=SUM(A1)", parent=parent["id"], names={"en": "a, \"b\"\nc", "tg": "ш"}, level=3)
        self.place("'=quoted", code="-5", geometry={"type": "Point", "coordinates": [68.1, 38.2]})
        for form in ("csv", "xlsx", "json"):
            status, headers, content = self.server.ask("GET", f"/api/v1/export/place?format={form}", raw=True)
            self.assertEqual(status, 200)
            self.assertIn(f'filename="place.{form}"', headers["content-disposition"])
            if form == "csv":
                self.assertIn("'=SUM(A1)", content.decode("utf-8-sig"))
            outcome = self.api("POST", "/import/place", content, headers={"Content-Type": "application/octet-stream"})
            self.assertEqual((outcome["created"], outcome["changed"], outcome["problems"]), (0, 0, []), form)
            self.assertEqual(outcome["rows"], self.api("GET", "/records/place")["total"])
        # Into an empty workspace: the same records under the same ids, villages before their region.
        everything = sorted(json.loads(content), key=lambda record: "parent" not in record["fields"])
        if not (self.path / "copy.hamdil").exists():
            self.hamdil("workspace", "create", "copy.hamdil", "--key-file", "key")
        other = Server(self, "copy.hamdil")
        table = self.server.ask("GET", "/api/v1/export/place?sort=-created_at", raw=True)[2]
        self.assertEqual(other.api("POST", "/import/place?dry_run=true", table)["problems"], [])
        answer = other.api("POST", "/import/place", json.dumps(everything).encode(), headers={"Content-Type": "application/json"})
        self.assertEqual((answer["created"], answer["problems"]), (len(everything), []))
        copied = json.loads(other.ask("GET", "/api/v1/export/place?format=json", raw=True)[2])
        strip = lambda records: sorted(({**r, "version": 0} for r in records), key=lambda r: r["id"])
        self.assertEqual(strip(copied), strip(everything))
        self.assertEqual(other.end()[0], 0)

    def test_a_long_list_is_a_job_and_others_are_answered_meanwhile(self):
        rows = 5000
        file = ("title,note\n" + "".join(f"Long {i},remark {i}\n" for i in range(rows))).encode()
        job = self.server.api("POST", "/import/visit", file, code=202)["id"]
        took = []
        while True:
            begun = time.monotonic()
            self.server.api("GET", "/records/visit?limit=50")
            took.append(time.monotonic() - begun)
            state = self.server.api("GET", "/jobs/" + job)
            if state["state"] not in ("waiting", "running"):
                break
            time.sleep(0.01)
        self.assertEqual((state["state"], state["result"]["created"], state["result"]["problems"]), ("done", rows, []))
        self.assertGreater(len(took), 5)
        print(f"GET while {rows} rows come in: p95 {sorted(took)[int(len(took) * 0.95)] * 1000:.0f} ms of {len(took)}")
        self.assertEqual(self.server.api("GET", "/records/visit?words=long&limit=1")["total"], rows)
        # A mistake in the last row: nothing is saved, and the job says where.
        bad = (file + b"Long bad,x\n").replace(b"title,note", b"title,starts").replace(b"remark ", b"")
        job = self.server.api("POST", "/import/visit", bad, code=202)["id"]
        while self.server.api("GET", "/jobs/" + job)["state"] in ("waiting", "running"):
            time.sleep(0.02)
        result = self.server.api("GET", "/jobs/" + job)["result"]
        self.assertEqual((result["error"]["code"], result["problems"][-1]["row"]), ("records.import.problems", rows + 2))
        self.assertEqual(self.server.api("GET", "/records/visit?words=long&limit=1")["total"], rows)
        # Stopped half-way: nothing of it is there.
        job = self.server.api("POST", "/import/visit", file.replace(b"Long", b"Stopped"), code=202)["id"]
        while self.server.api("GET", "/jobs/" + job)["progress"] < 0.31:
            pass
        self.server.api("DELETE", "/jobs/" + job)
        while self.server.api("GET", "/jobs/" + job)["state"] in ("waiting", "running"):
            time.sleep(0.02)
        self.assertEqual(self.server.api("GET", "/jobs/" + job)["state"], "cancelled")
        self.assertEqual(self.server.api("GET", "/records/visit?words=stopped&limit=1")["total"], 0)

    def test_a_list_kept_elsewhere(self):
        table = "My places 2025,,\nTitle,CODE,Levl\nFrom list,TJ-1,2\nSecond,TJ-2,two\n".encode()
        outcome = self.api("POST", "/import/place?dry_run=true", table, headers={"Content-Type": "text/csv"})
        self.assertEqual([(c["column"], c["field"], c["sure"]) for c in outcome["mapping"]],
                         [("Title", "title", True), ("CODE", "code", True), ("Levl", "level", False)])
        self.assertIn(("records.import.column", 2, "Levl"), [(p["code"], p.get("row"), p.get("column")) for p in outcome["problems"]])
        answer = self.api("POST", "/import/place", table, code=422)
        self.assertEqual(answer["error"]["code"], "records.import.problems")
        mapped = "/import/place?mapping=" + urllib.parse.quote(json.dumps({"Levl": "level"}))
        answer = self.api("POST", mapped, table, code=422)
        self.assertEqual([(p["code"], p["row"], p["column"]) for p in answer["problems"]], [("records.import.cell", 4, "Levl")])
        self.assertEqual(self.api("GET", "/records/place?f.code.contains=TJ-")["total"], 0)
        outcome = self.api("POST", mapped, table.replace(b"two", b"3"))
        self.assertEqual((outcome["created"], outcome["changed"]), (2, 0))
        self.assertEqual(self.api("GET", "/records/place?f.code=TJ-2")["records"][0]["fields"], {"code": "TJ-2", "level": 3})
        self.refused(415, "exchange.workbook.unknown_format", "POST", "/import/place", b"%PDF-1.4 nothing")

    def test_every_operation_with_an_example_takes_it(self):
        document = self.server.ask("GET", "/api/v1/openapi.json", token=False)[2]
        made = self.place("Example")
        executed = 0
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {}).get("$ref")
                example = document["components"]["schemas"][schema.rsplit("/", 1)[1]].get("examples", [None])[0] if schema else None
                # Those of several people: team.py; those of the welcome page need a program without a workspace.
                if example is None or operation["operationId"] in ("moveRecord", "startJob", "lookBehind", "sendPartnerForm") or path.startswith(("/api/v1/access/", "/api/v1/welcome/")):
                    continue
                address = path.replace("{kind}", "place").replace("{id}", made["id"]).removeprefix("/api/v1")
                if operation["operationId"] == "restoreRecord":
                    self.api("DELETE", f"/records/place/{made['id']}", code=204, headers={"If-Match": "*"})
                if path.endswith("/imports/{id}/undo"):
                    step = self.server.ask("POST", "/api/v1/records/place/copy", {"ids": [made["id"]]})[2]["undo"]
                    address = f"/imports/{step}/undo"
                expected = int(next(iter(operation["responses"])))
                if address.startswith("/access/"):
                    continue  # of a server that several people share
                self.api(method.upper(), address, example, code=expected, headers={"If-Match": "*"})
                executed += 1
        self.assertGreaterEqual(executed, 6)


class Hostile(Served):
    def status(self, answer):
        return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None

    def still_answers(self):
        self.assertEqual(self.server.ask("GET", "/api/v1/session")[0], 200)

    def test_names_and_token(self):
        get = lambda **headers: self.server.ask("GET", "/api/v1/session", headers=headers)[0]
        self.assertEqual(get(Host="evil.example"), 403)
        self.assertEqual(get(Host=f"127.0.0.1:{self.server.port + 1}"), 403)
        self.assertEqual(get(Host=f"localhost:{self.server.port}"), 200)
        self.assertEqual(get(Origin="https://evil.example"), 403)
        self.assertEqual(get(Origin="null"), 403)
        self.assertEqual(get(Origin=f"http://127.0.0.1:{self.server.port}"), 200)
        self.assertEqual(self.server.ask("GET", "/", headers={"Host": "evil.example"}, token=False)[0], 403)
        for path in ("/session", "/records/place", "/nothing", "/kinds", "/home"):
            self.assertEqual(self.server.ask("GET", "/api/v1" + path, token=False)[0], 401, path)
        for open_path in ("/", "/api/v1/openapi.json"):
            self.assertEqual(self.server.ask("GET", open_path, token=False)[0], 200)
        self.assertEqual(self.server.ask("GET", "/api/v1/nothing")[0], 404)
        self.assertEqual(self.server.ask("PUT", "/api/v1/session", {})[0], 405)
        codes = [get(Authorization="Bearer " + "0" * 64) for _ in range(30)]
        self.assertEqual((codes[0], codes[-1]), (401, 429))
        self.still_answers()

    def test_headers_of_every_answer(self):
        for path in ("/", "/api/v1/session", "/api/v1/nothing", "/missing.js"):
            headers = self.server.ask("GET", path)[1]
            self.assertEqual(headers["x-content-type-options"], "nosniff", path)
            self.assertEqual(headers["referrer-policy"], "no-referrer")
            self.assertIn("default-src 'none'", headers["content-security-policy"])
            self.assertIn("frame-ancestors 'none'", headers["content-security-policy"])
        self.assertEqual(self.server.ask("GET", "/api/v1/session")[1]["cache-control"], "no-store")
        self.assertIn("script-src 'self';", self.server.ask("GET", "/")[1]["content-security-policy"])

    def test_assets(self):
        status, headers, _ = self.server.ask("GET", "/", token=False)
        self.assertEqual(self.server.ask("GET", "/", token=False, headers={"If-None-Match": headers["etag"]})[0], 304)
        self.assertEqual(self.server.ask("GET", "/", token=False, headers={"Accept-Encoding": "gzip"})[1]["content-encoding"], "gzip")
        self.assertEqual(self.server.ask("GET", "/records/place", token=False)[0], 200)  # the shell finds its page itself
        for path in ("/../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/assets/../../../etc/passwd.txt", "/%2e%2e/etc/passwd.txt", "/assets/..%5c..%5cx.txt",
                     "//etc/passwd.txt", "/etc/passwd%00.html", "/index.html%00"):
            answer = self.server.say(self.server.head("GET", path, Connection="close"))
            self.assertNotIn(b"root:", answer, path)
            self.assertIn(self.status(answer), (200, 400, 404), path)
            if self.status(answer) == 200:
                self.assertIn(b"<!doctype html>", answer.lower(), path)
        self.assertEqual(self.server.ask("HEAD", "/")[2], b"")
        self.assertEqual(self.server.ask("POST", "/", {})[0], 405)

    def test_what_is_not_http(self):
        token = f"Authorization: Bearer {self.server.token}\r\nHost: 127.0.0.1:{self.server.port}\r\n"
        for data, codes in ((b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100, (400, None)),
                            (b"GARBAGE\r\n\r\n", (400,)),
                            (b"GET / HTTP/9.9\r\n\r\n", (400,)),
                            (b"GET / HTTP/1.1\r\nHost\r\n\r\n", (400,)),
                            (b"GET / HTTP/1.1\r\n\r\n", (403,)),
                            (b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", (400,)),
                            (f"POST /api/v1/bulk HTTP/1.1\r\n{token}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!".encode(), (400,)),
                            (f"POST /api/v1/bulk HTTP/1.1\r\n{token}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello".encode(), (400,)),
                            (f"POST /api/v1/bulk HTTP/1.1\r\n{token}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode(), (400,)),
                            (f"POST /api/v1/bulk HTTP/1.1\r\n{token}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode(), (400,)),
                            (f"POST /api/v1/bulk HTTP/1.1\r\n{token}Content-Length: -5\r\n\r\n".encode(), (400,)),
                            (f"POST /api/v1/bulk HTTP/1.1\r\n{token}Content-Length: 99999999999999999999999\r\n\r\n".encode(), (400, 413)),
                            (f"POST /api/v1/bulk HTTP/1.1\r\n{token}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".encode(), (400,)),
                            (f"GET / HTTP/1.1\r\n{token}Host: second\r\n\r\n".encode(), (400, 403)),
                            (f"GET /{'a' * 20000} HTTP/1.1\r\n{token}\r\n".encode(), (431,)),
                            (f"GET / HTTP/1.1\r\n{token}X: {'a' * 20000}\r\n\r\n".encode(), (431,))):
            answer = self.server.say(data)
            self.assertIn(self.status(answer), codes, data[:80] + answer[:200])
            if answer:
                self.assertIn(b'"error"', answer)
        self.still_answers()

    def test_too_large_is_refused_at_its_headers(self):
        for size, path, kind in ((2 << 30, "/api/v1/import/place", "text/csv"), (2 << 20, "/api/v1/records/place", "application/json"), (65 << 20, "/api/v1/import/place", "text/csv")):
            answer = self.server.say(self.server.head("POST", path, Content_Length=size, Content_Type=kind))  # and not a byte of the body
            self.assertEqual(self.status(answer), 413)
        chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        answer = self.server.say(self.server.head("POST", "/api/v1/records/place", Transfer_Encoding="chunked", Content_Type="application/json") + chunk * 3)
        self.assertEqual(self.status(answer), 413)
        # Uploads, too: what comes after the limit is not taken any more, though the length was never said.
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as plain:
            plain.sendall(self.server.head("POST", "/api/v1/import/place", Transfer_Encoding="chunked", Content_Type="text/csv"))
            sent = 0
            try:
                while sent < 200 << 20:
                    plain.sendall(chunk)
                    sent += 1 << 20
                    if select.select([plain], [], [], 0)[0]:
                        break
            except (BrokenPipeError, ConnectionResetError):
                pass
            self.assertLess(sent, 80 << 20)  # 64 MB, and what lies in the buffers of the two sockets
            self.assertEqual(self.status(plain.recv(65536)), 413)
        deep = b'{"title":"a","fields":' + b'{"a":' * 5000 + b"1" + b"}" * 5001
        self.assertEqual(self.server.ask("POST", "/api/v1/records/place", deep, {"Content-Type": "application/json"})[0], 400)
        self.still_answers()

    def test_half_requests_and_slow_clients_are_dropped(self):
        half = [socket.create_connection(("127.0.0.1", self.server.port)) for _ in range(50)]
        for number, plain in enumerate(half):
            plain.sendall(b"GET /api/v1/session HTTP/1.1\r\nHost: " if number % 2 else b"G")
        slow = socket.create_connection(("127.0.0.1", self.server.port))
        stop = threading.Event()

        def drip():
            try:
                while not stop.wait(0.5):
                    slow.sendall(b"X-A: b\r\n")
            except OSError:
                pass

        slow.sendall(b"GET / HTTP/1.1\r\n")
        dripping = threading.Thread(target=drip)
        dripping.start()
        self.still_answers()
        for plain in [*half, slow]:
            plain.settimeout(120)  # a server that waits for them for ever fails here
            try:
                while plain.recv(4096):
                    pass
            except ConnectionResetError:
                pass
            plain.close()
        stop.set()
        dripping.join()
        self.still_answers()

    def test_two_requests_in_one_packet(self):
        one = self.server.head("GET", "/api/v1/session")
        answer = self.server.say(one + self.server.head("GET", "/api/v1/kinds", Connection="close"))
        self.assertEqual(answer.count(b"HTTP/1.1 200 OK"), 2)

    def test_methods_without_meaning(self):
        for method in ("OPTIONS", "TRACE", "CONNECT", "PUT"):
            status = self.status(self.server.say(self.server.head(method, "/api/v1/session", Connection="close")))
            self.assertIn(status, (400, 404, 405), method)


class Restarts(journey.Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hamdil("workspace", "create", "w.hamdil", "--key-file", "key")

    def test_what_was_acknowledged_is_there_after_a_kill(self):
        acknowledged = []
        for turn in range(4):
            server = Server(self)

            def write(server=server, turn=turn):
                try:
                    for number in range(10000):
                        acknowledged.append(server.api("POST", "/records/place", {"title": f"{turn}-{number}"}, code=201)["id"])
                except (OSError, http.client.HTTPException):
                    pass

            writer = threading.Thread(target=write)
            writer.start()
            time.sleep(0.5 + 0.2 * turn)
            server.end(signal.SIGKILL if turn % 2 == 0 else signal.SIGTERM)
            writer.join()
        self.assertGreater(len(acknowledged), 20)
        server = Server(self)
        for record in acknowledged:
            server.api("GET", "/records/place/" + record)
        self.assertEqual(server.end()[0], 0)
        self.assertTrue(self.answer("verify", "w.hamdil")["sound"])

    def test_the_same_key_makes_one_record_across_a_restart(self):
        self.hamdil("workspace", "create", "key.hamdil", "--key-file", "key")
        key, body = {"Idempotency-Key": "k"}, {"title": " Once ", "fields": {"level": 2, "code": None}}
        server = Server(self, "key.hamdil")
        first = server.api("POST", "/records/place", body, code=201, headers=key)
        server.api("PATCH", "/records/place/" + first["id"], {"title": "Later"}, headers={"If-Match": "*"})
        server.end(signal.SIGKILL)
        server = Server(self, "key.hamdil")
        self.assertEqual(server.api("POST", "/records/place", body, code=201, headers=key), first)
        answer = server.api("POST", "/records/place", {**body, "title": "Other"}, code=422, headers=key)
        self.assertEqual(answer["error"]["code"], "http.key.other")
        self.assertEqual(server.api("GET", "/records/place")["total"], 1)
        self.assertEqual(server.end()[0], 0)

    def test_a_change_under_its_key_is_answered_the_same_after_a_restart(self):
        self.hamdil("workspace", "create", "patch.hamdil", "--key-file", "key")
        server = Server(self, "patch.hamdil")
        path = "/records/place/" + server.api("POST", "/records/place", {"title": "Once"}, code=201)["id"]
        sent = [("PATCH", path, {"title": "Twice"}, '"1"'), ("POST", path + "/revert", {"version": 1}, '"2"'), ("DELETE", path, None, '"3"'), ("POST", path + "/restore", {}, '"4"')]

        def send(method, address, body, version):
            return server.ask(method, "/api/v1" + address, body, headers={"If-Match": version, "Idempotency-Key": method + address})

        first = [send(*one) for one in sent]
        server.end(signal.SIGKILL)
        server = Server(self, "patch.hamdil")
        for one, (status, headers, body) in zip(sent, first):
            self.assertLess(status, 300, body)
            again = send(*one)
            self.assertEqual((again[0], again[1].get("etag"), again[2]), (status, headers.get("etag"), body))
        self.assertEqual(server.api("GET", path)["version"], 5)
        self.assertEqual(server.end()[0], 0)

    def test_a_second_server_on_the_same_workspace_is_refused(self):
        self.hamdil("workspace", "create", "busy.hamdil", "--key-file", "key")
        server = Server(self, "busy.hamdil")
        out, error = self.hamdil("serve", "busy.hamdil", "--print-url", code=4)
        self.assertIn("store.workspace.busy", error)
        self.assertEqual(server.end(signal.SIGINT)[0], 0)

    def test_without_a_workspace_the_shell_answers(self):
        server = Server(self, None)
        self.assertEqual(server.ask("GET", "/", token=False)[0], 200)
        self.assertIsNone(server.api("GET", "/session")["workspace"])
        self.assertEqual(server.api("GET", "/home", code=409)["error"]["code"], "http.no_workspace")
        self.assertEqual(server.end()[0], 0)

    def test_without_a_workspace_one_is_made_and_found_again(self):
        self.environment = {**self.environment, "HOME": str(self.path)}
        server = Server(self, None)
        self.assertEqual(server.api("GET", "/welcome")["workspaces"], [])
        self.assertEqual(server.api("POST", "/welcome/create", {"name": "../x"}, code=422)["error"]["code"], "welcome.name")
        made = server.api("POST", "/welcome/create", {"name": "Own"}, code=201)
        self.assertTrue(made["recovery_key"] and os.stat(made["key_file"]).st_mode & 0o777 == 0o600, made)
        self.assertEqual(server.api("GET", "/session")["workspace"], {"name": "Own", "demo": False, "demo_language": "", "calendar": "", "time_zone": "", "today": "2025-06-15"})
        server.api("POST", "/records/place", {"title": "Kept"}, code=201)
        self.assertEqual(server.api("POST", "/welcome/demo", {}, code=409)["error"]["code"], "welcome.open_already")
        self.assertEqual(server.end()[0], 0)
        server = Server(self, None)
        self.assertEqual([one["name"] for one in server.api("GET", "/welcome")["workspaces"]], ["Own"])
        server.api("POST", "/welcome/open", {"name": "Own"})
        self.assertEqual(server.api("GET", "/records/place?words=kept")["total"], 1)
        self.assertEqual(server.end()[0], 0)

    def test_the_demonstration_is_made_in_the_language_of_the_welcome_page(self):
        self.environment = {**self.environment, "HOME": str(self.path / "demo home")}
        server = Server(self, None)
        refused = server.api("POST", "/welcome/demo", {"language": "fr"}, code=422)["error"]
        self.assertEqual((refused["code"], refused["pointer"]), ("demo.programme.language", "/language"))
        self.assertEqual(server.api("GET", "/welcome")["workspaces"], [])
        server.api("POST", "/welcome/demo", {"language": "fa-AF"})
        self.assertEqual(server.api("GET", "/session")["workspace"]["demo_language"], "fa-AF")
        self.assertEqual(server.api("GET", "/records/visit")["records"][0]["title"], "DEMO بازدید از کرانهٔ شمال")
        self.assertEqual(server.end()[0], 0)

    def test_the_usual_port_and_another_where_it_is_taken(self):
        with socket.socket() as usual:
            usual.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                usual.bind(("127.0.0.1", 7441))
                usual.listen()
            except OSError:
                pass  # another program of this computer has it: the same for us
            server = Server(self, port=())
            self.assertNotEqual(server.port, 7441)
            self.assertIn("port 7441 is taken", server.end()[1])

    def test_wrong_use(self):
        self.assertIn("store.workspace.missing", self.hamdil("serve", "none.hamdil", code=3)[1])
        self.hamdil("serve", "w.hamdil", "--port", "99999", code=2)


class Reports(journey.Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        journey.demo(cls, size=240)

    def wait(self, server, job):
        for _ in range(600):
            state = server.api("GET", "/jobs/" + job)
            if state["state"] not in ("waiting", "running"):
                return state
            time.sleep(0.1)
        raise AssertionError("the job does not end")

    def test_a_report_in_the_background(self):
        server = Server(self)
        self.assertTrue(server.api("GET", "/session")["workspace"]["demo"] in (True, False))
        key = {"Idempotency-Key": "r"}
        body = {"do": "report", "outline": "impact_assessment_report", "language": "en", "formats": ["html", "xlsx"]}
        job = server.api("POST", "/jobs", body, code=202, headers=key)["id"]
        self.assertEqual(server.api("POST", "/jobs", body, code=202, headers=key)["id"], job)
        second = server.api("POST", "/jobs", body, code=202)["id"]
        self.assertEqual(server.api("DELETE", "/jobs/" + second)["id"], second)
        server.api("POST", "/records/place", {"title": "Meanwhile"}, code=201)  # others go on
        state = self.wait(server, job)
        self.assertEqual((state["state"], state["progress"], state["error"]), ("done", 1, None), state)
        self.assertEqual(self.wait(server, second)["state"], "cancelled")
        files = {file["format"]: file for file in state["result"]["files"]}
        status, headers, page = server.ask("GET", "/api/v1/files/" + files["html"]["address"], raw=True)
        self.assertEqual((status, headers["content-type"]), (200, "text/html; charset=utf-8"))
        self.assertIn(b"DEMO", page)
        self.assertEqual(server.ask("GET", "/api/v1/files/" + files["xlsx"]["name"], raw=True)[2][:2], b"PK")
        product = server.api("GET", "/products")["products"][0]
        self.assertEqual({file["format"] for file in product["files"]}, {"html", "xlsx"})
        self.assertEqual(server.api("GET", "/files/nothing", code=404)["error"]["code"], "http.file.unknown")
        self.assertEqual([product["stale"] for product in server.api("GET", "/products")["products"]], [False])
        # Stopped while it runs: at once, and nothing of it stays.
        left = lambda: [server.api("GET", "/records/" + kind)["total"] for kind in ("product", "release", "result")]
        before = left()
        stopped = server.api("POST", "/jobs", {**body, "formats": ["pdf"]}, code=202)["id"]
        while server.api("GET", "/jobs/" + stopped)["progress"] < 0.15:
            time.sleep(0.01)
        asked = time.monotonic()
        server.api("DELETE", "/jobs/" + stopped)
        self.assertEqual(self.wait(server, stopped)["state"], "cancelled")
        self.assertLess(time.monotonic() - asked, 2.0)
        self.assertEqual(left(), before)
        references = set(re.findall(rb'data-ref="([^"]+)"', page))
        self.assertTrue(references)
        reference = sorted(references)[0].decode()
        self.assertEqual(server.api("GET", "/trace/" + urllib.parse.quote(reference, safe="")), self.answer("trace", "w.hamdil", reference))
        for wrong, code in (({"do": "fly"}, "http.body.value"), ({"do": "report", "colour": 1}, "http.body.unknown"), ({"do": "report", "language": "xx"}, "reporting.language.unknown"),
                            ({"do": "report", "formats": ["odt"]}, "reporting.format.unknown")):
            self.assertEqual(server.api("POST", "/jobs", wrong, code=422)["error"]["code"], code)
        self.assertEqual(server.api("POST", "/jobs/" + job, {}, code=405)["error"]["code"], "http.method")
        self.assertEqual(server.api("DELETE", "/jobs/" + job, code=409)["error"]["code"], "jobs.ended")
        # Interrupted by a kill: begun anew after the restart, and the files of what was done are still there.
        third = server.api("POST", "/jobs", body, code=202)["id"]
        while server.api("GET", "/jobs/" + third)["state"] == "waiting":
            time.sleep(0.02)
        server.end(signal.SIGKILL)
        server = Server(self)
        state = self.wait(server, third)
        self.assertEqual((state["state"], state["error"]), ("done", None), state)
        self.assertEqual(server.ask("GET", "/api/v1/files/" + files["html"]["address"], raw=True)[2], page)
        self.assertEqual(server.end()[0], 0)
        # What the command line builds is listed, too.
        self.hamdil("report", "w.hamdil", "codebook", "--format", "html", "--out", "out")
        server = Server(self)
        product = server.api("GET", "/products")["products"][0]
        self.assertEqual((product["fields"]["outline"], [file["name"] for file in product["files"]]), ("codebook", ["codebook.en.html"]))
        self.assertEqual(server.ask("GET", "/api/v1/files/" + product["files"][0]["address"], raw=True)[2], (self.path / "out/codebook.en.html").read_bytes())
        self.assertEqual(server.end()[0], 0)
        self.assertTrue(self.answer("verify", "w.hamdil")["sound"])


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    journey.unittest.main()
