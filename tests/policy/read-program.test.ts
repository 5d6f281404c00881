import { expect } from "chai";
import { checkProgram, PolicyInputError, readProgram, UNKNOWN } from "../../policy";

const BUCKET = "aws:s3/bucket:Bucket";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const urn = (type: string, name: string): string => `urn:pulumi:dev::shop::${type}::${name}`;

/** As the engine writes it into files (`sdk/go/common/resource/sig` of Pulumi). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const state = (...resources: object[]): string =>
  JSON.stringify({ version: 3, deployment: { resources } });
const resource = (type: string, name: string, inputs: object, more: object = {}) => ({
  urn: urn(type, name),
  type,
  custom: true,
  inputs,
  ...more,
});

/** What is said of a file that cannot be read. */
function mistakeIn(text: string): string {
  try {
    readProgram(text, "file.json");
  } catch (error) {
    if (error instanceof PolicyInputError) return error.problems.map((one) => one.message).join();
    throw error;
  }
  throw new Error("it was read");
}

describe("readProgram", () => {
  it("takes what cannot be seen as not known: ciphers, masks, assets, and what is made of the unknown", () => {
    const hidden = [
      { [SIGNATURE]: SECRET, ciphertext: "v1:abc" },
      { [SIGNATURE]: SECRET, plaintext: '"Suspended"' },
      "[secret]",
      UNKNOWN_TEXT,
      `arn:aws:s3:::${UNKNOWN_TEXT}`,
      { [SIGNATURE]: OUTPUT },
      { [SIGNATURE]: OUTPUT, value: UNKNOWN_TEXT, secret: true },
      { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", hash: "0", text: "x" },
    ];
    const [read] = readProgram(state(resource(BUCKET, "a", { hidden })), "file.json");
    expect(read?.props["hidden"]).to.deep.equal(hidden.map(() => UNKNOWN));
  });

  it("reads the value of an output that is told", () => {
    const told = { [SIGNATURE]: OUTPUT, value: { status: "Enabled" }, dependencies: ["urn"] };
    const [read] = readProgram(state(resource(BUCKET, "a", { told })), "file.json");
    expect(read?.props["told"]).to.deep.equal({ status: "Enabled" });
  });

  it("finds nothing in a program whose every value is secret", () => {
    const secret = { [SIGNATURE]: SECRET, ciphertext: "v1:abc" };
    const file = state(
      resource(BUCKET, "a", { bucket: secret, policy: secret }),
      resource(VERSIONING, "v", { bucket: secret, versioningConfiguration: secret }),
    );
    expect(checkProgram(readProgram(file, "file.json"))).to.deep.equal([]);
  });

  it("knows buckets that a program only looks up, by what AWS answered", () => {
    const file = state(
      resource(BUCKET, "a", {}, { id: "a", external: true, outputs: { bucket: "a" } }),
    );
    expect(readProgram(file, "file.json")[0]).to.deep.include({ isRead: true, id: "a" });
  });

  it("reads stacks that have nothing, and a file with a byte order mark", () => {
    for (const text of [
      state(),
      JSON.stringify({ version: 3, deployment: { manifest: {} } }),
      JSON.stringify({ version: 3, deployment: null }),
      `\uFEFF${state()}`,
      JSON.stringify({ steps: [] }),
    ]) {
      expect(readProgram(text, "file.json"), text).to.deep.equal([]);
    }
  });

  it("wants a preview with the resources that do not change", () => {
    const stack = {
      urn: "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev",
      type: "pulumi:pulumi:Stack",
    };
    const preview = (same: number) =>
      JSON.stringify({
        steps: [
          { op: "same", newState: stack },
          { op: "create", newState: { urn: `${stack.urn}-new`, type: "aws:s3/bucket:Bucket" } },
          { op: "create", newState: { urn: `${stack.urn}-other`, type: "aws:s3/bucket:Bucket" } },
        ],
        changeSummary: { create: 2, same },
      });
    expect(readProgram(preview(1), "p.json")).to.have.length(3);
    expect(() => readProgram(preview(7), "p.json"))
      .to.throw(PolicyInputError)
      .with.nested.property("problems[0].message")
      .that.contains("leaves out 6 which do not change")
      .and.contains("--show-sames");
  });

  it("says what a file is that it cannot read", () => {
    const events = '{"type":"resource","operation":"preview"}\n{"type":"done"}\n';
    expect(mistakeIn(events)).to.match(
      /^expected what Pulumi's own command line writes, got events/,
    );
    expect(mistakeIn("Previewing update (dev):\n")).to.match(/^expected JSON, got what is none/);
    expect(mistakeIn('{"a":1}\n{"b":2}\n')).to.match(/^expected JSON, got what is none/);
    expect(mistakeIn(" \n")).to.equal("expected JSON, got nothing");
    expect(mistakeIn("[]")).to.equal("expected a JSON object");
    expect(mistakeIn('{"deployment":null}')).to.match(/got an object with deployment$/);
    expect(mistakeIn('{"checkpoint":{}}')).to.match(/got an object with checkpoint$/);
  });
});
