/** What is driven: a row for each folder of `examples/`, and one of each topology. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { parse } from "yaml";
import { ACCOUNTS } from "../helpers/engine-project";
import type { Topology } from "../helpers/topologies";
import { EXAMPLES, makeRole, type Place, type Road } from "../helpers/road";

/** Writes to a source bucket, and where that has to arrive: live, or by a backfill of a later hop. */
export interface Journey {
  readonly from: Place;
  readonly key: string;
  readonly tagging?: string;
  readonly to: readonly Place[];
  readonly thenTo?: readonly Place[];
}

export interface RoadRow {
  /** The folder of `examples/` whose stack files are taken. */
  readonly example?: string;
  /** Stacks to deploy, in this order. */
  readonly stacks: readonly string[];
  /** The stack that may look into both sides; absent: nobody looks. */
  readonly looksFrom?: string;
  /** Names of the sources, in the order of the config. */
  readonly sourceNames: readonly string[];
  /** Makes what the example says is there. */
  readonly prepare?: (road: Road) => Promise<void>;
  readonly journeys: readonly Journey[];
  /** The replica that is deleted for good, and the role that may, where that is one alone. */
  readonly loses: { readonly at: Place; readonly key: string; readonly roleName?: string };
}

const source = (bucket: string): Place => ({ account: "source", bucket });
const vault = (bucket: string): Place => ({ account: "vault", bucket });
const far = (bucket: string): Place => ({ account: "far", bucket });

/** What every example with one source has. */
const ONE = { stacks: ["dev"], looksFrom: "dev", sourceNames: ["source"] } as const;

const BREAK_GLASS = "break-glass";

/** A road for each example. */
export const EXAMPLE_ROADS: Readonly<Record<string, RoadRow>> = {
  pilot: {
    ...ONE,
    journeys: [{ from: source("acme-pilot-records"), key: "a", to: [vault("acme-pilot-vault")] }],
    loses: { at: vault("acme-pilot-vault"), key: "a" },
  },
  "one-vault": {
    ...ONE,
    prepare: (road) => makeRole(road, "vault", BREAK_GLASS),
    journeys: [
      { from: source("acme-one-records"), key: "records/a", to: [vault("acme-one-vault")] },
    ],
    loses: { at: vault("acme-one-vault"), key: "records/a", roleName: BREAK_GLASS },
  },
  "two-vaults": {
    ...ONE,
    journeys: [
      { from: source("acme-two-records"), key: "a", to: [vault("acme-near-vault")] },
      {
        from: source("acme-two-records"),
        key: "kept",
        tagging: "keep=yes",
        to: [vault("acme-near-vault"), far("acme-far-vault")],
      },
    ],
    loses: { at: far("acme-far-vault"), key: "kept" },
  },
  "existing-bucket": {
    ...ONE,
    prepare: async (road) => {
      await road.project.s3("source").send(
        new CreateBucketCommand({
          Bucket: "acme-existing-records",
          CreateBucketConfiguration: { LocationConstraint: ACCOUNTS.source.region },
        }),
      );
      // From before versioning: its version id is the word "null".
      await road.put(source("acme-existing-records"), "from-before");
    },
    journeys: [
      { from: source("acme-existing-records"), key: "a", to: [vault("acme-existing-vault")] },
    ],
    loses: { at: vault("acme-existing-vault"), key: "from-before" },
  },
  kms: {
    ...ONE,
    prepare: (road) => makeRole(road, "vault", BREAK_GLASS),
    journeys: [{ from: source("acme-kms-records"), key: "a", to: [vault("acme-kms-vault")] }],
    loses: { at: vault("acme-kms-vault"), key: "a", roleName: BREAK_GLASS },
  },
  fleet: {
    stacks: ["dev"],
    looksFrom: "dev",
    sourceNames: ["orders", "letters"],
    journeys: [
      { from: source("acme-fleet-orders"), key: "order", to: [vault("acme-fleet-vault")] },
      {
        from: source("acme-fleet-letters"),
        key: "letter",
        to: [vault("acme-fleet-vault"), far("acme-letters-vault")],
      },
    ],
    // Of the first source, so that the last one's own verdict is clean.
    loses: { at: vault("acme-fleet-vault"), key: "order" },
  },
  chain: {
    stacks: ["dev"],
    looksFrom: "dev",
    sourceNames: ["records", "second-hop"],
    journeys: [
      {
        from: source("acme-chain-records"),
        key: "a",
        to: [vault("acme-chain-vault")],
        thenTo: [far("acme-chain-last-vault")],
      },
    ],
    loses: { at: far("acme-chain-last-vault"), key: "a" },
  },
  "two-teams": {
    stacks: ["source", "vaults", "source"],
    // Declares nothing: it looks into the stacks of both teams.
    looksFrom: "both",
    sourceNames: ["source"],
    journeys: [{ from: source("acme-teams-records"), key: "a", to: [vault("acme-teams-vault")] }],
    loses: { at: vault("acme-teams-vault"), key: "a" },
  },
  // Its stack file, by the command line. The program in Python itself is not run: there is no language host for it here.
  python: {
    ...ONE,
    journeys: [
      { from: source("acme-python-records"), key: "records/a", to: [vault("acme-python-vault")] },
    ],
    loses: { at: vault("acme-python-vault"), key: "records/a" },
  },
  // The inputs of its component, as a stack file. The program in YAML itself is not run: there is no language host for it here.
  yaml: {
    ...ONE,
    prepare: async (road) => {
      const text = readFileSync(join(EXAMPLES, "yaml", "Pulumi.yaml"), "utf8");
      const program = parse(text) as { resources: { copies: { properties: object } } };
      await road.writeStack("dev", program.resources.copies.properties);
    },
    journeys: [
      { from: source("acme-yaml-records"), key: "records/a", to: [vault("acme-yaml-vault")] },
    ],
    loses: { at: vault("acme-yaml-vault"), key: "records/a" },
  },
};

