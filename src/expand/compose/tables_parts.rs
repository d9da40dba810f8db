//! The parts of a service and the resources of the Compose Specification as tables; `tables` has the rest.

use super::tables::Ty::{
    Always, Bool, Bytes, Command, Count, Duration, Enum, External, Float, Given, GivenInt, Hidden, Hosts, Int, Labels,
    List, Map, Mode, Obj, OneOrList, Pairs, RealBool, Set, Short, ShortNumber, Str, StrBytes, Test, Text,
};
use super::tables::{Object, Ty, object};

pub(super) static BLKIO: Object = Object {
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
pub(super) static BLKIO_RATE: Object = object("a blkio limit", &[("path", Str), ("rate", Bytes)]);
pub(super) static BLKIO_WEIGHT: Object = object("a blkio weight", &[("path", Str), ("weight", Int)]);

pub(super) static BUILD: Object = object(
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
        ("ssh", Ty::Keys),
        ("tags", List(&Str)),
        ("target", Str),
        ("ulimits", Map(&ShortNumber(&Obj(&ULIMIT)))),
    ],
);

pub(super) static FILE_MOUNT: Object =
    object("a file mount", &[("source", Str), ("target", Str), ("uid", Str), ("gid", Str), ("mode", Mode)]);
pub(super) static CREDENTIAL: Object = object("credential_spec", &[("config", Str), ("file", Str), ("registry", Str)]);
pub(super) static DEPENDENCY: Object = Object {
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
pub(super) static DEVICE: Object =
    Object { required: &["source"], ..object("a device", &[("source", Str), ("target", Str), ("permissions", Str)]) };
pub(super) static ENV_FILE: Object = Object {
    name: "an env file",
    fields: &[("path", Str), ("format", Str), ("required", Given)],
    required: &["path"],
    open: false,
    extensible: false,
};
pub(super) static EXTENDS: Object = Object {
    name: "extends",
    fields: &[("service", Str), ("file", Str)],
    required: &["service"],
    open: false,
    extensible: false,
};
pub(super) static GPU: Object = Object {
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
pub(super) static HEALTHCHECK: Object = object(
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
pub(super) static LOGGING: Object = object("logging", &[("driver", Str), ("options", Map(&Ty::Option))]);
pub(super) static SERVICE_MODEL: Object = object("a model of a service", &[("endpoint_var", Str), ("model_var", Str)]);
pub(super) static ATTACHMENT: Object = object(
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
pub(super) static PORT: Object = object(
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
pub(super) static HOOK: Object = Object { required: &["command"], ..HOOK_FIELDS };
const HOOK_FIELDS: Object = object(
    "a hook",
    &[("command", Command), ("environment", Pairs), ("privileged", Bool), ("user", Str), ("working_dir", Str)],
);
pub(super) static PRE_START: Object = object(
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
pub(super) static PROVIDER: Object =
    Object { required: &["type"], ..object("a provider", &[("type", Str), ("options", Map(&OneOrList(&Text)))]) };
pub(super) static ULIMIT: Object =
    Object { required: &["soft", "hard"], ..object("a ulimit", &[("soft", Int), ("hard", Int)]) };
pub(super) static MOUNT: Object = Object {
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
pub(super) static MOUNT_BIND: Object = object(
    "bind",
    &[
        ("create_host_path", Bool),
        ("propagation", Str),
        ("recursive", Enum(&["enabled", "disabled", "writable", "readonly"])),
        ("selinux", Enum(&["z", "Z"])),
    ],
);
pub(super) static MOUNT_IMAGE: Object = object("image", &[("subpath", Str)]);
pub(super) static MOUNT_TMPFS: Object = object("tmpfs", &[("mode", Int), ("size", Bytes)]);
pub(super) static MOUNT_VOLUME: Object = object("volume", &[("labels", Labels), ("nocopy", Bool), ("subpath", Str)]);

pub(super) static DEVELOP: Object = object("develop", &[("watch", List(&Obj(&WATCH)))]);
pub(super) static WATCH: Object = Object {
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

pub(super) static DEPLOY: Object = object(
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
pub(super) static PLACEMENT: Object = object(
    "placement",
    &[("constraints", List(&Str)), ("max_replicas_per_node", Int), ("preferences", List(&Obj(&PREFERENCE)))],
);
pub(super) static PREFERENCE: Object = object("a preference", &[("spread", Str)]);
pub(super) static RESOURCES: Object =
    object("resources", &[("limits", Obj(&LIMITS)), ("reservations", Obj(&RESERVATIONS))]);
pub(super) static LIMITS: Object = object("limits", &[("cpus", Float), ("memory", StrBytes), ("pids", Int)]);
pub(super) static RESERVATIONS: Object = object(
    "reservations",
    &[
        ("cpus", Float),
        ("devices", List(&Obj(&DEVICE_REQUEST))),
        ("generic_resources", List(&Obj(&GENERIC))),
        ("memory", StrBytes),
    ],
);
pub(super) static DEVICE_REQUEST: Object = Object {
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
pub(super) static GENERIC: Object = object("a generic resource", &[("discrete_resource_spec", Obj(&DISCRETE))]);
pub(super) static DISCRETE: Object = object("a discrete resource", &[("kind", Str), ("value", Int)]);
pub(super) static RESTART_POLICY: Object = object(
    "restart_policy",
    &[("condition", Str), ("delay", Duration), ("max_attempts", GivenInt), ("window", Duration)],
);
pub(super) static UPDATE: Object = object(
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

pub(super) static NETWORK: Object = object(
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
pub(super) static IPAM: Object =
    object("ipam", &[("config", List(&Obj(&SUBNET))), ("driver", Str), ("options", Hidden(&Map(&Str)))]);
pub(super) static SUBNET: Object =
    object("a subnet", &[("aux_addresses", Map(&Str)), ("gateway", Str), ("ip_range", Str), ("subnet", Str)]);
pub(super) static VOLUME: Object = object(
    "a volume",
    &[("driver", Str), ("driver_opts", Map(&Text)), ("external", External), ("labels", Labels), ("name", Str)],
);
pub(super) static SECRET: Object = object(
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
pub(super) static CONFIG: Object = object(
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
pub(super) static MODEL: Object = Object {
    required: &["model"],
    ..object("a model", &[("context_size", Int), ("model", Str), ("name", Str), ("runtime_flags", List(&Str))])
};
