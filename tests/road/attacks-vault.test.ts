/**
 * What an administrator of the vault's account may do to the data once the policy is out of the way. The policy is put back each
 * time, so that the guard is whole: what was done shows in the data alone, and is named. On the real engine, by the command line.
 */

import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  HeadObjectCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutObjectCommand,
  type ObjectOwnership,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { VerdictFields } from "../../automation/events";
import { ACCOUNTS } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";
import { Road, verdictsOf } from "../helpers/road";
import { DATA_ATTACKS, HeldAttacks } from "./attack-outcomes";

const SOURCE = { account: "source", bucket: "tampered-records" } as const;
const VAULT = { account: "vault", bucket: "tampered-records-vault" } as const;
const Bucket = VAULT.bucket;
const DAY_MS = 24 * 60 * 60 * 1000;

describe("attacks on the data by the vault's administrator", function () {
  this.timeout(600_000);
  const attacks = new HeldAttacks(DATA_ATTACKS);
  let road: Road;
  let source: S3Client;
  let vault: S3Client;

  before(async () => {
    road = await Road.start();
    await road.writeStack("test", {
      source: { ...ACCOUNTS.source, bucket: { name: SOURCE.bucket } },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: Bucket },
          lock: { stage: "governance", retention: "30 days" },
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
    });
    await road.runOk("up", "test", "--yes");
    source = road.project.s3(SOURCE.account);
    vault = road.project.s3(VAULT.account);
    for (const key of ["covered", "hidden", "kept"]) await road.put(SOURCE, key);
    await road.put(SOURCE, "tagged", "class=secret");
    for (const key of ["covered", "hidden", "kept", "tagged"]) await road.arrived(VAULT, key);
  });

  after(async () => {
    source?.destroy();
    vault?.destroy();
    await road?.close();
  });

  /** Does what the vault's policy denies, as whoever may change that policy does. */
  async function withoutPolicy(work: () => Promise<unknown>): Promise<void> {
    const { Policy } = await vault.send(new GetBucketPolicyCommand({ Bucket }));
    await vault.send(new DeleteBucketPolicyCommand({ Bucket }));
    await work();
    await vault.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  }

  const verify = async (): Promise<VerdictFields & { exitCode: number | null }> => {
    const run = await road.run("verify", "test");
    const verdict = verdictsOf(run).at(-1) as unknown as VerdictFields | undefined;
    if (verdict === undefined) throw new Error(`no verdict: ${run.stdout}${run.stderr}`);
    return { ...verdict, exitCode: run.exitCode };
  };

  const failures = ({ failures: found }: VerdictFields): readonly string[] =>
    found.map(({ code, key, kind }) => `${key}: ${kind}/${code}`);

  it("begin with a verdict that is clean", async () => {
    expect(await verify()).to.deep.include({ clean: true, proven: 4, exitCode: 0 });
  });

  it("take the tags off a replica", async () => {
    await withoutPolicy(() =>
      vault.send(new DeleteObjectTaggingCommand({ Bucket, Key: "tagged" })),
    );
    const verdict = await verify();
    expect(verdict).to.deep.include({ clean: false, guard: [], proven: 3, exitCode: 1 });
    expect(failures(verdict)).to.deep.equal(["tagged: failed/tags"]);
    attacks.hold("take the tags off a replica", verdict);
  });

  it("lay a version of their own on top, and a delete marker: a restore by key would meet them", async () => {
    await withoutPolicy(async () => {
      await vault.send(new PutObjectCommand({ Bucket, Key: "covered", Body: "forged" }));
      await vault.send(new DeleteObjectCommand({ Bucket, Key: "hidden" }));
    });
    const verdict = await verify();
    expect(verdict).to.deep.include({ clean: false, guard: [], exitCode: 1 });
    expect(verdict.onTop?.map(({ key }) => key)).to.have.members(["covered", "hidden"]);
    expect(verdict.vaults?.map(({ onTop }) => onTop)).to.deep.equal([
      { foreignVersions: 1, deleteMarkers: 1 },
    ]);
    attacks.hold("lay a version of their own on top", verdict);
    attacks.hold("hide a key under a delete marker", verdict);
  });

  it("leave a replica to whoever writes it", async () => {
    const { ReplicationConfiguration: rules } = await source.send(
      new GetBucketReplicationCommand({ Bucket: SOURCE.bucket }),
    );
    const own = (ownership: ObjectOwnership) =>
      withoutPolicy(() =>
        vault.send(
          new PutBucketOwnershipControlsCommand({
            Bucket,
            OwnershipControls: { Rules: [{ ObjectOwnership: ownership }] },
          }),
        ),
      );
    await own("ObjectWriter");
    await source.send(
      new PutBucketReplicationCommand({
        Bucket: SOURCE.bucket,
        ReplicationConfiguration: {
          Role: rules?.Role,
          Rules: rules?.Rules?.map((rule) => ({
            ...rule,
            Destination: {
              ...rule.Destination,
              Bucket: rule.Destination?.Bucket,
              Account: undefined,
              AccessControlTranslation: undefined,
            },
          })),
        },
      }),
    );
    await road.put(SOURCE, "theirs");
    await eventually(async () => {
      const { ReplicationStatus } = await source.send(
        new HeadObjectCommand({ Bucket: SOURCE.bucket, Key: "theirs" }),
      );
      expect(ReplicationStatus).to.equal("COMPLETED");
    });
    const verdict = await verify();
    expect(verdict).to.deep.include({ clean: false, exitCode: 1 });
    // What belongs to another account, the vault's own may not read.
    expect(failures(verdict)).to.include("theirs: unverifiable/no-right");
    expect(verdict.guard?.map(({ found, protection }) => ({ found, protection }))).to.deep.equal([
      { found: "ObjectWriter", protection: "ownership" },
    ]);
    expect(verdict.drift?.map(({ path }) => path)).to.deep.equal([
      'rules["all"].destinationAccountId',
    ]);
    attacks.hold("leave a replica to whoever writes it", verdict);
    await source.send(
      new PutBucketReplicationCommand({ Bucket: SOURCE.bucket, ReplicationConfiguration: rules }),
    );
    await own("BucketOwnerEnforced");
  });

  it("wait until a lock is over: by AWS's clock, whatever that of the driver says", async () => {
    road.project.sandbox.world.clock.advance(31 * DAY_MS);
    const verdict = await verify();
    expect(verdict).to.deep.include({ clean: false, proven: 0, exitCode: 1 });
    expect(failures(verdict)).to.include("kept: lapsed/lapsed");
    attacks.hold("wait until a lock is over", verdict);
  });

  it("are those of the table, all of them", () => {
    attacks.requireAll();
  });
});
