#!/usr/bin/env python3
"""Starts two ClickHouse servers on this machine, brings rows to them, and prints a section for docs/benchmarks.md: time in memory and on the
cluster, bytes moved, and whether the answers agree: scripts/bench_cluster.py FOLDER-OF-THE-BENCHMARKS [ROWS ...]
Build first: cmake --preset release -B build/bench -DHAMDIL_BENCH=ON && cmake --build build/bench --target hamdil-bench-cluster"""
import datetime
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(1, str(pathlib.Path(__file__).resolve().parents[1] / "tests/cluster"))
import servers  # noqa: E402
from measure import machine  # noqa: E402


def size(count):
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000


def words(call):
    what = call.get("formula") or ", ".join(call.get("variables", [call.get("numerator", "")]))
    items = len(call.get("variables", []))
    what = f"{items} items" if items > 2 else what
    return f"{call['estimator']} of {what}" + (" by 12 domains" if "by" in call else "") + (", logistic" if "family" in call else "")


def run(folder, rows, nodes):
    environment = {**os.environ, "HAMDIL_CLUSTER_NODES": ",".join(node.url for node in nodes), "HAMDIL_CLICKHOUSE_USER": servers.USER,
                   "HAMDIL_CLICKHOUSE_PASSWORD": servers.PASSWORD}
    done = subprocess.run([str(folder / "hamdil-bench-cluster"), str(rows)], env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{rows} rows: the answers do not agree, or a node failed:\n{done.stdout}")
    return json.loads(done.stdout)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if servers.program() is None:
        sys.exit("clickhouse-server is not installed: apt-get install clickhouse-server")
    where = machine()
    with servers.cluster() as nodes:
        found = [run(pathlib.Path(sys.argv[1]), int(rows), nodes) for rows in sys.argv[2:] or ("1000000", "10000000")]
    print(f"## Cluster, {datetime.date.today().isoformat()}\n\n{where}; two ClickHouse 18.16 servers on it\n")
    print("| rows | work | in memory, wall s | on the cluster, wall s | queries | bytes out | bytes back | largest difference |\n|---|---|---|---|---|---|---|---|")
    for one in found:
        print(f"| {one['rows']:,} | push | - | {one['push_s']:.2f} | - | {size(one['push_bytes'])} | - | - |")
        for call in one["calls"]:
            print(f"| {one['rows']:,} | {words(call['call'])} | {call['memory_s']:.3f} | {call['cluster_s']:.3f} | {call['queries']} | {size(call['sent'])} | "
                  f"{size(call['received'])} | {call['difference']:.1g} |")


if __name__ == "__main__":
    main()
