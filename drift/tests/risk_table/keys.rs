//! What keys and values are, in each tier.

use drift::risk_table::{RiskSubject, RiskTable};
use drift::settings::Tier;

use crate::{BASE, value};

/// Checks lines of `key path | golden value | candidate value | risk category`.
fn check(tier: Tier, table: &str) {
    for line in table.trim().lines() {
        let cells: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let [key_path, old, new, expected] = cells.as_slice() else { panic!("four cells, not {line}") };
        let (old, new) = (value(old), value(new));
        let subject = RiskSubject { key_path, tier, old: Some(&old), new: Some(&new), ..BASE };
        let classified = RiskTable::shipped().classify(&subject);
        let found = format!("{} {}", classified.risk, classified.category);
        assert_eq!(found, *expected, "{key_path}: {old:?} -> {new:?} in {tier}");
    }
}

#[test]
fn credentials_are_high_in_every_tier() {
    for tier in Tier::ALL {
        check(
            *tier,
            r"
/db/password                     | a                                  | b                                  | high credential
/spring.datasource.password      | a                                  | b                                  | high credential
/dbPasswd                        | a                                  | b                                  | high credential
/auth/client-secret              | a                                  | b                                  | high credential
/github/apiKey                   | a                                  | b                                  | high credential
/github/apikey                   | a                                  | b                                  | high credential
/github/API_KEYS/0               | a                                  | b                                  | high credential
/aws/secretAccessKey             | a                                  | b                                  | high credential
/tls/private_key                 | a                                  | b                                  | high credential
/spec/env/name=DB_PASSWORD/value | a                                  | b                                  | high credential
/webhook                         | x                                  | -----BEGIN RSA PRIVATE KEY-----    | high credential
/repo                            | x                                  | https://user:hunter2@git.example/x | high credential
/repo                            | https://user:hunter2@git.example/x | x                                  | high credential
/sentry/dsn                      | a                                  | b                                  | high connection_string
/storage/connectionString        | a                                  | b                                  | high connection_string
/storage/main                    | x                                  | Server=db.example;Database=x;      | high connection_string
",
        );
    }
}

#[test]
fn words_inside_other_words_are_no_credentials() {
    check(
        Tier::Development,
        r"
/nlp/tokenizer      | a                 | b                                  | medium other
/office/secretary   | a                 | b                                  | medium other
/zoo/monkey         | a                 | b                                  | medium other
/login/passwordless | a                 | b                                  | medium other
/cache/key          | a                 | b                                  | medium other
/book/author        | a                 | false                              | low metadata
/book/authority     | a                 | false                              | medium other
/llm/max_tokens     | 1024              | 2048                               | medium other
/auth/tokenTtl      | 60                | 90                                 | medium timeout
/auth/token_url     | https://a.example | https://b.example                  | medium url
/repo               | x                 | https://user:${PASS}@git.example/x | medium url
",
    );
}

#[test]
fn protections_switched_off_are_high_in_every_tier() {
    for tier in Tier::ALL {
        check(
            *tier,
            r"
/server/tls/enabled                               | true              | false                                   | high security_off
/server.ssl.enabled                               | true              | no                                      | high security_off
/auth                                             | true              | false                                   | high security_off
/database/encryption                              | on                | off                                     | high security_off
/audit/mode                                       | full              | none                                    | high security_off
/auditEnabled                                     | true              | false                                   | high security_off
/http/verify                                      | true              | 0                                       | high security_off
/NODE_TLS_REJECT_UNAUTHORIZED                     | 1                 | 0                                       | high security_off
/http/insecureSkipVerify                          | false             | true                                    | high security_off
/tls/disabled                                     | false             | true                                    | high security_off
/db/sslmode                                       | verify-full       | disable                                 | high security_off
/kafka/security.protocol                          | SSL               | SASL_PLAINTEXT                          | high security_off
/db/link                                          | x                 | postgres://db.example/x?sslmode=disable | high security_off
/spec/securityContext/privileged                  | false             | true                                    | high security_off
/spec/securityContext/runAsNonRoot                | true              | false                                   | high security_off
/metadata/annotations/nginx.ingress~1ssl-redirect | 'true'            | false                                   | high security_off
/cors/allowed-origins                             | https://a.example | *                                       | high cors
/cors/allowedOrigins/0                            | https://a.example | *                                       | high cors
/ALLOWED_HOSTS                                    | a.example         | *                                       | high cors
/ingress/cidr                                     | 10.0.0.0/8        | 0.0.0.0/0                               | high open_network
/ingress/cidr                                     | 10.0.0.0/8        | 10.0.0.0/0                              | medium other
/ingress/cidr6                                    | fd00::/8          | ::/0                                    | high open_network
/spec/image                                       | web:1.2.3         | registry.example:5000/web:latest        | high latest_image
/image/tag                                        | 1.2.3             | latest                                  | high latest_image
/BASE_IMAGE                                       | alpine:3.20       | alpine:3.21                             | high base_image
",
        );
    }
}

