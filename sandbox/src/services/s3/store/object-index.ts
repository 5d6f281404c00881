import type { ObjectIndex, ObjectVersion } from "./model";
import { compareUtf8, hasHighUnits } from "../listing/utf8-order";

/**
 * A B+ tree of keys. Leaves hold up to `NODE_CAPACITY` keys and the versions of each, and are linked left to right;
 * branches hold the lowest key of each child. Finding, adding and removing cost the height of the tree (three or four
 * nodes for a million keys), and a page of a listing costs its own length.
 *
 *            [ a | m ]            branch: lowest key under each child
 *           /         \
 *     [a b c d] ---> [m n o]      leaves: key -> one version, or several newest first
 *
 * Nodes are split when full and dropped when empty. They are not merged when half empty: buckets that shrink by
 * deletion do so to nothing, or fill up again.
 *
 * A key with one version (nearly all) stores that version itself, without a list around it.
 */
export function createObjectIndex(): ObjectIndex {
  return new BPlusTreeIndex();
}

const NODE_CAPACITY = 64;
/** From this many versions of one key on, a map finds a version by its id. */
const MAP_FROM_VERSIONS = 32;

/** The versions of a key that has several. Kept oldest first, as a new version is then added at the end. */
class ManyVersions {
  private readonly oldestFirst: ObjectVersion[];
  private byId?: Map<string, ObjectVersion>;
  /** What callers were given; never changed, so that they may add and remove while they go through it. */
  private snapshot?: readonly ObjectVersion[];

  constructor(only: ObjectVersion) {
    this.oldestFirst = [only];
  }

  get newest(): ObjectVersion | undefined {
    return this.oldestFirst[this.oldestFirst.length - 1];
  }

  get count(): number {
    return this.oldestFirst.length;
  }

  get newestFirst(): readonly ObjectVersion[] {
    this.snapshot ??= this.oldestFirst.slice().reverse();
    return this.snapshot;
  }

  find(versionId: string): ObjectVersion | undefined {
    if (this.oldestFirst.length < MAP_FROM_VERSIONS) {
      this.byId = undefined;
      return this.oldestFirst.find((version) => version.versionId === versionId);
    }
    this.byId ??= new Map(this.oldestFirst.map((version) => [version.versionId, version]));
    return this.byId.get(versionId);
  }

  add(version: ObjectVersion): void {
    this.oldestFirst.splice(placeAmong(this.oldestFirst, version), 0, version);
    this.byId?.set(version.versionId, version);
    this.snapshot = undefined;
  }

  delete(version: ObjectVersion): void {
    const place = placeAmong(this.oldestFirst, version);
    // Equal dates and sequences cannot come from one world, but replicas from two sources might meet.
    const index =
      this.oldestFirst[place - 1] === version ? place - 1 : this.oldestFirst.indexOf(version);
    this.oldestFirst.splice(index, 1);
    this.byId?.delete(version.versionId);
    this.snapshot = undefined;
  }
}

type Slot = ObjectVersion | ManyVersions;

interface Leaf {
  readonly keys: string[];
  readonly slots: Slot[];
  next?: Leaf;
  previous?: Leaf;
}

interface Branch {
  /** `lowest[i]` is not above any key under `children[i]`. */
  readonly lowest: string[];
  readonly children: Node[];
}

type Node = Leaf | Branch;

class BPlusTreeIndex implements ObjectIndex {
  private root: Node = { keys: [], slots: [] };
  /** JavaScript's own comparison, many times faster, as long as no key needs the other one. */
  private isBefore: IsBefore = isBeforeByUnits;
  /** Rises with each change of the tree's form, so that an open walk knows to find its place again. */
  private revision = 0;
  private versionTotal = 0;
  private keyTotal = 0;
  private byteTotal = 0;

  get versionCount(): number {
    return this.versionTotal;
  }

  get depth(): number {
    let depth = 1;
    for (let node = this.root; !isLeaf(node); node = childAt(node, 0)) depth++;
    return depth;
  }

  get keyCount(): number {
    return this.keyTotal;
  }

  get bodyBytes(): number {
    return this.byteTotal;
  }

  current(key: string): ObjectVersion | undefined {
    const slot = this.slot(key);
    return slot instanceof ManyVersions ? slot.newest : slot;
  }

