import * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { PartialFailure } from "./model";
import { toStruct } from "./values";

/**
 * The error that tells the engine to keep a resource that was created and then failed. Details of a gRPC status travel
 * in the metadata key `grpc-status-details-bin`, which grpc-js leaves to its user.
 */
export function initFailed(failure: PartialFailure): Partial<grpc.StatusObject> {
  const detail = new messages.ErrorResourceInitFailed();
  detail.setId(failure.state.id);
  detail.setProperties(toStruct(failure.state.outputs));
  detail.setInputs(toStruct(failure.inputs));
  detail.setReasonsList([failure.message]);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(failure.message);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: failure.message, metadata };
}
