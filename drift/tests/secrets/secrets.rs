//! Kinds of secrets, each in a file as people write it.

use super::dice::Dice;
use super::{Kind, Sample};

/// Every kind.
pub(crate) const KINDS: &[Kind] = &[
    ("password under its key", |d| {
        keyed(d, &["password", "dbPassword", "smtp_pass", "admin-passwd", "pwd"], Dice::password)
    }),
    ("key under its key", |d| {
        keyed(d, &["apiKey", "api_key", "signingKey", "encryption-key", "master_key"], |d| d.hex(32))
    }),
    ("random text beside a telling key", |d| {
        keyed(d, &["clientSecret", "auth_token", "webhookSecret", "jwtSecret"], |d| d.word(40))
    }),
    ("cloud key id", |d| neutral(d, |d| format!("AKIA{}", d.upper(16)))),
    ("cloud secret key", |d| keyed(d, &["aws_secret_access_key", "secretAccessKey"], |d| d.word(40))),
    ("forge token", |d| neutral(d, |d| format!("{}_{}", d.pick(&["ghp", "gho", "ghs"]), d.word(36)))),
    ("forge token of another kind", |d| neutral(d, |d| format!("glpat-{}", d.word(20)))),
    ("chat token", |d| neutral(d, |d| format!("xoxb-{}-{}", d.digits(12), d.word(24)))),
    ("payment key", |d| neutral(d, |d| format!("sk_live_{}", d.word(24)))),
    ("map key", |d| neutral(d, |d| format!("AIza{}", d.word(35)))),
    ("mail key", |d| neutral(d, |d| format!("SG.{}.{}", d.word(22), d.word(43)))),
    ("registry token", |d| neutral(d, |d| format!("npm_{}", d.word(36)))),
    ("signed token", |d| neutral(d, |d| format!("eyJ{}.eyJ{}.{}", d.word(20), d.word(60), d.word(43)))),
    ("private key", private_key),
    ("url with a password", url_password),
    ("url with a token", |d| neutral(d, |d| format!("https://{}/hook?access_token={}", d.host(), d.word(24)))),
    ("jdbc", |d| part(d, |d, p| format!("jdbc:sqlserver://{}:1433;user=app;password={p}", d.host()))),
    ("storage account", |d| {
        part(d, |d, _| {
            let key = d.word(86);
            format!("AccountName=shop;AccountKey={key}==;EndpointSuffix=core.example")
        })
    }),
    ("embedded json", embedded_json),
    ("embedded properties", |d| {
        let hidden = d.word(20);
        file("a.yaml", format!("config: |\n  mode=fast\n  db.password={hidden}\n"), hidden)
    }),
    ("comment", |d| {
        let hidden = d.word(14) + "7x";
        file("deploy.sh", format!("set -e\n# the old password was {hidden}\nrun\n"), hidden)
    }),
    ("name and value", |d| {
        let hidden = d.password();
        file("a.yaml", format!("env:\n  - name: DB_PASSWORD\n    value: \"{hidden}\"\n"), hidden)
    }),
    ("environment of an image", |d| {
        let hidden = d.word(20);
        file("Dockerfile", format!("FROM base.example/a:1\nENV API_TOKEN={hidden}\n"), hidden)
    }),
    ("dotenv", |d| {
        let hidden = d.password();
        file(".env", format!("export DB_PASSWORD='{hidden}'\n"), hidden)
    }),
    ("argument", |d| {
        let hidden = d.word(16);
        file("a.yaml", format!("args: [run, --password, \"{hidden}\", --fast]\n"), hidden)
    }),
    ("xml attribute", |d| {
        let hidden = d.word(16);
        file("a.xml", format!("<a><user name=\"app\" password=\"{hidden}\"/></a>\n"), hidden)
    }),
    ("xml element", |d| {
        let hidden = d.word(16);
        file("a.xml", format!("<server><id>a</id><password>{hidden}</password></server>\n"), hidden)
    }),
    ("object of a cluster", |d| {
        let hidden = d.word(24);
        file(
            "a.yaml",
            format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\ndata:\n  db-conn: {hidden}\n"),
            hidden,
        )
    }),
    ("hashed password", |d| neutral(d, |d| format!("$2y$12${}", d.word(53)))),
    ("header", |d| neutral(d, |d| format!("Bearer {}", d.word(32)))),
    ("hook", |d| {
        neutral(d, |d| format!("https://hooks.slack.com/services/T{}/B{}/{}", d.upper(8), d.upper(8), d.word(24)))
    }),
    ("passphrase in a table", |d| {
        let hidden = d.password();
        file("a.toml", format!("[tls]\nkey_passphrase = \"{hidden}\"\n"), hidden)
    }),
    ("section", |d| {
        let hidden = d.password();
        file("a.ini", format!("[database]\nuser = app\npassword = {hidden}\n"), hidden)
    }),
];

fn file(path: &'static str, text: String, hidden: String) -> Sample {
    Sample { path, text, hidden }
}

fn keyed(dice: &mut Dice, keys: &[&str], value: fn(&mut Dice) -> String) -> Sample {
    let (key, hidden) = (dice.pick(keys), value(dice));
    match dice.below(4) {
        0 => file("a.yaml", format!("app:\n  {key}: \"{hidden}\"\n"), hidden),
        1 => file("a.properties", format!("app.{key}={hidden}\n"), hidden),
        2 => file("a.json", format!("{{\"app\": {{\"{key}\": \"{hidden}\"}}}}\n"), hidden),
        _ => file("a.toml", format!("[app]\n{key} = '{hidden}'\n"), hidden),
    }
}

/// Under a key that says nothing.
fn neutral(dice: &mut Dice, value: fn(&mut Dice) -> String) -> Sample {
    keyed(dice, &["value", "target", "setting", "upstream", "x"], value)
}

/// A text of which one part is the password.
fn part(dice: &mut Dice, text: fn(&mut Dice, &str) -> String) -> Sample {
    let password = dice.word(16);
    let text = text(dice, &password);
    let hidden =
        if text.contains(&password) { password } else { text[text.find("Key=").unwrap() + 4..][..86].to_owned() };
    file("a.yaml", format!("store: \"{text}\"\n"), hidden)
}

fn url_password(dice: &mut Dice) -> Sample {
    let scheme = dice.pick(&["postgres", "amqp", "redis", "mongodb+srv", "https"]);
    let (hidden, host) = (dice.word(14), dice.host());
    file("a.yaml", format!("target: {scheme}://app:{hidden}@{host}/main\n"), hidden)
}

fn private_key(dice: &mut Dice) -> Sample {
    let kind = dice.pick(&["RSA ", "EC ", "OPENSSH ", ""]);
    let hidden = dice.word(64);
    let text = format!(
        "tls:\n  pem: |\n    -----BEGIN {kind}PRIVATE KEY-----\n    {hidden}\n    -----END {kind}PRIVATE KEY-----\n"
    );
    file("a.yaml", text, hidden)
}

fn embedded_json(dice: &mut Dice) -> Sample {
    let hidden = dice.word(24);
    file("a.yaml", format!("config: '{{\"user\": \"app\", \"clientSecret\": \"{hidden}\"}}'\n"), hidden)
}
