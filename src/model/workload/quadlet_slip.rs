//! Keys of a `.container` that the generator takes, and that do not do what they say beside the others of the file and its drop-ins.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};

use super::quadlet::{file_name, texts};
use crate::document::{Body, Document, Kind};
use crate::expand::Deployment;
use crate::model::fact::{Field, Value};
use crate::syntax::unit::{Directive, Unit};
use crate::text::Text;

/// Keys that podman refuses for a container of a pod, or that take it out of it (`Network`).
const OF_POD: &[&str] = &["PublishPort", "AddHost", "Network"];

/// How long systemd waits for a service to stop, where nothing says otherwise.
const WAITS: u64 = 90;

/// Variables that systemd itself gives to services, or hands on.
const GIVEN: &[&str] = &["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TERM", "TZ"];

/// A file whose keys are looked at, and what it says all together: each answer is found once, where a key asks.
pub(super) struct Beside<'u> {
    deployment: &'u Deployment,
    document: &'u Document,
    unit: &'u Unit,
    of_pod: OnceCell<bool>,
    /// By file: whether it makes something with `systemd-` in front of its name.
    prefixed: RefCell<HashMap<String, bool>>,
    waits: OnceCell<bool>,
    replaces: OnceCell<bool>,
    names: OnceCell<HashSet<&'u str>>,
}

impl<'u> Beside<'u> {
    pub(super) fn of(deployment: &'u Deployment, document: &'u Document, unit: &'u Unit) -> Self {
        Self {
            deployment,
            document,
            unit,
            of_pod: OnceCell::new(),
            prefixed: RefCell::default(),
            waits: OnceCell::new(),
            replaces: OnceCell::new(),
            names: OnceCell::new(),
        }
    }

    /// Whether it is a container of a pod.
    fn of_pod(&self) -> bool {
        let pod = || self.unit.get("Container", "Pod").and_then(|pod| pod.value.known());
        *self.of_pod.get_or_init(|| pod().is_some_and(|v| !v.is_empty()))
    }

    /// The file beside it that makes a network or a volume of this name, but for the `systemd-` in front of it.
    fn unprefixed(&self, key: &str, value: &Text) -> Option<String> {
        let name = value.known()?.split(':').next().filter(|n| !n.is_empty() && !n.contains(['/', '%', '$']))?;
        let file = format!("{name}.{}", key.to_ascii_lowercase());
        let known = self.prefixed.borrow().get(&file).copied();
        let prefixed = known.unwrap_or_else(|| {
            let folder =
                self.document.path.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
            prefixed(self.deployment, &format!("{folder}{file}"), key, name)
        });
        self.prefixed.borrow_mut().insert(file.clone(), prefixed);
        prefixed.then_some(file)
    }

    /// Whether it says how long systemd waits for it to stop.
    fn waits(&self) -> bool {
        let told = |d: &Directive| matches!(d.key.known(), None | Some("TimeoutStopSec" | "TimeoutSec"));
        *self.waits.get_or_init(|| of_service(self.deployment, self.document, told))
    }

    /// Whether systemd has variables of its own for the command.
    fn replaces(&self) -> bool {
        let told = |d: &Directive| d.key.known().is_none_or(|k| k.contains("Environment"));
        *self.replaces.get_or_init(|| of_service(self.deployment, self.document, told))
    }

