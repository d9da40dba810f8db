//! Facts of subject `network.login`: a service that logs in to a data store of its project with a name or a password that
//! the store does not have.
//!
//! Only what both sides say is compared; a password is in no field. A store that runs scripts of its own at its first
//! start may have more users than its variables say.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::Stacked;
use super::address::{Address, uris};
use super::listen::{Environment, Told};
use super::reach;
use super::users::{Users, has_data};
use crate::knowledge::Knowledge;
use crate::model::Model;
use crate::model::compose::ServiceInfo;
use crate::model::compose::image::Reference;
use crate::model::compose::read::texts;
use crate::model::fact::{Fact, Field, FieldKind, FieldSchema, Schema, Value};
use crate::model::subject::Subject;
use crate::text::{PieceKind, Provenance, Text};
use crate::yaml::Node;

/// The fields of `network.login`.
pub const SCHEMA: Schema = Schema {
    name: "network.login",
    doc: "A name or a password with which a service logs in to a data store of its project, and that the store does not have.",
    fields: &[
        FieldSchema { name: "service", kind: FieldKind::Fact(Subject::Service), doc: "The service that logs in." },
        FieldSchema { name: "stack", kind: FieldKind::Fact(Subject::Stack), doc: "The project." },
        FieldSchema { name: "target", kind: FieldKind::Fact(Subject::Service), doc: "The data store." },
        FieldSchema {
            name: "differs",
            kind: FieldKind::OneOf(&["user", "password"]),
            doc: "What the store does not have.",
        },
        FieldSchema { name: "name", kind: FieldKind::Str, doc: "The variable that holds it." },
        FieldSchema { name: "given", kind: FieldKind::Str, doc: "The user's name; null for a password." },
        FieldSchema { name: "wanted", kind: FieldKind::Str, doc: "The store's user; null for a password." },
        FieldSchema { name: "root", kind: FieldKind::Bool, doc: "Whether the store makes `root` as well." },
        FieldSchema {
            name: "held",
            kind: FieldKind::Str,
            doc: "What the store has, `user` or `password`, at the place that says it.",
        },
    ],
};

/// A word of a client, and the variable that holds it.
struct Said {
    variable: String,
    text: Text,
}

/// What a client says.
struct Login {
    user: Option<Said>,
    password: Option<Said>,
    /// Whether it is certainly for a data store. `SSH_HOST` and `SSH_USER` are for another server of that machine.
    of_store: bool,
}

/// Words in the names of variables that say that a login is for a data store.
const STORES: &[&str] =
    &["DATABASE", "POSTGRES", "POSTGRESQL", "PG", "MARIADB", "REDIS", "VALKEY", "CACHE", "STORE", "DATASTORE"];

/// What a store has.
struct Store {
    users: Vec<(Text, Option<Text>)>,
    /// Whether it may have others.
    open: bool,
    /// Whether it is a server of SQL.
    sql: bool,
    /// Whether something may change the passwords.
    changed: bool,
    /// Values that are no passwords: the names of its database and its user.
    others: Vec<Text>,
}

/// The stores of a deployment, each looked at once.
#[derive(Default)]
pub(super) struct Stores {
    /// By project and service.
    all: HashMap<(usize, usize), Option<Store>>,
    /// What the files of the tree say of users.
    users: Option<Users>,
}

impl Stores {
    fn of(&mut self, stacked: &Stacked<'_>, at: usize, knowledge: &Knowledge) -> Option<(&Store, &Users)> {
        let key = (stacked.info.index, at);
        let users = self.users.get_or_insert_with(|| Users::of(stacked.deployment));
        let store = match self.all.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(slot) => {
                let service = stacked.service(at)?;
                let mut store = store(service, knowledge).filter(|_| !has_data(&stacked.stack.project, service));
                if let Some(store) = &mut store {
                    store.open |= users.more(service);
                    store.changed = users.changed && store.sql;
                }
                slot.insert(store)
            }
        };
        Some((store.as_ref()?, users))
    }
}

/// Adds the logins of a service.
pub(super) fn build(model: &mut Model<'_>, stacked: &Stacked<'_>, at: usize, stores: &mut Stores) {
    let Some(service) = stacked.service(at) else { return };
    for (login, to) in logins(stacked, at, service) {
        let Some(target) = stacked.service(to) else { continue };
        let Some((store, users)) = stores.of(stacked, to, model.knowledge) else { continue };
        let Some((differs, given, wanted)) = judge(&login, store) else { continue };
        // Whom a script logs in as is there, whoever made it.
        if differs == "user" && (users.logs_in(&given.text) || is_root_too(service)) {
            continue;
        }
        let shown = |text: &Text| match differs {
            "user" => Field::text(text),
            _ => Field::at(Value::Null, text.place()),
        };
        model.facts.add(
            Fact::new(Subject::NetworkLogin, given.text.place())
                .with("service", service.id)
                .with("stack", stacked.info.id)
                .with("target", target.id)
                .with("differs", differs)
                .with("name", given.variable.as_str())
                .with("given", shown(&given.text))
                .with("wanted", shown(wanted))
                .with("root", store.users.len() > 1)
                .with("held", Field::at(differs, wanted.place())),
        );
    }
}

