//! The version in which a program asks a container engine's API, where it does not negotiate it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::variant::between;

/// How some releases of an image ask a container engine's API.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EngineClient {
    /// The first release of which this is so; a tag such as `latest` or `3` is the newest it can be.
    pub from: Option<String>,
    /// The first release of which it is no longer so.
    pub before: Option<String>,
    /// The version of the API that it asks for: `1.24`.
    pub api: String,
    /// What to take in its place, to be read behind "use".
    pub instead: String,
}

impl EngineClient {
    pub(super) fn holds(&self, tag: &str) -> bool {
        between(tag, self.from.as_deref(), self.before.as_deref())
    }
}
