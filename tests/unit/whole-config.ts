import { ConfigError, type ConfigProblem, parseConfig } from "../../components/config";

/** A config with every member written out; a test changes the one it is about. */
export function wholeConfig() {
  return {
    source: {
      accountId: "111111111111",
      region: "eu-west-1",
      profile: "records-dev",
      bucket: { name: "acme-records", existing: true },
    },
    vaults: [
      {
        name: "primary",
        accountId: "222222222222",
        region: "eu-central-1",
        assumeRoleArn: "arn:aws:iam::222222222222:role/lockstep-deploy",
        bucket: { name: "acme-records-vault" },
        lock: { stage: "governance", retention: "30 days" } as Record<string, unknown>,
        storageClass: "GLACIER_IR",
        encryption: { kms: "create" } as Record<string, unknown>,
      },
    ],
    rules: [
      {
        name: "all-records",
        status: "Enabled",
        priority: 10,
        filter: { prefix: "records/", tags: { keep: "yes" } } as Record<string, unknown>,
        vault: "primary",
        replicationTimeControl: true,
        metrics: true,
      } as Record<string, unknown>,
    ],
    backfill: { budgetUsd: 50, report: "all-tasks", priority: 10 } as Record<string, unknown>,
  };
}

export type Raw = ReturnType<typeof wholeConfig>;

export function problemsOf(raw: unknown): readonly ConfigProblem[] {
  try {
    parseConfig(raw);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

/** The problems of the whole config after one change. */
export function afterChange(change: (raw: Raw) => void): readonly ConfigProblem[] {
  const raw = wholeConfig();
  change(raw);
  return problemsOf(raw);
}

export function first<Value>(values: Value[]): Value {
  const [value] = values;
  if (value === undefined) throw new Error("expected at least one value");
  return value;
}
