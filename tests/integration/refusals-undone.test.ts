/** What AWS does although it was to refuse: it is put back at once, and by the next run where one is killed in between. */

import {
  DescribeKeyCommand,
  DisableKeyCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  GetBucketVersioningCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Sandbox } from "lockstep-sandbox";
import { accountClients, type AccountClients } from "../../automation/aws/aws-clients";
import type { Session } from "../../automation/events";
import { trySuspension } from "../../automation/refusals/bucket-attempts";
import {
  type Caller,
  closeVault,
  openVault,
  type TriedVault,
} from "../../automation/refusals/callers";
import type { RefusalFact } from "../../automation/refusals/fields";
import { tryKeyDeletion } from "../../automation/refusals/key-attempt";
import { mendVault } from "../../automation/refusals/mend";
import type { VaultOutputs } from "../../components/promise/outputs";
import { Crash, crashClientsAt, type CrashPlan } from "../helpers/crashing-clients";
import { startQuickSandbox } from "../helpers/hand-made-stack";
import { AUDITOR, BREAK_GLASS, RefusalStack } from "../helpers/refusal-stack";
import { tamperWith } from "../helpers/tampered-clients";

describe("what was not refused", function () {
  this.timeout(120_000);
  let sandbox: Sandbox;
  let one: RefusalStack;
  let breakGlass: AccountClients;
  before(async () => {
    sandbox = await startQuickSandbox();
    one = await RefusalStack.make(sandbox, "undone", {
      mode: "COMPLIANCE",
      hasBreakGlass: true,
      hasKey: true,
    });
    const [vault] = one.config.vaults;
    if (vault === undefined) throw new Error("no vault");
    const access = { ...vault, thenAssumeRoleArn: one.roleArn(BREAK_GLASS) };
    breakGlass = await accountClients(access, one.stack.environment);
  });
  after(async () => {
    breakGlass.destroy();
    await one.close();
    await sandbox.close();
  });

  const session = (): Session => ({ ...one.stack.options(), clock: quick });
  const quick: Session["clock"] = { nowEpochMs: () => Date.now(), sleep: () => Promise.resolve() };

  async function opened(outputs: VaultOutputs = one.vault): Promise<TriedVault> {
    const [config] = one.configAs(AUDITOR).vaults;
    if (config === undefined) throw new Error("no vault");
    return openVault(config, outputs, one.stack.environment, session().signal);
  }

  function callerOf({ callers }: TriedVault): Caller {
    const caller = callers.at(-1);
    if (caller?.clients === undefined) throw new Error("nobody");
    return caller;
  }

  const on = (attempt: RefusalFact["attempt"], target: string, principal: string) => ({
    vault: "primary",
    accountId: one.vault.accountId,
    attempt,
    principal,
    target,
  });

  async function keyState(): Promise<string | undefined> {
    const command = new DescribeKeyCommand({ KeyId: one.vault.kmsKeyArn });
    return (await breakGlass.kms.send(command)).KeyMetadata?.KeyState;
  }

  /** The policy lets go of the key between the moment when it is read and the attempt. */
  async function deletionInARace(vault: TriedVault, plan?: CrashPlan) {
    await one.guardKey(breakGlass);
    const caller = callerOf(vault);
    tamperWith(caller.clients.kms, "ScheduleKeyDeletionCommand", () => one.openKey(breakGlass));
    const clients = [vault.own.s3, vault.own.kms, caller.clients.kms];
    const counter = plan && crashClientsAt(clients, plan);
    const target = one.vault.kmsKeyArn ?? "";
    const fact = tryKeyDeletion(vault, caller, on("delete-key", target, caller.arn), session());
    return { fact: await fact.catch((error: unknown) => error), counter };
  }

  it("is cancelled at the key, which is enabled, at once", async () => {
    const vault = await opened();
    const { fact } = await deletionInARace(vault);
    closeVault(vault);
    expect(fact).to.include({ outcome: "accepted", why: "allowed", shows: "nothing" });
    expect((fact as RefusalFact).says).to.match(
      /^NOT refused\..* cancelled and the key enabled at once\.$/,
    );
    expect(await keyState()).to.equal("Enabled");
    const states = ["about-to-try", "accepted", "cancelled", "mended"];
    expect(await one.notes("delete-key")).to.deep.equal(states);
  });

  for (const when of ["before", "after"] as const) {
    it(`is put right at the key by the next run, killed ${when} any request`, async () => {
      let mended = 0;
      for (let atRequest = 1; ; atRequest++) {
        const vault = await opened();
        const { counter, fact } = await deletionInARace(vault, { atRequest, when });
        closeVault(vault);
        const next = await opened();
        const told = await mendVault(next, session());
        closeVault(next);
        expect(await keyState(), `${when} request ${atRequest}: ${String(fact)}`).to.equal(
          "Enabled",
        );
        mended += told.length;
        if ((counter?.count ?? 0) < atRequest) break;
        expect(String(fact)).to.include(fact instanceof Crash ? "Error" : "not put back");
      }
      expect(mended).to.be.at.least(3);
      expect(one.stack.told("warning").at(-1)?.code).to.equal("AttemptMended");
    });
  }

  it("is seen where AWS's answer was lost: the next answer says that it is scheduled already", async () => {
    await one.guardKey(breakGlass);
    const vault = await opened();
    const caller = callerOf(vault);
    const { kms } = caller.clients;
    const KeyId = one.vault.kmsKeyArn;
    tamperWith(kms, "ScheduleKeyDeletionCommand", async () => {
      await one.openKey(breakGlass);
      await breakGlass.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 30 }));
    });
    const target = on("delete-key", KeyId ?? "", caller.arn);
    const fact = await tryKeyDeletion(vault, caller, target, session());
    closeVault(vault);
    expect(fact).to.include({ outcome: "accepted", code: "KMSInvalidStateException" });
    expect(await keyState()).to.equal("Enabled");
  });

  const refuseToCancel = (clients: AccountClients): void =>
    tamperWith(clients.kms, "CancelKeyDeletionCommand", () => {
      throw Object.assign(new Error("no"), {
        name: "AccessDeniedException",
        $metadata: { httpStatusCode: 400 },
      });
    });

  it("is put back by who tried, where the vault's own credentials may not", async () => {
    const vault = await opened();
    refuseToCancel(vault.own);
    const { fact } = await deletionInARace(vault);
    closeVault(vault);
    expect(fact).to.include({ outcome: "accepted" });
    expect(await keyState()).to.equal("Enabled");
  });

  it("is asked for again where KMS still says that the key is what it was", async () => {
    const vault = await opened();
    let answers = 0;
    for (const command of ["CancelKeyDeletionCommand", "EnableKeyCommand"]) {
      tamperWith(vault.own.kms, command, () => {
        if (answers++ % 3 === 2) return;
        throw Object.assign(new Error("not yet"), {
          name: "KMSInvalidStateException",
          $metadata: { httpStatusCode: 400 },
        });
      });
    }
    const { fact } = await deletionInARace(vault);
    closeVault(vault);
    expect(fact).to.include({ outcome: "accepted" });
    expect(answers).to.equal(6);
    expect(await keyState()).to.equal("Enabled");
  });

  it("is told with what to do, where nobody may put it back", async () => {
    const vault = await opened();
    for (const { clients } of vault.callers) if (clients !== undefined) refuseToCancel(clients);
    const { fact } = await deletionInARace(vault);
    expect(fact).to.include({ code: "AttemptNotUndone" });
    expect((fact as { hint: string }).hint).to.include("aws kms cancel-key-deletion --key-id arn:");
    closeVault(vault);
    const next = await opened();
    expect(await mendVault(next, session())).to.have.length(1);
    closeVault(next);
    expect(await keyState()).to.equal("Enabled");
  });

  it("is left where it is somebody else's: a key that is disabled or to be deleted otherwise", async () => {
    await one.openKey(breakGlass);
    const KeyId = one.vault.kmsKeyArn;
    await breakGlass.kms.send(new DisableKeyCommand({ KeyId }));
    const vault = await opened();
    expect(await mendVault(vault, session())).to.deep.equal([]);
    expect(await keyState()).to.equal("Disabled");
    await breakGlass.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    expect(await mendVault(vault, session())).to.deep.equal([]);
    const caller = callerOf(vault);
    const target = on("delete-key", KeyId ?? "", caller.arn);
    const fact = await tryKeyDeletion(vault, caller, target, session());
    expect(fact).to.include({ outcome: "not-tried", why: "not-safe" });
    expect(await keyState()).to.equal("PendingDeletion");
    closeVault(vault);
  });

  it("is not risked at a key of another account, or that may not be read, or where it cannot be noted", async () => {
    await one.makeAnotherKey(breakGlass);
    // What is noted is of the key before.
    const before = await opened();
    expect(await mendVault(before, session())).to.deep.equal([]);
    closeVault(before);
    const tried = async (change: Partial<VaultOutputs>, spoil?: (vault: TriedVault) => void) => {
      const vault = await opened({ ...one.vault, ...change });
      spoil?.(vault);
      const caller = callerOf(vault);
      const target = on("delete-key", vault.outputs.kmsKeyArn ?? "", caller.arn);
      const fact = await tryKeyDeletion(vault, caller, target, session());
      closeVault(vault);
      return `${fact.outcome} ${fact.why}`;
    };
    const refuse = (client: { readonly middlewareStack: unknown }, command: string) =>
      tamperWith(client, command, () => {
        throw Object.assign(new Error("no"), {
          name: "AccessDenied",
          $metadata: { httpStatusCode: 403 },
        });
      });
    expect(await tried({})).to.equal("refused resource-based-policy");
    expect(
      await tried({
        kmsKeyArn: (one.vault.kmsKeyArn ?? "").replace(":222222222222:", ":111111111111:"),
      }),
    ).to.equal("not-tried not-safe");
    expect(await tried({}, ({ own }) => refuse(own.kms, "DescribeKeyCommand"))).to.equal(
      "not-tried not-readable",
    );
    expect(await tried({}, ({ own }) => refuse(own.kms, "GetKeyPolicyCommand"))).to.equal(
      "not-tried not-readable",
    );
    expect(await tried({}, ({ own }) => refuse(own.s3, "PutObjectCommand"))).to.equal(
      "not-tried not-noted",
    );
    expect(await tried({ operationsBucketName: undefined })).to.equal("not-tried not-noted");
  });

  describe("at versioning", () => {
    const Bucket = "undone-without-lock";
    let outputs: VaultOutputs;
    before(async () => {
      const { region } = one.vault;
      outputs = { ...one.vault, bucketName: Bucket, bucketArn: `arn:aws:s3:::${Bucket}` };
      const CreateBucketConfiguration = { LocationConstraint: region as "eu-central-1" };
      await one.admin.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
      await one.admin.s3.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
      );
    });
    const status = async () =>
      (await one.admin.s3.send(new GetBucketVersioningCommand({ Bucket }))).Status;

    /** Another bucket's lock is read in the place of the vault's, which has none. */
    async function suspended(vault: TriedVault, plan?: CrashPlan) {
      const locked = one.vault.bucketName;
      tamperWith<{ Bucket: string }>(vault.own.s3, "GetObjectLockConfigurationCommand", (input) => {
        input.Bucket = locked;
      });
      const caller = callerOf(vault);
      const counter = plan && crashClientsAt([vault.own.s3, caller.clients.s3], plan);
      const target = on("suspend", outputs.bucketArn, caller.arn);
      const fact = trySuspension(vault, caller, target, session());
      return { fact: await fact.catch((error: unknown) => error), counter };
    }

    it("is enabled again at once", async () => {
      const vault = await opened(outputs);
      const { fact } = await suspended(vault);
      closeVault(vault);
      expect(fact).to.include({ outcome: "accepted", why: "allowed" });
      expect((fact as RefusalFact).says).to.match(/It was enabled again at once\.$/);
      expect(await status()).to.equal("Enabled");
    });

    for (const when of ["before", "after"] as const) {
      it(`is enabled by the next run, killed ${when} any request`, async () => {
        let mended = 0;
        for (let atRequest = 1; ; atRequest++) {
          const vault = await opened(outputs);
          const { counter, fact } = await suspended(vault, { atRequest, when });
          closeVault(vault);
          const next = await opened(outputs);
          mended += (await mendVault(next, session())).length;
          closeVault(next);
          expect(await status(), `${when} request ${atRequest}: ${String(fact)}`).to.equal(
            "Enabled",
          );
          if ((counter?.count ?? 0) < atRequest) break;
        }
        expect(mended).to.be.at.least(1);
      });
    }

    it("is not tried where S3 might do it, and what others have suspended is left", async () => {
      const vault = await opened(outputs);
      const caller = callerOf(vault);
      const target = on("suspend", outputs.bucketArn, caller.arn);
      const fact = await trySuspension(vault, caller, target, session());
      expect(fact).to.include({ outcome: "not-tried", why: "not-safe" });
      await one.admin.s3.send(
        new PutBucketVersioningCommand({
          Bucket,
          VersioningConfiguration: { Status: "Suspended" },
        }),
      );
      expect(await mendVault(vault, session())).to.deep.equal([]);
      expect(await status()).to.equal("Suspended");
      closeVault(vault);
    });
  });
});
