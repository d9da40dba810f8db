//! The closed list of subjects. Each one's fields are declared beside the code that builds it.

use super::compose::{GRANT, environment, schema, schema_probe};
use super::fact::Schema;
use super::{
    ansible, build_source, command, compose_call, compose_overlay, container, credential, deployment, env_file, image,
    image_secret, image_slip, litellm, membership, model_lock, mount, network, openclaw, problems, script, script_slip,
    start_script, systemd, workload,
};

/// What a fact is about; a rule names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// Something wrong with a file itself.
    Problem,
    /// A container, however it is started.
    Container,
    /// Something mounted into a container.
    Mount,
    /// A compose project.
    Stack,
    /// A compose service.
    Service,
    /// A published port.
    Port,
    /// A compose network.
    Network,
    /// A service on a network.
    Attachment,
    /// A secret or a config that a service is given.
    Grant,
    /// A service that waits for another.
    Dependency,
    /// A service's healthcheck.
    Healthcheck,
    /// A volume or a shared host path.
    Volume,
    /// A variable of a service's environment.
    Environment,
    /// A variable that a project takes from the environment.
    DeploymentVariable,
    /// A dollar sign that compose takes for a variable.
    DeploymentDollar,
    /// A service with a switch in an env file.
    DeploymentOption,
    /// A directory told to one service and kept by another.
    DeploymentSharedPath,
    /// The source of a bind mount.
    DeploymentBind,
    /// A host path spelled out several times.
    DeploymentPath,
    /// A log that grows.
    DeploymentLog,
    /// What two variants of a project disagree on.
    DeploymentDrift,
    /// A program that something starts.
    Command,
    /// A secret among the words of a command.
    Argument,
    /// A place that names a container image.
    ImageUse,
    /// A secret that is written out.
    Credential,
    /// A secret that a build leaves in its image.
    ImageSecret,
    /// What a build reads and the tree does not hold.
    BuildSource,
    /// A line of a Dockerfile that its base image can't run.
    ImageSlip,
    /// A file of the tree that a container or a build starts.
    StartScript,
    /// A name that a command gives to docker compose for a service that is none.
    ComposeCall,
    /// A service of an overlay that no file gives an image.
    ComposeOverlay,
    /// A shell script.
    Script,
    /// A line that the shell refuses or reads in another way.
    ScriptSlip,
    /// A service unit of systemd.
    Unit,
    /// A key of a Quadlet file.
    QuadletKey,
    /// A secret in a unit.
    UnitSecret,
    /// A directive that systemd ignores or refuses.
    UnitDirective,
    /// A handler's command that fails where its container does not exist.
    AnsibleRestart,
    /// A task that enters a container.
    AnsibleExec,
    /// A name that a task notifies.
    AnsibleNotify,
    /// A LiteLLM proxy configuration.
    LiteLlmConfig,
    /// An entry of a LiteLLM config's `model_list`.
    LiteLlmDeployment,
    /// A key of such an entry.
    LiteLlmParameter,
    /// A key of a settings section.
    LiteLlmSetting,
    /// A reference to an environment variable.
    LiteLlmEnvRef,
    /// A model name in a fallback or alias.
    LiteLlmFallback,
    /// A name in a callback list or in `alerting`.
    LiteLlmCallback,
    /// A guardrail of a config.
    LiteLlmGuardrail,
    /// The address of a LiteLLM proxy's database.
    LiteLlmDatabase,
    /// A config's response cache.
    LiteLlmCache,
    /// A provider's budget.
    LiteLlmProviderBudget,
    /// An Ansible task or handler.
    AnsibleTask,
    /// A file that an Ansible task writes.
    AnsibleFile,
    /// A configuration of an OpenClaw gateway.
    OpenClawConfig,
    /// A key of an OpenClaw configuration.
    OpenClawSetting,
    /// A credential of an OpenClaw gateway.
    OpenClawSecret,
    /// An entry of `gateway.trustedProxies`.
    OpenClawProxy,
    /// A chat channel of an OpenClaw configuration.
    OpenClawChannel,
    /// An OpenClaw gateway that something starts.
    OpenClawGateway,
    /// A variable of a gateway's environment.
    OpenClawVariable,
    /// A user who is put into a group of the host.
    Membership,
    /// A variable that pins an agent to one model.
    ModelLock,
    /// A port on which a container listens.
    Listener,
    /// An address that a container calls.
    Dial,
    /// A port that is asked, and on which nothing is known to listen.
    UnansweredPort,
    /// A login that its data store does not have.
    NetworkLogin,
    /// A variable that a mounted configuration reads.
    ConfigReference,
    /// An env file, by who reads it.
    EnvFile,
    /// A variable of Ansible's whose number is written in another way.
    AnsibleNumber,
    /// A condition, a loop or a variable of a task that does not say what it seems to say.
    AnsibleExpression,
    /// A file that a task copies, renders or imports.
    AnsibleSource,
    /// A timeout of `HAProxy` without a unit.
    HaProxyTimeout,
    /// A directive of a proxy that does something else than it seems to.
    ConfigLine,
    /// A router of Traefik that is left out, or sent elsewhere.
    TraefikRoute,
    /// A label for Traefik that is refused or leads nowhere.
    ProxyLabel,
    /// A port that a container of Ansible's publishes.
    ContainerPublish,
}

