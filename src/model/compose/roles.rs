//! Who a service is: by what the user says, else by its image, else by how it is built, started and mounted, else by its name.

use super::build::Build;
use super::image::Reference;
use super::read::texts;
use super::shell;
use crate::knowledge::{Image, Knowledge, Role};
use crate::text::Text;
use crate::yaml::Node;

/// Who a service is.
#[derive(Debug, Default)]
pub(super) struct Identity<'a> {
    /// The knowledge entry of its image; `None` for images built here, whatever they are called.
    pub(super) image: Option<&'a Image>,
    /// The entry of the image that it is built upon, whose needs of the host it has as well.
    pub(super) base: Option<&'a Image>,
    /// What the software is called.
    pub(super) title: Option<&'a str>,
    pub(super) roles: Vec<Role>,
    /// What says so; `None` where nothing does.
    pub(super) by: Option<&'static str>,
    /// Whether the image is not known as a text, so that its roles could be any.
    pub(super) open: bool,
}

/// Finds out who the service `name` of `node` is; `build` is its Dockerfile, where it is built here.
pub(super) fn identify<'a>(
    knowledge: &'a Knowledge,
    name: &str,
    node: &Node,
    reference: Option<&Reference>,
    build: Option<&Build<'a>>,
) -> Identity<'a> {
    let told: Vec<Role> = knowledge.service_roles.iter().filter(|(n, _)| n == name).map(|(_, role)| *role).collect();
    if told.is_empty() {
        return found(knowledge, name, node, reference, build);
    }
    // The user's word on the role wins; what is known of the image stays known.
    let found = found(knowledge, name, node, reference, build);
    let fits = told.iter().all(|role| found.roles.contains(role));
    let title = found.title.filter(|_| fits).or_else(|| title_of(&told));
    Identity { image: found.image, base: found.base, title, roles: told, by: Some("config"), open: false }
}

/// What the deployment itself says.
fn found<'a>(
    knowledge: &'a Knowledge,
    name: &str,
    node: &Node,
    reference: Option<&Reference>,
    build: Option<&Build<'a>>,
) -> Identity<'a> {
    let local = node.get("build").is_some_and(|b| !b.is_null());
    if let Some((role, title)) = build.and_then(Build::role) {
        return Identity { title: Some(title), roles: vec![role], by: Some("build"), ..Identity::default() };
    }
    if let Some(entry) = reference.and_then(|r| r.knowledge(knowledge)) {
        let image = (!local).then_some(entry);
        return Identity { image, ..of(entry, "image") };
    }
    let another = build.is_some_and(Build::starts_another) && node.get("command").is_none();
    if let Some((roles, by)) = by_config(node).filter(|(_, by)| *by == "command" || !another) {
        return Identity { title: title_of(roles), roles: roles.to_vec(), by: Some(by), ..Identity::default() };
    }
    let foundation = build.and_then(Build::base).map(Reference::parse);
    if let Some(entry) = foundation.and_then(|b| b.knowledge(knowledge)) {
        return Identity { base: Some(entry), ..of(entry, "build") };
    }
    let named = reference.is_some_and(|r| r.repository.is_known());
    let by_its_name = if local || !named { by_name(knowledge, name, node) } else { None };
    if let Some(entry) = by_its_name {
        return of(entry, "name");
    }
    Identity { open: !local && !named, ..Identity::default() }
}

fn of<'a>(entry: &'a Image, by: &'static str) -> Identity<'a> {
    Identity { title: Some(&entry.title), roles: entry.roles.clone(), by: Some(by), ..Identity::default() }
}

const GATEWAY: &[Role] = &[Role::AgentGateway];
const LLM: &[Role] = &[Role::LlmProxy];

fn title_of(roles: &[Role]) -> Option<&'static str> {
    match roles.first()? {
        Role::AgentGateway => Some("OpenClaw"),
        Role::LlmProxy => Some("LiteLLM"),
        _ => None,
    }
}

/// By what it is told: OpenClaw's own command line, state directory and gateway token; LiteLLM's command.
fn by_config(node: &Node) -> Option<(&'static [Role], &'static str)> {
    let words: Vec<Text> = [texts(node.get("entrypoint")), texts(node.get("command"))].concat();
    let commands = shell::commands(&words);
    let says = |word: &str| commands.iter().flatten().any(|w| shell::base(w.value()) == word);
    if says("gateway") && (says("openclaw") || says("clawdbot") || says("moltbot") || says("openclaw.mjs")) {
        return Some((GATEWAY, "command"));
    }
    if commands.iter().any(|c| c.first().is_some_and(|p| shell::base(p.value()) == "litellm")) {
        return Some((LLM, "command"));
    }
    let environment = super::read::entries(node.get("environment"));
    let gateway_token = |n: &str| {
        matches!(
            n,
            "OPENCLAW_GATEWAY_TOKEN" | "OPENCLAW_STATE_DIR" | "CLAWDBOT_GATEWAY_TOKEN" | "MOLTBOT_GATEWAY_TOKEN"
        )
    };
    let told = environment.iter().any(|e| e.key.known().is_some_and(gateway_token));
    if told && state_directory(node) {
        return Some((GATEWAY, "environment"));
    }
    (state_directory(node) && says("gateway")).then_some((GATEWAY, "mount"))
}

/// Whether it mounts OpenClaw's state directory for writing.
fn state_directory(node: &Node) -> bool {
    let volumes = node.get("volumes").and_then(Node::seq).unwrap_or(&[]);
    volumes
        .iter()
        .filter_map(|v| v.get("target")?.known())
        .any(|t| [".openclaw", ".clawdbot", ".moltbot"].iter().any(|d| t.split('/').any(|part| part == *d)))
}

/// By the name of the service or container, as far as it is an image's name: `redis`, `litellm`, `openclaw-gateway`.
fn by_name<'a>(knowledge: &'a Knowledge, name: &str, node: &Node) -> Option<&'a Image> {
    let container = node.get("container_name").and_then(Node::known);
    [Some(name), container].into_iter().flatten().find_map(|n| {
        let bare = n.strip_suffix("-gateway").or_else(|| n.strip_suffix("_gateway")).unwrap_or(n);
        knowledge.image(n).or_else(|| knowledge.image(bare).filter(|e| e.roles.contains(&Role::AgentGateway)))
    })
}
