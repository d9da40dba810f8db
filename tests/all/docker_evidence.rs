//! Rules that rest on a run of Docker have a recorded one, of the examples and scripts as they are now, and it agrees.
//!
//! The recording is `evidence/docker/prove.py`'s; what it must show is `evidence/docker/probes/`. This test compares the two
//! again without an engine. An example that no probe names is not asked for: the claim is the rule's, not each example's.

use std::collections::BTreeMap;

use serde_yaml::Value;

use crate::litellm_evidence::{digest, digest_of, folder, refers, root, rules, text, yaml};

const FOLDER: &str = "evidence/docker";
const VERSIONS: [&str; 3] = ["20.10.24", "26.1.5", "28.5.2"];

/// A recorded result: by version, rule and `verdict: name`.
type Results = BTreeMap<(String, String, String), Value>;

#[test]
fn every_rule_that_rests_on_an_engine_has_a_run_that_agrees() {
    let (probes, results) = (probes(), results());
    let mut wrong = Vec::new();
    for rule in rules() {
        let id = text(&rule, "id");
        let ran = text(&rule["evidence"], "kind") == "ran" && refers(&rule, FOLDER);
        match (probes.get(&id), ran) {
            (None, false) => {}
            (None, true) => wrong.push(format!("{id}: it names {FOLDER}, but no probe is about it")),
            (Some(_), false) => wrong.push(format!("{id}: a probe is about it, but it is not `ran` by {FOLDER}")),
            (Some(probe), true) => wrong.extend(of_rule(&rule, &id, probe, &results)),
        }
    }
    assert!(wrong.is_empty(), "run {FOLDER}/prove.py with these rules:\n{}", wrong.join("\n"));
}

#[test]
fn every_probe_is_about_a_rule() {
    let known: Vec<String> = rules().map(|r| text(&r, "id")).collect();
    let unknown: Vec<String> = probes().into_keys().filter(|id| !known.contains(id)).collect();
    assert!(unknown.is_empty(), "no rule has these ids: {unknown:?}");
}

/// What is wrong with the results of one rule.
fn of_rule(rule: &Value, id: &str, probe: &Value, results: &Results) -> Vec<String> {
    let (mut wrong, mut shown) = (Vec::new(), 0);
    for version in VERSIONS {
        for (label, wanted, now) in asked(rule, probe, version) {
            let key = (version.to_owned(), id.to_owned(), label.clone());
            let problem = match (results.get(&key), now) {
                (_, None) => Some("no such example".to_owned()),
                (None, _) => Some("no recorded result".to_owned()),
                (Some(found), Some(now)) if text(found, "digest") != now => {
                    Some("it has changed since it was run".to_owned())
                }
                (Some(found), _) if found.get("not_run").is_some() => None,
                (Some(found), _) => {
                    shown += 1;
                    contradiction(&wanted, found)
                }
            };
            wrong.extend(problem.map(|p| format!("{version} {id} {label}: {p}")));
        }
    }
    if shown == 0 {
        wrong.push(format!("{id}: nothing was run"));
    }
    wrong
}

/// What a probe asks for: its label in the results, what it must show, and the digest of what is run today.
fn asked(rule: &Value, probe: &Value, version: &str) -> Vec<(String, Value, Option<String>)> {
    let mut all = Vec::new();
    for (name, special) in entries(probe, "examples") {
        let found = ["bad", "good"].into_iter().find_map(|verdict| {
            let listed = rule["examples"][verdict].as_sequence()?;
            listed.iter().find(|e| text(e, "name") == name).map(|e| (verdict, digest(e)))
        });
        let verdict = found.as_ref().map_or("bad", |f| f.0);
        let wanted = special.get("expect").or(probe.get(verdict)).cloned().unwrap_or(Value::Null);
        all.push((format!("{verdict}: {name}"), of_version(wanted, version), found.map(|f| f.1)));
    }
    for (name, claim) in entries(probe, "claims") {
        let mut wanted = serde_yaml::Mapping::new();
        wanted.insert("answer".into(), claim["shows"].clone());
        let now = digest_of(&[("run".to_owned(), text(&claim, "run"))]);
        all.push((format!("claim: {name}"), of_version(Value::Mapping(wanted), version), Some(now)));
    }
    all
}

/// Each field's value, or the one of this version.
fn of_version(wanted: Value, version: &str) -> Value {
    let Value::Mapping(fields) = wanted else { return wanted };
    fields
        .into_iter()
        .map(|(name, value)| (name, value.get(version).cloned().unwrap_or(value)))
        .collect::<serde_yaml::Mapping>()
        .into()
}

/// What the recorded result lacks of what the probe wants.
fn contradiction(wanted: &Value, found: &Value) -> Option<String> {
    let Some(fields) = wanted.as_mapping().filter(|m| !m.is_empty()) else {
        return Some("the probe does not say what it must show".to_owned());
    };
    fields.iter().find_map(|(name, value)| {
        let name = name.as_str().unwrap_or_default();
        let observed = found["observed"].get(name).unwrap_or(&Value::Null);
        let same = match (observed.as_str(), value.as_str()) {
            (Some(observed), Some(value)) => observed.trim() == value.trim(),
            _ => observed == value,
        };
        (!same).then(|| format!("{name} was {observed:?}, the rule needs {value:?}"))
    })
}

/// The entries of a mapping in a probe, by name.
fn entries(probe: &Value, key: &str) -> Vec<(String, Value)> {
    let listed = probe.get(key).and_then(Value::as_mapping).into_iter().flatten();
    listed.map(|(name, value)| (name.as_str().unwrap_or_default().to_owned(), value.clone())).collect()
}

fn probes() -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for file in folder(&root().join(FOLDER).join("probes")) {
        for (id, probe) in yaml(&file).as_mapping().into_iter().flatten() {
            all.insert(id.as_str().unwrap_or_default().to_owned(), probe.clone());
        }
    }
    all
}

fn results() -> Results {
    let mut all = Results::new();
    for file in folder(&root().join(FOLDER).join("results")) {
        let record = yaml(&file);
        for result in record["results"].as_sequence().into_iter().flatten() {
            let label = format!("{}: {}", text(result, "verdict"), text(result, "example"));
            all.insert((text(&record, "docker"), text(result, "rule"), label), result.clone());
        }
    }
    all
}
