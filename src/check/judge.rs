//! One rule over one fact: the verdict, with all its places and texts.

use super::Undecided;
use super::expr::Env;
use super::expr::template::Template;
use super::expr::value::{Data, Truth, Val};
use super::rules::{Body, Case, LabelRule, Rule};
use crate::document::Switch;
use crate::finding::{Confidence, Finding, Label, Persona, Severity, Ties};
use crate::model::fact::{FactId, Facts};
use crate::text::Place;

/// What a rule says of a fact, where it says anything.
pub(super) enum Verdict {
    /// It fires.
    Finding(Box<Finding>),
    /// It can't be known.
    Undecided(Undecided),
}

/// How a finding is told: the rule's own words, or those of a case.
struct Telling<'a> {
    severity: Severity,
    confidence: Confidence,
    persona: Persona,
    message: &'a Template,
    help: &'a Template,
}

/// Runs `rule` over the facts `ids`, which are of its subject.
pub(super) fn judge<'a>(rule: &'a Rule, ids: &[FactId], facts: &'a Facts) -> Vec<Verdict> {
    let mut env = Env { facts, vars: Vec::new(), showing: false };
    ids.iter().filter_map(|id| one(rule, *id, &mut env)).collect()
}

/// Runs `rule` over one fact.
fn one<'a>(rule: &'a Rule, id: FactId, env: &mut Env<'a>) -> Option<Verdict> {
    let facts = env.facts;
    let truth = rule.holds(id, env);
    if truth == Truth::No {
        return None;
    }
    rule.bind_all(env);
    let body = rule.body()?;
    let place = body.at.as_ref().and_then(|at| env.eval(at).near).unwrap_or(&facts.get(id).place);
    if let Truth::Unknown(why) = truth {
        let (rule, persona) = (rule.id.clone(), rule.file.persona);
        return Some(Verdict::Undecided(Undecided { rule, persona, span: place.span, why: why.into_owned() }));
    }
    let mut telling = telling(rule, body, env);
    let mut labels = Vec::new();
    for label in &body.labels {
        add_labels(label, env, &mut labels);
    }
    add_definitions(place, facts, &mut labels);
    let switched = add_switch(place, facts, rule.file.opt_in, &mut labels);
    if switched && rule.file.opt_in && telling.severity != Severity::Error {
        telling.persona = telling.persona.max(Persona::Pedantic);
    }
    // A label that repeats the underlined place or another label says nothing new.
    let mut seen = Vec::new();
    labels.retain(|l| {
        let new = l.span != place.span && !seen.contains(&(l.span, l.text.clone()));
        seen.push((l.span, l.text.clone()));
        new
    });
    Some(Verdict::Finding(Box::new(Finding {
        rule: rule.id.clone(),
        severity: telling.severity,
        confidence: telling.confidence,
        persona: telling.persona,
        message: telling.message.render(env).0,
        help: telling.help.render(env).0,
        span: place.span,
        labels,
        definitions: vec![place.definitions.iter().map(|(_, span)| *span).collect()],
        fixes: super::suggest::fixes(body, env),
        suppressed: None,
        ties: ties(rule, body, env),
    })))
}

/// The facts that the finding speaks of, its cause, and the rules that take it in. What is not known ties nothing.
fn ties<'a>(rule: &Rule, body: &'a Body, env: &mut Env<'a>) -> Ties {
    let number = |val: &Val<'_>| if let Data::Fact(id) = val.data { Some(id.number()) } else { None };
    let about = env.vars.iter().filter_map(number).collect();
    let cause = body.one_per.as_ref().and_then(|cause| key(&env.eval(cause)));
    let others = body.gives_way_to.iter();
    let gives_way_to = others.filter_map(|(id, fact)| Some((id.clone(), number(&env.eval(fact))?))).collect();
    let everywhere = body.everywhere.as_ref().is_some_and(|condition| env.truth(condition) == Truth::Yes);
    let (production, remark) = (rule.file.production, rule.file.remark);
    Ties { about, cause, everywhere, production, remark, before_remark: None, gives_way_to }
}

