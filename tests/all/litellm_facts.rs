//! Facts about LiteLLM configs, by what the model says of small files.

use deploylint::check::rules::RuleSet;
use deploylint::discover::Candidate;
use deploylint::expand::Options;
use deploylint::knowledge::Knowledge;
use deploylint::model::fact::{Fact, Value};
use deploylint::model::subject::Subject;
use deploylint::{Audit, audit};

fn read(files: &[(&str, &str)]) -> Audit {
    read_with(files, &Knowledge::default())
}

fn read_with(files: &[(&str, &str)], knowledge: &Knowledge) -> Audit {
    let candidates: Vec<Candidate> = files
        .iter()
        .map(|(path, text)| Candidate {
            disk: None,
            path: (*path).to_owned(),
            content: Some(text.as_bytes().to_vec()),
            executable: None,
        })
        .collect();
    audit(&candidates, &Options::default(), &RuleSet::default(), knowledge)
}

/// Each fact of `subject` as the named fields, one line a fact.
fn lines(audit: &Audit, subject: Subject, fields: &[&str]) -> Vec<String> {
    let line = |fact: &Fact| {
        let values: Vec<String> = fields.iter().map(|f| show(fact.field(f).map(|f| &f.value))).collect();
        values.join(" ")
    };
    audit.facts.of(subject).into_iter().map(|id| line(audit.facts.get(id))).collect()
}

fn show(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::Bool(b)) => b.to_string(),
        Some(Value::Int(n)) => n.to_string(),
        Some(Value::Float(n)) => n.to_string(),
        Some(Value::Str(s)) => s.clone(),
        Some(Value::List(items)) => {
            let items: Vec<String> = items.iter().map(|i| show(Some(&i.value))).collect();
            format!("[{}]", items.join(","))
        }
        Some(Value::Map(_)) => "{}".to_owned(),
        Some(Value::Fact(_)) => "fact".to_owned(),
        Some(Value::Unknown(why)) => format!("unknown({why})"),
    }
}

#[test]
fn limits_know_their_places() {
    let audit = read(&[(
        "litellm.yaml",
        "model_list:\n  - model_name: a\n    rpm: 3\n    litellm_params:\n      model: openai/gpt-4o\n      max_budget: 1\n    \
         model_info:\n      budget_duration: 1d\n      max_budget: null\n",
    )]);
    assert_eq!(
        lines(&audit, Subject::LiteLlmParameter, &["place", "name", "read", "enforced"]),
        [
            "model model_name yes -",
            "model rpm yes no",
            "model litellm_params yes -",
            "model model_info yes -",
            "litellm_params model yes -",
            "litellm_params max_budget yes -",
            "model_info budget_duration no -",
        ]
    );
    assert_eq!(
        lines(
            &audit,
            Subject::LiteLlmDeployment,
            &["model_name", "model", "max_budget", "budget_duration", "provider_known"]
        ),
        ["a openai/gpt-4o 1 - yes"]
    );
    assert_eq!(lines(&audit, Subject::LiteLlmConfig, &["unenforced_rate", "inner_rate", "version"]), ["rpm - -"]);
}

#[test]
fn settings_know_their_homes() {
    let audit = read(&[(
        "litellm.yaml",
        "model_lst: []\nmodel_list:\n  - {model_name: a, litellm_params: {model: openai/x, temprature: 1}}\n\
         litellm_settings: {routing_strategy: least-busy, drop_params: true, service_callbacks: [x]}\n\
         router_settings: {drop_params: true, num_retries: 1, zzz: 2}\n",
    )]);
    let all = lines(&audit, Subject::LiteLlmSetting, &["section", "name", "known", "home", "nearest"]);
    let unknown: Vec<&str> = all.iter().filter(|l| l.contains(" no ")).map(String::as_str).collect();
    assert_eq!(
        unknown,
        [
            "top_level model_lst no - model_list",
            "litellm_settings routing_strategy no router_settings -",
            "litellm_settings service_callbacks no - service_callback",
            "router_settings drop_params no litellm_settings -",
            "router_settings zzz no - -",
            "litellm_params temprature no - temperature",
        ]
    );
}

