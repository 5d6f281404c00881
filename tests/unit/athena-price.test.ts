/** What Athena charges, what it is given, and how its answers are read. */

import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { chargedBytes, priceUsd, scanPrice } from "../../automation/analysis/athena/price";
import { ATHENA_PRICES } from "../../automation/prices/athena-prices";
import { REGION_PRICES } from "../../automation/prices/region-prices";
import { resultRows, type ResultRow } from "../../automation/analysis/athena/results";
import { isLockstepError, type LockstepError } from "../../automation/errors";
import type { LockstepEvent } from "../../automation/events";
import type { AthenaPlanFields, AthenaShare } from "../../automation/look/athena/fields";
import type { AthenaOptions } from "../../automation/look/look";
import { linesOf } from "../../automation/cli/render/event-words";
import { agree } from "../../automation/look/athena/agree";
import type { AskedVault } from "../../automation/look/athena/asked";
import { listingFiles } from "../../automation/look/athena/listing-files";
import { athenaPlan } from "../../automation/look/athena/plan";
import type { DeployedPromise } from "../../automation/promise/deployed-promise";
import type { ListedVersion } from "../../automation/proof/source-versions";
import { RULE, VAULT, VERSION } from "../helpers/judged-world";

const MB = 1_000_000;

describe("the price of Athena", () => {
  it("counts each query in megabytes, ten at least", () => {
    expect(chargedBytes([])).to.equal(0);
    expect(chargedBytes([0, 1, 10 * MB])).to.equal(30 * MB);
    expect(chargedBytes([10 * MB + 1])).to.equal(11 * MB);
    expect(chargedBytes([2.5e12])).to.equal(2.5e12);
  });

  it("is what the config says, else the list's; a Region that is not known has that of another, and says so", () => {
    const published = { isKnown: true, readAt: "2026-09-11" };
    expect(scanPrice("us-east-1")).to.deep.equal({ usdPerTb: 5, ...published });
    expect(scanPrice("sa-east-1")).to.deep.equal({ usdPerTb: 9, ...published });
    expect(scanPrice("eu-north-1")).to.deep.equal({ ...scanPrice("us-east-1"), isKnown: false });
    const own = { isKnown: true, readAt: null };
    expect(scanPrice("sa-east-1", 8)).to.deep.equal({ usdPerTb: 8, ...own });
    expect(scanPrice("eu-north-1", 8)).to.deep.equal({ usdPerTb: 8, ...own });
    expect(priceUsd(2e12, { usdPerTb: 5 })).to.equal(10);
  });

  it("is of AWS's list in some Regions, each of a day", () => {
    const days = /^20\d\d-[01]\d-[0-3]\d$/;
    for (const [region, { readAt, usdPerTbScanned }] of ATHENA_PRICES) {
      expect(REGION_PRICES, region).to.have.property(region);
      expect(readAt, region).to.match(days);
      // The least that any Region was ever seen to cost, and the most.
      expect(usdPerTbScanned, region).to.be.within(5, 9);
    }
    expect(ATHENA_PRICES.get("us-west-1")?.usdPerTbScanned).to.equal(6.75);
    expect(ATHENA_PRICES.get("eu-west-3")?.usdPerTbScanned).to.equal(7);
  });

  it("has each table as often as a question reads it, and what is gone once for all vaults", () => {
    const place = { workgroup: "primary", database: "default", location: "s3://b/" };
    const sizes = { source: 100 * MB, vault: 1_000 * MB, listing: 10_000 * MB };
    const vault = { name: "one", region: "us-east-1", place, sizes };
    const { chargedBytes: bytes, ...plan } = athenaPlan(
      "orders",
      [vault, { ...vault, name: "two" }],
      1,
    );
    // refused of each side, candidates, doubled, count, seen; gone.
    const each = 100 + 1_000 + 11_100 + 11_100 + 1_000 + 20_000;
    expect(bytes).to.equal((2 * each + 10_100) * MB);
    expect(plan.usd).to.be.closeTo((bytes / 1e12) * 5, 1e-9);
    expect(plan).to.deep.include({ budgetUsd: 1, othersUsd: 0, broughtBytes: 200 * MB });
    expect(plan.vaults.map(({ usd }) => usd)).to.deep.equal([
      priceUsd((each + 10_100) * MB, { usdPerTb: 5 }),
      priceUsd(each * MB, { usdPerTb: 5 }),
    ]);
  });
});

