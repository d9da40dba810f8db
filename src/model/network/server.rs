//! Servers that an application's own command starts (`uvicorn`, `gunicorn`, `manage.py runserver`): where they listen by
//! themselves, and what moves it. The list is data, `rules/knowledge/_servers.yaml`.
//!
//! Only a command that ends with one such server is read; what stands in a file or a variable that is not seen leaves it open.

use std::sync::LazyLock;

use serde::Deserialize;

use super::listen::{Environment, Listener, Listening, Told, number, option};
use crate::model::compose::build::Build;
use crate::model::compose::read::texts;
use crate::model::compose::shell;
use crate::syntax::dockerfile::Content;
use crate::text::{Place, Text};
use crate::yaml::Node;

/// The address of the container alone.
const LOOPBACK: &str = "127.0.0.1";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    servers: Vec<Server>,
}

/// One server.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Server {
    programs: Vec<String>,
    after: Vec<String>,
    host: Option<String>,
    port: Option<i64>,
    hosts: Vec<String>,
    ports: Vec<String>,
    bind: Vec<String>,
    opaque: Vec<String>,
    variables: Vec<String>,
    positional: bool,
    #[allow(dead_code)] // For whoever reads the file.
    source: String,
}

/// The list; a test makes sure that the file is valid.
fn list() -> &'static List {
    static LIST: LazyLock<List> = LazyLock::new(|| {
        // `rules/knowledge/_servers.yaml`, as the build has it.
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/_servers.json"))).unwrap_or_default()
    });
    &LIST
}

/// Where the server listens that a service's command starts, where it is one and all of it is seen.
pub(super) fn of(node: &Node, build: Option<Build<'_>>) -> Option<Listening> {
    let own = [texts(node.get("entrypoint")), texts(node.get("command"))].concat();
    let replaced = node.get("entrypoint").is_some_and(|n| !n.is_null());
    let (commands, raw) = if own.is_empty() || !replaced && build.is_some_and(|b| has(&b, "ENTRYPOINT")) {
        started(build.filter(|_| own.is_empty())?)?
    } else {
        (shell::commands(&own), own.iter().map(Text::value).collect::<Vec<_>>().join(" "))
    };
    // Something in the background may listen as well.
    if raw.replace("&&", "").replace(">&", "").replace("&>", "").contains('&') {
        return None;
    }
    let last = unwrapped(commands.last()?)?;
    let told = Environment::of(node);
    let file = |name: &str| build.is_some_and(|b| sets(&b, name));
    let mut found = read(&last, &|name| told.names(name) || told.open || file(name), build.is_some())?;
    found.complete &= !build.is_some_and(|b| opens_more(&b, &found)) && !told.values().any(|(name, _)| measured(name));
    Some(found)
}

/// Whether a Dockerfile names a second port beside the server's: the application opens that by itself.
fn opens_more(build: &Build<'_>, found: &Listening) -> bool {
    let exposed = build.instructions().into_iter().filter(|i| i.name == "EXPOSE");
    let words = exposed.flat_map(|i| i.arguments.value().split_whitespace());
    let ports: Vec<Option<i64>> = words.map(|w| w.split('/').next().unwrap_or(w).parse().ok()).collect();
    let own = |port: &Option<i64>| port.is_some_and(|port| found.all.iter().any(|l| l.port == port));
    ports.iter().any(own) && !ports.iter().all(own)
}

/// Whether a variable gives an application the port of its metrics.
fn measured(name: &str) -> bool {
    name.ends_with("PORT") && ["METRICS", "PROMETHEUS", "TELEMETRY"].iter().any(|word| name.contains(word))
}

/// Whether a Dockerfile's stages have an instruction.
fn has(build: &Build<'_>, name: &str) -> bool {
    build.instructions().iter().any(|i| i.name == name)
}

/// Whether a Dockerfile sets a variable.
fn sets(build: &Build<'_>, name: &str) -> bool {
    build.instructions().iter().any(|i| i.name == "ENV" && i.arguments.value().contains(name))
}

/// The commands that an image starts, where its Dockerfile says them in `CMD` alone.
fn started(build: Build<'_>) -> Option<(Vec<Vec<Text>>, String)> {
    if has(&build, "ENTRYPOINT") {
        return None;
    }
    let instructions = build.instructions();
    let start = instructions.iter().rev().find(|i| i.name == "CMD")?;
    let commands = match &start.content {
        Content::Exec(words) => shell::commands(&words.iter().map(|w| w.text.clone()).collect::<Vec<_>>()),
        Content::Shell(_) => shell::line(&start.arguments),
        Content::Pairs(_) | Content::Words(_) => return None,
    };
    Some((commands, start.arguments.value().to_owned()))
}

/// A command without what runs it: `python -m`, `poetry run`, `uv run`.
fn unwrapped(command: &[Text]) -> Option<Vec<Text>> {
    let mut words = command;
    for _ in 0..4 {
        let first = shell::base(words.first()?.value());
        let second = words.get(1).map_or("", Text::value);
        let python = first.starts_with("python") || first == "php";
        let skip = match (first, second) {
            _ if python && second == "-m" => 2,
            _ if python && !second.starts_with('-') && !second.is_empty() => 1,
            ("poetry" | "uv" | "pipenv" | "pdm" | "hatch" | "rye", "run") => 2,
            _ => return Some(words.to_vec()),
        };
        words = words.get(skip..)?;
    }
    None
}

