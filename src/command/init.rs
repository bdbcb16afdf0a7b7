//! `golden init`: a commented golden.toml and a policy file, after looking at what is there.

use std::io::Write;
use std::path::{Path, PathBuf};

use drift::environment::valid_service_name;
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::{self, Global};
use crate::config::{FILE_NAME, POLICY_NAME};
use crate::exit::{Failure, Verdict};
use crate::output::Output;

/// The policy file that is written.
const POLICY: &str = include_str!("init/policy.yml");

/// The part of golden.toml behind the services.
const SETTINGS: &str = include_str!("init/settings.toml");

/// Folders whose subfolders are services.
const HOMES: [&str; 4] = ["services", "apps", "components", "deployments"];

/// `golden.init/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct InitAnswer {
    /// Files that were written or changed.
    written: Vec<String>,
    /// The services that were found.
    services: Vec<String>,
}

/// A service that was found, and its folder below the repository; None for the whole of it.
struct Found {
    name: String,
    path: Option<String>,
}

/// Runs `golden init`.
pub(crate) fn run(global: &Global, init: &args::Init) -> Result<Verdict, Failure> {
    let repo = std::fs::canonicalize(&init.repo).map_err(|cause| failure(&init.repo, cause))?;
    let (config, policy) = (repo.join(FILE_NAME), repo.join(POLICY_NAME));
    if let Some(taken) = [&config, &policy].into_iter().find(|path| path.exists()) {
        return Err(Failure::Usage(format!("{} exists already; remove it first, or edit it", taken.display())));
    }
    let found = services(&repo)?;
    let mut written = vec![create(&config, &golden_toml(&found))?, create(&policy, POLICY)?];
    written.extend(ignore(&repo)?);
    let answer = InitAnswer { written, services: found.into_iter().map(|found| found.name).collect() };
    Output::new(global).answer(init.format.format, "golden.init/1", answer, |answer| {
        let mut lines: Vec<String> = answer.written.iter().map(|path| format!("wrote {path}")).collect();
        let service = answer.services.first().map_or("NAME", String::as_str);
        lines.push(format!("services: {}", answer.services.join(", ")));
        lines.push("next:".to_owned());
        lines.push(format!("  golden certify --service {service} --environment production --initial HEAD --by YOU --reason \"first golden version\""));
        lines.push(format!("  golden validate --service {service} --environment production"));
        lines.join("\n")
    })?;
    Ok(Verdict::Yes)
}

fn failure(path: &Path, cause: std::io::Error) -> Failure {
    Failure::File { path: path.display().to_string(), cause }
}

/// Writes a new file; never over an existing one.
fn create(path: &Path, text: &str) -> Result<String, Failure> {
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).open(path).map_err(|cause| failure(path, cause))?;
    file.write_all(text.as_bytes()).map_err(|cause| failure(path, cause))?;
    Ok(path.display().to_string())
}

/// Puts `config_data/` into .gitignore unless it is there.
fn ignore(repo: &Path) -> Result<Option<String>, Failure> {
    let path = repo.join(".gitignore");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(cause) => return Err(failure(&path, cause)),
    };
    if text.lines().any(|line| matches!(line.trim(), "config_data/" | "/config_data/" | "config_data")) {
        return Ok(None);
    }
    let separator = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    std::fs::write(&path, format!("{text}{separator}config_data/\n")).map_err(|cause| failure(&path, cause))?;
    Ok(Some(path.display().to_string()))
}

/// The subfolders of the usual homes of services; else one service named after the folder.
fn services(repo: &Path) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    for home in HOMES {
        for folder in folders(&repo.join(home))? {
            let name = folder.file_name().map(|name| service_name(&name.to_string_lossy())).unwrap_or_default();
            if valid_service_name(&name) && !found.iter().any(|known: &Found| known.name == name) {
                let path = folder.strip_prefix(repo).unwrap_or(&folder).to_string_lossy().replace('\\', "/");
                found.push(Found { name, path: Some(path) });
            }
        }
    }
    if found.is_empty() {
        let name = repo.file_name().map(|name| service_name(&name.to_string_lossy())).unwrap_or_default();
        let name = if valid_service_name(&name) { name } else { "service".to_owned() };
        found.push(Found { name, path: None });
    }
    Ok(found)
}

fn folders(home: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = match std::fs::read_dir(home) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(cause) => return Err(failure(home, cause)),
    };
    let mut folders = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|cause| failure(home, cause))?;
        if entry.file_type().map_err(|cause| failure(home, cause))?.is_dir() {
            folders.push(entry.path());
        }
    }
    folders.sort();
    Ok(folders)
}

/// A folder's name as a service name: lower case, everything else than letters, digits, `.`, `_` and `-` becomes `-`.
fn service_name(folder: &str) -> String {
    let name: String = folder
        .to_lowercase()
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() || "._-".contains(character) { character } else { '-' })
        .collect();
    name.trim_start_matches(['.', '_', '-']).trim_end_matches('-').to_owned()
}

fn golden_toml(found: &[Found]) -> String {
    let mut text = String::from(
        "# What `golden` compares, and how strictly. `golden config show` tells where each value comes from,\n\
         # `golden schema golden.toml/1` prints everything that may stand here. An unknown key is an error.\n",
    );
    for service in found {
        text.push_str(&format!("\n[[service]]\nname = \"{}\"\n", service.name));
        if let Some(path) = &service.path {
            text.push_str(&format!("paths = [{}]\n", serde_json::Value::String(path.clone())));
        }
    }
    text.push('\n');
    text.push_str(SETTINGS);
    text
}
