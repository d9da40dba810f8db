//! Keys of a `.container` that the generator takes, and that do not do what they say beside the others of the file and its drop-ins.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};

use super::quadlet::{file_name, texts};
use crate::document::{Body, Document, Kind};
use crate::expand::Deployment;
use crate::model::fact::{Field, Value};
use crate::source::Span;
use crate::syntax::unit::{Directive, Unit, effective, environment};
use crate::text::Text;

/// Keys that podman refuses for a container of a pod, or that take it out of it (`Network`).
const OF_POD: &[&str] = &["PublishPort", "AddHost", "Network"];

/// How long systemd waits for a service to stop, where nothing says otherwise.
const WAITS: u64 = 90;

/// Variables that systemd itself gives to services, or hands on.
const GIVEN: &[&str] = &["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TERM", "TZ"];

/// By folder, key and value: the file that takes it, and its value there.
type Taken<'u> = HashMap<(String, &'static str, String), (&'u str, &'u Text)>;

/// What all units and scripts of a tree say; each part is collected when a key asks for it.
#[derive(Default)]
pub(super) struct Tree<'u> {
    /// By the name of a unit: what `[Service]` of its files says.
    services: OnceCell<HashMap<String, Service>>,
    /// The files that make networks and volumes with a name of their own, or that drop-ins change.
    named: OnceCell<HashSet<&'u str>>,
    /// The words of the lines that make or name something.
    made: OnceCell<HashSet<&'u str>>,
    /// What the enabled files of a folder take for themselves, by folder, key and value: the first of each.
    taken: OnceCell<Taken<'u>>,
}

/// What `[Service]` of a unit says.
#[derive(Debug, Clone, Copy, Default)]
struct Service {
    /// How long systemd waits for it to stop.
    waits: bool,
    /// Variables that systemd has for its commands.
    replaces: bool,
}

impl<'u> Tree<'u> {
    fn service(&self, deployment: &'u Deployment, document: &Document) -> Service {
        let all = self.services.get_or_init(|| {
            let mut found: HashMap<String, Service> = HashMap::new();
            for document in &deployment.documents {
                let Body::Unit(unit) = &document.body else { continue };
                let one = found.entry(unit_name(document)).or_default();
                for key in unit.directives.iter().filter(|d| d.section == "Service").map(|d| d.key.known()) {
                    one.waits |= matches!(key, None | Some("TimeoutStopSec" | "TimeoutSec"));
                    one.replaces |= key.is_none_or(|k| k.contains("Environment"));
                }
            }
            found
        });
        let own = unit_name(document);
        // A unit's own files, those of all containers, and of those whose names begin alike: `app-.container`.
        let dashes = own.match_indices('-').filter_map(|(at, _)| Some(format!("{}.container", own.get(..=at)?)));
        let names = ["container".to_owned(), own.clone()].into_iter().chain(dashes);
        let mut found = Service::default();
        for service in names.filter_map(|name| all.get(&name)) {
            found.waits |= service.waits;
            found.replaces |= service.replaces;
        }
        found
    }

    /// The value of another enabled file of the folder that takes the same name of a container, or the same port.
    fn taken(&self, deployment: &'u Deployment, path: &str, key: &str, value: &Text) -> Option<&'u Text> {
        let all = self.taken.get_or_init(|| {
            let mut found = Taken::new();
            for document in &deployment.documents {
                let Body::Unit(unit) = &document.body else { continue };
                for (key, value, text) in takes(document, unit) {
                    found
                        .entry((folder(&document.path).to_owned(), key, value))
                        .or_insert((document.path.as_str(), text));
                }
            }
            found
        });
        let (key, value) = claim(key, value)?;
        let (other, text) = all.get(&(folder(path).to_owned(), key, value))?;
        // `app.container` and `app-gpu.container`: one of the two is installed.
        let stem = |path: &'_ str| path.trim_end_matches(".container").to_owned();
        let (one, two) = (stem(path), stem(other));
        let variant =
            |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with(['-', '_', '.']));
        (*other != path && !variant(&one, &two) && !variant(&two, &one)).then_some(text)
    }

