//! Addresses in values: URIs, and `host:port` without a scheme, each part with its place.
//!
//! URIs are parsed by `fluent-uri`, which gives parts as slices of its input; what is not known is covered by as many
//! plain characters, so the slices' offsets are those of the `Text`. What it refuses is no address.

use std::ops::Range;

use fluent_uri::Uri;

use crate::text::{Text, UNKNOWN};

/// An address that a value holds.
#[derive(Debug, Clone)]
pub(in crate::model) struct Address {
    /// The scheme in small letters, the part before `+` alone: `postgresql` of `postgresql+asyncpg`. Empty where it has none.
    pub(in crate::model) scheme: String,
    /// What stands before `@`, a name and a password; only in a URI.
    pub(in crate::model) userinfo: Option<Text>,
    /// The host, without brackets.
    pub(in crate::model) host: Text,
    /// The port, where it says one.
    pub(in crate::model) port: Option<Text>,
    /// Host and port, with what stands between.
    pub(in crate::model) authority: Text,
    /// The path and the query behind them; only in a URI.
    pub(in crate::model) rest: Option<Text>,
}

/// Ports of schemes whose URIs may leave the port out.
const DEFAULT_PORTS: &[(&str, i64)] = &[
    ("http", 80),
    ("https", 443),
    ("ws", 80),
    ("wss", 443),
    ("postgres", 5432),
    ("postgresql", 5432),
    ("mysql", 3306),
    ("mariadb", 3306),
    ("mongodb", 27017),
    ("redis", 6379),
    ("rediss", 6379),
    ("amqp", 5672),
    ("nats", 4222),
    ("mqtt", 1883),
];

/// Schemes that only programs speak, never a browser.
const PROGRAMS_ONLY: &[&str] = &[
    "postgres",
    "postgresql",
    "mysql",
    "mariadb",
    "mongodb",
    "redis",
    "rediss",
    "valkey",
    "amqp",
    "amqps",
    "nats",
    "mqtt",
    "neo4j",
    "bolt",
    "ldap",
    "smtp",
    "memcached",
    "sqlserver",
    "mssql",
    "cassandra",
];

impl Address {
    /// The port that it means: the one that it says, or its scheme's. `None` where that is not known.
    pub(in crate::model) fn port_number(&self) -> Option<i64> {
        match &self.port {
            Some(port) => port.known()?.parse::<u16>().ok().map(i64::from),
            None => DEFAULT_PORTS.iter().find(|(s, _)| *s == self.scheme).map(|(_, port)| *port),
        }
    }

    /// Whether only programs speak its scheme, never a browser.
    pub(in crate::model) fn for_programs(&self) -> bool {
        PROGRAMS_ONLY.contains(&self.scheme.as_str())
    }

    /// Whether a browser speaks its scheme.
    pub(in crate::model) fn http(&self) -> bool {
        matches!(self.scheme.as_str(), "http" | "https" | "ws" | "wss")
    }

    /// Whether it names the machine that asks.
    pub(in crate::model) fn is_own(&self) -> bool {
        self.host.known().is_some_and(|h| h.eq_ignore_ascii_case("localhost") || h.starts_with("127.") || h == "::1")
    }
}

/// The URIs that `text` holds, in order.
pub(in crate::model) fn uris(text: &Text) -> Vec<Address> {
    let value = text.value();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(mark) = value.get(from..).and_then(|rest| rest.find("://")).map(|at| at + from) {
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-');
        let start = value[..mark]
            .rfind(|c: char| !word(c))
            .map_or(0, |at| at + value[at..].chars().next().map_or(1, char::len_utf8));
        let ends = |c: char| {
            c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '|' | ';' | ',' | '{' | '}' | ')' | '\\')
        };
        let end = value[mark + 3..].find(ends).map_or(value.len(), |at| at + mark + 3);
        // A placeholder of another program in the authority: nobody knows what it becomes.
        let open = value[end..].starts_with('{') && !value[mark + 3..end].contains('/');
        if !open {
            found.extend(uri(text, start..end));
        }
        from = end.max(mark + 3);
    }
    found
}

