//! Hover: a variable's value, origin and definitions; the rule's page of a finding.

use std::fmt::Write as _;

use lsp_types::HoverParams;
use serde_json::{Value, json};

use super::index::Use;
use super::navigate;
use super::server::{Refusal, Server};
use super::view::{At, code};
use crate::expand::vars::Explanation;
use crate::model::secret::may_be_secret_name;
use crate::source::Span;
use crate::text::{Provenance, Syntax, Text};

pub(super) fn hover(server: &mut Server<'_>, params: &HoverParams) -> Result<Value, Refusal> {
    let place = &params.text_document_position_params;
    let Some(at) = server.at(&place.text_document.uri, place.position) else { return Ok(Value::Null) };
    let mut parts: Vec<String> = variable(&at).into_iter().collect();
    let mut rules: Vec<String> = at.view.findings(at.span()).map(|finding| finding.rule.clone()).collect();
    rules.sort();
    rules.dedup();
    parts.extend(rules.iter().filter_map(|rule| server.page(rule)));
    if parts.is_empty() {
        return Ok(Value::Null);
    }
    Ok(json!({"contents": {"kind": "markdown", "value": parts.join("\n\n---\n\n")}}))
}

/// What is known of the variable at the place.
fn variable(at: &At<'_>) -> Option<String> {
    let uses = at.view.index().used(at.span());
    let name = navigate::variable(at)?;
    let readings = at.view.explain(&name, &at.source.path);
    if uses.is_empty() && readings.is_empty() {
        return None;
    }
    let mut out = format!("**{}**", code(&name));
    if let Some(one) = uses.first() {
        let _ = write!(out, " · {}", expander(one.variable.syntax));
    }
    out.push_str("\n\n");
    for one in &uses {
        let _ = writeln!(out, "- {}", value(at, one));
    }
    for reading in readings.iter().filter(|_| uses.iter().all(|one| one.variable.syntax == Syntax::Jinja)) {
        definitions(&mut out, at, &name, reading);
    }
    for one in uses.iter().filter(|one| one.variable.syntax != Syntax::Jinja) {
        let written = one.variable.value.as_ref().map(Text::span).filter(|span| !one.span.contains(*span));
        if let Some(span) = written {
            let _ = writeln!(out, "- set in {}", place(at, span));
        }
    }
    Some(at.view.redactor.message(&out))
}

fn expander(syntax: Syntax) -> &'static str {
    match syntax {
        Syntax::Compose => "replaced by docker compose",
        Syntax::Jinja => "replaced by Jinja",
        Syntax::Shell => "replaced by the shell",
        Syntax::LiteLlm => "replaced by LiteLLM",
        Syntax::Docker => "replaced by docker build",
        Syntax::Systemd => "replaced by systemd",
        Syntax::OpenClaw => "replaced by OpenClaw",
    }
}

/// Whether the value of a use may hold a secret: its own, or that of a variable in it.
pub(super) fn secret(one: &Use) -> bool {
    let variable = &one.variable;
    let inner = variable.value.iter().flat_map(Text::variables);
    let hides = |v: &crate::text::Variable| v.secret || v.names.iter().any(|name| may_be_secret_name(name));
    hides(variable) || inner.into_iter().any(hides)
}

fn value(at: &At<'_>, one: &Use) -> String {
    let origin = match one.variable.provenance {
        Provenance::Defined => "",
        Provenance::Default => ", the default in the expression",
        Provenance::Undefined => "not set in any file that is read",
        Provenance::Required => "not set in any file that is read, and required",
        Provenance::Dynamic => "known only when it runs",
    };
    match &one.variable.value {
        Some(text) => format!("value {}{origin}", code(&at.view.shown(&text.display(), secret(one)))),
        None if origin.is_empty() => "the value is not known before the deployment, or a secret".to_owned(),
        None => origin.to_owned(),
    }
}

/// Every definition of one reading, the strongest first.
fn definitions(out: &mut String, at: &At<'_>, name: &str, reading: &Explanation) {
    let hidden = may_be_secret_name(name);
    if let Some(world) = &reading.world {
        let _ = writeln!(out, "\nFor {}:\n", code(world));
    }
    for definition in reading.definitions.iter().rev() {
        let written = definition.written.as_deref();
        let written = written.map(|value| format!(": {}", code(&at.view.shown(value, hidden)))).unwrap_or_default();
        let mark = if definition.wins { " (counts)" } else { "" };
        let _ = writeln!(out, "- {}, {}{written}{mark}", definition.rank.describe(), place(at, definition.span));
    }
}

fn place(at: &At<'_>, span: Span) -> String {
    let source = at.view.source(span.source);
    code(&format!("{}:{}", source.path, source.position(span.start).line))
}
