//! The port that a probe asks without a URL: `nc -z`, `/dev/tcp`, and the clients of data stores, which have a port of
//! their own where none is written.

use super::shell;
use crate::model::fact::{Field, Value};
use crate::text::Text;

/// A client of a data store: how it takes the port and the host, the port that it asks by itself, and the variable that
/// gives another one.
struct Client {
    names: &'static [&'static str],
    port: &'static [&'static str],
    host: &'static [&'static str],
    default: i64,
    variable: &'static str,
    /// Whether it asks a socket, whatever the port, where no address is written.
    socket: bool,
}

const CLIENTS: &[Client] = &[
    Client {
        names: &["pg_isready", "psql"],
        port: &["-p", "--port"],
        host: &["-h", "--host"],
        default: 5432,
        variable: "PGPORT",
        socket: false,
    },
    Client {
        names: &["redis-cli", "valkey-cli"],
        port: &["-p"],
        host: &["-h"],
        default: 6379,
        variable: "",
        socket: false,
    },
    Client {
        names: &["mysqladmin", "mariadb-admin", "mysql", "mariadb"],
        port: &["-P", "--port"],
        host: &["-h", "--host"],
        default: 3306,
        variable: "MYSQL_TCP_PORT",
        socket: true,
    },
    Client {
        names: &["mongosh", "mongo"],
        port: &["--port"],
        host: &["--host"],
        default: 27017,
        variable: "",
        socket: false,
    },
];

/// The port, where the probe asks its own container for one; the variable that may give another is not among `variables`.
pub(super) fn of(commands: &[Vec<Text>], words: &[Text], names: &[String], variables: &[&str]) -> Option<Field> {
    words
        .iter()
        .skip(1)
        .find_map(|word| connects(word, names))
        .or_else(|| commands.iter().find_map(|command| netcat(command, names)))
        .or_else(|| commands.iter().find_map(|command| client(command, names, variables)))
}

/// Whether a host is the container itself.
pub(super) fn is_own(host: &str, names: &[String]) -> bool {
    matches!(host, "localhost" | "0.0.0.0" | "::1" | "::")
        || host.starts_with("127.")
        || names.iter().any(|n| n == host)
}

/// The place of `HOST` and `PORT` in `/dev/tcp/HOST/PORT`, which bash opens.
pub(super) fn dev_tcp(word: &Text) -> Option<(Text, Text)> {
    const PATH: &str = "/dev/tcp/";
    let value = word.value();
    let start = value.find(PATH)? + PATH.len();
    let host = value.get(start..)?.find('/')? + start;
    let end = value.get(host + 1..)?.find(|c: char| !c.is_ascii_digit()).map_or(value.len(), |at| at + host + 1);
    Some((word.slice(start..host), word.slice(host + 1..end)))
}

fn connects(word: &Text, names: &[String]) -> Option<Field> {
    let (host, port) = dev_tcp(word)?;
    is_own(host.known()?, names).then(|| number(&port))?
}

/// `nc -z HOST PORT`.
fn netcat(command: &[Text], names: &[String]) -> Option<Field> {
    let (program, rest) = command.split_first()?;
    if !matches!(shell::base(program.value()), "nc" | "ncat" | "netcat") {
        return None;
    }
    let short = |letter: char| rest.iter().any(|w| w.value().starts_with('-') && w.value().contains(letter));
    if !short('z') || short('u') {
        return None;
    }
    let takes = |w: &Text| matches!(w.value(), "-w" | "-i" | "-G" | "-W" | "-q");
    let plain = |at: &usize| {
        let own = rest.get(*at).is_some_and(|w| !w.value().starts_with('-'));
        own && !at.checked_sub(1).and_then(|i| rest.get(i)).is_some_and(takes)
    };
    let operands: Vec<&Text> = (0..rest.len()).filter(plain).filter_map(|at| rest.get(at)).collect();
    let [host, port] = operands.as_slice() else { return None };
    is_own(host.known()?, names).then(|| number(port))?
}

