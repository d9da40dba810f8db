"""Runs the examples of the litellm rules on the LiteLLM of this interpreter, and prints what happened as JSON, a line for each rule.

Started by `prove.py` inside one virtual environment. LiteLLM is imported once; each example gets a forked process with
its own configuration and environment. What should happen is in `probes.yaml`; comparing is left to `prove.py`.
"""

import json
import logging
import os
import select
import signal
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS"] = "True"

import yaml  # noqa: E402

sys.path.insert(0, str(HERE.parent))

import records  # noqa: E402
from provider import Provider  # noqa: E402

MASTER = "sk-proof-of-rules"
SECONDS = 900


def digest(files):
    """FNV-1a over names and texts: the test asks by it whether the example has changed since."""
    value = 0xCBF29CE484222325
    for name, text in sorted(files.items()):
        for byte in f"{name}\0{text}\0".encode():
            value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def files_of(example):
    return example.get("files") or {example.get("file", "compose.yml"): example["text"]}


def split(files):
    """The LiteLLM config, and the service that runs it."""
    config, service = None, None
    for text in files.values():
        parsed = yaml.safe_load(text)
        if isinstance(parsed, dict) and "services" in parsed:
            service = next(iter(parsed["services"].values()))
        else:
            config = text
    return config, service


def environment(service, probe, example, port):
    env = {"OPENAI_API_BASE": f"http://127.0.0.1:{port}/v1"}
    if service is None:
        env |= {
            "LITELLM_MASTER_KEY": MASTER,
            "OPENAI_API_KEY": "sk-process-default",
            "PROVIDER_KEY": "sk-provider",
            "GPT_RPM": "100",
        }
    else:
        env |= {k: str(v) for k, v in (service.get("environment") or {}).items()}
    for extra in (probe.get("env") or {}), (probe.get("examples", {}).get(example["name"], {}).get("env") or {}):
        for name, value in extra.items():
            env.pop(name, None) if value is None else env.__setitem__(name, value)
    return env


