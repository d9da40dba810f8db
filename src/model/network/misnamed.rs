//! Addresses whose host is a name that nothing has: of a data store while a sibling serves just that, or of what nginx
//! passes requests to.
//!
//! Whoever is on a network that something else made may reach names which nobody here knows; so may a service whose
//! variables come from elsewhere.

use super::Stacked;
use super::dial::Dial;
use super::facts::own_hosts;
use super::names;
use super::reach::{Space, is_given, share};
use super::tree::Tree;
use crate::knowledge::Role;
use crate::model::fact::{Fact, FactId, Field};
use crate::source::SourceId;
use crate::syntax::conf::Grammar;

/// Says of an address whether its host is such a name, and whom it means.
pub(super) fn judge(fact: Fact, stacked: &Stacked<'_>, at: usize, dial: &Dial, tree: &Tree<'_>) -> Fact {
    let Some(host) = dial.address.host.known().filter(|h| plain(h) && unknown(stacked, at, dial, h, tree)) else {
        return fact;
    };
    let nobody = || !mentioned(stacked, host, dial.address.host.span().source, tree);
    // nginx resolves what it passes requests to before it starts, a name in a variable apart.
    if dial.by == "config" {
        let found = of_nginx(stacked, at) && dial.name != "set" && nobody();
        return if found { fact.with("nobody", true) } else { fact };
    }
    match meant(stacked, at, dial).filter(|_| nobody()) {
        Some(to) => fact.with("nobody", true).with("served_by", Field::derived(to)),
        None => fact,
    }
}

/// Whether no container of the tree has the name, and nothing that the service is told may give it.
fn unknown(stacked: &Stacked<'_>, at: usize, dial: &Dial, host: &str, tree: &Tree<'_>) -> bool {
    let told = dial.by == "environment" && (names::compared(&dial.name) || names::told(&dial.name, true));
    let open = !matches!(dial.by, "environment" | "config")
        || told
        || dial.address.is_own()
        || tree.has_container(host)
        || own_hosts(stacked, at, &dial.address.host)
        || stacked.is_of_env_file(at, dial.by, &dial.address.authority)
        || !closed(stacked, at)
        || stacked.may_differ(at);
    !open && !stacked.info.services.iter().any(|s| is_given(s, host))
}

fn of_nginx(stacked: &Stacked<'_>, at: usize) -> bool {
    let Some(site) = stacked.site(at) else { return false };
    let read = site.mounted.files.iter().filter_map(|(_, d)| super::conf_of(d)).any(|c| c.grammar == Grammar::Nginx);
    read && site.mounted.unread.iter().all(|path| !path.contains("nginx"))
}

/// The sibling that answers on the port.
fn meant(stacked: &Stacked<'_>, at: usize, dial: &Dial) -> Option<FactId> {
    let port = dial.port?;
    let serves = |to: &usize| {
        *to != at
            && stacked.service(*to).is_some_and(|s| s.is(Role::Datastore))
            && stacked.answers(*to, port) == Some(true)
            && share(stacked.info, &stacked.spaces, at, *to) == Some(true)
    };
    let all: Vec<usize> = (0..stacked.info.services.len()).filter(serves).collect();
    let [only] = all.as_slice() else { return None };
    Some(stacked.service(*only)?.id)
}

/// Whether it is one name, as containers have: no address, no domain.
fn plain(host: &str) -> bool {
    host.starts_with(|c: char| c.is_ascii_alphabetic())
        && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// Whether all networks of the service are made by its own project.
fn closed(stacked: &Stacked<'_>, at: usize) -> bool {
    let Some(Space::Of(root)) = stacked.spaces.get(at) else { return false };
    let Some(service) = stacked.service(*root) else { return false };
    let own = |key: &String| stacked.info.network(key).is_some_and(|n| n.external == Some(false));
    !service.attachments.is_empty() && service.attachments.iter().all(|a| a.network.as_ref().is_some_and(own))
}

/// Whether any other file than `dials` names the host where it may make it: another project, a script, a template.
fn mentioned(stacked: &Stacked<'_>, host: &str, dials: SourceId, tree: &Tree<'_>) -> bool {
    let own = |source| {
        source == dials
            || stacked
                .stack
                .documents
                .iter()
                .any(|i| stacked.deployment.documents.get(*i).is_some_and(|d| d.source == source))
    };
    tree.that_say(host).iter().any(|source| !own(*source))
}

#[cfg(test)]
mod tests {
    use crate::model::fact::Value;
    use crate::model::subject::Subject;
    use crate::model::test_support::{deployment_of, facts_of};

    fn nobody(host: &str, more: &str) -> bool {
        let text = format!(
            "services:\n  app:\n    image: example/app:1.0.0\n    environment: {{DB_URL: 'postgres://a:b@{host}:5432/x'}}\n{more}  store:\n    image: postgres:17.2\n"
        );
        // What listens where is knowledge.
        let knowledge = crate::knowledge::Knowledge::embedded().unwrap_or_default();
        let facts = crate::model::model(&deployment_of(&[("compose.yml", &text)]), &knowledge);
        facts
            .of(Subject::Dial)
            .into_iter()
            .any(|id| facts.get(id).field("nobody").is_some_and(|f| matches!(f.value, Value::Bool(true))))
    }

    #[test]
    fn a_host_that_no_container_has() {
        assert!(nobody("db", ""));
        assert!(!nobody("store", "") && !nobody("app-store-1", "") && !nobody("db.example.com", ""));
        assert!(!nobody("db", "    extra_hosts: ['db:10.0.0.2']\n"));
    }

    #[test]
    fn a_host_that_another_file_names() {
        let compose = "services:\n  app:\n    image: example/app:1.0.0\n    environment: {DB_URL: 'postgres://a:b@db:5432/x'}\n  store:\n    image: postgres:17.2\n";
        let knowledge = crate::knowledge::Knowledge::embedded().unwrap_or_default();
        let nobody = |script: &str| {
            let files = [("compose.yml", compose), ("start.sh", script)];
            let facts = crate::model::model(&deployment_of(&files), &knowledge);
            let is = |id| matches!(facts.get(id).field("nobody").map(|f| &f.value), Some(Value::Bool(true)));
            facts.of(Subject::Dial).into_iter().any(is)
        };
        assert!(nobody("#!/bin/sh\necho db-2 my_db adb\n"));
        assert!(!nobody("#!/bin/sh\ndocker network connect --alias=db x y\n"));
    }

    #[test]
    fn an_upstream_that_nginx_does_not_find() {
        let compose = "services:\n  edge:\n    image: nginx:1.29\n    volumes: ['./nginx.conf:/etc/nginx/nginx.conf:ro']\n  api:\n    image: example/api:1\n";
        let nobody = |line: &str| {
            let conf =
                format!("events {{}}\nhttp {{\n  server {{\n    listen 80;\n    location / {{ {line} }}\n  }}\n}}\n");
            let facts = facts_of(&[("compose.yml", compose), ("nginx.conf", &conf)]);
            facts
                .of(Subject::Dial)
                .into_iter()
                .any(|id| facts.get(id).field("nobody").is_some_and(|f| matches!(f.value, Value::Bool(true))))
        };
        assert!(nobody("proxy_pass http://backend:8000/;"));
        assert!(!nobody("proxy_pass http://api:8000/;") && !nobody("proxy_pass http://backend.example.com/;"));
        assert!(!nobody("set $up http://backend:8000; proxy_pass $up;"));
    }
}
