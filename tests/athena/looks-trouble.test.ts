/** Looks that Athena joins, where something does not go as it should: nothing is proven by it, and what is left is told. */

import { AthenaClient } from "@aws-sdk/client-athena";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Clock } from "../../automation/clock";
import { BUCKET, LookWorld, PLACE } from "./look-world";

describe("a look that Athena joins, in trouble", function () {
  this.timeout(180_000);
  let world: LookWorld;
  beforeEach(async () => {
    world = await LookWorld.make("CSV");
    await world.putReplicated("one");
    await world.putAlone("lost");
    await world.inventories.deliver();
  });
  afterEach(() => world?.close());

  interface Asked {
    readonly Bucket?: string;
    readonly Key?: string;
  }

  /** The vault's client, which does something before a request. @param does what it returns, if anything, is of the answer */
  function s3With(does: (command: string, input: Asked) => Promise<unknown>): S3Client {
    const s3 = new S3Client({ ...world.vaultSettings, forcePathStyle: true });
    s3.middlewareStack.add(
      (next, context) => async (args) => {
        const more = await does(String(context["commandName"]), args.input as Asked);
        const result = await next(args);
        return typeof more !== "object"
          ? result
          : { ...result, output: { ...result.output, ...more } };
      },
      { step: "initialize" },
    );
    return s3;
  }
  const isAnswer = ({ Key = "" }: Asked): boolean => Key.includes("/results/");
  const answeredCount = (): number => world.stack.told("athena-answered").length;

  /** Does something once, as soon as so many questions were answered and another one is on its way. */
  function onceAnswered(count: number, does: () => Promise<unknown>): Clock {
    let isDone = false;
    return {
      ...world.clock,
      sleep: async (durationMs, signal) => {
        if (answeredCount() === count && !isDone) {
          isDone = true;
          await does();
        }
        return world.clock.sleep(durationMs, signal);
      },
    };
  }

  async function listingKey(): Promise<string> {
    const key = (await world.keysLeft()).find((one) => one.includes("/listing/"));
    if (key === undefined) throw new Error("no listing");
    return key;
  }
  /** As a lifecycle rule does it: the ETag stays. */
  const archive = (Bucket: string, Key: string, s3: S3Client = world.vault.s3 as S3Client) =>
    s3.send(
      new CopyObjectCommand({
        Bucket,
        Key,
        CopySource: `${Bucket}/${Key}`,
        StorageClass: "GLACIER",
      }),
    );

  it("takes no answer of an Athena that did not see the listing, though that is there again in the end", async () => {
    let bytes: Uint8Array | undefined;
    const clock = onceAnswered(1, async () => {
      const Key = await listingKey();
      const { Body } = await world.vault.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
      bytes = await Body?.transformToByteArray();
      await archive(BUCKET, Key);
    });
    const s3 = s3With(async (command, input) => {
      if (command !== "HeadObjectCommand" || !isAnswer(input) || answeredCount() !== 7) return;
      const Key = await listingKey();
      await world.vault.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: bytes }));
    });
    const error = await world.refusalOf({}, { clock, clients: world.clientsWith({ s3 }) });
    expect(answeredCount()).to.equal(7);
    expect(error.code).to.equal("AthenaQueryFailed");
    expect(error.message).to.equal("Athena has seen 0 of 2 versions that are listed.");
    expect(error.hint).to.contain("lifecycle");
  });

  it("takes no answer where a file of the look was archived", async () => {
    const s3 = s3With(async (command, input) => {
      if (command !== "HeadObjectCommand" || !isAnswer(input) || answeredCount() !== 7) return;
      await archive(BUCKET, await listingKey());
    });
    const error = await world.refusalOf({}, { clients: world.clientsWith({ s3 }) });
    expect(error.code).to.equal("AthenaQueryFailed");
    expect(error.message).to.contain("archived or taken away").and.to.contain("/listing/0.csv.gz");
  });

  it("does not go by an inventory of the vault that Athena would leave out", async () => {
    const { vault } = world.inventories;
    const { manifest } = await world.inventories.manifest(vault);
    const [{ key } = { key: "" }] = manifest.files;
    await archive(vault.bucketName, key, vault.s3 as S3Client);
    const error = await world.refusalOf();
    expect(error.code).to.equal("InventoryUnreadable");
    expect(error.message).to.contain(`${key} in ${vault.bucketName} is archived (GLACIER)`);
  });

  it("tells that nothing was deleted in a bucket that keeps versions", async () => {
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await world.vault.s3.send(
      new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }),
    );
    expect(await world.verify("athena")).to.deep.include({ proven: 1, failed: 1 });
    const [warning] = world.stack.told("warning");
    expect(warning?.code).to.equal("AthenaLeftovers");
    expect(warning?.message)
      .to.contain(`s3://${BUCKET}/looks/lockstep_`)
      .and.to.contain("noncurrent versions");
    expect(warning?.message).not.to.contain("table");
  });

  it("tells of nothing that is left where nothing was written", async () => {
    for (const place of [{ location: "s3://no-such-bucket-here/" }, { workgroup: "nobodys" }]) {
      const error = await world
        .refusalOf({ places: { primary: { ...PLACE, ...place } } })
        .catch((failure: unknown) => failure);
      expect(error).to.be.an("error");
      expect(world.stack.told("warning"), JSON.stringify(place)).to.deep.equal([]);
    }
  });

  it("stops a query that it cannot look at any more, before it takes anything away", async () => {
    const calls: string[] = [];
    const athena = new AthenaClient(world.vaultSettings);
    athena.middlewareStack.add(
      (next, context) => (args) => {
        const name = String(context["commandName"]);
        const { QueryString = "" } = args.input as { QueryString?: string };
        calls.push(QueryString.startsWith("DROP") ? "drop" : name);
        // Of the third question, and once.
        if (answeredCount() === 2 && name.startsWith("Get") && !calls.includes("lost")) {
          calls.push("lost");
          return Promise.reject(new Error("the answer is lost"));
        }
        return next(args);
      },
      { step: "initialize" },
    );
    const clients = world.clientsWith({ athena });
    const error: unknown = await world
      .verify("athena", {}, { clients })
      .catch((failure: unknown) => failure);
    expect(String(error)).to.contain("the answer is lost");
    const [stop, dropped] = ["StopQueryExecutionCommand", "drop"].map((one) => calls.indexOf(one));
    expect(stop).to.equal(calls.indexOf("lost") + 1);
    expect(calls.slice(stop, dropped)).to.include("GetQueryExecutionCommand");
    expect(await world.keysLeft()).to.deep.equal([]);
    expect(await world.tablesLeft()).to.deep.equal([]);
    expect(world.stack.told("warning")).to.deep.equal([]);
  });

  it("says of an answer that is gone, or another, that it is Athena's, and of no room for one what it needs", async () => {
    const at = (command: string, does: (input: Asked) => Promise<unknown>) => {
      const s3 = s3With(async (name, input) =>
        name === command && isAnswer(input) ? does(input) : undefined,
      );
      return world.refusalOf({}, { clients: world.clientsWith({ s3 }) });
    };
    const { s3 } = world.vault;
    const gone = await at("HeadObjectCommand", async ({ Bucket, Key }) => {
      await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    });
    const longer = await at("GetObjectCommand", async ({ Bucket, Key }) => {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: "a longer one ".repeat(100) }));
    });
    for (const error of [gone, longer]) {
      expect(error.code, error.message).to.equal("AthenaQueryFailed");
      expect(error.message).to.contain("/results/").and.to.contain("changed or taken away");
    }
    const sizeless = await at("HeadObjectCommand", () =>
      Promise.resolve({ ContentLength: 2 ** 60 }),
    );
    expect(sizeless.code).to.equal("TemporaryFolderUnusable");
    expect(sizeless.message).to.contain("Athena's answer in s3://").and.to.contain("has room for");
  });
});
