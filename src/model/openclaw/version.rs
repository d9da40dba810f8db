//! Which release of OpenClaw a deployment runs, where its files say.
//!
//! Releases are dates (`2026.9.6`), kept as one number that compares. Floating tags say nothing.

use crate::document::{Body, Document, Kind};
use crate::expand::Deployment;
use crate::syntax::dockerfile::Content;
use crate::text::Text;
use crate::yaml::Node;

/// `2026.9.6` as `20260906`; suffixes (`-slim`, `-1`) do not count. `None` for anything else.
pub(super) fn release(version: &str) -> Option<i64> {
    let version = version.trim().trim_start_matches('v');
    let mut parts = version.split(['.', '-']);
    let mut next = |low: i64, high: i64| parts.next()?.parse::<i64>().ok().filter(|n| (low..=high).contains(n));
    let (year, month, day) = (next(2025, 2100)?, next(1, 12)?, next(1, 31)?);
    Some(year * 10_000 + month * 100 + day)
}

/// The release of an image reference of OpenClaw's own image.
pub(crate) fn of_image(image: &Text) -> Option<i64> {
    let known = image.known()?;
    let reference = known.split('@').next().unwrap_or(known);
    let (_, tag) = reference.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'))?;
    release(tag)
}

/// Whether an image is OpenClaw's, by its repository.
pub(super) fn is_openclaw_image(image: &str) -> bool {
    let reference = image.split('@').next().unwrap_or(image);
    let repository = match reference.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => reference,
    };
    let name = repository.rsplit('/').next().unwrap_or(repository);
    ["openclaw", "clawdbot", "moltbot"].iter().any(|own| name == *own || name.strip_prefix(own) == Some("-gateway"))
}

/// Whether an image is the one that OpenClaw publishes.
pub(super) fn is_official(image: &str) -> bool {
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let of = |name: &str| image.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '@']));
    of("ghcr.io/openclaw/openclaw") || of("openclaw/openclaw")
}

/// The release of the whole deployment: where all pins that it has agree, or stand on one side of what was measured.
pub(super) fn of_deployment(deployment: &Deployment) -> Option<i64> {
    let services = deployment.stacks.iter().filter_map(|s| s.project.get("services")?.map()).flatten();
    let images = services.filter_map(|e| e.value.get("image").and_then(Node::text));
    let images: Vec<&Text> = images.filter(|t| is_openclaw_image(&t.display())).collect();
    let own = images.iter().map(|image| of_image(image));
    let pins = deployment.documents.iter().flat_map(|d| pins(d)).map(Some);
    let named = deployment.documents.iter().flat_map(|d| pinned_by(d)).flat_map(|name| set_to(deployment, name));
    let mut all: Vec<Option<i64>> = own.chain(pins).chain(named).collect();
    all.sort_unstable();
    all.dedup();
    // An image that somebody builds under a tag of his own runs what its Dockerfile installs.
    if all.len() > 1 && !images.iter().any(|image| is_official(&image.display()) && of_image(image).is_none()) {
        all.retain(Option::is_some);
    }
    if all.is_empty() {
        all = deployment.documents.iter().filter_map(|d| last_touched(d)).map(Some).collect();
        all.sort_unstable();
    }
    let known: Option<Vec<i64>> = all.into_iter().collect();
    match known?.as_slice() {
        [one] => Some(*one),
        [.., last] if *last <= super::keys::OLD => Some(*last),
        [first, ..] if *first >= super::keys::NEW => Some(*first),
        _ => None,
    }
}

/// The release that wrote a configuration last, where it says so.
fn last_touched(document: &Document) -> Option<i64> {
    let nodes = Some(document).filter(|d| d.kind == Kind::OpenClaw)?.nodes();
    release(nodes.first()?.path(&["meta", "lastTouchedVersion"])?.known()?)
}

