/** The inventories of a hand-made stack, as its stack would declare them, and what S3 delivers of them. */

import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketInventoryConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type BucketLocationConstraint,
  type S3Client,
} from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { VerifyOptions } from "../../automation/backfill/look";
import { INVENTORY_FIELDS } from "../../components/inventory/inventory-settings";
import type { InventoryOutputs } from "../../components/promise/inventory-outputs";
import { promiseDigest } from "../../components/promise/promise";
import { eventually } from "./eventually";
import type { HandMadeStack } from "./hand-made-stack";
import { DAY_MS } from "./judged-world";

/** One of the two. */
export interface DeclaredInventory extends InventoryOutputs {
  readonly s3: S3Client;
  readonly listedBucket: string;
}

/** Declares an inventory of the source and one of the vault, each delivered to a bucket beside it. */
export async function declareInventories(
  stack: HandMadeStack,
  format: InventoryOutputs["format"],
): Promise<DeclaredInventories> {
  const [vault] = stack.clients.vaults.values();
  if (vault === undefined) throw new Error("no vault");
  const { operations, source } = stack.outputs;
  const s3 = stack.clients.source.s3;
  const beside = `${vault.outputs.bucketName}-operations`;
  await vault.s3.send(
    new CreateBucketCommand({
      Bucket: beside,
      CreateBucketConfiguration: {
        LocationConstraint: vault.outputs.region as BucketLocationConstraint,
      },
    }),
  );
  const declare = async (
    client: S3Client,
    id: string,
    listed: { readonly bucketName: string; readonly accountId: string },
    bucketName: string,
  ): Promise<DeclaredInventory> => {
    await letIn(client, bucketName, listed);
    const prefix = "inventory";
    await client.send(
      new PutBucketInventoryConfigurationCommand({
        Bucket: listed.bucketName,
        Id: id,
        InventoryConfiguration: {
          Id: id,
          IsEnabled: true,
          IncludedObjectVersions: "All",
          OptionalFields: [...INVENTORY_FIELDS],
          Schedule: { Frequency: "Daily" },
          Destination: {
            S3BucketDestination: {
              Bucket: `arn:aws:s3:::${bucketName}`,
              AccountId: listed.accountId,
              Format: format,
              Prefix: prefix,
            },
          },
        },
      }),
    );
    const declared = { id, format, frequency: "Daily", bucketName, prefix } as const;
    return { ...declared, s3: client, listedBucket: listed.bucketName };
  };
  return new DeclaredInventories(
    stack,
    await declare(s3, "lockstep-source", source, operations.bucketName),
    await declare(vault.s3, "lockstep-vault", vault.outputs, beside),
  );
}

async function letIn(
  s3: S3Client,
  bucketName: string,
  listed: { readonly bucketName: string; readonly accountId: string },
): Promise<void> {
  const statement = {
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `arn:aws:s3:::${bucketName}/inventory/*`,
    Condition: {
      ArnLike: { "aws:SourceArn": `arn:aws:s3:::${listed.bucketName}` },
      StringEquals: { "aws:SourceAccount": listed.accountId },
    },
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await s3.send(new PutBucketPolicyCommand({ Bucket: bucketName, Policy }));
}

interface Manifest {
  files: { key: string; size: number; MD5checksum: string }[];
}

export class DeclaredInventories {
  constructor(
    private readonly stack: HandMadeStack,
    readonly source: DeclaredInventory,
    readonly vault: DeclaredInventory,
  ) {}

  /** Lets the sandbox's clock go on to the next midnight, and waits for both. */
  async deliver(): Promise<void> {
    const { clock } = this.stack.sandbox.world;
    const before = [
      (await this.folders(this.source)).length,
      (await this.folders(this.vault)).length,
    ];
    const now = clock.nowEpochMs();
    clock.advance(Math.ceil((now + 1) / DAY_MS) * DAY_MS - now + 1_000);
    for (const [index, one] of [this.source, this.vault].entries()) {
      await eventually(async () => {
        if ((await this.folders(one)).length <= (before[index] ?? 0)) throw new Error("not yet");
      });
    }
  }

  /** What the stack tells once it has declared them, or one of them. */
  outputs(sides: readonly ("source" | "vault")[] = ["source", "vault"]): VerifyOptions["outputs"] {
    const { outputs } = this.stack;
    const plain = ({ bucketName, format, frequency, id, prefix }: DeclaredInventory) => ({
      inventory: { bucketName, format, frequency, id, prefix },
    });
    const changed = {
      ...outputs,
      source: { ...outputs.source, ...(sides.includes("source") ? plain(this.source) : {}) },
      vaults: outputs.vaults.map((vault) => ({
        ...vault,
        ...(sides.includes("vault") ? plain(this.vault) : {}),
      })),
    };
    return { ...changed, promise: { version: 1, digest: promiseDigest(changed) } };
  }

  /** Dated folders that have a checksum, the newest last. */
  async folders({ bucketName, id, listedBucket, prefix, s3 }: DeclaredInventory) {
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: bucketName, Prefix: `${prefix}/${listedBucket}/${id}/` }),
    );
    return Contents.flatMap(({ Key = "" }) =>
      Key.endsWith("/manifest.checksum") ? [Key.slice(0, -"manifest.checksum".length)] : [],
    ).sort();
  }

  async read(one: DeclaredInventory, Key: string): Promise<Buffer> {
    const { Body } = await one.s3.send(new GetObjectCommand({ Bucket: one.bucketName, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async write(one: DeclaredInventory, Key: string, Body: Buffer | string): Promise<void> {
    await one.s3.send(new PutObjectCommand({ Bucket: one.bucketName, Key, Body }));
  }

  /** The newest manifest. */
  async manifest(one: DeclaredInventory): Promise<{ key: string; manifest: Manifest }> {
    const key = `${(await this.folders(one)).at(-1) ?? ""}manifest.json`;
    return { key, manifest: JSON.parse((await this.read(one, key)).toString()) as Manifest };
  }

  /** Writes the newest manifest anew, with a checksum that fits: as somebody does who may write there. */
  async forge(one: DeclaredInventory, change: (manifest: Manifest) => void): Promise<void> {
    const { key, manifest } = await this.manifest(one);
    change(manifest);
    const text = JSON.stringify(manifest);
    await this.write(one, key, text);
    const md5 = createHash("md5").update(text).digest("hex");
    await this.write(one, key.replace(/json$/, "checksum"), md5);
  }

  /** Writes the first file of the newest anew, in CSV, and its manifest with it. */
  async forgeRows(one: DeclaredInventory, rows: string): Promise<void> {
    const { manifest } = await this.manifest(one);
    const key = manifest.files[0]?.key ?? "";
    const bytes = gzipSync(rows);
    await this.write(one, key, bytes);
    await this.forge(one, ({ files }) => {
      const MD5checksum = createHash("md5").update(bytes).digest("hex");
      files[0] = { key, size: bytes.length, MD5checksum };
    });
  }
}
