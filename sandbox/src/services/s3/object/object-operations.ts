import type * as S3 from "@aws-sdk/client-s3";
import type { Operation, OperationTable } from "../../../world/operation";
import type { OperationsOf } from "../../../world/operations-of";
import { abortMultipartUpload } from "../multipart/abort-multipart-upload";
import { completeMultipartUpload } from "../multipart/complete-multipart-upload";
import { copyObject } from "./copy-object";
import { createMultipartUpload } from "../multipart/create-multipart-upload";
import { deleteObject } from "./delete-object";
import { deleteObjects } from "./delete-objects";
import { getObject } from "./get-object";
import { getObjectAttributes } from "./get-object-attributes";
import { headObject } from "./head-object";
import { listMultipartUploads } from "../multipart/list-multipart-uploads";
import { listObjectVersions } from "../listing/list-object-versions";
import { listObjects } from "../listing/list-objects";
import { listObjectsV2 } from "../listing/list-objects-v2";
import { listParts } from "../multipart/list-parts";
import { getObjectAcl, putObjectAcl } from "../acl/object-acl";
import {
  deleteObjectAnnotation,
  getObjectAnnotation,
  listObjectAnnotations,
  putObjectAnnotation,
} from "./object-annotation";
import { getObjectLegalHold, putObjectLegalHold } from "../lock/object-legal-hold";
import { getObjectRetention, putObjectRetention } from "../lock/object-retention";
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from "./object-tagging";
import { postObject } from "./post-object";
import { putObject } from "./put-object";
import { restoreObject } from "./restore-object";
import { uploadPart } from "../multipart/upload-part";
import { uploadPartCopy } from "../multipart/upload-part-copy";

/** The operations on objects, versions and uploads. */
export const objectOperations: OperationTable = {
  AbortMultipartUpload: abortMultipartUpload,
  CompleteMultipartUpload: completeMultipartUpload,
  CopyObject: copyObject,
  CreateMultipartUpload: createMultipartUpload,
  DeleteObject: deleteObject,
  DeleteObjectAnnotation: deleteObjectAnnotation,
  DeleteObjects: deleteObjects,
  DeleteObjectTagging: deleteObjectTagging,
  GetObject: getObject,
  GetObjectAcl: getObjectAcl,
  GetObjectAnnotation: getObjectAnnotation,
  GetObjectAttributes: getObjectAttributes,
  GetObjectLegalHold: getObjectLegalHold,
  GetObjectRetention: getObjectRetention,
  GetObjectTagging: getObjectTagging,
  HeadObject: headObject,
  ListMultipartUploads: listMultipartUploads,
  ListObjectAnnotations: listObjectAnnotations,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
  ListParts: listParts,
  PostObject: postObject,
  PutObject: putObject,
  PutObjectAcl: putObjectAcl,
  PutObjectAnnotation: putObjectAnnotation,
  PutObjectLegalHold: putObjectLegalHold,
  PutObjectRetention: putObjectRetention,
  PutObjectTagging: putObjectTagging,
  RestoreObject: restoreObject,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
} satisfies OperationsOf<typeof S3> & {
  /** The form upload, which the SDK has no command for. */
  PostObject: Operation<S3.PutObjectRequest, S3.PutObjectOutput>;
};
