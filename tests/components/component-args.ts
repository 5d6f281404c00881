/** What tests of components are made of. */

import * as pulumi from "@pulumi/pulumi";
import { Provider as SourceProvider } from "@pulumi/aws/provider";
import { Provider as VaultProvider } from "@pulumi/aws-native/provider";
import { type RuleConfig, type VaultArgs } from "../../components";
import { record } from "./recording-mocks";

export const roleArn = "arn:aws:iam::111111111111:role/replicator";

export const rule: RuleConfig = {
  name: "all",
  status: "Enabled",
  priority: 1,
  filter: {},
  vault: "v",
  ownerOverride: false,
  replicationTimeControl: false,
  metrics: false,
  deleteMarkerReplication: false,
  replicaModifications: false,
};

export const vaultArgs: VaultArgs = {
  accountId: "222222222222",
  region: "eu-central-1",
  bucketName: "acme-vault",
  lock: {
    stage: "compliance",
    retentionDays: 7,
    acknowledgement: "acme-vault: COMPLIANCE for 7 days",
  },
  replicationRoleArns: [roleArn],
};

export const sourceAccount = () => ({
  provider: new SourceProvider("source", { region: "eu-west-1" }),
});

export const vaultAccount = () => ({
  provider: new VaultProvider("vault", { region: "eu-central-1" }),
});

/** What a constructor that must fail throws: its problems as `path: reason`. */
export async function problemsOf(construct: () => unknown): Promise<string[]> {
  let problems: string[] | undefined;
  await record(() => {
    try {
      construct();
    } catch (error) {
      if (!pulumi.InputPropertiesError.isInstance(error)) throw error;
      problems = error.errors.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
    }
  });
  if (problems === undefined) throw new Error("expected the constructor to refuse its arguments");
  return problems;
}
