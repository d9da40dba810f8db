//! JUnit XML: one suite a file, one test a finding; a file without findings is one test that passes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::redact::Redactor;
use super::{Report, Status, safe};
use crate::finding::Finding;

/// The report as XML.
pub fn render(report: &Report) -> String {
    let redactor = Redactor::new(report);
    let mut suites = String::new();
    let (mut tests, mut failures) = (0, 0);
    let mut files: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for input in report.inputs.iter().filter(|i| i.status != Status::Ignored) {
        files.entry(input.path.clone()).or_default();
    }
    for finding in &report.findings {
        files.entry(report.sources.get(finding.span.source).path.clone()).or_default().push(finding);
    }
    for (path, of_file) in files {
        let suppressed = of_file.iter().filter(|f| f.suppressed.is_some()).count();
        let failed = of_file.len() - suppressed;
        let name = attribute(&path);
        let count = of_file.len().max(1);
        let _ = writeln!(
            suites,
            r#"  <testsuite name="{name}" tests="{count}" failures="{failed}" errors="0" skipped="{suppressed}">"#
        );
        for finding in &of_file {
            case(finding, &name, report, &redactor, &mut suites);
        }
        if of_file.is_empty() {
            let _ = writeln!(suites, r#"    <testcase name="deploylint" classname="{name}"/>"#);
        }
        suites.push_str("  </testsuite>\n");
        tests += count;
        failures += failed;
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"deploylint\" tests=\"{tests}\" \
         failures=\"{failures}\" errors=\"0\">\n{suites}</testsuites>\n"
    )
}

fn case(finding: &Finding, class: &str, report: &Report, redactor: &Redactor, out: &mut String) {
    let source = report.sources.get(finding.span.source);
    let at = source.position(finding.span.start);
    let rule = attribute(&finding.rule);
    let _ = writeln!(out, r#"    <testcase name="{rule} {}:{}" classname="{class}">"#, at.line, at.column);
    let message = redactor.message(&finding.message);
    if let Some(suppression) = &finding.suppressed {
        let _ = writeln!(out, r#"      <skipped message="{}"/>"#, attribute(&redactor.message(&suppression.reason)));
    } else {
        let mut text = format!("{}:{}:{}: {message}", safe::line(&source.path), at.line, at.column);
        if !finding.help.is_empty() {
            let _ = write!(text, "\nhelp: {}", redactor.message(&finding.help));
        }
        for label in &finding.labels {
            let source = report.sources.get(label.span.source);
            let at = source.position(label.span.start);
            let place = format!("{}:{}:{}", safe::line(&source.path), at.line, at.column);
            let _ = write!(text, "\n{place}: {}", redactor.message(&label.text));
        }
        let (kind, short, long) = (finding.severity.name(), attribute(&message), escaped(&text));
        let _ = writeln!(out, r#"      <failure type="{kind}" message="{short}">{long}</failure>"#);
    }
    out.push_str("    </testcase>\n");
}

fn attribute(text: &str) -> String {
    escaped(&safe::line(text))
}

/// `text` in XML 1.0, which can't hold most control characters in any form.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in safe::lines(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
