//! Facts of subject `compose.healthcheck`: what a probe asks, with which program, and what makes it fail.

use super::environment::{Url, url_of, urls};
use super::image::Reference;
use super::probe_form;
use super::probe_port;
use super::programs::{self, CHECKED, DEV_TCP};
use super::read::{self, place, texts, tri, truth};
use super::shell;
use super::store::Told;
use crate::model::Model;
use crate::model::fact::{Fact, FactId, Field, Value};
use crate::model::subject::Subject;
use crate::model::workload::{Probe, Test};
use crate::source::Span;
use crate::text::Text;
use crate::yaml::Node;

/// Says whether the image has a program; `None` where that is not known.
pub(super) type Has<'a> = &'a dyn Fn(&str) -> Option<bool>;

/// Who runs a probe.
#[derive(Clone, Copy)]
pub(super) struct Runner<'a> {
    /// The names under which the service reaches itself.
    pub(super) names: &'a [String],
    /// The variables that are set.
    pub(super) variables: &'a [&'a str],
    /// Which programs the image has.
    pub(super) has: Has<'a>,
}

/// Builds the fact; `image` is the check of the image itself.
pub(super) fn build(
    model: &mut Model<'_>,
    (stack, service, container): (FactId, FactId, FactId),
    node: &Node,
    runner: Runner<'_>,
    image: Option<&[Text]>,
) -> Option<FactId> {
    let check = node.get("healthcheck").filter(|n| !n.is_null());
    let test = check.and_then(|c| c.get("test"));
    let told = check.is_some_and(|c| test.is_some() || truth(c.get("disable"), false) != Some(false));
    // What compose does not say, the image does.
    let (words, origin) = match (told, image) {
        (false, Some(words)) => (words.to_vec(), "dockerfile"),
        _ => (texts(test), "compose"),
    };
    let start = match (origin, words.first(), check) {
        ("dockerfile", Some(first), _) => first.span().into(),
        (_, _, Some(check)) => test.map_or_else(|| check.span().into(), place),
        _ => return None,
    };
    let kind = words.first().and_then(Text::known).unwrap_or("");
    let disabled =
        if kind == "NONE" { Some(true) } else { check.map_or(Some(false), |c| truth(c.get("disable"), false)) };
    let test =
        if origin == "compose" { read::list(test) } else { words.iter().map(Field::text).collect::<Vec<_>>().into() };
    let fact = Fact::new(Subject::Healthcheck, start)
        .with("container", container)
        .with("service", service)
        .with("stack", stack)
        .with("origin", origin)
        .with("disabled", tri(disabled, "`disable` is not known"))
        .with("test", test);
    Some(model.facts.add(of_words(fact, &words, runner)))
}

/// Adds what the words of a test say.
fn of_words(fact: Fact, words: &[Text], runner: Runner<'_>) -> Fact {
    let fact = match words.first().and_then(Text::known).unwrap_or("") {
        "CMD" => probe(fact.with("kind", "cmd"), &shell::commands(words.get(1..).unwrap_or(&[])), words, runner),
        "CMD-SHELL" => {
            let commands = words.get(1).map(shell::line).unwrap_or_default();
            probe(fact.with("kind", "shell"), &commands, words, runner)
        }
        "NONE" | "" => fact.with("kind", "none"),
        _ => fact,
    };
    probe_form::fields(fact, words)
}

/// The health check of a Dockerfile that no service builds.
pub(super) fn lone(model: &mut Model<'_>, words: &[Text], has: Has<'_>) {
    let Some(first) = words.first() else { return };
    let test: Vec<Field> = words.iter().map(Field::text).collect();
    let fact = Fact::new(Subject::Healthcheck, first.span().into())
        .with("origin", "dockerfile")
        .with("disabled", false)
        .with("test", test);
    model.facts.add(of_words(fact, words, Runner { names: &[], variables: &[], has }));
}

