//! One service unit with its drop-ins, and what its directives mean together.

use super::Value;
use crate::document::{Body, Document};
use crate::expand::Deployment;
use crate::syntax::unit::{Directive, Unit, effective, exec};
use crate::text::{Place, Text};

/// A service unit and what is laid over it.
pub(super) struct Service<'a> {
    pub(super) document: &'a Document,
    /// The unit, then its drop-ins in the order of their names.
    units: Vec<&'a Unit>,
}

/// Programs that only ask a container engine to do the work.
const ENGINE_CLIENTS: &[&str] = &["docker", "docker-compose", "podman", "podman-compose", "nerdctl"];

/// The service units of the deployment. A drop-in alone says too little about its unit.
pub(super) fn services(deployment: &Deployment) -> Vec<Service<'_>> {
    let unit = |d: &&'_ _| matches!((d as &Document).body, Body::Unit(_));
    let documents: Vec<&Document> = deployment.documents.iter().map(AsRef::as_ref).filter(unit).collect();
    let mut found = Vec::new();
    for document in &documents {
        let Body::Unit(own) = &document.body else { continue };
        let service = own.sections.iter().any(|s| s.known() == Some("Service"));
        if !service || !file_name(document).ends_with(".service") {
            continue;
        }
        let folder = format!("{}.d", file_name(document));
        let laid_over = documents.iter().filter(|d| d.path.rsplit('/').nth(1) == Some(folder.as_str()));
        let overlays = laid_over.filter_map(|d| if let Body::Unit(unit) = &d.body { Some(unit) } else { None });
        found.push(Service { document, units: std::iter::once(own).chain(overlays).collect() });
    }
    found
}

/// The file's name as it is deployed, or without a template's ending.
pub(super) fn file_name(document: &Document) -> &str {
    let deployed = document.deployed.as_ref().and_then(|d| d.known()).and_then(|d| d.rsplit('/').next());
    if let Some(name) = deployed.filter(|n| n.ends_with(".service")) {
        return name;
    }
    let name = document.path.rsplit('/').next().unwrap_or(&document.path);
    crate::load::classify::template_stem(name).unwrap_or(name)
}

/// Daemons that start as root, by their own manuals, and serve as another user; and those that manage the host as root.
const DROP_ROOT: &[&str] = &[
    "nginx",
    "apache2",
    "httpd",
    "lighttpd",
    "haproxy",
    "named",
    "unbound",
    "dnsmasq",
    "sshd",
    "chronyd",
    "ntpd",
    "dovecot",
    "varnishd",
    "squid",
    "vsftpd",
    "proftpd",
    "keepalived",
    "containerd",
    "dockerd",
    "rndc",
    "kill",
];

/// Programs that run containers or virtual machines, or manage the whole host: what shuts a service in breaks them.
const HOST_MANAGERS: &[&str] = &[
    "k3s",
    "k0s",
    "kubelet",
    "containerd",
    "dockerd",
    "crio",
    "podman",
    "conmon",
    "buildkitd",
    "libvirtd",
    "virtqemud",
    "qemu-system-x86_64",
    "lxd",
    "incusd",
    "rke2",
    "microk8s",
    "nomad",
    "firecracker",
    "systemd-nspawn",
    "cri-dockerd",
];

/// Programs that take requests from the internet over a connection of their own, by their own documentation.
const TUNNELS: &[&str] = &["cloudflared", "frpc", "ngrok"];

/// Options by which a program is told to listen.
const LISTENS: &[&str] = &["--port", "--listen", "--bind", "--host", "--addr", "0.0.0.0", "127.0.0.1", "[::]"];

/// Addresses that stand for all of the host.
const OPEN: &[&str] = &["0.0.0.0", "[::]", "::"];

/// Whether a word is, or ends in, an address of the host itself.
fn loopback(word: &str) -> bool {
    let value = word.rsplit(['=', '/', '@']).next().unwrap_or(word);
    let host = value.strip_prefix('[').and_then(|v| v.split(']').next()).unwrap_or(value);
    let host = if host.matches(':').count() == 1 { host.split(':').next().unwrap_or(host) } else { host };
    host == "localhost" || host == "::1" || host == "loopback" || host.starts_with("127.")
}

