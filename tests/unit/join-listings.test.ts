/** Source and vaults listed beside each other, key by key. */

import fc from "fast-check";
import { expect } from "chai";
import { joinListings, type Listings } from "../../automation/look/join-listings";
import type { LookOptions } from "../../automation/look/look";
import { compareKeys } from "../../automation/proof/key-order";
import { versionName } from "../../automation/proof/source-versions";
import { listedBucket, type Entry, type ListedBucket } from "../helpers/listed-buckets";
import { lookOf } from "../helpers/looks";

/** `k:v` is a version, `k:v!` a delete marker. */
const entries = (...texts: string[]): Entry[] =>
  texts.map((text) => {
    const [key = "", id = ""] = text.split(":");
    return { key, versionId: id.replace("!", ""), isMarker: id.endsWith("!") };
  });

function join(source: ListedBucket, vault: ListedBucket): Promise<Listings> {
  const { promise } = lookOf([]);
  const outputs = promise.vaults.get("primary");
  const clients = {
    source: { s3: listedBucket(source) },
    vaults: new Map([["primary", { outputs, s3: listedBucket(vault) }]]),
  } as unknown as LookOptions["clients"];
  return joinListings(promise, { clients, signal: new AbortController().signal });
}

/** The same in one line. */
async function joined(source: readonly Entry[], vault: readonly Entry[], more: object = {}) {
  const listings = await join({ entries: source }, { entries: vault, ...more });
  const { covering, problem, versionsCount } = listings.vaults.get("primary") ?? {};
  return {
    source: [...listings.source].map(({ key, versionId }) => `${key}:${versionId}`),
    covering: [...(covering ?? [])].map(({ key, versionId }) => `${key}:${versionId}`),
    versionsCount,
    ...(problem === undefined ? {} : { problem }),
  };
}

