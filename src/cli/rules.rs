//! The rules and the knowledge of a run: embedded ones, the user's, and what the settings make of them.

use std::path::PathBuf;

use super::settings::Settings;
use super::{Failure, mistakes};
use crate::check::rules::{Rule, RuleSet};
use crate::config::did_you_mean;
use crate::config::written::SeverityConfig;
use crate::finding::Severity;
use crate::knowledge::{Knowledge, KnowledgeFile};

/// The embedded rules and those of `folders`.
pub(super) fn all(folders: &[PathBuf]) -> Result<RuleSet, Failure> {
    let mut rules = RuleSet::embedded().map_err(|found| mistakes::rules(&found))?;
    for folder in folders {
        if !folder.is_dir() {
            return Err(Failure(format!("{}: not a folder of rules", folder.display())));
        }
        rules.add_folder(folder).map_err(|found| mistakes::rules(&found))?;
    }
    Ok(rules)
}

/// The rules of a check: only those that are selected, with the severities and options of the configuration.
pub(super) fn of(settings: &Settings) -> Result<RuleSet, Failure> {
    let mut rules = all(&settings.rule_folders)?;
    for id in settings.select.iter().chain(&settings.ignore) {
        find(id, &rules)?;
    }
    configure(&mut rules, settings)?;
    rules.retain(|rule| {
        let id = &rule.file.id;
        (settings.select.is_empty() || settings.select.contains(id)) && !settings.ignore.contains(id)
    });
    Ok(rules)
}

/// The embedded knowledge, and before it the user's, which therefore wins.
pub(super) fn knowledge(settings: &Settings) -> Result<Knowledge, Failure> {
    let file = &settings.config.file;
    let mut knowledge = Knowledge { litellm_version: file.litellm.version.clone(), ..Knowledge::default() };
    knowledge.add(KnowledgeFile { images: file.knowledge.images.clone() });
    for (role, services) in &file.roles {
        knowledge.service_roles.extend(services.iter().map(|s| (s.get_ref().clone(), *role)));
    }
    let embedded = Knowledge::embedded()?;
    knowledge.images.extend(embedded.images);
    Ok(knowledge)
}

fn configure(rules: &mut RuleSet, settings: &Settings) -> Result<(), Failure> {
    let config = &settings.config;
    for (id, rule) in &config.file.rules {
        let (name, at) = (id.get_ref(), id.span());
        if rules.get(name).is_none() {
            let help = did_you_mean(name, rules.iter().map(|r| r.file.id.as_str()));
            let mistake = config.mistake(at, format!("there is no rule `{name}`"), help);
            return Err(mistakes::configuration(&mistake));
        }
        for (option, value) in &rule.options {
            let refused = |message: String| mistakes::configuration(&config.mistake(option.span(), message, ""));
            let value = serde_yaml::to_value(value).map_err(|e| refused(e.to_string()))?;
            rules.set_option(name, option.get_ref(), &value).map_err(refused)?;
        }
        match rule.severity {
            Some(SeverityConfig::Error) => _ = rules.set_severity(name, Severity::Error),
            Some(SeverityConfig::Warning) => _ = rules.set_severity(name, Severity::Warning),
            Some(SeverityConfig::Note) => _ = rules.set_severity(name, Severity::Note),
            Some(SeverityConfig::Off) => rules.retain(|r| r.file.id != *name),
            None => {}
        }
    }
    Ok(())
}

/// The rule `id`; fails where there is none, with the nearest one.
pub(super) fn find<'r>(id: &str, rules: &'r RuleSet) -> Result<&'r Rule, Failure> {
    if let Some(rule) = rules.get(id) {
        return Ok(rule);
    }
    let help = did_you_mean(id, rules.iter().map(|r| r.file.id.as_str()));
    let hint = if help.is_empty() { "`deploylint rules` lists them".to_owned() } else { help };
    Err(Failure(format!("there is no rule `{id}`; {hint}")))
}
