//! Facts of subject `config.line`: directives of proxies' configurations that do something else than they seem to.
//!
//! nginx's are here: an address with a variable is taken as it is written, so that the path of the request is dropped, and
//! its name is looked up by a `resolver` alone; `error_log` knows no `off`. `flat` has those of files of lines.

mod caddy;
mod flat;
mod haproxy;
mod refused;

use std::collections::HashMap;

use crate::document::Document;
use crate::model::Model;
use crate::model::fact::{Fact, Field, FieldKind, FieldSchema, Schema};
use crate::model::subject::Subject;
use crate::syntax::conf::{Conf, Directive, Grammar};
use crate::text::{Place, Text};

/// The fields of `config.line`.
pub const SCHEMA: Schema = Schema {
    name: "config.line",
    doc: "A directive of a proxy's configuration that does something else than it seems to.",
    fields: &[
        FieldSchema {
            name: "problem",
            kind: FieldKind::OneOf(&[
                "path-dropped",
                "no-resolver",
                "off-is-a-file",
                "path-as-matcher",
                "answered-before",
                "dash-kept",
                "no-timeouts",
                "no-check",
                "rest-allowed",
                "password-ignored",
                "period-replaced",
                "refused",
            ]),
            doc: "What: `path-dropped`, `no-resolver` (an address with a variable) and `off-is-a-file` of nginx, `path-as-matcher`, `answered-before` (a directive that Caddy runs before the proxy below it) and `dash-kept` of Caddy, `no-timeouts` and `no-check` of HAProxy, `rest-allowed` of Squid, `password-ignored` of Redis, `period-replaced` of logrotate (`daily` or `size` by the other), `refused` of Caddy: what keeps it from starting, with the kind as `value`.",
        },
        FieldSchema { name: "name", kind: FieldKind::Str, doc: "The directive, or the section." },
        FieldSchema { name: "value", kind: FieldKind::Str, doc: "Its argument, or what is missing." },
        FieldSchema { name: "within", kind: FieldKind::Str, doc: "The path of nginx's `location`, at its place." },
        FieldSchema {
            name: "host",
            kind: FieldKind::Str,
            doc: "The name that is looked up; of `refused`, what the word belongs to.",
        },
        FieldSchema { name: "other", kind: FieldKind::Str, doc: "The line that it meets, at its place." },
    ],
};

/// Adds them.
pub(super) fn build(model: &mut Model<'_>) {
    let deployment = model.deployment;
    let nginx: Vec<&Document> = deployment
        .documents
        .iter()
        .map(AsRef::as_ref)
        .filter(|d| super::conf_of(d).is_some_and(|c| c.grammar == Grammar::Nginx))
        .collect();
    let named = |conf: &Conf| conf.all().iter().flat_map(|d| &d.words).any(|word| word.value().contains("resolver"));
    let resolves = nginx.iter().any(|d| {
        !d.text.is_known() || super::conf_of(d).is_some_and(|conf| named(conf) || includes_more(conf, &nginx))
    });
    for document in deployment.documents.iter().map(AsRef::as_ref) {
        let Some(conf) = super::conf_of(document) else { continue };
        match conf.grammar {
            Grammar::Nginx => {
                let mut seen = Passes { groups: groups(conf), sets: sets(conf), resolves, found: Vec::new() };
                seen.read(&conf.directives, None);
                add(model, seen.found);
            }
            Grammar::Caddy => {
                add(model, caddy::problems(conf));
                add(model, refused::problems(conf));
            }
            Grammar::HaProxy if document.text.is_known() => add(model, haproxy::problems(conf)),
            Grammar::Squid | Grammar::Redis | Grammar::Logrotate if document.text.is_known() => {
                add(model, flat::problems(conf));
            }
            _ => {}
        }
    }
}

