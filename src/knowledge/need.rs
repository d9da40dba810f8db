//! What software needs of the host by its nature.

use schemars::JsonSchema;
use serde::Deserialize;

/// Something of the host that a container can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// Devices.
    Devices,
    /// Capabilities beyond Docker's own set.
    Capabilities,
    /// The host's network.
    Network,
    /// Another namespace of the host: its processes, its IPC.
    Namespaces,
    /// Directories of the host, for reading.
    Files,
    /// The container engine's socket.
    Socket,
    /// To be rid of seccomp, `AppArmor` or `SELinux`.
    Unconfined,
    /// Everything.
    Privileged,
}

impl Need {
    /// Its name in rules.
    pub fn name(self) -> &'static str {
        match self {
            Need::Devices => "devices",
            Need::Capabilities => "capabilities",
            Need::Network => "network",
            Need::Namespaces => "namespaces",
            Need::Files => "files",
            Need::Socket => "socket",
            Need::Unconfined => "unconfined",
            Need::Privileged => "privileged",
        }
    }
}
