//! Variables that a mounted configuration reads, against what its container is given.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::Stacked;
use super::listen::{self, Environment};
use crate::document::{Document, Kind};
use crate::model::Model;
use crate::model::fact::{Fact, Field, FieldKind, Schema, Value, field};
use crate::model::subject::Subject;
use crate::syntax::conf::{Conf, Grammar};
use crate::text::Text;

/// The fields of `config.reference`.
pub const SCHEMA: Schema = Schema {
    name: "config.reference",
    doc: "A variable that a configuration reads which is mounted into a container: `{$NAME}` of Caddy, `${NAME}` of nginx and Redis.",
    fields: &[
        field("name", FieldKind::Str, "The variable's name."),
        field("written", FieldKind::Str, "The reference as it is written."),
        field("service", FieldKind::Fact(Subject::Service), "The service."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("program", FieldKind::Str, "The program that reads the file."),
        field("replaced", FieldKind::Bool, "Whether anything replaces variables in this file."),
        field("given", FieldKind::Bool, "Whether the container is given the variable."),
        field("default", FieldKind::Bool, "Whether the reference says what stands where it is not given."),
        field(
            "kept",
            FieldKind::Bool,
            "Whether `envsubst` leaves it as it stands, because it has a default of the shell's.",
        ),
    ],
};

/// Variables that every container, or the official image of Caddy or nginx, has.
const ALWAYS: &[&str] = &[
    "PATH",
    "HOME",
    "HOSTNAME",
    "PWD",
    "CADDY_VERSION",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "NGINX_VERSION",
    "NJS_VERSION",
    "PKG_RELEASE",
    "DYNPKG_RELEASE",
    "NJS_RELEASE",
    "ACME_VERSION",
    "NGINX_LOCAL_RESOLVERS",
];

/// Adds the references in the configurations of one service.
pub(super) fn build(model: &mut Model<'_>, stacked: &Stacked<'_>, at: usize) {
    let (Some(service), Some(site)) = (stacked.service(at), stacked.site(at)) else { return };
    let Some(entry) = site.entry else { return };
    let program = entry.names.first().map_or("", String::as_str);
    let arguments = listen::arguments(entry, &service.node);
    let environment = Environment::of(&service.node);
    for (path, document) in &site.mounted.files {
        let Some(conf) = super::conf_of(document) else { continue };
        let inside = entry.configs.iter().any(|f| super::mounted::covers(f, path));
        let (replaced, name) = match (document.kind, program) {
            (Kind::Conf(Grammar::Caddy), "caddy") if inside => (true, "Caddy"),
            (Kind::Conf(Grammar::Nginx), "nginx") if path.starts_with("/etc/nginx/templates/") => (true, "nginx"),
            (Kind::Conf(Grammar::Nginx), "nginx") if inside => (false, "nginx"),
            (Kind::Conf(Grammar::Redis), "redis" | "valkey/valkey")
                if arguments.as_ref().is_some_and(|a| a.iter().any(|w| w.known() == Some(path))) =>
            {
                (false, "Redis")
            }
            _ => continue,
        };
        // A command of its own may fill the file in.
        if arguments.is_none() {
            continue;
        }
        for found in references(conf, document) {
            let given = ALWAYS.contains(&found.name.as_str()) || environment.names(&found.name);
            let given = if given { Value::Bool(true) } else { open(&environment) };
            let fact = Fact::new(Subject::ConfigReference, found.text.place())
                .with("name", found.name.as_str())
                .with("written", found.text.value())
                .with("service", service.id)
                .with("stack", stacked.info.id)
                .with("program", name)
                .with("replaced", replaced)
                .with("given", Field::derived(given))
                .with("default", found.default)
                .with("kept", found.default && replaced && name == "nginx");
            model.facts.add(fact);
        }
    }
}

fn open(environment: &Environment<'_>) -> Value {
    if environment.open {
        return Value::Unknown("an env file that is not among the audited files".to_owned());
    }
    Value::Bool(false)
}

struct Reference {
    name: String,
    text: Text,
    default: bool,
}

/// The references in all words of a configuration; of one name the first.
fn references(conf: &Conf, document: &Document) -> Vec<Reference> {
    static CADDY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\{\$([A-Za-z_][A-Za-z0-9_]*)(:[^}]*)?\}").ok());
    // nginx has variables of its own, in small letters.
    static UPPER: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\$\{([A-Z][A-Z0-9_]*)(:?[-+?=][^}]*)?\}").ok());
    let pattern = if conf.grammar == Grammar::Caddy { &CADDY } else { &UPPER };
    let Some(pattern) = pattern.as_ref() else { return Vec::new() };
    let mut found: Vec<Reference> = Vec::new();
    let mut seen = HashSet::new();
    let text = document.text.value();
    let own: HashSet<&str> = match conf.grammar {
        Grammar::Nginx => text.split('$').skip(1).filter_map(|rest| Some(rest.split_once(' ')?.0)).collect(),
        _ => HashSet::new(),
    };
    for word in conf.all().into_iter().flat_map(|d| &d.words) {
        for captures in pattern.captures_iter(word.value()) {
            let (Some(whole), Some(name)) = (captures.get(0), captures.get(1)) else { continue };
            let name = name.as_str();
            if own.contains(name) || !seen.insert(name.to_owned()) {
                continue;
            }
            let default = captures.get(2).is_some_and(|d| !d.is_empty());
            found.push(Reference { name: name.to_owned(), text: word.slice(whole.range()), default });
        }
    }
    found
}
