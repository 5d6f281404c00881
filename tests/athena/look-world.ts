/** A hand-made stack whose inventories are declared, with a place for the Athena of its vault's account, and looks by it. */

import {
  ListQueryExecutionsCommand,
  ListTableMetadataCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type S3Client,
  type BucketLocationConstraint,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { ManualClock, startSandbox, type Sandbox } from "lockstep-sandbox";
import type { VaultClients } from "../../automation/aws/stack-clients";
import type { VerifyOptions } from "../../automation/backfill/look";
import { systemClock, type Clock } from "../../automation/clock";
import { isLockstepError, type LockstepError } from "../../automation/errors";
import type { Question, VerdictFields } from "../../automation/events";
import { chooseLevel } from "../../automation/levels/choose-level";
import type { AthenaOptions } from "../../automation/look/look";
import { declareInventories, type DeclaredInventories } from "../helpers/declared-inventories";
import { eventually } from "../helpers/eventually";
import { HandMadeStack } from "../helpers/hand-made-stack";
import { withoutReplication } from "../helpers/without-replication";

const ON_THE_WAY_MS = 60_000;
export const BUCKET = "athena-work";
export const PLACE = {
  workgroup: "primary",
  database: "lockstep",
  location: `s3://${BUCKET}/looks/`,
};

export class LookWorld {
  /** What was asked before anything was charged. */
  readonly asked: Question[] = [];

  private constructor(
    readonly sandbox: Sandbox,
    readonly stack: HandMadeStack,
    readonly inventories: DeclaredInventories,
  ) {}

  /** @param vaultRegion Default: that of the sandbox's second account */
  static async make(format: "CSV" | "Parquet", vaultRegion?: string): Promise<LookWorld> {
    const accounts = [
      { accountId: "111111111111", name: "source", region: "eu-west-1" },
      { accountId: "222222222222", name: "vault", region: vaultRegion ?? "eu-central-1" },
    ];
    const sandbox = await startSandbox({
      accounts,
      clock: new ManualClock(Date.now()),
      settings: { replicationDelayMs: ON_THE_WAY_MS, acceptsMachineTime: true },
    });
    const stack = await HandMadeStack.make(sandbox, `athena-${format.toLowerCase()}`, []);
    const world = new LookWorld(sandbox, stack, await declareInventories(stack, format));
    await world.makeBucket(BUCKET);
    await world.define("CREATE DATABASE lockstep");
    return world;
  }

  async close(): Promise<void> {
    await this.stack.close();
    await this.sandbox.close();
  }

  get sourceS3(): S3Client {
    return this.stack.clients.source.s3 as S3Client;
  }
  get sourceBucket(): string {
    return this.stack.outputs.source.bucketName;
  }
  get vault(): VaultClients {
    const [first] = this.stack.clients.vaults.values();
    if (first === undefined) throw new Error("no vault");
    return first;
  }
  /** What a client of the vault's account is made with. */
  get vaultSettings() {
    return {
      region: this.vault.outputs.region,
      endpoint: this.sandbox.endpoint,
      credentials: this.vault.s3.config.credentials,
    };
  }

  /** A query goes on with the sandbox's clock. */
  readonly clock: Clock = {
    ...systemClock,
    sleep: async (durationMs, signal) => {
      this.sandbox.world.clock.advance(durationMs);
      await this.sandbox.world.athena.settled();
      await systemClock.sleep(0, signal);
    },
  };

  /** Of the vault's account. */
  async makeBucket(Bucket: string): Promise<void> {
    const LocationConstraint = this.vault.outputs.region as BucketLocationConstraint;
    const CreateBucketConfiguration = { LocationConstraint };
    await this.vault.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  }

  private async define(QueryString: string): Promise<void> {
    await this.vault.athena.send(
      new StartQueryExecutionCommand({
        QueryString,
        ResultConfiguration: { OutputLocation: `s3://${BUCKET}/definitions/` },
      }),
    );
    await eventually(async () => {
      this.sandbox.world.clock.advance(1_000);
      expect(await this.keysLeft()).to.have.length(1);
    });
    for (const Key of await this.keysLeft()) {
      await this.vault.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
    }
  }

  async keysLeft(): Promise<readonly string[]> {
    const { Contents = [] } = await this.vault.s3.send(
      new ListObjectsV2Command({ Bucket: BUCKET }),
    );
    return Contents.map(({ Key = "" }) => Key);
  }
  async tablesLeft(): Promise<readonly string[]> {
    const { TableMetadataList = [] } = await this.vault.athena.send(
      new ListTableMetadataCommand({ CatalogName: "AwsDataCatalog", DatabaseName: "lockstep" }),
    );
    return TableMetadataList.map(({ Name = "" }) => Name);
  }
  async queriesCount(): Promise<number> {
    const { QueryExecutionIds = [] } = await this.vault.athena.send(
      new ListQueryExecutionsCommand({ MaxResults: 50 }),
    );
    return QueryExecutionIds.length;
  }

  async putReplicated(...keys: readonly string[]): Promise<void> {
    const { s3, outputs } = this.vault;
    for (const key of keys) await this.stack.put(key, `content of ${key}`);
    this.sandbox.world.clock.advance(2 * ON_THE_WAY_MS);
    for (const Key of keys) {
      await eventually(async () => {
        await s3.send(new HeadObjectCommand({ Bucket: outputs.bucketName, Key }));
        const { ReplicationStatus } = await this.sourceS3.send(
          new HeadObjectCommand({ Bucket: this.sourceBucket, Key }),
        );
        expect(ReplicationStatus).to.equal("COMPLETED");
      });
    }
  }
  putAlone(key: string) {
    return withoutReplication(this.sourceS3, this.sourceBucket, () =>
      this.stack.put(key, "content"),
    );
  }

  verify(
    engine: "athena" | "duckdb",
    athena: Partial<AthenaOptions> = {},
    overrides: Partial<VerifyOptions> = {},
  ): Promise<VerdictFields> {
    const places = { primary: PLACE };
    const confirm = (question: Question) => {
      this.asked.push(question);
      return Promise.resolve(true);
    };
    const options = { source: "source", places, confirm, ...athena };
    return this.stack.verify({
      outputs: this.inventories.outputs(),
      level: chooseLevel({ level: "inventory", engine }),
      clock: this.clock,
      settleLimits: { intervalMs: 1, maxIntervalMs: 1, deadlineMs: 0 },
      ...(engine === "athena" ? { athena: options } : {}),
      ...overrides,
    });
  }

  /** Of a look that comes to no verdict, and leaves nothing. */
  async refusalOf(
    athena: Partial<AthenaOptions> = {},
    overrides: Partial<VerifyOptions> = {},
  ): Promise<LockstepError> {
    this.stack.events.length = 0;
    try {
      await this.verify("athena", athena, overrides);
    } catch (error) {
      if (!isLockstepError(error)) throw error;
      expect(this.stack.told("verdict")).to.have.length(0);
      expect(await this.keysLeft()).to.deep.equal([]);
      expect(await this.tablesLeft()).to.deep.equal([]);
      return error;
    }
    throw new Error("it was not refused");
  }

  /** Those of the stack, with others for the vault. */
  clientsWith(own: Partial<VaultClients>): VerifyOptions["clients"] {
    const { athena, outputs, s3, s3control, sts } = this.vault;
    return {
      ...this.stack.clients,
      vaults: new Map([["primary", { athena, outputs, s3, s3control, sts, ...own }]]),
    };
  }
}
