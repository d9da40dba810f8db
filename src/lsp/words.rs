//! Words in files, and what each of them means: what a rename has to change, may leave, or can't tell.

use std::collections::HashSet;

use super::navigate;
use super::view::At;
use crate::document::Kind;
use crate::load::Verdict;
use crate::model::subject::Subject;
use crate::source::{SourceId, Span};
use crate::text::Syntax;

/// The keys of Ansible whose value is an expression without braces.
const EXPRESSIONS: [&str; 6] = ["when:", "failed_when:", "changed_when:", "until:", "var:", "that:"];

/// The places of `word` in `text` where it stands alone.
pub(super) fn words(id: SourceId, text: &str, word: &str) -> Vec<Span> {
    if word.is_empty() {
        return Vec::new();
    }
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let alone = |at: &usize| {
        let before = text.get(..*at).and_then(|t| t.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    };
    let found = text.match_indices(word).map(|(at, _)| at).filter(alone);
    found.map(|at| Span::new(id, at, at + word.len())).collect()
}

/// Whether a word may be the name of a host: in an address, before a port, or a value by itself.
pub(super) fn host(text: &str, span: Span) -> bool {
    let (before, after) = around(text, span);
    let (line, rest) = (before.trim_start(), after.trim_end());
    if line.starts_with('#') || line.starts_with("image:") || line.starts_with("container_name:") {
        return false;
    }
    let port = rest.strip_prefix(':').is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()));
    let address = before.ends_with("//") || before.ends_with('@');
    let left = line.trim_end_matches(['"', '\'']);
    let value = left.ends_with(": ") || left.ends_with('=');
    let alone = rest.trim_start_matches(['"', '\'']).trim().is_empty();
    address || port || value && alone
}

/// What stands before and after `span` in its line.
fn around(text: &str, span: Span) -> (&str, &str) {
    let before = text.get(..span.start as usize).unwrap_or_default();
    let after = text.get(span.end as usize..).unwrap_or_default();
    (before.rsplit('\n').next().unwrap_or_default(), after.split('\n').next().unwrap_or_default())
}

/// Knows what a variable's name means where it stands.
pub(super) struct Reader<'a> {
    at: &'a At<'a>,
    name: &'a str,
    /// Who expands it.
    jinja: bool,
    /// The expressions that read it.
    uses: Vec<Span>,
    /// The places of its definitions.
    definitions: HashSet<Span>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(at: &'a At<'a>, name: &'a str) -> Self {
        let index = at.view.index();
        let uses: Vec<_> = index.uses.iter().filter(|one| one.variable.names.iter().any(|n| n == name)).collect();
        let here = index.used(at.span());
        let jinja = match here.first().or(uses.first()) {
            Some(one) => one.variable.syntax == Syntax::Jinja,
            None => true,
        };
        let spans = uses.iter().filter(|one| (one.variable.syntax == Syntax::Jinja) == jinja).map(|one| one.span);
        let definitions = navigate::defined(at, name).into_iter().collect();
        Self { at, name, jinja, uses: spans.collect(), definitions }
    }

    /// Whether the word at `span` is the variable; `None` where that can't be told.
    pub(super) fn reads(&self, span: Span) -> Option<bool> {
        let source = self.at.view.source(span.source);
        let (before, after) = around(&source.text, span);
        if before.trim_start().starts_with('#') && !before.contains("{{") {
            return Some(false);
        }
        if self.definitions.contains(&span) {
            return Some(true);
        }
        // A field of something else, or a word in quotes.
        let part = before.ends_with('.') || before.ends_with(['\'', '"']) && after.starts_with(['\'', '"']);
        if self.uses.iter().any(|one| one.contains(span)) {
            return if part { None } else { Some(true) };
        }
        let kind = self.kind(span.source);
        if self.jinja {
            self.in_jinja(span, before, after, kind, part)
        } else {
            self.in_environment(span, before, after, kind)
        }
    }

    fn in_jinja(&self, span: Span, before: &str, after: &str, kind: Option<Kind>, part: bool) -> Option<bool> {
        let open = |mark: &str| before.rfind(mark);
        let inside = open("{%").max(open("{{")).is_some_and(|at| {
            let rest = before.get(at..).unwrap_or_default();
            !rest.contains("%}") && !rest.contains("}}")
        });
        let ansible = matches!(kind, Some(Kind::AnsibleTasks | Kind::AnsiblePlaybook));
        let line = before.trim_start().trim_start_matches("- ");
        let expression = ansible && EXPRESSIONS.iter().any(|key| line.starts_with(key));
        if inside || expression {
            return if part { None } else { Some(true) };
        }
        let key = before.trim().is_empty() && after.starts_with(':');
        if key && kind == Some(Kind::AnsibleVars) && before.is_empty() {
            return Some(true);
        }
        // What a file elsewhere in the tree sees.
        let source = self.at.view.source(span.source);
        let seen = self.at.view.explain(self.name, &source.path);
        seen.iter().flat_map(|reading| &reading.definitions).any(|d| d.span == span).then_some(true)
    }

    fn in_environment(&self, span: Span, before: &str, after: &str, kind: Option<Kind>) -> Option<bool> {
        if kind == Some(Kind::Env) && after.starts_with('=') {
            let line = before.trim_start();
            return (line.is_empty() || line == "export ").then_some(true);
        }
        // A variable of a container may have the same name: it is another one.
        let facts = self.at.view.snapshot.audit.facts.iter().map(|(_, fact)| fact);
        let own = facts.filter(|f| f.subject == Subject::Environment).any(|f| navigate::written(f).contains(span));
        (own && after.starts_with([':', '='])).then_some(false)
    }

    fn kind(&self, source: SourceId) -> Option<Kind> {
        let audit = &self.at.view.snapshot.audit;
        let read = audit.deployment.readings.iter().find(|r| r.document.source == source).map(|r| r.document.kind);
        let file = audit.files.iter().find(|file| file.source == source)?;
        match file.verdict {
            Verdict::Audited(kind) => Some(kind),
            _ => read,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{host, words};
    use crate::source::{Source, Sources, Span};

    #[test]
    fn words_stand_alone_and_hosts_are_told() {
        let text = "db: x\nmydb db-1 db\n";
        let id = Sources::default().add(Source::new("a", None, text));
        let starts: Vec<u32> = words(id, text, "db").iter().map(|span| span.start).collect();
        assert_eq!(starts, [0, 11, 16]);
        for (line, is) in [
            ("URL: http://db/x", true),
            ("URL: db:5432", true),
            ("HOST=db", true),
            ("HOST: \"db\"", true),
            ("image: db", false),
            ("# see db:5432", false),
            ("name: a db of ours", false),
        ] {
            let at = line.find("db").expect("a word");
            assert_eq!(host(line, Span::new(id, at, at + 2)), is, "{line}");
        }
    }
}
