//! From the deployment to facts: typed, with places, knowing no rules.
//!
//! Each file builds the facts of one domain and declares their fields; `topology` adds what follows from several of
//! them together. Reading files and expanding them is left to the stages before.

pub mod ansible;
pub mod build_source;
pub mod command;
pub mod compose;
pub mod compose_call;
pub mod compose_overlay;
pub mod container;
mod container_run;
mod container_task;
pub mod credential;
pub mod deployment;
mod engine_client;
pub mod env_file;
pub mod fact;
pub(crate) mod file_purpose;
pub mod image;
pub mod image_secret;
pub mod image_slip;
mod launched;
pub mod litellm;
pub mod membership;
pub mod model_lock;
pub mod mount;
mod mount_label;
mod mount_schema;
pub mod network;
pub mod openclaw;
pub mod problems;
pub mod script;
pub mod script_slip;
pub(crate) mod secret;
pub mod start_script;
pub mod subject;
pub mod systemd;
#[cfg(test)]
pub(crate) mod test_support;
pub(crate) mod workload;

use crate::expand::Deployment;
use crate::knowledge::Knowledge;
use fact::Facts;

/// What the builders share.
#[derive(Debug)]
pub struct Model<'a> {
    /// What the files say.
    pub deployment: &'a Deployment,
    /// What is known about software.
    pub knowledge: &'a Knowledge,
    /// The facts so far.
    pub facts: Facts,
}

/// Builds all facts; the order of the builders is the order of the facts.
pub fn model(deployment: &Deployment, knowledge: &Knowledge) -> Facts {
    let mut model = Model { deployment, knowledge, facts: Facts::default() };
    model.facts.owners = deployment.owners.clone();
    model.facts.switches = deployment.documents.iter().filter_map(|d| d.switch.clone()).collect();
    problems::build(&mut model);
    let stacks = compose::build(&mut model);
    deployment::build(&mut model);
    ansible::build(&mut model);
    let workloads = workload::collect(deployment, knowledge);
    let commands = command::collect(deployment, &workloads);
    let launched = launched::all(deployment, &commands, &workloads);
    litellm::build(&mut model, &launched, &workloads);
    credential::build(&mut model, &stacks, &commands, &workloads);
    container_run::build(&mut model, &commands);
    container_task::build(&mut model);
    workload::build(&mut model, &workloads);
    engine_client::build(&mut model);
    mount_label::build(&mut model);
    command::build(&mut model, &commands);
    ansible::files::of_commands(&mut model, &commands);
    image::build(&mut model, &commands, &workloads);
    image_secret::build(&mut model);
    build_source::build(&mut model);
    image_slip::build(&mut model);
    start_script::build(&mut model);
    compose_call::build(&mut model, &stacks, &commands);
    compose_overlay::build(&mut model);
    script::build(&mut model);
    script_slip::build(&mut model);
    systemd::build(&mut model, &commands);
    openclaw::build(&mut model, &commands);
    membership::build(&mut model, &commands);
    model_lock::build(&mut model);
    network::build(&mut model, &stacks, &launched);
    env_file::build(&mut model, &commands);
    model.facts
}
