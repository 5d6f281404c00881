/**
 * What a backfill costs, by line and vault: the job, the replicas that it makes, and their storage for as long as nobody can delete
 * them. List prices or the config's; what has no known price is named, and never counted as nothing. Pure.
 *
 * @see https://aws.amazon.com/s3/pricing/ replication: storage and PUT requests at the destination, transfer between Regions,
 * retrieval from infrequent access at the source, and what Replication Time Control carries
 */
import {
  pricesOf,
  type KnownPrices,
  type PriceOverrides,
  type PriceSource,
} from "../prices/prices-of";

/** One line of a price. */
export interface PriceLine {
  /** What is charged, as in `PUT requests into STANDARD`. */
  readonly what: string;
  /** Name of the vault that it is for; null for what is for all of them. */
  readonly vault: string | null;
  /** US dollars. */
  readonly usd: number;
}

/** A price, and what is not in it. */
export interface Price {
  readonly lines: readonly PriceLine[];
  /** The sum of the lines. US dollars. */
  readonly total: number;
  /** What AWS charges and the lines do not have, in words. */
  readonly notIncluded: readonly string[];
  /** Where the prices are from. */
  readonly sources: readonly PriceSource[];
}

/** What is known of a job. */
export interface JobFacts {
  /** Of source and job. */
  readonly region: string;
  /** Who makes the manifest: a list of ours is not charged. */
  readonly manifestBy: "generator" | "own";
  readonly tasksCount: number;
  /** Versions of the source, which S3's generator has to list. */
  readonly listedCount: number;
}

/** Versions that come to one vault alike. */
export interface ReplicaFacts {
  /** Name in the config. */
  readonly vault: string;
  readonly region: string;
  /** That they are written in. */
  readonly storageClass: string;
  /** That they are read from. */
  readonly sourceStorageClass: string;
  readonly versionsCount: number;
  /** PUT requests: one for each version, or one for each part and two more. */
  readonly putsCount: number;
  readonly sizeBytes: number;
  /** As storage is charged: some classes have a least size of a version. */
  readonly storedBytes: number;
  /** Beside them, in Standard: what Glacier classes keep there of each version. */
  readonly standardBytes: number;
  /** Days for which nobody can delete them. */
  readonly retentionDays: number;
  /** Written under a key of KMS. */
  readonly isUnderKms: boolean;
  /** Read from under one. */
  readonly isSourceUnderKms: boolean;
  /** Their rule has Replication Time Control. */
  readonly hasTimeControl: boolean;
}

const MILLION = 1_000_000;
/** As S3 counts them. @see https://aws.amazon.com/s3/faqs/ the example of a bill: 2^30 bytes */
const GB_BYTES = 2 ** 30;
const MONTH_DAYS = 30;

/** Never deleted earlier without being charged for so long. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html */
const LEAST_DAYS: Readonly<Record<string, number>> = {
  STANDARD_IA: 30,
  ONEZONE_IA: 30,
  GLACIER_IR: 90,
  GLACIER: 90,
  DEEP_ARCHIVE: 180,
};

/** Whoever reads from these pays for it. What was restored from Glacier lies beside it as a copy that is read like any other. */
const CHARGES_READING: ReadonlySet<string> = new Set(["STANDARD_IA", "ONEZONE_IA", "GLACIER_IR"]);

/** The job alone. */
export function jobPrice(facts: JobFacts, overrides?: PriceOverrides): Price {
  const sum = new Sum();
  addJob(sum, facts, sum.pricesOf(facts.region, overrides));
  return sum.price([]);
}

/** What jobs read at one side to compute checksums. */
export interface ReadFacts {
  /** Name of the vault that is read; null for the source. */
  readonly vault: string | null;
  readonly region: string;
  readonly jobsCount: number;
  readonly tasksCount: number;
  readonly sizeBytes: number;
}

