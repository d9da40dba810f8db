//! SARIF 2.1.0, for code scanning.
//!
//! The structs are the part of the standard that is used. A finding's labels are related locations and, since viewers
//! show those better, a code flow.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::redact::Redactor;
use super::{Report, RuleText, Status, fingerprint, json};
use crate::finding::{Finding, Fix, Severity, Suppression};
use crate::source::{Sources, Span};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    code_flows: Vec<Value>,
    partial_fingerprints: Map<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Value>,
    properties: Value,
}

#[derive(Debug, Clone, Serialize)]
struct Message {
    text: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(clippy::struct_field_names)] // The standard's names.
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Value,
    region: Region,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
    byte_offset: u32,
    byte_length: usize,
}

/// The report as JSON.
pub fn render(report: &Report) -> String {
    let redactor = Redactor::new(report);
    let fingerprints = fingerprint::all(report, &redactor);
    let both = report.findings.iter().zip(fingerprints);
    let results: Vec<_> = both.map(|(finding, print)| result(finding, print, report, &redactor)).collect();
    let broken = report.inputs.iter().filter(|i| i.status == Status::Unparsable);
    let notifications: Vec<_> = broken
        .map(|input| {
            json!({
                "level": "warning",
                "message": { "text": format!("not audited: {}", input.reason) },
                "locations": [{ "physicalLocation": { "artifactLocation": artifact(&input.path) } }],
            })
        })
        .collect();
    let whole = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "deploylint",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": report.rules.iter().map(rule).collect::<Vec<_>>(),
            } },
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": notifications }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    json::text(&whole, true) + "\n"
}

fn rule(rule: &RuleText) -> Value {
    let mut made = json!({
        "id": rule.id,
        "name": pascal(&rule.id),
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": if rule.why.is_empty() { &rule.title } else { &rule.why } },
        "help": { "text": rule.page, "markdown": rule.page },
        "defaultConfiguration": { "level": level(rule.severity) },
    });
    if let Some(url) = rule.url.as_ref().or(rule.evidence.as_ref()) {
        made["helpUri"] = Value::String(url.clone());
    }
    made["properties"] = json!({ "tags": rule.tags });
    if rule.tags.iter().any(|tag| tag == "security") {
        made["properties"]["security-severity"] = Value::from(security_severity(rule.severity));
    }
    made
}

/// A score as of CVSS: GitHub calls 7.0 and more high, 4.0 and more medium, what is below low.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "8.0",
        Severity::Warning => "5.5",
        Severity::Note => "2.0",
    }
}

/// `unpinned-image` as `UnpinnedImage`: the name that Azure DevOps wants beside an id.
fn pascal(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for word in id.split('-') {
        let mut letters = word.chars();
        out.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}

fn result(finding: &Finding, print: String, report: &Report, redactor: &Redactor) -> SarifResult {
    let sources = &report.sources;
    let mut text = redactor.message(&finding.message);
    if !finding.help.is_empty() {
        text = format!("{text}\n{}", redactor.message(&finding.help));
    }
    let main = location(finding.span, None, None, sources);
    let related: Vec<_> = finding
        .labels
        .iter()
        .enumerate()
        .map(|(i, label)| location(label.span, Some(i + 1), Some(redactor.message(&label.text)), sources))
        .collect();
    let mut partial_fingerprints = Map::new();
    partial_fingerprints.insert("deploylint/1".to_owned(), Value::String(print));
    SarifResult {
        rule_id: finding.rule.clone(),
        rule_index: report.rules.binary_search_by(|r| r.id.cmp(&finding.rule)).ok(),
        level: level(finding.severity),
        message: Message { text: text.clone() },
        code_flows: if related.is_empty() { Vec::new() } else { vec![flow(&main, &text, &related)] },
        locations: vec![main],
        related_locations: related,
        partial_fingerprints,
        suppressions: finding.suppressed.iter().map(|s| suppression(s, sources, redactor)).collect(),
        fixes: finding.fixes.iter().map(|f| fix(f, sources, redactor)).collect(),
        properties: json!({ "confidence": finding.confidence.name(), "persona": finding.persona.name() }),
    }
}

/// The related places, then the finding: a reader follows the cause to its effect.
fn flow(main: &Location, text: &str, related: &[Location]) -> Value {
    let step = |location: &Location| json!({ "location": Location { id: None, ..location.clone() } });
    let last = Location { message: Some(Message { text: text.to_owned() }), ..main.clone() };
    let steps: Vec<_> = related.iter().map(step).chain([step(&last)]).collect();
    json!({ "threadFlows": [{ "locations": steps }] })
}

fn suppression(suppression: &Suppression, sources: &Sources, redactor: &Redactor) -> Value {
    let kind = if suppression.kind == "comment" { "inSource" } else { "external" };
    let mut made = json!({ "kind": kind, "status": "accepted" });
    if !suppression.reason.is_empty() {
        made["justification"] = Value::String(redactor.message(&suppression.reason));
    }
    if let Some(span) = suppression.span {
        made["location"] = json!(location(span, None, None, sources));
    }
    made
}

fn fix(fix: &Fix, sources: &Sources, redactor: &Redactor) -> Value {
    let changes: Vec<_> = fix
        .edits
        .iter()
        .map(|(span, text)| {
            json!({
                "artifactLocation": artifact(&sources.get(span.source).path),
                "replacements": [{
                    "deletedRegion": region(*span, sources),
                    "insertedContent": { "text": redactor.message(text) },
                }],
            })
        })
        .collect();
    json!({ "description": { "text": redactor.message(&fix.title) }, "artifactChanges": changes })
}

fn location(span: Span, id: Option<usize>, text: Option<String>, sources: &Sources) -> Location {
    let artifact_location = artifact(&sources.get(span.source).path);
    let physical_location = PhysicalLocation { artifact_location, region: region(span, sources) };
    Location { id, physical_location, message: text.map(|text| Message { text }) }
}

fn region(span: Span, sources: &Sources) -> Region {
    let source = sources.get(span.source);
    let (from, to) = (source.position(span.start), source.position(span.end));
    Region {
        start_line: from.line,
        start_column: from.column,
        end_line: to.line,
        end_column: to.column,
        byte_offset: span.start,
        byte_length: span.len(),
    }
}

/// A path as a URI reference; what lies outside of the current directory has no root to be relative to.
fn artifact(path: &str) -> Value {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            use std::fmt::Write as _;
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    if path.starts_with("..") || path.starts_with('/') {
        json!({ "uri": uri })
    } else {
        json!({ "uri": uri, "uriBaseId": "%SRCROOT%" })
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}
