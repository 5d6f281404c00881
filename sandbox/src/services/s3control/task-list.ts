import type { Task } from "./task";
import { decodeManifestKey } from "../../values/manifest-key";

/** Tasks of one block, which is what a job runs in one turn of the event loop. */
const TASKS_PER_BLOCK = 400;

type PackedTask = readonly [bucketName: string, keyText: string, versionId: string];

/**
 * The tasks of a job in the order of its manifest, packed into blocks of text outside of the JavaScript heap, and taken off
 * block by block: a job of a million tasks has objects for a few hundred of them.
 */
export class TaskList {
  private blocks: (Buffer | undefined)[] = [];
  private filling: PackedTask[] = [];
  private takenBlocksCount = 0;
  private tasksCount = 0;
  private readonly bucketNames = new Set<string>();

  /** All that were added, those that were taken included. */
  get addedCount(): number {
    return this.tasksCount;
  }

  /** The bucket of the first task; undefined when there is none. */
  get bucketName(): string | undefined {
    const [first] = this.bucketNames;
    return first;
  }

  get hasSeveralBuckets(): boolean {
    return this.bucketNames.size > 1;
  }

  /** The key is not kept: it is what `keyText` says. */
  add({ bucketName, keyText, versionId }: Task): void {
    this.filling.push([bucketName, keyText, versionId]);
    this.tasksCount++;
    this.bucketNames.add(bucketName);
    if (this.filling.length < TASKS_PER_BLOCK) return;
    this.blocks.push(Buffer.from(JSON.stringify(this.filling)));
    this.filling = [];
  }

  /** Takes the next block off; empty when none is left. */
  takeBlock(): readonly Task[] {
    const block = this.blocks[this.takenBlocksCount];
    if (block === undefined) {
      const rest = this.filling;
      this.filling = [];
      return rest.map(unpacked);
    }
    this.blocks[this.takenBlocksCount] = undefined;
    this.takenBlocksCount++;
    return (JSON.parse(block.toString()) as PackedTask[]).map(unpacked);
  }
}

function unpacked([bucketName, keyText, versionId]: PackedTask): Task {
  const key = decodeManifestKey(keyText);
  if (key === undefined) throw new Error(`A task has a key that is not well encoded: ${keyText}.`);
  return { bucketName, key, keyText, versionId };
}
