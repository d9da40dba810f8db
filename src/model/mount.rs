//! Facts of subject `mount`: one file or directory of the host, or one volume, in one container.
//!
//! How compose, `docker run -v` and Ansible write it is left to their builders; what a path on the host means is here.

use super::compose::read::field;
use super::fact::{FieldKind, Schema, Value};
use super::subject::Subject;

/// The fields of `mount`.
pub const SCHEMA: Schema = Schema {
    name: "mount",
    doc: "A host path, volume or tmpfs mounted into a container, however it is written.",
    fields: &[
        field("container", FieldKind::Fact(Subject::Container), "The container."),
        field("service", FieldKind::Fact(Subject::Service), "The compose service, where it is one."),
        field("stack", FieldKind::Fact(Subject::Stack), "The compose project, where there is one."),
        field("type", FieldKind::Str, "`bind`, `volume`, `tmpfs`, `npipe`, `cluster` or `image`."),
        field("source", FieldKind::Str, "The host path or the volume's name; null for anonymous volumes."),
        field("target", FieldKind::Str, "The path in the container."),
        field("read_only", FieldKind::Bool, "Whether the container may not write there."),
        field(
            "socket",
            FieldKind::Str,
            "`socket` where it is a container engine's socket, `parent` where it is a directory that holds one, else null.",
        ),
        field("engine", FieldKind::Str, "Whose socket: `docker`, `podman`, `containerd`, `crio`; null otherwise."),
        field(
            "host_class",
            FieldKind::Str,
            "What the host path is: `root`, `system`, `kernel`, `logs`, `time`, `certificates`, `modules`, `socket`, `project`, `other`; null for volumes.",
        ),
        field("hides", FieldKind::Str, "The directory of the known image's own program that it covers."),
        field(
            "data_of",
            FieldKind::Str,
            "The software whose data it holds, where only one program at a time may use them.",
        ),
        field("credential", FieldKind::Bool, "Whether it holds credentials, by its name or target."),
    ],
};

/// What a path on the host is, for rules: see the field `host_class`.
pub(crate) fn host_class(path: &str) -> &'static str {
    let path = trimmed(path);
    if !path.starts_with('/') {
        return "project";
    }
    if engine_socket(path).is_some() {
        return "socket";
    }
    let under =
        |roots: &[&str]| roots.iter().any(|r| path == *r || path.strip_prefix(r).is_some_and(|p| p.starts_with('/')));
    let exact = |paths: &[&str]| paths.contains(&path);
    match path {
        "/" => "root",
        _ if exact(&[
            "/etc/localtime",
            "/etc/timezone",
            "/etc/machine-id",
            "/etc/os-release",
            "/var/lib/dbus/machine-id",
        ]) || under(&["/usr/share/zoneinfo"]) =>
        {
            "time"
        }
        _ if under(&[
            "/etc/ssl",
            "/etc/pki",
            "/etc/ca-certificates",
            "/usr/share/ca-certificates",
            "/usr/local/share/ca-certificates",
        ]) =>
        {
            "certificates"
        }
        _ if under(&["/lib/modules", "/usr/src"]) => "modules",
        _ if under(&["/proc", "/sys", "/run/udev", "/dev/disk", "/run/dbus", "/var/run/dbus", "/run/systemd"]) => {
            "kernel"
        }
        _ if under(&["/var/log", "/run/log"]) => "logs",
        _ if exact(SYSTEM) || under(SYSTEM_TREES) || home(path) => "system",
        _ => "other",
    }
}

/// Directories of the host that are dangerous as a whole, though not everything below them is.
const SYSTEM: &[&str] = &[
    "/etc",
    "/home",
    "/root",
    "/root/.bash_profile",
    "/root/.bashrc",
    "/root/.profile",
    "/root/.zshrc",
    "/var",
    "/var/lib",
    "/usr",
    "/usr/local",
    "/usr/bin",
    "/usr/sbin",
    "/usr/lib",
    "/dev",
    "/lib",
    "/lib64",
    "/bin",
    "/sbin",
    "/etc/passwd",
    "/etc/shadow",
    "/etc/group",
    "/etc/gshadow",
    "/etc/sudoers",
    "/etc/crontab",
    "/etc/hosts.allow",
];