/// Builds the fact of a probe that no service has; `image` is what runs in the container, `told` what its options and its
/// command say.
pub(in crate::model) fn of_probe(
    model: &mut Model<'_>,
    container: FactId,
    image: Option<&Text>,
    told: &Told,
    asked: &Probe,
) {
    let reference = image.map(Reference::parse);
    let known = reference.as_ref().and_then(|r| r.knowledge(model.knowledge));
    let has = |program: &str| programs::of(known, reference.as_ref(), program);
    let runner = Runner { names: &[], variables: &[], has: &has };
    let fact = Fact::new(Subject::Healthcheck, asked.place.clone())
        .with("container", container)
        .with("disabled", asked.test.is_off());
    let form = |name: &str| Text::literal(name, Span { end: asked.place.span.start, ..asked.place.span });
    let fact = match &asked.test {
        Test::None => fact.with("kind", "none"),
        Test::Shell(line) => {
            let words = [form("CMD-SHELL"), line.clone()];
            probe(fact.with("kind", "shell"), &shell::line(line), &words, runner)
        }
        Test::List(words) => of_words(fact, words, runner),
        Test::Words(rest) => {
            let words = [vec![form("CMD")], rest.clone()].concat();
            of_words(fact, &words, runner)
        }
        Test::Http { host, port, path } => {
            let number = port.as_ref().map(|p| (p, p.known().map(str::parse::<i64>)));
            let port = match number {
                Some((port, Some(Ok(number)))) => Field::at(number, port.place()),
                Some((port, _)) => Field::at(Value::Unknown("the port has a name".to_owned()), port.place()),
                None => Field::derived(80_i64),
            };
            let shown = path.as_ref().map_or_else(|| Field::at("/", asked.place.clone()), Field::text);
            fact.with("kind", "http")
                .with("url", shown.clone())
                .with("url_path", shown)
                .with("url_port", port)
                .with("url_host", host.as_ref().map_or(Field::derived(Value::Null), Field::text))
                .with("asks_itself", host.is_none())
                .with("through_proxy", false)
                .with("alternatives", false)
                .with("never_fails", false)
                .with("fails_on_status", true)
        }
    };
    let words = match &asked.test {
        Test::Shell(line) => vec![form("CMD-SHELL"), line.clone()],
        Test::List(words) => words.clone(),
        Test::Words(rest) => [vec![form("CMD")], rest.clone()].concat(),
        Test::None | Test::Http { .. } => Vec::new(),
    };
    let given = told.unread || told.names.iter().any(|name| !name.is_known() || name.value() == "REDISCLI_AUTH");
    let idle = probe_form::idle(&words, !given && probe_form::asks_password(&told.words));
    let fact = match idle {
        Some((why, word)) => fact.with("idle", Field::at(why, word.place())),
        None => fact,
    };
    model.facts.add(fact);
}

fn probe(fact: Fact, commands: &[Vec<Text>], words: &[Text], runner: Runner<'_>) -> Fact {
    let programs: Vec<&Text> = commands.iter().filter_map(|c| c.first()).collect();
    let whole: String = words.iter().map(Text::value).collect::<Vec<_>>().join(" ");
    let asking = commands.iter().find(|c| url_in(c).is_some());
    let (alternatives, never_fails) = outcome(&whole);
    let fact = fact
        .with(
            "programs",
            programs.iter().map(|p| Field { place: Some(p.place()), ..Field::text(p) }).collect::<Vec<_>>(),
        )
        .with("alternatives", alternatives)
        .with("never_fails", never_fails)
        .with("missing_tool", missing_tool(commands, words, runner.has, alternatives));
    if let Some((command, url)) = asking.and_then(|c| Some((c, url_in(c)?))) {
        return with_url(fact, command, &url, runner.names);
    }
    let fact = match probe_port::of(commands, words, runner.names, runner.variables) {
        Some(port) => fact.with("asked_port", port),
        None => fact,
    };
    match words.iter().skip(1).find_map(spoken) {
        Some((port, path)) => fact
            .with("url", &path)
            .with("url_port", port_number(&port))
            .with("url_path", &path)
            .with("asks_itself", true)
            .with("through_proxy", false)
            .with("fails_on_status", tri(compares(&whole), "whether the probe looks at the status is not known")),
        None => fact,
    }
}

/// The port and the path of a request that a script writes to `/dev/tcp` by itself: `GET /ready HTTP/1.1`.
fn spoken(word: &Text) -> Option<(Text, Text)> {
    let (host, port) = probe_port::dev_tcp(word)?;
    let start = word.value().find("GET /")? + "GET ".len();
    let end = word.value().get(start..)?.find(|c: char| c.is_whitespace() || c == '\\')? + start;
    let path = word.slice(start..end);
    let query = path.value().find('?').unwrap_or(path.value().len());
    probe_port::is_own(host.known()?, &[]).then(|| (port, path.slice(0..query)))
}

/// Whether a script looks for a good status, or for what a health page says.
fn compares(line: &str) -> Option<bool> {
    let seeks = ["200", "\"UP\"", "UP"].iter().any(|word| line.contains(word));
    (line.contains("grep") && seeks).then_some(true)
}

fn port_number(port: &Text) -> Field {
    match port.known().map(str::parse::<i64>) {
        Some(Ok(number)) => Field::at(number, port.place()),
        Some(Err(_)) => Field::derived(Value::Null),
        None => Field::text(port),
    }
}

/// The program that is known to be missing; unknown where one may be.
fn missing_tool(commands: &[Vec<Text>], words: &[Text], has: Has<'_>, alternatives: bool) -> Field {
    let shell = words.get(1).filter(|_| words.first().and_then(Text::known) == Some("CMD-SHELL"));
    // Without a shell no alternative runs either.
    if let Some(line) = shell.filter(|_| has("sh") == Some(false)) {
        return Field::at("sh", line.place());
    }
    let mut asked: Vec<(&str, Text)> = Vec::new();
    for program in commands.iter().filter_map(|c| c.first()) {
        asked.extend(CHECKED.iter().find(|c| **c == shell::base(program.value())).map(|c| (*c, program.clone())));
        // A path of its own, or a name that is not on the image's path.
        if has(program.value()) == Some(false) && !asked.iter().any(|(name, _)| *name == program.value()) {
            asked.push((program.value(), program.clone()));
        }
    }
    asked.extend(connects(shell, words).map(|at| (DEV_TCP, at)));
    let missing = asked.iter().find(|(name, _)| has(name) == Some(false));
    match (missing, asked.iter().any(|(name, _)| has(name).is_none())) {
        (Some((name, at)), _) if !alternatives => Field { place: Some(at.place()), ..Field::derived(*name) },
        (None, true) => Field::derived(Value::Unknown("which programs the image has is not known".to_owned())),
        _ => Field::derived(Value::Null),
    }
}

