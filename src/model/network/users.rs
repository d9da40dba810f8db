//! Who else makes or changes the users of data stores: scripts of a first start, SQL, playbooks, data that is there already.

use std::collections::BTreeSet;

use crate::expand::Deployment;
use crate::model::compose::ServiceInfo;
use crate::text::Text;
use crate::text::search::holds;
use crate::yaml::Node;

/// Words of SQL and programs that make users, and words that give a user another password.
const MAKES_OR_CHANGES: &[&str] =
    &["create user", "create role", "createuser", "alter user", "alter role", "set password", "identified by"];
/// How many of them make one.
const MAKE: usize = 3;
/// Modules of Ansible that do both; in capitals the same words are variables of the stores.
const MODULES: &[&str] = &["postgresql_user", "mysql_user"];
/// Programs that log in to a server; `pg_isready` takes any name.
const CLIENTS: &[&str] = &["psql", "pg_dump", "pg_restore", "mysql", "mariadb"];

/// What the files of a tree say of users.
pub(super) struct Users {
    /// Whether one makes some.
    made: bool,
    /// Whether one changes passwords.
    pub(super) changed: bool,
    /// The names with which programs log in.
    clients: BTreeSet<String>,
}

impl Users {
    pub(super) fn of(deployment: &Deployment) -> Users {
        let mut users =
            Users { made: deployment.paths.iter().any(|p| is_setup(p)), changed: false, clients: BTreeSet::new() };
        for document in &deployment.documents {
            let text = document.text.value();
            let module = MODULES.iter().any(|w| text.contains(w));
            users.made |= module;
            users.changed |= module;
            // Most files hold none of it, with or without their comments.
            if holds(text, MAKES_OR_CHANGES) {
                let small = statements(text);
                let (makes, changes) = MAKES_OR_CHANGES.split_at(MAKE);
                users.made |= makes.iter().any(|w| small.contains(w));
                users.changed |= changes.iter().any(|w| small.contains(w));
            }
            let clients: Vec<_> = CLIENTS.iter().filter(|c| text.contains(**c)).collect();
            if !clients.is_empty() {
                let lines = text.lines().filter(|line| clients.iter().any(|c| line.contains(**c)));
                users.clients.extend(lines.flat_map(logs_in));
            }
        }
        users
    }

    /// Whether the store of a service may have more users than its variables say.
    pub(super) fn more(&self, service: &ServiceInfo) -> bool {
        self.made || runs_scripts(service)
    }

    /// Whether a program of the tree logs in with the name.
    pub(super) fn logs_in(&self, name: &Text) -> bool {
        name.known().is_some_and(|name| self.clients.contains(name))
    }
}

/// A text in small letters, without the lines that are comments.
fn statements(text: &str) -> String {
    let mut small = String::with_capacity(text.len());
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#') && !line.trim_start().starts_with("-- "))
    {
        small.extend(line.chars().map(|c| c.to_ascii_lowercase()));
        small.push('\n');
    }
    small
}

/// Whether a file is one that sets a store up, by its name.
fn is_setup(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let sql =
        name.strip_suffix(".sql").is_some_and(|n| ["user", "role", "grant", "init"].iter().any(|w| n.contains(w)));
    sql || path.contains("initdb") || path.contains("init-db")
}

/// The names that a line gives to clients: `-U name`, `--username=name`, `-uname`.
fn logs_in(line: &str) -> Vec<String> {
    let mut words = line.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '[' | ']' | ';'));
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        let name = match word {
            "-U" | "-u" | "--username" | "--user" => words.by_ref().find(|w| !w.is_empty()),
            _ => ["--username=", "--user=", "-U", "-u"].iter().find_map(|o| word.strip_prefix(o)),
        };
        found.extend(name.map(str::to_owned));
    }
    found
}

/// Whether scripts that make users may run at the store's first start.
fn runs_scripts(service: &ServiceInfo) -> bool {
    let scripts = |section: &str| {
        let all = service.node.get(section).and_then(Node::seq).unwrap_or_default();
        all.iter()
            .any(|m| m.get("target").and_then(Node::text).is_none_or(|t| !t.is_known() || t.value().contains("initdb")))
    };
    scripts("volumes") || scripts("configs")
}

/// Whether the data of a service are in a volume that something else made: the users in it are those of its first start.
pub(super) fn has_data(project: &Node, service: &ServiceInfo) -> bool {
    let mounts = service.node.get("volumes").and_then(Node::seq).unwrap_or_default();
    let external = |name: &Text| {
        let volume = name.known().and_then(|name| project.path(&["volumes", name, "external"]));
        volume.is_some_and(|e| e.known() != Some("false"))
    };
    mounts.iter().filter_map(|m| m.get("source")?.text()).any(external)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_names_of_clients() {
        assert_eq!(super::logs_in("docker compose exec -T db psql -U reader -d app"), ["reader"]);
        assert_eq!(super::logs_in(r#"command: ["pg_dump", "--username=keeper", "-h", "db"]"#), ["keeper"]);
        assert_eq!(super::logs_in("mysql -uroot -p\"$PW\" -u 'app'"), ["root", "app"]);
        assert!(super::logs_in("psql app").is_empty());
    }

    #[test]
    fn a_comment_makes_no_user() {
        assert_eq!(super::statements("# create user\nCREATE USER a;\n  -- alter user\n"), "create user a;\n");
    }

    #[test]
    fn files_that_set_a_store_up() {
        for path in ["sql/users.sql", "docker/initdb/1.sh", "init.sql"] {
            assert!(super::is_setup(path), "{path}");
        }
        assert!(!super::is_setup("sql/report.sql") && !super::is_setup("users.py"));
    }
}
