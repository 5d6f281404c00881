/** Events of refusals in a trail of the vault's account, with signed digests, as the sandbox delivers them. */

import { createHash, randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { ManualClock, startSandbox, type Sandbox } from "lockstep-sandbox";
import { operatorFacts } from "../../automation/permissions/operator-facts";
import { TRAIL_ROWS } from "../../automation/permissions/rows/trail";
import type { AwsAnswer } from "../../automation/aws/answers";
import { checkEvidence } from "../../automation/evidence/check-evidence";
import { answeredOf } from "../../automation/evidence/trail-facts";
import { checkTrail } from "../../automation/trail/check-trail";
import type { SoughtAttempt } from "../../automation/trail/fields";
import {
  readTrail,
  type ReadTrail,
  type ReadTrailOptions,
} from "../../automation/trail/read-trail";
import type { Session } from "../../automation/events";
import { parseConfig } from "../../components/config";
import { BundleFolder, KEYS, loadScript, soundOf, subjectsAnew } from "../helpers/evidence-bundles";
import { BREAK_GLASS, NOBODY, RefusalStack } from "../helpers/refusal-stack";
import { VaultTrail } from "../helpers/vault-trail";

const MINUTE_MS = 60_000;
const MAX_BYTES = 1024 * 1024;

describe("refusals in a trail of the vault's account", function () {
  this.timeout(120_000);
  const time = new ManualClock(Date.now());
  const clock: Session["clock"] = {
    nowEpochMs: () => time.nowEpochMs(),
    sleep: (durationMs) => Promise.resolve(time.advance(durationMs)),
  };
  let sandbox: Sandbox;
  let one: RefusalStack;
  let trail: VaultTrail;
  let sought: readonly SoughtAttempt[];
  const operations = new Set<string>();
  before(async () => {
    sandbox = await startSandbox({
      clock: time,
      settings: { replicationDelayMs: 1 },
    });
    one = await RefusalStack.make(sandbox, "trail", {
      mode: "COMPLIANCE",
      hasBreakGlass: true,
      hasKey: true,
    });
  });
  after(async () => {
    await one.close();
    await sandbox.close();
  });

  function read(
    attempts = sought,
    as?: string,
    more: Partial<ReadTrailOptions> = {},
  ): Promise<ReadTrail> {
    const [vault] = one.config.vaults;
    if (vault === undefined) throw new Error("no vault");
    const { profile, ...rest } = vault;
    const role = as === undefined ? undefined : one.roleArn(as);
    // A role is assumed by whoever the environment has.
    const config = role === undefined ? { ...rest, profile } : { ...rest, assumeRoleArn: role };
    const { environment } = one.stack;
    const onAnswer = (answer: AwsAnswer) => void operations.add(answer.operation);
    const variables = { ...environment.variables, ...(profile && { AWS_PROFILE: profile }) };
    return readTrail({
      ...one.stack.options(),
      clock,
      vaults: [{ config, outputs: one.vault }],
      sought: attempts,
      environment: {
        ...environment,
        onAnswer,
        ...(role !== undefined && { variables }),
      },
      ...more,
    });
  }

  const outcomes = ({ facts }: ReadTrail) => [
    ...new Set(facts.events.map(({ outcome }) => outcome)),
  ];

  it("are not looked for where no trail is there", async () => {
    const { attempts } = await one.try(BREAK_GLASS, { clock });
    sought = answeredOf(attempts);
    const found = await read();
    expect(outcomes(found)).to.deep.equal(["no-trail"]);
    expect(found.files.size).to.equal(0);
  });

  it("are in no digest yet, for an hour", async () => {
    trail = await VaultTrail.start(one.admin, one.vault);
    const { attempts } = await one.try(BREAK_GLASS, { clock });
    sought = answeredOf(attempts);
    // All but the key of the break-glass role, and what that role is there for.
    expect(sought).to.have.length(10);
    expect(outcomes(await read())).to.deep.equal(["not-yet"]);
  });

  it("are signed for then, each one, as a check with the files alone finds too", async () => {
    time.advance(70 * MINUTE_MS);
    const { facts, files } = await read();
    expect(facts.events.map((event) => `${event.sought.attempt} ${event.outcome}`)).to.deep.equal(
      sought.map(({ attempt }) => `${attempt} signed`),
    );
    for (const event of facts.events) {
      expect(event).to.include.keys("digest", "event", "log");
      expect(files.has(event.log ?? "") && files.has(event.digest ?? "")).to.equal(true);
    }
    const plain = JSON.parse(JSON.stringify(facts)) as typeof facts;
    expect(checkTrail(plain, files)).to.equal(undefined);
    // Each answer is told, as those of every other client are.
    expect([...operations]).to.include.members([
      ...["DescribeTrails", "ListPublicKeys", "ListObjectsV2", "GetObject"],
    ]);
    // Nothing is taken along that no event needs.
    const named = facts.events.flatMap(({ digest, log }) => [digest, log]);
    expect([...files.keys()].sort()).to.deep.equal([...new Set(named)].sort());
    expect(plain.trails).to.deep.equal([
      "arn:aws:cloudtrail:eu-central-1:222222222222:trail/audit",
    ]);
  });

  it("are in a bundle, which both programs that check take as it is, and not with a bit of a file flipped", async () => {
    const folder = new BundleFolder();
    const [{ publicKey }] = KEYS;
    try {
      const script = await loadScript(folder);
      const { facts, files } = await read();
      const plain = JSON.parse(JSON.stringify(facts)) as typeof facts;
      const { path } = await folder.bundle({ trail: { facts: plain, files } });
      const { trail } = await soundOf(path);
      expect(trail?.events.map(({ outcome }) => outcome)).to.deep.equal(sought.map(() => "signed"));
      expect(script(path, publicKey).sound).to.equal(true);
      for (const name of files.keys()) {
        const flip = (all: Map<string, Buffer>) => {
          const bytes = Buffer.from(all.get(name) ?? []);
          bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
          all.set(name, bytes);
        };
        const flipped = await folder.changed(path, flip, subjectsAnew);
        expect(await checkEvidence(flipped, { publicKey }), name).to.have.nested.property(
          "problem.code",
          "trail",
        );
        expect(script(flipped, publicKey).sound, name).to.equal(false);
      }
    } finally {
      folder.remove();
    }
  });

  it("are found beside what somebody lays before their digest, and not given up for it", async () => {
    const [first] = sought;
    const [genuine = ""] = await trail.digestKeys();
    if (first === undefined) throw new Error("none");
    const said = JSON.parse(await trail.read(genuine)) as Record<string, unknown>;
    const event = { ...(await read([first])).facts.events[0]?.event, errorCode: "Forged" };
    const log = Buffer.from(JSON.stringify({ Records: [event] }));
    const logKey = "AWSLogs/222222222222/CloudTrail/forged.json.gz";
    const packed = (value: unknown): Buffer => gzipSync(JSON.stringify(value));
    const forged = (change: object): Buffer =>
      packed({
        ...said,
        logFiles: [
          {
            s3Bucket: VaultTrail.bucket,
            s3Object: logKey,
            hashAlgorithm: "SHA-256",
            hashValue: createHash("sha256").update(log).digest("hex"),
            oldestEventTime: first.date,
            newestEventTime: first.date,
          },
        ],
        ...change,
      });
    const never = "2026-13-45T99:99:99Z";
    const laid = [
      await trail.lay(logKey, gzipSync(log)),
      ...(await Promise.all(
        [
          forged({}),
          forged({ digestPublicKeyFingerprint: "0" }),
          forged({ digestStartTime: never }),
          forged({ digestEndTime: never }),
          forged({
            digestStartTime: said["digestEndTime"],
            digestEndTime: said["digestStartTime"],
          }),
          forged({ digestStartTime: "0001-01-01T00:00:00Z" }),
          packed({}),
          packed(null),
          Buffer.from("junk"),
          Buffer.alloc(0),
          // More than is read: as it lies there, and out of its compression.
          randomBytes(MAX_BYTES + 1),
          gzipSync(Buffer.alloc(MAX_BYTES + 1)),
        ].map((body, index) => {
          const at = new Date(Date.parse(first.date) + (60 + index) * 1000).toISOString();
          const key = genuine
            .replace(/\d{4}\/\d\d\/\d\d/, at.slice(0, 10).replaceAll("-", "/"))
            .replace(/\d{8}T\d{6}Z/, at.replace(/[-:]|\.\d+/g, ""));
          const metadata = { signature: "00".repeat(256), "signature-algorithm": "SHA256withRSA" };
          return trail.lay(key, body, metadata);
        }),
      )),
    ];
    const fileMaxBytes = MAX_BYTES;
    expect(outcomes(await read(sought, undefined, { fileMaxBytes }))).to.deep.equal(["signed"]);
    const unknown = { ...first, requestId: "0000000000000000" };
    expect(outcomes(await read([unknown], undefined, { fileMaxBytes }))).to.deep.equal(["not-yet"]);
    // Nor is one that is in no digest taken for one that is.
    const late = { ...clock, nowEpochMs: () => time.nowEpochMs() + 180 * MINUTE_MS };
    const { facts } = await read([unknown], undefined, { clock: late, fileMaxBytes });
    expect(facts.events.map(({ outcome }) => outcome)).to.deep.equal(["unsound"]);
    expect(facts.digests).to.deep.equal([]);
    // And what is genuine is not read either, where it is larger than that.
    const few = await read([first], undefined, { clock: late, fileMaxBytes: 10 });
    expect(few.facts.events[0]?.says).to.include("is larger than any of CloudTrail's");
    for (const takeAway of laid) await takeAway();
  });

  it("are told as not readable, with what AWS said, whatever it says, and end nothing", async () => {
    const [first] = sought;
    const [vault] = one.config.vaults;
    if (first === undefined || vault === undefined) throw new Error("none");
    const told = async (more: Partial<ReadTrailOptions> = {}) => {
      const { facts } = await read([first], undefined, more);
      return facts.events.map(({ outcome, says }) => `${outcome}: ${says}`).join();
    };
    for (const operation of ["DescribeTrails", "ListPublicKeys", "ListObjectsV2", "GetObject"]) {
      sandbox.faults.add({ effect: "internal-error", operation });
      expect(await told(), operation).to.match(/^not-readable: The trail cannot be read: /);
      sandbox.faults.clear();
    }
    expect(await told()).to.include("signed: ");
    const nobody = { config: { ...vault, profile: "nobody" }, outputs: one.vault };
    expect(await told({ vaults: [nobody] })).to.match(/^not-readable: The trail cannot be read: /);
    const elsewhere = { config: undefined, outputs: one.vault };
    expect(await told({ vaults: [elsewhere] })).to.include("nobody can look there");
    const twice = await read([first, first]);
    expect(twice.facts.events).to.have.length(1);
    // What was stopped is stopped.
    const stopped = await read([first], undefined, { signal: AbortSignal.abort() }).then(
      () => "told",
      () => "stopped",
    );
    expect(stopped).to.equal("stopped");
  });

  it("are read with the rights of the rows and no others, and what is missing is named", async () => {
    for (const without of [undefined, ...TRAIL_ROWS.map(({ sid }) => sid).slice(0, 3)]) {
      await allow(without);
      const found = await read(sought.slice(0, 1), NOBODY);
      const [event] = found.facts.events;
      if (without === undefined) expect(event?.outcome).to.equal("signed");
      else {
        expect(event?.outcome, without).to.equal("not-readable");
        expect(event?.says).to.match(
          /needs (?:cloudtrail:DescribeTrails|s3:ListBucket|s3:GetObject) \(/,
        );
      }
    }
  });

  it("are not found under another request's id, nor at another time", async () => {
    time.advance(180 * MINUTE_MS);
    const [first] = sought;
    if (first === undefined) throw new Error("none");
    const unknown = { ...first, requestId: "0000000000000000" };
    expect(outcomes(await read([unknown]))).to.deep.equal(["not-found"]);
    const other = { ...first, principal: "arn:aws:iam::222222222222:user/somebody" };
    const { facts } = await read([other]);
    expect(facts.events[0]).to.include({ outcome: "unsound" });
    expect(facts.events[0]?.says).to.equal(
      "What is there is not to be believed: its event has another userIdentity.arn.",
    );
    const never = { ...first, date: new Date(Date.parse(first.date) - 86_400_000).toISOString() };
    expect(outcomes(await read([never]))).to.deep.equal(["not-found"]);
  });

  it("are no more looked for once their vault is not in the stack", async () => {
    const [first] = sought;
    const { facts } = await read(first === undefined ? [] : [{ ...first, vault: "gone" }]);
    expect(facts.events.map(({ outcome, says }) => `${outcome}: ${says}`)).to.deep.equal([
      "not-found: Its vault is not in the stack any more.",
    ]);
  });

  it("are not believed where a log file was written anew", async () => {
    const code = "Access Denied because object protected by object lock.";
    expect(await trail.forge(code, "Somebody was refused something.")).to.be.at.least(1);
    const { facts, files } = await read();
    expect(outcomes({ facts, files })).to.include("unsound");
    // What is not believed is in no bundle.
    expect(checkTrail(JSON.parse(JSON.stringify(facts)) as typeof facts, files)).to.equal(
      undefined,
    );
    expect(facts.events.find(({ outcome }) => outcome === "unsound")?.says).to.include(
      "is not as a signed digest lists it",
    );
  });

  async function allow(without: string | undefined): Promise<void> {
    const { config, vault } = one;
    const parsed = parseConfig({
      source: {
        accountId: config.source.accountId,
        region: config.source.region,
        bucket: { name: config.source.bucket.name },
      },
      vaults: [
        {
          name: "primary",
          accountId: vault.accountId,
          region: vault.region,
          bucket: { name: vault.bucketName },
          encryption: { kms: "create" },
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
    });
    const facts = operatorFacts(parsed).find(({ side }) => side === "vault");
    const Statement = TRAIL_ROWS.filter(({ sid }) => sid !== without).map((row) => ({
      Sid: row.sid,
      Effect: "Allow",
      Action: row.needs,
      Resource: facts === undefined ? [] : row.resources(facts),
    }));
    const iam = one.iam();
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: one.roleArn(NOBODY).split("/").at(-1),
        PolicyName: "work",
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
      }),
    );
    iam.destroy();
  }
});
