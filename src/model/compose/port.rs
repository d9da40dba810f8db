//! Facts of subject `compose.port`.

use super::read::{place, scalar};
use crate::model::Model;
use crate::model::fact::{Fact, FactId, Field, Value};
use crate::model::subject::Subject;
use crate::text::{PieceKind, Provenance, Syntax, Text};
use crate::yaml::Node;

pub(super) fn build(model: &mut Model<'_>, stack: FactId, service: FactId, node: &Node) -> FactId {
    let host_ip = match scalar(node.get("host_ip")) {
        Field { value: Value::Null, place } => Field { value: "".into(), place },
        field => field,
    };
    let address = match &host_ip.value {
        Value::Str(ip) => Some(ip.trim_matches(['[', ']']).to_owned()),
        _ => None,
    };
    let why = "the host address is not known";
    let loopback = address.as_deref().map(|a| a.starts_with("127.") || a == "::1" || a == "localhost");
    let everywhere = address.as_deref().map(|a| matches!(a, "" | "0.0.0.0" | "::"));
    let fact = Fact::new(Subject::Port, place(node))
        .with("service", service)
        .with("stack", stack)
        .with("host_ip", host_ip)
        .with("published", number(node.get("published")))
        .with("published_written", written(node.get("published")))
        .with("target", number(node.get("target")))
        .with("target_written", written(node.get("target")))
        .with("host_ip_variable", node.get("host_ip").and_then(Node::text).and_then(variable))
        .with("protocol", scalar(node.get("protocol")))
        .with("loopback", super::read::tri(loopback, why))
        .with("everywhere", super::read::tri(everywhere, why));
    model.facts.add(fact)
}

/// Marks the ports that one entry publishes together.
pub(super) fn ranges(model: &mut Model<'_>, ports: &[FactId]) {
    let spans: Vec<_> = ports.iter().map(|id| model.facts.get(*id).place.span).collect();
    for (at, id) in ports.iter().enumerate() {
        let same = |other: Option<usize>| other.is_some_and(|o| spans.get(o).is_some_and(|s| spans.get(at) == Some(s)));
        let ranged = same(at.checked_sub(1)) || same(Some(at + 1));
        model.facts.set(*id, "ranged", Field::derived(ranged));
    }
}

/// The variable that all of a text is.
fn variable(text: &Text) -> Option<String> {
    match text.pieces() {
        [piece] => match &piece.kind {
            PieceKind::Variable(variable) if variable.syntax == Syntax::Compose => Some(variable.name.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// The port as the file writes it, variables by their names.
fn written(node: Option<&Node>) -> Value {
    let Some(text) = node.and_then(Node::text) else { return Value::Null };
    let piece = |piece: &crate::text::Piece| match &piece.kind {
        PieceKind::Variable(variable) if variable.syntax == Syntax::Compose => {
            match (&variable.value, variable.provenance) {
                (Some(value), Provenance::Default) => format!("${{{}:-{}}}", variable.name, value.display()),
                (_, Provenance::Required) => format!("${{{}:?}}", variable.name),
                _ => format!("${{{}}}", variable.name),
            }
        }
        _ => text.slice(piece.range.clone()).display(),
    };
    Value::from(text.pieces().iter().map(piece).collect::<String>())
}

/// A port as characters, whichever way the file wrote it: ranges are not numbers.
fn number(node: Option<&Node>) -> Field {
    scalar(node)
}
