import { expect } from "chai";
import fc from "fast-check";
import {
  EMPTY_TREE,
  GrowingTree,
  isConsistent,
  isIncluded,
  leafHash,
  nodeHash,
  peaksCount,
  rootOf,
} from "../../../automation/evidence/merkle";

/** The tests of Certificate Transparency: leaves, and the root of the first so many. */
const LEAVES = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
].map((hex) => Buffer.from(hex, "hex"));
const ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/** RFC 6962, section 2.1, as it is written there. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return rootOf([]);
  const [first] = leaves;
  if (leaves.length === 1 && first !== undefined) return leafHash(first);
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return nodeHash(treeHash(leaves.slice(0, half)), treeHash(leaves.slice(half)));
}

function leavesOf(count: number): readonly Buffer[] {
  return Array.from({ length: count }, (_, index) => Buffer.from(`leaf ${index}`));
}

function grown(leaves: readonly Buffer[], before = EMPTY_TREE): GrowingTree {
  const tree = new GrowingTree(before);
  for (const leaf of leaves) tree.append(leafHash(leaf));
  return tree;
}

describe("hash trees", () => {
  it("have the roots of Certificate Transparency's tests", () => {
    ROOTS.forEach((root, count) => {
      const tree = grown(LEAVES.slice(0, count));
      expect(rootOf(tree.peaks).toString("hex"), String(count)).to.equal(root);
      expect(tree.close().root.toString("hex"), String(count)).to.equal(root);
      expect(tree.peaks, String(count)).to.have.length(peaksCount(count));
    });
  });

  it("show each leaf of each tree, carried on or not, and no other one", () => {
    for (let size = 1; size <= 20; size++) {
      const leaves = leavesOf(size);
      const root = treeHash(leaves);
      for (let start = 0; start < size; start++) {
        const before = grown(leaves.slice(0, start));
        const tree = new GrowingTree({ sizeCount: start, peaks: before.peaks });
        const ways = leaves.slice(start).map((leaf, offset) => {
          const tracked = { path: [] as Buffer[] };
          tree.append(leafHash(leaf), tracked);
          return { hash: leafHash(leaf), index: start + offset, path: tracked.path };
        });
        expect(tree.close().root.equals(root)).to.equal(true);
        for (const way of ways) {
          const claim = { ...way, root, sizeCount: size };
          expect(isIncluded(claim), `${way.index} of ${size}`).to.equal(true);
          expect(isIncluded({ ...claim, index: way.index + 1 })).to.equal(false);
          expect(isIncluded({ ...claim, hash: leafHash(Buffer.from("another")) })).to.equal(false);
          expect(isIncluded({ ...claim, path: [...way.path, root] })).to.equal(false);
          expect(isIncluded({ ...claim, path: way.path.slice(1) })).to.equal(size === 1);
        }
      }
    }
  });

  it("show that an earlier tree is the beginning of a later one, and of no other one", () => {
    for (let size = 0; size <= 20; size++) {
      const leaves = leavesOf(size);
      const root = treeHash(leaves);
      for (let start = 0; start <= size; start++) {
        const earlier = leaves.slice(0, start);
        const { peaks } = grown(earlier);
        const tree = grown(leaves.slice(start), { sizeCount: start, peaks });
        const { consistency: proof } = tree.close();
        const first = { sizeCount: start, root: treeHash(earlier) };
        const second = { sizeCount: size, root };
        const name = `${start} of ${size}`;
        expect(isConsistent({ first, second, proof }), name).to.equal(true);
        if (start === 0) continue;
        const other = { ...first, root: leafHash(Buffer.from("another")) };
        expect(isConsistent({ first: other, second, proof }), name).to.equal(false);
        expect(isConsistent({ first, second, proof: [...proof, root] }), name).to.equal(false);
        if (proof.length > 0) {
          expect(isConsistent({ first, second, proof: proof.slice(1) }), name).to.equal(false);
        }
      }
    }
  });

  it("have the consistency proofs of Certificate Transparency's tests", () => {
    const proofOf = (first: number, second: number): readonly string[] => {
      const { peaks } = grown(LEAVES.slice(0, first));
      const tree = grown(LEAVES.slice(first, second), { sizeCount: first, peaks });
      return tree.close().consistency.map((hash) => hash.toString("hex"));
    };
    expect(proofOf(1, 1)).to.deep.equal([]);
    expect(proofOf(1, 8)).to.deep.equal([
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]);
    expect(proofOf(6, 8)).to.deep.equal([
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]);
    expect(proofOf(2, 5)).to.deep.equal([
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]);
  });

  it("take no tree for an earlier one that is larger", () => {
    const root = treeHash(leavesOf(3));
    const claim = {
      first: { sizeCount: 3, root },
      second: { sizeCount: 2, root: treeHash(leavesOf(2)) },
      proof: [],
    };
    expect(isConsistent(claim)).to.equal(false);
    // By the roots alone it could be one: whoever claims it says what the roots are.
    const larger = { first: { sizeCount: 4, root }, second: { sizeCount: 2, root }, proof: [] };
    expect(isConsistent(larger)).to.equal(false);
  });

  it("take no shorter and no longer proof than trees of those sizes have, whatever roots are claimed", () => {
    const [leaf = Buffer.alloc(0), other = Buffer.alloc(0)] = leavesOf(2).map((it) => leafHash(it));
    const both = nodeHash(leaf, other);
    const included = { index: 0, sizeCount: 2, root: both };
    expect(isIncluded({ ...included, hash: leaf, path: [other] })).to.equal(true);
    expect(isIncluded({ ...included, hash: both, path: [] }), "the root").to.equal(false);
    const alone = { sizeCount: 1, root: both };
    expect(isIncluded({ ...alone, hash: other, index: 0, path: [leaf] })).to.equal(false);
    expect(isIncluded({ ...alone, hash: both, index: -1, path: [] }), "before").to.equal(false);

    const [three, four] = [3, 4].map((count) => treeHash(leavesOf(count))) as [Buffer, Buffer];
    const { peaks } = grown(leavesOf(3));
    const tree = grown(leavesOf(4).slice(3), { sizeCount: 3, peaks });
    const { consistency: proof } = tree.close();
    const sizes = (first: Buffer, second: Buffer) => ({
      first: { sizeCount: 3, root: first },
      second: { sizeCount: 4, root: second },
    });
    expect(isConsistent({ ...sizes(three, four), proof })).to.equal(true);
    expect(isConsistent({ ...sizes(three, four), proof: [] }), "nothing").to.equal(false);
    const above = sizes(nodeHash(leaf, three), nodeHash(leaf, four));
    expect(isConsistent({ ...above, proof: [...proof, leaf] }), "one more").to.equal(false);
    const grew = { first: { sizeCount: 2, root: both }, second: { sizeCount: 5, root: both } };
    expect(isConsistent({ ...grew, proof: [] }), "one root").to.equal(false);
    const empty = { sizeCount: 0, root: rootOf([]) };
    const fromNothing = { first: empty, second: { sizeCount: 2, root: both } };
    expect(isConsistent({ ...fromNothing, proof: [] })).to.equal(true);
    expect(isConsistent({ ...fromNothing, proof: [leaf] }), "from nothing").to.equal(false);
  });

  it("are the same whether they grow at once or review by review", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 6 }), (counts) => {
        const all = leavesOf(counts.reduce((sum, count) => sum + count, 0));
        let before = EMPTY_TREE;
        let at = 0;
        for (const count of counts) {
          const tree = grown(all.slice(at, at + count), before);
          at += count;
          before = { sizeCount: tree.sizeCount, peaks: tree.peaks };
        }
        expect(rootOf(before.peaks).equals(treeHash(all))).to.equal(true);
        expect(before.sizeCount).to.equal(all.length);
      }),
      { numRuns: 50 },
    );
  });
});
