//! Variables in the values of `Environment=`, which systemd hands on as they stand.
//!
//! A list such as `PATH` then has an entry called `$PATH`, and no folder of what it stands for.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::super::Model;
use super::directive::fact;
use crate::document::Document;
use crate::expand::Deployment;
use crate::syntax::unit::{Unit, effective, environment};
use crate::text::Text;

/// `$NAME` or `${NAME}` as an entry of a list, a part of a path, or the whole value. Other dollars may be a password's.
static VARIABLE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|[:/,])(\$(?:[A-Z_][A-Z0-9_]*|\{[A-Za-z_][A-Za-z0-9_]*\}))(?:[:/,]|$)").ok());

/// What the files of the tree put in place of variables; looked up when a unit has one.
#[derive(Default)]
pub(super) struct Filled<'d> {
    found: OnceCell<(bool, HashSet<&'d str>)>,
}

impl<'d> Filled<'d> {
    /// Whether a script replaces the variables of files, or this one.
    fn holds(&self, deployment: &'d Deployment, variable: &str) -> bool {
        let (all, names) = self.found.get_or_init(|| {
            let lines = deployment.texts().flat_map(str::lines).filter(|line| line.contains("sed "));
            let words = lines.flat_map(|line| line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')));
            (deployment.texts().any(|text| text.contains("envsubst")), words.collect())
        });
        *all || names.contains(variable.trim_matches(['$', '{', '}']))
    }
}

/// Adds a fact for the first such variable of each assignment of the service.
pub(super) fn build<'d>(model: &mut Model<'d>, document: &Document, unit: &Unit, filled: &Filled<'d>) {
    for directive in effective(&unit.directives, "Service", "Environment") {
        for (name, value) in environment(&directive.value) {
            let Some(found) = variable(&value) else { continue };
            if filled.holds(model.deployment, found.value()) {
                continue;
            }
            let fact = fact(document, "Environment", &found, "variable").with("section", "Service");
            let fact =
                fact.with("variable", name.known().map(str::to_owned)).with("whole", found.value() == value.value());
            model.facts.add(fact.with("value", found.value()));
        }
    }
}

fn variable(value: &Text) -> Option<Text> {
    let range = VARIABLE.as_ref()?.captures(value.value())?.get(1)?.range();
    Some(value.slice(range))
}
