//! The report for people: one finding reads top-down as what, where, why it breaks, what to type.
//!
//! Frames are miette's, over our own windows (`window`). Grouped by nothing but the order of findings, which is by file.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, ThemeCharacters, ThemeStyles};

use super::redact::Redactor;
use super::window::{CONTEXT, Windows};
use super::{Input, Report, Status, Summary, counted, safe};
use crate::finding::{Finding, Label, Severity};

/// How many findings of one rule are shown in full, and how many where there are more: the worst, or the first.
const MANY: usize = 10;
const FIRST: usize = 3;

/// How many other places of one finding are shown.
const LABELS: usize = 10;

/// How the report looks.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools)] // Independent switches, each an argument of the command line.
pub struct Style {
    /// Whether to use colours.
    pub color: bool,
    /// Whether rule ids link to their pages.
    pub links: bool,
    /// The width in columns.
    pub width: usize,
    /// Findings only.
    pub quiet: bool,
    /// Also why it matters, and all files that are not audited.
    pub verbose: bool,
    /// Each finding, however often its rule fires.
    pub all: bool,
    /// Counts instead of findings.
    pub statistics: bool,
    /// Whether to list what could not be decided.
    pub undecided: bool,
}

/// One finding as miette wants it.
#[derive(Debug)]
struct Shown {
    code: String,
    /// Where the rule's page is, for terminals that know links.
    url: Option<String>,
    message: String,
    help: String,
    severity: miette::Severity,
    labels: Vec<LabeledSpan>,
    windows: Windows,
}

/// The report as text.
pub fn render(report: &Report, style: Style) -> String {
    let redactor = Redactor::new(report);
    let mut out = String::new();
    if style.statistics {
        statistics(report, &mut out);
    } else {
        findings(report, style, &redactor, &mut out);
    }
    if style.undecided {
        undecided(report, &redactor, &mut out);
    }
    if !style.quiet {
        unread(&report.inputs, style.verbose, &mut out);
        out.push_str(&summary_line(&report.summary()));
        out.push('\n');
    }
    out
}

fn findings(report: &Report, style: Style, redactor: &Redactor, out: &mut String) {
    let handler = handler(style);
    let repeated = if style.all { Repeated::default() } else { Repeated::of(report) };
    for (at, finding) in report.open().enumerate() {
        if repeated.left_out.contains(&at) {
            continue;
        }
        let shown = shown(finding, report, redactor, style);
        // Writing to a string fails only where a source refuses a span; then the message alone must do.
        if handler.render_report(out, &shown).is_err() {
            let _ = writeln!(out, "{}: {}", shown.code, shown.message);
        }
        out.push('\n');
    }
    repeated.tell(out);
}

/// The rules that say the same over and over, and which of their findings are left out for it.
#[derive(Default)]
struct Repeated<'r> {
    rules: Vec<(&'r str, usize, usize)>,
    left_out: HashSet<usize>,
}

impl<'r> Repeated<'r> {
    fn of(report: &'r Report) -> Self {
        let mut by_rule: BTreeMap<&str, Vec<(usize, &Finding)>> = BTreeMap::new();
        for (at, finding) in report.open().enumerate() {
            by_rule.entry(&finding.rule).or_default().push((at, finding));
        }
        let mut repeated = Repeated::default();
        for (rule, mut findings) in by_rule.into_iter().filter(|(_, all)| all.len() > MANY) {
            let files: HashSet<_> = findings.iter().map(|(_, f)| f.span.source).collect();
            repeated.rules.push((rule, findings.len(), files.len()));
            findings.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
            repeated.left_out.extend(findings.into_iter().skip(FIRST).map(|(at, _)| at));
        }
        repeated
    }

    fn tell(&self, out: &mut String) {
        for (rule, places, files) in &self.rules {
            let files = counted(*files, "file");
            let _ = writeln!(
                out,
                "{}: {places} places in {files}; the first {FIRST} are shown, --all shows each",
                safe::line(rule)
            );
        }
        if !self.rules.is_empty() {
            out.push('\n');
        }
    }
}

/// The rules that found something, the one with the most findings first.
fn statistics(report: &Report, out: &mut String) {
    let mut counts: BTreeMap<&str, (usize, Severity)> = BTreeMap::new();
    for finding in report.open() {
        let entry = counts.entry(&finding.rule).or_insert((0, finding.severity));
        *entry = (entry.0 + 1, entry.1.max(finding.severity));
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, (n, _))| std::cmp::Reverse(*n));
    for (rule, (n, severity)) in &counts {
        let _ = writeln!(out, "{n:6}  {:7}  {}", severity.name(), safe::line(rule));
    }
    if !counts.is_empty() {
        out.push('\n');
    }
}

/// The last line: findings by severity, what else there is, and how much of the input it covers.
pub fn summary_line(summary: &Summary) -> String {
    let mut parts = Vec::new();
    for (n, name) in [(summary.error, "error"), (summary.warning, "warning"), (summary.note, "note")] {
        if n > 0 {
            parts.push(counted(n, name));
        }
    }
    if parts.is_empty() {
        parts.push("no findings".to_owned());
    }
    let mut line = parts.join(", ");
    let _ = write!(line, "; {} suppressed, {} undecided; ", summary.suppressed, summary.undecided);
    let _ = write!(
        line,
        "{} audited, {} not audited",
        counted(summary.audited, "file"),
        summary.unparsable + summary.ignored
    );
    if summary.unparsable > 0 {
        let _ = write!(line, " ({} of them broken)", summary.unparsable);
    }
    if summary.read > 0 {
        let _ = write!(line, ", {} more read", summary.read);
    }
    line
}

