//! A normal form as JSON in docker compose's own shape: `config --format json`.

use serde_json::{Map, Number, Value as Json};

use super::tables::{Object, PROJECT, Ty};
use super::tree;
use super::units;
use crate::yaml::{Node, Resolved, Schema, Value};

/// The whole project. `$` is doubled, as docker compose prints it, so that the output is a compose file again.
pub(super) fn project(project: &Node) -> Json {
    let mut out = object(&PROJECT, project);
    out.remove("version");
    out.entry("services").or_insert_with(|| Json::Object(Map::new()));
    for entry in project.map().unwrap_or_default() {
        if let Some(key) = entry.key.known().filter(|k| k.starts_with("x-")) {
            out.insert(key.to_owned(), any(&entry.value));
        }
    }
    escaped(Json::Object(out))
}

fn object(object: &Object, node: &Node) -> Map<String, Json> {
    let mut out = Map::new();
    for (name, ty) in object.fields {
        let printed = match node.get(name) {
            Some(value) => field(ty, value),
            None => absent(ty),
        };
        if let Some(printed) = printed {
            let name = if object.name.starts_with("a blkio") { capital(name) } else { (*name).to_owned() };
            out.insert(name, printed);
        }
    }
    out
}

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |c| c.to_ascii_uppercase().to_string() + chars.as_str())
}

/// What is printed for a key that is not there.
fn absent(ty: &Ty) -> Option<Json> {
    match ty {
        Ty::Command => Some(Json::Null),
        Ty::Always(Ty::Obj(inner)) => {
            let nothing = inner.fields.iter().filter_map(|(name, ty)| Some(((*name).to_owned(), absent(ty)?)));
            Some(Json::Object(nothing.collect()))
        }
        _ => None,
    }
}

/// What is printed for a key's value; `None` for what docker compose leaves out.
fn field(ty: &Ty, node: &Node) -> Option<Json> {
    let printed = value(ty, node);
    let keep = match ty {
        Ty::Given | Ty::GivenInt | Ty::Duration | Ty::Obj(_) | Ty::OptObj(_) | Ty::Always(_) => !node.is_null(),
        Ty::Command => true,
        Ty::Short(inner) | Ty::ShortNumber(inner) => return field(inner, node),
        Ty::Hidden(_) => false,
        _ => !empty(&printed),
    };
    if node.is_null() && matches!(ty, Ty::Always(_)) {
        return absent(ty);
    }
    keep.then_some(printed)
}

fn empty(json: &Json) -> bool {
    match json {
        Json::Null | Json::Bool(false) => true,
        Json::Bool(true) => false,
        Json::Number(n) => n.as_f64() == Some(0.0),
        Json::String(s) => s.is_empty() || s == "\u{0}",
        Json::Array(items) => items.is_empty(),
        Json::Object(map) => map.is_empty(),
    }
}

fn value(ty: &Ty, node: &Node) -> Json {
    match ty {
        Ty::Str | Ty::Enum(_) | Ty::Text | Ty::Option => string(node),
        Ty::Bool | Ty::RealBool | Ty::Given | Ty::External => Json::Bool(truth(node)),
        Ty::Int | Ty::GivenInt | Ty::Float => number(node),
        Ty::Count => count(node),
        Ty::Mode => units::mode(node).map_or_else(|| string(node), |mode| Json::String(format!("0{mode:o}"))),
        Ty::Bytes | Ty::StrBytes => bytes(node),
        Ty::Duration => duration(node),
        Ty::OneOrList(inner) if node.scalar().is_some() => Json::Array(vec![value(inner, node)]),
        Ty::List(inner) | Ty::Set(inner) | Ty::OneOrList(inner) => list(inner, node),
        Ty::Command | Ty::Test => {
            if node.is_null() {
                Json::Null
            } else {
                list(&Ty::Str, node)
            }
        }
        Ty::Hosts => {
            let mut all: Vec<String> = node.seq().unwrap_or_default().iter().map(shown).collect();
            all.sort();
            Json::Array(all.into_iter().map(Json::String).collect())
        }
        Ty::Keys => {
            let shown = |e: &crate::yaml::Entry| match (shown(&e.key), shown(&e.value)) {
                (key, value) if value.is_empty() => key,
                (key, value) => format!("{key}={value}"),
            };
            Json::Array(node.map().unwrap_or_default().iter().map(shown).map(Json::String).collect())
        }
        Ty::Pairs => pairs(node, &Json::Null),
        Ty::Labels => pairs(node, &Json::String(String::new())),
        Ty::Map(inner) | Ty::Names(inner, _) => mapping(inner, node),
        Ty::Obj(inner) | Ty::OptObj(inner) => {
            if node.is_null() {
                Json::Null
            } else {
                Json::Object(object(inner, node))
            }
        }
        Ty::Short(inner) | Ty::ShortNumber(inner) => match (inner, node.scalar()) {
            // A limit of 0 is Go's zero value, which prints as a limit without bounds.
            (Ty::Obj(_), Some(_)) if shown(node) == "0" => Json::Object(Map::new()),
            (Ty::Obj(_), Some(_)) => any(node),
            _ => value(inner, node),
        },
        Ty::Always(inner) | Ty::Hidden(inner) => value(inner, node),
    }
}

