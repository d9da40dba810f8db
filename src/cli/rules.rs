//! The rules and the knowledge of a run: embedded ones, the user's, and what the settings make of them.

use std::ops::Range;
use std::path::PathBuf;

use super::settings::Settings;
use super::{Failure, config_errors, parts};
use crate::check::rules::{Mistake, Rule, RuleSet};
use crate::config::{Config, did_you_mean};
use crate::knowledge::Knowledge;

/// The embedded rules and those of `folders`, examples included, for those who read rules.
pub(super) fn whole(folders: &[PathBuf]) -> Result<RuleSet, Failure> {
    with(RuleSet::embedded(), folders)
}

/// The embedded rules and those of `folders`.
pub(super) fn all(folders: &[PathBuf]) -> Result<RuleSet, Failure> {
    with(RuleSet::brief(), folders)
}

fn with(embedded: Result<RuleSet, Vec<Mistake>>, folders: &[PathBuf]) -> Result<RuleSet, Failure> {
    let mut rules = embedded.map_err(|found| config_errors::rules(&found))?;
    for folder in folders {
        if !folder.is_dir() {
            return Err(Failure(format!("{}: not a folder of rules", folder.display())));
        }
        rules.add_folder(folder).map_err(|found| config_errors::rules(&found))?;
    }
    Ok(rules)
}

/// The rules of a check: only those that are selected, with the severities and options of the configuration.
pub(super) fn of(settings: &Settings) -> Result<RuleSet, Failure> {
    let mut rules = all(&settings.rule_folders)?;
    named(&rules, settings)?;
    configure(&mut rules, settings)?;
    rules.retain(|rule| parts::judges(settings).any(|judge| !judge.off(&rule.id) && judge.selects(rule)));
    Ok(rules)
}

/// All rules that the configuration does not turn off, whatever is selected.
pub(super) fn configured(settings: &Settings) -> Result<RuleSet, Failure> {
    let mut rules = all(&settings.rule_folders)?;
    configure(&mut rules, settings)?;
    Ok(rules)
}

/// Fails where a rule that is named does not exist.
fn named(rules: &RuleSet, settings: &Settings) -> Result<(), Failure> {
    for judge in parts::judges(settings) {
        for (id, at) in judge.select.0.iter().chain(&judge.ignore.0) {
            if rules.iter().any(|rule| rule.group == *id) {
                continue;
            }
            match at {
                Some(at) => written(id, at.clone(), rules, judge.config)?,
                None => _ = find(id, rules)?,
            }
        }
    }
    Ok(())
}

/// The embedded knowledge and the user's, which wins.
pub(super) fn knowledge(settings: &Settings) -> Result<Knowledge, Failure> {
    let file = &settings.config.file;
    if let Some(version) = file.litellm.version.as_ref().filter(|v| !crate::model::litellm::is_version(v.get_ref())) {
        let config = &settings.config;
        let mistake =
            config.mistake(version.span(), "this is no version of LiteLLM", "write it whole, such as `1.81.0`");
        return Err(config_errors::configuration(&mistake));
    }
    let mut knowledge = Knowledge::embedded()?;
    knowledge.litellm_version = file.litellm.version.as_ref().map(|version| version.get_ref().clone());
    knowledge.add_images(file.knowledge.images.iter().map(|i| i.get_ref().clone()).collect());
    for (role, services) in &file.roles {
        knowledge.service_roles.extend(services.iter().map(|s| (s.get_ref().clone(), *role)));
    }
    Ok(knowledge)
}

fn configure(rules: &mut RuleSet, settings: &Settings) -> Result<(), Failure> {
    let config = &settings.config;
    for (id, rule) in &config.file.rules {
        let (name, at) = (id.get_ref(), id.span());
        written(name, at, rules, config)?;
        for (option, value) in &rule.options {
            let refused = |message: String| config_errors::configuration(&config.mistake(option.span(), message, ""));
            let value = serde_yaml::to_value(value).map_err(|e| refused(e.to_string()))?;
            rules.set_option(name, option.get_ref(), &value).map_err(refused)?;
        }
        // Where folders have configurations of their own, each finding gets the severity that its own one says.
        if let Some(severity) = parts::own(settings).severity(name).filter(|_| settings.parts.is_empty()) {
            rules.set_severity(name, severity);
        }
    }
    for part in &settings.parts {
        for id in part.config.file.rules.keys() {
            written(id.get_ref(), id.span(), rules, &part.config)?;
        }
    }
    rules.retain(|rule| parts::judges(settings).any(|judge| !judge.off(&rule.id)));
    Ok(())
}

/// Fails where there is no rule `id`, which the configuration names at `at`.
fn written(id: &str, at: Range<usize>, rules: &RuleSet, config: &Config) -> Result<(), Failure> {
    if rules.get(id).is_some() {
        return Ok(());
    }
    let help = did_you_mean(id, rules.iter().map(|r| r.id.as_str()));
    Err(config_errors::configuration(&config.mistake(at, format!("there is no rule `{id}`"), help)))
}

/// The rule `id`; fails where there is none, with the nearest one.
pub(super) fn find<'r>(id: &str, rules: &'r RuleSet) -> Result<&'r Rule, Failure> {
    if let Some(rule) = rules.get(id) {
        return Ok(rule);
    }
    let help = did_you_mean(id, rules.iter().map(|r| r.id.as_str()));
    let hint = if help.is_empty() { "`deploylint rules` lists them".to_owned() } else { help };
    Err(Failure(format!("there is no rule `{id}`; {hint}")))
}
