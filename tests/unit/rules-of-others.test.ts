/** Rules of others are written again with everything that they say, and ours get priorities beside them. */

import { ReplicationRule$ } from "@aws-sdk/client-s3";
import { expect } from "chai";
import {
  declared,
  type FoundRule,
  freePriorities,
  lostMembers,
  mayHideMembers,
  withFreePriorities,
} from "../../components/source/rules-of-others";
import { completeRules } from "../../components/config/complete-rules";
import { shapeOf } from "../../sandbox/src/protocols/shapes";
import { valueOf } from "../../sandbox/tests/helpers/schema-values";

const found = (filters: FoundRule["filters"], prefix = ""): FoundRule => ({
  id: "theirs",
  status: "Enabled",
  priority: 4,
  prefix,
  filters,
  deleteMarkerReplications: [],
  existingObjectReplications: [],
  sourceSelectionCriterias: [],
  destinations: [
    {
      bucket: "arn:aws:s3:::copy",
      account: "",
      storageClass: "",
      accessControlTranslations: [],
      encryptionConfigurations: [],
      metrics: [],
      replicationTimes: [],
    },
  ],
});

describe("a rule of others", () => {
  it("loses nothing that S3 knows today without its being named", () => {
    // Every member of the SDK's own schema: a new one in a later SDK is named here, as `Not` was.
    const rule = valueOf(shapeOf(ReplicationRule$), "rule", {}) as object;
    expect([...new Set(lostMembers(rule))]).to.have.members([
      "Filter.Not",
      "Filter.And.Not",
      "Destination.EncryptionConfiguration.UseSourceMultiRegionKey",
    ]);
  });

  it("is read from the provider's answer with what it leaves out left out", () => {
    expect(declared(found([{ prefix: "a/", tags: [], ands: [] }]))).to.deep.equal({
      id: "theirs",
      status: "Enabled",
      priority: 4,
      filter: { prefix: "a/" },
      deleteMarkerReplication: { status: "Disabled" },
      destination: { bucket: "arn:aws:s3:::copy" },
    });
  });

  it("of the first schema carries delete markers, and has the priority that it is given", () => {
    expect(declared(found([], "a/"), 9)).to.deep.include({
      priority: 9,
      filter: { prefix: "a/" },
      deleteMarkerReplication: { status: "Enabled" },
    });
  });

  it("may hide what it excludes where nothing of its filter is seen, and within And", () => {
    const and = { prefix: "a/", tags: [{ key: "k", value: "v" }] };
    expect(mayHideMembers(found([{ prefix: "", tags: [], ands: [] }]))).to.equal(true);
    expect(mayHideMembers(found([{ prefix: "", tags: [], ands: [and] }]))).to.equal(true);
    expect(mayHideMembers(found([{ prefix: "a/", tags: [], ands: [] }]))).to.equal(false);
    expect(mayHideMembers(found([], ""))).to.equal(false);
  });
});

describe("priorities beside rules of others", () => {
  const rules = completeRules(
    [
      { name: "a", vault: "v" },
      { name: "b", vault: "w", priority: 3 },
      { name: "c", vault: "x" },
    ],
    false,
  );
  const given = (others: number[], deployed?: [string, number][]) =>
    withFreePriorities(rules, others, new Map(deployed)).map(({ priority }) => priority);

  it("are the lowest that nobody has, where the config says none", () => {
    expect(given([])).to.deep.equal([1, 3, 2]);
    expect(given([1, 2])).to.deep.equal([4, 3, 5]);
  });

  it("stay as they were deployed, unless somebody else has that number by now", () => {
    expect(given([1], [["a", 8]])).to.deep.equal([8, 3, 2]);
    expect(given([8], [["a", 8]])).to.deep.equal([1, 3, 2]);
    expect(
      given(
        [],
        [
          ["a", 2],
          ["c", 2],
        ],
      ),
    ).to.deep.equal([2, 3, 1]);
  });

  it("are never more than one rule's", () => {
    const free = freePriorities([2, undefined, 4]);
    expect([free.next().value, free.next().value, free.next().value]).to.deep.equal([1, 3, 5]);
  });
});
