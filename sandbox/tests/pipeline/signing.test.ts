import { createHmac } from "node:crypto";
import { expect } from "chai";
import { headerMap, type RawRequest } from "../../src/pipeline/raw-request";
import { readSignature, type ReadSignature } from "../../src/pipeline/signature-facts";
import { hmacHex, hmacKey, SigningKeys } from "../../src/pipeline/signing-key";
import { sameText } from "../../src/pipeline/sigv4";

const SIGNED_HEADERS = "host;x-amz-date";
const credential = (accessKeyId: string): string =>
  `${accessKeyId}/20260730/eu-west-1/s3/aws4_request`;
const header = (accessKeyId: string, signature: string): string =>
  `AWS4-HMAC-SHA256 Credential=${credential(accessKeyId)}, SignedHeaders=${SIGNED_HEADERS}, Signature=${signature}`;

function read(authorization: string): ReadSignature {
  const request: RawRequest = {
    method: "GET",
    rawPath: "/",
    rawQuery: "",
    query: new URLSearchParams(),
    headers: headerMap(["Authorization", authorization]),
    body: Buffer.alloc(0),
    remoteAddress: "127.0.0.1",
  };
  return readSignature(request);
}

describe("what a header says of its signature", () => {
  it("is the header's own, however many were read before", () => {
    for (const [accessKeyId, digit] of [
      ["AKIAONE", "a"],
      ["AKIAONE", "b"],
      ["AKIATWO", "b"],
      ["AKIAONE", "a"],
    ] as const) {
      const signature = digit.repeat(64);
      expect(read(header(accessKeyId, signature))).to.deep.equal({
        outcome: "read",
        facts: {
          kind: "header",
          accessKeyId,
          date: "20260730",
          region: "eu-west-1",
          service: "s3",
          terminal: "aws4_request",
          scope: "20260730/eu-west-1/s3/aws4_request",
          signedHeaders: ["host", "x-amz-date"],
          signature,
        },
      });
    }
  });

  it("is read whole where the signature is none, also after one that was", () => {
    read(header("AKIAFORM", "c".repeat(64)));
    for (const rest of ["", "short", `${"c".repeat(64)}, More=1`, "c=c", "C".repeat(64)]) {
      const known = read(header("AKIAFORM", rest));
      const fresh = read(header(`AKIAFORM${rest.length}`, rest));
      expect(known.outcome, rest).to.equal(fresh.outcome);
      if (known.outcome === "read") expect(known.facts.signature).to.equal(rest);
    }
  });

  it("is read in another order, and without blanks", () => {
    const signature = "d".repeat(64);
    for (const text of [
      `AWS4-HMAC-SHA256 Signature=${signature}, SignedHeaders=${SIGNED_HEADERS}, Credential=${credential("AKIA")}`,
      `AWS4-HMAC-SHA256 Credential=${credential("AKIA")},SignedHeaders=${SIGNED_HEADERS},Signature=${signature}`,
    ]) {
      const found = read(text);
      expect(found).to.have.nested.property("facts.signature", signature);
      expect(found).to.have.nested.property("facts.accessKeyId", "AKIA");
    }
  });
});

describe("signing keys", () => {
  it("sign as HMAC-SHA256 of Node does, whatever the length of key and text", () => {
    for (const keyBytes of [0, 1, 32, 63, 64]) {
      const key = Buffer.alloc(keyBytes, 7);
      for (const text of ["", "é", "x".repeat(55), "x".repeat(64), "x".repeat(1_000)]) {
        const expected = createHmac("sha256", key).update(text).digest("hex");
        expect(hmacHex(hmacKey(key), text)).to.equal(expected);
      }
    }
  });

  it("differ by each part of what they are for", () => {
    const keys = new SigningKeys();
    const parts = ["secret", "20260730", "eu-west-1", "s3"] as const;
    const own = hmacHex(keys.key(...parts), "text");
    expect(hmacHex(keys.key(...parts), "text")).to.equal(own);
    for (const index of parts.keys()) {
      const [secret, date, region, service] = parts.map((part, at) =>
        at === index ? `${part}2` : part,
      );
      expect(
        hmacHex(keys.key(secret ?? "", date ?? "", region ?? "", service ?? ""), "text"),
      ).not.to.equal(own);
    }
  });

  it("are compared to the last character", () => {
    expect(sameText("", "")).to.equal(true);
    expect(sameText("abc", "abc")).to.equal(true);
    for (const other of ["abd", "bbc", "ab", "abcd", "", "ABC"])
      expect(sameText("abc", other)).to.equal(false);
  });
});
