//! Fuzzes `template`; see the library.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| deploylint_fuzz::pair("roles/r/templates/docker-compose.yml.j2", "roles/r/defaults/main.yml", data));