describe("answers of Athena", () => {
  const read = async (bytes: Buffer, chunkBytes = bytes.length): Promise<ResultRow[]> => {
    const chunks: Buffer[] = [];
    for (let start = 0; start < bytes.length; start += chunkBytes) {
      chunks.push(bytes.subarray(start, start + chunkBytes));
    }
    const rows: ResultRow[] = [];
    for await (const row of resultRows(Readable.from(chunks))) rows.push(row);
    return rows;
  };

  it("tell a null from an empty text, and have quotes, lines and all else in a text", async () => {
    const text = '"a","b"\n"","x ""y"", z"\n,"line\nfeed\r\n"\n';
    expect(await read(Buffer.from(text))).to.deep.equal([
      { a: "", b: 'x "y", z' },
      { a: null, b: "line\nfeed\r\n" },
    ]);
  });

  it("are read alike wherever they are cut", async () => {
    const cell = fc.option(fc.string({ unit: "grapheme" }), { nil: null });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell)),
        fc.integer({ min: 1, max: 7 }),
        async (rows, chunkBytes) => {
          const shown = (value: string | null) =>
            value === null ? "" : `"${value.replaceAll('"', '""')}"`;
          const lines = rows.map(([a, b]) => `${shown(a)},${shown(b)}\n`);
          const file = Buffer.from(`"a","b"\n${lines.join("")}`);
          const expected = rows.map(([a, b]) => ({ a, b }));
          expect(await read(file, chunkBytes)).to.deep.equal(expected);
        },
      ),
      { numRuns: 200, seed: 1 },
    );
  });

  it("that end within a row, or are none, are not taken for whole", async () => {
    for (const text of ["", '"a"\n"x', '"a"\n"x"', '"a","b"\n"x"\n', '"a"\n"x","y"\n']) {
      const error: unknown = await read(Buffer.from(text)).catch((failure: unknown) => failure);
      expect(error, text).to.be.an("error");
    }
  });
});

describe("what people are told of Athena's price", () => {
  it("names each vault, the budget and where each price is from", () => {
    const place = { workgroup: "auditors", database: "default", location: "s3://b/looks/" };
    const sizes = { source: 3 * 1024 ** 3, vault: 0, listing: 0 };
    const vault = { name: "one", region: "eu-north-1", place, sizes };
    const pricesTold = (region: string, usdPerTbScanned?: number) => {
      const planned = athenaPlan(
        "orders",
        [{ ...vault, region, place: { ...place, usdPerTbScanned } }],
        2,
      );
      return linesOf({ type: "athena-plan", ...planned }, false).filter((line) =>
        line.startsWith("    the price of"),
      );
    };
    expect(pricesTold("us-west-1")).to.deep.equal([
      "    the price of us-west-1: USD 6.75 for 10^12 bytes (AWS's of 2026-03-22)",
    ]);
    expect(pricesTold("eu-north-1", 8)).to.deep.equal([
      "    the price of eu-north-1: USD 8.00 for 10^12 bytes (lockstep:verdict athena.one.usdPerTbScanned)",
    ]);
    expect(
      linesOf({ type: "athena-plan", ...athenaPlan("orders", [vault], 2), othersUsd: 0.5 }, false),
    ).to.deep.equal([
      "  Athena, at most, for orders",
      "    vault one          USD 0.0646  (work group auditors, in s3://b/looks/)",
      "    all together       USD 0.0646  (12.0 GiB)",
      "    the other sources  USD 0.5000",
      "    budget               USD 2.00",
      "    the price of eu-north-1 is not known: that of us-east-1 is taken, USD 5.00 for 10^12 bytes (lockstep:verdict athena.one.usdPerTbScanned)",
      "    not included: transfer of 3.0 GiB of the source's inventory and of each answer; storage and requests of S3 for the time of the look; requests of the Data Catalog",
      "    under KMS no version is plainly right by an inventory: an answer has all of them, and each is judged here",
    ]);
  });
});

