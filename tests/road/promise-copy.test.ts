/** The promise's copy beside each vault: who writes it, who cannot take it away, and what is believed once the state is lost. */

import { createHash } from "node:crypto";
import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { promiseContent, type PromiseParts } from "../../components/promise/promise";
import { events } from "../helpers/cli";
import { CliProject } from "../helpers/cli-project";
import { ACCOUNTS } from "../helpers/engine-project";

const FIRST = "lockstep-vault-ops-copy-first";
const SECOND = "lockstep-vault-ops-copy-second";
const DAY_MS = 24 * 60 * 60_000;

describe("the promise's copy", function () {
  this.timeout(600_000);
  let project: CliProject;
  let vault: S3Client;
  let digest: string;
  let content: string;
  const keyOf = () => `promise/${digest}.json`;

  before(async () => {
    project = await CliProject.start();
    vault = project.engine.s3("vault");
  });
  after(async () => {
    vault?.destroy();
    await project?.close();
  });

  const lock = { stage: "governance", retention: "30 days" };
  const encryption = { kms: "none" };
  const sections = {
    source: { ...ACCOUNTS.source, bucket: { name: "copy-records" } },
    vaults: ["first", "second"].map((name) => ({
      name,
      ...ACCOUNTS.vault,
      bucket: { name: `copy-${name}` },
      lock,
      encryption,
    })),
    rules: ["first", "second"].map((name, index) => ({
      name: `to-${name}`,
      vault: name,
      priority: index + 1,
    })),
  };

  const versions = async (Bucket: string) =>
    (await vault.send(new ListObjectVersionsCommand({ Bucket, Prefix: "promise/" }))).Versions ??
    [];

  const verify = async () => {
    const result = await project.run(["verify", "--json"]);
    const told = events(result);
    return {
      exitCode: result.exitCode,
      warnings: told.filter(({ type }) => type === "warning").map(({ code }) => code),
      verdict: told.filter(({ type }) => type === "verdict").at(-1),
      said: result.stdout,
    };
  };

  /** As whoever administers the vault's account may: its own digest, a later date. @returns its digest */
  const plant = async (change: (promise: PromiseParts) => void): Promise<string> => {
    const promise = JSON.parse(content) as PromiseParts;
    change(promise);
    const Body = promiseContent(promise);
    const forged = createHash("sha256").update(Body).digest("hex");
    await vault.send(new PutObjectCommand({ Bucket: FIRST, Key: `promise/${forged}.json`, Body }));
    return forged;
  };

  it("is written by up beside each vault, under its digest and lock, and not a second time", async () => {
    await project.write(sections);
    await project.succeed(["up", "--yes"]);
    const outputs = await project.engine.outputs(sections);
    digest = (outputs["promise"] as { digest: string }).digest;
    for (const Bucket of [FIRST, SECOND]) {
      const found = await vault.send(new GetObjectCommand({ Bucket, Key: keyOf() }));
      content = (await found.Body?.transformToString()) ?? "";
      expect(createHash("sha256").update(content).digest("hex")).to.equal(digest);
      expect(found.ObjectLockMode).to.equal("GOVERNANCE");
      const lockedMs = Number(found.ObjectLockRetainUntilDate) - Number(found.LastModified);
      expect(lockedMs).to.be.within(29.9 * DAY_MS, 30.1 * DAY_MS);
    }
    const before = [...(await versions(FIRST)), ...(await versions(SECOND))];
    expect(before).to.have.length(2);
    await project.succeed(["up", "--yes"]);
    const after = [...(await versions(FIRST)), ...(await versions(SECOND))];
    expect(after.map(({ VersionId }) => VersionId)).to.deep.equal(
      before.map(({ VersionId }) => VersionId),
    );
  });

  it("cannot be taken away by the vault's administrator; something on top of it is named and not believed", async () => {
    const [copy] = await versions(FIRST);
    const object = { Bucket: FIRST, Key: keyOf() };
    for (const attempt of [object, { ...object, VersionId: copy?.VersionId }]) {
      const failure: unknown = await vault
        .send(new DeleteObjectCommand(attempt))
        .catch((error: unknown) => error);
      expect(String(failure)).to.match(/AccessDenied/);
    }
    await vault.send(new PutObjectCommand({ ...object, Body: "{}" }));
    const source = project.engine.s3("source");
    await source.send(new PutObjectCommand({ Bucket: "copy-records", Key: "a", Body: "a" }));
    source.destroy();
    const { exitCode, said, verdict, warnings } = await verify();
    expect(exitCode, said).to.equal(0);
    expect(warnings).to.deep.equal(["PromiseCopyDiffers"]);
    expect(verdict)
      .to.include({ clean: true, promiseDigest: digest })
      .and.not.have.property("promiseCopy");
  });

  it("is missed with a warning alone, and written again by up", async () => {
    const { Policy } = await vault.send(new GetBucketPolicyCommand({ Bucket: SECOND }));
    await vault.send(new DeleteBucketPolicyCommand({ Bucket: SECOND }));
    for (const { Key, VersionId } of await versions(SECOND)) {
      const BypassGovernanceRetention = true;
      await vault.send(
        new DeleteObjectCommand({ Bucket: SECOND, Key, VersionId, BypassGovernanceRetention }),
      );
    }
    await vault.send(new PutBucketPolicyCommand({ Bucket: SECOND, Policy }));
    const { exitCode, said, verdict, warnings } = await verify();
    expect(exitCode, said).to.equal(0);
    expect(warnings).to.include("PromiseCopyMissing");
    expect(verdict).to.include({ clean: true });

    await project.succeed(["up", "--yes"]);
    expect((await versions(SECOND)).map(({ Key }) => Key)).to.deep.equal([keyOf()]);
  });

  it("is what a verdict is held against when the state is lost, and the verdict says so", async () => {
    await project.pulumi(["stack", "rm", "test", "--force", "--yes", "--preserve-config"]);
    const [oldest] = (await versions(FIRST)).slice(-1);
    const { exitCode, said, verdict, warnings } = await verify();
    expect(exitCode, said).to.equal(0);
    expect(warnings).to.include("PromiseFromCopy");
    expect(verdict).to.deep.include({
      clean: true,
      promiseDigest: digest,
      promiseCopy: {
        vault: "first",
        bucket: FIRST,
        key: keyOf(),
        versionId: oldest?.VersionId,
        writtenAt: oldest?.LastModified?.toISOString(),
      },
    });
    const { stdout } = await project.run(["verify"]);
    expect(stdout).to.include(`version ${oldest?.VersionId} of s3://${FIRST}/${keyOf()}`);
  });

  it("is not believed when it is planted with a weaker lock, whatever its date", async () => {
    await plant(({ vaults }) => {
      for (const planted of vaults) planted.lock.retentionDays = 1;
    });
    const { exitCode, said, verdict, warnings } = await verify();
    expect(exitCode, said).to.equal(0);
    expect(warnings).to.include("PromiseCopyRefused");
    expect(verdict).to.include({ clean: true, promiseDigest: digest });
  });

  it("is in the way of a clean verdict when a planted one says what the config says, and less of the rest", async () => {
    const forged = await plant(({ vaults }) => {
      for (const { guard } of vaults) guard?.policyStatements.splice(1);
    });
    const { exitCode, said, verdict } = await verify();
    expect(exitCode, said).to.equal(1);
    expect(verdict).to.include({ clean: false, promiseDigest: forged });
    const guard = verdict?.["guard"] as { protection: string; found: unknown }[];
    const rival = guard.find(({ protection }) => protection === "promise-copy");
    expect(rival?.found).to.deep.include({
      digest,
      paths: ["vaults[0].guard.policyStatements", "vaults[1].guard.policyStatements"],
    });
  });

  it("of a promise that the config does not make ends verify by name", async () => {
    const [first, second] = sections.vaults;
    const longer = { ...first, lock: { ...lock, retention: "31 days" } };
    await project.write({ ...sections, vaults: [longer, second] });
    const result = await project.run(["verify", "--json"]);
    expect(result.exitCode).to.equal(2);
    const error = events(result).at(-1);
    expect(error).to.include({ type: "error", code: "StackOutOfDate" });
    expect(JSON.stringify(error)).to.match(/vaults\[0\].*retentionDays/);
  });
});
