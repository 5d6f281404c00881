/** Annotations of versions, from the source to the verdict, by the command line. */

import {
  DeleteObjectAnnotationCommand,
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  GetObjectAnnotationCommand,
  PutBucketPolicyCommand,
  PutObjectAnnotationCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { VerdictFields } from "../../automation/events";
import { ACCOUNTS } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";
import { Road, verdictsOf, type Place, type RoadRun } from "../helpers/road";

const SOURCE = { account: "source", bucket: "annotated-records" } as const;
const VAULT = { account: "vault", bucket: "annotated-records-vault" } as const;
const KEY = "record";

describe("annotations by the command line", function () {
  this.timeout(600_000);
  let road: Road;

  before(async () => {
    road = await Road.start();
    await road.writeStack("test", {
      source: { ...ACCOUNTS.source, bucket: { name: SOURCE.bucket } },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: VAULT.bucket },
          lock: { stage: "governance", retention: "30 days" },
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
    });
    await road.runOk("up", "test", "--yes");
    await road.put(SOURCE, KEY);
    await annotate(SOURCE, "early", "1");
    await road.arrived(VAULT, KEY);
  });

  after(() => road?.close());

  const annotate = ({ account, bucket }: Place, AnnotationName: string, text: string) =>
    road.project.s3(account).send(
      new PutObjectAnnotationCommand({
        Bucket: bucket,
        Key: KEY,
        AnnotationName,
        AnnotationPayload: text,
      }),
    );
  const verdictOf = (run: RoadRun): VerdictFields => {
    const verdict = verdictsOf(run).at(-1) as unknown as VerdictFields | undefined;
    if (verdict === undefined) throw new Error(`no verdict: ${run.stdout}${run.stderr}`);
    return verdict;
  };
  const namedIn = (run: RoadRun): readonly string[] =>
    verdictOf(run).failures.map(({ cause, code, key, kind }) => `${key} ${kind}/${code} ${cause}`);

  it("are proven with the flag, also those that were written after the version had arrived", async () => {
    await annotate(SOURCE, "late", "2");
    const run = await road.runOk("verify", "test", "--annotations");
    expect(verdictOf(run)).to.deep.include({ clean: true, proven: 1, notProven: [] });
    const { AnnotationPayload } = await road.project
      .s3("vault")
      .send(
        new GetObjectAnnotationCommand({ Bucket: VAULT.bucket, Key: KEY, AnnotationName: "late" }),
      );
    expect(await AnnotationPayload?.transformToString()).to.equal("2");
  });

  it("are said not to be proven without it", async () => {
    const run = await road.runOk("verify", "test");
    expect(verdictOf(run)).to.deep.include({ clean: true, notProven: ["annotations"] });
  });

  it("show when the vault's administrator has changed one, and only with the flag", async () => {
    await asVaultAdministrator(async () => {
      await removeWithBypass("early");
      await annotate(VAULT, "early", "forged");
    });
    expect((await road.runOk("verify", "test")).exitCode).to.equal(0);
    for (const [command, ...flags] of [["verify"], ["backfill", "--yes"]] as const) {
      const run = await road.run(command, "test", "--annotations", ...flags);
      expect(run.exitCode, run.stdout + run.stderr).to.equal(1);
      expect(verdictOf(run)).to.deep.include({ clean: false, failed: 1, guard: [] });
      expect(namedIn(run)).to.deep.equal([
        'record failed/annotations annotation "early": another at the vault than at the source',
      ]);
    }
  });

  it("show when one is gone from the vault, and come back when they are written again", async () => {
    await asVaultAdministrator(() => removeWithBypass("early"));
    const run = await road.run("verify", "test", "--annotations");
    expect(run.exitCode).to.equal(1);
    expect(namedIn(run).join()).to.match(
      /failed\/annotations annotation "early": not at the vault/,
    );
    await annotate(SOURCE, "early", "1");
    await road.runOk("verify", "test", "--annotations");
  });

  it("are nobody's to prove where the source does not let us look", async () => {
    const s3 = road.project.s3("source");
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:ListObjectVersionAnnotations",
        Resource: `arn:aws:s3:::${SOURCE.bucket}/*`,
      },
    });
    await s3.send(new PutBucketPolicyCommand({ Bucket: SOURCE.bucket, Policy }));
    const run = await road.run("verify", "test", "--annotations");
    expect(run.exitCode).to.equal(1);
    expect(namedIn(run).join()).to.match(/unverifiable\/no-right its annotations at the source/);
  });

  /** Takes the vault's policy off, and puts it back: Object Lock alone leaves room for who may bypass governance. */
  async function asVaultAdministrator(work: () => Promise<unknown>): Promise<void> {
    const s3 = road.project.s3("vault");
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket: VAULT.bucket }));
    await s3.send(new DeleteBucketPolicyCommand({ Bucket: VAULT.bucket }));
    await work();
    await eventually(() =>
      s3.send(new PutBucketPolicyCommand({ Bucket: VAULT.bucket, Policy: Policy ?? "" })),
    );
  }

  /** The SDK's operation has no member for the header that AWS asks for. */
  async function removeWithBypass(AnnotationName: string): Promise<void> {
    const command = new DeleteObjectAnnotationCommand({
      Bucket: VAULT.bucket,
      Key: KEY,
      AnnotationName,
    });
    command.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> };
        headers["x-amz-bypass-governance-retention"] = "true";
        return next(args);
      },
      { step: "build" },
    );
    await road.project.s3("vault").send(command);
  }
});
