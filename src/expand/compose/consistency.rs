//! What a whole project must hold together: references, exclusive keys, cycles.
//!
//! Findings for rules; the same list makes docker compose refuse a project. What compose only refuses (a service without
//! an image) is of kind [`ProblemKind::Refused`].

use std::collections::{HashMap, HashSet};

use super::tree;
use super::units;
use crate::problem::{Problem, ProblemKind};
use crate::source::Span;
use crate::text::Text;
use crate::text::slip::slips;
use crate::yaml::{Entry, Node};

/// How many names of a section are compared with one that nothing defines.
const MOST: usize = 50;

/// What would decide whether a name of a section is defined.
pub(super) type Doubt<'a> = dyn Fn(&str, &str) -> Option<String> + 'a;

/// What is around a project, as far as it matters to its references.
#[derive(Default)]
pub(super) struct Around<'a> {
    /// The services that a profile keeps out.
    pub(super) disabled: &'a [String],
    /// Services that other files may bring in when the deployment puts them together.
    pub(super) elsewhere: Option<&'a HashSet<String>>,
    /// Networks that a platform defines.
    pub(super) networks: &'a [String],
    /// Whether a platform defines the volumes that services use.
    pub(super) volumes: bool,
    /// What would decide whether a name of a section is defined after all.
    pub(super) doubt: Option<&'a Doubt<'a>>,
}

/// Checks a normal form; only the services in it count as there. Returns the places of the references that are defined.
pub(super) fn check(project: &Node, around: &Around<'_>, problems: &mut Vec<Problem>) -> Vec<Span> {
    let mut check = Check { project, around, resolved: Vec::new(), sections: HashMap::new() };
    for entry in section(project, "services") {
        check.service(entry, problems);
    }
    check.resources(problems);
    super::cycles::check(section(project, "services"), problems);
    check.resolved
}

fn section<'a>(project: &'a Node, name: &str) -> &'a [Entry] {
    project.get(name).and_then(Node::map).unwrap_or_default()
}

/// Whether every service says what to run; an overlay without its base does not.
pub(super) fn complete(project: &Node) -> bool {
    let services = project.get("services").and_then(Node::map).unwrap_or_default();
    services.iter().all(|e| runnable(&e.value))
}

fn runnable(service: &Node) -> bool {
    let opaque = service.map().is_none_or(|all| all.iter().any(|e| e.key.known().is_none()));
    let image = service.get("image").and_then(Node::text).is_some_and(|t| !t.is_empty());
    opaque
        || image
        || service.get("extends").is_some()
        || service.get("build").is_some()
        || service.get("provider").is_some()
}

struct Check<'a> {
    project: &'a Node,
    around: &'a Around<'a>,
    resolved: Vec<Span>,
    /// By the name of a section, what it defines.
    sections: HashMap<&'static str, Defined<'a>>,
}

/// What a section defines.
struct Defined<'a> {
    names: HashSet<&'a str>,
    /// Whether it may define any name.
    open: bool,
}

