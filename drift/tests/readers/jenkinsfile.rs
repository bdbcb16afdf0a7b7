//! Jenkins pipelines.

use crate::outline::{outline, survives_damage, tree};

/// The tree of what stands in a pipeline.
fn pipeline(inner: &str) -> String {
    tree("Jenkinsfile", &format!("pipeline {{\n{inner}\n}}\n"))
}

#[test]
fn agents_are_keys() {
    for (text, expected) in [
        ("agent any", "{agent=\"any\"}"),
        ("agent none", "{agent=\"none\"}"),
        ("agent { label 'x' }", "{agent={label=\"x\"}}"),
        ("agent { docker { image 'a:1'; args '-v b' } }", "{agent={docker={image=\"a:1\" args=\"-v b\"}}}"),
        ("agent {\n  docker {\n    image \"a:${B}\" // c\n  }\n}", "{agent={docker={image=\"a:${B}\"}}}"),
    ] {
        assert_eq!(pipeline(text), expected, "{text:?}");
    }
}

#[test]
fn environments_are_keys_of_the_pipeline_and_of_stages() {
    let text =
        "environment {\n  A = 'x'\n  B = credentials('id')\n}\nstages { stage('Build') { environment { C = \"1\" } } }";
    assert_eq!(
        pipeline(text),
        "{environment={A=\"x\" B=\"${credentials('id')}\"} stages={Build={environment={C=\"1\"}}}}"
    );
}

#[test]
fn parameters_are_told_apart_by_name() {
    let text = "parameters {\n string(name: 'A', defaultValue: 'x, y', description: 'd')\n choice(name: 'B', choices: ['p', 'q'])\n booleanParam name: 'C', defaultValue: true\n}";
    assert_eq!(
        pipeline(text),
        "{parameters=[{type=\"string\" name=\"A\" defaultValue=\"x, y\" description=\"d\"} \
         {type=\"choice\" name=\"B\" choices=[\"p\" \"q\"]} {type=\"booleanParam\" name=\"C\" defaultValue=true}]}"
    );
    assert_eq!(
        pipeline("parameters { password(name: 'P', defaultValue: 'x') }"),
        "{parameters=[{type=\"password\" name=\"P\" password=\"x\"}]}"
    );
}

#[test]
fn tools_are_keys() {
    assert_eq!(pipeline("tools { maven '3.9'\n jdk \"21\" }"), "{tools={maven=\"3.9\" jdk=\"21\"}}");
}

#[test]
fn stages_and_steps_are_lines() {
    let text = "pipeline {\n  agent any\n  stages {\n    stage('A') {\n      steps { sh '''\n x\n   y'''\n script { if (z) { q() } } }\n    }\n  }\n}\n";
    assert_eq!(
        outline("Jenkinsfile", text),
        [
            "/agent 2:3 2:3 \"any\"",
            "line 1 \"pipeline {\"",
            "line 3 \"stages {\"",
            "line 4 \"stage('A') {\"",
            "line 5 \"steps {\"",
            "line 5 \"sh '''\"",
            "line 6 \" x\"",
            "line 7 \"   y'''\"",
            "line 8 \"script {\"",
            "line 8 \"if (z) {\"",
            "line 8 \"q()\"",
            "line 8 \"}\"",
            "line 8 \"}\"",
            "line 8 \"}\"",
            "line 9 \"}\"",
            "line 10 \"}\"",
            "line 11 \"}\"",
        ]
    );
}

#[test]
fn stages_of_parallel_blocks_are_stages() {
    let text = "stages { stage('A') { parallel { stage('B') { agent { label 'x' } } } } }";
    assert_eq!(pipeline(text), "{stages={A={stages={B={agent={label=\"x\"}}}}}}");
}

#[test]
fn scripted_pipelines_and_broken_ones_are_lines() {
    assert_eq!(
        outline("ci/release.jenkinsfile", "#!groovy\nnode('x') {\n  sh 'a'\n}\n"),
        ["line 2 \"node('x') {\"", "line 3 \"sh 'a'\"", "line 4 \"}\""]
    );
    assert_eq!(outline("Jenkinsfile.prod", "pipeline {\n"), ["line 1 \"pipeline {\""]);
}

#[test]
fn a_key_that_stands_twice_is_a_list_and_what_has_no_key_says_where_it_stands() {
    assert_eq!(pipeline("environment { A = 1; A = 2 }"), "{environment={A=[1 2]}}");
    assert_eq!(
        outline("Jenkinsfile", "pipeline { environment { x() }\n tools { } }"),
        ["line 1 \"pipeline {\"", "line 1 \"environment { x()\"", "line 2 \"tools {}\"", "line 2 \"}\"",]
    );
}

#[test]
fn damage_never_panics() {
    survives_damage(
        "Jenkinsfile",
        "pipeline { agent { docker { image 'é' } }\n environment { A = \"b${c}\" }\n parameters { string(name: 'D', x: [1]) }\n stages { stage('E') { steps { sh 'f' } } } }\n",
    );
}
