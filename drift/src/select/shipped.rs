//! The shipped list of configuration files. Every entry is plain, so that the default needs no glob engine.

/// What is configuration when `golden.toml` says nothing.
pub(super) const SELECTED: &[&str] = &[
    "*.yml",
    "*.yaml",
    "*.json",
    "*.json5",
    "*.jsonc",
    "*.properties",
    "*.toml",
    "*.ini",
    "*.cfg",
    "*.conf",
    "*.env",
    ".env",
    ".env.*",
    "*.xml",
    "*.tf",
    "*.tfvars",
    "*.hcl",
    // Helm's named templates; the rest of Helm and Kustomize trees is YAML.
    "*.tpl",
    "Dockerfile*",
    "*.dockerfile",
    "Containerfile*",
    "docker-compose*",
    "Jenkinsfile*",
    "Makefile",
    "build.gradle",
    "build.gradle.kts",
    "settings.gradle",
    "settings.gradle.kts",
    "requirements*.txt",
    "go.mod",
    ".github/**",
];

/// What is ours: the tool's own settings and output are never the configuration of a service.
pub(super) const OWN: &[&str] = &["!/golden.toml", "!/golden-policy.yml", "!/golden-policy.yaml", "!/config_data/"];

#[cfg(test)]
mod tests {
    use super::super::pattern::Pattern;
    use super::{OWN, SELECTED};

    #[test]
    fn every_shipped_pattern_is_plain() {
        let glob: Vec<_> = SELECTED.iter().chain(OWN).filter(|text| Pattern::plain(text).is_none()).collect();
        assert_eq!(glob, Vec::<&&str>::new());
    }
}