impl<'a> Check<'a> {
    fn section(&self, name: &str) -> &'a [Entry] {
        section(self.project, name)
    }

    /// Whether `name` is defined in `section`, or may be.
    fn defined(&mut self, section: &'static str, name: &str) -> bool {
        let defined = self.sections.entry(section).or_insert_with(|| {
            let node = self.project.get(section);
            let opaque = node.is_some_and(|n| n.map().is_none() && !n.is_null());
            let entries = self::section(self.project, section);
            let open = opaque || entries.iter().any(|e| e.key.known().is_none());
            Defined { names: entries.iter().filter_map(|e| e.key.known()).collect(), open }
        });
        let elsewhere = section == "services" && self.around.elsewhere.is_some_and(|all| all.contains(name));
        let network = || section == "networks" && self.around.networks.iter().any(|n| n == name);
        let made = section == "volumes" && self.around.volumes || network();
        defined.open || elsewhere || made || defined.names.contains(name)
    }

    fn service(&mut self, entry: &Entry, problems: &mut Vec<Problem>) {
        let (service, name) = (&entry.value, &entry.key.text().map(Text::display).unwrap_or_default());
        if !runnable(service) {
            problems.push(Problem::new(
                ProblemKind::Refused,
                format!("`{name}` has neither image nor build"),
                entry.key.span(),
            ));
        }
        self.references(name, service, problems);
        exclusive(service, problems);
        distinct(name, service, problems);
        mounted_twice(service, problems);
        long_forms(service, problems);
        let Some(test) = service.path(&["healthcheck", "test"]).and_then(Node::seq).and_then(<[Node]>::first) else {
            return;
        };
        if test.known().is_some_and(|t| !matches!(t, "CMD" | "CMD-SHELL" | "NONE")) {
            let problem = Problem::new(
                ProblemKind::InvalidValue,
                "a healthcheck's test starts with CMD, CMD-SHELL or NONE",
                test.span(),
            );
            problems.push(problem);
        }
    }

    fn references(&mut self, name: &str, service: &Node, problems: &mut Vec<Problem>) {
        let around = self.around;
        let mut resolved = Vec::new();
        let mut need = |section: &'static str, what: &str, wanted: &Text| {
            let Some(known) = wanted.known() else { return };
            if self.defined(section, known) {
                resolved.push(wanted.span());
                return;
            }
            let off = section == "services" && self.around.disabled.iter().any(|d| d == known);
            let why = if off { "no active profile takes in" } else { "nothing defines" };
            let message = format!("the service `{name}` uses the {what} `{known}`, which {why}");
            let problem = Problem::new(ProblemKind::UndefinedReference, message, wanted.span());
            let path = section == "volumes" && known.contains('/');
            let help = if path {
                format!("write `./{known}` for a path beside the file; no volume has a `/` in its name")
            } else {
                suggestion(self.section(section), section, known)
            };
            let problem = problem.help(help);
            let doubt = self.around.doubt.and_then(|doubt| doubt(section, known));
            problems.push(match doubt {
                Some(doubt) => problem.doubt(doubt),
                None => problem,
            });
        };
        for network in service.get("networks").and_then(Node::map).unwrap_or_default() {
            if let Some(key) = network.key.text() {
                need("networks", "network", key);
            }
        }
        for mount in service.get("volumes").and_then(Node::seq).unwrap_or_default() {
            let volume = mount.get("type").and_then(Node::known) == Some("volume");
            let source = mount.get("source").and_then(Node::text).filter(|s| volume && !s.is_empty());
            if let Some(source) = source {
                need("volumes", "volume", source);
            }
        }
        for (section, what, path) in [
            ("secrets", "secret", &["secrets"][..]),
            ("secrets", "secret", &["build", "secrets"][..]),
            ("configs", "config", &["configs"][..]),
        ] {
            let uses = service.path(path).and_then(Node::seq).unwrap_or_default();
            let sources = uses.iter().filter_map(|u| u.get("source")).filter_map(Node::text);
            for source in sources {
                need(section, what, source);
            }
        }
        for model in service.get("models").and_then(Node::map).unwrap_or_default() {
            if let Some(key) = model.key.text() {
                need("models", "model", key);
            }
        }
        for dependency in service.get("depends_on").and_then(Node::map).unwrap_or_default() {
            let optional = dependency.value.get("required").and_then(Node::known) == Some("false");
            let off = dependency.key.known().is_some_and(|k| around.disabled.iter().any(|d| d == k));
            let Some(key) = dependency.key.text().filter(|_| !(optional && off)) else { continue };
            need("services", "service", key);
        }
        self.resolved.append(&mut resolved);
    }

    fn resources(&self, problems: &mut Vec<Problem>) {
        for (section, ways) in
            [("secrets", &["file", "environment"][..]), ("configs", &["file", "environment", "content"])]
        {
            for entry in self.section(section) {
                let given: Vec<&&str> = ways.iter().filter(|w| entry.value.get(w).is_some()).collect();
                let others: &[&str] = if section == "secrets" { &["external"] } else { &["external", "driver"] };
                let other = others.iter().any(|k| entry.value.get(k).is_some());
                let opaque = entry.value.map().is_none_or(|all| all.iter().any(|e| e.key.known().is_none()));
                if opaque && !entry.value.is_null() || given.len() == 1 || (given.is_empty() && other) {
                    continue;
                }
                let message =
                    format!("`{}` needs exactly one of {}", entry.key.known().unwrap_or_default(), ways.join(", "));
                problems.push(Problem::new(ProblemKind::InvalidValue, message, entry.key.span()));
            }
        }
        for entry in self.section("volumes") {
            if entry.value.get("external").and_then(Node::known) != Some("true") {
                continue;
            }
            let extra =
                entry.value.map().unwrap_or_default().iter().filter_map(|e| Some((e.key.known()?, e.key.span())));
            for (key, span) in extra.filter(|(k, _)| !matches!(*k, "name" | "external") && !k.starts_with("x-")) {
                let message = format!("an external volume is made elsewhere, so `{key}` can't be said here");
                problems.push(Problem::new(ProblemKind::InvalidValue, message, span));
            }
        }
    }
}

