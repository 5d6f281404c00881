/** Combinations of a rule's and a vault's options that S3 refuses, refused before any call. */

import { expect } from "chai";
import { afterChange, first, type Raw } from "./whole-config";

interface Case {
  title: string;
  change: (raw: Raw) => unknown;
  path: string;
  says: RegExp;
}

describe("config: options of rules and vaults", () => {
  const cases: Case[] = [
    {
      title: "the old name of an option, which says the new one",
      change: (raw) => (first(raw.rules).deleteMarkers = false),
      path: "rules[0].deleteMarkers",
      says: /is called deleteMarkerReplication/,
    },
    {
      title: "what S3 does not take any more",
      change: (raw) => (first(raw.rules).existingObjectReplication = true),
      path: "rules[0].existingObjectReplication",
      says: /lockstep backfill/,
    },
    {
      title: "versions under SSE-KMS without a key for the replicas",
      change: (raw) => {
        first(raw.vaults).encryption = { kms: "none" };
        first(raw.rules).sseKmsEncryptedObjects = true;
      },
      path: "rules[0].sseKmsEncryptedObjects",
      says: /refuses one without the other/,
    },
    {
      title: "a key for replicas of a rule that takes no versions under SSE-KMS",
      change: (raw) =>
        Object.assign(first(raw.rules), {
          sseKmsEncryptedObjects: false,
          replicaKmsKeyId: "arn:aws:kms:eu-central-1:222222222222:key/1",
        }),
      path: "rules[0].replicaKmsKeyId",
      says: /only together/,
    },
    {
      title: "a key of another Region for a rule's replicas",
      change: (raw) =>
        (first(raw.rules).replicaKmsKeyId = "arn:aws:kms:eu-west-1:222222222222:key/1"),
      path: "rules[0].replicaKmsKeyId",
      says: /Region eu-central-1/,
    },
    {
      title: "an owner override within one account",
      change: (raw) => {
        first(raw.vaults).accountId = "111111111111";
        delete (first(raw.vaults) as { assumeRoleArn?: string }).assumeRoleArn;
        first(raw.rules).ownerOverride = true;
      },
      path: "rules[0].ownerOverride",
      says: /across accounts only/,
    },
    {
      title: "a break-glass role of another account",
      change: (raw) =>
        Object.assign(first(raw.vaults), {
          breakGlassRoleArn: "arn:aws:iam::111111111111:role/break-glass",
        }),
      path: "vaults[0].breakGlassRoleArn",
      says: /works in the vault's account/,
    },
  ];
  for (const { title, change, path, says } of cases) {
    it(`refuses ${title}, and nothing else`, () => {
      const problems = afterChange(change);
      expect(problems.map((problem) => problem.path)).to.deep.equal([path]);
      expect(problems[0]?.message).to.match(says);
    });
  }
});
