//! The files of the demo: what is certified first, and what is changed afterwards.

/// The services.
pub(super) const SERVICES: [&str; 3] = ["checkout", "payments", "catalog"];

/// The environments.
pub(super) const ENVIRONMENTS: [&str; 3] = ["production", "staging", "development"];

/// The first golden version.
pub(super) const CERTIFIED: [(&str, &str); 14] = [
    ("golden.toml", include_str!("files/golden.toml")),
    ("golden-policy.yml", include_str!("../init/policy.yml")),
    ("services/checkout/application.yml", CHECKOUT),
    ("services/checkout/application-prod.yml", CHECKOUT_PROD),
    ("services/checkout/application-staging.yml", CHECKOUT_STAGING),
    ("services/checkout/Dockerfile", "FROM registry.example/runtime:21.0.3\nENV TZ=UTC\nEXPOSE 8080\n"),
    ("services/payments/config.toml", PAYMENTS),
    ("services/payments/config-prod.toml", PAYMENTS_PROD),
    ("services/payments/.env.staging", "PAYMENTS_TIMEOUT=5s\nPAYMENTS_RETRIES=3\n"),
    ("services/payments/.env.dev", "PAYMENTS_TIMEOUT=30s\nPAYMENTS_RETRIES=1\n"),
    ("services/catalog/catalog.properties", "# search\nsearch.page.size=20\nsearch.cache.enabled=true\n"),
    ("services/catalog/catalog-prod.properties", CATALOG_PROD),
    ("services/catalog/catalog-staging.properties", "db.password=${CATALOG_DB_PASSWORD}\nlogging.level=INFO\n"),
    ("services/catalog/catalog-dev.properties", "db.password=${CATALOG_DB_PASSWORD}\nlogging.level=DEBUG\n"),
];

/// What is changed afterwards. Together the changes reach all three decisions.
pub(super) const CHANGED: [(&str, &str); 6] = [
    // A logging level: low.
    ("services/checkout/application-prod.yml", CHECKOUT_PROD_CHANGED),
    // A time-out and a pool size: medium.
    ("services/payments/config-prod.toml", PAYMENTS_PROD_CHANGED),
    // 60s written as 1m: equivalent.
    ("services/payments/.env.staging", "PAYMENTS_TIMEOUT=5000ms\nPAYMENTS_RETRIES=3\n"),
    ("services/payments/.env.dev", "PAYMENTS_TIMEOUT=10s\nPAYMENTS_RETRIES=1\n"),
    // A password in clear where a reference stood: critical.
    ("services/catalog/catalog-prod.properties", CATALOG_PROD_CHANGED),
    // A comment: no difference.
    (
        "services/catalog/catalog-staging.properties",
        "# staging\ndb.password=${CATALOG_DB_PASSWORD}\nlogging.level=INFO\n",
    ),
];

const CHECKOUT: &str = "server:\n  port: 8080\nfeatures:\n  - name: express\n    enabled: true\n  - name: gift-cards\n    enabled: false\n";

const CHECKOUT_PROD: &str = "logging:\n  level: INFO\nspring:\n  datasource:\n    url: jdbc:postgresql://db.prod.example/checkout\n    password: ${CHECKOUT_DB_PASSWORD}\n";

const CHECKOUT_PROD_CHANGED: &str = "logging:\n  level: WARN\nspring:\n  datasource:\n    url: jdbc:postgresql://db.prod.example/checkout\n    password: ${CHECKOUT_DB_PASSWORD}\n";

const CHECKOUT_STAGING: &str = "logging:\n  level: DEBUG\n";

const PAYMENTS: &str = "[server]\nport = 9090\n\n[limits]\nbody = \"10MB\"\n";

const PAYMENTS_PROD: &str = "[pool]\nsize = 20\n\n[gateway]\ntimeout = \"5s\"\n";

const PAYMENTS_PROD_CHANGED: &str = "[pool]\nsize = 40\n\n[gateway]\ntimeout = \"15s\"\n";

const CATALOG_PROD: &str = "db.password=${CATALOG_DB_PASSWORD}\nlogging.level=INFO\n";

const CATALOG_PROD_CHANGED: &str = "db.password=correct-horse-battery\nlogging.level=INFO\n";