fn suggestion(section: &[Entry], name: &str, wanted: &str) -> String {
    let names = section.iter().filter_map(|e| e.key.known()).take(MOST);
    match names.filter_map(|n| Some((slips(n, wanted, (n.len() / 3).max(1))?, n))).min() {
        Some((_, near)) => format!("did you mean `{near}`?"),
        None if name == "services" => "define the service, or drop the reference".to_owned(),
        None => format!("add `{wanted}:` below the top-level `{name}:`"),
    }
}

/// Keys that docker compose does not take together.
fn exclusive(service: &Node, problems: &mut Vec<Problem>) {
    let mode = service.get("network_mode").filter(|m| m.text().is_some_and(|t| !t.is_empty()));
    if let (Some(mode), Some(networks)) = (mode, service.get("networks"))
        && networks.map().is_some_and(|n| !n.is_empty())
    {
        let problem =
            Problem::new(ProblemKind::InvalidValue, "`network_mode` and `networks` exclude each other", mode.span());
        problems.push(problem.label(networks.span(), "the networks").help("keep one of the two"));
    }
    let platform = service.get("platform").and_then(Node::text);
    let platforms = service.path(&["build", "platforms"]).and_then(Node::seq).filter(|p| !p.is_empty());
    if let (Some(platform), Some(platforms)) = (platform, platforms)
        && let Some(known) = platform.known().filter(|p| !p.is_empty())
        && platforms.iter().all(|p| p.known().is_some_and(|p| p != known))
    {
        let message = format!("`build.platforms` does not name the service's platform `{known}`");
        problems.push(Problem::new(ProblemKind::InvalidValue, message, platform.span()));
    }
    if let (Some(_), Some(inline)) =
        (service.path(&["build", "dockerfile"]), service.path(&["build", "dockerfile_inline"]))
    {
        let problem = Problem::new(
            ProblemKind::InvalidValue,
            "`dockerfile` and `dockerfile_inline` exclude each other",
            inline.span(),
        );
        problems.push(problem);
    }
}

