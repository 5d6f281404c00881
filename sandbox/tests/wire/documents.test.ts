import { expect } from "chai";
import { checksum, isChecksumValue } from "../../src/values/checksums";
import { loadXxHash } from "../../src/values/xxhash";
import { parseXml, XmlSyntaxError } from "../../src/protocols/xml-parse";
import { useSandbox } from "../helpers/sandbox";
import { send } from "../helpers/signed-request";

describe("XML documents", () => {
  it("keep white space that is a value, resolve references and read CDATA", () => {
    const { children } = parseXml(
      '<?xml version="1.0"?><!-- c --><a x="1&amp;2"><k>\n</k><k>&#x1F600;&lt;</k><k><![CDATA[<b>]]></k></a>',
    );
    expect(children.map(({ text }) => text)).to.deep.equal(["\n", "\u{1f600}<", "<b>"]);
  });

  for (const [reason, text] of Object.entries({
    "nothing at all": "",
    "an unclosed element": "<a><b></b>",
    "crossed elements": "<a><b></a></b>",
    "content after the root": "<a/><b/>",
    "a bare ampersand": "<a>&</a>",
    "an unknown entity": "<a>&bomb;</a>",
    "a document type": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "an attribute given twice": '<a b="1" b="2"/>',
    "an attribute without quotes": "<a b=1/>",
    "endless nesting": "<a>".repeat(100_000),
  })) {
    it(`are refused for ${reason}`, () => {
      expect(() => parseXml(text)).to.throw(XmlSyntaxError);
    });
  }
});

describe("inputs that do not fit the schema", () => {
  const sandbox = useSandbox();
  const create = (body: string) => send(sandbox(), { method: "PUT", target: "/documents", body });

  for (const [reason, body] of Object.entries({
    "a broken document": "<CreateBucketConfiguration>",
    "another root": "<Other/>",
    "an unknown element": "<CreateBucketConfiguration><Tea/></CreateBucketConfiguration>",
    "an element given twice":
      "<CreateBucketConfiguration><LocationConstraint>a</LocationConstraint><LocationConstraint>b</LocationConstraint></CreateBucketConfiguration>",
    "text among elements": "<CreateBucketConfiguration>tea</CreateBucketConfiguration>",
  })) {
    it(`are MalformedXML for ${reason}`, async () => {
      const answer = await create(body);
      expect([answer.statusCode, answer.code, answer.message]).to.deep.equal([
        400,
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
      ]);
    });
  }

  it("are InvalidArgument for a number in the query that is none", async () => {
    const answer = await send(sandbox(), { method: "GET", target: "/documents?max-keys=many" });
    expect([answer.statusCode, answer.code]).to.deep.equal([400, "InvalidArgument"]);
    expect(answer.body).to.include("<ArgumentName>max-keys</ArgumentName>");
  });

  it("are ValidationError for a missing member of a query service", async () => {
    const answer = await send(
      sandbox(),
      {
        method: "POST",
        target: "/",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "Action=GetRole&Version=2010-05-08",
      },
      { service: "iam", region: "us-east-1" },
    );
    expect([answer.statusCode, answer.code]).to.deep.equal([400, "ValidationError"]);
    expect(answer.message).to.include("'roleName'");
  });

  for (const [reason, body, type] of [
    ["a missing member", "{}", "ValidationException"],
    ["a wrong type", '{"KeyId":7}', "SerializationException"],
    ["no JSON", "{", "SerializationException"],
  ] as const) {
    it(`are ${type} of a JSON service for ${reason}`, async () => {
      const headers = {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "TrentService.DescribeKey",
      };
      const call = { method: "POST", target: "/", headers, body };
      const answer = await send(sandbox(), call, { service: "kms" });
      expect([answer.statusCode, answer.headers["x-amzn-errortype"]]).to.deep.equal([400, type]);
    });
  }
});

describe("checksums", () => {
  const hex = (base64: string) => Buffer.from(base64, "base64").toString("hex");
  const digits = Buffer.from("123456789");

  // The check values of the CRC catalogue, RFC 3720 B.4 and the NVM Express command set specification.
  it("are those of the published test vectors", () => {
    expect(hex(checksum("CRC32", digits))).to.equal("cbf43926");
    expect(hex(checksum("CRC32C", digits))).to.equal("e3069283");
    expect(hex(checksum("CRC32C", Buffer.alloc(32)))).to.equal("8a9136aa");
    expect(hex(checksum("CRC32C", Buffer.alloc(32, 0xff)))).to.equal("62a8ab43");
    expect(hex(checksum("CRC64NVME", digits))).to.equal("ae8b14860a799888");
    expect(hex(checksum("CRC64NVME", Buffer.alloc(4096)))).to.equal("6482d367eb22b64e");
    expect(hex(checksum("CRC64NVME", Buffer.alloc(4096, 0xff)))).to.equal("c0ddba7302eca3ac");
  });

  // The values of the reference implementation for no input and for seed 0 (https://github.com/Cyan4973/xxHash).
  it("are those of xxHash", async () => {
    await loadXxHash();
    const nothing = Buffer.alloc(0);
    expect(hex(checksum("XXHASH64", nothing))).to.equal("ef46db3751d8e999");
    expect(hex(checksum("XXHASH3", nothing))).to.equal("2d06800538d394c2");
    expect(hex(checksum("XXHASH128", nothing))).to.equal("99aa06d3014798d86001c324468d497f");
  });

  it("are recognised by their length and canonical base64", () => {
    expect(isChecksumValue("CRC32", checksum("CRC32", digits))).to.equal(true);
    expect(isChecksumValue("CRC32", "AAAA")).to.equal(false);
    expect(isChecksumValue("CRC32", "not base64!")).to.equal(false);
  });
});
