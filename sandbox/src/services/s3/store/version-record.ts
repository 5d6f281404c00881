import { haveEqualMembers, RecentValues } from "../../../values/recent-values";
import { NO_CONTENT } from "./kept-content";
import type { KeptContent } from "./kept-content";
import type { ObjectEncryption, ObjectVersion, Retention } from "./model";

/**
 * How versions lie in memory: what a bucket of a million objects costs is decided here. A record has a member of its own
 * only for what differs from version to version or may change later; what is equal for most of them (`Traits`), and what
 * a version and its replica have in common (`KeptContent`), is one object that all of them point to.
 */

/** What a record is made of. */
export type VersionFacts = Omit<
  ObjectVersion,
  "etag" | "sizeBytes" | "body" | "parts" | "checksums" | "checksumType"
>;

/** Members that never change and are equal for most versions of a bucket. */
type Traits = Pick<
  ObjectVersion,
  | "isDeleteMarker"
  | "contentType"
  | "systemMetadata"
  | "userMetadata"
  | "encryption"
  | "ownerAccountId"
>;

const NONE: Readonly<Record<string, string>> = Object.freeze({});
const MARKER_ENCRYPTION: ObjectEncryption = Object.freeze({ algorithm: "AES256" });

const recentTraits = new RecentValues<Traits>(haveEqualMembers);
const recentEncryptions = new RecentValues<ObjectEncryption>(haveEqualMembers);
const recentRetentions = new RecentValues<Retention>(haveEqualMembers);

class VersionRecord implements ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  readonly lastModifiedEpochMs: number;
  readonly sequence: number;
  readonly content: KeptContent;
  private readonly traits: Traits;
  storageClass: string;
  tags: ObjectVersion["tags"];
  annotations: ObjectVersion["annotations"];
  retention: ObjectVersion["retention"];
  legalHold: ObjectVersion["legalHold"];
  restore: ObjectVersion["restore"];
  acl: ObjectVersion["acl"];
  replicationStatus: ObjectVersion["replicationStatus"];
  replicationByDestination: ObjectVersion["replicationByDestination"];

  constructor(facts: VersionFacts) {
    this.key = facts.key;
    this.versionId = facts.versionId;
    this.lastModifiedEpochMs = facts.lastModifiedEpochMs;
    this.sequence = facts.sequence;
    this.content = facts.content;
    this.traits = traitsOf(facts);
    this.storageClass = facts.storageClass;
    this.tags = facts.tags !== undefined && facts.tags.size > 0 ? facts.tags : undefined;
    this.annotations = facts.annotations;
    this.retention = facts.retention && recentRetentions.shared(facts.retention);
    this.legalHold = facts.legalHold;
    this.restore = facts.restore;
    this.acl = facts.acl;
    this.replicationStatus = facts.replicationStatus;
    this.replicationByDestination = facts.replicationByDestination;
  }

  get isDeleteMarker(): boolean {
    return this.traits.isDeleteMarker;
  }
  get contentType(): ObjectVersion["contentType"] {
    return this.traits.contentType;
  }
  get systemMetadata(): ObjectVersion["systemMetadata"] {
    return this.traits.systemMetadata;
  }
  get userMetadata(): ObjectVersion["userMetadata"] {
    return this.traits.userMetadata;
  }
  get encryption(): ObjectEncryption {
    return this.traits.encryption;
  }
  get ownerAccountId(): string {
    return this.traits.ownerAccountId;
  }
  get etag(): string {
    return this.content.etag;
  }
  get sizeBytes(): number {
    return this.content.sizeBytes;
  }
  get body(): Buffer {
    return this.content.body;
  }
  get parts(): ObjectVersion["parts"] {
    return this.content.parts;
  }
  get checksums(): ObjectVersion["checksums"] {
    return this.content.checksums;
  }
  get checksumType(): ObjectVersion["checksumType"] {
    return this.content.checksumType;
  }
}

/** Builds the record of a version. All records are built here. */
export function versionRecord(facts: VersionFacts): ObjectVersion {
  return new VersionRecord(facts);
}

/** A delete marker as it is kept. */
export function deleteMarkerRecord(
  facts: Pick<
    ObjectVersion,
    | "key"
    | "versionId"
    | "lastModifiedEpochMs"
    | "sequence"
    | "ownerAccountId"
    | "replicationStatus"
  >,
): ObjectVersion {
  return versionRecord({
    key: facts.key,
    versionId: facts.versionId,
    isDeleteMarker: true,
    lastModifiedEpochMs: facts.lastModifiedEpochMs,
    sequence: facts.sequence,
    content: NO_CONTENT,
    systemMetadata: NONE,
    userMetadata: NONE,
    storageClass: "STANDARD",
    encryption: MARKER_ENCRYPTION,
    ownerAccountId: facts.ownerAccountId,
    replicationStatus: facts.replicationStatus,
  });
}

/** What another record is made of that differs from `version` in some members: a record itself cannot be spread. */
export function factsOf(version: ObjectVersion): VersionFacts {
  return {
    key: version.key,
    versionId: version.versionId,
    isDeleteMarker: version.isDeleteMarker,
    lastModifiedEpochMs: version.lastModifiedEpochMs,
    sequence: version.sequence,
    content: version.content,
    contentType: version.contentType,
    systemMetadata: version.systemMetadata,
    userMetadata: version.userMetadata,
    storageClass: version.storageClass,
    tags: version.tags,
    annotations: version.annotations,
    encryption: version.encryption,
    retention: version.retention,
    legalHold: version.legalHold,
    restore: version.restore,
    ownerAccountId: version.ownerAccountId,
    acl: version.acl,
    replicationStatus: version.replicationStatus,
    replicationByDestination: version.replicationByDestination,
  };
}

function traitsOf(facts: VersionFacts): Traits {
  return recentTraits.shared({
    isDeleteMarker: facts.isDeleteMarker,
    contentType: facts.contentType,
    systemMetadata: sharedMetadata(facts.systemMetadata),
    userMetadata: sharedMetadata(facts.userMetadata),
    encryption: recentEncryptions.shared(facts.encryption),
    ownerAccountId: facts.ownerAccountId,
  });
}

/** One object for all versions without any, as most are. */
function sharedMetadata(
  metadata: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  for (const _ in metadata) return metadata;
  return NONE;
}
