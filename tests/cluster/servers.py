"""Two ClickHouse servers on free ports of loopback, in folders of their own, that know each other as the cluster "hamdil"."""
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

USER, PASSWORD = "hamdil", "only for this test"


def program():
    """The server's program, or None where Debian's clickhouse-server is not installed."""
    return shutil.which("clickhouse-server", path=os.environ.get("PATH", "") + ":/usr/bin:/usr/sbin")


def free_ports(count):
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]


CONFIG = """<yandex>
  <logger><level>warning</level><log>{folder}/log</log><errorlog>{folder}/errors</errorlog></logger>
  <http_port>{http}</http_port><tcp_port>{tcp}</tcp_port><interserver_http_port>{inter}</interserver_http_port>
  <listen_host>127.0.0.1</listen_host>
  <path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path>
  <users_config>{folder}/users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
  <mark_cache_size>536870912</mark_cache_size><max_concurrent_queries>50</max_concurrent_queries>
  <remote_servers><hamdil>{shards}</hamdil></remote_servers>
</yandex>
"""
SHARD = "<shard><replica><host>127.0.0.1</host><port>{port}</port><user>{user}</user><password>{password}</password></replica></shard>"
USERS = """<yandex>
  <profiles><default><max_memory_usage>8000000000</max_memory_usage></default></profiles>
  <quotas><default></default></quotas>
  <users><{user}><password>{password}</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></{user}></users>
</yandex>
"""


class Node:
    def __init__(self, folder, http, tcp, inter, tcp_ports):
        self.folder, self.http = folder, http
        self.url = f"http://127.0.0.1:{http}"
        (folder / "data").mkdir(parents=True)
        (folder / "tmp").mkdir()
        shards = "".join(SHARD.format(port=port, user=USER, password=PASSWORD) for port in tcp_ports)
        (folder / "config.xml").write_text(CONFIG.format(folder=folder, http=http, tcp=tcp, inter=inter, shards=shards))
        (folder / "users.xml").write_text(USERS.format(user=USER, password=PASSWORD))
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen([program(), f"--config-file={self.folder}/config.xml"], cwd=self.folder,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                errors = self.folder / "errors"
                raise RuntimeError("clickhouse-server ended: " + (errors.read_text()[-2000:] if errors.exists() else ""))
            with contextlib.suppress(OSError):
                with urllib.request.urlopen(self.url + "/ping", timeout=2) as answer:
                    if answer.status == 200:
                        return
            time.sleep(0.1)
        raise RuntimeError("clickhouse-server does not answer")

    def query(self, text):
        request = urllib.request.Request(self.url + "/", data=text.encode(), headers={"X-ClickHouse-User": USER, "X-ClickHouse-Key": PASSWORD})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode()

    def kill(self):
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def cluster(count=2):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hamdil-cluster-"))
    nodes = []
    try:
        ports = free_ports(3 * count)
        for i in range(count):
            http, tcp, inter = ports[3 * i:3 * i + 3]
            nodes.append(Node(folder / f"node{i + 1}", http, tcp, inter, ports[1::3]))
        for node in nodes:
            node.wait()
        yield nodes
    finally:
        for node in nodes:
            if node.process.poll() is None:
                node.kill()
        shutil.rmtree(folder, ignore_errors=True)
