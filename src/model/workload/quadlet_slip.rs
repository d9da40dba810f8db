//! Keys of a `.container` that the generator takes, and that do not do what they say beside the others of the file.

use crate::model::fact::{Field, Value};
use crate::syntax::unit::{Directive, Unit};
use crate::text::Text;

/// Keys that podman refuses for a container of a pod, or ignores (`Network`).
const OF_POD: &[&str] = &["PublishPort", "AddHost", "Network"];

/// How long systemd waits for a service to stop, where nothing says otherwise.
const WAITS: u64 = 90;

/// What is wrong with `directive` in a file of the kind, and what the finding is about.
pub(super) fn problem(unit: &Unit, kind: &str, directive: &Directive) -> Option<(&'static str, Field)> {
    if kind != "container" || directive.section != "Container" {
        return None;
    }
    let name = directive.key.known()?;
    let nothing = Field::derived(Value::Null);
    match name {
        _ if OF_POD.contains(&name) => {
            let pod = unit.get("Container", "Pod")?;
            let of_pod = pod.value.known().is_some_and(|v| !v.is_empty()) && !directive.value.value().is_empty();
            of_pod.then_some(("pod", nothing))
        }
        "StopTimeout" => {
            let seconds: u64 = directive.value.known()?.parse().ok()?;
            let told = unit.get("Service", "TimeoutStopSec").or_else(|| unit.get("Service", "TimeoutSec"));
            (seconds > WAITS && told.is_none()).then_some(("stop", nothing))
        }
        "Exec" => expanded(unit, &directive.value).map(|at| ("expanded", Field::text(&at))),
        _ => None,
    }
}

/// A variable of the container in `Exec=`, which systemd replaces by one of its own.
fn expanded(unit: &Unit, value: &Text) -> Option<Text> {
    if unit
        .directives
        .iter()
        .any(|d| d.section == "Service" && d.key.known().is_none_or(|k| k.starts_with("Environment")))
    {
        return None;
    }
    let own = unit.directives.iter().filter(|d| d.section == "Container" && d.key.known() == Some("Environment"));
    let mut names: Vec<&str> = own
        .flat_map(|d| d.value.value().split_whitespace())
        .filter_map(|pair| Some(pair.trim_start_matches(['"', '\'']).split_once('=')?.0))
        .collect();
    let secrets = unit.directives.iter().filter(|d| d.section == "Container" && d.key.known() == Some("Secret"));
    names.extend(secrets.filter_map(|d| secret(d.value.value())));
    let text = value.value();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('$')).map(|at| at + from) {
        let rest = text.get(at + 1..).unwrap_or("");
        if rest.starts_with('$') {
            from = at + 2;
            continue;
        }
        let braces = usize::from(rest.starts_with('{'));
        let inside = rest.get(braces..).unwrap_or("");
        let length = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inside.len());
        if inside.get(..length).is_some_and(|name| names.contains(&name)) {
            return Some(value.slice(at + 1 + braces..at + 1 + braces + length));
        }
        from = at + 1;
    }
    None
}

/// The variable in which a secret is given: `NAME,type=env[,target=VARIABLE]`.
fn secret(value: &str) -> Option<&str> {
    let mut parts = value.split(',').map(str::trim);
    let name = parts.next()?;
    let options: Vec<&str> = parts.collect();
    let target = options.iter().find_map(|o| o.strip_prefix("target="));
    options.contains(&"type=env").then(|| target.unwrap_or(name))
}
