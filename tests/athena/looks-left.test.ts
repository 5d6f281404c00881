/** What a look leaves whose process was killed, and what the next one does about it. */

import { AthenaClient } from "@aws-sdk/client-athena";
import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { runQuery } from "../../automation/analysis/athena/session";
import { BUCKET, LookWorld, PLACE } from "./look-world";

const HOUR_MS = 60 * 60 * 1000;

describe("what a look of Athena has left that was killed", function () {
  this.timeout(180_000);
  let world: LookWorld;
  beforeEach(async () => {
    world = await LookWorld.make("CSV");
    await world.putReplicated("one");
    await world.putAlone("lost");
    await world.inventories.deliver();
  });
  afterEach(() => world?.close());

  const answeredCount = (): number => world.stack.told("athena-answered").length;
  const notes = (): readonly string[] =>
    world.stack
      .told("note")
      .map(({ message }) => message)
      .filter((message) => message.includes("At vault"));

  /** A look that reaches nothing any more, as one whose process is gone, once so many questions were answered. @returns its name */
  async function killedLook(answers: number): Promise<string> {
    world.stack.events.length = 0;
    const athena = new AthenaClient(world.vaultSettings);
    const s3 = new S3Client({ ...world.vaultSettings, forcePathStyle: true });
    for (const client of [athena, s3] as unknown as readonly S3Client[]) {
      client.middlewareStack.add(
        (next) => (args) =>
          answeredCount() >= answers ? Promise.reject(new Error("gone")) : next(args),
        { step: "initialize" },
      );
    }
    const before = new Set(await looksLeft());
    const error: unknown = await world
      .verify("athena", {}, { clients: world.clientsWith({ athena, s3 }) })
      .catch((failure: unknown) => failure);
    expect(String(error)).to.contain("gone");
    const [name = "", ...others] = (await looksLeft()).filter((one) => !before.has(one));
    expect(others).to.deep.equal([]);
    expect(name).to.match(/^lockstep_[0-9a-f]{16}_[0-9a-f]{16}$/);
    world.stack.events.length = 0;
    return name;
  }

  async function looksLeft(): Promise<readonly string[]> {
    const names = (await world.keysLeft()).map((key) => key.split("/")[1] ?? "");
    return [...new Set(names)];
  }

  async function later(hours: number): Promise<void> {
    world.sandbox.world.clock.advance(hours * HOUR_MS);
    await world.sandbox.world.athena.settled();
  }

  const tablesOf = (name: string) =>
    ["listing", "source", "vault"].map((what) => `${name}_${what}`);

  it("is taken away by the next look of the same source there, once it was quiet for a day, and not before", async () => {
    const name = await killedLook(3);
    const keys = await world.keysLeft();
    expect((await world.tablesLeft()).toSorted()).to.deep.equal(tablesOf(name));
    await later(23);
    expect(await world.verify("athena")).to.deep.include({ proven: 1, failed: 1 });
    expect(await world.keysLeft()).to.deep.equal(keys);
    expect((await world.tablesLeft()).toSorted()).to.deep.equal(tablesOf(name));
    expect(notes()).to.have.length(1);
    expect(notes()[0])
      .to.contain("is under way, or was killed")
      .and.to.contain(`s3://${BUCKET}/looks/${name}/, with the tables ${name}_...`)
      .and.to.match(/The first look after \d{4}-/);
    expect(world.stack.told("warning")).to.deep.equal([]);
    world.stack.events.length = 0;
    await later(2);
    expect(await world.verify("athena")).to.deep.include({ proven: 1, failed: 1 });
    expect(notes()).to.deep.equal([
      `At vault primary what 1 look had left for Athena was taken away: s3://${BUCKET}/looks/${name}/`,
    ]);
    expect(await world.keysLeft()).to.deep.equal([]);
    expect(await world.tablesLeft()).to.deep.equal([]);
  });

  it("is left where it is another's: of other buckets, or of no look", async () => {
    const name = await killedLook(1);
    const { s3 } = world.vault;
    const others = [
      // Of another source or vault, of a name that no look has, and a file of that name.
      `looks/lockstep_${"0".repeat(16)}_${"0".repeat(16)}/listing/0.csv.gz`,
      `looks/${name}0/kept`,
      `looks/${name.slice(0, -1)}/kept`,
      `looks/${name.slice(0, -1)}g/kept`,
      `looks/${name.slice(0, -1)}${name.endsWith("0") ? "1" : "0"}`,
      `elsewhere/${name}/kept`,
      "looks/kept",
    ];
    for (const Key of others)
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: "kept" }));
    await later(25);
    await world.verify("athena");
    expect((await world.keysLeft()).toSorted()).to.deep.equal(others.toSorted());
    expect(await world.tablesLeft()).to.deep.equal([]);
    expect(notes()).to.deep.equal([
      `At vault primary what 1 look had left for Athena was taken away: s3://${BUCKET}/looks/${name}/`,
    ]);
  });

  it("is told by name, with what takes it away, where it cannot be taken away, and tables before the files that name them", async () => {
    const name = await killedLook(2);
    await later(25);
    const keys = (await world.keysLeft()).filter((key) => key.includes(name));
    const athena = new AthenaClient(world.vaultSettings);
    athena.middlewareStack.add(
      (next) => (args) => {
        const { QueryString = "" } = args.input as { QueryString?: string };
        return QueryString.startsWith("DROP") && QueryString.includes(`${name}_vault`)
          ? Promise.reject(new Error("no right"))
          : next(args);
      },
      { step: "initialize" },
    );
    const clients = world.clientsWith({ athena });
    expect(await world.verify("athena", {}, { clients })).to.deep.include({ proven: 1 });
    const [warning, ...more] = world.stack.told("warning");
    expect(more).to.deep.equal([]);
    expect(warning?.code).to.equal("AthenaLeftovers");
    const { region } = world.vault.outputs;
    expect(warning?.message).to.equal(
      `What Athena was asked of may be left at vault primary: the table ${name}_vault of the database lockstep (no right; ` +
        `take it away with \`aws glue delete-table --database-name lockstep --name ${name}_vault --region ${region}\`)`,
    );
    expect(await world.keysLeft()).to.deep.equal(keys);
    expect(await world.tablesLeft()).to.deep.equal([`${name}_vault`]);
    // Which it does.
    world.stack.events.length = 0;
    await world.verify("athena");
    expect(world.stack.told("warning")).to.deep.equal([]);
    expect(await world.keysLeft()).to.deep.equal([]);
    expect(await world.tablesLeft()).to.deep.equal([]);
  });

  it("keeps its tables' names nowhere else: without its files they stay, and are told of by nobody", async () => {
    const name = await killedLook(1);
    for (const Key of await world.keysLeft()) {
      await world.vault.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
    }
    await later(25);
    await world.verify("athena");
    expect((await world.tablesLeft()).toSorted()).to.deep.equal(tablesOf(name));
    expect(notes()).to.deep.equal([]);
  });

  it("costs a look that was only asleep its answer, and never makes one right", async () => {
    let other: unknown;
    const s3 = new S3Client({ ...world.vaultSettings, forcePathStyle: true });
    s3.middlewareStack.add(
      (next, context) => async (args) => {
        const { Key = "" } = args.input as { Key?: string };
        const isAnswer =
          context["commandName"] === "HeadObjectCommand" && Key.includes("/results/");
        // No query is under way then, which would still write its answer.
        if (isAnswer && answeredCount() === 3 && other === undefined) {
          await later(25);
          world.stack.events.length = 0;
          other = await world.verify("athena");
          world.stack.events.length = 0;
        }
        return next(args);
      },
      { step: "initialize" },
    );
    const error = await world.refusalOf({}, { clients: world.clientsWith({ s3 }) });
    expect(error.code).to.equal("AthenaQueryFailed");
    expect(other).to.deep.include({ proven: 1, failed: 1 });
  });

  it("is of a name that Athena takes", async () => {
    const name = await killedLook(1);
    const session = {
      client: world.vault.athena,
      workgroup: PLACE.workgroup,
      database: PLACE.database,
      resultsLocation: `s3://${BUCKET}/asked/`,
      accountId: world.vault.outputs.accountId,
      clock: world.clock,
      signal: new AbortController().signal,
    };
    await runQuery(`SELECT count(*) FROM "lockstep"."${name}_listing"`, session);
  });
});
