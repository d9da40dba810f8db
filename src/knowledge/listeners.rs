//! The ports that programs listen on, and what moves them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Variant;
use super::entries::Named;

/// All ports that an image's program listens on, and what moves them.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Listeners {
    /// Repository names without tag, as in `Image`.
    pub names: Vec<String>,
    /// The ports. Where the list is empty, the configuration alone says them.
    pub ports: Vec<Listens>,
    /// The ports that its image declares, of which Traefik takes the lowest where nobody says one.
    pub exposes: Vec<u16>,
    /// The port that serves pages.
    pub web: Option<u16>,
    /// First words of a command that this image's entrypoint, or its program, understands: `redis-server`, `server`.
    pub programs: Vec<String>,
    /// Files and folders of the container that may move the ports; what is mounted there is read, or leaves them open.
    pub configs: Vec<String>,
    /// The same where the program, or its start, writes them itself or needs none: what is mounted there or below leaves
    /// the ports open, and a folder above, which holds its data, does not.
    pub settings: Vec<String>,
    /// Parts of a command's word that may move the ports in a way that is not read: `--config`.
    pub opaque_flags: Vec<String>,
    /// Variables that may move or add ports in a way that is not read.
    pub opaque_variables: Vec<String>,
    /// Whether an address in its command that names no port means the port on which it listens itself: a cluster's members.
    pub calls_own_port: bool,
    /// Whether browsers are commonly told its address, so that `localhost` in a setting may be meant for them.
    pub for_browsers: bool,
    /// Where all this was read or run.
    pub source: String,
}

/// A port that a program listens on.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Listens {
    /// The port, where nothing moves it; none where it has no fixed one.
    pub port: Option<u16>,
    /// Whether it is on IPv4 addresses alone, in an image whose `wget` is `BusyBox`'s.
    pub ipv4_only: bool,
    /// Options of the command that give another one, with or without an address before it.
    pub flags: Vec<String>,
    /// Variables that give another one.
    pub variables: Vec<String>,
    /// The first version that has it.
    pub from: Option<String>,
    /// The first version that has it no more.
    pub before: Option<String>,
    /// A word of the tags that have it.
    pub only: Option<String>,
    /// A word of the tags that have it not.
    pub except: Option<String>,
}

impl Listens {
    /// Whether an image with this tag has it; `None` where the tag is not known and matters.
    pub fn holds(&self, tag: Option<&str>) -> Option<bool> {
        if [&self.from, &self.before, &self.only, &self.except].iter().all(|w| w.is_none()) {
            return Some(true);
        }
        let tag = tag?;
        let word = |word: &Option<String>| word.as_ref().map(|w| tag.split(['-', '.', '_']).any(|part| part == w));
        let version = Variant { from: self.from.clone(), before: self.before.clone(), ..Variant::default() };
        Some(version.holds(tag) && word(&self.only) != Some(false) && word(&self.except) != Some(true))
    }
}

impl Named for Listeners {
    fn names(&self) -> &[String] {
        &self.names
    }
}