#[test]
fn protections_configured_otherwise_are_medium() {
    check(
        Tier::Staging,
        r"
/server/tls/enabled | false   | true        | medium security
/db/sslmode         | require | verify-full | medium security
/auth/timeout       | 10      | 0           | medium timeout
/auth/retries       | 10      | 0           | medium other
/insecure           | true    | false       | medium other
",
    );
}

#[test]
fn everyday_keys_are_medium_and_logging_and_descriptions_low_in_every_tier() {
    for tier in Tier::ALL {
        check(
            *tier,
            r"
/server/port                        | 8080              | 8090              | medium port
/ports/0                            | 80:80             | 81:80             | medium port
/docs/url                           | https://a.example | https://b.example | medium url
/banner                             | x                 | https://b.example | medium url
/http/timeout                       | 30s               | 31s               | medium timeout
/http/readTimeoutMs                 | 30                | 31                | medium timeout
/hikari/maximum-pool-size           | 10                | 20                | medium pool
/db/maxConnections                  | 10                | 20                | medium pool
/features/newCheckout               | true              | false             | medium feature_flag
/dark_mode_flag                     | true              | false             | medium feature_flag
/spec/replicas                      | 2                 | 3                 | medium resources
/resources/limits/cpu               | 1                 | 2                 | medium resources
/dependencies/left-pad              | 1.2.0             | 1.3.0             | medium dependency
/project/version                    | 1.2.0             | 1.3.0             | medium dependency
/spec/containers/name=web/image     | web:1.2.3         | web:1.2.4         | medium image
/theme                              | dark              | light             | medium other
/logging/level/root                 | INFO              | DEBUG             | low logging
/logging.level.com.example.security | INFO              | OFF               | low logging
/logging.level.com.example.token    | INFO              | DEBUG             | low logging
/LOG_LEVEL                          | info              | debug             | low logging
/logLevel                           | info              | debug             | low logging
/level                              | info              | debug             | low logging
/level                              | 1                 | 2                 | medium other
/info/description                   | a                 | b                 | low metadata
/metadata/annotations/team          | a                 | b                 | low metadata
/metadata/name                      | a                 | b                 | medium other
",
        );
    }
}

#[test]
fn endpoints_and_data_sources_are_high_in_production_only() {
    let table = r"
/spring.datasource.url  | jdbc:postgresql://a/x | jdbc:postgresql://b/x     | high data_source
/database/host          | a.example             | b.example                 | high data_source
/redis/host             | a.example             | b.example                 | high data_source
/DATABASE_URL           | a                     | b                         | high data_source
/kafka/bootstrapServers | a.example:9092        | b.example:9092            | high data_source
/main                   | x                     | mongodb+srv://a.example/x | high data_source
/payment/endpoint       | https://a.example     | https://b.example         | high endpoint
/payment/base-url       | https://a.example     | https://b.example         | high endpoint
/smtp/host              | a.example             | b.example                 | high endpoint
";
    check(Tier::Production, table);
    check(Tier::Staging, &table.replace("| high", "| medium"));
    check(Tier::Development, &table.replace("| high", "| medium"));
}