fn uri(text: &Text, range: Range<usize>) -> Option<Address> {
    let slice = text.slice(range);
    // Three digits for each stand-in, which is three bytes long: offsets stay, and a port stays one.
    let covered = slice.value().replace(UNKNOWN, "000");
    let parsed = Uri::parse(covered.as_str()).ok()?;
    let scheme = parsed.scheme().as_str().to_ascii_lowercase();
    let scheme = scheme.split('+').next().unwrap_or("").to_owned();
    let authority = parsed.authority()?;
    let whole = covered.find("://")? + 3;
    let userinfo = authority.userinfo().map(|u| whole..whole + u.as_str().len());
    let host_at = userinfo.as_ref().map_or(whole, |u| u.end + 1);
    let host = authority.host();
    let host_range = host_at..host_at + host.len();
    let port = authority.port().map(fluent_uri::pct_enc::EStr::as_str).filter(|p| !p.is_empty());
    let port_range = port.map(|p| host_range.end + 1..host_range.end + 1 + p.len());
    let end = port_range.as_ref().map_or(host_range.end, |p| p.end);
    let bare = if host.starts_with('[') { host_range.start + 1..host_range.end - 1 } else { host_range.clone() };
    let address = Address {
        scheme,
        userinfo: userinfo.map(|u| slice.slice(u)),
        host: slice.slice(bare),
        port: port_range.map(|p| slice.slice(p)),
        authority: slice.slice(host_range.start..end),
        rest: Some(slice.slice(end..covered.len())),
    };
    let names = |host: &str| !host.is_empty() && !host.contains(['$', '%', '*', '(']);
    names(address.host.value()).then_some(address)
}

/// The addresses of a value: its URIs, or else the `host:port` that it is, or a list of those with commas.
pub(in crate::model) fn addresses(value: &Text) -> Vec<Address> {
    // Each kind has a colon, and most values have none.
    if !value.value().contains(':') {
        return Vec::new();
    }
    let own = uris(value);
    if !own.is_empty() {
        return own;
    }
    let mut start = 0;
    let mut found = Vec::new();
    for part in value.value().split(',') {
        let text = value.slice(start..start + part.len());
        start += part.len() + 1;
        match bare(&text).filter(|a| a.port.is_some()) {
            Some(address) => found.push(address),
            None => return Vec::new(),
        }
    }
    found
}

/// The address of a text that is a host, or a host and a port, and nothing else.
pub(in crate::model) fn bare(text: &Text) -> Option<Address> {
    let text = text.trim();
    let value = text.value();
    let (host, port) = match value.rsplit_once(':') {
        Some((host, port)) => {
            let digits = !port.is_empty() && port.chars().all(|c| c.is_ascii_digit() || c == UNKNOWN);
            if !digits {
                return None;
            }
            (text.slice(0..host.len()), Some(text.slice(host.len() + 1..value.len())))
        }
        None => (text.clone(), None),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') || c == UNKNOWN;
    let fits = !host.is_empty() && host.value().chars().all(plain);
    fits.then(|| Address { scheme: String::new(), userinfo: None, host, port, authority: text.clone(), rest: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Sources, Span};

    fn text(value: &str) -> Text {
        let source = Sources::default().add(Source::new("a", None, value));
        Text::literal(value, Span::new(source, 0, value.len()))
    }

    #[test]
    fn uris_are_found_with_their_parts() {
        for (value, scheme, host, port) in [
            ("postgresql+asyncpg://u:p%40w@db:5433/x?sslmode=disable", "postgresql", "db", Some(5433)),
            ("jdbc:postgresql://db/x", "postgresql", "db", Some(5432)),
            ("redis://:secret@[::1]:6379/0", "redis", "::1", Some(6379)),
            ("see https://app.example.com/ for more", "https", "app.example.com", Some(443)),
            ("tcp://engine:2375", "tcp", "engine", Some(2375)),
            ("kafka://broker", "kafka", "broker", None),
        ] {
            let found = uris(&text(value));
            assert_eq!(found.len(), 1, "{value}");
            assert_eq!(
                (found[0].scheme.as_str(), found[0].host.value(), found[0].port_number()),
                (scheme, host, port),
                "{value}"
            );
        }
        assert!(uris(&text("http://{host}:80")).is_empty(), "a brace is no part of a URI");
        assert!(uris(&text("unix:///run/app.sock")).is_empty());
    }

    #[test]
    fn a_value_is_uris_or_a_list_of_hosts_with_ports() {
        let hosts = |value: &str| {
            addresses(&text(value)).iter().map(|a| (a.host.value().to_owned(), a.port_number())).collect::<Vec<_>>()
        };
        let is = |host: &str, port| (host.to_owned(), Some(port));
        assert_eq!(hosts("postgresql://app@postgres:5432/app"), [is("postgres", 5432)]);
        assert_eq!(hosts("a:9092, b:9093"), [is("a", 9092), is("b", 9093)]);
        assert_eq!(hosts("localhost:6379"), [is("localhost", 6379)]);
        assert!(hosts("a:9092,word").is_empty() && hosts("redis").is_empty() && hosts("").is_empty());
    }

    #[test]
    fn a_bare_address_is_a_host_with_a_port() {
        let found = bare(&text("queue:6379")).expect("an address");
        assert_eq!((found.host.value(), found.port_number()), ("queue", Some(6379)));
        assert!(bare(&text("a b")).is_none() && bare(&text("host:port")).is_none() && bare(&text("")).is_none());
    }
}
