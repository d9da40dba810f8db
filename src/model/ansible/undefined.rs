//! Facts of subject `ansible.expression`, kind `undefined`: a variable that nothing defines and that is a slip of one that is defined.
//!
//! A variable that nothing in the tree defines may come from elsewhere; one whose role defines its twin does not. What a
//! group or a host defines is a twin for templates only, and only where no file of variables is encrypted.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::expressions;
use super::library::Library;
use super::template;
use crate::document::{Body, Document, Kind};
use crate::model::Model;
use crate::model::fact::{Fact, Field};
use crate::model::subject::Subject;
use crate::source::Span;
use crate::text::slip::{Index, key};
use crate::text::{PieceKind, Provenance, Syntax, Text};
use crate::yaml::{Node, Value};

/// Words of names whose values stay out of the tree.
const PRIVATE: &[&str] =
    &["password", "passwd", "pass", "secret", "token", "key", "vault", "user", "username", "email", "host", "hostname"];

/// Variables that are defined together, and what finds the one that is meant by another name.
struct Known<'m> {
    places: &'m BTreeMap<String, Span>,
    slips: OnceCell<Index<'m>>,
    longer: OnceCell<Index<'m>>,
}

impl<'m> Known<'m> {
    fn new(places: &'m BTreeMap<String, Span>) -> Self {
        Self { places, slips: OnceCell::new(), longer: OnceCell::new() }
    }

    fn names(&self) -> impl Iterator<Item = &'m str> {
        self.places.keys().map(String::as_str)
    }

    /// A variable with its place.
    fn get(&self, name: &str) -> Option<(&'m str, Span)> {
        self.places.get_key_value(name).map(|(name, span)| (name.as_str(), *span))
    }

    /// Those that a name is a slip of.
    fn slips(&self, name: &str) -> BTreeSet<&'m str> {
        let index = self.slips.get_or_init(|| Index::of_slips(self.names()));
        index.one_slip(name).into_iter().filter(|other| slip(name, other)).collect()
    }

    /// Those that have one more word, inside.
    fn longer(&self, name: &str) -> BTreeSet<&'m str> {
        let index = self.longer.get_or_init(|| Index::new(self.names(), without_a_word));
        index.with(&[key(name, "")]).into_iter().filter(|other| shortened(name, other)).collect()
    }
}

/// A variable that nothing defines, and what may be meant.
struct Undefined<'m> {
    name: String,
    span: Span,
    path: &'m str,
    meant: (&'m str, Span),
    shared: bool,
}

/// Adds the facts.
pub(super) fn build(model: &mut Model<'_>, library: &Library<'_>) {
    brackets(model);
    let roles = roles(model, library);
    let shared = shared(model);
    let mut found = undefined_names(model, library, &roles, &shared);
    if found.is_empty() {
        return;
    }
    let made = derived(model);
    let of_many: HashSet<&str> = made.iter().map(|(_, name)| name.as_str()).collect();
    found.retain(|one| {
        !(made.contains(&(one.meant.1, one.name.clone())) || is_prefixed(one) && of_many.contains(one.name.as_str()))
    });
    if found.is_empty() {
        return;
    }
    let names: HashSet<&str> = found.iter().map(|one| one.name.as_str()).collect();
    let documents = model.deployment.documents.iter().filter(|d| d.variant == 0).map(|d| d.text.value());
    let helpers = model.deployment.helpers.iter().map(Text::value);
    let templates = model.deployment.templates.iter().map(|(_, text)| text.value());
    let mut told = HashSet::new();
    for text in documents.chain(helpers).chain(templates) {
        mentioned(text, &names, &mut told);
    }
    let told: Vec<bool> = found.iter().map(|one| told.contains(one.name.as_str())).collect();
    let mut told = told.into_iter();
    found.retain(|_| told.next() == Some(false));
    for Undefined { name, span, path, meant: (twin, at), shared } in found {
        model.facts.add(
            Fact::new(Subject::AnsibleExpression, span.into())
                .with("kind", "undefined")
                .with("name", name)
                .with("nearest", Field::at(twin, at.into()))
                .with("shared", shared)
                .with("path", path),
        );
    }
}

