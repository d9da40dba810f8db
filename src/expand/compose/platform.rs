//! Platforms that complete a compose file before docker compose reads it.
//!
//! Coolify fills in the variables whose names begin with `SERVICE_FQDN_`, `SERVICE_PASSWORD_` and the like, asks for all
//! others, defines the volumes that services use, and writes the files whose `content` stands in a mount. Its templates
//! are compose files all the same: what services do is judged as everywhere.

use crate::yaml::{Node, Value};

/// How the names of the variables begin that Coolify makes up.
const MADE_UP: [&str; 8] = [
    "SERVICE_FQDN_",
    "SERVICE_URL_",
    "SERVICE_NAME_",
    "SERVICE_USER_",
    "SERVICE_PASSWORD_",
    "SERVICE_BASE64_",
    "SERVICE_REALBASE64_",
    "SERVICE_HEX_",
];

/// The keys that Coolify adds to services and mounts.
const KEYS: [&str; 4] = ["content", "exclude_from_hc", "isDirectory", "is_directory"];

/// Whether a file, before its variables are replaced, is written for such a platform.
pub(super) fn completes(node: &Node) -> bool {
    match node.value() {
        Value::Scalar(scalar) => made_up(scalar.text.value()),
        Value::Seq(items) => items.iter().any(completes),
        Value::Map(entries) => entries.iter().any(|e| e.key.known().is_some_and(made_up) || completes(&e.value)),
    }
}

fn made_up(text: &str) -> bool {
    text.contains("SERVICE_") && MADE_UP.iter().any(|start| text.contains(start))
}

/// Whether the key is one that such a platform reads and takes out.
pub(super) fn adds(key: &str) -> bool {
    KEYS.contains(&key)
}