fn shown(finding: &Finding, report: &Report, redactor: &Redactor, style: Style) -> Shown {
    let mut places = shown_labels(finding);
    let more = if style.all { 0 } else { places.len().saturating_sub(LABELS) };
    places.truncate(places.len() - more);
    let spans: Vec<_> = std::iter::once(finding.span).chain(places.iter().map(|l| l.span)).collect();
    let windows = Windows::new(&spans, &report.sources, redactor);
    let mut labels = Vec::new();
    if let Some(place) = windows.place(finding.span, &report.sources) {
        labels.push(LabeledSpan::new_primary_with_span(None, place));
    }
    for label in places {
        let text = redactor.message(&label.text);
        if let Some(place) = windows.place(label.span, &report.sources) {
            labels.push(LabeledSpan::new_with_span(Some(safe::line(&text).into_owned()), place));
        }
    }
    let rule = report.rules.binary_search_by(|r| r.id.as_str().cmp(&finding.rule)).ok().map(|at| &report.rules[at]);
    let mut help = redactor.message(finding.help.trim_end());
    if let Some(rule) = rule.filter(|r| style.verbose && !r.why.is_empty()) {
        let gap = if help.is_empty() { "" } else { "\n" };
        help = format!("{help}{gap}why: {}", rule.why);
    }
    if more > 0 {
        let gap = if help.is_empty() { "" } else { "\n" };
        help = format!("{help}{gap}{} not shown here: --all shows each", counted(more, "more place"));
    }
    Shown {
        url: rule.filter(|_| style.links).and_then(|rule| rule.url.clone()),
        code: format!("{}[{}]", finding.severity.name(), safe::line(&finding.rule)),
        message: redactor.message(&finding.message),
        help,
        severity: match finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        },
        labels,
        windows,
    }
}

/// The labels that show something more: not the marked place again, nor the same words at one place twice.
///
/// The rounds of a template's loop all stand at one place, and frames with several carets there are unreadable.
fn shown_labels(finding: &Finding) -> Vec<&Label> {
    let mut seen = HashSet::new();
    let others = finding.labels.iter().filter(|l| l.span != finding.span);
    others.filter(|l| seen.insert((l.span, l.text.as_str()))).collect()
}

fn handler(style: Style) -> GraphicalReportHandler {
    let styles = if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    let theme = GraphicalTheme { characters: ThemeCharacters::unicode(), styles };
    GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_context_lines(CONTEXT as usize)
        .with_links(style.links)
        .without_syntax_highlighting()
}

fn undecided(report: &Report, redactor: &Redactor, out: &mut String) {
    for open in &report.undecided {
        let source = report.sources.get(open.span.source);
        let at = source.position(open.span.start);
        let path = safe::line(&source.path);
        let why = redactor.message(&open.why);
        let _ = writeln!(out, "undecided[{}] {path}:{}:{}: depends on {why}", open.rule, at.line, at.column);
    }
    if !report.undecided.is_empty() {
        out.push('\n');
    }
}

/// The inputs that somebody may believe to be audited and that are not, or the other way round; `all` of those that are not audited.
fn unread(inputs: &[Input], all: bool, out: &mut String) {
    let mut any = false;
    let told = |i: &&Input| matches!(i.status, Status::Unparsable | Status::Read) || all && i.status == Status::Ignored;
    for input in inputs.iter().filter(told) {
        any = true;
        let what = if input.status == Status::Read { "read" } else { "not audited" };
        let _ = writeln!(out, "{what}: {}: {}", safe::line(&input.path), safe::line(&input.reason));
    }
    if any {
        out.push('\n');
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn url<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.url.as_ref().map(|url| Box::new(url) as Box<dyn std::fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(&self.help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.windows)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use super::shown_labels;
    use crate::finding::{Confidence, Finding, Label, Persona, Severity, Ties};
    use crate::source::{Source, Sources, Span};

    #[test]
    fn labels_say_each_thing_once() {
        let id = Sources::default().add(Source::new("x".to_owned(), None, "0123456789"));
        let label = |start, text: &str| Label { span: Span::new(id, start, start + 1), text: text.to_owned() };
        let finding = Finding {
            rule: "x".to_owned(),
            severity: Severity::Note,
            confidence: Confidence::High,
            persona: Persona::Regular,
            message: String::new(),
            help: String::new(),
            span: Span::new(id, 3, 4),
            labels: vec![label(3, "here"), label(5, "a"), label(5, "b"), label(5, "a"), label(7, "a")],
            definitions: Vec::new(),
            fixes: Vec::new(),
            suppressed: None,
            ties: Ties::default(),
        };
        let shown: Vec<_> = shown_labels(&finding).into_iter().map(|l| (l.span.start, l.text.as_str())).collect();
        assert_eq!(shown, [(5, "a"), (5, "b"), (7, "a")]);
    }
}