    /// Whether the file at `path` makes a network or a volume without a name of its own, and nothing makes the one
    /// called `name`.
    fn prefixed(&self, deployment: &'u Deployment, path: &str, name: &str) -> bool {
        let at = deployment.paths.partition_point(|p| p.as_str() < path);
        let near = deployment.paths.get(at..).unwrap_or_default().iter().take_while(|p| p.starts_with(path));
        let ends = |p: &String| p.strip_prefix(path).map(str::to_owned);
        let near: Vec<String> = near.filter_map(ends).collect();
        // A drop-in may name it.
        if near.is_empty() || near.iter().any(|end| end.starts_with(".d/")) {
            return false;
        }
        let named = self.named.get_or_init(|| {
            let units = deployment.documents.iter().filter(|d| match &d.body {
                Body::Unit(unit) => ["Volume", "Network"].iter().any(|k| unit.get(k, &format!("{k}Name")).is_some()),
                _ => false,
            });
            units.map(|d| d.path.as_str()).collect()
        });
        let made = self.made.get_or_init(|| {
            let texts = deployment.texts_of(&[Kind::Script, Kind::AnsibleTasks, Kind::AnsiblePlaybook]);
            let lines = texts.flat_map(str::lines).filter(|l| l.contains("create") || l.contains("name:"));
            lines.flat_map(|line| line.split(|c: char| !(c.is_ascii_alphanumeric() || "_.-".contains(c)))).collect()
        });
        let own = near.iter().any(|end| named.contains(format!("{path}{end}").as_str()));
        !own && !made.contains(name)
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What a `.container` file that starts at boot, beside any other, takes for itself.
fn takes<'u>(document: &'u Document, unit: &'u Unit) -> Vec<(&'static str, String, &'u Text)> {
    let name = file_name(document);
    let enabled = ["WantedBy", "RequiredBy"].iter().any(|key| unit.get("Install", key).is_some());
    let apart = unit.get("Unit", "Conflicts").is_some() || unit.get("Container", "Pod").is_some();
    let on_host = unit.get("Container", "Network").is_some_and(|n| {
        n.value.known() != Some("bridge") && n.value.known().is_none_or(|v| !v.ends_with(".network") && v != "pasta")
    });
    if !name.ends_with(".container") || name.contains('@') || !enabled || apart || !document.text.is_known() {
        return Vec::new();
    }
    let own = unit.directives.iter().filter(|d| d.section == "Container" && !d.reset);
    let all = own.filter_map(|d| d.key.known().and_then(|key| claim(key, &d.value)).map(|(k, v)| (k, v, &d.value)));
    all.filter(|(key, ..)| *key == "ContainerName" || !on_host).collect()
}

/// What a key takes for its file alone: a name, or a port of all addresses of the host.
fn claim(key: &str, value: &Text) -> Option<(&'static str, String)> {
    let value = value.known()?;
    if key == "ContainerName" {
        return (!value.contains('%') && !value.is_empty()).then(|| ("ContainerName", value.to_owned()));
    }
    let (mapping, protocol) = value.split_once('/').unwrap_or((value, "tcp"));
    let mut parts = mapping.rsplit(':').skip(1);
    let (host, address) = (parts.next()?, parts.next().unwrap_or(""));
    let plain = key == "PublishPort"
        && matches!(address, "" | "0.0.0.0" | "127.0.0.1")
        && host.chars().all(|c| c.is_ascii_digit());
    (plain && !host.is_empty())
        .then(|| ("PublishPort", format!("{host}/{protocol}/{}", address.trim_start_matches("0.0.0.0"))))
}

/// A file whose keys are looked at, and what it says all together: each answer is found once, where a key asks.
pub(super) struct Beside<'u> {
    tree: &'u Tree<'u>,
    deployment: &'u Deployment,
    document: &'u Document,
    unit: &'u Unit,
    of_pod: OnceCell<bool>,
    /// By file: whether it makes something with `systemd-` in front of its name.
    prefixed: RefCell<HashMap<String, bool>>,
    service: OnceCell<Service>,
    names: OnceCell<HashSet<String>>,
    /// The places of what the file takes for itself.
    own: OnceCell<HashSet<Span>>,
    host: OnceCell<Option<&'u Text>>,
    reads_file: OnceCell<bool>,
}

