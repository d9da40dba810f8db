//! Facts about one configuration: `openclaw.config`, `openclaw.setting`, `openclaw.secret`, `openclaw.proxy` and
//! `openclaw.channel`.
//!
//! What a configuration does not say is absent only where it is whole; else it is unknown.

use std::collections::HashSet;

use super::address::Range;
use super::config::{Config, truth};
use super::credential::{self, Site};
use super::keys;
use crate::model::Model;
use crate::model::fact::{Fact, FactId, Field, FieldKind, Schema, Value, field};
use crate::model::file_purpose::is_template;
use crate::model::subject::Subject;
use crate::yaml::Node;

const STRINGS: FieldKind = FieldKind::List(&FieldKind::Str);

/// The fields of `openclaw.config`.
pub const CONFIG: Schema = Schema {
    name: "openclaw.config",
    doc: "A configuration of an OpenClaw gateway: an `openclaw.json`, or the `openclaw config set` commands of a file.",
    fields: &[
        field("origin", FieldKind::OneOf(&["file", "commands"]), "What writes it."),
        field("template", FieldKind::Bool, "Whether it is rendered first."),
        field("release", FieldKind::Int, "The release that runs, as `20260906`; null where it is not known."),
        field("bind", FieldKind::Str, "`gateway.bind`."),
        field("mode", FieldKind::Str, "`gateway.mode`."),
        field("custom_bind_host", FieldKind::Str, "`gateway.customBindHost`."),
        field("auth_mode", FieldKind::Str, "`gateway.auth.mode`."),
        field("token", FieldKind::Bool, "Whether `gateway.auth.token` is set."),
        field("password", FieldKind::Bool, "Whether `gateway.auth.password` is set."),
        field("user_header", FieldKind::Str, "`gateway.auth.trustedProxy.userHeader`."),
        field("trusted_proxies", STRINGS, "`gateway.trustedProxies`; empty where there are none."),
        field("tailscale", FieldKind::Str, "`gateway.tailscale.mode`."),
        field("origins", STRINGS, "`gateway.controlUi.allowedOrigins`."),
        field("any_origin", FieldKind::Str, "The origin `*`, where it is allowed."),
        field("host_header_fallback", FieldKind::Bool, "`controlUi.dangerouslyAllowHostHeaderOriginFallback`."),
        field("hooks_enabled", FieldKind::Bool, "`hooks.enabled`."),
        field("hooks_path", FieldKind::Str, "`hooks.path`."),
        field("hooks_token_shared", FieldKind::Str, "The gateway's key that `hooks.token` is equal to."),
    ],
};

/// The fields of `openclaw.setting`.
pub const SETTING: Schema = Schema {
    name: "openclaw.setting",
    doc: "A key of an OpenClaw configuration, by file or by `openclaw config set`; below an unknown key nothing is listed.",
    fields: &[
        field("path", FieldKind::Str, "The key with those above it: `gateway.bind`."),
        field(
            "known",
            FieldKind::OneOf(&["yes", "retired", "later", "no"]),
            "`yes`, `retired` (older releases have it), `later` (newer ones), `no`.",
        ),
        field("refused", FieldKind::Bool, "Whether the release refuses it; unknown between the measured releases."),
        field("name", FieldKind::Str, "The key alone."),
        field("above", FieldKind::Str, "The keys above it: `gateway`; empty at the top."),
        field("resembled", FieldKind::Str, "The last key of what it resembles."),
        field("replaced", FieldKind::Str, "What took a retired key's place, where that is known."),
        field("resembles", FieldKind::Str, "The known key that an unknown one resembles."),
        field("command", FieldKind::Bool, "Whether a `config set` command names it."),
        field("release", FieldKind::Int, "The release that runs; null where it is not known."),
        field("config", FieldKind::Fact(Subject::OpenClawConfig), "The configuration."),
    ],
};

