//! `[server]` of golden.toml: where the API is served, to whom, and within which bounds.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use api::{ServerLimits, ServerOptions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long a server goes on without tokens after the first one was made.
const TOKEN_CHECK: Duration = Duration::from_secs(1);

/// `[server]`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ServerSettings {
    /// The address. Any other than one of this machine only needs tokens.
    pub(crate) bind: IpAddr,
    /// The port; 0 takes a free one.
    pub(crate) port: u16,
    /// True behind a proxy that speaks TLS; then everybody needs a token.
    pub(crate) https: bool,
    /// Names that the server answers to, beside localhost and addresses; with one everybody needs a token.
    pub(crate) hosts: Vec<String>,
    /// Other sites whose pages may call the API, as `https://HOST[:PORT]` (CORS); with one everybody needs a token.
    pub(crate) origins: Vec<String>,
    /// Folders whose repositories runs of the API may read, relative to golden.toml; without one its own repository and
    /// those of its services.
    pub(crate) repositories: Vec<PathBuf>,
    /// Bounds.
    pub(crate) limits: LimitSettings,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            bind: Ipv4Addr::LOCALHOST.into(),
            port: 3000,
            https: false,
            hosts: Vec::new(),
            origins: Vec::new(),
            repositories: Vec::new(),
            limits: LimitSettings::default(),
        }
    }
}

/// `[server.limits]`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LimitSettings {
    /// Most bytes of a request's body.
    pub(crate) body_bytes: NonZeroU32,
    /// Seconds that a request may take.
    pub(crate) request_seconds: NonZeroU32,
    /// Seconds that the head of a request may take.
    pub(crate) header_seconds: NonZeroU32,
    /// Requests of one address in a second; visitors behind one proxy share them.
    pub(crate) requests_per_second: NonZeroU32,
    /// Requests of one address at once.
    pub(crate) burst: NonZeroU32,
    /// Connections at once.
    pub(crate) connections: NonZeroU32,
    /// Runs that are compared at once.
    pub(crate) workers: NonZeroU32,
    /// Runs that may wait for a worker.
    pub(crate) waiting_runs: NonZeroU32,
    /// Seconds that runs are given to end when the server is told to.
    pub(crate) shutdown_seconds: NonZeroU32,
}

/// `number` or 1.
const fn at_least_one(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            body_bytes: at_least_one(1_048_576),
            request_seconds: at_least_one(30),
            header_seconds: at_least_one(10),
            requests_per_second: at_least_one(200),
            burst: at_least_one(1_000),
            connections: at_least_one(2_000),
            workers: at_least_one(2),
            waiting_runs: at_least_one(100),
            shutdown_seconds: at_least_one(20),
        }
    }
}

impl ServerSettings {
    /// Names without a port, as browsers send them.
    pub(super) fn check(&self) -> Result<(), String> {
        let is_name = |host: &String| {
            !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
        };
        if let Some(host) = self.hosts.iter().find(|host| !is_name(host)) {
            return Err(format!("server.hosts holds {host:?}, which is no name of a host; leave out scheme and port"));
        }
        match self.origins.iter().find(|origin| !api::is_origin(origin)) {
            Some(origin) => Err(format!(
                "server.origins holds {origin:?}, which is no origin; write it as browsers do, such as https://board.example"
            )),
            None => Ok(()),
        }
    }

    /// True when only this machine reaches the address: golden.toml names no proxy, neither by its TLS nor by the name that
    /// it answers to, and no other site.
    pub(crate) fn is_for_this_machine(&self, bind: IpAddr) -> bool {
        bind.is_loopback() && !self.https && self.hosts.is_empty() && self.origins.is_empty()
    }

    /// What the API is told, for the address that it is bound to.
    pub(crate) fn options(&self, bind: IpAddr, local_user: String) -> ServerOptions {
        let limits = &self.limits;
        let seconds = |seconds: NonZeroU32| Duration::from_secs(u64::from(seconds.get()));
        ServerOptions {
            loopback: self.is_for_this_machine(bind),
            https: self.https,
            hosts: self.hosts.clone(),
            origins: self.origins.clone(),
            token_check: TOKEN_CHECK,
            local_user,
            limits: ServerLimits {
                body_bytes: limits.body_bytes.get() as usize,
                request_time: seconds(limits.request_seconds),
                header_time: seconds(limits.header_seconds),
                requests_per_second: limits.requests_per_second,
                burst: limits.burst,
                connections: limits.connections.get() as usize,
                workers: limits.workers.get() as usize,
                waiting_runs: limits.waiting_runs.get() as usize,
                shutdown_time: seconds(limits.shutdown_seconds),
            },
        }
    }
}
