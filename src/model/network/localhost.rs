//! `localhost` in a container: whether a sibling is meant, because it answers on that port and nothing in the container does.

use super::dial::{self, Dial};
use super::reach::{self, Space, share};
use super::{Stacked, names};
use crate::knowledge::Role;
use crate::model::compose::ServiceInfo;
use crate::syntax::dockerfile::Instruction;
use crate::text::Text;

/// Programs that start several others in one container.
const SUPERVISORS: &[&str] = &[
    "supervisor",
    "s6-overlay",
    "s6-svscan",
    "runit",
    "circus",
    "honcho",
    "foreman",
    "overmind",
    "multirun",
    "tini -g",
];

/// Titles of servers that `DB_HOST` may mean.
const SQL: &[&str] = &["PostgreSQL", "MySQL", "MariaDB"];

/// The sibling that is meant, and its port inside.
pub(super) fn meant(stacked: &Stacked<'_>, from: usize, dial: &Dial) -> Option<(usize, i64)> {
    let service = stacked.service(from)?;
    if stacked.is_of_env_file(from, dial.by, &dial.address.authority)
        || !matches!(stacked.spaces.get(from), Some(Space::Of(_)))
        || names::own(&dial.name)
        || stacked.knows_host(from, "localhost")
    {
        return None;
    }
    // A port that the service publishes itself is one on which something in it listens.
    let own = |port: i64| stacked.published(from).any(|(_, inside)| inside == port);
    if dial.port.is_some_and(|port| stacked.answers(from, port) == Some(true) || own(port)) {
        return None;
    }
    let host_alone = dial.address.scheme.is_empty() && dial.address.port.is_none() && dial.by == "environment";
    // A command may be a check of the container by itself; a store's own tools ask itself.
    let own_tools = dial.by != "config" && service.is(Role::Datastore);
    if own_tools || dial.by == "command" && !dial.address.for_programs() {
        return None;
    }
    let candidates = (0..stacked.info.services.len()).filter(|at| {
        stacked.spaces.get(*at) != stacked.spaces.get(from)
            && share(stacked.info, &stacked.spaces, from, *at) == Some(true)
    });
    let mut fitting = candidates.filter_map(|at| {
        let sibling = stacked.service(at)?;
        let inside = port_of(stacked, at, sibling, dial)?;
        let certain = match dial.by {
            "config" => true,
            _ => dial.address.for_programs() || host_alone || for_this(stacked, at, sibling, dial),
        };
        let link = || dial.by == "environment" && is_link(stacked, from, at, dial);
        (certain && !bundles(stacked, from, service, sibling) && !link()).then_some((at, inside))
    });
    fitting.next()
}

/// Whether the address is one for people: the sibling has published its port, and the same service calls it by its name
/// elsewhere.
fn is_link(stacked: &Stacked<'_>, from: usize, to: usize, dial: &Dial) -> bool {
    let Some(site) = stacked.site(from) else { return false };
    let published = stacked.published(to).any(|(published, _)| dial.port == Some(published));
    let named = || {
        let dials = stacked.service(from).map(|service| dial::of(service, site)).unwrap_or_default();
        dials.iter().flat_map(|other| reach::named(stacked.info, &other.address.host)).collect()
    };
    published && dial.address.http() && site.named.get_or_init(named).contains(&to)
}

/// The port inside on which a sibling answers what the address asks for.
fn port_of(stacked: &Stacked<'_>, at: usize, sibling: &ServiceInfo, dial: &Dial) -> Option<i64> {
    let Some(port) = dial.port else {
        let alone = dial.address.port.is_none() && dial.address.scheme.is_empty();
        let sql = sibling.title.as_deref().is_some_and(|t| SQL.contains(&t));
        return stacked.site(at)?.listening.ports().first().copied().filter(|_| alone && sql);
    };
    if stacked.answers(at, port) == Some(true) {
        return Some(port);
    }
    let mut published = stacked.published(at);
    let mapped = published.find(|(published, inside)| *published == port && inside != published);
    mapped.map(|(_, inside)| inside).or_else(|| (dial.by == "config" && offers(stacked, at, port)).then_some(port))
}

/// Whether a sibling says by itself that it answers on a port, by `ports` or `expose`.
fn offers(stacked: &Stacked<'_>, at: usize, port: i64) -> bool {
    let exposed = stacked.service(at).map(|s| super::texts_of(&s.node, "expose")).unwrap_or_default();
    let number = |text: &Text| text.known().and_then(|t| t.split('/').next()?.parse::<i64>().ok());
    stacked.answers(at, port) != Some(false)
        && (stacked.published(at).any(|(_, inside)| inside == port) || exposed.iter().any(|t| number(t) == Some(port)))
}

/// Whether a URL of HTTP is for the container itself, and not for a browser that is told it.
fn for_this(stacked: &Stacked<'_>, at: usize, sibling: &ServiceInfo, dial: &Dial) -> bool {
    let Some(port) = dial.port.filter(|p| stacked.answers(at, *p) == Some(true)) else { return false };
    let Some(title) = sibling.title.as_deref() else { return false };
    let for_browsers = stacked.site(at).and_then(|s| s.entry).is_some_and(|e| e.for_browsers);
    let served = sibling.is(Role::Datastore) || sibling.is(Role::LlmProxy);
    if for_browsers || !served {
        return false;
    }
    let named = dial.name.to_ascii_uppercase().contains(&title.to_ascii_uppercase());
    let published = stacked.published(at).any(|(published, _)| published == port);
    !names::told(&dial.name, named) && (named || !published)
}

/// Whether the image or the command of `service` may bring the sibling's program itself.
fn bundles(stacked: &Stacked<'_>, from: usize, service: &ServiceInfo, sibling: &ServiceInfo) -> bool {
    let product = sibling.title.as_deref().unwrap_or(&sibling.name).to_ascii_lowercase();
    let brings = |text: &str| {
        let lower = text.to_ascii_lowercase();
        let mut words =
            lower.split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '"' | '\'' | '/' | '=' | ','));
        SUPERVISORS.iter().any(|s| lower.contains(s)) || words.any(|w| program(w, &product))
    };
    let words = [super::texts_of(&service.node, "entrypoint"), super::texts_of(&service.node, "command")].concat();
    if words.iter().any(|w| !w.is_known() && w.value().len() < 8 || brings(w.value())) {
        return true;
    }
    let built = |i: &Instruction| {
        matches!(i.name.as_str(), "RUN" | "CMD" | "ENTRYPOINT" | "COPY") && brings(i.arguments.value())
    };
    stacked.build(from).is_some_and(|b| b.instructions().into_iter().any(built))
}

/// Whether a word is a server's program or package, not its client's.
fn program(word: &str, product: &str) -> bool {
    let client = ["client", "-dev", "-tools", "-cli", "libpq", "python", "node-"].iter().any(|c| word.contains(c));
    if client {
        return false;
    }
    word == product
        || word.starts_with(&format!("{product}-server"))
        || word.starts_with("postgresql") && product == "postgresql"
        || matches!(
            (word, product),
            ("postgres" | "pg_ctl", "postgresql")
                | ("mysqld" | "mysqld_safe" | "mariadbd", "mysql" | "mariadb")
                | ("mongod", "mongodb")
        )
}

/// Where the address is written.
pub(super) fn place(dial: &Dial) -> crate::text::Place {
    Text::place(&dial.address.authority)
}
