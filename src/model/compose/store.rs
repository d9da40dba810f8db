//! Where a container keeps its data, and which of its mounts miss that or hide the program.

use super::MountInfo;
use super::build::Build;
use super::image::Reference;
use super::read::{self, texts};
use crate::expand::Deployment;
use crate::knowledge::{Knowledge, Store};
use crate::model::Model;
use crate::model::container::Added;
use crate::model::fact::{FactId, Field, Value};
use crate::model::mount::Mount;
use crate::text::Text;
use crate::yaml::Node;

/// What a container is told that may put its data elsewhere.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    /// The names of its variables.
    pub(crate) names: Vec<Text>,
    /// The words of its entrypoint and of its command.
    pub(crate) words: Vec<Text>,
    /// Whether something is run in place of the image's own program: it may be a client of that.
    pub(crate) replaced: bool,
    /// Whether an env file that is not read may set variables.
    pub(crate) unread: bool,
    /// Whether it has another container's volumes.
    pub(crate) more: bool,
}

/// A mount of a container.
struct At<'a> {
    id: FactId,
    kind: &'a str,
    target: Option<&'a Text>,
    /// Whether it is a folder of the volume alone.
    part: bool,
}

/// Adds the fields of a service that say it; images that are built here are not known.
pub(super) fn build(
    model: &mut Model<'_>,
    container: FactId,
    (node, build): (&Node, Option<&Build<'_>>),
    reference: Option<&Reference>,
    mounts: &[MountInfo],
) {
    let local = node.get("build").is_some_and(|b| !b.is_null());
    // What is built upon a data store without another start keeps its data where that does.
    let base = build.filter(|_| local).and_then(|b| b.unchanged(&[])).map(Reference::parse);
    let reference = if local { base.as_ref() } else { reference };
    let deployment = model.deployment;
    let told = || Told {
        names: read::entries(node.get("environment")).iter().filter_map(|e| e.key.text().cloned()).collect(),
        words: [texts(node.get("entrypoint")), texts(node.get("command"))].concat(),
        replaced: node.get("entrypoint").is_some_and(|e| !e.is_null()),
        unread: unread_file(deployment, node),
        more: node.get("volumes_from").is_some(),
    };
    let mounts: Vec<At<'_>> =
        mounts.iter().map(|m| At { id: m.id, kind: &m.kind, target: m.target.as_ref(), part: m.part }).collect();
    of(model, container, reference, &told, &mounts);
}

/// The same of a container that no compose file starts.
pub(in crate::model) fn of_container(
    model: &mut Model<'_>,
    added: &Added,
    image: &Text,
    told: &Told,
    mounts: &[Mount],
) {
    let kinds: Vec<&str> = mounts.iter().map(|m| m.kind().unwrap_or_default()).collect();
    let mounts: Vec<At<'_>> = (added.mounts.iter().zip(mounts).zip(&kinds))
        .map(|((id, m), kind)| At { id: *id, kind, target: m.target.as_ref(), part: m.part })
        .collect();
    of(model, added.id, Some(&Reference::parse(image)), &|| told.clone(), &mounts);
}

fn of(
    model: &mut Model<'_>,
    container: FactId,
    reference: Option<&Reference>,
    told: &dyn Fn() -> Told,
    mounts: &[At<'_>],
) {
    let Some(store) = reference.and_then(|r| find(model.knowledge, r)) else { return };
    let told = told();
    for mount in mounts {
        let Some(target) = mount.target.and_then(Text::known) else { continue };
        let own = !told.replaced && matches!(mount.kind, "bind" | "volume");
        let hidden = store.hidden(target).filter(|_| own);
        model.facts.set(mount.id, "hides", hidden.map_or(Field::derived(Value::Null), Field::derived));
        if store.holds(target) && store.single_writer && !mount.part && !moved(store, &told) {
            model.facts.set(mount.id, "data_of", store.title.as_str());
        }
    }
    let Some(data) = &store.data else { return };
    if told.replaced || moved(store, &told) || mounts.iter().any(|m| m.target.is_none_or(|t| !t.is_known())) {
        return;
    }
    let target = |m: &At<'_>| m.target.and_then(Text::known).map(str::to_owned);
    if mounts.iter().filter_map(target).any(|t| store.holds(&t)) {
        return;
    }
    let missed = mounts.iter().find(|m| m.kind != "tmpfs" && target(m).is_some_and(|t| store.misses(&t)));
    let Some(place) = missed.and_then(|m| m.target) else { return };
    model.facts.set(container, "data_missed", Field::at(place.value(), place.place()));
    model.facts.set(container, "data_directory", data.as_str());
    model.facts.set(container, "data_volume", store.volume.clone());
    model.facts.set(container, "data_refused", store.refuses);
    model.facts.set(container, "data_title", store.title.as_str());
}

/// Whether a service is told an env file that is not in the tree.
fn unread_file(deployment: &Deployment, node: &Node) -> bool {
    let files = node.get("env_file").and_then(Node::seq).unwrap_or_default();
    let there = |name: &str| {
        let name = name.trim_start_matches("./");
        let holds = |path: &str| path.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        deployment.documents.iter().any(|d| holds(&d.path))
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
fn moved(store: &Store, told: &Told) -> bool {
    // What a program keeps in the home of its user lies wherever that is said to be.
    let home = store.data.as_deref().is_some_and(|data| data.starts_with("/home/") || data.starts_with("/root/"));
    let moves = |key: &str| store.moved_by.iter().any(|v| v.eq_ignore_ascii_case(key)) || home && key == "HOME";
    let named = |key: &Text| key.known().is_none_or(moves);
    let says = |word: &Text| {
        let value = word.value();
        !word.is_known()
            || store.flags.iter().any(|f| value.contains(f.as_str()))
            || [".conf", ".cnf", ".yml", ".yaml", ".toml", ".ini"].iter().any(|end| value.ends_with(end))
    };
    let unread = told.unread && !store.moved_by.is_empty();
    told.more || unread || told.names.iter().any(named) || told.words.iter().any(says)
}
