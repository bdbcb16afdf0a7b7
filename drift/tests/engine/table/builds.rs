//! Build files: images and dependency versions.

use super::check;

#[test]
fn dockerfile() {
    check(
        "Dockerfile",
        &[
            ("comments", "FROM a:1\nENV X=1\n", "# c\nFROM a:1\n\nENV X=1\n", &[], &[]),
            (
                "the base image",
                "FROM a:1\n",
                "FROM a:2\n",
                &[r#"changed value /stages/0/image (/stages/name=0/image) "a:1" -> "a:2""#],
                &[],
            ),
            (
                "a variable",
                "FROM a:1\nENV X=1 Y=2\n",
                "FROM a:1\nENV X=1\nENV Y=3\n",
                &[r#"changed value /stages/0/env/Y (/stages/name=0/env/Y) "2" -> "3""#],
                &[],
            ),
            (
                "the image of a named stage",
                "FROM a:1 AS build\nFROM b:1\n",
                "FROM a:2 AS build\nFROM b:1\n",
                &[r#"changed value /stages/0/image (/stages/name=build/image) "a:1" -> "a:2""#],
                &[],
            ),
            (
                "an instruction",
                "FROM a:1\nRUN x\n",
                "FROM a:1\nRUN y\n",
                &[r#"changed text . "RUN x" -> "RUN y""#],
                &[],
            ),
            (
                "a secret argument",
                "FROM a:1\nARG NPM_TOKEN=a\n",
                "FROM a:1\nARG NPM_TOKEN=b\n",
                &["changed value /stages/0/arg/NPM_TOKEN (/stages/name=0/arg/NPM_TOKEN) {••••} -> {••••}"],
                &[],
            ),
        ],
    );
}

#[test]
fn requirements() {
    check(
        "requirements.txt",
        &[
            ("comments, order, spacing", "a==1.0\nb>=2\n", "# c\nb >= 2\na == 1.0  # d\n", &[], &[]),
            ("a version", "a==1.9\n", "a==1.10\n", &[r#"changed value /a "==1.9" -> "==1.10""#], &[]),
            (
                "the longer number is another version",
                "a==3.10\n",
                "a==3.1\n",
                &[r#"changed value /a "==3.10" -> "==3.1""#],
                &[],
            ),
            ("one that came", "a==1\n", "a==1\nb==2\n", &[r#"added value /b -> "==2""#], &[]),
            ("one that went", "a==1\nb==2\n", "a==1\n", &[r#"removed value /b "==2" ->"#], &[]),
            ("names without letter case", "Flask_Login==1\n", "flask-login==1\n", &[], &[]),
        ],
    );
}

#[test]
fn go_mod() {
    let old = "module example.org/m\n\ngo 1.22\n\nrequire example.org/a v1.0.0\n";
    check(
        "go.mod",
        &[
            ("a block", old, "module example.org/m\ngo 1.22\nrequire (\n\texample.org/a v1.0.0 // c\n)\n", &[], &[]),
            (
                "a version",
                old,
                "module example.org/m\ngo 1.22\nrequire example.org/a v1.1.0\n",
                &[r#"changed value /require/example.org~1a "v1.0.0" -> "v1.1.0""#],
                &[],
            ),
            (
                "the language",
                old,
                "module example.org/m\ngo 1.23\nrequire example.org/a v1.0.0\n",
                &[r#"changed value /go "1.22" -> "1.23""#],
                &[],
            ),
            (
                "one that came",
                "module m\nrequire a v1.0.0\n",
                "module m\nrequire a v1.0.0\nrequire b v2.0.0\n",
                &[r#"added value /require/b -> "v2.0.0""#],
                &[],
            ),
            (
                "one that went",
                "module m\nrequire (\na v1.0.0\nb v2.0.0\n)\n",
                "module m\nrequire a v1.0.0\n",
                &[r#"removed value /require/b "v2.0.0" ->"#],
                &[],
            ),
        ],
    );
}

#[test]
fn package_json() {
    check(
        "package.json",
        &[
            ("order", r#"{"dependencies":{"a":"1","b":"2"}}"#, r#"{"dependencies":{"b":"2","a":"1"}}"#, &[], &[]),
            (
                "a version",
                r#"{"dependencies":{"a":"^1.0.0"}}"#,
                r#"{"dependencies":{"a":"^2.0.0"}}"#,
                &[r#"changed value /dependencies/a "^1.0.0" -> "^2.0.0""#],
                &[],
            ),
            (
                "a scoped name",
                r#"{"dependencies":{"@s/a":"1"}}"#,
                r#"{"dependencies":{"@s/a":"2"}}"#,
                &[r#"changed value /dependencies/@s~1a "1" -> "2""#],
                &[],
            ),
            (
                "a script",
                r#"{"scripts":{"x":"a"}}"#,
                r#"{"scripts":{"x":"a","y":"b"}}"#,
                &[r#"added value /scripts/y -> "b""#],
                &[],
            ),
            (
                "one that went",
                r#"{"dependencies":{"a":"1","b":"2"}}"#,
                r#"{"dependencies":{"a":"1"}}"#,
                &[r#"removed value /dependencies/b "2" ->"#],
                &[],
            ),
        ],
    );
}

#[test]
fn pom_xml() {
    let one = "<project><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>1.10</version></dependency></dependencies></project>";
    let lower = "<project><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>1.1</version></dependency></dependencies></project>";
    let two = "<project><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>1.10</version></dependency><dependency><groupId>g</groupId><artifactId>b</artifactId><version>2</version></dependency></dependencies></project>";
    let swapped = "<project><dependencies><dependency><groupId>g</groupId><artifactId>b</artifactId><version>2</version></dependency><dependency><groupId>g</groupId><artifactId>a</artifactId><version>1.11</version></dependency></dependencies></project>";
    check(
        "pom.xml",
        &[
            (
                "a lower version is no spelling",
                one,
                lower,
                &[r#"changed value /project/dependencies/dependency/version "1.10" -> "1.1""#],
                &[],
            ),
            (
                "a second dependency",
                one,
                two,
                &[
                    r#"added value /project/dependencies/dependency/1 (/project/dependencies/dependency/groupId=g,artifactId=b) -> {artifactId:"b",groupId:"g",version:"2"}"#,
                ],
                &[],
            ),
            (
                "one changed and in another order",
                two,
                swapped,
                &[
                    r#"changed value /project/dependencies/dependency/1/version (/project/dependencies/dependency/groupId=g,artifactId=a/version) "1.10" -> "1.11""#,
                ],
                &[],
            ),
            (
                "a comment",
                one,
                "<!-- c --><project><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>1.10</version></dependency></dependencies></project>",
                &[],
                &[],
            ),
            (
                "the parent",
                "<project><parent><version>1</version></parent></project>",
                "<project><parent><version>2</version></parent></project>",
                &[r#"changed value /project/parent/version "1" -> "2""#],
                &[],
            ),
        ],
    );
}

#[test]
fn cargo_toml() {
    check(
        "Cargo.toml",
        &[
            (
                "an inline table",
                "[dependencies]\na = { version = '1' }\n",
                "[dependencies.a]\nversion = \"1\"\n",
                &[],
                &[],
            ),
            (
                "a version",
                "[dependencies]\na = '1.0'\n",
                "[dependencies]\na = '1.1'\n",
                &[r#"changed value /dependencies/a "1.0" -> "1.1""#],
                &[],
            ),
            (
                "features in another order",
                "[features]\nx = ['a', 'b']\n",
                "[features]\nx = ['b', 'a']\n",
                &[r#"changed order /features/x ["a","b"] -> ["b","a"]"#],
                &[],
            ),
            (
                "one that came",
                "[dependencies]\na = '1'\n",
                "[dependencies]\na = '1'\nb = '2'\n",
                &[r#"added value /dependencies/b -> "2""#],
                &[],
            ),
            (
                "a table in place of a version",
                "[dependencies]\na = '1'\n",
                "[dependencies]\na = { path = 'a' }\n",
                &[r#"changed type /dependencies/a "1" -> {path:"a"}"#],
                &[],
            ),
        ],
    );
}
