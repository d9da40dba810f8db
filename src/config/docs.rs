//! The configuration's JSON schema and page, made from the types of `written`.

use std::fmt::Write as _;

use serde_json::Value;

use super::written::ConfigFile;

/// The JSON schema of `deploylint.toml`, as checked in at docs/config.schema.json.
pub fn schema() -> String {
    let schema = schemars::schema_for!(ConfigFile);
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

/// The page docs/config.md.
pub fn page() -> String {
    let schema: Value = serde_json::from_str(&schema()).unwrap_or_default();
    let mut out = INTRODUCTION.to_owned();
    table("Top level", &schema, &mut out);
    let empty = serde_json::Map::new();
    let definitions = schema["$defs"].as_object().unwrap_or(&empty);
    for (name, heading) in SECTIONS {
        if let Some(definition) = definitions.get(*name) {
            table(heading, definition, &mut out);
        }
    }
    out.push_str("\n## Roles\n\n");
    if let Some(role) = definitions.get("Role") {
        out.push_str("| role | what it does |\n|---|---|\n");
        for one in role["oneOf"].as_array().into_iter().flatten() {
            let _ = writeln!(out, "| `{}` | {} |", text(&one["const"]), line(&one["description"]));
        }
    }
    out
}

const SECTIONS: &[(&str, &str)] = &[
    ("RuleConfig", "`[rules.RULE]`"),
    ("StackConfig", "`[[stack]]`"),
    ("LiteLlmConfig", "`[litellm]`"),
    ("KnowledgeConfig", "`[knowledge]`"),
    ("Image", "`[[knowledge.images]]`"),
    ("Endpoint", "`health` of an image"),
    ("EngineClient", "`engine_clients` of an image"),
];

fn table(heading: &str, schema: &Value, out: &mut String) {
    let _ =
        write!(out, "\n## {heading}\n\n{}\n\n| key | type | meaning |\n|---|---|---|\n", line(&schema["description"]));
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let _ = writeln!(out, "| `{name}` | {} | {} |", kind(property), line(&property["description"]));
    }
}

/// A property's type in words.
fn kind(property: &Value) -> String {
    if let Some(reference) = property["$ref"].as_str() {
        return reference_words(reference);
    }
    if let Some(choices) = property["anyOf"].as_array() {
        let known = choices.iter().filter(|c| c["type"] != "null").map(kind);
        return known.collect::<Vec<_>>().join(" or ");
    }
    match &property["type"] {
        Value::String(name) => simple(name, property),
        Value::Array(names) => {
            let known = names.iter().filter_map(Value::as_str).filter(|n| *n != "null").map(|n| simple(n, property));
            known.collect::<Vec<_>>().join(" or ")
        }
        _ => "anything".to_owned(),
    }
}

fn simple(name: &str, property: &Value) -> String {
    match name {
        "array" => format!("list of {}", kind(&property["items"])),
        "object" if property["additionalProperties"].is_object() => {
            format!("table of {}", kind(&property["additionalProperties"]))
        }
        "object" => "table".to_owned(),
        name => name.to_owned(),
    }
}

fn reference_words(reference: &str) -> String {
    match reference.rsplit('/').next().unwrap_or(reference) {
        "FailOn" => "`error`, `warning`, `note`, `never`".to_owned(),
        "SeverityConfig" => "`error`, `warning`, `note`, `off`".to_owned(),
        "Persona" => "`regular`, `pedantic`, `auditor`".to_owned(),
        "Role" => "role".to_owned(),
        _ => "table".to_owned(),
    }
}

fn line(value: &Value) -> String {
    text(value).replace('\n', " ").replace('|', "\\|")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

const INTRODUCTION: &str = include_str!("introduction.md");
