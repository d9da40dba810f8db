//! All integration tests, as one binary: one link instead of one a file. `cargo test --test all cli_config` runs one module.

mod common;

mod cli;
mod cli_bad_input;
mod cli_baseline;
mod cli_config;
mod cli_coverage;
mod cli_reads;
mod cli_secrets;
mod cli_suppress;
mod cli_variables;
mod compose_conformance;
mod config_examples;
mod contributing;
mod docs;
mod documented_defects;
mod fixtures;
mod formats;
mod hostile;
mod jinja_conformance;
mod jinja_property;
mod json_page;
mod knowledge;
mod litellm_evidence;
mod litellm_facts;
mod litellm_startup;
mod pre_commit;
mod readme;
mod report_readers;
mod robustness;
mod schemas;
mod suppression_examples;
mod template_tasks;
mod templates;
mod terminal;
mod tidy;