/** Jobs that read what is stored. That requests to KMS are charged as for whoever reads otherwise is assumed, and how many, not known. */
export function checksumPrice(sides: readonly ReadFacts[], overrides?: PriceOverrides): Price {
  const sum = new Sum();
  for (const { jobsCount, region, sizeBytes, tasksCount, vault } of sides) {
    const prices = sum.pricesOf(region, overrides);
    const where = `in ${region}`;
    sum.add({ what: "jobs", vault }, jobsCount, prices.usdPerJob, where);
    sum.add({ what: "tasks", vault }, tasksCount / MILLION, prices.usdPerMillionTasks, where);
    const read = sizeBytes / GB_BYTES;
    sum.add({ what: "bytes read for checksums", vault }, read, prices.usdPerGbChecksummed, where);
  }
  return sum.price(["requests to KMS", "requests of looking (LIST, HEAD)", "discounts"]);
}

/** The job and all that it brings. */
export function backfillPrice(
  facts: JobFacts & { readonly replicas: readonly ReplicaFacts[] },
  overrides?: PriceOverrides,
): Price {
  const sum = new Sum();
  const source = sum.pricesOf(facts.region, overrides);
  addJob(sum, facts, source);
  for (const vault of new Set(facts.replicas.map(({ vault: name }) => name))) {
    const replicas = facts.replicas.filter((one) => one.vault === vault);
    const region = replicas[0]?.region ?? facts.region;
    addVault(sum, { name: vault, region, replicas }, facts.region, {
      source,
      vault: sum.pricesOf(region, overrides),
    });
  }
  return sum.price(ALWAYS_BESIDE);
}

/** What nobody can say beforehand. */
const ALWAYS_BESIDE = [
  "storage after the locked period",
  "requests of looking (LIST, HEAD)",
  "free tiers and discounts",
] as const;

function addJob(sum: Sum, facts: JobFacts, prices: KnownPrices): void {
  const where = `in ${facts.region}`;
  const { listedCount, manifestBy, tasksCount } = facts;
  sum.add({ what: "job", vault: null }, 1, prices.usdPerJob, where);
  sum.add({ what: "tasks", vault: null }, tasksCount / MILLION, prices.usdPerMillionTasks, where);
  const listed = manifestBy === "own" ? 0 : listedCount / MILLION;
  sum.add({ what: "manifest", vault: null }, listed, prices.usdPerMillionListed, where);
}

function addVault(
  sum: Sum,
  { name, region, replicas }: { name: string; region: string; replicas: readonly ReplicaFacts[] },
  sourceRegion: string,
  prices: { readonly source: KnownPrices; readonly vault: KnownPrices },
): void {
  const add = (what: string, amount: number, usd: number | undefined, where: string): void =>
    sum.add({ what, vault: name }, amount, usd, where);
  const total = (of: (one: ReplicaFacts) => number): number =>
    replicas.reduce((whole, one) => whole + of(one), 0);
  for (const [storageClass, some] of byClass(replicas, ({ storageClass: one }) => one)) {
    const puts = some.reduce((whole, { putsCount }) => whole + putsCount, 0);
    const usd = own(prices.vault.usdPerThousandPuts, storageClass);
    add(`PUT requests into ${storageClass}`, puts / 1000, usd, `in ${region}`);
  }
  if (region !== sourceRegion) {
    const usd = own(prices.source.usdPerGbTransferredTo, region);
    const what = `transfer from ${sourceRegion} to ${region}`;
    add(what, total(({ sizeBytes }) => sizeBytes) / GB_BYTES, usd, "");
  }
  // Whether it is charged for what a job brings AWS does not say; assumed, since then nobody pays more than was told.
  const timed = total(({ hasTimeControl, sizeBytes }) => (hasTimeControl ? sizeBytes : 0));
  if (replicas.some(({ hasTimeControl }) => hasTimeControl)) {
    const usd = prices.source.usdPerGbTimeControl;
    add("Replication Time Control", timed / GB_BYTES, usd, `from ${sourceRegion}`);
  }
  for (const [storageClass, some] of byClass(replicas, (one) => one.sourceStorageClass)) {
    if (!CHARGES_READING.has(storageClass)) continue;
    const usd = own(prices.source.usdPerGbRetrieved, storageClass);
    const read = some.reduce((whole, { sizeBytes }) => whole + sizeBytes, 0);
    add(`retrieval from ${storageClass}`, read / GB_BYTES, usd, `in ${sourceRegion}`);
  }
  // At the most: an S3 Bucket Key needs fewer.
  const written = total(({ isUnderKms, versionsCount }) => (isUnderKms ? versionsCount : 0));
  if (written > 0) {
    const usd = prices.vault.usdPerTenThousandKmsRequests;
    add("KMS requests of the vault's key", written / 10_000, usd, `in ${region}`);
  }
  const read = total(({ isSourceUnderKms, versionsCount }) =>
    isSourceUnderKms ? versionsCount : 0,
  );
  if (read > 0) {
    const usd = prices.source.usdPerTenThousandKmsRequests;
    add("KMS requests of the source's keys", read / 10_000, usd, `in ${sourceRegion}`);
  }
  addStorage(sum, name, region, replicas, prices.vault);
}

