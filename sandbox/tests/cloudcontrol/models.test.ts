import { CreateResourceCommand, UpdateResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { CloudControl } from "../helpers/cloud-control";
import { useSandboxWithManualClock } from "../helpers/sandbox";

const BUCKET = "AWS::S3::Bucket";

describe("Cloud Control: models and patches", () => {
  const sandbox = useSandboxWithManualClock();
  const client = () => sandbox().cloudcontrol();
  const control = new CloudControl(client, () => sandbox().clock);

  const refusedModel = (TypeName: string, model: object) =>
    failureOf(
      client().send(new CreateResourceCommand({ TypeName, DesiredState: JSON.stringify(model) })),
    );
  const refusedPatch = (TypeName: string, Identifier: string, patch: unknown) =>
    failureOf(
      client().send(
        new UpdateResourceCommand({ TypeName, Identifier, PatchDocument: JSON.stringify(patch) }),
      ),
    );

  for (const [what, model, words] of [
    [
      "another type",
      { BucketName: 5 },
      "Model validation failed (#/BucketName: expected type: String, found: Integer)",
    ],
    [
      "an object in the place of a list",
      { Tags: { Key: "a", Value: "b" } },
      "Model validation failed (#/Tags: expected type: JSONArray, found: JSONObject)",
    ],
    [
      "a property that is not in the type",
      { Colour: "red" },
      "Model validation failed (#: extraneous key [Colour] is not permitted)",
    ],
    [
      "a missing one",
      { OwnershipControls: {} },
      "Model validation failed (#/OwnershipControls: required key [Rules] not found)",
    ],
    [
      "a word that is not in the list",
      { VersioningConfiguration: { Status: "On" } },
      "Model validation failed (#/VersioningConfiguration/Status: #: only 1 subschema matches out of 2)\n" +
        "#/VersioningConfiguration/Status: failed validation constraint for keyword [enum] (#/VersioningConfiguration/Status)",
    ],
    [
      "a number that is too small",
      { CorsConfiguration: { CorsRules: [cors({ MaxAge: -1 })] } },
      "Model validation failed (#/CorsConfiguration/CorsRules/0/MaxAge: failed validation constraint for keyword [minimum])",
    ],
    [
      "a text that is too long",
      { CorsConfiguration: { CorsRules: [cors({ Id: "x".repeat(256) })] } },
      "Model validation failed (#/CorsConfiguration/CorsRules/0/Id: expected maxLength: 255, actual: 256)",
    ],
    [
      "the same twice",
      { CorsConfiguration: { CorsRules: [cors({ AllowedHeaders: ["a", "a"] })] } },
      "Model validation failed (#/CorsConfiguration/CorsRules/0/AllowedHeaders: array items are not unique)",
    ],
    [
      "none of several forms",
      {
        LoggingConfiguration: {
          TargetObjectKeyFormat: { SimplePrefix: {}, PartitionedPrefix: {} },
        },
      },
      "oneOf",
    ],
  ] as const) {
    it(`refuses ${what} in CloudFormation's words`, async () => {
      const failure = await refusedModel(BUCKET, model);
      expect(failure).to.include({ code: "ValidationException", status: 400 });
      if (words === "oneOf")
        expect(failure.message).to.contain("subschemas matched instead of one");
      else expect(failure.message).to.equal(words);
    });
  }

  it("names every mistake at once", async () => {
    const { message } = await refusedModel(BUCKET, { Colour: 1, BucketName: true });
    expect(message.split("\n")).to.have.members([
      "Model validation failed (#: 2 schema violations found)",
      "#: extraneous key [Colour] is not permitted (#)",
      "#/BucketName: expected type: String, found: Boolean (#/BucketName)",
    ]);
  });

  describe("patches", () => {
    const role = {
      RoleName: "patched",
      Description: "first",
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "s3.amazonaws.com" } },
        ],
      },
      Tags: [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ],
    };
    const ROLE = "AWS::IAM::Role";

    before(async () => {
      expect((await control.create(ROLE, role)).OperationStatus).to.equal("SUCCESS");
    });

    it("are of all six operations, in order", async () => {
      const event = await control.update(ROLE, "patched", [
        { op: "test", path: "/Description", value: "first" },
        { op: "replace", path: "/Description", value: "second" },
        { op: "copy", from: "/Description", path: "/Tags/0/Value" },
        { op: "add", path: "/Tags/-", value: { Key: "c", Value: "3" } },
        { op: "move", from: "/Tags/1", path: "/Tags/2" },
        { op: "remove", path: "/Tags/1" },
      ]);
      expect(event.OperationStatus, event.StatusMessage).to.equal("SUCCESS");
      const read = await control.read(ROLE, "patched");
      expect(read["Description"]).to.equal("second");
      expect(read["Tags"]).to.have.deep.members([
        { Key: "a", Value: "second" },
        { Key: "b", Value: "2" },
      ]);
    });

    for (const [what, patch, words] of [
      [
        "a place that is not there",
        [{ op: "replace", path: "/MaxSessions", value: 1 }],
        "[REPLACE Operation] noSuchPath in source, path provided : //MaxSessions",
      ],
      [
        "an escaped place that is not there",
        [{ op: "remove", path: "/Tags~1x~0y" }],
        "[REMOVE Operation] noSuchPath in source, path provided : //Tags~1x~0y",
      ],
      [
        "a test that does not hold",
        [{ op: "test", path: "/Description", value: "other" }],
        "[TEST Operation] value mismatch",
      ],
      [
        "what is no list",
        { op: "remove", path: "/Tags" },
        "Invalid JSON Patch payload (not an array)",
      ],
      [
        "a read-only property",
        [{ op: "replace", path: "/Arn", value: "arn:aws:iam::111111111111:role/other" }],
        "Invalid patch update: readOnlyProperties [/properties/Arn] cannot be updated",
      ],
    ] as const) {
      it(`are refused for ${what}`, async () => {
        const failure = await refusedPatch(ROLE, "patched", patch);
        expect(failure).to.include({ code: "ValidationException", status: 400, message: words });
      });
    }

    it("change no create-only property", async () => {
      const patch = [{ op: "add", path: "/Path", value: "/other/" }];
      expect(await refusedPatch(ROLE, "patched", patch)).to.include({
        code: "NotUpdatableException",
        message: "Invalid patch update: createOnlyProperties [/properties/Path] cannot be updated",
      });
    });

    it("add write-only properties, which is the one thing that can be done with them", async () => {
      const { Identifier = "" } = await control.create("AWS::KMS::Key", {});
      const path = "/PendingWindowInDays";
      for (const patch of [[{ op: "replace", path, value: 7 }], [{ op: "remove", path }]]) {
        expect(await refusedPatch("AWS::KMS::Key", Identifier, patch)).to.include({
          code: "ValidationException",
          message: `Invalid patch update: writeOnlyProperties [${path}] can only be updated using 'add' operation`,
        });
      }
      const event = await control.update("AWS::KMS::Key", Identifier, [
        { op: "add", path, value: 7 },
      ]);
      expect(event.OperationStatus, event.StatusMessage).to.equal("SUCCESS");
      expect(await control.read("AWS::KMS::Key", Identifier)).to.not.have.property(
        "PendingWindowInDays",
      );
    });
  });

  it("lists only with the properties that the type needs for it", async () => {
    const failure = await failureOf(control.identifiers("AWS::IAM::RolePolicy"));
    expect(failure).to.include({ code: "InvalidRequestException", status: 400 });
    expect(failure.message).to.contain(
      "Required property:  (#: required key [RoleName] not found)",
    );
  });
});

function cors(more: object): object {
  return { AllowedMethods: ["GET"], AllowedOrigins: ["*"], ...more };
}