class Log(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def observe(config, env, probe, service):
    """Runs one example; called in a process of its own."""
    for name in list(os.environ):
        if "KEY" in name or name.startswith(("REDIS", "OPENAI", "DATABASE", "SLACK")):
            del os.environ[name]
    os.environ.update(env)
    folder = Path(tempfile.mkdtemp())
    path = folder / "config.yaml"
    path.write_text(config)
    os.environ["CONFIG_FILE_PATH"] = str(path)
    os.chdir(folder)
    log = Log()
    for name in ("LiteLLM", "LiteLLM Proxy", "LiteLLM Router"):
        logging.getLogger(name).addHandler(log)
    import litellm
    from fastapi.testclient import TestClient
    from litellm.proxy import proxy_server

    seen = {}
    try:
        client = TestClient(proxy_server.app, raise_server_exceptions=False)
        client.__enter__()
    except BaseException as error:  # noqa: BLE001 - whatever stops the proxy is the observation.
        return {"started": False, "error": type(error).__name__}
    seen["started"] = True
    settings = (yaml.safe_load(config) or {}).get("general_settings") or {}
    written = settings.get("master_key")
    if isinstance(written, str) and written.startswith("os.environ/"):
        written = os.environ.get(written.removeprefix("os.environ/"))
    key = written or os.environ.get("LITELLM_MASTER_KEY")
    headers = {"Authorization": f"Bearer {key}"}
    for what in probe.get("state", []):
        seen[what] = state(what, proxy_server, litellm)
    if "open" in probe:
        seen["open"] = client.get("/v1/models").status_code
        seen["with_key"] = client.get("/v1/models", headers=headers).status_code
    if "health" in probe:
        test = service["healthcheck"]["test"][-1]
        route = "/" + test.split("://", 1)[1].split("/", 1)[1]
        seen["without_key"] = client.get(route).status_code
        seen["with_key"] = client.get(route, headers=headers).status_code
    if probe.get("minute"):
        # Rates are counted by the minute of the clock: all requests have to fall into one, so a refused one is not
        # repeated by LiteLLM itself either.
        proxy_server.llm_router.num_retries = 0
        if time.time() % 60 > 40:
            time.sleep(60 - time.time() % 60)
    minute = time.time() // 60
    codes = []
    for _ in range(probe.get("chat", 0)):
        body = {"model": probe.get("model", "gpt"), "messages": [{"role": "user", "content": "hi"}]}
        started = time.monotonic()
        answer = client.post("/v1/chat/completions", json=body, headers=headers)
        codes.append(answer.status_code)
        seen["fallback_failed"] = "Error doing the fallback" in answer.text or "also failed" in answer.text
        # Budgets and rates are counted by callbacks that run after the answer.
        time.sleep(max(0.0, 0.3 - (time.monotonic() - started)))
    if codes:
        seen["accepted"] = codes.count(200)
        seen["refused"] = codes.count(429)
        seen["failed"] = len(codes) - codes.count(200) - codes.count(429)
    if probe.get("minute") and time.time() // 60 != minute:
        return {"late": "the requests did not fall into one minute"}
    if "log" in probe:
        seen["logged"] = any(probe["log"] in line for line in log.lines)
    return seen


def state(what, proxy_server, litellm):
    router = proxy_server.llm_router
    match what:
        case "strategy":
            return str(getattr(router.routing_strategy, "value", router.routing_strategy))
        case "deployments":
            return len(router.model_list) if router else 0
        case "cache":
            return litellm.cache is not None and not isinstance(litellm.cache, (str, bool))
        case "success_callback":
            return [str(c) for c in litellm.success_callback if isinstance(c, str) and c != "cache"]
        case "alerting":
            return list(proxy_server.general_settings.get("alerting") or [])
        case "master_key":
            return proxy_server.master_key is not None
        case "set_verbose":
            return litellm.set_verbose
        case "drop_params":
            return litellm.drop_params
    raise KeyError(what)


def forked(job):
    """The observation of `job` made in a forked process."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        try:
            result = job()
        except BaseException as error:  # noqa: BLE001 - reported to the parent.
            result = {"harness": f"{type(error).__name__}: {error}"}
        os.write(writer, json.dumps(result).encode())
        os._exit(0)
    os.close(writer)
    data, end = b"", time.monotonic() + SECONDS
    while time.monotonic() < end:
        if not select.select([reader], [], [], 1.0)[0]:
            continue
        chunk = os.read(reader, 65536)
        if not chunk:
            break
        data += chunk
    else:
        os.kill(child, signal.SIGKILL)
    os.close(reader)
    os.waitpid(child, 0)
    return json.loads(data) if data else {"harness": f"no answer in {SECONDS} s"}


def received(provider, probe):
    """What the provider got."""
    requests = provider.requests
    seen = {}
    if "keys" in probe.get("received", []):
        seen["keys"] = sorted({r["authorization"] or "" for r in requests})
    if "models" in probe.get("received", []):
        seen["models"] = sorted({r["body"].get("model", "") for r in requests})
    if "body" in probe.get("received", []):
        usual = {"model", "messages", "stream", "extra_body"}
        seen["body"] = sorted({k for r in requests for k in r["body"]} - usual)
    if "calls" in probe.get("received", []):
        seen["calls"] = len(requests)
    return seen


def main():
    versions, day, *wanted = sys.argv[1].split(","), *sys.argv[2:]
    probes = yaml.safe_load((HERE / "probes.yaml").read_text())
    import litellm.proxy.proxy_server  # noqa: F401 - once, before the forks.

    provider, started = Provider(), time.monotonic()
    passed = records.rules_of(HERE / "results" / f"{versions[0]}.json", day)
    paths = [path for path in sorted((HERE / "../../rules").resolve().glob("*/*.yaml"))
             if path.stem in probes and path.stem not in passed and (not wanted or path.stem in wanted)]
    for number, path in enumerate(paths, 1):
        rule = yaml.safe_load(path.read_text())
        probe = probes[path.stem]
        results = [prove(rule, verdict, example, probe, provider, versions)
                   for verdict in ("bad", "good") for example in rule["examples"].get(verdict, [])]
        print(json.dumps(results), flush=True)
        seconds = time.monotonic() - started
        print(f"LiteLLM {versions[0]}, {seconds:.0f} s: {number} of {len(paths)} rules, {path.stem}", file=sys.stderr, flush=True)


def prove(rule, verdict, example, probe, provider, versions):
    """One example on this release; `versions` are this one and those whose examples it has to bear out as well."""
    files = files_of(example)
    entry = {"rule": rule["id"], "example": example["name"], "verdict": verdict, "digest": digest(files)}
    special = probe.get("examples", {}).get(example["name"], {})
    if "not_run" in special:
        return entry | {"not_run": special["not_run"]}
    config, service = split(files)
    image = (service or {}).get("image", "")
    about = any(version in image for version in versions)
    if service and not about and "litellm" in image and not special.get("any_version"):
        return entry | {"not_run": "the example is about another version"}
    config = config or probe["config"]
    config = config.replace("llm.internal:8000", f"127.0.0.1:{provider.port}").replace("down.internal:9", "127.0.0.1:9")
    merged = probe | {k: v for k, v in special.items() if k in ("chat", "model", "tokens", "delay", "state", "log")}
    env = environment(service, probe, example, provider.port)
    for _ in range(5):
        provider.clear(merged.get("tokens", 30), merged.get("delay", 0.0))
        observed = forked(lambda: observe(config, env, merged, service))
        if "late" not in observed:
            break
    if observed.get("started"):
        observed |= received(provider, probe)
    return entry | {"observed": observed}


if __name__ == "__main__":
    main()
