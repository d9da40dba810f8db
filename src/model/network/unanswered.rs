//! Ports that are asked, and on which the program is not known to listen: facts of subject `network.unanswered_port`.
//!
//! A published port and a health check ask in the same way, and one rule tells both.

use crate::model::Model;
use crate::model::compose::ServiceInfo;
use crate::model::fact::{Fact, FactId, FieldKind, Schema, Value, field};
use crate::model::subject::Subject;

/// The fields of `network.unanswered_port`.
pub const SCHEMA: Schema = Schema {
    name: "network.unanswered_port",
    doc: "A port of a container that is published, or that its health check asks, and on which its program is not known to listen.",
    fields: &[
        field("by", FieldKind::OneOf(&["published", "healthcheck"]), "Who asks."),
        field("service", FieldKind::Fact(Subject::Service), "The service."),
        field("port", FieldKind::Fact(Subject::Port), "The published port, where it is one."),
        field("healthcheck", FieldKind::Fact(Subject::Healthcheck), "The health check, where it is one."),
    ],
};

/// Adds those of a service, whose ports and health check know by now who answers.
pub(super) fn build(model: &mut Model<'_>, service: &ServiceInfo) {
    for id in &service.ports {
        let place = model.facts.get(*id).place.clone();
        if open(model, *id) {
            model.facts.add(
                Fact::new(Subject::UnansweredPort, place)
                    .with("by", "published")
                    .with("service", service.id)
                    .with("port", *id),
            );
        }
    }
    let Some(Value::Fact(id)) = model.facts.get(service.id).field("healthcheck").map(|f| f.value.clone()) else {
        return;
    };
    let probe = model.facts.get(id);
    let asked = probe.field("asked_port").map(|f| f.place.clone().unwrap_or_else(|| probe.place.clone()));
    if let Some(place) = asked.filter(|_| open(model, id)) {
        model.facts.add(
            Fact::new(Subject::UnansweredPort, place)
                .with("by", "healthcheck")
                .with("service", service.id)
                .with("healthcheck", id),
        );
    }
}

/// Whether nobody answers, or nobody knows.
fn open(model: &Model<'_>, id: FactId) -> bool {
    model.facts.get(id).field("answered").is_some_and(|f| !matches!(f.value, Value::Bool(true) | Value::Null))
}
