//! Suppressions: comments in the audited files by which users decide to live with a finding.
//!
//! `comments` finds them; here they meet findings, and those that meet none are reported by the rule
//! `unused-suppression`. Suppressing by configuration or baseline is left to their own stages.

use std::collections::{BTreeMap, BTreeSet};

use super::comments::{Comment, Cover, comments};
use super::expr::did_you_mean;
use super::rules::RuleSet;
use super::{Checked, check, remark};
use crate::document::{Document, Kind};
use crate::finding::{Finding, Label, Suppression};
use crate::model::fact::{Fact, Facts};
use crate::model::subject::Subject;
use crate::problem::ProblemKind;
use crate::source::{SourceId, Sources, Span};

/// The rule that reports suppressions which do nothing.
const UNUSED: &str = "unused-suppression";

/// What [`Suppression::kind`] says of suppressions by comment.
pub const KIND: &str = "comment";

/// Marks the findings that comments suppress, and adds a finding for each comment that suppresses nothing.
///
/// A comment counts at the place that a finding underlines, and where a variable of that text was set.
pub fn suppress<'d>(
    checked: &mut Checked,
    documents: impl IntoIterator<Item = &'d Document>,
    rules: &RuleSet,
    sources: &Sources,
) {
    let mut kinds: BTreeMap<SourceId, (Option<Kind>, Vec<&Document>)> = BTreeMap::new();
    let mut unread = BTreeSet::new();
    for document in documents {
        let (kind, readings) = kinds.entry(document.source).or_insert((Some(document.kind), Vec::new()));
        // The blocks of a Markdown file are documents of their own kinds.
        if document.kind == Kind::Markdown {
            *kind = Some(Kind::Markdown);
        }
        readings.push(document);
        // What else would fire there, nobody knows.
        unread.extend(document.problems.iter().filter(|p| p.kind.unread()).map(|p| p.span.source));
    }
    for finding in &checked.findings {
        for span in finding.definitions.iter().flatten().chain([&finding.span]) {
            kinds.entry(span.source).or_insert((None, Vec::new()));
        }
    }
    let found = kinds.into_iter().map(|(id, (kind, readings))| {
        let own = |span: &Span| span.source == id;
        let wholes = || readings.iter().flat_map(|document| document.wholes()).filter(own).collect();
        (id, comments(id, &sources.get(id), kind, wholes))
    });
    let files = Files { all: found.filter(|(_, comments)| !comments.is_empty()).collect(), sources };
    if files.all.is_empty() {
        return;
    }
    let mut used = BTreeSet::new();
    for finding in &mut checked.findings {
        let (all, suppressed) = files.about(finding);
        if let Some((comment, _)) = all.first().filter(|_| suppressed) {
            let (reason, span) = (comment.reason.clone(), Some(comment.span));
            finding.suppressed.get_or_insert(Suppression { kind: KIND, reason, span });
        }
        used.extend(all.into_iter().map(|(_, id)| id));
    }
    // What could not be decided may fire elsewhere: the comment is of use.
    for undecided in &checked.undecided {
        used.extend(files.covering(undecided.span, &undecided.rule).map(|(_, id)| id));
    }
    let mut facts = Facts::default();
    for (source, comments) in &files.all {
        for comment in comments {
            report(comment, |span| used.contains(&span) || unread.contains(source), rules, &mut facts);
        }
    }
    let mut unused = check(&facts, &rules.only(UNUSED), sources).findings;
    checked.findings.append(&mut unused);
    checked.tidy(sources);
}

/// The comments of all files that have some.
struct Files<'s> {
    all: BTreeMap<SourceId, Vec<Comment>>,
    sources: &'s Sources,
}

impl Files<'_> {
    /// The comments about `finding`, each with the place of the rule's id in it, and whether they suppress it: those at
    /// its own place do, and those where its variables were set when each reading of the place has one.
    fn about(&self, finding: &Finding) -> (Vec<(&Comment, Span)>, bool) {
        let own: Vec<_> = self.covering(finding.span, &finding.rule).collect();
        if !own.is_empty() {
            return (own, true);
        }
        let mut all = Vec::new();
        let mut each = true;
        for reading in &finding.definitions {
            let before = all.len();
            all.extend(reading.iter().flat_map(|span| self.covering(*span, &finding.rule)));
            each &= all.len() > before;
        }
        (all, each)
    }

    /// The comments that cover `rule` at the first line of `span`, with the place of the id in each.
    fn covering(&self, span: Span, rule: &str) -> impl Iterator<Item = (&Comment, Span)> {
        let all = self.all.get(&span.source).map_or(&[][..], Vec::as_slice);
        let line = if all.is_empty() { 0 } else { self.sources.get(span.source).position(span.start).line };
        all.iter().filter_map(move |comment| {
            let covers = match &comment.cover {
                Cover::File => true,
                Cover::Lines(lines) => lines.contains(&line),
                Cover::Nothing(_) => false,
            };
            let (_, id) = comment.rules.iter().find(|(id, _)| covers && id == rule)?;
            Some((comment, *id))
        })
    }
}

impl Checked {
    /// Undoes all that comments do, for teams that allow none: suppressions, and what a reason beside a line made milder.
    /// What is wrong with the comments is no matter then.
    pub fn refuse_comments(&mut self) {
        remark::undo(&mut self.findings);
        for finding in &mut self.findings {
            finding.suppressed = None;
        }
        self.findings.retain(|f| f.rule != UNUSED);
    }

    /// Undoes the suppressions that give no reason; each finding says where that would have to stand.
    pub fn require_reasons(&mut self) {
        for finding in &mut self.findings {
            let Some(without) = finding.suppressed.take_if(|s| s.reason.is_empty()) else { continue };
            let text = "this would suppress it, if it gave a reason".to_owned();
            finding.labels.extend(without.span.map(|span| Label { span, text }));
        }
    }
}

/// Adds what is wrong with `comment` as facts of subject `problem`, for the rule to tell.
fn report(comment: &Comment, used: impl Fn(Span) -> bool, rules: &RuleSet, facts: &mut Facts) {
    if comment.rules.iter().any(|(id, _)| id == UNUSED) {
        return;
    }
    let mut add = |span: Span, message: String, help: String| {
        let kind = ProblemKind::UnusedSuppression.word();
        let fact = Fact::new(Subject::Problem, span.into()).with("kind", kind);
        facts.add(fact.with("message", message).with("help", help));
    };
    if let Cover::Nothing(why) = &comment.cover {
        let help = "write `# deploylint: ignore[rule] reason` on the line above".to_owned();
        add(comment.span, (*why).to_owned(), help);
        return;
    }
    for (id, span) in comment.rules.iter().filter(|(_, span)| !used(*span)) {
        if rules.get(id).is_some() {
            let message = format!("this suppresses nothing: `{id}` does not fire here");
            add(*span, message, "remove it, or the next real finding here goes unseen".to_owned());
        } else if !rules.knows(id) {
            let close = Some(did_you_mean(id, rules.known())).filter(|help| help.starts_with("did you"));
            let help = close.unwrap_or_else(|| "`deploylint rules` lists them".to_owned());
            add(*span, format!("there is no rule `{id}`"), help);
        }
    }
}