/// Whether a service is given the password of a store's `root` as well: it makes its user by itself, as Seafile does
/// with `DB_ROOT_PASSWD`.
fn is_root_too(service: &ServiceInfo) -> bool {
    let environment = Environment::of(&service.node);
    let mut names = environment.values().map(|(name, _)| name.to_ascii_uppercase());
    names.any(|name| name.contains("PASS") && name.split('_').any(|w| matches!(w, "ROOT" | "SUPERUSER")))
}

/// What differs, the client's word and the store's.
fn judge<'a>(login: &'a Login, store: &'a Store) -> Option<(&'static str, &'a Said, &'a Text)> {
    let named = |user: &Text| store.users.iter().find(|(own, _)| differ(user, own) == Some(false));
    let user = match &login.user {
        Some(user) => {
            if let Some(found) = named(&user.text) {
                found
            } else {
                let all = store.users.iter().all(|(own, _)| differ(&user.text, own) == Some(true));
                let first = store.users.first()?;
                return (all && !store.open && login.of_store).then_some(("user", user, &first.0));
            }
        }
        None => match store.users.as_slice() {
            [only] if login.of_store => only,
            _ => return None,
        },
    };
    let (given, wanted) = (login.password.as_ref()?, user.1.as_ref()?);
    let wrong = differ(&given.text, wanted) == Some(true)
        || variable(&given.text).is_some_and(|name| {
            variable(wanted).is_some_and(|own| own != name) && store.others.iter().any(|o| variable(o) == Some(name))
        });
    (wrong && !store.changed).then_some(("password", given, wanted))
}

/// Whether two values differ; `None` where that is not known, as of variables that whoever deploys may set.
fn differ(one: &Text, other: &Text) -> Option<bool> {
    if variable(one).is_some() && variable(one) == variable(other) {
        return Some(false);
    }
    let told = |text: &Text| text.variables().iter().all(|v| v.provenance == Provenance::Defined);
    match (one.known(), other.known()) {
        (Some(a), Some(b)) if a == b => Some(false),
        (Some(_), Some(_)) => (told(one) && told(other)).then_some(true),
        _ => None,
    }
}

/// The variable that a value is, where it is one alone.
fn variable(text: &Text) -> Option<&str> {
    match text.pieces() {
        [piece] => match &piece.kind {
            PieceKind::Variable(v) => Some(v.name.as_str()),
            _ => None,
        },
        _ => None,
    }
}

/// The logins that a service's variables hold, each with the store that it is for.
fn logins(stacked: &Stacked<'_>, at: usize, service: &ServiceInfo) -> Vec<(Login, usize)> {
    let environment = Environment::of(&service.node);
    let mut found = Vec::new();
    let target = |host: &Text| match reach::named(stacked.info, host).as_slice() {
        [to] if *to != at => Some(*to),
        _ => None,
    };
    for (name, value) in environment.values() {
        // Whatever stands before `HOST`: a store of that name, and a login beside it, say enough.
        if let Some(stem) = ["_HOSTNAME", "_HOST", "_SERVER"].iter().find_map(|end| name.strip_suffix(end)) {
            let Some(to) = target(value) else { continue };
            let beside = |ends: &[&str]| {
                ends.iter().find_map(|end| {
                    let variable = format!("{stem}{end}");
                    // An empty one says nothing.
                    let text = environment.get(&variable).value().filter(|text| !text.is_empty())?;
                    Some(Said { variable, text })
                })
            };
            let password = beside(&["_PASSWORD", "_PASS", "_PASSWD"]);
            let user = beside(&["_USER", "_USERNAME"]);
            found.push((Login { user, password, of_store: names_store(stem) }, to));
        } else if let Some((uri, to)) = uris(value).into_iter().find_map(|a| Some((a.clone(), target(&a.host)?))) {
            let store = ["postgres", "postgresql", "mysql", "mariadb", "redis"].contains(&uri.scheme.as_str());
            if let Some((user, password)) = userinfo(&uri).filter(|_| store) {
                let said = |text: Text| Said { variable: name.to_owned(), text };
                let user = Some(user).filter(|u| !u.is_empty()).map(said);
                let password = password.filter(|p| !p.is_empty()).map(said);
                found.push((Login { user, password, of_store: true }, to));
            }
        }
    }
    found
}

