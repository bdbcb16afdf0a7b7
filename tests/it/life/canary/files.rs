//! Configuration files of every format with a secret wherever such files have them.

use super::mint::Mint;

type Files = Vec<(&'static str, String)>;

/// The same files with secrets made now; `when` tells them apart from those made before.
pub(super) fn with_secrets(mint: &mut Mint, when: &str) -> Files {
    let before = mint.minted.len();
    let mut files = issuers(mint);
    files.extend(flat(mint));
    files.extend(trees(mint));
    files.extend(manifests(mint));
    files.extend(lists(mint));
    files.extend(scripts(mint));
    files.extend(blocks(mint));
    files.extend(faults(mint));
    for (what, _) in &mut mint.minted[before..] {
        *what = format!("{what} ({when})");
    }
    files
}

/// A file of the same format without a secret.
pub(super) fn bare(path: &str) -> &'static str {
    match path.rsplit(['.', '/']).next().unwrap() {
        "json" => "{\"other\": 1}\n",
        "xml" => "<configuration><other>1</other></configuration>\n",
        "yml" => "other: 1\n",
        "toml" | "tf" => "other = 1\n",
        "Dockerfile" => "FROM alpine:3.19\n",
        "Makefile" | "Jenkinsfile" => "all:\n",
        _ => "other=1\n",
    }
}

/// Tokens that their issuers' prefixes give away, below keys that say nothing.
fn issuers(mint: &mut Mint) -> Files {
    let lines = [
        format!("aws: {}", mint.upper("an AWS access key id", "AKIA", 16)),
        format!("forge: {}", mint.token("a GitHub token", "ghp_", 36)),
        format!("fine: {}", mint.token("a fine-grained GitHub token", "github_pat_", 60)),
        format!("lab: {}", mint.token("a GitLab token", "glpat-", 20)),
        format!("chat: {}", mint.token("a Slack token", "xoxb-", 40)),
        format!("hook: https://hooks.slack.com/services/{}", mint.token("a Slack webhook", "T00000000/B00000000/", 24)),
        format!("other_hook: https://discord.com/api/webhooks/1234567890/{}", mint.token("a Discord webhook", "", 60)),
        format!("pay: {}", mint.token("a Stripe key", "sk_live_", 24)),
        format!(
            "mail: {}.{}",
            mint.token("a SendGrid key", "SG.", 22),
            mint.token("the tail of a SendGrid key", "", 43)
        ),
        format!("maps: {}", mint.token("a Google key", "AIza", 35)),
        format!("packages: {}", mint.token("an npm token", "npm_", 36)),
        format!("vault: {}", mint.token("a Vault token", "hvs.", 24)),
        format!("model: {}", mint.token("a key of a model provider", "sk-proj-", 40)),
        format!("bot: 123456789:AA{}", mint.token("a Telegram bot token", "", 33)),
        format!("session: {}", jwt(mint)),
        format!("login: admin:$apr1$abcdefgh${}", mint.token("a hashed password", "", 22)),
        format!("stronger: '$2y$10${}'", mint.token("a hash by bcrypt", "", 53)),
    ];
    vec![("issuers.yml", lines.join("\n") + "\n")]
}

fn jwt(mint: &mut Mint) -> String {
    let [payload, signature] = ["the payload of a JWT", "the signature of a JWT"].map(|what| mint.token(what, "", 40));
    format!("eyJhbGciOiJIUzI1NiJ9.eyJ{payload}.{signature}")
}

/// Keys and values, one a line.
fn flat(mint: &mut Mint) -> Files {
    let properties = [
        format!("db.password={}", mint.password("a password in properties")),
        format!("db.url=jdbc:mysql://db.example/app?user=app&password={}", mint.password("a JDBC URL")),
        format!("legacy.url=jdbc:oracle:thin:scott/{}@//db.example:1521/app", mint.password("an Oracle URL")),
        format!("dsn=app:{}@tcp(db.example:3306)/app", mint.password("a DSN of a driver")),
        format!("callback=https://svc.example/cb?api_key={}&x=1", mint.password("a token in a query")),
        format!("pin.password={}", mint.number("a password of digits")),
    ];
    let npmrc = format!("//registry.npmjs.org/:_authToken={}\n", mint.password("a registry token"));
    vec![
        ("app.properties", properties.join("\n") + "\n"),
        ("app.ini", format!("[db]\npassword = {}\n", mint.password("a password in INI"))),
        ("aws.cfg", format!("[default]\naws_secret_access_key = {}\n", mint.token("an AWS secret key", "", 40))),
        (".env", format!("export DB_PASSWORD='{}'\nMODE=1\n", mint.password("a password in .env"))),
        ("npmrc.conf", npmrc),
        ("netrc.conf", format!("machine h.example login app password {}\n", mint.password("a netrc password"))),
    ]
}

