//! Paths that `SELinux` is asked to give to one container alone (`Z`), and that another one needs as well.
//!
//! The containers of one pod have one label; one that ends before others start needs nothing any more.

use super::Model;
use super::deployment::file_like;
use super::fact::{Fact, FactId, Value};
use super::subject::Subject;
use crate::document::Body;
use crate::text::path::join;

/// Mounts beyond which nobody looks.
const MOST: usize = 2000;

struct Labelled {
    id: FactId,
    path: String,
    container: String,
    pod: Option<String>,
    private: bool,
    /// Whether it is one file, by its name, that is only read.
    file: bool,
    /// What runs at the same time: a file of a project, as an overlay may stand for what the base says; the folder of
    /// Quadlet files, as others may be another machine's.
    together: (Option<FactId>, String),
}

/// Says of each private mount which other one needs its path.
pub(crate) fn build(model: &mut Model<'_>) {
    let all: Vec<Labelled> =
        model.facts.of(Subject::Mount).into_iter().filter_map(|id| labelled(model, id)).take(MOST).collect();
    let inside = |outer: &str, inner: &str| {
        inner.strip_prefix(outer.trim_end_matches('/')).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mut found = Vec::new();
    for (at, own) in all.iter().enumerate().filter(|(_, m)| m.private) {
        let meets = |(before, other): &(usize, &Labelled)| {
            let apart = own.pod.is_none() || own.pod != other.pod;
            // Two that take it from each other are one mistake, told at the first.
            other.container != own.container
                && apart
                && own.together == other.together
                && (at < *before || !other.private)
                && (inside(&own.path, &other.path) || inside(&other.path, &own.path))
        };
        let found_at = all.iter().enumerate().find(meets).map(|(_, other)| other);
        found.extend(found_at.map(|other| {
            let below = own.path != other.path && if inside(&own.path, &other.path) { other.file } else { own.file };
            (own.id, other.id, below)
        }));
    }
    for (own, other, file) in found {
        model.facts.set(own, "taken_from", other);
        model.facts.set(own, "taken_file", file);
    }
}

fn labelled(model: &Model<'_>, id: FactId) -> Option<Labelled> {
    let fact = model.facts.get(id);
    let truth = |fact: &Fact, name: &str| matches!(fact.field(name).map(|f| &f.value), Some(Value::Bool(true)));
    let text = |fact: &Fact, name: &str| match fact.field(name).map(|f| &f.value) {
        Some(Value::Str(s)) => Some(s.clone()),
        _ => None,
    };
    if !truth(fact, "labelled") || text(fact, "type").as_deref() != Some("bind") {
        return None;
    }
    let Some(Value::Fact(container)) = fact.field("container").map(|f| f.value.clone()) else { return None };
    let owner = model.facts.get(container);
    // A service that others wait for until it has ended is no lasting one, whatever its image is; profiles part variants.
    let service = match fact.field("service").map(|f| &f.value) {
        Some(Value::Fact(id)) => Some(model.facts.get(*id)),
        _ => None,
    };
    let other = |s: &Fact| {
        truth(s, "one_shot")
            || !matches!(s.field("profiles").map(|f| &f.value), Some(Value::List(all)) if all.is_empty())
    };
    // Without a label of its own it neither takes nor loses anything; chosen labels are not compared.
    if !matches!(owner.field("privileged").map(|f| &f.value), Some(Value::Bool(false) | Value::Null)) || chosen(owner) {
        return None;
    }
    if truth(owner, "one_shot") || service.is_some_and(other) {
        return None;
    }
    let folder = match fact.field("stack").map(|f| &f.value) {
        Some(Value::Fact(stack)) => text(model.facts.get(*stack), "directory").unwrap_or_default(),
        _ => String::new(),
    };
    let source = fact.place.span.source;
    let document = model.deployment.documents.iter().find(|d| d.source == source)?;
    let pod = match &document.body {
        Body::Unit(unit) => unit.get("Container", "Pod").and_then(|pod| pod.value.known()).map(str::to_owned),
        _ => None,
    };
    let stack = match fact.field("stack").map(|f| &f.value) {
        Some(Value::Fact(id)) => Some(*id),
        _ => None,
    };
    let file = document.path.as_str();
    let own = if stack.is_some() { file } else { file.rsplit_once('/').map_or("", |(folder, _)| folder) };
    Some(Labelled {
        id,
        path: join(&folder, &text(fact, "source")?),
        container: text(owner, "name")?,
        pod,
        private: truth(fact, "private"),
        file: truth(fact, "read_only") && file_like(&text(fact, "source")?, &text(fact, "target")?),
        together: (stack, own.to_owned()),
    })
}

/// Whether options say which label a container has, or may.
fn chosen(owner: &Fact) -> bool {
    let Some(options) = owner.field("security_opt") else { return false };
    let Value::List(all) = &options.value else { return !matches!(options.value, Value::Null) };
    all.iter().any(|option| match &option.value {
        Value::Str(option) => option.starts_with("label"),
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use crate::model::fact::Value;
    use crate::model::subject::Subject;
    use crate::model::test_support::facts_of;

    fn taken(one: &str, other: &str) -> bool {
        let text = format!(
            "services:\n  a:\n    image: example/a:1\n    volumes: ['{one}']\n  b:\n    image: example/b:1\n    volumes: ['{other}']\n"
        );
        let facts = facts_of(&[("compose.yml", &text)]);
        facts
            .of(Subject::Mount)
            .into_iter()
            .any(|id| facts.get(id).field("taken_from").is_some_and(|f| matches!(f.value, Value::Fact(_))))
    }

    #[test]
    fn a_path_that_two_need_is_private_to_none() {
        assert!(taken("./data:/a:Z", "./data/in:/b:z"));
        assert!(taken("/srv/data:/a:z", "/srv/data:/b:ro,Z"));
        assert!(!taken("/srv/data:/a:z", "/srv/data:/b:z"));
        assert!(!taken("/srv/data:/a:Z", "/srv/database:/b:Z"));
        assert!(!taken("/srv/data:/a:Z", "/srv/data:/b"));
    }
}
