//! Facts of subject `deployment.option`: services that an env file calls optional (`X_ENABLED=false`).

use super::View;
use super::around::{Around, above, same};
use crate::model::Model;
use crate::model::fact::{Fact, Field, FieldKind, Schema, field};
use crate::model::subject::Subject;
use crate::yaml::Node;

/// How much of one service is searched for its switch.
const MOST_NODES: usize = 20_000;

/// The fields of `deployment.option`.
pub const SCHEMA: Schema = Schema {
    name: "deployment.option",
    doc: "A service with a switch in an env file beside the project: `OPENCLAW_ENABLED=false` for `openclaw`.",
    fields: &[
        field("service", FieldKind::Fact(Subject::Service), "The service."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("name", FieldKind::Str, "The service's name."),
        field("switch", FieldKind::Str, "The variable that says so, at its line."),
        field("off", FieldKind::Bool, "Whether the env file switches it off."),
        field(
            "read",
            FieldKind::Bool,
            "Whether the service itself is told the switch, or the project switches it on: then the env file decides nothing.",
        ),
    ],
};

pub(super) fn build(model: &mut Model<'_>, view: &View<'_>, around: &Around<'_>) {
    for service in &view.services {
        let wanted = format!("{}_ENABLED", service.name.to_ascii_uppercase().replace(['-', '.'], "_"));
        let Some(switch) = switch(view, around, &wanted) else { continue };
        let told = service.environment().any(|(key, _)| key.known() == Some(wanted.as_str()));
        let read = told || uses(service.node, &wanted) || switched_on(view, &wanted);
        let fact = Fact::new(Subject::DeploymentOption, service.key.span().into())
            .with("service", service.id)
            .with("stack", view.id)
            .with("name", Field::at(service.name.as_str(), service.key.span().into()))
            .with("switch", switch.0)
            .with("off", switch.1)
            .with("read", read);
        model.facts.add(fact);
    }
}

/// Whether the project itself tells a service that it is on, whatever the env file says.
fn switched_on(view: &View<'_>, wanted: &str) -> bool {
    let on = |value: &str| matches!(value.to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on");
    let mut told = view.services.iter().flat_map(super::ServiceView::environment);
    told.any(|(key, value)| {
        key.known() == Some(wanted) && value.text().is_some_and(|t| t.is_literal() && t.known().is_some_and(on))
    })
}

/// Whether anything in `node` is made of the variable `wanted`: a variable of another name, a command, a replica count.
fn uses(node: &Node, wanted: &str) -> bool {
    let made_of = |n: &Node| n.text().is_some_and(|t| t.variables().iter().any(|v| v.name == wanted));
    let (mut open, mut seen) = (vec![node], 0_usize);
    while let Some(next) = open.pop().filter(|_| seen < MOST_NODES) {
        seen += 1;
        if made_of(next) {
            return true;
        }
        open.extend(next.seq().unwrap_or(&[]));
        open.extend(next.map().unwrap_or(&[]).iter().map(|e| &e.value));
    }
    false
}

/// The switch's name at its place, and whether it is off.
fn switch(view: &View<'_>, around: &Around<'_>, wanted: &str) -> Option<(Field, bool)> {
    let home = view.stack.directory.as_str();
    let switch =
        around.switches.iter().find(|s| s.name == wanted && (same(s.folder, home) || above(s.folder, home)))?;
    let off = matches!(switch.value.as_str(), "false" | "0" | "no" | "off");
    Some((Field::at(wanted, switch.span.into()), off))
}
