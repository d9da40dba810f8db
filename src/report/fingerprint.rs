//! What stays the same of a finding when lines move: for reports that are compared with later ones.

use std::collections::HashMap;

use super::Report;
use super::redact::Redactor;
use crate::finding::Finding;
use crate::source::{Source, SourceId};

/// The fingerprints of the report's findings, in their order: 16 hexadecimal digits each, unique.
pub(crate) fn all(report: &Report, redactor: &Redactor) -> Vec<String> {
    all_with(report, redactor, |source| source.path.clone())
}

/// The same, with paths that the caller gives.
///
/// Made of the rule, the path, the marked line and those that it stands below (a service, a task), each without its
/// indentation, its comment and its secrets; and, for findings that share all that, their number. So neither moved lines
/// nor changes elsewhere in the file make another one.
pub(crate) fn all_with(report: &Report, redactor: &Redactor, path: impl Fn(&Source) -> String) -> Vec<String> {
    let mut seen: HashMap<u64, u64> = HashMap::new();
    let mut above: HashMap<SourceId, Vec<u32>> = HashMap::new();
    let mut one = |finding: &Finding| {
        let id = finding.span.source;
        let source = report.sources.get(id);
        let above = above.entry(id).or_insert_with(|| parents(&source));
        let path = path(&source);
        let mut parts = vec![finding.rule.clone(), path];
        let mut at = source.position(finding.span.start).line;
        while at > 0 {
            parts.push(words(at, id, &source, redactor));
            at = above.get(at as usize - 1).copied().unwrap_or(0);
        }
        let base = hash(parts.iter().map(String::as_str));
        let number = seen.entry(base).and_modify(|n| *n += 1).or_insert(0);
        format!("{:016x}", hash([format!("{base:016x}").as_str(), &number.to_string()].into_iter()))
    };
    report.findings.iter().map(&mut one).collect()
}

/// The line without what may change and means nothing.
fn words(line: u32, id: SourceId, source: &Source, redactor: &Redactor) -> String {
    let range = source.line_range(line);
    let mut text = source.text.get(range.clone()).unwrap_or("").to_owned();
    for secret in redactor.hidden(id, source, range.clone()).into_iter().rev() {
        text.replace_range(secret.start - range.start..secret.end - range.start, "*");
    }
    let end = text.find(" #").or_else(|| text.find(" {#")).unwrap_or(text.len());
    text[..end].trim().to_owned()
}

/// For each line the nearest one above it that is indented less, from 1; 0 where there is none.
fn parents(source: &Source) -> Vec<u32> {
    let mut open: Vec<(usize, u32)> = Vec::new();
    let count = u32::try_from(source.line_count()).unwrap_or(u32::MAX);
    let mut one = |line: u32| {
        let text = source.text.get(source.line_range(line)).unwrap_or("");
        let trimmed = text.trim_start();
        if trimmed.is_empty() || ["#", "//", "{#", "{%"].iter().any(|remark| trimmed.starts_with(remark)) {
            return 0;
        }
        // The items of a list may stand as far left as its key, and stand below it all the same.
        let depth = 2 * (text.len() - trimmed.len()) + usize::from(trimmed.starts_with("- "));
        while open.last().is_some_and(|(other, _)| *other >= depth) {
            open.pop();
        }
        let parent = open.last().map_or(0, |(_, line)| *line);
        open.push((depth, line));
        parent
    };
    (1..=count).map(&mut one).collect()
}

/// FNV-1a, which is the same on every machine and in every version.
fn hash<'p>(parts: impl Iterator<Item = &'p str>) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    // The zero byte keeps `a`, `bc` and `ab`, `c` apart.
    for byte in parts.flat_map(|part| part.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}
