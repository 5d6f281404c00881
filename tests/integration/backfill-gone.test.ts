/**
 * A source that deletes versions for good while a backfill brings them: it may, so that no count is called wrong by it; but what it deletes
 * hides nothing that the vault has lost.
 */

import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Sandbox } from "lockstep-sandbox";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";

const KEYS = ["a", "b", "c"];

describe("a backfill whose source deletes versions meanwhile", function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  let stack: HandMadeStack;
  let number = 0;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  after(() => sandbox.close());
  beforeEach(async () => {
    stack = await HandMadeStack.make(sandbox, `gone-${++number}`, KEYS);
  });
  afterEach(() => stack.close());

  async function deleteForGood(side: "source" | "vault", Prefix: string): Promise<void> {
    const { Bucket, s3 } = side === "source" ? stack.atSource() : stack.atVault();
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
    expect(Versions).to.have.length(1);
    // Its guard keeps everybody from going past a lock.
    if (side === "vault") await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    for (const { Key, VersionId } of Versions) {
      const bypass = side === "vault" ? { BypassGovernanceRetention: true } : {};
      await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, ...bypass }));
    }
  }

  /** Does something once the job's report was read: before the closing look lists the source. */
  async function afterReport(work: () => Promise<void>) {
    const { s3 } = stack.clients.source;
    const send = s3.send.bind(s3) as (...args: readonly unknown[]) => Promise<unknown>;
    let isBegun = false;
    let isDone = false;
    s3.send = (async (...args: readonly unknown[]) => {
      if (!isBegun && stack.told("report").length > 0) {
        isBegun = true;
        await work();
        isDone = true;
      }
      return send(...args);
    }) as unknown as typeof s3.send;
    try {
      return await stack.backfill();
    } finally {
      s3.send = send as unknown as typeof s3.send;
      expect(isDone).to.equal(true);
    }
  }

  it("is clean, and tells what is gone since its task succeeded", async () => {
    const verdict = await afterReport(() => deleteForGood("source", "b"));
    expect(verdict).to.deep.include({
      clean: true,
      proven: 2,
      disagreements: [],
      counts: { manifest: 3, job: 3, report: 3, vault: 2 },
      goneSince: { count: 1, succeededCount: 1, atVaultCount: 1 },
    });
    expect(verdict.countsDiffer).to.equal(undefined);
  });

  it("is clean, and tells what is gone before the job ran", async () => {
    const verdict = await stack.backfill({
      confirm: async () => {
        await deleteForGood("source", "b");
        return true;
      },
    });
    expect(verdict).to.deep.include({ clean: true, proven: 2, disagreements: [] });
    expect(verdict.goneSince).to.deep.equal({ count: 1, succeededCount: 0, atVaultCount: 0 });
  });

  it("is not clean by what is gone from both sides, nor by what the vault lost beside it", async () => {
    const both = await afterReport(async () => {
      await deleteForGood("source", "b");
      await deleteForGood("vault", "b");
    });
    expect(both).to.deep.include({
      clean: false,
      proven: 2,
      failed: 0,
      countsDiffer: true,
      goneSince: { count: 1, succeededCount: 1, atVaultCount: 0 },
    });
    expect(both.disagreements).to.have.length(1);
    expect(both.disagreements[0]).to.match(
      /^1 version of succeeded tasks gone from the source since, and not at every vault .* b /,
    );
    await stack.close();
    stack = await HandMadeStack.make(sandbox, `gone-${++number}`, KEYS);
    const other = await afterReport(async () => {
      await deleteForGood("source", "b");
      await deleteForGood("vault", "c");
    });
    expect(other).to.deep.include({ clean: false, proven: 1, failed: 1 });
    expect(other.disagreements).to.deep.equal([
      "succeeded tasks 3, proven at the vault or gone from the source since 2",
    ]);
  });
});