/// Where one command listens; `moved` says whether a variable may be set, `whole` whether the image's own are seen.
fn read(command: &[Text], moved: &dyn Fn(&str) -> bool, whole: bool) -> Option<Listening> {
    let (program, rest) = command.split_first()?;
    let base = shell::base(program.known()?);
    let fits = |s: &&Server| {
        s.programs.iter().any(|p| p == base)
            && s.after.iter().zip(rest).all(|(a, w)| a == w.value())
            && rest.len() >= s.after.len()
    };
    let server = list().servers.iter().find(fits)?;
    let rest = rest.get(server.after.len()..)?;
    let opaque = |w: &Text| server.opaque.iter().any(|o| w.value() == o || w.value().starts_with(&format!("{o}=")));
    if rest.iter().any(opaque) {
        return None;
    }
    let pick = |flags: &[String]| flags.iter().map(|f| option(rest, f)).find(|t| !matches!(t, Told::Nothing));
    let mut host: Option<Text> = None;
    let mut port: Option<Text> = None;
    match pick(&server.bind) {
        Some(Told::Value(both))
            if rest.iter().filter(|w| server.bind.iter().any(|b| w.value().starts_with(b.as_str()))).count() == 1 =>
        {
            let at = both.known()?.rfind(':')?;
            (host, port) = (Some(both.slice(0..at)), Some(both.slice(at + 1..both.value().len())));
        }
        Some(_) => return None,
        None => {}
    }
    for (flags, into) in [(&server.hosts, &mut host), (&server.ports, &mut port)] {
        match pick(flags) {
            Some(Told::Value(value)) => *into = Some(value),
            Some(_) => return None,
            None => {}
        }
    }
    if server.positional
        && let Some(word) =
            rest.first().filter(|w| w.value().starts_with(|c: char| c.is_ascii_digit() || c == '[' || c == '$'))
    {
        match word.known()?.rfind(':') {
            Some(at) => (host, port) = (Some(word.slice(0..at)), Some(word.slice(at + 1..word.value().len()))),
            None => port = Some(word.clone()),
        }
    }
    let defaults = whole && !server.variables.iter().any(|v| moved(v));
    let host = match &host {
        Some(host) => (host.known()?.to_owned(), Some(host.place())),
        None => (server.host.clone().filter(|_| defaults || server.variables.is_empty())?, None),
    };
    let (number, place) = match &port {
        Some(port) => (number(port)?, Some(port.place())),
        None => (server.port.filter(|_| defaults || server.variables.is_empty())?, Some(program.place())),
    };
    Some(listening(&host.0, host.1.or_else(|| Some(program.place())), number, place))
}

fn listening(host: &str, host_place: Option<Place>, port: i64, place: Option<Place>) -> Listening {
    let own = host == LOOPBACK || host == "localhost" || host == "::1";
    let listener = Listener {
        port,
        by: "command",
        place,
        ipv4_only: host == "0.0.0.0" || host == LOOPBACK,
        loopback: host_place.filter(|_| own),
        inward: false,
    };
    Listening { all: vec![listener], complete: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Sources, Span};

    fn listens(line: &str) -> Option<(i64, bool)> {
        let id = Sources::default().add(Source::new("a", None, line));
        let text = Text::literal(line, Span::new(id, 0, line.len()));
        let commands = shell::line(&text);
        let found = read(&unwrapped(commands.last()?)?, &|_| false, true)?;
        found.all.first().map(|l| (l.port, l.loopback.is_some()))
    }

    #[test]
    fn the_list_is_valid() {
        assert!(list().servers.len() > 10 && list().servers.iter().all(|s| !s.source.is_empty()));
    }

    #[test]
    fn servers_listen_where_they_are_told_or_by_themselves() {
        assert_eq!(listens("uvicorn main:app"), Some((8000, true)));
        assert_eq!(listens("uvicorn main:app --host 0.0.0.0 --port 9000"), Some((9000, false)));
        assert_eq!(
            listens("alembic upgrade head && exec python -m uvicorn main:app --host=0.0.0.0"),
            Some((8000, false))
        );
        assert_eq!(listens("poetry run gunicorn -b 0.0.0.0:5000 app:app"), Some((5000, false)));
        assert_eq!(listens("python manage.py runserver 0.0.0.0:8080"), Some((8080, false)));
        assert_eq!(listens("python manage.py runserver 8080"), Some((8080, true)));
        assert_eq!(listens("python -m http.server 3000"), Some((3000, false)));
    }

    #[test]
    fn what_a_file_may_say_is_not_known() {
        for line in [
            "gunicorn app:app",
            "gunicorn -c conf.py app:app",
            "uvicorn main:app --uds /run/a.sock",
            "python app.py",
            "uvicorn main:app --port $PORT",
        ] {
            assert_eq!(listens(line), None, "{line}");
        }
    }
}