/// Options that take the address to listen on.
const ADDRESSED: &[&str] = &["--host", "--listen", "--bind", "--addr"];

impl<'a> Service<'a> {
    pub(super) fn name(&self) -> &'a str {
        file_name(self.document)
    }

    /// Where to point at: the `[Service]` header.
    pub(super) fn place(&self) -> Place {
        let headers = self.units.iter().flat_map(|u| &u.sections);
        let header = headers.into_iter().find(|s| s.known() == Some("Service"));
        header.map_or_else(|| self.document.text.span().into(), Text::place)
    }

    pub(super) fn of(&self, section: &str, key: &str) -> Vec<&'a Directive> {
        effective(self.units.iter().flat_map(|u| &u.directives), section, key)
    }

    /// All values of `key` in `[Service]` that count.
    pub(super) fn all(&self, key: &str) -> Vec<&'a Directive> {
        self.of("Service", key)
    }

    pub(super) fn last(&self, key: &str) -> Option<&'a Directive> {
        self.all(key).pop()
    }

    pub(super) fn known(&self, key: &str) -> Option<&'a str> {
        self.last(key)?.value.known()
    }

    /// The directives that run something.
    pub(super) fn executed(&self) -> Vec<&'a Directive> {
        let keys =
            ["ExecStartPre", "ExecStart", "ExecStartPost", "ExecReload", "ExecStop", "ExecStopPost", "ExecCondition"];
        keys.iter().flat_map(|k| self.all(k)).collect()
    }

    fn lines(&self) -> Vec<Vec<Text>> {
        let words = |d: &Directive| exec(&d.value, &[]).words.into_iter().map(|w| w.text).collect();
        self.executed().into_iter().map(words).collect()
    }

    pub(super) fn programs(&self) -> Vec<String> {
        let base = |p: &str| p.rsplit('/').next().unwrap_or(p).to_owned();
        let first = |line: Vec<Text>| line.first().and_then(Text::known).map(base);
        let mut programs: Vec<String> = self.lines().into_iter().filter_map(first).collect();
        programs.dedup();
        programs
    }

    /// Whether all that it starts are clients of a container engine; unknown where a program is.
    pub(super) fn engine_client(&self) -> Value {
        let start = self.all("ExecStart");
        let mut all = !start.is_empty();
        for directive in start {
            let words = exec(&directive.value, &[]).words;
            let mut words = words.iter().skip_while(|w| {
                let value = w.text.value();
                matches!(value.rsplit('/').next().unwrap_or(value), "env" | "sudo") || value.contains('=')
            });
            let Some(program) = words.next() else { continue };
            let Some(known) = program.text.known() else { return Value::Unknown(program.text.display()) };
            all &= ENGINE_CLIENTS.contains(&known.rsplit('/').next().unwrap_or(known));
        }
        Value::Bool(all)
    }

    /// Whether a command line calls docker itself, also behind a shell.
    pub(super) fn uses_docker(&self) -> bool {
        let calls = |word: &Text| {
            let value = word.value();
            let own = matches!(value.rsplit('/').next().unwrap_or(value), "docker" | "docker-compose");
            own || value
                .split(|c: char| c.is_whitespace() || ";&|(".contains(c))
                .any(|w| matches!(w, "docker" | "/usr/bin/docker" | "docker-compose"))
        };
        self.lines().iter().any(|line| line.first().is_some_and(calls) || is_shell(line) && line.iter().any(calls))
    }

    /// Whether it follows docker and wants it; unknown where a name among those may be docker's.
    pub(super) fn docker_dependency(&self) -> Value {
        let wants = self.names_docker(&["Requires", "Wants", "BindsTo", "PartOf", "Requisite"]);
        match (self.names_docker(&["After"]), wants) {
            (Some(false), _) | (_, Some(false)) => Value::Bool(false),
            (Some(true), Some(true)) => Value::Bool(true),
            _ => Value::Unknown("which units it follows".to_owned()),
        }
    }

    /// Whether it is started after docker, wanted or not.
    pub(super) fn after_docker(&self) -> Value {
        let named = self.names_docker(&["After"]);
        named.map_or_else(|| Value::Unknown("which units it follows".to_owned()), Value::Bool)
    }

    /// Whether one of these keys names docker; `None` where a name among them may be docker's.
    fn names_docker(&self, keys: &[&str]) -> Option<bool> {
        let docker = |w: &str| w.starts_with("docker.") || w.starts_with("docker-");
        let values: Vec<&Directive> = keys.iter().flat_map(|k| self.of("Unit", k)).collect();
        let open = values.iter().any(|d| !d.value.is_known());
        if values.iter().any(|d| d.value.value().split_whitespace().any(docker)) {
            Some(true)
        } else {
            (!open).then_some(false)
        }
    }

    /// The groups that make their members root on the host.
    pub(super) fn docker_groups(&self) -> Vec<Text> {
        let mut found = Vec::new();
        for directive in ["Group", "SupplementaryGroups"].iter().flat_map(|k| self.all(k)) {
            let words = crate::syntax::script::words(&directive.value);
            found.extend(words.into_iter().map(|w| w.text).filter(|t| t.known() == Some("docker")));
        }
        found
    }

    /// Whether it belongs to a user's manager: by its folder, or by what wants it.
    pub(super) fn user_unit(&self) -> bool {
        let path = &self.document.path;
        let folder = path.contains("systemd/user/") || path.contains("/user/") && path.contains("systemd");
        let deployed = self.document.deployed.as_ref().is_some_and(|d| d.value().contains("systemd/user/"));
        let wanted = self.of("Install", "WantedBy").iter().any(|d| d.value.known() == Some("default.target"));
        folder || deployed || wanted
    }

    /// Whether it runs as root; unknown where the user is.
    pub(super) fn root(&self) -> Value {
        if self.on("DynamicUser") {
            return Value::Bool(false);
        }
        match self.last("User").map(|d| &d.value) {
            None => Value::Bool(true),
            Some(user) => user
                .known()
                .filter(|user| !user.is_empty())
                .map_or_else(|| Value::Unknown(user.display()), |user| Value::Bool(matches!(user, "root" | "0"))),
        }
    }

    /// Whether all that it runs is known to need root at its start and to give it up by itself.
    pub(super) fn drops_root(&self) -> bool {
        let programs = self.programs();
        !programs.is_empty() && programs.iter().all(|p| DROP_ROOT.contains(&p.as_str()) || p.starts_with("php-fpm"))
    }

    fn on(&self, key: &str) -> bool {
        self.known(key).is_some_and(|v| matches!(v.to_ascii_lowercase().as_str(), "yes" | "true" | "on" | "1"))
    }

    /// Whether it counts as running after its command has ended; unknown where that is.
    pub(super) fn remains(&self) -> Value {
        match self.last("RemainAfterExit").map(|d| &d.value) {
            Some(value) if !value.is_known() => Value::Unknown(value.display()),
            _ => Value::Bool(self.on("RemainAfterExit")),
        }
    }

    /// Whether its command line says that it listens, on more than the host's own addresses. That it starts after the
    /// network proves nothing. Unknown where a value may be a loopback address.
    pub(super) fn network(&self) -> Value {
        let words: Vec<Text> =
            self.all("ExecStart").iter().flat_map(|d| exec(&d.value, &[]).words).map(|w| w.text).collect();
        if self.programs().iter().any(|program| TUNNELS.contains(&program.as_str())) {
            return Value::Bool(true);
        }
        let option = |word: &Text| LISTENS.iter().any(|s| word.value().starts_with(s));
        if !words.iter().any(option) {
            return Value::Bool(false);
        }
        let environment = self.environment();
        let filled: Vec<Text> =
            self.all("ExecStart").iter().flat_map(|d| exec(&d.value, &environment).words).map(|w| w.text).collect();
        if filled.iter().any(|word| loopback(word.value())) {
            return Value::Bool(false);
        }
        let open = filled.iter().any(|word| OPEN.iter().any(|address| word.value().contains(address)));
        let addressed = words.iter().any(|w| ADDRESSED.iter().any(|s| w.value().starts_with(s)));
        match filled.iter().find(|word| !word.is_known()) {
            Some(word) if addressed && !open => Value::Unknown(word.display()),
            _ => Value::Bool(true),
        }
    }

    /// What `Environment=` sets, as far as it is known.
    fn environment(&self) -> Vec<(String, Text)> {
        let pairs = self.all("Environment").into_iter().flat_map(|d| crate::syntax::unit::environment(&d.value));
        pairs.filter_map(|(key, value)| Some((key.known()?.to_owned(), value))).collect()
    }

    /// Whether it is one that can't be shut in: it runs containers or a hypervisor, and its job is the host.
    pub(super) fn runs_containers(&self) -> bool {
        let programs = self.programs_of("ExecStart");
        !programs.is_empty() && programs.iter().all(|p| HOST_MANAGERS.contains(&p.as_str()))
    }

    fn programs_of(&self, key: &str) -> Vec<String> {
        let first = |d: &Directive| exec(&d.value, &[]).words.into_iter().next().map(|w| w.text);
        let base = |t: Text| t.known().map(|p| p.rsplit('/').next().unwrap_or(p).to_owned());
        self.all(key).into_iter().filter_map(first).filter_map(base).collect()
    }

    pub(super) fn missing_sandboxing(&self) -> Vec<&'static str> {
        // `DynamicUser=` turns all four on.
        if self.on("DynamicUser") {
            return Vec::new();
        }
        // Where it writes below a home on purpose, the homes can't be hidden.
        let at_home = ["ReadWritePaths", "WorkingDirectory", "StateDirectory", "BindPaths"]
            .iter()
            .flat_map(|k| self.all(k))
            .any(|d| d.value.value().split_whitespace().any(|p| p.trim_start_matches('-').starts_with("/home/")));
        let strict = self.known("ProtectSystem") == Some("strict");
        let keys = ["NoNewPrivileges", "ProtectSystem", "ProtectHome", "PrivateTmp"];
        let keys = keys.into_iter().filter(|key| *key != "ProtectHome" || !(at_home && strict));
        keys.filter(|key| self.last(key).is_none() || self.off(key)).collect()
    }

    /// Those that it turns off: somebody decided that.
    pub(super) fn sandboxing_declined(&self) -> Vec<&'static str> {
        self.missing_sandboxing().into_iter().filter(|key| self.off(key)).collect()
    }

    fn off(&self, key: &str) -> bool {
        let value = self.known(key).map(str::to_ascii_lowercase);
        value.is_some_and(|v| matches!(v.as_str(), "no" | "false" | "off" | "0"))
    }

    /// Paths below the homes that the service needs, where `ProtectHome=` hides the homes and nothing binds them back.
    /// `EnvironmentFile=` is read by systemd itself, before.
    pub(super) fn hidden(&self) -> Vec<Text> {
        let hides = self
            .known("ProtectHome")
            .is_some_and(|v| matches!(v.to_ascii_lowercase().as_str(), "yes" | "true" | "on" | "1" | "tmpfs"));
        if !hides {
            return Vec::new();
        }
        let bound: Vec<String> = ["BindPaths", "BindReadOnlyPaths"]
            .iter()
            .flat_map(|k| self.all(k))
            .flat_map(|d| d.value.value().split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .map(|b| b.trim_start_matches('-').rsplit(':').find(|p| p.starts_with('/')).unwrap_or("").to_owned())
            .collect();
        let under = |path: &str, root: &str| {
            !root.is_empty()
                && path.strip_prefix(root.trim_end_matches('/')).is_some_and(|r| r.is_empty() || r.starts_with('/'))
        };
        let homes = ["/home", "/root", "/run/user"];
        let hidden = |text: &Text| {
            let path = text.value();
            homes.iter().any(|h| under(path, h)) && !bound.iter().any(|b| under(path, b))
        };
        let directory = self.last("WorkingDirectory").map(|d| d.value.clone()).into_iter();
        let programs = ["ExecStartPre", "ExecStart"].iter().flat_map(|k| self.all(k));
        let programs = programs.filter_map(|d| exec(&d.value, &[]).words.into_iter().next()).map(|w| w.text);
        directory.chain(programs).filter(hidden).collect()
    }

    pub(super) fn limits(&self) -> bool {
        ["MemoryMax", "MemoryHigh", "MemoryLimit", "CPUQuota", "Slice"].iter().any(|k| self.last(k).is_some())
    }
}

fn is_shell(line: &[Text]) -> bool {
    let program = line.first().map_or("", Text::value);
    matches!(program.rsplit('/').next().unwrap_or(program), "sh" | "bash" | "env" | "sudo")
}
