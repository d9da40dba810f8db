//! Facts of subject `ansible.expression`, kind `undefined`: a variable that nothing defines and that is a slip of one that is defined.
//!
//! A variable that nothing in the tree defines may come from elsewhere; one whose role defines its twin does not. What a
//! group or a host defines is a twin for templates only, and only where no file of variables is encrypted.

use std::collections::{BTreeMap, BTreeSet};

use super::expressions;
use super::library::Library;
use super::template;
use crate::document::{Body, Document, Kind};
use crate::model::Model;
use crate::model::fact::{Fact, Field};
use crate::model::subject::Subject;
use crate::source::Span;
use crate::text::{PieceKind, Provenance, Syntax, Text};
use crate::yaml::{Node, Value};

/// Words of names whose values stay out of the tree.
const PRIVATE: &[&str] =
    &["password", "passwd", "pass", "secret", "token", "key", "vault", "user", "username", "email", "host", "hostname"];

/// Adds the facts.
pub(super) fn build(model: &mut Model<'_>, library: &Library<'_>) {
    let roles = roles(model, library);
    let shared = shared(model);
    let all = expressions::names(model, library);
    let documents = || model.deployment.documents.iter().filter(|d| d.variant == 0);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let templates = &model.deployment.templates;
    let read = documents().map(|d| (d.path.as_str(), d.template, undefined(d)));
    // Templates of files that nobody here reads name variables all the same.
    let others = templates.iter().map(|(path, text)| (path.as_str(), true, template::names(text)));
    for (path, is_template, names) in read.chain(others) {
        let folder = role(path);
        let own = folder.and_then(|folder| Some((folder, roles.get(folder)?)));
        if own.is_none() && (shared.is_empty() || !is_template) {
            continue;
        }
        for (name, span) in names {
            let of_role = folder.is_some_and(|f| named_like(f, &name));
            if all.contains(&name)
                || !(plain(&name) || of_role)
                || !seen.insert((folder.unwrap_or_default(), name.clone()))
            {
                continue;
            }
            let near = own
                .and_then(|(folder, names)| if of_role { host_of(&name, names) } else { twin(&name, names, folder) });
            let far = || is_template.then(|| slip_of(&name, &shared)).flatten();
            let Some((twin, at)) = near.or_else(far) else { continue };
            let said = |text: &str| mentioned(text, &name);
            let told = documents().any(|d| said(d.text.value()))
                || model.deployment.helpers.iter().any(|t| said(t.value()))
                || templates.iter().any(|(_, t)| said(t.value()));
            if told {
                continue;
            }
            found.push(
                Fact::new(Subject::AnsibleExpression, span.into())
                    .with("kind", "undefined")
                    .with("name", name.as_str())
                    .with("nearest", Field::at(twin, at.into()))
                    .with("shared", near.is_none())
                    .with("path", path),
            );
        }
    }
    for fact in found {
        model.facts.add(fact);
    }
}

/// Whether a variable is called as its role.
fn named_like(folder: &str, name: &str) -> bool {
    folder.rsplit('/').next().is_some_and(|role| role.replace('-', "_") == name)
}

/// What a role calls its host, where a template says the role's own name.
fn host_of<'n>(role: &str, names: &'n BTreeMap<String, Span>) -> Option<(&'n str, Span)> {
    let (name, span) = names.get_key_value(&format!("{role}_hostname"))?;
    Some((name.as_str(), *span))
}

/// The folder of the role that a file is of.
fn role(path: &str) -> Option<&str> {
    let parts = ["tasks", "handlers", "templates", "defaults", "vars"];
    parts.iter().filter_map(|part| path.find(&format!("/{part}/"))).min().and_then(|at| path.get(..at))
}

/// The variables that each role defines, with their places.
fn roles<'m>(model: &'m Model<'_>, library: &Library<'m>) -> BTreeMap<&'m str, BTreeMap<String, Span>> {
    let mut found: BTreeMap<&str, BTreeMap<String, Span>> = BTreeMap::new();
    let files = model.deployment.documents.iter().filter(|d| d.variant == 0 && d.kind == Kind::AnsibleVars);
    for document in files {
        let (Some(role), Body::Nodes(nodes)) = (role(&document.path), &document.body) else { continue };
        let own = found.entry(role).or_default();
        for entry in nodes.iter().filter_map(Node::map).flatten() {
            if let Some(name) = entry.key.known() {
                own.insert(name.to_owned(), entry.key.span());
            }
        }
    }
    for (id, task) in library.tasks() {
        let Some(document) = library.files.get(id.file).map(|f| f.document) else { continue };
        let Some(own) = role(&document.path).map(|role| found.entry(role).or_default()) else { continue };
        let facts = task.module.as_ref().filter(|m| m.name == "set_fact").and_then(|m| m.args.mapping());
        for entry in task.keyword("vars").into_iter().chain(facts).filter_map(Node::map).flatten() {
            if let Some(name) = entry.key.known() {
                own.insert(name.to_owned(), entry.key.span());
            }
        }
    }
    found
}

