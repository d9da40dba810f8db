//! Where a service keeps its data, and which of its mounts miss that or hide the program.

use super::MountInfo;
use super::image::Reference;
use super::read::{self, texts};
use crate::knowledge::{Knowledge, Store};
use crate::model::Model;
use crate::model::fact::{FactId, Field, Value};
use crate::text::Text;
use crate::yaml::Node;

/// Adds the fields that say it; images that are built here are not known.
pub(super) fn build(
    model: &mut Model<'_>,
    service: FactId,
    node: &Node,
    reference: Option<&Reference>,
    mounts: &[MountInfo],
) {
    if node.get("build").is_some_and(|b| !b.is_null()) {
        return;
    }
    let Some(store) = reference.and_then(|r| find(model.knowledge, r)) else { return };
    for mount in mounts {
        let Some(target) = mount.target.as_ref().and_then(Text::known) else { continue };
        let hidden = store.hidden(target).filter(|_| mount.kind == "bind" || mount.kind == "volume");
        model.facts.set(mount.id, "hides", hidden.map_or(Field::derived(Value::Null), Field::derived));
        if store.holds(target) && store.single_writer && !moved(store, node) {
            model.facts.set(mount.id, "data_of", store.title.as_str());
        }
    }
    let Some(data) = &store.data else { return };
    // What is run in place of the image's own program may be a client of it, or put its data elsewhere.
    let replaced = node.get("entrypoint").is_some_and(|e| !e.is_null());
    if replaced
        || moved(store, node)
        || unread_file(model, store, node)
        || mounts.iter().any(|m| m.target.as_ref().is_none_or(|t| !t.is_known()))
    {
        return;
    }
    let target = |m: &MountInfo| m.target.as_ref().and_then(Text::known).map(str::to_owned);
    if mounts.iter().filter_map(target).any(|t| store.holds(&t)) {
        return;
    }
    let missed = mounts.iter().find(|m| m.kind != "tmpfs" && target(m).is_some_and(|t| store.misses(&t)));
    let Some(place) = missed.and_then(|m| m.target.as_ref()) else { return };
    model.facts.set(service, "data_missed", Field::at(place.value(), place.place()));
    model.facts.set(service, "data_directory", data.as_str());
    model.facts.set(service, "data_volume", store.volume.clone());
    model.facts.set(service, "data_refused", store.refuses);
    model.facts.set(service, "data_title", store.title.as_str());
}

/// Whether an env file that is not in the tree may put the data elsewhere.
fn unread_file(model: &Model<'_>, store: &Store, node: &Node) -> bool {
    let files = node.get("env_file").and_then(Node::seq).filter(|_| !store.moved_by.is_empty()).unwrap_or_default();
    let there = |name: &str| {
        let name = name.trim_start_matches("./");
        model
            .deployment
            .documents
            .iter()
            .any(|d| d.path.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/')))
    };
    files.iter().filter_map(|file| file.get("path")).any(|path| !path.known().is_some_and(there))
}

fn find<'a>(knowledge: &'a Knowledge, reference: &Reference) -> Option<&'a Store> {
    let repository = reference.repository.known()?;
    match (&reference.tag, &reference.digest) {
        (Some(tag), _) if tag.is_known() => knowledge.store(repository, tag.known()),
        (None, None) => knowledge.store(repository, None),
        _ => knowledge.store_of_all(repository),
    }
}

/// Whether a variable or a word of the command may put the data elsewhere; a configuration that is given may as well.
fn moved(store: &Store, node: &Node) -> bool {
    let variables = read::entries(node.get("environment"));
    // What a program keeps in the home of its user lies wherever that is said to be.
    let home = store.data.as_deref().is_some_and(|data| data.starts_with("/home/") || data.starts_with("/root/"));
    let moves = |key: &str| store.moved_by.iter().any(|v| v.eq_ignore_ascii_case(key)) || home && key == "HOME";
    let named = |key: &Node| key.known().is_none_or(moves);
    let words: Vec<Text> = [texts(node.get("entrypoint")), texts(node.get("command"))].concat();
    let told = |word: &Text| {
        let value = word.value();
        !word.is_known()
            || store.flags.iter().any(|f| value.contains(f.as_str()))
            || [".conf", ".cnf", ".yml", ".yaml", ".toml", ".ini"].iter().any(|end| value.ends_with(end))
    };
    variables.iter().any(|e| named(&e.key)) || words.iter().any(told) || node.get("volumes_from").is_some()
}