/// Limits that are said twice must be said alike.
fn distinct(name: &str, service: &Node, problems: &mut Vec<Problem>) {
    let number = |path: &[&str]| {
        let text = service.path(path).and_then(tree::text)?;
        let value = text.known()?.parse::<f64>().ok().filter(|n| *n != 0.0)?;
        Some((value.to_string(), text.span()))
    };
    let size = |path: &[&str]| {
        let text = service.path(path).and_then(tree::text)?;
        let value = units::bytes(text.known()?).filter(|n| *n != 0)?;
        Some((value.to_string(), text.span()))
    };
    let limits = service.path(&["deploy", "resources", "limits"]).is_some();
    let reserved = service.path(&["deploy", "resources", "reservations"]).is_some();
    let differ = |a: Option<(String, Span)>, b: Option<(String, Span)>, there: bool| match (a, b) {
        (Some(a), b) if there && Some(&a.0) != b.as_ref().map(|b| &b.0) => Some(a.1),
        _ => None,
    };
    let pairs = [
        ("cpus", differ(number(&["cpus"]), number(&["deploy", "resources", "limits", "cpus"]), limits)),
        ("mem_limit", differ(size(&["mem_limit"]), size(&["deploy", "resources", "limits", "memory"]), limits)),
        (
            "mem_reservation",
            differ(size(&["mem_reservation"]), size(&["deploy", "resources", "reservations", "memory"]), reserved),
        ),
        ("pids_limit", differ(number(&["pids_limit"]), number(&["deploy", "resources", "limits", "pids"]), limits)),
    ];
    for (key, span) in pairs.into_iter().filter_map(|(key, span)| Some((key, span?))) {
        let message = format!("`{key}` differs from what `deploy.resources` says");
        problems.push(Problem::new(ProblemKind::InvalidValue, message, span).help("keep one of the two"));
    }
    let (scale, replicas) = (number(&["scale"]), number(&["deploy", "replicas"]));
    if let (Some(scale), Some(replicas)) = (&scale, &replicas)
        && scale.0 != replicas.0
    {
        problems.push(Problem::new(ProblemKind::InvalidValue, "`scale` differs from `deploy.replicas`", scale.1));
    }
    let many = scale.or(replicas).filter(|(n, _)| n.parse::<f64>().is_ok_and(|n| n > 1.0));
    if let (Some((_, span)), Some(container)) = (many, service.get("container_name")) {
        let message = format!("`{name}` has a container name, which only one container can have");
        problems.push(
            Problem::new(ProblemKind::InvalidValue, message, container.span()).label(span, "more than one container"),
        );
    }
}

/// What only long forms can say wrongly.
fn long_forms(service: &Node, problems: &mut Vec<Problem>) {
    for mount in service.get("volumes").and_then(Node::seq).unwrap_or_default() {
        if mount.get("type").and_then(Node::known) == Some("bind") && mount.get("source").is_none() {
            problems.push(Problem::new(ProblemKind::InvalidValue, "a bind mount needs a `source`", mount.span()));
        }
    }
    let paths = [&["deploy", "resources", "reservations", "devices"][..], &["gpus"]];
    for request in paths.iter().filter_map(|p| service.path(p)).filter_map(Node::seq).flatten() {
        if let (Some(_), Some(ids)) = (request.get("count"), request.get("device_ids")) {
            problems.push(Problem::new(
                ProblemKind::InvalidValue,
                "`count` and `device_ids` exclude each other",
                ids.span(),
            ));
        }
    }
}

/// Two mounts on one path.
fn mounted_twice(service: &Node, problems: &mut Vec<Problem>) {
    let tmpfs = service.get("tmpfs").and_then(Node::seq).unwrap_or_default().iter().filter_map(|t| {
        let text = t.text()?;
        Some(text.split_once(':').map_or_else(|| text.clone(), |(path, _)| path))
    });
    let mounts = service.get("volumes").and_then(Node::seq).unwrap_or_default().iter();
    let targets = mounts.filter_map(|m| m.get("target")).filter_map(Node::text).cloned();
    let mut seen: HashMap<String, Span> = HashMap::new();
    for target in tmpfs.chain(targets) {
        let Some(known) = target.known() else { continue };
        if let Some(first) = seen.get(known) {
            let problem = Problem::new(ProblemKind::InvalidValue, format!("`{known}` is mounted twice"), target.span());
            problems.push(problem.label(*first, "first here"));
        } else {
            seen.insert(known.to_owned(), target.span());
        }
    }
}
