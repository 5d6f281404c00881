import type { ListObjectVersionsCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { isLockstepError } from "../../automation/errors";
import { listVersions } from "../../automation/proof/source-versions";

type Page = Omit<ListObjectVersionsCommandOutput, "$metadata">;

/** A client that answers page by page; with none left it answers the last one again, as a broken listing would. */
function clientOf(pages: readonly Page[]) {
  const inputs: Record<string, unknown>[] = [];
  const send = ({ input }: { input: Record<string, unknown> }): Promise<Page | undefined> => {
    inputs.push(input);
    if (inputs.length > pages.length + 2) throw new Error("the listing has no end");
    return Promise.resolve(pages[Math.min(inputs.length, pages.length) - 1]);
  };
  return { inputs, s3: { send } as unknown as S3Client };
}

const versions = (...keys: readonly string[]): Page => ({
  EncodingType: "url",
  Versions: keys.map((Key) => ({ Key, VersionId: `of-${Key}`, Size: 1, ETag: '"e"' })),
});

async function keysOf(s3: S3Client): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of listVersions(s3, "records")) keys.push(key);
  return keys;
}

async function failureOf(s3: S3Client): Promise<unknown> {
  return keysOf(s3).catch((error: unknown) => error);
}

describe("listVersions", () => {
  it("goes on where a page ends, by key and version, with the key decoded once", async () => {
    const { inputs, s3 } = clientOf([
      { ...versions("a"), IsTruncated: true, NextKeyMarker: "a+b%2520", NextVersionIdMarker: "v1" },
      versions("c"),
    ]);
    expect(await keysOf(s3)).to.deep.equal(["a", "c"]);
    expect(inputs[1]).to.include({ KeyMarker: "a b%20", VersionIdMarker: "v1" });
  });

  it("proves nothing by a page that says there is more, but not where", async () => {
    const { inputs, s3 } = clientOf([{ ...versions("a"), IsTruncated: true }]);
    const error = await failureOf(s3);
    if (!isLockstepError(error)) throw error;
    expect(error.code).to.equal("NoVersionsFound");
    expect(error.message).to.equal("The listing of records broke off half-way.");
    expect(inputs).to.have.length(1);
  });

  it("does not start from the beginning where a later page says no more than that there is more", async () => {
    const { inputs, s3 } = clientOf([
      { ...versions("a"), IsTruncated: true, NextKeyMarker: "a", NextVersionIdMarker: "v" },
      { ...versions("b"), IsTruncated: true },
    ]);
    const error = await failureOf(s3);
    if (!isLockstepError(error)) throw error;
    expect(error.code).to.equal("NoVersionsFound");
    expect(inputs).to.have.length(2);
  });

  it("proves nothing by a listing that stays where it is", async () => {
    const page = {
      ...versions("a"),
      IsTruncated: true,
      NextKeyMarker: "a",
      NextVersionIdMarker: "v",
    };
    const { inputs, s3 } = clientOf([page]);
    const error = await failureOf(s3);
    if (!isLockstepError(error)) throw error;
    expect(error.code).to.equal("NoVersionsFound");
    expect(inputs).to.have.length(2);
  });

  it("goes on within one key, from version to version", async () => {
    const more = { IsTruncated: true, NextKeyMarker: "a" };
    const { s3 } = clientOf([
      { ...versions("a"), ...more, NextVersionIdMarker: "v1" },
      { ...versions("a"), ...more, NextVersionIdMarker: "v2" },
      versions("b"),
    ]);
    expect(await keysOf(s3)).to.deep.equal(["a", "a", "b"]);
  });
});
