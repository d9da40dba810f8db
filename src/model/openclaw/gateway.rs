//! Facts of subjects `openclaw.gateway` and `openclaw.variable`: a gateway that something starts, and its environment.
//!
//! Where it listens and who may speak to it follow from its command line, its environment and its configuration; what
//! may come from a file outside of the tree is unknown.

use super::config::Config;
use super::credential::{self, Site};
use super::launch::Options;
use super::probe::Probe;
use super::version;
use crate::model::Model;
use crate::model::fact::{Fact, FactId, Field, FieldKind, Schema, Value, field};
use crate::model::subject::Subject;
use crate::source::Span;
use crate::text::{PieceKind, Place, Provenance, Text};
use crate::yaml::Node;

/// The fields of `openclaw.gateway`.
pub const GATEWAY: Schema = Schema {
    name: "openclaw.gateway",
    doc: "An OpenClaw gateway that something starts: a compose service, a unit, a script, a task, a Dockerfile.",
    fields: &[
        field(
            "origin",
            FieldKind::OneOf(&["compose", "unit", "script", "ansible", "dockerfile", "config"]),
            "`compose`, `unit`, `script`, `ansible`, `dockerfile`, `config` (nothing visible starts it).",
        ),
        field("name", FieldKind::Str, "The service's or the unit's name."),
        field("container", FieldKind::Bool, "Whether it runs in a container."),
        field("image", FieldKind::Str, "The image."),
        field("official", FieldKind::Bool, "Whether it is the image that OpenClaw publishes."),
        field("release", FieldKind::Int, "The release that runs, as `20260906`; null where it is not known."),
        field("own_command", FieldKind::Bool, "Whether a command line is written; else the image's own runs."),
        field(
            "allow_unconfigured",
            FieldKind::Bool,
            "Whether `--allow-unconfigured` is given, by the image's own command too.",
        ),
        field(
            "bind",
            FieldKind::Str,
            "Where it is told to listen: by `--bind`, else by the configuration; null where by neither.",
        ),
        field("bind_flag", FieldKind::Str, "`--bind`."),
        field(
            "unknown_options",
            FieldKind::List(&FieldKind::Str),
            "The options that no release of OpenClaw knows, as they stand.",
        ),
        field(
            "sign",
            FieldKind::OneOf(&["program", "image", "option", "around", "config"]),
            "What says that it is OpenClaw: the `program` or its path, the `image`, an `option` that no other program has, what stands `around` a script named `dist/index.js`, or a `config` alone.",
        ),
        field(
            "auth",
            FieldKind::OneOf(&["token", "password", "trusted-proxy", "none", "missing"]),
            "`token`, `password`, `trusted-proxy`, `none` (said so), `missing` (nothing says any).",
        ),
        field("auth_visible", FieldKind::Bool, "Whether any credential is visible."),
        field("auth_absent", FieldKind::Bool, "Whether it is certain that there is none."),
        field("host_network", FieldKind::Bool, "Whether it shares the host's network."),
        field("published", FieldKind::Str, "The published port that leads to the gateway's own."),
        field("tailscale", FieldKind::Str, "`gateway.tailscale.mode`."),
        field("probe_path", FieldKind::Str, "The path that its healthcheck asks the gateway for."),
        field("probe_reads_body", FieldKind::Bool, "Whether the healthcheck looks at the answer."),
        field("probe_command", FieldKind::Str, "The `openclaw` command that its healthcheck runs."),
        field("probe_bounded", FieldKind::Bool, "Whether that command is given `--timeout` or `--require-rpc`."),
    ],
};

/// The fields of `openclaw.variable`.
pub const VARIABLE: Schema = Schema {
    name: "openclaw.variable",
    doc: "A variable of a gateway's environment that OpenClaw or its older names know.",
    fields: &[
        field("name", FieldKind::Str, "Its name."),
        field(
            "value",
            FieldKind::Str,
            "The value of `OPENCLAW_GATEWAY_BIND` and `OPENCLAW_CONFIG_READONLY`; null for others.",
        ),
        field("legacy", FieldKind::Bool, "Whether it has an older name: `CLAWDBOT_`, `MOLTBOT_`."),
        field("replacement", FieldKind::Str, "Today's name of an older one."),
        field("gateway", FieldKind::Fact(Subject::OpenClawGateway), "The gateway."),
        field("older_program", FieldKind::Bool, "Whether what runs has an older name too, by its image or command."),
    ],
};

/// What a gateway may be given that is not seen with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hidden {
    /// Nothing: all is seen.
    Nothing,
    /// Variables or a configuration that are not in the tree.
    Settings,
    /// These, and a credential that a service of the deployment has, which may be what runs the gateway.
    Credential,
}

