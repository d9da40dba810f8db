//! Which images the repository itself publishes: its workflows, its pipeline or its Makefile build and push them.
//!
//! A catalogue of images names its own as the base of others: whoever owns three of them owns all that it uses of theirs.
//!
//! Only names that something is tagged or pushed as count: what a workflow runs beside it is somebody else's.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::document::Body;
use crate::expand::Deployment;
use crate::text::Text;

/// What a file that pushes images holds.
const PUSHES: [&str; 9] = [
    "build-push-action",
    "docker push",
    "podman push",
    "buildah push",
    "buildx build",
    "imagetools create",
    "buildAndPush",
    "kaniko",
    "compose push",
];

/// Keys of YAML whose values name what is pushed.
const KEYS: [&str; 4] = ["images", "tags", "repository", "image-name"];

/// Words before the name of what is built or pushed.
const BEFORE: [&str; 3] = ["-t", "--tag", "push"];

/// What stands for the repository's own name on GitHub.
const REPOSITORY: &str = "<repository>";

/// How often variables in variables are followed.
const MOST: usize = 4;

/// The longest value of a variable and the longest line, in bytes, in which variables are followed: the name of an image is
/// shorter, and a file that repeats a long value would grow without bounds.
const LONGEST: (usize, usize) = (200, 1000);

/// An expression of a workflow.
static EXPRESSION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\$\{\{\s*([^}]*?)\s*\}\}").ok());

/// A variable of a shell or of make.
static VARIABLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\$\((\w+)\)|\$\{(\w+)[^}]*\}|\$(\w+)").ok());

/// What sets a variable.
static SETS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?m)^[ \t]*(?:export +|- +)?([A-Za-z_]\w*) *(?:[:?]?=|:) *(\S[^\r\n]*?) *$").ok());

/// The names that are published, a `*` for each part that nobody knows.
#[derive(Debug, Default)]
pub(super) struct Published {
    names: Vec<String>,
    /// The owners and names of repositories that the tree speaks of, where a workflow publishes under its own.
    repositories: Vec<String>,
    /// The owners of a catalogue's images.
    owners: Vec<String>,
}

impl Published {
    pub(super) fn new(deployment: &Deployment) -> Self {
        let helpers = deployment.helpers.iter().map(Text::value);
        let pushing = helpers.filter(|text| PUSHES.iter().any(|word| text.contains(word)));
        let mut names: Vec<String> = pushing.flat_map(names).collect();
        names.sort();
        names.dedup();
        let own = names.iter().any(|name| name.contains(REPOSITORY));
        let repositories = if own { deployment.texts().flat_map(repositories).collect() } else { Vec::new() };
        Self { names, repositories, owners: owners(deployment) }
    }

    /// Whether the repository publishes images under this name, with or without the registry.
    pub(super) fn has(&self, repository: &str) -> bool {
        let lower = repository.to_lowercase();
        let plain = lower.strip_prefix("docker.io/").unwrap_or(&lower);
        plain.rsplit_once('/').is_some_and(|(owner, _)| self.owners.iter().any(|own| own == owner))
            || self.names.iter().any(|name| {
                if name.contains(REPOSITORY) {
                    return self.repositories.iter().any(|own| matches(&name.replace(REPOSITORY, own), plain));
                }
                matches(name, plain)
            })
    }
}

/// Whose images at least three folders of the tree build, by the folder's name, and other Dockerfiles of it start from.
/// A folder that starts from the image of its own name builds another one.
fn owners(deployment: &Deployment) -> Vec<String> {
    const ENOUGH: usize = 3;
    let mut bases: HashMap<String, Vec<&str>> = HashMap::new();
    let mut folders: Vec<&str> = Vec::new();
    for document in &deployment.documents {
        let Body::Dockerfile(file) = &document.body else { continue };
        let Some(folder) = document.path.rsplit('/').nth(1) else { continue };
        folders.push(folder);
        for base in file.stages.iter().filter(|stage| stage.base.is_none()).filter_map(|stage| stage.from.known()) {
            let base = base.split('@').next().unwrap_or(base);
            let base = base.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(base, |(name, _)| name);
            bases.entry(base.to_lowercase()).or_default().push(folder);
        }
    }
    let mut built: HashMap<&str, usize> = HashMap::new();
    let mut others: Vec<&str> = Vec::new();
    for (base, users) in &bases {
        let plain = base.strip_prefix("docker.io/").unwrap_or(base);
        let Some((owner, name)) = plain.rsplit_once('/') else { continue };
        if users.contains(&name) {
            others.push(owner);
        } else if folders.contains(&name) {
            *built.entry(owner).or_default() += 1;
        }
    }
    let mut owners: Vec<String> = built
        .into_iter()
        .filter(|(owner, count)| *count >= ENOUGH && !others.contains(owner))
        .map(|(owner, _)| owner.to_owned())
        .collect();
    owners.sort();
    owners
}