  version(key: string, versionId: string): ObjectVersion | undefined {
    const slot = this.slot(key);
    return slot === undefined ? undefined : versionIn(slot, versionId);
  }

  versions(key: string): readonly ObjectVersion[] {
    const slot = this.slot(key);
    return slot === undefined ? [] : listOf(slot);
  }

  insert(version: ObjectVersion): void {
    if (this.isBefore === isBeforeByUnits && hasHighUnits(version.key)) {
      // The keys that are there have no such characters, so both comparisons order them alike.
      this.isBefore = isBeforeByBytes;
    }
    const leaf = this.leafOf(version.key);
    const place = this.lowerBound(leaf.keys, version.key);
    const slot = leaf.keys[place] === version.key ? leaf.slots[place] : undefined;
    if (slot === undefined) {
      this.keyTotal++;
      this.revision++;
      const sibling = this.addKey(this.root, version);
      if (sibling !== undefined) this.growRoot(sibling);
    } else {
      const replaced = versionIn(slot, version.versionId);
      if (replaced !== undefined) this.discount(replaced);
      leaf.slots[place] = withVersion(slot, version, replaced);
    }
    this.versionTotal++;
    this.byteTotal += version.sizeBytes;
  }

  remove(key: string, versionId: string): boolean {
    const leaf = this.leafOf(key);
    const place = this.lowerBound(leaf.keys, key);
    const slot = leaf.keys[place] === key ? leaf.slots[place] : undefined;
    const version = slot === undefined ? undefined : versionIn(slot, versionId);
    if (slot === undefined || version === undefined) return false;
    this.discount(version);
    if (slot instanceof ManyVersions) {
      slot.delete(version);
      if (slot.count === 1 && slot.newest !== undefined) leaf.slots[place] = slot.newest;
      return true;
    }
    this.keyTotal--;
    this.revision++;
    this.removeKey(this.root, key);
    while (!isLeaf(this.root) && this.root.children.length <= 1) {
      this.root = this.root.children[0] ?? { keys: [], slots: [] };
    }
    return true;
  }

  *walk(start?: {
    key: string;
    after?: boolean;
  }): IterableIterator<[key: string, versions: readonly ObjectVersion[]]> {
    let leaf: Leaf | undefined = this.leafOf(start?.key ?? "");
    let place = start === undefined ? 0 : this.lowerBound(leaf.keys, start.key);
    if (start?.after === true && leaf.keys[place] === start.key) place++;
    while (leaf !== undefined) {
      const key = leaf.keys[place];
      const slot = leaf.slots[place];
      if (key === undefined || slot === undefined) {
        leaf = leaf.next;
        place = 0;
        continue;
      }
      const revision = this.revision;
      yield [key, listOf(slot)];
      if (revision === this.revision) {
        place++;
      } else {
        leaf = this.leafOf(key);
        place = this.lowerBound(leaf.keys, key);
        if (leaf.keys[place] === key) place++;
      }
    }
  }

  private discount(version: ObjectVersion): void {
    this.versionTotal--;
    this.byteTotal -= version.sizeBytes;
  }

  private growRoot(sibling: Node): void {
    this.root = {
      lowest: [lowestOf(this.root), lowestOf(sibling)],
      children: [this.root, sibling],
    };
  }

  private slot(key: string): Slot | undefined {
    const leaf = this.leafOf(key);
    const place = this.lowerBound(leaf.keys, key);
    return leaf.keys[place] === key ? leaf.slots[place] : undefined;
  }

  private leafOf(key: string): Leaf {
    let node = this.root;
    while (!isLeaf(node)) node = childAt(node, this.childIndex(node, key));
    return node;
  }

  /** Adds a key that is not there yet. Gives the new right half when the node had to be split. */
  private addKey(node: Node, version: ObjectVersion): Node | undefined {
    if (isLeaf(node)) {
      const place = this.lowerBound(node.keys, version.key);
      node.keys.splice(place, 0, version.key);
      node.slots.splice(place, 0, version);
      return node.keys.length > NODE_CAPACITY ? splitLeaf(node) : undefined;
    }
    const index = this.childIndex(node, version.key);
    const child = childAt(node, index);
    const sibling = this.addKey(child, version);
    // A key below all others goes to the first child, whose lowest key it then is.
    if (index === 0) node.lowest[0] = lowestOf(child);
    if (sibling === undefined) return undefined;
    node.lowest.splice(index + 1, 0, lowestOf(sibling));
    node.children.splice(index + 1, 0, sibling);
    if (node.children.length <= NODE_CAPACITY) return undefined;
    const half = splitPoint(index + 1, node.children.length);
    return { lowest: node.lowest.splice(half), children: node.children.splice(half) };
  }

