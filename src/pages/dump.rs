//! The facts of an audit as text: what rules can see in a deployment, for their authors.

use std::fmt::Write as _;

use crate::Audit;
use crate::model::fact::{Fact, Field, Value};
use crate::model::subject::Subject;
use crate::source::{Sources, Span};

/// Longer lists and mappings are cut.
const MOST_ITEMS: usize = 40;

/// All facts by subject, or those of these subjects, with their fields and places. Fields that are absent are left out.
pub fn dump(audit: &Audit, subjects: &[Subject]) -> String {
    let mut out = String::new();
    for subject in Subject::ALL {
        let ids = audit.facts.of(*subject);
        if ids.is_empty() || !subjects.is_empty() && !subjects.contains(subject) {
            continue;
        }
        let _ = writeln!(out, "{} ({})", subject.schema().name, ids.len());
        for id in ids {
            let fact = audit.facts.get(id);
            let _ = writeln!(out, "  {}  {}", title(fact, audit), place(fact.place.span, &audit.sources));
            for (name, field) in fact.fields().filter(|(_, f)| !matches!(f.value, Value::Null)) {
                let at = field.place.as_ref().map(|p| format!("  {}", place(p.span, &audit.sources)));
                let _ = writeln!(out, "    {name} = {}{}", value(field, audit), at.unwrap_or_default());
            }
        }
    }
    if out.is_empty() { none(audit, subjects) } else { out }
}

/// Says why there is nothing to show.
fn none(audit: &Audit, subjects: &[Subject]) -> String {
    let files = audit.deployment.documents.len();
    if files == 0 {
        return "no facts: nothing here is audited\n".to_owned();
    }
    let names: Vec<String> = subjects.iter().map(|s| format!("`{}`", s.schema().name)).collect();
    let of = if names.is_empty() { String::new() } else { format!(" of {}", names.join(", ")) };
    format!("no facts{of} in what is audited here ({files} documents)\n")
}

fn title(fact: &Fact, audit: &Audit) -> String {
    let variable = fact.subject.variable();
    match fact.field("name").filter(|f| !matches!(f.value, Value::Null)) {
        Some(name) => format!("{variable} {}", value(name, audit)),
        None => variable.to_owned(),
    }
}

fn value(field: &Field, audit: &Audit) -> String {
    let cut = |shown: Vec<String>, all: usize| {
        let more = if all > MOST_ITEMS { format!(", … {} more", all - MOST_ITEMS) } else { String::new() };
        shown.join(", ") + &more
    };
    match &field.value {
        Value::Null => "null".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Float(n) => n.to_string(),
        Value::Str(s) => format!("{s:?}"),
        Value::List(items) => {
            let shown = items.iter().take(MOST_ITEMS).map(|f| value(f, audit)).collect();
            format!("[{}]", cut(shown, items.len()))
        }
        Value::Map(map) => {
            let shown = map.iter().take(MOST_ITEMS).map(|(k, f)| format!("{k}: {}", value(f, audit))).collect();
            format!("{{{}}}", cut(shown, map.len()))
        }
        // Facts point at each other in circles: only the name is shown.
        Value::Fact(id) => {
            let fact = audit.facts.get(*id);
            let name = fact.field("name").filter(|f| matches!(f.value, Value::Str(_) | Value::Unknown(_)));
            let name = name.map(|f| format!(" {}", value(f, audit))).unwrap_or_default();
            format!("{}{name} at {}", fact.subject.schema().name, place(fact.place.span, &audit.sources))
        }
        Value::Unknown(why) => format!("unknown ({why})"),
    }
}

fn place(span: Span, sources: &Sources) -> String {
    let source = sources.get(span.source);
    let at = source.position(span.start);
    format!("{}:{}:{}", source.path, at.line, at.column)
}
