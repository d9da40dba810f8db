//! Our reading of compose files against docker compose's own: accept or refuse, and every attribute of `config`.
//!
//! The situations are data in `tests/compose/`; nobody writes down what is expected, the real binary says it.
//! `known-differences.yaml` lists where the two differ and why; an entry that differs no more fails too.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::format_push_string,
    clippy::struct_field_names
)] // A helper that fails is a failed test.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use deploylint::expand::{Options, StackOptions, compose};
use deploylint::problem::ProblemKind;
use deploylint::source::Sources;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::Value;

/// One file of situations.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    /// Attributes of a service beside others.
    #[serde(default)]
    service: Vec<String>,
    /// Whole compose files.
    #[serde(default)]
    file: Vec<String>,
    /// Several files.
    #[serde(default)]
    files: Vec<Files>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Files {
    name: String,
    files: BTreeMap<String, String>,
    /// The compose files, where compose shall not find them itself.
    #[serde(default)]
    compose: Vec<String>,
    #[serde(default)]
    env_file: Vec<String>,
    #[serde(default)]
    profiles: Vec<String>,
    project_directory: Option<String>,
    project_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    /// The situation's name, or its text.
    case: String,
    /// The only release that differs, `newest` or `2.26.1`; both where it is missing.
    only: Option<String>,
    reason: String,
}

const SERVICE: &str = "services:\n  a:\n    image: x\n    @\n  b: {image: y}\nvolumes: {vol: {}, more: {}}\nnetworks: {n: {}}\nsecrets: {s: {file: ./s}}\nconfigs: {c: {file: ./c}}\n";

/// The suites of Debian whose docker compose we are compared with: the newest that can be had, which we follow, and the
/// release that Debian's stable suite has.
const RELEASES: [Release; 2] = [Release { name: "newest", suite: "sid" }, Release { name: "2.26.1", suite: "trixie" }];

struct Release {
    /// As `known-differences.yaml` calls it.
    name: &'static str,
    suite: &'static str,
}

/// What is reported of a file that docker compose accepts.
const ACCEPTED: [ProblemKind; 5] = [
    ProblemKind::CommandCutShort,
    ProblemKind::EntryRepeated,
    ProblemKind::MountModeIgnored,
    ProblemKind::UnquotedNumber,
    ProblemKind::EnvFileValueHidden,
];

#[test]
fn we_see_what_docker_compose_sees() {
    let cases = cases();
    assert!(cases.len() >= 250, "only {} situations", cases.len());
    let known: Vec<Known> = read(&folder().join("known-differences.yaml"));
    let mut failures = String::new();
    for release in RELEASES {
        let Some(binary) = binary(&release) else { continue };
        let known: Vec<&Known> = known.iter().filter(|k| k.only.as_deref().is_none_or(|o| o == release.name)).collect();
        let version = Command::new(&binary).args(["version", "--short"]).output().unwrap();
        let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
        eprintln!("compared with docker compose {version}");
        failures += &compared(&release, &version, &binary, &cases, &known);
    }
    for unused in known.iter().filter(|k| !cases.iter().any(|case| case.name == k.case)) {
        failures += &format!("\nlisted as known difference, but there is no such situation: {}\n", unused.case);
    }
    assert!(failures.is_empty(), "{failures}");
}

/// What differs between this release and us beside what is known.
fn compared(release: &Release, version: &str, binary: &Path, cases: &[Files], known: &[&Known]) -> String {
    let accepted = AtomicUsize::new(0);
    let differences: Vec<(&str, Vec<String>)> = cases
        .par_iter()
        .enumerate()
        .map(|(at, case)| {
            let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("compose-{}-{at}/project", release.suite));
            (case.name.as_str(), compare(binary, &root, case, &accepted))
        })
        .collect();
    let mut failures = String::new();
    for (name, differences) in &differences {
        let listed = known.iter().find(|k| k.case == *name);
        if let (Some(listed), true) = (listed, differences.is_empty()) {
            failures += &format!("\n{name} ({version})\n  differs no more, but is listed: {}\n", listed.reason);
        }
        if listed.is_none() && !differences.is_empty() {
            failures += &format!("\n{name} ({version})\n  {}\n", differences.join("\n  "));
        }
    }
    // Agreement in refusing everything would be no agreement.
    let accepted = accepted.into_inner();
    assert!(accepted >= 250, "docker compose {version} accepts only {accepted} of the situations");
    failures
}

