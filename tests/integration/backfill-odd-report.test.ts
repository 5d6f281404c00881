import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Sandbox } from "lockstep-sandbox";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";
import { md5Of, operationsFiles } from "../helpers/operations-files";

const CASES = join(__dirname, "..", "cases");

describe("a backfill with a report that does not fit", function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  let stack: HandMadeStack;
  let number = 0;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  after(() => sandbox.close());
  const make = async (keys: readonly string[] = ["a", "b c", "ü/d"]): Promise<void> => {
    stack = await HandMadeStack.make(sandbox, `report-${++number}`, keys);
  };
  beforeEach(() => make());
  afterEach(() => stack.close());

  const { report, rewrite, write } = operationsFiles(() => stack);

  for (const [file, words] of [
    ["report-duplicate.csv", "there twice"],
    ["report-other-bucket.csv", "of another bucket"],
    ["report-500-succeeded.csv", "say succeeded with an error"],
  ] as const) {
    it(`is not clean, and names the row: ${file}`, async () => {
      await make(["a", "b"]);
      await stack.backfill();
      const versionIds = await versionIdsOf("a", "b");
      let text = readFileSync(join(CASES, file), "utf8");
      text = text.replaceAll("acme-records", stack.outputs.source.bucketName);
      text = text.replaceAll('"v1"', `"${versionIds[0]}"`).replaceAll('"v2"', `"${versionIds[1]}"`);
      await replaceReport(text);
      const verdict = await stack.backfill();
      expect(verdict).to.deep.include({ clean: false, proven: 2 });
      expect(verdict.disagreements.join("\n")).to.include(words);
    });
  }

  it("does not take a file from elsewhere, nor write one elsewhere", async () => {
    await stack.backfill();
    const { key, manifest } = await report();
    const outside = manifest.Results[0]?.Key.replace("/results/", "/results/../../") ?? "";
    const [first] = manifest.Results;
    if (first !== undefined) first.Key = outside;
    await rewrite(key, manifest);
    const verdict = await stack.backfill();
    expect(verdict.clean).to.equal(false);
    expect(verdict.disagreements.join()).to.include("not a result file of this job");
  });

  it("does not take a failed row among the succeeded ones", async () => {
    await make(["a", "b"]);
    await stack.backfill();
    const [versionId] = await versionIdsOf("a");
    const { bucketName } = stack.outputs.source;
    await replaceReport(`"${bucketName}","a","${versionId}","failed","500","Slow","x"\n`);
    const verdict = await stack.backfill();
    expect(verdict.clean).to.equal(false);
    expect(verdict.disagreements.join()).to.include("lists succeeded tasks but has another at a");
  });

  async function versionIdsOf(...keys: string[]): Promise<(string | undefined)[]> {
    const { bucketName } = stack.outputs.source;
    return Promise.all(
      keys.map(async (Key) => {
        const target = { Bucket: bucketName, Key };
        return (await stack.clients.source.s3.send(new GetObjectCommand(target))).VersionId;
      }),
    );
  }

  /** Puts other rows in the place of the only result file, with right MD5s. */
  async function replaceReport(rows: string): Promise<void> {
    const { key, manifest } = await report();
    const [result] = manifest.Results;
    if (result === undefined) throw new Error("no result file");
    await write(result.Key, rows);
    result.MD5Checksum = md5Of(rows);
    await rewrite(key, manifest);
  }
});
