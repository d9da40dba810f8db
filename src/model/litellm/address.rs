//! Facts of subject `litellm.database`: the addresses of databases that LiteLLM proxies are told, by a config or by the
//! environment of a container alone.

use std::collections::HashSet;

use crate::expand::Deployment;
use crate::model::Model;
use crate::model::fact::{Fact, FactId, FieldKind, Schema, field};
use crate::model::launched::Launched;
use crate::model::subject::Subject;
use crate::model::workload::Workload;
use crate::source::Span;
use crate::text::Text;
use crate::yaml::Node;

/// The fields of `litellm.database`.
pub const SCHEMA: Schema = Schema {
    name: "litellm.database",
    doc: "The address of a database that a LiteLLM proxy is told, as far as it says its kind.",
    fields: &[
        field("config", FieldKind::Fact(Subject::LiteLlmConfig), "The config; null where a container alone tells it."),
        field("kind", FieldKind::Str, "What the address begins with, `postgresql`."),
        field("supported", FieldKind::Bool, "Whether LiteLLM's database client takes it."),
    ],
};

/// The images of LiteLLM's proxy, by the last part of their names: mirrors keep it.
const IMAGES: [&str; 3] = ["litellm", "litellm-database", "litellm-non_root"];

/// Adds the addresses: `told` are those of configs.
pub(super) fn build(model: &mut Model<'_>, told: Vec<(FactId, Text)>, launched: &[Launched], workloads: &[Workload]) {
    let mut seen: HashSet<Span> = told.iter().map(|(_, text)| text.span()).collect();
    for (config, text) in told {
        add(model, Some(config), &text);
    }
    let deployment: &Deployment = model.deployment;
    let services = deployment.stacks.iter().flat_map(|stack| {
        stack.project.get("services").and_then(Node::map).unwrap_or_default().iter().map(|entry| &entry.value)
    });
    let of_node = |service: &Node| {
        let image = service.get("image").and_then(Node::text)?;
        let built = service.get("build").is_some_and(|b| !b.is_null());
        let address = service.path(&["environment", "DATABASE_URL"]).and_then(Node::text)?;
        (!built && runs_proxy(image)).then(|| address.clone())
    };
    let of_workload = |workload: &Workload| {
        let image = workload.image.as_ref().filter(|image| runs_proxy(image))?;
        let (_, value) = workload.environment.iter().rev().find(|(name, _)| name.known() == Some("DATABASE_URL"))?;
        value.clone().filter(|_| image.is_literal())
    };
    let nodes = services.chain(launched.iter().map(|l| &l.service.value)).filter_map(of_node);
    let all: Vec<Text> = nodes.chain(workloads.iter().filter_map(of_workload)).collect();
    for text in all {
        if seen.insert(text.span()) {
            add(model, None, &text);
        }
    }
}

fn runs_proxy(image: &Text) -> bool {
    let name = super::service::repository(image.value()).rsplit('/').next().unwrap_or_default();
    IMAGES.contains(&name)
}

fn add(model: &mut Model<'_>, config: Option<FactId>, text: &Text) {
    let Some(kind) = scheme(text) else { return };
    let supported = matches!(kind, "postgresql" | "postgres" | "prisma" | "prisma+postgres");
    let fact = Fact::new(Subject::LiteLlmDatabase, text.place())
        .with("config", config)
        .with("kind", kind)
        .with("supported", supported);
    model.facts.add(fact);
}

/// The part before `:`, where that much is known.
fn scheme(text: &Text) -> Option<&str> {
    let (scheme, _) = text.value().split_once(':')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-');
    (!scheme.is_empty() && scheme != "os.environ" && scheme.chars().all(plain)).then_some(scheme)
}
