//! Completion of the keys of LiteLLM and OpenClaw configurations, from what their releases know.

use lsp_types::{CompletionItemKind, CompletionParams};
use serde_json::{Value, json};

use super::server::{Refusal, Server};
use crate::document::Kind;
use crate::load::Verdict;
use crate::model::{litellm, openclaw};

/// The most lines above the cursor that are looked at.
const LINES: usize = 5_000;

/// The keys that fit at the cursor of the text as it is now; the audit may be older.
pub(super) fn complete(server: &Server<'_>, params: &CompletionParams) -> Result<Value, Refusal> {
    let place = &params.text_document_position;
    let uri = &place.text_document.uri;
    let Some(document) = server.documents.get(uri) else { return Ok(json!([])) };
    let offset = server.encoding.offset(&document.text, place.position);
    let before = document.text.get(..offset).unwrap_or_default();
    let names: Vec<&str> = match kind(server, uri) {
        Some(Kind::LiteLlm) => yaml_path(before).map(|path| settings(&path)).unwrap_or_default(),
        Some(Kind::OpenClaw) => json_path(before).map(|path| openclaw::keys_below(&path)).unwrap_or_default(),
        _ => Vec::new(),
    };
    let item = |name: &&str| json!({"label": name, "kind": CompletionItemKind::PROPERTY});
    Ok(names.iter().map(item).collect())
}

fn kind(server: &Server<'_>, uri: &lsp_types::Uri) -> Option<Kind> {
    let disk = server.disk(uri)?;
    let views = server.folders.iter().filter_map(|folder| folder.view.as_ref());
    let mut files = views.flat_map(|view| &view.snapshot.audit.files);
    match files.find(|file| file.disk.as_deref() == Some(&disk))?.verdict {
        Verdict::Audited(kind) => Some(kind),
        Verdict::Unreadable(kind) => kind,
        Verdict::Ignored(_) => None,
    }
}

/// The keys of LiteLLM below a path.
fn settings(path: &[String]) -> Vec<&'static str> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        [] => litellm::keys_of(""),
        [section] | ["model_list", section] => litellm::keys_of(section),
        _ => Vec::new(),
    }
}

/// The keys above the place where a key of block YAML is typed, outermost first; `None` where a value is.
fn yaml_path(before: &str) -> Option<Vec<String>> {
    let mut lines = before.rsplit('\n');
    let current = lines.next().unwrap_or_default();
    let typed = current.trim_start().trim_start_matches("- ");
    if typed.contains([':', '#', '"', '\'', '{', '[', ' ']) {
        return None;
    }
    let mut column = current.len() - typed.len();
    let mut path = Vec::new();
    for line in lines.take(LINES) {
        let body = line.trim_start();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        let key = body.trim_start_matches("- ");
        let at = line.len() - key.len();
        let own = line.len() - body.len();
        // A list may stand at the column of its key.
        if own >= column {
            continue;
        }
        if at < column {
            let (name, rest) = key.split_once(':')?;
            if rest.split('#').next().is_some_and(|value| !value.trim().is_empty()) {
                return None;
            }
            path.push(name.trim().trim_matches(['"', '\'']).to_owned());
        }
        // The key of a list may stand at the column of its items.
        column = if body.starts_with('-') { own + 1 } else { own };
        if column == 0 {
            break;
        }
    }
    path.reverse();
    Some(path)
}

/// The keys above the place where a key of JSON5 is typed, outermost first; `None` where a value is.
fn json_path(before: &str) -> Option<Vec<String>> {
    let mut path: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut key = String::new();
    // After a colon a value stands, until a comma or a brace.
    let mut value = false;
    let mut chars = before.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => while chars.next_if(|c| *c != '\n').is_some() {},
            '"' | '\'' => {
                word.clear();
                while let Some(inner) = chars.next_if(|inner| *inner != c && *inner != '\n') {
                    word.push(inner);
                    if inner == '\\' {
                        chars.next();
                    }
                }
                chars.next_if_eq(&c);
            }
            ':' => {
                key = std::mem::take(&mut word);
                value = true;
            }
            '{' => {
                path.push(std::mem::take(&mut key));
                (value, word) = (false, String::new());
            }
            '[' => {
                path.push(format!("{}[]", std::mem::take(&mut key)));
                value = true;
            }
            '}' | ']' => {
                path.pop()?;
                (value, word) = (false, String::new());
            }
            ',' => {
                value = path.last().is_some_and(|last| last.ends_with("[]"));
                word.clear();
            }
            c if c.is_alphanumeric() || c == '_' || c == '$' => word.push(c),
            _ => {}
        }
    }
    // The outermost brace has no key.
    (!value && !path.is_empty()).then(|| path.split_off(1))
}

#[cfg(test)]
mod tests {
    use super::{json_path, yaml_path};

    #[test]
    fn the_path_is_what_stands_above() {
        for (text, path) in [
            ("litellm_settings:\n  dr", Some(vec!["litellm_settings"])),
            ("a:\n  b: 1\nrouter_settings:\n  # x\n  retry: 1\n  ", Some(vec!["router_settings"])),
            (
                "model_list:\n  - model_name: a\n    litellm_params:\n      mo",
                Some(vec!["model_list", "litellm_params"]),
            ),
            ("model_list:\n- model_name: a\n  li", Some(vec!["model_list"])),
            ("gen", Some(vec![])),
            ("a:\n  b: v", None),
        ] {
            let found = yaml_path(text);
            let expected = path.map(|p| p.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(found, expected, "{text}");
        }
        for (text, path) in [
            ("{ gateway: { bind: \"lan\", \"po", Some(vec!["gateway"])),
            ("{ a: [1, 2], // x: {\n  gateway: {\n    ", Some(vec!["gateway"])),
            ("{ ", Some(vec![])),
            ("{ gateway: { bind: la", None),
        ] {
            let expected = path.map(|p| p.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(json_path(text), expected, "{text}");
        }
    }
}
