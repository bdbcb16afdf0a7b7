//! Gradle build scripts.

use crate::outline::{outline, survives_damage, tree};

/// The tree, then the lines.
fn read(path: &str, text: &str) -> Vec<String> {
    let lines = outline(path, text).into_iter().filter(|line| line.starts_with("line "));
    std::iter::once(tree(path, text)).filter(|tree| !tree.is_empty()).chain(lines).collect()
}

#[test]
fn plugins_have_versions() {
    let groovy = "plugins {\n  id 'a.b' version '1.0' // c\n  id \"java\"\n  id 'c' version \"$v\" apply false\n}\napply plugin: 'war'\n";
    assert_eq!(
        read("build.gradle", groovy),
        ["{plugins={a.b=\"1.0\" java=null c=\"$v\" war=null}}", "line 4 \"plugins { id 'c' apply false\""]
    );
    let kotlin = "plugins {\n  kotlin(\"jvm\") version \"1.9\"\n  id(\"a.b\") version \"1.0\"\n  `java-library`\n  alias(libs.plugins.z)\n}\n";
    assert_eq!(
        read("build.gradle.kts", kotlin),
        ["{plugins={org.jetbrains.kotlin.jvm=\"1.9\" a.b=\"1.0\" java-library=null libs.plugins.z=null}}"]
    );
}

#[test]
fn dependencies_are_modules_with_versions_by_configuration() {
    for (statement, expected) in [
        ("implementation 'g:a:1.2'", "implementation={g:a=\"1.2\"}"),
        ("implementation(\"g:a:1.2\")", "implementation={g:a=\"1.2\"}"),
        ("implementation \"g:a:$v\"", "implementation={g:a=\"$v\"}"),
        ("implementation 'g:a'", "implementation={g:a=null}"),
        ("implementation 'g:a:1:sources@jar'", "implementation={g:a=\"1:sources@jar\"}"),
        ("runtimeOnly group: 'g', name: 'a', version: '1'", "runtimeOnly={g:a=\"1\"}"),
        ("runtimeOnly(group = \"g\", name = \"a\", version = \"1\")", "runtimeOnly={g:a=\"1\"}"),
        ("api platform('g:a:1')", "api={platform(g:a)=\"1\"}"),
        ("api(kotlin(\"stdlib\"))", "api={kotlin(\"stdlib\")=null}"),
        ("api project(':core')", "api={project(':core')=null}"),
        ("api libs.foo.bar", "api={libs.foo.bar=null}"),
        ("api 'g:a:1',\n    'g:b:2'", "api={g:a=\"1\" g:b=\"2\"}"),
        ("api 'g:a:1'\n  api 'g:a:2'", "api={g:a=[\"1\" \"2\"]}"),
    ] {
        let text = format!("dependencies {{\n  {statement}\n}}\n");
        assert_eq!(read("build.gradle", &text), [format!("{{dependencies={{{expected}}}}}")], "{statement}");
    }
    assert_eq!(
        read("build.gradle", "buildscript { dependencies { classpath 'g:a:1' } }\n"),
        ["{buildscript={dependencies={classpath={g:a=\"1\"}}}}"]
    );
}

#[test]
fn a_dependency_with_a_block_is_a_dependency_and_its_block_is_lines() {
    let text = "dependencies {\n  api('g:a:1') {\n    exclude group: 'x'\n  }\n  constraints { x }\n}\n";
    assert_eq!(
        read("build.gradle", text),
        [
            "{dependencies={api={g:a=\"1\"}}}",
            "line 3 \"dependencies.api g:a { exclude group: 'x'\"",
            "line 5 \"dependencies { constraints {\"",
            "line 5 \"x\"",
            "line 5 \"}\""
        ]
    );
}

#[test]
fn blocks_that_are_run_are_lines() {
    for (head, inside) in [
        ("foo.each", "x = 1"),
        ("a.b.forEach", "x = 1"),
        ("3.times", "x = 1"),
        ("doLast", "println 'x'"),
        ("list.findAll", "version 1"),
        ("try", "x = 1"),
    ] {
        let told = read("build.gradle", &format!("a = 1\n{head} {{\n  {inside}\n}}\n"));
        let expected =
            ["{a=1}", &format!("line 2 {:?}", format!("{head} {{")), &format!("line 3 {inside:?}"), "line 4 \"}\""];
        assert_eq!(told, expected, "{head}");
    }
    assert_eq!(
        read(
            "build.gradle",
            "task a {\n  group = 'g'\n  doLast {\n    println 'x'\n  }\n}\njar {\n  doFirst {\n    x = 1\n  }\n  y = 2\n}\n"
        ),
        [
            "{jar={y=2}}",
            "line 1 \"task a {\"",
            "line 2 \"group = 'g'\"",
            "line 3 \"doLast {\"",
            "line 4 \"println 'x'\"",
            "line 5 \"}\"",
            "line 6 \"}\"",
            "line 8 \"jar { doFirst {\"",
            "line 9 \"x = 1\"",
            "line 10 \"}\"",
        ]
    );
    // A name alone is a block of settings, and so are the containers of Gradle.
    for name in ["each", "all", "configurations.all", "tasks.configureEach"] {
        let path: String = name.split('.').map(|part| format!("{{{part}=")).collect();
        let expected = format!("{path}{{x=1}}{}", "}".repeat(name.split('.').count()));
        assert_eq!(read("build.gradle", &format!("{name} {{\n  x = 1\n}}\n")), [expected], "{name}");
    }
}

