#!/usr/bin/env python3
"""Measures the program as people meet it and prints a table for docs/benchmarks.md: scripts/measure.py FOLDER-OF-THE-PROGRAM

Start and idle memory of the server, sizes of the executables, and how long an ordinary page takes while a thousand connections are kept open and three
hundred others have sent half a request. Nothing is asserted: a figure depends on the machine and on what else runs there."""
import datetime
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "journeys"))


def machine():
    """The processor, its count, memory and load; no names."""
    processor = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name")), "unknown processor")
    memory = int(open("/proc/meminfo", encoding="ascii").readline().split()[1]) / 1024 / 1024
    return f"{processor}, {os.cpu_count()} processors, {memory:.0f} GB, load before {os.getloadavg()[0]:.1f}"


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: scripts/measure.py FOLDER-OF-THE-PROGRAM (for example build/release/bin)")
    folder = pathlib.Path(sys.argv[1])
    where = machine()
    import journey  # takes the folder from the arguments
    import server_load

    class Figures(server_load.Load):
        def runTest(self):
            pass

    Figures.setUpClass()
    figures = Figures().figures()
    Figures.tearDownClass()
    rows = [("start of the server", f"{figures['start_seconds']} s"), ("idle memory", f"{figures['idle_mb']} MB"),
            (f"memory with {figures['records']} records", f"{figures['filled_mb']} MB")]
    rows += [(f"size of {name}", f"{(folder / name).stat().st_size / 1e6:.1f} MB") for name in ("hamdil", "hamdil-draw") if (folder / name).exists()]
    for load in figures["loads"]:
        rows.append((f"a list of 50 at {load['requests_per_second']} requests a second, {load['connections']} connections, {load['half_requests']} half requests",
                     f"median {load['p50_ms']} ms, p95 {load['p95_ms']} ms, worst {load['worst_ms']} ms, memory {load['memory_mb']} MB"))
    print(f"## {datetime.date.today().isoformat()}\n\n{where}\n\n| what | figure |\n|---|---|")
    for what, figure in rows:
        print(f"| {what} | {figure} |")


if __name__ == "__main__":
    main()
