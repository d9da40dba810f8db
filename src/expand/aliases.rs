//! Aliases whose anchors stand in a file of their own: who writes such files joins them before anything reads them.

use std::collections::HashSet;
use std::sync::Arc;

use super::Deployment;
use crate::load::File;
use crate::problem::ProblemKind;

/// Leaves open whether an alias has no anchor where a file that is no project of its own has one of that name. The anchor
/// of another project is more likely what was forgotten when a service was copied.
pub(super) fn joined(deployment: &mut Deployment, files: &[File]) {
    let unknown = |kind: ProblemKind| kind == ProblemKind::UnknownAlias;
    if !deployment.documents.iter().any(|d| d.problems.iter().any(|p| unknown(p.kind))) {
        return;
    }
    let yaml = |file: &&File| file.path.rsplit('.').next().is_some_and(|end| matches!(end, "yml" | "yaml"));
    let project = |text: &&str| text.lines().any(|line| line.starts_with("services:"));
    let parts = files.iter().filter(yaml).map(|f| f.text.value()).filter(|text| !project(text));
    let anchors: HashSet<String> = parts.flat_map(str::lines).flat_map(anchors).map(str::to_owned).collect();
    for document in deployment.documents.iter_mut().filter(|d| d.problems.iter().any(|p| unknown(p.kind))) {
        let text = document.text.clone();
        let own = text.span();
        let name = |at: u32, end: u32| {
            let at = at.checked_sub(own.start)? as usize;
            text.value().get(at..(end - own.start) as usize)?.strip_prefix('*')
        };
        for problem in Arc::make_mut(document).problems.iter_mut().filter(|p| unknown(p.kind)) {
            // In a template's reading the text is another one than the file's.
            if name(problem.span.start, problem.span.end).is_none_or(|name| anchors.contains(name)) {
                problem.doubt = Some("the file as it is joined with the one that has the anchor".into());
            }
        }
    }
}

/// The anchors of a line of YAML.
fn anchors(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split([' ', '\t', '[', ',', '{']);
    words.filter_map(|word| word.strip_prefix('&')).filter(|name| !name.is_empty() && !name.starts_with('&'))
}