/// Adds the expressions that Jinja can't read, of templates of roles whose files nobody here reads.
fn brackets(model: &mut Model<'_>) {
    let is_of_role = |path: &str| path.rsplit_once('.').is_some_and(|(_, end)| end == "j2") && role(path).is_some();
    let deployment = model.deployment;
    for (path, text) in deployment.templates.iter().filter(|(path, _)| is_of_role(path)) {
        for (bracket, span) in template::unclosed(text) {
            model.facts.add(
                Fact::new(Subject::AnsibleExpression, span.into())
                    .with("kind", "bracket")
                    .with("name", bracket.to_string())
                    .with("path", path.as_str()),
            );
        }
    }
}

/// The variables that nothing defines and that are slips of others, whatever else the tree says of them.
fn undefined_names<'m>(
    model: &Model<'m>,
    library: &Library<'_>,
    roles: &'m BTreeMap<&str, BTreeMap<String, Span>>,
    shared: &'m BTreeMap<String, Span>,
) -> Vec<Undefined<'m>> {
    let all = expressions::names(model, library);
    let documents = model.deployment.documents.iter().filter(|d| d.variant == 0);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let read = documents.map(|d| (d.path.as_str(), d.template, undefined(d)));
    // Templates of files that nobody here reads name variables all the same.
    let templates = &model.deployment.templates;
    let others = templates.iter().map(|(path, text)| (path.as_str(), true, template::names(text)));
    let roles: BTreeMap<&str, Known<'_>> = roles.iter().map(|(role, names)| (*role, Known::new(names))).collect();
    let known = Known::new(shared);
    for (path, is_template, names) in read.chain(others) {
        let folder = role(path);
        let own = folder.and_then(|folder| Some((folder, roles.get(folder)?)));
        if own.is_none() && (shared.is_empty() || !is_template) {
            continue;
        }
        for (name, span) in names {
            let of_role = folder.is_some_and(|f| named_like(f, &name));
            let told = all.contains(&name) || !name.chars().all(inside) || !(plain(&name) || of_role);
            if told || !seen.insert((folder.unwrap_or_default(), name.clone())) {
                continue;
            }
            // What a role calls its host, where a template says the role's own name.
            let host = |known: &Known<'m>| known.get(&format!("{name}_hostname"));
            let near = own.and_then(|(folder, known)| if of_role { host(known) } else { twin(&name, known, folder) });
            let far = || is_template.then(|| slip_of(&name, &known)).flatten();
            if let Some(meant) = near.or_else(far) {
                found.push(Undefined { name, span, path, meant, shared: near.is_none() });
            }
        }
    }
    found
}

/// What values of variables are made of: the places of those variables, each with a name without a definition in its value. Whoever
/// writes `board_path: "{{ path }}/board"` takes `path` from elsewhere.
fn derived(model: &Model<'_>) -> HashSet<(Span, String)> {
    let files = model.deployment.documents.iter().filter(|d| d.variant == 0 && d.kind == Kind::AnsibleVars);
    let mut all = HashSet::new();
    for entry in files.flat_map(|d| d.nodes()).filter_map(Node::map).flatten() {
        let mut names = Vec::new();
        texts(&entry.value, &mut names);
        all.extend(names.into_iter().map(|(name, _)| (entry.key.span(), name)));
    }
    all
}

/// Whether what is meant is the name behind the name of a role, as roles call their own part of what all of them share.
fn is_prefixed(one: &Undefined<'_>) -> bool {
    one.meant.0.strip_suffix(one.name.as_str()).is_some_and(|role| role.ends_with('_'))
}

/// Whether a variable is called as its role.
fn named_like(folder: &str, name: &str) -> bool {
    folder.rsplit('/').next().is_some_and(|role| role.replace('-', "_") == name)
}

/// The folder of the role that a file is of.
fn role(path: &str) -> Option<&str> {
    let parts = ["tasks", "handlers", "templates", "defaults", "vars"];
    parts.iter().filter_map(|part| path.find(&format!("/{part}/"))).min().and_then(|at| path.get(..at))
}

