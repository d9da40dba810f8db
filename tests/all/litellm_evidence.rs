//! Rules that claim a run of LiteLLM have a recorded one, of the examples as they are now, and it agrees.
//!
//! The recording is `evidence/litellm/prove.py`'s; what each example must show is `evidence/litellm/probes.yaml`. This test
//! compares the two again, so a changed example, a missing one and a contradicting result all fail.

// A helper of a test fails as the test does.
#![allow(clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_yaml::Value;

/// A recorded result: by version, rule and `verdict: name`.
type Results = BTreeMap<(String, String, String), Value>;

#[test]
fn every_rule_that_claims_a_run_has_one_that_agrees() {
    let probes = yaml(&root().join("evidence/litellm/probes.yaml"));
    let (versions, results) = results();
    assert_eq!(versions, ["1.109.1", "1.110.2", "1.81.3"], "all measured versions are recorded");
    let mut wrong = Vec::new();
    for rule in rules() {
        let id = text(&rule, "id");
        if text(&rule["evidence"], "kind") != "ran" || !refers(&rule, "evidence/litellm") {
            continue;
        }
        let Some(probe) = probes.get(id.as_str()) else {
            wrong.push(format!("{id}: evidence.kind is `ran`, but probes.yaml does not have it"));
            continue;
        };
        let mut ran = 0;
        for version in &versions {
            for verdict in ["bad", "good"] {
                for example in rule["examples"][verdict].as_sequence().into_iter().flatten() {
                    let name = text(example, "name");
                    let key = (version.clone(), id.clone(), format!("{verdict}: {name}"));
                    let problem = match results.get(&key) {
                        None => Some("no recorded result".to_owned()),
                        Some(found) if text(found, "digest") != digest(example) => {
                            Some("the example has changed since it was run".to_owned())
                        }
                        Some(found) if found.get("not_run").is_some() => None,
                        Some(found) => {
                            ran += usize::from(verdict == "bad");
                            contradiction(probe, found, verdict, &name, version)
                        }
                    };
                    wrong.extend(problem.map(|p| format!("{version} {id} {verdict} `{name}`: {p}")));
                }
            }
        }
        if ran == 0 {
            wrong.push(format!("{id}: no bad example was run on any version"));
        }
    }
    assert!(wrong.is_empty(), "run python3 evidence/litellm/prove.py:\n{}", wrong.join("\n"));
}

#[test]
fn every_litellm_rule_says_how_it_is_known() {
    for rule in rules().filter(|r| text(r, "id").starts_with("litellm-")) {
        let (id, kind) = (text(&rule, "id"), text(&rule["evidence"], "kind"));
        assert!(matches!(kind.as_str(), "ran" | "source" | "documented"), "{id}: {kind}");
        assert!(!text(&rule["evidence"], "note").is_empty(), "{id} has no note");
    }
}

/// What the recorded result lacks of what the probe wants.
fn contradiction(probe: &Value, found: &Value, verdict: &str, name: &str, version: &str) -> Option<String> {
    let special = probe.get("examples").and_then(|e| e.get(name)).and_then(|e| e.get("expect"));
    let Some(wanted) = special.or(probe.get(verdict)).and_then(Value::as_mapping) else {
        return Some("probes.yaml does not say what it must show".to_owned());
    };
    if wanted.is_empty() {
        return Some("probes.yaml asks for nothing".to_owned());
    }
    wanted.iter().find_map(|(field, value)| {
        let value = of_version(value, version);
        let field = field.as_str().unwrap_or_default();
        let observed = found["observed"].get(field).unwrap_or(&Value::Null);
        (observed != value).then(|| format!("{field} was {observed:?}, the rule needs {value:?}"))
    })
}

/// A value; of several, each of one release and those after it, the one of this version.
fn of_version<'a>(value: &'a Value, version: &str) -> &'a Value {
    let number = |text: &str| text.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u32>>();
    let releases = value.as_mapping().into_iter().flatten();
    let until = releases.filter_map(|(from, value)| Some((number(from.as_str()?), value)));
    let newest = until.filter(|(from, _)| *from <= number(version)).max_by(|a, b| a.0.cmp(&b.0));
    newest.map_or(value, |(_, value)| value)
}

/// Whether a rule's evidence names this folder.
pub(crate) fn refers(rule: &Value, folder: &str) -> bool {
    let refs = rule["evidence"]["refs"].as_sequence();
    refs.is_some_and(|refs| refs.iter().any(|r| r.as_str() == Some(folder)))
}

/// The rules of all groups, as written.
pub(crate) fn rules() -> impl Iterator<Item = Value> {
    let groups = folder(&root().join("rules")).into_iter();
    let groups = groups.filter(|g| g.is_dir() && g.file_name().is_some_and(|n| n != "knowledge"));
    let files = groups.flat_map(|g| folder(&g)).filter(|p| p.extension().is_some_and(|e| e == "yaml"));
    files.map(|f| yaml(&f))
}

fn results() -> (Vec<String>, Results) {
    let (mut versions, mut all) = (Vec::new(), Results::new());
    for file in folder(&root().join("evidence/litellm/results")) {
        let record = yaml(&file);
        let version = text(&record, "litellm");
        for result in record["results"].as_sequence().into_iter().flatten() {
            let example = format!("{}: {}", text(result, "verdict"), text(result, "example"));
            all.insert((version.clone(), text(result, "rule"), example), result.clone());
        }
        versions.push(version);
    }
    versions.sort();
    (versions, all)
}

/// FNV-1a over the example's files, as `runner.py` makes it.
pub(crate) fn digest(example: &Value) -> String {
    let alone = || {
        let file = example.get("file").map_or_else(|| "compose.yml".to_owned(), string);
        vec![(file, text(example, "text"))]
    };
    let several = example.get("files").and_then(Value::as_mapping);
    let mut files: Vec<(String, String)> =
        several.map_or_else(alone, |files| files.iter().map(|(k, v)| (string(k), string(v))).collect());
    files.sort();
    digest_of(&files)
}

/// FNV-1a over names and texts.
pub(crate) fn digest_of(files: &[(String, String)]) -> String {
    let bytes = files.iter().map(|(name, text)| format!("{name}\0{text}\0"));
    let hash = bytes
        .flat_map(String::into_bytes)
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

/// What a folder holds, in order.
pub(crate) fn folder(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut all: Vec<PathBuf> = entries.filter_map(Result::ok).map(|e| e.path()).collect();
    all.sort();
    all
}

pub(crate) fn yaml(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut value: Value = serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    value.apply_merge().unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    value
}

pub(crate) fn text(value: &Value, key: &str) -> String {
    value.get(key).map(string).unwrap_or_default()
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
