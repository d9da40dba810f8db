//! GitLab's report of static application security testing: the findings of rules that are about security.
//!
//! Which rules those are is the tag `security`, as for SARIF. GitLab wants to know when the scan was: it is the one value of a
//! report that is another one the next time.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::redact::Redactor;
use super::{Report, RuleText, fingerprint, json};
use crate::finding::{Finding, Severity};

/// The release of GitLab's schema that the report is written for; 15.2.1 asks the same of its fields.
const SCHEMA: &str = "15.0.7";
/// The longest name, and the longest solution, that the schema allows, in characters.
const NAME: usize = 255;
const SOLUTION: usize = 7000;

/// The report as JSON, of a scan at this time.
pub fn render(report: &Report, now: SystemTime) -> String {
    let redactor = Redactor::new(report);
    let fingerprints = fingerprint::all(report, &redactor);
    let open = report.findings.iter().zip(fingerprints).filter(|(finding, _)| finding.suppressed.is_none());
    let found = open.filter_map(|(finding, id)| {
        let rule = report.rules.iter().find(|rule| rule.id == finding.rule)?;
        let secure = rule.tags.iter().any(|tag| tag == "security");
        secure.then(|| vulnerability(finding, &id, rule, report, &redactor))
    });
    let name = env!("CARGO_PKG_NAME");
    let tool = json!({ "id": name, "name": name, "vendor": { "name": name }, "version": env!("CARGO_PKG_VERSION") });
    let time = utc(now);
    let value = json!({
        "version": SCHEMA,
        "scan": {
            "analyzer": tool,
            "scanner": tool,
            "type": "sast",
            "start_time": time,
            "end_time": time,
            "status": "success",
        },
        "vulnerabilities": found.collect::<Vec<_>>(),
    });
    json::text(&value, true) + "\n"
}

fn vulnerability(finding: &Finding, id: &str, rule: &RuleText, report: &Report, redactor: &Redactor) -> Value {
    let source = report.sources.get(finding.span.source);
    let line = |offset| source.position(offset).line;
    let mut identifier =
        json!({ "type": "deploylint_rule", "name": format!("deploylint {}", rule.id), "value": rule.id });
    if let Some(url) = &rule.url {
        identifier["url"] = json!(url);
    }
    let mut made = json!({
        "id": id,
        "name": short(&rule.title, NAME),
        "description": redactor.message(&finding.message),
        "severity": match finding.severity {
            Severity::Error => "High",
            Severity::Warning => "Medium",
            Severity::Note => "Low",
        },
        "identifiers": [identifier],
        "location": { "file": source.path, "start_line": line(finding.span.start), "end_line": line(finding.span.end) },
    });
    if !finding.help.is_empty() {
        made["solution"] = json!(short(&redactor.message(&finding.help), SOLUTION));
    }
    made
}

fn short(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// `2026-11-30T18:24:00`, in UTC, as the schema wants it: without a zone.
fn utc(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

/// Year, month and day of the Gregorian calendar, so many days after 1970-01-01. Years are counted from the first of March, so
/// that a leap day is a year's last.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::utc;

    #[test]
    fn times_are_written_in_utc() {
        // As `date --utc --date=@SECONDS +%FT%T` prints them.
        for (seconds, said) in [
            (0, "1970-01-01T00:00:00"),
            (951_782_399, "2000-02-28T23:59:59"),
            (951_782_400, "2000-02-29T00:00:00"),
            (951_868_800, "2000-03-01T00:00:00"),
            (1_709_164_800, "2024-02-29T00:00:00"),
            (1_798_761_599, "2026-12-31T23:59:59"),
            (4_107_542_400, "2100-03-01T00:00:00"),
        ] {
            assert_eq!(utc(UNIX_EPOCH + Duration::from_secs(seconds)), said);
        }
    }
}
