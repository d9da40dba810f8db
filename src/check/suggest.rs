//! The fix of a finding: what a rule's `fix` says of one fact. It names places of values; what that means for the bytes of
//! the files is `fix`'s.

use super::expr::value::{Data, Truth, Val};
use super::expr::{Env, Expr};
use super::rules::{Body, ChangeRule, EditRule, FixRule};
use crate::finding::{Change, Fix, Planned};
use crate::text::Place;

/// The fixes whose condition surely holds, where all their places are written somewhere and all their texts are known. The
/// first one that can be made counts.
pub(super) fn fixes<'a>(body: &'a Body, env: &mut Env<'a>) -> Vec<Fix> {
    body.fixes.iter().filter_map(|fix| one(fix, env)).collect()
}

fn one<'a>(fix: &'a FixRule, env: &mut Env<'a>) -> Option<Fix> {
    if fix.when.as_ref().is_some_and(|when| env.truth(when) != Truth::Yes) {
        return None;
    }
    let mut plan = Vec::new();
    for edit in &fix.edits {
        let Some(each) = &edit.each else {
            plan.push(planned(edit, env)?);
            continue;
        };
        let Data::List(list) = env.eval(each).data else { return None };
        if list.open.is_some() {
            return None;
        }
        let depth = env.vars.len();
        for item in list.items {
            env.vars.push(item);
            let edit = planned(edit, env);
            env.vars.truncate(depth);
            plan.push(edit?);
        }
    }
    if plan.is_empty() {
        return None;
    }
    let (title, breaks) = (fix.title.render(env).0, fix.breaks.render(env).0);
    Some(Fix { safe: fix.safe, title, breaks, leaves: fix.leaves.clone(), plan, edits: Vec::new() })
}

fn planned<'a>(edit: &'a EditRule, env: &mut Env<'a>) -> Option<Planned> {
    let change = match &edit.change {
        ChangeRule::Delete => Change::Delete,
        ChangeRule::Move(to) => Change::Move(place(to, env)?.1.span),
        ChangeRule::Copy(from) => Change::Copy(place(from, env)?.1.span),
        ChangeRule::Replace(text) => Change::Replace(known(text.render(env))?),
        ChangeRule::Wrap(before, behind) => Change::Wrap(before.clone(), behind.clone()),
        ChangeRule::Rewrite(text) => Change::Rewrite(known(text.render(env))?),
        ChangeRule::Insert(side, text) => Change::Insert(*side, known(text.render(env))?),
    };
    let (was, place) = place(&edit.at, env)?;
    Some(Planned { at: place.span, was, definitions: place.definitions.to_vec(), change })
}

fn known((text, known): (String, bool)) -> Option<String> {
    known.then_some(text)
}

/// A value and the place that says exactly this value; none where it is not known.
fn place<'a>(at: &'a Expr, env: &mut Env<'a>) -> Option<(Option<String>, &'a Place)> {
    let value = env.eval(at);
    if value.unknown().is_some() {
        return None;
    }
    Some((characters(&value), value.place?))
}

/// The characters of a scalar.
fn characters(value: &Val<'_>) -> Option<String> {
    match &value.data {
        Data::Str(text) => Some(text.clone().into_owned()),
        Data::Bool(is) => Some(is.to_string()),
        Data::Int(n) => Some(n.to_string()),
        _ => None,
    }
}