fn shown(node: &Node) -> String {
    match tree::text(node) {
        Some(text) if !node.is_null() => text.known().map_or_else(|| text.display(), str::to_owned),
        _ => String::new(),
    }
}

fn string(node: &Node) -> Json {
    Json::String(shown(node))
}

fn truth(node: &Node) -> bool {
    match node.value() {
        Value::Scalar(_) => ["true", "yes", "on", "y"].iter().any(|yes| shown(node).eq_ignore_ascii_case(yes)),
        Value::Map(_) | Value::Seq(_) => true,
    }
}

fn number(node: &Node) -> Json {
    let text = shown(node);
    match node.resolve(Schema::Compose) {
        Some(Resolved::Int(n)) => Json::from(n),
        Some(Resolved::Float(f)) => float(f),
        _ => text.parse::<i64>().map(Json::from).or_else(|_| text.parse().map(float)).unwrap_or(Json::String(text)),
    }
}

/// A whole number without a fraction, as Go prints it.
fn float(f: f64) -> Json {
    #[expect(clippy::cast_possible_truncation, reason = "checked: whole and small")]
    if f.fract() == 0.0 && f.abs() < 1e15 {
        return Json::from(f as i64);
    }
    Number::from_f64(f).map_or(Json::Null, Json::Number)
}

fn count(node: &Node) -> Json {
    if shown(node) == "all" { Json::from(-1) } else { number(node) }
}

fn bytes(node: &Node) -> Json {
    let text = shown(node);
    match units::bytes(&text) {
        // Printed as a string, left out as the number 0.
        Some(0) => Json::Null,
        Some(n) => Json::String(n.to_string()),
        None => Json::String(text),
    }
}

fn duration(node: &Node) -> Json {
    let text = shown(node);
    Json::String(units::nanoseconds(&text).map_or(text, units::go_duration))
}

fn list(inner: &Ty, node: &Node) -> Json {
    match node.seq() {
        Some(items) => Json::Array(items.iter().map(|i| value(inner, i)).collect()),
        None => any(node),
    }
}

fn mapping(inner: &Ty, node: &Node) -> Json {
    let entries = node.map().unwrap_or_default().iter();
    Json::Object(entries.map(|e| (shown(&e.key), value(inner, &e.value))).collect())
}

fn pairs(node: &Node, nothing: &Json) -> Json {
    let entries = node.map().unwrap_or_default().iter();
    let pair = |v: &Node| if v.is_null() { nothing.clone() } else { string(v) };
    Json::Object(entries.map(|e| (shown(&e.key), pair(&e.value))).collect())
}

fn any(node: &Node) -> Json {
    match node.value() {
        Value::Map(entries) => Json::Object(entries.iter().map(|e| (shown(&e.key), any(&e.value))).collect()),
        // An empty list is a nil slice to Go.
        Value::Seq(items) if items.is_empty() => Json::Null,
        Value::Seq(items) => Json::Array(items.iter().map(any).collect()),
        Value::Scalar(_) => match node.resolve(Schema::Compose) {
            Some(Resolved::Null) => Json::Null,
            Some(Resolved::Bool(b)) => Json::Bool(b),
            Some(Resolved::Int(n)) => Json::from(n),
            Some(Resolved::Float(f)) => float(f),
            _ => string(node),
        },
    }
}

fn escaped(json: Json) -> Json {
    match json {
        Json::String(s) => Json::String(s.replace('$', "$$")),
        Json::Array(items) => Json::Array(items.into_iter().map(escaped).collect()),
        Json::Object(map) => Json::Object(map.into_iter().map(|(k, v)| (k.replace('$', "$$"), escaped(v))).collect()),
        other => other,
    }
}
