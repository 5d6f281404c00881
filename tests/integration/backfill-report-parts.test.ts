/** A completion report in parts: each is read whole, or an error that names it, whatever keys are in it. */

import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import type { MiddlewareStack } from "@smithy/types";
import { expect } from "chai";
import type { Sandbox } from "lockstep-sandbox";
import { readReport, type ReportRow } from "../../automation/backfill/report";
import type { VerdictFields } from "../../automation/events";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";
import { ODD_KEYS } from "../helpers/odd-keys";
import { md5Of, operationsFiles, type ReportManifest } from "../helpers/operations-files";

describe("a backfill whose report has many parts", function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  let stack: HandMadeStack;
  before(async () => {
    sandbox = await startQuickSandbox();
    stack = await HandMadeStack.make(sandbox, "report-parts", ODD_KEYS);
  });
  after(async () => {
    await stack?.close();
    await sandbox?.close();
  });
  const { read, report, rewrite, write } = operationsFiles(() => stack);

  let manifestKey: string;
  /** As S3 has delivered it, but a part for each task. */
  let manifest: ReportManifest;
  const part = (index: number) => {
    const found = manifest.Results[index];
    if (found === undefined) throw new Error("no such part");
    return found;
  };

  async function rows(): Promise<readonly ReportRow[]> {
    const { operations } = stack.outputs;
    const jobId = /job-([^/]+)\//.exec(manifestKey)?.[1] ?? "";
    const place = { bucket: operations.bucketName, prefix: operations.reportPrefix, jobId };
    return [...(await readReport(stack.clients.source.s3, place)).rows];
  }

  /** Runs again, over the report as it lies there now. */
  async function again(changed = manifest): Promise<VerdictFields> {
    await rewrite(manifestKey, changed);
    return stack.backfill();
  }

  async function refused(key: string, words: RegExp, changed = manifest): Promise<void> {
    const { clean, disagreements, proven } = await again(changed);
    // What the vaults say counts all the same.
    expect({ clean, proven }).to.deep.equal({ clean: false, proven: ODD_KEYS.length });
    const said = disagreements.find((one) => one.includes("the report of the job"));
    expect(said).to.match(words);
    expect(said).to.contain(key);
  }

  /** Ends the answers for an object after some bytes, so many times. */
  function breakOff(key: string, times: number): { brokenCount: number; end: () => void } {
    const state = {
      brokenCount: 0,
      end: () => void middleware.remove("break-off"),
    };
    const middleware = stack.clients.source.s3.middlewareStack as unknown as MiddlewareStack<
      object,
      object
    >;
    middleware.add(
      (next) => async (args) => {
        const result = await next(args);
        const { Key } = args.input as { Key?: string };
        const { Body } = result.output as { Body?: AsyncIterable<Uint8Array> };
        if (Key !== key || Body === undefined || state.brokenCount === times) return result;
        state.brokenCount++;
        return { ...result, output: { ...result.output, Body: endingEarly(Body) } };
      },
      { step: "initialize", name: "break-off", priority: "high" },
    );
    return state;
  }

  async function* endingEarly(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      yield chunk.subarray(0, 10);
      throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
    }
  }

  it("has each odd key once, as the source has it", async () => {
    expect(await stack.backfill()).to.deep.include({ clean: true, proven: ODD_KEYS.length });
    const found = await report();
    manifestKey = found.key;
    ({ manifest } = found);
    const keys = (await rows()).map(({ key }) => key);
    expect(keys).to.have.length(ODD_KEYS.length);
    expect(new Set(keys)).to.deep.equal(new Set(ODD_KEYS));
  });

  it("is as clean in one part for each task", async () => {
    const before = await rows();
    const [whole] = manifest.Results;
    if (whole === undefined) throw new Error("no result file");
    const lines = (await read(whole.Key)).trimEnd().split("\n");
    const parts: typeof manifest.Results = [];
    for (const [index, line] of lines.entries()) {
      const Key = whole.Key.replace(/\.csv$/, `-${index}.csv`);
      await write(Key, `${line}\n`);
      parts.push({ ...whole, Key, MD5Checksum: md5Of(`${line}\n`) });
    }
    manifest = { ...manifest, Results: parts };
    expect(parts).to.have.length(ODD_KEYS.length);
    expect(await again()).to.deep.include({ clean: true, disagreements: [] });
    expect(await rows()).to.deep.equal(before);
  });

  it("is gone on with where a part breaks off, and not for ever", async () => {
    const { Key } = part(3);
    const few = breakOff(Key, 2);
    expect(await again()).to.deep.include({ clean: true, disagreements: [] });
    expect(few.brokenCount).to.equal(2);
    few.end();
    const endless = breakOff(Key, Infinity);
    await refused(Key, /is not whole: it broke off after \d+ of \d+ bytes/);
    endless.end();
  });

  it("is refused by the name of a part that is cut, altered or not there", async () => {
    const { Key } = part(5);
    const text = await read(Key);
    for (const spoilt of [text.slice(0, -5), text.replace("200", "201"), `${text}${text}`, "\n"]) {
      await write(Key, spoilt);
      await refused(Key, /has the MD5 \w+, but \w+ was expected/);
    }
    const Bucket = stack.outputs.operations.bucketName;
    await stack.clients.source.s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await refused(Key, /There is no/);
    await write(Key, text);
    expect(await again()).to.deep.include({ clean: true });
  });

  it("is refused by the name of a part that is there twice, by its name or by what it holds", async () => {
    const twice = part(7);
    const { Results } = manifest;
    await refused(twice.Key, /names .* twice/, { ...manifest, Results: [...Results, twice] });
    const copy = { ...twice, Key: twice.Key.replace(/\.csv$/, "-copy.csv") };
    await write(copy.Key, await read(twice.Key));
    const doubled = { ...manifest, Results: [...Results, copy] };
    await refused(copy.Key, /names .* with the MD5 of/, doubled);
    await refused(twice.Key, /names .* with the MD5 of/, doubled);
  });

  it("does not miss a part that its manifest leaves out: the tasks in it are named", async () => {
    const { Results } = manifest;
    const { clean, disagreements } = await again({ ...manifest, Results: Results.slice(1) });
    expect(clean).to.equal(false);
    expect(disagreements.join("\n")).to.include("1 rows of the manifest are not in the report");
  });
});
