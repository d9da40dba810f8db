//! A summary as Markdown, for `$GITHUB_STEP_SUMMARY` and merge request comments.

use std::fmt::Write as _;

use super::redact::Redactor;
use super::suggestion::{self, Suggestion};
use super::{Report, Status, human, safe};

/// The most findings listed: GitHub refuses summaries over 1 MiB.
const MOST: usize = 500;

/// The length up to which suggestions are added.
const MOST_BYTES: usize = 900_000;

/// The report as Markdown.
pub fn render(report: &Report) -> String {
    let redactor = Redactor::new(report);
    let mut out = format!("## deploylint\n\n{}\n", human::summary_line(&report.summary()));
    let count = report.open().count();
    if count > 0 {
        out.push_str("\n| severity | rule | place | what |\n|---|---|---|---|\n");
    }
    for finding in report.open().take(MOST) {
        let source = report.sources.get(finding.span.source);
        let line = source.position(finding.span.start).line;
        let mut what = escaped(&redactor.message(&finding.message));
        if !finding.help.is_empty() {
            let _ = write!(what, "<br>{}", escaped(&redactor.message(&finding.help)));
        }
        let (severity, rule) = (finding.severity.name(), escaped(&finding.rule));
        let _ = writeln!(out, "| {severity} | {rule} | {}:{line} | {what} |", escaped(&source.path));
    }
    if count > MOST {
        let _ = writeln!(out, "\n{} more findings are left out here.", count - MOST);
    }
    suggestions(report, &redactor, &mut out);
    let broken: Vec<_> = report.inputs.iter().filter(|i| i.status == Status::Unparsable).collect();
    if !broken.is_empty() {
        out.push_str("\n| not audited | why |\n|---|---|\n");
    }
    for input in broken.iter().take(MOST) {
        let _ = writeln!(out, "| {} | {} |", escaped(&input.path), escaped(&input.reason));
    }
    out
}

/// The safe fixes as suggestions: what GitHub offers to commit where such a block is a comment on these lines of a diff.
fn suggestions(report: &Report, redactor: &Redactor, out: &mut String) {
    let all = report.open().filter_map(|finding| {
        let fix = finding.fixes.iter().find(|fix| fix.safe)?;
        Some((finding, fix, suggestion::of(fix, None, report, redactor)?))
    });
    for (n, (finding, fix, Suggestion { source, from, to, text })) in all.enumerate() {
        if out.len() + text.len() > MOST_BYTES {
            return;
        }
        if n == 0 {
            out.push_str("\n### Suggestions\n");
        }
        let lines = if from == to { from.to_string() } else { format!("{from}-{to}") };
        let place = format!("{}:{lines}", escaped(&report.sources.get(source).path));
        let (rule, title) = (escaped(&finding.rule), escaped(&redactor.message(&fix.title)));
        let fence = suggestion::fence(&text);
        let _ = writeln!(out, "\n{place}: {rule}: {title}\n\n{fence}suggestion\n{text}{fence}");
    }
}

/// `text` in a table's cell: code spans stay, HTML, links and the cell's own border do not.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in safe::lines(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' => out.push_str("&#124;"),
            '[' => out.push_str("&#91;"),
            ']' => out.push_str("&#93;"),
            '\n' => out.push_str("<br>"),
            c => out.push(c),
        }
    }
    out
}
