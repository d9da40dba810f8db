//! Hides secrets in everything that a report shows: source lines, messages, labels.
//!
//! One [`Redactor`] a report; it reads each file that a finding points at once (`secret_scan`). Values that are
//! distinctive enough are hidden wherever they turn up, not only where their name stands.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::{Report, safe, secret_scan};
use crate::model::secret::{Worth, is_secret_name, may_be_secret_name, worth};
use crate::source::{Source, SourceId, Sources};

/// What stands for a secret; its length says nothing.
pub const MASK: &str = "••••••";

/// Knows where the secrets of the shown files are.
#[derive(Debug, Default)]
pub struct Redactor {
    ranges: HashMap<SourceId, Vec<Range<usize>>>,
    values: BTreeSet<String>,
}

impl Redactor {
    /// Reads the files that `report` points at.
    pub fn new(report: &Report) -> Self {
        let spans = report.findings.iter().flat_map(|f| std::iter::once(f.span).chain(f.labels.iter().map(|l| l.span)));
        let spans = spans.chain(report.undecided.iter().map(|u| u.span));
        Self::of(spans.map(|span| span.source), &report.sources)
    }

    /// Reads these files.
    pub fn of(ids: impl Iterator<Item = SourceId>, sources: &Sources) -> Self {
        let mut redactor = Self::default();
        for id in ids {
            redactor.read(id, sources);
        }
        redactor
    }

    /// The byte ranges within `range` of the file `source` that must not be shown, in order.
    pub fn hidden(&self, id: SourceId, source: &Source, range: Range<usize>) -> Vec<Range<usize>> {
        let all = self.ranges.get(&id).map(Vec::as_slice).unwrap_or_default();
        let first = all.partition_point(|r| r.end <= range.start);
        let mut hidden: Vec<_> = all[first..]
            .iter()
            .take_while(|r| r.start < range.end)
            .map(|r| r.start.max(range.start)..r.end.min(range.end))
            .collect();
        let line = source.text.get(range.clone()).unwrap_or("");
        for value in &self.values {
            hidden.extend(occurrences(line, value).map(|r| range.start + r.start..range.start + r.end));
        }
        hidden.sort_by_key(|r| (r.start, r.end));
        hidden.dedup_by(|later, earlier| {
            let overlap = later.start < earlier.end;
            if overlap {
                earlier.end = earlier.end.max(later.end);
            }
            overlap
        });
        hidden
    }

    /// `text` (a message, a label, advice) without secrets and without harmful characters; line breaks stay.
    pub fn message(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for value in self.values.iter().filter(|v| text.contains(v.as_str())) {
            let found: Vec<_> = occurrences(&out, value).collect();
            for range in found.into_iter().rev() {
                out.replace_range(range, MASK);
            }
        }
        for range in secret_scan::shapes(&out).into_iter().rev() {
            out.replace_range(range, MASK);
        }
        safe::lines(&out).into_owned()
    }

    fn read(&mut self, id: SourceId, sources: &Sources) {
        if self.ranges.contains_key(&id) {
            return;
        }
        let source = sources.get(id);
        let name = source.path.trim_end_matches(".j2");
        let shell = [".sh", ".bash"].iter().any(|e| name.ends_with(e)) || source.text.starts_with("#!");
        let secrets = secret_scan::secrets(&source.text, shell);
        let values = secrets.values.iter().filter_map(|r| source.text.get(r.clone())).filter(|v| distinctive(v));
        self.values.extend(values.map(str::to_owned));
        self.ranges.insert(id, secrets.hidden);
    }
}

/// Whether a value is no ordinary word, so that it may be hidden wherever it stands.
fn distinctive(value: &str) -> bool {
    let has = |test: fn(&char) -> bool| value.chars().any(|c| test(&c));
    let mixed = has(char::is_ascii_digit) && has(char::is_ascii_alphabetic);
    !value.contains('\n') && (value.len() >= 6 && mixed || value.len() >= 16)
}

/// Where `value` stands in `text`, except within the name of a variable: a file that sets some password to
/// `basic_auth_password` does not make `site_basic_auth_password` a secret, nor a variable of the same name.
fn occurrences<'a>(text: &'a str, value: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let named = value.chars().all(part) && is_secret_name(value) && worth(value) != Worth::Real;
    text.match_indices(value).map(|(at, hit)| at..at + hit.len()).filter(move |range| {
        let (before, after) = (&text[..range.start], &text[range.end..]);
        let start = before.trim_end_matches(part).len();
        let end = text.len() - after.trim_start_matches(part).len();
        let word = &text[start..end];
        let joined = before.ends_with('_') || after.starts_with('_');
        let inside = joined && word.chars().all(part) && !word.starts_with(|c: char| c.is_ascii_digit());
        !(inside && may_be_secret_name(word) || named && word == value && stands_as_name(before, after))
    })
}

/// Whether what stands between is written as a name: the key of a pair, a variable, or a message's `name`.
fn stands_as_name(before: &str, after: &str) -> bool {
    let rest = after.trim_start_matches(['"', '\'']).trim_start_matches(' ');
    before.ends_with('`') && after.starts_with('`')
        || before.ends_with(['$', '%'])
        || before.ends_with("${")
        || before.trim_end().ends_with("{{")
        || rest.starts_with([':', '='])
}

#[cfg(test)]
mod tests {
    use super::{MASK, Redactor};

    #[test]
    fn names_of_variables_survive() {
        let values = ["basic_auth_password".to_owned(), "hunter2hunter2".to_owned()];
        let redactor = Redactor { values: values.into(), ..Redactor::default() };
        for text in ["`site_basic_auth_password` is written out", "`basic_auth_password_admin_token` is set"] {
            assert_eq!(redactor.message(text), text);
        }
        for (text, expected) in [
            ("is set to basic_auth_password", format!("is set to {MASK}")),
            ("DB_PASSWORD=hunter2hunter2 x", format!("DB_PASSWORD={MASK} x")),
            ("-phunter2hunter2", format!("-p{MASK}")),
            ("x_hunter2hunter2", format!("x_{MASK}")),
            // A value that is the name of some variable is one there, and hidden elsewhere.
            ("`basic_auth_password` is set to basic_auth_password", format!("`basic_auth_password` is set to {MASK}")),
            ("basic_auth_password: basic_auth_password", format!("basic_auth_password: {MASK}")),
            ("{{ basic_auth_password }} -p basic_auth_password", format!("{{{{ basic_auth_password }}}} -p {MASK}")),
            ("a hunter2hunter2, b hunter2hunter2", format!("a {MASK}, b {MASK}")),
        ] {
            assert_eq!(redactor.message(text), expected);
        }
    }
}
