import type { Foundation } from "../../world/foundation";
import type { CatalogDatabase } from "./catalog/tables";
import type * as RunQuery from "./run/run-query";
import type { AthenaPlace, QueryExecution, WorkGroup } from "./model";

/** What there is of Athena and of its catalog, in one account and Region. */
export interface AthenaScope {
  readonly workGroups: Map<string, WorkGroup>;
  /** By name; `default` is there. */
  readonly databases: Map<string, CatalogDatabase>;
  /** By id, in the order started. */
  readonly executions: Map<string, QueryExecution>;
  /** Ids by `ClientRequestToken`. */
  readonly tokens: Map<string, string>;
}

/** Every account has it; it cannot be deleted. */
export const PRIMARY = "primary";

/** Work groups, the catalog and queries of every account and Region. */
export class AthenaState {
  private readonly scopes = new Map<string, AthenaScope>();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly world: Foundation) {}

  scope({ accountId, region }: AthenaPlace): AthenaScope {
    const key = `${accountId} ${region}`;
    let scope = this.scopes.get(key);
    if (scope === undefined) {
      scope = newScope(this.world.clock.nowEpochMs());
      this.scopes.set(key, scope);
    }
    return scope;
  }

  /** Takes a query in; it runs `athenaDelayMs` later. */
  start(execution: QueryExecution): void {
    this.scope(execution.place).executions.set(execution.id, execution);
    this.world.clock.schedule(this.world.settings.athenaDelayMs, () => this.run(execution));
  }

  /**
   * Resolves when no query is RUNNING. The engine works in the machine's time beside the sandbox's clock, so that a clock
   * that stands still does not tell when it is done.
   */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private run(execution: QueryExecution): void {
    if (execution.state !== "QUEUED") return;
    const { clock } = this.world;
    execution.state = "RUNNING";
    execution.startedEpochMs = clock.nowEpochMs();
    const { databases } = this.scope(execution.place);
    const run = runner()
      .runQuery(this.world, databases, execution)
      .then(
        (end) => {
          if (execution.state !== "RUNNING") return;
          execution.state = end?.state ?? "SUCCEEDED";
          execution.end = end;
          execution.endedEpochMs = clock.nowEpochMs();
        },
        (error: unknown) => {
          execution.state = "FAILED";
          execution.end = INTERNAL;
          execution.endedEpochMs = clock.nowEpochMs();
          // A mistake of the sandbox's own is the clock's to tell of.
          clock.schedule(0, () => {
            throw error;
          });
        },
      );
    const tracked = run.finally(() => {
      this.running.delete(tracked);
    });
    this.running.add(tracked);
  }
}

/** Loaded by the first query, with the engine behind it: few sandboxes are asked, and all would wait for it at their start. */
function runner(): typeof RunQuery {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a query begins in its turn, `import()` would not
  return require("./run/run-query") as typeof RunQuery;
}

const INTERNAL = {
  state: "FAILED",
  reason: "GENERIC_INTERNAL_ERROR: an error inside the sandbox",
  category: 1,
  isRetryable: false,
} as const;

function newScope(nowEpochMs: number): AthenaScope {
  const primary: WorkGroup = {
    name: PRIMARY,
    isEnabled: true,
    // A work group that nobody made enforces nothing (assumed).
    configuration: {
      EnforceWorkGroupConfiguration: false,
      PublishCloudWatchMetricsEnabled: false,
      RequesterPaysEnabled: false,
    },
    createdEpochMs: nowEpochMs,
  };
  return {
    workGroups: new Map([[PRIMARY, primary]]),
    databases: new Map([
      ["default", { name: "default", properties: new Map(), tables: new Map() }],
    ]),
    executions: new Map(),
    tokens: new Map(),
  };
}