/// Trees: maps, attributes, embedded documents.
fn trees(mint: &mut Mint) -> Files {
    let settings = format!(
        "[server]\nclient_secret = \"{}\"\n[pool]\ndsn = \"postgres://app:{}@db.example/app\"\n",
        mint.password("a secret in TOML"),
        mint.password("a Postgres URL"),
    );
    let json = format!(
        r#"{{"auth": {{"password": "{}"}}, "cache": "redis://:{}@cache.example", "embedded": "{{\"password\": \"{}\"}}",
            "task": "[{{\"name\": \"DB_PASSWORD\", \"value\": \"{}\"}}]", "credentials": {{"main": "{}"}},
            "cert": "{}", "conn": "Server=db;User Id=sa;Password={};", "blob": "AccountName=a;AccountKey={}=="}}"#,
        mint.password("a password in JSON"),
        mint.password("a Redis URL"),
        mint.password("a password in embedded JSON"),
        mint.password("a name and a value in embedded JSON"),
        mint.password("a value below credentials"),
        mint.pem("a key block in JSON", "").replace('\n', "\\n"),
        mint.password("a connection string"),
        mint.token("a storage key", "", 80),
    );
    let xml = format!(
        r#"<configuration><password>{}</password><add key="DbPassword" value="{}"/><user name="a" password="{}"/>
           <property name="hibernate.connection.password">{}</property></configuration>"#,
        mint.password("an XML element"),
        mint.password("an XML attribute beside a telling one"),
        mint.password("an XML attribute"),
        mint.password("an XML text beside a telling attribute"),
    );
    vec![("settings.toml", settings), ("app.json", json), ("web.xml", xml)]
}

/// Kubernetes and compose.
fn manifests(mint: &mut Mint) -> Files {
    let secret = format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\ndata:\n  main: {}==\nstringData:\n  plain: {}\n",
        mint.token("data of a Kubernetes Secret", "", 30),
        mint.password("text of a Kubernetes Secret"),
    );
    let deployment = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec:\n  containers:\n    - name: web\n      \
         args: [\"--user\", \"app\", \"--password\", \"{}\"]\n      env:\n        - name: DB_PASSWORD\n          value: {}\n",
        mint.password("an argument behind its flag"),
        mint.password("a name and a value"),
    );
    let chart = format!(
        "{{{{- if .Values.on }}}}\nkind: Secret\nstringData:\n  plain: {}\n---\nenv:\n  - name: API_TOKEN\n    value: {}\n\
         password: |\n  {}\n{{{{- end }}}}\n",
        mint.password("a Secret in a template"),
        mint.password("a name and a value in a template"),
        mint.password("a block in a template"),
    );
    let compose = format!(
        "services:\n  db:\n    environment:\n      - POSTGRES_PASSWORD={}\n    command: run --api-key {} --fast\n",
        mint.password("an environment list"),
        mint.password("a flag in a command"),
    );
    vec![
        ("k8s/secret.yml", secret),
        ("k8s/deployment.yml", deployment),
        ("chart/templates/all.yml", chart),
        ("docker-compose.yml", compose),
    ]
}

/// Lists, and secrets in keys.
fn lists(mint: &mut Mint) -> Files {
    let yaml = format!(
        "passwords:\n  - {}\n  - {}\nremotes:\n  - url: {}\n    depth: 1\n  - url: {}\n    depth: 2\n\"{}\": 1\n{}: owner\n\
         \"{}\":\n  - name: API_TOKEN\n    value: {}\nmirrors: [\"{}\"]\n",
        mint.password("a list of passwords"),
        mint.password("a list of passwords"),
        mint.url("what tells a list's elements apart"),
        mint.url("what tells a list's elements apart"),
        mint.url("a key that is a URL"),
        mint.token("a key that is a token", "ghp_", 36),
        mint.url("a key above other secrets"),
        mint.password("a value below a key with a secret"),
        mint.url("a list of URLs"),
    );
    let requirements =
        format!("--index-url https://ci:{}@pypi.example/simple\nflask==3.0\n", mint.password("a package index"));
    let package = format!(
        r#"{{"name": "app", "dependencies": {{"a": "git+https://x:{}@git.example/a.git"}}}}"#,
        mint.password("a dependency's URL")
    );
    vec![("lists.yml", yaml), ("requirements.txt", requirements), ("package.json", package)]
}