/// The variables that each role defines, with their places.
fn roles<'m>(model: &Model<'m>, library: &Library<'m>) -> BTreeMap<&'m str, BTreeMap<String, Span>> {
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

/// Whether a letter is one of a variable's name.
fn inside(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether a name is one of a variable, long enough to be told from others.
fn plain(name: &str) -> bool {
    name.len() > 7 && name.trim_matches('_').contains('_') && !name.starts_with("ansible_")
}

/// Adds those of `names` that a text defines in some way, or reads with care.
fn mentioned<'t>(text: &'t str, names: &HashSet<&str>, told: &mut HashSet<&'t str>) {
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|rest| rest.find(inside)).map(|at| from + at) {
        let rest = text.get(start..).unwrap_or("");
        let (name, rest) = rest.split_at(rest.find(|c| !inside(c)).unwrap_or(rest.len()));
        from = start + name.len();
        if names.contains(name) && !told.contains(name) && defines(text.get(..start).unwrap_or(""), rest) {
            told.insert(name);
        }
    }
}

/// Whether what stands around a name defines it, or asks whether it is there. The end of a path is an image or a file.
fn defines(before: &str, rest: &str) -> bool {
    if before.ends_with('/') {
        return false;
    }
    let rest = rest.trim_start_matches(' ');
    let next = rest.trim_start_matches("is ").trim_start_matches("not ");
    rest.starts_with([':', '=', '|'])
        && (rest.trim_start_matches(['|', ' ']).starts_with('d') || !rest.starts_with('|'))
        || next.len() < rest.len() && (next.starts_with("defined") || next.starts_with("undefined"))
        || before.ends_with(['\'', '"'])
}

/// The variable of the role that `name` is a slip of.
fn twin<'m>(name: &str, known: &Known<'m>, role: &str) -> Option<(&'m str, Span)> {
    let role = role.rsplit('/').next().unwrap_or(role).replace('-', "_");
    let longer = known.get(&format!("{role}_{name}"));
    let shorter = name.strip_prefix(&role).and_then(|rest| rest.strip_prefix('_')).and_then(|rest| known.get(rest));
    let mut all = known.slips(name);
    all.extend(known.longer(name));
    all.extend(longer.into_iter().chain(shorter).map(|(name, _)| name));
    only(known, all)
}

/// The variable of a group or a host that `name` is a slip of: a letter in a word of some length.
fn slip_of<'m>(name: &str, known: &Known<'m>) -> Option<(&'m str, Span)> {
    let mut all = known.slips(name);
    all.retain(|other| differs_in_a_long_word(name, other));
    only(known, all)
}

/// The one of some names, where there is one only.
fn only<'m>(known: &Known<'m>, names: BTreeSet<&'m str>) -> Option<(&'m str, Span)> {
    let mut names = names.into_iter();
    let name = names.next()?;
    names.next().is_none().then(|| known.get(name)).flatten()
}

/// Whether no number and no plural makes two names of those that are one letter apart.
fn slip(name: &str, other: &str) -> bool {
    let digits = |word: &str| word.chars().filter(char::is_ascii_digit).collect::<String>();
    name.len() > 9 && digits(other) == digits(name) && !plural(name, other)
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

/// Whether the other name has one more word, inside.
fn shortened(name: &str, other: &str) -> bool {
    let (short, long): (Vec<&str>, Vec<&str>) = (name.split('_').collect(), other.split('_').collect());
    if short.len() < 2 || long.len() != short.len() + 1 || short.iter().any(|w| PRIVATE.contains(w)) {
        return false;
    }
    (1..short.len()).any(|at| short.get(..at) == long.get(..at) && short.get(at..) == long.get(at + 1..))
}

/// What stands in an index for a name without each of the words inside.
fn without_a_word(name: &str) -> Vec<u64> {
    let all: Vec<(usize, &str)> = name.match_indices('_').collect();
    let inner = all.windows(2).filter_map(|pair| match pair {
        [(start, _), (end, _)] => Some(key(name.get(..*start)?, name.get(*end..)?)),
        _ => None,
    });
    inner.collect()
}
