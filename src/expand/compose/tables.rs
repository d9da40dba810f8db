//! The Compose Specification as tables: which keys there are, what they hold, and how docker compose prints them.
//!
//! Source: the specification's own JSON schema (2026) for what is allowed, docker compose 2.26.1's output for how it is
//! printed. `schema` validates with these tables, `config` prints with them.

/// What a place holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ty {
    /// A string; printed unless empty.
    Str,
    /// One of these strings.
    Enum(&'static [&'static str]),
    /// A string or a number, printed as a string.
    Text,
    /// A boolean; printed when true.
    Bool,
    /// A boolean that is no string.
    RealBool,
    /// A boolean; printed when given.
    Given,
    /// A whole number; printed unless 0.
    Int,
    /// A whole number; printed when given.
    GivenInt,
    /// A number; printed unless 0.
    Float,
    /// A byte size, printed as a string of its number.
    Bytes,
    /// A byte size that must be written as a string.
    StrBytes,
    /// A duration, printed as Go prints it.
    Duration,
    /// A count of devices: a number or `all`.
    Count,
    /// A list.
    List(&'static Ty),
    /// A list that must not repeat itself.
    Set(&'static Ty),
    /// One or a list.
    OneOrList(&'static Ty),
    /// A command: a line, a list or null; printed even when absent.
    Command,
    /// A line or a list.
    Test,
    /// `[A=1, B]` or a mapping; a key without a value is printed as null.
    Pairs,
    /// The same; a key without a value is printed as the empty string.
    Labels,
    /// `host:address` or `host=address` or a mapping.
    Hosts,
    /// Any keys, each holding this.
    Map(&'static Ty),
    /// Names as the specification allows them, each holding this; a list of names for short where `.1` says so.
    Names(&'static Ty, bool),
    /// Known keys.
    Obj(&'static Object),
    /// Known keys, or nothing.
    OptObj(&'static Object),
    /// A string for short, or this.
    Short(&'static Ty),
    /// A number or string for short, or this.
    ShortNumber(&'static Ty),
    /// This, printed even when absent.
    Always(&'static Ty),
    /// This, never printed.
    Hidden(&'static Ty),
    /// A boolean or `{name: …}`.
    External,
    /// Anything.
    Any,
}

/// A mapping with known keys.
#[derive(Debug)]
pub(super) struct Object {
    /// What a reader calls it.
    pub(super) name: &'static str,
    /// The keys.
    pub(super) fields: &'static [(&'static str, Ty)],
    /// Keys that must be there.
    pub(super) required: &'static [&'static str],
    /// Whether other keys are let through.
    pub(super) open: bool,
    /// Whether `x-` keys are.
    pub(super) extensible: bool,
}

const fn object(name: &'static str, fields: &'static [(&'static str, Ty)]) -> Object {
    Object { name, fields, required: &[], open: false, extensible: true }
}

use Ty::{
    Always, Any, Bool, Bytes, Command, Count, Duration, Enum, External, Float, Given, GivenInt, Hidden, Hosts, Int,
    Labels, List, Map, Names, Obj, OneOrList, OptObj, Pairs, RealBool, Set, Short, ShortNumber, Str, StrBytes, Test,
    Text,
};

/// The top level.
pub(super) static PROJECT: Object = object(
    "a compose file",
    &[
        ("name", Str),
        ("version", Str),
        ("include", List(&Short(&Obj(&INCLUDE)))),
        ("services", Names(&Obj(&SERVICE), false)),
        ("networks", Names(&OptObj(&NETWORK), false)),
        ("volumes", Names(&OptObj(&VOLUME), false)),
        ("secrets", Names(&Obj(&SECRET), false)),
        ("configs", Names(&Obj(&CONFIG), false)),
        ("models", Names(&Obj(&MODEL), false)),
    ],
);

static INCLUDE: Object = Object {
    name: "an include",
    fields: &[("path", OneOrList(&Str)), ("env_file", OneOrList(&Str)), ("project_directory", Str)],
    required: &[],
    open: false,
    extensible: false,
};

/// A service.
pub(super) static SERVICE: Object = object(
    "a service",
    &[
        ("annotations", Labels),
        ("attach", Given),
        ("blkio_config", Obj(&BLKIO)),
        ("build", Short(&Obj(&BUILD))),
        ("cap_add", Set(&Str)),
        ("cap_drop", Set(&Str)),
        ("cgroup", Enum(&["host", "private"])),
        ("cgroup_parent", Str),
        ("command", Command),
        ("configs", List(&Short(&Obj(&FILE_MOUNT)))),
        ("container_name", Str),
        ("cpu_count", Int),
        ("cpu_percent", Float),
        ("cpu_period", Int),
        ("cpu_quota", Int),
        ("cpu_rt_period", Int),
        ("cpu_rt_runtime", Int),
        ("cpu_shares", Int),
        ("cpus", Float),
        ("cpuset", Str),
        ("credential_spec", Obj(&CREDENTIAL)),
        ("depends_on", Names(&Obj(&DEPENDENCY), true)),
        ("deploy", OptObj(&DEPLOY)),
        ("develop", OptObj(&DEVELOP)),
        ("device_cgroup_rules", Set(&Str)),
        ("devices", List(&Short(&Obj(&DEVICE)))),
        ("dns", OneOrList(&Str)),
        ("dns_opt", Set(&Str)),
        ("dns_search", OneOrList(&Str)),
        ("domainname", Str),
        ("entrypoint", Command),
        ("env_file", Hidden(&OneOrList(&Short(&Obj(&ENV_FILE))))),
        ("environment", Pairs),
        ("expose", Set(&Text)),
        ("extends", Short(&Obj(&EXTENDS))),
        ("external_links", Set(&Str)),
        ("extra_hosts", Hosts),
        ("gpus", Short(&List(&Obj(&GPU)))),
        ("group_add", Set(&Text)),
        ("healthcheck", Obj(&HEALTHCHECK)),
        ("hostname", Str),
        ("image", Str),
        ("init", Given),
        ("ipc", Str),
        ("isolation", Str),
        ("label_file", Hidden(&OneOrList(&Str))),
        ("labels", Labels),
        ("links", Set(&Str)),
        ("logging", Obj(&LOGGING)),
        ("mac_address", Str),
        ("mem_limit", Bytes),
        ("mem_reservation", Bytes),
        ("mem_swappiness", Bytes),
        ("memswap_limit", Bytes),
        ("models", Names(&OptObj(&SERVICE_MODEL), true)),
        ("network_mode", Str),
        ("networks", Names(&OptObj(&ATTACHMENT), true)),
        ("oom_kill_disable", Bool),
        ("oom_score_adj", Int),
        ("pid", Str),
        ("pids_limit", Int),
        ("platform", Str),
        ("ports", List(&ShortNumber(&Obj(&PORT)))),
        ("post_start", List(&Obj(&HOOK))),
        ("pre_start", List(&Obj(&PRE_START))),
        ("pre_stop", List(&Obj(&HOOK))),
        ("privileged", Bool),
        ("profiles", Set(&Str)),
        ("provider", Obj(&PROVIDER)),
        ("pull_policy", Str),
        ("pull_refresh_after", Str),
        ("read_only", Bool),
        ("restart", Str),
        ("runtime", Str),
        ("scale", GivenInt),
        ("secrets", List(&Short(&Obj(&FILE_MOUNT)))),
        ("security_opt", Set(&Str)),
        ("shm_size", Bytes),
        ("stdin_open", Bool),
        ("stop_grace_period", Duration),
        ("stop_signal", Str),
        ("storage_opt", Map(&Any)),
        ("sysctls", Labels),
        ("tmpfs", OneOrList(&Str)),
        ("tty", Bool),
        ("ulimits", Map(&ShortNumber(&Obj(&ULIMIT)))),
        ("use_api_socket", RealBool),
        ("user", Str),
        ("userns_mode", Str),
        ("uts", Str),
        ("volumes", Set(&Short(&Obj(&MOUNT)))),
        ("volumes_from", Set(&Str)),
        ("working_dir", Str),
    ],
);

static BLKIO: Object = Object {
    name: "blkio_config",
    fields: &[
        ("device_read_bps", List(&Obj(&BLKIO_RATE))),
        ("device_read_iops", List(&Obj(&BLKIO_RATE))),
        ("device_write_bps", List(&Obj(&BLKIO_RATE))),
        ("device_write_iops", List(&Obj(&BLKIO_RATE))),
        ("weight", Int),
        ("weight_device", List(&Obj(&BLKIO_WEIGHT))),
    ],
    required: &[],
    open: false,
    extensible: false,
};
static BLKIO_RATE: Object = object("a blkio limit", &[("path", Str), ("rate", Bytes)]);
static BLKIO_WEIGHT: Object = object("a blkio weight", &[("path", Str), ("weight", Int)]);

static BUILD: Object = object(
    "build",
    &[
        ("additional_contexts", Labels),
        ("args", Pairs),
        ("cache_from", List(&Str)),
        ("cache_to", List(&Str)),
        ("context", Str),
        ("dockerfile", Str),
        ("dockerfile_inline", Str),
        ("entitlements", List(&Str)),
        ("extra_hosts", Hosts),
        ("isolation", Str),
        ("labels", Labels),
        ("network", Str),
        ("no_cache", Bool),
        ("no_cache_filter", OneOrList(&Str)),
        ("platforms", List(&Str)),
        ("privileged", Bool),
        ("provenance", Text),
        ("pull", Bool),
        ("sbom", Text),
        ("secrets", List(&Short(&Obj(&FILE_MOUNT)))),
        ("shm_size", Bytes),
        ("ssh", Pairs),
        ("tags", List(&Str)),
        ("target", Str),
        ("ulimits", Map(&ShortNumber(&Obj(&ULIMIT)))),
    ],
);

static FILE_MOUNT: Object =
    object("a file mount", &[("source", Str), ("target", Str), ("uid", Str), ("gid", Str), ("mode", GivenInt)]);
static CREDENTIAL: Object = object("credential_spec", &[("config", Str), ("file", Str), ("registry", Str)]);
static DEPENDENCY: Object = Object {
    required: &["condition"],
    ..object(
        "a dependency",
        &[
            ("condition", Enum(&["service_started", "service_healthy", "service_completed_successfully"])),
            ("required", Ty::Given),
            ("restart", Bool),
        ],
    )
};
static DEVICE: Object =
    Object { required: &["source"], ..object("a device", &[("source", Str), ("target", Str), ("permissions", Str)]) };
static ENV_FILE: Object = Object {
    name: "an env file",
    fields: &[("path", Str), ("format", Str), ("required", Given)],
    required: &["path"],
    open: false,
    extensible: false,
};
static EXTENDS: Object = Object {
    name: "extends",
    fields: &[("service", Str), ("file", Str)],
    required: &["service"],
    open: false,
    extensible: false,
};
static GPU: Object = Object {
    open: true,
    ..object(
        "a GPU request",
        &[
            ("capabilities", Set(&Str)),
            ("count", Count),
            ("device_ids", Set(&Str)),
            ("driver", Str),
            ("options", Labels),
        ],
    )
};
static HEALTHCHECK: Object = object(
    "a healthcheck",
    &[
        ("disable", Bool),
        ("interval", Duration),
        ("retries", GivenInt),
        ("start_interval", Duration),
        ("start_period", Duration),
        ("test", Test),
        ("timeout", Duration),
    ],
);
static LOGGING: Object = object("logging", &[("driver", Str), ("options", Map(&Text))]);
static SERVICE_MODEL: Object = object("a model of a service", &[("endpoint_var", Str), ("model_var", Str)]);
static ATTACHMENT: Object = object(
    "a network of a service",
    &[
        ("aliases", Set(&Str)),
        ("driver_opts", Map(&Text)),
        ("gw_priority", Float),
        ("interface_name", Str),
        ("ipv4_address", Str),
        ("ipv6_address", Str),
        ("link_local_ips", Set(&Str)),
        ("mac_address", Str),
        ("priority", Float),
    ],
);
static PORT: Object = object(
    "a port",
    &[
        ("app_protocol", Str),
        ("host_ip", Str),
        ("mode", Str),
        ("name", Str),
        ("protocol", Str),
        ("published", Text),
        ("target", Int),
    ],
);
static HOOK: Object = Object { required: &["command"], ..HOOK_FIELDS };
const HOOK_FIELDS: Object = object(
    "a hook",
    &[("command", Command), ("environment", Pairs), ("privileged", Bool), ("user", Str), ("working_dir", Str)],
);
static PRE_START: Object = object(
    "a hook",
    &[
        ("command", Command),
        ("environment", Pairs),
        ("image", Str),
        ("per_replica", Given),
        ("privileged", Bool),
        ("user", Str),
        ("working_dir", Str),
    ],
);
static PROVIDER: Object =
    Object { required: &["type"], ..object("a provider", &[("type", Str), ("options", Map(&Any))]) };
static ULIMIT: Object = Object { required: &["soft", "hard"], ..object("a ulimit", &[("soft", Int), ("hard", Int)]) };
static MOUNT: Object = Object {
    required: &["type"],
    ..object(
        "a mount",
        &[
            ("bind", Obj(&MOUNT_BIND)),
            ("consistency", Str),
            ("image", Obj(&MOUNT_IMAGE)),
            ("read_only", Bool),
            ("source", Str),
            ("target", Str),
            ("tmpfs", Obj(&MOUNT_TMPFS)),
            ("type", Enum(&["bind", "volume", "tmpfs", "cluster", "npipe", "image"])),
            ("volume", Obj(&MOUNT_VOLUME)),
        ],
    )
};
static MOUNT_BIND: Object = object(
    "bind",
    &[
        ("create_host_path", Bool),
        ("propagation", Str),
        ("recursive", Enum(&["enabled", "disabled", "writable", "readonly"])),
        ("selinux", Enum(&["z", "Z"])),
    ],
);
static MOUNT_IMAGE: Object = object("image", &[("subpath", Str)]);
static MOUNT_TMPFS: Object = object("tmpfs", &[("mode", Int), ("size", Bytes)]);
static MOUNT_VOLUME: Object = object("volume", &[("labels", Labels), ("nocopy", Bool), ("subpath", Str)]);

static DEVELOP: Object = object("develop", &[("watch", List(&Obj(&WATCH)))]);
static WATCH: Object = Object {
    required: &["path", "action"],
    ..object(
        "a watch",
        &[
            ("action", Enum(&["rebuild", "sync", "restart", "sync+restart", "sync+exec"])),
            ("exec", Always(&Obj(&HOOK))),
            ("ignore", OneOrList(&Str)),
            ("include", OneOrList(&Str)),
            ("initial_sync", RealBool),
            ("path", Str),
            ("target", Str),
        ],
    )
};

static DEPLOY: Object = object(
    "deploy",
    &[
        ("endpoint_mode", Str),
        ("labels", Labels),
        ("mode", Str),
        ("placement", Always(&Obj(&PLACEMENT))),
        ("replicas", GivenInt),
        ("resources", Always(&Obj(&RESOURCES))),
        ("restart_policy", Obj(&RESTART_POLICY)),
        ("rollback_config", Obj(&UPDATE)),
        ("update_config", Obj(&UPDATE)),
    ],
);
static PLACEMENT: Object = object(
    "placement",
    &[("constraints", List(&Str)), ("max_replicas_per_node", Int), ("preferences", List(&Obj(&PREFERENCE)))],
);
static PREFERENCE: Object = object("a preference", &[("spread", Str)]);
static RESOURCES: Object = object("resources", &[("limits", Obj(&LIMITS)), ("reservations", Obj(&RESERVATIONS))]);
static LIMITS: Object = object("limits", &[("cpus", Float), ("memory", StrBytes), ("pids", Int)]);
static RESERVATIONS: Object = object(
    "reservations",
    &[
        ("cpus", Float),
        ("devices", List(&Obj(&DEVICE_REQUEST))),
        ("generic_resources", List(&Obj(&GENERIC))),
        ("memory", StrBytes),
    ],
);
static DEVICE_REQUEST: Object = Object {
    required: &["capabilities"],
    ..object(
        "a device request",
        &[
            ("capabilities", Set(&Str)),
            ("count", Count),
            ("device_ids", Set(&Str)),
            ("driver", Str),
            ("options", Labels),
        ],
    )
};
static GENERIC: Object = object("a generic resource", &[("discrete_resource_spec", Obj(&DISCRETE))]);
static DISCRETE: Object = object("a discrete resource", &[("kind", Str), ("value", Int)]);
static RESTART_POLICY: Object = object(
    "restart_policy",
    &[("condition", Str), ("delay", Duration), ("max_attempts", GivenInt), ("window", Duration)],
);
static UPDATE: Object = object(
    "update_config",
    &[
        ("delay", Duration),
        ("failure_action", Str),
        ("max_failure_ratio", Float),
        ("monitor", Duration),
        ("order", Enum(&["start-first", "stop-first"])),
        ("parallelism", GivenInt),
    ],
);

static NETWORK: Object = object(
    "a network",
    &[
        ("attachable", Bool),
        ("driver", Str),
        ("driver_opts", Map(&Text)),
        ("enable_ipv4", Given),
        ("enable_ipv6", Given),
        ("external", External),
        ("internal", Bool),
        ("ipam", Always(&Obj(&IPAM))),
        ("labels", Labels),
        ("name", Str),
    ],
);
static IPAM: Object =
    object("ipam", &[("config", List(&Obj(&SUBNET))), ("driver", Str), ("options", Hidden(&Map(&Str)))]);
static SUBNET: Object =
    object("a subnet", &[("aux_addresses", Map(&Str)), ("gateway", Str), ("ip_range", Str), ("subnet", Str)]);
static VOLUME: Object = object(
    "a volume",
    &[("driver", Str), ("driver_opts", Map(&Text)), ("external", External), ("labels", Labels), ("name", Str)],
);
static SECRET: Object = object(
    "a secret",
    &[
        ("driver", Str),
        ("driver_opts", Map(&Text)),
        ("environment", Str),
        ("external", External),
        ("file", Str),
        ("labels", Labels),
        ("name", Str),
        ("template_driver", Str),
    ],
);
static CONFIG: Object = object(
    "a config",
    &[
        ("content", Str),
        ("environment", Str),
        ("external", External),
        ("file", Str),
        ("labels", Labels),
        ("name", Str),
        ("template_driver", Str),
    ],
);
static MODEL: Object = Object {
    required: &["model"],
    ..object("a model", &[("context_size", Int), ("model", Str), ("name", Str), ("runtime_flags", List(&Str))])
};