  /** Takes a key away. True when the node is empty then and must be dropped by its parent. */
  private removeKey(node: Node, key: string): boolean {
    if (isLeaf(node)) {
      const place = this.lowerBound(node.keys, key);
      node.keys.splice(place, 1);
      node.slots.splice(place, 1);
      if (node.keys.length > 0) return false;
      if (node.previous !== undefined) node.previous.next = node.next;
      if (node.next !== undefined) node.next.previous = node.previous;
      return true;
    }
    const index = this.childIndex(node, key);
    if (this.removeKey(childAt(node, index), key)) {
      node.lowest.splice(index, 1);
      node.children.splice(index, 1);
    }
    return node.children.length === 0;
  }

  /** The child that holds `key` or would hold it. */
  private childIndex(branch: Branch, key: string): number {
    const place = this.lowerBound(branch.lowest, key);
    return branch.lowest[place] === key ? place : Math.max(0, place - 1);
  }

  /** The first place whose key is not before `key`. */
  private lowerBound(keys: readonly string[], key: string): number {
    const { isBefore } = this;
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(keys[middle] ?? "", key)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

type IsBefore = (left: string, right: string) => boolean;

function isBeforeByUnits(left: string, right: string): boolean {
  return left < right;
}

function isBeforeByBytes(left: string, right: string): boolean {
  return compareUtf8(left, right) < 0;
}

function versionIn(slot: Slot, versionId: string): ObjectVersion | undefined {
  if (slot instanceof ManyVersions) return slot.find(versionId);
  return slot.versionId === versionId ? slot : undefined;
}

/** The slot of a key after a version was added, in the place of another where one is replaced. */
function withVersion(
  slot: Slot,
  version: ObjectVersion,
  replaced: ObjectVersion | undefined,
): Slot {
  if (slot === replaced) return version;
  const many = slot instanceof ManyVersions ? slot : new ManyVersions(slot);
  if (replaced !== undefined) many.delete(replaced);
  many.add(version);
  return many;
}

function isLeaf(node: Node): node is Leaf {
  return "keys" in node;
}

function childAt(branch: Branch, index: number): Node {
  const child = branch.children[index];
  if (child === undefined) throw new Error(`The object index has no child ${index}.`);
  return child;
}

function lowestOf(node: Node): string {
  return (isLeaf(node) ? node.keys[0] : node.lowest[0]) ?? "";
}

function splitLeaf(leaf: Leaf): Leaf {
  // The last key is the largest: keys that arrive in order would leave each leaf half empty if it were cut in two.
  const appended = leaf.next === undefined;
  const half = appended ? leaf.keys.length - 1 : leaf.keys.length >> 1;
  const right: Leaf = {
    keys: leaf.keys.splice(half),
    slots: leaf.slots.splice(half),
    next: leaf.next,
    previous: leaf,
  };
  if (leaf.next !== undefined) leaf.next.previous = right;
  leaf.next = right;
  return right;
}

/** Branches that grow at the right end are kept full; others are cut in two. */
function splitPoint(grownAt: number, length: number): number {
  return grownAt === length - 1 ? length - 1 : length >> 1;
}

/** The place after the last version that is not newer than `version`. */
function placeAmong(oldestFirst: readonly ObjectVersion[], version: ObjectVersion): number {
  let low = 0;
  let high = oldestFirst.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = oldestFirst[middle];
    if (other !== undefined && isNewer(other, version)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** True when `left` is listed before `right` among the versions of one key. */
function isNewer(
  left: Pick<ObjectVersion, "lastModifiedEpochMs" | "sequence">,
  right: Pick<ObjectVersion, "lastModifiedEpochMs" | "sequence">,
): boolean {
  if (left.lastModifiedEpochMs !== right.lastModifiedEpochMs) {
    return left.lastModifiedEpochMs > right.lastModifiedEpochMs;
  }
  return left.sequence > right.sequence;
}

function listOf(slot: Slot): readonly ObjectVersion[] {
  return slot instanceof ManyVersions ? slot.newestFirst : [slot];
}
