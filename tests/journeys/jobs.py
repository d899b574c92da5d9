"""Work in the background goes on after the server was killed: what runs, what waits, lists and reports; what is kept of it is sealed."""
import http.client
import json
import signal
import time

import journey
import server

MARK = b"Hidden village"


class Jobs(journey.Journey):
    def setUp(self):
        for old in self.path.glob("w.hamdil*"):
            for file in old.glob("*") if old.is_dir() else []:
                file.unlink()
            old.rmdir() if old.is_dir() else old.unlink()
        self.hamdil("workspace", "create", "w.hamdil", "--key-file", "key")

    def wait(self, served, job, states=("done", "failed", "cancelled")):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            state = served.api("GET", "/jobs/" + job)
            if state["state"] in states:
                return state
            time.sleep(0.02)
        raise AssertionError(f"the job does not get to {states}: {state}")

    def lists(self, served, count, rows=4000):
        table = lambda number: (b"title,note\n" + b"".join(b"%s %d-%d,by list\n" % (MARK, number, row) for row in range(rows)))
        return [served.api("POST", "/import/visit", table(number), code=202)["id"] for number in range(count)]

    def kept(self):
        return sorted(file.name for file in (self.path / "w.hamdil.jobs").glob("*"))

    def nothing_is_kept(self):
        """The order goes after its end was remembered, a moment after others are told."""
        until = time.monotonic() + 10
        while self.kept() and time.monotonic() < until:
            time.sleep(0.02)
        self.assertEqual(self.kept(), [])

    def total(self, served):
        return served.api("GET", "/records/visit?words=hidden&limit=1")["total"]

    def test_lists_go_on_after_a_kill_and_are_saved_once(self):
        served = server.Server(self)
        jobs = self.lists(served, 3)
        self.wait(served, jobs[0], ("running",))
        self.assertEqual(self.kept(), sorted(jobs))
        for file in (self.path / "w.hamdil.jobs").glob("*"):
            self.assertNotIn(MARK, file.read_bytes())
        self.assertEqual((self.path / "w.hamdil.jobs").stat().st_mode & 0o077, 0)
        served.end(signal.SIGKILL)
        served = server.Server(self)
        for job in jobs:
            state = self.wait(served, job)
            self.assertEqual((state["state"], state["error"], state["result"]["created"]), ("done", None, 4000), state)
        self.assertEqual(self.total(served), 12000)
        self.nothing_is_kept()
        self.assertEqual(served.end()[0], 0)
        self.assertTrue(self.answer("verify", "w.hamdil")["sound"])
        # What ended stays ended, with its result.
        served = server.Server(self)
        self.assertEqual(served.api("GET", "/jobs/" + jobs[0])["result"]["created"], 4000)
        self.assertEqual(served.end()[0], 0)

    def test_what_the_program_died_over_twice_is_not_tried_again(self):
        served = server.Server(self)
        running, waiting = self.lists(served, 2, 12000)
        for _ in range(2):
            self.wait(served, running, ("running",))
            served.end(signal.SIGKILL)
            served = server.Server(self)
        state = self.wait(served, running)
        self.assertEqual((state["state"], state["error"]["code"]), ("failed", "jobs.crashed"))
        self.assertEqual(self.wait(served, waiting)["state"], "done")
        self.assertEqual(self.total(served), 12000)
        self.nothing_is_kept()
        self.assertEqual(served.end()[0], 0)

    def test_lists_that_wait_are_counted_and_refused_when_they_are_too_much(self):
        served = server.Server(self)
        running = self.lists(served, 1, 12000)[0]
        # Sent in parts without a length, each counts with the 64 MB that it may have.
        parts = [b"title\n"] + [b"Hidden in parts %d\n" % row for row in range(600)]

        def send():
            connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
            connection.request("POST", "/api/v1/import/visit", iter([b"".join(parts)]), {"Authorization": f"Bearer {served.token}"}, encode_chunked=True)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Retry-After"), json.loads(answer.read())

        answers = [send() for _ in range(8)]
        self.assertEqual([status for status, _, _ in answers], [202] * 7 + [429])
        self.assertEqual((answers[7][1], answers[7][2]["error"]["code"]), ("5", "http.your_share"))
        served.api("POST", "/records/place", {"title": "Others go on"}, code=201)
        self.assertEqual(self.wait(served, running)["state"], "done")
        for _, _, answer in answers[:7]:
            self.assertEqual(self.wait(served, answer["id"])["state"], "done")
        self.assertEqual(send()[0], 202)  # what was done gave its part back
        self.assertEqual(served.end()[0], 0)

    def test_an_orderly_end_is_no_attempt_and_what_was_cancelled_stays_so(self):
        served = server.Server(self)
        running, waiting = self.lists(served, 2, 12000)
        served.api("DELETE", "/jobs/" + waiting)
        for _ in range(3):
            self.wait(served, running, ("running",))
            self.assertEqual(served.end()[0], 0)
            served = server.Server(self)
        self.assertEqual(self.wait(served, running)["state"], "done")
        self.assertIn(self.wait(served, waiting)["state"], ("cancelled", "failed"))
        self.assertEqual(self.total(served), 12000)
        self.assertEqual(served.end()[0], 0)


if __name__ == "__main__":
    journey.unittest.main()
