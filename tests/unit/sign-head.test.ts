/** HEADs are signed as the SDK signs them. */
import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { extendedEncodeURIComponent, HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Checksum, SourceData } from "@smithy/types";
import { expect } from "chai";
import fc from "fast-check";
import { HeadSigner, type SigningCredentials } from "../../automation/aws/sign-head";

const REGION = "eu-west-1";
const HEADERS = {
  host: "acme-records.s3.eu-west-1.amazonaws.com",
  "user-agent": "aws-sdk-js/3",
  "x-amz-checksum-mode": "ENABLED",
  "x-amz-expected-bucket-owner": "111111111111",
  "x-amz-user-agent": "  with   blanks ",
};
const KEYS: SigningCredentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
const DAY_MS = 24 * 60 * 60 * 1000;
const NOW_EPOCH_MS = Date.UTC(2026, 10, 29, 23, 59, 59, 999);

class Sha256 implements Checksum {
  readonly #hash: Hash | Hmac;

  constructor(secret?: SourceData) {
    this.#hash =
      secret === undefined
        ? createHash("sha256")
        : createHmac(
            "sha256",
            typeof secret === "string" ? secret : Buffer.from(secret as Uint8Array),
          );
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {
    throw new Error("not asked for");
  }
}

async function bySdk(
  credentials: SigningCredentials,
  path: string,
  query: Record<string, string>,
  epochMs: number,
): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    ...{ credentials, region: REGION, service: "s3", sha256: Sha256, uriEscapePath: false },
  });
  const request = new HttpRequest({ method: "HEAD", path, query, headers: { ...HEADERS } });
  const { headers } = await signer.sign(request, { signingDate: new Date(epochMs) });
  return headers;
}

const pathOf = (key: string) => `/${key.split("/").map(extendedEncodeURIComponent).join("/")}`;

describe("HeadSigner", () => {
  it("signs whatever key, version, time and keys as the SDK does", async () => {
    const signer = new HeadSigner(HEADERS, REGION);
    const credentials = fc.record(
      {
        accessKeyId: fc.string({ minLength: 1, maxLength: 20 }),
        secretAccessKey: fc.string({ minLength: 1, maxLength: 40 }),
        sessionToken: fc.base64String({ minLength: 4, maxLength: 80 }),
      },
      { requiredKeys: ["accessKeyId", "secretAccessKey"] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
        fc.option(fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 })),
        fc.integer({ min: NOW_EPOCH_MS - DAY_MS, max: NOW_EPOCH_MS + DAY_MS }),
        credentials,
        async (key, versionId, epochMs, given) => {
          const query: Record<string, string> = versionId === null ? {} : { versionId };
          const path = pathOf(key);
          const signed = signer.sign(given, { path, query, epochMs });
          expect(signed).to.deep.equal(await bySdk(given, path, query, epochMs));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("takes a new key on a new day, and for new credentials of the same name", async () => {
    const signer = new HeadSigner(HEADERS, REGION);
    const others = [
      KEYS,
      { ...KEYS, secretAccessKey: "another" },
      { ...KEYS, sessionToken: "token" },
      { ...KEYS, sessionToken: "another" },
      KEYS,
    ];
    for (const epochMs of [NOW_EPOCH_MS, NOW_EPOCH_MS + 1]) {
      for (const keys of others) {
        const signed = signer.sign(keys, { path: "/a", query: { versionId: "v" }, epochMs });
        expect(signed).to.deep.equal(await bySdk(keys, "/a", { versionId: "v" }, epochMs));
      }
    }
  });

  it("notices that an object of credentials was given other ones", async () => {
    const signer = new HeadSigner(HEADERS, REGION);
    const keys = { ...KEYS };
    const place = { path: "/a", query: {}, epochMs: NOW_EPOCH_MS };
    signer.sign(keys, place);
    keys.secretAccessKey = "renewed";
    expect(signer.sign(keys, place)).to.deep.equal(await bySdk(keys, "/a", {}, NOW_EPOCH_MS));
  });
});