#[test]
fn references_are_told_from_their_look_alikes() {
    let audit = read(&[(
        "litellm.yaml",
        "model_list:\n  - model_name: a\n    litellm_params:\n      model: openai/x\n      api_key: ${PROVIDER_KEY}\n      \
         api_base: os.environ/BASE\n      a: os.environ.KEY\n      b: 'Bearer os.environ/KEY'\n      c: $5\n      d: 'os.environ/ KEY'\n\
         general_settings: {alerting: [os.environ/AL], pass_through_endpoints: [{headers: {Authorization: 'bearer os.environ/X'}}]}\n",
    )]);
    assert_eq!(
        lines(&audit, Subject::LiteLlmEnvRef, &["key", "form", "name", "state"]),
        [
            "api_key other PROVIDER_KEY unknown",
            "api_base proper BASE unknown",
            "a other KEY unknown",
            "b embedded KEY unknown",
            "d space KEY unknown",
            "alerting list AL unknown",
        ]
    );
}

#[test]
fn fallbacks_are_matched_with_wildcards() {
    let audit = read(&[(
        "litellm.yaml",
        "model_list:\n  - {model_name: 'openai/*', litellm_params: {model: 'openai/*'}}\n  \
         - {model_name: claude, litellm_params: {model: anthropic/claude-opus-4-6}}\n\
         litellm_settings:\n  fallbacks: [{claude: [openai/gpt-4o, cluade]}]\n\
         router_settings: {context_window_fallbacks: {claude: [claude]}, model_group_alias: {big: claude}}\n",
    )]);
    assert_eq!(
        lines(&audit, Subject::LiteLlmFallback, &["setting", "role", "name", "known"]),
        [
            "context_window_fallbacks shape - -",
            "fallbacks source claude yes",
            "fallbacks target openai/gpt-4o yes",
            "fallbacks target cluade no",
            "fallbacks reach claude yes",
            "model_group_alias target claude yes",
        ]
    );
}

#[test]
fn an_included_file_is_part_of_its_config() {
    let audit = read(&[
        (
            "conf/main.yaml",
            "include: [models.yaml]\ngeneral_settings: {master_key: os.environ/K}\nlitellm_settings: {fallbacks: [{a: [b]}]}\n",
        ),
        (
            "conf/models.yaml",
            "model_list:\n  - {model_name: a, litellm_params: {model: openai/x}}\n  - {model_name: b, litellm_params: {model: openai/y}}\n",
        ),
    ]);
    assert_eq!(
        lines(&audit, Subject::LiteLlmConfig, &["path", "included", "master_key"]),
        ["conf/main.yaml false unknown", "conf/models.yaml true absent"]
    );
    assert_eq!(lines(&audit, Subject::LiteLlmFallback, &["name", "known"]), ["a yes", "b yes"]);
}

const CONFIG: &str = "model_list:\n  - {model_name: a, litellm_params: {model: openai/x}}\n";

/// A compose project beside `litellm.yaml`: version, service, loaded.
fn runs(service: &str, dockerfile: &str) -> Vec<String> {
    let compose = format!("services:\n  llm:\n    volumes: ['./litellm.yaml:/app/config.yaml']\n{service}");
    let audit = read(&[("compose.yml", &compose), ("litellm.yaml", CONFIG), ("llm/Dockerfile", dockerfile)]);
    lines(&audit, Subject::LiteLlmConfig, &["version", "service", "loaded"])
}

#[test]
fn the_version_comes_from_image_variable_dockerfile_or_pin() {
    let image = "    image: ghcr.io/berriai/litellm:main-v1.81.3-stable\n    command: --config /app/config.yaml\n";
    assert_eq!(runs(image, ""), ["1.81.3 llm yes"]);
    let default = "    image: ghcr.io/berriai/litellm:${LITELLM_TAG:-v1.90.0}\n";
    assert_eq!(runs(default, ""), ["1.90.0 llm no"]);
    let built = "    build: ./llm\n";
    assert_eq!(runs(built, "FROM docker.litellm.ai/berriai/litellm:1.109.1\n"), ["1.109.1 llm varies"]);
    assert_eq!(runs(built, "FROM python:3.13-slim\nRUN pip install 'litellm[proxy]==1.85.0'\n"), ["1.85.0 llm varies"]);
    assert_eq!(runs(built, "FROM python:3.13-slim\nRUN pip install litellm\n"), ["- llm varies"]);
    assert_eq!(runs("    image: litellm/litellm:latest\n", ""), ["- llm no"]);
}

