//! The paths that answer a health probe, by release, and what has to be told for it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Variant;

/// An HTTP endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// The port.
    pub port: u16,
    /// The path.
    pub path: String,
    /// The first version that has it there.
    #[serde(default)]
    pub from: Option<String>,
    /// The first version that has it there no more.
    #[serde(default)]
    pub before: Option<String>,
    /// Variables and parts of the command's words that move it.
    #[serde(default)]
    pub moved_by: Vec<String>,
}

/// Something that is off, or on, as long as nothing says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Switch {
    /// Variables and parts of the command's words that say otherwise.
    pub words: Vec<String>,
    /// Files and folders of the container whose content may say it.
    pub configs: Vec<String>,
    /// Words of a probe that ask for it without a URL.
    pub probes: Vec<String>,
    /// The port that it is about.
    pub port: Option<u16>,
    /// The first version that it holds for.
    pub from: Option<String>,
    /// The first version that it does not hold for any more.
    pub before: Option<String>,
}

impl Endpoint {
    /// Whether an image with this tag has it; `None` where the tag is not known and matters.
    pub fn holds(&self, tag: Option<&str>) -> Option<bool> {
        holds(self.from.as_ref(), self.before.as_ref(), tag)
    }
}

impl Switch {
    /// Whether it is about an image with this tag; `None` where the tag is not known and matters.
    pub fn holds(&self, tag: Option<&str>) -> Option<bool> {
        holds(self.from.as_ref(), self.before.as_ref(), tag)
    }
}

fn holds(from: Option<&String>, before: Option<&String>, tag: Option<&str>) -> Option<bool> {
    if from.is_none() && before.is_none() {
        return Some(true);
    }
    let versions = Variant { from: from.cloned(), before: before.cloned(), ..Variant::default() };
    tag.map(|tag| versions.holds(tag))
}
