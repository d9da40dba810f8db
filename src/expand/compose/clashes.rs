//! What docker compose accepts and `up` then fails on: host ports and names taken twice, dependencies on services that a profile
//! keeps out, restart policies that do not exist, names that no image can have.
//!
//! Profiles are judged one by one: services clash when one profile, or none, starts them all.

use super::ports::range;
use super::reference::is_reference;
use super::switched::Switched;
use super::tree;
use crate::problem::{Problem, ProblemKind};
use crate::source::Span;
use crate::text::Text;
use crate::text::slip::slips;
use crate::yaml::{Entry, Node};

/// Comparing ports pair by pair stops making sense beyond this many.
const MAX_PORTS: usize = 2_000;

/// Checks a normal form with all its profiles.
pub(super) fn check(project: &Node, switched: &Switched<'_>, problems: &mut Vec<Problem>) {
    let services = project.get("services").and_then(Node::map).unwrap_or_default();
    let networks = project.get("networks").and_then(Node::map).unwrap_or_default();
    host_ports(services, networks, problems);
    container_names(services, problems);
    for entry in services {
        dependencies(entry, services, switched, problems);
        if let Some(restart) = entry.value.get("restart").and_then(Node::text) {
            restart_policy(restart, problems);
        }
        if let Some(image) = entry.value.get("image").and_then(Node::text) {
            image_reference(image, problems);
        }
        if let Some(name) = entry.value.get("container_name").and_then(Node::text) {
            container_name(name, problems);
        }
    }
}

/// The profiles of a service; `None` where one is not known.
fn profiles(service: &Node) -> Option<Vec<&str>> {
    match service.get("profiles") {
        None => Some(Vec::new()),
        Some(node) => node.seq()?.iter().map(Node::known).collect(),
    }
}

/// Whether one profile, or none at all, starts both services.
fn together(a: &Node, b: &Node) -> bool {
    match (profiles(a), profiles(b)) {
        (Some(a), Some(b)) => a.is_empty() || b.is_empty() || a.iter().any(|p| b.contains(p)),
        _ => false,
    }
}

/// Whether one profile, or none at all, starts all of them.
pub(super) fn all_together(services: &[&Node]) -> bool {
    let Some(all) = services.iter().map(|s| profiles(s)).collect::<Option<Vec<_>>>() else { return false };
    let mut limited = all.iter().filter(|p| !p.is_empty());
    let Some(first) = limited.next() else { return true };
    let rest: Vec<_> = limited.collect();
    first.iter().any(|profile| rest.iter().all(|others| others.contains(profile)))
}

/// Whether all profiles that two services share are written once: one of the two is the pattern that the other extends,
/// kept from starting by a profile that nobody switches on.
fn pattern(a: &Node, b: &Node) -> bool {
    let items = |service: &Node| service.get("profiles").and_then(Node::seq).unwrap_or_default().to_vec();
    let (a, b) = (items(a), items(b));
    let shared: Vec<_> = a.iter().filter_map(|p| Some((p, b.iter().find(|q| q.known() == p.known())?))).collect();
    let others = shared.len() < a.len().max(b.len());
    others && !shared.is_empty() && shared.iter().all(|(p, q)| p.span() == q.span())
}

/// Whether a profile keeps one of two services from starting. Where what both publish is written once, it is for
/// `docker compose run`, which publishes nothing.
fn kept_out(a: &Node, b: &Node) -> bool {
    [a, b].into_iter().any(|service| profiles(service).is_some_and(|p| !p.is_empty()))
}

/// Whether a service has addresses of its own on each of its networks, so that it may take no port of the host: networks of
/// another driver than `bridge`, or somebody else's on which it has a fixed address.
fn addressed(service: &Node, networks: &[Entry]) -> bool {
    let own = service.get("networks").and_then(Node::map).unwrap_or_default();
    let apart = |entry: &Entry| {
        let Some(network) = networks.iter().find(|n| n.key.known() == entry.key.known()) else { return false };
        let driver = network.value.get("driver").and_then(Node::text);
        let external = network.value.get("external").is_some_and(|n| !n.is_null() && n.known() != Some("false"));
        let fixed = entry.value.get("ipv4_address").is_some_and(|n| !n.is_null());
        driver.is_some_and(|d| !matches!(d.known(), Some("bridge" | "default" | "overlay"))) || external && fixed
    };
    !own.is_empty() && own.iter().all(apart)
}

/// One published port, all of it known.
struct Published<'a> {
    name: &'a str,
    service: &'a Node,
    address: String,
    protocol: String,
    from: u32,
    to: u32,
    span: Span,
    /// Whether a swarm takes the port of the node that the service runs on, and of no other.
    on_node: bool,
    /// The variable that an env file may set to another port.
    variable: Option<String>,
}