/// The fields of `openclaw.proxy`.
pub const PROXY: Schema = Schema {
    name: "openclaw.proxy",
    doc: "An entry of `gateway.trustedProxies`.",
    fields: &[
        field("value", FieldKind::Str, "The entry."),
        field("address", FieldKind::Bool, "Whether it is an address or a range."),
        field("wide", FieldKind::Bool, "Whether it is a range wider than /8, or /32 of IPv6."),
        field("private", FieldKind::Bool, "Whether all of it is private or loopback."),
        field("loopback", FieldKind::Bool, "Whether it is loopback."),
        field(
            "in_a_network",
            FieldKind::Bool,
            "Whether it is in a network of the deployment; null where none has a known range.",
        ),
        field("networks", STRINGS, "The ranges of the deployment's networks."),
        field(
            "native",
            FieldKind::Bool,
            "Whether a systemd unit of the deployment runs the gateway, and no container does.",
        ),
        field("config", FieldKind::Fact(Subject::OpenClawConfig), "The configuration."),
    ],
};

/// The fields of `openclaw.channel`.
pub const CHANNEL: Schema = Schema {
    name: "openclaw.channel",
    doc: "A chat channel of an OpenClaw configuration.",
    fields: &[
        field("name", FieldKind::Str, "`telegram`, `discord` …"),
        field("open", FieldKind::Str, "The policy that lets anybody in: `dmPolicy` or `groupPolicy`."),
        field("elevated", FieldKind::Str, "The `*` of `tools.elevated.allowFrom` for this channel."),
        field("exec", FieldKind::Str, "`full`, where commands run without approval."),
        field("profile", FieldKind::Str, "`tools.profile`."),
        field("config", FieldKind::Fact(Subject::OpenClawConfig), "The configuration."),
    ],
};

/// What a configuration's facts need from the rest of the deployment.
#[derive(Debug, Clone, Default)]
pub(super) struct Around {
    /// The release that runs.
    pub(super) release: Option<i64>,
    /// The ranges of all networks; `None` where one of them is not known.
    pub(super) networks: Option<Vec<Range>>,
    /// Whether a unit runs the gateway and no container does.
    pub(super) native: bool,
}

/// Adds the facts of `config`.
pub(super) fn build(model: &mut Model<'_>, config: &Config<'_>, around: &Around) -> FactId {
    let id = model.facts.add(config_fact(config, around));
    settings(model, config, id, around);
    secrets(model, config, id, around);
    proxies(model, config, id, around);
    channels(model, config, id);
    id
}

/// The field of a scalar: null where the configuration is whole and does not say it, unknown where it is a part.
fn scalar(config: &Config<'_>, path: &[&str]) -> Field {
    match config.text(path) {
        Some(text) if !text.value().contains("${") => Field::text(&text),
        Some(text) => Field::at(Value::Unknown(text.display()), text.place()),
        None => absent(config),
    }
}

fn absent(config: &Config<'_>) -> Field {
    let why = || Value::Unknown("the rest of the configuration".to_owned());
    Field::derived(if config.is_complete() { Value::Null } else { why() })
}

fn flag(config: &Config<'_>, path: &[&str]) -> Field {
    let Some(node) = config.get(path) else { return absent(config) };
    let value = truth(Some(&node)).map_or_else(|| Value::Unknown("a value".to_owned()), Value::Bool);
    Field::at(value, node.span().into())
}

fn list(config: &Config<'_>, path: &[&str]) -> Field {
    let Some(node) = config.get(path) else {
        return if config.is_complete() { Field::derived(Value::List(Vec::new())) } else { absent(config) };
    };
    let items = node.seq().unwrap_or(&[]).iter().map(|n| n.text().map_or(Value::Null.into(), Field::text));
    Field::at(Value::List(items.collect()), node.span().into())
}

/// Whether something is set at a path: its value stays out.
fn is_set(config: &Config<'_>, path: &[&str]) -> Field {
    match config.get(path) {
        Some(node) => Field::at(!node.is_null(), node.span().into()),
        None if config.is_complete() => Field::derived(false),
        None => absent(config),
    }
}

