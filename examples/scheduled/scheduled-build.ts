/*
 * A command again and again in an account of its own: EventBridge Scheduler starts a build of CodeBuild, and a build that fails,
 * which is what a verdict that is not clean makes it do, is told to a topic of SNS.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What each of these builds needs. */
export interface ScheduledBuildArgs {
  /** The repository with `Pulumi.<stack>.yaml` and `package-lock.json`, as CodeBuild clones it. */
  readonly repositoryUrl: pulumi.Input<string>;
  /** The stack's short name. */
  readonly stack: string;
  /** Where Pulumi's state is. */
  readonly backendUrl: pulumi.Input<string>;
  /** ARN of a secret of Secrets Manager with the passphrase of the stack's secrets. */
  readonly passphraseSecretArn: pulumi.Input<string>;
}

/** What is done, when, and as whom. */
export interface BuildWork {
  /** Lines of a shell, which knows `$STACK`. The first one that fails is the last. */
  readonly commands: readonly string[];
  /** ARNs of roles, by the profiles that the stack file names. */
  readonly roleArns: Readonly<Record<string, string>>;
  /** As EventBridge Scheduler writes it. */
  readonly schedule: string;
}

/** Declares the build, its schedule and the topic. */
export function scheduledBuild(
  name: string,
  args: ScheduledBuildArgs,
  { commands, roleArns, schedule }: BuildWork,
) {
  const build = serviceRole(`${name}-build`, "codebuild.amazonaws.com", [
    { Effect: "Allow", Action: "sts:AssumeRole", Resource: Object.values(roleArns) },
    {
      Effect: "Allow",
      Action: "secretsmanager:GetSecretValue",
      Resource: args.passphraseSecretArn,
    },
    {
      Effect: "Allow",
      Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: "*",
    },
  ]);
  const project = new aws.codebuild.Project(name, {
    serviceRole: build.arn,
    artifacts: { type: "NO_ARTIFACTS" },
    environment: {
      type: "LINUX_CONTAINER",
      computeType: "BUILD_GENERAL1_SMALL",
      image: "aws/codebuild/standard:7.0",
      environmentVariables: [
        { name: "STACK", value: args.stack },
        { name: "PULUMI_BACKEND_URL", value: args.backendUrl },
        {
          name: "PULUMI_CONFIG_PASSPHRASE",
          type: "SECRETS_MANAGER",
          value: args.passphraseSecretArn,
        },
      ],
    },
    source: {
      type: "GITHUB",
      location: args.repositoryUrl,
      buildspec: buildspec(commands, roleArns),
    },
    // Two of them beside each other would only ask S3 twice.
    concurrentBuildLimit: 1,
    buildTimeout: 480,
  });
  const starter = serviceRole(`${name}-schedule`, "scheduler.amazonaws.com", [
    { Effect: "Allow", Action: "codebuild:StartBuild", Resource: project.arn },
  ]);
  // https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
  const timer = new aws.scheduler.Schedule(name, {
    scheduleExpression: schedule,
    flexibleTimeWindow: { mode: "OFF" },
    target: { arn: project.arn, roleArn: starter.arn },
  });
  const topic = new aws.sns.Topic(name);
  // https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html
  const failed = new aws.cloudwatch.EventRule(name, {
    eventPattern: pulumi.jsonStringify({
      source: ["aws.codebuild"],
      "detail-type": ["CodeBuild Build State Change"],
      detail: {
        "build-status": ["FAILED", "FAULT", "STOPPED", "TIMED_OUT"],
        "project-name": [project.name],
      },
    }),
  });
  new aws.sns.TopicPolicy(name, {
    arn: topic.arn,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sns:Publish",
          Resource: topic.arn,
          Condition: { ArnEquals: { "aws:SourceArn": failed.arn } },
        },
      ],
    }),
  });
  new aws.cloudwatch.EventTarget(name, { rule: failed.name, arn: topic.arn });
  return { projectName: project.name, scheduleArn: timer.arn, topicArn: topic.arn };
}

/** A role that one service may take on, for what the statements allow. */
function serviceRole(
  name: string,
  service: string,
  statements: readonly pulumi.Input<object>[],
): aws.iam.Role {
  const role = new aws.iam.Role(name, {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    }),
  });
  new aws.iam.RolePolicy(name, {
    role: role.id,
    policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements }),
  });
  return role;
}

/** The build: profiles that take on the roles with the build's own credentials, then the commands. */
function buildspec(
  commands: readonly string[],
  roleArns: Readonly<Record<string, string>>,
): string {
  const profiles = Object.entries(roleArns).flatMap(([profile, arn]) => [
    `[profile ${profile}]`,
    `role_arn = ${arn}`,
    "credential_source = EcsContainer",
    "",
  ]);
  return JSON.stringify({
    version: "0.2",
    env: { variables: { AWS_CONFIG_FILE: "/tmp/aws-config", AWS_PROFILES: profiles.join("\n") } },
    phases: {
      install: { "runtime-versions": { nodejs: 22 }, commands: ["npm ci"] },
      build: { commands: ['printf "%s\\n" "$AWS_PROFILES" > "$AWS_CONFIG_FILE"', ...commands] },
    },
  });
}