/// Where a script for `sh` opens `/dev/tcp/…`, which bash alone knows.
fn connects(shell: Option<&Text>, words: &[Text]) -> Option<Text> {
    let plain = |w: &&Text| matches!(shell::base(w.value()), "sh" | "ash" | "dash");
    let script = shell.or_else(|| {
        words.get(1).filter(plain).and_then(|_| words.iter().skip(2).find(|w| !w.value().starts_with('-')))
    })?;
    let at = script.value().find("/dev/tcp/")?;
    let bash = script.value()[..at].split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "bash");
    (!bash).then(|| script.slice(at..at + DEV_TCP.len()))
}

fn with_url(fact: Fact, command: &[Text], url: &Url, names: &[String]) -> Fact {
    let itself = url.host.known().map(|h| probe_port::is_own(h, names));
    let asked = if itself == Some(true) { port(url) } else { Field::derived(Value::Null) };
    let path = if url.path.is_empty() { Field::at("/", url.whole.place()) } else { Field::text(&url.path) };
    fact.with("url", &url.whole)
        .with("url_host", &url.host)
        .with("url_port", port(url))
        .with("asked_port", asked)
        .with("url_path", path)
        .with("asks_itself", tri(itself, "the host that the probe asks is not known"))
        .with("through_proxy", through_proxy(command))
        .with(
            "fails_on_status",
            tri(fails_on_status(command), "whether this program fails on an error status is not known"),
        )
}

fn port(url: &Url) -> Field {
    match &url.port {
        Some(port) => port_number(port),
        None => Field::derived(if url.secure { 443_i64 } else { 80 }),
    }
}

/// The URL that a command asks for: the first in its words, or a bare `host:port/path` of curl and wget.
fn url_in(command: &[Text]) -> Option<Url> {
    let program = command.first().map(|p| shell::base(p.value()))?;
    let skip = |at: usize| {
        at > 0
            && command.get(at - 1).is_some_and(|w| {
                matches!(w.value(), "-x" | "--proxy" | "-o" | "-H" | "--header" | "-e" | "--user-agent" | "-A")
            })
    };
    let mut words = command.iter().enumerate().skip(1).filter(|(at, _)| !skip(*at)).map(|(_, w)| w);
    if let Some(url) = words.clone().find_map(|w| urls(w).into_iter().find(|u| u.http)) {
        return Some(url);
    }
    let bare = |w: &&Text| {
        let v = w.value();
        v.starts_with("localhost") || v.starts_with("127.0.0.1") || v.starts_with("0.0.0.0")
    };
    matches!(program, "curl" | "wget").then(|| words.find(bare).map(url_of))?
}

fn through_proxy(command: &[Text]) -> bool {
    command.iter().any(|w| {
        let w = w.value();
        matches!(w, "-x" | "--proxy" | "-p" | "--proxytunnel")
            || w.starts_with("--proxy=")
            || w.starts_with("-x")
            || w.contains("http_proxy=")
    })
}

/// Whether an HTTP error status makes the command fail; `None` where that is not known of the program.
fn fails_on_status(command: &[Text]) -> Option<bool> {
    let words = || command.iter().map(Text::value);
    match shell::base(command.first()?.value()) {
        "curl" => {
            let short = |w: &str| w.starts_with('-') && !w.starts_with("--") && w.contains('f');
            Some(words().any(|w| w.starts_with("--fail") || short(w)))
        }
        "wget" => Some(true),
        "python" | "python3" => {
            words().any(|w| w.contains("urlopen") || w.contains("raise_for_status")).then_some(true)
        }
        _ => None,
    }
}

/// Whether the probe tries something else after a failure, and whether it can't fail at all.
fn outcome(line: &str) -> (bool, bool) {
    let last = line.rsplit("||").next().unwrap_or("").trim();
    let never = line.contains("||") && matches!(last, "true" | ":" | "exit 0")
        || line.trim_end().ends_with("; exit 0")
        || line.trim_end().ends_with(";exit 0");
    let tries = line.split("||").skip(1).any(|part| {
        let part = part.trim().trim_end_matches(['"', '\'', ')', '}', ';']).trim();
        !(part.starts_with("exit")
            || part == "false"
            || part.starts_with("kill")
            || part.starts_with("(exit")
            || part == "true"
            || part == ":")
    });
    (tries, never)
}
