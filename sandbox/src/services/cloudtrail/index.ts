import type * as CloudTrail from "@aws-sdk/client-cloudtrail";
import type { OperationTable } from "../../world/operation";
import type { OperationsOf } from "../../world/operations-of";
import { createTrail } from "./create-trail";
import { describeTrails, getTrail, listTrails } from "./describe-trails";
import { getEventSelectors, putEventSelectors } from "./event-selectors";
import { getTrailStatus, startLogging, stopLogging } from "./logging";
import { listPublicKeys } from "./public-keys";
import { addTags, listTags, removeTags } from "./tags";
import { deleteTrail, updateTrail } from "./update-trail";

/** The operations of CloudTrail. What is not here answers `NotImplemented` by name. */
export const operations: OperationTable = {
  CreateTrail: createTrail,
  UpdateTrail: updateTrail,
  DeleteTrail: deleteTrail,
  GetTrail: getTrail,
  DescribeTrails: describeTrails,
  ListTrails: listTrails,
  StartLogging: startLogging,
  StopLogging: stopLogging,
  GetTrailStatus: getTrailStatus,
  PutEventSelectors: putEventSelectors,
  GetEventSelectors: getEventSelectors,
  ListPublicKeys: listPublicKeys,
  AddTags: addTags,
  RemoveTags: removeTags,
  ListTags: listTags,
} satisfies OperationsOf<typeof CloudTrail>;
