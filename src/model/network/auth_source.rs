//! Where a client of `MongoDB` looks for its user: in the database that its address names, unless `authSource` says another.
//!
//! The entrypoint of the official image makes the root user in `admin` (docker-library/mongo, docker-entrypoint.sh,
//! `rootAuthDatabase`), Bitnami's as well; `MongoDB`'s manual, "Connection Strings": `authSource` is the database of the path
//! where there is one.

use super::address::Address;
use super::listen::Environment;
use crate::model::compose::image::Reference;
use crate::model::compose::read::texts;
use crate::text::{PieceKind, Text};
use crate::yaml::Node;

/// The images whose variables make a root user in `admin`, by their names, with the variable.
const IMAGES: [(&str, &str); 3] = [
    ("mongo", "MONGO_INITDB_ROOT_USERNAME"),
    ("bitnami/mongodb", "MONGODB_ROOT_USER"),
    ("bitnamilegacy/mongodb", "MONGODB_ROOT_USER"),
];

/// Where scripts that make more users are mounted.
const SCRIPTS: [&str; 2] = ["/docker-entrypoint-initdb.d", "/"];

/// The database in which `address` looks for the root user of `store`, which is not there.
pub(super) fn of(address: &Address, store: &Node) -> Option<Text> {
    let rest = address.rest.as_ref().filter(|_| address.scheme == "mongodb")?;
    let known = rest.known()?;
    let (path, query) = known.split_once('?').unwrap_or((known, ""));
    let name =
        path.strip_prefix('/').filter(|name| !matches!(*name, "" | "admin" | "$external") && !name.contains('/'))?;
    let told = query.split('&').filter_map(|pair| pair.split('=').next());
    let elsewhere = told.map(str::to_ascii_lowercase).any(|key| matches!(key.as_str(), "authsource" | "authmechanism"));
    let user = address.userinfo.as_ref()?;
    let user = user.split_once(':').map_or_else(|| user.clone(), |(user, _)| user);
    (!elsewhere && same(&user, &root(store)?)).then(|| rest.slice(1..1 + name.len()))
}

/// The root user that the store makes in `admin`, where nothing makes another one.
fn root(store: &Node) -> Option<Text> {
    if store.get("build").is_some_and(|b| !b.is_null()) {
        return None;
    }
    let image = Reference::parse(store.get("image").and_then(Node::text)?);
    let repository = image.repository.known()?;
    let repository = repository.trim_start_matches("docker.io/").trim_start_matches("library/");
    let (_, variable) = IMAGES.iter().find(|(name, _)| *name == repository)?;
    let mounts = store.get("volumes").and_then(Node::seq).unwrap_or_default();
    let scripted = mounts.iter().any(|mount| {
        let target = mount.get("target").and_then(Node::text).and_then(Text::known);
        target.is_none_or(|t| SCRIPTS.contains(&t) || t.starts_with("/docker-entrypoint-initdb.d/"))
    });
    let configs = store.get("configs").is_some_and(|c| !c.is_null());
    let command = texts(store.get("command"));
    let server = command.first().is_none_or(|w| w.value().starts_with('-') || w.known() == Some("mongod"));
    let own = !server || !texts(store.get("entrypoint")).is_empty();
    let user = Environment::of(store).get(variable).value()?;
    (!scripted && !configs && !own && !user.is_empty()).then_some(user)
}

/// Whether both are one name, or one variable.
fn same(one: &Text, other: &Text) -> bool {
    let variable = |text: &Text| match text.pieces() {
        [piece] => match &piece.kind {
            PieceKind::Variable(v) => Some(v.name.clone()),
            _ => None,
        },
        _ => None,
    };
    match (one.known(), other.known()) {
        (Some(a), Some(b)) => a == b && !a.is_empty(),
        _ => variable(one).is_some() && variable(one) == variable(other),
    }
}