fn config_fact(config: &Config<'_>, around: &Around) -> Fact {
    let ui = |key: &'static str| ["gateway", "controlUi", key];
    let any = config.get(&ui("allowedOrigins"));
    let any = any.iter().filter_map(Node::seq).flatten().find(|n| n.known() == Some("*")).and_then(Node::text);
    Fact::new(Subject::OpenClawConfig, config.span.into())
        .with("origin", if config.is_file() { "file" } else { "commands" })
        .with("template", config.document.template || is_template(&config.document.path))
        .with("release", around.release)
        .with("bind", scalar(config, &["gateway", "bind"]))
        .with("mode", scalar(config, &["gateway", "mode"]))
        .with("custom_bind_host", scalar(config, &["gateway", "customBindHost"]))
        .with("auth_mode", scalar(config, &["gateway", "auth", "mode"]))
        .with("token", is_set(config, &["gateway", "auth", "token"]))
        .with("password", is_set(config, &["gateway", "auth", "password"]))
        .with("user_header", scalar(config, &["gateway", "auth", "trustedProxy", "userHeader"]))
        .with("trusted_proxies", list(config, &["gateway", "trustedProxies"]))
        .with("tailscale", scalar(config, &["gateway", "tailscale", "mode"]))
        .with("origins", list(config, &ui("allowedOrigins")))
        .with("any_origin", any.map_or(Field::derived(Value::Null), Field::text))
        .with("host_header_fallback", flag(config, &ui("dangerouslyAllowHostHeaderOriginFallback")))
        .with("hooks_enabled", flag(config, &["hooks", "enabled"]))
        .with("hooks_path", scalar(config, &["hooks", "path"]))
        .with("hooks_token_shared", shared(config))
}

/// The gateway's key whose value is also the hooks' token.
fn shared(config: &Config<'_>) -> Field {
    let Some(hooks) = config.text(&["hooks", "token"]) else { return Field::derived(Value::Null) };
    for key in ["token", "password"] {
        let Some(own) = config.text(&["gateway", "auth", key]) else { continue };
        if !own.is_empty() && own.display() == hooks.display() {
            return Field::at(format!("gateway.auth.{key}"), own.place());
        }
    }
    Field::derived(Value::Null)
}

/// Whether the known key `name` beside `path` takes what stands at `path`: a section whose keys it knows none of is no
/// slip of it.
fn takes(config: &Config<'_>, path: &[&str], name: &str) -> bool {
    let nodes = config.get(path);
    let below = nodes.iter().filter_map(Node::map).flatten().filter_map(|entry| entry.key.known());
    let mut below = below.peekable();
    let above = path.split_last().map_or(&[][..], |(_, above)| above);
    let known = |key: &str| keys::known(&[above, &[name, key]].concat()) != keys::Known::No;
    below.peek().is_none() || below.any(known)
}

fn settings(model: &mut Model<'_>, config: &Config<'_>, id: FactId, around: &Around) {
    let mut unknown: HashSet<Vec<String>> = HashSet::new();
    for setting in config.settings() {
        if (0..=setting.path.len()).filter_map(|end| setting.path.get(..end)).any(|above| unknown.contains(above)) {
            continue;
        }
        let parts: Vec<&str> = setting.path.iter().map(String::as_str).collect();
        let known = keys::known(&parts);
        if known != keys::Known::Yes {
            unknown.insert(setting.path.clone());
        }
        let name = match known {
            keys::Known::Yes => "yes",
            keys::Known::Retired => "retired",
            keys::Known::Later => "later",
            keys::Known::No | keys::Known::Unmeasured => "no",
        };
        let path = parts.join(".").replace(".[]", "[]");
        let refused = keys::refused(known, around.release);
        let refused = refused.map_or_else(|| Value::Unknown("the release of OpenClaw".to_owned()), Value::Bool);
        let resembles = if name == "no" { keys::resembles(&parts) } else { None };
        let resembles = resembles.filter(|name| takes(config, &parts, name));
        let fact = Fact::new(Subject::OpenClawSetting, setting.key.into())
            .with("path", path.as_str())
            .with("known", name)
            .with("refused", refused)
            .with("replaced", keys::replaced(&path))
            .with(
                "name",
                setting
                    .path
                    .last()
                    .map_or(Field::derived(Value::Null), |name| Field::at(name.as_str(), setting.key.into())),
            )
            .with("above", path.rsplit_once('.').map_or("", |(above, _)| above))
            .with("resembled", resembles.as_deref().and_then(|path| path.rsplit('.').next()).map(str::to_owned))
            .with("resembles", resembles)
            .with("command", !config.is_file())
            .with("release", around.release)
            .with("config", id);
        model.facts.add(fact);
    }
}

