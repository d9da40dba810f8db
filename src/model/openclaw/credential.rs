//! Facts of subject `openclaw.secret`: how a credential of the gateway is written, never what it is.
//!
//! OpenClaw replaces `${NAME}` in its configuration only where the name is in capitals; anything else is taken as the
//! credential itself.

use crate::model::fact::{Fact, FactId, Field, FieldKind, Schema, Value, field};
use crate::model::secret::{Worth, worth};
use crate::model::subject::Subject;
use crate::text::Text;
use crate::yaml::Node;

/// The fields of `openclaw.secret`.
pub const SCHEMA: Schema = Schema {
    name: "openclaw.secret",
    doc: "A credential of an OpenClaw gateway: in its configuration or in its environment.",
    fields: &[
        field("path", FieldKind::Str, "The key or the variable: `gateway.auth.token`, `OPENCLAW_GATEWAY_TOKEN`."),
        field(
            "origin",
            FieldKind::OneOf(&["config", "command", "environment"]),
            "`config`, `command` (config set) or `environment`.",
        ),
        field("gateway", FieldKind::Bool, "Whether it opens the gateway itself, and not a channel."),
        field(
            "form",
            FieldKind::OneOf(&["literal", "reference", "kept", "object"]),
            "`literal`, `reference` (`${NAME}`, replaced), `kept` (`${name}`, `${NAME:-x}`, `$${NAME}`: not replaced), `object`.",
        ),
        field("written", FieldKind::Str, "A reference as written, without its default."),
        field("length", FieldKind::Int, "How many characters a literal has."),
        field("placeholder", FieldKind::Bool, "Whether a literal is one that OpenClaw refuses to start with."),
        field("template", FieldKind::Bool, "Whether the file is rendered first, by a template or an example's reader."),
        field("release", FieldKind::Int, "The release that runs, as `20260906`; null where it is not known."),
        field("config", FieldKind::Fact(Subject::OpenClawConfig), "The configuration that says it."),
    ],
};

/// What OpenClaw refuses as a token or a password, from its source (2026.9.6).
const PLACEHOLDERS: &[&str] =
    &["change-me-to-a-long-random-token", "change-me-now", "change-me-to-a-strong-password", "undefined", "null"];

/// How a credential is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Written out.
    Literal,
    /// `${NAME}`: replaced.
    Reference,
    /// A reference that OpenClaw does not replace.
    Kept,
}

/// Where a credential is and what surrounds it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site<'s> {
    /// The key or the variable.
    pub(super) path: &'s str,
    /// `config`, `command` or `environment`.
    pub(super) origin: &'static str,
    /// Whether it opens the gateway itself.
    pub(super) gateway: bool,
    /// Whether the file is rendered first.
    pub(super) template: bool,
    /// The release that runs.
    pub(super) release: Option<i64>,
    /// The configuration.
    pub(super) config: Option<FactId>,
}

/// The fact of a credential.
pub(super) fn fact(site: Site<'_>, value: &Node) -> Fact {
    let mut fact = Fact::new(Subject::OpenClawSecret, value.text().map_or_else(|| value.span().into(), Text::place))
        .with("path", site.path)
        .with("origin", site.origin)
        .with("gateway", site.gateway)
        .with("template", site.template)
        .with("release", site.release)
        .with("config", site.config);
    let Some(text) = value.text() else { return fact.with("form", "object") };
    let Some(known) = text.known() else {
        let unknown = || Field::text(text);
        return fact.with("form", unknown()).with("length", unknown()).with("placeholder", unknown());
    };
    match form(known) {
        // Compose expands what stands in its files before OpenClaw sees it.
        _ if site.origin == "environment" && known.contains('$') => fact = fact.with("form", "reference"),
        // It says that the real one is put in its place.
        Form::Literal if known.contains('<') && worth(known) == Worth::Placeholder => {
            fact = fact.with("form", "reference");
        }
        Form::Literal => {
            let length = i64::try_from(known.chars().count()).unwrap_or(i64::MAX);
            let placeholder = known.trim().is_empty() || PLACEHOLDERS.contains(&known.trim());
            fact = fact.with("form", "literal").with("length", length).with("placeholder", placeholder);
        }
        Form::Reference => fact = fact.with("form", "reference").with("written", known),
        Form::Kept => fact = fact.with("form", "kept").with("written", shown(known)),
    }
    if fact.field("placeholder").is_none() {
        fact = fact.with("placeholder", Value::Bool(false));
    }
    fact
}

/// How `value` is written.
pub(super) fn form(value: &str) -> Form {
    let (before, inside) = match value.split_once("${") {
        Some((before, rest)) if rest.contains('}') => (before, rest.split('}').next().unwrap_or("")),
        _ => return Form::Literal,
    };
    let mut chars = inside.chars();
    let named = chars.next().is_some_and(|c| c.is_ascii_uppercase() || c == '_')
        && chars.all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if named && !before.ends_with('$') { Form::Reference } else { Form::Kept }
}

/// A reference without its default, which may be a secret.
fn shown(value: &str) -> String {
    let Some((before, rest)) = value.split_once("${") else { return String::new() };
    let inside = rest.split('}').next().unwrap_or("");
    let end = inside.find([':', '-', '?', '+']).unwrap_or(inside.len());
    let dollar = if before.ends_with('$') { "$" } else { "" };
    let default = if end < inside.len() { ":-…" } else { "" };
    format!("{dollar}${{{}{default}}}", &inside[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_capitals_are_replaced() {
        assert_eq!(form("${OPENCLAW_GATEWAY_TOKEN}"), Form::Reference);
        for kept in ["${gateway_token}", "${TOKEN:-x}", "$${TOKEN}"] {
            assert_eq!(form(kept), Form::Kept, "{kept}");
        }
        assert_eq!(form("s3cret"), Form::Literal);
    }

    #[test]
    fn a_default_is_not_shown() {
        assert_eq!(shown("${TOKEN:-hunter2}"), "${TOKEN:-…}");
        assert_eq!(shown("$${TOKEN}"), "$${TOKEN}");
        assert_eq!(shown("${token}"), "${token}");
    }
}
