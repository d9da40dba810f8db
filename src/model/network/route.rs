//! Facts of subject `traefik.route`: labels of a router that Traefik leaves out, or sends to another port than is meant.
//!
//! What Traefik is told has to be known whole before a name is said to be none of its own.

use super::label::{self, Label};
use super::proxy::traefik::Traefik;
use super::routes::routed;
use super::tree::Tree;
use super::{Stacked, reach::Space};
use crate::model::Model;
use crate::model::compose::read::texts;
use crate::model::fact::{Fact, Field, FieldKind, FieldSchema, Schema};
use crate::model::subject::Subject;
use crate::text::Text;
use crate::text::slip::slips;

/// The fields of `traefik.route`.
pub const SCHEMA: Schema = Schema {
    name: "traefik.route",
    doc: "A router in a service's labels that Traefik of the same project leaves out, or sends elsewhere.",
    fields: &[
        FieldSchema { name: "service", kind: FieldKind::Fact(Subject::Service), doc: "The service." },
        FieldSchema { name: "stack", kind: FieldKind::Fact(Subject::Stack), doc: "The project." },
        FieldSchema { name: "proxy", kind: FieldKind::Fact(Subject::Service), doc: "The Traefik." },
        FieldSchema {
            name: "problem",
            kind: FieldKind::OneOf(&["entrypoint", "resolver", "middleware", "port", "disabled"]),
            doc: "Why: an entry point or a certificate resolver that Traefik does not have, a slip of a middleware's name, a port that nothing says, no `traefik.enable`.",
        },
        FieldSchema { name: "name", kind: FieldKind::Str, doc: "The name that is not there, or the router's label." },
        FieldSchema { name: "known", kind: FieldKind::List(&FieldKind::Str), doc: "Those that Traefik has." },
        FieldSchema { name: "picked", kind: FieldKind::Int, doc: "Of `port`: the lowest one, which Traefik takes." },
        FieldSchema { name: "meant", kind: FieldKind::Int, doc: "Of `port`: the one that serves pages." },
    ],
};

/// Adds the routers of a stack whose Traefik is the service at `proxy`.
pub(super) fn build(model: &mut Model<'_>, stacked: &Stacked<'_>, proxy: usize, traefik: &Traefik, tree: &Tree<'_>) {
    let Some(own) = stacked.service(proxy).map(|s| s.id) else { return };
    let all: Vec<Vec<Label>> = stacked.info.services.iter().map(|s| label::of(s.node.get("labels"))).collect();
    let middlewares: Vec<String> = all.iter().flatten().filter_map(|l| defined(&l.key, "middlewares")).collect();
    for (at, labels) in all.iter().enumerate().filter(|(at, _)| *at != proxy) {
        let Some(service) = stacked.service(at) else { continue };
        let base = |problem: &str, label: &Label, text: &Text, name: &str| {
            let place = if text.value().is_empty() { label.place.clone() } else { text.place() };
            Fact::new(Subject::TraefikRoute, place.clone())
                .with("service", service.id)
                .with("stack", stacked.info.id)
                .with("proxy", own)
                .with("problem", problem)
                .with("name", Field::at(name, place))
        };
        let mut found = Vec::new();
        let first = labels.iter().find(|l| defined(&l.key, "routers").is_some());
        let told = labels.iter().any(|l| l.key.eq_ignore_ascii_case("traefik.enable"));
        if let Some(label) = first.filter(|_| !told && traefik.closed && traefik.complete && !stacked.may_differ(at)) {
            found.push(base("disabled", label, &Text::literal("", label.value.span()), &label.key));
        }
        if routed(labels) {
            for label in labels {
                let named = names(label, traefik, &middlewares).into_iter();
                // Another Traefik of the tree that has it: this one stands in for that.
                let named =
                    named.filter(|(problem, text, _)| *problem != "resolver" || !tree.has_resolver(text.value()));
                let named: Vec<_> = named.collect();
                found.extend(named.into_iter().map(|(problem, text, known)| {
                    let known: Vec<Field> = known.iter().map(|k| Field::derived(k.as_str())).collect();
                    base(problem, label, &text, text.value()).with("known", known)
                }));
            }
            if let Some((picked, meant)) = first.and_then(|_| port(stacked, at, labels))
                && let Some(label) = first
            {
                let fact = base("port", label, &Text::literal("", label.value.span()), &label.key);
                found.push(fact.with("picked", picked).with("meant", meant));
            }
        }
        for fact in found {
            model.facts.add(fact);
        }
    }
}

/// The name in `traefik.http.routers.NAME.…`.
fn defined(key: &str, kind: &str) -> Option<String> {
    let mut parts = key.split('.');
    let (first, protocol, of) = (parts.next()?, parts.next()?, parts.next()?);
    let fits = first.eq_ignore_ascii_case("traefik") && matches!(protocol, "http" | "tcp") && of == kind;
    fits.then(|| parts.next().map(str::to_owned))?
}