/// A gateway before it is a fact.
#[derive(Debug, Clone)]
pub(super) struct Gateway {
    /// What starts it.
    pub(super) origin: &'static str,
    /// What says that it is OpenClaw.
    pub(super) sign: &'static str,
    /// Its name.
    pub(super) name: Option<Text>,
    /// Where it is started.
    pub(super) place: Place,
    /// Whether it runs in a container.
    pub(super) container: bool,
    /// The image.
    pub(super) image: Option<Text>,
    /// The command line's options; `None` where the image's own command runs.
    pub(super) options: Option<Options>,
    /// Its environment.
    pub(super) environment: Vec<(Text, Option<Text>)>,
    /// What it may be given that is not seen with it.
    pub(super) hidden: Hidden,
    /// Whether it shares the host's network.
    pub(super) host_network: bool,
    /// The published port that leads to it.
    pub(super) published: Option<Place>,
    /// Its healthcheck.
    pub(super) probe: Option<Probe>,
}

/// What is known of a gateway's configuration.
#[derive(Debug, Clone, Copy)]
pub(super) enum Configured<'c> {
    /// There is none.
    None,
    /// It is this one.
    One(&'c Config<'c>),
    /// It is not in the tree, or one of several.
    Hidden,
}

/// Adds the facts of a gateway.
pub(super) fn build(model: &mut Model<'_>, gateway: &Gateway, config: Configured<'_>, release: Option<i64>) -> FactId {
    let own = gateway.image.as_ref().and_then(version::of_image);
    let release = if gateway.image.is_some() { own } else { release };
    let auth = auth(gateway, config);
    let unknown = |why: &str| Field::derived(Value::Unknown(why.to_owned()));
    let options = gateway.options.clone().unwrap_or_default();
    let official = gateway.image.as_ref().is_some_and(|i| version::is_official(&i.display()));
    let tailscale = match config {
        Configured::One(config) => config.text(&["gateway", "tailscale", "mode"]),
        _ => None,
    };
    let mut fact = Fact::new(Subject::OpenClawGateway, gateway.place.clone())
        .with("origin", gateway.origin)
        .with("name", gateway.name.as_ref().map_or(Field::derived(Value::Null), Field::text))
        .with("container", gateway.container)
        .with("image", gateway.image.as_ref().map_or(Field::derived(Value::Null), Field::text))
        .with("official", official)
        .with("release", release)
        .with("own_command", gateway.options.is_some())
        .with("allow_unconfigured", allow(&options, gateway))
        .with("bind", bind(gateway, &options, config))
        .with("unknown_options", Value::List(options.unknown.iter().map(Field::text).collect()))
        .with("sign", gateway.sign)
        .with("bind_flag", options.bind.as_ref().map_or(Field::derived(Value::Null), Field::text))
        .with("auth_visible", visible(&auth, gateway))
        .with("auth_absent", matches!(auth, Auth::None(_)))
        .with("host_network", gateway.host_network)
        .with("published", gateway.published.clone().map_or(Field::derived(Value::Null), |p| Field::at("published", p)))
        .with("tailscale", tailscale.as_ref().map_or(Field::derived(Value::Null), Field::text));
    fact = match auth {
        Auth::Some(kind, span) => fact.with("auth", placed(kind, span)),
        Auth::None(Some(place)) => fact.with("auth", Field::at("none", place)),
        Auth::None(None) => fact.with("auth", "missing"),
        Auth::Unknown => fact.with("auth", unknown("credentials outside of these files")),
    };
    if let Some(probe) = &gateway.probe {
        fact = probe.fields(fact);
    }
    let id = model.facts.add(fact);
    variables(model, gateway, id, release);
    id
}

/// Whether a credential is visible; one that a service is given may be that of the script which the service runs.
fn visible(auth: &Auth, gateway: &Gateway) -> Value {
    match auth {
        Auth::Unknown if gateway.hidden == Hidden::Credential => {
            Value::Unknown("whose credential it is that a service is given".to_owned())
        }
        auth => Value::Bool(matches!(auth, Auth::Some(..))),
    }
}

fn placed(value: &'static str, span: Option<Span>) -> Field {
    span.map_or_else(|| Field::derived(value), |span| Field::at(value, span.into()))
}

/// The image's own command has the option.
fn allow(options: &Options, gateway: &Gateway) -> Field {
    match options.allow_unconfigured {
        Some(span) => Field::at(true, span.into()),
        None => Field::derived(gateway.options.is_none() && gateway.origin == "compose"),
    }
}

fn bind(gateway: &Gateway, options: &Options, config: Configured<'_>) -> Field {
    if let Some(flag) = &options.bind {
        return Field::text(flag);
    }
    let unknown = || Field::derived(Value::Unknown("the gateway's configuration".to_owned()));
    if options.open {
        return unknown();
    }
    match config {
        Configured::One(config) => match config.text(&["gateway", "bind"]) {
            Some(text) if text.value().contains("${") => unknown(),
            Some(text) => Field::text(&text),
            None if config.is_complete() => Field::derived(Value::Null),
            None => unknown(),
        },
        Configured::None if gateway.hidden == Hidden::Nothing => Field::derived(Value::Null),
        Configured::None | Configured::Hidden => unknown(),
    }
}

