//! Facts of subject `deployment.drift`: what one of two variants of a stack gives a service and the other withholds,
//! though the service needs it there as well.

use std::collections::BTreeMap;

use super::{ServiceView, View, below};
use crate::model::Model;
use crate::model::compose::read::{display, hides_variables, place};
use crate::model::fact::{Fact, Field, FieldKind, Schema, field};
use crate::model::subject::Subject;
use crate::text::{Place, Provenance, Text};

/// The fields of `deployment.drift`.
pub const SCHEMA: Schema = Schema {
    name: "deployment.drift",
    doc: "A mount or variable that a service needs in two variants of a project (production, development) and has in one.",
    fields: &[
        field("service", FieldKind::Fact(Subject::Service), "The service that lacks it."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project that lacks it."),
        field("name", FieldKind::Str, "The service's name."),
        field("kind", FieldKind::OneOf(&["mount", "variable"]), "What differs."),
        field("what", FieldKind::Str, "The path in the container, or the variable's name, at the place that needs it."),
        field("other", FieldKind::Fact(Subject::Stack), "The project that has it."),
        field("there", FieldKind::Str, "The mount or variable of the other project."),
    ],
};

/// Parts of a file's name, and names of folders, that make a compose file a variant of another one.
const VARIANTS: &[&str] = &["dev", "development", "local", "prod", "production", "staging", "stage"];

/// What makes two projects the same stack: folder and file name without such parts, and the template variant.
type Family = (String, u32, String);

pub(super) fn build(model: &mut Model<'_>, views: &[View<'_>]) {
    let mut families: BTreeMap<Family, Vec<(&View<'_>, String)>> = BTreeMap::new();
    for view in views {
        let Some(Base { folder, name, parts }) = base(model, view) else { continue };
        families.entry((folder, view.stack.variant, name)).or_default().push((view, parts));
    }
    for family in families.values() {
        for (lacking, parts) in family {
            let others = family.iter().filter(|(v, other)| v.id != lacking.id && parts != other);
            for (having, _) in others {
                pair(model, lacking, having);
            }
        }
    }
}

fn pair(model: &mut Model<'_>, lacking: &View<'_>, having: &View<'_>) {
    for service in &lacking.services {
        let Some(twin) = having.services.iter().find(|s| s.name == service.name) else { continue };
        mounts(model, (lacking, service), (having, twin));
        variables(model, (lacking, service), (having, twin));
    }
}

/// The path of a project's file, taken apart.
struct Base {
    /// The folder without such names.
    folder: String,
    /// The file's name without such parts.
    name: String,
    /// What was left out: `prod`; empty where the file is no variant.
    parts: String,
}

fn base(model: &Model<'_>, view: &View<'_>) -> Option<Base> {
    let mut documents = view.stack.documents.iter().filter_map(|i| model.deployment.documents.get(*i));
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let file = name(&documents.next()?.path);
    // An overlay is the variant of what it is laid over.
    let overlays: Vec<String> = documents.map(|d| name(&d.path)).collect();
    let folder = view.stack.directory.to_ascii_lowercase();
    let is = |part: &&str| VARIANTS.contains(part);
    let (gone, kept): (Vec<&str>, Vec<&str>) = folder.split('/').partition(is);
    let (named, name): (Vec<&str>, Vec<&str>) = file.trim_end_matches(".j2").split(['.', '-', '_']).partition(is);
    let (laid, others): (Vec<&str>, Vec<&str>) = overlays.iter().flat_map(|f| f.split(['.', '-', '_'])).partition(is);
    // An overlay for something else makes another stack.
    let own =
        |part: &&str| !name.contains(part) && !matches!(*part, "compose" | "docker" | "override" | "yml" | "yaml");
    let others: Vec<&str> = others.into_iter().filter(own).collect();
    let name = [name.join("."), others.join(".")].join("/");
    Some(Base { folder: kept.join("/"), name, parts: [gone, named, laid].concat().join(" ") })
}

/// Paths that a variable tells the service, mounted in one variant only.
fn mounts(model: &mut Model<'_>, lacking: (&View<'_>, &ServiceView<'_>), having: (&View<'_>, &ServiceView<'_>)) {
    let own = lacking.1.mounts();
    let twins = having.1.mounts();
    for twin in twins.iter().filter(|m| matches!(m.kind.as_str(), "volume" | "bind")) {
        let Some(target) = twin.target.known() else { continue };
        let has = own.iter().any(|m| m.target.known().is_none_or(|t| below(target, t) || below(t, target)));
        let told = lacking.1.environment().find(|(_, v)| v.known().is_some_and(|p| means(p, target)));
        let Some((_, value)) = told.filter(|_| !has) else { continue };
        let at = place(value);
        add(model, lacking, having, "mount", Field::at(target, at.clone()), Field::at(target, twin.target.place()), at);
    }
}

/// Whether a variable's value is this path, a path below it, or a socket there.
fn means(value: &str, target: &str) -> bool {
    let path = value.strip_prefix("unix://").unwrap_or(value);
    target.len() > 1 && path.starts_with('/') && below(path, target)
}

/// Variables that one variant requires (`${X:?}`) and the other does not give at all.
fn variables(model: &mut Model<'_>, lacking: (&View<'_>, &ServiceView<'_>), having: (&View<'_>, &ServiceView<'_>)) {
    if hides_variables(lacking.1.node) {
        return;
    }
    for (key, value) in having.1.environment() {
        let Some(name) = key.known() else { continue };
        let required = value.text().is_some_and(requires);
        let has = lacking.1.environment().any(|(k, _)| k.known().is_none_or(|k| k == name));
        if !required || has {
            continue;
        }
        let at = Place::from(lacking.1.key.span());
        add(model, lacking, having, "variable", Field::at(name, at.clone()), Field::at(display(key), place(key)), at);
    }
}

fn requires(text: &Text) -> bool {
    text.variables().iter().any(|v| v.provenance == Provenance::Required)
}

fn add(
    model: &mut Model<'_>,
    lacking: (&View<'_>, &ServiceView<'_>),
    having: (&View<'_>, &ServiceView<'_>),
    kind: &'static str,
    what: Field,
    there: Field,
    at: Place,
) {
    let fact = Fact::new(Subject::DeploymentDrift, at)
        .with("service", lacking.1.id)
        .with("stack", lacking.0.id)
        .with("name", lacking.1.name.as_str())
        .with("kind", kind)
        .with("what", what)
        .with("other", having.0.id)
        .with("there", there);
    model.facts.add(fact);
}
