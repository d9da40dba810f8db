//! Comments beside a line: whoever wrote why it is so, or that a value has to be replaced, needs to hear of it once less.
//!
//! An error becomes a warning, anything milder is for the pedantic persona. Which rules listen, and to what, is theirs to say.

#[cfg(test)]
#[path = "remark_tests.rs"]
mod tests;

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::Checked;
use super::comments::hash;
use crate::finding::{Finding, Persona, Remark, Severity};
use crate::source::{Source, Sources, Span};
use crate::text::search;

/// The most lines that a finding is looked at over, and the most lines of a comment above it.
const MOST: u32 = 4;

/// What gives a reason. `Required settings` is a heading, `required for the bus` a reason.
static REASON: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\b(because|requires?|needs?|so\ that|otherwise|in\ order\ to|see\ https?)\b
        |\b(required|needed|necessary|recommended)(\s+(for|by|to|because|since|so|as|in|on|here)\b|\s*([.,;!)]|$))
        |\bto\ (access|read|allow|use|control|manage|run|see|reach|list|start|stop|discover|bind|monitor|send|enable|capture
            |mount)([\s.,;:)]|$)",
    )
    .ok()
});

/// What asks for nothing: `remove if not needed`, `adjust as required`.
static CONDITION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(as|if|when|where|unless)( (it is|it's|you|not|really))* (need(ed)?|required?|necessary)\b").ok()
});

/// What says that there is no reason, or that the line is not in use.
static DENIED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(\b(not|never|no longer)|n't)( (be|really|strictly|actually))? (need|require|needed|required|necessary|recommended)\b|\buncomment\b",
    )
    .ok()
});

/// A line of YAML that is commented out; `Note: …` is a sentence.
static INACTIVE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"^\s*(-\s*)?["']?([a-z_][\w.-]*|[A-Z]+_[A-Z0-9_]*)["']?:(\s|$)|^\s*-\s+\S+(\s+#.*)?$"#).ok()
});

/// Words before a colon that begin a sentence.
const SENTENCE: [&str; 7] = ["note", "why", "reason", "warning", "important", "nb", "hint"];

/// What says that somebody has yet to look at it.
static OPEN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(todo|fixme|xxx|hack|temporar(y|ily)|remove (this|me)|for now)\b").ok());

/// What asks for another value.
static REPLACE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(change[ _-]?(me|this|it)\b|\b(must|should) be (changed|replaced)|^\W*(please )?(change|replace|override)\b)")
        .ok()
});

/// What tells hadolint to accept an image without a version (DL3006) or with `latest` (DL3007).
static TAG: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\bhadolint\s+(global\s+)?ignore\s*=[\sA-Z0-9,]*\bDL300[67]\b").ok());

/// Makes the findings milder beside which a comment says what their rule listens to.
pub fn lower(checked: &mut Checked, sources: &Sources) {
    for finding in &mut checked.findings {
        let Some(remark) = finding.ties.remark else { continue };
        if !beside(&sources.get(finding.span.source), finding.span).any(|comment| says(&comment, remark)) {
            continue;
        }
        finding.ties.before_remark = Some((finding.severity, finding.persona));
        if finding.severity == Severity::Error {
            finding.severity = Severity::Warning;
        } else if remark != Remark::ReasonOfError {
            finding.persona = finding.persona.max(Persona::Pedantic);
        }
    }
}

/// Undoes what `lower` did, for those who want to hear all there is.
pub(super) fn undo(findings: &mut [Finding]) {
    for finding in findings {
        if let Some((severity, persona)) = finding.ties.before_remark.take() {
            (finding.severity, finding.persona) = (severity, persona);
        }
    }
}

/// Whether a comment says it.
fn says(comment: &str, remark: Remark) -> bool {
    match remark {
        Remark::Reason | Remark::ReasonOfError => reasons(comment),
        Remark::Replace => search::holds(comment, &["change", "replace", "override"]) && holds(&REPLACE, comment),
        Remark::Tag => holds(&TAG, comment),
    }
}

/// Whether a comment gives a reason that holds today.
fn reasons(comment: &str) -> bool {
    // A question is one that nobody has answered.
    if comment.split_whitespace().count() <= 2 || comment.trim_end().ends_with('?') {
        return false;
    }
    let conditional = search::holds(comment, &["need", "require", "nece"]);
    let condition = CONDITION.as_ref().filter(|_| conditional);
    let claimed = condition.map_or(Cow::Borrowed(comment), |condition| condition.replace_all(comment, ""));
    holds(&REASON, &claimed) && !holds(&OPEN, &claimed) && !holds(&DENIED, &claimed)
}

fn holds(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|p| p.is_match(text))
}

/// The comments behind the lines of `span`, and the lines of a comment directly above it.
fn beside(source: &Source, span: Span) -> impl Iterator<Item = String> {
    let first = source.position(span.start).line;
    let last = source.position(span.end).line.min(first.saturating_add(MOST));
    let line = |number: u32| source.text.get(source.line_range(number)).unwrap_or("");
    let mut comments: Vec<String> = (first..=last).filter_map(|number| Some(behind(line(number))?.1)).collect();
    // `security_opt: # see …`: what opens the list says why.
    let before = (first > 1).then(|| behind(line(first - 1))).flatten();
    comments.extend(before.filter(|(code, _)| code.trim_end().ends_with(':')).map(|(_, comment)| comment));
    let above: Vec<&str> = (first.saturating_sub(MOST).max(1)..first)
        .rev()
        .map(|number| line(number).trim())
        .take_while(|text| text.starts_with('#') && !text.starts_with("#!"))
        .map(|text| text.trim_start_matches('#'))
        .collect();
    // What follows a suppression is its own reason.
    let above = above.into_iter().rev().take_while(|text| !suppresses(text)).filter(|text| !inactive(text));
    comments.push(above.collect::<Vec<_>>().join(" "));
    comments.into_iter().filter(|comment| !comment.is_empty())
}

/// What a line holds before a comment that begins with ` #`, and that comment.
fn behind(line: &str) -> Option<(&str, String)> {
    let (code, comment) = hash(line)?;
    (!suppresses(comment) && !inactive(comment)).then(|| (code, comment.trim_start_matches('#').trim().to_owned()))
}

/// Whether a comment is ours: it says what it suppresses, and nothing of another rule.
fn suppresses(comment: &str) -> bool {
    comment.to_ascii_lowercase().contains("deploylint:")
}

/// Whether a comment is YAML that is not in use.
fn inactive(comment: &str) -> bool {
    // What the pattern's two branches want.
    if !comment.contains(':') && !comment.trim_start().starts_with('-') {
        return false;
    }
    let label = comment.split(':').next().unwrap_or_default().trim();
    holds(&INACTIVE, comment) && !SENTENCE.contains(&label)
}
