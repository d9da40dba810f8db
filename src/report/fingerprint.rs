//! What stays the same of a finding when lines move: for reports that are compared with later ones.

use std::collections::HashMap;

use super::Report;
use super::redact::Redactor;
use crate::finding::Finding;
use crate::source::Span;

/// The fingerprints of the report's findings, in their order: 16 hexadecimal digits each, unique.
///
/// Made of the rule, the path, the marked line without its indentation (secrets masked) and, for findings that share
/// all that, their number.
pub(crate) fn all(report: &Report, redactor: &Redactor) -> Vec<String> {
    let mut seen: HashMap<u64, u64> = HashMap::new();
    let mut one = |finding: &Finding| {
        let path = &report.sources.get(finding.span.source).path;
        let base = hash(&[&finding.rule, path, &line(finding.span, report, redactor)]);
        let number = seen.entry(base).and_modify(|n| *n += 1).or_insert(0);
        format!("{:016x}", hash(&[&format!("{base:016x}"), &number.to_string()]))
    };
    report.findings.iter().map(&mut one).collect()
}

fn line(span: Span, report: &Report, redactor: &Redactor) -> String {
    let source = report.sources.get(span.source);
    let range = source.line_range(source.position(span.start).line);
    let mut text = source.text.get(range.clone()).unwrap_or("").to_owned();
    for secret in redactor.hidden(span.source, &source, range.clone()).into_iter().rev() {
        text.replace_range(secret.start - range.start..secret.end - range.start, "*");
    }
    text.trim().to_owned()
}

/// FNV-1a, which is the same on every machine and in every version.
fn hash(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    // The zero byte keeps `a`, `bc` and `ab`, `c` apart.
    for byte in parts.iter().flat_map(|part| part.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}