impl<'u> Beside<'u> {
    pub(super) fn of(tree: &'u Tree<'u>, deployment: &'u Deployment, document: &'u Document, unit: &'u Unit) -> Self {
        Self {
            tree,
            deployment,
            document,
            unit,
            of_pod: OnceCell::new(),
            prefixed: RefCell::default(),
            service: OnceCell::new(),
            names: OnceCell::new(),
            own: OnceCell::new(),
            host: OnceCell::new(),
            reads_file: OnceCell::new(),
        }
    }

    /// Whether it is a container of a pod.
    fn of_pod(&self) -> bool {
        let pod = || self.unit.get("Container", "Pod").and_then(|pod| pod.value.known());
        *self.of_pod.get_or_init(|| pod().is_some_and(|v| !v.is_empty()))
    }

    /// What another file of its folder takes as well, where both start at boot.
    fn taken(&self, key: &str, value: &Text) -> Option<&'u Text> {
        let all = || takes(self.document, self.unit).into_iter().map(|(_, _, text)| text.span()).collect();
        self.own.get_or_init(all).get(&value.span())?;
        self.tree.taken(self.deployment, &self.document.path, key, value)
    }

    /// The `Network=` that gives it the host's own network, where no other says anything else.
    fn host_network(&self) -> Option<&'u Text> {
        *self.host.get_or_init(|| {
            let all = effective(self.unit.directives.iter(), "Container", "Network");
            let [only] = all.as_slice() else { return None };
            (only.value.known() == Some("host")).then_some(&only.value)
        })
    }

    /// The file beside it that makes a network or a volume of this name, but for the `systemd-` in front of it.
    fn unprefixed(&self, key: &str, value: &Text) -> Option<String> {
        let name = value.known()?.split(':').next().filter(|n| !n.is_empty() && !n.contains(['/', '%', '$']))?;
        let file = format!("{name}.{}", key.to_ascii_lowercase());
        let known = self.prefixed.borrow().get(&file).copied();
        let prefixed = known.unwrap_or_else(|| {
            let folder =
                self.document.path.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
            self.tree.prefixed(self.deployment, &format!("{folder}{file}"), name)
        });
        self.prefixed.borrow_mut().insert(file.clone(), prefixed);
        prefixed.then_some(file)
    }

    /// A variable in braces that can only be meant of the file that `[Container]` names, which is an argument of podman.
    fn of_file(&self, exec: &Text) -> Option<Text> {
        let reads = || self.unit.get("Container", "EnvironmentFile").is_some();
        let value = exec.known().filter(|_| *self.reads_file.get_or_init(reads))?;
        let plain = |at: &usize| !value.get(..*at).is_some_and(|before| before.ends_with('$'));
        value.match_indices("${").map(|(at, _)| at).filter(plain).find_map(|at| {
            let name = value.get(at + 2..)?.split_once('}')?.0;
            let own = named(name) && name.contains('_') && !name.starts_with("XDG_") && !name.starts_with("DBUS_");
            own.then(|| exec.slice(at + 2..at + 2 + name.len()))
        })
    }

    /// What `[Service]` of the file, or of one that may belong to it, says.
    fn service(&self) -> Service {
        *self.service.get_or_init(|| self.tree.service(self.deployment, self.document))
    }

    /// The variables of the container that systemd does not have.
    fn names(&self) -> &HashSet<String> {
        self.names.get_or_init(|| {
            let container = self.unit.directives.iter().filter(|d| d.section == "Container");
            let all = container.flat_map(|d| match d.key.known() {
                Some("Environment") => environment(&d.value).iter().map(|(name, _)| name.value().to_owned()).collect(),
                Some("Secret") => secret(d.value.value()).map(str::to_owned).into_iter().collect(),
                _ => Vec::new(),
            });
            all.filter(|name| !GIVEN.contains(&name.as_str())).collect()
        })
    }
}

