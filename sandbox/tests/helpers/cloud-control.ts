import {
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourcesCommand,
  UpdateResourceCommand,
  type CloudControlClient,
  type ProgressEvent,
} from "@aws-sdk/client-cloudcontrol";
import type { ManualClock } from "../../src";

type Model = Record<string, unknown>;

/** Cloud Control's requests, each with what it ended with. The clock is moved until then. */
export class CloudControl {
  constructor(
    private readonly client: () => CloudControlClient,
    private readonly clock: () => ManualClock,
  ) {}

  async create(TypeName: string, model: object): Promise<ProgressEvent> {
    const DesiredState = JSON.stringify(model);
    return this.finished(
      await this.client().send(new CreateResourceCommand({ TypeName, DesiredState })),
    );
  }

  async update(TypeName: string, Identifier: string, patch: object[]): Promise<ProgressEvent> {
    const PatchDocument = JSON.stringify(patch);
    return this.finished(
      await this.client().send(new UpdateResourceCommand({ TypeName, Identifier, PatchDocument })),
    );
  }

  async remove(TypeName: string, Identifier: string): Promise<ProgressEvent> {
    return this.finished(
      await this.client().send(new DeleteResourceCommand({ TypeName, Identifier })),
    );
  }

  async read(TypeName: string, Identifier: string): Promise<Model> {
    const { ResourceDescription: found } = await this.client().send(
      new GetResourceCommand({ TypeName, Identifier }),
    );
    return JSON.parse(found?.Properties ?? "") as Model;
  }

  async identifiers(TypeName: string, filter?: object): Promise<(string | undefined)[]> {
    const ResourceModel = filter === undefined ? undefined : JSON.stringify(filter);
    const { ResourceDescriptions = [] } = await this.client().send(
      new ListResourcesCommand({ TypeName, ResourceModel, MaxResults: 100 }),
    );
    return ResourceDescriptions.map(({ Identifier }) => Identifier);
  }

  private async finished(begun: { ProgressEvent?: ProgressEvent }): Promise<ProgressEvent> {
    this.clock().advance(LONGER_THAN_A_REQUEST_MS);
    const { ProgressEvent: event = {} } = await this.client().send(
      new GetResourceRequestStatusCommand({ RequestToken: begun.ProgressEvent?.RequestToken }),
    );
    return event;
  }
}

const LONGER_THAN_A_REQUEST_MS = 10_000;
