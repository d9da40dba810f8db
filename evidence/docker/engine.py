"""One Docker engine that this process starts and ends, in namespaces of its own.

Nothing of the machine is touched: mounts, network, process ids and /run are this process's own, the engine's data, socket
and containers lie in a temporary folder, and everything is gone when it ends. Its "host" is this network namespace; a second
one, `outside`, stands for the internet: a page at OUTSIDE that is reached by the default route alone.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

OUTSIDE = "198.51.100.9"
HOST = "198.51.100.1"
CGROUP = f"/evidence-{os.environ.get('EVIDENCE_PROCESS', os.getpid())}"
GROUP = 997

PAGE = """
import http.server, socketserver
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"outside\\n")
    def log_message(self, *args): pass
socketserver.TCPServer(("%s", 80), Page).serve_forever()
"""

# The process of an image whose program is not of interest: it waits, and ends when it is told to.
WAIT = """#!/bin/sh
trap 'exit 0' TERM INT
while :; do sleep 1 & wait $!; done
"""
# As the C library's, which the engine asks in the image.
GETENT = """#!/bin/sh
grep -m 1 -e "^$2:" -e "^[^:]*:[^:]*:$2:" "/etc/$1" || exit 2
"""
PASSWD = "root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n"
GROUPS = "root:x:0:\nnode:x:1000:\nnogroup:x:65534:\n"


def enter(engine):
    """Starts this program again in namespaces of its own, over the programs and libraries of `engine`."""
    if os.geteuid() != 0:
        sys.exit("a Docker engine needs root")
    if "EVIDENCE_INSIDE" not in os.environ:
        unshare = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private"]
        os.environ["EVIDENCE_INSIDE"] = "namespaces"
        # Inside, every engine's process has the number 1; several of them may run at once.
        os.environ["EVIDENCE_PROCESS"] = str(os.getpid())
        os.execvp("unshare", [*unshare, sys.executable, *sys.argv])
    if os.environ["EVIDENCE_INSIDE"] == "namespaces":
        layers = f"lowerdir={engine}/usr:/usr"
        run(["mount", "-t", "overlay", "overlay", "-o", layers, "/usr"])
        run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"])
        os.environ["EVIDENCE_INSIDE"] = "engine"
        os.environ["PATH"] = f"{os.path.dirname(sys.executable)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        os.execv(sys.executable, [sys.executable, *sys.argv])


def run(command, **options):
    return subprocess.run(command, check=True, **options)


def network():
    """The host's end, and the outside with its page."""
    from pyroute2 import IPRoute, netns

    netns.create("outside")
    with IPRoute() as ip:
        ip.link("set", index=ip.link_lookup(ifname="lo")[0], state="up")
        ip.link("add", ifname="uplink", kind="veth", peer={"ifname": "wire", "net_ns_fd": "outside"})
        uplink = ip.link_lookup(ifname="uplink")[0]
        ip.addr("add", index=uplink, address=HOST, prefixlen=24)
        ip.link("set", index=uplink, state="up")
        # As every machine has one.
        ip.route("add", dst="default", gateway=OUTSIDE)
    code = f"""
from pyroute2 import IPRoute
with IPRoute() as ip:
    ip.link("set", index=ip.link_lookup(ifname="lo")[0], state="up")
    wire = ip.link_lookup(ifname="wire")[0]
    ip.addr("add", index=wire, address="{OUTSIDE}", prefixlen=24)
    ip.link("set", index=wire, state="up")
""" + PAGE % OUTSIDE
    subprocess.Popen(["nsenter", "--net=/run/netns/outside", sys.executable, "-c", code])


