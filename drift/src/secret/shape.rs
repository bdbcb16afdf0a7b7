//! The shapes of secrets: credentials in URLs, key blocks, tokens of known issuers, each with a hint.

/// A hint, which every text that fits the shape holds too, and the shape. Hints are cheap to look for.
pub(super) type Shape = (&'static str, &'static str);

/// What every hint of a credential behind a scheme is.
const BEHIND_SCHEME: &str = "://[^\n]*@";

/// The shapes, in the order in which they are masked. Sources: the issuers' published token formats,
/// RFC 3986 section 3.2.1 (user information), RFC 7468 (PEM), RFC 7519 (JWT), RFC 7617 and 6750 (authorization).
pub(super) const SHAPES: [Shape; 14] = [
    // Key blocks, whole or cut off.
    (
        "-----BEGIN ",
        r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z)",
    ),
    // URLs with a password, or with a token as the user.
    (BEHIND_SCHEME, r"(?i)\b[a-z][a-z0-9+.-]*://[^\s/?#:@'\x22]*:(?P<secret>[^\s/?#'\x22]+)@"),
    (
        BEHIND_SCHEME,
        r"(?i)\b[a-z][a-z0-9+.-]*://[^\s/?#:@'\x22]*:(?P<secret>[^\s'\x22]*[/?#][^\s'\x22@]*)@[a-z0-9.-]+[:/]",
    ),
    (BEHIND_SCHEME, r"(?i)\bhttps?://(?P<secret>[^\s/?#:@'\x22]{8,})@"),
    (
        "(?i)[?&;][a-z0-9_.-]*(?:token|secret|pass|pwd|key|signature|sig|auth|code)[a-z]*=",
        r"(?i)[?&;](?:[a-z0-9_.-]*(?:token|secret|password|passwd|pwd|apikey|api_key|api-key|access_key|signature)|sig|auth|key|code)=(?P<secret>[^\s&;#'\x22]+)",
    ),
    // Connection strings.
    (
        r"(?i)(?:pass|pwd|key|signature|token)[a-z]*\s*=",
        r#"(?i)\b(?:password|passwd|pwd|accountkey|sharedaccesskey|sharedaccesssignature|secretkey|user\s?token)\s*=\s*(?P<secret>"[^"]*"|'[^']*'|[^\s;,&'"]+)"#,
    ),
    ("(?i)thin:", r#"(?i)\bthin:[^\s/:@'"]+/(?P<secret>[^\s@'"]+)@"#),
    (r"@(?:tcp|unix)\(", r#"\b[A-Za-z0-9_.-]+:(?P<secret>[^\s:@/'"]+)@(?:tcp|unix)\("#),
    // Programs that take a password by a short option.
    (
        "curl|wget",
        r#"\b(?:curl|wget)\b[^\n]*?\s(?:-u|-U|--user|--proxy-user)[\s=]*["']?[^\s:"'@/]+:(?P<secret>[^\s"'@]+)"#,
    ),
    ("sshpass", r#"\bsshpass\s+-p\s*(?P<secret>"[^"\n]+"|'[^'\n]+'|[^\s"']+)"#),
    (
        "mysql|mariadb",
        r#"\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n]*?\s-p(?P<secret>"[^"\n]+"|'[^'\n]+'|[^\s"'-][^\s"']*)"#,
    ),
    ("login", r#"\blogin\b[^\n]*?\s-p\s+(?P<secret>"[^"\n]+"|'[^'\n]+'|[^\s"'-][^\s"']*)"#),
    // A name and a value beside it, in JSON, YAML, HCL or XML.
    (
        "(?i)value|default",
        concat!(
            r#"(?i)\b(?:name|key)[\\"']*\s*[:=]\s*[\\"']*(?P<key>[a-z][a-z0-9_.-]*)[\\"']*\s*[,;]?\s*[\\"']*\b(?:value|default)"#,
            r#"[\\"']*\s*[:=]\s*(?P<secret>"[^"\n]+"|'[^'\n]+'|\\"[^"\\\n]+\\"|[^\s"'\\,;}]+)"#
        ),
    ),
    // Authorization headers.
    (
        r"(?i)(?:bearer|basic|digest|negotiate|apikey)\s",
        r"(?i)\b(?:bearer|basic|digest|negotiate|apikey)\s+(?P<secret>[A-Za-z0-9+/_=.~-]{12,})",
    ),
];

/// Tokens and hashes that are secrets wherever they stand: no pattern or example looks like one by accident.
pub(super) const TOKENS: [Shape; 19] = [
    ("eyJ", r"\beyJ[A-Za-z0-9_-]{5,}\.eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){0,3}"),
    // Clouds and forges.
    ("AKIA|ASIA|ABIA|ACCA", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    ("gh[opsur]_", r"\bgh[opsur]_[A-Za-z0-9]{20,}"),
    ("github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{20,}"),
    (
        "gl(?:pat|dt|rt|cbt|ptt|soat|agent|oas|ft|imt|ffct)-",
        r"\bgl(?:pat|dt|rt|cbt|ptt|soat|agent|oas|ft|imt|ffct)-[A-Za-z0-9_=-]{16,}",
    ),
    ("AIza", r"\bAIza[A-Za-z0-9_-]{30,}"),
    ("ya29\\.", r"\bya29\.[A-Za-z0-9_-]{20,}"),
    ("GOCSPX-", r"\bGOCSPX-[A-Za-z0-9_-]{20,}"),
    ("xox", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    ("hooks", r"\bhttps://hooks\.slack\.com/(?:services|workflows)/(?P<secret>[A-Za-z0-9/_-]+)"),
    ("webhooks", r"\bhttps://(?:[a-z]+\.)?discord(?:app)?\.com/api/webhooks/(?P<secret>[0-9]+/[A-Za-z0-9_-]+)"),
    ("[sr]k_(?:live|test)_", r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{10,}"),
    ("whsec_", r"\bwhsec_[A-Za-z0-9+/=]{16,}"),
    ("sk-", r"\bsk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{20,}"),
    ("SG\\.", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    (
        r"npm_|pypi-|hf_|do[op]_v1_|shp(?:at|ss)_|dapi|hv[sb]\.|dckr_pat_|rubygems_|NRAK-|lin_api_|pul-|glsa_|sqp_|AGE-SECRET-KEY-1|atlasv1\.",
        r"\b(?:npm_|pypi-|hf_|dop_v1_|doo_v1_|shpat_|shpss_|dapi|hvs\.|hvb\.|dckr_pat_|rubygems_|NRAK-|lin_api_|pul-|glsa_|sqp_|AGE-SECRET-KEY-1|atlasv1\.)[A-Za-z0-9_.-]{20,}",
    ),
    (":AA", r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b"),
    ("AC[0-9a-f]{8}|SK[0-9a-f]{8}", r"\bAC[0-9a-f]{32}:[0-9a-f]{32}\b|\bSK[0-9a-f]{32}\b"),
    // Hashed passwords: enough to try guesses on.
    (
        r"\$(?:2|apr1|[156]\$|argon2)",
        r"\$(?:2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{53}|apr1\$[^\s:$]{1,8}\$[./A-Za-z0-9]{22}|[156]\$[^\s:]{8,}|argon2(?:id|i|d)\$[^\s]{20,})",
    ),
];