fn published<'a>(entry: &'a Entry, networks: &[Entry], out: &mut Vec<Published<'a>>) {
    let Some(name) = entry.key.known() else { return };
    if entry.value.get("network_mode").and_then(Node::known) == Some("host") || addressed(&entry.value, networks) {
        return;
    }
    for port in entry.value.get("ports").and_then(Node::seq).unwrap_or_default() {
        let field = |key: &str, default: &str| match port.get(key).and_then(tree::text) {
            Some(text) => text.known().map(str::to_owned),
            None => Some(default.to_owned()),
        };
        let (Some(address), Some(protocol)) = (field("host_ip", ""), field("protocol", "tcp")) else { continue };
        let Some(text) = port.get("published").and_then(tree::text) else { continue };
        let Some(Ok((from, to))) = text.known().map(range) else { continue };
        // Of a range, the engine picks a free one.
        if from == 0 || from != to {
            continue;
        }
        let variable = text.variables().first().map(|v| v.name.clone());
        let on_node = port.get("mode").and_then(Node::known) == Some("host");
        let (service, span) = (&entry.value, text.span());
        out.push(Published { name, service, address, protocol, from, to, span, on_node, variable });
    }
}

fn host_ports(services: &[Entry], networks: &[Entry], problems: &mut Vec<Problem>) {
    let mut all = Vec::new();
    for entry in services {
        published(entry, networks, &mut all);
    }
    all.truncate(MAX_PORTS);
    let mut by_port: std::collections::BTreeMap<(u32, &str), Vec<&Published<'_>>> = std::collections::BTreeMap::new();
    for port in &all {
        by_port.entry((port.from, port.protocol.as_str())).or_default().push(port);
    }
    for ports in by_port.values() {
        for (at, later) in ports.iter().enumerate() {
            let clash = ports[..at].iter().find(|e| {
                let both = overlap(&e.address, &later.address) && together(e.service, later.service);
                let once = e.span == later.span;
                let apart = e.on_node && later.on_node && placed_apart(e.service, later.service);
                both && !apart && !(once && kept_out(e.service, later.service))
            });
            let Some(first) = clash else { continue };
            let message = if first.name == later.name {
                format!("`{}` publishes the host port {}/{} twice", later.name, later.to, later.protocol)
            } else {
                format!(
                    "`{}` and `{}` both publish the host port {}/{}",
                    first.name, later.name, later.to, later.protocol
                )
            };
            let problem = Problem::new(ProblemKind::DuplicateHostPort, message, later.span);
            problems.push(
                if first.variable.is_some() && later.variable.is_some() && first.variable != later.variable {
                    problem
                        .label(first.span, "taken here by a default")
                        .help("give one of the two defaults another port: only an env file that sets both parts them")
                } else {
                    problem
                        .label(first.span, "taken here first")
                        .help("publish one of them on another host port, or on another address")
                },
            );
        }
    }
}

fn container_names(services: &[Entry], problems: &mut Vec<Problem>) {
    let named = services.iter().filter_map(|e| Some((e, e.value.get("container_name")?.text()?)));
    let all: Vec<(&Entry, &Text)> = named.filter(|(_, name)| name.known().is_some_and(|n| !n.is_empty())).collect();
    for (at, (entry, name)) in all.iter().enumerate().take(MAX_PORTS) {
        let clash = all[..at].iter().find(|(earlier, other)| {
            let both = other.known() == name.known() && together(&earlier.value, &entry.value);
            both && !(other.span() == name.span() && pattern(&earlier.value, &entry.value))
        });
        let Some((first, other)) = clash else { continue };
        let (own, theirs) = (entry.key.known().unwrap_or_default(), first.key.known().unwrap_or_default());
        let limited = [&first.value, &entry.value].into_iter().filter_map(profiles).find(|all| !all.is_empty());
        let message = format!(
            "`{theirs}` and `{own}` both call their container `{}`: {}the engine refuses the second",
            name.known().unwrap_or_default(),
            limited.map(|all| format!("with the profile {} ", list(&all))).unwrap_or_default()
        );
        let problem = Problem::new(ProblemKind::DuplicateContainerName, message, name.span())
            .label(other.span(), "taken here first");
        problems.push(problem.help("give each its own name, or leave `container_name` out"));
    }
}

/// Whether both addresses listen on one and the same. All addresses of IPv4 and all of IPv6 are two: the engine binds
/// each for its own.
fn overlap(a: &str, b: &str) -> bool {
    let any = |all: &str, one: &str| match all {
        "" => true,
        "0.0.0.0" => !one.contains(':'),
        "::" => one.is_empty() || one.contains(':'),
        _ => false,
    };
    a == b || any(a, b) || any(b, a)
}

