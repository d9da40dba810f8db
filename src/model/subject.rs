//! The closed list of subjects. Each one's fields are declared beside the code that builds it.

use super::compose::schema;
use super::fact::Schema;
use super::{ansible, container, mount, problems};

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
    /// A service that waits for another.
    Dependency,
    /// A service's healthcheck.
    Healthcheck,
    /// A volume or a shared host path.
    Volume,
    /// A variable of a service's environment.
    Environment,
    /// A handler's command that fails where its container does not exist.
    AnsibleRestart,
    /// A task that enters a container.
    AnsibleExec,
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
        Subject::Dependency,
        Subject::Healthcheck,
        Subject::Volume,
        Subject::Environment,
        Subject::AnsibleRestart,
        Subject::AnsibleExec,
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
            Subject::Dependency => &schema::DEPENDENCY,
            Subject::Healthcheck => &schema::HEALTHCHECK,
            Subject::Volume => &schema::VOLUME,
            Subject::Environment => &schema::ENVIRONMENT,
            Subject::AnsibleRestart => &ansible::handlers::RESTART,
            Subject::AnsibleExec => &ansible::handlers::EXEC,
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
