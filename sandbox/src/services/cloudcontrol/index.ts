import type * as CloudControl from "@aws-sdk/client-cloudcontrol";
import type { OperationTable } from "../../world/operation";
import type { OperationsOf } from "../../world/operations-of";
import { createResource } from "./create-resource";
import { deleteResource } from "./delete-resource";
import { getResource } from "./get-resource";
import { listResources } from "./list-resources";
import {
  cancelResourceRequest,
  getResourceRequestStatus,
  listResourceRequests,
} from "./resource-requests";
import { updateResource } from "./update-resource";

/** The operations of the Cloud Control API that the sandbox serves: all eight. */
export const operations: OperationTable = {
  CancelResourceRequest: cancelResourceRequest,
  CreateResource: createResource,
  DeleteResource: deleteResource,
  GetResource: getResource,
  GetResourceRequestStatus: getResourceRequestStatus,
  ListResourceRequests: listResourceRequests,
  ListResources: listResources,
  UpdateResource: updateResource,
} satisfies OperationsOf<typeof CloudControl>;
