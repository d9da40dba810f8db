//! Facts of subject `deployment.dollar`: dollar signs that docker compose reads as the beginning of a variable, where it is
//! certain that they belong to the value, or that only the container has the variable.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::around::{Around, same};
use super::{View, scalars};
use crate::document::{Body, Kind};
use crate::model::Model;
use crate::model::compose::read::{display, entries};
use crate::model::fact::{Fact, FactId, Field, FieldKind, Schema, Value, field};
use crate::model::secret::may_be_secret_name;
use crate::model::subject::Subject;
use crate::source::Span;
use crate::syntax::env_file::Quote;
use crate::text::{Piece, PieceKind, Provenance, Syntax, Text, Variable};
use crate::yaml::Node;

/// The fields of `deployment.dollar`.
pub const SCHEMA: Schema = Schema {
    name: "deployment.dollar",
    doc: "A dollar sign that docker compose takes for a variable, though it is certain that it belongs to the value, or that only the container has the variable.",
    fields: &[
        field(
            "name",
            FieldKind::Str,
            "What compose takes for the variable's name; null where it may be part of a secret.",
        ),
        field(
            "kind",
            FieldKind::OneOf(&["hash", "content", "value", "container", "own"]),
            "`hash`: part of a password's hash; `content`: part of an inline config; `value`: part of another value; `container`: a variable that the container has; `own`: one that the command itself sets.",
        ),
        field("place", FieldKind::OneOf(&["compose", "env-file"]), "Where it is written."),
        field("service", FieldKind::Fact(Subject::Service), "The service, where it is one's."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field(
            "set_by",
            FieldKind::Str,
            "Of `container`: the value that the container has, at its place; null where it may be a secret.",
        ),
        field("others", FieldKind::List(&FieldKind::Str), "The other ones in the same value, each at its place."),
    ],
};

/// A text with the variables that compose leaves without a value as they are written.
struct Written<'a> {
    text: String,
    /// The variables without a value, each with its range in `text`.
    open: Vec<(Range<usize>, &'a Piece, &'a Variable)>,
    hashes: Hashes,
}

/// What compose takes for variables in a project, as far as it is certain that they are none.
pub(super) struct Dollars {
    /// The places that the facts cover.
    pub(super) covered: BTreeSet<Span>,
}

/// A value on the way.
struct Site<'a> {
    text: &'a Text,
    /// The variable or the key whose value it is.
    key: String,
    service: Option<FactId>,
    part: Part<'a>,
}

#[derive(Clone, Copy)]
enum Part<'a> {
    Value,
    Content,
    /// A command of a service, with the service's environment.
    Command(Option<&'a Node>),
}

pub(super) fn build(model: &mut Model<'_>, view: &View<'_>, around: &Around<'_>) -> Dollars {
    let mut dollars = Dollars { covered: BTreeSet::new() };
    let elsewhere = named_elsewhere(view, around);
    for site in sites(view) {
        judge(model, view, &site, &elsewhere, &mut dollars);
    }
    examples(model, view, around, &mut dollars);
    dollars
}

/// Hashes in the example env file beside the project, which becomes its `.env`, without single quotes.
fn examples(model: &mut Model<'_>, view: &View<'_>, around: &Around<'_>, dollars: &mut Dollars) {
    let mut texts = Vec::new();
    scalars(&view.stack.project, &mut texts);
    let used: BTreeSet<&str> = texts.iter().flat_map(|t| t.variables()).map(|v| v.name.as_str()).collect();
    let home = view.stack.directory.as_str();
    for example in around.examples_near(home).into_iter().filter(|e| same(e.folder(), home)) {
        let Body::Env(file) = &example.document.body else { continue };
        for entry in file.entries.iter().filter(|e| !e.commented && e.key.known().is_some_and(|k| used.contains(k))) {
            let Some(value) = &entry.value else { continue };
            let literal = entry.quote == Quote::Single || value.value().contains("$$") || !value.is_literal();
            let Some(at) = eaten(value.value()).filter(|_| !literal) else { continue };
            let place = value.slice(at).span();
            if dollars.covered.insert(place) {
                model.facts.add(
                    Fact::new(Subject::DeploymentDollar, place.into())
                        .with("kind", "hash")
                        .with("place", "env-file")
                        .with("stack", view.id),
                );
            }
        }
    }
}

