//! Data stores that let in whoever reaches them: what switches the password off, at its place.
//!
//! Facts, from each image's documentation: `--protected-mode no` lets Redis serve strangers without a password;
//! `POSTGRES_HOST_AUTH_METHOD=trust` and `*_ALLOW_EMPTY_*PASSWORD` do the same; `MongoDB` has no users until
//! `MONGO_INITDB_ROOT_USERNAME` or `--auth` makes it ask. The entrypoint of Redis' and Valkey's images turns protected
//! mode off by itself, which matters where a port is published. Elasticsearch's security is off before 8.0 (elastic.co,
//! "Security settings": `xpack.security.enabled` is true by default from 8.0 on), and its `-oss` images have none.

use super::image::Reference;
use super::read::{hides_variables, texts};
use super::{ServiceInfo, StackInfo, VariableInfo};
use crate::knowledge::Role;
use crate::model::Model;
use crate::model::fact::{FactId, Field, Value};
use crate::text::Text;
use crate::yaml::Node;

pub(super) fn build(model: &mut Model<'_>, stack: &StackInfo) {
    for service in stack.services.iter().filter(|s| s.is(Role::Datastore)) {
        let outside = |id: &FactId| {
            let loopback = model.facts.get(*id).field("loopback").map(|f| &f.value);
            matches!(loopback, Some(Value::Bool(false)))
        };
        // On the host's own network every port is open, none has to be published.
        let on_host = service.node.get("network_mode").and_then(Node::known) == Some("host");
        let published = on_host || service.ports.iter().any(outside);
        let by_default = || by_image(service).or_else(|| search(service)).or_else(|| influx(service));
        let field = open(service).or_else(|| by_default().filter(|_| published));
        let field = field.unwrap_or_else(|| Field::derived(Value::Null));
        model.facts.set(service.id, "open_store", field);
    }
}

fn open(service: &ServiceInfo) -> Option<Field> {
    let words: Vec<Text> = [texts(service.node.get("entrypoint")), texts(service.node.get("command"))].concat();
    match service.title.as_deref()? {
        "Redis" | "Valkey" => redis(&words),
        "PostgreSQL" => variable(service, |n, v| n == "POSTGRES_HOST_AUTH_METHOD" && v == "trust"),
        // The entrypoint takes the password, and the other variable changes nothing.
        "MySQL" | "MariaDB" if service.variables.iter().any(root_password) => None,
        "MySQL" | "MariaDB" => variable(service, |n, v| {
            n.contains("ALLOW_EMPTY") && n.ends_with("PASSWORD") && !matches!(v, "" | "0" | "no" | "false")
        }),
        "MongoDB" => mongo(service, &words),
        _ => None,
    }
}

/// The official images of Redis and Valkey switch protected mode off: without a password they take whoever comes. No
/// variable of theirs sets one.
fn by_image(service: &ServiceInfo) -> Option<Field> {
    let image = service.node.get("image").and_then(Node::text)?;
    let name = image.known()?.split(['@', ':']).next()?.trim_start_matches("docker.io/").trim_start_matches("library/");
    let built = service.node.get("build").is_some_and(|b| !b.is_null());
    if !matches!(name, "redis" | "valkey/valkey") || built {
        return None;
    }
    let own = |key: &str| texts(service.node.get(key));
    let words = own("command");
    let server = words.first().is_none_or(|w| w.value().starts_with('-') || w.known().is_some_and(is_server));
    let asks = |w: &Text| {
        matches!(
            w.value(),
            "--requirepass" | "--aclfile" | "--user" | "--port" | "--include" | "--protected-mode" | "--bind" | "-"
        ) || w.value().contains(".conf")
            || !w.is_known()
    };
    let plain = own("entrypoint").is_empty() && server && !words.iter().any(asks);
    plain.then(|| Field::at("no --requirepass", image.place()))
}

fn is_server(word: &str) -> bool {
    matches!(word.rsplit('/').next(), Some("redis-server" | "valkey-server"))
}

/// Elasticsearch before 8, and its `-oss` images, serve everybody unless a setting switches its security on; from 8 on, and
/// in `OpenSearch`, a setting switches it off.
fn search(service: &ServiceInfo) -> Option<Field> {
    if !matches!(service.title.as_deref(), Some("Elasticsearch" | "OpenSearch")) {
        return None;
    }
    let off = |v: &VariableInfo| {
        let value = v.value.as_ref().and_then(Text::known).map(str::to_lowercase);
        match v.name.as_str() {
            "xpack.security.enabled" => value.as_deref() == Some("false"),
            "DISABLE_SECURITY_PLUGIN" | "plugins.security.disabled" => value.as_deref() == Some("true"),
            _ => false,
        }
    };
    let named = |word: &str| service.variables.iter().any(|v| v.name.to_lowercase().contains(word));
    if let Some(switch) = service.variables.iter().find(|v| off(v)) {
        return Some(Field::at(switch.name.as_str(), switch.value.as_ref()?.place()));
    }
    let image = service
        .node
        .get("image")
        .and_then(Node::text)
        .filter(|_| !configured(&service.node, &["config"]) && !named("security"))?;
    let reference = Reference::parse(image);
    let old = reference.tag?.known()?.split('.').next()?.parse::<u32>().is_ok_and(|major| major < 8);
    let own = ["elasticsearch", "elasticsearch-oss"].contains(&reference.repository.known()?.rsplit('/').next()?);
    (own && old).then(|| Field::at("no xpack.security.enabled", image.place()))
}

