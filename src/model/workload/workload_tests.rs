//! Containers of Quadlet files and of Kubernetes manifests.

use crate::model::fact::{FactId, Facts, Value};
use crate::model::subject::Subject;
use crate::model::test_support::facts_of;

fn shown(value: &Value) -> String {
    match value {
        Value::Str(text) => text.clone(),
        Value::Bool(yes) => yes.to_string(),
        Value::Int(number) => number.to_string(),
        Value::List(items) => items.iter().map(|i| shown(&i.value)).collect::<Vec<_>>().join(" "),
        Value::Unknown(_) => "?".to_owned(),
        _ => "-".to_owned(),
    }
}

fn field(facts: &Facts, id: FactId, name: &str) -> String {
    facts.get(id).field(name).map_or_else(|| "-".to_owned(), |f| shown(&f.value))
}

/// The named fields of each fact of a subject.
fn all(facts: &Facts, subject: Subject, names: &[&str]) -> Vec<String> {
    let line = |id| names.iter().map(|n| field(facts, id, n)).collect::<Vec<_>>().join(" | ");
    facts.of(subject).into_iter().map(line).collect()
}

const QUADLET: &str = "
[Container]
Image=docker.io/library/redis:7.4
AddCapability=NET_ADMIN sys_admin
Volume=%t/podman/podman.sock:/run/podman/podman.sock:ro
Volume=data.volume:/data
User=0
Group=5
Network=host
NoNewPrivileges=true
ReadOnly=y
PodmanArgs=--privileged --pid=host
HealthCmd=curl -f http://localhost:1/
Environment=A=b \"TOKEN=c d\"
Exec=redis-server --port 1
[Service]
Restart=always
";

#[test]
fn a_quadlet_is_the_command_that_the_generator_makes() {
    let facts = facts_of(&[("cache.container", QUADLET)]);
    let names = ["name", "origin", "image", "user", "runs_as_root", "privileged", "read_only", "one_shot"];
    let wanted = "cache | quadlet | docker.io/library/redis:7.4 | 0:5 | true | true | false | false";
    assert_eq!(all(&facts, Subject::Container, &names), [wanted]);
    let names = ["cap_add", "host_namespaces", "no_new_privileges", "security_opt"];
    let wanted = "NET_ADMIN SYS_ADMIN | network pid | true | no-new-privileges";
    assert_eq!(all(&facts, Subject::Container, &names), [wanted]);
    let mounts = all(&facts, Subject::Mount, &["type", "source", "target", "read_only", "socket"]);
    let socket = "bind | %t/podman/podman.sock | /run/podman/podman.sock | true | socket";
    assert_eq!(mounts, [socket, "volume | data.volume | /data | false | -"]);
    assert_eq!(all(&facts, Subject::Healthcheck, &["kind", "programs", "url_port"]), ["shell | curl | 1"]);
    assert_eq!(
        all(&facts, Subject::ImageUse, &["image", "origin", "action"]),
        ["docker.io/library/redis:7.4 | quadlet | run"]
    );
}

#[test]
fn a_quadlet_is_called_by_its_own_name() {
    let unit = "[Container]\nImage=a:1\nMount=type=bind,source=/srv/%p,destination=/a\nVolume=/srv/%%p/%N:/b\n";
    let facts = facts_of(&[("cache.container", unit)]);
    let mounts = all(&facts, Subject::Mount, &["source", "target"]);
    assert_eq!(mounts, ["/srv/%%p/cache | /b", "/srv/cache | /a"]);
}

#[test]
fn drop_ins_templates_and_other_units_count() {
    let facts = facts_of(&[
        ("web@.container.j2", "[Container]\nImage=web.image\n"),
        ("web.image", "[Image]\nImage=docker.io/library/nginx:1.27\n"),
        ("app.container", "[Container]\nImage=app.build\nUser=1000\n"),
        ("app.container.d/10-root.conf", "[Container]\nUser=\nUser=root\n"),
        ("etc.network", "[Match]\nName=eth0\n"),
    ]);
    let names = ["name", "image", "user", "runs_as_root"];
    let containers = all(&facts, Subject::Container, &names);
    assert_eq!(containers, ["app | ? | root | true", "web@ | docker.io/library/nginx:1.27 | - | ?"]);
    let images = all(&facts, Subject::ImageUse, &["image", "action"]);
    assert_eq!(images, ["docker.io/library/nginx:1.27 | run", "docker.io/library/nginx:1.27 | pull"]);
}

const PODS: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: hub}
spec:
  template:
    spec:
      hostPID: true
      securityContext: {runAsUser: 0}
      volumes:
        - {name: sock, hostPath: {path: /var/run/docker.sock}}
        - {name: tmp, emptyDir: {}}
      containers:
        - name: hub
          image: ghcr.io/berriai/litellm:main-v1.81.3-stable
          command: [litellm, --port, '4000']
          ports: [{name: http, containerPort: 4000}]
          env: [{name: KEY, valueFrom: {secretKeyRef: {name: a, key: b}}}]
          securityContext: {privileged: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          livenessProbe: {httpGet: {path: /health, port: http}}
          volumeMounts: [{name: sock, mountPath: /var/run/docker.sock}, {name: tmp, mountPath: /tmp, readOnly: true}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: n, image: 'busybox:1.36', securityContext: {runAsNonRoot: true}}]}}}}}
---
apiVersion: v1
kind: Service
metadata: {name: hub}
";

#[test]
fn pods_are_found_in_what_makes_them() {
    let facts = facts_of(&[("hub.yaml", PODS)]);
    let names = ["name", "origin", "title", "user", "runs_as_root", "privileged", "host_namespaces", "one_shot"];
    let wanted =
        ["hub | kubernetes | - | 0 | true | true | pid | false", "n | kubernetes | - | - | false | false |  | true"];
    assert_eq!(all(&facts, Subject::Container, &names), wanted);
    assert_eq!(all(&facts, Subject::Container, &["no_new_privileges", "cap_drop"]), ["true | ALL", "false | "]);
    let mounts = all(&facts, Subject::Mount, &["type", "source", "target", "read_only", "socket"]);
    let socket = "bind | /var/run/docker.sock | /var/run/docker.sock | false | socket";
    assert_eq!(mounts, [socket, "tmpfs | - | /tmp | true | -"]);
    let probes = all(&facts, Subject::Healthcheck, &["kind", "url_path", "url_port", "asks_itself"]);
    assert_eq!(probes, ["http | /health | 4000 | true"]);
    assert_eq!(all(&facts, Subject::Command, &["program", "origin"]), ["litellm | container"]);
}

#[test]
fn configurations_in_manifests_are_read() {
    let map = "apiVersion: v1\nkind: ConfigMap\ndata:\n  config.yaml: |\n    model_list:\n      - model_name: a\n        litellm_params: {model: openai/a}\n  openclaw.json: '{\"gateway\": {\"bind\": \"lan\"}}'\n";
    let values =
        "image: {tag: v1}\nproxy_config:\n  model_list: [{model_name: b, litellm_params: {model: openai/b}}]\n";
    let facts = facts_of(&[("map.yaml", map), ("values-prod.yaml", values)]);
    assert_eq!(all(&facts, Subject::LiteLlmDeployment, &["model_name"]), ["a", "b"]);
    assert_eq!(facts.of(Subject::OpenClawConfig).len(), 1);
}
