//! Values of a unit that systemd can't read, so that it ignores the line: sizes as Docker writes them, paths in quotes,
//! units without their suffix.

use super::directive::fact;
use crate::document::Document;
use crate::model::Model;
use crate::syntax::unit::{Directive, Unit, effective};
use crate::text::Text;

const SIZES: [&str; 6] = ["MemoryMax", "MemoryHigh", "MemoryLow", "MemoryMin", "MemorySwapMax", "MemoryLimit"];
/// Spans of time that nobody means in months.
const SPANS: [(&str, &str); 12] = [
    ("Service", "TimeoutSec"),
    ("Service", "TimeoutStartSec"),
    ("Service", "TimeoutStopSec"),
    ("Service", "TimeoutAbortSec"),
    ("Service", "RestartSec"),
    ("Service", "RestartMaxDelaySec"),
    ("Service", "WatchdogSec"),
    ("Service", "RuntimeMaxSec"),
    ("Unit", "StartLimitIntervalSec"),
    ("Unit", "JobTimeoutSec"),
    ("Timer", "OnBootSec"),
    ("Timer", "OnUnitActiveSec"),
];
const UNITS: [&str; 11] = [
    "After",
    "Before",
    "Wants",
    "Requires",
    "Requisite",
    "BindsTo",
    "PartOf",
    "Upholds",
    "Conflicts",
    "OnFailure",
    "OnSuccess",
];

/// Adds the values of a unit that systemd can't read, each with how it is written.
pub(super) fn build(model: &mut Model<'_>, document: &Document, unit: &Unit) {
    let last = |key: &str| effective(&unit.directives, "Service", key).pop();
    for key in SIZES {
        add(model, document, key, last(key), size);
    }
    add(model, document, "CPUQuota", last("CPUQuota"), quota);
    for directive in effective(&unit.directives, "Service", "EnvironmentFile") {
        add(model, document, "EnvironmentFile", Some(directive), unquoted);
    }
    for (section, key) in SPANS {
        for directive in effective(&unit.directives, section, key) {
            let Some(written) = directive.value.known().filter(|w| in_months(w)) else { continue };
            let fact = fact(document, key, &directive.value, "months").with("section", section);
            model.facts.add(fact.with("value", written).with("nearest", written.replace('M', "min")));
        }
    }
    for key in UNITS {
        for directive in unit.directives.iter().filter(|d| d.section == "Unit" && d.key.known() == Some(key)) {
            add(model, document, key, Some(directive), units);
        }
    }
}

/// Whether a span of time says `M`, which is months; minutes are `m` or `min`.
fn in_months(written: &str) -> bool {
    let mut digits = false;
    written.chars().any(|c| {
        let months = digits && c == 'M';
        digits = c.is_ascii_digit();
        months
    })
}

type Right = fn(&str) -> Option<String>;

fn add(model: &mut Model<'_>, document: &Document, key: &str, directive: Option<&Directive>, right: Right) {
    let Some(value) = directive.map(|d| &d.value) else { return };
    let Some((written, right)) = value.known().and_then(|written| Some((written, right(written)?))) else { return };
    let at: &Text = value;
    let section = directive.map(|d| d.section.as_str());
    let fact = fact(document, key, at, "form").with("section", section.map(str::to_owned));
    model.facts.add(fact.with("value", written).with("nearest", right));
}

/// `512m`, `1GB` and `1Gi`: sizes end with one capital there.
fn size(written: &str) -> Option<String> {
    let end = written.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, suffix) = written.split_at(end);
    let letter = suffix.trim_start().chars().next()?.to_ascii_uppercase();
    let known = matches!(
        suffix.trim_start().to_ascii_lowercase().as_str(),
        "k" | "m" | "g" | "t" | "kb" | "mb" | "gb" | "tb" | "ki" | "mi" | "gi" | "ti" | "kib" | "mib" | "gib" | "tib"
    );
    let right = suffix.trim_start() == letter.to_string();
    (known && !right && number.parse::<f64>().is_ok()).then(|| format!("{number}{letter}"))
}

/// `0.5` and `50`: a share of a processor needs its percent sign.
fn quota(written: &str) -> Option<String> {
    let share: f64 = written.parse().ok()?;
    let percent = if share <= 8.0 { share * 100.0 } else { share };
    Some(format!("{percent}%"))
}

/// A path in quotes, which are part of it there.
fn unquoted(written: &str) -> Option<String> {
    let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = written.strip_prefix(quote)?.strip_suffix(quote)?;
    inner.starts_with('/').then(|| inner.to_owned())
}

/// Names of units without a suffix or with commas between them.
fn units(written: &str) -> Option<String> {
    if written.contains(['%', '"', '\'', '\\']) {
        return None;
    }
    let names = written.split(|c: char| c.is_whitespace() || c == ',').filter(|n| !n.is_empty());
    let right = |name: &str| match name {
        _ if name.contains('.') => name.to_owned(),
        "network" | "network-online" | "multi-user" | "graphical" | "local-fs" | "remote-fs" | "time-sync" => {
            format!("{name}.target")
        }
        _ => format!("{name}.service"),
    };
    let right: Vec<String> = names.map(right).collect();
    (right != written.split_whitespace().collect::<Vec<_>>()).then(|| right.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_systemd_reads_is_left_alone() {
        for written in ["512M", "1G", "infinity", "50%", "1073741824", "1.5G", "{{ limit }}", ""] {
            assert_eq!(size(written), None, "{written}");
        }
        assert_eq!(quota("50%"), None);
        assert_eq!(unquoted("-/etc/app.env"), None);
        assert!(!in_months("5min") && !in_months("1h 5m") && !in_months("Monday") && in_months("1h 5M"));
        assert_eq!(units("docker.service  network-online.target"), None);
        assert_eq!(units("app@%i.service"), None);
    }

    #[test]
    fn what_it_does_not_read_is_written_right() {
        assert_eq!(size("512m").as_deref(), Some("512M"));
        assert_eq!(size("1GB").as_deref(), Some("1G"));
        assert_eq!(quota("0.5").as_deref(), Some("50%"));
        assert_eq!(unquoted("\"/etc/app.env\"").as_deref(), Some("/etc/app.env"));
        assert_eq!(units("docker").as_deref(), Some("docker.service"));
        assert_eq!(units("a.service,b.service").as_deref(), Some("a.service b.service"));
    }
}
