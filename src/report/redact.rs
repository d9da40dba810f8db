//! Hides secrets in everything that a report shows: source lines, messages, labels.
//!
//! One [`Redactor`] a report; it reads all files of the run once (`secret_scan`), since a value that one file sets shows
//! in what is said of another. Values that are distinctive enough are hidden wherever they turn up, whole or in part:
//! six characters in a row are found by looking them up, so that the cost is that of the text, not of the secrets.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use rayon::prelude::*;

use super::secret_parts::{PART, Parts};
use super::secret_scan::Secrets;
use super::{Report, Status, safe, secret_scan, secret_value};
use crate::model::secret::{Worth, begins_names, is_secret_name, may_be_secret_name, said_names, worth};
use crate::source::{Source, SourceId, Sources};

/// What stands for a secret; its length says nothing.
pub const MASK: &str = "••••••";

/// Knows where the secrets of the files are.
#[derive(Debug, Default)]
pub struct Redactor {
    files: HashMap<SourceId, (Arc<Source>, Arc<Secrets>)>,
    learned: Arc<Learned>,
    /// The words of `learned`, without those that the rules' own texts say.
    words: HashSet<String>,
}

/// What the secrets of all files are searched by.
#[derive(Debug, Default)]
struct Learned {
    /// Values that are hidden wherever they stand, and parts of values that nobody writes by chance.
    parts: Parts,
    /// Values that are hidden where they stand as a word: what a reader of variables takes for a name, and words.
    words: HashSet<String>,
}

impl Redactor {
    /// For what a report shows; a report that shows nothing of any file has nothing to hide.
    pub fn new(report: &Report) -> Self {
        let silent = report.findings.is_empty() && report.undecided.is_empty() && report.graphs.is_empty();
        if silent { Self::default() } else { Self::of_all(report) }
    }

    /// Reads the files of `report` that say anything: those that were audited or read, and those that it points at.
    pub fn of_all(report: &Report) -> Self {
        Self::of_all_after(report, None)
    }

    /// The same; what the redactor of the `last` report of the folder found in a text that is still there is taken over.
    pub fn of_all_after(report: &Report, last: Option<&Self>) -> Self {
        let ignored = report.inputs.iter().filter(|input| input.status == Status::Ignored);
        let ignored: HashSet<&str> = ignored.map(|input| input.path.as_str()).collect();
        let spans = report.findings.iter().flat_map(|f| std::iter::once(f.span).chain(f.labels.iter().map(|l| l.span)));
        let spans = spans.chain(report.undecided.iter().map(|u| u.span));
        let read = report.sources.ids().filter(|id| !ignored.contains(report.sources.get(*id).path.as_str()));
        let mut redactor = Self::after(read.chain(spans.map(|span| span.source)), &report.sources, last);
        redactor.forget_own_words(report);
        redactor
    }

    /// A secret that is a word of the rules' own texts is hidden where it is written, and no longer searched for: a message
    /// with holes says what the secret is.
    fn forget_own_words(&mut self, report: &Report) {
        if self.words.is_empty() {
            return;
        }
        let own: HashSet<&str> =
            report.rules.iter().flat_map(|r| [&r.title, &r.why, &r.page]).flat_map(|text| words(text)).collect();
        // A short word of small letters is a word of any sentence: to hide it says more than it shows.
        let ours =
            |word: &str| (own.contains(word) || word.len() < PART) && word.bytes().all(|b| b.is_ascii_lowercase());
        self.words.retain(|word| !ours(word));
    }

    /// Reads these files.
    pub fn of(ids: impl Iterator<Item = SourceId>, sources: &Sources) -> Self {
        Self::after(ids, sources, None)
    }

    fn after(ids: impl Iterator<Item = SourceId>, sources: &Sources, last: Option<&Self>) -> Self {
        let mut met = HashSet::new();
        let ids: Vec<SourceId> = ids.filter(|id| met.insert(*id)).collect();
        let read = |id: &SourceId| {
            let source = sources.get(*id);
            let known = last.and_then(|last| last.files.get(id)).filter(|(same, _)| Arc::ptr_eq(same, &source));
            let secrets = known.map_or_else(|| Arc::new(Self::read(&source)), |(_, secrets)| Arc::clone(secrets));
            (*id, (source, secrets))
        };
        let files: HashMap<_, _> = ids.par_iter().map(read).collect();
        let known = last.filter(|last| last.says(&files)).map(|last| Arc::clone(&last.learned));
        let learned = known.unwrap_or_else(|| Arc::new(Learned::of(files.values().flat_map(values))));
        let words = learned.words.clone();
        Self { files, learned, words }
    }

