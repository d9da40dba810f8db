//! A baseline: the findings that were there when a project began to use deploylint, so that only new ones count.
//!
//! Entries hold fingerprints, which survive moved lines; a fingerprint is made from names and places, never from a
//! value that may be secret. Reading and writing the file is left to the command line.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Suppression};

/// The format of the file.
const SCHEMA: &str = "deploylint-baseline/1";

/// What [`Suppression::kind`] says of findings that are in the baseline.
pub const KIND: &str = "baseline";

/// A baseline file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    schema: String,
    findings: Vec<Entry>,
}

/// A finding that was there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The path of the file, as reports print it.
    pub path: String,
    /// The rule's id.
    pub rule: String,
    /// What stays the same when lines move.
    pub fingerprint: String,
}

impl Baseline {
    /// A baseline of `findings`, given with the path and the fingerprint of each. Findings that a comment or the
    /// configuration suppresses are left out: they need no baseline.
    pub fn of<'f>(findings: impl IntoIterator<Item = (&'f Finding, String, String)>) -> Self {
        let counted = findings.into_iter().filter(|(f, ..)| f.suppressed.as_ref().is_none_or(|s| s.kind == KIND));
        let mut findings: Vec<_> =
            counted.map(|(f, path, fingerprint)| Entry { path, rule: f.rule.clone(), fingerprint }).collect();
        findings.sort();
        Self { schema: SCHEMA.to_owned(), findings }
    }

    /// Reads the content of a baseline file.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|e| format!("not a baseline: {e}"))?;
        if baseline.schema != SCHEMA {
            return Err(format!("this baseline is of format `{}`, expected `{SCHEMA}`", baseline.schema));
        }
        Ok(baseline)
    }

    /// The content of the file: one line an entry, so that changes read well.
    pub fn to_json(&self) -> String {
        let mut out = format!("{{\n  \"schema\": \"{SCHEMA}\",\n  \"findings\": [");
        for (n, entry) in self.findings.iter().enumerate() {
            out.push_str(if n == 0 { "\n    " } else { ",\n    " });
            out.push_str(&serde_json::to_string(entry).unwrap_or_default());
        }
        out.push_str(if self.findings.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        out
    }

    /// Suppresses the findings that are in the baseline, and returns the entries that no finding met: they are fixed.
    ///
    /// `identity` gives the path and the fingerprint of each finding, in order; `audited` says whether a path was part of
    /// this run, because a file that nobody looked at is not fixed.
    pub fn apply(
        &self,
        findings: &mut [Finding],
        identity: &[(String, String)],
        audited: impl Fn(&str) -> bool,
    ) -> Vec<Entry> {
        let mut left: HashMap<Entry, usize> = HashMap::new();
        for entry in &self.findings {
            *left.entry(entry.clone()).or_default() += 1;
        }
        for (finding, (path, fingerprint)) in findings.iter_mut().zip(identity) {
            let entry = Entry { path: path.clone(), rule: finding.rule.clone(), fingerprint: fingerprint.clone() };
            let Some(count) = left.get_mut(&entry).filter(|n| **n > 0) else { continue };
            *count -= 1;
            let reason = String::new();
            finding.suppressed.get_or_insert(Suppression { kind: KIND, reason, span: None });
        }
        let mut fixed: Vec<_> = left.into_iter().filter(|(e, n)| *n > 0 && audited(&e.path)).map(|(e, _)| e).collect();
        fixed.sort();
        fixed
    }

    /// The baseline without the entries that are fixed.
    #[must_use]
    pub fn without(mut self, fixed: &[Entry]) -> Self {
        self.findings.retain(|e| !fixed.contains(e));
        self
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }
}

#[cfg(test)]
#[path = "baseline_tests.rs"]
mod tests;
