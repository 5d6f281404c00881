import { kindOf, type PolicyResource } from "../resource";
import { at, type Read, UNKNOWN, type Unknown } from "../values";
import type { Bucket } from "./bucket";
import { BUCKET_KINDS, bucketNameIn, isTold, nameOfBucket } from "./bucket-names";
import { inOneShape } from "./one-shape";

/** Resources that say one thing of a bucket, which they name in `bucket`. */
const PART =
  /^aws:s3:(Bucket(?!Object$).+|Inventory|AnalyticsConfiguration)$|^aws-native:s3:BucketPolicy$/;

/**
 * The resources of a program, and what belongs together among them. A part belongs to a bucket by its name or its ARN; where
 * only the deployment tells that, by the resources that the value is made of.
 */
export class Program {
  /** All of them, in the order in which they were told. */
  readonly resources: readonly PolicyResource[];
  /** Those that the program makes, and those that it only adds something to. */
  readonly buckets: readonly Bucket[];
  readonly #byUrn: ReadonlyMap<string, PolicyResource>;
  readonly #buckets: MutableBucket[] = [];
  readonly #bucketsByUrn = new Map<string, MutableBucket>();
  readonly #bucketsByName = new Map<string, MutableBucket>();
  /** Kinds of which there is a part whose bucket nobody can tell yet. */
  readonly #strayKinds = new Set<string>();

  constructor(told: readonly PolicyResource[]) {
    const resources = told.map(inOneShape);
    this.resources = resources;
    this.#byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    for (const resource of this.ofKind(...BUCKET_KINDS)) {
      this.#bucketsByUrn.set(resource.urn, this.#addBucket(nameOfBucket(resource), resource));
    }
    for (const part of resources) {
      const kind = kindOf(part.type);
      if (!PART.test(kind)) continue;
      const bucket = this.#bucketOfPart(part);
      if (bucket === UNKNOWN) this.#strayKinds.add(kind);
      else bucket.parts.set(kind, [...(bucket.parts.get(kind) ?? []), part]);
    }
    this.buckets = this.#buckets;
  }

  /** Resources of these kinds, as in `aws:s3:BucketVersioning`. */
  ofKind(...kinds: readonly string[]): readonly PolicyResource[] {
    return this.resources.filter(({ type }) => kinds.includes(kindOf(type)));
  }

  /** The resource of a URN. */
  resourceOf(urn: string): PolicyResource | undefined {
    return this.#byUrn.get(urn);
  }

  /**
   * The part of this kind that a bucket has.
   * @returns undefined where it has none; `UNKNOWN` where that cannot be told: its bucket is made elsewhere, or a part of this
   * kind belongs to a bucket that only the deployment tells
   */
  partOf(bucket: Bucket, kind: string): PolicyResource | undefined | Unknown {
    const found = bucket.parts.get(kind)?.[0];
    if (found !== undefined) return found;
    return bucket.resource === undefined || this.#strayKinds.has(kind) ? UNKNOWN : undefined;
  }

  /** The bucket that the program makes or adds something to under this name. */
  bucketOfName(name: string): Bucket | undefined {
    return this.#bucketsByName.get(name);
  }

  /**
   * The buckets that a property of a resource names.
   * @param property name of the input that the value stands in, for what it is made of
   * @returns one bucket where the value is told; else those that the input is made of, which may be several or none
   */
  bucketsNamed(resource: PolicyResource, property: string, value: Read): readonly Bucket[] {
    return this.#named(resource, property, value, new Set());
  }

  /**
   * The resources that an input's value is made of.
   * @returns none also where that is not told
   */
  madeOf(resource: PolicyResource, property: string): readonly PolicyResource[] {
    const urns = resource.propertyDependencies?.[property] ?? [];
    return urns.flatMap((urn) => this.#byUrn.get(urn) ?? []);
  }

  #named(
    resource: PolicyResource,
    property: string,
    value: Read,
    visited: ReadonlySet<string>,
  ): readonly MutableBucket[] {
    if (isTold(value)) {
      const name = bucketNameIn(value);
      const bucket = name === undefined ? undefined : this.#bucketsByName.get(name);
      return bucket === undefined ? [] : [bucket];
    }
    const found = this.madeOf(resource, property).flatMap((part) => {
      const known = this.#bucketsByUrn.get(part.urn);
      if (known !== undefined) return [known];
      // A part in its turn: whoever uses its bucket's name uses a bucket that has the part.
      if (!PART.test(kindOf(part.type)) || visited.has(part.urn)) return [];
      return this.#named(part, "bucket", at(part.props, "bucket"), new Set([...visited, part.urn]));
    });
    return [...new Set(found)];
  }

  #addBucket(name: string | undefined, resource: PolicyResource | undefined): MutableBucket {
    const bucket: MutableBucket = { name, resource, parts: new Map() };
    if (name !== undefined) this.#bucketsByName.set(name, bucket);
    this.#buckets.push(bucket);
    return bucket;
  }

  #bucketOfPart(part: PolicyResource): MutableBucket | Unknown {
    const value = at(part.props, "bucket");
    const [only, ...others] = this.#named(part, "bucket", value, new Set());
    if (only !== undefined && others.length === 0) return only;
    const name = isTold(value) ? bucketNameIn(value) : undefined;
    return name === undefined ? UNKNOWN : this.#addBucket(name, undefined);
  }
}

interface MutableBucket extends Bucket {
  readonly parts: Map<string, readonly PolicyResource[]>;
}
