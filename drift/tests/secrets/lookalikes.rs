//! Kinds of texts that only look like secrets, each in a file as people write it.

use super::{Kind, Sample};

/// Every kind.
pub(crate) const KINDS: &[Kind] = &[
    ("identifier", |d| line(format!("id: {}-{}-4{}-a{}-{}", d.hex(8), d.hex(4), d.hex(3), d.hex(3), d.hex(12)))),
    ("commit", |d| line(format!("revision: {}{}", d.pick(&["a", "b", "c"]), d.hex(39)))),
    ("image by digest", |d| line(format!("image: registry.example/app@sha256:{}", d.hex(64)))),
    ("checksum", |d| line(format!("checksum: \"{}\"", d.hex(64)))),
    ("integrity of a package", |d| json(format!("\"integrity\": \"sha512-{}==\"", d.word(86)))),
    ("address", |d| line(format!("url: https://{}:8443/path/{}", d.host(), d.lower(8)))),
    ("user in an address", |d| line(format!("remote: ssh://git@{}/team/app", d.host()))),
    ("lifetime of a token", |d| {
        line(format!("{}: {}", d.pick(&["token_ttl", "tokenLifetime", "session_token_timeout"]), d.digits(4)))
    }),
    ("count of tokens", |d| line(format!("{}: 4{}", d.pick(&["max_tokens", "maxTokens", "min_tokens"]), d.digits(3)))),
    ("word with token in it", |d| line(format!("tokenizer: {}", d.lower(8)))),
    ("file with a password", |d| line(format!("passwordFile: /etc/app/{}", d.lower(8)))),
    ("name of a secret", |d| {
        line(format!(
            "{}: {}-{}",
            d.pick(&["secretName", "existingSecret", "secret_name", "credentialsId"]),
            d.lower(6),
            d.lower(4)
        ))
    }),
    ("reference in a cluster", |d| {
        line(format!("valueFrom:\n  secretKeyRef:\n    name: {}\n    key: {}", d.lower(6), d.lower(8)))
    }),
    ("reference by variable", |d| {
        line(format!("{}: ${{DB_{}}}", d.pick(&["password", "apiKey", "token"]), d.pick(&["PASSWORD", "KEY", "TOKEN"])))
    }),
    ("reference by template", |d| line(format!("password: \"{{{{ .Values.{}.password }}}}\"", d.lower(5)))),
    ("reference in a vault", |d| line(format!("password: vault:secret/data/{}#password", d.lower(6)))),
    ("reference in a pipeline", |d| {
        at(".github/workflows/a.yml", format!("env:\n  TOKEN: ${{{{ secrets.{}_TOKEN }}}}\n", d.upper(1)))
    }),
    ("secrets handed on", |d| {
        at(".github/workflows/a.yml", format!("jobs:\n  {}:\n    uses: ./a.yml\n    secrets: inherit\n", d.lower(5)))
    }),
    ("names of secrets", |d| line(format!("secrets:\n  - {}-db\n  - {}-cert", d.lower(5), d.lower(4)))),
    ("secrets to pull with", |d| line(format!("imagePullSecrets:\n  - name: {}", d.lower(7)))),
    ("public key", |d| line(format!("publicKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5{}", d.word(48)))),
    ("certificate", |d| {
        line(format!("ca: |\n  -----BEGIN CERTIFICATE-----\n  {}\n  -----END CERTIFICATE-----", d.word(64)))
    }),
    ("rule for passwords", |d| {
        line(format!("{}: {}", d.pick(&["password.min.length", "passwordMinLength", "password_max_age"]), d.digits(2)))
    }),
    ("policy for passwords", |d| line(format!("passwordPolicy: {}", d.pick(&["strict", "relaxed", "default"])))),
    ("endpoint of tokens", |d| {
        line(format!("{}: https://{}/oauth/token", d.pick(&["token-endpoint", "tokenUrl", "token_uri"]), d.host()))
    }),
    ("name of a header", |d| line(format!("apiKeyHeader: X-{}-Id", d.lower(5)))),
    ("key of a table", |d| {
        line(format!("{}: {}_id", d.pick(&["primary_key", "partitionKey", "sortKey", "foreign_key"]), d.lower(5)))
    }),
    ("key of a cache", |d| line(format!("key: {}-{}", d.lower(6), d.lower(5)))),
    ("layout", |d| line(format!("keyboard: {}", d.pick(&["us", "de", "fr"])))),
    ("comment on a password", |d| {
        at("deploy.sh", format!("set -e\n# rotate the password every {} days\nrun\n", d.digits(2)))
    }),
    ("authorization switched", |d| line(format!("security:\n  authorization: {}", d.pick(&["enabled", "disabled"])))),
    ("version", |d| line(format!("version: 1.{}.{}-rc.1+build.{}", d.digits(2), d.digits(1), d.hex(7)))),
    ("schedule", |d| line(format!("cron: \"{} 4 * * 1-5\"", d.digits(1)))),
    ("author", |d| line(format!("author: {}@svc.example", d.lower(7)))),
    ("placeholder", |d| {
        line(format!("{}: {}", d.pick(&["password", "token"]), d.pick(&["<your-password>", "********", "<token>"])))
    }),
];

fn at(path: &'static str, text: String) -> Sample {
    Sample { path, text, hidden: String::new() }
}

fn line(text: String) -> Sample {
    at("a.yaml", text + "\n")
}

fn json(entry: String) -> Sample {
    at("a.json", format!("{{{entry}}}\n"))
}
