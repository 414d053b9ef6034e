use super::*;
use crate::base::Value;

/// The cells of one kind of fact, each row joined by ` | `.
fn facts(text: &str, facts: usize) -> Vec<String> {
    let mut rows = Rows::default();
    extract(&Input::new(text.as_bytes()), &mut rows);
    let shown = |value: &Value| match value {
        Value::Null => "-".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Real(text) | Value::Text(text) => text.clone(),
    };
    let own = rows.facts.iter().filter(|(at, _)| *at == facts);
    own.map(|(_, cells)| cells.iter().map(shown).collect::<Vec<_>>().join(" | ")).collect()
}

fn unsure(text: &str) -> Vec<&'static str> {
    let mut rows = Rows::default();
    extract(&Input::new(text.as_bytes()), &mut rows);
    rows.unsure.iter().map(|row| row.0).collect()
}

const GITHUB: &str = "\
name: image
on:
  push: {branches: [main], paths: ['src/**']}
  schedule:
    - cron: '0 3 * * *'
permissions: read-all
jobs:
  build:
    environment: {name: production}
    needs: [check]
    continue-on-error: true
    steps:
      - uses: docker/build-push-action@v6
        with: {token: '${{ secrets.TOKEN }}', own: '${{ secrets.GITHUB_TOKEN }}'}
      - name: Check
        if: false
        run: |
          # nothing
          ./check.sh || true
  check: {if: false, runs-on: x}
";

#[test]
fn github_is_read_with_lines() {
    assert_eq!(facts(GITHUB, 0), ["1 | github | image | 0 | \"read-all\" | - | [\"TOKEN\"]"]);
    assert_eq!(
        facts(GITHUB, 1),
        [
            "3 | push | [\"main\"] | - | [\"src/**\"] | - | - | - | -",
            "4 | schedule | - | - | - | - | - | - | [\"0 3 * * *\"]",
        ]
    );
    assert_eq!(
        facts(GITHUB, 2)[0],
        "8 | 19 | build |  | production | - | - | [[\"check\",10,true]] | - | 1 | 11 | 0"
    );
    assert_eq!(facts(GITHUB, 3)[1].split(" | ").nth(9), Some("0"));
    assert_eq!(
        facts(GITHUB, 4),
        ["build | 2 | 19 | 19 | ./check.sh | - | ./check.sh || true | - | 1"]
    );
}

#[test]
fn on_may_be_a_word_or_a_list() {
    assert_eq!(facts("on: push\njobs: {}\n", 1), ["1 | push | - | - | - | - | - | - | -"]);
    assert_eq!(facts("on: [push, pull_request]\njobs: {}\n", 1).len(), 2);
}

#[test]
fn a_workflow_whose_jobs_are_all_off_is_off() {
    assert_eq!(
        facts("on: push\njobs:\n  a: {if: '${{ false }}'}\n", 0),
        ["1 | github |  | 1 | - | - | -"]
    );
}

