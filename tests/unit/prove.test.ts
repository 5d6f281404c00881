import { expect } from "chai";
import type { S3Client } from "@aws-sdk/client-s3";
import type { LockstepEvent } from "../../automation/events";
import { proveRefusals } from "../../automation/proof/prove";
import type { VaultAccess } from "../../automation/aws/stack-clients";

const NOW = Date.UTC(2026, 0, 1);
const DAY_MS = 24 * 60 * 60 * 1000;

/** What is tried, by the command that tries it, and how a locked vault refuses it. */
const REFUSED: Readonly<Record<string, string>> = {
  DeleteObjectCommand: "AccessDenied",
  PutObjectRetentionCommand: "AccessDenied",
  PutBucketVersioningCommand: "InvalidBucketState",
};

/** Tries a vault of one locked version that answers each attempt by an error code, or gives in where it has none. */
function prove(codes: Readonly<Record<string, string | undefined>>) {
  const events: LockstepEvent[] = [];
  const sent: string[] = [];
  const send = ({ constructor: { name } }: object): Promise<unknown> => {
    if (name === "ListObjectVersionsCommand") {
      return Promise.resolve({ Versions: [{ Key: "a", VersionId: "v1" }] });
    }
    if (name === "HeadObjectCommand") {
      const ObjectLockRetainUntilDate = new Date(NOW + 30 * DAY_MS);
      return Promise.resolve({
        ObjectLockMode: "COMPLIANCE",
        ObjectLockRetainUntilDate,
        $metadata: {},
      });
    }
    sent.push(name);
    const code = codes[name];
    if (code === undefined) return Promise.resolve({});
    const facts = { name: code, $metadata: { httpStatusCode: 403 } };
    return Promise.reject(Object.assign(new Error("no"), facts));
  };
  const vault: VaultAccess = {
    s3: { send } as unknown as S3Client,
    outputs: {
      name: "primary",
      accountId: "222222222222",
      region: "eu-central-1",
      bucketName: "acme-vault",
      bucketArn: "arn:aws:s3:::acme-vault",
      lock: { mode: "COMPLIANCE", retentionDays: 30 },
    },
  };
  const result = proveRefusals(vault, {
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
    clock: { nowEpochMs: () => NOW, sleep: () => Promise.resolve() },
  });
  return { result, events, sent };
}

describe("proveRefusals", () => {
  it("tells each refusal of a vault that refuses everything", async () => {
    const { result, events } = prove(REFUSED);
    const refusals = await result;
    expect(refusals.map(({ action, errorCode }) => [action, errorCode])).to.deep.equal([
      ["delete-locked-version", "AccessDenied"],
      ["shorten-retention", "AccessDenied"],
      ["suspend-versioning", "InvalidBucketState"],
    ]);
    expect(events).to.deep.equal(refusals.map((refusal) => ({ type: "refusal", ...refusal })));
  });

  for (const [command, action, toldCount] of [
    ["DeleteObjectCommand", "delete-locked-version", 0],
    ["PutObjectRetentionCommand", "shorten-retention", 1],
    ["PutBucketVersioningCommand", "suspend-versioning", 2],
  ] as const) {
    it(`counts no ${action} that the vault gives in to as a refusal, and stops there`, async () => {
      const { result, events, sent } = prove({ ...REFUSED, [command]: undefined });
      const error = await result.catch((thrown: unknown) => thrown);
      expect(error).to.have.property("code", "AttemptNotRefused");
      expect(error).to.have.property("message", `${action} was not refused in the vault primary.`);
      expect(events).to.have.length(toldCount);
      expect(sent).to.have.length(toldCount + 1);
    });
  }

  it("counts nothing else that goes wrong as a refusal", async () => {
    const { result, events } = prove({ ...REFUSED, DeleteObjectCommand: "SlowDown" });
    const error = await result.catch((thrown: unknown) => thrown);
    expect(error).to.have.property("name", "SlowDown");
    expect(events).to.be.empty;
  });
});
