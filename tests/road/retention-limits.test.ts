/** Which locks a vault lets in: from the config's limits to the replicas at the vault, made and adopted. */

import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { ACCOUNTS, EngineProject } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";

const DAY_MS = 86_400_000;

describe("the limits of a vault's retention", function () {
  this.timeout(240_000);
  let project: EngineProject;
  let source: S3Client;
  let vault: S3Client;

  before(async () => {
    project = await EngineProject.start();
    source = project.s3("source");
    vault = project.s3("vault");
  });
  after(async () => {
    source?.destroy();
    vault?.destroy();
    await project?.close();
  });

  /** A source with Object Lock, whose versions are locked for 30 days by default and each as a test says. */
  const config = (name: string, lock: object, existing = false) => ({
    source: {
      ...ACCOUNTS.source,
      bucket: {
        name: `${name}-records`,
        objectLock: { mode: "GOVERNANCE", retention: "20 days" },
      },
    },
    vaults: [{ name: "v", ...ACCOUNTS.vault, bucket: { name: `${name}-vault`, existing }, lock }],
    rules: [{ name: "all", vault: "v" }],
  });

  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);

  async function put(name: string, Key: string, days?: number, mode = "GOVERNANCE"): Promise<void> {
    await source.send(
      new PutObjectCommand({
        Bucket: `${name}-records`,
        Key,
        Body: Key,
        ...(days === undefined
          ? {}
          : {
              ObjectLockMode: mode as "GOVERNANCE" | "COMPLIANCE",
              ObjectLockRetainUntilDate: inDays(days),
            }),
      }),
    );
  }

  const atSource = (name: string, Key: string) =>
    source.send(new HeadObjectCommand({ Bucket: `${name}-records`, Key }));
  const atVault = (name: string, Key: string) =>
    vault.send(new HeadObjectCommand({ Bucket: `${name}-vault`, Key }));

  /** The status at the source once S3 has made up its mind. */
  function settled(name: string, Key: string): Promise<string | undefined> {
    return eventually(async () => {
      const { ReplicationStatus } = await atSource(name, Key);
      if (ReplicationStatus === "PENDING") throw new Error("not settled yet");
      return ReplicationStatus;
    });
  }

  async function expectRefused(name: string, Key: string): Promise<void> {
    expect(await settled(name, Key), Key).to.equal("FAILED");
    const failure = await atVault(name, Key).catch((error: unknown) => error);
    expect(String(failure), Key).to.match(/NotFound/);
  }

  async function expectCopied(name: string, Key: string, days: number): Promise<void> {
    expect(await settled(name, Key), Key).to.equal("COMPLETED");
    const { ObjectLockRetainUntilDate } = await atVault(name, Key);
    const until = ObjectLockRetainUntilDate?.getTime() ?? 0;
    expect(Math.abs(until - inDays(days).getTime()), Key).to.be.below(DAY_MS / 2);
  }

  for (const existing of [false, true]) {
    const name = existing ? "adopted" : "made";

    it(`${name}: takes what is locked as long as its maximum and less, refuses more, and an extension beyond it`, async () => {
      if (existing) {
        await vault.send(
          new CreateBucketCommand({
            Bucket: `${name}-vault`,
            CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
          }),
        );
      }
      const lock = { stage: "governance", retention: "30 days", maximumRetention: "40 days" };
      await project.up(config(name, lock, existing), name);
      const outputs = await project.outputs(config(name, lock, existing), name);
      expect(outputs["vaults"]).to.have.nested.property("[0].lock.maximumRetentionDays", 40);
      expect(outputs["vaults"]).to.not.have.nested.property("[0].lock.minimumRetentionDays");

      await put(name, "equal", 40);
      await put(name, "above", 41);
      await put(name, "a-century", 36_500, "COMPLIANCE");
      await put(name, "aged", 3);
      await put(name, "by-default");
      await expectRefused(name, "above");
      await expectRefused(name, "a-century");
      await expectCopied(name, "equal", 40);
      await expectCopied(name, "aged", 3);
      await expectCopied(name, "by-default", 20);

      // What is there already is not locked for longer, from neither side.
      await source.send(
        new PutObjectRetentionCommand({
          Bucket: `${name}-records`,
          Key: "equal",
          BypassGovernanceRetention: true,
          Retention: { Mode: "COMPLIANCE", RetainUntilDate: inDays(36_500) },
        }),
      );
      expect(await settled(name, "equal")).to.equal("FAILED");
      await expectRetained(name, "equal", 40);
      const extend = (days: number) =>
        vault.send(
          new PutObjectRetentionCommand({
            Bucket: `${name}-vault`,
            Key: "aged",
            Retention: { Mode: "GOVERNANCE", RetainUntilDate: inDays(days) },
          }),
        );
      expect(String(await extend(41).catch((error: unknown) => error))).to.match(/AccessDenied/);
      await extend(40);
      await expectRetained(name, "aged", 40);
    });
  }

  async function expectRetained(name: string, Key: string, days: number): Promise<void> {
    const { ObjectLockRetainUntilDate } = await atVault(name, Key);
    const until = ObjectLockRetainUntilDate?.getTime() ?? 0;
    expect(Math.abs(until - inDays(days).getTime()), Key).to.be.below(DAY_MS / 2);
  }

  it("refuses what is locked for less than a floor, of which preview and up warn", async () => {
    const name = "floor";
    const open = { stage: "governance", retention: "30 days" };
    const lock = { ...open, minimumRetention: "20 days" };
    await project.preview(config(name, lock), name);
    expect(project.said).to.match(/refuses versions that come locked for less than 20 days/);
    await project.up(config(name, lock), name);
    expect(project.said).to.match(/no copy at all/);
    const outputs = await project.outputs(config(name, lock), name);
    expect(outputs["vaults"]).to.have.nested.property("[0].lock.minimumRetentionDays", 20);
    expect(outputs["vaults"]).to.have.nested.property("[0].lock.maximumRetentionDays", 3650);

    await put(name, "equal", 20);
    await put(name, "below", 19);
    await expectRefused(name, "below");
    await expectCopied(name, "equal", 20);

    // Without the floor, what is weaker is copied.
    await project.up(config(name, open), name);
    expect(project.said).to.not.match(/minimumRetention/);
    await put(name, "weaker", 1);
    await expectCopied(name, "weaker", 1);
  });

  it("gives a version without a lock the vault's own, whatever the limits", async () => {
    const name = "absent";
    const { source: from, ...others } = config(name, {
      stage: "governance",
      retention: "30 days",
      maximumRetention: "30 days",
      minimumRetention: "30 days",
    });
    const raw = { ...others, source: { ...from, bucket: { name: `${name}-records` } } };
    await project.up(raw, name);
    await put(name, "unlocked");
    await expectCopied(name, "unlocked", 30);
  });
});
