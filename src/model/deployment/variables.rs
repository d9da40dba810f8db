//! Facts of subject `deployment.variable`: what a stack's files take from the environment, and who sets or documents it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::around::{Around, same};
use super::dollars::Dollars;
use super::example::Example;
use super::{View, scalars};
use crate::model::Model;
use crate::model::compose::environment::hides;
use crate::model::fact::{Fact, FactId, Field, FieldKind, Schema, Value, field};
use crate::model::subject::Subject;
use crate::source::Span;
use crate::text::{PieceKind, Provenance, Syntax, Text};
use crate::yaml::Node;

/// The fields of `deployment.variable`.
pub const SCHEMA: Schema = Schema {
    name: "deployment.variable",
    doc: "A variable that a compose project's files take from the environment (`${X}`).",
    fields: &[
        field("name", FieldKind::Str, "Its name, at its first use without a default."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("defaulted", FieldKind::Bool, "Whether every use has a default."),
        field("required", FieldKind::Bool, "Whether a use says `:?`: compose stops where it is not set."),
        field("set", FieldKind::Bool, "Whether an env file that compose reads sets it."),
        field(
            "set_before",
            FieldKind::Bool,
            "Whether a script, a Makefile, a task or a workflow that runs compose gives it a value.",
        ),
        field("documented", FieldKind::Bool, "Whether an example env file lists it; false where there is none."),
        field("example", FieldKind::Str, "The example env file beside the project, at its beginning; null for none."),
        field(
            "env_visible",
            FieldKind::Bool,
            "Whether any env file of the project is visible, example or real. One beside it does not count where more than 20 variables, and three in four, are set nowhere: they come from elsewhere.",
        ),
        field(
            "eaten",
            FieldKind::Bool,
            "Whether all its uses are dollar signs that belong to a value, or variables of a container.",
        ),
        field("used_by", FieldKind::List(&FieldKind::Fact(Subject::Service)), "The services in which it stands."),
        field(
            "common",
            FieldKind::Bool,
            "Whether three projects or more in folders of their own use it, and none of their files sets it: it is set once for all, outside.",
        ),
        field("uses", FieldKind::Int, "How often the project uses it."),
        field("open_uses", FieldKind::Int, "How many of its uses have no default."),
        field(
            "one_default",
            FieldKind::Bool,
            "Whether all uses that give a default give the same, at the place of the first; false where it is empty or may be a secret. The default itself is no field: a name says little of what it holds.",
        ),
    ],
};

/// Variables that a shell or compose itself always has.
const AMBIENT: &[&str] = &[
    "HOME",
    "USER",
    "LOGNAME",
    "PWD",
    "PATH",
    "SHELL",
    "LANG",
    "TERM",
    "HOSTNAME",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_RUNTIME_DIR",
    "SSH_AUTH_SOCK",
    "COMPOSE_PROJECT_NAME",
    "TMPDIR",
    "APPDATA",
    "USERPROFILE",
    "WINDIR",
    "GOPATH",
    // Of a login that ends; a key that stays has none.
    "AWS_SESSION_TOKEN",
    "JAVA_HOME",
];

#[derive(Default)]
struct Use {
    /// The defaults that uses give.
    defaults: Vec<Text>,
    opened: usize,
    first: Option<Span>,
    open: Option<Span>,
    required: bool,
    set: bool,
    uses: usize,
    eaten: usize,
}

/// So many projects take a variable from one place outside the tree.
const MANY: usize = 3;

/// A project that is set up by what is seen sets most of its variables there: where so many are missing, and three in four, they come
/// from a profile or a service that is not in the tree.
const MOST_UNSET: usize = 20;

/// The names that are set for many projects at once: those that several use without a default, each in a folder of its
/// own, where no file sets any of them.
pub(super) fn common(views: &[View<'_>]) -> BTreeSet<String> {
    let nothing = Dollars { covered: BTreeSet::new() };
    let (mut folders, mut set) = (BTreeMap::<String, BTreeSet<&str>>::new(), BTreeSet::new());
    for view in views {
        let (mut texts, mut uses) = (Vec::new(), BTreeMap::new());
        scalars(&view.stack.project, &mut texts);
        for text in texts {
            collect(text, &nothing, &mut uses);
        }
        for (name, used) in uses {
            if used.set {
                set.insert(name);
            } else if used.open.is_some() {
                folders.entry(name).or_default().insert(view.stack.directory.as_str());
            }
        }
    }
    let many = folders.into_iter().filter(|(name, folders)| folders.len() >= MANY && !set.contains(name));
    many.map(|(name, _)| name).collect()
}

pub(super) fn build(
    model: &mut Model<'_>,
    view: &View<'_>,
    around: &Around<'_>,
    dollars: &Dollars,
    common: &BTreeSet<String>,
) {
    let mut texts = Vec::new();
    scalars(&view.stack.project, &mut texts);
    let mut uses: BTreeMap<String, Use> = BTreeMap::new();
    for text in &texts {
        collect(text, dollars, &mut uses);
    }
    if uses.is_empty() {
        return;
    }
    let by_name = services_by_name(view, dollars);
    let names: Vec<String> = uses.keys().cloned().collect();
    let home = view.stack.directory.as_str();
    let mut near = HashMap::from([(home, around.examples_near(home))]);
    let files = env_files(view);
    let of_project = near.get(home).and_then(|near| example(home, near, &names, &files));
    let unset = uses.iter().filter(|(name, used)| used.open.is_some() && !used.set && !around.sets(name)).count();
    let outside = unset > MOST_UNSET && unset * 4 > uses.len() * 3;
    let env_file = !outside && (around.env_folders.contains(home) || home == "." && around.env_folders.contains(""));
    for (name, used) in uses {
        let Some(span) = used.open.or(used.first) else { continue };
        if AMBIENT.contains(&name.as_str()) {
            continue;
        }
        // A file that is included has an example of its own beside it.
        let here = around.folders.get(&span.source).copied().unwrap_or(home);
        let own = (!same(here, home)).then(|| around.examples.iter().find(|e| same(e.folder(), here))).flatten();
        let example = own.or(of_project);
        near.entry(here).or_insert_with(|| around.examples_near(here));
        // A comment that speaks of it says how it is set, too.
        let documented = [home, here].iter().filter_map(|dir| near.get(dir)).flatten().any(|e| e.documents(&name));
        let visible = example.is_some() || env_file;
        let shown = example.map(|e| Field::at(e.document.path.as_str(), e.document.text.slice(0..0).span().into()));
        let fact = Fact::new(Subject::DeploymentVariable, span.into())
            .with("name", Field::at(name.as_str(), span.into()))
            .with("stack", view.id)
            .with("defaulted", used.open.is_none())
            .with("required", used.required)
            .with("set", used.set)
            .with("set_before", around.sets(&name))
            .with("documented", documented)
            .with("example", shown.unwrap_or(Field::derived(Value::Null)))
            .with("env_visible", visible)
            .with("used_by", by_name.get(&name).cloned().unwrap_or_default())
            .with("common", common.contains(&name))
            .with("uses", used.uses)
            .with("open_uses", used.opened)
            .with(
                "one_default",
                one_default(&used.defaults)
                    .filter(|t| !hides(&name, Some(t)))
                    .map_or(Field::derived(false), |t| Field::at(true, t.place())),
            )
            .with("eaten", used.eaten == used.uses);
        model.facts.add(fact);
    }
}

/// The names of the files that services take by `env_file`, but for the one that compose reads as well.
fn env_files(view: &View<'_>) -> HashSet<String> {
    let files = view.services.iter().filter_map(|s| s.node.get("env_file")).filter_map(Node::seq).flatten();
    let paths = files.filter_map(|file| file.get("path").and_then(Node::known));
    paths.filter_map(|path| path.rsplit('/').next()).filter(|name| *name != ".env").map(str::to_owned).collect()
}

/// The value that all of `defaults` are.
fn one_default(defaults: &[Text]) -> Option<&Text> {
    let first = defaults.first().filter(|t| t.known().is_some_and(|v| !v.is_empty()))?;
    defaults.iter().all(|t| t.known() == first.known()).then_some(first)
}

/// The services in which each variable stands.
fn services_by_name(view: &View<'_>, dollars: &Dollars) -> BTreeMap<String, Vec<FactId>> {
    let mut services: BTreeMap<String, Vec<FactId>> = BTreeMap::new();
    for service in &view.services {
        let (mut texts, mut found) = (Vec::new(), BTreeMap::new());
        scalars(service.node, &mut texts);
        for text in texts {
            collect(text, dollars, &mut found);
        }
        for name in found.into_keys() {
            services.entry(name).or_default().push(service.id);
        }
    }
    services
}

/// Counts the uses in `text`, those in defaults included.
fn collect(text: &Text, dollars: &Dollars, uses: &mut BTreeMap<String, Use>) {
    for piece in text.pieces() {
        let PieceKind::Variable(variable) = &piece.kind else { continue };
        if variable.syntax == Syntax::Compose {
            let entry = uses.entry(variable.name.clone()).or_default();
            entry.uses += 1;
            entry.first.get_or_insert(piece.span);
            entry.eaten += usize::from(dollars.covered.contains(&piece.span));
            entry.required |= variable.provenance == Provenance::Required;
            entry.set |= variable.provenance == Provenance::Defined;
            if matches!(variable.provenance, Provenance::Undefined | Provenance::Required) {
                entry.open.get_or_insert(piece.span);
                entry.opened += 1;
            }
            if variable.provenance == Provenance::Default {
                entry.defaults.extend(variable.value.clone());
            }
        }
        if let Some(value) = &variable.value {
            collect(value, dollars, uses);
        }
    }
}

/// The example env file that documents this project: beside it, or the nearest above that lists most of its variables.
/// An example of what a service takes by `env_file` (`files`) documents the service's variables, and none that compose reads.
fn example<'b, 'a>(
    home: &str,
    near: &[&'b Example<'a>],
    names: &[String],
    files: &HashSet<String>,
) -> Option<&'b Example<'a>> {
    near.iter().copied().find(|e| same(e.folder(), home) && !e.copied_to(files) || e.lists_most(names))
}
