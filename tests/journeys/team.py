"""hamdil serve --team over real sockets and TLS: two accounts, two districts, pairing, and what strangers try."""
import http.client
import json
import signal
import socket
import ssl
import subprocess
import time
import unittest
import urllib.parse

import journey

PASSWORD = "three small boats"


class TeamServer:
    """One hamdil serve --team on 127.0.0.1; Enter on its terminal shows a new PIN."""

    def __init__(self, case):
        self.process = subprocess.Popen([str(journey.BIN / "hamdil"), "serve", case.name, "--team", "--address", "127.0.0.1", "--port", "0", "--json"], cwd=case.path,
                                        env=case.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(self.process.communicate()[1])
        self.told = json.loads(line)
        self.port = urllib.parse.urlsplit(self.told["urls"][0]).port

    def pin(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())["pin"]

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=60)

    def connection(self, source="127.0.0.1"):
        """`source`: the address of this computer that asks; all of 127.0.0.0/8 are its own."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=30, source_address=(source, 0))


class Browser:
    """Keeps cookies, and sends what a page of this server sends."""

    def __init__(self, server, source="127.0.0.1"):
        self.server = server
        self.source = source
        self.cookies = {}
        self.flags = []

    def ask(self, method, path, body=None, headers=None, status=None):
        connection = self.server.connection(self.source)
        sent = {"Origin": f"https://127.0.0.1:{self.server.port}", "X-Hamdil-Request": "1"} if method != "GET" else {}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            sent["Content-Type"] = "application/json"
        connection.request(method, "/api/v1" + path, None if body is None else json.dumps(body), {**sent, **(headers or {})})
        response = connection.getresponse()
        text = response.read().decode()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self.flags.append(value)
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        connection.close()
        if status is not None and response.status != status:
            raise AssertionError(f"{method} {path}: {response.status} {text[:400]}")
        return json.loads(text) if text.startswith("{") else text

    def sign_in(self, login, password=PASSWORD):
        self.ask("POST", "/access/device", {"pin": self.server.pin()}, status=204)
        self.ask("POST", "/access/session", {"login": login, "password": password}, status=200)
        return self


class Team(journey.Journey):
    def setUp(self):
        self.name = self._testMethodName + ".hamdil"
        self.hamdil("workspace", "create", self.name, "--key-file", "key")
        (self.path / "password").write_text(PASSWORD + "\n")
        for name in ("North", "South"):
            self.hamdil("record", "create", self.name, "place", "--title", name)
        for login, district in (("north", "North"), ("south", "South")):
            self.hamdil("account", "add", self.name, login, "--name", login.title(), "--password-file", "password", "--role", "manager", "--district", district)
        self.hamdil("account", "add", self.name, "chief", "--name", "Chief", "--password-file", "password", "--role", "administrator")
        self.server = TeamServer(self)

    def tearDown(self):
        if self.server.process.poll() is None:
            self.server.end()

    def test_two_districts_on_one_server(self):
        north, south = Browser(self.server).sign_in("north"), Browser(self.server).sign_in("south")
        places = {one["title"]: one["id"] for one in north.ask("GET", "/records/place", status=200)["records"]}
        made = north.ask("POST", "/records/visit", {"title": "Well of the north", "fields": {"place": places["North"]}}, status=201)
        self.assertEqual(made["created_by"], "north")
        self.assertEqual(south.ask("GET", "/records/visit", status=200)["total"], 0)
        south.ask("GET", f"/records/visit/{made['id']}", status=404)
        south.ask("POST", "/records/visit", {"title": "Well", "fields": {"place": places["North"]}}, status=403)
        self.assertNotIn("Well of", json.dumps(south.ask("GET", "/search?words=well", status=200)))
        self.assertEqual(north.ask("GET", "/records/visit", status=200)["total"], 1)
        south.ask("GET", "/access/accounts", status=403)

        # The stream of the one says nothing of the other.
        ticket = south.ask("POST", "/events/ticket", {}, status=200)["ticket"]
        stream = self.server.connection()
        stream.request("GET", f"/api/v1/events?ticket={ticket}", headers={})
        heard = stream.getresponse()
        self.assertEqual(heard.status, 200)
        heard.readline()
        north.ask("PATCH", f"/records/visit/{made['id']}", {"title": "Deeper"}, {"If-Match": '"1"'}, status=200)
        south.ask("POST", "/records/visit", {"title": "Well of the south", "fields": {"place": places["South"]}}, status=201)
        lines = []
        while not lines or not lines[-1].startswith("data:"):
            lines.append(heard.readline().decode())
        self.assertNotIn(made["id"], "".join(lines))
        self.assertIn('"who":"south"', lines[-1])
        stream.close()

        # Signed out: the cookie is worth nothing.
        old = dict(south.cookies)
        south.ask("DELETE", "/access/session", status=204)
        south.cookies = old
        south.ask("GET", "/session", status=401)
        for cookie in north.flags:
            for flag in ("__Host-", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
                self.assertIn(flag, cookie)

    def test_sessions_outlive_a_restart_and_nothing_secret_is_printed(self):
        north = Browser(self.server).sign_in("north")
        token = north.ask("POST", "/access/tokens", {"label": "figures"}, status=201)["token"]
        first = self.server.told["fingerprint"]
        out, error = self.server.end()
        self.server = TeamServer(self)
        self.assertEqual(self.server.told["fingerprint"], first)
        north.server = self.server
        self.assertEqual(north.ask("GET", "/session", status=200)["who"], "north")
        program = Browser(self.server)
        program.ask("GET", "/records/place", headers={"Authorization": f"Bearer {token}"}, status=200)
        out2, error2 = self.server.end()
        for secret in (token, PASSWORD, *north.cookies.values()):
            self.assertNotIn(secret, out + error + out2 + error2)
        self.assertNotIn(token.encode(), (self.path / self.name).read_bytes())
        self.hamdil("verify", self.name)

    def test_a_partner_sends_one_form_by_a_link(self):
        north = Browser(self.server).sign_in("north")
        places = {one["title"]: one["id"] for one in north.ask("GET", "/records/place", status=200)["records"]}
        wanted = {"label": "Partner of the north", "do": "form", "kind": "visit", "fields": {"place": places["North"]}, "days": 3}
        secret = north.ask("POST", "/partner-links", wanted, status=201)["path"].removeprefix("/link#")
        north.ask("POST", "/partner-links", {**wanted, "fields": {"place": places["South"]}}, status=403)
        partner = Browser(self.server)
        self.assertEqual(partner.ask("GET", "/partner", headers={"X-Hamdil-Link": secret}, status=200)["do"], "form")
        partner.ask("POST", "/partner", {"title": "The bridge is open", "fields": {}}, {"X-Hamdil-Link": secret}, status=201)
        partner.ask("GET", "/records/visit", headers={"X-Hamdil-Link": secret}, status=401)
        found = north.ask("GET", "/records/visit", status=200)["records"]
        self.assertEqual([(one["title"], one["created_by"], one["fields"]["tags"]) for one in found],
                         [("The bridge is open", "link: Partner of the north", ["partner-link", "unreviewed"])])
        out, error = self.server.end()
        self.assertNotIn(secret, out + error)

    def test_what_strangers_try(self):
        stranger = Browser(self.server, source="127.0.0.2")
        stranger.ask("GET", "/records/place", status=401)
        stranger.ask("POST", "/access/session", {"login": "north", "password": PASSWORD}, status=403)
        pin = self.server.pin()
        for guess in range(3):
            stranger.ask("POST", "/access/device", {"pin": f"{(int(pin) + 1 + guess) % 1000000:06}"}, status=403)
        stranger.ask("POST", "/access/device", {"pin": pin}, status=429)
        stranger.ask("POST", "/access/device", {"pin": pin}, headers={"Origin": "https://evil.example"}, status=403)
        paired = Browser(self.server)
        paired.ask("POST", "/access/device", {"pin": pin}, status=204)  # the guesses of another device void nothing
        for _ in range(5):
            paired.ask("POST", "/access/session", {"login": "north", "password": "not the password"}, status=401)
        paired.ask("POST", "/access/session", {"login": "north", "password": PASSWORD}, status=429)
        stranger.ask("GET", "/access", headers={"Host": "evil.example"}, status=403)

    def stream(self, browser):
        ticket = browser.ask("POST", "/events/ticket", {}, status=200)["ticket"]
        connection = self.server.connection()
        connection.request("GET", f"/api/v1/events?ticket={ticket}")
        heard = connection.getresponse()
        self.assertEqual(heard.status, 200)
        self.assertEqual((heard.readline(), heard.readline()), (b": hamdil\n", b"\n"))
        return heard

    def test_a_stream_ends_with_the_session_the_role_and_the_account(self):
        chief, one, two = (Browser(self.server).sign_in(login) for login in ("chief", "south", "south"))
        account = next(each for each in chief.ask("GET", "/access/accounts", status=200)["accounts"] if each["login"] == "south")
        own, other = self.stream(one), self.stream(two)
        sessions = one.ask("GET", "/access/sessions", status=200)["passes"]
        self.assertEqual([each["live"] for each in sessions], [1, 1])
        def ends(heard):
            started = time.monotonic()
            while heard.readline():
                pass
            self.assertLess(time.monotonic() - started, 5)
        one.ask("DELETE", "/access/sessions/" + next(each["id"] for each in sessions if not each["current"]), status=204)
        ends(other)
        chief.ask("POST", "/records/grant", {"title": "South reads", "fields": {"account": account["id"], "role": "reader"}}, status=201)
        ends(own)
        again = self.stream(one)
        chief.ask("POST", f"/records/account/{account['id']}/transitions/disable", {}, status=200)
        ends(again)
        one.ask("GET", "/session", status=401)

    def test_one_device_does_not_take_what_the_others_need(self):
        north = Browser(self.server).sign_in("north")
        # Connections: 250 of one address; what comes above is closed, and other addresses are answered.
        held = [socket.create_connection(("127.0.0.1", self.server.port), timeout=20, source_address=("127.0.0.2", 0)) for _ in range(260)]
        closed = 0
        for one in held[250:]:
            one.settimeout(5)
            closed += one.recv(1) == b""
        self.assertEqual(closed, 10)
        north.ask("GET", "/session", status=200)
        for one in held:
            one.close()
        # Bodies: announced and not sent. Strangers hold 4 MB of one address, whoever signed in 128 MB.
        def announce(path, size, cookies="", source="127.0.0.3"):
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            plain = socket.create_connection(("127.0.0.1", self.server.port), timeout=20, source_address=(source, 0))
            secure = context.wrap_socket(plain)
            secure.sendall((f"POST /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1:{self.server.port}\r\nOrigin: https://127.0.0.1:{self.server.port}\r\nX-Hamdil-Request: 1\r\n"
                            f"Content-Type: application/json\r\nContent-Length: {size}\r\n{cookies}\r\n").encode())
            return secure
        def answer(secure):
            secure.settimeout(2)
            try:
                return secure.recv(4096).decode()
            except TimeoutError:
                return ""
        strangers = [announce("/access/device", 1 << 20) for _ in range(5)]
        self.assertEqual([answer(one)[:12] for one in strangers], [""] * 4 + ["HTTP/1.1 429"])
        cookies = "Cookie: " + "; ".join(f"{name}={value}" for name, value in north.cookies.items()) + "\r\n"
        uploads = [announce("/import/visit", 60 << 20, cookies, "127.0.0.4") for _ in range(3)]
        told = [answer(one) for one in uploads]
        self.assertEqual([one[:12] for one in told], ["", "", "HTTP/1.1 429"])
        self.assertIn("Retry-After:", told[2])
        self.assertIn("http.your_share", told[2])
        for one in strangers + uploads:
            one.close()
        # Streams: one a window, twenty of a person.
        streams = []
        for _ in range(21):
            ticket = north.ask("POST", "/events/ticket", {}, status=200)["ticket"]
            streams.append(self.server.connection("127.0.0.5"))
            streams[-1].request("GET", f"/api/v1/events?ticket={ticket}")
        self.assertEqual([one.getresponse().status for one in streams], [200] * 20 + [429])
        for one in streams:
            one.close()
        north.ask("GET", "/session", status=200)

    def test_plain_http_and_old_tls_are_turned_away(self):
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=20) as plain:
            plain.sendall(f"GET /?x=1 HTTP/1.1\r\nHost: 127.0.0.1:{self.server.port}\r\n\r\n".encode())
            answer = plain.recv(4096).decode()
        self.assertTrue(answer.startswith("HTTP/1.1 308"), answer)
        self.assertIn(f"Location: https://127.0.0.1:{self.server.port}/\r\n", answer)
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=20) as plain:
            plain.sendall(b"POST /api/v1/access/session HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 2\r\n\r\n{}")
            self.assertTrue(plain.recv(4096).decode().startswith("HTTP/1.1 400"))
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=20) as noise:
            noise.sendall(b"\x16\x03\x01\x00\x05hello" + b"\x00" * 100)
            self.assertIn(noise.recv(4096)[:12], (b"HTTP/1.1 400", b""))
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            with socket.create_connection(("127.0.0.1", self.server.port), timeout=20) as raw:
                old.wrap_socket(raw)
        self.assertEqual(Browser(self.server).ask("GET", "/access", status=200)["mode"], "team")


class Accounts(journey.Journey):
    def test_nobody_serves_a_team_without_an_account(self):
        self.hamdil("workspace", "create", "w.hamdil", "--key-file", "key")
        self.hamdil("serve", "w.hamdil", "--team", code=3)
        (self.path / "password").write_text("short\n")
        self.hamdil("account", "add", "w.hamdil", "first", "--password-file", "password", code=3)
        self.hamdil("account", "add", "w.hamdil", "first", code=2)  # nobody sits at a terminal
        self.assertNotIn("first", self.hamdil("account", "list", "w.hamdil")[0])


if __name__ == "__main__":
    unittest.main()