/// What is wrong with `directive` of a file, and what the finding is about.
pub(super) fn problem(beside: &Beside<'_>, directive: &Directive) -> Option<(&'static str, Field)> {
    if directive.section != "Container" {
        return None;
    }
    let name = directive.key.known()?;
    let nothing = Field::derived(Value::Null);
    match name {
        _ if OF_POD.contains(&name) && beside.of_pod() => {
            (!directive.value.value().is_empty()).then_some(("pod", nothing))
        }
        "PublishPort" => {
            let filled = !directive.value.value().is_empty();
            if let Some(network) = beside.host_network().filter(|_| filled) {
                return Some(("host", Field::text(network)));
            }
            Some(("taken", Field::text(beside.taken(name, &directive.value)?)))
        }
        "ContainerName" => Some(("taken", Field::text(beside.taken(name, &directive.value)?))),
        "Network" | "Volume" => {
            let file = beside.unprefixed(name, &directive.value)?;
            Some(("prefix", Field::at(file, directive.value.place())))
        }
        "StopTimeout" => {
            let seconds: u64 = directive.value.known()?.parse().ok()?;
            (seconds > WAITS && !beside.service().waits).then_some(("stop", nothing))
        }
        "Exec" => {
            let at = expanded(beside, &directive.value).or_else(|| beside.of_file(&directive.value))?;
            (!beside.service().replaces).then(|| ("expanded", Field::text(&at)))
        }
        "Environment" => {
            let words = texts(&directive.value);
            let colon = |w: &&Text| {
                w.is_known() && !w.value().contains('=') && w.value().split_once(':').is_some_and(|(n, _)| named(n))
            };
            let at = words.iter().find(colon)?;
            let name = at.value().find(':')?;
            Some(("colon", Field::text(&at.slice(0..name))))
        }
        _ => None,
    }
}

/// Whether a word is a variable's name, as people write them.
fn named(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    word.len() > 2 && word.chars().all(plain) && !word.starts_with(|c: char| c.is_ascii_digit())
}

/// The name of the unit that a file is, or that it is a drop-in of: `app.container`, `container` for those of all.
fn unit_name(document: &Document) -> String {
    let name = file_name(document);
    let folder = document.path.rsplit('/').nth(1).and_then(|f| f.strip_suffix(".d"));
    let name = folder.filter(|_| name.rsplit('.').next() == Some("conf")).unwrap_or(name);
    // What is laid over the service that the generator makes counts as well.
    name.strip_suffix(".service").map_or_else(|| name.to_owned(), |stem| format!("{stem}.container"))
}

/// A variable of the container in `Exec=`, which systemd replaces by one of its own.
///
/// systemd takes `$NAME` where it begins a word, when the quotes are gone, and `${NAME}` anywhere.
fn expanded(beside: &Beside<'_>, value: &Text) -> Option<Text> {
    texts(value).iter().find_map(|word| in_word(word, beside.names()))
}

/// The variable of `names` that systemd replaces in a word.
fn in_word(word: &Text, names: &HashSet<String>) -> Option<Text> {
    let text = word.value();
    let known_at = |at: usize, end: Option<char>| {
        let inside = text.get(at..).unwrap_or("");
        let length = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inside.len());
        let closed = end.is_none_or(|end| inside.get(length..).is_some_and(|rest| rest.starts_with(end)));
        let known = inside.get(..length).is_some_and(|name| names.contains(name));
        (closed && known).then(|| word.slice(at..at + length))
    };
    let bare = text.starts_with('$') && !text.starts_with("${") && !text.starts_with("$$");
    if bare {
        return known_at(1, None);
    }
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('$')).map(|at| at + from) {
        let rest = text.get(at + 1..).unwrap_or("");
        let found = if rest.starts_with('{') { known_at(at + 2, Some('}')) } else { None };
        if found.is_some() {
            return found;
        }
        from = at + if rest.starts_with('$') { 2 } else { 1 };
    }
    None
}

/// The variable in which a secret is given: `NAME,type=env[,target=VARIABLE]`.
fn secret(value: &str) -> Option<&str> {
    let mut parts = value.split(',').map(str::trim);
    let name = parts.next()?;
    let options: Vec<&str> = parts.collect();
    let target = options.iter().find_map(|o| o.strip_prefix("target="));
    options.contains(&"type=env").then(|| target.unwrap_or(name))
}