impl Subject {
    /// All subjects, in the order of the documentation.
    pub const ALL: &'static [Subject] = &[
        Subject::Problem,
        Subject::Container,
        Subject::Mount,
        Subject::Stack,
        Subject::Service,
        Subject::Port,
        Subject::Network,
        Subject::Attachment,
        Subject::Grant,
        Subject::Dependency,
        Subject::Healthcheck,
        Subject::Volume,
        Subject::Environment,
        Subject::DeploymentVariable,
        Subject::DeploymentDollar,
        Subject::DeploymentOption,
        Subject::DeploymentSharedPath,
        Subject::DeploymentBind,
        Subject::DeploymentPath,
        Subject::DeploymentLog,
        Subject::DeploymentDrift,
        Subject::Command,
        Subject::Argument,
        Subject::ImageUse,
        Subject::Credential,
        Subject::ImageSecret,
        Subject::BuildSource,
        Subject::ImageSlip,
        Subject::StartScript,
        Subject::ComposeCall,
        Subject::ComposeOverlay,
        Subject::Script,
        Subject::ScriptSlip,
        Subject::Unit,
        Subject::QuadletKey,
        Subject::UnitSecret,
        Subject::UnitDirective,
        Subject::AnsibleRestart,
        Subject::AnsibleExec,
        Subject::AnsibleNotify,
        Subject::LiteLlmConfig,
        Subject::LiteLlmDeployment,
        Subject::LiteLlmParameter,
        Subject::LiteLlmSetting,
        Subject::LiteLlmEnvRef,
        Subject::LiteLlmFallback,
        Subject::LiteLlmCallback,
        Subject::LiteLlmGuardrail,
        Subject::LiteLlmDatabase,
        Subject::LiteLlmCache,
        Subject::LiteLlmProviderBudget,
        Subject::AnsibleTask,
        Subject::AnsibleFile,
        Subject::OpenClawConfig,
        Subject::OpenClawSetting,
        Subject::OpenClawSecret,
        Subject::OpenClawProxy,
        Subject::OpenClawChannel,
        Subject::OpenClawGateway,
        Subject::OpenClawVariable,
        Subject::Membership,
        Subject::ModelLock,
        Subject::Listener,
        Subject::Dial,
        Subject::UnansweredPort,
        Subject::NetworkLogin,
        Subject::ConfigReference,
        Subject::EnvFile,
        Subject::AnsibleNumber,
        Subject::AnsibleExpression,
        Subject::AnsibleSource,
        Subject::HaProxyTimeout,
        Subject::ConfigLine,
        Subject::TraefikRoute,
        Subject::ProxyLabel,
        Subject::ContainerPublish,
    ];

    /// The subject's name and fields.
    pub fn schema(self) -> &'static Schema {
        match self {
            Subject::Problem => &problems::SCHEMA,
            Subject::Container => &container::SCHEMA,
            Subject::Mount => &mount::SCHEMA,
            Subject::Stack => &schema::STACK,
            Subject::Service => &schema::SERVICE,
            Subject::Port => &schema::PORT,
            Subject::Network => &schema::NETWORK,
            Subject::Attachment => &schema::ATTACHMENT,
            Subject::Grant => &GRANT,
            Subject::Dependency => &schema::DEPENDENCY,
            Subject::Healthcheck => &schema_probe::HEALTHCHECK,
            Subject::Volume => &schema::VOLUME,
            Subject::Environment => &environment::SCHEMA,
            Subject::DeploymentVariable => &deployment::VARIABLE,
            Subject::DeploymentDollar => &deployment::DOLLAR,
            Subject::DeploymentOption => &deployment::OPTION,
            Subject::DeploymentSharedPath => &deployment::SHARED_PATH,
            Subject::DeploymentBind => &deployment::BIND,
            Subject::DeploymentPath => &deployment::PATH,
            Subject::DeploymentLog => &deployment::LOG,
            Subject::DeploymentDrift => &deployment::DRIFT,
            Subject::Command => &command::COMMAND,
            Subject::Argument => &command::ARGUMENT,
            Subject::ImageUse => &image::SCHEMA,
            Subject::Credential => &credential::SCHEMA,
            Subject::ImageSecret => &image_secret::SCHEMA,
            Subject::BuildSource => &build_source::SCHEMA,
            Subject::ImageSlip => &image_slip::SCHEMA,
            Subject::StartScript => &start_script::SCHEMA,
            Subject::ComposeCall => &compose_call::SCHEMA,
            Subject::ComposeOverlay => &compose_overlay::SCHEMA,
            Subject::Script => &script::SCHEMA,
            Subject::ScriptSlip => &script_slip::SCHEMA,
            Subject::Unit => &systemd::UNIT,
            Subject::UnitDirective => &systemd::directive::SCHEMA,
            Subject::QuadletKey => &workload::quadlet_key::SCHEMA,
            Subject::UnitSecret => &systemd::SECRET,
            Subject::AnsibleRestart => &ansible::handlers::RESTART,
            Subject::AnsibleExec => &ansible::handlers::EXEC,
            Subject::AnsibleNotify => &ansible::notify::SCHEMA,
            Subject::LiteLlmConfig => &litellm::config::SCHEMA,
            Subject::LiteLlmDeployment => &litellm::deployment::SCHEMA,
            Subject::LiteLlmParameter => &litellm::parameter::SCHEMA,
            Subject::LiteLlmSetting => &litellm::setting::SCHEMA,
            Subject::LiteLlmEnvRef => &litellm::env_ref::SCHEMA,
            Subject::LiteLlmFallback => &litellm::fallback::SCHEMA,
            Subject::LiteLlmCallback => &litellm::callback::SCHEMA,
            Subject::LiteLlmGuardrail => &litellm::guardrail::SCHEMA,
            Subject::LiteLlmDatabase => &litellm::address::SCHEMA,
            Subject::LiteLlmCache => &litellm::cache::SCHEMA,
            Subject::LiteLlmProviderBudget => &litellm::provider_budget::SCHEMA,
            Subject::AnsibleTask => &ansible::tasks::SCHEMA,
            Subject::AnsibleFile => &ansible::files::SCHEMA,
            Subject::OpenClawConfig => &openclaw::CONFIG,
            Subject::OpenClawSetting => &openclaw::SETTING,
            Subject::OpenClawSecret => &openclaw::SECRET,
            Subject::OpenClawProxy => &openclaw::PROXY,
            Subject::OpenClawChannel => &openclaw::CHANNEL,
            Subject::OpenClawGateway => &openclaw::GATEWAY,
            Subject::OpenClawVariable => &openclaw::VARIABLE,
            Subject::Membership => &membership::SCHEMA,
            Subject::ModelLock => &model_lock::SCHEMA,
            Subject::Listener => &network::LISTENER,
            Subject::Dial => &network::DIAL,
            Subject::UnansweredPort => &network::UNANSWERED,
            Subject::NetworkLogin => &network::LOGIN,
            Subject::ConfigReference => &network::REFERENCE,
            Subject::EnvFile => &env_file::SCHEMA,
            Subject::AnsibleNumber => &ansible::number::SCHEMA,
            Subject::AnsibleExpression => &ansible::expressions::SCHEMA,
            Subject::AnsibleSource => &ansible::sources::SCHEMA,
            Subject::HaProxyTimeout => &network::TIMEOUT,
            Subject::ConfigLine => &network::CONFIG_LINE,
            Subject::TraefikRoute => &network::ROUTE,
            Subject::ProxyLabel => &network::LABEL,
            Subject::ContainerPublish => &network::PUBLISH,
        }
    }

    /// The subject that rules call `name`.
    pub fn named(name: &str) -> Option<Subject> {
        Subject::ALL.iter().copied().find(|s| s.schema().name == name)
    }

    /// The name of one fact of this subject in expressions: `port` of `compose.port`.
    pub fn variable(self) -> &'static str {
        let name = self.schema().name;
        name.rsplit('.').next().unwrap_or(name)
    }
}
