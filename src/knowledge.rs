//! What is known about software, as data: `rules/knowledge/*.yaml`.
//!
//! Entries say of an image its role, ports, health endpoints and needs, each with its source. What is not there is
//! unknown. Matching an image reference to its entry is here; using it is left to `model`.

mod need;
mod platform;

use schemars::JsonSchema;
use serde::Deserialize;

mod store;
mod variant;
mod withdrawn;

pub use need::Need;
pub use platform::{Listed, Platform, Sign, listed, platforms};
pub use store::Store;
pub use variant::Variant;
pub use withdrawn::Withdrawn;

include!(concat!(env!("OUT_DIR"), "/knowledge.rs"));

/// All entries.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    /// Known images, in file order.
    pub images: Vec<Image>,
    /// Where known images keep their data and their programs, in file order.
    pub stores: Vec<Store>,
    /// Platforms that complete compose files, in file order.
    pub platforms: Vec<Platform>,
    /// Names that images are no longer published under.
    pub withdrawn: Vec<Withdrawn>,
    /// Roles that the user gave to services, by the service's name.
    pub service_roles: Vec<(String, Role)>,
    /// The ports that programs listen on, in file order.
    pub listeners: Vec<Listeners>,
    /// The version of LiteLLM that the user says is deployed, where no image tag says it.
    pub litellm_version: Option<String>,
}

/// A file of entries.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnowledgeFile {
    /// Known images.
    #[serde(default)]
    pub images: Vec<Image>,
    /// Where images keep their data and their programs.
    #[serde(default)]
    pub stores: Vec<Store>,
    /// Platforms that complete compose files.
    #[serde(default)]
    pub platforms: Vec<Platform>,
    /// The ports that programs listen on.
    #[serde(default)]
    pub listeners: Vec<Listeners>,
    /// Names that images are no longer published under.
    #[serde(default)]
    pub withdrawn: Vec<Withdrawn>,
}

/// All ports that an image's program listens on, and what moves them.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Listeners {
    /// Repository names without tag, as in [`Image`].
    pub names: Vec<String>,
    /// The ports. Where the list is empty, the configuration alone says them.
    pub ports: Vec<Listens>,
    /// First words of a command that this image's entrypoint, or its program, understands: `redis-server`, `server`.
    pub programs: Vec<String>,
    /// Files and folders of the container that may move the ports; what is mounted there is read, or leaves them open.
    pub configs: Vec<String>,
    /// Parts of a command's word that may move the ports in a way that is not read: `--config`.
    pub opaque_flags: Vec<String>,
    /// Variables that may move or add ports in a way that is not read.
    pub opaque_variables: Vec<String>,
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

/// What is known about an image.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[allow(clippy::struct_excessive_bools)] // Independent facts about an image, each a line of its entry.
pub struct Image {
    /// Repository names without tag, as people write them: `redis`, `ghcr.io/berriai/litellm`; a leading `*/` matches any
    /// registry and namespace.
    pub names: Vec<String>,
    /// What to call it in messages.
    pub title: String,
    /// Its roles in a deployment.
    pub roles: Vec<Role>,
    /// The ports that it listens on by default.
    pub ports: Vec<u16>,
    /// Those of them that serve its administration, where others serve its work.
    pub admin_ports: Vec<u16>,
    /// The HTTP paths that answer a health probe.
    pub health: Vec<Endpoint>,
    /// Whether any other path gives an error status (so that a probe on it never passes).
    pub health_only: bool,
    /// Programs that a probe may want and the image has not.
    pub lacks: Vec<String>,
    /// Programs that it has.
    pub has: Vec<String>,
    /// What holds for some tags only.
    pub variants: Vec<Variant>,
    /// Whether the image has a HEALTHCHECK of its own; `None` where nobody looked.
    pub healthcheck: Option<bool>,
    /// Directories that it must be able to write.
    pub writes: Vec<String>,
    /// Whether it is known to run with a read-only root file system and no writable mount.
    pub read_only_ok: bool,
    /// The user that it runs as, where known.
    pub user: Option<String>,
    /// Whether it needs a road to the internet to do its work.
    pub needs_internet: bool,
    /// Whether its job ends (a one-shot tool).
    pub one_shot: bool,
    /// The sections of a container engine's API that it cannot do without, as socket proxies call them; `POST` where it
    /// changes something.
    pub engine_api: Vec<String>,
    /// What it must have of the host to do its work at all.
    pub needs_host: Vec<Need>,
    /// Where all this was read or run.
    pub source: String,
}

impl Image {
    /// The directories that the image with this tag must be able to write.
    pub fn writes(&self, tag: Option<&str>) -> Vec<String> {
        let more = self.fitting(tag).flat_map(|v| &v.writes);
        self.writes.iter().chain(more).cloned().collect()
    }

    /// The files that the image with this tag writes beside what it reads.
    pub fn writes_beside(&self, tag: Option<&str>) -> Vec<String> {
        self.fitting(tag).flat_map(|v| &v.writes_beside).cloned().collect()
    }

