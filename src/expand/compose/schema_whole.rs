//! What the Compose Specification says of a project as a whole: keys that must be there, items that stand once.
//!
//! Walks long forms, after merging; each file by itself is `schema`'s.

use super::schema::slipped;
use super::tables::{Object, PROJECT, Ty};
use crate::problem::{Problem, ProblemKind};
use crate::yaml::Node;

/// Checks what can only be said of the merged project: missing keys, repeated items. With `branches`, several of them
/// stand there at once.
pub(super) fn check(project: &Node, branches: bool, problems: &mut Vec<Problem>) {
    Whole { problems, branches }.object(&PROJECT, project);
}

struct Whole<'a> {
    problems: &'a mut Vec<Problem>,
    branches: bool,
}

impl Whole<'_> {
    fn object(&mut self, object: &Object, node: &Node) {
        let Some(entries) = node.map() else { return };
        if slipped(object, node).is_some() {
            return;
        }
        // `<` is meant to be `<<`, and would bring keys.
        let opaque = entries.iter().any(|e| e.key.known().is_none_or(|key| key == "<"));
        for required in object.required.iter().filter(|r| node.get(r).is_none() && !opaque) {
            let message = format!("{} needs the key `{required}`", object.name);
            self.problems.push(Problem::new(ProblemKind::InvalidValue, message, node.span()));
        }
        for entry in entries {
            let Some(key) = entry.key.known() else { continue };
            if let Some((_, ty)) = object.fields.iter().find(|(name, _)| *name == key) {
                self.value(key, ty, &entry.value);
            }
        }
    }

    fn value(&mut self, key: &str, ty: &Ty, node: &Node) {
        match ty {
            Ty::Obj(object) | Ty::OptObj(object) => self.object(object, node),
            Ty::Short(inner) | Ty::ShortNumber(inner) | Ty::Always(inner) | Ty::Hidden(inner) => {
                self.value(key, inner, node);
            }
            Ty::Set(inner) => {
                if !self.branches {
                    repeated(key, node, self.problems);
                }
                node.seq().unwrap_or_default().iter().for_each(|item| self.value(key, inner, item));
            }
            Ty::List(inner) | Ty::OneOrList(inner) => {
                node.seq().unwrap_or_default().iter().for_each(|item| self.value(key, inner, item));
            }
            Ty::Map(inner) | Ty::Names(inner, _) => {
                node.map().unwrap_or_default().iter().for_each(|e| self.value(key, inner, &e.value));
            }
            _ => {}
        }
    }
}

/// Reports the items of a list that stand in it before.
pub(super) fn repeated(key: &str, node: &Node, problems: &mut Vec<Problem>) {
    let mut seen = std::collections::HashMap::new();
    for item in node.seq().unwrap_or_default() {
        let Some(text) = item.known() else { continue };
        if let Some(first) = seen.insert(text, item.span())
            && first != item.span()
        {
            let message = format!("`{key}` lists this twice");
            problems.push(Problem::new(ProblemKind::InvalidValue, message, item.span()).label(first, "first here"));
        }
    }
}
