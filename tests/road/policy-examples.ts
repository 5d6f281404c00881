/** The stacks of examples, held against the policy pack with what their configs ask for on purpose. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { parse } from "yaml";
import { policySettingsOf } from "../../automation/policy/config-settings";
import { parseConfig } from "../../components/config";
import { checkProgram, type PolicyResource } from "../../policy";
import { EngineProject } from "../helpers/engine-project";
import { EXAMPLES } from "../helpers/road";

/** The sections of an example's stack file, without their namespace. */
export function sectionsOf(example: string, stack: string): Record<string, unknown> {
  const file = readFileSync(join(EXAMPLES, example, `Pulumi.${stack}.yaml`), "utf8");
  const { config = {} } = parse(file) as { config?: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("lockstep:", ""), value]),
  );
}

/** A project in a sandbox that has what the examples say is there. */
export async function projectForExamples(): Promise<EngineProject> {
  const project = await EngineProject.start();
  await project.s3("source").send(
    new CreateBucketCommand({
      Bucket: "acme-existing-records",
      CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
    }),
  );
  return project;
}

/** Violations of severity error, in words. */
export function errorsOf(resources: readonly PolicyResource[], config: unknown): readonly string[] {
  return checkProgram(resources, policySettingsOf(parseConfig(config)))
    .filter(({ severity }) => severity === "error")
    .map(({ message, resourceName, ruleId }) => `${ruleId} ${resourceName}: ${message}`);
}
