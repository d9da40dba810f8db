//! Comments beside a line: whoever wrote why it is so, or that a value has to be replaced, needs to hear of it once less.
//!
//! An error becomes a warning, anything milder is for the pedantic persona. Which rules listen, and to what, is theirs to say.

#[cfg(test)]
#[path = "remark_tests.rs"]
mod tests;

use std::sync::LazyLock;

use regex::Regex;

use super::Checked;
use crate::finding::{Persona, Remark, Severity};
use crate::source::{Source, Sources, Span};

/// The most lines that a finding is looked at over, and the most lines of a comment above it.
const MOST: u32 = 4;

/// What gives a reason.
static REASON: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(because|required|requires?|needs?|needed|necessary|recommended|so that|otherwise|in order to|for|since|see https?|to (access|read|allow|use|control|manage|run|see|reach|list|start|stop|discover|bind|monitor|send|enable|capture|mount))\b",
    )
    .ok()
});

/// What says that somebody has yet to look at it.
static OPEN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(todo|fixme|xxx|hack|temporar(y|ily)|remove (this|me)|for now)\b").ok());

/// What asks for another value.
static REPLACE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(change[ _-]?(me|this|it)\b|\b(must|should) be (changed|replaced)|^\W*(please )?(change|replace|override)\b)")
        .ok()
});

/// Makes the findings milder beside which a comment says what their rule listens to.
pub fn lower(checked: &mut Checked, sources: &Sources) {
    for finding in &mut checked.findings {
        let Some(remark) = finding.ties.remark else { continue };
        if !beside(&sources.get(finding.span.source), finding.span).any(|comment| says(&comment, remark)) {
            continue;
        }
        if finding.severity == Severity::Error {
            finding.severity = Severity::Warning;
        } else if remark != Remark::ReasonOfError {
            finding.persona = finding.persona.max(Persona::Pedantic);
        }
    }
}

/// Whether a comment says it.
fn says(comment: &str, remark: Remark) -> bool {
    let holds = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref().is_some_and(|p| p.is_match(comment));
    match remark {
        Remark::Reason | Remark::ReasonOfError => {
            comment.split_whitespace().count() > 2 && holds(&REASON) && !holds(&OPEN)
        }
        Remark::Replace => holds(&REPLACE),
    }
}

/// The comments behind the lines of `span`, and the lines of a comment directly above it.
fn beside(source: &Source, span: Span) -> impl Iterator<Item = String> {
    let first = source.position(span.start).line;
    let last = source.position(span.end).line.min(first.saturating_add(MOST));
    let line = |number: u32| source.text.get(source.line_range(number)).unwrap_or("");
    let mut comments: Vec<String> = (first..=last).filter_map(|number| behind(line(number))).collect();
    // `security_opt: # see …`: what opens the list says why.
    let before = line(first.saturating_sub(1).max(1));
    if first > 1 && before.find(" #").is_some_and(|at| before[..at].trim_end().ends_with(':')) {
        comments.extend(behind(before));
    }
    let above: Vec<&str> = (first.saturating_sub(MOST).max(1)..first)
        .rev()
        .map(|number| line(number).trim())
        .take_while(|text| text.starts_with('#'))
        .map(|text| text.trim_start_matches('#'))
        .collect();
    if !above.is_empty() {
        comments.push(above.into_iter().rev().collect::<Vec<_>>().join(" "));
    }
    comments.into_iter()
}

/// What stands behind ` #` in a line.
fn behind(line: &str) -> Option<String> {
    let at = line.find(" #").or_else(|| line.find("\t#"))?;
    line.get(at + 2..).map(|rest| rest.trim().to_owned())
}