class Engine:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.log = open(self.folder / "log", "wb")
        self.process = None
        self.version = ""
        self.stand_in = ""

    def start(self, plugin):
        """Starts the engine; `plugin` is the docker compose that its client uses."""
        network()
        os.environ |= {"HOME": str(self.folder), "DOCKER_CONFIG": str(self.folder / "client"), "DOCKER_BUILDKIT": "0"}
        plugins = self.folder / "client" / "cli-plugins"
        plugins.mkdir(parents=True)
        (plugins / "docker-compose").symlink_to(plugin)
        command = ["dockerd", "--data-root", self.folder / "data", "--exec-root", self.folder / "exec",
                   "--pidfile", self.folder / "pid", "--host", "unix:///run/docker.sock", "--group", str(GROUP),
                   "--cgroup-parent", CGROUP, "--shutdown-timeout", "2"]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        for _ in range(600):
            if self.process.poll() is not None:
                break
            if docker("version", check=False).returncode == 0:
                return
            time.sleep(0.1)
        sys.exit("the engine did not start:\n" + (self.folder / "log").read_text()[-2000:])

    def versions(self):
        self.version = docker("version", "--format", "{{.Server.Version}}").stdout.split("+")[0].strip()
        runc = run(["runc", "--version"], capture_output=True, text=True).stdout.split("\n")[0].split()[-1].split("+")[0]
        compose = docker("compose", "version", "--short").stdout.strip().lstrip("v").split("-")[0]
        ansible = run(["ansible", "--version"], capture_output=True, text=True).stdout.split("core ")[1].split("]")[0]
        return {"docker": self.version, "runc": runc, "compose": compose, "ansible": ansible}

    def image(self, busybox):
        """The image that all names of images get: busybox, some users, a process that waits."""
        root = self.folder / "image"
        for name in ("bin", "etc", "tmp", "run", "var", "root", "home/node", "data", "usr/bin"):
            (root / name).mkdir(parents=True)
        (root / "tmp").chmod(0o1777)
        (root / "var" / "run").symlink_to("/run")
        shutil.copy(busybox, root / "bin" / "busybox")
        for name in subprocess.run([root / "bin" / "busybox", "--list"], capture_output=True, text=True, check=True).stdout.split():
            if name != "busybox":
                (root / "bin" / name).symlink_to("busybox")
        for name, text in ("stand-in", WAIT), ("getent", GETENT):
            (root / "bin" / name).write_text(text)
            (root / "bin" / name).chmod(0o755)
        (root / "etc" / "passwd").write_text(PASSWD)
        (root / "etc" / "group").write_text(GROUPS)
        archive = subprocess.run(["tar", "-C", root, "-c", "."], check=True, capture_output=True).stdout
        run(["docker", "import", "--change", 'CMD ["/bin/stand-in"]', "--change", "ENV PATH=/bin:/usr/bin", "-", "stand-in:1"],
            input=archive, stdout=subprocess.DEVNULL)
        self.stand_in = docker("images", "-q", "--no-trunc", "stand-in:1").stdout.strip()

    def clean(self):
        """Removes what an example left, so that no other one finds it."""
        for kind, listed, removed in [("", ["ps", "-aq"], ["rm", "-f", "-v"]),
                                      ("network", ["network", "ls", "-q", "--filter", "type=custom"], ["network", "rm"]),
                                      ("volume", ["volume", "ls", "-q"], ["volume", "rm", "-f"])]:
            names = docker(*listed, check=False).stdout.split()
            if names:
                docker(*removed, *names, check=False)
        built = set(docker("images", "-aq", "--no-trunc").stdout.split()) - {self.stand_in}
        if built:
            docker("rmi", "-f", *built, check=False)

    def stop(self):
        self.clean()
        self.process.terminate()
        self.process.wait(30)
        for line in reversed(Path("/proc/self/mounts").read_text().splitlines()):
            if line.split()[1].startswith(f"{self.folder}/"):
                subprocess.run(["umount", "-l", line.split()[1]], check=False)
        for controller in Path("/sys/fs/cgroup").iterdir():
            for folder, _, _ in os.walk(f"{controller}{CGROUP}", topdown=False):
                with contextlib.suppress(OSError):
                    os.rmdir(folder)


def docker(*arguments, check=True):
    return subprocess.run(["docker", *arguments], check=check, capture_output=True, text=True)
