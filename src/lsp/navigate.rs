//! Go to definition, and find references.

use std::collections::HashSet;

use lsp_types::{GotoDefinitionParams, ReferenceParams};
use serde_json::{Value, json};

use super::server::{Refusal, Server};
use super::view::At;
use crate::model::fact;
use crate::model::subject::Subject;
use crate::source::Span;
use crate::text::{Syntax, Text, Variable};

pub(super) fn definition(server: &Server<'_>, params: &GotoDefinitionParams) -> Result<Value, Refusal> {
    let place = &params.text_document_position_params;
    let Some(at) = server.at(&place.text_document.uri, place.position) else { return Ok(Value::Null) };
    Ok(json!(server.locations(at.view, &definitions(&at))))
}

pub(super) fn references(server: &Server<'_>, params: &ReferenceParams) -> Result<Value, Refusal> {
    let place = &params.text_document_position;
    let Some(at) = server.at(&place.text_document.uri, place.position) else { return Ok(Value::Null) };
    let index = at.view.index();
    let wanted = |defines: bool| params.context.include_declaration || !defines;
    let mut spans: Vec<Span> = index.same(at.span()).iter().filter(|n| wanted(n.defines)).map(|n| n.span).collect();
    if spans.is_empty() && index.named(at.span()).is_empty() {
        let Some(name) = variable(&at) else { return Ok(Value::Null) };
        spans = reading(&at, &name);
        if params.context.include_declaration {
            spans.extend(defined(&at, &name));
        }
    }
    Ok(json!(server.locations(at.view, &spans)))
}

/// Where what stands at the place is defined.
fn definitions(at: &At<'_>) -> Vec<Span> {
    let index = at.view.index();
    let names: Vec<Span> = index.same(at.span()).iter().filter(|n| n.defines).map(|n| n.span).collect();
    if !names.is_empty() {
        return names;
    }
    variable(at).map(|name| defined(at, &name)).unwrap_or_default()
}

/// The variable that is used or defined at the place, by name.
pub(super) fn variable(at: &At<'_>) -> Option<String> {
    let word = at.word().map(|(word, _)| word);
    let used = at.view.index().used(at.span());
    let one = used.first();
    if let Some(one) = one {
        // Of an expression over several, the one under the cursor.
        let named = word.clone().filter(|word| one.variable.names.contains(word));
        return named.or_else(|| Some(one.variable.name.clone()));
    }
    let word = word?;
    let known = at.view.index().uses.iter().any(|one| one.variable.names.contains(&word));
    if known || environ(at).as_ref() == Some(&word) {
        return Some(word);
    }
    (!at.view.explain(&word, &at.source.path).is_empty()).then_some(word)
}

/// The variable of `os.environ/NAME` at the place.
fn environ(at: &At<'_>) -> Option<String> {
    let facts = at.view.snapshot.audit.facts.iter().map(|(_, fact)| fact);
    let here = facts.filter(|f| f.subject == Subject::LiteLlmEnvRef && f.place.span.source == at.id);
    let mut here = here.filter(|f| f.place.span.start <= at.offset && at.offset <= f.place.span.end);
    text(here.next()?, "name").map(str::to_owned)
}

/// A field that holds characters.
pub(super) fn text<'f>(fact: &'f fact::Fact, field: &str) -> Option<&'f str> {
    match &fact.field(field)?.value {
        fact::Value::Str(text) => Some(text),
        _ => None,
    }
}

/// Where the name of a variable of an environment stands.
pub(super) fn written(fact: &fact::Fact) -> Span {
    fact.field("name").and_then(|name| name.place.as_ref()).map_or(fact.place.span, |place| place.span)
}

/// All places that set the variable, as far as the one that is asked about can see them.
pub(super) fn defined(at: &At<'_>, name: &str) -> Vec<Span> {
    let index = at.view.index();
    let used = index.used(at.span()).into_iter().filter(|one| one.variable.syntax != Syntax::Jinja);
    let mut spans: Vec<Span> = used.filter_map(|one| value(&one.variable, one.span)).collect();
    for reading in at.view.explain(name, &at.source.path) {
        // The strongest first: it is what the reader wants.
        spans.extend(reading.definitions.iter().rev().map(|definition| definition.span));
    }
    if environ(at).is_some() {
        let facts = at.view.snapshot.audit.facts.iter().map(|(_, fact)| fact);
        let sets = facts.filter(|f| f.subject == Subject::Environment && text(f, "name") == Some(name));
        spans.extend(sets.map(written));
    }
    if spans.is_empty() {
        let named = index.uses.iter().filter(|one| one.variable.name == name);
        spans.extend(named.filter_map(|one| value(&one.variable, one.span)));
    }
    let mut seen = HashSet::new();
    spans.retain(|span| seen.insert(*span));
    spans
}

/// Where the value of a variable is written, where that is elsewhere.
fn value(variable: &Variable, span: Span) -> Option<Span> {
    variable.value.as_ref().map(Text::span).filter(|value| !span.contains(*value))
}

/// All expressions that read the variable.
fn reading(at: &At<'_>, name: &str) -> Vec<Span> {
    let index = at.view.index();
    let uses = index.uses.iter().filter(|one| one.variable.names.iter().any(|n| n == name));
    let facts = at.view.snapshot.audit.facts.iter().map(|(_, fact)| fact);
    let environ = facts.filter(|f| f.subject == Subject::LiteLlmEnvRef && text(f, "name") == Some(name));
    uses.map(|one| one.span).chain(environ.map(|fact| fact.place.span)).collect()
}