#[test]
fn azure_is_read_in_the_same_words() {
    let text = "\
trigger:
  branches: {include: [main, release/*]}
  paths: {exclude: [docs]}
pr: none
schedules:
  - cron: '0 1 * * *'
    branches: {include: [main]}
variables:
  - group: production-secrets
stages:
  - stage: deploy
    jobs:
      - deployment: web
        environment: production
        strategy:
          runOnce:
            deploy:
              steps:
                - task: Docker@2
                - bash: ./deploy.sh
                  continueOnError: true
";
    assert_eq!(
        facts(text, 1),
        [
            "2 | push | [\"main\",\"release/*\"] | - | - | [\"docs\"] | - | - | -"
                .replacen('2', "1", 1),
            "6 | schedule | [\"main\"] | - | - | - | - | - | [\"0 1 * * *\"]".to_owned(),
        ]
    );
    assert!(facts(text, 2)[0].contains("deploy.web |  | production"));
    assert!(facts(text, 3)[0].contains("Docker@2"));
    assert!(facts(text, 0)[0].contains("production-secrets"));
    assert_eq!(facts(text, 4)[0].split(" | ").nth(6), Some("./deploy.sh"));
}

#[test]
fn a_pipeline_that_says_nothing_of_triggers_runs_on_every_push() {
    assert_eq!(facts("steps:\n  - script: make\n", 1).len(), 1);
}

#[test]
fn a_pipeline_that_nothing_starts_is_started_by_hand() {
    let by_hand = facts("trigger: none\nsteps:\n  - script: make\n", 1);
    assert!(by_hand.len() == 1 && by_hand[0].contains("workflow_dispatch"), "{by_hand:?}");
    let nightly = "trigger: none\nschedules:\n  - cron: '0 1 * * *'\nsteps:\n  - script: make\n";
    assert!(!facts(nightly, 1).join(" ").contains("workflow_dispatch"));
}

#[test]
fn gitlab_is_read_in_the_same_words() {
    let text = "\
stages: [test]
.base:
  before_script: [pip install x]
check:
  extends: .base
  script:
    - make check
    - make lint
  allow_failure: true
  environment: staging
  rules:
    - if: $CI_PIPELINE_SOURCE == 'merge_request_event'
    - if: $CI_COMMIT_BRANCH == 'main'
nightly:
  script: pg_dump x
  only: [schedules]
";
    let events: Vec<String> = facts(text, 1)
        .iter()
        .map(|row| row.split(" | ").skip(1).take(2).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(events, ["pull_request -", "push [\"main\"]", "schedule -"]);
    assert_eq!(facts(text, 2).len(), 2);
    assert!(facts(text, 2)[0].contains("check |  | staging"));
    assert_eq!(facts(text, 3).len(), 3);
    assert_eq!(facts(text, 4)[2], "check | 2 | 8 | 8 | make | - | make lint | - | 0");
}

#[test]
fn what_stands_elsewhere_is_unsure() {
    assert!(unsure("include: [other.yml]\na: {script: x}\n").contains(&"workflow_jobs"));
    assert!(unsure("include: [other.yml]\na: {script: x}\n").contains(&"workflow_steps"));
    assert!(unsure("on: [push\n").contains(&"workflow_triggers"));
    assert_eq!(facts("on: [push\n", 0), ["- | invalid |  | - | - | - | -"]);
    assert_eq!(facts("{{ on }}: [push\n", 0), ["- |  |  | - | - | - | -"]);
}

#[test]
fn a_template_in_the_place_of_a_job_is_used() {
    let text = "stages:\n  - stage: Build\n    jobs:\n      - template: jobs/image.yml\n";
    assert!(unsure(text).is_empty());
    assert!(facts(text, 2)[0].contains("jobs/image.yml"));
    assert!(facts("extends: {template: all.yml@templates}\n", 2)[0].contains("all.yml@templates"));
    assert!(facts("steps:\n  - template: steps/lint.yml\n", 3)[0].contains("steps/lint.yml"));
}

#[test]
fn a_template_of_steps_is_no_pipeline_and_is_read() {
    let text = "parameters: []\nsteps:\n  - ${{ if parameters.x }}:\n      - script: make\n";
    assert!(facts(text, 0)[0].contains("azure-template"));
    assert!(facts(text, 1).is_empty());
    assert!(facts(text, 4)[0].contains("make"));
}

#[test]
fn workflows_are_known_by_place_and_name() {
    for path in [
        ".github/workflows/ci.yml",
        "web/.github/workflows/ci.yaml",
        ".github/workflows/old.yml.disabled",
        ".github/workflows-disabled/old.yml",
        "azure-pipelines.yml",
        "ci/azure-pipelines-release.yml",
        ".azure/pipelines/x.yml",
        ".gitlab-ci.yml",
    ] {
        assert!(applies(path), "{path}");
    }
    for path in [
        "action.yml",
        ".github/dependabot.yml",
        "docs/workflows/a.yml",
        ".github/workflows/README.md",
    ] {
        assert!(!applies(path), "{path}");
    }
}