fn client(command: &[Text], names: &[String], variables: &[&str]) -> Option<Field> {
    let (program, rest) = command.split_first()?;
    let client = CLIENTS.iter().find(|c| c.names.contains(&shell::base(program.value())))?;
    // An address in one word says all of it, and a file of options may.
    let address = |w: &Text| {
        let v = w.value();
        v.contains("://")
            || v.contains("port=")
            || v.contains("host=")
            || v.starts_with("--defaults")
            || !v.starts_with('-') && names_port(v)
            || matches!(v, "-s" | "-S" | "--socket" | "--service")
    };
    let told = option(rest, client.port);
    if rest.iter().any(|w| address(w) && !client.port.iter().any(|p| w.value().starts_with(p))) {
        return None;
    }
    let host = option(rest, client.host);
    match &host {
        Some(host) if host.known().is_some_and(|h| h.starts_with('/')) => {}
        Some(host) if is_own(host.known()?, names) => {}
        None => {}
        Some(_) => return None,
    }
    // MySQL's clients take `localhost` for the socket.
    if client.socket && host.as_ref().is_none_or(|h| h.value() == "localhost") {
        return None;
    }
    match told {
        Some(port) => number(&port),
        None if variables.contains(&client.variable) || rest.iter().any(|w| !w.is_known()) => None,
        None => Some(Field::at(client.default, program.place())),
    }
}

/// Whether a word is an address with a port: `localhost:27018`, `localhost:27018/test`.
fn names_port(word: &str) -> bool {
    let port = word.rsplit_once(':').map(|(_, rest)| rest.split('/').next().unwrap_or(rest));
    port.is_some_and(|port| port.parse::<u16>().is_ok())
}

/// The value of the option that has one of these names.
fn option(words: &[Text], names: &[&str]) -> Option<Text> {
    for (at, word) in words.iter().enumerate() {
        for name in names {
            let Some(rest) = word.value().strip_prefix(name) else { continue };
            if rest.is_empty() {
                return words.get(at + 1).cloned();
            }
            let attached = name.len() == 2 && !name.starts_with("--") && !rest.starts_with('=');
            if attached || rest.starts_with('=') {
                let start = word.value().len() - rest.len() + usize::from(rest.starts_with('='));
                return Some(word.slice(start..word.value().len()));
            }
        }
    }
    None
}

fn number(port: &Text) -> Option<Field> {
    if !port.is_known() {
        return Some(Field { place: Some(port.place()), value: Value::Unknown("the port is not known".to_owned()) });
    }
    port.value().parse::<u16>().ok().map(|number| Field::at(i64::from(number), port.place()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Sources, Span};

    fn text(value: &str) -> Text {
        let id = Sources::default().add(Source::new("a", None, value));
        Text::literal(value, Span::new(id, 0, value.len()))
    }

    fn asked(line: &str) -> Option<i64> {
        let line = text(line);
        let words = [text("CMD-SHELL"), line.clone()];
        match of(&shell::line(&line), &words, &["db".to_owned()], &[])?.value {
            Value::Int(port) => Some(port),
            _ => None,
        }
    }

    #[test]
    fn the_port_of_a_client_is_its_own_or_the_one_that_is_written() {
        assert_eq!(asked("pg_isready -U app"), Some(5432));
        assert_eq!(asked("pg_isready -h db -p 5433"), Some(5433));
        assert_eq!(asked("redis-cli -p6380 ping"), Some(6380));
        assert_eq!(asked("mysqladmin ping -h 127.0.0.1 --port=3307"), Some(3307));
        assert_eq!(asked("mongosh --quiet --eval 'db.stats()'"), Some(27017));
        assert_eq!(asked("nc -z -w 3 localhost 8080"), Some(8080));
        assert_eq!(asked("bash -c '</dev/tcp/127.0.0.1/9000'"), Some(9000));
    }

    #[test]
    fn another_host_a_socket_or_an_address_is_no_port_of_the_container() {
        for line in [
            "pg_isready -h other",
            "mysqladmin ping -h localhost -P 3307",
            "mysqladmin ping",
            "mongosh localhost:27018/test --eval 1",
            "psql postgresql://db:5433/app -c 'select 1'",
            "nc -zu localhost 53",
            "nc -z other 8080",
            "redis-cli -s /run/redis.sock ping",
        ] {
            assert_eq!(asked(line), None, "{line}");
        }
    }
}
