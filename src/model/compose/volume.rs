//! Facts of subject `compose.volume`: named volumes, and host paths that a project mounts, with who uses them.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::read::tri;
use super::{MountInfo, ServiceInfo, StackInfo};
use crate::knowledge::Role;
use crate::model::Model;
use crate::model::fact::{Fact, FactId, Field, Value};
use crate::model::mount;
use crate::model::subject::Subject;
use crate::text::{Place, Text};

type Users<'a> = Vec<(&'a ServiceInfo, &'a MountInfo)>;

pub(super) fn build(model: &mut Model<'_>, stack: &StackInfo) {
    let mut ids = Vec::new();
    for ((kind, name), users) in grouped(stack) {
        ids.extend(one(model, stack, kind, &name, &users));
    }
    model.facts.set(stack.id, "volumes", ids);
}

/// The mounts of a project by what they mount. A path below another one's is its own.
fn grouped(stack: &StackInfo) -> IndexMap<(&'static str, String), Users<'_>> {
    let mut groups: IndexMap<(&'static str, String), Users<'_>> = IndexMap::new();
    for volume in &stack.volumes {
        groups.entry(("volume", volume.key.clone())).or_default();
    }
    for service in &stack.services {
        for mount in &service.mounts {
            let Some(source) = &mount.source else { continue };
            let kind = match mount.kind.as_str() {
                "volume" => "volume",
                "bind" => "bind",
                _ => continue,
            };
            groups.entry((kind, source.display())).or_default().push((service, mount));
        }
    }
    groups
}

fn one(model: &mut Model<'_>, stack: &StackInfo, kind: &'static str, name: &str, users: &Users<'_>) -> Option<FactId> {
    let defined = stack.volumes.iter().find(|v| kind == "volume" && v.key == name);
    let first = users.first().and_then(|(_, m)| m.source.as_ref());
    let place: Place = match (defined, first) {
        (Some(volume), _) => volume.place.into(),
        (None, Some(text)) => text.place(),
        (None, None) => return None,
    };
    let fact = Fact::new(Subject::Volume, place.clone())
        .with("name", Field::at(name, place))
        .with("real_name", defined.and_then(|v| v.real_name.as_ref()).map_or(Field::derived(Value::Null), Field::text))
        .with("kind", kind)
        .with("stack", stack.id)
        .with("external", tri(defined.map_or(Some(false), |v| v.external), "`external` is not known"))
        .with("credential", credential(defined.and_then(|v| v.real_name.as_ref()), name, users));
    let id = model.facts.add(fact);
    let services = distinct(users, |_, _| true);
    let writers = distinct(users, |_, m| m.read_only != Some(true));
    let gateways = distinct(users, |s, _| s.is(Role::AgentGateway));
    let mounts: Vec<FactId> = users.iter().map(|(_, m)| m.id).collect();
    let lasting = services.iter().filter(|s| !ends(model, **s)).count();
    model.facts.set(id, "user_count", lasting);
    model.facts.set(id, "mounts", mounts);
    model.facts.set(id, "services", services);
    model.facts.set(id, "writers", writers);
    model.facts.set(id, "gateways", gateways);
    Some(id)
}

/// Whether a service is a job that ends.
fn ends(model: &Model<'_>, service: FactId) -> bool {
    matches!(model.facts.get(service).field("one_shot").map(|f| &f.value), Some(Value::Bool(true)))
}

fn distinct(users: &Users<'_>, wanted: impl Fn(&ServiceInfo, &MountInfo) -> bool) -> Vec<FactId> {
    let mut seen = BTreeSet::new();
    users.iter().filter(|(s, m)| wanted(s, m)).map(|(s, _)| s.id).filter(|id| seen.insert(*id)).collect()
}

/// Whether it holds logins that are renewed as they are used. A file with the ending of a configuration is handed out as
/// it is, unless it lies among the files of such a program.
fn credential(real_name: Option<&Text>, name: &str, users: &Users<'_>) -> bool {
    let renewed = |name: &str| mount::credential(Some(name), None) && !handed_out(name);
    let target = |m: &MountInfo| m.target.as_ref().and_then(Text::known).map(str::to_owned);
    renewed(name)
        || real_name.and_then(Text::known).is_some_and(renewed)
        || users.iter().any(|(_, m)| target(m).is_some_and(|target| renewed(&target)))
}

fn handed_out(path: &str) -> bool {
    const ENDINGS: &[&str] = &["json", "yml", "yaml", "env", "xml", "properties", "toml", "txt", "pem", "crt", "key"];
    const PROGRAMS: &[&str] = &["codex", "claude", "gemini", "gcloud", "openclaw"];
    path.rsplit_once('.').is_some_and(|(_, end)| ENDINGS.contains(&end)) && !PROGRAMS.iter().any(|p| path.contains(p))
}