/** The first month apart from the rest of the locked period, so that all lines together are the sum. */
function addStorage(
  sum: Sum,
  vault: string,
  region: string,
  replicas: readonly ReplicaFacts[],
  prices: KnownPrices,
): void {
  for (const [storageClass, some] of byClass(replicas, ({ storageClass: one }) => one)) {
    const perGb = own(prices.usdPerGbMonth, storageClass);
    const standard = own(prices.usdPerGbMonth, "STANDARD");
    const stored = some.reduce((whole, { storedBytes }) => whole + storedBytes, 0);
    const beside = some.reduce((whole, { standardBytes }) => whole + standardBytes, 0);
    const usd =
      perGb === undefined || (beside > 0 && standard === undefined)
        ? undefined
        : (stored * perGb + beside * (standard ?? 0)) / GB_BYTES;
    const days = Math.max(some[0]?.retentionDays ?? 0, own(LEAST_DAYS, storageClass) ?? 0);
    const where = `in ${region}`;
    sum.add({ what: `storage in ${storageClass}, a month`, vault }, 1, usd, where);
    if (days > MONTH_DAYS) {
      const what = `storage in ${storageClass}, the other ${(days - MONTH_DAYS).toLocaleString("en-US")} of ${days.toLocaleString("en-US")} locked days`;
      sum.add({ what, vault }, (days - MONTH_DAYS) / MONTH_DAYS, usd, where);
    }
    if (storageClass === "INTELLIGENT_TIERING") {
      sum.leave("monitoring of objects in INTELLIGENT_TIERING");
    }
  }
}

/** By class, in the order of their names. */
function byClass(
  replicas: readonly ReplicaFacts[],
  classOf: (one: ReplicaFacts) => string,
): readonly (readonly [string, readonly ReplicaFacts[]])[] {
  return [...new Set(replicas.map(classOf))]
    .sort()
    .map((name) => [name, replicas.filter((one) => classOf(one) === name)] as const);
}

/** A class is what the source says, so it may be any text. */
function own(prices: Readonly<Record<string, number>> | undefined, name: string) {
  return prices !== undefined && Object.hasOwn(prices, name) ? prices[name] : undefined;
}

/** Lines as they come together. */
class Sum {
  readonly #lines: PriceLine[] = [];
  readonly #left = new Set<string>();
  readonly #sources = new Map<string, KnownPrices>();

  pricesOf(region: string, overrides: PriceOverrides | undefined): KnownPrices {
    const known = this.#sources.get(region) ?? pricesOf(region, overrides);
    this.#sources.set(region, known);
    return known;
  }

  /** A line; without a price what it is for is named. @param where of the price, for people */
  add(
    { vault, what }: Pick<PriceLine, "vault" | "what">,
    amount: number,
    usd: number | undefined,
    where: string,
  ): void {
    if (usd !== undefined) this.#lines.push({ what, vault, usd: amount * usd });
    else if (amount > 0) {
      const place = where === "" ? "" : ` ${where}`;
      this.leave(`${what}${place} (its price is not known here: lockstep:backfill prices)`);
    }
  }

  leave(what: string): void {
    this.#left.add(what);
  }

  price(beside: readonly string[]): Price {
    return {
      lines: this.#lines,
      total: this.#lines.reduce((whole, { usd }) => whole + usd, 0),
      notIncluded: [...this.#left, ...beside],
      sources: [...this.#sources.values()].flatMap(({ from }) => from),
    };
  }
}