/// The first part of a hash that compose takes for a variable.
fn eaten(text: &str) -> Option<Range<usize>> {
    let dollars = text.match_indices('$').map(|(at, _)| at);
    let name = |at: usize| {
        let rest = text.get(at + 1..)?;
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let variable = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        variable.then_some(at..at + 1 + end)
    };
    let hashes = Hashes::of(text);
    dollars.filter_map(name).find(|range| hashes.hold(range))
}

/// The names that stand for variables of the project: used with braces or a default outside of commands, or documented.
fn named_elsewhere(view: &View<'_>, around: &Around<'_>) -> BTreeSet<String> {
    let near = around.examples_near(view.stack.directory.as_str());
    let mut names: BTreeSet<String> = near.iter().flat_map(|e| e.keys.iter()).map(|k| (*k).to_owned()).collect();
    let mut texts = Vec::new();
    for service in &view.services {
        for entry in entries(Some(service.node)) {
            if !matches!(entry.key.known(), Some("command" | "entrypoint" | "healthcheck" | "post_start" | "pre_stop"))
            {
                scalars(&entry.value, &mut texts);
            }
        }
    }
    for text in texts {
        for piece in text.pieces() {
            let PieceKind::Variable(variable) = &piece.kind else { continue };
            if variable.syntax == Syntax::Compose && !bare(piece, variable) {
                names.insert(variable.name.clone());
            }
        }
    }
    names
}

fn sites<'a>(view: &'a View<'_>) -> Vec<Site<'a>> {
    let mut all = Vec::new();
    for service in &view.services {
        let environment = service.node.get("environment");
        for key in ["environment", "labels"] {
            for entry in entries(service.node.get(key)) {
                let Some(text) = entry.value.text() else { continue };
                all.push(Site { text, key: display(&entry.key), service: Some(service.id), part: Part::Value });
            }
        }
        for path in [&["command"][..], &["entrypoint"], &["healthcheck", "test"]] {
            let mut texts = Vec::new();
            if let Some(node) = service.node.path(path) {
                scalars(node, &mut texts);
            }
            let site =
                |text| Site { text, key: String::new(), service: Some(service.id), part: Part::Command(environment) };
            all.extend(texts.into_iter().map(site));
        }
    }
    for entry in entries(view.stack.project.get("configs")) {
        let Some(text) = entry.value.get("content").and_then(Node::text) else { continue };
        all.push(Site { text, key: String::new(), service: None, part: Part::Content });
    }
    all
}

fn judge(model: &mut Model<'_>, view: &View<'_>, site: &Site<'_>, elsewhere: &BTreeSet<String>, dollars: &mut Dollars) {
    // The value of a variable is a value of its own, under that variable's name.
    for piece in site.text.pieces() {
        let PieceKind::Variable(variable) = &piece.kind else { continue };
        if let Some(value) =
            variable.value.as_ref().filter(|v| v.variables().iter().any(|v| v.syntax == Syntax::Compose))
        {
            let inner = Site { text: value, key: variable.name.clone(), service: site.service, part: Part::Value };
            judge(model, view, &inner, elsewhere, dollars);
        }
    }
    let written = written(site.text);
    let mut found: Vec<(&str, Field, Span, &Variable)> = Vec::new();
    for at in 0..written.open.len() {
        let Some((kind, set_by)) = certain(model, &written, at, site, elsewhere) else { continue };
        let (_, piece, variable) = &written.open[at];
        if dollars.covered.insert(piece.span) {
            found.push((kind, set_by, piece.span, variable));
        }
    }
    let Some((kind, set_by, span, variable)) = found.first() else { return };
    let secret = *kind == "hash" || *kind == "value" && may_be_secret_name(&site.key);
    let others: Vec<Field> = found[1..].iter().map(|(kind, _, span, _)| Field::at(*kind, (*span).into())).collect();
    let fact = Fact::new(Subject::DeploymentDollar, (*span).into())
        .with("name", if secret { Value::Null } else { variable.name.as_str().into() })
        .with("kind", *kind)
        .with("place", if of_env_file(model, *span) { "env-file" } else { "compose" })
        .with("service", site.service.map_or(Value::Null, Value::from))
        .with("stack", view.id)
        .with("set_by", set_by.clone())
        .with("others", others);
    model.facts.add(fact);
}