describe("what Athena may charge for several sources", () => {
  const place = { workgroup: "primary", database: "default", location: "s3://b/" };
  const sizes = { source: 0, vault: 0, listing: 200_000_000_000 };
  const vault = { name: "one", region: "eu-north-1", place, sizes };
  // Candidates, doubled and gone read the listing once, and what was seen of it twice: five dollars and a little.
  const agreeTo = async (
    athena: Partial<AthenaOptions>,
    usdPerTbScanned: number | null = 5,
  ): Promise<{ readonly error: LockstepError | undefined; readonly told: LockstepEvent[] }> => {
    const told: LockstepEvent[] = [];
    const options = {
      athena: { source: "orders", places: {}, confirm: () => Promise.resolve(true), ...athena },
      emit: (event: LockstepEvent) => void told.push(event),
    };
    const asked = {
      ...vault,
      place: { ...place, ...(usdPerTbScanned === null ? {} : { usdPerTbScanned }) },
    } as unknown as AskedVault;
    try {
      await agree([asked], options);
      return { error: undefined, told };
    } catch (error) {
      if (!isLockstepError(error)) throw error;
      return { error, told };
    }
  };
  const withLetters = (lettersUsd: number) => (own: AthenaShare) =>
    Promise.resolve([own, { source: "letters", usd: lettersUsd }]);

  it("is held against one budget, by all of them together, which names each", async () => {
    const alone = await agreeTo({ budgetUsd: 6 });
    expect(alone.error).to.equal(undefined);
    const fits = await agreeTo({ budgetUsd: 6, gather: withLetters(0.99) });
    expect(fits.error).to.equal(undefined);
    const [plan] = fits.told;
    expect(plan).to.deep.include({ type: "athena-plan", budgetUsd: 6 });
    expect((plan as AthenaPlanFields).usd).to.be.within(5, 5.01);
    expect((plan as AthenaPlanFields).othersUsd).to.be.closeTo(0.99, 1e-9);
    let questions = 0;
    const confirm = () => Promise.resolve(questions++ > -1);
    const { error } = await agreeTo({ budgetUsd: 6, gather: withLetters(1), confirm });
    expect(error?.code).to.equal("BudgetExceeded");
    expect(error?.message).to.equal(
      "Athena may charge USD 5.00 for orders, USD 1.00 for letters: together USD 6.00, more than the budget of USD 6.00.",
    );
    expect(error?.hint).to.contain("--source");
    expect(questions).to.equal(0);
    // 0.1 and 0.2 are 0.30000000000000004.
    const rounded = () =>
      Promise.resolve([0.1, 0.2].map((usd) => ({ source: `source of ${usd}`, usd })));
    expect((await agreeTo({ budgetUsd: 0.3, gather: rounded })).error).to.equal(undefined);
    expect((await agreeTo({ gather: withLetters(1_000) })).error).to.equal(undefined);
    const dear = await agreeTo({ budgetUsd: 5 });
    expect(dear.error?.message).to.contain("may charge USD 5.00, more than");
  });

  it("is of none whose price is not known, and counts for no other then", async () => {
    const gather = () => expect.fail("it came");
    const { error, told } = await agreeTo({ budgetUsd: 60, gather }, null);
    expect(error?.message).to.contain("in eu-north-1 is not known");
    expect(told.map(({ type }) => type)).to.deep.equal(["athena-plan"]);
    expect((await agreeTo({ gather: withLetters(1) }, null)).error).to.equal(undefined);
  });

  it("is not charged where somebody says no", async () => {
    const { error } = await agreeTo({ confirm: () => Promise.resolve(false) });
    expect(error?.code).to.equal("Declined");
  });
});

describe("the source's listing for Athena", () => {
  const versions: ListedVersion[] = Array.from({ length: 7 }, (_, index) => ({
    ...VERSION,
    key: `key ${index}`,
    isDeleteMarker: index === 3,
  }));
  const promise = { source: {}, rules: [RULE] } as unknown as DeployedPromise;
  const textsOf = (maxCharacters?: number): readonly string[] =>
    listingFiles(versions, VAULT, promise, new AbortController().signal, maxCharacters).files.map(
      ({ bytes }) =>
        gunzipSync(Buffer.concat([...(bytes.chunks() as Iterable<Uint8Array>)])).toString(),
    );

  it("has every version but delete markers, each by its place, in files that end somewhere", () => {
    const [whole = "", ...more] = textsOf();
    expect(more).to.deep.equal([]);
    const lines = whole.split("\n").slice(0, -1);
    expect(lines.map((line) => line.split(",")[0])).to.deep.equal(
      [0, 1, 2, 4, 5, 6].map((place) => `"${place}"`),
    );
    const { listedCount, wantedCount } = listingFiles(
      versions,
      VAULT,
      promise,
      new AbortController().signal,
    );
    expect([listedCount, wantedCount]).to.deep.equal([6, 6]);
    const parts = textsOf(lines.join("").length / 3);
    expect(parts.length).to.be.greaterThan(2);
    expect(parts.join("")).to.equal(whole);
  });

  it("is one file where there is nothing", () => {
    const none = listingFiles([], VAULT, promise, new AbortController().signal);
    expect(none.files).to.have.length(1);
    expect(none).to.deep.include({ listedCount: 0, wantedCount: 0 });
  });
});