    fn fitting(&self, tag: Option<&str>) -> impl Iterator<Item = &Variant> {
        self.variants.iter().filter(move |v| tag.is_some_and(|tag| v.holds(tag)))
    }

    /// Whether the image with this tag has a program; `None` where that is not known, or the tag is not and matters.
    pub fn has_program(&self, tag: Option<&str>, program: &str) -> Option<bool> {
        let lists = |all: &[String]| all.iter().any(|p| p == program);
        if lists(&self.lacks) || self.fitting(tag).any(|v| lists(&v.lacks)) {
            return Some(false);
        }
        (lists(&self.has) || self.fitting(tag).any(|v| lists(&v.has))).then_some(true)
    }
}

/// An HTTP endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// The port.
    pub port: u16,
    /// The path.
    pub path: String,
}

/// What a program does in a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Runs an AI agent with tools (OpenClaw).
    AgentGateway,
    /// Forwards model calls and holds provider keys (LiteLLM).
    LlmProxy,
    /// Lets others out to the internet (Smokescreen, Squid).
    ForwardProxy,
    /// Gives limited access to a container engine's API.
    SocketProxy,
    /// Takes requests from outside (Caddy, Traefik, nginx).
    ReverseProxy,
    /// Dials out and takes requests from outside (cloudflared).
    Tunnel,
    /// Keeps data (Redis, PostgreSQL).
    Datastore,
    /// Administers something (Portainer, pgAdmin).
    AdminUi,
    /// Reads the host for metrics or logs (node-exporter, promtail).
    Exporter,
    /// Gets certificates.
    Acme,
    /// Routes other containers through a VPN.
    Vpn,
}

impl Role {
    /// The role's name in rules and config.
    pub fn name(self) -> &'static str {
        match self {
            Role::AgentGateway => "agent-gateway",
            Role::LlmProxy => "llm-proxy",
            Role::ForwardProxy => "forward-proxy",
            Role::SocketProxy => "socket-proxy",
            Role::ReverseProxy => "reverse-proxy",
            Role::Tunnel => "tunnel",
            Role::Datastore => "datastore",
            Role::AdminUi => "admin-ui",
            Role::Exporter => "exporter",
            Role::Acme => "acme",
            Role::Vpn => "vpn",
        }
    }
}

impl Knowledge {
    /// What is part of the program.
    ///
    /// # Errors
    /// A mistake in a knowledge file, as a sentence; a test makes sure that there is none.
    pub fn embedded() -> Result<Knowledge, String> {
        let mut all = Knowledge::default();
        for (path, text, brief) in KNOWLEDGE {
            // Where the build could not read it, the YAML parser says why.
            let file = serde_json::from_str(brief).or_else(|_| serde_yaml::from_str(text));
            all.add(file.map_err(|e| format!("{path}: {e}"))?);
        }
        Ok(all)
    }

    /// Adds the entries of a file; of two entries for one image the first stays.
    pub fn add(&mut self, file: KnowledgeFile) {
        self.images.extend(file.images);
        self.stores.extend(file.stores);
        self.listeners.extend(file.listeners);
        self.platforms.extend(file.platforms);
        self.withdrawn.extend(file.withdrawn);
    }

    /// The ports of a repository's program, where all of them are known.
    pub fn listeners(&self, repository: &str) -> Option<&Listeners> {
        let name = short(repository);
        self.listeners.iter().find(|entry| entry.names.iter().any(|n| names(n, name)))
    }

    /// The entry of a repository (`docker.io/library/redis`, `redis`), without tag or digest.
    pub fn image(&self, repository: &str) -> Option<&Image> {
        self.images.iter().find(|image| image.is_of(repository))
    }
}

impl Image {
    /// Whether this entry is about a repository, without tag or digest.
    pub fn is_of(&self, repository: &str) -> bool {
        let name = short(repository);
        self.names.iter().any(|n| names(n, name))
    }
}

/// A repository without what docker adds by itself.
fn short(repository: &str) -> &str {
    let hub = ["docker.io/library/", "docker.io/", "index.docker.io/library/", "library/"];
    hub.iter().find_map(|prefix| repository.strip_prefix(prefix)).unwrap_or(repository)
}

fn names(pattern: &str, name: &str) -> bool {
    match pattern.strip_prefix("*/") {
        Some(last) => name == last || name.ends_with(last) && name[..name.len() - last.len()].ends_with('/'),
        None => short(pattern) == name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_build_makes_of_the_files_says_what_they_say() {
        for (path, text, brief) in KNOWLEDGE {
            let yaml: KnowledgeFile = serde_yaml::from_str(text).expect("a knowledge file");
            let json: KnowledgeFile =
                serde_json::from_str(brief).unwrap_or_else(|e| panic!("{path}: {e}: quote the value"));
            assert_eq!(format!("{yaml:?}"), format!("{json:?}"), "{path}");
        }
    }

    #[test]
    fn the_embedded_files_are_valid() {
        Knowledge::embedded().expect("knowledge");
    }
}