/// A text that tells a value from others; none where it is absent or not known, in part or whole.
fn key(val: &Val<'_>) -> Option<String> {
    match &val.data {
        Data::Bool(b) => Some(b.to_string()),
        Data::Int(n) => Some(n.to_string()),
        Data::Str(s) => Some(format!("{s:?}")),
        Data::Fact(id) => Some(format!("#{}", id.number())),
        Data::List(list) if list.open.is_none() => {
            Some(list.items.iter().map(key).collect::<Option<Vec<_>>>()?.join(","))
        }
        _ => None,
    }
}

/// The first case that holds. One that can't be decided counts with the mildest of what is possible: the finding is
/// certain, how bad it is at least that.
fn telling<'a>(rule: &'a Rule, body: &'a Body, env: &mut Env<'a>) -> Telling<'a> {
    let mut possible = Vec::new();
    for case in &body.cases {
        match env.truth(&case.when) {
            Truth::No => {}
            Truth::Unknown(_) => possible.push(told(rule, body, Some(case))),
            Truth::Yes => {
                possible.push(told(rule, body, Some(case)));
                return mildest(possible, rule, body);
            }
        }
    }
    possible.push(told(rule, body, None));
    mildest(possible, rule, body)
}

fn mildest<'a>(possible: Vec<Telling<'a>>, rule: &'a Rule, body: &'a Body) -> Telling<'a> {
    let mild = |t: &Telling<'_>| (t.severity, std::cmp::Reverse(t.persona), t.confidence);
    possible.into_iter().min_by_key(mild).unwrap_or_else(|| told(rule, body, None))
}

fn told<'a>(rule: &'a Rule, body: &'a Body, case: Option<&'a Case>) -> Telling<'a> {
    Telling {
        severity: rule.severity.or(case.and_then(|c| c.severity)).unwrap_or(rule.file.severity),
        confidence: case.and_then(|c| c.confidence).unwrap_or(rule.file.confidence),
        persona: case.and_then(|c| c.persona).unwrap_or(rule.file.persona),
        message: case.and_then(|c| c.message.as_ref()).unwrap_or(&body.message),
        help: case.and_then(|c| c.help.as_ref()).unwrap_or(&body.help),
    }
}

fn add_labels<'a>(label: &'a LabelRule, env: &mut Env<'a>, into: &mut Vec<Label>) {
    let Some(each) = &label.each else {
        into.extend(one_label(label, env));
        return;
    };
    let Data::List(list) = env.eval(each).data else { return };
    let depth = env.vars.len();
    for item in list.items {
        env.vars.push(item);
        into.extend(one_label(label, env));
        env.vars.truncate(depth);
    }
}

fn one_label<'a>(label: &'a LabelRule, env: &mut Env<'a>) -> Option<Label> {
    let at = env.eval(&label.at);
    let place = at.place.filter(|_| !at.is_null())?;
    Some(Label { span: place.span, text: label.text.render(env).0 })
}

/// Where the variables in the underlined value were set, and for whom.
fn add_definitions(place: &Place, facts: &Facts, into: &mut Vec<Label>) {
    for (name, span) in &place.definitions {
        let known = into.iter().any(|l| l.span == *span) || *span == place.span;
        if !known {
            let whose = facts.owners.of(*span).map(|owner| format!(", for {owner}")).unwrap_or_default();
            into.push(Label { span: *span, text: format!("`{name}` is set here{whose}") });
        }
    }
}

/// What turns the place on, or a label of it where those count too, where a default turns it off. Whether anything does.
fn add_switch(place: &Place, facts: &Facts, with_labels: bool, into: &mut Vec<Label>) -> bool {
    let holds = |s: &Switch, into: &[Label]| {
        s.body.contains(place.span) || with_labels && into.iter().any(|l| s.body.contains(l.span))
    };
    let around: Vec<&Switch> = facts.switches.iter().filter(|s| holds(s, into)).collect();
    let switched = !around.is_empty();
    let around = around.into_iter().filter(|s| !into.iter().any(|l| l.span == s.at));
    let labels: Vec<Label> =
        around.map(|s| Label { span: s.at, text: format!("in effect where `{}` is true", s.name) }).collect();
    into.extend(labels);
    switched
}