fn secrets(model: &mut Model<'_>, config: &Config<'_>, id: FactId, around: &Around) {
    for setting in config.settings() {
        let parts: Vec<&str> = setting.path.iter().map(String::as_str).collect();
        let gateway = matches!(parts.as_slice(), ["gateway", "auth", "token" | "password"] | ["hooks", "token"]);
        let channel = matches!(
            parts.as_slice(),
            [
                "channels",
                ..,
                "token" | "botToken" | "appToken" | "userToken" | "signingSecret" | "password" | "webhookSecret"
            ]
        );
        if !gateway && !channel || setting.value.is_null() {
            continue;
        }
        let path = parts.join(".");
        let site = Site {
            path: &path,
            origin: if config.is_file() { "config" } else { "command" },
            gateway,
            template: config.document.template || is_template(&config.document.path),
            release: around.release,
            config: Some(id),
        };
        model.facts.add(credential::fact(site, &setting.value));
    }
}

fn proxies(model: &mut Model<'_>, config: &Config<'_>, id: FactId, around: &Around) {
    let entries = config.get(&["gateway", "trustedProxies"]);
    for entry in entries.iter().filter_map(Node::seq).flatten() {
        let Some(text) = entry.text() else { continue };
        let mut fact = Fact::new(Subject::OpenClawProxy, text.place()).with("native", around.native).with("config", id);
        if let Some(known) = text.known().filter(|known| !known.contains("${")) {
            let range = Range::parse(known);
            let is = |test: fn(Range) -> bool| range.is_some_and(test);
            fact = fact
                .with("value", Field::text(text))
                .with("address", range.is_some())
                .with("wide", is(Range::is_wide))
                .with("private", is(Range::is_private))
                .with("loopback", is(Range::is_loopback));
            if let (Some(range), Some(networks)) = (range, &around.networks) {
                let shown = |r: &Range| Field::derived(format!("{}/{}", r.address, r.prefix));
                fact = fact
                    .with("in_a_network", networks.iter().any(|n| n.overlaps(range)))
                    .with("networks", Value::List(networks.iter().map(shown).collect()));
            }
        } else {
            for name in ["value", "address", "wide", "private", "loopback", "in_a_network"] {
                fact = fact.with(name, Field::derived(Value::Unknown(text.display())));
            }
        }
        model.facts.add(fact);
    }
}

fn channels(model: &mut Model<'_>, config: &Config<'_>, id: FactId) {
    let Some(channels) = config.get(&["channels"]) else { return };
    let full = |path: &[&str]| config.text(path).filter(|t| t.known() == Some("full"));
    let exec = full(&["tools", "exec", "security"]).or_else(|| full(&["tools", "exec", "mode"]));
    for entry in channels.map().unwrap_or(&[]) {
        let Some(name) = entry.key.known() else { continue };
        let policy = |key: &str| entry.value.get(key).and_then(Node::text).filter(|t| t.known() == Some("open"));
        let enabled = truth(entry.value.get("enabled")) != Some(false);
        let open = policy("dmPolicy").map(|t| ("dmPolicy", t));
        let open = open.or_else(|| policy("groupPolicy").map(|t| ("groupPolicy", t))).filter(|_| enabled);
        let allowed = config.get(&["tools", "elevated", "allowFrom", name]);
        let anyone = allowed.iter().filter_map(Node::seq).flatten().find(|n| n.known() == Some("*"));
        let null = || Field::derived(Value::Null);
        let fact = Fact::new(Subject::OpenClawChannel, entry.key.span().into())
            .with("name", name)
            .with("open", open.map_or_else(null, |(key, text)| Field::at(key, text.place())))
            .with("elevated", anyone.map_or_else(null, |n| Field::at("*", n.span().into())))
            .with("exec", exec.as_ref().map_or_else(null, Field::text))
            .with("profile", scalar(config, &["tools", "profile"]))
            .with("config", id);
        model.facts.add(fact);
    }
}