    /// The variables of the container that systemd does not have.
    fn names(&self) -> &HashSet<&'u str> {
        self.names.get_or_init(|| {
            let container = self.unit.directives.iter().filter(|d| d.section == "Container");
            let all = container.flat_map(|d| match d.key.known() {
                Some("Environment") => variables(d.value.value()),
                Some("Secret") => secret(d.value.value()).into_iter().collect(),
                _ => Vec::new(),
            });
            all.filter(|name| !GIVEN.contains(name)).collect()
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
        "Network" | "Volume" => {
            let file = beside.unprefixed(name, &directive.value)?;
            Some(("prefix", Field::at(file, directive.value.place())))
        }
        "StopTimeout" => {
            let seconds: u64 = directive.value.known()?.parse().ok()?;
            (seconds > WAITS && !beside.waits()).then_some(("stop", nothing))
        }
        "Exec" => {
            let at = expanded(beside, &directive.value)?;
            (!beside.replaces()).then(|| ("expanded", Field::text(&at)))
        }
        _ => None,
    }
}

/// Whether the tree has this file, which makes a network or a volume whose name has `systemd-` in front, and nothing that
/// makes the one called `name`.
fn prefixed(deployment: &Deployment, path: &str, key: &str, name: &str) -> bool {
    let at = deployment.paths.partition_point(|p| p.as_str() < path);
    let near = deployment.paths.get(at..).unwrap_or_default().iter().take_while(|p| p.starts_with(path));
    let near: Vec<&str> = near.map(String::as_str).collect();
    // A drop-in may name it.
    if near.is_empty() || near.iter().any(|p| p.strip_prefix(path).is_some_and(|rest| rest.starts_with(".d/"))) {
        return false;
    }
    let made = deployment.documents.iter().any(|d| match &d.body {
        Body::Unit(unit) => near.contains(&d.path.as_str()) && unit.get(key, &format!("{key}Name")).is_none(),
        _ => false,
    });
    let acts = |d: &Document| matches!(d.kind, Kind::Script | Kind::AnsibleTasks | Kind::AnsiblePlaybook);
    let said = |text: &str| text.lines().any(|l| l.contains(name) && (l.contains("create") || l.contains("name:")));
    made && !deployment.documents.iter().any(|d| acts(d) && said(d.text.value()))
}

/// Whether `[Service]` of the file, or of one that may belong to it, has such a directive.
fn of_service(deployment: &Deployment, document: &Document, wanted: impl Fn(&Directive) -> bool) -> bool {
    let own = unit_name(document);
    let mut units = deployment.documents.iter().filter_map(|d| match &d.body {
        Body::Unit(unit) if of_one(&own, &unit_name(d)) => Some(unit),
        _ => None,
    });
    units.any(|unit| unit.directives.iter().any(|d| d.section == "Service" && wanted(d)))
}

/// The name of the unit that a file is, or that it is a drop-in of: `app.container`, `container` for those of all.
fn unit_name(document: &Document) -> String {
    let name = file_name(document);
    let folder = document.path.rsplit('/').nth(1).and_then(|f| f.strip_suffix(".d"));
    let name = folder.filter(|_| name.rsplit('.').next() == Some("conf")).unwrap_or(name);
    // What is laid over the service that the generator makes counts as well.
    name.strip_suffix(".service").map_or_else(|| name.to_owned(), |stem| format!("{stem}.container"))
}

/// Whether two names are of one unit: the same, the kind alone, or a beginning that ends with a dash (`app-.container`).
fn of_one(one: &str, other: &str) -> bool {
    let covers = |wide: &str, name: &str| {
        let beginning = wide.strip_suffix(".container").filter(|b| b.ends_with('-'));
        wide == "container" || beginning.is_some_and(|b| name.starts_with(b))
    };
    one == other || covers(one, other) || covers(other, one)
}

/// A variable of the container in `Exec=`, which systemd replaces by one of its own.
///
/// systemd takes `$NAME` where it begins a word, when the quotes are gone, and `${NAME}` anywhere.
fn expanded(beside: &Beside<'_>, value: &Text) -> Option<Text> {
    texts(value).iter().find_map(|word| in_word(word, beside.names()))
}

/// The names in `Environment=A=1 B=2`.
fn variables(value: &str) -> Vec<&str> {
    let pairs = value.split_whitespace().map(|pair| pair.trim_start_matches(['"', '\'']));
    pairs.filter_map(|pair| Some(pair.split_once('=')?.0)).collect()
}

/// The variable of `names` that systemd replaces in a word.
fn in_word(word: &Text, names: &HashSet<&str>) -> Option<Text> {
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
