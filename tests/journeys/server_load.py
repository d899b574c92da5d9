"""Figures of hamdil serve, printed and not asserted: start, idle memory, and how long an ordinary page takes while a thousand connections are
kept open and three hundred others have sent half a request."""
import asyncio
import json
import time

import journey
import server

CONNECTIONS, HALF, RECORDS, MEASURED = 1000, 300, 2000, 400


class Load(journey.Journey):
    async def one(self, reader, writer, request):
        writer.write(request)
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        await reader.readexactly(length)
        return int(head.split(b" ", 2)[1])

    async def measure(self, served, pause):
        list_page = served.head("GET", "/api/v1/records/place?limit=50&sort=-changed_at")
        open_now = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(CONNECTIONS)]
        stop = asyncio.Event()
        answered = 0

        async def client(number, reader, writer):
            nonlocal answered
            # A connection that has said nothing for ten seconds is closed, as it should be: the first request comes at once.
            self.assertEqual(await self.one(reader, writer, list_page), 200)
            await asyncio.sleep(pause * number / CONNECTIONS)
            while not stop.is_set():
                self.assertEqual(await self.one(reader, writer, list_page), 200)
                answered += 1
                await asyncio.sleep(pause)

        async def half():
            while not stop.is_set():
                pairs = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(HALF)]
                for _, writer in pairs:
                    writer.write(b"GET /api/v1/session HTTP/1.1\r\nHost: 127.0")
                try:
                    await asyncio.wait_for(stop.wait(), 9)
                except TimeoutError:
                    pass
                for _, writer in pairs:
                    writer.close()

        work = [asyncio.create_task(client(number, *pair)) for number, pair in enumerate(open_now)] + [asyncio.create_task(half())]
        await asyncio.sleep(2)
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        times, before, started = [], answered, time.monotonic()
        for _ in range(MEASURED):
            one = time.monotonic()
            await self.one(reader, writer, list_page)
            times.append((time.monotonic() - one) * 1000)
            await asyncio.sleep(0.01)
        rate = (answered - before + MEASURED) / (time.monotonic() - started)
        stop.set()
        await asyncio.gather(*work)
        for _, other in open_now:
            other.close()
        times.sort()
        return times, rate

    def figures(self):
        """Seconds, megabytes and, for a lighter and a heavier load, milliseconds of an ordinary page."""
        self.hamdil("workspace", "create", "w.hamdil", "--key-file", "key")
        served = server.Server(self)
        out = {"start_seconds": round(served.start_seconds, 2), "idle_mb": round(served.memory_mb()), "records": RECORDS, "loads": []}
        for part in range(RECORDS // 500):
            served.api("POST", "/bulk", {"operations": [{"method": "POST", "kind": "place", "body": {"title": f"Place {part}-{n}", "fields": {"code": str(n), "level": n % 4}}} for n in range(500)]})
        out["filled_mb"] = round(served.memory_mb())
        for pause in (20, 5):
            times, rate = asyncio.run(self.measure(served, pause))
            out["loads"].append({"connections": CONNECTIONS, "half_requests": HALF, "requests_per_second": round(rate), "p50_ms": round(times[len(times) // 2], 1),
                                 "p95_ms": round(times[int(len(times) * 0.95)], 1), "worst_ms": round(times[-1], 1), "memory_mb": round(served.memory_mb())})
        self.assertEqual(served.ask("GET", "/api/v1/session")[0], 200)
        self.assertEqual(served.end()[0], 0)  # on standard error stands at most that the usual port was taken
        return out

    def test_load(self):
        print(json.dumps(self.figures(), indent=1))


if __name__ == "__main__":
    journey.unittest.main()
