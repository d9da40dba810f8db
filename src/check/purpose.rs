//! What a file is for: one that deploys nothing (a test, an example, a vendored tree, a copy) is nobody's loss, so what is
//! wrong with it is shown to those who want everything tidy. What a rule holds for wrong `everywhere` stays as loud as it is.
//!
//! Read from the path below the folder that was named: who names a folder of tests wants to hear of them.

#[cfg(test)]
#[path = "purpose_tests.rs"]
mod tests;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::Checked;
use super::development::{self, Development, ENVIRONMENTS};
use crate::finding::{Finding, Persona, Production, Severity};
use crate::source::{SourceId, Sources};

/// Folders whose content deploys nothing.
const FOLDERS: [&str; 63] = [
    "test",
    "tests",
    "testing",
    "testdata",
    "fixture",
    "fixtures",
    "mock",
    "mocks",
    "molecule",
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "e2e",
    "smoke",
    "attic",
    "archive",
    "archived",
    "archives",
    "deprecated",
    "inactive",
    "disabled",
    "retired",
    "parked",
    "inspiration",
    "reference",
    "references",
    "research",
    "scratch",
    "snippets",
    "evidence",
    ".planning",
    "vendor",
    "vendored",
    "third_party",
    "third-party",
    "node_modules",
    "cookbook",
    "cookbooks",
    "docs",
    "doc",
    "tutorial",
    "tutorials",
    "benchmark",
    "benchmarks",
    "__tests__",
    "bench",
    "benches",
    // What only a CI service runs.
    ".github",
    ".gitlab",
    ".gitea",
    ".forgejo",
    ".buildkite",
    ".circleci",
    ".woodpecker",
    ".drone",
    ".zuul",
    ".zuul.d",
    ".tekton",
    ".ci",
    "ci",
];

/// Words that make a folder one of tests wherever they stand in its name, or a file where they end or begin it.
const WORDS: [&str; 10] =
    ["tests", "e2e", "fixtures", "testdata", "examples", "samples", "unused", "obsolete", "legacy", "former"];

/// What may stand before or after `test` in the name of a test.
const TESTED: [&str; 15] = [
    "integration",
    "smoke",
    "unit",
    "load",
    "acceptance",
    "functional",
    "system",
    "regression",
    "ci",
    "compose",
    "stack",
    "stacks",
    "run",
    "restore",
    "upgrade",
];

/// Words that end the name of a copy.
const COPIES: [&str; 9] = ["backup", "backups", "bak", "old", "orig", "copy", "example", "sample", "dist"];

/// Shows the findings of files that deploy nothing to the pedantic persona only; so those of a copy, where the live file
/// has the same. `brought` are the files that others bring in, each with the files of that project.
pub fn lower(checked: &mut Checked, sources: &Sources, roots: &[String], brought: &[(SourceId, Vec<SourceId>)]) {
    let mut purposes: HashMap<SourceId, Purpose> = HashMap::new();
    let spans = checked.findings.iter().map(|f| f.span).chain(checked.undecided.iter().map(|u| u.span));
    for source in spans.map(|span| span.source) {
        purposes.entry(source).or_insert_with(|| Purpose::of(source, sources, roots));
    }
    let deploys = |by: &SourceId| Purpose::of(*by, sources, roots).development.is_none();
    for (source, by) in brought {
        if let Some(purpose) = purposes.get_mut(source).filter(|p| p.development.is_some() && by.iter().all(deploys)) {
            purpose.development = None;
        }
    }
    let copies: HashSet<&str> = purposes.values().filter_map(|purpose| purpose.copied.as_deref()).collect();
    let mut live: HashSet<(&str, &str, &str)> = HashSet::new();
    for finding in &checked.findings {
        let Some(purpose) = purposes.get(&finding.span.source) else { continue };
        let wanted = purpose.copied.is_none() && !purpose.idle && copies.contains(purpose.name.as_str());
        if wanted {
            live.insert((finding.rule.as_str(), purpose.name.as_str(), finding.message.as_str()));
        }
    }
    let quiet = |finding: &Finding| {
        let Some(purpose) = purposes.get(&finding.span.source) else { return false };
        let known = |of: &String| live.contains(&(finding.rule.as_str(), of.as_str(), finding.message.as_str()));
        let named = purpose.development == Some(Development::Named);
        let elsewhere = purpose.idle || finding.ties.production == Production::Only && named;
        !finding.ties.everywhere && elsewhere || purpose.copied.as_ref().is_some_and(known)
    };
    let quiet: Vec<bool> = checked.findings.iter().map(quiet).collect();
    for (finding, quiet) in checked.findings.iter_mut().zip(quiet) {
        let developed = purposes.get(&finding.span.source).is_some_and(|purpose| purpose.development.is_some());
        if quiet {
            finding.persona = finding.persona.max(Persona::Pedantic);
        } else if developed && finding.ties.production != Production::Any && !finding.ties.everywhere {
            soften(finding);
        }
    }
    for undecided in &mut checked.undecided {
        if purposes.get(&undecided.span.source).is_some_and(|purpose| purpose.idle) {
            undecided.persona = undecided.persona.max(Persona::Pedantic);
        }
    }
}

/// Makes a finding one step milder.
fn soften(finding: &mut Finding) {
    if finding.severity == Severity::Error {
        finding.severity = Severity::Warning;
    } else {
        finding.persona = finding.persona.max(Persona::Pedantic);
    }
}

/// What one file is for.
struct Purpose {
    /// Whether it deploys nothing.
    idle: bool,
    /// How sure it is that it deploys something for development alone.
    development: Option<Development>,
    /// The name of the file that it is a copy of.
    copied: Option<String>,
    /// Its own name, in small letters.
    name: String,
}