    /// Whether the secrets of `files` are those that were learned.
    fn says(&self, files: &HashMap<SourceId, (Arc<Source>, Arc<Secrets>)>) -> bool {
        let same = |(id, file): (&SourceId, &(Arc<Source>, Arc<Secrets>))| {
            let own = self.files.get(id);
            own.is_some_and(|own| Arc::ptr_eq(&own.1, &file.1) || values(own).eq(values(file)))
        };
        self.files.len() == files.len() && files.iter().all(same)
    }

    /// Whether it hides the same as `other` in whatever is said.
    pub fn hides_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.learned, &other.learned) && self.words == other.words
    }

    /// The byte ranges within `range` of the file `source` that must not be shown, in order.
    pub fn hidden(&self, id: SourceId, source: &Source, range: Range<usize>) -> Vec<Range<usize>> {
        let all = self.files.get(&id).map(|(_, secrets)| secrets.hidden.as_slice()).unwrap_or_default();
        let first = all.partition_point(|r| r.end <= range.start);
        let mut hidden: Vec<_> = all[first..]
            .iter()
            .take_while(|r| r.start < range.end)
            .map(|r| r.start.max(range.start)..r.end.min(range.end))
            .collect();
        let line = source.text.get(range.clone()).unwrap_or("");
        hidden.extend(self.found(line).into_iter().map(|r| range.start + r.start..range.start + r.end));
        merged(hidden)
    }

    /// `text` (a message, a label, advice) without secrets and without harmful characters; line breaks stay.
    pub fn message(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for range in merged(self.found(text)).into_iter().rev() {
            out.replace_range(range, MASK);
        }
        for range in secret_scan::shapes(&out).into_iter().rev() {
            out.replace_range(range, MASK);
        }
        safe::lines(&out).into_owned()
    }

    /// Where known secrets and parts of them stand in `text`.
    fn found(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        self.learned.parts.each(text, |at, ends, part| {
            found.extend(ends.iter().map(|end| at..*end).filter(|range| is_value(text, range)));
            if part {
                found.push(floor(text, at)..ceil(text, at + PART));
            }
        });
        if !self.words.is_empty() {
            let known = words(text).filter(|w| self.words.contains(*w));
            let starts = known.map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word.len()));
            found.extend(starts.map(|(start, length)| start..start + length).filter(|range| is_value(text, range)));
        }
        found
    }

    fn read(source: &Source) -> Secrets {
        let name = source.path.trim_end_matches(".j2");
        let shell = [".sh", ".bash"].iter().any(|e| name.ends_with(e)) || source.text.starts_with("#!");
        let yaml = [".yml", ".yaml"].iter().any(|e| name.ends_with(e));
        secret_scan::secrets(&source.text, secret_scan::Form { shell, yaml })
    }
}

/// The secrets of a file that are secrets wherever they stand.
fn values((source, secrets): &(Arc<Source>, Arc<Secrets>)) -> impl Iterator<Item = &str> {
    secrets.values.iter().filter_map(|range| source.text.get(range.clone()))
}

impl Learned {
    fn of<'a>(values: impl Iterator<Item = &'a str>) -> Self {
        let mut learned = Self::default();
        values.for_each(|value| learned.learn(value));
        learned
    }

    /// Remembers a value for everything else that is shown.
    fn learn(&mut self, value: &str) {
        self.words.extend(secret_value::fragments(value).map(str::to_owned));
        let real = worth(value) == Worth::Real && !is_secret_name(value);
        if real && value.len() >= 10 && value.chars().all(|c| c.is_ascii_alphabetic()) {
            self.words.insert(value.to_owned());
        }
        if real {
            value
                .as_bytes()
                .windows(PART)
                .filter(|part| by_lot(part) && !named(part))
                .for_each(|part| self.parts.add_part(part));
        }
        if distinctive(value) && !begins_names(value) {
            self.parts.add_value(value);
        }
    }
}