#[test]
fn keys_have_values_wherever_they_stand() {
    for (text, expected) in [
        ("group = 'x'\nversion '1.0'\n", "{group=\"x\" version=\"1.0\"}"),
        (
            "ext {\n  a = \"1\"\n}\next.b = '2'\next['c'] = 3\nproject.ext.d = true\n",
            "{ext={a=\"1\" b=\"2\" c=3 d=true}}",
        ),
        ("a = \"${b}\"\n", "{a=\"${ b }\"}"),
        ("a = '${b}'\n", "{a=\"\\\\${b}\"}"),
        ("a = 1.10\nb = -7\nc = null\nd = 10L\n", "{a=\"${1.10}\" b=-7 c=null d=\"${10L}\"}"),
        ("java { toolchain { languageVersion = of(21) } }\n", "{java={toolchain={languageVersion=\"${of(21)}\"}}}"),
        ("a = b\n", "{a=\"${b}\"}"),
        ("a = '''x\ny'''\n", "{a=\"x\\ny\"}"),
        (
            "android { defaultConfig { minSdk 21; url 'https://x.example' } }\n",
            "{android={defaultConfig={minSdk=21 url=\"https://x.example\"}}}",
        ),
        ("a {\n b = 1\n}\na = 2\n", "{a={=2 b=1}}"),
    ] {
        assert_eq!(read("build.gradle", text), [expected], "{text:?}");
    }
    assert_eq!(
        read("build.gradle", "extra[\"a\"] = \"1\"\nval b by extra(\"2\")\nx {\n  val c by extra(3)\n}\n"),
        ["{ext={a=\"1\" b=\"2\"} x={ext={c=3}}}", "line 2 \"val b by extra\"", "line 4 \"x { val c by extra\""]
    );
    assert_eq!(
        read("build.gradle", "def a = '1'\nval b: String = \"2\"\n"),
        ["{a=\"1\" b=\"2\"}", "line 1 \"def a\"", "line 2 \"val b: String\""]
    );
    assert_eq!(outline("build.gradle", "a = 1\na = 2\n"), ["/a 1:1 1:1 []", "/a/0 1:1 1", "/a/1 2:1 2"]);
    assert_eq!(
        read("build.gradle", "a { }\nb { c { } }\nplugins {}\n"),
        ["line 1 \"a {}\"", "line 2 \"b.c {}\"", "line 3 \"plugins {}\""]
    );
}

#[test]
fn the_rest_is_lines_without_comments_and_indentation() {
    let text = "// c\nrepositories {\n  mavenCentral() /* c */\n}\ntasks.named('test') {\n  maxHeap = '1g'\n  if (x) { y() }\n}\na == b\n";
    assert_eq!(
        read("build.gradle", text),
        [
            "line 3 \"repositories { mavenCentral()\"",
            "line 5 \"tasks.named('test') {\"",
            "line 6 \"maxHeap = '1g'\"",
            "line 7 \"if (x) {\"",
            "line 7 \"y()\"",
            "line 7 \"}\"",
            "line 8 \"}\"",
            "line 9 \"a == b\"",
        ]
    );
}

#[test]
fn quotes_hide_brackets_and_interpolations_hide_quotes() {
    let text = "a = \"}${f(\"{\")}\"\nb = '\\'{'\nc = \"\"\"{\n\"x\" }\"\"\"\n";
    assert_eq!(read("build.gradle", text), ["{a=\"}${f(\\\"{\\\")}\" b=\"'{\" c=\"{\\n\\\"x\\\" }\"}"]);
}

#[test]
fn blocks_without_end_and_lines_without_end_take_no_time_that_grows_with_their_square() {
    let deep = format!("{}x = 1{}", "a {".repeat(100_000), "}".repeat(100_000));
    let (lines, heads) = (read("build.gradle", &deep), 127);
    assert_eq!(lines.len(), 1 + 2 * (100_000 - heads));
    assert_eq!(lines.first(), Some(&format!("line 1 \"{}a {{ a {{\"", "a.".repeat(heads - 1))));
    assert_eq!(read("build.gradle", &format!("a = (1{})\n", "\n".repeat(1_000_000))), ["{a=\"${(1 )}\"}"]);
}

#[test]
fn places_are_those_of_statements() {
    assert_eq!(
        outline("build.gradle", "\n  a = 1; b = 2\ndependencies {\n  api 'g:a:1'\n}\n"),
        [
            "/a 2:3 2:3 1",
            "/b 2:10 2:10 2",
            "/dependencies 4:3 4:3 {}",
            "/dependencies/api 4:3 4:3 {}",
            "/dependencies/api/g:a 4:3 4:3 \"1\"",
        ]
    );
}

#[test]
fn a_script_whose_brackets_or_quotes_do_not_match_is_text() {
    for text in ["a = 'x", "a {", "a }", "a = (1]", "/* a"] {
        assert_eq!(outline("build.gradle", text), [format!("line 1 {text:?}")]);
    }
}

#[test]
fn texts_between_slashes_hide_comments_and_those_between_quotes_keep_their_indentation() {
    let slashes = "a = /b\\/\\/{/ // c\nd = $/e//f/$\n";
    assert_eq!(read("build.gradle", slashes), [r#"{a="${/b\\/\\/{/}" d="${$/e//f/$}"}"#]);
    let quotes = "f '''a:\n  b: 1'''\ng({ x\n\n   y })\n";
    assert_eq!(read("build.gradle", quotes), [r#"{f="a:\n  b: 1"}"#, r#"line 3 "g({ x""#, r#"line 4 "y })""#]);
    let fourth = "a = \"\"\"b\"\"\"\"\n";
    assert_eq!(outline("build.gradle", fourth), [format!("line 1 {:?}", fourth.trim_end())]);
}

#[test]
fn damage_never_panics() {
    survives_damage(
        "build.gradle",
        "plugins { id 'a' version \"1\" }\ndependencies {\n api('g:a:1') { x }\n b group: 'é', name: 'c'\n}\next.d = [\"${e}\"]\n",
    );
}