impl Purpose {
    fn of(source: SourceId, sources: &Sources, roots: &[String]) -> Self {
        let source = sources.get(source);
        let below = below(&source.path, roots);
        let idle = deploys_nothing(below) || is_dated_copy(below) || is_dump(&source.text);
        let development = development::of(below, &source.text);
        Self { idle, development, copied: copied(below), name: name(&source.path).to_lowercase() }
    }
}

/// The part of a path that says what the file is for.
fn below<'p>(path: &'p str, roots: &[String]) -> &'p str {
    let rest = |root: &String| path.strip_prefix(root.as_str())?.strip_prefix('/');
    let inside = roots.iter().filter_map(rest).min_by_key(|rest| rest.len());
    inside.unwrap_or(path).trim_start_matches("../")
}

/// Whether a file with this path is a test, an example, documentation or somebody else's.
fn deploys_nothing(path: &str) -> bool {
    let lower = path.to_lowercase();
    let mut parts: Vec<&str> = lower.split('/').collect();
    let name = parts.pop().unwrap_or_default();
    // Somebody asked for the blocks of Markdown files.
    if matches!(name.rsplit_once('.'), Some((_, "md" | "markdown"))) {
        return false;
    }
    let folder = |(at, part): (usize, &&str)| {
        let environment = at > 0 && ENVIRONMENTS.contains(&parts[at - 1]);
        let part = part.trim_start_matches('_');
        let words: Vec<&str> = part.split(['-', '_']).collect();
        !environment
            && (words.len() > 1 && (words.last() == Some(&"template") || words.first() == Some(&"template"))
                || FOLDERS.contains(&part)
                || words.iter().any(|w| WORDS.contains(w))
                || tested(&words)
                || idle(&words))
    };
    let script = matches!(name.rsplit_once('.'), Some((stem, "sh")) if stem.ends_with("_test"))
        || matches!(name.rsplit_once('.'), Some((_, "bats")));
    parts.iter().enumerate().any(folder) || tests(name) || script || to_be_copied(name)
}

/// Whether a folder of copies holds it under a date: `backups/2.4.0_20250901_193155/compose.yml`.
fn is_dated_copy(path: &str) -> bool {
    let lower = path.to_lowercase();
    let mut copies = false;
    lower.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev().any(|folder| {
        copies |=
            folder.split(['-', '_', '.']).any(|word| matches!(word, "backup" | "backups" | "snapshots" | "versions"));
        copies && is_dated(folder)
    })
}

/// Whether a name holds a day: `20250901`, `2025-09-01`.
fn is_dated(name: &str) -> bool {
    let digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    let month = |bytes: &[u8]| matches!(bytes, [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2']);
    let bytes = name.as_bytes();
    let joined = |day: &[u8]| day.starts_with(b"20") && digits(day) && month(&day[4..6]);
    let apart = |day: &[u8]| {
        day.starts_with(b"20") && digits(&day[..4]) && matches!(day[4], b'-' | b'_' | b'.') && month(&day[5..7])
    };
    bytes.windows(8).any(|day| joined(day) || apart(day))
}

/// Whether it is what `kubectl get -o yaml` prints of a running cluster: a list of objects that the server numbered.
fn is_dump(text: &str) -> bool {
    text.contains("resourceVersion:") && text.lines().any(|line| line == "kind: List") && text.contains("    uid:")
}

/// Whether a YAML file's name says that it is made to be copied: `compose.override.example.yml`.
fn to_be_copied(name: &str) -> bool {
    let words: Vec<&str> = name.split(['-', '_', '.']).collect();
    let yaml = matches!(words.last(), Some(&("yml" | "yaml")));
    yaml && words.iter().any(|w| matches!(*w, "example" | "sample"))
}

/// Whether a folder's name says that what is in it does not run: `apps-not-used`, `not_in_use`.
fn idle(words: &[&str]) -> bool {
    words.windows(2).any(|pair| matches!(pair, ["not", "used" | "active" | "enabled" | "in"] | ["no", "longer"]))
}

/// Whether a file's name says that it is a test.
fn tests(name: &str) -> bool {
    let words: Vec<&str> = name.split(['-', '_', '.']).collect();
    // The last word is the format.
    let words = if words.len() > 1 { &words[..words.len() - 1] } else { &words[..] };
    // `verify.yml` and `_verify_ports.yml` are Ansible's tests of a role.
    if Path::new(name).extension().is_some_and(|e| e == "yml")
        && words.iter().find(|w| !w.is_empty()) == Some(&"verify")
    {
        return true;
    }
    let ends = [words.first(), words.last()];
    ends.into_iter().flatten().any(|w| ["tests", "e2e"].contains(w)) || tested(words)
}

/// `integration-test`, `compose.test`, `test-run`.
fn tested(words: &[&str]) -> bool {
    words.windows(2).any(|pair| {
        (pair[1] == "test" && TESTED.contains(&pair[0])) || (pair[0] == "test" && TESTED.contains(&pair[1]))
    })
}

/// The name of the file that this one is a copy of, where its own name or its folder's says so.
fn copied(path: &str) -> Option<String> {
    let lower = path.to_lowercase();
    let name = name(&lower);
    let folders = lower.rsplit('/').skip(1);
    if folders.clone().any(|f| f.split(['-', '_']).next_back().is_some_and(|w| COPIES.contains(&w))) {
        return Some(name.to_owned());
    }
    let copy = |word: &&str| COPIES.contains(word);
    let at = name.split(['-', '_', '.']).find(copy)?;
    let start = name.find(at)?.checked_sub(1)?;
    Some(format!("{}{}", &name[..start], &name[start + 1 + at.len()..]))
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
