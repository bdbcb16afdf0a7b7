//! Infrastructure and pipelines: HCL, Gradle, Jenkinsfiles, Compose.

use super::check;

#[test]
fn hcl() {
    check(
        "main.tf",
        &[
            ("comments, spacing and order", "a = 1\nb = f(1, 2)\n", "b=f( 1,2 ) # c\na   = 1\n", &[], &[]),
            ("a text and an expression of it", "a = \"${var.x}\"\n", "a = var.x\n", &[], &[]),
            (
                "a value",
                "a \"b\" \"c\" { d = 1 }\n",
                "a \"b\" \"c\" { d = 2 }\n",
                &["changed value /a/b/c/d 1 -> 2"],
                &[],
            ),
            ("a type", "a = \"1\"\n", "a = 1\n", &[r#"changed type /a "1" -> 1"#], &[]),
            ("a block that came", "a { p = 1 }\n", "a { p = 1 }\na { p = 2 }\n", &["added value /a/1 -> {p:2}"], &[]),
            (
                "a secret in an expression",
                "password = var.password\n",
                "password = coalesce(var.password, \"hunter2canary\")\n",
                &[r#"changed value /password "${var.password}" -> {••••}"#],
                &[],
            ),
            (
                "a secret deep in an expression",
                "user = jsonencode({password = \"first-canary\"})\n",
                "user = jsonencode({password = \"other-canary\"})\n",
                &["changed value /user {${jsonencode({password=••••})}} -> {${jsonencode({password=••••})}}"],
                &[],
            ),
        ],
    );
}

#[test]
fn gradle() {
    check(
        "build.gradle",
        &[
            (
                "comments, layout and quotes",
                "dependencies { api 'g:a:1' }\n",
                "dependencies {\n  // c\n  api \"g:a:1\"\n}\n",
                &[],
                &[],
            ),
            (
                "a dependency",
                "dependencies { api 'g:a:1' }\n",
                "dependencies { api 'g:a:2' }\n",
                &[r#"changed value /dependencies/api/g:a "1" -> "2""#],
                &[],
            ),
            (
                "a plugin",
                "plugins { id 'x' version '1' }\n",
                "plugins { id 'x' version '1'\n id 'y' version '2' }\n",
                &[r#"added value /plugins/y -> "2""#],
                &[],
            ),
            ("a key", "ext.a = '1'\n", "ext.a = '3'\n", &[r#"changed value /ext/a "1" -> "3""#], &[]),
            (
                "the name of a block without keys",
                "repositories { x() }\n",
                "other { x() }\n",
                &[r#"changed text . "repositories { x()" -> "other { x()""#],
                &[],
            ),
            ("code", "a = 1\nfoo()\n", "a = 1\nbar()\n", &[r#"changed text . "foo()" -> "bar()""#], &[]),
            (
                "a secret",
                "maven { credentials { password 'first-canary' } }\n",
                "maven { credentials { password 'other-canary' } }\n",
                &["changed value /maven/credentials/password {••••} -> {••••}"],
                &[],
            ),
        ],
    );
}

#[test]
fn jenkinsfile() {
    check(
        "Jenkinsfile",
        &[
            ("comments and layout", "pipeline { agent any }\n", "pipeline {\n  // c\n  agent any\n}\n", &[], &[]),
            (
                "an image",
                "pipeline { agent { docker { image 'a:1' } } }\n",
                "pipeline { agent { docker { image 'a:2' } } }\n",
                &[r#"changed value /agent/docker/image "a:1" -> "a:2""#],
                &[],
            ),
            (
                "a variable",
                "pipeline { environment { A = '1' } }\n",
                "pipeline { environment { A = '3' } }\n",
                &[r#"changed value /environment/A "1" -> "3""#],
                &[],
            ),
            (
                "a parameter in front",
                "pipeline { parameters { string(name: 'A', defaultValue: 'x') } }\n",
                "pipeline { parameters { string(name: 'B')\n string(name: 'A', defaultValue: 'y') } }\n",
                &[
                    r#"added value /parameters/0 (/parameters/name=B) -> {name:"B",type:"string"}"#,
                    r#"changed value /parameters/1/defaultValue (/parameters/name=A/defaultValue) "x" -> "y""#,
                ],
                &[],
            ),
            (
                "a step",
                "pipeline { agent any\n stages { stage('A') { steps { sh 'a' } } } }\n",
                "pipeline { agent any\n stages { stage('A') { steps { sh 'b' } } } }\n",
                &[r#"changed text . "sh 'a'" -> "sh 'b'""#],
                &[],
            ),
            (
                "a secret",
                "pipeline { environment { API_TOKEN = credentials('x') } }\n",
                "pipeline { environment { API_TOKEN = 'hunter2canary' } }\n",
                &[r#"changed value /environment/API_TOKEN "${credentials('x')}" -> {••••}"#],
                &[],
            ),
        ],
    );
}

#[test]
fn compose() {
    check(
        "docker-compose.yml",
        &[
            (
                "a list of variables and a map of them",
                "services: {a: {environment: [A=1, B]}}\n",
                "services: {a: {environment: {B: , A: '1'}}}\n",
                &[],
                &[],
            ),
            (
                "short and long ports",
                "services: {a: {ports: ['8080:80']}}\n",
                "services: {a: {ports: [{published: 8080, target: 80}]}}\n",
                &[],
                &[],
            ),
            (
                "a variable",
                "services: {a: {environment: [A=1, B=2]}}\n",
                "services: {a: {environment: [B=2, A=3]}}\n",
                &[r#"changed value /services/a/environment/A "1" -> "3""#],
                &[],
            ),
            (
                "a published port",
                "services: {a: {ports: ['8080:80', '53:53/udp']}}\n",
                "services: {a: {ports: ['8081:80', '53:53/udp']}}\n",
                &[r#"changed value /services/a/ports/0/published "8080" -> "8081""#],
                &[],
            ),
            (
                "a condition",
                "services: {a: {depends_on: [b]}}\n",
                "services: {a: {depends_on: {b: {condition: service_healthy}}}}\n",
                &[r#"changed value /services/a/depends_on/b/condition "service_started" -> "service_healthy""#],
                &[],
            ),
            (
                "a secret",
                "services: {a: {environment: [DB_PASSWORD=first-canary]}}\n",
                "services: {a: {environment: {DB_PASSWORD: other-canary}}}\n",
                &["changed value /services/a/environment/DB_PASSWORD {••••} -> {••••}"],
                &[],
            ),
        ],
    );
}
