//! One file or directory of the host, or one volume, in one container, and its facts of subject `mount`.
//!
//! Providers make a `Mount` as a literal, or from docker's two notations, which Ansible and Podman take too. What a
//! path on the host means is here.

use super::Model;
use super::fact::{Fact, FactId, Field, Value};
use super::subject::Subject;
use crate::text::{Place, Text};

pub use super::mount_schema::SCHEMA;

/// A mount. A [`Field`] is known, absent (null) or unknown, and says where.
#[derive(Debug, Clone)]
pub(crate) struct Mount {
    pub(crate) place: Place,
    /// `bind`, `volume`, `tmpfs` …
    pub(crate) kind: Field,
    pub(crate) source: Option<Text>,
    pub(crate) target: Option<Text>,
    pub(crate) read_only: Field,
    /// What `SELinux` is asked for: `z` (all containers) or `Z` (this one).
    pub(crate) label: Option<char>,
    /// Whether it is a folder of the volume alone (`subpath`).
    pub(crate) part: bool,
}

/// Whom a mount belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner {
    pub(crate) container: FactId,
    pub(crate) service: Option<FactId>,
    pub(crate) stack: Option<FactId>,
}

impl Mount {
    /// `source:target:options`; the source is a path where it starts like one, or with a variable (`$PWD/x`).
    pub(crate) fn short(text: &Text) -> Self {
        let Some((source, rest)) = text.split_once(':') else {
            // A variable alone may hold all three parts; a known word is an anonymous volume's target.
            let known = text.is_known();
            let kind = if known { Field::derived("volume") } else { Field::text(text) };
            let (source, target) = if known { (None, Some(text.clone())) } else { (Some(text.clone()), None) };
            let read_only = Field::derived(false);
            return Mount { place: text.place(), kind, source, target, read_only, label: None, part: false };
        };
        let (target, options) = rest.split_once(':').map_or_else(|| (rest.clone(), None), |(t, o)| (t, Some(o)));
        let path = !source.is_known() || source.value().starts_with(['/', '.', '~', '%']);
        let says = |word: &str| options.as_ref().is_some_and(|o| o.value().split(',').any(|w| w == word));
        let read_only = says("ro");
        let label = if says("Z") { Some('Z') } else { says("z").then_some('z') };
        Mount {
            place: text.place(),
            kind: Field::derived(if path { "bind" } else { "volume" }),
            source: Some(source),
            target: Some(target),
            read_only: Field::derived(read_only),
            label,
            part: false,
        }
    }

    /// `type=bind,source=/a,target=/b,readonly`.
    pub(crate) fn option(text: &Text) -> Self {
        let mut rest = Some(text.clone());
        let (mut kind, mut source, mut target, mut read_only) = ("volume".to_owned(), None, None, false);
        let mut part_of_it = false;
        while let Some(part) = rest {
            let (word, more) = part.split_once(',').map_or_else(|| (part.clone(), None), |(w, m)| (w, Some(m)));
            match word.split_once('=') {
                Some((key, value)) => match key.value() {
                    "type" => value.value().clone_into(&mut kind),
                    "source" | "src" => source = Some(value),
                    "target" | "destination" | "dst" => target = Some(value),
                    "readonly" | "ro" => read_only = value.value() != "false",
                    "volume-subpath" | "subpath" => part_of_it = true,
                    _ => {}
                },
                None => read_only |= matches!(word.value(), "readonly" | "ro"),
            }
            rest = more;
        }
        Mount {
            place: text.place(),
            kind: Field::derived(kind),
            source,
            target,
            read_only: Field::derived(read_only),
            label: None,
            part: part_of_it,
        }
    }

    /// `target:options` of a tmpfs.
    pub(crate) fn tmpfs(text: &Text) -> Self {
        let target = text.split_once(':').map_or_else(|| text.clone(), |(target, _)| target);
        Mount {
            place: text.place(),
            kind: Field::derived("tmpfs"),
            source: None,
            target: Some(target),
            read_only: Field::derived(false),
            label: None,
            part: false,
        }
    }

    /// Its kind, where that is known.
    pub(crate) fn kind(&self) -> Option<&str> {
        match &self.kind.value {
            Value::Str(kind) => Some(kind),
            _ => None,
        }
    }

    /// Whether it is read-only; `None` where that is not known.
    pub(crate) fn is_read_only(&self) -> Option<bool> {
        match self.read_only.value {
            Value::Bool(value) => Some(value),
            Value::Null => Some(false),
            _ => None,
        }
    }

    /// Adds its fact.
    pub(crate) fn add(self, model: &mut Model<'_>, owner: Owner) -> FactId {
        let part = |text: Option<&Text>| text.map_or(Field::derived(Value::Null), Field::text);
        let link = |id: Option<FactId>| Field::derived(id.map_or(Value::Null, Value::from));
        let host = self.host();
        let source = self.source.as_ref().map(Text::known);
        let credential =
            self.kind() != Some("tmpfs") && credential(source.flatten(), self.target.as_ref().and_then(Text::known));
        let fact = Fact::new(Subject::Mount, self.place)
            .with("container", owner.container)
            .with("service", link(owner.service))
            .with("stack", link(owner.stack))
            .with("credential", credential)
            .with("private", self.label == Some('Z'))
            .with("labelled", self.label.is_some())
            .with("socket", host.socket)
            .with("engine", host.engine)
            .with("host_class", host.class)
            .with("type", self.kind)
            .with("source", part(self.source.as_ref()))
            .with("target", part(self.target.as_ref()))
            .with("read_only", self.read_only);
        model.facts.add(fact)
    }

    /// What its source on the host is; unknown where that may be a path and is not known.
    fn host(&self) -> Host {
        let nothing = || Host { socket: Value::Null.into(), engine: Value::Null, class: Value::Null.into() };
        let Some(source) = self.source.as_ref().filter(|_| self.kind().is_none_or(|kind| kind == "bind")) else {
            return nothing();
        };
        let place = source.place();
        if let Some(path) = source.known() {
            let (socket, engine) = socket(path);
            let class = Field::at(host_class(path), place.clone());
            return Host { socket: Field::at(socket, place), engine, class };
        }
        // A path that is only partly known still shows a socket by its end, or by where it goes.
        let own = engine_socket(source.value()).filter(|_| source.value().contains('/'));
        let ends = own.or_else(|| self.target.as_ref().and_then(|t| engine_socket(t.value())));
        let unknown = || Field::text(source).value;
        match ends {
            Some(engine) => {
                Host { socket: Field::at("socket", place), engine: engine.into(), class: Field::derived("socket") }
            }
            None => Host { socket: unknown().into(), engine: unknown(), class: unknown().into() },
        }
    }
}

/// What the source of a bind is.
struct Host {
    socket: Field,
    engine: Value,
    class: Field,
}

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
    // What one named volume holds, of Docker's and Podman's.
    let volumes = ["/var/lib/docker/volumes/", "/var/lib/containers/storage/volumes/"];
    if volumes.iter().any(|folder| path.strip_prefix(folder).is_some_and(|rest| rest.contains('/'))) {
        return "other";
    }
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
    "/etc/docker",
    "/etc/docker/daemon.json",
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