describe("keys", () => {
  it("come in the order of their UTF-8 bytes, also beyond U+FFFF", () => {
    const texts = fc.array(
      fc.constantFrom(
        "a",
        "B",
        "/",
        "\u{7f}",
        "\u{e9}",
        "\u{d7ff}",
        "\u{e000}",
        "\u{ffff}",
        "\u{1f600}",
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(texts, texts, (some, others) => {
        const [one, other] = [some.join(""), others.join("")];
        const bytes = Buffer.compare(Buffer.from(one), Buffer.from(other));
        expect(Math.sign(compareKeys(one, other))).to.equal(bytes);
      }),
      { numRuns: 500 },
    );
    // As strings they come the other way round.
    expect(compareKeys("\u{ffff}", "\u{1f600}")).to.be.lessThan(0);
    expect("\u{ffff}" < "\u{1f600}").to.equal(false);
  });
});

describe("source and vault listed beside each other", () => {
  it("are the source's versions in its order, and the vault's count without markers", async () => {
    const source = entries("a:2", "a:1", "b:1!", "c:1");
    expect(await joined(source, entries("a:2", "a:1", "b:1!", "c:1"))).to.deep.equal({
      source: ["a:2", "a:1", "b:1", "c:1"],
      covering: [],
      versionsCount: 3,
    });
  });

  it("count what the vault alone has, before, between and after, and find nothing on top there", async () => {
    const vault = entries("0:x", "a:1", "aa:x", "aa:y!", "b:1", "z:x", "z:y");
    expect(await joined(entries("a:1", "b:1"), vault)).to.deep.include({
      covering: [],
      versionsCount: 6,
    });
    expect(await joined([], entries("a:1", "b:1!"))).to.deep.equal({
      source: [],
      covering: [],
      versionsCount: 1,
    });
    expect(await joined(entries("a:1"), [])).to.deep.include({ covering: [], versionsCount: 0 });
  });

  it("find what lies above the newest version that both have, whichever order the vault got them in", async () => {
    const source = entries("a:3", "a:2", "a:1", "b:1");
    const vault = entries("a:m!", "a:x", "a:1", "a:y", "a:3", "a:2", "b:m!", "b:1");
    expect(await joined(source, vault)).to.deep.include({ covering: ["a:m", "a:x", "b:m"] });
    // Where the vault has none of them, all of it.
    expect(await joined(entries("a:1"), entries("a:m!", "a:x"))).to.deep.include({
      covering: ["a:m", "a:x"],
    });
    // A key of which the source has markers alone promises nothing.
    expect(await joined(entries("a:1!"), entries("a:x"))).to.deep.include({ covering: [] });
  });

  it("meet at keys beyond U+FFFF", async () => {
    const all = entries("\u{ffff}:1", "\u{1f600}:1", "\u{1f600}x:1");
    expect(await joined(all, [...entries("\u{ffff}:0"), ...all])).to.deep.include({
      covering: ["\u{ffff}:0"],
      versionsCount: 4,
    });
  });

  it("name the owner of a replica that is not the bucket's, of the source's versions alone", async () => {
    const foreign = (text: string, ownerId: string) => ({ ...entries(text)[0], ownerId }) as Entry;
    const vault = [
      foreign("a:1", "eve"),
      foreign("a:x", "eve"),
      ...entries("b:1"),
      foreign("c:1", "bob"),
    ];
    const listings = await join({ entries: entries("a:1", "b:1", "c:1") }, { entries: vault });
    const owners = listings.vaults.get("primary")?.foreignOwners;
    const ownerOf = (key: string, versionId: string) =>
      owners?.get(versionName({ key, versionId }));
    expect([ownerOf("a", "1"), ownerOf("b", "1"), ownerOf("c", "1")]).to.deep.equal([
      "eve",
      undefined,
      "bob",
    ]);
    expect(ownerOf("a", "x")).to.equal(undefined);
  });

  it("keep what was seen of a vault that stops being listed half-way, and list the source to its end", async () => {
    const all = entries("a:1", "b:1", "c:1", "d:1", "e:1");
    const vault = [...entries("a:x"), ...all];
    const found = await joined(all, vault, { pagesCount: 2 });
    expect(found.source).to.have.length(5);
    expect(found).to.deep.include({ covering: ["a:x"] });
    expect(found.versionsCount).to.be.within(3, 4);
    expect(found.problem).to.match(/403/);
    const none = await joined(all, vault, { pagesCount: 0 });
    expect(none).to.deep.include({ covering: [], versionsCount: 0 });
    expect(none.problem).to.match(/403/);
  });

  it("are an error by its name where one of them is not in order", async () => {
    const [good, bad] = [entries("a:1", "b:1", "c:1"), entries("a:1", "c:1", "b:1")];
    for (const sides of [
      [bad, good],
      [good, bad],
      [good, entries("a:1", "b:1", "\u{1f600}:1", "\u{ffff}:1")],
    ] as const) {
      const error: unknown = await joined(...sides).catch((reason: unknown) => reason);
      expect(error).to.have.property("code", "ListingOutOfOrder");
    }
  });

  it("come to the same as sets of all names would", async () => {
    const keys = ["a", "b", "\u{ffff}", "\u{1f600}"];
    const versions = fc.array(
      fc.record({
        key: fc.constantFrom(...keys),
        versionId: fc.constantFrom("1", "2", "3"),
        isMarker: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    const inOrder = (some: readonly Entry[]): Entry[] => {
      const distinct = [...new Map(some.map((one) => [versionName(one), one])).values()];
      // Within a page S3 has markers apart; of equal times they come first.
      return distinct.sort(
        (one, other) =>
          Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)) ||
          Number(other.isMarker) - Number(one.isMarker),
      );
    };
    await fc.assert(
      fc.asyncProperty(
        versions,
        versions,
        fc.integer({ min: 1, max: 5 }),
        async (some, others, pageSize) => {
          const [source, vault] = [inOrder(some), inOrder(others)];
          const data = source.filter(({ isMarker }) => isMarker !== true);
          const names = new Set(data.map(versionName));
          const covering: string[] = [];
          for (const key of new Set(data.map((one) => one.key))) {
            const ofKey = vault.filter((one) => one.key === key);
            const first = ofKey.findIndex(
              (one) => one.isMarker !== true && names.has(versionName(one)),
            );
            for (const one of first < 0 ? ofKey : ofKey.slice(0, first)) {
              covering.push(`${one.key}:${one.versionId}`);
            }
          }
          const found = await joined(source, vault, { pageSize });
          expect(found.covering).to.have.members(covering);
          expect(found.versionsCount).to.equal(
            vault.filter(({ isMarker }) => isMarker !== true).length,
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});