/// Programs and what they are given.
fn scripts(mint: &mut Mint) -> Files {
    let dockerfile = format!(
        "FROM alpine:3.19\nARG NPM_TOKEN={}\nENV DB_PASSWORD={}\nENV SMTP_PASSWORD {}\nRUN login --password {} host\n\
         RUN curl -H 'Authorization: Bearer {}' https://svc.example\nRUN curl -u app:{} https://svc.example\n",
        mint.password("ARG of a Dockerfile"),
        mint.password("ENV of a Dockerfile"),
        mint.password("old-style ENV of a Dockerfile"),
        mint.password("RUN of a Dockerfile"),
        mint.password("a bearer header"),
        mint.password("a user and password of curl"),
    );
    let jenkins = format!(
        "pipeline {{\n  // the old password was {}\n  sh \"curl -H 'X-Api-Key: {}' https://svc.example\"\n  \
         sh 'curl -H \"Authorization: Basic {}==\" https://svc.example'\n  sh \"sshpass -p '{}' ssh app@h.example\"\n  \
         sh \"mysql -u app -p{} app\"\n  def token = '{}'\n}}\n",
        mint.password("a comment"),
        mint.password("a header with a key"),
        mint.token("a basic header", "", 24),
        mint.password("sshpass"),
        mint.password("a short option of mysql"),
        mint.password("a variable of a script"),
    );
    let block = format!(
        "script: |\n  set -e\n  export TOKEN={}\n  mysqldump --password={} app\n  # the password for the replica is {}\nplain: 1\n",
        mint.password("a variable in a block scalar"),
        mint.password("a flag in a block scalar"),
        mint.password("a comment in a block scalar"),
    );
    vec![("Dockerfile", dockerfile), ("Jenkinsfile", jenkins), ("script.yml", block)]
}

/// Secrets of several lines.
fn blocks(mint: &mut Mint) -> Files {
    let terraform = format!(
        "variable \"db\" {{\n  password = \"{}\"\n}}\nadmin_passwords = [\n  \"{}\",\n  \"{}\",\n]\nprivate_key = <<EOT\n{}\nEOT\n\
         env = [{{ name = \"API_TOKEN\", value = \"{}\" }}]\n",
        mint.password("a password in HCL"),
        mint.password("a list of passwords in HCL"),
        mint.password("a list of passwords in HCL"),
        mint.password("a here-document"),
        mint.password("a name and a value in HCL"),
    );
    let yaml = format!(
        "bundle: |\n  {}\nfolded: >\n  {}\n  and more\nsecret_text: |\n  {}\n  {}\n",
        mint.pem("a key block in a block scalar", "  "),
        mint.url("a URL in a folded scalar"),
        mint.password("a secret block scalar"),
        mint.password("the second line of a secret block scalar"),
    );
    let makefile = format!("define KEY\n{}\nendef\nall:\n\techo\n", mint.pem("a key block in a text", ""));
    vec![("main.tf", terraform), ("blocks.yml", yaml), ("Makefile", makefile)]
}

/// Files that cannot be read, or that have something to be said about, right where a secret stands.
fn faults(mint: &mut Mint) -> Files {
    let toml = format!("password = {}\n", mint.password("a TOML file with an error"));
    let json = format!("{{\"password\": {}}}\n", mint.password("a JSON file with an error"));
    let twice = mint.url("a key that stands twice");
    let xml = format!("<a><password>1</{}></a>\n", mint.password("an XML file with an error"));
    let yaml = format!("password: [{}\nopen: {{\n", mint.password("a YAML file with an error"));
    let alias = format!("password: *{}\n", mint.password("an alias without an anchor"));
    vec![
        ("faults/a.toml", toml),
        ("faults/b.json", json),
        ("faults/c.json", format!("{{\"{twice}\": 1, \"{twice}\": 2}}\n")),
        ("faults/d.xml", xml),
        ("faults/e.yml", yaml),
        ("faults/f.yml", alias),
        ("faults/g.env", format!("DB_PASSWORD=\"{}\n", mint.password("a .env file with an error"))),
    ]
}
