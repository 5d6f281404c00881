/**
 * A stack as an earlier version deployed it: its exported state and its ledger, recorded by really running that version, and
 * an AWS that is as it was then. The AWS is made of the resources in the state, so ids that AWS draws differ from the recorded
 * ones; they are put into the state and the ledger in their place.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateJobCommand, type CreateJobRequest } from "@aws-sdk/client-s3-control";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { pulumiCommand } from "./engine";
import type { Road } from "./road";

interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly inputs?: Record<string, unknown>;
  readonly dependencies?: readonly string[];
  readonly provider?: string;
}

/** A file of `tests/fixtures/deployed-by-*`. */
export interface DeployedBefore {
  /** The stack's config, by section. */
  readonly config: Record<string, unknown>;
  readonly jobs: readonly {
    readonly sourceBucket: string;
    readonly ledger: {
      readonly bucket: string;
      readonly key: string;
      readonly record: LedgerRecord;
    };
    readonly createJob: CreateJobRequest;
  }[];
  readonly state: {
    readonly version: number;
    readonly deployment: { readonly resources: readonly RecordedResource[] };
  };
}

interface LedgerRecord {
  readonly state: string;
  readonly jobId: string;
}

/** The stack that was recorded. */
const STACK = "old";

export function readDeployedBefore(name: string): DeployedBefore {
  const file = join(__dirname, "..", "fixtures", "deployed-by-54278a5", `${name}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as DeployedBefore;
}

/** Makes AWS as it was and gives the road's project the recorded state, so that it goes on where the earlier version ended. */
export async function restore(road: Road, before: DeployedBefore): Promise<DeployedBefore> {
  const { project } = road;
  const ids = await makeResources(road, before.state.deployment.resources);
  const restored = JSON.parse(withIds(JSON.stringify(before), ids)) as DeployedBefore;
  await road.writeStack(STACK, restored.config);
  const stack = await project.open(restored.config, STACK);
  await stack.importStack(restored.state);
  return restored;
}

/**
 * Writes to the sources what live replication never saw, makes the jobs that were under way, and notes them in the ledger.
 * @returns the job's id for each source bucket
 */
export async function restoreJobs(
  road: Road,
  { jobs }: DeployedBefore,
): Promise<ReadonlyMap<string, string>> {
  const s3 = road.project.s3("source");
  const control = road.s3control("source");
  const jobIds = new Map<string, string>();
  for (const { createJob, ledger, sourceBucket } of jobs) {
    await road.withoutReplication({ account: "source", bucket: sourceBucket }, async () => {
      for (const key of ["one", "two"]) {
        await road.put({ account: "source", bucket: sourceBucket }, key);
      }
    });
    const { JobId = "" } = await control.send(new CreateJobCommand(createJob));
    jobIds.set(sourceBucket, JobId);
    await s3.send(
      new PutObjectCommand({
        Bucket: ledger.bucket,
        Key: ledger.key,
        Body: JSON.stringify({ ...ledger.record, jobId: JobId }),
      }),
    );
  }
  return jobIds;
}

/** Makes each recorded resource with its recorded inputs; answers the ids that AWS drew anew, by the recorded ones. */
async function makeResources(
  { project }: Road,
  resources: readonly RecordedResource[],
): Promise<ReadonlyMap<string, string>> {
  const made = new Map<string, pulumi.CustomResource>();
  const stack = await LocalWorkspace.createStack(
    {
      stackName: "as-it-was",
      projectName: "lockstep",
      program: async () => declareAll(resources, made),
    },
    {
      workDir: project.folder,
      pulumiCommand: await pulumiCommand(),
      envVars: { ...project.environment },
    },
  );
  const { outputs } = await stack.up();
  const ids = outputs["ids"]?.value as Record<string, string>;
  return new Map(
    resources.flatMap(({ id, type, urn }) =>
      id === undefined || type.startsWith("pulumi:") || ids[urn] === undefined || ids[urn] === id
        ? []
        : [[id, ids[urn]]],
    ),
  );
}

function declareAll(
  resources: readonly RecordedResource[],
  made: Map<string, pulumi.CustomResource>,
): { ids: pulumi.Output<Record<string, string>> } {
  const providers = new Map<string, pulumi.ProviderResource>();
  for (const [index, resource] of resources.entries()) {
    const { custom, dependencies = [], inputs = {}, provider, type, urn } = resource;
    if (!custom) continue;
    const name = `${index}-${urn.split("::").at(-1)}`;
    if (type.startsWith("pulumi:providers:")) {
      const version = String(inputs["version"]);
      const args = without(inputs, "__internal", "version");
      const kind = type.slice("pulumi:providers:".length);
      providers.set(urn, new AnyProvider(kind, name, args, { version }));
      continue;
    }
    const args = withMadeIds(inputs, resources, made);
    made.set(
      urn,
      new AnyResource(type, name, args, {
        provider: providers.get(provider?.replace(/::[^:]+$/, "") ?? ""),
        dependsOn: dependencies.flatMap((one) => made.get(one) ?? []),
      }),
    );
  }
  return { ids: pulumi.all(Object.fromEntries([...made].map(([urn, { id }]) => [urn, id]))) };
}

/** Inputs name ids of other resources, such as keys in ARNs: those that are made now take their place. */
function withMadeIds(
  inputs: Record<string, unknown>,
  resources: readonly RecordedResource[],
  made: ReadonlyMap<string, pulumi.CustomResource>,
): pulumi.Inputs {
  const args = without(inputs, "__defaults");
  const text = JSON.stringify(args);
  const named = resources.filter(
    ({ id, urn }) => id !== undefined && made.has(urn) && isDrawnByAws(id) && text.includes(id),
  );
  const ids = pulumi.all(named.map(({ urn }) => made.get(urn)?.id ?? ""));
  const replaced = ids.apply((values) =>
    withIds(text, new Map(named.map(({ id = "" }, index) => [id, values[index] ?? id]))),
  );
  return Object.fromEntries(
    Object.keys(args).map((name) => [
      name,
      named.length === 0
        ? args[name]
        : replaced.apply((all) => (JSON.parse(all) as Record<string, unknown>)[name]),
    ]),
  );
}

/** In one pass: AWS may have drawn for one resource the id that was recorded for another, when it made them in another order. */
function withIds(text: string, ids: ReadonlyMap<string, string>): string {
  if (ids.size === 0) return text;
  const recorded = [...ids.keys()]
    .sort((one, other) => other.length - one.length)
    .map((id) => id.replace(/[^\w-]/g, "\\$&"));
  return text.replace(new RegExp(recorded.join("|"), "g"), (id) => ids.get(id) ?? id);
}

function without(
  inputs: Record<string, unknown>,
  ...names: readonly string[]
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !names.includes(name)));
}

class AnyResource extends pulumi.CustomResource {}
class AnyProvider extends pulumi.ProviderResource {}

/** A key's id; names are ours. */
function isDrawnByAws(id: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id);
}