/// Whether the name of a variable says that it is about a data store: `DB`, `APP_DATABASE`, `MYSQL`.
fn names_store(stem: &str) -> bool {
    let stem = stem.to_ascii_uppercase();
    stem.split('_').any(|word| STORES.contains(&word) || word.ends_with("DB") || word.ends_with("SQL"))
}

/// The name and the password of an address; none where they are written with `%`.
fn userinfo(uri: &Address) -> Option<(Text, Option<Text>)> {
    let info = uri.userinfo.as_ref()?;
    if info.value().contains('%') || info.value().matches(':').count() > 1 {
        return None;
    }
    Some(info.split_once(':').map_or_else(|| (info.clone(), None), |(user, password)| (user, Some(password))))
}

/// What a service that is a store has.
fn store(service: &ServiceInfo, knowledge: &Knowledge) -> Option<Store> {
    let node = &service.node;
    let built = node.get("build").is_some_and(|b| !b.is_null());
    let image = node.get("image").and_then(Node::text).map(Reference::parse).filter(|_| !built)?;
    let login = image.knowledge(knowledge)?.login.as_ref()?;
    let environment = Environment::of(node);
    if environment.open || environment.values().any(|(n, _)| n.ends_with("_FILE")) {
        return None;
    }
    let get = |names: &[String]| names.iter().find_map(|n| environment.get(n).value());
    let unseen = |names: &[String]| names.iter().any(|n| matches!(environment.get(n), Told::Unseen));
    let asks = login.without_password.iter().all(|(name, value)| match environment.get(name) {
        Told::Nothing => true,
        Told::Unseen => false,
        Told::Value(told) => told.known().is_some_and(|told| told != value),
    });
    let others = login.others.iter().filter_map(|name| environment.get(name).value()).collect();
    let mut store = Store { users: Vec::new(), open: false, sql: true, changed: false, others };
    for user in &login.users {
        if !user.names.is_empty() && (unseen(&user.names) || unseen(&user.passwords)) {
            return None;
        }
        let place = place_of(node, service);
        let default = user.default.as_ref().map(|name| Text::literal(name.as_str(), place));
        let Some(name) = get(&user.names).or(default) else { continue };
        let password = if let Some(option) = &user.option {
            // A server without users of SQL: its configuration may hold others.
            (store.open, store.sql) = (true, false);
            Some(required(node, &environment, option)?)
        } else {
            get(&user.passwords).filter(|_| asks)
        };
        store.users.push((name, password));
    }
    Some(store)
}

fn place_of(node: &Node, service: &ServiceInfo) -> crate::source::Span {
    node.get("image").map_or_else(|| service.node.span(), Node::span)
}