/// Which kind of dollar sign it is, and what sets the variable in the container.
fn certain(
    model: &Model<'_>,
    written: &Written<'_>,
    at: usize,
    site: &Site<'_>,
    elsewhere: &BTreeSet<String>,
) -> Option<(&'static str, Field)> {
    let (range, piece, variable) = written.open.get(at)?;
    let nothing = || Field::derived(Value::Null);
    let (name, small) = (variable.name.as_str(), variable.name.contains(|c: char| c.is_ascii_lowercase()));
    let whole = range.start == 0 && range.end == written.text.len();
    if bare(piece, variable) && written.hashes.hold(range) {
        return Some(("hash", nothing()));
    }
    match site.part {
        Part::Command(environment) => {
            if sets(&written.text, name, range.start) {
                // What the example env file sets is put in as it is meant.
                return (!elsewhere.contains(name)).then(|| ("own", nothing()));
            }
            let set = container_has(environment, name).filter(|_| !elsewhere.contains(name))?;
            let shown = if may_be_secret_name(name) { Field::at(Value::Null, set.place()) } else { Field::text(set) };
            Some(("container", shown))
        }
        Part::Content => {
            let own = sets(&written.text, name, range.start);
            let certain = bare(piece, variable) && !elsewhere.contains(name) && small || own;
            certain.then(|| ("content", nothing()))
        }
        Part::Value if !bare(piece, variable) || elsewhere.contains(name) => None,
        Part::Value => {
            let secret = may_be_secret_name(&site.key);
            let before = written.text[..range.start].chars().next_back().is_some_and(char::is_alphanumeric);
            let certain = secret && (small || before) || small && !whole && of_env_file(model, piece.span);
            certain.then(|| ("value", nothing()))
        }
    }
}

/// The value that a container has of its own: not from the same variable of the project.
fn container_has<'a>(environment: Option<&'a Node>, name: &str) -> Option<&'a Text> {
    let entry = entries(environment).iter().find(|e| e.key.known() == Some(name))?;
    let text = entry.value.text().filter(|t| !entry.value.is_null() && !t.is_empty())?;
    let same = text.variables().iter().any(|v| v.syntax == Syntax::Compose && v.name == name);
    (!same).then_some(text)
}

fn of_env_file(model: &Model<'_>, span: Span) -> bool {
    let document = model.deployment.documents.iter().find(|d| d.source == span.source);
    document.is_none_or(|d| d.kind == Kind::Env)
}

/// Whether it is written `$name`, without braces.
fn bare(piece: &Piece, variable: &Variable) -> bool {
    piece.span.len() == variable.name.len() + 1
}

fn written(text: &Text) -> Written<'_> {
    let value = String::with_capacity(text.value().len());
    let mut out = Written { text: value, open: Vec::new(), hashes: Hashes::default() };
    for piece in text.pieces() {
        let PieceKind::Variable(variable) = &piece.kind else {
            out.text.push_str(&text.value()[piece.range.clone()]);
            continue;
        };
        let from = out.text.len();
        if variable.syntax == Syntax::Compose && variable.provenance == Provenance::Undefined {
            out.text.push('$');
            out.text.push_str(&variable.name);
            out.open.push((from..out.text.len(), piece, variable));
        } else {
            out.text.push_str(&text.value()[piece.range.clone()]);
        }
    }
    if !out.open.is_empty() {
        out.hashes = Hashes::of(&out.text);
    }
    out
}