/// Directories of the host that are dangerous with everything below them.
const SYSTEM_TREES: &[&str] = &[
    "/root/.aws",
    "/root/.docker",
    "/root/.gnupg",
    "/root/.kube",
    "/root/.ssh",
    "/boot",
    "/var/lib/docker",
    "/var/lib/containerd",
    "/var/lib/containers",
    "/var/lib/kubelet",
    "/etc/ssh",
    "/etc/sudoers.d",
    "/etc/cron.d",
    "/etc/cron.daily",
    "/etc/systemd",
    "/etc/docker",
    "/etc/kubernetes",
    "/var/spool/cron",
];

/// Whether `path` is the whole home directory of a user.
fn home(path: &str) -> bool {
    path.strip_prefix("/home/").is_some_and(|rest| !rest.contains('/'))
}

/// Whose socket the file at `path` is.
pub(crate) fn engine_socket(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next()?;
    match name {
        "docker.sock" | "docker-cli.sock" => Some("docker"),
        "podman.sock" => Some("podman"),
        "containerd.sock" => Some("containerd"),
        "crio.sock" => Some("crio"),
        _ => None,
    }
}

/// Whether the directory `path` of the host holds the sockets of container engines, and whose.
pub(crate) fn socket_directory(path: &str) -> Option<&'static str> {
    match trimmed(path) {
        "/" | "/run" | "/var/run" | "/var" => Some("docker"),
        "/run/podman" | "/var/run/podman" => Some("podman"),
        "/run/containerd" | "/var/run/containerd" => Some("containerd"),
        "/run/crio" | "/var/run/crio" => Some("crio"),
        other if other.strip_prefix("/run/user/").is_some_and(|uid| !uid.contains('/')) => Some("docker"),
        _ => None,
    }
}

/// The fields `socket` and `engine` of a bind of `path`.
pub(crate) fn socket(path: &str) -> (Value, Value) {
    if let Some(engine) = engine_socket(trimmed(path)) {
        return ("socket".into(), engine.into());
    }
    socket_directory(path).map_or((Value::Null, Value::Null), |engine| ("parent".into(), engine.into()))
}

/// Whether a volume or a path holds credentials, by its name: `codex_auth_volume`, `/home/app/.codex`, `~/.aws`.
pub(crate) fn credential(source: Option<&str>, target: Option<&str>) -> bool {
    let trees = [
        ".codex",
        ".claude",
        ".ssh",
        ".aws",
        ".gnupg",
        ".kube",
        ".azure",
        ".docker",
        ".netrc",
        ".npmrc",
        ".git-credentials",
        ".gemini",
        ".config/gcloud",
        ".config/gh",
        ".config/op",
        ".password-store",
        ".oci",
        ".terraform.d",
        ".claude.json",
        ".config/rclone",
        ".cloudflared",
    ];
    let last_of = |path: &str| {
        let path = trimmed(path);
        trees.iter().any(|t| path.ends_with(t) && path[..path.len() - t.len()].ends_with(['/', '~']) || path == *t)
            || path.contains("/.ssh/")
            || path.contains("/.aws/")
            || path.contains("/.config/gcloud/")
    };
    let words = |name: &str| {
        let last = trimmed(name).rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
        // Code and settings about credentials are none.
        if let Some((
            _,
            "py" | "js" | "ts" | "sh" | "conf" | "cnf" | "ini" | "html" | "rb" | "go" | "sql" | "php" | "lua" | "pl",
        )) = last.rsplit_once('.')
        {
            return false;
        }
        let mut words = last.split(['_', '-', '.']).filter(|w| !w.is_empty());
        words.any(|w| matches!(w, "auth" | "credential" | "credentials" | "creds" | "oauth" | "codex" | "gcloud"))
    };
    source.is_some_and(|s| last_of(s) || words(s)) || target.is_some_and(|t| last_of(t) || words(t))
}

fn trimmed(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => "/",
        path => path,
    }
}

#[cfg(test)]
#[path = "mount_tests.rs"]
mod tests;
