import { Agenda } from "../time/agenda";
import { nextMidnightAfter, nextSundayAfter } from "../time/midnight";
import type { CheckedInventory } from "../services/s3/bucket/inventory-rules";
import type { S3Change } from "../services/s3/store/changes";
import type { Bucket } from "../services/s3/store/model";
import { SlicedWork } from "../time/sliced-work";
import type { World } from "../world/world";
import { deliverInventory } from "./delivery";

/** One configuration of one bucket. */
interface Inventory {
  readonly bucket: Bucket;
  readonly configuration: CheckedInventory;
}

/**
 * Delivers inventories by the sandbox's clock. AWS says "within 48 hours" of the first list, every day of daily ones and
 * Sunday (UTC) of weekly ones. Here the first comes at the next midnight UTC, each further one at midnight of its day; a
 * configuration that is put again begins again (assumed).
 *
 * The agenda is one of the background: a daily list comes round for ever, and nobody must wait for its end.
 */
export class InventoryEngine {
  private readonly agenda: Agenda<Inventory>;
  private readonly work: SlicedWork;
  private readonly byBucket = new Map<Bucket, Map<string, Inventory>>();

  constructor(private readonly world: World) {
    this.work = new SlicedWork(world.clock);
    this.agenda = new Agenda<Inventory>(world.clock, (inventories) => {
      for (const inventory of inventories) this.begin(inventory);
    });
    world.s3.changes.subscribe((change) => this.onChange(change));
  }

  private onChange(change: S3Change): void {
    if (change.kind === "configuration-put" && change.configuration === "inventory") {
      this.configured(change.bucket, change.inventory);
    }
    if (change.kind === "configuration-removed" && change.configuration === "inventory") {
      this.removed(change.bucket, change.inventoryId);
    }
  }

  /** A configuration was put: it takes the place of the one with its id. */
  private configured(bucket: Bucket, configuration: CheckedInventory): void {
    const id = configuration.Id ?? "";
    this.removed(bucket, id);
    if (configuration.IsEnabled !== true) return;
    const inventory: Inventory = { bucket, configuration };
    const ofBucket = this.byBucket.get(bucket) ?? new Map<string, Inventory>();
    this.byBucket.set(bucket, ofBucket.set(id, inventory));
    this.agenda.atLatest(inventory, nextMidnightAfter(this.world.clock.nowEpochMs()));
  }

  private removed(bucket: Bucket, id: string): void {
    const ofBucket = this.byBucket.get(bucket);
    const inventory = ofBucket?.get(id);
    if (ofBucket === undefined || inventory === undefined) return;
    this.agenda.drop(inventory);
    ofBucket.delete(id);
    if (ofBucket.size === 0) this.byBucket.delete(bucket);
  }

  private begin(inventory: Inventory): void {
    const { bucket, configuration } = inventory;
    if (this.world.s3.findBucket(bucket.name) !== bucket) {
      this.byBucket.delete(bucket);
      return;
    }
    const nowEpochMs = this.world.clock.nowEpochMs();
    const isWeekly = configuration.Schedule?.Frequency === "Weekly";
    this.work.add(deliverInventory(this.world, bucket, configuration));
    this.agenda.atLatest(
      inventory,
      isWeekly ? nextSundayAfter(nowEpochMs) : nextMidnightAfter(nowEpochMs),
    );
  }
}