/// `InfluxDB` 1 asks nobody for a password before `auth-enabled`, whatever users it has (run with 1.6.7: `SHOW DATABASES`
/// without a login answers 200 beside an administrator, and 401 with `INFLUXDB_HTTP_AUTH_ENABLED=true`).
fn influx(service: &ServiceInfo) -> Option<Field> {
    let image =
        service.node.get("image").and_then(Node::text).filter(|_| service.title.as_deref() == Some("InfluxDB"))?;
    let reference = Reference::parse(image);
    let official = reference.repository.known()?.rsplit('/').next() == Some("influxdb");
    let first = reference.tag?.known()?.split(['.', '-']).next() == Some("1");
    let asks = service.variables.iter().any(|v| v.name == "INFLUXDB_HTTP_AUTH_ENABLED");
    let open = official && first && !asks && !configured(&service.node, &["conf", "/etc/influxdb"]);
    open.then(|| Field::at("no INFLUXDB_HTTP_AUTH_ENABLED", image.place()))
}

/// Whether something that is not seen may configure the service: variables, an image of its own, a mount at one of `paths`,
/// a command.
fn configured(node: &Node, paths: &[&str]) -> bool {
    let given = |key: &str| node.get(key).is_some_and(|n| !n.is_null());
    let mounts = node.get("volumes").and_then(Node::seq).unwrap_or_default();
    hides_variables(node)
        || ["build", "configs"].into_iter().any(given)
        || mounts.iter().any(|mount| covers(mount, paths))
        || ["command", "entrypoint"].into_iter().any(|key| !texts(node.get(key)).is_empty())
}

/// Whether a mount may bring a configuration, which is at one of `paths`.
fn covers(mount: &Node, paths: &[&str]) -> bool {
    let target = mount.get("target").and_then(Node::text);
    target.is_none_or(|t| t.known().is_none_or(|t| paths.iter().any(|path| t.contains(path))))
}

fn root_password(variable: &VariableInfo) -> bool {
    let named = ["_ROOT_PASSWORD", "_ROOT_PASSWORD_FILE", "_RANDOM_ROOT_PASSWORD", "_ROOT_PASSWORD_HASH"];
    let own = ["MYSQL", "MARIADB"].iter().filter_map(|p| variable.name.strip_prefix(p)).any(|n| named.contains(&n));
    own && variable.value.as_ref().is_some_and(|v| v.known() != Some(""))
}

fn redis(words: &[Text]) -> Option<Field> {
    let at = words.iter().position(|w| w.value() == "--protected-mode")?;
    let switch = words.get(at + 1).filter(|w| w.known() == Some("no"))?;
    let asks = |w: &Text| matches!(w.value(), "--requirepass" | "--aclfile" | "--user") || w.value().contains(".conf");
    // A command that is only partly known may set a password.
    (!words.iter().any(asks) && words.iter().all(Text::is_known))
        .then(|| Field::at("--protected-mode no", switch.place()))
}

fn variable(service: &ServiceInfo, is: impl Fn(&str, &str) -> bool) -> Option<Field> {
    let found =
        service.variables.iter().find(|v| v.value.as_ref().and_then(Text::known).is_some_and(|t| is(&v.name, t)))?;
    Some(Field::at(found.name.as_str(), found.value.as_ref()?.place()))
}

fn mongo(service: &ServiceInfo, words: &[Text]) -> Option<Field> {
    if let Some(word) = words.iter().find(|w| w.known() == Some("--noauth")) {
        return Some(Field::at("--noauth", word.place()));
    }
    let users =
        service.variables.iter().any(|v| v.name.starts_with("MONGO_INITDB_ROOT") || v.name.starts_with("MONGODB_ROOT"));
    let asks = |w: &Text| matches!(w.value(), "--auth" | "--keyFile" | "--config" | "-f") || !w.is_known();
    // Another program in the image: a shell that sets a replica set up, a dump.
    let other = words.first().is_some_and(|w| !w.value().starts_with('-') && !w.value().contains("mongod"));
    if other || users || words.iter().any(asks) || hides_variables(&service.node) {
        return None;
    }
    let image = service.node.get("image")?;
    // What an image that somebody else builds upon it sets up by itself is not known.
    let own = image.text().is_none_or(|text| {
        let reference = Reference::parse(text);
        let mut parts = reference.repository.value().rsplit('/');
        let (name, owner) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        name == "mongo" || name.starts_with("mongodb") && matches!(owner, "bitnami" | "bitnamilegacy" | "mongodb")
    });
    (own && !image.is_null())
        .then(|| Field::at("no user", image.text().map_or_else(|| Node::span(image).into(), Text::place)))
}
