import type { OperationTable } from "../../operation";
import { abortMultipartUpload } from "./abort-multipart-upload";
import { completeMultipartUpload } from "./complete-multipart-upload";
import { copyObject } from "./copy-object";
import { createMultipartUpload } from "./create-multipart-upload";
import { deleteObject } from "./delete-object";
import { deleteObjects } from "./delete-objects";
import { getObject } from "./get-object";
import { getObjectAttributes } from "./get-object-attributes";
import { headObject } from "./head-object";
import { listMultipartUploads } from "./list-multipart-uploads";
import { listObjectVersions } from "./list-object-versions";
import { listObjects } from "./list-objects";
import { listObjectsV2 } from "./list-objects-v2";
import { listParts } from "./list-parts";
import { getObjectAcl, putObjectAcl } from "./object-acl";
import {
  deleteObjectAnnotation,
  getObjectAnnotation,
  listObjectAnnotations,
  putObjectAnnotation,
} from "./object-annotation";
import { getObjectLegalHold, putObjectLegalHold } from "./object-legal-hold";
import { getObjectRetention, putObjectRetention } from "./object-retention";
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from "./object-tagging";
import { postObject } from "./post-object";
import { putObject } from "./put-object";
import { restoreObject } from "./restore-object";
import { uploadPart } from "./upload-part";
import { uploadPartCopy } from "./upload-part-copy";

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
};
