/**
 * A loose reading of the config, in which a member of the wrong type is simply absent: the rules that look across members
 * speak even while a shape is wrong elsewhere, so that one run names as many mistakes as it can.
 */

import { z } from "zod";
import { type Loose, loosely } from "./loosely";
import { ruleShape } from "./rule";

const maybeText = z.string().optional().catch(undefined);
const maybeFlag = z.boolean().optional().catch(undefined);

const looseAccess = {
  accountId: maybeText,
  region: maybeText,
  profile: maybeText,
  assumeRoleArn: maybeText,
};
const looseEncryption = z.object({ kms: maybeText }).catch({});

const looseSource = z
  .object({
    name: maybeText,
    ...looseAccess,
    bucket: z
      .object({
        name: maybeText,
        existing: maybeFlag,
        vault: maybeText,
        encryption: looseEncryption.optional(),
        objectLock: z.object({ mode: maybeText, retention: maybeText }).optional().catch(undefined),
      })
      .catch({}),
    kmsKeyArns: z.array(maybeText).optional().catch(undefined),
    replicationRoleArn: maybeText,
    roles: z.object({ permissionsBoundary: maybeText }).optional().catch(undefined),
  })
  .partial()
  .catch({});

const looseVault = z
  .object({
    name: maybeText,
    ...looseAccess,
    bucket: z.object({ name: maybeText, existing: maybeFlag }).catch({}),
    lock: z
      .object({
        stage: maybeText,
        retention: maybeText,
        maximumRetention: maybeText,
        minimumRetention: maybeText,
        acknowledgement: maybeText,
      })
      .catch({}),
    breakGlassRoleArn: maybeText,
    refusalsRoleArn: maybeText,
    encryption: looseEncryption,
  })
  .partial()
  .catch({});

const looseRule = loosely(ruleShape);

const looseConfig = z
  .object({
    side: maybeText,
    source: looseSource.optional(),
    sources: z.array(looseSource).optional().catch(undefined),
    vaults: z.array(looseVault).catch([]),
    rules: z.array(looseRule).catch([]),
    vaultStack: maybeText,
    sourceStack: maybeText,
    monitoring: z.unknown().optional(),
  })
  .partial()
  .catch({});

export type LooseSource = z.infer<typeof looseSource>;
export type LooseVault = z.infer<typeof looseVault>;
export type LooseRule = Loose<z.output<typeof ruleShape>>;

/** A source and where it stands: `source` or `sources[1]`. */
export interface PlacedSource {
  readonly path: string;
  readonly name: string | undefined;
  readonly source: LooseSource;
}

export interface LooseConfig {
  readonly side: string;
  readonly hasOneSource: boolean;
  readonly hasFleet: boolean;
  readonly sources: readonly PlacedSource[];
  readonly vaults: readonly LooseVault[];
  readonly rules: readonly LooseRule[];
  readonly vaultStack: string | undefined;
  readonly sourceStack: string | undefined;
  readonly hasMonitoring: boolean;
}

export function readLoosely(raw: unknown): LooseConfig {
  const config = looseConfig.parse(raw);
  const fleet = config.sources?.map((source, index) => ({
    path: `sources[${index}]`,
    name: source.name,
    source,
  }));
  const one = config.source && [{ path: "source", name: "source", source: config.source }];
  return {
    side: config.side ?? "both",
    hasOneSource: config.source !== undefined,
    hasFleet: fleet !== undefined,
    sources: fleet ?? one ?? [],
    vaults: config.vaults ?? [],
    rules: config.rules ?? [],
    vaultStack: config.vaultStack,
    sourceStack: config.sourceStack,
    hasMonitoring: config.monitoring !== undefined,
  };
}

/** Takes one mistake. */
export type ReportProblem = (path: string, message: string) => void;
