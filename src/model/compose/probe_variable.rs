//! Variables of the container that a data store's health check reads and that the container does not have.
//!
//! Only names of users, passwords and databases are looked at: the images of data stores set others by themselves.

use super::probe_form::asks_password;
use super::read::{entries, hides_variables, texts};
use super::shell;
use crate::knowledge::{Image, Role};
use crate::text::Text;
use crate::text::slip::slips;
use crate::yaml::Node;

/// Words of the names that no image of a data store sets.
const NAMES: &[&str] = &["PASS", "PASSWORD", "PWD", "USER", "USERNAME", "DB", "DATABASE", "AUTH"];

/// Clients that fail, or ask nothing, without what the variable should give.
const CLIENTS: &[&str] = &["redis-cli", "valkey-cli", "sqlcmd", "mysql", "mariadb", "psql"];

/// The variable, at its place, and the one that the container has in its stead.
pub(super) fn unset(words: &[Text], node: &Node, image: Option<&Image>) -> Option<(Text, Option<String>)> {
    let built = node.get("build").is_some_and(|b| !b.is_null());
    if built || hides_variables(node) || !image?.roles.contains(&Role::Datastore) {
        return None;
    }
    let own = entries(node.get("environment"));
    let (script, commands) = script(words)?;
    let program =
        commands.iter().find_map(|c| CLIENTS.iter().find(|p| c.first().map(|w| shell::base(w.value())) == Some(p)))?;
    let server = [texts(node.get("entrypoint")), texts(node.get("command"))].concat();
    if matches!(*program, "redis-cli" | "valkey-cli") && !asks_password(&server) {
        return None;
    }
    let names: Vec<&str> = own.iter().filter_map(|e| e.key.known()).collect();
    let empty =
        names.iter().any(|name| name.ends_with("ALLOW_EMPTY_PASSWORD") || name.ends_with("ALLOW_EMPTY_ROOT_PASSWORD"));
    let name = read(script).into_iter().find(|name| !names.contains(&name.value()) && asked(name.value()))?;
    let meant = names.iter().find(|other| near(name.value(), other)).map(|n| (*n).to_owned());
    (!empty).then_some((name, meant))
}

/// The line that a shell of the container reads, and its commands.
fn script(words: &[Text]) -> Option<(&Text, Vec<Vec<Text>>)> {
    let line = match words.first()?.known()? {
        "CMD-SHELL" => words.get(1)?,
        "CMD" if matches!(shell::base(words.get(1)?.value()), "sh" | "bash") => {
            words.iter().skip(2).find(|w| !w.value().starts_with('-'))?
        }
        _ => return None,
    };
    line.is_known().then(|| (line, shell::line(line)))
}

/// The variables that a line reads, each at its place; what has a default of its own or is set in the line is left out.
fn read(line: &Text) -> Vec<Text> {
    let value = line.value();
    // In single quotes nothing is replaced.
    if value.contains('\'') {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, _) in value.match_indices('$') {
        let rest = value.get(at + 1..).unwrap_or("");
        let braced = rest.starts_with('{');
        let start = at + 1 + usize::from(braced);
        let name = value.get(start..).unwrap_or("");
        let length = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
        let name = name.get(..length).unwrap_or("");
        let whole = !braced || value.get(start + length..).is_some_and(|rest| rest.starts_with('}'));
        if whole && !name.is_empty() && !value.contains(&format!("{name}=")) {
            found.push(line.slice(start..start + length));
        }
    }
    found
}

fn asked(name: &str) -> bool {
    name.split('_').any(|word| NAMES.contains(&word))
}

/// Whether a variable of the container is what is meant.
fn near(name: &str, other: &str) -> bool {
    let behind = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.ends_with('_'));
    other.strip_suffix("_FILE") == Some(name)
        || behind(other, name)
        || behind(name, other)
        || slips(name, other, 2).is_some()
}
