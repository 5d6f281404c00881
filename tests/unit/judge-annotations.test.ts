import { expect } from "chai";
import {
  annotationsProblem,
  arePending,
  type Annotation,
  type Annotations,
} from "../../automation/judge/annotations";
import { closingVerdict } from "../../automation/judge/closing-verdict";
import { formVerdict } from "../../automation/judge/verdict";
import { codeOf, judgeWorld, VAULT } from "../helpers/judged-world";
import { judged, lookOf } from "../helpers/looks";

const of = (entries: Readonly<Record<string, Partial<Annotation>>>): Annotations =>
  new Map(
    Object.entries(entries).map(([name, more]) => [
      name,
      { sizeBytes: 1, digest: "digest", ...more },
    ]),
  );
const AT_SOURCE = of({ note: { replicationStatus: "COMPLETED" } });
const AT_VAULT = of({ note: { replicationStatus: "REPLICA" } });
const NONE = of({});

const world = (source: object, replica: object, vault = {}) => ({
  sourceFacts: { annotations: source as Annotations },
  replicaFacts: { annotations: replica as Annotations },
  vault: { ...VAULT, ...vault },
});
const noRight = { unreadable: "no-right", cause: "HTTP 403" } as const;
const broken = { unreadable: "error", cause: "HTTP 500" } as const;

describe("annotations at a vault", () => {
  for (const [what, source, replica, expected] of [
    ["equal on both sides", AT_SOURCE, AT_VAULT, "proven/etag"],
    ["none on either side", NONE, NONE, "proven/etag"],
    ["missing at the vault", AT_SOURCE, NONE, "failed/annotations"],
    ["of another content", AT_SOURCE, of({ note: { digest: "x" } }), "failed/annotations"],
    ["of another size", AT_SOURCE, of({ note: { sizeBytes: 2 } }), "failed/annotations"],
    ["written at the vault", NONE, of({ note: {} }), "failed/annotations"],
    ["deleted at the source since", NONE, AT_VAULT, "proven/etag"],
    ["unreadable at the source", noRight, AT_VAULT, "unverifiable/no-right"],
    ["unreadable at the vault", AT_SOURCE, noRight, "unverifiable/no-right"],
    ["answered with an error", AT_SOURCE, broken, "unverifiable/error"],
  ] as const) {
    it(`${what}: ${expected}`, () => {
      expect(codeOf(world(source, replica))).to.equal(expected);
    });
  }

  it("are not judged where nobody asked for them, or only one side was asked", () => {
    expect(codeOf({})).to.equal("proven/etag");
    const { replicaFacts, sourceFacts } = world(AT_SOURCE, NONE);
    expect(codeOf({ sourceFacts })).to.equal("proven/etag");
    expect(codeOf({ replicaFacts: { annotations: of({ note: {} }) } })).to.equal("proven/etag");
    expect(codeOf({ sourceFacts, replicaFacts })).to.equal("failed/annotations");
  });

  it("may have the next hop's status at a vault that passes its replicas on, and no other", () => {
    const passedOn = of({ note: { replicationStatus: "COMPLETED" } });
    const guard = { isChained: true } as never;
    expect(codeOf(world(NONE, passedOn, { guard }))).to.equal("proven/etag");
    expect(codeOf(world(NONE, passedOn))).to.equal("failed/annotations");
  });

  it("are named with the side that has to be looked at", () => {
    const [outcome] = judgeWorld(world(AT_SOURCE, noRight));
    expect(outcome?.cause).to.equal("its annotations at the vault: HTTP 403");
    const [other] = judgeWorld(world(broken, AT_VAULT));
    expect(other?.cause).to.equal("its annotations at the source: HTTP 500");
  });

  it("are named by what is wrong, three of each and the count of the others", () => {
    const source = of({ a: {}, b: {}, c: {}, d: {}, e: {}, same: {}, other: {} });
    const vault = of({ same: {}, other: { digest: "x" }, "wri\tten": {} });
    expect(annotationsProblem(source, vault, () => false)).to.equal(
      'annotation "a", "b", "c" and 2 more: not at the vault; written again at the source, replication brings it; ' +
        'annotation "other": another at the vault than at the source; ' +
        'annotation "wri\\tten": at the vault alone, and not brought there by replication',
    );
  });

  it("are waited for while one of them is on its way", () => {
    expect(arePending(of({ a: {}, b: { replicationStatus: "PENDING" } }))).to.equal(true);
    expect(arePending(AT_SOURCE)).to.equal(false);
  });

  it("are no more among what a verdict does not speak of, unless another source's leaves them out", () => {
    const asked = formVerdict({ look: lookOf([judged("a", "proven")], { annotations: true }) });
    const plain = formVerdict({ look: lookOf([judged("a", "proven")]) });
    expect(asked.notProven).to.deep.equal(["roles"]);
    const closing = closingVerdict([
      { source: "one", verdict: asked },
      { source: "two", verdict: plain },
    ]);
    expect(closing.notProven).to.have.members(["annotations", "roles"]);
  });
});
