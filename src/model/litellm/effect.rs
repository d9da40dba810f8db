//! What LiteLLM reads and does not do: values of a kind that it does not handle, and settings that another one, or its
//! own default, undoes. All measured on the proxy of 1.106.12 with a provider on loopback; what 1.110 reads, on its router.

use super::Config;
use super::service::{Use, Variable};
use super::version::{Holds, NEW_ROUTER, Version};
use super::view::{Lookup, View};
use crate::yaml::{Entry, Node, Resolved, Schema as Dialect};

/// What is wrong with a setting that LiteLLM knows.
#[derive(Debug, Clone, Copy)]
pub(super) enum Effect {
    /// The value is of a kind that LiteLLM does not handle: what happens.
    Problem(&'static str),
    /// The same, where only some of the releases that it may be do not handle it.
    ProblemOfSome(&'static str),
    /// Nothing comes of the setting: why.
    Inert(&'static str),
}

/// An effect, and what to write.
pub(super) type Told = (Effect, &'static str);

const NO_COOLDOWN: &str = "with this text no deployment is cooled down any more";
const NO_RETRY: &str = "when the provider fails, the client gets a TypeError and nothing is retried";
const NO_COOLDOWN_BEFORE: &str = "up to 1.109 no deployment is cooled down any more with this text";
const NO_RETRY_BEFORE: &str = "up to 1.109 the client gets a TypeError when the provider fails, and nothing is retried";
const NO_NUMBER: &str = "the router finds no number in this text and takes its default";
const QUOTED_FALSE: &str = "text is true, whatever it says: this turns the setting on";

/// The effect of one setting.
pub(super) fn of(config: &Config<'_>, used: Option<&Use>, section: &str, name: &str, entry: &Entry) -> Option<Told> {
    let view = config.view;
    let value = entry.value.resolve(Dialect::Python);
    let text = matches!(value, Some(Resolved::Str(_)));
    let zero = matches!(value, Some(Resolved::Int(0)));
    match (section, name) {
        ("router_settings", "cooldown_time" | "allowed_fails") if text => {
            let effect = quoted(&entry.value, config.version, NO_COOLDOWN, NO_COOLDOWN_BEFORE)?;
            Some((effect, "write the number without quotes"))
        }
        ("router_settings" | "litellm_settings", "num_retries") if text => {
            let effect = quoted(&entry.value, config.version, NO_RETRY, NO_RETRY_BEFORE)?;
            Some((effect, "write the number itself, without quotes; a reference stays text here"))
        }
        ("cache_params", "ttl") if text && !number(&entry.value) => Some((
            Effect::Problem("every answer that is cached puts an error into the log"),
            "write the seconds as a number: `3600`",
        )),
        ("litellm_settings", name) if name != "drop_params" && says_false(&entry.value) => {
            Some((Effect::Problem(QUOTED_FALSE), "write `false` without quotes"))
        }
        ("litellm_settings", "allowed_fails") => Some((
            Effect::Inert("the router compares its own value with this one and takes it for not set"),
            "move it to `router_settings`",
        )),
        ("router_settings", "cooldown_time") if zero => Some((
            Effect::Inert("0 counts as not set, and the default of 5 seconds applies"),
            "write `disable_cooldowns: true`",
        )),
        ("router_settings", "timeout") if differs(view, entry, "litellm_settings", "request_timeout") => Some((
            Effect::Inert("`litellm_settings.request_timeout` is set, and the router takes that one"),
            "keep one of the two",
        )),
        ("router_settings", "enable_tag_filtering") => tags(view, entry),
        ("litellm_params", "max_retries") => {
            Some((Effect::Inert("the proxy sets the retries of each call itself"), "write `num_retries` in its place"))
        }
        ("cache_params", "mode") if matches!(value, Some(Resolved::Bool(false))) => Some((
            Effect::Inert("YAML reads `off` as false, which stands for the default: the cache is on"),
            "write `mode: default_off`, or `cache: false` for no cache at all",
        )),
        ("cache_params", "supported_call_types") => call_types(&entry.value),
        ("general_settings", "public_routes") if unlicensed(used) => Some((
            Effect::Inert("it is an Enterprise feature, and no `LITELLM_LICENSE` is set"),
            "remove it, or set `LITELLM_LICENSE`",
        )),
        ("general_settings", "allowed_ips") if unlicensed(used) => Some((
            Effect::Problem("it is an Enterprise feature: without `LITELLM_LICENSE` the proxy does not start"),
            "remove it and limit the addresses in front of the proxy, or set `LITELLM_LICENSE`",
        )),
        _ => None,
    }
}

/// Settings that work through a database only: what does not happen without one.
pub(super) fn needs_database(section: &str, name: &str, entry: &Entry) -> Option<&'static str> {
    let on = matches!(entry.value.resolve(Dialect::Python), Some(Resolved::Bool(true)));
    match (section, name) {
        ("litellm_settings", "max_budget" | "max_internal_user_budget" | "max_end_user_budget") => Some("budget"),
        ("general_settings", "store_model_in_db" | "store_prompts_in_spend_logs") if on => Some("storage"),
        _ => None,
    }
}

/// Whether a setting is there that says something else than `entry`.
fn differs(view: &View<'_>, entry: &Entry, section: &str, name: &str) -> bool {
    match view.setting(section, name) {
        Lookup::Entry(other) => other.value.known().is_none() || other.value.known() != entry.value.known(),
        _ => false,
    }
}

fn unlicensed(used: Option<&Use>) -> bool {
    used.is_some_and(|u| u.variable("LITELLM_LICENSE") == Variable::Unset)
}

fn number(node: &Node) -> bool {
    node.known().is_none_or(|text| text.trim().parse::<f64>().is_ok())
}

/// What a text where a number belongs does, `always` or up to a release. A reference is the text of its variable.
fn quoted(node: &Node, version: Option<Version>, always: &'static str, before: &'static str) -> Option<Effect> {
    let reads = number(node) || node.known().is_some_and(|text| text.starts_with("os.environ/"));
    match NEW_ROUTER.at(version) {
        Holds::No => Some(Effect::Problem(always)),
        Holds::Varies => Some(Effect::ProblemOfSome(before)),
        Holds::Yes if reads => None,
        Holds::Yes => Some(Effect::Inert(NO_NUMBER)),
    }
}

fn says_false(node: &Node) -> bool {
    matches!(node.resolve(Dialect::Python), Some(Resolved::Str(text)) if matches!(&*text, "false" | "False" | "FALSE"))
}

/// With tags on all deployments and `default` on none, requests without a tag may go anywhere.
fn tags(view: &View<'_>, entry: &Entry) -> Option<Told> {
    if !view.complete || !matches!(entry.value.resolve(Dialect::Python), Some(Resolved::Bool(true))) {
        return None;
    }
    let models = view.models();
    let tags = |model: &&Node| -> Option<Vec<String>> {
        let listed = model.path(&["litellm_params", "tags"])?.seq()?;
        listed.iter().map(|t| t.known().map(str::to_owned)).collect()
    };
    let all: Option<Vec<Vec<String>>> = models.iter().map(tags).collect();
    let open = all.is_some_and(|all| !all.is_empty() && !all.iter().flatten().any(|t| t == "default"));
    open.then_some((
        Effect::Inert(
            "every deployment has tags and none is tagged `default`: requests without a tag reach all of them",
        ),
        "tag one deployment `default`, or none where a key must name its tags",
    ))
}

/// The proxy makes asynchronous calls only: a list without them caches nothing. An empty one says so by intent: the Redis is
/// for counts alone.
fn call_types(node: &Node) -> Option<Told> {
    let listed: Option<Vec<&str>> = node.seq()?.iter().map(Node::known).collect();
    let asynchronous = |call: &&str| call.starts_with('a') || call.starts_with('_');
    let only_plain = listed.is_some_and(|all| !all.is_empty() && !all.iter().any(asynchronous));
    only_plain.then_some((
        Effect::Inert("the proxy calls `acompletion` and its like, which the list does not name: nothing is cached"),
        "add `acompletion` and `aembedding`, or leave the list out",
    ))
}