/// The real docker compose of a release. Its absence is an error in CI and said loudly elsewhere, save where the archive
/// no longer has the suite.
fn binary(release: &Release) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let plugin = "root/usr/libexec/docker/cli-plugins/docker-compose";
    let installed = root.join(format!(".tools/compose-{}/{plugin}", release.suite));
    let mut gone = false;
    if !installed.is_file() {
        let script = root.join("scripts/install-compose.sh");
        let status = Command::new("bash").arg(script).arg(release.suite).status();
        gone = status.is_ok_and(|s| s.code() == Some(3));
    }
    if installed.is_file() {
        return Some(installed);
    }
    let what = format!("docker compose of {}: run scripts/install-compose.sh {}", release.suite, release.suite);
    assert!(gone || std::env::var_os("CI").is_none(), "not installed: {what}");
    eprintln!("NOT TESTED: {what}{}", if gone { "; the archive has the suite no more" } else { "" });
    None
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compose")
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap();
    serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn cases() -> Vec<Files> {
    let mut paths: Vec<_> = std::fs::read_dir(folder()).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    let mut all = Vec::new();
    for path in paths.iter().filter(|p| !p.ends_with("known-differences.yaml")) {
        let group: Group = read(path);
        all.extend(
            group.service.into_iter().map(|text| single(&text, SERVICE.replace('@', &text.replace('\n', "\n    ")))),
        );
        all.extend(group.file.into_iter().map(|text| single(&text, text.clone())));
        all.extend(group.files);
    }
    all
}

fn single(name: &str, text: String) -> Files {
    Files {
        name: name.trim_end().to_owned(),
        files: BTreeMap::from([("compose.yml".to_owned(), text)]),
        compose: Vec::new(),
        env_file: Vec::new(),
        profiles: Vec::new(),
        project_directory: None,
        project_name: None,
    }
}

/// What differs; nothing where both refuse or both print the same.
fn compare(binary: &Path, root: &Path, case: &Files, accepted: &AtomicUsize) -> Vec<String> {
    let _ = std::fs::remove_dir_all(root);
    for (name, text) in &case.files {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    match (theirs(binary, root, case), ours(root, case)) {
        (Ok(theirs), Ok(ours)) => {
            accepted.fetch_add(1, Ordering::Relaxed);
            differences(&theirs, &ours)
        }
        (Err(_), Err(_)) => Vec::new(),
        (Ok(_), Err(why)) => vec![format!("only we refuse it: {why}")],
        (Err(why), Ok(_)) => vec![format!("only docker compose refuses it: {}", why.trim())],
    }
}

fn theirs(binary: &Path, root: &Path, case: &Files) -> Result<Value, String> {
    let mut command = Command::new(binary);
    command.env_clear().env("HOME", std::env::var_os("HOME").unwrap_or_default()).current_dir(root);
    for file in &case.compose {
        command.args(["-f", file]);
    }
    for file in &case.env_file {
        command.args(["--env-file", file]);
    }
    for profile in &case.profiles {
        command.args(["--profile", profile]);
    }
    if let Some(directory) = &case.project_directory {
        command.args(["--project-directory", directory]);
    }
    if let Some(name) = &case.project_name {
        command.args(["--project-name", name]);
    }
    let output = command.args(["config", "--format", "json"]).output().unwrap();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|e| e.to_string())
}

fn ours(root: &Path, case: &Files) -> Result<Value, String> {
    let path = |name: &String| root.join(name);
    let named: Vec<PathBuf> = case.compose.iter().map(path).collect();
    let (sources, env_files) = (Sources::default(), case.env_file.iter().map(path).collect::<Vec<_>>());
    let found = if named.is_empty() {
        compose::find(root, &env_files, &sources).ok_or("no compose file")?
    } else {
        StackOptions { files: named, env_files, ..StackOptions::default() }
    };
    let stack = StackOptions {
        files: found.files,
        profiles: Some(case.profiles.clone()).filter(|p| !p.is_empty()),
        env_files: found.env_files,
        project_directory: case.project_directory.as_ref().map(path),
        name: case.project_name.clone(),
    };
    let config = compose::config(&stack, &Options::default(), &sources)?;
    let refusals = config.problems.iter().filter(|p| !ACCEPTED.contains(&p.kind));
    let said: Vec<_> = refusals.map(|p| p.message.clone()).collect();
    if said.is_empty() { Ok(config.json) } else { Err(said.join("; ")) }
}

/// The attributes that differ, by their paths.
fn differences(theirs: &Value, ours: &Value) -> Vec<String> {
    let (mut a, mut b) = (BTreeMap::new(), BTreeMap::new());
    flatten(theirs, String::new(), &mut a);
    flatten(ours, String::new(), &mut b);
    let mut paths: Vec<&String> = a.keys().chain(b.keys()).collect();
    paths.sort();
    paths.dedup();
    let shown = |v: Option<&Value>| v.map_or_else(|| "nothing".to_owned(), Value::to_string);
    let differing = paths.into_iter().filter(|p| a.get(*p) != b.get(*p));
    differing.map(|p| format!("{p}: theirs {}, ours {}", shown(a.get(p)), shown(b.get(p)))).collect()
}

fn flatten(value: &Value, path: String, out: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(map) if !map.is_empty() => map.iter().for_each(|(k, v)| flatten(v, format!("{path}/{k}"), out)),
        Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().for_each(|(at, v)| flatten(v, format!("{path}/{at}"), out));
        }
        _ => {
            out.insert(path, value.clone());
        }
    }
}