/// Whether the name is that of the pattern, or has a registry before it.
fn matches(pattern: &str, name: &str) -> bool {
    let pattern = pattern.strip_prefix("docker.io/").unwrap_or(pattern);
    let (mut wanted, mut parts) = (pattern.rsplit('/'), name.rsplit('/'));
    let last = wanted.next().unwrap_or_default();
    let said = last.chars().filter(char::is_ascii_alphanumeric).count();
    if last.contains('*') && said < 4 || !parts.next().is_some_and(|part| fits(last, part)) {
        return false;
    }
    let registry = |part: Option<&str>| part.is_none_or(|p| p.contains(['.', ':']) && pattern.contains('/'));
    loop {
        match (wanted.next(), parts.next()) {
            (None, rest) => return registry(rest) && parts.next().is_none(),
            (Some(wanted), Some(part)) if fits(wanted, part) => {}
            _ => return false,
        }
    }
}

/// Whether `part` is `pattern`, in which a `*` stands for anything.
fn fits(pattern: &str, part: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = part.strip_prefix(first) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = rest.get(at + piece.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

/// The names that a file tags and pushes.
fn names(text: &str) -> Vec<String> {
    let Some(sets) = SETS.as_ref() else { return Vec::new() };
    let unquoted = |value: &str| value.trim_matches(['"', '\'']).to_owned();
    let mut variables: HashMap<String, String> = HashMap::new();
    for set in sets.captures_iter(text) {
        if set[2].len() > LONGEST.0 {
            continue;
        }
        variables.entry(set[1].to_owned()).or_insert_with(|| unquoted(&set[2]));
    }
    let mut found = Vec::new();
    let mut block: Option<usize> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        if block.is_some_and(|outer| indent <= outer && !trimmed.is_empty()) {
            block = None;
        }
        let written = expanded(trimmed, &variables);
        let item = written.trim_start_matches("- ");
        let key = item.split_once(':').filter(|(key, _)| KEYS.contains(key));
        if let Some((_, value)) = key {
            block = matches!(value.trim(), "" | "|" | ">" | "|-" | ">-").then_some(indent);
        }
        let listed = key.map(|(_, value)| value).or(block.map(|_| item)).unwrap_or_default();
        found.extend(listed.split([' ', ',', '[', ']']).filter_map(name));
        let words: Vec<&str> = written.split_whitespace().collect();
        let behind = words.windows(2).filter_map(|pair| match pair {
            [before, word] if BEFORE.contains(before) => name(word),
            _ => None,
        });
        found.extend(behind);
        found.extend(words.iter().filter_map(|word| name(word.strip_prefix("--tag=")?)));
    }
    found
}

/// The name of an image in a word, without its tag.
fn name(word: &str) -> Option<String> {
    let word = word.trim_matches(['"', '\'', '\\', '`']).to_lowercase();
    let folder = word.rfind('/').map_or(0, |slash| slash + 1);
    let end = word.get(folder..)?.find([':', '@']).map_or(word.len(), |colon| folder + colon);
    let name = word.get(..end)?;
    let sign = |c: char| c.is_ascii_alphanumeric() || "/._-*<>:".contains(c);
    (name.len() > 2 && !name.starts_with(['-', '/', '*']) && name.chars().all(sign)).then(|| name.to_owned())
}

/// The line with its variables replaced; a `*` stands where nobody knows the value.
fn expanded(line: &str, variables: &HashMap<String, String>) -> String {
    let (Some(expression), Some(variable)) = (EXPRESSION.as_ref(), VARIABLE.as_ref()) else { return line.to_owned() };
    let value = |name: &str| variables.get(name).cloned().unwrap_or_else(|| "*".to_owned());
    let mut line = line.to_owned();
    for _ in 0..MOST {
        if !line.contains('$') || line.len() > LONGEST.1 {
            break;
        }
        let replaced = expression.replace_all(&line, |c: &Captures<'_>| match &c[1] {
            "github.repository" => REPOSITORY.to_owned(),
            inner => inner.strip_prefix("env.").map_or_else(|| "*".to_owned(), value),
        });
        let group = |c: &Captures<'_>| (1..4).find_map(|at| c.get(at)).map(|m| value(m.as_str())).unwrap_or_default();
        line = variable.replace_all(&replaced, |c: &Captures<'_>| group(c)).into_owned();
    }
    line
}

/// The repositories of GitHub that a text speaks of, as `owner/name` in small letters.
fn repositories(text: &str) -> Vec<String> {
    let behind =
        ["github.com/", "github.com:", "githubusercontent.com/"].iter().flat_map(|host| text.split(host).skip(1));
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let named = behind.filter_map(|rest| {
        let (owner, rest) = rest.split_once('/')?;
        let name = rest.split(|c| !sign(c)).next()?;
        let name = name.strip_suffix(".git").unwrap_or(name).trim_end_matches('.');
        (owner.chars().all(sign) && !name.is_empty()).then(|| format!("{owner}/{name}").to_lowercase())
    });
    named.collect()
}

#[cfg(test)]
#[path = "published_tests.rs"]
mod tests;
