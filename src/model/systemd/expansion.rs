//! Variables in the values of `Environment=`, which systemd hands on as they stand.
//!
//! A list such as `PATH` then has an entry called `$PATH`, and the folders of the system are gone from it.

use std::sync::LazyLock;

use regex::Regex;

use super::super::Model;
use super::directive::fact;
use crate::document::Document;
use crate::syntax::unit::{Unit, effective, environment};
use crate::text::Text;

/// `$NAME` or `${NAME}` as an entry of a list, a part of a path, or the whole value. Other dollars may be a password's.
static VARIABLE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|[:/,])(\$(?:[A-Z_][A-Z0-9_]*|\{[A-Za-z_][A-Za-z0-9_]*\}))(?:[:/,]|$)").ok());

/// Adds a fact for the first such variable of each assignment of the service.
pub(super) fn build(model: &mut Model<'_>, document: &Document, unit: &Unit) {
    for directive in effective(&unit.directives, "Service", "Environment") {
        for (name, value) in environment(&directive.value) {
            let Some(found) = variable(&value) else { continue };
            if filled_in(model, found.value()) {
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

/// Whether a script of the tree replaces the variables of files, or this one.
fn filled_in(model: &Model<'_>, variable: &str) -> bool {
    let deployment = model.deployment;
    let mut texts = deployment.documents.iter().map(|d| &d.text).chain(&deployment.helpers).map(Text::value);
    texts.any(|text| {
        text.contains("envsubst") || text.lines().any(|line| line.contains("sed ") && line.contains(variable))
    })
}