/// Whether a configuration includes files by a pattern or a name that none of `read` has, beside those that nginx brings.
fn includes_more(conf: &Conf, read: &[&Document]) -> bool {
    const BROUGHT: [&str; 5] = ["mime.types", "_params", "conf.d/*.conf", "sites-enabled/*", "modules-enabled/*.conf"];
    let includes = conf.all().into_iter().filter(|d| d.name() == "include").filter_map(|d| d.arguments().first());
    let more = |word: &Text| {
        let Some(pattern) = word.known() else { return true };
        let name = pattern.rsplit('/').next().unwrap_or(pattern);
        let (start, end) = name.split_once('*').unwrap_or((name, ""));
        let fits = |d: &&Document| {
            let own = d.path.rsplit('/').next().unwrap_or(&d.path);
            own.starts_with(start) && own.ends_with(end) && (name.contains('*') || own == name)
        };
        !BROUGHT.iter().any(|known| pattern.ends_with(known)) && !read.iter().any(fits)
    };
    includes.into_iter().any(more)
}

fn add(model: &mut Model<'_>, facts: Vec<Fact>) {
    for fact in facts {
        model.facts.add(fact);
    }
}

fn fact(problem: &str, name: &str, value: &str, place: Place) -> Fact {
    Fact::new(Subject::ConfigLine, place.clone())
        .with("problem", problem)
        .with("name", name)
        .with("value", Field::at(value, place))
}

/// The names of nginx's `upstream` blocks.
fn groups(conf: &Conf) -> Vec<String> {
    let all = conf.all().into_iter().filter(|d| d.name() == "upstream");
    all.filter_map(|d| d.arguments().first()?.known().map(str::to_owned)).collect()
}

/// What `set` gives to each variable; several values for one are none.
fn sets(conf: &Conf) -> Vec<(String, Text)> {
    let all: Vec<&Directive> = conf.all().into_iter().filter(|d| d.name() == "set").collect();
    let pairs = all.iter().filter_map(|d| match d.arguments() {
        [name, value, ..] => Some((name.value().to_owned(), value.clone())),
        _ => None,
    });
    let pairs: Vec<(String, Text)> = pairs.collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for (name, _) in &pairs {
        *counts.entry(name).or_default() += 1;
    }
    pairs.iter().filter(|(name, _)| counts.get(name.as_str()) == Some(&1)).cloned().collect()
}

/// The addresses of one configuration of nginx.
struct Passes {
    groups: Vec<String>,
    sets: Vec<(String, Text)>,
    /// Whether a `resolver` may be told anywhere.
    resolves: bool,
    found: Vec<Fact>,
}

impl Passes {
    fn read(&mut self, directives: &[Directive], location: Option<&Text>) {
        let rewritten = directives.iter().any(|d| matches!(d.name(), "rewrite" | "if"));
        for directive in directives {
            if directive.name() == "location" {
                self.read(&directive.block, prefix(directive.arguments()));
                continue;
            }
            if directive.name() == "proxy_pass"
                && let Some(word) = directive.arguments().first()
            {
                self.pass(word, location.filter(|_| !rewritten));
            }
            if let ("error_log", [word, ..]) = (directive.name(), directive.arguments())
                && word.known() == Some("off")
            {
                self.found.push(fact("off-is-a-file", "error_log", "off", word.place()));
            }
            self.read(&directive.block, None);
        }
    }

    fn pass(&mut self, word: &Text, location: Option<&Text>) {
        let Some(value) = word.known().filter(|v| v.contains('$')) else { return };
        let whole = self.replaced(value);
        let Some((scheme, rest)) = whole.split_once("://") else { return };
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        if scheme.contains('$') || authority.contains('$') {
            // A variable that something else sets.
            return;
        }
        if let Some(location) = location.filter(|l| !path.is_empty() && !path.contains('$') && !same(l.value(), path)) {
            self.found.push(
                fact("path-dropped", "proxy_pass", value, word.place())
                    .with("within", Field::at(location.value(), location.place())),
            );
        }
        let host = uris_host(&whole);
        let named = host.as_ref().is_some_and(|h| {
            h.chars().any(|c| c.is_ascii_alphabetic()) && !h.contains(':') && !self.groups.contains(h)
        });
        if let Some(host) = host.filter(|_| named && !self.resolves) {
            self.found.push(fact("no-resolver", "proxy_pass", value, word.place()).with("host", host.as_str()));
        }
    }

    /// An address with the values of `set` in place of its variables.
    fn replaced(&self, value: &str) -> String {
        let mut value = value.to_owned();
        let mut names: Vec<&(String, Text)> = self.sets.iter().collect();
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        for (name, text) in names {
            if let Some(text) = text.known() {
                let braces = format!("${{{}}}", name.trim_start_matches('$'));
                value = value.replace(&braces, text).replace(name.as_str(), text);
            }
        }
        value
    }
}

