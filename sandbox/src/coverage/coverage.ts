/**
 * What the sandbox says of itself: per operation and per rule done, partial or refused, with the evidence. The notes are
 * beside the code they speak of (`services/<service>/coverage.ts`); `npm run docs:coverage` writes `COVERAGE.md` from
 * them and from the operation tables, and a test holds the two together.
 */
import type { ServiceName } from "../world/service-name";
import { SERVICES } from "../pipeline/services";
import { serviceModel, SERVICE_NAMES } from "../protocols/service-models";
import { coverage as athena } from "../services/athena/coverage";
import { coverage as cloudControl } from "../services/cloudcontrol/coverage";
import { coverage as cloudTrail } from "../services/cloudtrail/coverage";
import { coverage as cloudWatch } from "../services/cloudwatch/coverage";
import { coverage as eventBridge } from "../services/eventbridge/coverage";
import { coverage as iam } from "../services/iam/coverage";
import { coverage as kms } from "../services/kms/coverage";
import { coverage as s3 } from "../services/s3/coverage";
import { coverage as s3Control } from "../services/s3control/coverage";
import { coverage as sns } from "../services/sns/coverage";
import { coverage as sts } from "../services/sts/coverage";
import { rules as replication } from "../replication/coverage";
import type { ServiceCoverage } from "./coverage-model";

const COVERAGE: Readonly<Record<ServiceName, ServiceCoverage>> = {
  s3,
  s3control: s3Control,
  iam,
  sts,
  kms,
  cloudcontrol: cloudControl,
  sns,
  eventbridge: eventBridge,
  cloudwatch: cloudWatch,
  cloudtrail: cloudTrail,
  athena,
};

const TITLES: Readonly<Record<ServiceName, string>> = {
  s3: "S3",
  s3control: "S3 Control (Batch Operations)",
  iam: "IAM",
  sts: "STS",
  kms: "KMS",
  cloudcontrol: "Cloud Control",
  sns: "SNS",
  eventbridge: "EventBridge",
  cloudwatch: "CloudWatch",
  cloudtrail: "CloudTrail",
  athena: "Athena",
};

/** Operations of a table without a note, and notes of operations that no table has. */
export function coverageMistakes(): string[] {
  const mistakes: string[] = [];
  for (const service of SERVICE_NAMES) {
    const served = Object.keys(SERVICES[service].operations);
    const noted = Object.keys(COVERAGE[service].operations);
    for (const name of served) {
      if (!noted.includes(name)) mistakes.push(`${service} ${name} is served and has no note`);
    }
    for (const name of noted) {
      if (!served.includes(name)) mistakes.push(`${service} ${name} has a note and is not served`);
    }
  }
  return mistakes;
}

/** The text of `sandbox/COVERAGE.md`. */
export function coverageMarkdown(): string {
  const lines = [
    "# What the sandbox covers",
    "",
    "Written by `npm run docs:coverage` from the operation tables and the notes in `services/*/coverage.ts`; do not edit.",
    "",
    "**done**: behaves as AWS as far as the evidence goes. **partial**: what the note says is missing. **refused**: answered",
    "`NotImplemented` (HTTP 501) by name, never a silent success.",
    "",
    "Evidence: _UG_ S3 User Guide, _API_ the service's API reference, _model_ the AWS SDK's model, _recorded_ answers",
    "recorded from AWS and published, _assumed_ no source was found: the choice loses no data.",
  ];
  for (const service of SERVICE_NAMES) lines.push(...serviceSection(service));
  lines.push("", "## Replication", "", ...ruleTable(replication));
  return `${lines.join("\n")}\n`;
}

function serviceSection(service: ServiceName): string[] {
  const { operations, rules } = COVERAGE[service];
  const known = [...serviceModel(service).operations.keys()].sort();
  const refused = known.filter((name) => operations[name] === undefined);
  const lines = [
    "",
    `## ${TITLES[service]}`,
    "",
    "| operation | state | note | evidence |",
    "| --- | --- | --- | --- |",
  ];
  for (const [name, note] of Object.entries(operations).sort(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push(`| ${name} | ${note.state} | ${note.note ?? ""} | ${note.evidence} |`);
  }
  if (rules.length > 0) lines.push("", ...ruleTable(rules));
  lines.push(
    "",
    `Refused (${refused.length} of ${known.length}): ${refused.join(", ") || "none"}.`,
  );
  return lines;
}

function ruleTable(rules: ServiceCoverage["rules"]): string[] {
  return [
    "| rule | state | evidence |",
    "| --- | --- | --- |",
    ...rules.map(({ rule, state, evidence }) => `| ${rule} | ${state} | ${evidence} |`),
  ];
}
