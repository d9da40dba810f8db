//! What is known of the page that a probe asks for: on which port it is, whether it answers at all, whether by TLS.

use super::image::Reference;
use super::read::{entries, hides_variables, texts};
use crate::knowledge::{Image, Switch};
use crate::model::Model;
use crate::model::fact::{FactId, Field, Value};
use crate::text::Text;
use crate::yaml::Node;

/// A service as far as it can say something of its image's pages.
struct Told<'a> {
    node: &'a Node,
    /// Its command's words.
    words: Vec<Text>,
    tag: Option<&'a str>,
}

/// Adds the port of a service that speaks TLS though nobody tells it to.
pub(super) fn speaks_tls(
    model: &mut Model<'_>,
    service: FactId,
    image: &Image,
    reference: Option<&Reference>,
    node: &Node,
) {
    let told = Told::of(reference, node);
    if let Some(switch) = image.tls.as_ref().filter(|s| told.leaves(s)) {
        model.facts.set(service, "tls_port", Field::derived(switch.port.map_or(Value::Null, |p| i64::from(p).into())));
        model.facts.set(service, "tls_setting", switch.words.first().map_or("", String::as_str));
    }
}

/// Adds what the image says to a service's health check.
pub(super) fn build(model: &mut Model<'_>, check: FactId, image: &Image, reference: Option<&Reference>, node: &Node) {
    let fact = model.facts.get(check);
    let value = |name: &str| fact.field(name).map(|f| f.value.clone());
    let words = texts(node.path(&["healthcheck", "test"]));
    let told = Told::of(reference, node);
    let port = match value("asked_port") {
        Some(Value::Int(port)) => Some(port),
        _ => None,
    };
    let path = match value("url_path") {
        Some(Value::Str(path)) => Some(path),
        _ => None,
    };
    if let (Some(path), Some(port)) = (&path, port) {
        match served(image, &told, path, port) {
            Some(Served::On(other)) => model.facts.set(check, "served_on", Field::derived(other)),
            Some(Served::Nowhere) => model.facts.set(check, "page_gone", Field::derived(true)),
            None => {}
        }
    }
    let asks = |switch: &Switch| {
        let page = path.as_ref().is_some_and(|p| image.health.iter().any(|h| h.path == *p));
        page && port.is_some() || words.iter().any(|w| switch.probes.iter().any(|p| told_by(w.value(), p)))
    };
    if let Some(switch) = image.health_switch.as_ref().filter(|s| asks(s) && told.leaves(s)) {
        model.facts.set(check, "switched_off", Field::derived(switch.words.first().map_or("", String::as_str)));
    }
    let plain = words.iter().find_map(|w| {
        let start = w.value().find("http://")?;
        Some(w.slice(start..start + "http://".len()))
    });
    let tls = image.tls.as_ref().filter(|s| s.port.map(i64::from) == port && told.leaves(s));
    if let (Some(switch), Some(plain)) = (tls, plain) {
        let name = switch.words.first().map_or("", String::as_str);
        model.facts.set(check, "wants_tls", Field::at(name, plain.place()));
    }
}

/// Where a page is that the probe asks in vain.
enum Served {
    /// On this port.
    On(i64),
    /// In other releases.
    Nowhere,
}

/// Where the image serves a page, where that is not where the probe asks.
fn served(image: &Image, told: &Told<'_>, path: &str, port: i64) -> Option<Served> {
    // A configuration may put it on another port.
    if image.health_switch.as_ref().is_some_and(|s| told.given(&s.configs)) {
        return None;
    }
    let mut found = None;
    let mut listed = image.health.iter().filter(|h| h.path == path).peekable();
    listed.peek()?;
    for endpoint in listed {
        if endpoint.moved_by.iter().any(|word| told.says(word)) || hides_variables(told.node) {
            return None;
        }
        match endpoint.holds(told.tag)? {
            true if i64::from(endpoint.port) == port => return None,
            true => found = Some(i64::from(endpoint.port)),
            false => {}
        }
    }
    // Another port of the same container may be another program's.
    let at = |p: &u16| i64::from(*p) == port;
    let own = image.health.iter().any(|h| at(&h.port)) || image.ports.iter().any(at);
    own.then(|| found.map_or(Served::Nowhere, Served::On))
}

impl<'a> Told<'a> {
    fn of(reference: Option<&'a Reference>, node: &'a Node) -> Self {
        let tag = match reference {
            Some(r) => r.tag.as_ref().map_or_else(|| r.digest.is_none().then_some("latest"), Text::known),
            None => None,
        };
        let words = [texts(node.get("entrypoint")), texts(node.get("command"))].concat();
        Self { node, words, tag }
    }

    /// Whether a variable, or a word of the command, says something.
    fn says(&self, word: &str) -> bool {
        let named =
            entries(self.node.get("environment")).iter().any(|e| e.key.known().is_none_or(|k| told_by(k, word)));
        named || self.words.iter().any(|w| !w.is_known() || told_by(w.value(), word))
    }

    /// Whether nothing says otherwise than a switch stands.
    fn leaves(&self, switch: &Switch) -> bool {
        switch.holds(self.tag) == Some(true)
            && !hides_variables(self.node)
            && !self.given(&switch.configs)
            && !switch.words.iter().any(|word| self.says(word))
    }

    /// Whether a configuration may be given.
    fn given(&self, configs: &[String]) -> bool {
        let mounts = self.node.get("volumes").and_then(Node::seq).unwrap_or_default().iter();
        let given = |key: &str| entries(self.node.get(key)).iter().map(|e| &e.value).collect::<Vec<_>>();
        let targets = mounts.chain(given("configs")).filter_map(|m| m.get("target").and_then(Node::text));
        let mut covered = targets.filter(|t| configs.iter().any(|c| !t.is_known() || meets(t.value(), c)));
        let listed = self.node.get("configs").and_then(Node::seq).is_some_and(|s| !s.is_empty());
        listed || covered.next().is_some()
    }
}

/// Whether a word, or a variable's name, has a part, in capitals or not.
fn told_by(word: &str, part: &str) -> bool {
    word.to_ascii_lowercase().contains(&part.to_ascii_lowercase())
}

/// Whether one of two paths is the other or below it.
fn meets(a: &str, b: &str) -> bool {
    let below = |a: &str, b: &str| {
        let b = b.trim_end_matches('/');
        a == b || a.strip_prefix(b).is_some_and(|rest| rest.starts_with('/'))
    };
    below(a, b) || below(b, a)
}