/// Whether an address has the path of its location: the one page there is asked for as it is.
fn same(location: &str, path: &str) -> bool {
    let trimmed = path.trim_end_matches('/');
    location.trim_end_matches('/') == trimmed && !trimmed.is_empty()
}

/// The host of an address.
fn uris_host(value: &str) -> Option<String> {
    let rest = value.split_once("://")?.1;
    let authority = rest.split(['/', '?']).next()?;
    Some(authority.rsplit_once(':').map_or(authority, |(host, _)| host).to_owned()).filter(|h| !h.is_empty())
}

/// The path of a `location` that takes all that begins with it; an exact one has one path alone.
fn prefix(arguments: &[Text]) -> Option<&Text> {
    match arguments {
        [path] if path.value().starts_with('/') => Some(path),
        [modifier, path] if modifier.known() == Some("^~") => Some(path),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::model::fact::Value;
    use crate::model::subject::Subject;
    use crate::model::test_support::facts_of;

    fn problems(path: &str, text: &str) -> Vec<String> {
        let facts = facts_of(&[(path, text)]);
        let one = |id| match facts.get(id).field("problem").map(|f| f.value.clone()) {
            Some(Value::Str(problem)) => problem,
            _ => String::new(),
        };
        facts.of(Subject::ConfigLine).into_iter().map(one).collect()
    }

    #[test]
    fn an_address_with_a_variable_drops_the_path_and_needs_a_resolver() {
        let server = |body: &str| format!("server {{ listen 80; {body} }}\n");
        let bare = server("set $app http://app:8080; location /api/ { proxy_pass $app/; }");
        assert_eq!(problems("nginx.conf", &bare), ["path-dropped", "no-resolver"]);
        assert_eq!(problems("nginx.conf", &format!("# resolver 127.0.0.11;\n{bare}")), ["path-dropped", "no-resolver"]);
        let whole = server("resolver 127.0.0.11; set $app app; location /api/ { proxy_pass http://$app:8080; }");
        assert!(problems("nginx.conf", &whole).is_empty());
        let kept = server("resolver 127.0.0.11; set $app app; location ~ ^/api/(.*) { proxy_pass http://$app/$1; }");
        assert!(problems("nginx.conf", &kept).is_empty());
    }

    #[test]
    fn each_proxy_of_haproxy_needs_timeouts() {
        let text = "defaults\n  timeout client 10s\nfrontend web\n  bind :80\nbackend app\n  server one app:8000\n";
        assert_eq!(problems("haproxy.cfg", text), ["no-timeouts"]);
        let all =
            "defaults\n  timeout client 10s\n  timeout server 10s\n  timeout connect 5s\nlisten web\n  bind :80\n";
        assert!(problems("haproxy.cfg", all).is_empty());
    }

    #[test]
    fn what_is_answered_allowed_or_replaced_is_told() {
        for (path, text, problem) in [
            ("Caddyfile", "a.test {\n  reverse_proxy /x app:80\n  respond 404\n}\n", Some("answered-before")),
            ("Caddyfile", "a.test {\n  reverse_proxy app:80\n  respond /x 404\n}\n", None),
            ("Caddyfile", "a.test {\n  reverse_proxy {$X:-app:80}\n}\n", Some("dash-kept")),
            ("haproxy.cfg", "backend b\n  option httpchk\n  server a a:80\n  server b b:80\n", Some("no-check")),
            ("squid.conf", "http_port 3128\nhttp_access deny ads\n", Some("rest-allowed")),
            ("squid.conf", "http_port 3128\nhttp_access deny all\n", None),
            ("redis.conf", "port 1\nrequirepass a\naclfile /a\n", Some("password-ignored")),
            ("logrotate.conf", "/var/log/a.log {\n  size 1M\n  daily\n}\n", Some("period-replaced")),
            ("logrotate.d/a", "weekly\n/var/log/a.log\n{\n  size 1M\n}\n", None),
            ("nginx.conf", "events {}\nerror_log off;\n", Some("off-is-a-file")),
        ] {
            assert_eq!(problems(path, text), problem.into_iter().collect::<Vec<_>>(), "{text}");
        }
    }
}