#[test]
fn a_config_inside_compose_is_a_config() {
    let audit = read(&[(
        "compose.yml",
        "services:\n  llm:\n    image: ghcr.io/berriai/litellm:v1.81.3-stable\n    command: [--config, /app/config.yaml]\n    \
         configs: [{source: llm, target: /app/config.yaml}]\nconfigs:\n  llm:\n    content: |\n      model_list:\n        \
         - model_name: a\n          litellm_params: {model: openai/x, max_budget: 1}\n",
    )]);
    assert_eq!(lines(&audit, Subject::LiteLlmConfig, &["version", "loaded"]), ["1.81.3 yes"]);
    assert_eq!(
        lines(&audit, Subject::LiteLlmDeployment, &["model_name", "has_budget", "has_duration"]),
        ["a true false"]
    );
}

#[test]
fn a_config_inside_a_task_is_a_config() {
    let audit = read(&[(
        "roles/llm/tasks/main.yml",
        "- name: Write the config\n  ansible.builtin.copy:\n    dest: /opt/llm/litellm.yaml\n    content: |\n      model_list:\n        \
         - model_name: a\n          litellm_params: {model: openai/x}\n          max_budget: 1\n",
    )]);
    let all = lines(&audit, Subject::LiteLlmParameter, &["place", "name", "read"]);
    assert!(all.contains(&"model max_budget no".to_owned()), "{all:?}");
}

#[test]
fn the_configuration_says_the_version_where_no_image_does() {
    let knowledge = Knowledge { litellm_version: Some("1.109.1".to_owned()), ..Knowledge::default() };
    let audit = read_with(&[("litellm.yaml", CONFIG)], &knowledge);
    assert_eq!(lines(&audit, Subject::LiteLlmConfig, &["version", "needs_master_key"]), ["1.109.1 yes"]);
}

#[test]
fn a_master_key_that_the_environment_requires_is_not_missing() {
    let compose = "services:\n  hub:\n    image: ghcr.io/berriai/litellm:main-v1.65.4-stable\n    \
        command: [--config, /app/config.yaml]\n    environment:\n      LITELLM_MASTER_KEY: ${LITELLM_MASTER_KEY:?}\n    \
        volumes: [./config.yaml:/app/config.yaml:ro]\n";
    let config = "model_list:\n  - {model_name: small, litellm_params: {model: openai/gpt-4o-mini}}\n";
    let told = |compose: &str| {
        let tree = crate::common::Tree::new(&[("compose.yml", compose), ("config.yaml", config)]);
        tree.json(&["--persona", "auditor", "--select", "litellm-master-key-missing"])["findings"].clone()
    };
    assert_eq!(told(compose), serde_json::json!([]));
    let without = compose.replace("LITELLM_MASTER_KEY: ${LITELLM_MASTER_KEY:?}", "OTHER: x");
    assert_eq!(told(&without).as_array().map(Vec::len), Some(1));
}

#[test]
fn the_router_of_1_110_reads_and_refuses_otherwise() {
    let shape = |version: &str, section: &str| {
        let config = format!(
            "model_list:\n  - {{model_name: a, litellm_params: {{model: openai/x, max_parallel_requests: '2'}}}}\n\
             {section}: {{fallbacks: {{a: [a]}}}}\n"
        );
        let knowledge =
            Knowledge { litellm_version: (!version.is_empty()).then(|| version.to_owned()), ..Knowledge::default() };
        let audit = read_with(&[("litellm.yaml", &config)], &knowledge);
        let refuses = lines(&audit, Subject::LiteLlmParameter, &["problem"]).concat();
        let fallback = lines(&audit, Subject::LiteLlmFallback, &["refused", "left_out"]).concat();
        (fallback, refuses.contains("refuses to start"))
    };
    assert_eq!(shape("1.109.3", "router_settings"), ("true no".to_owned(), false));
    assert_eq!(shape("1.110.0", "router_settings"), ("false yes".to_owned(), true));
    assert_eq!(shape("", "router_settings"), ("false varies".to_owned(), true));
    assert_eq!(shape("1.110.2", "litellm_settings"), ("true no".to_owned(), true));
}