/// Whether a swarm keeps both services on different nodes, as far as their constraints say.
fn placed_apart(a: &Node, b: &Node) -> bool {
    let constraints = |service: &Node| {
        let all = service.path(&["deploy", "placement", "constraints"]).and_then(Node::seq).unwrap_or_default();
        all.iter().map(|c| c.known().map(str::to_owned)).collect::<Vec<_>>()
    };
    let (a, b) = (constraints(a), constraints(b));
    !a.is_empty() && !b.is_empty() && (a != b || a.contains(&None))
}

fn dependencies(entry: &Entry, services: &[Entry], switched: &Switched<'_>, problems: &mut Vec<Problem>) {
    let (Some(name), Some(own)) = (entry.key.known(), profiles(&entry.value)) else { return };
    for dependency in entry.value.get("depends_on").and_then(Node::map).unwrap_or_default() {
        if dependency.value.get("required").is_some_and(|r| r.known() != Some("true")) {
            continue;
        }
        let target = services.iter().find(|e| tree::same_key(&e.key, &dependency.key) && e.key.known().is_some());
        let Some((target, theirs)) = target.and_then(|t| Some((t, profiles(&t.value)?))) else { continue };
        // Who switches one profile on may be meant to switch another one on as well.
        if theirs.is_empty() || !own.is_empty() {
            continue;
        }
        // Where the tree starts projects with it, nobody knows whether this one is ever started without.
        if theirs.iter().any(|profile| switched.on(profile)) {
            continue;
        }
        let other = target.key.known().unwrap_or_default();
        let message = format!(
            "`{name}` starts without a profile and depends on `{other}`, which starts only with {}",
            list(&theirs)
        );
        let place = target.value.get("profiles").map_or(target.key.span(), Node::span);
        let problem = Problem::new(ProblemKind::ProfileDependency, message, dependency.key.span())
            .label(place, format!("`{other}` is kept out here"))
            .help("give both services the same profiles, or set `required: false` on the dependency");
        problems.push(problem);
    }
}

fn list(profiles: &[&str]) -> String {
    profiles.iter().map(|p| format!("`{p}`")).collect::<Vec<_>>().join(" or ")
}

fn restart_policy(restart: &Text, problems: &mut Vec<Problem>) {
    let Some(known) = restart.known() else { return };
    let retries = known
        .strip_prefix("on-failure")
        .map(|rest| rest.is_empty() || rest.strip_prefix(':').is_some_and(|n| n.chars().all(|c| c.is_ascii_digit())));
    if matches!(known, "" | "no" | "always" | "unless-stopped") || retries == Some(true) {
        return;
    }
    let message = "`restart` is one of `no`, `always`, `on-failure[:retries]`, `unless-stopped`";
    let name = known.split(':').next().unwrap_or(known).to_ascii_lowercase();
    let policies = ["no", "always", "on-failure", "unless-stopped"];
    let near = policies.iter().filter_map(|p| Some((slips(&name, p, (p.len() / 3).max(1))?, *p))).min();
    let problem = Problem::new(ProblemKind::InvalidValue, message, restart.span());
    problems.push(match near {
        Some((_, policy)) => problem.help(format!("did you mean `{policy}`?")),
        None => problem,
    });
}

/// The engine takes letters, digits, `_`, `.` and `-` in a container's name, two of them at least.
fn container_name(name: &Text, problems: &mut Vec<Problem>) {
    let Some(known) = name.known().filter(|known| !known.is_empty()) else { return };
    let bare = known.strip_prefix('/').unwrap_or(known);
    let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if bare.len() > 1 && bare.chars().all(valid) && bare.starts_with(|c: char| c.is_ascii_alphanumeric())
        || crate::problem::is_placeholder(known)
    {
        return;
    }
    let message = format!("`{known}` is no name for a container: the engine refuses it");
    let help = "write two or more letters and digits, also with `_`, `.` and `-` behind the first";
    problems.push(Problem::new(ProblemKind::InvalidValue, message, name.span()).help(help));
}

/// An image is named by a reference.
fn image_reference(image: &Text, problems: &mut Vec<Problem>) {
    let Some(known) = image.known().filter(|known| !known.is_empty()) else { return };
    if is_reference(known) {
        return;
    }
    // `ghcr.io/OWNER/APP_NAME:latest` of a template asks to be filled in.
    let shouted = |part: &str| part.len() > 2 && part.chars().all(|c| c.is_ascii_uppercase() || matches!(c, '_' | '-'));
    if known.split(['/', ':']).any(|part| shouted(part) || crate::problem::is_placeholder(part)) {
        return;
    }
    let capital = known.rsplit('/').next().is_some_and(|last| last.contains(char::is_uppercase));
    let small = capital && is_reference(&known.to_lowercase());
    let help =
        if small { "the name of an image is in small letters" } else { "write `name:tag`, or `name@sha256:…`" };
    let message = format!("`{known}` is no reference to an image: the engine refuses it");
    problems.push(Problem::new(ProblemKind::InvalidValue, message, image.span()).help(help));
}
