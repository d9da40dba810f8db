//! Where LiteLLM refuses to start, deploylint reports an error: one row for each refusal that was measured.

// A helper of a test fails as the test does.
#![allow(clippy::panic)]

use std::sync::LazyLock;

use deploylint::audit;
use deploylint::check::rules::RuleSet;
use deploylint::discover::Candidate;
use deploylint::expand::Options;
use deploylint::finding::{Persona, Severity};
use deploylint::knowledge::Knowledge;

const MODEL: &str = "model_list:\n  - {model_name: gpt, litellm_params: {model: openai/gpt-4o-mini}}\n  \
                     - {model_name: other, litellm_params: {model: openai/gpt-4.1-mini}}\n";

/// The refusal, the image's tag, the container's environment, the config after [`MODEL`], the rule that reports it.
const REFUSALS: &[(&str, &str, &str, &str, &str)] = &[
    ("no master key", "1.109.1", "A: b", "", "litellm-master-key-missing"),
    (
        "a master key from a variable that is not set",
        "1.109.1",
        "A: b",
        "general_settings: {master_key: os.environ/K}\n",
        "litellm-master-key-missing",
    ),
    ("the public master key", "1.109.1", "LITELLM_MASTER_KEY: sk-1234", "", "litellm-master-key-public"),
    ("an empty master key", "1.109.1", "LITELLM_MASTER_KEY: ''", "", "litellm-master-key-public"),
    (
        "a master key in another section",
        "1.109.1",
        "A: b",
        "litellm_settings: {master_key: sk-abc}\n",
        "litellm-master-key-missing",
    ),
    ("a number", "1.81.3", KEY, "general_settings: {master_key: 1}\n", "litellm-master-key-missing"),
    ("a strategy", "1.81.3", KEY, "router_settings: {routing_strategy: random}\n", "litellm-routing-strategy-invalid"),
    (
        "a setting of health checks",
        "1.81.3",
        KEY,
        "router_settings: {health_check_interval: 3}\n",
        "litellm-setting-misplaced",
    ),
    (
        "another setting of health checks",
        "1.109.1",
        KEY,
        "router_settings: {health_check_concurrency: 3}\n",
        "litellm-setting-misplaced",
    ),
    (
        "fallbacks as a mapping",
        "1.81.3",
        KEY,
        "litellm_settings: {fallbacks: {gpt: [other]}}\n",
        "litellm-fallback-unknown-model",
    ),
    (
        "two keys in one fallback",
        "1.81.3",
        KEY,
        "litellm_settings: {fallbacks: [{gpt: [other], other: [gpt]}]}\n",
        "litellm-fallback-unknown-model",
    ),
    (
        "a bare name for a list",
        "1.109.1",
        KEY,
        "router_settings: {fallbacks: [{gpt: other}]}\n",
        "litellm-fallback-unknown-model",
    ),
    (
        "a cache type",
        "1.81.3",
        KEY,
        "litellm_settings: {cache: true, cache_params: {type: memcached}}\n",
        "litellm-cache-ineffective",
    ),
    (
        "a cache type of older versions",
        "1.109.1",
        KEY,
        "litellm_settings: {cache: true, cache_params: {type: disk}}\n",
        "litellm-cache-ineffective",
    ),
    ("a cache without a host", "1.81.3", KEY, "litellm_settings: {cache: true}\n", "litellm-cache-ineffective"),
    (
        "a semantic cache without a threshold",
        "1.109.1",
        KEY,
        "litellm_settings: {cache: true, cache_params: {type: redis-semantic, host: redis}}\n",
        "litellm-cache-ineffective",
    ),
    ("a callback", "1.81.3", KEY, "litellm_settings: {callbacks: [lunge]}\n", "litellm-callback-invalid"),
];

const KEY: &str = "LITELLM_MASTER_KEY: sk-proof-of-rules";

/// Whole configs that stop the proxy.
const ENTRIES: &[(&str, &str)] = &[
    ("no model_name", "model_list:\n  - litellm_params: {model: openai/x}\n"),
    ("no litellm_params", "model_list:\n  - model_name: gpt\n  - {model_name: b, litellm_params: {model: openai/x}}\n"),
    ("no model", "model_list:\n  - {model_name: gpt, litellm_params: {api_key: os.environ/K}}\n"),
    ("a null model_info", "model_list:\n  - {model_name: gpt, litellm_params: {model: openai/x}, model_info: }\n"),
];

#[test]
fn each_refusal_is_an_error_of_ours() {
    for (what, tag, environment, config, rule) in REFUSALS {
        let errors = errors(tag, environment, &format!("{MODEL}{config}"));
        assert!(errors.iter().any(|r| r == rule), "{what}: {errors:?} has no {rule}");
    }
    for (what, config) in ENTRIES {
        let errors = errors("1.81.3", KEY, config);
        assert!(errors.iter().any(|r| r == "litellm-deployment-incomplete"), "{what}: {errors:?}");
    }
}

#[test]
fn what_starts_is_no_error() {
    let empty: &[String] = &[];
    assert_eq!(errors("1.81.3", KEY, MODEL), empty);
    assert_eq!(errors("1.109.1", KEY, MODEL), empty);
    let disk = format!("{MODEL}litellm_settings: {{cache: true, cache_params: {{type: disk}}}}\n");
    assert_eq!(errors("1.81.3", KEY, &disk), empty, "`disk` is a type of older versions");
}

/// The litellm rules that report an error for everyone.
fn errors(tag: &str, environment: &str, config: &str) -> Vec<String> {
    static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::embedded().unwrap_or_else(|m| panic!("{m:?}")));
    static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::embedded().unwrap_or_else(|e| panic!("{e}")));
    let compose = format!(
        "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:{tag}\n    command: [--config, /app/config.yaml]\n    \
         environment:\n      {environment}\n    volumes: [\"./litellm.yaml:/app/config.yaml:ro\"]\n"
    );
    let file = |path: &str, text: &str| Candidate {
        disk: Some(format!("/deploylint-example/{path}").into()),
        path: path.to_owned(),
        content: Some(text.as_bytes().to_vec()),
        executable: None,
    };
    let files = [file("compose.yml", &compose), file("litellm.yaml", config)];
    let audit = audit(&files, &Options::default(), &RULES, &KNOWLEDGE);
    let found = audit.checked.findings.iter();
    found
        .filter(|f| f.severity == Severity::Error && f.persona == Persona::Regular && f.rule.starts_with("litellm-"))
        .map(|f| f.rule.clone())
        .collect()
}