/// The words of a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
}

/// Whether nobody writes these characters but as a part of a secret: letters of both cases or digits amid them.
fn by_lot(part: &[u8]) -> bool {
    part.windows(2).any(|pair| match pair {
        [a, b] => {
            a.is_ascii_lowercase() && b.is_ascii_uppercase()
                || a.is_ascii_digit() && b.is_ascii_alphabetic()
                || a.is_ascii_alphabetic() && b.is_ascii_digit()
        }
        _ => false,
    })
}

/// Whether these characters are a part of a name that messages say.
fn named(part: &[u8]) -> bool {
    static PARTS: LazyLock<Parts> = LazyLock::new(|| {
        let mut parts = Parts::default();
        said_names().flat_map(|name| name.as_bytes().windows(PART)).for_each(|part| parts.add_part(part));
        parts
    });
    PARTS.has_part(part)
}

/// Whether a value is no ordinary word, so that it may be hidden wherever it stands.
fn distinctive(value: &str) -> bool {
    let has = |test: fn(&char) -> bool| value.chars().any(|c| test(&c));
    let mixed = has(char::is_ascii_digit) && has(char::is_ascii_alphabetic);
    !value.contains('\n') && (value.len() >= PART && mixed || value.len() >= 16)
}

fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|r| (r.start, r.end));
    ranges.dedup_by(|later, earlier| {
        let overlap = later.start < earlier.end;
        if overlap {
            earlier.end = earlier.end.max(later.end);
        }
        overlap
    });
    ranges
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// Whether what stands at `range` is a value, not the name of a variable or a part of one: a file that sets some password to
/// `basic_auth_password` does not make `site_basic_auth_password` a secret, nor a variable of the same name.
fn is_value(text: &str, range: &Range<usize>) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let value = &text[range.clone()];
    let named = value.chars().all(part) && is_secret_name(value) && worth(value) != Worth::Real;
    let (before, after) = (&text[..range.start], &text[range.end..]);
    let start = before.trim_end_matches(part).len();
    let end = text.len() - after.trim_start_matches(part).len();
    let word = &text[start..end];
    let joined = before.ends_with('_') || after.starts_with('_');
    let inside = joined && word.chars().all(part) && !word.starts_with(|c: char| c.is_ascii_digit());
    !(inside && may_be_secret_name(word) || named && word == value && stands_as_name(before, after))
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
    use std::sync::Arc;

    use super::{Learned, MASK, Redactor};

    fn knowing(values: &[&str]) -> Redactor {
        let learned = Learned::of(values.iter().copied());
        Redactor { words: learned.words.clone(), learned: Arc::new(learned), ..Redactor::default() }
    }

    #[test]
    fn names_of_variables_survive() {
        let redactor = knowing(&["basic_auth_password", "hunter2hunter2", "OIDC_CLIENT_SECRET_"]);
        for text in [
            "`site_basic_auth_password` is written out",
            "`basic_auth_password_admin_token` is set",
            // The beginning of a name, to which a script adds the rest.
            "`OIDC_CLIENT_SECRET_WIKI` must be set",
        ] {
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

    #[test]
    fn parts_of_a_secret_and_what_is_taken_for_a_name_are_hidden() {
        let redactor =
            knowing(&["h7Qw2zLp9XvK4s:Rt8YbN", "p$HunterTwoTwo", "copper-lantern-store-01", "OpenClawAdmin4711!"]);
        for (text, expected) in [
            ("user `h7Qw2zLp9XvK4s`", format!("user `{MASK}`")),
            ("`Rt8YbN` is no port", format!("`{MASK}` is no port")),
            ("`HunterTwoTwo` is not set", format!("`{MASK}` is not set")),
            ("a HunterHouse", "a HunterHouse".to_owned()),
            ("service `copper-lantern`", "service `copper-lantern`".to_owned()),
            ("`gate` (OpenClaw) is open", "`gate` (OpenClaw) is open".to_owned()),
            ("set to OpenClawAdmin4711!", format!("set to {MASK}")),
            ("größer h7Qw2zLp", format!("größer {MASK}")),
        ] {
            assert_eq!(redactor.message(text), expected);
        }
    }
}