/// How many names are compared with one that is not there, or told with it.
const MOST: usize = 200;

/// What a router's label names that is not there: why, the word, those that are.
fn names(label: &Label, traefik: &Traefik, middlewares: &[String]) -> Vec<(&'static str, Text, Vec<String>)> {
    if defined(&label.key, "routers").is_none() {
        return Vec::new();
    }
    let key = label.key.to_ascii_lowercase();
    let mut found = Vec::new();
    for word in words(&label.value) {
        let Some(name) = word.known().filter(|n| !n.is_empty()) else { continue };
        let lower = name.to_ascii_lowercase();
        if key.ends_with(".entrypoints") && traefik.complete && !traefik.entry_points.contains(&lower) {
            found.push(("entrypoint", word.clone(), traefik.entry_points.iter().take(MOST).cloned().collect()));
        } else if key.ends_with(".tls.certresolver") && traefik.complete && !traefik.resolvers.contains(&lower) {
            found.push(("resolver", word.clone(), traefik.resolvers.iter().take(MOST).cloned().collect()));
        } else if key.ends_with(".middlewares") && name.split_once('@').is_none_or(|(_, p)| p == "docker") {
            let plain = name.split('@').next().unwrap_or(name);
            let near = middlewares
                .iter()
                .take(MOST)
                .find(|m| m.len() >= 5 && slips(m, plain, 2).is_some() && digits(m) == digits(plain));
            let known = middlewares.iter().any(|m| m.eq_ignore_ascii_case(plain));
            if let Some(near) = near.filter(|_| !known) {
                found.push(("middleware", word.clone(), vec![near.clone()]));
            }
        }
    }
    found
}

fn digits(name: &str) -> String {
    name.chars().filter(char::is_ascii_digit).collect()
}

/// The parts of a value between commas.
fn words(value: &Text) -> Vec<Text> {
    let mut all = Vec::new();
    let mut rest = Some(value.clone());
    while let Some(text) = rest {
        let (word, more) = text.split_once(',').map_or_else(|| (text.clone(), None), |(w, m)| (w, Some(m)));
        all.push(word.trim());
        rest = more;
    }
    all
}

/// The port that Traefik takes, the lowest, where that is not the one that serves pages.
fn port(stacked: &Stacked<'_>, at: usize, labels: &[Label]) -> Option<(i64, i64)> {
    let told = |l: &Label| {
        let key = l.key.to_ascii_lowercase();
        key.ends_with(".loadbalancer.server.port")
            || key.ends_with(".loadbalancer.server.url")
            || key.ends_with(".service")
    };
    let http = labels.iter().any(|l| l.key.to_ascii_lowercase().starts_with("traefik.http.routers."));
    let entry = stacked.site(at)?.entry?;
    let meant = i64::from(entry.web?);
    let service = stacked.service(at)?;
    if !http || labels.iter().any(told) || !matches!(stacked.spaces.get(at), Some(Space::Of(_))) {
        return None;
    }
    let published = stacked.published(at).map(|(_, inside)| inside);
    let exposed = texts(service.node.get("expose"));
    let more = exposed.iter().filter_map(|t| t.known()?.split('/').next()?.parse::<i64>().ok());
    let picked = entry.exposes.iter().map(|p| i64::from(*p)).chain(published).chain(more).min()?;
    (picked != meant).then_some((picked, meant))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use crate::model::fact::Value;
    use crate::model::test_support::deployment_of;

    fn problems(labels: &str) -> Vec<String> {
        let text = format!(
            "services:\n  edge:\n    image: traefik:v3.5.1\n    command: [--providers.docker, --providers.docker.exposedbydefault=false, '--entrypoints.web.address=:80', --certificatesresolvers.le.acme.email=a@b.c]\n  app:\n    image: example/app:1.0.0\n    labels: [{labels}]\n"
        );
        let knowledge = Knowledge::embedded().expect("knowledge");
        let facts = crate::model::model(&deployment_of(&[("compose.yml", &text)]), &knowledge);
        let one = |id| match facts.get(id).field("problem").map(|f| f.value.clone()) {
            Some(Value::Str(problem)) => problem,
            _ => String::new(),
        };
        facts.of(Subject::TraefikRoute).into_iter().map(one).collect()
    }

    #[test]
    fn names_that_traefik_does_not_have() {
        let on = "traefik.enable=true, 'traefik.http.routers.a.rule=Host(`a`)'";
        assert!(problems(on).is_empty());
        assert_eq!(problems(&format!("{on}, traefik.http.routers.a.entrypoints=websecure")), ["entrypoint"]);
        assert_eq!(problems(&format!("{on}, traefik.http.routers.a.tls.certresolver=letsencrypt")), ["resolver"]);
        assert!(problems(&format!("{on}, traefik.http.routers.a.entrypoints=Web")).is_empty());
        assert_eq!(problems("'traefik.http.routers.a.rule=Host(`a`)'"), ["disabled"]);
    }
}
