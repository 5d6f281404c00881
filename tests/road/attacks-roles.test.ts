/**
 * The roles that S3 takes on, changed by the administrator of the source's account: `verify` names it, `lockstep up` puts it
 * right, and the verdict is clean again. On the real engine, by the command line.
 */

import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import type { RolesFields, VerdictFields } from "../../automation/events";
import { derivedNames } from "../../components/derived-names";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road, verdictsOf } from "../helpers/road";

const SOURCE = { account: "source", bucket: "role-records" } as const;
const VAULT = { account: "vault", bucket: "role-records-vault" } as const;
const { batchRoleName, replicationRoleName } = derivedNames(SOURCE.bucket);

const document = (...statements: object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const EVERYTHING = { Effect: "Allow", Action: "*", Resource: "*" };
const ATTACKER = {
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${ACCOUNTS.far.accountId}:root` },
  Action: "sts:AssumeRole",
};

describe("attacks on the source's roles", function () {
  this.timeout(600_000);
  let road: Road;
  let iam: IAMClient;

  before(async () => {
    road = await Road.start();
    iam = new IAMClient(road.project.clientOptions("source"));
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
    await road.put(SOURCE, "a");
    await road.arrived(VAULT, "a");
  });
  after(async () => {
    iam?.destroy();
    await road?.close();
  });

  const verify = async (): Promise<VerdictFields & { exitCode: number | null }> => {
    const run = await road.run("verify", "test");
    const verdict = verdictsOf(run).at(-1) as unknown as VerdictFields | undefined;
    if (verdict === undefined) throw new Error(`no verdict: ${run.stdout}${run.stderr}`);
    return { ...verdict, exitCode: run.exitCode };
  };
  const named = ({ drift = [] }: VerdictFields): readonly string[] =>
    drift.map(({ path, resource }) => `${resource.split("/").at(-1)} ${path}`);

  const attacks: Readonly<
    Record<string, { names: readonly string[]; carryOut: () => Promise<unknown> }>
  > = {
    "the replication role's trust lets another account in": {
      names: [`${replicationRoleName} trust`],
      carryOut: () => changeTrust(replicationRoleName, "s3.amazonaws.com", ATTACKER),
    },
    "the replication role's policy is narrowed": {
      names: [`${replicationRoleName} policies["replicate"].WriteReplicas`],
      carryOut: () =>
        changePolicy(replicationRoleName, "replicate", (statement) =>
          statement["Sid"] === "WriteReplicas"
            ? { ...statement, Resource: `arn:aws:s3:::${VAULT.bucket}/nothing/*` }
            : statement,
        ),
    },
    "the batch role's policy is widened": {
      names: ["StartReplication", "ListSource", "ReadManifest", "WriteManifestAndReport"].map(
        (sid) => `${batchRoleName} policies["backfill"].${sid}`,
      ),
      carryOut: () =>
        changePolicy(batchRoleName, "backfill", (statement) => ({ ...statement, Resource: "*" })),
    },
    "the batch role's trust names the service no more": {
      names: [`${batchRoleName} trust.AssumedByS3`],
      carryOut: () =>
        iam.send(
          new UpdateAssumeRolePolicyCommand({
            RoleName: batchRoleName,
            PolicyDocument: document(ATTACKER),
          }),
        ),
    },
    "the replication role gets an inline policy and an attached one": {
      names: [
        `${replicationRoleName} policies["theirs"]`,
        `${replicationRoleName} attachedPolicies["arn:aws:iam::${ACCOUNTS.source.accountId}:policy/theirs"]`,
      ],
      carryOut: async () => {
        const PolicyDocument = document(EVERYTHING);
        const { Policy } = await iam.send(
          new CreatePolicyCommand({ PolicyName: "theirs", PolicyDocument }),
        );
        const RoleName = replicationRoleName;
        await iam.send(
          new PutRolePolicyCommand({ RoleName, PolicyName: "theirs", PolicyDocument }),
        );
        await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: Policy?.Arn }));
      },
    },
    "the batch role gets a boundary": {
      names: [`${batchRoleName} boundary`],
      carryOut: () =>
        iam.send(
          new PutRolePermissionsBoundaryCommand({
            RoleName: batchRoleName,
            PermissionsBoundary: `arn:aws:iam::${ACCOUNTS.source.accountId}:policy/theirs`,
          }),
        ),
    },
    "the replication role's policy is deleted": {
      names: [`${replicationRoleName} policies["replicate"]`],
      carryOut: () =>
        iam.send(
          new DeleteRolePolicyCommand({ RoleName: replicationRoleName, PolicyName: "replicate" }),
        ),
    },
  };

  const changeTrust = (RoleName: string, service: string, ...statements: object[]) =>
    iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName,
        PolicyDocument: document(
          {
            Sid: "AssumedByS3",
            Effect: "Allow",
            Principal: { Service: service },
            Action: "sts:AssumeRole",
          },
          ...statements,
        ),
      }),
    );

  async function changePolicy(
    RoleName: string,
    PolicyName: string,
    change: (statement: Record<string, unknown>) => object,
  ): Promise<void> {
    const { PolicyDocument = "" } = await iam.send(
      new GetRolePolicyCommand({ RoleName, PolicyName }),
    );
    const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument)) as {
      Statement: Record<string, unknown>[];
    };
    await iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName,
        PolicyDocument: document(...Statement.map(change)),
      }),
    );
  }

  it("begin with a verdict that is clean, and that says what it does not prove", async () => {
    const verdict = await verify();
    expect(verdict).to.deep.include({ clean: true, proven: 1, exitCode: 0, drift: [] });
    expect(verdict.notProven).to.deep.equal(["annotations"]);
    const { stdout } = await road.runForPeople("verify", "test");
    expect(stdout)
      .to.match(/not proven: object annotations/)
      .and.not.match(/not proven: the roles/);
  });

  for (const [name, { carryOut, names }] of Object.entries(attacks)) {
    it(`${name}: verify names it`, async () => {
      await carryOut();
      const verdict = await verify();
      expect(verdict).to.include({ clean: false, proven: 1, exitCode: 1 });
      expect(named(verdict)).to.include.members([...names]);
      for (const { allows } of verdict.drift ?? []) {
        expect(allows).to.have.length.greaterThan(40);
      }
    });
  }

  it("are told to people, and all put right by one `lockstep up`", async () => {
    const { stdout } = await road.runForPeople("verify", "test");
    expect(stdout).to.match(/drift: trust of .*: allows whoever it names to act as the role/);
    const run = await road.runOk("up", "test", "--yes");
    const told = run.events.filter(({ type }) => type === "roles") as unknown as RolesFields[];
    expect(told.map(({ drift }) => drift.length > 0)).to.deep.equal([true, false]);
    expect(told.at(-1)?.checked).to.deep.equal(["source"]);
    expect(await verify()).to.deep.include({ clean: true, proven: 1, exitCode: 0, drift: [] });
    await road.put(SOURCE, "b");
    await road.arrived(VAULT, "b");
  });
});
