//! Every definition of one variable, in order of precedence: `explain-var`.

use super::{Catalogue, Entry, Lookup, Rank};
use crate::expand::jinja::Env;
use crate::expand::jinja::value::encrypted;
use crate::source::Span;

/// One definition of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// How strong it is.
    pub rank: Rank,
    /// The file, group or host that it is of.
    pub label: String,
    /// Where the name stands.
    pub span: Span,
    /// What is written there; `None` where it is set at run time or is a secret.
    pub written: Option<String>,
    /// Whether it is the one that counts.
    pub wins: bool,
}

/// The definitions of a variable that one reading of a file sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The group or host that the reading is for, where there are several.
    pub world: Option<String>,
    /// The definitions, the weakest first.
    pub definitions: Vec<Definition>,
    /// The value, where it is known and no secret.
    pub value: Option<String>,
}

impl Catalogue {
    /// What `name` is in the file at `path`, for each reading of it.
    pub fn explain(&self, name: &str, path: &str) -> Vec<Explanation> {
        let scopes = self.scopes(path);
        let secret = super::lookup::secretive(name);
        let explain = |scope: &std::sync::Arc<super::Scope>| {
            let mut definitions: Vec<Definition> = scope
                .all(name)
                .map(|(layer, entry)| Definition {
                    rank: layer.rank,
                    label: layer.label.to_string(),
                    span: entry.key(),
                    written: if secret { None } else { written(entry) },
                    wins: false,
                })
                .collect();
            // The file's own role is among the roles of the tree as well.
            let spans: Vec<_> = definitions.iter().map(|d| (d.span, d.rank)).collect();
            definitions.retain(|d| !spans.iter().any(|(span, rank)| *span == d.span && *rank > d.rank));
            if let Some(last) = definitions.last_mut() {
                last.wins = true;
            }
            let value = Lookup::new(scope, &[], &|_, _| None).variable(name);
            let value =
                if value.secret || secret { None } else { value.is_known().then(|| value.text.clone()).flatten() };
            Explanation {
                world: scope.world.as_ref().map(ToString::to_string),
                definitions,
                value: value.and_then(|t| t.known().map(str::to_owned)),
            }
        };
        scopes.iter().map(explain).collect()
    }
}

fn written(entry: &Entry) -> Option<String> {
    let Entry::Written { value, .. } = entry else { return None };
    let crate::yaml::Value::Scalar(scalar) = value.value() else { return None };
    if encrypted(value, scalar) { None } else { value.known().map(str::to_owned) }
}
