//! Findings to text: one file a format. Shows, never decides.
//!
//! Which findings are shown was decided before; a [`Report`] holds them. What every format shares is here: counting
//! (`Summary`), making text harmless (`safe`), hiding secrets (`redact`).

pub mod compact;
pub mod diff;
pub(crate) mod fingerprint;
pub mod github;
pub mod gitlab;
pub mod gitlab_sast;
pub mod html;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod rdjson;
pub mod redact;
pub mod safe;
pub mod sarif;
mod secret_extent;
mod secret_pair;
mod secret_parts;
mod secret_patterns;
mod secret_pem;
mod secret_scan;
mod secret_value;
mod suggestion;
pub mod window;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::check::Undecided;
use crate::document::Kind;
use crate::finding::{Finding, Severity};
use crate::graph::Graph;
use crate::source::{SourceId, Sources};

/// What a report is made from.
#[derive(Debug)]
pub struct Report {
    /// The texts that spans point into.
    pub sources: Arc<Sources>,
    /// The findings to show, in order, suppressed ones included.
    pub findings: Vec<Finding>,
    /// Where a rule that is shown could not decide.
    pub undecided: Vec<Undecided>,
    /// All files and folders that were met, by path.
    pub inputs: Vec<Input>,
    /// What there is to say of the rules that found something, by id.
    pub rules: Vec<RuleText>,
    /// The lines that are new, by file, where only what a change caused is reported.
    pub changed: Option<BTreeSet<(SourceId, u32)>>,
    /// Pictures of the deployment, with the findings above; only where a report shows them.
    pub graphs: Vec<Graph>,
}

/// What reports say of a rule itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleText {
    /// Its id.
    pub id: String,
    /// One line.
    pub title: String,
    /// What happens in production.
    pub why: String,
    /// Its whole page, as Markdown.
    pub page: String,
    /// How bad its findings are by default.
    pub severity: Severity,
    /// Where its page is, where the user says so.
    pub url: Option<String>,
    /// The public page that it rests on.
    pub evidence: Option<String>,
    /// Its group, and what else it is filed under.
    pub tags: Vec<String>,
}

/// A file that was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its path, as reports print it.
    pub path: String,
    /// What it is, where that is known.
    pub kind: Option<Kind>,
    /// What became of it.
    pub status: Status,
    /// Why it was not audited, or what names it; empty where it was audited.
    pub reason: String,
}

/// What became of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Read, understood, judged.
    Audited,
    /// Nobody asked for its audit; it was read because an audited file names it.
    Read,
    /// Something that deploylint wanted to read and could not, wholly or in part.
    Unparsable,
    /// Nothing that deploylint knows.
    Ignored,
}

/// The counts of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Findings of severity error that are not suppressed.
    pub error: usize,
    /// Findings of severity warning that are not suppressed.
    pub warning: usize,
    /// Findings of severity note that are not suppressed.
    pub note: usize,
    /// Findings that the user decided to live with.
    pub suppressed: usize,
    /// Rules that met a value which is not known, once for each place.
    pub undecided: usize,
    /// Files audited.
    pub audited: usize,
    /// Files that were read only because audited ones name them.
    pub read: usize,
    /// Files that could not be read or parsed.
    pub unparsable: usize,
    /// Files that are nothing that deploylint knows.
    pub ignored: usize,
}

impl Report {
    /// The counts.
    pub fn summary(&self) -> Summary {
        let open = |severity| self.findings.iter().filter(|f| f.suppressed.is_none() && f.severity == severity).count();
        let status = |status| self.inputs.iter().filter(|i| i.status == status).count();
        Summary {
            error: open(Severity::Error),
            warning: open(Severity::Warning),
            note: open(Severity::Note),
            suppressed: self.findings.iter().filter(|f| f.suppressed.is_some()).count(),
            undecided: self.undecided.len(),
            audited: status(Status::Audited),
            read: status(Status::Read),
            unparsable: status(Status::Unparsable),
            ignored: status(Status::Ignored),
        }
    }

    /// The findings that count, in order.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|f| f.suppressed.is_none())
    }
}

impl Status {
    /// Its name in reports; frozen.
    pub fn name(self) -> &'static str {
        match self {
            Status::Audited => "audited",
            Status::Read => "read",
            Status::Unparsable => "unparsable",
            Status::Ignored => "ignored",
        }
    }
}

/// `n` things: `1 error`, `2 errors`.
pub(crate) fn counted(n: usize, thing: &str) -> String {
    if n == 1 { format!("{n} {thing}") } else { format!("{n} {thing}s") }
}