/// The npm pins (`openclaw@2026.9.6`) and base images of a document.
fn pins(document: &Document) -> Vec<i64> {
    if !matches!(document.body, Body::Script(_) | Body::Dockerfile(_)) && !is_tasks(document) {
        return Vec::new();
    }
    let text = document.text.value();
    let npm = text.match_indices("openclaw@").filter_map(|(at, mark)| version_at(text, at + mark.len()));
    let mut found: Vec<i64> = npm.collect();
    if let Body::Dockerfile(file) = &document.body {
        let bases = file.stages.iter().map(|s| &s.from).filter(|t| is_openclaw_image(&t.display()));
        found.extend(bases.filter_map(of_image));
    }
    found
}

/// The variables that name the release: `openclaw@${OPENCLAW_VERSION}`, `openclaw@{{ openclaw_version }}`.
fn pinned_by(document: &Document) -> Vec<&str> {
    if !matches!(document.body, Body::Script(_) | Body::Dockerfile(_)) && !is_tasks(document) {
        return Vec::new();
    }
    let text = document.text.value();
    let name = |(at, mark): (usize, &str)| {
        let rest = text.get(at + mark.len()..)?;
        let rest = ["${", "{{", "$"].iter().find_map(|open| rest.strip_prefix(open))?.trim_start();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        rest.get(..end).filter(|name| !name.is_empty())
    };
    text.match_indices("openclaw@").filter_map(name).collect()
}

/// The releases that the deployment gives the variable `name`; `None` for a value that is no release.
fn set_to(deployment: &Deployment, name: &str) -> Vec<Option<i64>> {
    let mut found: Vec<Option<i64>> = Vec::new();
    let mut add = |value: Option<&Text>| found.push(value.and_then(Text::known).and_then(release));
    for document in &deployment.documents {
        match &document.body {
            Body::Dockerfile(file) => {
                let pairs = file.stages.iter().flat_map(|s| &s.instructions).filter_map(|i| match &i.content {
                    Content::Pairs(pairs) => Some(pairs),
                    _ => None,
                });
                let pairs = pairs.flatten().chain(&file.arguments);
                pairs
                    .filter(|p| p.key.known() == Some(name))
                    .filter_map(|p| p.value.as_ref())
                    .for_each(|v| add(Some(v)));
            }
            Body::Env(file) => {
                file.set().filter(|e| e.key.known() == Some(name)).for_each(|e| add(e.value.as_ref()));
            }
            Body::Nodes(nodes) if document.kind == Kind::AnsibleVars => {
                nodes.iter().filter_map(|n| n.get(name)).for_each(|n| add(n.text()));
            }
            Body::Script(script) => {
                let assignments = script.commands.iter().flat_map(|c| &c.assignments);
                let own = assignments.filter(|a| a.name.known() == Some(name)).filter_map(|a| a.value.as_ref());
                own.for_each(|v| add(Some(&v.text)));
            }
            _ => {}
        }
    }
    let services = deployment.stacks.iter().filter_map(|s| s.project.get("services")?.map()).flatten();
    for value in services.filter_map(|e| e.value.path(&["build", "args", name])) {
        found.push(value.text().and_then(Text::known).and_then(release));
    }
    if found.is_empty() { vec![None] } else { found }
}

fn is_tasks(document: &Document) -> bool {
    use crate::document::Kind::{AnsiblePlaybook, AnsibleTasks};
    matches!(document.kind, AnsibleTasks | AnsiblePlaybook)
}

fn version_at(text: &str, at: usize) -> Option<i64> {
    let rest = text.get(at..)?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    release(rest.get(..end)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_compare_as_dates() {
        assert_eq!(release("2026.9.6"), Some(20_260_906));
        assert_eq!(release("v2026.2.23-slim"), Some(20_260_223));
        assert!(release("latest").is_none() && release("1.2.3").is_none());
    }

    #[test]
    fn own_images_are_known_by_name() {
        assert!(is_openclaw_image("ghcr.io/openclaw/openclaw:2026.9.6") && is_openclaw_image("me/openclaw-gateway"));
        assert!(!is_openclaw_image("openclaw/tools:1") && !is_openclaw_image("redis"));
        assert!(is_official("openclaw/openclaw") && !is_official("me/openclaw:1"));
    }
}
