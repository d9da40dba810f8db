//! Those of files of lines: Squid, Redis, logrotate.

use super::fact;
use crate::model::fact::{Fact, Field};
use crate::syntax::conf::{Conf, Directive, Grammar};
use crate::text::Text;

/// logrotate's words for how often, of which the last one counts; `size` is one of them.
const PERIODS: &[&str] = &["hourly", "daily", "weekly", "monthly", "yearly"];

/// What is wrong with a configuration that is wholly known.
pub(super) fn problems(conf: &Conf) -> Vec<Fact> {
    match conf.grammar {
        Grammar::Squid => rest_allowed(conf).into_iter().collect(),
        Grammar::Redis => password_ignored(conf).into_iter().collect(),
        Grammar::Logrotate => conf.directives.iter().flat_map(rotation).collect(),
        _ => Vec::new(),
    }
}

fn line<'c>(conf: &'c Conf, name: &str) -> Option<&'c Directive> {
    conf.directives.iter().find(|d| d.name().eq_ignore_ascii_case(name))
}

/// Squid gives what no `http_access` names the opposite of the last one.
fn rest_allowed(conf: &Conf) -> Option<Fact> {
    if line(conf, "include").is_some() || line(conf, "http_port").is_none() {
        return None;
    }
    let last = conf.directives.iter().rev().find(|d| d.name() == "http_access")?;
    let (action, lists) = last.arguments().split_first()?;
    let all = |w: &Text| w.value() == "all";
    (action.known() == Some("deny") && !lists.is_empty() && !lists.iter().any(all)).then(|| {
        let value = lists.iter().map(Text::value).collect::<Vec<_>>().join(" ");
        fact("rest-allowed", "http_access", &value, action.place())
    })
}

/// Redis reads its users from the file, and no password beside it.
fn password_ignored(conf: &Conf) -> Option<Fact> {
    let file = line(conf, "aclfile")?.arguments().first().filter(|w| !w.value().is_empty())?;
    let password = line(conf, "requirepass").filter(|d| d.arguments().iter().any(|w| !w.value().is_empty()))?;
    let place = password.words.first()?.place();
    Some(fact("password-ignored", "requirepass", file.value(), place).with("other", Field::text(file)))
}

/// What one block of logrotate says twice.
fn rotation(block: &Directive) -> Vec<Fact> {
    let lines = || block.block.iter();
    let mut found = Vec::new();
    let size = lines().enumerate().rfind(|(_, d)| d.name() == "size");
    let period = lines().enumerate().rfind(|(_, d)| PERIODS.contains(&d.name()));
    if let (Some((one, size)), Some((other, period))) = (size, period) {
        let (lost, kept) = if one > other { (period, size) } else { (size, period) };
        if let (Some(word), Some(at)) = (lost.words.first(), kept.words.first()) {
            found.push(
                fact("period-replaced", lost.name(), kept.name(), word.place())
                    .with("other", Field::at(kept.name(), at.place())),
            );
        }
    }
    found
}