/// Where the hashes of passwords stand in a text, as crypt, bcrypt, argon2 and their like write them.
#[derive(Debug, Default)]
struct Hashes(Vec<Range<usize>>);

impl Hashes {
    fn of(text: &str) -> Self {
        static HASH: LazyLock<Option<Regex>> = LazyLock::new(|| {
            let kinds = "2[abxy]?|apr1|1|5|6|7|y|gy|argon2(?:id|i|d)|scrypt|pbkdf2(?:-sha[0-9]+)?|sha1|md5";
            Regex::new(&format!(r"\$(?:{kinds})\$[A-Za-z0-9./+=,$_-]{{8,}}")).ok()
        });
        let found = HASH.as_ref().map(|hash| hash.find_iter(text).map(|m| m.range()).collect());
        Self(found.unwrap_or_default())
    }

    /// Whether the range lies in one of them.
    fn hold(&self, range: &Range<usize>) -> bool {
        let before = self.0.partition_point(|hash| hash.start <= range.start);
        before.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|hash| range.end <= hash.end)
    }
}

/// Whether the script `text` sets the variable `name` by itself; not from the use at `at` alone.
fn sets(text: &str, name: &str, at: usize) -> bool {
    let starts = |from: usize| {
        let before = text[..from].trim_end_matches([' ', '\t']);
        let word = before.rsplit(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | '"' | '\'')).next();
        before.is_empty()
            || before.ends_with(['\n', ';', '&', '|', '(', '"', '\'', '`', '{'])
            || matches!(
                word,
                Some("export" | "local" | "do" | "then" | "else" | "for" | "read" | "-r" | "declare" | "readonly")
            )
    };
    text.match_indices(name).any(|(from, _)| {
        let after = &text[from + name.len()..];
        let reads = ["for ", "read ", "read -r "].iter().any(|w| text[..from].ends_with(w));
        let looped = reads && !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let assigned = after.starts_with('=') && !after.starts_with("==") && starts(from);
        // `X=$X` hands on what was there before.
        let itself = after.trim_start_matches(['=', '"', '\'', '{']).starts_with('$')
            && at >= from
            && at <= from + name.len() + 3;
        (looped || assigned) && !itself
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_told_by_their_beginning() {
        let inside = |text: &str, part: &str| {
            let start = text.find(part).unwrap();
            Hashes::of(text).hold(&(start..start + part.len()))
        };
        assert!(inside("guard:$2b$10$Wq4ZtLm0sVbYnHcKdJf", "$Wq4ZtLm0sVbYnHcKdJf"));
        assert!(inside("a:$apr1$k3Jd9sQe$ZrT5vXw1LmNp", "$apr1"));
        assert!(inside("$argon2id$v=19$m=65536,t=3$abc$def", "$m"));
        assert!(!inside("https://$host/$path", "$host") && !inside("$1$x", "$x"));
        assert_eq!(eaten("$apr1$k3Jd9sQe$ZrT5vXw1LmNp"), Some(0..5));
        assert_eq!(eaten("$2y$10$123456789.abc"), None);
    }

    #[test]
    fn scripts_set_variables_by_assignment_loop_and_read() {
        let sets = |text: &str| sets(text, "X", text.find("$X").unwrap());
        for text in [
            "X=1; echo $X",
            "for X in a b; do echo $X; done",
            "while read -r X; do echo $X; done",
            "export X=1\necho $X",
        ] {
            assert!(sets(text), "{text}");
        }
        for text in ["echo $X", "export X=$X", "run --X=1 $X", "MAX=1; echo $X", "curl ?X=1 $X"] {
            assert!(!sets(text), "{text}");
        }
    }
}
