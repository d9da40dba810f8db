//! What is known about software, as data: `rules/knowledge/*.yaml`.
//!
//! Entries say of an image its role, ports, health endpoints and needs, each with its source. What is not there is
//! unknown. Matching an image reference to its entry is here; using it is left to `model`.

mod endpoint;
mod engine_client;
mod entries;
mod listeners;
mod login;
mod need;
mod platform;

use schemars::JsonSchema;
use serde::Deserialize;

mod store;
mod variant;
mod withdrawn;

use entries::Table;

pub use endpoint::{Endpoint, Switch};
pub use engine_client::EngineClient;
pub use entries::{Entries, Named};
pub use listeners::{Listeners, Listens};
pub use login::{Login, User};
pub use need::Need;
pub use platform::{Listed, Platform, Sign, listed, platforms};
pub use store::Store;
pub use variant::Variant;
pub(crate) use variant::at_least;
pub use withdrawn::Withdrawn;

include!(concat!(env!("OUT_DIR"), "/knowledge.rs"));

/// All entries.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    /// Known images, the user's first.
    pub images: Entries<Image>,
    /// Where known images keep their data and their programs.
    pub stores: Entries<Store>,
    /// Names that images are no longer published under.
    pub withdrawn: Vec<Withdrawn>,
    /// Roles that the user gave to services, by the service's name.
    pub service_roles: Vec<(String, Role)>,
    /// The ports that programs listen on.
    pub listeners: Entries<Listeners>,
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
    /// What has to be told for these paths to answer at all.
    pub health_switch: Option<Switch>,
    /// What makes its main port speak TLS.
    pub tls: Option<Switch>,
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
    /// Variables that let it change something as well, where they are set to anything but `false`.
    pub manages_with: Vec<String>,
    /// The version in which it asks that API, by release, where it can only ask in that one.
    pub engine_clients: Vec<EngineClient>,
    /// What it must have of the host to do its work at all.
    pub needs_host: Vec<Need>,
    /// What to write in place of `privileged`, where its documentation shows a way without it.
    pub unprivileged: Option<String>,
    /// The users that it makes, of a data store.
    pub login: Option<Login>,
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

    /// Each of the HTTP paths that answer a health probe, in whichever release.
    pub fn health_paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = self.health.iter().map(|h| h.path.clone()).collect();
        let mut seen = std::collections::HashSet::new();
        paths.retain(|path| seen.insert(path.clone()));
        paths
    }

    /// How the image with this tag asks a container engine, where it can only ask in one version of the API.
    pub fn engine_client(&self, tag: &str) -> Option<&EngineClient> {
        self.engine_clients.iter().find(|client| client.holds(tag))
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
        let mut all = Self {
            images: Entries::new(&IMAGES),
            stores: Entries::new(&STORES),
            listeners: Entries::new(&LISTENERS),
            ..Self::default()
        };
        for (path, text, brief) in KNOWLEDGE {
            if !brief.is_empty() && !brief.contains("\"withdrawn\":") {
                continue;
            }
            // Where the build could not read it, the YAML parser says why.
            let file = serde_json::from_str(brief).or_else(|_| serde_yaml::from_str::<KnowledgeFile>(text));
            all.withdrawn.extend(file.map_err(|e| format!("{path}: {e}"))?.withdrawn);
        }
        Ok(all)
    }

    /// Adds images that the user knows, which win over the program's own.
    pub fn add_images(&mut self, images: Vec<Image>) {
        self.images.add(images);
    }

    /// The ports of a repository's program, where all of them are known.
    pub fn listeners(&self, repository: &str) -> Option<&Listeners> {
        self.listeners.of(repository).next()
    }

    /// The entry of a repository (`docker.io/library/redis`, `redis`), without tag or digest.
    pub fn image(&self, repository: &str) -> Option<&Image> {
        self.images.of(repository).next()
    }

    /// What is known of where a repository with this tag keeps its data; no tag is `latest`.
    pub fn store(&self, repository: &str, tag: Option<&str>) -> Option<&Store> {
        self.stores.of(repository).find(|store| store.is_of_tag(tag))
    }

    /// The same where the tag is not known: only what is so in all releases.
    pub fn store_of_all(&self, repository: &str) -> Option<&Store> {
        self.stores.of(repository).next().filter(|store| store.is_of_all())
    }
}

impl Named for Image {
    fn names(&self) -> &[String] {
        &self.names
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
    let hub = [
        "docker.io/library/",
        "docker.io/",
        "index.docker.io/library/",
        "public.ecr.aws/docker/library/",
        "mirror.gcr.io/library/",
        "library/",
    ];
    // The official images of one architecture.
    let machines =
        ["amd64/", "arm32v5/", "arm32v6/", "arm32v7/", "arm64v8/", "i386/", "ppc64le/", "riscv64/", "s390x/"];
    let name = hub.iter().find_map(|prefix| repository.strip_prefix(prefix)).unwrap_or(repository);
    let name = machines.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    let ends = ["-linux-amd64", "-linux-arm64", "-amd64", "-arm64", "-armv7"];
    ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
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