/// The password that a server is told to ask for by an option of its command.
fn required(node: &Node, environment: &Environment<'_>, option: &str) -> Option<Text> {
    let words = [texts(node.get("entrypoint")), texts(node.get("command"))].concat();
    let inside = format!("{option} ");
    for (at, word) in words.iter().enumerate() {
        let value = word.value();
        let found = if value == option {
            words.get(at + 1).cloned()
        } else if let Some(start) = value.find(&inside).map(|s| s + inside.len()) {
            let rest = value.get(start..).unwrap_or("");
            // The word is a line of a shell.
            let ends = |c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '<' | '>' | '(' | ')');
            let end = rest.find(ends).unwrap_or(rest.len());
            Some(word.slice(start..start + end))
        } else {
            None
        };
        let Some(text) = found else { continue };
        let plain = text.value().trim_matches(['"', '\'', '{', '}', '$']);
        if !text.value().contains('$') {
            return (plain.len() == text.value().len()).then_some(text);
        }
        return match environment.get(plain) {
            Told::Value(value) => Some(value),
            _ => None,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::model::fact::{Facts, Value};
    use crate::model::subject::Subject;
    use crate::model::test_support::deployment_of;

    // Which store makes which users is knowledge.
    fn facts_of(text: &str) -> Facts {
        let knowledge = crate::knowledge::Knowledge::embedded().unwrap_or_default();
        crate::model::model(&deployment_of(&[("compose.yml", text)]), &knowledge)
    }

    fn differs(client: &str, store: &str) -> Vec<String> {
        let text = format!(
            "services:\n  app:\n    image: example/app:1.0.0\n    environment: {{{client}}}\n  db:\n    image: {store}\n"
        );
        let facts = facts_of(&text);
        let one = |id| match facts.get(id).field("differs").map(|f| f.value.clone()) {
            Some(Value::Str(word)) => word,
            _ => String::new(),
        };
        facts.of(Subject::NetworkLogin).into_iter().map(one).collect()
    }

    #[test]
    fn the_credential_of_another_address_is_not_told() {
        let text = "services:\n  app:\n    image: example/app:1.0.0\n    environment:\n      NOTE: 'see https://Kq8vTz4mWpRt@wiki.example.com/ and postgres://app:one@db/x'\n      BOTH: 'postgres://Kq8vTz4mWpRt@elsewhere/x,postgres://other@db/x'\n  db:\n    image: postgres:17.2\n    environment: {POSTGRES_USER: app}\n";
        let facts = facts_of(text);
        let given = |id| match facts.get(id).field("given").map(|f| f.value.clone()) {
            Some(Value::Str(word)) => word,
            _ => String::new(),
        };
        let all: Vec<String> = facts.of(Subject::NetworkLogin).into_iter().map(given).collect();
        assert_eq!(all, ["other"]);
    }

    #[test]
    fn a_name_and_a_password_that_the_store_does_not_have() {
        let store = "postgres:17\n    environment: {POSTGRES_USER: app, POSTGRES_PASSWORD: one, POSTGRES_DB: app}";
        assert_eq!(differs("URL: 'postgres://app:two@db:5432/app'", store), ["password"]);
        assert_eq!(differs("URL: 'postgres://other:one@db:5432/app'", store), ["user"]);
        assert!(differs("URL: 'postgres://app:one@db:5432/app'", store).is_empty());
        assert!(differs("URL: 'postgres://app:${P}@db:5432/app'", store).is_empty());
        assert_eq!(differs("DB_HOST: db, DB_USER: app, DB_PASSWORD: two", store), ["password"]);
        assert!(differs("DB_HOST: db, DB_USER: app, DB_PASSWORD: '${P:-two}'", store).is_empty());
        assert_eq!(differs("DB_HOST: db, DB_USERNAME: other", store), ["user"]);
        assert_eq!(differs("FLOWS_HOST: db, FLOWS_USER: app, FLOWS_PASSWORD: two", store), ["password"]);
        assert!(differs("DB_HOST: db, DB_USER: ''", store).is_empty());
        assert!(differs("DB_HOST: db, DB_USER: app, DB_PASSWORD: ''", store).is_empty());
        for other in ["SSH_HOST: db, SSH_USER: deploy", "MAIL_HOST: db, MAIL_USERNAME: mailer, MAIL_PASSWORD: two"] {
            assert!(differs(other, store).is_empty(), "{other}");
        }
        assert!(differs("SSH_HOST: db, SSH_PASSWORD: two", store).is_empty());
        let trust = "postgres:17\n    environment: {POSTGRES_USER: app, POSTGRES_PASSWORD: one, POSTGRES_HOST_AUTH_METHOD: trust}";
        assert!(differs("URL: 'postgres://app:two@db:5432/app'", trust).is_empty());
        assert_eq!(differs("URL: 'postgres://other:two@db:5432/app'", trust), ["user"]);
        for (image, told) in
            [("postgis/postgis:17-3.5", true), ("timescale/timescaledb:2.17.2-pg16", true), ("me/postgres:1", false)]
        {
            let store = format!("{image}\n    environment: {{POSTGRES_USER: app, POSTGRES_PASSWORD: one}}");
            assert_eq!(!differs("URL: 'postgres://app:two@db:5432/app'", &store).is_empty(), told, "{image}");
        }
        let mysql = "mysql:8.4\n    environment: {MYSQL_USER: app, MYSQL_PASSWORD: one, MYSQL_ROOT_PASSWORD: two}";
        assert_eq!(differs("URL: 'mysql://app:two@db/app'", mysql), ["password"]);
        assert_eq!(differs("URL: 'mysql://other:one@db/app'", mysql), ["user"]);
        assert!(differs("URL: 'mysql://root:two@db/app'", mysql).is_empty());
        let by_name = "postgres:17\n    environment: {POSTGRES_PASSWORD: '${P}', POSTGRES_DB: '${D}'}";
        assert_eq!(differs("DB_HOST: db, DB_USER: postgres, DB_PASSWORD: '${D}'", by_name), ["password"]);
        assert!(differs("DB_HOST: db, DB_USER: postgres, DB_PASSWORD: '${Q}'", by_name).is_empty());
        let redis = "redis:7\n    command: redis-server --requirepass one";
        assert_eq!(differs("URL: 'redis://:two@db:6379'", redis), ["password"]);
        assert!(differs("URL: 'redis://:one@db:6379'", redis).is_empty());
        for line in ["[sh, -c, 'redis-server --requirepass one;true']", "sh -c \"redis-server --requirepass one&\""] {
            let redis = format!("redis:7\n    command: {line}");
            assert!(differs("REDIS_HOST: db, REDIS_PASSWORD: one", &redis).is_empty(), "{line}");
            assert_eq!(differs("URL: 'redis://:two@db:6379'", &redis), ["password"], "{line}");
        }
    }
}
