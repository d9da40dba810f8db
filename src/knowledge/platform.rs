//! Platforms that complete a compose file before docker compose reads it: how each is recognised, what it gives.
//!
//! Data alone (`rules/knowledge/platforms.yaml`); looking for the signs in a tree is `expand`'s.

use std::sync::LazyLock;

use serde::Deserialize;

use super::KnowledgeFile;

/// A platform.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Platform {
    /// Its name.
    pub title: String,
    /// How its files are recognised; one suffices.
    pub signs: Vec<Sign>,
    /// What it gives to the compose file.
    pub gives: Gives,
    /// Where all this was read.
    pub source: String,
}

/// A sign that a compose file is written for a platform; all that it names must hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sign {
    /// How the names of variables begin, one of which the file uses.
    pub variables: Vec<String>,
    /// Keys of the comments at the head of the file (`# slogan: …`), all of them.
    pub comments: Vec<String>,
    /// Keys of the top level, one of which is there.
    pub top_keys: Vec<String>,
    /// Env files that a service names, one of which is there.
    pub env_files: Vec<String>,
    /// Names of a file beside it.
    pub beside: Vec<String>,
    /// Names of a file in a folder above it.
    pub above: Vec<String>,
    /// Keys at the top of that file, all of them.
    pub holds: Vec<String>,
    /// The path of a list in that file, of which the entry counts whose `stackfile` is the compose file.
    pub entries: String,
    /// The path in such an entry that says the compose file's path.
    pub stackfile: String,
}

/// What a platform gives.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gives {
    /// Whether it asks for every variable that has no value.
    pub asks: bool,
    /// Whether it defines the volumes that services use.
    pub volumes: bool,
    /// Networks that it defines.
    pub networks: Vec<String>,
    /// Whether it writes the env files that services name.
    pub env_files: bool,
    /// The variables that it sets.
    pub variables: Listed,
    /// The files that it writes before the start.
    pub files: Listed,
    /// Keys that it reads itself, in services and mounts.
    pub keys: Vec<String>,
}

/// Names: written here, or in the file that is the platform's sign.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listed {
    /// Whether all there may be.
    pub all: bool,
    /// The folder that the names start at.
    pub root: String,
    /// Names.
    pub names: Vec<String>,
    /// How names begin.
    pub starts: Vec<String>,
    /// Paths in the file of the sign; `*` stands for each item, the keys of a mapping and the text before `=` are names.
    pub listed: Vec<String>,
}

/// All platforms, in the order of the file.
pub fn platforms() -> &'static [Platform] {
    static ALL: LazyLock<Vec<Platform>> = LazyLock::new(|| {
        // The other files need not be read for this.
        let own = super::KNOWLEDGE.iter().filter(|(_, _, brief)| brief.contains("\"platforms\":"));
        let files = own.filter_map(|(_, _, brief)| serde_json::from_str::<KnowledgeFile>(brief).ok());
        files.flat_map(|file| file.platforms).collect()
    });
    &ALL
}

impl Listed {
    /// Whether `name` is given, as far as the platform's own file need not be asked.
    pub fn says(&self, name: &str) -> bool {
        self.all || self.names.iter().any(|n| n == name) || self.starts.iter().any(|s| name.starts_with(s.as_str()))
    }
}

/// The names at `path` in `value`.
pub fn listed(value: &serde_json::Value, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let steps: Vec<&str> = path.split('.').collect();
    walk(value, &steps, &mut found);
    found
}

fn walk(value: &serde_json::Value, steps: &[&str], into: &mut Vec<String>) {
    use serde_json::Value;
    match (value, steps) {
        (Value::Array(items), ["*", rest @ ..]) => items.iter().for_each(|item| walk(item, rest, into)),
        (Value::Object(entries), ["*", rest @ ..]) => entries.values().for_each(|item| walk(item, rest, into)),
        (Value::Object(entries), [step, rest @ ..]) => {
            if let Some(inner) = entries.get(*step) {
                walk(inner, rest, into);
            }
        }
        (Value::Object(entries), []) => into.extend(entries.keys().cloned()),
        (Value::Array(items), []) => items.iter().for_each(|item| walk(item, &[], into)),
        (Value::String(text), []) => into.extend(text.split('=').next().map(|name| name.trim().to_owned())),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_keys_items_and_what_stands_before_the_sign() {
        let value = serde_json::json!({
            "config": {"env": {"A": "1"}, "list": ["B=2", "C"], "mounts": [{"filePath": "/x"}, {"filePath": "/y"}]}
        });
        let found = |path| listed(&value, path);
        assert_eq!(found("config.env"), ["A"]);
        assert_eq!(found("config.list"), ["B", "C"]);
        assert_eq!(found("config.mounts.*.filePath"), ["/x", "/y"]);
        assert!(found("config.none.*.x").is_empty());
    }

    #[test]
    fn each_platform_has_a_sign_and_a_source() {
        assert!(platforms().len() > 5);
        for platform in platforms() {
            assert!(!platform.signs.is_empty() && !platform.source.is_empty(), "{}", platform.title);
        }
    }
}