/// The variables of groups and hosts, with their places; none where an encrypted file may define others.
fn shared(model: &Model<'_>) -> BTreeMap<String, Span> {
    let mut found = BTreeMap::new();
    if model.deployment.encrypted_vars {
        return found;
    }
    let files = model.deployment.documents.iter().filter(|d| d.variant == 0 && d.kind == Kind::AnsibleVars);
    for document in files.filter(|d| role(&d.path).is_none()) {
        for entry in document.nodes().iter().filter_map(Node::map).flatten() {
            if let Some(name) = entry.key.known() {
                found.entry(name.to_owned()).or_insert_with(|| entry.key.span());
            }
        }
    }
    found
}

/// The variables without any definition that a document reads, and where.
fn undefined(document: &Document) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    match &document.body {
        Body::Nodes(nodes) if !document.template => nodes.iter().for_each(|node| texts(node, &mut found)),
        _ => of_text(&document.text, &mut found),
    }
    found
}

fn texts(node: &Node, found: &mut Vec<(String, Span)>) {
    match node.value() {
        Value::Map(entries) => entries.iter().for_each(|e| texts(&e.value, found)),
        Value::Seq(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Scalar(_) => node.text().into_iter().for_each(|text| of_text(text, found)),
    }
}

fn of_text(text: &Text, found: &mut Vec<(String, Span)>) {
    for piece in text.pieces() {
        let PieceKind::Variable(variable) = &piece.kind else { continue };
        if variable.syntax == Syntax::Jinja && variable.value.is_none() && variable.provenance == Provenance::Undefined
        {
            found.push((variable.name.clone(), piece.span));
        }
    }
}

/// Whether a name is one of a variable, long enough to be told from others.
fn plain(name: &str) -> bool {
    let word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    word && name.len() > 7 && name.trim_matches('_').contains('_') && !name.starts_with("ansible_")
}

/// Whether a text defines the name in some way, or reads it with care.
fn mentioned(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let rest = text.get(at + name.len()..).unwrap_or("");
        let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if before.is_some_and(inside) || rest.starts_with(inside) {
            return false;
        }
        let rest = rest.trim_start_matches(' ');
        let next = rest.trim_start_matches("is ").trim_start_matches("not ");
        rest.starts_with([':', '=', '|'])
            && (rest.trim_start_matches(['|', ' ']).starts_with('d') || !rest.starts_with('|'))
            || next.len() < rest.len() && (next.starts_with("defined") || next.starts_with("undefined"))
            || before == Some('\'')
            || before == Some('"')
    })
}

/// The variable of the role that `name` is a slip of.
fn twin<'n>(name: &str, names: &'n BTreeMap<String, Span>, role: &str) -> Option<(&'n str, Span)> {
    let role = role.rsplit('/').next().unwrap_or(role).replace('-', "_");
    let near = |other: &str| slip(name, other) || prefixed(name, other, &role) || shortened(name, other);
    only(names, near)
}

/// The variable of a group or a host that `name` is a slip of: a letter in a word of some length.
fn slip_of<'n>(name: &str, names: &'n BTreeMap<String, Span>) -> Option<(&'n str, Span)> {
    only(names, |other| slip(name, other) && differs_in_a_long_word(name, other))
}

fn only(names: &BTreeMap<String, Span>, near: impl Fn(&str) -> bool) -> Option<(&str, Span)> {
    let mut found = names.iter().filter(|(other, _)| near(other));
    let (other, span) = found.next()?;
    found.next().is_none().then_some((other.as_str(), *span))
}

/// Whether they are one letter apart, and no number and no plural makes two names of them.
fn slip(name: &str, other: &str) -> bool {
    let digits = |word: &str| word.chars().filter(char::is_ascii_digit).collect::<String>();
    name.len() > 9
        && name.len().abs_diff(other.len()) < 2
        && strsim::damerau_levenshtein(other, name) == 1
        && digits(other) == digits(name)
        && !plural(name, other)
}

/// `app_host` and `app_post` are two names; `gateway_imgae` is none.
fn differs_in_a_long_word(a: &str, b: &str) -> bool {
    let (own, theirs): (Vec<&str>, Vec<&str>) = (a.split('_').collect(), b.split('_').collect());
    if own.len() != theirs.len() {
        // A missing or doubled underscore.
        return own.concat() == theirs.concat();
    }
    own.iter().zip(&theirs).all(|(a, b)| a == b || a.len().max(b.len()) >= 5 && !plural(a, b))
}

/// Whether they are a thing and a list of such.
fn plural(a: &str, b: &str) -> bool {
    a.strip_suffix('s') == Some(b) || b.strip_suffix('s') == Some(a)
}

/// Whether one is the other behind the role's name.
fn prefixed(a: &str, b: &str, role: &str) -> bool {
    let behind = |long: &str, short: &str| long.strip_prefix(role).and_then(|r| r.strip_prefix('_')) == Some(short);
    behind(a, b) || behind(b, a)
}

/// Whether the other name has one more word, inside.
fn shortened(name: &str, other: &str) -> bool {
    let (short, long): (Vec<&str>, Vec<&str>) = (name.split('_').collect(), other.split('_').collect());
    if short.len() < 2 || long.len() != short.len() + 1 || short.iter().any(|w| PRIVATE.contains(w)) {
        return false;
    }
    (1..short.len()).any(|at| short.get(..at) == long.get(..at) && short.get(at..) == long.get(at + 1..))
}