/** The road of a topology: the same legs, with a stack file of its own. */
export function topologyRoad({ config, journeys }: Topology): RoadRow {
  const sources = config["sources"] as readonly { name: string }[] | undefined;
  const lost = journeys[0]?.to[0];
  if (lost === undefined) throw new Error("a topology without a journey");
  return {
    ...ONE,
    ...(sources !== undefined && { sourceNames: sources.map(({ name }) => name) }),
    prepare: (road) => road.writeStack("dev", config),
    journeys: journeys.map((journey, index) => ({ ...journey, key: `key-${index}` })),
    loses: { at: lost, key: "key-0" },
  };
}

/** Whoever may do so takes the vault's policy away, deletes one replica under GOVERNANCE for good, and leaves. */
export async function loseReplica(road: Road, { at, key, roleName }: RoadRow["loses"]) {
  const s3 = roleName === undefined ? road.project.s3(at.account) : await s3As(road, at, roleName);
  const { VersionId } = await s3.send(new HeadObjectCommand({ Bucket: at.bucket, Key: key }));
  await s3.send(new DeleteBucketPolicyCommand({ Bucket: at.bucket }));
  await s3.send(
    new DeleteObjectCommand({
      Bucket: at.bucket,
      Key: key,
      VersionId,
      BypassGovernanceRetention: true,
    }),
  );
}

async function s3As(road: Road, { account }: Place, roleName: string): Promise<S3Client> {
  const options = road.project.clientOptions(account);
  const { Credentials } = await new STSClient(options).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${ACCOUNTS[account].accountId}:role/${roleName}`,
      RoleSessionName: "tamper",
    }),
  );
  if (Credentials === undefined) throw new Error(`no credentials of ${roleName}`);
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken } = Credentials;
  return new S3Client({
    ...options,
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken !== undefined && { sessionToken: SessionToken }),
    },
  });
}