/// Whether an empty value is only what a variable is by default: `${TOKEN:-}`.
pub(super) fn may_be_set(value: &Text) -> bool {
    value.pieces().iter().any(|piece| matches!(piece.kind, PieceKind::Variable(_)))
}

/// Whether whoever expands the value stops where it is not set.
fn required(value: &Text) -> bool {
    value.variables().iter().any(|v| v.provenance == Provenance::Required)
}

enum Auth {
    /// There is some: its kind and its place.
    Some(&'static str, Option<Span>),
    /// There is none; where that is said.
    None(Option<Place>),
    /// It may come from elsewhere.
    Unknown,
}

fn auth(gateway: &Gateway, config: Configured<'_>) -> Auth {
    let options = gateway.options.clone().unwrap_or_default();
    let mode = match (&options.auth, config) {
        (Some(mode), _) => Some(mode.clone()),
        (None, Configured::One(config)) => config.text(&["gateway", "auth", "mode"]),
        (None, _) => None,
    };
    match mode.as_ref().map(Text::known) {
        Some(Some("none")) => return Auth::None(mode.map(|m| m.place())),
        Some(Some("trusted-proxy")) => return Auth::Some("trusted-proxy", mode.map(|m| m.span())),
        Some(None) => return Auth::Unknown,
        _ => {}
    }
    if options.token.is_some() {
        return Auth::Some("token", options.token);
    }
    if options.password.is_some() {
        return Auth::Some("password", options.password);
    }
    let mut unknown = options.open || gateway.hidden != Hidden::Nothing || matches!(config, Configured::Hidden);
    for (name, value) in &gateway.environment {
        let kind = match name.known() {
            Some("OPENCLAW_GATEWAY_TOKEN") => "token",
            Some("OPENCLAW_GATEWAY_PASSWORD") => "password",
            _ => continue,
        };
        match value.as_ref().map(Text::known) {
            Some(Some("")) if value.as_ref().is_some_and(may_be_set) => unknown = true,
            Some(Some("")) => {}
            Some(Some(_)) => return Auth::Some(kind, Some(name.span())),
            // `${TOKEN:?}`: nothing starts without one.
            Some(None) if value.as_ref().is_some_and(required) => return Auth::Some(kind, Some(name.span())),
            Some(None) | None => unknown = true,
        }
    }
    if let Configured::One(config) = config {
        for (key, kind) in [("token", "token"), ("password", "password")] {
            if let Some(node) = config.get(&["gateway", "auth", key]).filter(|n| !n.is_null()) {
                return Auth::Some(kind, Some(node.span()));
            }
        }
        unknown |= !config.is_complete();
    }
    if unknown { Auth::Unknown } else { Auth::None(None) }
}

/// Today's name of an older variable, without its prefix; `None` where OpenClaw reads none like it.
fn today(rest: &str) -> Option<String> {
    let read = ["CONFIG_PATH", "GATEWAY_PASSWORD", "GATEWAY_PORT", "GATEWAY_TOKEN", "GATEWAY_URL", "HOME", "STATE_DIR"];
    read.contains(&rest).then(|| format!("OPENCLAW_{rest}"))
}

/// Whether what runs is of the days before the name OpenClaw: its image or its program has an older name.
fn older_program(gateway: &Gateway) -> bool {
    let image = gateway.image.as_ref().map(Text::display).unwrap_or_default();
    let program = gateway.options.as_ref().is_some_and(|o| o.older_program);
    program || ["clawdbot", "moltbot"].iter().any(|name| image.contains(name))
}

fn variables(model: &mut Model<'_>, gateway: &Gateway, id: FactId, release: Option<i64>) {
    for (name, value) in &gateway.environment {
        let Some(known) = name.known() else { continue };
        let older = ["CLAWDBOT_", "MOLTBOT_"].iter().find_map(|old| known.strip_prefix(old));
        if older.is_none() && !known.starts_with("OPENCLAW_") {
            continue;
        }
        let public = matches!(known, "OPENCLAW_GATEWAY_BIND" | "OPENCLAW_CONFIG_READONLY");
        let shown = value.as_ref().filter(|_| public);
        let fact = Fact::new(Subject::OpenClawVariable, name.place())
            .with("name", known)
            .with("value", shown.map_or(Field::derived(Value::Null), Field::text))
            .with("legacy", older.is_some())
            .with("replacement", older.and_then(today))
            .with("older_program", older_program(gateway))
            .with("gateway", id);
        model.facts.add(fact);
        let secret = matches!(known, "OPENCLAW_GATEWAY_TOKEN" | "OPENCLAW_GATEWAY_PASSWORD");
        if let Some(value) = value.as_ref().filter(|v| secret && !v.is_empty()) {
            let site =
                Site { path: known, origin: "environment", gateway: true, template: false, release, config: None };
            model.facts.add(credential::fact(site, &Node::string(value.clone())));
        }
    }
}
